"""Philox4x32-10 for compiled functions: the same numbers as philox.py, one key at a time.

May import compiled. A test holds it against the vectorised one on many keys.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws.compiled import called, inlined

_MULTIPLIER_0, _MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_STEP_0, _STEP_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_WORD, _DROPPED, _KEPT = np.uint64(32), np.uint64(6), np.uint64(26)


@inlined
def uniform_at(c0: Any, c1: Any, c2: Any, c3: Any, key0: Any, key1: Any) -> float:
    """Uniform number of four counter words and two key words, all uint64 below 2**32."""
    for _ in range(10):
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
def fill_uniforms(
    u: npt.NDArray[np.float64],
    c0: npt.NDArray[np.uint32],
    c1: npt.NDArray[np.uint32],
    c2: npt.NDArray[np.uint32],
    key: Any,
) -> None:
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
def fill_stream(
    u: npt.NDArray[np.float64],
    c0: npt.NDArray[np.uint32],
    c1: npt.NDArray[np.uint32],
    use: Any,
    key: Any,
) -> None:
    """Fill `u` as `fill_uniforms` does, where everybody draws the same use of the same stream.

    `use` is uint64: stream << 24 | n.
    """
    c3, key0, key1 = key.replication, key.seed_low, key.seed_high
    for i in range(len(u)):
        u[i] = uniform_at(np.uint64(c0[i]), np.uint64(c1[i]), use, c3, key0, key1)
