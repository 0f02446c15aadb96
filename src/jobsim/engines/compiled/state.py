"""Memory of the compiled engine: one replication's people, who is on benefit, and work space.

May import rules; plain numpy, no numba. One `Workspace` belongs to one thread and
serves all its replications; nothing else is allocated while they are played.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from jobsim.draws.inverse import NEVER
from jobsim.engines.compiled.rules import Records, Rules

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint32]

WORD = 32
"""Persons marked in one number of a set of marks."""
_LINE = 128
"""Bytes that are fetched into the cache together."""

PERSON = np.dtype(
    [
        ("k", np.uint32),
        ("who", np.uint32),  # origin << 8 | group key, as in the draws
        ("group", np.int32),
        ("slot", np.int32),  # place among those on benefit; -1 for none
        ("frailty", np.float64),
        ("spells", np.uint32),
        ("jobs", np.uint32),
        ("job_ends", np.uint32),
        ("calls", np.uint32),  # uses of the no-show stream, while not on benefit
        ("ladder", np.int32),  # weeks on the ladder while not on benefit
        ("ladder_zero", np.int32),  # week in which the ladder was at 0
        ("away", np.int32),
        ("worked", np.int32),
        ("route", np.int16),
        ("level", np.int16),
        ("experienced", np.int32),
        ("threshold", np.float64),  # of the spell that begins next
        ("help", np.float64),  # product of the multipliers of supports
        ("leave", np.int32),  # weeks until another exit, of the spell that begins next
        ("cap", np.int32),
        ("cool_until", np.int32),
        ("steps", np.int32),
        ("started", np.int32),
        ("reviews", np.uint32),
        ("admitted", np.int32),
        ("elapsed", np.int32),
        ("first_due", np.int32),
        ("first_step", np.int32),
        ("lottery", np.float64),
    ],
    align=True,
)
"""Two lines of the cache, in the first of which is what entering and leaving benefit takes."""

CARD = np.dtype(
    [
        ("person", np.int32),
        ("k", np.uint32),
        ("who", np.uint32),
        ("calls", np.uint32),  # uses of the no-show stream
        ("held", np.int32),  # meetings of this spell
        ("seen", np.int32),  # meetings in this track
    ],
    align=True,
)
"""What is looked up at a meeting of whoever is on benefit."""

SUPPORTED = np.dtype([("needs", np.int32), ("works_from", np.int32)], align=True)

TOWN = np.dtype(
    [
        ("persons", np.int64),
        ("numbered", np.int64),  # whether numbers have been found
        ("on_benefit", np.int64),
        ("holders", np.int64),  # in a small job
        ("first_due", np.int64),  # week before which nobody is due
        ("met", np.int64),  # this week; listed in row `WAITING`
        ("found", np.int64),  # a job, this week; listed in row `FOUND`
        ("replication", np.uint64),
        ("seed_low", np.uint64),
        ("seed_high", np.uint64),
    ]
)


class State(NamedTuple):
    """Where everybody is."""

    town: Records
    """One record, fields of `TOWN`."""
    people: Records
    """[person] : everybody by place in the listing, fields of `PERSON`; the last is nobody."""
    pace: Floats
    """[row, slot] : those on benefit, side by side in no particular order; rows `ACC` and so on."""
    diary: Ints
    """[row, slot] : the same persons; rows `PLACE` and so on."""
    cards: Records
    """[slot] : the same persons, fields of `CARD`."""
    present: Longs
    """How many are where, laid out as a month's row of volumes, to which the tally adds it."""
    cohort: Longs
    """[week in which the ladder was at 0, plus 52; group; level], flat: how many on benefit."""
    ranks: Ints
    """[2 × programme, person] : rank in the order of admission; in the row below, person of each
    rank; and last the same of the order of openings."""
    marks: Longs
    """[set, place // WORD] : eligible by programme and rank, barred by programme and number, ready
    for a small job by group and rank, and a set to work with."""
    register: Ints
    """[row, person or week] : rows `NUMBER` and so on."""


ACC, THRESHOLD, BOOST, FACTOR, PACE = range(5)
"""Rows of `State.pace`: cumulative hazard, threshold, boost, factor, and duration × cycle."""
NUMBER, BY_NUMBER, LATER, RETURNING, CALENDAR = range(5)
"""Rows of `State.register`: number by person (see numbers.py) and person by number; next
person whose job ends in the same week, -1 for none; by week, first person whose job ends then, -1
for none; and how many are due, which is used where all meetings are alike."""
PLACE, LEAVE, DUE, DESK, STEP = range(5)
"""Rows of `State.diary`: place in the duration factors less the week; weeks of the other exit, of
the next meeting and, after the desk, of the next review of a small job."""


