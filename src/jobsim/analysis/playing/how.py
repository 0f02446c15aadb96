"""How a question is played: the keyword arguments that all questions share.

May import errors, precision and what a memory is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, Literal, TypedDict, cast

from jobsim.analysis.playing.memory import Memory
from jobsim.analysis.playing.precision import Precision
from jobsim.errors import InputError, nearest


class How(TypedDict, total=False):
    """How to play; every question takes these, keyword-only, none is needed."""

    replications: int | Sequence[int] | Literal["auto"]
    """Futures played in each cell (default 200), their numbers, or "auto": as `precision` asks."""
    precision: Precision | Mapping[str, float] | None
    """With "auto": half widths of 95 % intervals, by measure; see `Precision`."""
    seed: int
    """Key of all chance, 0 to 2**64 - 1 (default 1)."""
    engine: str
    """"auto" (default), "numba", "numpy" or "simpy"; all give the same integers."""
    threads: int | None
    """Threads of the compiled engine; without it one for each core, or 1 in several processes."""
    n_jobs: int
    """Processes, 1 (default: none but this one) to 256; results do not depend on it."""
    executor: Executor | None
    """Any `concurrent.futures.Executor` that runs the cells instead; it is not shut down."""
    progress: bool
    """Whether work of more than two seconds shows a progress bar (default)."""
    study: Memory | None
    """A `Study`: what it holds is not simulated again, and what is simulated is kept in it.

    Only speed depends on what it holds. The engine that a result or its record names is the one
    that plays what is missing; what was found may be of another, and is the same.
    """


_DEFAULTS: How = {
    "replications": 200,
    "precision": None,
    "seed": 1,
    "engine": "auto",
    "threads": None,
    "n_jobs": 1,
    "executor": None,
    "progress": True,
    "study": None,
}


def how_of(given: Mapping[str, Any], **defaults: Any) -> How:
    """Fill in what is not given.

    Raises
    ------
    InputError
        If there is no such argument.

    Examples
    --------
    >>> how_of({"seed": 7})["replications"]
    200
    """
    for name in given:
        if name not in _DEFAULTS:
            raise InputError(f'there is no argument "{name}"{nearest(name, _DEFAULTS)}')
    return cast(How, {**_DEFAULTS, **defaults, **given})
