"""Checks of frequencies against probabilities; may import the context and the rules.

Cohorts to whom one thing happens are held against closed forms, month by month, and counts in the
scenario as it stands against their means, within standard errors.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jobsim.scenario import Group, Scenario
from jobsim.scenario.fields import Band
from jobsim.verification.context import COHORT_WEEKS, Checks, Context, NotApplicableError
from jobsim.verification.result import TOLERANCE, Compared, Expectation, poisson, proportion
from jobsim.verification.rules import PlainRules, decimal, in_force
from jobsim.verification.variants import everybody_meets, work_in_the_first_week_only

if TYPE_CHECKING:
    import xarray as xr


CHECKS = Checks()

Chance = Callable[[Group, int], float]
"""Probability of what is counted, for a person of a group after so many weeks."""


def _with_hazard(exposure: Callable[[Group, int], float]) -> Chance:
    """Survival at the group's hazard, after weeks that count as so many."""
    return lambda group, weeks: math.exp(
        -group.job_finding_hazard_per_week * exposure(group, weeks)
    )


def _can_find_a_job(scenario: Scenario) -> list[str]:
    return [code for code, g in scenario.groups.items() if g.job_finding_hazard_per_week > 0]


def _month_by_month(
    context: Context,
    scenario: Scenario,
    chance: Chance,
    *,
    groups: Iterable[str] | None = None,
    counted: Callable[[xr.Dataset], xr.DataArray] = itemgetter("recipients"),
    label: str = "{}",
) -> list[Expectation]:
    """Hold a share of each group's cohort, at the end of each month, against its probability."""
    volumes, rules = context.play(scenario), PlainRules(scenario)
    last = {month: week for week, month in enumerate(rules.months)}
    counts = counted(volumes).isel(replication=0)
    came = volumes["arrivals"].isel(replication=0).sum("month")
    return [
        proportion(
            f"{label.format(code)}, week {week}",
            chance(scenario.groups[code], week),
            int(counts.sel(group=code)[month]),
            int(came.sel(group=code)) or context.persons,  # there from the start, or come in week 0
        )
        for code in (_can_find_a_job(scenario) if groups is None else groups)
        for month, week in last.items()
    ]


def _staying(context: Context, what: str, expectations: list[Expectation]) -> Compared:
    """Shares of people who are still on benefit."""
    everybody = f"{context.persons:,} persons in each group"
    return Compared(f"share still on benefit {what}; {everybody}", expectations, TOLERANCE)


def _share_by_week(bands: tuple[Band, ...]) -> list[tuple[int, float]]:
    """Share of people at each single week of some bands; shares are made to add up to 1."""
    total = sum(band.share for band in bands)
    return [
        (week, band.share / total / (band.to - band.from_))
        for band in bands
        if band.share > 0
        for week in range(band.from_, band.to)
    ]


@CHECKS.add("constant hazard", nothing="no group has a hazard of finding a job")
def constant_hazard(context: Context) -> Compared:
    """Spells of constant hazard are geometric: P(more than t weeks) = exp(-hazard t)."""
    survival = _with_hazard(lambda group, weeks: weeks)
    expectations = _month_by_month(context, context.cohort({}), survival)
    return _staying(context, "of people all alike = exp(-hazard x weeks)", expectations)


@CHECKS.add("frailty of new spells")
def frailty_of_new_spells(context: Context) -> Compared:
    """Gamma frailty: P(more than t weeks) = (1 + variance x cumulative hazard) ^ (-1/variance)."""
    return _frailty(context, "of new spells")


@CHECKS.add("frailty of the stock")
def frailty_of_the_stock(context: Context) -> Compared:
    """The same for those found on benefit, given the weeks they have been there already."""
    return _frailty(context, "given the weeks on benefit so far", "elapsed_weeks")


