"""Costs and effects of several options under uncertainty, from any program.

May import draw arrays and the incremental table. How sure a choice is at each willingness to pay
and what being wrong costs; increments against one option. Signs are fixed: costs are positive where
money is spent, effects positive where they are good, and net benefit = willingness to pay × effect
− cost. Acceptability curves and their frontier follow Fenwick, Claxton & Sculpher 2001,
doi:10.1002/hec.635; expected loss curves Alarid-Escudero, Enns, Kuntz, Michaud & Jalal 2019, Value
in Health 22(5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from jobsim.analysis.deciding import draw_arrays
from jobsim.analysis.deciding.choosing import best_of, losses, of_other_futures, right
from jobsim.analysis.deciding.incremental import Incremental, IncrementalRow, incremental
from jobsim.analysis.outcomes.given_tables import Labels, index_of_draws
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.rounding import ROUNDING, less, level
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.text.tables import Table, between, figure, share
from jobsim.text.width import filled

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_SHOWN = 13
"""Most values of willingness to pay shown in a table."""


@dataclass(frozen=True, repr=False, eq=False)
class Acceptability(Result):
    """Acceptability, net benefit and expected loss over willingness to pay.

    Parameters
    ----------
    names : tuple of str
    willingness_to_pay : float64[values]
        Money per unit of effect.
    probability : float64[values, options]
        Acceptability curves: share of draws in which an option has the highest net benefit; options
        that tie share the draw equally, so every row adds up to 1.
    probability_low, probability_high : float64[values, options]
        95 % intervals (Wilson) of the probability: of draws at random, and of the luck of their
        futures where costs and effects have any. For Sobol' draws the first part is too wide.
    net_benefit : float64[values, options]
        Mean over draws.
    expected_loss : float64[values, options]
        Mean over draws of what choosing the option loses against the best of that draw. With
        futures, as `evpi`: halfway between the best of its own and of its other futures.
    draws : int
    effect_unit, money_unit : str
    """

    names: tuple[str, ...]
    willingness_to_pay: Floats
    probability: Floats
    probability_low: Floats
    probability_high: Floats
    net_benefit: Floats
    expected_loss: Floats
    draws: int
    effect_unit: str
    money_unit: str
    _name: ClassVar = "acceptability"
    _keys: ClassVar = ("willingness_to_pay", "option")

    @property
    def best(self) -> tuple[str, ...]:
        """Option with the highest mean net benefit at each value; of several, the first."""
        return tuple(self.names[place] for place in self._best.tolist())

    @property
    def frontier(self) -> Floats:
        """Acceptability frontier, float64[values]: probability that the best option is right."""
        return np.asarray(self.probability[np.arange(len(self._best)), self._best])

    @property
    def evpi(self) -> Floats:
        """Expected value of perfect information, float64[values]: the smallest expected loss."""
        return np.asarray(self.expected_loss.min(axis=1))

    @property
    def _best(self) -> npt.NDArray[np.intp]:
        return np.asarray(self.net_benefit.argmax(axis=1))

    def _lines(self) -> Iterator[dict[str, object]]:
        """One per willingness to pay and option, with `best` true for one of them."""
        columns = {
            "probability": self.probability,
            "probability_low": self.probability_low,
            "probability_high": self.probability_high,
            "net_benefit": self.net_benefit,
            "expected_loss": self.expected_loss,
            "best": np.arange(len(self.names))[None, :] == self._best[:, None],
        }
        values = self.willingness_to_pay.tolist()
        return _by_option("willingness_to_pay", values, self.names, columns)

    def _table(self) -> Table:
        values = len(self.willingness_to_pay)
        places = np.unique(np.linspace(0, values - 1, min(values, _SHOWN)).round().astype(int))
        columns = (map(figure, self.willingness_to_pay), self.best, map(figure, self.evpi))
        cells = list(zip(*columns, *self._shares(), strict=True))
        lines = [cells[i] for i in places.tolist()]
        more = values - len(lines)
        note = (
            "best: highest mean net benefit. expected loss: of choosing it, which is the value "
            f"of perfect information, {self.money_unit}. Shares: of {self.draws:,} draws in "
            "which an option is best, with 95 % intervals."
            f"{f' {more} more values are not shown.' if more else ''}"
        )
        return Table(
            f"Acceptability by willingness to pay ({self.money_unit} per unit of effect: "
            f"{self.effect_unit})",
            ("", "best", "expected loss", *self.names),
            tuple(lines),
            filled(note, indent=""),
        )

    def _shares(self) -> Iterator[list[str]]:
        """Shares of each option with their intervals, one per willingness to pay."""
        ends = self.probability, self.probability_low, self.probability_high
        for option in np.stack(ends, axis=2).swapaxes(0, 1).tolist():
            yield [f"{share(p)} ({between(share, low, high)})" for p, low, high in option]


def _by_option(
    what: str, values: Iterable[object], names: Sequence[str], columns: Mapping[str, Any]
) -> Iterator[dict[str, object]]:
    """One line per value and option; columns are [values, options]."""
    for row, value in enumerate(values):
        for place, name in enumerate(names):
            told = {column: table[row, place].item() for column, table in columns.items()}
            yield {what: value, "option": name, **told}


@dataclass(frozen=True, repr=False, eq=False)
class Plane(Result):
    """Increments of every draw: option − reference (Black 1990, doi:10.1177/0272989X9001000308).

    Parameters
    ----------
    reference : str
    names : tuple of str
        The other options.
    incremental_cost : float64[draws, options]
        Positive: dearer than the reference.
    incremental_effect : float64[draws, options]
        Positive: does more than the reference.
    effect_unit, money_unit : str
    draws : tuple of labels, or None where draws have none

    Examples
    --------
    >>> plane = Plane("none", ("some",), np.array([[5.0], [-1.0]]), np.array([[2.0], [1.0]]),
    ...               "placements", "DKK")
    >>> plane.quadrants("some")
    {'dearer, more': 0.5, 'dearer, no more': 0.0, 'no dearer, more': 0.5, 'no dearer, no more': 0.0}
    """

    reference: str
    names: tuple[str, ...]
    incremental_cost: Floats
    incremental_effect: Floats
    effect_unit: str
    money_unit: str
    draws: Labels | None = None
    _name: ClassVar = "plane"
    _keys: ClassVar = ("draw", "option")

    def quadrants(self, option: str) -> dict[str, float]:
        """Share of draws in each quadrant; those on an axis count as "no dearer" or "no more"."""
        place = draw_arrays.place_of(option, self.names)
        dearer, more = self.incremental_cost[:, place] > 0, self.incremental_effect[:, place] > 0
        return {
            "dearer, more": float(np.mean(dearer & more)),
            "dearer, no more": float(np.mean(dearer & ~more)),
            "no dearer, more": float(np.mean(~dearer & more)),
            "no dearer, no more": float(np.mean(~dearer & ~more)),
        }

    def spreads(self, option: str) -> tuple[Spread, Spread]:
        """Mean, Monte Carlo error and range over draws of incremental cost and effect."""
        place = draw_arrays.place_of(option, self.names)
        return spread(self.incremental_cost[:, place]), spread(self.incremental_effect[:, place])

    def _lines(self) -> Iterator[dict[str, object]]:
        """One per draw and option."""
        columns = {
            "incremental_cost": self.incremental_cost,
            "incremental_effect": self.incremental_effect,
        }
        draws = index_of_draws(self.draws, len(self.incremental_cost))
        return _by_option("draw", draws, self.names, columns)

    def _table(self) -> Table:
        return Table(
            f"Cost-effectiveness plane against {self.reference}, "
            f"{self.money_unit} and {self.effect_unit}",
            ("", "more cost", "range", "more effect", "range", "NE", "NW", "SE", "SW"),
            tuple(self._cells(option) for option in self.names),
            "range: where 95 % of draws fall. Shares of draws by quadrant: "
            "NE dearer and does more, NW dearer and\ndoes no more, "
            "SE no dearer and does more, SW no dearer and does no more.",
        )

    def _cells(self, option: str) -> tuple[str, ...]:
        cells = [option]
        for found, sign in zip(self.spreads(option), (False, True), strict=True):
            ends = between(figure, found.range_low, found.range_high, sign=sign)
            cells += [figure(found.mean, sign=sign), ends]
        return (*cells, *map(share, self.quadrants(option).values()))


@dataclass(frozen=True, repr=False, eq=False)
class CostEffectiveness(Result):
    """Draws of costs and effects by option; see `cost_effectiveness`.

    Its table is the incremental one, with one line per option.

    Parameters
    ----------
    costs, effects : float64[draws, options]
        Means over futures.
    names : tuple of str
    effect_unit, money_unit : str
    draws : tuple of labels, or None where draws have none
    by_future : (costs, effects), each float64[draws, options, futures], or None without futures
    """

    costs: Floats
    effects: Floats
    names: tuple[str, ...]
    effect_unit: str
    money_unit: str
    draws: Labels | None = None
    by_future: tuple[Floats, Floats] | None = None
    _name: ClassVar = "incremental"
    _keys: ClassVar = ("option",)

    @cached_property
    def incremental(self) -> Incremental:
        """Incremental table with dominance and extended dominance."""
        return incremental(
            *(self.by_future or (self.costs, self.effects)),
            names=self.names,
            effect_unit=self.effect_unit,
            money_unit=self.money_unit,
        )

    def net_benefit(self, willingness_to_pay: float) -> pd.DataFrame | xr.DataArray:
        """Willingness to pay × effect − cost, for `evpi`, `evppi` and `evsi`.

        Stinnett & Mullahy 1998, Medical Decision Making 18: S68–S80.

        Parameters
        ----------
        willingness_to_pay : float, 0 or more
            Money per unit of effect, such as DKK per placement.

        Returns
        -------
        DataFrame [draw, option], or with futures DataArray [draw, option, future]
        """
        value = draw_arrays.willingness(willingness_to_pay)
        if len(value) > 1:
            raise InputError(
                f"willingness_to_pay: {len(value)} values; net benefit is of one "
                "(acceptability takes many)"
            )
        costs, effects = self.by_future or (self.costs, self.effects)
        index = index_of_draws(self.draws, len(costs))
        return draw_arrays.labelled(value[0] * effects - costs, index, self.names)

    def plane(self, reference: str | None = None) -> Plane:
        """Increments of every draw against one option; without a name, the first."""
        place = 0 if reference is None else draw_arrays.place_of(reference, self.names)
        names, tables = self.names, (self.costs, self.effects)
        others = (*names[:place], *names[place + 1 :])
        cost, effect = (np.delete(less(x, x[:, [place]]), place, axis=1) for x in tables)
        units = self.effect_unit, self.money_unit
        return Plane(names[place], others, cost, effect, *units, self.draws)

    def acceptability(self, willingness_to_pay: Any) -> Acceptability:
        """Acceptability curves, their frontier and expected losses.

        Parameters
        ----------
        willingness_to_pay : float or sequence of float, 0 or more
            Money per unit of effect, such as DKK per placement.

        Returns
        -------
        Acceptability

        Raises
        ------
        InputError
            If a value is negative or not a finite number.
        """
        values, units = (
            draw_arrays.willingness(willingness_to_pay),
            (self.effect_unit, self.money_unit),
        )
        costs, effects = map(draw_arrays.over_futures, self.by_future or (self.costs, self.effects))
        at_each = [_at(value * effects, costs) for value in values]
        share, low, high, mean, loss = (np.stack(part) for part in zip(*at_each, strict=True))
        numbers = (share, low, high, mean, loss)
        return Acceptability(self.names, values, *numbers, len(costs), *units)

    def _lines(self) -> tuple[IncrementalRow, ...]:
        return self.incremental.rows

    def _table(self) -> Table:
        return self.incremental._table()


def _at(worth: Floats, costs: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Probability of being best with its interval, mean net benefit and expected loss.

    Parameters
    ----------
    worth, costs : float64[draws, options, futures]
        Of the effects; of the options.

    Returns
    -------
    Five of float64[options]
    """
    benefit, size = worth - costs, np.abs(worth) + np.abs(costs)
    best = benefit.argmax(axis=1)[:, None]
    highest, most = (np.take_along_axis(table, best, 1) for table in (benefit, size))
    alike = highest - benefit <= ROUNDING * np.maximum(size, most)
    mean = level(benefit.mean(axis=(0, 2)), size.max(axis=(0, 2)))
    benefit = np.where(alike, highest, benefit)
    own = best_of(benefit.mean(axis=2, keepdims=True))
    other = best_of(of_other_futures(benefit))
    loss = (losses(benefit, own) + losses(benefit, other)) / 2
    return *right(benefit), mean, np.maximum(0.0, loss)


