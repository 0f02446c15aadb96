"""Many settings on the same luck, each with its outcomes or its error; may import players.

A sweep, a probabilistic sensitivity analysis and an investment curve are the same thing: cells,
each a change of one case. What they show never depends on workers, order or batch size, since
the key of every draw is the person and the decision. Searches play them round by round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import count, islice
from typing import Unpack

import numpy as np

from jobsim.analysis.outcomes.measures import FOR_EACH
from jobsim.analysis.outcomes.quantity import Quantity, parts_of
from jobsim.analysis.outcomes.record import Asked, RunRecord
from jobsim.analysis.outcomes.rounding import difference
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing import player
from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.analysis.playing.precision import Precision, Reached, precision_of, until_precise
from jobsim.analysis.playing.rules import cannot_vary, certain, played_alike, unvaried
from jobsim.analysis.playing.volume_store import failure_of
from jobsim.analysis.playing.workers import in_order, kept_workers
from jobsim.analysis.setting.case import PRICES, Case, Changes, Moving
from jobsim.arrays import Floats
from jobsim.engines.size import memory_limit_gib
from jobsim.errors import InputError, JobsimError, OutputError, SizeError, StudyError, nearest
from jobsim.scenario.fields import whole_number


@dataclass(frozen=True)
class Cell:
    """What came of one change.

    Parameters
    ----------
    number : int, its place in the order asked for
    changes : mapping of path to value
    values : float64[n_parts, replications], or None where it failed
        Of the parts of what was asked for: of `Cells.parts`.
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
    case : Case, what every cell changes
    move : what changes move, see `Case.with_`
    quantities : tuple of Quantity
    plan : Plan
    cells : tuple of Cell
    reached : Reached or None
        How precisely means are known, where that was asked for.
    asked : Asked or None
        The question that they answer.
    """

    case: Case
    move: Moving
    quantities: tuple[Quantity, ...]
    plan: player.Plan
    cells: tuple[Cell, ...]
    reached: Reached | None = None
    asked: Asked | None = None

    @property
    def record(self) -> RunRecord:
        """What is needed to play the case that all cells change."""
        return replace(self.plan.record(self.case, self.moved), asked=self.asked)

    @cached_property
    def parts(self) -> tuple[Quantity, ...]:
        """What is measured: the quantities, and of ratios what is above and below the line."""
        return parts_of(self.quantities)

    @cached_property
    def values(self) -> Floats:
        """float64[cells, parts, replications]; not a number where a cell failed."""
        nothing = np.full((len(self.parts), self.plan.count), np.nan)
        return np.stack([nothing if cell.values is None else cell.values for cell in self.cells])

    @property
    def failed(self) -> tuple[Cell, ...]:
        """Cells that failed."""
        return tuple(cell for cell in self.cells if cell.error is not None)

    @property
    def missing_share(self) -> float:
        """Share of cells that failed."""
        return len(self.failed) / len(self.cells)

    @property
    def missing(self) -> str:
        """What is missing, in words for tables; empty where nothing is."""
        failed, asked = len(self.failed), len(self.cells)
        words = f"{failed:,} of {asked:,} cells failed ({failed / asked:.1%}); they are left out."
        return words if failed else ""

    def of(self, quantity: Quantity) -> Floats:
        """Values of one quantity, of a ratio its `samples`: float64[cells, replications].

        Raises
        ------
        InputError
            If it was not asked for.
        """
        return quantity.samples(self._parts_of(quantity))

    def _parts_of(self, quantity: Quantity) -> list[Floats]:
        """Values of each part of a quantity: float64[cells, replications]."""
        if quantity not in self.quantities:
            codes = [one.code for one in self.quantities]
            hint = nearest(quantity.code, codes)
            raise InputError(f"{quantity.code}: was not measured{hint}; ask for it in measures=")
        return [self.values[:, self.parts.index(part)] for part in quantity.parts]

    def spreads(self, quantity: Quantity) -> list[Spread]:
        """Mean, interval and range over chance of one quantity in each cell."""
        rows = zip(*self._parts_of(quantity), strict=True)
        return [self.certain(quantity.spread(row), quantity, i) for i, row in enumerate(rows)]

    def no_prices(self, quantity: Quantity) -> list[str]:
        """What stands in place of the mean in each cell where that is a cost for each of none."""
        if quantity.measure not in FOR_EACH:
            return [""] * len(self.cells)
        above = self._parts_of(quantity)[0].mean(axis=1).tolist()
        means = [found.mean for found in self.spreads(quantity)]
        return [quantity.no_price(*both) for both in zip(means, above, strict=True)]

    def certain(self, found: Spread, quantity: Quantity, *numbers: int) -> Spread:
        """An estimate from some cells, without error where by the rules it varies in none."""
        if not unvaried(found):
            return found
        return certain(found, all(quantity in self._ruled(number) for number in numbers))

    def _ruled(self, number: int) -> frozenset[Quantity]:
        """Quantities that are the same in every future of a cell, by the rules."""
        if number not in self._rules:
            case = self.case_of(number)
            both = (case.scenario, case.baseline)
            sides = {"scenario": both[:1], "baseline": both[1:], "difference": both}
            alike = played_alike(*both)
            self._rules[number] = frozenset(
                one
                for one in self.quantities
                if (alike and one.side == "difference")
                or cannot_vary(one.measure, *sides[one.side])
            )
        return self._rules[number]

    @cached_property
    def _rules(self) -> dict[int, frozenset[Quantity]]:
        """What `_ruled` has found so far: changing a case takes longer than reading a value."""
        return {}

    def change(self, quantity: Quantity, before: int, after: int) -> Spread:
        """Paired difference of one quantity between two cells.

        That of a ratio has no range, and no interval where one of the ratios is not identified.
        """
        values, both = self.of(quantity), self.spreads(quantity)
        found = spread(difference(values[after], values[before]))
        if not quantity.is_ratio:
            same = _simulated(self.cells[before]) == _simulated(self.cells[after])
            # prices move no volume, and no money that is there in every future but stays
            unmoved = same and (not quantity.is_money or (not found.mean and values[before].all()))
            return self.certain(found, quantity, *(() if unmoved else (before, after)))
        if both[before].unbounded or both[after].unbounded:
            return Spread(found.mean, found.se)
        found = certain(found, ruled=False)
        return Spread(found.mean, found.se, found.ci_low, found.ci_high)

    @property
    def moved(self) -> str:
        """What moved where, in words for tables."""
        return self.case.moved((path for one in self.cells for path in one.changes), self.move)

    def case_of(self, number: int) -> Case:
        """Scenario, baseline and prices of a cell."""
        return self.case.with_(self.cells[number].changes, move=self.move)

    def replay(self, number: int) -> Cell:
        """Play one cell again, here and now, and let its error, if any, be raised."""
        changes = self.changes_of(number)
        return Cell(number, changes, self._played(changes))

    def changes_of(self, number: int) -> Changes:
        """What one cell changes."""
        return self.cells[whole_number("number", number, 0, len(self.cells) - 1)].changes

    def replay_line(self, number: int) -> str:
        """One line of Python that plays a cell again; its error, if any, is raised."""
        return self._line(self.changes_of(number))

    def replay_command(self, number: int) -> str | None:
        """The command that does the same, where one can."""
        changes = self.changes_of(number)
        return player.replay_line(self.case, changes, self.plan, move=self.move)

    def _line(self, changes: Changes) -> str:
        asked = self.quantities
        return player.python_line(self.case, changes, self.plan, move=self.move, quantities=asked)

    def _played(self, changes: Changes) -> Floats:
        """Outcomes of one change: float64[parts, replications]."""
        paired = player.player_of(self.plan).paired(self.case.with_(changes, move=self.move))
        return np.stack([part.of(paired) for part in self.parts])


def play_cells(
    case: Case,
    changes: Sequence[Changes],
    quantities: Sequence[Quantity],
    *,
    move: Moving = "auto",
    label: str = "cells",
    **given: Unpack[RunOptions],
) -> Cells:
    """Play every change of a case.

    Parameters
    ----------
    case : Case
    changes : sequence of mapping of path to value
    quantities : sequence of Quantity
    move : "auto", "both" or "scenario"
        Whether baselines follow the changes; see `Case.with_`.
    label : str, words before the progress bar
    **given
        See `RunOptions`. With replications="auto", all cells play as many as the least precise one
        needs.

    Raises
    ------
    InputError
        If an argument or a path is not valid.
    JobsimError
        If every cell failed; the message is that of the first.
    SizeError
        If the outcomes would not fit in memory.
    """
    how = run_options(given)
    precision = precision_of(how["replications"], how["precision"])
    if not changes:
        raise InputError(f"{label}: there is nothing to play")
    case.check_moves((path for change in changes for path in change), move)
    with kept_workers(how, len(changes)) as kept:
        play = partial(_played, case, changes, tuple(quantities), move, label)
        if precision is None:
            return play(kept)
        return _until_precise(precision, play, kept, label)


def _until_precise(
    precision: Precision, play: Callable[[RunOptions], Cells], how: RunOptions, label: str
) -> Cells:
    """Play blocks of replications until the named means are known well enough in every cell."""
    blocks: list[Cells] = []

    def play_more(numbers: range) -> list[float]:
        blocks.append(play({**how, "replications": numbers, "precision": None}))
        blocks[:] = [_not_all_failed(_joined(blocks), label)]
        return [_widest(blocks[0], quantity) for quantity in precision.quantities]

    reached = until_precise(precision, play_more)
    return replace(blocks[0], reached=reached)


def _joined(blocks: Sequence[Cells]) -> Cells:
    """Replications of several blocks in one; a cell that failed once has failed."""
    plan = replace(blocks[0].plan, replications=sum(block.plan.count for block in blocks))
    cells = map(_cell_of, zip(*(block.cells for block in blocks), strict=True))
    return replace(blocks[0], plan=plan, cells=tuple(cells))


def _cell_of(parts: Sequence[Cell]) -> Cell:
    error = next((part.error for part in parts if part.error is not None), None)
    values = [part.values for part in parts if part.values is not None]
    joined = None if error is not None else np.concatenate(values, axis=1)
    return replace(parts[0], values=joined, error=error)


def _widest(cells: Cells, quantity: Quantity) -> float:
    """Largest half width of the 95 % interval of a quantity, over the cells that did not fail."""
    found = zip(cells.cells, cells.spreads(quantity), strict=True)
    return float(np.max([one.half_width for cell, one in found if cell.error is None]))


def _played(
    case: Case,
    changes: Sequence[Changes],
    quantities: tuple[Quantity, ...],
    move: Moving,
    label: str,
    how: RunOptions,
) -> Cells:
    plan = player.plan_of(case.scenario, how, plays=len(changes) + 1)
    numbers = len(changes) * len(parts_of(quantities)) * plan.count
    need, limit = numbers * 8 / 2**30, memory_limit_gib()
    if need > limit:
        raise SizeError(
            f"{label}: {len(changes):,} cells of {plan.count:,} replications need {need:.1f} GiB "
            f"for {len(quantities)} measures and {limit:g} GiB are allowed; ask for fewer, or set "
            "JOBSIM_MEMORY_LIMIT_GIB"
        )
    nothing = Cells(case, move, quantities, plan, ())
    asked = [Cell(number, change, None) for number, change in enumerate(changes)]
    first: dict[str, int] = {}  # cells that differ in prices only come together, simulated once
    together = sorted(asked, key=lambda one: first.setdefault(_simulated(one), one.number))
    played = in_order(partial(_play, nothing), together, how, label=label)
    cells = tuple(sorted(played, key=lambda cell: cell.number))
    return _not_all_failed(replace(nothing, cells=cells), label)


def _not_all_failed(played: Cells, label: str) -> Cells:
    if len(played.failed) == len(played.cells):
        count = f"{len(played.failed):,} of {len(played.cells):,}"
        first = played.failed[0].error
        raise JobsimError(f"{label}: every cell failed ({count}), the first with: {first}")
    return played


def _simulated(cell: Cell) -> str:
    changes = cell.changes.items()
    return repr({path: value for path, value in changes if not path.startswith(PRICES)})


def _play(among: Cells, cell: Cell) -> Cell:
    """Play one cell; an error becomes part of what came of it, unless it is of the study's."""
    try:
        return replace(cell, values=among._played(cell.changes))
    except (StudyError, OutputError):
        raise
    except Exception as error:
        words = str(error) if isinstance(error, JobsimError) else f"{type(error).__name__}: {error}"
        store = among.plan.store
        if store is not None:
            store.keep_failure(failure_of(cell.changes, words, among._line(cell.changes)))
        return replace(cell, error=words)


@dataclass
class Rounds:
    """Plays what a search asks for next; what the first round settled holds for the others.

    The first round settles the engine and, with replications="auto", how many replications the
    asked precision takes.

    Parameters
    ----------
    quantities : tuple of Quantity
    label : str, words before the progress bar
    how : RunOptions, complete
    """

    quantities: tuple[Quantity, ...]
    label: str
    how: RunOptions

    def play(self, case: Case, changes: Sequence[Mapping[str, object]]) -> Cells:
        """Play changes of a case; its baseline stays."""
        cells = play_cells(case, changes, self.quantities, label=self.label, **self.how)
        settled = {"replications": cells.plan.replications, "engine": cells.plan.engine}
        self.how = run_options({**self.how, **settled, "precision": None})
        return cells

    def afresh(self) -> Rounds:
        """Rounds of as many other replications: the first numbers that were not played so far."""
        used = self.how["replications"]
        assert not isinstance(used, str)
        played = set(range(used) if isinstance(used, int) else used)
        others = list(islice((one for one in count() if one not in played), len(played)))
        return Rounds(self.quantities, self.label, {**self.how, "replications": others})
