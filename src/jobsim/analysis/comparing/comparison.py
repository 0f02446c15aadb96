"""A comparison, or what happens in one scenario alone, with every replication kept.

May import summaries and how to play. Samples are the outcomes of every measure in some
replications; a tally takes them block by block and keeps none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from jobsim.analysis.comparing.row import Row
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.accumulators import (
    Accumulator,
    BreakEven,
    Frequency,
    Mean,
    Part,
    Ratio,
)
from jobsim.analysis.outcomes.claims import Claimed, Verdict, claims_of
from jobsim.analysis.outcomes.measures import (
    MEASURES,
    RATIOS,
    WITHOUT,
    Measure,
    Paired,
    Played,
    by_payer,
    months_of,
    part_years,
    printed_measures,
    with_part_years,
    year_of_run,
)
from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.precision import Reached
from jobsim.analysis.playing.rules import cannot_vary, certain, played_alike
from jobsim.analysis.setting.case import case_of
from jobsim.arrays import Bools, Floats
from jobsim.ledger import Prices
from jobsim.scenario import register
from jobsim.text.tables import Table, between, estimate, shown_in, unseen_note
from jobsim.vocabulary import (
    AFTER,
    FIXED_OPENINGS,
    FLOW_MEASURES,
    MEASURE_WORDS,
    POLICY_LINES,
    PRESENT_VALUES,
    PURSES,
)

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_RECENT_MONTHS = 3
"""Months over which the monthly saving at the end is averaged."""


class Key(NamedTuple):
    """What a row is about; `Row` documents the fields."""

    measure: str
    payer: str | None
    year: int | None
    group: str | None
    unit: str


@dataclass(frozen=True)
class Sample:
    """Outcomes of one measure in some replications.

    `values` is what `stream` takes: the difference between scenario and baseline in most rows.
    """

    key: Key
    values: Floats
    stream: Callable[[], Accumulator] = Mean
    levels: tuple[Floats, Floats] | None = None
    """In scenario and baseline, where they have a meaning."""
    ruled: bool = False
    """Whether what is the same in all these replications is so in every other one, too."""


def samples_of(paired: Paired) -> Iterator[Sample]:
    """Outcomes of all measures: money first, then what happens; each year, then the whole run."""
    both = paired.played.scenario, paired.baseline.scenario
    alike = played_alike(*both)
    years = (*paired.played.years, None)
    money = partial(_money, moved=_moved(paired))
    for sample in (*_of_years(money, paired, years), *_whole_run(paired)):
        never = alike or cannot_vary(sample.key.measure, *both)
        yield replace(sample, ruled=sample.ruled or never)
    for sample in _of_years(_volumes, paired, years):
        yield replace(sample, ruled=alike or cannot_vary(sample.key.measure, *both))


def _of_years(
    some: Callable[[Paired, int | None], Iterator[Sample]],
    paired: Paired,
    years: Sequence[int | None],
) -> Iterator[Sample]:
    return (sample for year in years for sample in some(paired, year))


def _volumes(paired: Paired, year: int | None) -> Iterator[Sample]:
    groups = paired.played.scenario.groups
    for code, measure in MEASURES.items():
        for group in (None, *(groups if measure.by_group and len(groups) > 1 else ())):
            scenario = measure.over(paired.played, year, group)
            there = group in (None, *paired.baseline.scenario.groups)
            baseline = measure.over(paired.baseline, year, group) if there else scenario * np.nan
            key = Key(code, None, year, group, measure.unit)
            yield Sample(key, scenario - baseline, levels=(scenario, baseline))


def _key(measure: str, payer: str | None = "municipality", year: int | None = None) -> Key:
    return Key(measure, payer, year, None, MEASURE_WORDS[measure].unit)


def _money(paired: Paired, year: int | None, moved: dict[str, Bools]) -> Iterator[Sample]:
    cost, *savings = FLOW_MEASURES
    months = months_of(paired.played, year)
    ours, theirs = paired.costs_of(year)
    yield Sample(_key(cost, year=year), ours - theirs, levels=(ours, theirs))
    for payer in PURSES:
        ruled = bool(moved[payer][months].any())
        for measure in savings:
            value = paired.money_of(measure, payer, year)
            yield Sample(_key(measure, payer, year), value, ruled=ruled)
    for measure in RATIOS:
        parts = quantity(Quantity(measure, year=year), ratios=True).parts_of(paired)
        yield Sample(_key(measure, year=year), np.stack(parts), Ratio)


def _moved(paired: Paired) -> dict[str, Bools]:
    """Months in which a payer's money moves; a sum that is zero nevertheless is so by the rules."""
    lines = paired.increments.drop_sel(line=list(POLICY_LINES)).transpose("payer", "month", ...)
    moved = (lines.values != 0).any(axis=(2, 3))
    return dict(zip(lines.payer.values.tolist(), moved, strict=True))


