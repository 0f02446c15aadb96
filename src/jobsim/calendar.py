"""Weeks, months, years and schedules; imports only errors.

A run is a row of weeks counted from its start. A week belongs to the month and the year of its
fourth day, and a schedule is read on that day, so that every week has one price and one budget.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real

import numpy as np

from jobsim.arrays import Dates, Floats, Ints
from jobsim.errors import InputError

DAYS_PER_YEAR = 365.25
WEEKS_PER_YEAR = DAYS_PER_YEAR / 7
WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12

_FOURTH_DAY = 3


@dataclass(frozen=True, slots=True)
class Schedule:
    """A number that may change over time, by dated steps.

    Parameters
    ----------
    dates : tuple of date
        First day of each step, strictly increasing; empty for a number that never changes.
    values : tuple of float
        One value per step (one value when `dates` is empty).
    zero_before : bool
        Whether it is 0 before the first step, as a yearly budget is.

    Notes
    -----
    The value on a day is that of the last step on or before it; before the first step, 0 or the
    first step's value.

    Examples
    --------
    >>> import datetime as dt, jobsim as js
    >>> steps = [(dt.date(2018, 1, 1), 1.9e6), (dt.date(2019, 1, 1), 1.8e6)]
    >>> budget = js.Schedule.from_steps(steps)
    >>> budget.on(dt.date(2018, 7, 1))
    1900000.0
    """

    dates: tuple[dt.date, ...]
    values: tuple[float, ...]
    zero_before: bool = False

    def __post_init__(self) -> None:
        if len(self.values) != max(1, len(self.dates)):
            raise InputError("a schedule needs one value per date and at least one value")
        for name, kind, several in (("dates", dt.date, self.dates), ("values", Real, self.values)):
            for one in several:
                if not isinstance(one, kind) or isinstance(one, bool):
                    raise InputError(f"schedule {name}: must be {kind.__name__}s, got {one!r}")
        for earlier, later in zip(self.dates, self.dates[1:], strict=False):
            if later == earlier:
                raise InputError(f"schedule has two steps from {later}; each date once")
            if later < earlier:
                raise InputError(f"schedule steps out of order: {later} stands after {earlier}")
        if not all(math.isfinite(value) for value in self.values):
            listed = ", ".join(f"{value:g}" for value in self.values)
            raise InputError(f"schedule values must be finite numbers, got {listed}")

    @classmethod
    def constant(cls, value: float) -> Schedule:
        """Make a schedule that never changes."""
        return cls((), (_float(value),))

    @classmethod
    def from_steps(cls, steps: Sequence[tuple[dt.date, float]]) -> Schedule:
        """Make a schedule from (first day, value) pairs in order of date."""
        pairs = isinstance(steps, Sequence) and all(isinstance(x, (tuple, list)) for x in steps)
        if not pairs or not steps or any(len(step) != 2 for step in steps):
            raise InputError("a schedule needs at least one step {from = date, value = x}")
        return cls(tuple(day for day, _ in steps), tuple(_float(value) for _, value in steps))

    def on(self, day: dt.date) -> float:
        """Value on one day."""
        return self._with_first()[bisect_right(self.dates, day)] if self.dates else self.values[0]

    def at(self, days: Dates) -> Floats:
        """Values on many days (datetime64), as float64 of the same shape."""
        if not self.dates:
            return np.full(days.shape, self.values[0])
        starts = np.array(self.dates, dtype="datetime64[D]")
        place = np.searchsorted(starts, days.astype("datetime64[D]"), side="right")
        return np.asarray(np.array(self._with_first())[place])

    def _with_first(self) -> tuple[float, ...]:
        """Value before the first step, then those of the steps."""
        return (0.0 if self.zero_before else self.values[0], *self.values)

    def year_mean(self, year: int) -> float:
        """Mean over the days of a calendar year (exactly the value, where it is constant)."""
        try:
            first, last = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"year: must be a calendar year, got {year!r}") from None
        cuts = [first, *(day for day in self.dates if first < day < last), last]
        values = [self.on(day) for day in cuts[:-1]]
        if len(set(values)) == 1:
            return values[0]
        days = [(b - a).days for a, b in zip(cuts, cuts[1:], strict=False)]
        return sum(d * v for d, v in zip(days, values, strict=True)) / (last - first).days

    def scaled(self, factor: float) -> Schedule:
        """Every value times `factor`."""
        factor = _float(factor)
        return replace(self, values=tuple(value * factor for value in self.values))

    def replaced(self, value: float) -> Schedule:
        """`value` at every step that is not zero: the dates and the zero steps stay.

        An investment that ends in 2019 still ends in 2019. A schedule that is zero throughout
        has no step to carry the value; it becomes `value` from its first step on.
        """
        value = _float(value)
        if not any(self.values):
            return replace(self, values=(value,) * len(self.values))
        return replace(self, values=tuple(value if old else 0.0 for old in self.values))


def values_at(given: float | Schedule, days: Dates) -> Floats:
    """Values on many days of a number that may be given by date, as float64 of the same shape."""
    return (given if isinstance(given, Schedule) else Schedule.constant(given)).at(days)


def _float(value: float) -> float:
    """Turn a whole number that is too large for a float into infinity, which is then refused."""
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        raise InputError(f"schedule: a value must be a number, got {value!r}") from None


@dataclass(frozen=True)
class Weeks:
    """The weeks of a run: `count` weeks of seven days from `start`.

    Parameters
    ----------
    start : date
        First day of week 0.
    count : int
        Number of weeks, at least 1.
    """

    start: dt.date
    count: int

    @cached_property
    def dates(self) -> Dates:
        """datetime64[D][count] : fourth day of each week, the day on which schedules are read."""
        days = _FOURTH_DAY + 7 * np.arange(self.count)
        return np.asarray(np.datetime64(self.start, "D") + days.astype("timedelta64[D]"))

    @cached_property
    def months(self) -> Dates:
        """datetime64[M][n_months] : calendar months from that of week 0 to that of the last."""
        months = self.dates.astype("datetime64[M]")
        return np.arange(months[0], months[-1] + np.timedelta64(1, "M"))

    @cached_property
    def month_of_week(self) -> Ints:
        """int64[count] : place in `months` of each week."""
        months = self.dates.astype("datetime64[M]")
        return np.asarray((months - months[0]).astype(np.int64))

    @cached_property
    def years(self) -> Ints:
        """int64[count] : calendar year of each week."""
        return np.asarray(self.dates.astype("datetime64[Y]").astype(np.int64) + 1970)

    @cached_property
    def share_of_year(self) -> Floats:
        """float64[count] : one over the number of weeks that a full calendar year has.

        Counted on the grid of weeks of this run (52 or 53), simulated or not, so that the shares
        of a year that is simulated in full add up to 1.
        """
        counts = {int(year): self._weeks_in_year(int(year)) for year in np.unique(self.years)}
        return np.array([1.0 / counts[int(year)] for year in self.years])

    @cached_property
    def part_years(self) -> dict[int, tuple[int, int]]:
        """Calendar years of which only some weeks are played: how many, and of how many.

        Examples
        --------
        >>> Weeks(dt.date(2018, 1, 1), 60).part_years
        {2019: (8, 52)}
        """
        played = {int(year): int(np.sum(self.years == year)) for year in np.unique(self.years)}
        found = {year: (weeks, self._weeks_in_year(year)) for year, weeks in played.items()}
        return {year: weeks for year, weeks in found.items() if weeks[0] < weeks[1]}

    @cached_property
    def months_played(self) -> Floats:
        """float64[n_months] : weeks of each month over those of a mean month (4.348)."""
        weeks = np.bincount(self.month_of_week, minlength=len(self.months))
        return np.asarray(weeks / WEEKS_PER_MONTH)

    def _weeks_in_year(self, year: int) -> int:
        offset = (dt.date(year, 1, 1) - self.start).days - _FOURTH_DAY
        end = (dt.date(year + 1, 1, 1) - self.start).days - _FOURTH_DAY
        return -(-end // 7) - -(-offset // 7)
