"""Checks of what must make no difference, and of two places in one; may import the context."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtrit

from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import STOCK, build_roster
from jobsim.scenario import Scenario
from jobsim.verification.context import Context
from jobsim.verification.result import (
    TOLERANCE,
    Check,
    Expectation,
    does_not_apply,
    exactly,
    within,
)
from jobsim.verification.variants import (
    doubled,
    rekeyed,
    roomy,
    without_effects,
    without_policy,
)

if TYPE_CHECKING:
    import xarray as xr


_PEOPLE = (
    "benefit_weeks",
    "employed_weeks",
    "left_weeks",
    "placements",
    "returns",
    "not_returned",
    "other_exits",
    "arrivals",
    "small_job_starts",
    "small_job_drops",
    "recipients",
)
"""Volumes that say what happens to people, rather than what is done for them."""


def zero_gains(context: Context) -> Check:
    """Meetings and supports without effect change nobody's life: differences of exactly zero."""
    treated = without_effects(context.scenario)
    ours = context.play(treated, replications=context.histories)
    other = context.play(without_policy(treated), replications=context.histories)
    comparisons = [
        Expectation(f"cells of {name} that differ", 0, int((ours[name] != other[name]).sum()))
        for name in _PEOPLE
    ]
    return exactly(
        "zero gains",
        comparisons,
        f"gains 0 and multipliers 1, with and without programmes, supports and twice the staff: "
        f"{int(ours['benefit_weeks'].sum()):,} benefit-weeks are the same",
    )


def two_in_one(context: Context) -> Check:
    """Two places merged, with room for everybody: each lives as if it were alone."""
    name, copy = "two in one", rekeyed(context.scenario)
    if copy is None:
        return does_not_apply(name, "there are not enough free keys for a copy of every group")
    first, second = roomy(context.scenario), roomy(copy)
    merged = doubled(first, second)
    both = context.play(merged, replications=context.histories)
    alone = [context.play(one, replications=context.histories) for one in (first, second)]
    groups = len(context.scenario.groups)
    twins = _twins(merged, groups, context.seed)
    comparisons = [Expectation("persons with the same luck as their copy", 0, twins)]
    for place, one in enumerate(alone):
        own = both.isel(group=slice(place * groups, (place + 1) * groups))
        for volume in _PEOPLE:
            differing = int((own[volume].values != one[volume].values).sum())
            comparisons.append(Expectation(f"cells of {volume} that differ", 0, differing))
    weeks = [int(one["benefit_weeks"].sum()) for one in alone]
    return exactly(
        name,
        comparisons,
        f"merged rosters, double staff, room for everybody: {weeks[0]:,} and {weeks[1]:,} "
        "benefit-weeks, each as if alone",
    )


def _twins(merged: Scenario, groups: int, seed: int) -> int:
    """How many of those on benefit at the start share a draw with their copy."""
    roster = build_roster(tables_of(merged), seed, np.array([0]))
    stock = [
        np.flatnonzero((roster.origin == STOCK) & (roster.group == g)) for g in range(2 * groups)
    ]
    luck = [roster.queue[who][np.argsort(roster.k[who])] for who in stock]
    pairs = zip(luck[:groups], luck[groups:], strict=True)
    return sum(int((ours == copy).sum()) for ours, copy in pairs)


def other_keys(context: Context) -> Check:
    """The same place under other keys beside it: together twice the expected volumes."""
    name, copy = "two copies", rekeyed(context.scenario)
    if copy is None:
        return does_not_apply(name, "there are not enough free keys for a copy of every group")
    if context.replications < 2:
        return does_not_apply(name, "one replication has no standard error; ask for more")
    other = context.play(copy, replications=context.replications)
    comparisons = [
        _twice(volume, _totals(context.volumes, volume), _totals(other, volume))
        for volume in _PEOPLE
        if int(context.volumes[volume].sum()) > 0
    ]
    if not comparisons:
        return does_not_apply(name, "nothing ever happens")
    return within(
        name,
        comparisons,
        f"the place and its copy = 2 x the place, means of {context.replications} replications "
        "(allowed: Student's t as unlikely as 5 standard errors)",
        tolerance=_student(context.replications),
    )


def _totals(volumes: xr.Dataset, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    others = [dim for dim in volumes[name].dims if dim != "replication"]
    return np.asarray(volumes[name].sum(others).values, dtype=np.float64)


def _twice(
    label: str,
    ours: np.ndarray[tuple[int], np.dtype[np.float64]],
    other: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> Expectation:
    """Mean of both together beside twice the mean of one; the copies are independent.

    One event is added to the variance, so that a single rare one is no alarm.
    """
    n, difference = len(ours), other - ours
    se = math.sqrt(n * float(np.var(difference, ddof=1)) + 1) / n
    return Expectation(label, 2 * float(ours.mean()), float((ours + other).mean()), se)


def _student(replications: int) -> float:
    """Student's t that is exceeded as rarely as `TOLERANCE` standard errors are by a normal."""
    return float(-stdtrit(replications - 1, ndtr(-TOLERANCE)))
