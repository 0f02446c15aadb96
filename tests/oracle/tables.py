"""Tables: what a scenario says about each week, track, group and support, in plain numbers.

Tracks are numbered, 0 the regular service, then programmes in file order; so are groups and
supports. A schedule is read on the fourth day of a week.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from jobsim.calendar import Schedule
from jobsim.scenario import Scenario
from jobsim.scenario.fields import WeekStep
from jobsim.scenario.parts import Programme, Support

__all__ = ["REGULAR", "Tables", "last_goes_on", "on"]

REGULAR = 0
"""Track of those who are in no programme."""
Entry = TypeVar("Entry")
ValueOn = Callable[[Schedule, dt.date], float]


def last_goes_on(values: Sequence[Entry], place: int) -> Entry:
    """Entry of a list whose last entry goes on for ever."""
    return values[min(place, len(values) - 1)]


def whole(amount: float) -> int:
    """Whole part of an amount; rounding is forgiven."""
    return math.floor(amount + 1e-9)


def on(schedule: Schedule, day: dt.date, before: float | None = None) -> float:
    """Value of the last step on or before a day; before its first step another, or the first."""
    value = before if before is not None and schedule.dates else schedule.values[0]
    for first_day, stepped in zip(schedule.dates, schedule.values, strict=False):
        if first_day <= day:
            value = stepped
    return value


def budget_on(budget: Schedule, day: dt.date) -> float:
    """A yearly budget on a day; money whose first step is still to come is not there."""
    return on(budget, day, before=0.0)


def mean_of_year(schedule: Schedule, year: int, value_on: ValueOn = on) -> float:
    """Mean over the days of a year; exactly the value, where it is the same all year."""
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    cuts = [first, *(day for day in schedule.dates if first < day < after), after]
    values = [value_on(schedule, day) for day in cuts[:-1]]
    if len(set(values)) == 1:
        return values[0]
    total = 0.0
    for value, begins, ends in zip(values, cuts, cuts[1:], strict=False):
        total += (ends - begins).days * value
    return total / (after - first).days


def money_of_year(budget: Schedule, year: int) -> float:
    """A full year's money."""
    return mean_of_year(budget, year, budget_on)


def power(base: float, exponent: float) -> float:
    """Power by the C library, infinite where it is beyond float64."""
    try:
        return base**exponent
    except (OverflowError, ZeroDivisionError):
        return math.inf


def in_week(steps: Sequence[WeekStep], week: int, without: float) -> float:
    """Value of the last step so far, of a spell or a job; another one without steps."""
    return next((step.value for step in reversed(steps) if step.from_week <= week), without)