def _frailty(context: Context, which: str, *more: str) -> Compared:
    frail = {c: g for c, g in context.scenario.groups.items() if g.frailty_variance > 0}
    if not any(g.job_finding_hazard_per_week for g in frail.values()):
        raise NotApplicableError("no group has both frailty and a hazard of finding a job")
    kept = ("frailty_variance", "weibull_shape", "duration_multipliers", *more)
    given = context.scenario.to_dict()["groups"]
    spells = context.cohort({code: {part: given[code][part] for part in kept} for code in frail})

    def survival(group: Group, weeks: int) -> float:
        hazard = _running_hazard(group, weeks)
        return sum(
            share * _gamma_survival(group, hazard[elapsed], hazard[elapsed + weeks])
            for elapsed, share in _share_by_week(group.elapsed_weeks)
        )

    what = f"{which} = (1 + variance x cumulative hazard)^(-1/variance)"
    return _staying(context, what, _month_by_month(context, spells, survival))


def _gamma_survival(group: Group, before: float, after: float) -> float:
    """P(still there at a cumulative hazard, given that at an earlier one)."""
    variance = group.frailty_variance
    if variance == 0:
        return math.exp(before - after)
    return float(((1 + variance * before) / (1 + variance * after)) ** (1 / variance))


def _running_hazard(group: Group, weeks: int) -> list[float]:
    """Cumulative hazard at each week of a spell, of somebody of mean frailty."""
    shape, base = group.weibull_shape, group.job_finding_hazard_per_week
    rates = (
        base * ((s + 1) ** shape - s**shape) * in_force(group.duration_multipliers, s, 1.0)
        for s in range(max(band.to for band in group.elapsed_weeks) + weeks)
    )
    return list(accumulate(rates, initial=0.0))


@CHECKS.add("meeting effect")
def meeting_effect(context: Context) -> Compared:
    """Weekly meetings raise the hazard by gains that add up, fade and are capped."""
    scenario = context.scenario
    groups = scenario.groups.values()
    gains = ((g.meeting_gain + g.lasting_gain) * g.job_finding_hazard_per_week for g in groups)
    if not any(gains):
        raise NotApplicableError("no group has both a meeting gain and a hazard")
    survival = _with_hazard(lambda group, weeks: _weeks_with_boost(scenario, group, weeks))
    return _staying(
        context,
        "with a meeting every week = exp(-hazard x sum of (1 + boost + lasting boost)), from the "
        "meetings so far",
        _month_by_month(context, _weekly_meetings(context), survival),
    )


def _weekly_meetings(context: Context) -> Scenario:
    """People who all come in week 0 and meet a caseworker every week, whatever the caseload."""
    scenario, persons = context.scenario, float(context.persons)
    first, second = scenario.horizon.start, scenario.horizon.start + dt.timedelta(days=7)
    in_week_0 = [{"from": first, "value": persons}, {"from": second, "value": 0.0}]
    multiplier = scenario.regular_service.gain_multiplier
    return context.cohort(
        {
            code: {
                **{"stock": 0, "inflow_per_week": in_week_0},
                **{"meeting_gain": group.meeting_gain, "lasting_gain": group.lasting_gain},
            }
            for code, group in scenario.groups.items()
        },
        regular_service=everybody_meets([1]) | {"gain_multiplier": multiplier},
        meetings=scenario.to_dict()["meetings"] | {"caseload_elasticity": 0.0},
    )


def _weeks_with_boost(scenario: Scenario, group: Group, weeks: int) -> float:
    """Sum of 1 + boost over the weeks of a spell with a meeting in each."""
    effect = scenario.meetings
    quality = min(max(1.0, effect.quality_min), effect.quality_max)
    share = scenario.regular_service.gain_multiplier * quality
    kinds = [
        (group.meeting_gain * share, effect.max_boost, effect.half_life_weeks),
        (group.lasting_gain * share, effect.max_lasting_boost, effect.lasting_half_life_weeks),
    ]
    return weeks + sum(
        _summed_boost(gain, most, half_life, effect.first_meeting_factor, weeks)
        for gain, most, half_life in kinds
        if most is not None and half_life is not None
    )


