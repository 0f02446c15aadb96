"""Play the cells of a plan that are missing, and commit each as it comes; may import analysis."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import gcd
from time import perf_counter

from jobsim.analysis.playing.how import How
from jobsim.analysis.playing.memory import Block, Failure, blocks_of, key_of
from jobsim.analysis.playing.player import Plan, plan_of
from jobsim.analysis.playing.workers import as_they_come, kept_workers
from jobsim.engines import simulate
from jobsim.engines.flat import flat
from jobsim.engines.simulate import progress_bar
from jobsim.errors import JobsimError
from jobsim.scenario import Scenario
from jobsim.study.packing import packed
from jobsim.study.plan import PlannedCell, StudyPlan
from jobsim.study.store import Finished, Store

__all__ = ["Played", "play", "play_missing", "work_of"]

_GOLDEN = 0x9E3779B97F4A7C15
"""2**64 over the golden ratio: its multiples lie far apart."""


@dataclass(frozen=True)
class Work:
    """A cell to be played in any process.

    Parameters
    ----------
    cell : bytes
    scenario : Scenario, as it is played
    whole : Block
    parts : tuple of Block, what of it is not known yet
    plan : Plan, for seed, engine and threads
    """

    cell: bytes
    scenario: Scenario
    whole: Block
    parts: tuple[Block, ...]
    plan: Plan


def play(work: Work) -> Finished | str:
    """Play a cell; an error comes back as its text."""
    begun = perf_counter()
    try:
        parts = tuple((part, _rows(work, part)) for part in work.parts)
    except Exception as error:
        return str(error) if isinstance(error, JobsimError) else f"{type(error).__name__}: {error}"
    return Finished(work.cell, work.whole, parts, perf_counter() - begun)


def _rows(work: Work, part: Block) -> bytes:
    plan = work.plan
    volumes = simulate(
        work.scenario,
        replications=part.numbers,
        seed=plan.seed,
        engine=plan.engine,
        threads=plan.threads,
        progress=False,
    )
    return packed(flat(volumes))


def work_of(cell: PlannedCell, store: Store, plan: Plan) -> Work:
    """What of a cell is to be played.

    Raises
    ------
    InputError
        If its draw is not valid.
    """
    scenario = cell.played()
    numbers = cell.numbers
    whole = Block(key_of(scenario, plan.seed), numbers.start, numbers.stop)
    runs = blocks_of(store.missing(whole), len(numbers))
    parts = tuple(Block(whole.key, run.start, run.stop) for run in runs)
    return Work(cell.cell, scenario, whole, parts, plan)


@dataclass
class Played:
    """Counts what one run did.

    Parameters
    ----------
    simulated : int
        Cells that were simulated; others were found, since their volumes were known.
    found, failed : int
    """

    simulated: int = 0
    found: int = 0
    failed: int = 0


@dataclass
class _Round:
    """One pass over the cells that are missing."""

    store: Store
    study: StudyPlan
    plan: Plan
    avoided: set[bytes]
    """Cells done or failed before."""
    cells: dict[bytes, PlannedCell] = field(default_factory=dict)
    """Being played."""
    twins: dict[Block, list[bytes]] = field(default_factory=dict)
    """Cells whose volumes are those of one that is being played."""
    played: Played = field(default_factory=Played)

    def work(self) -> Iterator[Work]:
        """Work that nobody has done and nobody here is doing."""
        for cell in _in_own_order(self.study):
            if cell.cell in self.avoided or self.store.is_done(cell.cell):
                continue
            try:
                work = work_of(cell, self.store, self.plan)
            except JobsimError as error:
                self._fail(cell, str(error))
                continue
            if not work.parts:
                self.store.keep([Finished(cell.cell, work.whole, (), 0.0)])
                self.played.found += 1
            elif work.whole in self.twins:
                self.twins[work.whole].append(cell.cell)
            else:
                self.twins[work.whole] = []
                self.cells[cell.cell] = cell
                yield work

    def keep(self, done: list[tuple[Work, Finished | str]]) -> None:
        """Commit what came."""
        finished: list[Finished] = []
        for work, result in done:
            cell = self.cells.pop(work.cell)
            twins = self.twins.pop(work.whole)
            if isinstance(result, str):
                self._fail(cell, result)
                continue
            finished.append(result)
            finished += [Finished(twin, work.whole, (), 0.0) for twin in twins]
            self.played.simulated += 1
            self.played.found += len(twins)
        if finished:
            self.store.keep(finished)

    def _fail(self, cell: PlannedCell, error: str) -> None:
        self.played.failed += 1
        self.store.keep_failure(failure_of_cell(cell, error, self.store))


def failure_of_cell(cell: PlannedCell, error: str, store: Store) -> Failure:
    """What is kept of a cell that failed."""
    world = cell.world
    about = {"setting": world.name, "draw": world.draw, **world.changes}
    about |= {"replications": [cell.numbers.start, cell.numbers.stop - 1]}
    line = f'import jobsim as js; js.Study({str(store.folder)!r}).replay("{cell.cell.hex()}")'
    return Failure(cell.cell, about, error, line)


def _in_own_order(study: StudyPlan) -> Iterator[PlannedCell]:
    """All cells in an order of this process's own, so that two processes rarely meet at one."""
    step = os.getpid() * _GOLDEN % 2**64
    while gcd(step, study.count) != 1:
        step += 1
    return (study.cell(number * step % study.count) for number in range(study.count))


def play_missing(store: Store, study: StudyPlan, how: How, *, retry_failed: bool) -> Played:
    """Play what is missing.

    Parameters
    ----------
    store : Store
    study : StudyPlan
    how : How, complete
    retry_failed : bool
        Whether cells that failed before are tried again.
    """
    done = store.done()
    avoided = done if retry_failed else done | {one.cell for one in store.failures()}
    left = sum(1 for cell in study.cells() if cell.cell not in avoided)
    if not left:
        return Played()
    first = next(iter(study.settings.values())).scenario
    plan = plan_of(first, {**how, "replications": len(study.blocks[0])}, plays=left)
    this = _Round(store, study, plan, avoided)
    with (
        kept_workers(how, left) as kept,
        progress_bar("cells", left, show=how["progress"], unit="cell") as bar,
    ):
        for done_now in as_they_come(play, this.work(), kept):
            this.keep(done_now)
            bar.update(len(done_now))
    return this.played
