"""Checks of spells on benefit against closed forms; may import the context and the variants.

Each holds the share of a cohort that is still there at the end of each month against the
probability that theory gives, within standard errors of a proportion.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jobsim.scenario import Group, Scenario
from jobsim.verification.context import Context
from jobsim.verification.jobs import (
    COHORT_WEEKS,
    last_weeks,
    share_by_week,
    value_at,
)
from jobsim.verification.result import (
    Check,
    Expectation,
    does_not_apply,
    proportion,
    within,
)
from jobsim.verification.variants import cohort, everybody_meets

if TYPE_CHECKING:
    import xarray as xr


Survival = Callable[[Group, int], float]
"""Probability that a person of a group is still there after so many weeks."""


def constant_hazard(context: Context) -> Check:
    """Spells of constant hazard are geometric: P(more than t weeks) = exp(-hazard t)."""
    name = "constant hazard"
    if not any(g.job_finding_hazard_per_week for g in context.scenario.groups.values()):
        return does_not_apply(name, "no group has a hazard of finding a job")
    alike = cohort(context.scenario, context.persons, COHORT_WEEKS, {})
    return _survival(
        name,
        context,
        alike,
        lambda group, weeks: math.exp(-group.job_finding_hazard_per_week * weeks),
        "share still on benefit of people all alike = exp(-hazard x weeks)",
    )


def frailty_of_new_spells(context: Context) -> Check:
    """Gamma frailty: P(more than t weeks) = (1 + variance x cumulative hazard) ^ (-1/variance)."""
    return _frailty(context, "frailty of new spells", stock=False)


def frailty_of_the_stock(context: Context) -> Check:
    """The same for those found on benefit, given the weeks they have been there already."""
    return _frailty(context, "frailty of the stock", stock=True)


def _frailty(context: Context, name: str, *, stock: bool) -> Check:
    frail = {c: g for c, g in context.scenario.groups.items() if g.frailty_variance > 0}
    if not any(g.job_finding_hazard_per_week for g in frail.values()):
        return does_not_apply(name, "no group has both frailty and a hazard of finding a job")
    kept = ["frailty_variance", "weibull_shape", "duration_multipliers"]
    kept += ["elapsed_weeks"] if stock else []
    given = context.scenario.to_dict()["groups"]
    changes = {code: {part: given[code][part] for part in kept} for code in frail}
    spells = cohort(context.scenario, context.persons, COHORT_WEEKS, changes)

    def survival(group: Group, weeks: int) -> float:
        hazard = _running_hazard(group, weeks)
        return sum(
            share * _gamma_survival(group, hazard[elapsed], hazard[elapsed + weeks])
            for elapsed, share in share_by_week(group.elapsed_weeks)
        )

    which = "given the weeks on benefit so far" if stock else "of new spells"
    reason = f"share still on benefit {which} = (1 + variance x cumulative hazard)^(-1/variance)"
    return _survival(name, context, spells, survival, reason)


def _gamma_survival(group: Group, before: float, after: float) -> float:
    """P(still there at a cumulative hazard, given that at an earlier one)."""
    variance = group.frailty_variance
    if variance == 0:
        return math.exp(before - after)
    return float(((1 + variance * before) / (1 + variance * after)) ** (1 / variance))


def _running_hazard(group: Group, weeks: int) -> list[float]:
    """Cumulative hazard at each week of a spell, of somebody of mean frailty."""
    shape, base = group.weibull_shape, group.job_finding_hazard_per_week
    total = [0.0]
    for s in range(max(band.to for band in group.elapsed_weeks) + weeks):
        rise = (s + 1) ** shape - s**shape
        total.append(total[-1] + base * rise * value_at(group.duration_multipliers, s, 1.0))
    return total


def _survival(
    name: str, context: Context, scenario: Scenario, survival: Survival, reason: str
) -> Check:
    """Hold the share still on benefit at the tally of each month's last week against theory."""
    volumes = context.play(scenario)
    present = volumes["recipients"].values[0]
    comparisons = [
        proportion(f"{code}, week {week}", survival(group, week), present[month, place], n)
        for place, (code, group) in enumerate(scenario.groups.items())
        if group.job_finding_hazard_per_week > 0
        for n in [_persons(volumes, context.persons, place)]
        for month, week in last_weeks(scenario)
    ]
    return within(name, comparisons, f"{reason}; {context.persons:,} persons in each group")


