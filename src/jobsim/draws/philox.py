"""Uniform numbers, each a pure function of its key; may import arrays.

The key says *who* decides *what*: seed, replication, person, and a stream per random decision, with
codes that never change. Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror & Shaw 2011,
"Parallel random numbers: as easy as 1, 2, 3", SC'11, doi:10.1145/2063384.2063405), turns a 128-bit
counter and a 64-bit key into 128 random bits, without state: `uniform` in vectorised numpy,
`uniform_number` in plain Python, for an engine that goes event by event.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Floats

UInt32 = npt.NDArray[np.uint32]
IntLike = int | npt.NDArray[np.integer]

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
LOW = 0xFFFFFFFF
"""The low word of a product."""
_WORD = np.uint64(32)
_BLOCK = 8192
"""Draws made at a time, so that the eight temporary arrays stay in the first caches."""

GROUP_DRAW = 0xFFFFFFFF
"""The place `k` of a person in the key, for draws that belong to a group and week instead."""


class Stream(IntEnum):
    """The random decisions of the model, and of the questions asked of it.

    18 to 60 are reserved; 64 + key is need of a support.
    """

    ARRIVALS = 1
    ELAPSED = 2
    FRAILTY = 3
    RAMP_CAP = 4
    QUEUE_ORDER = 5
    JOB_THRESHOLD = 6
    OTHER_EXIT = 7
    FIRST_MEETING = 8
    NO_SHOW = 9
    RAMP_STEP = 10
    JOB_DURATION = 11
    OPENINGS = 12
    SMALL_JOB_AT_START = 13
    RETURN = 14
    LADDER_AT_ENTRY = 15
    RANDOM_ADMISSION = 16
    MEETING_EXIT = 17
    PILOT_DATA = 61
    PARAMETERS = 62
    POSTERIOR = 63


def support_stream(key: int) -> int:
    """Stream of the need for the support with this key (0 to 191)."""
    return 64 + key


def philox4x32(
    counter: tuple[IntLike, IntLike, IntLike, IntLike], key: tuple[int, int]
) -> tuple[UInt32, UInt32, UInt32, UInt32]:
    """Ten rounds of Philox4x32.

    Parameters
    ----------
    counter : four uint32 numbers or arrays that broadcast
    key : two uint32 numbers

    Returns
    -------
    tuple of four ndarray of uint32
        The output words x0, x1, x2, x3, in the broadcast shape.

    Examples
    --------
    >>> [f"{int(word):08x}" for word in philox4x32((0, 0, 0, 0), (0, 0))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    words = [np.asarray(word).astype(np.uint64) for word in counter]
    c0, c1, c2, c3 = np.broadcast_arrays(*words)
    k0, k1 = key
    for _ in range(ROUNDS):
        high = np.uint64(MULTIPLIERS[0]) * c0
        low = np.uint64(MULTIPLIERS[1]) * c2
        c0 = (low >> _WORD) ^ c1 ^ np.uint64(k0)
        c2 = (high >> _WORD) ^ c3 ^ np.uint64(k1)
        c1 = low & np.uint64(LOW)
        c3 = high & np.uint64(LOW)
        k0 = (k0 + KEY_STEPS[0]) & LOW
        k1 = (k1 + KEY_STEPS[1]) & LOW
    x0, x1, x2, x3 = (word.astype(np.uint32) for word in (c0, c1, c2, c3))
    return x0, x1, x2, x3


def key_words(seed: int) -> tuple[int, int]:
    """Split a 64-bit seed into the two key words (low, high)."""
    return seed & LOW, (seed >> 32) & LOW


def uniform(
    seed: int,
    *,
    stream: IntLike,
    n: IntLike,
    k: IntLike,
    origin: IntLike,
    group_key: IntLike,
    replication: IntLike,
) -> Floats:
    """Uniform numbers strictly between 0 and 1, each a pure function of its key.

    Parameters
    ----------
    seed : int, 0 to 2**64 - 1
    stream : int or ndarray, 1 to 255
        Which decision.
    n : int or ndarray, 0 to 2**24 - 1
        How often the person has used this stream before.
    k, origin, group_key : int or ndarray
        Who: the k-th person of a group and origin, or `GROUP_DRAW` for a group and week.
    replication : int or ndarray

    Returns
    -------
    ndarray of float64, 1-dimensional
        ``((x0 >> 6) * 2**26 + (x1 >> 6) + 0.5) * 2**-52``, exact: an odd multiple of 2**-53.
    """
    words = (
        np.asarray(k, dtype=np.uint64),
        (np.asarray(origin, dtype=np.uint64) << np.uint64(8))
        | np.asarray(group_key, dtype=np.uint64),
        (np.asarray(stream, dtype=np.uint64) << np.uint64(24)) | np.asarray(n, dtype=np.uint64),
        np.asarray(replication, dtype=np.uint64),
    )
    c0, c1, c2, c3 = (np.atleast_1d(word) for word in np.broadcast_arrays(*words))
    key = key_words(seed)
    u = np.empty(c0.shape)
    for start in range(0, len(u), _BLOCK):
        part = slice(start, start + _BLOCK)
        x0, x1, _, _ = philox4x32((c0[part], c1[part], c2[part], c3[part]), key)
        u[part] = unit_interval(x0, x1)
    return u


def unit_interval(x0: UInt32, x1: UInt32) -> Floats:
    """52 bits of two output words as a float64 strictly between 0 and 1.

    Examples
    --------
    >>> ones = np.array([0xFFFFFFFF], dtype=np.uint32)
    >>> bool(unit_interval(ones, ones)[0] < 1.0)
    True
    """
    high, low = (x0 >> np.uint32(6)).astype(np.uint64), (x1 >> np.uint32(6)).astype(np.uint64)
    bits = (high << np.uint64(26)) | low
    return np.asarray((bits.astype(np.float64) + 0.5) * 2.0**-52)


def uniform_number(
    seed: int, *, stream: int, n: int, k: int, origin: int, group_key: int, replication: int
) -> float:
    """One uniform number strictly between 0 and 1: the same as `uniform` for the same key.

    Parameters
    ----------
    seed, stream, n, k, origin, group_key, replication : int
        As in `jobsim.draws.uniform`.

    Examples
    --------
    >>> key = dict(stream=6, n=0, k=17, origin=0, group_key=1, replication=0)
    >>> 0.0 < uniform_number(1, **key) < 1.0
    True
    """
    c0, c1, c2, c3 = k, origin << 8 | group_key, stream << 24 | n, replication
    k0, k1 = key_words(seed)
    for _ in range(ROUNDS):
        high, low = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1 = (low >> 32) ^ c1 ^ k0, low & LOW
        c2, c3 = (high >> 32) ^ c3 ^ k1, high & LOW
        k0, k1 = (k0 + KEY_STEPS[0]) & LOW, (k1 + KEY_STEPS[1]) & LOW
    return (((c0 >> 6) << 26 | c1 >> 6) + 0.5) * 2.0**-52