class Helped(NamedTuple):
    """Who has had which support."""

    people: Records
    """[support, person] : fields of `SUPPORTED`."""
    granted: Ints
    """[support, grant] : persons in order of grant."""
    counts: Longs
    """[support; grants left this year, made so far, of those begun to work]"""


class Lists(NamedTuple):
    """Lists that are written and read within a phase."""

    persons: Ints
    """[row, place] : rows `WAITING` and so on."""
    words: Words
    """[row, place] : counter words of draws."""
    reals: Floats
    """[row, place] : draws, and values to sort by."""
    tally: Longs
    flags: npt.NDArray[np.int8]
    """[slot] : 1 for those who leave benefit this week."""
    counts: Longs
    """[row, desk] : meetings, those on time, and weeks waited."""
    gain: Floats
    """[desk; first or later] : rise of the boost at a meeting of this week."""


WAITING, MOVING, FOUND, POSITION = range(4)
"""Rows of `Lists.persons`."""
DRAWN, VALUE = range(2)
"""Rows of `Lists.reals`."""


class Listing(NamedTuple):
    """Where persons stand in the listing by (group key, origin, k)."""

    segment: Longs
    """[group × origins + 1] : where each group and origin begins, groups in order of the key."""
    first: Longs
    """[group, week + 1] : the first person of the group whose entry week it is."""
    arrivals: Longs
    """[group, week]"""
    openings: Longs
    """[group, week]"""


class Workspace(NamedTuple):
    """All memory of one thread."""

    state: State
    helped: Helped
    lists: Lists
    listing: Listing


def workspace_for(rules: Rules, persons: int, width: int) -> Workspace:
    """Allocate the memory that one thread needs for any replication of a scenario.

    Parameters
    ----------
    rules : Rules
    persons : int, most persons that a replication can have
    width : int, length of a month's row of volumes
    """
    numbers = rules.numbers
    weeks, supports, levels = int(numbers.weeks), int(numbers.supports), int(numbers.levels)
    groups, tracks = int(numbers.groups), int(numbers.tracks)
    persons = -(-max(1, persons) // _LINE) * _LINE  # every row begins a line of the cache
    span = 3 * persons + weeks + int(numbers.longest) + 2  # three draws for whoever comes back
    state = State(
        town=np.zeros(1, dtype=TOWN).view(np.recarray)[0],
        people=_people(persons + 1),
        pace=_aligned((5, persons), np.float64),
        diary=_aligned((5, persons), np.int32),
        cards=_aligned((persons,), CARD).view(np.recarray),
        present=_longs(width),
        cohort=_longs((weeks + 53) * groups * levels),
        ranks=np.zeros((2 * tracks, persons), dtype=np.int32),
        marks=_longs(2 * (tracks - 1) + groups + 1, persons // WORD + 1),
        register=np.zeros((5, max(persons, weeks + int(numbers.longest_wait) + 1)), dtype=np.int32),
    )
    helped = Helped(
        people=np.zeros((supports, persons), dtype=SUPPORTED).view(np.recarray),
        granted=np.zeros((supports, persons), dtype=np.int32),
        counts=_longs(supports, 3),
    )
    lists = Lists(
        persons=np.zeros((4, persons), dtype=np.int32),
        words=np.zeros((3, span), dtype=np.uint32),
        reals=np.zeros((2, span)),
        tally=_longs(span),
        flags=_aligned((persons,), np.int8),
        counts=_longs(3, groups * tracks),
        gain=np.zeros((groups * tracks, 2)),
    )
    listing = Listing(
        segment=_longs(groups * 3 + 1),
        first=_longs(groups, weeks + 1),
        arrivals=_longs(groups, weeks),
        openings=_longs(groups, weeks),
    )
    return Workspace(state, helped, lists, listing)


def _people(count: int) -> Records:
    """Allocate persons, the last of whom stays somebody to whom nothing has happened."""
    people = _aligned((count,), PERSON).view(np.recarray)
    blank = people[count - 1]
    blank.slot, blank.leave, blank.frailty, blank.help = -1, NEVER, 1.0, 1.0
    return people


def _longs(*shape: int) -> Longs:
    return np.zeros(shape, dtype=np.int64)


def _aligned(shape: tuple[int, ...], kind: Any) -> Any:
    """Allocate an array that begins where a line of the cache does."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    room = np.zeros(size + _LINE, dtype=np.uint8)
    start = -room.ctypes.data % _LINE
    return room[start : start + size].view(kind).reshape(shape)
