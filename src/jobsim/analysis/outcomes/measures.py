"""What is measured: every volume measure, once, and the money of a difference.

May import scenario, engines and ledger. A measure of a period is a sum over its months, the value
of its last month, or a ratio of two of these. Money is that of two scenarios on the same luck.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.rounding import less, settled
from jobsim.arrays import Bools, Dates, Floats, Ints
from jobsim.calendar import Weeks, values_at
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import first_jobs_by_week
from jobsim.ledger import Prices, after_displacement, post, social_present_value, sums
from jobsim.scenario import Scenario
from jobsim.scenario.fields import whole_number
from jobsim.vocabulary import (
    BANDS,
    OTHER_EXIT,
    PAYERS,
    POLICY_LINES,
    PURSES,
    TAX_TREATMENTS,
    VOLUME_MEASURES,
)

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Months = Bools
Series = Callable[["Played", Sequence[str]], Floats]

WEEKS_PER_JOB_YEAR = 52
"""Weeks in work that are called a job-year."""
_BY_MONTH = ("replication", "month")
"""Dimensions of every volume, which come first."""


@dataclass(frozen=True)
class Played:
    """A scenario with the volumes that came of it."""

    scenario: Scenario
    volumes: xr.Dataset

    @property
    def numbers(self) -> list[int]:
        """Numbers of the replications."""
        return [int(number) for number in self.volumes.replication.values]

    @property
    def seed(self) -> int:
        """Key of all chance."""
        return int(self.volumes.attrs["seed"])

    @property
    def engine(self) -> str:
        """What simulated."""
        return str(self.volumes.attrs["engine"])

    @cached_property
    def months(self) -> Dates:
        """datetime64[M][n_months]."""
        return np.asarray(self.volumes.month.values.astype("datetime64[M]"))

    @cached_property
    def years(self) -> list[int]:
        """Calendar years of the run."""
        return [int(year) for year in np.unique(year_of(self.months))]

    @cached_property
    def fte_weeks(self) -> Floats:
        """float64[n_months] : full-time caseworkers times weeks, all tracks."""
        fte = tables_of(self.scenario).services.fte.sum(axis=0)
        month = self.scenario.weeks.month_of_week
        return np.bincount(month, fte, minlength=len(self.months)).astype(np.float64)

    @cached_property
    def first_job_weeks(self) -> dict[str, Floats]:
        """Weeks in the jobs that people had at the start, by group: [replication, month]."""
        groups, shape = self.scenario.groups, (len(self.numbers), len(self.months))
        if not any(group.employed_pool for group in groups.values()):
            return dict.fromkeys(groups, np.zeros(shape))
        numbers = np.array(self.numbers)
        at_work = first_jobs_by_week(tables_of(self.scenario), self.seed, numbers)
        starts = np.searchsorted(self.scenario.weeks.month_of_week, np.arange(len(self.months)))
        by_month = np.add.reduceat(at_work, starts, axis=1).astype(np.float64)
        return {code: by_month[g].T for g, code in enumerate(groups)}

    def persons(self, groups: Sequence[str] = ()) -> Floats:
        """Everybody who was there at the start or has come since, by replication and month."""
        counted = [self.scenario.groups[code] for code in groups or self.scenario.groups]
        at_start = sum(group.stock + group.employed_pool for group in counted)
        return at_start + np.cumsum(self.total("arrivals", groups), axis=1)

    def total(self, name: str, groups: Sequence[str] = (), **at: str) -> Floats:
        """A volume by replication and month, summed over all other dimensions (float64).

        `at` keeps one band, or one cause.
        """
        wanted = (name, *at.values(), *groups)
        if wanted not in self._totals:
            volume = self.volumes[name]
            values = volume.transpose("replication", "month", ...).values
            kept = {dim: [code] for dim, code in at.items()} | ({"group": groups} if groups else {})
            for axis, dim in enumerate(dim for dim in volume.dims if dim not in _BY_MONTH):
                if dim in kept:
                    places = [self._places[dim][code] for code in kept[dim]]
                    values = values.take(places, axis + len(_BY_MONTH))
            others = tuple(range(len(_BY_MONTH), values.ndim))
            self._totals[wanted] = values.sum(axis=others).astype(np.float64)
        return self._totals[wanted]

    def amounts(self, prices: Prices) -> xr.DataArray:
        """Posted amounts with the sums over payers; those of the last prices are remembered."""
        if not self._posted or self._posted[0][0] != prices:
            self._posted[:] = [(prices, sums(post(self.volumes, self.scenario, prices)))]
        return self._posted[0][1]

    @cached_property
    def _posted(self) -> list[tuple[Prices, xr.DataArray]]:
        """A baseline is priced once for all that are compared with it."""
        return []

    @cached_property
    def _places(self) -> dict[Hashable, dict[object, int]]:
        """Place of every code along its dimension, which arrays find more quickly than xarray."""
        codes = {dim: self.volumes[dim].values.tolist() for dim in self.volumes.dims}
        return {dim: {code: i for i, code in enumerate(some)} for dim, some in codes.items()}

    @cached_property
    def _totals(self) -> dict[tuple[str, ...], Floats]:
        """Totals worked out so far: every year of every measure asks for the same few."""
        return {}


@dataclass(frozen=True)
class Measure:
    """One measure and how it comes about."""

    code: str
    above: Series
    below: Series | None = None
    last: bool = False
    """Whether the last month of a period counts instead of the sum over its months."""
    last_below: bool = False
    """The same of what is below the line."""
    by_group: bool = True
    printed: bool = True
    """Whether tables that are printed have it; rows and files have every measure."""

    @property
    def label(self) -> str:
        """What it is called in tables."""
        return VOLUME_MEASURES[self.code].label

    @property
    def unit(self) -> str:
        """Its unit."""
        return VOLUME_MEASURES[self.code].unit

    def over(self, played: Played, year: int | None, group: str | None = None) -> Floats:
        """Value in each replication of a calendar year or the whole run, of one group or all."""
        return self.of(played, months_of(played, year), () if group is None else (group,))

    def of(self, played: Played, months: Months, groups: Sequence[str] = ()) -> Floats:
        """Value in each replication.

        Parameters
        ----------
        played : Played
        months : bool[n_months], the months of the period
        groups : codes of groups, empty for all

        Returns
        -------
        float64[replications]; not a number where a ratio has nothing below the line
        """
        total = _in_period(self.above(played, groups), months, last=self.last)
        if self.below is None:
            return total
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = total / _in_period(self.below(played, groups), months, last=self.last_below)
        return np.where(np.isfinite(ratio), ratio, np.nan)


def months_of(played: Played, year: int | None) -> Months:
    """Mask of the months of a calendar year, or of the whole run."""
    if year is None:
        return np.ones(len(played.months), dtype=bool)
    return np.asarray(year_of(played.months) == whole_number("year", year))


def year_of(months: Dates) -> Ints:
    """Calendar year of each month."""
    return np.asarray(months.astype("datetime64[Y]").astype(np.int64) + 1970)


def year_of_run(weeks: Weeks, year: int) -> str:
    """A year as tables have it: marked where only some of its weeks are played."""
    return f"{year}*" if year in weeks.part_years else str(year)


def played_in_part(weeks: Weeks) -> dict[int, str]:
    """Weeks played of each year that is played in part, by year.

    Examples
    --------
    >>> import datetime as dt
    >>> played_in_part(Weeks(dt.date(2018, 1, 1), 60))
    {2019: '8 of 52 weeks'}
    """
    return {year: f"{some} of {all_} weeks" for year, (some, all_) in weeks.part_years.items()}


def with_part_years(frame: pd.DataFrame, weeks: Weeks) -> pd.DataFrame:
    """A table by year with a last column that says which years are played in part."""
    frame["part_of_year"] = frame["year"].map(played_in_part(weeks)).astype(object)
    return frame


def part_years(weeks: Weeks) -> str:
    """What the mark of years means, in one line; empty where all are whole.

    Examples
    --------
    >>> import datetime as dt
    >>> part_years(Weeks(dt.date(2018, 1, 1), 60))
    '* 8 of 52 weeks of 2019 played'
    """
    parts = [f"{some} of {year}" for year, some in played_in_part(weeks).items()]
    return f"* {', '.join(parts)} played" if parts else ""


def _in_period(series: Floats, months: Months, *, last: bool) -> Floats:
    return np.asarray(
        series[:, np.flatnonzero(months)[-1]] if last else series[:, months].sum(axis=1)
    )


def _volume(name: str, **at: str) -> Series:
    return lambda played, groups: played.total(name, groups, **at)


def _so_far(series: Series) -> Series:
    return lambda played, groups: np.cumsum(series(played, groups), axis=1)


def _weeks_after_placement(played: Played, groups: Sequence[str]) -> Floats:
    """Without those in jobs that were there before the run, which no placement of it began."""
    first = (played.first_job_weeks[code] for code in groups or played.scenario.groups)
    return played.total("employed_weeks", groups) - sum(first)


def _months_played(played: Played, _: Sequence[str]) -> Floats:
    return played.scenario.weeks.months_played[None, :]


def _job_year(played: Played, _: Sequence[str]) -> Floats:
    return np.full((1, len(played.months)), float(WEEKS_PER_JOB_YEAR))


def _fte_weeks(played: Played, _: Sequence[str]) -> Floats:
    return played.fte_weeks[None, :]


def _weeks_off_benefit(played: Played, groups: Sequence[str]) -> Floats:
    return played.total("employed_weeks", groups) + played.total("left_weeks", groups)


def _on_time(played: Played, _: Sequence[str]) -> Floats:
    return played.total("meetings_on_time")


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure("job_years", _volume("employed_weeks"), _job_year, last_below=True),
        Measure("employed_weeks", _volume("employed_weeks")),
        Measure("placements", _volume("placements")),
        Measure("placements_per_month", _volume("placements"), _months_played),
        Measure("small_job_starts", _volume("small_job_starts")),
        Measure("returns", _volume("returns")),
        Measure(
            "employed_weeks_per_participant",
            _volume("employed_weeks"),
            Played.persons,
            last_below=True,
            printed=False,
        ),
        Measure(
            "employed_weeks_per_placement",
            _so_far(_weeks_after_placement),
            _so_far(_volume("placements")),
            last=True,
            last_below=True,
            printed=False,
        ),
        Measure("recipients", _volume("recipients"), last=True),
        Measure("benefit_weeks", _volume("benefit_weeks")),
        Measure(
            "share_over_52_weeks",
            _volume("benefit_weeks", band=BANDS[-1]),
            _volume("benefit_weeks"),
        ),
        Measure("weeks_off_benefit", _weeks_off_benefit, printed=False),
        Measure("other_exits", _volume("other_exits"), printed=False),
        Measure("meeting_exits", _volume("meeting_exits"), printed=False),
        Measure("weeks_without_work", _volume("left_weeks", cause=OTHER_EXIT), printed=False),
        Measure("meeting_left_weeks", _volume("meeting_left_weeks"), printed=False),
        Measure("meetings", _volume("meetings")),
        Measure("weeks_between_meetings", _volume("benefit_weeks"), _volume("meetings")),
        Measure("meetings_on_time", _on_time, _volume("meetings"), by_group=False),
        Measure("caseload", _volume("benefit_weeks"), _fte_weeks, by_group=False),
    )
}
"""Volume measures by code. `recipients` is the number at the end of the period's last month."""
LEAVING = ("other_exits", "meeting_exits", "weeks_without_work", "meeting_left_weeks")
"""Who leaves without work: printed where that is part of what a policy does."""


