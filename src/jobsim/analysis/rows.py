"""Every number of a comparison as one row; may import the paired scenarios and spreads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.analysis.measures import MEASURES, Measure, Played, months_of
from jobsim.analysis.money import break_even, cost, gross, net
from jobsim.analysis.paired import Paired
from jobsim.analysis.spread import Spread, proportion, ratio_of_means, spread
from jobsim.errors import InputError, nearest

__all__ = ["Row", "find_row", "rows_of"]

Floats = npt.NDArray[np.float64]

PAYERS_SHOWN = ("municipality", "state", "recipient", "employer", "public", "society")
_RECENT_MONTHS = 3
"""Months over which the monthly saving at the end is averaged."""


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


def rows_of(result: Paired) -> Iterator[Row]:
    """All rows of a comparison: each calendar year, then the whole run."""
    for year in (*result.played.years, None):
        yield from _volume_rows(result, year)
        yield from _money_rows(result, year)
    yield from _verdict_rows(result)
    yield from _unfolding_rows(result)


def _row(
    measure: str,
    unit: str,
    spread_: Spread,
    *,
    year: int | None = None,
    group: str | None = None,
    payer: str | None = None,
    levels: tuple[float, float] = (math.nan, math.nan),
) -> Row:
    s = spread_
    return Row(
        measure,
        year,
        group,
        payer,
        levels[0],
        levels[1],
        s.mean,
        s.se,
        s.ci_low,
        s.ci_high,
        s.range_low,
        s.range_high,
        unit,
    )


def _volume_rows(result: Paired, year: int | None) -> Iterator[Row]:
    groups = result.played.scenario.groups
    for code, measure in MEASURES.items():
        yield _volume_row(result, code, measure, year, None)
        if measure.by_group and len(groups) > 1:
            for group in groups:
                yield _volume_row(result, code, measure, year, group)


def _volume_row(
    result: Paired, code: str, measure: Measure, year: int | None, group: str | None
) -> Row:
    chosen = () if group is None else (group,)
    scenario = measure.of(result.played, months_of(result.played, year), chosen)
    baseline = _of_baseline(measure, result.baseline, year, chosen)
    return _row(
        code,
        measure.unit,
        spread(scenario - baseline),
        year=year,
        group=group,
        levels=(float(scenario.mean()), float(baseline.mean())),
    )


def _of_baseline(
    measure: Measure, baseline: Played, year: int | None, groups: tuple[str, ...]
) -> Floats:
    """Value in the baseline; not a number for a group that it does not have."""
    if set(groups) - set(baseline.scenario.groups):
        return np.full(baseline.volumes.sizes["replication"], np.nan)
    return measure.of(baseline, months_of(baseline, year), groups)


def _money_rows(result: Paired, year: int | None) -> Iterator[Row]:
    months = months_of(result.played, year)
    amounts, displaced = result.increments, result.displaced_increments
    spent = cost(amounts)[:, months].sum(axis=1)
    levels = [float(cost(a)[:, months].sum(axis=1).mean()) for a in result.amounts]
    yield _row(
        "programme_cost",
        "DKK",
        spread(spent),
        year=year,
        payer="municipality",
        levels=(levels[0], levels[1]),
    )
    for payer in PAYERS_SHOWN:
        for code, monthly in (
            ("gross_saving", gross(amounts, payer)),
            ("net_saving", net(amounts, payer)),
            ("net_saving_after_displacement", net(displaced, payer)),
        ):
            yield _row(code, "DKK", spread(monthly[:, months].sum(axis=1)), year=year, payer=payer)
    saved = gross(amounts, "municipality")[:, months].sum(axis=1)
    extra = result.difference_of("placements", year)
    yield _row(
        "cost_per_extra_placement",
        "DKK per placement",
        ratio_of_means(spent, extra),
        year=year,
        payer="municipality",
    )
    yield _row(
        "benefit_cost_ratio",
        "DKK saved per DKK spent",
        ratio_of_means(saved, spent),
        year=year,
        payer="municipality",
    )


def _verdict_rows(result: Paired) -> Iterator[Row]:
    """Rows that exist for the whole run only."""
    for code, amounts in (
        ("net_present_value", result.increments),
        ("net_present_value_after_displacement", result.displaced_increments),
    ):
        value = result.present_value(amounts)
        unit = f"DKK, prices of {result.prices.price_year}"
        yield _row(code, unit, spread(value), payer="society")
    for payer in ("municipality", "public"):
        saved = net(result.increments, payer)
        yield _row(
            "probability_of_gain", "probability", proportion(saved.sum(axis=1) > 0), payer=payer
        )
    saved = net(result.increments, "municipality")
    mean_month = float(break_even(saved.mean(axis=0, keepdims=True))[0])
    ends = spread(break_even(saved))
    yield _row(
        "break_even_month",
        "months from the start (infinite: never within the run)",
        Spread(mean_month, range_low=ends.range_low, range_high=ends.range_high),
        payer="municipality",
    )


def _unfolding_rows(result: Paired) -> Iterator[Row]:
    """What is still unfolding when the run ends."""
    recent = net(result.increments, "municipality")[:, -_RECENT_MONTHS:].mean(axis=1)
    yield _row("monthly_saving_at_end", "DKK per month", spread(recent), payer="municipality")
    stock = result.difference_of("recipients", None)
    yield _row("stock_difference_at_end", "persons", spread(stock))
