"""Every number of a comparison as one row; may import the paired scenarios.

Samples are the outcomes of every measure in some replications; a tally takes them block by block
and keeps none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from jobsim.analysis.outcomes.measures import MEASURES, Measure, Paired, Played
from jobsim.analysis.outcomes.quantity import Claimed, Verdict, claims_of
from jobsim.analysis.outcomes.spread import Accumulator, BreakEven, Frequency, Mean, Ratio
from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest
from jobsim.text.tables import Framed
from jobsim.vocabulary import FLOW_MEASURES, MEASURE_WORDS, PRESENT_VALUES, PURSES

_RECENT_MONTHS = 3
"""Months over which the monthly saving at the end is averaged."""


@dataclass(frozen=True)
class Key:
    """What a row is about; `Row` documents the fields."""

    measure: str
    year: int | None
    group: str | None
    payer: str | None
    unit: str


@dataclass(frozen=True)
class Sample:
    """Outcomes of one measure in some replications.

    `values` is what `stream` takes: the difference between scenario and baseline in most rows.
    """

    key: Key
    values: Floats
    stream: Callable[[], Accumulator] = Mean
    scenario: Floats | None = None
    baseline: Floats | None = None


def samples_of(paired: Paired) -> Iterator[Sample]:
    """Outcomes of all measures: each calendar year, then the whole run."""
    for year in (*paired.played.years, None):
        yield from _volumes(paired, year)
        yield from _money(paired, year)
    yield from _whole_run(paired)


def _volumes(paired: Paired, year: int | None) -> Iterator[Sample]:
    groups = paired.played.scenario.groups
    for code, measure in MEASURES.items():
        for group in (None, *(groups if measure.by_group and len(groups) > 1 else ())):
            scenario = measure.over(paired.played, year, group)
            baseline = _of_baseline(measure, paired.baseline, year, group)
            key = Key(code, year, group, None, measure.unit)
            yield Sample(key, scenario - baseline, scenario=scenario, baseline=baseline)


def _of_baseline(measure: Measure, baseline: Played, year: int | None, group: str | None) -> Floats:
    """Value in the baseline; not a number for a group that it does not have."""
    if group not in (None, *baseline.scenario.groups):
        return np.full(baseline.volumes.sizes["replication"], np.nan)
    return measure.over(baseline, year, group)


def _key(measure: str, payer: str | None = "municipality", year: int | None = None) -> Key:
    return Key(measure, year, None, payer, MEASURE_WORDS[measure].unit)


def _money(paired: Paired, year: int | None) -> Iterator[Sample]:
    cost, *savings = FLOW_MEASURES
    ours, theirs = paired.costs_of(year)
    key = _key(cost, "municipality", year)
    yield Sample(key, ours - theirs, scenario=ours, baseline=theirs)
    for payer in PURSES:
        for measure in savings:
            yield Sample(_key(measure, payer, year), paired.money_of(measure, payer, year))
    spent = paired.money_of(cost, "municipality", year)
    saved = paired.money_of("gross_saving", "municipality", year)
    extra = paired.difference_of("placements", year)
    for measure, above, below in (
        ("cost_per_extra_placement", spent, extra),
        ("benefit_cost_ratio", saved, spent),
    ):
        yield Sample(_key(measure, "municipality", year), np.stack([above, below]), Ratio)


def _whole_run(paired: Paired) -> Iterator[Sample]:
    """Measures that exist for the whole run only, and what is unfolding when it ends."""
    for measure in PRESENT_VALUES:
        unit = f"{MEASURE_WORDS[measure].unit}, prices of {paired.prices.price_year}"
        value = paired.present_value(displaced=measure != PRESENT_VALUES[0])
        yield Sample(Key(measure, None, None, "society", unit), value)
    for payer in ("municipality", "public"):
        gained = paired.money_of("net_saving", payer, None)
        yield Sample(_key("probability_of_gain", payer), gained, Frequency)
    own = paired.flows["municipality"].net_saving
    yield Sample(_key("break_even_month"), own, BreakEven)
    yield Sample(_key("monthly_saving_at_end"), own[:, -_RECENT_MONTHS:].mean(axis=1))
    stock = paired.difference_of("recipients", None)
    yield Sample(_key("stock_difference_at_end", None), stock)


@dataclass(frozen=True)
class Row:
    """One measure of one period; errors and range are those of the difference.

    Parameters
    ----------
    measure : str
        Code of the measure.
    year : int or None
        Calendar year, or None for the whole run.
    group, payer : str or None
        Whom it is about, or None for all.
    scenario, baseline : float
        Means over replications; not a number where only the difference has a meaning.
    difference : float
        Scenario − baseline.
    se, ci_low, ci_high : float
        Monte Carlo standard error and 95 % interval of the mean difference.
    range_low, range_high : float
        Where 95 % of the differences of single replications lie.
    unit : str
    """

    measure: str
    year: int | None
    group: str | None
    payer: str | None
    scenario: float
    baseline: float
    difference: float
    se: float
    ci_low: float
    ci_high: float
    range_low: float
    range_high: float
    unit: str


class Rows(Framed):
    """A result with one row per measure, year, group and payer."""

    def row(
        self,
        measure: str,
        *,
        year: int | None = None,
        group: str | None = None,
        payer: str | None = None,
    ) -> Row:
        """One row; `year` None is the whole run, `payer` may be left out where there is one.

        Raises
        ------
        InputError
            If there is no such row, or several.
        """
        found: list[Row] = [
            row
            for row in self.rows
            if (row.measure, row.year, row.group) == (measure, year, group)
            and payer in (None, row.payer)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            payers = ", ".join(str(row.payer) for row in found)
            raise InputError(f"row: {measure} is there for several payers; name one of {payers}")
        hint = nearest(measure, {row.measure for row in self.rows})
        raise InputError(
            f"row: there is no {measure} with year={year}, group={group}, payer={payer}{hint}"
        )


@dataclass
class _Running:
    """What a row is made of: an estimate, and the sums of both levels over replications."""

    estimate: Accumulator
    scenario: float = 0.0
    baseline: float = 0.0

    def add(self, sample: Sample) -> None:
        self.estimate.add(sample.values)
        self.scenario += _sum(sample.scenario)
        self.baseline += _sum(sample.baseline)


def _sum(level: Floats | None) -> float:
    return math.nan if level is None else float(level.sum())


class Tally:
    """Rows, verdicts and the municipality's mean increments, without keeping replications."""

    def __init__(self) -> None:
        self.replications = 0
        self._running: dict[Key, _Running] = {}
        self._claims: dict[str, tuple[Claimed, Mean]] = {}
        self._municipal: Floats = np.zeros(0)

    def add(self, paired: Paired) -> None:
        """Add a block of replications."""
        self.replications += paired.replications
        for sample in samples_of(paired):
            self._running.setdefault(sample.key, _Running(sample.stream())).add(sample)
        for one in claims_of(paired.played.scenario):
            self._claims.setdefault(one.name, (one, Mean()))[1].add(one.of(paired))
        own = paired.increments.sel(payer="municipality").sum("replication")
        total = own.transpose("line", "month").values
        self._municipal = self._municipal + total if self._municipal.size else total

    def found(self) -> tuple[tuple[Row, ...], tuple[Verdict, ...], Floats]:
        """Rows, verdicts and the municipality's mean increments (line, month) from all so far."""
        rows = tuple(self._row(key, running) for key, running in self._running.items())
        verdicts = tuple(
            Verdict(code, one.claim, mean.spread(), one.unit)
            for code, (one, mean) in self._claims.items()
        )
        return rows, verdicts, np.asarray(self._municipal / self.replications)

    def _row(self, key: Key, running: _Running) -> Row:
        levels = running.scenario / self.replications, running.baseline / self.replications
        about, s = (key.measure, key.year, key.group, key.payer), running.estimate.spread()
        errors = (s.se, s.ci_low, s.ci_high, s.range_low, s.range_high)
        return Row(*about, *levels, s.mean, *errors, key.unit)
