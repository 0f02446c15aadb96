"""Cells played by a Dask cluster; needs the extra "distributed"; may import analysis.

Each scenario is sent once, as a task that reads its text: unlike data that is scattered, it is made
again where the worker that held it is lost. A task plays cells of one scenario that take some two
seconds together. So few tasks wait that the scheduler holds some hundreds of a million cells; how
many follows the number of workers, which may change. What comes back is committed by the process
that asked: with a cluster that goes away, nothing is lost that came.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tomllib
import zlib
from asyncio import CancelledError
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed

from jobsim.analysis.playing.player import Plan
from jobsim.analysis.playing.volume_store import Block, key_of
from jobsim.engines.volumes import MODEL_VERSION
from jobsim.errors import InputError, JobsimError, StudyError
from jobsim.scenario import Scenario
from jobsim.study.keeping.store import Finished
from jobsim.study.playing.missing import CellResult, CellWork, play_parts

_PATIENCE_SECONDS = 15

_TASK_SECONDS = 2.0
_MOST_TOGETHER = 500
"""Cells of one task."""
_AHEAD = 3
"""Tasks for each thread that are sent before others are finished."""
_LEAST_AHEAD = 64
"""Tasks that are sent however few the threads: what a cluster that adapts grows by."""
_MOST_SCENARIOS = 64
"""That are kept on the cluster; cells come scenario by scenario."""
_LOOK_SECONDS = 2.0
"""Between looks at how many threads there are."""


_SCHEDULER = re.compile(r"((tcp|tls|ws|wss|ucx)://)?[^/]+:\d+|.*\.json")
"""Address of a scheduler with its port, or the name of its file."""


@contextmanager
def connected(client: object) -> Iterator[Client]:
    """Client of a cluster: one that is given, or one of the scheduler at an address or in a file.

    Raises
    ------
    InputError
        If it is neither, or no scheduler answers.
    """
    if isinstance(client, Client) and not client.asynchronous:
        yield client
        return
    if not isinstance(client, str) or not _SCHEDULER.fullmatch(client):
        raise InputError(
            "client: must be a distributed.Client that waits, the address of a scheduler such as "
            f"tcp://10.0.0.1:8786, or its JSON file, got {client!r}"
        )
    is_file = client.endswith(".json")
    where = {"scheduler_file": client} if is_file else {"address": client}
    try:
        if is_file and not Path(client).is_file():  # Dask would wait for it without end
            raise FileNotFoundError("there is no such file")
        made = Client(**where, timeout=_PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"client: no Dask scheduler answers at {client} ({error})") from error
    with _quiet(), made:
        yield made


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from logging, as tracebacks, what `_told` tells in a line."""
    logs = [logging.getLogger(f"distributed.{name}") for name in ("batched", "client")]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)


def played_by(
    client: Client, tasks: Iterable[CellWork]
) -> Iterator[list[tuple[CellWork, CellResult]]]:
    """Play cells on a cluster and yield what is finished, in any order, a few together.

    Workers may come and go. A cell that a worker does not survive, four times over, has failed.

    Raises
    ------
    StudyError
        If a worker has another version of the model.
    JobsimError
        If the cluster went away.
    """
    cluster = _Cluster(client, tasks)
    try:
        yield from cluster.play()
    finally:
        cluster.cancel()


@dataclass(frozen=True)
class _Sent:
    """A cell as it goes to a worker, which has the scenario before the draw."""

    digest: bytes
    changes: Mapping[str, object]
    whole: Block
    parts: tuple[Block, ...]


def read_scenario(text: bytes, version: int) -> Scenario:
    """Read a scenario; runs on a worker."""
    if version != MODEL_VERSION:
        raise StudyError(
            f"a worker has model version {MODEL_VERSION}, the study is of {version}; install the "
            "same jobsim on all machines"
        )
    return Scenario.from_dict(tomllib.loads(zlib.decompress(text).decode()))


def play_sent(scenario: Scenario, sent: list[_Sent], plan: Plan) -> list[CellResult]:
    """Play some cells; runs on a worker."""
    results = []
    for one in sent:
        drawn = scenario.with_(one.changes) if one.changes else scenario
        if key_of(drawn, plan.seed) != one.whole.key:
            raise StudyError(
                f"a worker reads {scenario.name} as another scenario; install the same jobsim on "
                "all machines"
            )
        results.append(play_parts(one.digest, drawn, one.whole, one.parts, plan))
    return results


