"""Memory of the compiled engine: one replication's people, who is on benefit, and work space.

May import numba_rules; plain numpy, no numba. One `Memory` belongs to one thread and
serves all its replications; nothing else is allocated while they are played.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jobsim.engines.numba_rules import Records, Rules

__all__ = ["WORD", "Helped", "Listing", "Lists", "Memory", "State", "memory_for"]

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint32]

WORD = 32
"""Persons marked in one number of a set of marks."""

PERSON = np.dtype(
    [
        ("k", np.uint32),
        ("who", np.uint32),  # origin << 8 | group key, as in the draws
        ("group", np.int32),
        ("slot", np.int32),  # place among those on benefit; -1 for none
        ("calls", np.uint32),  # uses of the no-show stream, while not on benefit
        ("admitted", np.int32),
        ("frailty", np.float64),
        ("threshold", np.float64),  # of the spell that begins next
        ("leave", np.int32),  # weeks until another exit, of the spell that begins next
        ("ladder", np.int32),  # weeks on the ladder while not on benefit
        ("ladder_zero", np.int32),  # week in which the ladder was at 0
        ("elapsed", np.int32),
        ("first_due", np.int32),
        ("first_step", np.int32),
        ("cap", np.int32),
        ("level", np.int32),
        ("steps", np.int32),
        ("started", np.int32),
        ("cool_until", np.int32),
        ("experienced", np.int32),
        ("away", np.int32),
        ("worked", np.int32),
        ("route", np.int32),
        ("later", np.int32),  # next person whose job ends in the same week; -1 for none
        ("spells", np.uint32),
        ("jobs", np.uint32),
        ("reviews", np.uint32),
        ("job_ends", np.uint32),
        ("help", np.float64),  # product of the multipliers of supports
        ("queue", np.float64),
        ("lottery", np.float64),
    ],
    align=True,
)

SUPPORTED = np.dtype([("needs", np.int32), ("works_from", np.int32)], align=True)

TOWN = np.dtype(
    [
        ("on_benefit", np.int64),
        ("holders", np.int64),  # in a small job
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
    """[number] : everybody, fields of `PERSON`."""
    pace: Floats
    """[row, slot] : those on benefit, side by side in no particular order; rows `ACC` and so on."""
    diary: Ints
    """[row, slot] : the same persons; rows `WHO` and so on."""
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
    returning: Ints
    """[week] : first person whose job ends then; -1 for none."""


ACC, THRESHOLD, BOOST, FACTOR, PACE = range(5)
"""Rows of `State.pace`: cumulative hazard, threshold, boost, factor, and duration × cycle."""
WHO, PLACE, LEAVE, DUE, DESK, STEP, HELD, SEEN, CALLS, KEY_K, KEY_WHO = range(11)
"""Rows of `State.diary`: number of the person; place in the duration factors less the week; weeks
of the other exit, of the next meeting and, after the desk, of the next review of a small job;
meetings held and seen; uses of the no-show stream; and two words of the person's key."""


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
    """The roster before it is numbered, by (group key, origin, k)."""

    number: Ints
    elapsed: Ints
    segment: Longs
    """[group × origins + 1] : where each group and origin begins."""
    first: Longs
    """[week + 1] : number of the first person whose entry week it is."""
    arrivals: Longs
    """[group, week]"""
    openings: Longs
    """[group, week]"""


class Memory(NamedTuple):
    """All memory of one thread."""

    state: State
    helped: Helped
    lists: Lists
    listing: Listing


def memory_for(rules: Rules, persons: int, width: int) -> Memory:
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
    persons = -(-max(1, persons) // 8) * 8  # flags are read eight at a time
    span = 3 * persons + weeks + int(numbers.longest) + 2  # three draws for whoever comes back
    state = State(
        town=np.zeros(1, dtype=TOWN).view(np.recarray)[0],
        people=np.zeros(persons, dtype=PERSON).view(np.recarray),
        pace=np.zeros((5, persons)),
        diary=np.zeros((11, persons), dtype=np.int32),
        present=_longs(width),
        cohort=_longs((weeks + 53) * groups * levels),
        ranks=np.zeros((2 * tracks, persons), dtype=np.int32),
        marks=_longs(2 * (tracks - 1) + groups + 1, persons // WORD + 1),
        returning=np.zeros(weeks + 1, dtype=np.int32),
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
        flags=np.zeros(persons, dtype=np.int8),
        counts=_longs(3, groups * tracks),
        gain=np.zeros((groups * tracks, 2)),
    )
    listing = Listing(
        number=np.zeros(persons, dtype=np.int32),
        elapsed=np.zeros(persons, dtype=np.int32),
        segment=_longs(groups * 3 + 1),
        first=_longs(weeks + 1),
        arrivals=_longs(groups, weeks),
        openings=_longs(groups, weeks),
    )
    return Memory(state, helped, lists, listing)


def _longs(*shape: int) -> Longs:
    return np.zeros(shape, dtype=np.int64)
