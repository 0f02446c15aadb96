"""Costs and effects of several options under uncertainty, from any program; may import errors.

Signs are fixed: costs are positive where money is spent, effects positive where they are good, and
net benefit = willingness to pay × effect − cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from jobsim.analysis.deciding.acceptability import Acceptability, acceptability_of
from jobsim.analysis.deciding.draw_arrays import (
    column_names,
    draws_of_options,
    place_of,
    willingness,
)
from jobsim.analysis.deciding.incremental import Incremental, IncrementalRow, incremental
from jobsim.analysis.deciding.plane import Plane
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.text.tables import Framed, Printed, Table


@dataclass(frozen=True, repr=False, eq=False)
class CostEffectiveness(Printed, Framed):
    """Draws of costs and effects by option; see `cost_effectiveness`.

    Its table is the incremental one, with one line per option.

    Parameters
    ----------
    costs, effects : float64[draws, options]
    names : tuple of str
    effect_unit, money_unit : str
    """

    costs: Floats
    effects: Floats
    names: tuple[str, ...]
    effect_unit: str
    money_unit: str

    @cached_property
    def incremental(self) -> Incremental:
        """Incremental table with dominance and extended dominance."""
        return incremental(
            self.costs,
            self.effects,
            names=self.names,
            effect_unit=self.effect_unit,
            money_unit=self.money_unit,
        )

    def net_benefit(self, willingness_to_pay: float) -> Floats:
        """Willingness to pay × effect − cost, float64[draws, options].

        Stinnett & Mullahy 1998, Medical Decision Making 18: S68–S80.

        Parameters
        ----------
        willingness_to_pay : float, 0 or more
            Money per unit of effect, such as DKK per placement.
        """
        value = willingness(willingness_to_pay)
        if len(value) > 1:
            raise InputError(
                f"willingness_to_pay: {len(value)} values; net benefit is of one "
                "(acceptability takes many)"
            )
        return np.asarray(value[0] * self.effects - self.costs)

    def plane(self, reference: str | None = None) -> Plane:
        """Increments of every draw against one option; without a name, the first."""
        place = 0 if reference is None else place_of(reference, self.names)
        others = [i for i in range(len(self.names)) if i != place]
        return Plane(
            self.names[place],
            tuple(self.names[i] for i in others),
            self.costs[:, others] - self.costs[:, [place]],
            self.effects[:, others] - self.effects[:, [place]],
            self.effect_unit,
            self.money_unit,
        )

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
        return acceptability_of(
            self.costs,
            self.effects,
            willingness(willingness_to_pay),
            self.names,
            (self.effect_unit, self.money_unit),
        )

    def _lines(self) -> tuple[IncrementalRow, ...]:
        return self.incremental.rows

    def _table(self) -> Table:
        return self.incremental._table()


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
    costs : float64[draws, options]
        Money spent, positive; what is saved counts against it.
    effects : float64[draws, options]
        Positive is good: placements, or months of self-support.
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
        If a value is not a finite number (its row and column are named), shapes differ, or there
        are fewer than two draws or options.

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
    spent, gained = draws_of_options(costs, "costs"), draws_of_options(effects, "effects")
    if spent.shape != gained.shape:
        raise InputError(
            f"effects: has shape {gained.shape}, costs {spent.shape}; they must be the same"
        )
    found = column_names(costs, names, spent.shape[1], "option")
    return CostEffectiveness(spent, gained, found, effect_unit, money_unit)