def printed_measures(*, leaving: bool) -> tuple[Measure, ...]:
    """Those that printed tables and reports have, in their order, with `LEAVING` or without."""
    also = LEAVING if leaving else ()
    return tuple(one for one in MEASURES.values() if one.printed or one.code in also)


RATIOS = {
    "cost_per_extra_placement": ("programme_cost", "placements"),
    "cost_per_job_year": ("programme_cost", "job_years"),
    "benefit_cost_ratio": ("gross_saving", "programme_cost"),
}
"""Ratios of the means of two differences: what is above and what is below the line."""
FOR_EACH = ("cost_per_extra_placement", "cost_per_job_year")
"""Those that are a cost for each of what is gained: none where one of the two is lost."""
WITHOUT = {"placements_without": "placements", "small_jobs_without": "small_job_starts"}
"""What of the scenario would have come without it, too, by what is counted."""


@dataclass(frozen=True)
class Flows:
    """Money of one payer by measure, DKK by [replication, month]."""

    programme_cost: Floats
    """Staff and grants; positive is a cost."""
    net_saving: Floats
    """All lines; positive is a gain."""
    net_saving_after_displacement: Floats

    @property
    def gross_saving(self) -> Floats:
        """What is gained before staff and grants are paid."""
        return self.net_saving + self.programme_cost

    @property
    def gross_saving_after_displacement(self) -> Floats:
        """The same, less what those pushed aside lose."""
        return self.net_saving_after_displacement + self.programme_cost


