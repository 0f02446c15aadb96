"""The user's scenario, changed so that theory says what must come out.

May import calendar, scenario and the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from jobsim.calendar import Schedule
from jobsim.scenario import Scenario
from jobsim.scenario.past import past_of
from jobsim.verification.rules import PlainRules

_SPEED_UP = 1000.0


def _changed(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """Change paths as `with_` does; a star stands for every name in a part."""
    return scenario.with_(
        {path: value for stars, value in changes.items() for path in _paths(scenario, stars)}
    )


def _paths(scenario: Scenario, stars: str) -> Iterator[str]:
    part, star, rest = stars.partition(".*.")
    codes = getattr(scenario, part) if star else [""]
    return (f"{part}.{code}.{rest}" if star else stars for code in codes)


def without_effects(scenario: Scenario) -> Scenario:
    """Meetings and supports that change nobody's chances; small jobs stay as they are."""
    return _changed(
        scenario,
        {
            "groups.*.meeting_gain": 0.0,
            "groups.*.lasting_gain": 0.0,
            "groups.*.meeting_exit_probability": 0.0,
            "regular_service.job_loss_multiplier": 1.0,
            "programmes.*.job_loss_multiplier": 1.0,
            "supports.*.multiplier": 1.0,
            "supports.*.lock_in_multiplier": 1.0,
        },
    )


def without_policy(scenario: Scenario) -> Scenario:
    """No programmes and supports, but twice the caseworkers in the regular service."""
    return scenario.with_({"programmes": {}, "supports": {}, "regular_service.fte.scale": 2.0})


def with_room(scenario: Scenario) -> Scenario:
    """Meetings for everybody in the week they are due; places in programmes stay as they are."""
    return _changed(
        scenario,
        {
            "regular_service.fte": Schedule.constant(10_000.0),
            "regular_service.meetings_per_fte_week": Schedule.constant(_SPEED_UP),
            "programmes.*.meetings_per_fte_week": Schedule.constant(_SPEED_UP),
            "programmes.*.cost_per_fte_year.scale": 1 / _SPEED_UP,
        }
        | {
            f"programmes.{code}.caseload_limit": programme.caseload_limit / _SPEED_UP
            for code, programme in scenario.programmes.items()
        },
    )


def crowded(scenario: Scenario) -> Scenario:
    """Everybody due every week, nobody leaving, and twice as many as can be called."""
    rules = PlainRules(scenario)
    limits = {
        code: 2 * max(programme.meetings_per_fte_week.values) + 1
        for code, programme in scenario.programmes.items()
    }
    stock = 2 * max(rules.capacity[0]) + 1
    for limit, fte in zip(limits.values(), rules.fte[1:], strict=True):
        openings = sum(now > 0 and before == 0 for before, now in zip([0, *fte], fte, strict=False))
        stock += int(limit * max(fte) + 1) * openings
    return _changed(
        scenario,
        {
            "regular_service.interval_weeks": [1],
            "regular_service.first_meeting_weeks": 0,
            "regular_service.before": {},
            "programmes.*.interval_weeks": [1],
            "programmes.*.max_weeks": None,
            "groups.*.stock": stock,
            "groups.*.job_finding_hazard_per_week": 0.0,
            "groups.*.other_exit_hazard_per_week": 0.0,
            "groups.*.meeting_exit_probability": 0.0,
            "groups.*.employed_pool": 0,
            "groups.*.entry_cohort": 0,
            "groups.*.inflow_per_week": Schedule.constant(0.0),
            "groups.*.small_jobs": None,
            "small_jobs": None,
            "supports.*.need_share": {},
        }
        | {f"programmes.{code}.caseload_limit": limit for code, limit in limits.items()},
    )


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
            "currency": scenario.currency,
            "horizon": {"start": scenario.horizon.start, "weeks": weeks},
            "municipality": given["municipality"],
            "groups": {
                code: {name: group[name] for name in kept}
                | {"stock": persons, **groups.get(code, {})}
                for code, group in given["groups"].items()
            },
            "regular_service": everybody_meets([1]) | {"fte": 0.0},
            **parts,
        }
    )


def work_in_the_first_week_only(start: dt.date) -> dict[str, Any]:
    """A labour market in which everybody finds a job in week 0 and nobody later.

    With a hazard of 1e-4 per week and elasticity 1 the hazard is 100 in week 0, then 1e-10.
    """
    later = start + dt.timedelta(days=7)
    steps = [{"from": start, "value": 1e6}, {"from": later, "value": 1e-6}]
    return {"tightness": steps, "reference_tightness": 1.0}


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
    return _changed(
        with_room(scenario),
        {
            "meetings.caseload_elasticity": 0.0,
            "programmes.*.caseload_limit": 10_000.0,
            "supports.*.paid_from": None,
            "supports.*.budget_per_year": Schedule.constant(1e9),
            "supports.*.unit_cost": Schedule.constant(1.0),
        },
    )


def rekeyed(scenario: Scenario) -> Scenario | None:
    """The same place with other luck: groups under keys not used here; None if too few are left."""
    taken = {group.key for group in scenario.groups.values()}
    free = [key for key in range(256) if key not in taken]
    if len(free) < len(taken):
        return None
    keys = zip(scenario.groups, free, strict=False)
    return scenario.with_({f"groups.{code}.key": key for code, key in keys})


def doubled(scenario: Scenario, copy: Scenario) -> Scenario:
    """Two places in one: the groups of both, and staff and money for both.

    Supports are shared: they have one key in both, and a need of its own for each person.
    """
    names = {code: f"copy{place}_{code}"[:40] for place, code in enumerate(scenario.groups)}

    def both(by_group: Mapping[str, object]) -> dict[str, object]:
        return {**by_group, **{names[code]: by_group[code] for code in by_group}}

    groups = scenario.stated()["groups"]
    groups |= {names[code]: group for code, group in copy.stated()["groups"].items()}
    for jobs in (group["small_jobs"] for group in groups.values() if "small_jobs" in group):
        jobs["consultant_share"] = jobs.get("consultant_share", 0.0) / 2
    changes: dict[str, object] = {
        "groups": groups,
        "regular_service.fte.scale": 2.0,
        "programmes.*.budget_per_year.scale": 2.0,
    }
    if scenario.small_jobs is not None and scenario.small_jobs.consultants is not None:
        changes["small_jobs.consultants.budget_per_year.scale"] = 2.0
    past = past_of(scenario)
    lists = {
        "regular_service": scenario.regular_service.interval_weeks,
        "regular_service.before": past.interval_weeks,
    }
    changes["regular_service.before.no_show_probability"] = both(past.no_show_probability)
    for code, programme in scenario.programmes.items():
        changes[f"programmes.{code}.groups"] = [*both(dict.fromkeys(programme.groups))]
        lists[f"programmes.{code}"] = programme.interval_weeks
    for path, intervals in lists.items():
        if set(intervals) != {"all"}:
            changes[f"{path}.interval_weeks"] = both(intervals)
    for code, support in scenario.supports.items():
        changes[f"supports.{code}.groups"] = [*both(dict.fromkeys(support.groups))]
        changes[f"supports.{code}.need_share"] = both(support.need_share)
    return _changed(scenario, changes)
