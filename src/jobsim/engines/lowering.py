"""A scenario lowered once into tables, by shared code; may import draws, scenario and the tables.

Every power, quantile and distribution function is computed here, in float64 and from left to right,
so that all engines read the same floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, repeat, takewhile

import numpy as np

from jobsim.arrays import Floats, Ints
from jobsim.draws import GammaQuantile, PoissonQuantile, ShareTable
from jobsim.draws.quantiles import running_sum
from jobsim.engines.size import refuse_above, refuse_too_large
from jobsim.engines.tables import People, Ramp, Services, Supports, Tables
from jobsim.scenario import Group, GroupSmallJobs, Programme, RegularService, Scenario
from jobsim.scenario.fields import Band, WeekStep
from jobsim.scenario.past import Past, past_of
from jobsim.scenario.scenario import grants_per_year, staff_money_per_year

_ROUNDING = 1e-9
"""Added before rounding down, so that 3.0 computed as 2.9999999999 counts as 3."""


def tables_of(scenario: Scenario) -> Tables:
    """Lower a scenario into arrays.

    Raises
    ------
    SizeError
        If one replication would not fit in memory; the message says how much it would need.
    """
    refuse_too_large(scenario)
    weeks = scenario.weeks
    people = _people(scenario)
    years = np.unique(weeks.years)
    return Tables(
        weeks=weeks.count,
        months=weeks.months,
        month_of_week=weeks.month_of_week,
        year_of_week=np.searchsorted(years, weeks.years),
        people=people,
        services=_services(scenario, most_persons(people)),
        ramp=_ramp(scenario),
        supports=_supports(scenario, years),
    )


def most_persons(people: People) -> int:
    """Return the greatest number of persons that a roster can hold."""
    arrivals = sum(q.largest for by_week in people.arrivals for q in by_week)
    return int(people.stock.sum() + people.pool.sum() + people.cohort.sum()) + arrivals


def _people(scenario: Scenario) -> People:
    groups = list(scenario.groups.values())
    dates = scenario.weeks.dates
    count = scenario.weeks.count
    longest_elapsed = max(band.to for g in groups for band in g.elapsed_weeks)
    longest_tenure = max(band.to for g in groups for band in g.tenure_weeks)
    duration = np.array([duration_by_week(g, longest_elapsed + count) for g in groups])
    before = past_of(scenario)
    past, during = past_boosts(scenario, before, longest_elapsed + count)
    return People(
        codes=tuple(scenario.groups),
        keys=np.array([g.key for g in groups]),
        stock=np.array([g.stock for g in groups]),
        pool=np.array([g.employed_pool for g in groups]),
        arrivals=tuple(_poisson(g.inflow_per_week.at(dates)) for g in groups),
        cohort=np.array([g.entry_cohort for g in groups]),
        elapsed=tuple(_bands(g.elapsed_weeks) for g in groups),
        tenure=tuple(_bands(g.tenure_weeks) for g in groups),
        ladder=tuple(
            tuple(map(_bands, (g.ladder_weeks.stock, g.ladder_weeks.pool, g.ladder_weeks.arrivals)))
            for g in groups
        ),
        hazard=np.array([g.job_finding_hazard_per_week for g in groups]),
        other_exit=np.array([g.other_exit_hazard_per_week for g in groups]),
        frailty=np.array([g.frailty_variance for g in groups]),
        gamma=tuple(_gamma(g.frailty_variance) for g in groups),
        duration=duration,
        past=past,
        lived=_lived(duration * (1.0 + during)),
        cycle=np.array([_cycle(scenario, g.tightness_elasticity) for g in groups]),
        job_loss=np.array(
            [_cumulative(g.job_loss_hazard_per_week, longest_tenure + count) for g in groups]
        ),
        return_share=np.array([g.return_share for g in groups]),
        no_show=np.array([g.no_show_probability for g in groups]),
        meeting_exit=np.array([g.meeting_exit_probability for g in groups]),
        past_interval=np.array([before.interval_weeks[code][-1] for code in scenario.groups]),
    )


@lru_cache(maxsize=64)
def _gamma(variance: float) -> GammaQuantile | None:
    return GammaQuantile(1.0 / variance) if variance > 0 else None


_poisson_quantile = lru_cache(maxsize=4096)(PoissonQuantile)


def _poisson(rates: Floats) -> tuple[PoissonQuantile, ...]:
    return tuple(_poisson_quantile(float(rate)) for rate in rates)


def _bands(bands: tuple[Band, ...]) -> ShareTable:
    return ShareTable(
        tuple(b.from_ for b in bands), tuple(b.to for b in bands), tuple(b.share for b in bands)
    )


def _powers(bases: Floats, exponent: float) -> Floats:
    """Powers by the C library, as Python's ``**``; numpy's differ in the last bit."""
    return np.array([_power(base, exponent) for base in bases.tolist()])


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except (OverflowError, ZeroDivisionError):
        return math.inf  # what the C library returns


def _cycle(scenario: Scenario, elasticity: float) -> Floats:
    """``(tightness / reference_tightness) ** elasticity`` by week."""
    market = scenario.labour_market
    with np.errstate(over="ignore"):
        relative = market.tightness.at(scenario.weeks.dates) / market.reference_tightness
    powers = _powers(relative, elasticity)
    refuse_above(
        "labour_market.tightness",
        powers,
        1e12,
        f"times the plain value (elasticity {elasticity:g})",
    )
    return powers


def _steps(steps: tuple[WeekStep, ...], length: int, default: float) -> list[float]:
    """Value of each week 0 … length-1; the last step goes on."""
    values = [default] * length
    for step in steps:
        values[step.from_week :] = [step.value] * max(0, length - step.from_week)
    return values


def duration_by_week(group: Group, length: int) -> list[float]:
    """Weekly hazard of a Weibull spell relative to its first week, times the stated multipliers.

    ``(s + 1)**shape - s**shape`` is the rise of the cumulative hazard over week s.
    """
    shape = group.weibull_shape
    multipliers = _steps(group.duration_multipliers, length, 1.0)
    return [((s + 1.0) ** shape - float(s) ** shape) * multipliers[s] for s in range(length)]


def past_boosts(scenario: Scenario, before: Past, length: int) -> tuple[Floats, Floats]:
    """Lasting boost of a spell before the run by group and week, before and after its meeting.

    An expectation: everybody is met when due, and the share that comes does the whole of the gain.
    """
    effect, whole = scenario.meetings, (len(scenario.groups), length)
    past, during = np.zeros(whole), np.zeros(whole)
    decay, most = decay_of(effect.lasting_half_life_weeks), effect.max_lasting_boost or 0.0
    for g, (code, group) in enumerate(scenario.groups.items()):
        came = 1.0 - before.no_show_probability[code]
        factor, boost, meeting_weeks = effect.first_meeting_factor, 0.0, _met(before, code, length)
        for s in range(length) if group.lasting_gain > 0 else ():
            past[g, s] = boost
            if s in meeting_weeks:
                gain = (group.lasting_gain * factor) * before.gain_multiplier
                boost, factor = min(boost + gain * came, most), 1.0
            during[g, s] = boost
            boost = boost * decay
    return past, during


def _met(before: Past, group: str, length: int) -> set[int]:
    """Weeks of a spell in which the regular service before the run meets a group."""
    entries, week = before.interval_weeks[group], before.first_meeting_weeks
    gaps = chain(entries, repeat(entries[-1]))
    return set(takewhile(lambda week: week < length, accumulate(gaps, initial=week)))


def _lived(paces: Floats) -> Floats:
    """Sums of the weeks before each one, by group."""
    lived = np.zeros(paces.shape)
    lived[:, 1:] = np.cumsum(paces, axis=1)[:, :-1]  # adds from left to right
    return lived


def decay_of(half_life_weeks: float | None) -> float:
    """Return what a week leaves of a boost; of none, nothing."""
    return 0.5 ** (1.0 / half_life_weeks) if half_life_weeks else 0.0


def _cumulative(steps: tuple[WeekStep, ...], length: int) -> list[float]:
    return [0.0, *running_sum(_steps(steps, length, 0.0))]


def _services(scenario: Scenario, persons: int) -> Services:
    regular, programmes = scenario.regular_service, list(scenario.programmes.values())
    tracks: list[RegularService | Programme] = [regular, *programmes]
    dates, groups = scenario.weeks.dates, list(scenario.groups)
    effect = scenario.meetings
    fte = np.array([regular.fte.at(dates)] + [_fte(scenario, code) for code in scenario.programmes])
    capacity = [
        _whole_steps(fte[i] * track.meetings_per_fte_week.at(dates))
        for i, track in enumerate(tracks)
    ]
    lists = [[_interval(track.interval_weeks, code) for code in groups] for track in tracks]
    groups_of = scenario.groups.values()
    gain = np.array([[g.meeting_gain] for g in groups_of])
    lasting = np.array([[g.lasting_gain] for g in groups_of])
    multiplier = np.array([[[track.gain_multiplier]] for track in tracks])
    first_or_later = [effect.first_meeting_factor, 1.0]
    levels = [np.unique(row) for row in fte]
    slots = [np.floor(fte[i + 1] * p.caseload_limit + _ROUNDING) for i, p in enumerate(programmes)]
    return Services(
        codes=("regular", *scenario.programmes),
        fte=fte,
        capacity=np.array(capacity),
        interval=_padded(lists),
        interval_entries=np.array([[len(entries) for entries in row] for row in lists]),
        gain=(gain * first_or_later) * multiplier,
        lasting_gain=(lasting * first_or_later) * multiplier,
        quality=tuple(quality_by_persons(scenario, values, persons) for values in levels),
        quality_row=np.array([np.searchsorted(levels[i], row) for i, row in enumerate(fte)]),
        job_loss_multiplier=np.array([track.job_loss_multiplier for track in tracks]),
        slots=np.array(slots, dtype=np.int64).reshape(len(programmes), len(dates)),
        admits=np.array(
            [[code in p.groups for code in groups] for p in programmes], dtype=bool
        ).reshape(len(programmes), len(groups)),
        max_weeks=np.array([p.max_weeks or 1 << 30 for p in programmes], dtype=np.int64),
        order=tuple(p.admission for p in programmes),
        first_meeting_weeks=regular.first_meeting_weeks,
        max_boost=effect.max_boost,
        decay=decay_of(effect.half_life_weeks),
        max_lasting_boost=effect.max_lasting_boost or 0.0,
        lasting_decay=decay_of(effect.lasting_half_life_weeks),
    )


def _fte(scenario: Scenario, programme: str) -> Floats:
    cost = scenario.programmes[programme].cost_per_fte_year.at(scenario.weeks.dates)
    with np.errstate(over="ignore"):
        fte = np.asarray(staff_money_per_year(scenario, programme) / cost)
    refuse_above(f"programmes.{programme}.budget_per_year", fte, 1e6, "full-time caseworkers")
    return fte


def _whole_steps(amounts: Floats) -> list[int]:
    """Whole units per week out of fractions that carry over: differences of the floored sum."""
    floors = [math.floor(total + _ROUNDING) for total in running_sum(amounts.tolist())]
    return [b - a for a, b in zip([0, *floors], floors, strict=False)]


def _interval(intervals: Mapping[str, tuple[int, ...]], group: str) -> tuple[int, ...]:
    """List of a group; a programme that does not admit the group needs none."""
    return intervals.get(group, intervals.get("all", (1,)))


def _padded(lists: list[list[tuple[int, ...]]]) -> Ints:
    longest = max(len(entries) for row in lists for entries in row)
    return np.array([[_going_on(e, longest) for e in row] for row in lists], dtype=np.int64)


def _going_on(entries: Sequence[float], length: int) -> list[float]:
    """Entries up to a length; the last one goes on."""
    return [*entries, *[entries[-1]] * (length - len(entries))]


def quality_by_persons(scenario: Scenario, fte_values: Floats, persons: int) -> Floats:
    """Factor on a meeting's gain by FTE and persons in the track.

    ``clip((reference_caseload / (persons / fte)) ** elasticity, quality_min, quality_max)``, and
    quality_min without any FTE.
    """
    effect = scenario.meetings
    rows = []
    for fte in fte_values.tolist():
        if fte <= 0:
            rows.append(np.full(persons + 1, effect.quality_min))
            continue
        ratios = effect.reference_caseload / (np.arange(1, persons + 1) / fte)
        row = _powers(ratios, effect.caseload_elasticity)
        rows.append(np.clip(np.insert(row, 0, 0.0), effect.quality_min, effect.quality_max))
    return np.array(rows)


def _ramp(scenario: Scenario) -> Ramp:
    jobs = scenario.small_jobs
    taking = [g.small_jobs if jobs else None for g in scenario.groups.values()]
    drops = [t.drop_probabilities if t else (0.0,) for t in taking]
    climbs = [t.climb_probabilities if t else (0.0,) for t in taking]
    reviews = max(map(len, [*drops, *climbs]))
    drop = np.array([_going_on(one, reviews) for one in drops])
    climb = np.array([_going_on(one, reviews) for one in climbs])
    return Ramp(
        levels=len(jobs.hours_per_week) if jobs else 0,
        cap=tuple(ShareTable.of_levels(t.cap_shares) if t else None for t in taking),
        start_level=tuple(
            ShareTable.of_levels(t.start_level_shares) if t and t.start_level_shares else None
            for t in taking
        ),
        openings=tuple(_openings(scenario, t) if t else None for t in taking),
        drop=drop,
        drop_or_climb=drop + climb,
        multiplier=np.array([t.hazard_multiplier if t else 1.0 for t in taking]),
        step_weeks=jobs.step_weeks if jobs else 1,
        cool_weeks=jobs.cool_weeks if jobs else 0,
        experience_weeks=jobs.experience_weeks if jobs else 0,
        experience_multiplier=jobs.experience_multiplier if jobs else 1.0,
        job_loss_multiplier=jobs.job_loss_multiplier if jobs else 1.0,
    )


def _openings(scenario: Scenario, group: GroupSmallJobs) -> tuple[PoissonQuantile, ...]:
    """Openings of a group: ordinary ones and its share of the consultants', times the cycle."""
    jobs, dates = scenario.small_jobs, scenario.weeks.dates
    assert jobs is not None
    found = np.zeros(len(dates))
    if jobs.consultants:
        staff = jobs.consultants
        with np.errstate(over="ignore"):
            fte = staff.budget_per_year.at(dates) / staff.cost_per_fte_year.at(dates)
        refuse_above("small_jobs.consultants.budget_per_year", fte, 1e6, "full-time consultants")
        found = fte * staff.openings_per_fte_week.at(dates) * group.consultant_share
    ordinary = group.ordinary_openings_per_week.at(dates)
    rates = (ordinary + found) * _cycle(scenario, jobs.openings_elasticity)
    refuse_above("small_jobs", rates, 1e6, "openings a week for one group")
    return _poisson(rates)