@dataclass(frozen=True, repr=False, eq=False)
class Paired:
    """A scenario and a baseline played with the same keys, and the prices of what differs.

    Parameters
    ----------
    played, baseline : Played
        The two scenarios with their volumes, every replication kept.
    prices : Prices
    """

    played: Played
    baseline: Played
    prices: Prices

    @property
    def replications(self) -> int:
        """Number of futures played."""
        return int(self.played.volumes.sizes["replication"])

    @cached_property
    def flows(self) -> dict[str, Flows]:
        """Money of the difference by payer, each [replication, month]."""
        spent = by_payer(self.increments, POLICY_LINES)
        gained, displaced = by_payer(self.increments), by_payer(self.displaced_increments)
        return {payer: Flows(-spent[payer], gained[payer], displaced[payer]) for payer in PURSES}

    @cached_property
    def amounts(self) -> tuple[xr.DataArray, xr.DataArray]:
        """Posted amounts of scenario and baseline, with the sums over payers."""
        return self.played.amounts(self.prices), self.baseline.amounts(self.prices)

    @cached_property
    def increments(self) -> xr.DataArray:
        """Scenario − baseline, DKK by (line, payer, replication, month)."""
        scenario, baseline = self.amounts
        return (scenario - baseline).assign_attrs(scenario.attrs)

    @cached_property
    def displaced_increments(self) -> xr.DataArray:
        """Increments after displacement of other job seekers."""
        return sums(after_displacement(self.increments, self.played.scenario, self.prices))

    def difference_of(self, measure: str, year: int | None) -> Floats:
        """Difference of a volume measure in each replication (float64[replications])."""
        m = MEASURES[measure]
        return m.over(self.played, year) - m.over(self.baseline, year)

    def kept_of(self, measure: str) -> Floats:
        """Difference of a volume over the run, of which nobody else is deprived of work.

        Parameters
        ----------
        measure : str, one that is summed over months, such as placements or job_years

        Returns
        -------
        float64[replications]; each month is multiplied by 1 - displacement share
        """
        m, months = MEASURES[measure], self.played.volumes["month"].values
        kept = 1.0 - values_at(self.prices.displacement.share, months)
        gained = (m.above(self.played, ()) - m.above(self.baseline, ())) * kept
        unit = 1.0 if m.below is None else m.below(self.played, ())[0, -1]
        more, fewer = (np.maximum(part, 0.0).sum(axis=1) for part in (gained, -gained))
        return less(more, fewer) / unit

    @property
    def tax_treatments(self) -> dict[str, str]:
        """Treatments of extra municipal tax that the price list knows, by measure of net saving."""
        known = self.prices.equalisation.treatments
        return {f"net_saving_{name}": name for name in TAX_TREATMENTS if name in known}

    def net_saving_treated(self, name: str) -> Floats:
        """Municipality's net saving under a treatment of extra municipal tax."""
        prices = self.prices.with_tax_treatment(name)
        ours, theirs = (
            net(post(played.volumes, played.scenario, prices), "municipality").sum(axis=1)
            for played in (self.played, self.baseline)
        )
        return np.asarray(ours - theirs)

    def money_of(self, measure: str, payer: str, year: int | None) -> Floats:
        """Money measure of the difference in each replication (float64[replications], DKK)."""
        monthly: Floats = getattr(self.flows[payer], measure)
        return np.asarray(monthly[:, months_of(self.played, year)].sum(axis=1))

    def costs_of(self, year: int | None) -> tuple[Floats, Floats]:
        """Staff and grants of scenario and baseline in each replication, DKK."""
        months = months_of(self.played, year)
        ours, theirs = (cost(amounts)[:, months].sum(axis=1) for amounts in self.amounts)
        return ours, theirs

    def present_value(self, *, displaced: bool = False) -> Floats:
        """Social net present value, after displacement or without, in each replication."""
        increments = self.displaced_increments if displaced else self.increments
        own = increments.sel(payer=list(PAYERS))
        return np.asarray(social_present_value(own, self.played.scenario, self.prices).values)


