"""How functions are compiled: strict arithmetic, no lock held; may import numba, nothing of jobsim.

Nothing here is loaded before the compiled engine is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

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

whole: Callable[[Any], int] = cast(Any, np.int64)
"""Make any integer one of 64 bits, so that one compiled function serves all callers."""

at: Callable[[Any], Any] = cast(Any, np.uint64)
"""Make an integer that is not negative an index. Signed ones cost a check each time, since they
may count from the end; sums and products are made before, since unsigned ones would turn into
floats."""


def inlined(function: Function) -> Function:
    """Compile a function that becomes part of whatever compiled function calls it."""
    return cast(Function, _njit(**_INLINED)(function))


def called(function: Function) -> Function:
    """Compile a function that is called, since it is long and seldom needed."""
    return cast(Function, _njit(**_CALLED)(function))