def _persons(volumes: xr.Dataset, stock: int, group: int) -> int:
    """Size of a cohort: those there from the start, or those who came in the first week."""
    return int(volumes["arrivals"].values[0, :, group].sum()) or stock


def meeting_effect(context: Context) -> Check:
    """Weekly meetings raise the hazard by gains that add up, fade and are capped."""
    name, scenario = "meeting effect", context.scenario
    if not any(g.meeting_gain * g.job_finding_hazard_per_week for g in scenario.groups.values()):
        return does_not_apply(name, "no group has both a meeting gain and a hazard")
    return _survival(
        name,
        context,
        _weekly_meetings(context),
        lambda group, weeks: math.exp(
            -group.job_finding_hazard_per_week * _weeks_with_boost(scenario, group, weeks)
        ),
        "share still on benefit with a meeting every week = exp(-hazard x sum of (1 + boost)), "
        "boost from the meetings so far",
    )


def _weekly_meetings(context: Context) -> Scenario:
    """People who all come in week 0 and meet a caseworker every week, whatever the caseload."""
    scenario, persons = context.scenario, float(context.persons)
    first, second = scenario.horizon.start, scenario.horizon.start + dt.timedelta(days=7)
    in_week_0 = [{"from": first, "value": persons}, {"from": second, "value": 0.0}]
    changes = {
        code: {"stock": 0, "inflow_per_week": in_week_0, "meeting_gain": group.meeting_gain}
        for code, group in scenario.groups.items()
    }
    multiplier = scenario.regular_service.gain_multiplier
    return cohort(
        scenario,
        context.persons,
        COHORT_WEEKS,
        changes,
        regular_service=everybody_meets([1]) | {"gain_multiplier": multiplier},
        meetings=scenario.to_dict()["meetings"] | {"caseload_elasticity": 0.0},
    )


def _weeks_with_boost(scenario: Scenario, group: Group, weeks: int) -> float:
    """Sum of 1 + boost over the weeks of a spell with a meeting in each."""
    effect = scenario.meetings
    quality = min(max(1.0, effect.quality_min), effect.quality_max)
    gain = group.meeting_gain * scenario.regular_service.gain_multiplier * quality
    boost, total = 0.0, 0.0
    for week in range(weeks):
        rise = gain * effect.first_meeting_factor if week == 0 else gain
        boost = min(boost + rise, effect.max_boost)
        total += 1.0 + boost
        boost *= 0.5 ** (1.0 / effect.half_life_weeks)
    return total


def support_effect(context: Context) -> Check:
    """A support granted in week 0 locks in for its lead weeks and only then raises the hazard."""
    name = "support effect"
    comparisons: list[Expectation] = []
    for code, support in context.scenario.supports.items():
        if (support.multiplier, support.lock_in_multiplier) != (1.0, 1.0):
            comparisons += _one_support(context, code)
    if not comparisons:
        return does_not_apply(name, "no support changes a hazard of finding a job")
    reason = "share still on benefit after a grant in week 0 = exp(-hazard x (lock-in x lead weeks"
    reason += f" + multiplier x later weeks)); {context.persons:,} persons in each group"
    return within(name, comparisons, reason)


def _one_support(context: Context, code: str) -> list[Expectation]:
    given, support = context.scenario.to_dict(), context.scenario.supports[code]
    free = {"budget_per_year": 1e9, "unit_cost": 1.0}
    grant: dict[str, Any] = given["supports"][code] | free
    grant["need_share"] = {group: 1.0 for group in support.groups}
    grant.pop("paid_from", None)
    granted = cohort(
        context.scenario,
        context.persons,
        COHORT_WEEKS,
        {},
        regular_service=everybody_meets([1]),
        supports={code: grant},
    )
    present = context.play(granted)["recipients"].values[0]

    def survival(group: Group, weeks: int) -> float:
        locked = min(weeks, support.lead_weeks)
        exposure = support.lock_in_multiplier * locked + support.multiplier * (weeks - locked)
        return math.exp(-group.job_finding_hazard_per_week * exposure)

    return [
        proportion(
            f"{code}, {group_code}, week {week}",
            survival(group, week),
            present[month, place],
            context.persons,
        )
        for place, (group_code, group) in enumerate(granted.groups.items())
        if group_code in support.groups and group.job_finding_hazard_per_week > 0
        for month, week in last_weeks(granted)
    ]
