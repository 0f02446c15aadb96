"""Play what a folder lacks, each once however many ask for it, and commit it as it comes.

Either what a question lacks of one scenario, or the cells of a plan; may import analysis.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING

from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.player import Plan, plan_of
from jobsim.analysis.playing.volume_store import Block, Failure, blocks_of
from jobsim.analysis.playing.workers import as_they_come, kept_workers
from jobsim.arrays import Ints
from jobsim.engines.simulate import progress_bar
from jobsim.engines.size import MOST_THREADS
from jobsim.errors import InputError, JobsimError
from jobsim.study.keeping.store import Finished, Store
from jobsim.study.keeping.strangers import packed
from jobsim.study.plan import PlannedCell, StudyPlan
from jobsim.study.playing.claims import Claims, claim_on
from jobsim.study.playing.work import CellResult, CellWork, play_work, whole_of

if TYPE_CHECKING:
    from distributed import Client


_WAIT_SECONDS = 0.25
"""Between looks at what others are playing."""
_TOGETHER = 500
"""Cells that are looked up at a time."""

Players = Callable[[Iterable[CellWork]], Iterator[list[tuple[CellWork, CellResult]]]]


def filled(
    store: Store,
    size: int,
    key: bytes,
    missing: Sequence[int],
    width: int,
    play: Callable[[range], Ints],
) -> Iterator[dict[int, Ints]]:
    """Play and keep replications of one scenario, block by block, as they come.

    Blocks that another process is playing come last: they are found, or played if it ended.

    Parameters
    ----------
    store : Store
    size : int, replications that are played and kept together
    key : bytes, see `key_of`
    missing : sequence of int, in order
    width : int, columns of a row
    play : function of a range of replications that gives int64[replications, columns]

    Yields
    ------
    dict of replication to row
    """
    if not missing:
        return
    store.make()
    left = list(blocks_of(missing, size))
    with Claims(store.folder) as claims:
        while left:
            others = []
            for run in left:
                claim = claim_on(key, run.start - run.start % size)
                if not claims.take(claim):
                    others.append(run)
                    continue
                try:
                    yield _found_or_played(store, size, key, run, width, play)
                finally:
                    claims.let_go([claim])
            if others == left:
                _wait(claims)
            left = others


def _found_or_played(
    store: Store, size: int, key: bytes, run: range, width: int, play: Callable[[range], Ints]
) -> dict[int, Ints]:
    known = store.find(key, run, width)
    for part in blocks_of([number for number in run if number not in known], size):
        rows = play(part)
        store.keep_block(Block(key, part.start, part.stop), packed(rows))
        known.update(zip(part, rows, strict=True))
    return known


def _wait(claims: Claims) -> None:
    """Wait for others, and find whether they have ended."""
    time.sleep(_WAIT_SECONDS)
    claims.void_those_of_the_dead()


@dataclass
class CellCounts:
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

    @property
    def cells(self) -> int:
        """All of them."""
        return self.simulated + self.found + self.failed


@dataclass
class _StudyRun:
    """One player of the cells that are missing."""

    store: Store
    study: StudyPlan
    plan: Plan
    claims: Claims
    retry_failed: bool
    deferred: list[PlannedCell] = field(default_factory=list)
    """Whose volumes are being played, here or by somebody else."""
    tried: set[bytes] = field(default_factory=set)
    """Failed here."""
    played: CellCounts = field(default_factory=CellCounts)

    def work(self, cells: Iterable[PlannedCell]) -> Iterator[CellWork]:
        """Work that nobody has done and nobody is doing, which is then claimed."""
        waiting = iter(cells)
        while some := list(islice(waiting, _TOGETHER)):
            settled = self._settled(some)
            for cell in some:
                work = None if cell.digest in settled else self._claimed(cell)
                if work is not None:
                    yield work

    def keep(self, done: list[tuple[CellWork, CellResult]]) -> None:
        """Commit what came, then let go of it."""
        finished: list[Finished] = []
        for work, result in done:
            if isinstance(result, str):
                self._fail(work.cell, result)
            else:
                finished.append(result)
        if finished:
            self.store.keep(finished)
        self.played.simulated += len(finished)
        self.claims.let_go([claim_on(work.whole.key, work.whole.first) for work, _ in done])

    def _settled(self, cells: list[PlannedCell]) -> set[bytes]:
        """Those that were played, or failed and are not to be tried again."""
        names = [cell.digest for cell in cells]
        settled = self.store.settled(names, failed=not self.retry_failed)
        return settled | self.tried if self.retry_failed else settled

    def _claimed(self, cell: PlannedCell) -> CellWork | None:
        try:
            whole = whole_of(cell, self.plan.seed)
        except JobsimError as error:
            self._fail(cell, str(error))
            return None
        claim = claim_on(whole.key, whole.first)
        if not self.claims.take(claim):
            self.deferred.append(cell)
            return None
        if cell.digest not in self._settled([cell]):
            parts = tuple(self.store.missing(whole))
            if parts:
                return CellWork(cell, whole, parts, self.plan)
            self.store.keep([Finished(cell.digest, whole, (), 0.0)])
            self.played.found += 1
        self.claims.let_go([claim])
        return None

    def _fail(self, cell: PlannedCell, error: str) -> None:
        self.played.failed += 1
        self.tried.add(cell.digest)
        self.store.keep_failure(failure_of_cell(cell, error, self.store), cell.numbers)


def failure_of_cell(cell: PlannedCell, error: str, store: Store) -> Failure:
    """What is kept of a cell that failed."""
    world = cell.world
    about = {"setting": world.name, "draw": world.draw, **world.changes}
    about |= {"replications": [cell.numbers.start, cell.numbers.stop - 1]}
    line = f'import jobsim as js; js.Study({str(store.folder)!r}).replay("{cell.digest.hex()}")'
    return Failure(cell.digest, about, error, line)


def play_missing(
    store: Store, study: StudyPlan, how: RunOptions, players: Players, *, retry_failed: bool
) -> CellCounts:
    """Play what is missing; what others are playing is waited for, in case they end.

    Parameters
    ----------
    store : Store
    study : StudyPlan
    how : RunOptions, complete
    players : function of the work, see `players_of`
    retry_failed : bool
        Whether cells that failed before are tried again.
    """
    store.forget_stale(study.block, study.replications)
    left = store.asked() - store.count("cells") - (0 if retry_failed else store.count_failed())
    if left <= 0:
        return CellCounts()
    first = next(iter(study.settings.values())).scenario
    replications = len(study.blocks[0])
    plan = plan_of(first, {**how, "replications": replications, "seed": study.seed}, plays=left)
    with (
        Claims(store.folder) as claims,
        progress_bar("cells", left, show=how["progress"], unit="cell") as bar,
    ):
        run = _StudyRun(store, study, plan, claims, retry_failed)
        cells: Iterable[PlannedCell] = study.cells()
        while True:
            for done in players(run.work(cells)):
                run.keep(done)
                bar.update(run.played.cells - bar.n)
            if not run.deferred:
                return run.played
            if run.deferred == cells:  # somebody else is still playing all of them
                _wait(claims)
            cells, run.deferred = run.deferred, []


@contextmanager
def players_of(client: Client | str | None, how: RunOptions) -> Iterator[Players]:
    """Whoever plays: this process, several, an executor, or a cluster.

    Parameters
    ----------
    client : distributed.Client, or str, or None
        Of a cluster, or where its scheduler is.
    how : RunOptions, complete

    Raises
    ------
    InputError
        If Dask is not installed, no scheduler answers, or processes are asked for beside it.
    """
    if client is None:
        with kept_workers(how, MOST_THREADS) as kept:
            yield lambda tasks: as_they_come(play_work, tasks, kept)
        return
    if how["executor"] is not None or how["n_jobs"] != 1:
        raise InputError("client: goes with neither executor= nor n_jobs=")
    if find_spec("distributed") is None:
        raise InputError("client: needs Dask; pip install 'jobsim[distributed]'")
    from jobsim.study.playing.on_dask import connected, played_by

    with connected(client) as cluster:
        yield lambda tasks: played_by(cluster, tasks)