def _summed_boost(gain: float, most: float, half_life: float, first: float, weeks: int) -> float:
    """Sum over weeks, with a meeting in each, of a boost that adds up, fades and is capped."""
    boost, total = 0.0, 0.0
    for week in range(weeks):
        boost = min(boost + (gain * first if week == 0 else gain), most)
        total += boost
        boost *= 0.5 ** (1.0 / half_life)
    return total


@CHECKS.add("support effect", nothing="no support changes a hazard of finding a job")
def support_effect(context: Context) -> Compared:
    """A support granted in week 0 locks in for its lead weeks and only then raises the hazard."""
    return _staying(
        context,
        "after a grant in week 0 = exp(-hazard x (lock-in x lead weeks + multiplier x later "
        "weeks))",
        [
            expectation
            for code, support in context.scenario.supports.items()
            if (support.multiplier, support.lock_in_multiplier) != (1.0, 1.0)
            for expectation in _one_support(context, code)
        ],
    )


def _one_support(context: Context, code: str) -> list[Expectation]:
    support = context.scenario.supports[code]
    needed = {group: 1.0 for group in support.groups}
    grant = context.scenario.to_dict()["supports"][code]
    grant |= {"budget_per_year": 1e9, "unit_cost": 1.0, "need_share": needed, "paid_from": None}
    granted = context.cohort({}, regular_service=everybody_meets([1]), supports={code: grant})

    def exposure(_: Group, weeks: int) -> float:
        locked = min(weeks, support.lead_weeks)
        return support.lock_in_multiplier * locked + support.multiplier * (weeks - locked)

    groups = [group for group in _can_find_a_job(granted) if group in support.groups]
    label, survival = f"{code}, {{}}", _with_hazard(exposure)
    return _month_by_month(context, granted, survival, groups=groups, label=label)


def _losing(context: Context) -> dict[str, Group]:
    """Groups whose jobs can end."""
    groups = context.scenario.groups.items()
    losing = {c: g for c, g in groups if any(step.value > 0 for step in g.job_loss_hazard_per_week)}
    if not losing:
        raise NotApplicableError("jobs never end")
    return losing


_FOUND = {False: "placed", True: "found in work"}
"""How the people of a cohort have come by their jobs, by whether they had them at the start."""


def _workers(context: Context, groups: Mapping[str, Group], *, at_work: bool) -> Scenario:
    """A cohort in work, found in its jobs or placed in week 0, in which nobody is placed again."""
    given = context.scenario.to_dict()["groups"]
    changes: dict[str, dict[str, Any]] = {code: {"stock": 0} for code in given}
    for code in groups:
        kept = ["job_loss_hazard_per_week", "return_share", *["tenure_weeks"] * at_work]
        changes[code] |= {part: given[code][part] for part in kept}
        hazard = 0.0 if at_work else 1e-4
        changes[code] |= {"job_finding_hazard_per_week": hazard, "tightness_elasticity": 1.0}
        changes[code]["employed_pool" if at_work else "stock"] = context.persons
    multiplier = context.scenario.regular_service.job_loss_multiplier
    return context.cohort(
        changes,
        labour_market=work_in_the_first_week_only(context.scenario.horizon.start),
        regular_service=everybody_meets([5200]) | {"fte": 0.0, "job_loss_multiplier": multiplier},
    )


@CHECKS.add("job lengths")
def job_lengths(context: Context) -> Compared:
    """P(a job lasts more than d weeks) = exp(-multiplier x summed job-loss hazard of d weeks)."""
    losing = _losing(context)
    return Compared(
        "share of jobs that have ended = 1 - exp(-multiplier x summed hazard of job loss), "
        f"new jobs and those found at the start; {context.persons:,} in each group",
        [one for at_work in _FOUND for one in _job_ends(context, losing, at_work=at_work)],
        TOLERANCE,
    )


