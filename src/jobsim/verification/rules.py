"""The rules of a scenario in exact arithmetic, read from the scenario itself.

May import calendar, vocabulary and scenario, and must not import engines: the tables that all
engines share are what these numbers are held against.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from jobsim.calendar import Schedule
from jobsim.scenario import Scenario
from jobsim.scenario.parts import Programme, RegularService
from jobsim.vocabulary import BAND_EDGES

_ROUNDING = Fraction(1, 10**9)


def decimal(value: float) -> Fraction:
    """Read a number as it is written in a file: 0.1 is one tenth."""
    return Fraction(str(value))


def refund_band(ladder_weeks: int) -> int:
    """Band of the refund ladder: how many of its edges have been reached."""
    return sum(ladder_weeks >= edge for edge in BAND_EDGES)


@lru_cache(maxsize=1024)
def _year_mean(schedule: Schedule, year: int) -> Fraction:
    """Mean over the days of a calendar year."""
    first = dt.date(year, 1, 1)
    days = (dt.date(year + 1, 1, 1) - first).days
    values = [schedule.on(first + dt.timedelta(days=day)) for day in range(days)]
    return sum((decimal(value) for value in values), start=Fraction(0)) / days


class PlainRules:
    """Dates, staff, capacity, places and grants of a scenario.

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
        self.programmes = list(scenario.programmes.values())
        self.supports = list(scenario.supports.values())
        self.tracks: list[RegularService | Programme] = [scenario.regular_service, *self.programmes]
        """The regular service, then the programmes."""

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
            decimal(programme.budget_per_year.on(day))
            * kept[day.year]
            / decimal(programme.cost_per_fte_year.on(day))
            for day in self.days
        ]

    def _share_for_staff(self, code: str, year: int) -> Fraction:
        """Part of a programme's budget that its grants leave for staff."""
        supports = self.scenario.supports
        budget = _year_mean(self.scenario.programmes[code].budget_per_year, year)
        paid = [support for support in supports if supports[support].paid_from == code]
        granted = sum((self._grant_money(support, year) for support in paid), Fraction(0))
        return max(Fraction(0), 1 - granted / budget) if budget else Fraction(0)

    def _grant_money(self, code: str, year: int) -> Fraction:
        """Money for the grants of a support: no more than its programme has left for it."""
        support = self.scenario.supports[code]
        wanted = _year_mean(support.budget_per_year, year)
        if support.paid_from is None:
            return wanted
        left = _year_mean(self.scenario.programmes[support.paid_from].budget_per_year, year)
        for other_code, other in self.scenario.supports.items():
            if other_code == code:
                break
            if other.paid_from == support.paid_from:
                left = max(Fraction(0), left - _year_mean(other.budget_per_year, year))
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


def _whole_steps(amounts: Iterable[Fraction]) -> list[int]:
    """Whole units of each week, out of fractions that carry over."""
    given = [math.floor(total + _ROUNDING) for total in accumulate(amounts, initial=Fraction(0))]
    return [after - before for before, after in pairwise(given)]
