"""Play the cells of a plan that are missing, and commit each as it comes; may import analysis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING

from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.player import Plan, plan_of
from jobsim.analysis.playing.volume_store import Failure
from jobsim.analysis.playing.workers import as_they_come, kept_workers
from jobsim.engines.simulate import progress_bar
from jobsim.errors import InputError, JobsimError
from jobsim.study.keeping.store import Finished, Store
from jobsim.study.plan import PlannedCell, StudyPlan
from jobsim.study.playing.claims import WAIT_SECONDS, Claims, claim_on
from jobsim.study.playing.work import Result, Work, play, whole_of, work_of

if TYPE_CHECKING:
    from distributed import Client


_TOGETHER = 500
"""Cells that are looked up at a time."""

Players = Callable[[Iterable[Work]], Iterator[list[tuple[Work, Result]]]]


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

    @property
    def cells(self) -> int:
        """All of them."""
        return self.simulated + self.found + self.failed


@dataclass
class _Run:
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
    played: Played = field(default_factory=Played)

    def work(self, cells: Iterable[PlannedCell]) -> Iterator[Work]:
        """Work that nobody has done and nobody is doing, which is then claimed."""
        waiting = iter(cells)
        while some := list(islice(waiting, _TOGETHER)):
            settled = self._settled(some)
            for cell in some:
                work = None if cell.digest in settled else self._claimed(cell)
                if work is not None:
                    yield work

    def keep(self, done: list[tuple[Work, Result]]) -> None:
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
        failed = self.tried if self.retry_failed else self.store.failed(names)
        return self.store.done(names) | failed

    def _claimed(self, cell: PlannedCell) -> Work | None:
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
            work = work_of(cell, whole, self.store, self.plan)
            if work.parts:
                return work
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
    store: Store,
    study: StudyPlan,
    how: RunOptions,
    *,
    retry_failed: bool,
    client: Client | None = None,
) -> Played:
    """Play what is missing; what others are playing is waited for, in case they end.

    Parameters
    ----------
    store : Store
    study : StudyPlan
    how : RunOptions, complete
    retry_failed : bool
        Whether cells that failed before are tried again.
    client : distributed.Client, optional
        Of a cluster that plays the cells; see `cluster_of`.
    """
    store.forget_stale(study.block, study.replications)
    left = store.asked() - store.count_done() - (0 if retry_failed else store.count_failed())
    if left <= 0:
        return Played()
    first = next(iter(study.settings.values())).scenario
    replications = len(study.blocks[0])
    threads = how["threads"] if client is None else how["threads"] or 1
    plan = plan_of(first, {**how, "replications": replications, "threads": threads}, plays=left)
    with (
        Claims(store.folder) as claims,
        _players(how, left, client) as players,
        progress_bar("cells", left, show=how["progress"], unit="cell") as bar,
    ):
        run = _Run(store, study, plan, claims, retry_failed)
        cells: Iterable[PlannedCell] = study.cells()
        while True:
            for done in players(run.work(cells)):
                run.keep(done)
                bar.update(run.played.cells - bar.n)
            if not run.deferred:
                return run.played
            if run.deferred == cells:  # somebody else is still playing all of them
                time.sleep(WAIT_SECONDS)
                claims.void_those_of_the_dead()
            cells, run.deferred = run.deferred, []


@contextmanager
def cluster_of(client: Client | str | None, how: RunOptions) -> Iterator[Client | None]:
    """Client of a cluster, if there is to be one.

    Parameters
    ----------
    client : distributed.Client, or str, or None
        A client, or where the scheduler is.
    how : RunOptions, complete

    Raises
    ------
    InputError
        If Dask is not installed, no scheduler answers, or processes are asked for beside it.
    """
    if client is None:
        yield None
        return
    if how["executor"] is not None or how["n_jobs"] != 1:
        raise InputError("client: goes with neither executor= nor n_jobs=")
    if find_spec("distributed") is None:
        raise InputError("client: needs Dask; pip install 'jobsim[distributed]'")
    from jobsim.study.playing.on_dask import connected

    with connected(client) as cluster:
        yield cluster


@contextmanager
def _players(how: RunOptions, left: int, client: Client | None) -> Iterator[Players]:
    """Whoever plays: this process, several, an executor, or a cluster."""
    if client is None:
        with kept_workers(how, left) as kept:
            yield lambda tasks: as_they_come(play, tasks, kept)
    else:
        from jobsim.study.playing.on_dask import played_by

        yield lambda tasks: played_by(client, tasks)
