"""The user's scenario, changed so that theory says what must come out.

May import calendar, scenario and the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from jobsim.calendar import Schedule
from jobsim.scenario import Scenario
from jobsim.verification.rules import PlainRules

_EVIDENCE = ("claims", "observed", "sources", "assumptions", "changed")
_SPEED_UP = 1000.0


def _data(scenario: Scenario) -> dict[str, Any]:
    """What the scenario states, without what is only said about it."""
    data = scenario.stated()
    return {name: part for name, part in data.items() if name not in _EVIDENCE}


def without_effects(scenario: Scenario) -> Scenario:
    """Meetings and supports that change nobody's chances; small jobs stay as they are."""
    data = _data(scenario)
    for group in data["groups"].values():
        group["meeting_gain"] = 0.0
    for service in [data["regular_service"], *data.get("programmes", {}).values()]:
        service["job_loss_multiplier"] = 1.0
    for support in data.get("supports", {}).values():
        support["multiplier"] = support["lock_in_multiplier"] = 1.0
    return Scenario.from_dict(data)


def without_policy(scenario: Scenario) -> Scenario:
    """No programmes and supports, but twice the caseworkers in the regular service."""
    data = _data(scenario)
    data["programmes"], data["supports"] = {}, {}
    data["regular_service"]["fte"] = scenario.regular_service.fte.scaled(2.0)
    return Scenario.from_dict(data)


def with_room(scenario: Scenario) -> Scenario:
    """Meetings for everybody in the week they are due; places in programmes stay as they are."""
    data = _data(scenario)
    data["regular_service"]["fte"] = Schedule.constant(10_000.0)
    data["regular_service"]["meetings_per_fte_week"] = _SPEED_UP
    for code, programme in data.get("programmes", {}).items():
        given = scenario.programmes[code]
        programme["meetings_per_fte_week"] = _SPEED_UP
        programme["cost_per_fte_year"] = given.cost_per_fte_year.scaled(1 / _SPEED_UP)
        programme["caseload_limit"] = given.caseload_limit / _SPEED_UP
    return Scenario.from_dict(data)


def crowded(scenario: Scenario) -> Scenario:
    """Everybody due every week, nobody leaving, and twice as many as can be called."""
    data, rules = _data(scenario), PlainRules(scenario)
    stock = 2 * max(rules.capacity[0]) + 1
    for place, (code, programme) in enumerate(data.get("programmes", {}).items()):
        limit = 2 * max(scenario.programmes[code].meetings_per_fte_week.values) + 1
        programme["caseload_limit"] = limit
        programme["interval_weeks"] = [1]
        programme.pop("max_weeks", None)
        stock += int(limit * max(rules.fte[place + 1]) + 1) * _openings(rules.fte[place + 1])
    data["regular_service"] |= {"interval_weeks": [1], "first_meeting_weeks": 0}
    for group in data["groups"].values():
        group |= {"stock": stock, "job_finding_hazard_per_week": 0.0}
        group |= {"other_exit_hazard_per_week": 0.0, "employed_pool": 0}
        group["inflow_per_week"] = 0.0
        group.pop("small_jobs", None)
    data.pop("small_jobs", None)
    data["supports"] = {
        code: support | {"need_share": {}} for code, support in data.get("supports", {}).items()
    }
    return Scenario.from_dict(data)


def _openings(fte: list[Any]) -> int:
    """How often a programme begins, or begins again."""
    return sum(now > 0 and before == 0 for before, now in zip([0, *fte], fte, strict=False))


def cohort(
    scenario: Scenario,
    persons: int,
    weeks: int,
    groups: Mapping[str, Mapping[str, Any]],
    **parts: object,
) -> Scenario:
    """So many persons of each group on benefit, to whom nothing can happen but finding a job.

    Parameters
    ----------
    scenario : Scenario
    persons : int
    weeks : int, length of the run
    groups : mapping of code to what is different in that group
    **parts : other parts of the scenario
    """
    kept = ("key", "label", "benefit_rates", "job_finding_hazard_per_week")
    given = scenario.to_dict()
    return Scenario.from_dict(
        {
            "name": f"{scenario.name} cohort",
            "horizon": {"start": scenario.horizon.start, "weeks": weeks},
            "municipality": given["municipality"],
            "groups": {
                code: {name: group[name] for name in kept}
                | {"stock": persons, **groups.get(code, {})}
                for code, group in given["groups"].items()
            },
            "regular_service": {
                "fte": 0.0,
                "cost_per_fte_year": 1.0,
                "meetings_per_fte_week": 0.0,
                "interval_weeks": [1],
            },
            **parts,
        }
    )


