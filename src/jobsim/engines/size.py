"""What a run takes: memory, and the refusal of one that would not fit; numbers; threads.

May import errors and scenario. Memory is estimated before anything is allocated.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from jobsim.arrays import Floats
from jobsim.errors import InputError, ScenarioError, SizeError
from jobsim.scenario import Scenario
from jobsim.scenario.fields import whole_number

BYTES_PER_PERSON = 700
"""Most that one person of one replication takes in the numpy engine, roster and sorting included.

Measured with tracemalloc: 450 to 620 bytes, most where everybody is on benefit at once.
"""

_DEFAULT_LIMIT_GIB = 2.0
VARIABLE = "JOBSIM_MEMORY_LIMIT_GIB"


def memory_limit_gib() -> float:
    """Memory that one run may use, GiB: 2, or the environment's JOBSIM_MEMORY_LIMIT_GIB."""
    text = os.environ.get(VARIABLE, "")
    try:
        limit = float(text) if text else _DEFAULT_LIMIT_GIB
    except ValueError:
        limit = float("nan")
    if not 0 < limit < 1e6:
        raise InputError(f"{VARIABLE} must be a number of GiB above 0, got {text!r}")
    return limit


def expected_persons(scenario: Scenario) -> float:
    """Mean number of persons of one replication: stock, pool, arrivals and cohort."""
    dates = scenario.weeks.dates
    return float(
        sum(
            g.stock + g.employed_pool + g.entry_cohort + np.sum(g.inflow_per_week.at(dates))
            for g in scenario.groups.values()
        )
    )


def refuse_too_large(scenario: Scenario) -> None:
    """Raise SizeError if one replication would not fit in memory."""
    persons = expected_persons(scenario)
    refuse_beyond_memory(
        persons * BYTES_PER_PERSON,
        f"{scenario.name}: one replication of {persons:,.0f} persons needs about",
        f"simulate a smaller stock and scale the result, or set {VARIABLE}",
    )


def refuse_beyond_memory(need: float, what_needs: str, remedy: str) -> None:
    """Raise SizeError if something needs more bytes of memory than one run may use."""
    gib, limit = need / 2**30, memory_limit_gib()
    if gib > limit:
        raise SizeError(f"{what_needs} {gib:.1f} GiB and {limit:g} GiB are allowed; {remedy}")


def refuse_above(path: str, values: Sequence[float] | Floats, most: float, unit: str) -> None:
    """Raise ScenarioError if numbers that follow from a scenario are too large to play with."""
    largest = np.max(values, initial=0.0)
    if not largest <= most:
        raise ScenarioError(f"{path}: comes to {largest:g} {unit}; at most {most:g} can be played")


MOST_THREADS = 256


def checked_threads(threads: int | None) -> int:
    """Return a number of threads; without one, that of the cores this process may use.

    Raises
    ------
    InputError
        Unless it is a whole number from 1 to 256.

    Examples
    --------
    >>> checked_threads(2)
    2
    """
    if threads is None:
        affinity = getattr(os, "sched_getaffinity", None)
        cores = len(affinity(0)) if affinity else os.cpu_count() or 1
        return min(cores, MOST_THREADS)
    return whole_number("threads", threads, 1, MOST_THREADS)
