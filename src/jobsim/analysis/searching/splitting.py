"""Search for the best division of one total over several budgets; may import rounds.

All divisions are played on the same luck, so that the aim's mean is a plain function of the
division, without noise, but with steps where places and grants are whole. The search is the same
for the same arguments: an evenly spread lattice first, then money moved from part to part around
the best division, by ever smaller amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.playing.rounds import Rounds
from jobsim.analysis.searching.budgets import present_budget
from jobsim.analysis.searching.simplex import Split, lattice, lattice_divisions, transfers
from jobsim.analysis.setting.setting import Setting
from jobsim.scenario import Scenario

Floats = npt.NDArray[np.float64]

_MOST_POINTS = 66
_MOST_DIVISIONS = 20
_HALVINGS = 3
_FINEST = 2**_HALVINGS
"""Units of money in one step of the lattice."""
SPENT = quantity("programme_cost")
"""Measured beside every aim."""


def money_of(
    scenario: Scenario, parts: tuple[str, ...], amounts: Iterable[float]
) -> dict[str, object]:
    """Budgets by path that give each part its amount.

    The budget of a programme also holds the money of the supports that are paid from it.

    Parameters
    ----------
    scenario : Scenario
    parts : tuple of str, paths of budgets
    amounts : float for each part, DKK a year
    """
    money = dict(zip(parts, amounts, strict=True))
    paid_out = _paid_out(scenario, money)
    return {path: amount + paid_out.get(path, 0.0) for path, amount in money.items()}


def present_division(scenario: Scenario, parts: tuple[str, ...]) -> Floats:
    """Amounts that the scenario gives to the parts (float64[parts], DKK a year)."""
    budgets = {path: present_budget(scenario, path) for path in parts}
    paid_out = _paid_out(scenario, budgets)
    return np.array([max(0.0, x - paid_out.get(path, 0.0)) for path, x in budgets.items()])


def _paid_out(scenario: Scenario, money: Mapping[str, float]) -> dict[str, float]:
    """Money of supports by the path of the programme's budget that it is paid from."""
    paid: dict[str, float] = {}
    for code, support in scenario.supports.items():
        path = f"programmes.{support.paid_from}.budget_per_year"
        paid[path] = paid.get(path, 0.0) + money.get(f"supports.{code}.budget_per_year", 0.0)
    return paid


@dataclass
class Splitting:
    """Divisions played so far, each once.

    Parameters
    ----------
    setting : Setting
    parts : tuple of str, paths of budgets
    total : float, DKK a year
    aim : Quantity, more is better
    rounds : Rounds, of the aim and SPENT
    """

    setting: Setting
    parts: tuple[str, ...]
    total: float
    aim: Quantity
    rounds: Rounds
    found: dict[Split, Floats] = field(default_factory=dict)
    even: tuple[Split, ...] = ()
    """Divisions of the lattice."""
    units: int = 1

    def search(self) -> Split:
        """Look for the best division."""
        parts = len(self.parts)
        divisions = lattice_divisions(
            parts, most_points=_MOST_POINTS, most_divisions=_MOST_DIVISIONS
        )
        self.units = divisions * _FINEST
        self.even = tuple(
            tuple(part * _FINEST for part in point) for point in lattice(parts, divisions)
        )
        self._play(self.even)
        for halving in range(1, _HALVINGS + 1):
            self._refine(_FINEST >> halving)
        return self.best

    def _refine(self, units: int) -> None:
        """Move money between parts as long as that helps."""
        last = None
        while last != self.best:
            last = self.best
            self._play(transfers(last, units))

    @property
    def best(self) -> Split:
        """Division with the highest mean; among equal ones the first in order of the parts."""
        return max(self.found, key=lambda split: (self._mean(split), split))

    def _mean(self, split: Split) -> float:
        mean = float(self.found[split].mean())
        return -np.inf if np.isnan(mean) else mean

    def amounts(self, split: Split) -> tuple[float, ...]:
        """Money of each part, DKK a year."""
        return tuple(self.total * part / self.units for part in split)

    def _play(self, splits: Iterable[Split]) -> None:
        new = [split for split in dict.fromkeys(splits) if split not in self.found]
        if new:
            values, _ = self.play(self.rounds, [self.amounts(split) for split in new])
            self.found.update(zip(new, values, strict=True))

    def play(self, rounds: Rounds, amounts: Iterable[Iterable[float]]) -> tuple[Floats, Floats]:
        """Play some amounts for each part, DKK a year.

        Returns
        -------
        aim, spent : float64[n, replications]
            The aim, and what the municipality spends on staff and grants beyond the baseline.
        """
        scenario = self.setting.scenario
        changes = [money_of(scenario, self.parts, row) for row in amounts]
        cells = rounds.play(self.setting, changes)
        return cells.of(self.aim), cells.of(SPENT)
