"""Compile a C peer with gcc and call it; may import the standard library and numpy."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played

__all__ = ["FLAGS", "play_compiled"]

FLAGS = ("-O3", "-march=native", "-std=c11", "-Wall", "-Wextra", "-Werror")

_SEED = 1


class _Queue(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int64) for name in ("persons", "weeks", "interval", "capacity")),
        *((name, ctypes.c_double) for name in ("hazard", "gain", "decay")),
    ]


@cache
def _compiled(source: Path) -> ctypes.CDLL:
    folder = Path(tempfile.mkdtemp(prefix="jobsim-benchmarks-"))
    library = folder / f"{source.stem}.so"
    command = ["gcc", *FLAGS, "-shared", "-fPIC", str(source), "-o", str(library), "-lm"]
    try:
        subprocess.run(command, check=True)
        return ctypes.CDLL(str(library))
    finally:
        shutil.rmtree(folder)


def play_compiled(source: Path, queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, … in the C program `source`, compiled at the first call."""
    numbers = _Queue(
        queue.persons,
        queue.weeks,
        queue.interval_weeks,
        queue.capacity,
        queue.hazard,
        queue.gain,
        queue.decay,
    )
    played = Played(np.zeros(replications, np.int64), np.zeros(replications, np.int64))
    play = _compiled(source).play
    pointer = ctypes.c_void_p
    play.argtypes = [pointer, ctypes.c_uint64, ctypes.c_int64, pointer, pointer]
    pointers = [array.ctypes.data for array in played]
    if play(ctypes.byref(numbers), _SEED, replications, *pointers):
        raise MemoryError(f"{source.name}: no memory")
    return played
