"""Checks of frequencies against their probabilities; may import the context and the rules.

The check that all engines agree.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from jobsim.engines import ENGINES
from jobsim.verification.context import HISTORY_ENGINE, Context
from jobsim.verification.result import (
    Check,
    Expectation,
    does_not_apply,
    exactly,
    poisson,
    proportion,
    within,
)
from jobsim.verification.rules import PlainRules, decimal


def arrivals(context: Context) -> Check:
    """Arrivals are Poisson with the stated mean."""
    name, rules = "arrivals", PlainRules(context.scenario)
    comparisons = []
    for code, group in context.scenario.groups.items():
        mean = sum((decimal(group.inflow_per_week.on(day)) for day in rules.days), Fraction(0))
        found = int(context.volumes["arrivals"].sel(group=code).sum())
        comparisons.append(poisson(code, float(mean), found, context.replications))
    if not any(comparison.expected for comparison in comparisons):
        return does_not_apply(name, "nobody arrives")
    return within(name, comparisons, "mean number in the whole run = sum of the weekly inflow")


def no_shows(context: Context) -> Check:
    """Calls to meetings that nobody comes to are a stated share."""
    name, events = "no-shows", context.own_events
    comparisons = []
    for place, (code, group) in enumerate(context.scenario.groups.items()):
        mine = events.loc[events["group"] == place, "event"]
        missed, held = int((mine == "no_show").sum()), int((mine == "meeting").sum())
        if missed + held:
            p = group.no_show_probability
            comparisons.append(proportion(code, p, missed, missed + held))
    if not comparisons:
        return does_not_apply(name, "nobody is ever called to a meeting")
    return within(name, comparisons, "share of calls that nobody came to, by group")


def openings(context: Context) -> Check:
    """Openings for small jobs, taken or not, are Poisson with the mean that money buys."""
    name, scenario = "openings", context.scenario
    comparisons = []
    for code, group in scenario.groups.items():
        if group.small_jobs is not None:
            mine = context.volumes.sel(group=code)
            found = int(mine["small_job_starts"].sum() + mine["openings_lost"].sum())
            mean = sum(_openings(context, code, day) for day in PlainRules(scenario).days)
            comparisons.append(poisson(code, mean, found, context.replications))
    if not any(comparison.expected for comparison in comparisons):
        return does_not_apply(name, "there are no openings for small jobs")
    reason = "mean number in the whole run = (ordinary + consultants' share) x tightness effect"
    return within(name, comparisons, reason)


def _openings(context: Context, code: str, day: dt.date) -> float:
    scenario = context.scenario
    group, jobs, market = (
        scenario.groups[code].small_jobs,
        scenario.small_jobs,
        scenario.labour_market,
    )
    assert group is not None
    assert jobs is not None
    rate = group.ordinary_openings_per_week.on(day)
    if jobs.consultants is not None:
        paid = jobs.consultants
        fte = paid.budget_per_year.on(day) / paid.cost_per_fte_year.on(day)
        rate += fte * paid.openings_per_fte_week.on(day) * group.consultant_share
    relative = market.tightness.on(day) / market.reference_tightness
    return float(rate * relative**jobs.openings_elasticity)


def engines_agree(context: Context) -> Check:
    """Every engine returns the same volumes and the same histories."""
    first, *others = sorted(ENGINES, key=lambda engine: engine != HISTORY_ENGINE)
    ours = context.play(context.scenario, replications=context.histories, engine=first)
    comparisons = []
    for engine in others:
        volumes = context.play(context.scenario, replications=context.histories, engine=engine)
        for name in ours.data_vars:
            differing = int((ours[name].values != volumes[name].values).sum())
            label = f"cells of {name} of {engine} that differ from {first}"
            comparisons.append(Expectation(label, 0, differing))
        events = context.events(context.scenario, engine)
        same = events.equals(context.own_events)
        comparisons.append(Expectation(f"histories of {engine} and {first} differ", 0, not same))
    return exactly(
        "engines agree",
        comparisons,
        f"volumes and {len(context.own_events):,} events of {', '.join([first, *others])}",
    )
