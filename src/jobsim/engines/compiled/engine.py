"""The compiled engine: one loop per replication, replications spread over threads.

May import everything in engines. The kernel is in kernel.py; this file gives it memory,
divides the work and names what comes back. Nothing here is loaded before the engine is asked for.
"""

from __future__ import annotations

import logging
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jobsim.arrays import Ints
from jobsim.engines.compiled import PLAYS
from jobsim.engines.compiled.kernel import kernel
from jobsim.engines.compiled.rules import kernel_tables, width
from jobsim.engines.compiled.state import Workspace, workspace_for
from jobsim.engines.lowering import most_persons
from jobsim.engines.size import checked_threads
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import Arrays, EventLog, parted, shapes

_BLOCK_PERSON_WEEKS = 10_000_000
"""Most work that a thread does without looking up: some hundredths of a second, so that Ctrl-C
ends quickly."""
_EVENTS_PER_PERSON = 20
"""First guess of the room that events take."""

_log = logging.getLogger("jobsim")


def play(
    tables: Tables,
    seed: int,
    replications: Ints,
    log: EventLog | None = None,
    *,
    threads: int | None = None,
) -> Arrays:
    """Play some replications from the first week to the last.

    Parameters
    ----------
    tables : Tables
    seed : int, 0 to 2**64 - 1
    replications : int64[n], numbers of the replications
    log : EventLog, optional
        Where to note what happens to everybody.
    threads : int, 1 to 256, optional
        Without it, one for each core that this process may use.

    Returns
    -------
    dict of int64 arrays, one per volume, first dimension the replication

    Raises
    ------
    InputError
        If the number of threads is not valid.
    """
    workers = checked_threads(threads)
    volumes = np.zeros((len(replications), len(tables.months), width(tables)), dtype=np.int64)
    ground = _playground(tables)
    if log is None:
        _play_blocks(ground, seed, replications, volumes, workers)
    else:
        _play_with_notes(ground, seed, replications, volumes, log)
    return parted(volumes, shapes(tables, PLAYS))


class _Playground:
    """A scenario's rules, and memory lent to one thread at a time and kept for the next batch."""

    def __init__(self, tables: Tables) -> None:
        self.persons = max(1, most_persons(tables.people))
        self.person_weeks = self.persons * tables.weeks
        self._book = kernel_tables(tables)
        self._width = width(tables)
        self._free: list[Workspace] = []

    def play(self, seed: int, replications: Ints, volumes: Ints, notes: Ints | None) -> None:
        """Play some replications in this thread."""
        try:
            memory = self._free.pop()
        except IndexError:
            memory = workspace_for(self._book.rules, self.persons, self._width)
        _compiled()(self._book, memory, np.uint64(seed), replications, volumes, notes)
        self._free.append(memory)


_playgrounds: dict[int, _Playground] = {}
"""By identity of the tables; forgotten with them."""


def _playground(tables: Tables) -> _Playground:
    place = id(tables)
    if place not in _playgrounds:
        _playgrounds[place] = _Playground(tables)
        weakref.finalize(tables, _playgrounds.pop, place, None)
    return _playgrounds[place]


@cache
def _compiled() -> Any:
    """Compile the kernel on first use, or load the code kept on disk."""
    try:
        return kernel()
    except RuntimeError as error:
        _log.warning(
            "the compiled engine finds no folder to keep its code in, so every process compiles it "
            "anew; set NUMBA_CACHE_DIR to a folder that can be written (%s)",
            error,
        )
        return kernel(cache=False)


def is_kept() -> bool:
    """Tell whether compiled code is kept on disk, as far as its file tells."""
    folder = getattr(_compiled(), "stats", None)
    return bool(folder and folder.cache_path and any(Path(folder.cache_path).glob("kernel.*")))


def is_loaded() -> bool:
    """Tell whether this process has compiled the kernel, or loaded it."""
    return bool(getattr(_compiled(), "signatures", True))


def _play_blocks(
    ground: _Playground, seed: int, replications: Ints, volumes: Ints, workers: int
) -> None:
    """Play blocks of replications, one after another in each thread."""
    count = len(replications)
    size = max(1, min(-(-count // (4 * workers)), _BLOCK_PERSON_WEEKS // ground.person_weeks))
    blocks = [slice(start, start + size) for start in range(0, count, size)]

    def play_block(block: slice) -> None:
        ground.play(seed, replications[block], volumes[block], None)

    if workers == 1 or len(blocks) == 1:
        for block in blocks:
            play_block(block)
        return
    if not is_loaded():
        play_block(blocks.pop(0))  # compiles in this thread
    with ThreadPoolExecutor(workers, thread_name_prefix="jobsim") as pool:
        try:
            for done in [pool.submit(play_block, block) for block in blocks]:
                done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _play_with_notes(
    ground: _Playground, seed: int, replications: Ints, volumes: Ints, log: EventLog
) -> None:
    """Play one replication at a time, and again if its events need more room than was guessed."""
    room = _EVENTS_PER_PERSON * ground.persons
    for place in range(len(replications)):
        one = slice(place, place + 1)
        while True:
            notes = np.zeros((room + 1, 4), dtype=np.int64)
            volumes[one] = 0
            ground.play(seed, replications[one], volumes[one], notes)
            events = int(notes[room, 0])
            if events <= room:
                break
            room = events
        log.extend(np.insert(notes[:events], 2, place, axis=1))
