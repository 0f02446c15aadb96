"""How a question is played: the keyword arguments that all questions share.

May import errors, precision and what a memory is.

Check numbers that the user gives, one or several.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, Literal, TypedDict, cast

import numpy as np

from jobsim.analysis.playing.precision import Precision
from jobsim.analysis.playing.volume_store import VolumeStore
from jobsim.errors import InputError, nearest
from jobsim.scenario.fields import is_number


class RunOptions(TypedDict, total=False):
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
    study: VolumeStore | None
    """A `Study`: what it holds is not simulated again, and what is simulated is kept in it.

    Only speed depends on what it holds. The engine that a result or its record names is the one
    that plays what is missing; what was found may be of another, and is the same.
    """


_DEFAULTS: RunOptions = {
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


def run_options(given: Mapping[str, Any], **defaults: Any) -> RunOptions:
    """Fill in what is not given.

    Raises
    ------
    InputError
        If there is no such argument.

    Examples
    --------
    >>> run_options({"seed": 7})["replications"]
    200
    """
    for name in given:
        if name not in _DEFAULTS:
            raise InputError(f'there is no argument "{name}"{nearest(name, _DEFAULTS)}')
    return cast(RunOptions, {**_DEFAULTS, **defaults, **given})


def numbers_of(
    name: str,
    given: float | Sequence[float],
    *,
    low: float = 0.0,
    high: float = math.inf,
    whole: bool = False,
    unit: str = "",
) -> list[float]:
    """Check that all numbers given are finite and within bounds; one number is a list of one.

    Parameters
    ----------
    name : str, of the argument
    given : float or sequence of float
    low, high : float, least and most that is allowed
    whole : bool, whether only whole numbers are allowed
    unit : str, for the error

    Raises
    ------
    InputError
        If a number is not allowed; the message says which one, and what is allowed.

    Examples
    --------
    >>> numbers_of("budgets", [1_000_000, 2e6])
    [1000000.0, 2000000.0]
    """
    many = np.asarray(given, dtype=object).ravel().tolist()
    for place, one in enumerate(many, start=1):
        value = one.item() if isinstance(one, np.generic) else one
        fits = is_number(value) and low <= value <= high and value < math.inf
        if not fits or (whole and value != int(value)):
            where = name if len(many) == 1 else f"{name}: number {place}"
            kind = f"a {'whole' if whole else 'finite'} number{unit and f' of {unit}'}"
            upper = "" if math.isinf(high) else f" and at most {high:g}"
            raise InputError(f"{where}: must be {kind}, at least {low:g}{upper}, got {one!r}")
    return [float(one) for one in many]
