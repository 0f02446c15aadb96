"""Orders and sets of persons for compiled functions; may import draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws.compiled import inlined, whole
from jobsim.engines.numba_state import WORD

__all__ = ["arrange", "is_marked", "least", "mark", "nth", "unmark"]

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_SHIFT, _WITHIN = 5, WORD - 1
_PLACE_OF_BIT = np.zeros(37, dtype=np.int64)
_PLACE_OF_BIT[[2**place % 37 for place in range(WORD)]] = np.arange(WORD)


@inlined
def arrange(
    order: Ints, position: Ints, value: npt.NDArray[np.float64], tally: Longs, count: int
) -> None:
    """Sort `count` places by (position, value), equal ones in order of place.

    Positions are 0 … count - 1, best spread evenly: each place goes to its position, and values
    are compared only where positions meet.
    """
    _spread(order, position, tally, count)
    for j in range(1, count):
        place = order[j]
        i = j
        while i > 0 and _comes_before(place, order[i - 1], position, value):
            order[i] = order[i - 1]
            i -= 1
        order[i] = place


@inlined
def _spread(order: Ints, position: Ints, tally: Longs, count: int) -> None:
    tally[: count + 1] = 0
    for i in range(count):
        tally[position[i] + 1] += 1
    for i in range(count):
        tally[i + 1] += tally[i]
    for i in range(count):
        order[tally[position[i]]] = i
        tally[position[i]] += 1


@inlined
def _comes_before(a: int, b: int, position: Ints, value: npt.NDArray[np.float64]) -> bool:
    return bool(position[a] == position[b] and value[a] < value[b])


@inlined
def mark(marks: Longs, place: int) -> None:
    """Put a place into a set."""
    marks[place >> _SHIFT] |= 1 << whole(place & _WITHIN)


@inlined
def unmark(marks: Longs, place: int) -> None:
    """Take a place out of a set, whether or not it is in."""
    marks[place >> _SHIFT] &= ~(1 << whole(place & _WITHIN))


@inlined
def least(word: Any) -> int:
    """Place of the lowest mark of a word that is not 0."""
    return whole(_PLACE_OF_BIT[(word & -word) % 37])


@inlined
def is_marked(marks: Longs, place: int) -> bool:
    """Tell whether a place is in a set."""
    return bool((marks[place >> _SHIFT] >> (place & _WITHIN)) & 1)


@inlined
def nth(marks: Longs, count: int) -> int:
    """Take the first `count` places out of a set; return the last of them, -1 for a count of 0."""
    place, word = -1, 0
    while count > 0:
        if marks[word] == 0:
            word += 1
            continue
        place = least(marks[word]) + word * WORD
        unmark(marks, place)
        count -= 1
    return place
