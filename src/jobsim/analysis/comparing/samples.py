"""Outcomes of every measure in each replication; may import the paired scenarios.

Every number of a comparison as one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.accumulators import Accumulator, BreakEven, Mean, Ratio, Share
from jobsim.analysis.outcomes.measures import MEASURES, Measure, Played, months_of
from jobsim.analysis.outcomes.paired import Paired
from jobsim.errors import InputError, nearest
from jobsim.vocabulary import PURSES

Floats = npt.NDArray[np.float64]

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
        yield _volume(paired, code, measure, year, None)
        if measure.by_group and len(groups) > 1:
            for group in groups:
                yield _volume(paired, code, measure, year, group)


def _volume(
    paired: Paired, code: str, measure: Measure, year: int | None, group: str | None
) -> Sample:
    chosen = () if group is None else (group,)
    scenario = measure.of(paired.played, months_of(paired.played, year), chosen)
    baseline = _of_baseline(measure, paired.baseline, year, chosen)
    key = Key(code, year, group, None, measure.unit)
    return Sample(key, scenario - baseline, scenario=scenario, baseline=baseline)


def _of_baseline(
    measure: Measure, baseline: Played, year: int | None, groups: tuple[str, ...]
) -> Floats:
    """Value in the baseline; not a number for a group that it does not have."""
    if set(groups) - set(baseline.scenario.groups):
        return np.full(baseline.volumes.sizes["replication"], np.nan)
    return measure.of(baseline, months_of(baseline, year), groups)


def _money(paired: Paired, year: int | None) -> Iterator[Sample]:
    months = months_of(paired.played, year)

    def total(monthly: Floats) -> Floats:
        return np.asarray(monthly[:, months].sum(axis=1))

    def key(measure: str, payer: str, unit: str = "DKK") -> Key:
        return Key(measure, year, None, payer, unit)

    ours, theirs = (total(monthly) for monthly in paired.costs)
    own = paired.flows["municipality"]
    yield Sample(
        key("programme_cost", "municipality"), ours - theirs, scenario=ours, baseline=theirs
    )
    for payer in PURSES:
        flows = paired.flows[payer]
        yield Sample(key("gross_saving", payer), total(flows.gross))
        yield Sample(key("net_saving", payer), total(flows.net))
        yield Sample(key("net_saving_after_displacement", payer), total(flows.net_displaced))
    spent, saved = total(own.cost), total(own.gross)
    extra = paired.difference_of("placements", year)
    per_job = key("cost_per_extra_placement", "municipality", "DKK per placement")
    yield Sample(per_job, np.stack([spent, extra]), Ratio)
    ratio = key("benefit_cost_ratio", "municipality", "DKK saved per DKK spent")
    yield Sample(ratio, np.stack([saved, spent]), Ratio)


def _whole_run(paired: Paired) -> Iterator[Sample]:
    """Measures that exist for the whole run only, and what is unfolding when it ends."""

    def key(measure: str, payer: str | None, unit: str) -> Key:
        return Key(measure, None, None, payer, unit)

    unit = f"DKK, prices of {paired.prices.price_year}"
    for code, increments in (
        ("net_present_value", paired.increments),
        ("net_present_value_after_displacement", paired.displaced_increments),
    ):
        yield Sample(key(code, "society", unit), paired.present_value(increments))
    for payer in ("municipality", "public"):
        gain = key("probability_of_gain", payer, "probability")
        yield Sample(gain, paired.flows[payer].net.sum(axis=1), Share)
    own = paired.flows["municipality"].net
    months = "months from the start (infinite: never within the run)"
    yield Sample(key("break_even_month", "municipality", months), own, BreakEven)
    recent = own[:, -_RECENT_MONTHS:].mean(axis=1)
    yield Sample(key("monthly_saving_at_end", "municipality", "DKK per month"), recent)
    stock = paired.difference_of("recipients", None)
    yield Sample(key("stock_difference_at_end", None, "persons"), stock)


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


def find_row(
    rows: Sequence[Row], measure: str, year: int | None, group: str | None, payer: str | None
) -> Row:
    """Find one row; `payer` None means the only one there is.

    Raises
    ------
    InputError
        If there is no such row, or several.
    """
    found = [
        row
        for row in rows
        if (row.measure, row.year, row.group) == (measure, year, group)
        and payer in (None, row.payer)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        payers = ", ".join(str(row.payer) for row in found)
        raise InputError(f"row: {measure} is there for several payers; name one of {payers}")
    hint = nearest(measure, {row.measure for row in rows})
    raise InputError(
        f"row: there is no {measure} with year={year}, group={group}, payer={payer}{hint}"
    )
