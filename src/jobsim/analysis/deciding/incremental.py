"""Which options are worth considering, and what each further effect costs; may import draws.

Definitions follow Briggs, Claxton & Sculpher 2006, Decision Modelling for Health Economic
Evaluation, Oxford University Press. Costs are positive where money is spent, effects positive where
they are good.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from jobsim.analysis.deciding.draw_arrays import over_futures, refuse_other_futures
from jobsim.analysis.outcomes.components import ratio_of_means
from jobsim.analysis.outcomes.given_tables import together
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.rounding import ROUNDING, level
from jobsim.arrays import Floats
from jobsim.text.tables import Table, between, figure

_NO_STEP = (math.nan,) * 5


@dataclass(frozen=True)
class IncrementalRow:
    """One option; increments are against the next cheaper option on the frontier.

    Parameters
    ----------
    option : str
    cost, effect : float
        Means over draws.
    status : str
        "frontier", "dominated" (another option costs no more and does no less, one of the two
        strictly), "extendedly dominated" (a mix of two others does as much for less) or "same"
        (cost and effect equal those of another option, which is kept). Rounding is no difference.
    beaten_by : str
        The option, or the two options, that do it; empty on the frontier.
    incremental_cost, incremental_effect : float
        Not a number off the frontier and for its cheapest option.
    icer : float
        Incremental cost-effectiveness ratio: incremental cost / incremental effect.
    icer_ci_low, icer_ci_high : float
        Fieller's 95 % interval for the number of draws, and of futures where costs and effects have
        any: chance of sampling them, not how uncertain the parameters are (that is what
        acceptability curves show).
    """

    option: str
    cost: float
    effect: float
    status: str
    beaten_by: str
    incremental_cost: float
    incremental_effect: float
    icer: float
    icer_ci_low: float
    icer_ci_high: float


@dataclass(frozen=True, repr=False)
class Incremental(Result):
    """Options by rising mean cost, those off the frontier below; see `incremental`.

    Parameters
    ----------
    rows : tuple of IncrementalRow, also those of its table
    effect_unit, money_unit : str
    """

    rows: tuple[IncrementalRow, ...]
    effect_unit: str
    money_unit: str
    _name: ClassVar = "incremental"
    _keys: ClassVar = ("option",)

    @property
    def frontier(self) -> tuple[str, ...]:
        """Names of the options on the frontier, cheapest first."""
        return tuple(row.option for row in self.rows if row.status == "frontier")

    def _table(self) -> Table:
        return Table(
            f"Incremental cost-effectiveness, {self.money_unit} and {self.effect_unit}",
            ("", "cost", "effect", "more cost", "more effect", "ICER", "ci", "status"),
            tuple(map(_cells, self.rows)),
            "Means over draws; increments are against the option above. "
            "ci: Monte Carlo 95 % interval of the\nratio of means.",
        )


def _cells(row: IncrementalRow) -> tuple[str, ...]:
    by = "as" if row.status == "same" else "by"
    return (
        row.option,
        figure(row.cost),
        figure(row.effect),
        figure(row.incremental_cost),
        figure(row.incremental_effect, sign=True),
        figure(row.icer),
        between(figure, row.icer_ci_low, row.icer_ci_high),
        f"{row.status} {by} {row.beaten_by}" if row.beaten_by else row.status,
    )


def incremental(
    costs: Any,
    effects: Any,
    *,
    names: Sequence[str] | None = None,
    effect_unit: str = "placements",
    money_unit: str = "DKK",
) -> Incremental:
    """Incremental cost-effectiveness with dominance and extended dominance.

    Parameters
    ----------
    costs : float64[draws, options], float64[draws, options, futures] or float64[options]
        Money spent, positive; one row of means is enough, but then ratios have no interval. Futures
        are luck that all draws share, which is then in the intervals.
    effects : float64, same shape, with futures or without
        Positive is good. Of tables with labels, options are laid together by name and draws by
        index; of arrays and lists, by position.
    names : sequence of str, optional
        One per option; without it, the table's own or "option 1", …
    effect_unit, money_unit : str

    Returns
    -------
    Incremental

    Raises
    ------
    InputError
        If a value is not a finite number (its row and option are named), an option or draw is in
        one table only, or names do not fit.

    Notes
    -----
    The frontier is the lower right edge of the options' mean effects and costs: the cheapest option
    (of several, the most effective), then those whose ratios rise. Options exactly on a straight
    line between two others stay. An option on the frontier has the highest mean net benefit for a
    willingness to pay between its own ratio and the next one's.

    Examples
    --------
    Screening for HIV at five intervals, costs in USD and effects in quality-adjusted life years;
    the example of the R package dampack.

    >>> cost = [26000, 27000, 28020, 28440, 29440]
    >>> months = [277.25, 277.57, 277.78, 277.83, 277.76]
    >>> found = incremental(cost, [m / 12 for m in months],
    ...                     names=["none", "once", "5 years", "3 years", "yearly"])
    >>> [round(row.icer, 2) for row in found.rows[1:4]], found.row("yearly").beaten_by
    ([37500.0, 58285.71, 100800.0], '5 years')
    """
    given = {"costs": costs, "effects": effects}
    spent, gained = together(given, "option", names, flat="row", futures=True)
    refuse_other_futures([spent, gained])
    cost, effect = (over_futures(one.numbers()) for one in (spent, gained))
    cost, effect = np.broadcast_arrays(cost, effect)
    return Incremental(tuple(_rows(cost, effect, spent.names)), effect_unit, money_unit)


def _rows(costs: Floats, effects: Floats, names: tuple[str, ...]) -> list[IncrementalRow]:
    """Rows from float64[draws, options, futures]."""
    sizes = np.abs(costs).max(axis=(0, 2)), np.abs(effects).max(axis=(0, 2))
    means = costs.mean(axis=(0, 2)), effects.mean(axis=(0, 2))
    cost, effect = level(means[0], sizes[0]), level(means[1], sizes[1])
    kept = _frontier(cost, effect, *sizes)
    off = [int(i) for i in np.lexsort((-effect, cost)) if i not in kept]
    steps = {i: _step(costs, effects, before, i) for before, i in pairwise(kept)}
    rows = []
    for i in [*kept, *off]:
        status, others = ("frontier", []) if i in kept else _verdict(cost, effect, kept, i)
        by = " and ".join(names[j] for j in others)
        mean = float(means[0][i]), float(means[1][i])
        rows.append(IncrementalRow(names[i], *mean, status, by, *steps.get(i, _NO_STEP)))
    return rows


def _frontier(cost: Floats, effect: Floats, costs: Floats, effects: Floats) -> list[int]:
    """Options on the frontier, cheapest first: ratios of neighbours rise, or stay the same.

    Parameters
    ----------
    cost, effect : float64[options]
    costs, effects : float64[options]
        Largest amounts behind each: how large rounding is.
    """

    def above(a: int, b: int, c: int) -> bool:
        """Whether the second of three options costs more than the mix of the others."""
        slope, three = (cost[c] - cost[a]) / (effect[c] - effect[a]), [a, b, c]
        rounding = ROUNDING * (costs[three].max() + slope * effects[three].max())
        return bool(cost[b] - cost[a] - slope * (effect[b] - effect[a]) > rounding)

    kept: list[int] = []
    for i in np.lexsort((-effect, cost)).tolist():
        if kept and effect[i] <= effect[kept[-1]]:
            continue
        while len(kept) > 1 and above(kept[-2], kept[-1], i):
            kept.pop()
        kept.append(i)
    return kept


def _verdict(cost: Floats, effect: Floats, kept: list[int], i: int) -> tuple[str, list[int]]:
    """Why an option is not on the frontier, and what beats it."""
    no_worse = (cost <= cost[i]) & (effect >= effect[i])
    better = np.flatnonzero(no_worse & ((cost < cost[i]) | (effect > effect[i])))
    if len(better):
        return "dominated", [min(better.tolist(), key=lambda j: (cost[j], -effect[j]))]
    same = [j for j in kept if no_worse[j]]
    if same:
        return "same", same
    above = next(place for place, j in enumerate(kept) if effect[j] > effect[i])
    return "extendedly dominated", kept[above - 1 : above + 1]


def _step(costs: Floats, effects: Floats, before: int, i: int) -> tuple[float, ...]:
    """Incremental cost and effect, their ratio and its interval."""
    more = np.stack([costs[:, i] - costs[:, before], effects[:, i] - effects[:, before]])
    ratio = ratio_of_means(*more)
    return *more.mean(axis=(1, 2)).tolist(), ratio.mean, ratio.ci_low, ratio.ci_high
