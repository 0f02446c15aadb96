"""How functions are compiled, and uniform numbers for compiled functions; may import numba.

Arithmetic is strict and no lock is held. Philox4x32-10 gives the same numbers as philox.py, one key
at a time: a test holds it against the vectorised one on many keys. Nothing here is loaded before
the compiled engine is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from jobsim.arrays import Floats
from jobsim.draws.philox import KEY_STEPS, LOW, MULTIPLIERS, ROUNDS

Words = npt.NDArray[np.uint32]
Function = TypeVar("Function", bound=Callable[..., Any])

if getattr(numba.config, "USING_SVML", False):
    raise ImportError(
        "Intel's vector library gives other logarithms than the C library; "
        "set NUMBA_DISABLE_INTEL_SVML=1"
    )

STRICT: dict[str, Any] = {"error_model": "numpy", "fastmath": False, "nogil": True, "_nrt": False}
"""Options of everything compiled: IEEE float64 in the written order; division by zero is
infinite."""

_njit: Any = numba.njit
_CALLED = STRICT | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_INLINED = _CALLED | {"forceinline": True}

i64: Callable[[Any], int] = cast(Any, np.int64)
"""Make any integer one of 64 bits, so that one compiled function serves all callers."""

u64: Callable[[Any], Any] = cast(Any, np.uint64)
"""Make an integer that is not negative an index. Signed ones cost a check each time, since they
may count from the end; sums and products are made before, since unsigned ones would turn into
floats."""


def inlined(function: Function) -> Function:
    """Compile a function that becomes part of whatever compiled function calls it."""
    return cast(Function, _njit(**_INLINED)(function))


def called(function: Function) -> Function:
    """Compile a function that is called, since it is long and seldom needed."""
    return cast(Function, _njit(**_CALLED)(function))


_MULTIPLIER_0, _MULTIPLIER_1 = map(np.uint64, MULTIPLIERS)
_STEP_0, _STEP_1 = map(np.uint64, KEY_STEPS)
_LOW = np.uint64(LOW)
_WORD, _DROPPED, _KEPT = np.uint64(32), np.uint64(6), np.uint64(26)


@inlined
def uniform_at(c0: Any, c1: Any, c2: Any, c3: Any, key0: Any, key1: Any) -> float:
    """Uniform number of four counter words and two key words, all uint64 below 2**32."""
    for _ in range(ROUNDS):
        high = _MULTIPLIER_0 * c0
        low = _MULTIPLIER_1 * c2
        c0 = (low >> _WORD) ^ c1 ^ key0
        c2 = (high >> _WORD) ^ c3 ^ key1
        c1 = low & _LOW
        c3 = high & _LOW
        key0 = (key0 + _STEP_0) & _LOW
        key1 = (key1 + _STEP_1) & _LOW
    bits = ((c0 >> _DROPPED) << _KEPT) | (c1 >> _DROPPED)
    return (np.float64(np.int64(bits)) + 0.5) * 2.0**-52


@called
def fill_uniforms(u: Floats, c0: Words, c1: Words, c2: Words, key: Any) -> None:
    """Fill `u` with the uniform numbers of counter words.

    Parameters
    ----------
    u : float64[n]
    c0, c1, c2 : uint32[n], person, origin and group, stream and use
    key : record of uint64, fields replication, seed_low, seed_high
    """
    c3, key0, key1 = key.replication, key.seed_low, key.seed_high
    for i in range(len(u)):
        u[i] = uniform_at(np.uint64(c0[i]), np.uint64(c1[i]), np.uint64(c2[i]), c3, key0, key1)


@called
def fill_stream(u: Floats, c0: Words, c1: Words, use: Any, key: Any) -> None:
    """Fill `u` as `fill_uniforms` does, where everybody draws the same use of the same stream.

    `use` is uint64: stream << 24 | n.
    """
    c3, key0, key1 = key.replication, key.seed_low, key.seed_high
    for i in range(len(u)):
        u[i] = uniform_at(np.uint64(c0[i]), np.uint64(c1[i]), use, c3, key0, key1)