def _whole_run(paired: Paired) -> Iterator[Sample]:
    """Measures that exist for the whole run only, and what is unfolding when it ends."""
    for measure in PRESENT_VALUES:
        year = paired.prices.price_year_of(paired.played.scenario)
        unit = f"{MEASURE_WORDS[measure].unit}, prices of {year}"
        value = paired.present_value(displaced=measure != PRESENT_VALUES[0])
        yield Sample(Key(measure, "society", None, None, unit), value)
    yield from _unfolding(paired, "")
    yield from _unfolding(paired, AFTER)
    yield from _ratios_after_displacement(paired)
    for measure, name in paired.tax_treatments.items():
        yield Sample(_key(measure), paired.net_saving_treated(name))
    stock = paired.difference_of("recipients", None)
    yield Sample(_key("stock_difference_at_end", None), stock)
    weeks = [paired.difference_of(one, None) for one in ("weeks_without_work", "weeks_off_benefit")]
    yield Sample(_key("share_without_work", None), np.stack(weeks), Ratio)
    for measure, counted in WITHOUT.items():
        levels = [MEASURES[counted].over(one, None) for one in (paired.baseline, paired.played)]
        yield Sample(_key(measure, None), np.stack(levels), Part)
    spent = by_payer(paired.increments, ["consultants"])["municipality"].sum(axis=1)
    yield Sample(_key(FIXED_OPENINGS), spent, ruled=True)


def _unfolding(paired: Paired, end: str) -> Iterator[Sample]:
    for payer in ("municipality", "public"):
        gained = paired.money_of(f"net_saving{end}", payer, None)
        yield Sample(_key(f"probability_of_gain{end}", payer), gained, Frequency)
    own: Floats = getattr(paired.flows["municipality"], f"net_saving{end}")
    yield Sample(_key(f"break_even_month{end}"), own, BreakEven)
    played = paired.played.scenario.weeks.months_played[-_RECENT_MONTHS:].sum()
    recent = own[:, -_RECENT_MONTHS:].sum(axis=1) / played
    yield Sample(_key(f"monthly_saving_at_end{end}"), recent)


def _ratios_after_displacement(paired: Paired) -> Iterator[Sample]:
    cost = paired.money_of("programme_cost", "municipality", None)
    saved = paired.money_of(f"gross_saving{AFTER}", "municipality", None)
    parts = {
        "cost_per_extra_placement": (cost, paired.kept_of("placements")),
        "cost_per_job_year": (cost, paired.kept_of("job_years")),
        "benefit_cost_ratio": (saved, cost),
    }
    for measure, both in parts.items():
        yield Sample(_key(f"{measure}{AFTER}"), np.stack(both), Ratio)