class Tables:
    """All tables of a scenario.

    Parameters
    ----------
    scenario : Scenario
    """

    def __init__(self, scenario: Scenario) -> None:
        weeks = range(scenario.horizon.weeks)
        self.scenario = scenario
        self.codes = list(scenario.groups)
        self.groups = list(scenario.groups.values())
        self.tracks = [scenario.regular_service, *scenario.programmes.values()]
        self.supports = list(scenario.supports.values())
        jobs = scenario.small_jobs
        self.levels = len(jobs.hours_per_week) if jobs else 1  # L; at least level 0 is shown

        self.days = [scenario.horizon.start + dt.timedelta(days=7 * t + 3) for t in weeks]
        months = [12 * day.year + day.month for day in self.days]
        self.month = [month - months[0] for month in months]
        self.fte = [self._fte(track) for track in range(len(self.tracks))]
        self.capacity = [self._capacity(track) for track in range(len(self.tracks))]
        self.grants = [
            {year: self._grants(support, year) for year in {day.year for day in self.days}}
            for support in scenario.supports
        ]
        self.cycle = [self._tightness_to_the(one.tightness_elasticity) for one in self.groups]
        self.openings = [self._openings(g) for g in range(len(self.groups))]
        self.job_loss = [self._job_loss(g) for g in range(len(self.groups))]
        effect = scenario.meetings
        self.decay = 0.5 ** (1.0 / effect.half_life_weeks)
        self.max_lasting = effect.max_lasting_boost or 0.0
        self.lasting_decay = 0.5 ** (1.0 / (effect.lasting_half_life_weeks or 1.0))
        tables = [self._past_and_during(g) for g in range(len(self.groups))]
        self.past = [past for past, _ in tables]
        self.during = [during for _, during in tables]

    # Caseworkers and grants

    def _fte(self, track: int) -> list[float]:
        """Full-time caseworkers of a track in each week."""
        service = self.tracks[track]
        if track == REGULAR:
            return [on(service.fte, day) for day in self.days]
        code = list(self.scenario.programmes)[track - 1]
        cost = service.cost_per_fte_year
        return [self._staff_money(code, day) / on(cost, day) for day in self.days]

    def _staff_money(self, programme: str, day: dt.date) -> float:
        """Yearly money that grants leave for staff: they take the same share of every week."""
        budget = self.scenario.programmes[programme].budget_per_year
        amount, mean = budget_on(budget, day), money_of_year(budget, day.year)
        if mean > 0:
            paid = (code for code, s in self.scenario.supports.items() if s.paid_from == programme)
            grants = sum(self._grant_money(support, day.year) for support in paid)
            amount -= grants * (amount / mean)
        return max(amount, 0.0)

    def _grant_money(self, support: str, year: int) -> float:
        """Money of a year for grants; a programme pays its supports in file order while it can."""
        one = self.scenario.supports[support]
        wanted = money_of_year(one.budget_per_year, year)
        if one.paid_from is None:
            return wanted
        left = money_of_year(self.scenario.programmes[one.paid_from].budget_per_year, year)
        for code, earlier in self.scenario.supports.items():
            if code == support:
                break
            if earlier.paid_from == one.paid_from:
                left = max(0.0, left - money_of_year(earlier.budget_per_year, year))
        return min(wanted, left)

    def _grants(self, support: str, year: int) -> int:
        unit_cost = self.scenario.supports[support].unit_cost
        return whole(self._grant_money(support, year) / mean_of_year(unit_cost, year))

    def _capacity(self, track: int) -> list[int]:
        """Meetings that can be called in each week: whole ones of the running sum."""
        pace = self.tracks[track].meetings_per_fte_week
        total, before, capacity = 0.0, 0, []
        for fte, day in zip(self.fte[track], self.days, strict=True):
            total = total + fte * on(pace, day)
            capacity.append(whole(total) - before)
            before = whole(total)
        return capacity

    def slots(self, track: int, week: int) -> int:
        """Most participants of a programme in a week."""
        return whole(self.fte[track][week] * self.tracks[track].caseload_limit)

    def quality(self, track: int, week: int, people: int) -> float:
        """q: what the caseload of the track makes of a meeting's gain."""
        effect, fte = self.scenario.meetings, self.fte[track][week]
        if fte == 0:
            return effect.quality_min
        q = power(effect.reference_caseload / (people / fte), effect.caseload_elasticity)
        return min(max(q, effect.quality_min), effect.quality_max)

    def interval(self, track: int, group: int) -> Sequence[int]:
        """Weeks from the first, second, … meeting in a track to the next."""
        lists = self.tracks[track].interval_weeks
        return lists["all"] if "all" in lists else lists[self.codes[group]]

    def listed(self, part: Programme | Support, group: int) -> bool:
        """Whether a programme or support takes a group."""
        return self.codes[group] in part.groups

    # The time before the run

    def interval_before(self, group: int) -> Sequence[int]:
        """Weeks from one meeting to the next before the run."""
        before, code = self.scenario.regular_service.before.interval_weeks, self.codes[group]
        if before is not None and "all" in before:
            return before["all"]
        if before is not None and code in before:
            return before[code]
        return self.interval(REGULAR, group)

    def _past_and_during(self, group: int) -> tuple[list[float], list[float]]:
        """K by week of a spell before the run: as the week begins, and after its meeting."""
        regular, one = self.scenario.regular_service, self.groups[group]
        before, intervals = regular.before, self.interval_before(group)
        no_show = before.no_show_probability.get(self.codes[group], one.no_show_probability)
        gain_multiplier = before.gain_multiplier
        if gain_multiplier is None:
            gain_multiplier = regular.gain_multiplier
        meeting_week = before.first_meeting_weeks
        if meeting_week is None:
            meeting_week = regular.first_meeting_weeks
        past, during, held, lasting = [], [], 0, 0.0
        for s in range(max(band.to for band in one.elapsed_weeks) + 1):
            past.append(lasting)
            if s == meeting_week:
                f = self.scenario.meetings.first_meeting_factor if held == 0 else 1.0
                rise = ((one.lasting_gain * f) * gain_multiplier) * (1.0 - no_show)
                lasting = min(lasting + rise, self.max_lasting)
                meeting_week += last_goes_on(intervals, held)
                held += 1
            during.append(lasting)
            lasting = lasting * self.lasting_decay
        return past, during

    # The labour market

    def _tightness_to_the(self, elasticity: float) -> list[float]:
        market = self.scenario.labour_market
        ratios = [on(market.tightness, day) / market.reference_tightness for day in self.days]
        return [power(ratio, elasticity) for ratio in ratios]

    def _openings(self, group: int) -> list[float]:
        """Rate of small-job openings of a group in each week."""
        jobs, mine = self.scenario.small_jobs, self.groups[group].small_jobs
        if mine is None:
            return [0.0] * len(self.days)
        rates = []
        for day, cycle in zip(
            self.days, self._tightness_to_the(jobs.openings_elasticity), strict=True
        ):
            found = 0.0
            if jobs.consultants is not None:
                team = jobs.consultants
                fte = budget_on(team.budget_per_year, day) / on(team.cost_per_fte_year, day)
                found = fte * on(team.openings_per_fte_week, day) * mine.consultant_share
            rates.append((on(mine.ordinary_openings_per_week, day) + found) * cycle)
        return rates

    # Hazards by weeks of the spell and of the job

    def duration(self, group: int, s: int) -> float:
        """dur[s]: hazard in week s of a spell, relative to λ."""
        one = self.groups[group]
        weibull = (s + 1.0) ** one.weibull_shape - float(s) ** one.weibull_shape
        return weibull * in_week(one.duration_multipliers, s, without=1.0)

    def _job_loss(self, group: int) -> list[float]:
        """cumloss[d]: hazard of losing the job, summed over its first d weeks."""
        one = self.groups[group]
        summed = [0.0]
        for week in range(len(self.days) + max(band.to for band in one.tenure_weeks)):
            summed.append(summed[-1] + in_week(one.job_loss_hazard_per_week, week, without=0.0))
        return summed

    def job_length(self, group: int, tenure: int, exponential: float) -> int | None:
        """D: smallest d > tenure at which cumloss has risen by the draw; None beyond the table.

        A job that begins has tenure 0.
        """
        cumloss = self.job_loss[group]
        reached = cumloss[tenure] + exponential
        return next((d for d in range(tenure + 1, len(cumloss)) if cumloss[d] >= reached), None)