def cost_effectiveness(
    costs: Any,
    effects: Any,
    *,
    names: Sequence[str] | None = None,
    effect_unit: str = "placements",
    money_unit: str = "DKK",
) -> CostEffectiveness:
    """Cost-effectiveness of options from draws of a probabilistic sensitivity analysis.

    Parameters
    ----------
    costs : float64[draws, options] or float64[draws, options, futures]
        Money spent, positive; what is saved counts against it. With futures that all draws share,
        as those of `PSA.costs`, intervals hold their luck.
    effects : float64[draws, options] or float64[draws, options, futures]
        Positive is good: placements, or months of self-support. Of tables with labels, options are
        laid together by name and draws by index; of arrays and lists, by position.
    names : sequence of str, optional
        One per option; without it, the table's columns or "option 1", …
    effect_unit : str
        What effects are counted in, in the plural.
    money_unit : str

    Returns
    -------
    CostEffectiveness
        Prints as the incremental table; `net_benefit`, `plane` and `acceptability` give the rest.

    Raises
    ------
    InputError
        If a value is not a finite number (its row and option are named), an option or draw is in
        one table only, or there are fewer than two draws or options.

    Examples
    --------
    >>> costs = [[0.0, 30_000.0], [0.0, 50_000.0], [0.0, 40_000.0]]
    >>> placements = [[10.0, 11.0], [9.0, 11.0], [8.0, 8.0]]
    >>> found = cost_effectiveness(costs, placements, names=["as now", "more meetings"])
    >>> found.incremental.row("more meetings").icer
    40000.0
    >>> curves = found.acceptability([0, 50_000])
    >>> curves.best, curves.frontier.round(2).tolist()
    (('as now', 'more meetings'), [1.0, 0.67])
    """
    spent, gained = draw_arrays.draws_of_options(names, costs=costs, effects=effects)
    read, units = (spent.numbers(), gained.numbers()), (effect_unit, money_unit)
    cost, effect = (draw_arrays.over_futures(table).mean(axis=2) for table in read)
    by_future = None
    if max(table.ndim for table in read) == 3:
        costs, effects = np.broadcast_arrays(*map(draw_arrays.over_futures, read))
        by_future = costs, effects
    return CostEffectiveness(cost, effect, spent.names, *units, spent.rows, by_future)
