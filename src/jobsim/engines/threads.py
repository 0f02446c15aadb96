"""How many threads an engine may use; imports errors only."""

from __future__ import annotations

import os

from jobsim.errors import InputError

__all__ = ["checked_threads"]

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
    whole = isinstance(threads, int) and not isinstance(threads, bool)
    if not whole or not 1 <= threads <= MOST_THREADS:
        raise InputError(
            f"threads: must be a whole number from 1 to {MOST_THREADS}, got {threads!r}"
        )
    return threads
