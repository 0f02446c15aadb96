"""Many settings on the same luck, each with its outcomes or its error; may import layers 0 to 3.

A sweep, a probabilistic sensitivity analysis and an investment curve are the same thing: cells,
each a change of one setting. What they show never depends on workers, order or batch size, since
the key of every draw is the person and the decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Unpack

import numpy as np
import numpy.typing as npt

from jobsim.analysis.how import How, how_of
from jobsim.analysis.player import Plan, Player, plan_of, player_of
from jobsim.analysis.quantity import Quantity
from jobsim.analysis.setting import Setting
from jobsim.analysis.spread import Spread, spread
from jobsim.analysis.workers import in_order
from jobsim.errors import InputError, JobsimError, nearest

__all__ = ["Cell", "Cells", "play_cells"]

Floats = npt.NDArray[np.float64]
Changes = Mapping[str, object]


@dataclass(frozen=True)
class Cell:
    """What came of one change.

    Parameters
    ----------
    number : int, its place in the order asked for
    changes : mapping of path to value
    values : float64[n_quantities, replications], or None where it failed
    error : str or None
    """

    number: int
    changes: Changes
    values: Floats | None
    error: str | None = None


@dataclass(frozen=True, eq=False)
class Cells:
    """All cells in the order asked for, failed ones included.

    Parameters
    ----------
    setting : Setting, what every cell changes
    both : bool, whether baselines follow the changes
    quantities : tuple of Quantity
    plan : Plan
    cells : tuple of Cell
    """

    setting: Setting
    both: bool
    quantities: tuple[Quantity, ...]
    plan: Plan
    cells: tuple[Cell, ...]

    @cached_property
    def values(self) -> Floats:
        """float64[cells, quantities, replications]; not a number where a cell failed."""
        shape = (len(self.quantities), self.plan.count)
        nothing = np.full(shape, np.nan)
        return np.stack([nothing if cell.values is None else cell.values for cell in self.cells])

    @property
    def failed(self) -> tuple[Cell, ...]:
        """Cells that failed."""
        return tuple(cell for cell in self.cells if cell.error is not None)

    @property
    def missing_share(self) -> float:
        """Share of cells that failed."""
        return len(self.failed) / len(self.cells)

    def of(self, quantity: Quantity) -> Floats:
        """Values of one quantity: float64[cells, replications].

        Raises
        ------
        InputError
            If it was not asked for.
        """
        if quantity not in self.quantities:
            codes = [one.code for one in self.quantities]
            hint = nearest(quantity.code, codes)
            raise InputError(f"{quantity.code}: was not measured{hint}; ask for it in measures=")
        return np.asarray(self.values[:, self.quantities.index(quantity)])

    def spreads(self, quantity: Quantity) -> list[Spread]:
        """Mean, interval and range over chance of one quantity in each cell."""
        return [spread(row) for row in self.of(quantity)]

    def setting_of(self, number: int) -> Setting:
        """Scenario, baseline and prices of a cell."""
        return self.setting.with_(self.cells[number].changes, both=self.both)

    def replay(self, number: int) -> Cell:
        """Play one cell again, here and now, and let its error, if any, be raised."""
        cell = self.cells[number]
        return Cell(number, cell.changes, _values(self._work(cell.number, cell.changes)))

    def _work(self, number: int, changes: Changes) -> _Work:
        return _Work(self.setting, number, changes, self.both, self.quantities, self.plan)


@dataclass(frozen=True)
class _Work:
    """Everything that a worker needs for one cell."""

    setting: Setting
    number: int
    changes: Changes
    both: bool
    quantities: tuple[Quantity, ...]
    plan: Plan


def play_cells(
    setting: Setting,
    changes: Sequence[Changes],
    quantities: Sequence[Quantity],
    *,
    both: bool,
    label: str = "cells",
    **given: Unpack[How],
) -> Cells:
    """Play every change of a setting.

    Parameters
    ----------
    setting : Setting
    changes : sequence of mapping of path to value
    quantities : sequence of Quantity
    both : bool
        Whether baselines follow the changes; see `Setting.with_`.
    label : str, words before the progress bar
    **given
        See `How`.

    Raises
    ------
    InputError
        If an argument or a path is not valid, or every cell failed; the message is then that of
        the first.
    """
    how = how_of(given)
    if not changes:
        raise InputError(f"{label}: there is nothing to play")
    for path in dict.fromkeys(path for change in changes for path in change):
        setting.value_at(path)
    plan = plan_of(setting.scenario, how, plays=len(changes) + 1)
    nothing = Cells(setting, both, tuple(quantities), plan, ())
    work = [nothing._work(number, change) for number, change in enumerate(changes)]
    cells = tuple(in_order(_play, work, how, label=label))
    if all(cell.error is not None for cell in cells):
        raise InputError(f"{label}: every cell failed, the first with: {cells[0].error}")
    return Cells(setting, both, tuple(quantities), plan, cells)


def _play(work: _Work) -> Cell:
    """Play one cell; an error becomes part of what came of it."""
    try:
        return Cell(work.number, work.changes, _values(work))
    except Exception as error:
        words = str(error) if isinstance(error, JobsimError) else f"{type(error).__name__}: {error}"
        return Cell(work.number, work.changes, None, words)


def _values(work: _Work) -> Floats:
    player: Player = player_of(work.plan)
    paired = player.paired(work.setting.with_(work.changes, both=work.both))
    return np.stack([quantity.of(paired) for quantity in work.quantities])
