"""The numbers of persons, compiled: their order for the whole run, and ranks that depend on it.

May import draws and its own folder. Numbers settle ties only, so they are found when there is the
first tie to settle: before week 0 if the rules foresee one, else in the first queue for meetings.
Ranks are found before week 0, and need numbers; `Lists` are free to be worked with by then.
"""

from __future__ import annotations

import numpy as np

from jobsim.draws import Stream
from jobsim.draws.compiled import called, fill_stream, i64, inlined, u64
from jobsim.engines.compiled.rules import ORDERS, Rules
from jobsim.engines.compiled.state import (
    ASKED,
    BY_NUMBER,
    DRAWN,
    FOUND,
    NUMBER,
    POSITION,
    VALUE,
    WHOSE,
    Lists,
    State,
)
from jobsim.engines.compiled.tools import arrange, use_of
from jobsim.engines.roster import ARRIVAL_ORIGIN, STOCK

_NEWEST, _RANDOM = ORDERS["newest_first"], ORDERS["random"]
_MOST, _LEAST = ORDERS["most_employable_first"], ORDERS["least_employable_first"]


@called
def number_persons(rules: Rules, state: State, lists: Lists) -> None:
    """Number persons by entry week, longest elapsed, queue order and place in the listing."""
    count, queue, words = state.town.persons, lists.reals[VALUE], lists.words
    for p in range(count):
        words[ASKED, p] = state.people[p].k
        words[WHOSE, p] = state.people[p].who
    use = use_of(Stream.QUEUE_ORDER, 0)
    fill_stream(queue[:count], words[ASKED], words[WHOSE], use, state.town)
    _find_positions(rules, state, lists, count)
    arrange(state.register[BY_NUMBER], lists.persons[POSITION], queue, lists.tally, count)
    for number in range(count):
        state.register[NUMBER, u64(state.register[BY_NUMBER, number])] = number
    state.town.numbered = 1


@inlined
def _find_positions(rules: Rules, state: State, lists: Lists, count: int) -> None:
    """Place among `count` near which each listed person comes in order of number.

    Those of one entry week and elapsed time share a stretch, spread over it by queue order.
    """
    longest, tally, position = rules.numbers.longest, lists.tally, lists.persons[POSITION]
    size = longest + rules.numbers.weeks
    tally[: size + 1] = 0
    for p in range(count):
        origin = i64(state.people[p].who) >> 8
        rank = longest + max(origin - ARRIVAL_ORIGIN, 0)
        if origin == STOCK:
            rank -= state.people[p].elapsed
        position[p] = rank
        tally[rank + 1] += 1
    for rank in range(size):
        tally[rank + 1] += tally[rank]
    for p in range(count):
        first = tally[position[p]]
        room = tally[position[p] + 1] - first
        position[p] = first + min(int(lists.reals[VALUE, p] * room), room - 1)


@inlined
def rank_for_openings(rules: Rules, state: State, lists: Lists) -> None:
    """Rank everybody by queue order, which `number_persons` has left in row `VALUE`, and number."""
    count, queue, value = state.town.persons, lists.reals[DRAWN], lists.reals[VALUE]
    for p in range(count):
        queue[p] = value[p]
    for i in range(count):
        value[i] = queue[u64(state.register[BY_NUMBER, i])]
        lists.persons[POSITION, i] = int(value[i] * count)
    _rank(state, lists, rules.numbers.programmes, count)


@inlined
def rank_for_admission(rules: Rules, state: State, lists: Lists, q: int) -> None:
    """Rank everybody in the order in which programme q admits them."""
    value, position, count = lists.reals[VALUE], lists.persons[POSITION], state.town.persons
    order = rules.desks[(q + 1) * rules.numbers.groups].order
    for i in range(count):
        value[i] = (
            state.people[u64(state.register[BY_NUMBER, i])].lottery if order == _RANDOM else 0.0
        )
        position[i] = int(value[i] * count) if order == _RANDOM else i
        if order == _NEWEST:
            position[i] = count - 1 - i
    if count > 0 and order in (_MOST, _LEAST):
        _position_by_frailty(state, lists, order == _MOST, count)
    _rank(state, lists, q, count)


@inlined
def _position_by_frailty(state: State, lists: Lists, highest_first: bool, count: int) -> None:
    """Spread persons by the bits of their frailty, which rise as the number does."""
    value, position = lists.reals[VALUE, :count], lists.persons[POSITION]
    for i in range(count):
        value[i] = state.people[u64(state.register[BY_NUMBER, i])].frailty
    bits = value.view(np.int64)
    least = most = bits[0]
    for i in range(count):
        least, most = min(least, bits[i]), max(most, bits[i])
    scale = (count - 1) / (float(most - least) + 1.0)
    for i in range(count):
        position[i] = int(float(bits[i] - least) * scale)
    if highest_first:
        for i in range(count):
            position[i] = count - 1 - position[i]
            value[i] = -value[i]


@inlined
def _rank(state: State, lists: Lists, row: int, count: int) -> None:
    """Rank everybody by `VALUE`, then number; see `arrange` for `POSITION`."""
    order, ranks = lists.persons[FOUND], state.ranks
    arrange(order, lists.persons[POSITION], lists.reals[VALUE], lists.tally, count)
    for rank in range(count):
        p = u64(state.register[BY_NUMBER, u64(order[rank])])
        ranks[2 * row + 1, rank] = p
        ranks[2 * row, p] = rank