class _Cluster:
    """Tasks of one study on a cluster."""

    def __init__(self, client: Client, tasks: Iterable[CellWork]) -> None:
        self._client = client
        self._bundles = _Bundles(tasks)
        self._running: dict[Any, tuple[Future[list[CellResult]], list[CellWork]]] = {}
        self._done = as_completed(loop=client.loop)
        self._scenarios: OrderedDict[int, tuple[Scenario, Future[Scenario]]] = OrderedDict()
        self._room, self._looked = 0, -_LOOK_SECONDS

    def play(self) -> Iterator[list[tuple[CellWork, CellResult]]]:
        """Send what there is room for, and yield what comes."""
        while True:
            self._look()
            while len(self._running) < self._room and (works := self._bundles.next()):
                self._submit(works)
            if not self._running:
                return
            yield self._came()

    def cancel(self) -> None:
        """Let the cluster forget what it has not begun."""
        with suppress(JobsimError), _told():
            self._client.cancel([future for future, _ in self._running.values()], force=True)

    def _look(self) -> None:
        """Find how many tasks there is room for."""
        if monotonic() - self._looked >= _LOOK_SECONDS:
            with _told():
                threads = sum(self._client.nthreads().values())
            self._room, self._looked = max(_LEAST_AHEAD, _AHEAD * threads), monotonic()

    def _submit(self, works: list[CellWork]) -> None:
        scenario = self._sent_scenario(works[0].cell.world.scenario)
        sent = [
            _Sent(work.cell.digest, work.cell.world.changes, work.whole, work.parts)
            for work in works
        ]
        with _told():
            future = self._client.submit(play_sent, scenario, sent, works[0].plan, pure=False)
            self._done.add(future)
        self._running[future.key] = future, works

    def _sent_scenario(self, scenario: Scenario) -> Future[Scenario]:
        known = self._scenarios.get(id(scenario))
        if known is None:
            text = scenario.to_toml().encode()
            key = f"jobsim-scenario-{hashlib.sha256(text).hexdigest()}"
            sent = zlib.compress(text)
            with _told():
                future = self._client.submit(read_scenario, sent, MODEL_VERSION, key=key)
            known = self._scenarios[id(scenario)] = scenario, future
            while len(self._scenarios) > _MOST_SCENARIOS:
                self._scenarios.popitem(last=False)
        return known[1]

    def _came(self) -> list[tuple[CellWork, CellResult]]:
        """Wait for a task, and take all that are finished by then."""
        with _told():
            futures = [next(self._done)]
            while self._done.has_ready():
                futures.append(next(self._done))
        return [pair for future in futures for pair in self._results(future)]

    def _results(self, future: Future[list[CellResult]]) -> list[tuple[CellWork, CellResult]]:
        _, works = self._running.pop(future.key)
        try:
            results = future.result()
        except KilledWorker:
            return self._each_alone(works)
        except JobsimError:
            raise
        except (Exception, CancelledError) as error:
            told = f"{type(error).__name__}: {error}"
            if future.status != "error":
                raise JobsimError(f"{_GONE} ({told})") from error
            raise JobsimError(f"a worker could not begin ({told}); is jobsim there?") from error
        self._bundles.learn(results)
        return list(zip(works, results, strict=True))

    def _each_alone(self, works: list[CellWork]) -> list[tuple[CellWork, CellResult]]:
        """Find which of some cells it is that workers do not survive."""
        if len(works) == 1:
            return [(works[0], _DEADLY)]
        for work in works:
            self._submit([work])
        return []


@contextmanager
def _told() -> Iterator[None]:
    """Tell what the cluster's own code raises, which is of many kinds, as one."""
    try:
        yield
    except (Exception, CancelledError) as error:
        raise JobsimError(f"{_GONE} ({type(error).__name__})") from error


class _Bundles:
    """Works of one scenario together, as many as take about two seconds."""

    def __init__(self, tasks: Iterable[CellWork]) -> None:
        self._tasks = iter(tasks)
        self._first = next(self._tasks, None)
        self._seconds: deque[float] = deque(maxlen=64)

    def learn(self, results: list[CellResult]) -> None:
        """See how long cells take."""
        self._seconds.extend(one.seconds for one in results if isinstance(one, Finished))

    def next(self) -> list[CellWork]:
        """Some works; none at the end."""
        most = 1
        if self._seconds:
            typical = median(self._seconds)
            most = max(1, min(_MOST_TOGETHER, int(_TASK_SECONDS / max(typical, 1e-6))))
        works: list[CellWork] = []
        while self._first is not None and len(works) < most:
            scenario = self._first.cell.world.scenario
            if works and works[0].cell.world.scenario is not scenario:
                break
            works.append(self._first)
            self._first = next(self._tasks, None)
        return works


_GONE = (
    "the cluster went away before its work was done; what came is kept, and resume goes on with "
    "the rest"
)
_DEADLY = "every worker that played it was killed (out of memory?)"
