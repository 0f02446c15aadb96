"""How a case is measured: in a process of its own, on one core, its work asserted.

May import the cases. `measure` runs inside that process, `measured` starts it.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.case import Case, Tally, player_of

__all__ = ["in_own_process", "measure", "measured"]

_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
_MOST_REPLICATIONS = 2**17


def measured(case: Case) -> dict[str, Any]:
    """Measure a case in a process of its own."""
    return in_own_process("measure", case.to_json(), case.cores, case.environment)


def in_own_process(
    command: str, argument: str, cores: int = 1, environment: dict[str, str] | None = None
) -> dict[str, Any]:
    """Result of one command of `benchmarks.worker` in a fresh process on so many cores."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker", command, argument, str(cores)],
        env=os.environ | dict.fromkeys(_THREAD_VARIABLES, str(cores)) | (environment or {}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure(case: Case) -> dict[str, Any]:
    """Measure a case in this process.

    Returns
    -------
    dict
        Seconds of the first call (imports and compilation included), of every run, the work done,
        the first replication's placements and meetings, and the most memory held.
    """
    start = time.perf_counter()
    play = player_of(case)
    first = play(1)
    first_call = time.perf_counter() - start
    replications = case.replications or _enough(play, case.least_seconds, case.least_replications)
    seconds, tally = _runs(play, replications, case.runs, first)
    return {
        "replications": replications,
        "first_call_s": first_call,
        "runs_s": seconds,
        "median_s": statistics.median(seconds),
        "min_s": min(seconds),
        "max_s": max(seconds),
        "person_weeks": tally.person_weeks,
        "benefit_weeks": tally.benefit_weeks,
        "placements": int(tally.placements.sum()),
        "meetings": int(tally.meetings.sum()),
        "first_replication": [int(first.placements[0]), int(first.meetings[0])],
        "peak_memory_mib": _peak_memory_mib(),
    }


def _enough(play: Callable[[int], Tally], least_seconds: float, replications: int) -> int:
    """Number of replications, doubled until they last so long; its runs are warming up."""
    while replications < _MOST_REPLICATIONS:
        start = time.perf_counter()
        play(replications)
        if time.perf_counter() - start >= least_seconds:
            break
        replications *= 2
    return replications


def _runs(
    play: Callable[[int], Tally], replications: int, runs: int, first: Tally
) -> tuple[list[float], Tally]:
    """Time every run; all must do the same work, and its first replication that of `first`."""
    seconds, tallies = [], []
    for _ in range(runs):
        start = time.perf_counter()
        tallies.append(play(replications))
        seconds.append(time.perf_counter() - start)
    tally = tallies[0]
    _require(all(_same(tally, other) for other in tallies), "runs differ in the work they did")
    _require(len(tally.placements) == replications, "not all replications were played")
    _require(
        tally.placements[0] == first.placements[0] and tally.meetings[0] == first.meetings[0],
        "the first replication depends on how many are played",
    )
    _require(
        tally.placements.sum() > 0 and tally.meetings.sum() > 0, "nothing happened in this case"
    )
    return seconds, tally


def _same(one: Tally, other: Tally) -> bool:
    return (
        one[:2] == other[:2]
        and np.array_equal(one.placements, other.placements)
        and np.array_equal(one.meetings, other.meetings)
    )


def _require(condition: object, problem: str) -> None:
    if not condition:
        raise AssertionError(problem)


def _peak_memory_mib() -> float | None:
    """Most memory this process has held so far, MiB; None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if platform.system() == "Darwin" else 1024) / 2**20