@dataclass
class _Running:
    """What a row is made of: an estimate, and the sums of both levels over replications."""

    estimate: Accumulator
    scenario: float = 0.0
    baseline: float = 0.0
    ruled: bool = False

    def spread(self) -> Spread:
        return certain(self.estimate.spread(), self.ruled)

    def add(self, sample: Sample) -> None:
        self.ruled |= sample.ruled
        self.estimate.add(sample.values)
        sums = [math.nan, math.nan] if sample.levels is None else map(np.sum, sample.levels)
        scenario, baseline = map(float, sums)
        self.scenario += scenario
        self.baseline += baseline


class Tally:
    """Rows, verdicts and the municipality's mean increments, without keeping replications."""

    def __init__(self) -> None:
        self.replications = 0
        self._running: dict[Key, _Running] = {}
        self._claims: dict[str, tuple[Claimed, Accumulator]] = {}
        self._municipal: Floats = np.zeros(0)

    def add(self, paired: Paired) -> None:
        """Add a block of replications."""
        self.replications += paired.replications
        for sample in samples_of(paired):
            self._running.setdefault(sample.key, _Running(sample.stream())).add(sample)
        for one in claims_of(paired.played.scenario):
            stream = Ratio() if one.is_ratio else Mean()
            values = np.stack(one.parts_of(paired)) if one.is_ratio else one.of(paired)
            self._claims.setdefault(one.name, (one, stream))[1].add(values)
        own = paired.increments.sel(payer="municipality").sum("replication")
        total = own.transpose("line", "month").values
        self._municipal = self._municipal + total if self._municipal.size else total

    def found(self) -> tuple[tuple[Row, ...], tuple[Verdict, ...], Floats]:
        """Rows, verdicts and the municipality's mean increments (line, month) from all so far."""
        rows = []
        for key, running in self._running.items():
            levels = (level / self.replications for level in (running.scenario, running.baseline))
            found = (*levels, *vars(running.spread()).values(), key.unit)
            rows.append(Row(*key[:-1], *found))
        verdicts = tuple(_verdict(*claimed) for claimed in self._claims.values())
        return tuple(rows), verdicts, np.asarray(self._municipal / self.replications)


def _verdict(claimed: Claimed, stream: Accumulator) -> Verdict:
    model = stream.spread()
    word = claimed.no_price(model.mean, stream.mean[0]) if isinstance(stream, Ratio) else ""
    return Verdict(claimed.name, claimed.claim, model, claimed.unit, no_price=word)


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Result, Paired):
    """A scenario beside a baseline, paired by key and priced; increments are scenario − baseline.

    Parameters
    ----------
    played, baseline : Played
        The two scenarios with their volumes, every replication kept.
    prices : Prices
    reached : Reached or None
        How precisely means are known, where that was asked for.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> dearer = result.reprice(result.prices.with_({"equalisation.kept_share": 0.5}))
    >>> dearer.row("placements", year=2018) == result.row("placements", year=2018)
    True
    """

    reached: Reached | None = None
    _keys: ClassVar = Summary._keys

    @cached_property
    def summary(self) -> Summary:
        """Every number and verdict, as `summarise` gives it without keeping replications."""
        tally = Tally()
        tally.add(self)
        played = self.played
        run_of = (played.numbers, played.seed, played.engine)
        case = (played.scenario, self.baseline.scenario, self.prices)
        return Summary(*case, *run_of, *tally.found(), self.reached)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every number of the comparison."""
        return self.summary.rows

    @property
    def verdict(self) -> str:
        """Who gains and who loses over the run, in one sentence."""
        return self.summary.verdict

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The scenario's claims beside the model."""
        return self.summary.verdicts

    @property
    def record(self) -> RunRecord:
        """What is needed to play this comparison again to the same numbers."""
        return self.summary.record

    def reprice(self, prices: Prices) -> Comparison:
        """Price the same volumes with another price list; nothing is simulated again."""
        prices = case_of(self.played.scenario, self.baseline.scenario, prices).prices
        return replace(self, prices=prices, reached=None)

    def to_dataset(self) -> xr.Dataset:
        """Volumes of both scenarios and the money of their difference, every replication.

        Volumes have a leading dimension `scenario` ("scenario", "baseline"); `increments` is DKK
        by line, payer, replication and month.
        """
        import xarray as xr

        volumes = xr.concat(
            [self.played.volumes, self.baseline.volumes],
            dim=xr.DataArray(["scenario", "baseline"], dims="scenario", name="scenario"),
            join="outer",
            fill_value=0,
            combine_attrs="drop_conflicts",
        )
        return volumes.assign(increments=self.increments)

    def to_frame(self) -> pd.DataFrame:
        """Every number as a table, one line per row; `part_of_year` where not all of it is."""
        return self.summary.to_frame()

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        return self.summary.frames()

    def _parts(self) -> list[Table | str]:
        return self.summary._parts()