def _job_ends(context: Context, losing: Mapping[str, Group], *, at_work: bool) -> list[Expectation]:
    scenario = _workers(context, losing, at_work=at_work)
    multiplier = 1.0 if at_work else scenario.regular_service.job_loss_multiplier
    begun = 0 if at_work else 1  # a job found in week 0 has its first week in week 1

    def ended(group: Group, week: int) -> float:
        tenures = _share_by_week(group.tenure_weeks) if at_work else [(0, 1.0)]
        weeks = range(max(tenure for tenure, _ in tenures) + COHORT_WEEKS)
        rates = (in_force(group.job_loss_hazard_per_week, w, 0.0) for w in weeks)
        loss = list(accumulate(rates, initial=0.0))
        worked = max(0, week - begun)
        return sum(
            share * -math.expm1(-multiplier * (loss[tenure + worked] - loss[tenure]))
            for tenure, share in tenures
        )

    return _month_by_month(
        context,
        scenario,
        ended,
        groups=losing,
        counted=lambda volumes: (volumes["returns"] + volumes["not_returned"]).cumsum("month"),
        label=f"{{}}, {_FOUND[at_work]}",
    )


@CHECKS.add("returns", nothing="no job ended")
def returns(context: Context) -> Compared:
    """Of those whose job ends, the stated share comes back to benefit."""
    losing = _losing(context)
    expectations: list[Expectation] = []
    for at_work, which in _FOUND.items():
        volumes = context.play(_workers(context, losing, at_work=at_work))
        for code, group in losing.items():
            mine = volumes.sel(group=code)
            back, gone = int(mine["returns"].sum()), int(mine["not_returned"].sum())
            if back + gone:
                label = f"{code}, {which}"
                expectations.append(proportion(label, group.return_share, back, back + gone))
    certain = all(group.return_share in (0.0, 1.0) for group in losing.values())
    allowed = "exact" if certain else TOLERANCE
    return Compared("share of ended jobs that lead back to benefit", expectations, allowed)


def _numbers(
    context: Context,
    what: str,
    means: Mapping[str, float],
    *volumes: str,
    certain: Mapping[str, int] = MappingProxyType({}),
) -> Compared:
    """Hold numbers in the whole run, by group, against their means; nothing if all are 0.

    What is certain in each replication is left out of the count.
    """
    counts = context.volumes[list(volumes)].to_array().sum(["variable", "replication", "month"])
    expectations = [
        poisson(
            code,
            mean,
            int(counts.sel(group=code)) - certain.get(code, 0) * context.replications,
            context.replications,
        )
        for code, mean in means.items()
        if any(means.values())
    ]
    return Compared(f"mean number in the whole run = {what}", expectations, TOLERANCE)


@CHECKS.add("arrivals", nothing="nobody arrives")
def arrivals(context: Context) -> Compared:
    """Arrivals are Poisson with the stated mean."""
    days = PlainRules(context.scenario).days
    means = {
        code: float(sum(decimal(group.inflow_per_week.on(day)) for day in days))
        for code, group in context.scenario.groups.items()
    }
    cohorts = {code: group.entry_cohort for code, group in context.scenario.groups.items()}
    what = "sum of the weekly inflow, besides the entry cohort"
    return _numbers(context, what, means, "arrivals", certain=cohorts)


@CHECKS.add("no-shows", nothing="nobody is ever called to a meeting")
def no_shows(context: Context) -> Compared:
    """Calls to meetings that nobody comes to are a stated share."""
    events, expectations = context.own_events, []
    for place, (code, group) in enumerate(context.scenario.groups.items()):
        mine = events.loc[events["group"] == place, "event"]
        missed, held = int((mine == "no_show").sum()), int((mine == "meeting").sum())
        if calls := missed + held:
            expectations.append(proportion(code, group.no_show_probability, missed, calls))
    return Compared("share of calls that nobody came to, by group", expectations, TOLERANCE)


@CHECKS.add("openings", nothing="there are no openings for small jobs")
def openings(context: Context) -> Compared:
    """Openings for small jobs, taken or not, are Poisson with the mean that money buys."""
    rules = PlainRules(context.scenario)
    means = {
        code: sum(rules.openings(place, week) for week in range(len(rules.days)))
        for place, code in enumerate(rules.codes)
        if rules.groups[place].small_jobs is not None
    }
    what = "(ordinary + consultants' share) x tightness effect"
    return _numbers(context, what, means, "small_job_starts", "openings_lost")
