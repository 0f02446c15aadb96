"""Orders and sets of persons for compiled functions; may import draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws.compiled import at, called, inlined, whole
from jobsim.engines.compiled.state import WORD

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_SHIFT, _WITHIN, _MODULUS = 5, WORD - 1, np.uint64(37)
_PLACE_OF_BIT = np.zeros(37, dtype=np.int64)
_PLACE_OF_BIT[[2**place % 37 for place in range(WORD)]] = np.arange(WORD)
_FLAG_MODULUS = np.uint64(19)
_PLACE_OF_FLAG = np.zeros(19, dtype=np.int64)
_PLACE_OF_FLAG[[256**place % 19 for place in range(8)]] = np.arange(8)


@called
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
        tally[at(position[i] + 1)] += 1
    for i in range(count):
        tally[i + 1] += tally[i]
    for i in range(count):
        place = at(position[i])
        order[at(tally[place])] = i
        tally[place] += 1


@inlined
def _comes_before(a: int, b: int, position: Ints, value: npt.NDArray[np.float64]) -> bool:
    return bool(position[a] == position[b] and value[a] < value[b])


@inlined
def mark(marks: Longs, place: int) -> None:
    """Put a place into a set."""
    marks[at(place >> _SHIFT)] |= 1 << whole(place & _WITHIN)


@inlined
def unmark(marks: Longs, place: int) -> None:
    """Take a place out of a set, whether or not it is in."""
    marks[at(place >> _SHIFT)] &= ~(1 << whole(place & _WITHIN))


@inlined
def least(word: Any) -> int:
    """Place of the lowest mark of a word that is not 0."""
    return whole(_PLACE_OF_BIT[at(at(word & -word) % _MODULUS)])


@inlined
def is_marked(marks: Longs, place: int) -> bool:
    """Tell whether a place is in a set."""
    return bool((marks[at(place >> _SHIFT)] >> whole(place & _WITHIN)) & 1)


@inlined
def take_first(marks: Longs) -> int:
    """Take the first place out of a set that is not empty, and return it."""
    word = whole(0)
    while marks[at(word)] == 0:
        word += 1
    place = least(marks[at(word)]) + word * WORD
    unmark(marks, place)
    return place


@inlined
def nth(marks: Longs, count: int) -> int:
    """Place of the last of the first `count` members of a set, -1 for a count of 0."""
    if count == 0:
        return -1
    word = whole(0)
    while size(marks[at(word)]) < count:
        count -= size(marks[at(word)])
        word += 1
    left = marks[at(word)]
    for _ in range(count - 1):
        left &= left - 1
    return least(left) + word * WORD


@inlined
def size(word: Any) -> int:
    """Count the marks of a word: sums of neighbouring 1, 2, 4 … bits, side by side."""
    pairs = word - ((word >> 1) & 0x55555555)
    fours = (pairs & 0x33333333) + ((pairs >> 2) & 0x33333333)
    eights = (fours + (fours >> 4)) & 0x0F0F0F0F
    return whole(((eights * 0x01010101) >> 24) & 0xFF)


@inlined
def list_few(flags: npt.NDArray[np.int8], count: int, places: Ints) -> int:
    """List the places among the first `count` whose flag is 1, quickly if they are few.

    Flags are read eight at a time, so there is room for whole eights.
    """
    for i in range(count, -(-count // 8) * 8):
        flags[i] = 0
    eights, listed = flags.view(np.int64), whole(0)
    for eight in range((count + 7) >> 3):
        left = eights[at(eight)]
        while left != 0:
            first = at(left & -left)
            places[at(listed)] = 8 * eight + _PLACE_OF_FLAG[first % _FLAG_MODULUS]
            listed += 1
            left &= left - 1
    return listed