def _supports(scenario: Scenario, years: Ints) -> Supports:
    supports, groups = scenario.supports, list(scenario.groups)
    shape = (len(supports), len(groups))
    return Supports(
        codes=tuple(supports),
        keys=np.array([s.key for s in supports.values()], dtype=np.int64),
        need=np.array(
            [[s.need_share.get(code, 0.0) for code in groups] for s in supports.values()]
        ).reshape(shape),
        listed=np.array(
            [[code in s.groups for code in groups] for s in supports.values()], dtype=bool
        ).reshape(shape),
        lead_weeks=np.array([s.lead_weeks for s in supports.values()], dtype=np.int64),
        lock_in=np.array([s.lock_in_multiplier for s in supports.values()]),
        multiplier=np.array([s.multiplier for s in supports.values()]),
        grants=np.array(
            [_grants(scenario, code, years.tolist()) for code in supports], dtype=np.int64
        ).reshape(len(supports), len(years)),
    )


def _grants(scenario: Scenario, support: str, years: list[int]) -> list[int]:
    try:
        by_year = grants_per_year(scenario, support)
    except OverflowError:
        by_year = dict.fromkeys(years, 10**300)
    grants = [by_year[year] for year in years]
    refuse_above(f"supports.{support}.unit_cost", [float(n) for n in grants], 1e9, "grants a year")
    return grants
