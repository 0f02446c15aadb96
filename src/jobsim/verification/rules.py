"""The rules of a scenario in plain arithmetic, read from the scenario itself.

Staff, places and money are exact fractions; hazards are floats, multiplied and added up one week
after the other. May import calendar and scenario, and must not import engines: the
tables that all engines share are what these numbers are held against.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from jobsim.calendar import Schedule
from jobsim.scenario import Scenario
from jobsim.scenario.fields import WeekStep
from jobsim.scenario.parts import Programme, RegularService, SmallJobs
from jobsim.scenario.past import Past, past_of

_ROUNDING = Fraction(1, 10**9)
REFUND_WEEKS = (4, 26, 52)
"""Weeks on the refund ladder at which the state's share falls, as the law has them: said here once
more, since what is checked must not be read from what it is checked against."""


def decimal(value: float) -> Fraction:
    """Read a number as it is written in a file: 0.1 is one tenth."""
    return Fraction(str(value))


def refund_band(ladder_weeks: int) -> int:
    """Band of the refund ladder: at how many of its weeks one has arrived."""
    return sum(ladder_weeks >= week for week in REFUND_WEEKS)


def in_force(steps: tuple[WeekStep, ...], week: int, default: float) -> float:
    """Value of the last step that has begun in a week of a spell or job."""
    values = [step.value for step in steps if step.from_week <= week]
    return values[-1] if values else default


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _money(budget: Schedule, day: dt.date) -> float:
    """Money a year on a day; there is none before it is given."""
    return 0.0 if budget.dates and day < budget.dates[0] else budget.on(day)


@lru_cache(maxsize=1024)
def _year_mean(
    schedule: Schedule, year: int, value_on: Callable[[Schedule, dt.date], float] = Schedule.on
) -> Fraction:
    """Mean over the days of a calendar year."""
    first = dt.date(year, 1, 1)
    days = (dt.date(year + 1, 1, 1) - first).days
    values = [value_on(schedule, first + dt.timedelta(days=day)) for day in range(days)]
    return sum((decimal(value) for value in values), start=Fraction(0)) / days


class PlainRules:
    """Dates, staff, capacity, places, grants and hazards of a scenario.

    Parameters
    ----------
    scenario : Scenario
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        start, weeks = scenario.horizon.start, range(scenario.horizon.weeks)
        self.days = [start + dt.timedelta(days=7 * week + 3) for week in weeks]
        """Fourth day of each week, on which schedules are read."""
        self.months = [
            12 * (day.year - self.days[0].year) + day.month - self.days[0].month
            for day in self.days
        ]
        """Place of each week's calendar month among the months of the run."""
        self.codes = list(scenario.groups)
        """Codes of the groups in order of the file."""
        self.groups = list(scenario.groups.values())
        self.programmes = list(scenario.programmes.values())
        self.supports = list(scenario.supports.values())
        self.tracks: list[RegularService | Programme] = [scenario.regular_service, *self.programmes]
        """The regular service, then the programmes."""

    @property
    def ramp(self) -> SmallJobs:
        """Small jobs, of which there must be some."""
        jobs = self.scenario.small_jobs
        assert jobs is not None, "an event of small jobs where there are none"
        return jobs

    def ends_month(self, week: int) -> bool:
        """Whether a week is the last simulated one of its month."""
        return week + 1 == len(self.days) or self.months[week + 1] != self.months[week]

    @cached_property
    def fte(self) -> list[list[Fraction]]:
        """Full-time caseworkers by track and week: given, or money for staff over their cost."""
        regular = [decimal(self.scenario.regular_service.fte.on(day)) for day in self.days]
        return [regular, *map(self._programme_fte, self.scenario.programmes)]

    def _programme_fte(self, code: str) -> list[Fraction]:
        programme = self.scenario.programmes[code]
        kept = {day.year: self._share_for_staff(code, day.year) for day in self.days}
        return [
            decimal(_money(programme.budget_per_year, day))
            * kept[day.year]
            / decimal(programme.cost_per_fte_year.on(day))
            for day in self.days
        ]

    def _share_for_staff(self, code: str, year: int) -> Fraction:
        """Part of a programme's budget that its grants leave for staff."""
        supports = self.scenario.supports
        budget = _year_mean(self.scenario.programmes[code].budget_per_year, year, _money)
        paid = [support for support in supports if supports[support].paid_from == code]
        granted = sum((self._grant_money(support, year) for support in paid), Fraction(0))
        return max(Fraction(0), 1 - granted / budget) if budget else Fraction(0)

    def _grant_money(self, code: str, year: int) -> Fraction:
        """Money for the grants of a support: no more than its programme has left for it."""
        support = self.scenario.supports[code]
        wanted = _year_mean(support.budget_per_year, year, _money)
        if support.paid_from is None:
            return wanted
        payer = self.scenario.programmes[support.paid_from]
        left = _year_mean(payer.budget_per_year, year, _money)
        for other_code, other in self.scenario.supports.items():
            if other_code == code:
                break
            if other.paid_from == support.paid_from:
                left = max(Fraction(0), left - _year_mean(other.budget_per_year, year, _money))
        return min(wanted, left)

    @cached_property
    def capacity(self) -> list[list[int]]:
        """Meetings that can be called by track and week; what is left of one is carried over."""
        return [
            _whole_steps(
                fte * decimal(track.meetings_per_fte_week.on(day))
                for fte, day in zip(staff, self.days, strict=True)
            )
            for track, staff in zip(self.tracks, self.fte, strict=True)
        ]

    @cached_property
    def slots(self) -> list[list[int]]:
        """Most participants by programme and week."""
        limits = [decimal(programme.caseload_limit) for programme in self.programmes]
        return [
            [math.floor(fte * limit + _ROUNDING) for fte in staff]
            for limit, staff in zip(limits, self.fte[1:], strict=True)
        ]

    @cached_property
    def grants(self) -> list[Mapping[int, int]]:
        """Grants by support and calendar year."""
        years = sorted({day.year for day in self.days})
        return [
            {
                year: math.floor(
                    self._grant_money(code, year) / _year_mean(support.unit_cost, year) + _ROUNDING
                )
                for year in years
            }
            for code, support in self.scenario.supports.items()
        ]

    def intervals(self, track: int, group: int) -> tuple[int, ...]:
        """Weeks to the next meeting after the first, second, … meeting in a track."""
        lists = self.tracks[track].interval_weeks
        found: tuple[int, ...] = lists["all"] if "all" in lists else lists[self.codes[group]]
        return found

    def next_meeting(self, track: int, group: int, seen: int) -> int:
        """Weeks to the next meeting after the `seen`-th one; the last entry goes on."""
        entries = self.intervals(track, group)
        return entries[min(seen, len(entries)) - 1]

    @cached_property
    def past(self) -> Past:
        """The regular service in which the stock has been before the run."""
        return past_of(self.scenario)

    @cached_property
    def lasting(self) -> list[list[tuple[float, float]]]:
        """Lasting boost before the run, by group and week of the spell: as it begins, and after."""
        return [list(self._lasting(place)) for place in range(len(self.groups))]

    def _lasting(self, place: int) -> Iterator[tuple[float, float]]:
        """Boosts of a group whose meetings were all held in the weeks that the lists say."""
        effect, group, code = self.scenario.meetings, self.groups[place], self.codes[place]
        entries, boost = self.past.interval_weeks[code], 0.0
        came = 1.0 - self.past.no_show_probability[code]
        gain = group.lasting_gain * effect.first_meeting_factor * self.past.gain_multiplier * came
        weeks_left, met = self.past.first_meeting_weeks, 0
        for _ in self.duration[place]:
            before = boost
            if weeks_left == 0:
                boost = min(boost + gain, effect.max_lasting_boost or 0.0)
                gain = group.lasting_gain * self.past.gain_multiplier * came
                weeks_left, met = entries[min(met, len(entries) - 1)], met + 1
            weeks_left -= 1
            yield before, boost
            boost *= self.lasting_decay

    @property
    def lasting_decay(self) -> float:
        """What a week leaves of a lasting boost."""
        half_life = self.scenario.meetings.lasting_half_life_weeks
        return 1.0 if half_life is None else float(0.5 ** (1.0 / half_life))

    # Hazards

    @cached_property
    def duration(self) -> list[list[float]]:
        """Factor on the hazard of finding a job, by group and week of the spell.

        ``(s + 1)**shape - s**shape`` is what week s adds to the cumulative hazard of a Weibull
        spell.
        """
        longest = max(band.to for group in self.groups for band in group.elapsed_weeks)
        return [
            [
                ((s + 1.0) ** group.weibull_shape - float(s) ** group.weibull_shape)
                * in_force(group.duration_multipliers, s, 1.0)
                for s in range(longest + len(self.days))
            ]
            for group in self.groups
        ]

    @cached_property
    def tightness(self) -> list[float]:
        """Tightness of the labour market relative to its reference, by week."""
        market = self.scenario.labour_market
        return [market.tightness.on(day) / market.reference_tightness for day in self.days]

    @cached_property
    def cycle(self) -> list[list[float]]:
        """Factor on the hazard of finding a job, by group and week of the run."""
        return [[_power(x, g.tightness_elasticity) for x in self.tightness] for g in self.groups]

    @cached_property
    def job_loss(self) -> list[list[float]]:
        """Cumulative hazard of losing a job, by group and weeks in the job; 0 at 0."""
        longest = max(band.to for group in self.groups for band in group.tenure_weeks)
        weeks = range(longest + len(self.days))
        return [
            list(
                accumulate(
                    (in_force(g.job_loss_hazard_per_week, d, 0.0) for d in weeks), initial=0.0
                )
            )
            for g in self.groups
        ]

    def quality(self, track: int, week: int, persons: int) -> float:
        """Factor on a meeting's gain, with so many persons in the track."""
        effect, fte = self.scenario.meetings, float(self.fte[track][week])
        if fte == 0:
            return effect.quality_min
        relative = effect.reference_caseload * fte / persons
        quality = _power(relative, effect.caseload_elasticity)
        return min(max(quality, effect.quality_min), effect.quality_max)

    def openings(self, group: int, week: int) -> float:
        """Mean number of openings for small jobs: ordinary ones and those that consultants find."""
        mine, jobs, day = self.groups[group].small_jobs, self.scenario.small_jobs, self.days[week]
        if mine is None or jobs is None:
            return 0.0
        mean = mine.ordinary_openings_per_week.on(day)
        if jobs.consultants is not None:
            paid = jobs.consultants
            fte = _money(paid.budget_per_year, day) / paid.cost_per_fte_year.on(day)
            mean += fte * paid.openings_per_fte_week.on(day) * mine.consultant_share
        return float(mean * _power(self.tightness[week], jobs.openings_elasticity))


def _whole_steps(amounts: Iterable[Fraction]) -> list[int]:
    """Whole units of each week, out of fractions that carry over."""
    given = [math.floor(total + _ROUNDING) for total in accumulate(amounts, initial=Fraction(0))]
    return [after - before for before, after in pairwise(given)]
