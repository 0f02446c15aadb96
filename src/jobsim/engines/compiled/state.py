"""Memory of the compiled engine: one replication's people, who is on benefit, and work space.

May import rules; plain numpy, no numba. One `Workspace` belongs to one thread and
serves all its replications; nothing else is allocated while they are played. What always holds:

- A *person* is a place in the listing of `roster.py`, the same from the first week to the last.
- A *slot* is a place among those on benefit: slots 0 to ``town.on_benefit - 1`` hold exactly them,
  in no particular order, and what lies beyond is stale. ``cards[slot].person`` and
  ``people[person].slot`` name each other; whoever leaves is replaced by the last slot. Columns of
  `hazards`, `diary` and `cards` belong to slots, everything else to persons.
- `present` says at any moment what the tally would count, so a move changes it at once.
- A *mark* says that somebody may be chosen, in a set ordered as the choice is (see `State.marks`);
  it is put and taken as people move, so nobody is searched for.
- Fields of `PERSON` and `CARD` that say "on benefit" or "not on benefit" are stale otherwise.
- `Lists` hold something within a phase only, but for row `WAITING`, which hands those met from the
  meetings to the supports, and row `FOUND`, which hands those who found a job to `exits.place`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Floats, Ints
from jobsim.draws import NEVER
from jobsim.engines.compiled.rules import ORIGINS, Records, Rules
from jobsim.vocabulary import BAND_EDGES

Int32s = npt.NDArray[np.int32]

WORD = 32
"""Places in one number of a set of marks."""
OLDEST = BAND_EDGES[-1]
"""Weeks on the ladder after which the refund band changes no more."""
_LINE = 128
"""Bytes that are fetched into the cache together."""

PERSON = np.dtype(
    [
        ("k", np.uint32),
        ("who", np.uint32),  # origin << 8 | group key, as in the draws
        ("group", np.int32),
        ("slot", np.int32),  # -1 for those not on benefit
        ("frailty", np.float64),
        ("spells", np.uint32),  # begun so far, and so uses of their streams
        ("jobs", np.uint32),  # begun so far, that of the pool included
        ("job_ends", np.uint32),  # so far
        ("calls", np.uint32),  # uses of the no-show stream, while not on benefit
        ("ladder", np.int32),  # weeks on the ladder, while not on benefit
        ("ladder_zero", np.int32),  # week in which the ladder was at 0, while on benefit
        ("away", np.int32),  # self-supporting weeks since the ladder last restarted
        ("worked", np.int32),  # length of the present job, if it ends within the run
        ("route", np.int16),  # by which the present job was found
        ("level", np.int16),  # of the small job; 0 is none
        ("experienced", np.int32),  # by the small job, in this spell
        ("threshold", np.float64),  # of the spell that begins next
        ("support_factor", np.float64),  # product of the multipliers of supports
        ("leave", np.int32),  # weeks until another exit, of the spell that begins next
        ("cap", np.int32),  # highest level that health allows
        ("cool_until", np.int32),  # week from which another small job can start
        ("steps", np.int32),  # reviews of the present small job
        ("started", np.int32),  # week in which it began
        ("reviews", np.uint32),  # uses of their stream
        ("admitted", np.int32),  # week of admission, while in a programme
        ("elapsed", np.int32),  # as in `jobsim.engines.roster.Roster`, like the rest
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

SUPPORTED = np.dtype(
    [
        ("needs", np.int32),  # and has not had
        ("works_from", np.int32),  # week; `NEVER` for those who have not had it
    ],
    align=True,
)

TOWN = np.dtype(
    [
        ("persons", np.int64),
        ("numbered", np.int64),  # whether numbers have been found
        ("on_benefit", np.int64),
        ("holders", np.int64),  # in a small job
        ("first_due", np.int64),  # week before which nobody is due, where meetings are alike
        ("met", np.int64),  # this week; listed in row `WAITING`
        ("found", np.int64),  # a job, this week and by one route; listed in row `FOUND`
        ("replication", np.uint64),
        ("seed_low", np.uint64),
        ("seed_high", np.uint64),
    ]
)


class State(NamedTuple):
    """Where everybody is."""

    town: Records
    """One record, fields of `TOWN`; its last three are the key of all draws."""
    people: Records
    """[person] : everybody, fields of `PERSON`; the last is nobody, copied when persons are
    listed."""
    hazards: Floats
    """[row, slot] : rows `ACC` and so on."""
    diary: Int32s
    """[row, slot] : rows `SPELL_ZERO` and so on."""
    cards: Records
    """[slot] : fields of `CARD`."""
    present: Ints
    """How many are where, laid out as a month's counts, to which the tally adds it. Only counts of
    person-weeks are ever other than 0."""
    cohort: Ints
    """[week in which the ladder was at 0, plus 52; group; level], flat: how many on benefit."""
    ranks: Int32s
    """[2 × programme, person] : rank in the order of admission; in the row below, person of each
    rank; and last the same of the order of openings. Orders that the rules do not ask for are not
    found."""
    marks: Ints
    """[set, place // WORD], of P programmes: set q, ranks of those whom programme q may admit (on
    benefit, in the regular track, of its groups, not barred); set P + q, persons barred from q,
    since they have left it in this spell; set 2 P + g, ranks of those of group g who can take a
    small job as soon as they have cooled off (on benefit, without one, allowed by health); and a
    last set to work with, valid within a phase."""
    register: Int32s
    """[row, person or week] : rows `NUMBER` and so on."""


class SupportState(NamedTuple):
    """Who has had which support."""

    people: Records
    """[support, person] : fields of `SUPPORTED`."""
    granted: Int32s
    """[support, grant] : persons in order of grant, and so of the week from which it works."""
    counts: Ints
    """[support; grants left this year, made so far, of those begun to work]"""


class Lists(NamedTuple):
    """Lists that are written and read within a phase."""

    persons: Int32s
    """[row, place] : rows `WAITING` and so on."""
    words: npt.NDArray[np.uint32]
    """[row, place] : counter words of draws, rows `ASKED` and so on."""
    reals: Floats
    """[row, place] : rows `DRAWN` and so on."""
    tally: Ints
    """To count with, when sorting and calling."""
    flags: npt.NDArray[np.int8]
    """[slot] : 1 for those who leave benefit this week."""
    counts: Ints
    """[row, desk] : meetings, those on time, and weeks waited."""
    gain: Floats
    """[desk; first or later] : rise of the boost at a meeting of this week."""
    lasting: Floats
    """[desk; first or later] : the same of the lasting boost."""


class Listing(NamedTuple):
    """Where persons stand in the listing by (group key, origin, k)."""

    segment: Ints
    """[group × `ORIGINS` + 1] : where each group and origin begins, groups in order of the key."""
    first: Ints
    """[group, week + 2] : the first person of the group whose entry week it is, then the first of
    the cohort, then whoever follows it."""
    arrivals: Ints
    """[group, week]"""
    openings: Ints
    """[group, week]"""


class Workspace(NamedTuple):
    """All memory of one thread."""

    state: State
    support_state: SupportState
    lists: Lists
    listing: Listing


class Week(NamedTuple):
    """The week that is being played."""

    t: int
    month_counts: Ints
    """Volumes of its month, all in one row; `Rules.numbers` tells where each volume begins."""
    notes: Any
    """Where events are noted, or None: see `tools.note`."""


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
        hazards=_aligned((6, persons), np.float64),
        diary=_aligned((5, persons), np.int32),
        cards=_aligned((persons,), CARD).view(np.recarray),
        present=_longs(width),
        cohort=_longs((weeks + OLDEST + 1) * groups * levels),
        ranks=np.zeros((2 * tracks, persons), dtype=np.int32),
        marks=_longs(2 * (tracks - 1) + groups + 1, persons // WORD + 1),
        register=np.zeros((7, max(persons, weeks + int(numbers.longest_wait) + 1)), dtype=np.int32),
    )
    support_state = SupportState(
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
        lasting=np.zeros((groups * tracks, 2)),
    )
    listing = Listing(
        segment=_longs(groups * ORIGINS + 1),
        first=_longs(groups, weeks + 2),
        arrivals=_longs(groups, weeks),
        openings=_longs(groups, weeks),
    )
    return Workspace(state, support_state, lists, listing)


def _people(count: int) -> Records:
    """Allocate persons, the last of whom stays somebody to whom nothing has happened."""
    people = _aligned((count,), PERSON).view(np.recarray)
    blank = people[count - 1]
    blank.slot, blank.leave, blank.frailty, blank.support_factor = -1, NEVER, 1.0, 1.0
    return people


def _longs(*shape: int) -> Ints:
    return np.zeros(shape, dtype=np.int64)


def _aligned(shape: tuple[int, ...], kind: Any) -> Any:
    """Allocate an array that begins where a line of the cache does."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    room = np.zeros(size + _LINE, dtype=np.uint8)
    start = -room.ctypes.data % _LINE
    return room[start : start + size].view(kind).reshape(shape)