def work_in_the_first_week_only(start: dt.date) -> dict[str, Any]:
    """A labour market in which everybody finds a job in week 0 and nobody later.

    With a hazard of 1e-4 per week and elasticity 1 the hazard is 100 in week 0, then 1e-10.
    """
    later = start + dt.timedelta(days=7)
    return {
        "tightness": [{"from": start, "value": 1e6}, {"from": later, "value": 1e-6}],
        "reference_tightness": 1.0,
    }


def everybody_meets(interval_weeks: list[int]) -> dict[str, Any]:
    """A regular service with room for all and a first meeting at once."""
    return {
        "fte": 100_000.0,
        "cost_per_fte_year": 1.0,
        "meetings_per_fte_week": 1000.0,
        "interval_weeks": interval_weeks,
        "first_meeting_weeks": 0,
    }


def roomy(scenario: Scenario) -> Scenario:
    """Room for everybody everywhere, so that no recipient can get in another's way."""
    data = _data(with_room(scenario))
    data["meetings"] = data.get("meetings", {}) | {"caseload_elasticity": 0.0}
    for programme in data.get("programmes", {}).values():
        programme["caseload_limit"] = 10_000.0
    for support in data.get("supports", {}).values():
        support.pop("paid_from", None)
        support |= {"budget_per_year": 1e9, "unit_cost": 1.0}
    return Scenario.from_dict(data)


def rekeyed(scenario: Scenario) -> Scenario | None:
    """The same place with other luck: groups under keys not used here; None if too few are left."""
    data = _data(scenario)
    taken = [group["key"] for group in data["groups"].values()]
    free = [key for key in range(256) if key not in taken]
    if len(free) < len(taken):
        return None
    for group, key in zip(data["groups"].values(), free, strict=False):
        group["key"] = key
    return Scenario.from_dict(data)


def doubled(scenario: Scenario, copy: Scenario) -> Scenario:
    """Two places in one: the groups of both, and staff and money for both.

    Supports are shared: they have one key in both, and a need of its own for each person.
    """
    data, other = _data(scenario), _data(copy)
    names = {code: f"copy{place}_{code}"[:40] for place, code in enumerate(data["groups"])}
    data["groups"] |= {names[code]: group for code, group in other["groups"].items()}
    data["regular_service"]["fte"] = scenario.regular_service.fte.scaled(2.0)
    services = [data["regular_service"], *data.get("programmes", {}).values()]
    for service in services:
        lists = service["interval_weeks"]
        if isinstance(lists, dict):
            service["interval_weeks"] = lists | {names[c]: lists[c] for c in lists}
    for code, programme in data.get("programmes", {}).items():
        programme["groups"] = [*programme["groups"], *(names[c] for c in programme["groups"])]
        programme["budget_per_year"] = scenario.programmes[code].budget_per_year.scaled(2.0)
    for support in data.get("supports", {}).values():
        support["groups"] = [*support["groups"], *(names[c] for c in support["groups"])]
        needs = support["need_share"]
        support["need_share"] = needs | {names[c]: share for c, share in needs.items()}
    _share_consultants(data, scenario)
    return Scenario.from_dict(data)


def _share_consultants(data: dict[str, Any], scenario: Scenario) -> None:
    """Twice the consultants, whose openings are shared by twice the groups."""
    jobs = scenario.small_jobs
    if jobs is None or jobs.consultants is None:
        return
    money = jobs.consultants.budget_per_year.scaled(2.0)
    data["small_jobs"]["consultants"]["budget_per_year"] = money
    for group in data["groups"].values():
        if "small_jobs" in group:
            share = group["small_jobs"].get("consultant_share", 0.0)
            group["small_jobs"]["consultant_share"] = share / 2