@dataclass(frozen=True, repr=False, eq=False)
class Outcome(Result):
    """Volumes of one scenario by calendar year and group, with the three spreads.

    Parameters
    ----------
    played : Played
    prices : Prices, for the record only: volumes know no price
    reached : Reached or None
        How precisely means are known, where that was asked for.
    """

    played: Played
    prices: Prices
    reached: Reached | None = None
    _name: ClassVar = "measures"
    _keys: ClassVar = ("measure", "year", "group")

    @cached_property
    def record(self) -> RunRecord:
        """What is needed to play this run again."""
        played = self.played
        how = (played.numbers, played.seed, played.engine)
        return RunRecord(played.scenario, None, self.prices, *how)

    def to_frame(self) -> pd.DataFrame:
        """Every number as a table, one line per row; `part_of_year` where not all of it is."""
        return with_part_years(super().to_frame(), self.played.scenario.weeks)

    def to_dataset(self) -> xr.Dataset:
        """Volumes, every replication."""
        return self.played.volumes

    def _spread(self, measure: Measure, year: int | None, group: str | None = None) -> Spread:
        never = cannot_vary(measure.code, self.played.scenario)
        return certain(spread(measure.over(self.played, year, group)), never)

    def _lines(self) -> list[dict[str, object]]:
        groups = self.played.scenario.groups
        return [
            {"measure": code, "year": year, "group": group}
            | vars(self._spread(measure, year, group))
            | {"unit": measure.unit}
            for code, measure in MEASURES.items()
            for group in (None, *(groups if measure.by_group and len(groups) > 1 else ()))
            for year in (*self.played.years, None)
        ]

    def _parts(self) -> list[Table | str]:
        scenario = self.played.scenario
        head = (
            f"{scenario.name}: {scenario.title or scenario.municipality.name}\n"
            f"{scenario.horizon.weeks} weeks from {scenario.horizon.start} · "
            f"{len(self.played.numbers)} replications · seed {self.played.seed}\n"
            "ci: Monte Carlo 95 % interval of the mean; range: where 95 % of futures fall."
            + (f"\n{self.reached}" if self.reached else "")
        )
        return [head, self._table()]

    def _table(self) -> Table:
        rows, scenario = [], self.played.scenario
        leaving = bool(self.played.volumes["meeting_exits"].any())
        for measure in printed_measures(leaving=leaving):
            shown = shown_in(measure.unit)
            for year in self.played.years:
                s = self._spread(measure, year)
                if s.mean == s.mean and (s.mean or s.range_high):
                    label = measure.label if year == self.played.years[0] else ""
                    ends = between(shown, s.range_low, s.range_high)
                    named = year_of_run(scenario.weeks, year)
                    rows.append((label, named, *estimate(s, shown), ends))
        assumed = register(scenario).told("the scenario's")
        table = Table("What happens", ("", "year", "mean", "ci", "range"), tuple(rows))
        unseen = unseen_note([table], len(self.played.numbers))
        note = "\n".join(filter(None, (part_years(scenario.weeks), *unseen, assumed)))
        return replace(table, note=note)
