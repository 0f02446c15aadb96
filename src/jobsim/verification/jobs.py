"""Checks of jobs against closed forms; may import the context and the variants.

Weeks of cohorts: how long they are followed, and how shares and hazards fall on single weeks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from jobsim.scenario import Group, Scenario
from jobsim.scenario.fields import Band, WeekStep
from jobsim.verification.context import Context
from jobsim.verification.result import (
    Check,
    Expectation,
    does_not_apply,
    exactly,
    proportion,
    within,
)
from jobsim.verification.rules import PlainRules
from jobsim.verification.variants import (
    cohort,
    everybody_meets,
    work_in_the_first_week_only,
)


def _workers(context: Context, groups: Mapping[str, Group], *, at_work: bool) -> Scenario:
    """A cohort in work, found in its jobs or placed in week 0, in which nobody is placed again."""
    given = context.scenario.to_dict()["groups"]
    changes: dict[str, dict[str, Any]] = {code: {"stock": 0} for code in given}
    for code in groups:
        kept = ["job_loss_hazard_per_week", "return_share", *["tenure_weeks"] * at_work]
        changes[code] |= {part: given[code][part] for part in kept}
        changes[code] |= {"job_finding_hazard_per_week": 0.0 if at_work else 1e-4}
        changes[code] |= {"tightness_elasticity": 1.0}
        changes[code]["employed_pool" if at_work else "stock"] = context.persons
    market = work_in_the_first_week_only(context.scenario.horizon.start)
    multiplier = context.scenario.regular_service.job_loss_multiplier
    service = everybody_meets([5200]) | {"fte": 0.0, "job_loss_multiplier": multiplier}
    return cohort(
        context.scenario,
        context.persons,
        COHORT_WEEKS,
        changes,
        labour_market=market,
        regular_service=service,
    )


def _losing(context: Context) -> dict[str, Group]:
    """Groups whose jobs can end."""
    return {
        code: group
        for code, group in context.scenario.groups.items()
        if any(step.value > 0 for step in group.job_loss_hazard_per_week)
    }


def job_lengths(context: Context) -> Check:
    """P(a job lasts more than d weeks) = exp(-multiplier x summed job-loss hazard of d weeks)."""
    name, losing = "job lengths", _losing(context)
    if not losing:
        return does_not_apply(name, "jobs never end")
    comparisons = [
        comparison
        for at_work in (False, True)
        for comparison in _job_ends(context, losing, at_work=at_work)
    ]
    reason = "share of jobs that have ended = 1 - exp(-multiplier x summed hazard of job loss), "
    reason += f"new jobs and those found at the start; {context.persons:,} in each group"
    return within(name, comparisons, reason)


def _job_ends(context: Context, losing: Mapping[str, Group], *, at_work: bool) -> list[Expectation]:
    scenario = _workers(context, losing, at_work=at_work)
    volumes = context.play(scenario)
    ended = np.cumsum((volumes["returns"] + volumes["not_returned"]).values[0], axis=0)
    multiplier = 1.0 if at_work else scenario.regular_service.job_loss_multiplier
    begun = 0 if at_work else 1  # a job found in week 0 has its first week in week 1
    places = {code: place for place, code in enumerate(scenario.groups)}
    comparisons = []
    for code, group in losing.items():
        tenures = share_by_week(group.tenure_weeks) if at_work else [(0, 1.0)]
        loss = _running_loss(group, max(week for week, _ in tenures) + COHORT_WEEKS)
        for month, week in last_weeks(scenario):
            worked = max(0, week - begun)
            p = sum(
                share * -math.expm1(-multiplier * (loss[tenure + worked] - loss[tenure]))
                for tenure, share in tenures
            )
            which = "found in work" if at_work else "placed"
            label = f"{code}, {which}, week {week}"
            found = ended[month, places[code]]
            comparisons.append(proportion(label, p, found, context.persons))
    return comparisons


def _running_loss(group: Group, weeks: int) -> list[float]:
    total = [0.0]
    for week in range(weeks):
        total.append(total[-1] + value_at(group.job_loss_hazard_per_week, week, 0.0))
    return total


def returns(context: Context) -> Check:
    """Of those whose job ends, the stated share comes back to benefit."""
    name, losing = "returns", _losing(context)
    comparisons = []
    for at_work in (False, True) if losing else ():
        volumes = context.play(_workers(context, losing, at_work=at_work))
        for code, group in losing.items():
            mine = volumes.sel(group=code)
            back, gone = int(mine["returns"].sum()), int(mine["not_returned"].sum())
            if back + gone:
                which = "found in work" if at_work else "placed"
                comparisons.append(
                    proportion(f"{code}, {which}", group.return_share, back, back + gone)
                )
    if not comparisons:
        return does_not_apply(name, "jobs never end" if not losing else "no job ended")
    reason = "share of ended jobs that lead back to benefit"
    certain = all(group.return_share in (0.0, 1.0) for group in losing.values())
    return exactly(name, comparisons, reason) if certain else within(name, comparisons, reason)


COHORT_WEEKS = 78
"""Weeks for which a cohort is followed."""


def value_at(steps: tuple[WeekStep, ...], week: int, default: float) -> float:
    """Value in a week of a spell or job."""
    values = [step.value for step in steps if step.from_week <= week]
    return values[-1] if values else default


def share_by_week(bands: tuple[Band, ...]) -> list[tuple[int, float]]:
    """Share of people at each single week of some bands; shares are made to add up to 1."""
    total = sum(band.share for band in bands)
    return [
        (week, band.share / total / (band.to - band.from_))
        for band in bands
        if band.share > 0
        for week in range(band.from_, band.to)
    ]


def last_weeks(scenario: Scenario) -> list[tuple[int, int]]:
    """(month, week) of the last week of each month."""
    rules = PlainRules(scenario)
    return [(month, week) for week, month in enumerate(rules.months) if rules.ends_month(week)]
