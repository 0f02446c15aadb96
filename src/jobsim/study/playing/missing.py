"""Play what a folder lacks, each once however many ask for it, and commit it as it comes.

A cell as it is sent to whoever plays it; then what a question lacks of one scenario, and what is
missing of a plan; may import analysis.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter

from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.player import Plan, plan_of
from jobsim.analysis.playing.volume_store import Block, Failure, blocks_of, key_of
from jobsim.arrays import Ints
from jobsim.engines import simulate
from jobsim.engines.progress import progress_bar
from jobsim.engines.volumes import flat
from jobsim.errors import JobsimError
from jobsim.scenario import Scenario
from jobsim.study.keeping.store import Finished, Store
from jobsim.study.keeping.strangers import packed
from jobsim.study.outcomes import status_of
from jobsim.study.plan import PlannedCell, StudyPlan
from jobsim.study.playing.claims import Claims, claim_on

CellResult = Finished | str
"""What comes of a cell: volumes, or the text of an error."""


@dataclass(frozen=True)
class CellWork:
    """A cell to be played in any process.

    Parameters
    ----------
    cell : PlannedCell
    whole : Block
    parts : tuple of Block, what of it is not known yet
    plan : Plan, for seed, engine and threads
    """

    cell: PlannedCell
    whole: Block
    parts: tuple[Block, ...]
    plan: Plan


def whole_of(cell: PlannedCell, seed: int) -> Block:
    """Address of all volumes of a cell.

    Raises
    ------
    ScenarioError
        If its draw is not valid.
    """
    return Block(key_of(cell.world.played, seed), cell.numbers.start, cell.numbers.stop)


def play_work(work: CellWork) -> CellResult:
    """Play a cell; an error comes back as its text."""
    cell = work.cell
    return play_parts(cell.digest, cell.world.played, work.whole, work.parts, work.plan)


def play_parts(
    digest: bytes, scenario: Scenario, whole: Block, parts: tuple[Block, ...], plan: Plan
) -> CellResult:
    """Play parts of a cell; an error comes back as its text."""
    begun = perf_counter()
    try:
        played = tuple((part, _rows(scenario, part, plan)) for part in parts)
    except Exception as error:
        return str(error) if isinstance(error, JobsimError) else f"{type(error).__name__}: {error}"
    return Finished(digest, whole, played, max(0.0, perf_counter() - begun))


def _rows(scenario: Scenario, part: Block, plan: Plan) -> bytes:
    volumes = simulate(
        scenario,
        replications=part.numbers,
        seed=plan.seed,
        engine=plan.engine,
        threads=plan.threads,
        progress=False,
    )
    return packed(flat(volumes))


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
                    found = _found_or_played(store, size, key, run, width, play)
                finally:  # before whoever asked goes on, who may be interrupted and never come back
                    claims.let_go([claim])
                yield found
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
class _StudyRun:
    """One player of the cells that are missing, and how many it simulated, found and failed at."""

    store: Store
    study: StudyPlan
    plan: Plan
    claims: Claims
    retry_failed: bool
    deferred: list[PlannedCell] = field(default_factory=list)
    """Whose volumes are being played, here or by somebody else."""
    tried: set[bytes] = field(default_factory=set)
    """Failed here."""
    simulated: int = 0
    found: int = 0
    """Whose volumes were known."""
    failed: int = 0

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
        self.simulated += len(finished)
        self.claims.let_go([claim_on(work.whole.key, work.whole.first) for work, _ in done])

    def _settled(self, cells: list[PlannedCell]) -> set[bytes]:
        """Those that were played, or failed and are not to be tried again."""
        names = [cell.digest for cell in cells]
        played = self.store.played(names).keys()
        return played | (self.tried if self.retry_failed else self.store.failed(names))

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
            self.found += 1
        self.claims.let_go([claim])
        return None

    def _fail(self, cell: PlannedCell, error: str) -> None:
        self.failed += 1
        self.tried.add(cell.digest)
        world, numbers, name = cell.world, cell.numbers, cell.digest.hex()
        about = {"setting": world.name, "draw": world.draw, **world.changes}
        about |= {"replications": [numbers.start, numbers.stop - 1]}
        line = f'import jobsim as js; js.Study({str(self.store.folder)!r}).replay("{name}")'
        self.store.keep_failure(Failure(cell.digest, about, error, line), numbers)


def play_missing(
    store: Store, study: StudyPlan, how: RunOptions, players: Players, *, retry_failed: bool
) -> tuple[int, int]:
    """Play what is missing; what others are playing is waited for, in case they end.

    Parameters
    ----------
    store : Store
    study : StudyPlan
    how : RunOptions, complete
    players : function that has cells played and gives their results as they come
    retry_failed : bool
        Whether cells that failed before are tried again.

    Returns
    -------
    int, int: cells that were simulated, and those whose volumes were found
    """
    store.forget_stale(study.block, study.replications)
    status = status_of(store, study)
    left = status.missing + (status.failed if retry_failed else 0)
    if not left:
        return 0, 0
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
                bar.update(run.simulated + run.found + run.failed - bar.n)
            if not run.deferred:
                return run.simulated, run.found
            if run.deferred == cells:  # somebody else is still playing all of them
                _wait(claims)
            cells, run.deferred = run.deferred, []
