"""Tools of the compiled engine that know nothing of the model: notes, draws, sets, sorting.

May import draws, the event log and the memory. What compiled functions count on:

- A set of marks is a row of int64 numbers that hold `WORD` marks each, so that no number is ever
  negative: place p is bit ``p % WORD`` of number ``p // WORD``.
- Draws are written down first (`ask`) and made together (`draw_asked`), since the loop over many
  keys becomes vector instructions.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Floats, Ints
from jobsim.draws import NEVER
from jobsim.draws.compiled import called, fill_uniforms, i64, inlined, u64
from jobsim.engines.compiled import rows
from jobsim.engines.compiled.state import WORD, Int32s, Lists, Week
from jobsim.engines.elements import EVENTS

EVENT: Any = cast(Any, namedtuple)("EVENT", map(str.upper, EVENTS))(*range(len(EVENTS)))
"""Code of each event, by its name."""

_SHIFT, _WITHIN, _MODULUS = 5, WORD - 1, np.uint64(37)
_PLACE_OF_BIT = np.zeros(37, dtype=np.int64)
_PLACE_OF_BIT[[2**place % 37 for place in range(WORD)]] = np.arange(WORD)
_FLAG_MODULUS = np.uint64(19)
_PLACE_OF_FLAG = np.zeros(19, dtype=np.int64)
_PLACE_OF_FLAG[[256**place % 19 for place in range(8)]] = np.arange(8)


@inlined
def note(week: Week, event: int, person: int, value: int) -> None:
    """Note that an event of `EVENT` happens to a person this week; without notes, do nothing."""
    _note(week.notes, event, i64(week.t), i64(person), i64(value))


@inlined
def _note(notes: Any, event: int, t: int, person: int, value: int) -> None:
    """Write an event into notes, int64[rows, 4] or None, which compiles to nothing.

    The last row holds the number of events so far; events that find no room are only counted.
    """
    if notes is not None:
        room = len(notes) - 1
        row = notes[room, 0]
        if row < room:
            notes[row, 0] = event
            notes[row, 1] = t
            notes[row, 2] = person
            notes[row, 3] = value
        notes[room, 0] = row + 1


@inlined
def name_persons(notes: Any, number: Any) -> None:
    """Put the numbers of the persons in their places."""
    if notes is not None:
        room = len(notes) - 1
        for row in range(min(notes[room, 0], room)):
            notes[row, 2] = number[notes[row, 2]]


@inlined
def use_of(stream: int, n: int) -> Any:
    """Counter word of the n-th use of a stream."""
    return np.uint64(stream << 24 | n)


@inlined
def ask(lists: Lists, place: int, whom: Any, stream: int, n: int) -> None:
    """Write down that the n-th use of a stream is to be drawn for a person, or a person's card."""
    lists.words[rows.ASKED, place] = whom.k
    lists.words[rows.WHOSE, place] = whom.who
    lists.words[rows.USE, place] = np.uint32(stream << 24) | np.uint32(n)


@inlined
def draw_asked(lists: Lists, count: int, key: Any) -> None:
    """Draw what has been written down, into row `DRAWN`."""
    u, words = lists.reals[rows.DRAWN, :count], lists.words
    fill_uniforms(u, words[rows.ASKED], words[rows.WHOSE], words[rows.USE], key)


@inlined
def weeks_until(e: float, hazard: float) -> int:
    """Whole weeks before an event of constant hazard, as `draws.geometric_weeks` has them."""
    if hazard <= 0.0:
        return NEVER
    return int(min(np.floor(e / hazard), float(NEVER)))


@inlined
def first_reaching(values: Floats, start: int, stop: int, reach: float) -> int:
    """First place in start … stop - 1 whose value is at least `reach`; else `stop`."""
    while start < stop:
        middle = (start + stop) // 2
        if values[u64(middle)] < reach:
            start = middle + 1
        else:
            stop = middle
    return start


@inlined
def mark(marks: Ints, place: int) -> None:
    """Put a place into a set."""
    marks[u64(place >> _SHIFT)] |= 1 << i64(place & _WITHIN)


@inlined
def unmark(marks: Ints, place: int) -> None:
    """Take a place out of a set, whether or not it is in."""
    marks[u64(place >> _SHIFT)] &= ~(1 << i64(place & _WITHIN))


@inlined
def least(word: Any) -> int:
    """Place of the lowest mark of a word that is not 0."""
    return i64(_PLACE_OF_BIT[u64(u64(word & -word) % _MODULUS)])


@inlined
def is_marked(marks: Ints, place: int) -> bool:
    """Tell whether a place is in a set."""
    return bool((marks[u64(place >> _SHIFT)] >> i64(place & _WITHIN)) & 1)


@inlined
def take_first(marks: Ints) -> int:
    """Take the first place out of a set that is not empty, and return it."""
    word = i64(0)
    while marks[u64(word)] == 0:
        word += 1
    place = least(marks[u64(word)]) + word * WORD
    unmark(marks, place)
    return place


@inlined
def nth(marks: Ints, count: int) -> int:
    """Place of the last of the first `count` members of a set, -1 for a count of 0."""
    if count == 0:
        return -1
    word = i64(0)
    while count_marks(marks[u64(word)]) < count:
        count -= count_marks(marks[u64(word)])
        word += 1
    left = marks[u64(word)]
    for _ in range(count - 1):
        left &= left - 1
    return least(left) + word * WORD


@inlined
def count_marks(word: Any) -> int:
    """Count the marks of a word: sums of neighbouring 1, 2, 4 … bits, side by side."""
    pairs = word - ((word >> 1) & 0x55555555)
    fours = (pairs & 0x33333333) + ((pairs >> 2) & 0x33333333)
    eights = (fours + (fours >> 4)) & 0x0F0F0F0F
    return i64(((eights * 0x01010101) >> 24) & 0xFF)


@inlined
def list_few(flags: npt.NDArray[np.int8], count: int, places: Int32s) -> int:
    """List the places among the first `count` whose flag is 1, quickly if they are few.

    Flags are read eight at a time, so there is room for whole eights.
    """
    for i in range(count, -(-count // 8) * 8):
        flags[i] = 0
    eights, listed = flags.view(np.int64), i64(0)
    for eight in range((count + 7) >> 3):
        left = eights[u64(eight)]
        while left != 0:
            first = u64(left & -left)
            places[u64(listed)] = 8 * eight + _PLACE_OF_FLAG[first % _FLAG_MODULUS]
            listed += 1
            left &= left - 1
    return listed


@called
def arrange(order: Int32s, position: Int32s, value: Floats, tally: Ints, count: int) -> None:
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
def _spread(order: Int32s, position: Int32s, tally: Ints, count: int) -> None:
    tally[: count + 1] = 0
    for i in range(count):
        tally[u64(position[i] + 1)] += 1
    for i in range(count):
        tally[i + 1] += tally[i]
    for i in range(count):
        place = u64(position[i])
        order[u64(tally[place])] = i
        tally[place] += 1


@inlined
def _comes_before(a: int, b: int, position: Int32s, value: Floats) -> bool:
    return bool(position[a] == position[b] and value[a] < value[b])