def joined(blocks: Sequence[Played]) -> Played:
    """Replications of one scenario that were played in several blocks."""
    import xarray as xr

    volumes = [block.volumes for block in blocks]
    together = xr.concat(volumes, "replication", join="exact", combine_attrs="override")
    return Played(blocks[0].scenario, together)


def net(amounts: xr.DataArray, payer: str) -> Floats:
    """All lines of a payer, DKK, by replication and month."""
    return _by_month(amounts.sel(payer=payer).sum("line"))


def cost(amounts: xr.DataArray, payer: str = "municipality") -> Floats:
    """What staff and grants cost a payer, DKK, by replication and month; positive is a cost."""
    return -_by_month(amounts.sel(payer=payer, line=list(POLICY_LINES)).sum("line"))


def by_payer(amounts: xr.DataArray, lines: Sequence[str] | None = None) -> dict[str, Floats]:
    """Sum of some lines (default: all) for every payer, DKK, by replication and month.

    Zero where lines cancel but for rounding.
    """
    chosen = amounts if lines is None else amounts.sel(line=list(lines))
    values = chosen.transpose("payer", "line", "replication", "month").values
    sums = settled(values.sum(axis=1), np.abs(values).max(axis=(0, 1)))
    return dict(zip(amounts.payer.values.tolist(), sums, strict=True))


def _by_month(amounts: xr.DataArray) -> Floats:
    return np.asarray(amounts.transpose("replication", "month").values, dtype=np.float64)
