"""The persons of one replication, drawn inside the kernel: the floats of roster.py.

May import draws and the modules numba_*. Persons are first listed by (group key, origin, k), group
by group and origin by origin, then numbered; traits are drawn in the order of the listing and
written down by number.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from jobsim.draws import GROUP_DRAW, Stream
from jobsim.draws.compiled import inlined, whole
from jobsim.draws.inverse import NEVER
from jobsim.draws.philox_numba import fill_stream
from jobsim.engines.numba_draws import ASKED, WHOSE
from jobsim.engines.numba_rules import Aid, Curves, Luck, Rules
from jobsim.engines.numba_sorting import arrange
from jobsim.engines.numba_state import DRAWN, POSITION, VALUE, Helped, Listing, Lists, State
from jobsim.engines.numba_traits import (
    count_of,
    first_reaching,
    gamma_of,
    weeks_until,
    whole_number,
)
from jobsim.engines.roster import ARRIVAL_ORIGIN, POOL, STOCK

__all__ = ["draw_needs", "draw_numbers", "draw_traits", "list_persons", "number_persons"]

ORIGINS = 3


@inlined
def draw_numbers(rules: Rules, luck: Luck, listing: Listing, lists: Lists, key: Any) -> None:
    """Draw arrivals and openings by group and week."""
    weeks = rules.numbers.weeks
    u, words = lists.reals[DRAWN, :weeks], lists.words
    words[ASKED, :weeks] = GROUP_DRAW
    for g in range(rules.numbers.groups):
        for t in range(weeks):
            words[WHOSE, t] = (t + ARRIVAL_ORIGIN) << 8 | rules.desks[g].key
        fill_stream(u, words[ASKED], words[WHOSE], _use(Stream.ARRIVALS, 0), key)
        for t in range(weeks):
            listing.arrivals[g, t] = count_of(luck, rules.weekly[t, g].arrivals, u[t])
        if rules.weekly[0, g].openings >= 0:
            fill_stream(u, words[ASKED], words[WHOSE], _use(Stream.OPENINGS, 0), key)
            for t in range(weeks):
                listing.openings[g, t] = count_of(luck, rules.weekly[t, g].openings, u[t])


@inlined
def _use(stream: int, n: int) -> Any:
    return np.uint64(stream << 24 | n)


@inlined
def list_persons(rules: Rules, listing: Listing, words: npt.NDArray[np.uint32]) -> None:
    """List the persons by (group key, origin, k)."""
    place = 0
    listing.segment[0] = 0
    for g in range(rules.numbers.groups):
        group = rules.desks[g].listing
        one, after = rules.desks[group], g * ORIGINS + 1
        place = _list_some(words, place, STOCK << 8 | one.key, one.stock)
        listing.segment[after] = place
        place = _list_some(words, place, POOL << 8 | one.key, one.pool)
        listing.segment[after + 1] = place
        for t in range(rules.numbers.weeks):
            who = (t + ARRIVAL_ORIGIN) << 8 | one.key
            place = _list_some(words, place, who, listing.arrivals[group, t])
        listing.segment[after + 2] = place


@inlined
def _list_some(words: npt.NDArray[np.uint32], place: int, who: int, count: int) -> int:
    for k in range(count):
        words[ASKED, place + k] = k
        words[WHOSE, place + k] = who
    return place + count


@inlined
def number_persons(rules: Rules, luck: Luck, state: State, listing: Listing, lists: Lists) -> None:
    """Number the listed persons by entry week, longest elapsed, queue order and place listed."""
    count = listing.segment[rules.numbers.groups * ORIGINS]
    _draw_elapsed(rules, luck, listing, lists, state.town)
    queue, order = lists.reals[VALUE], lists.persons[0]
    fill_stream(
        queue[:count],
        lists.words[ASKED],
        lists.words[WHOSE],
        _use(Stream.QUEUE_ORDER, 0),
        state.town,
    )
    _find_positions(rules, listing, lists, count)
    arrange(order, lists.persons[POSITION], queue, lists.tally, count)
    for number in range(count):
        place, one = order[number], state.people[number]
        listing.number[place] = number
        one.k = lists.words[ASKED, place]
        one.who = lists.words[WHOSE, place]
        one.queue = queue[place]
        one.elapsed = listing.elapsed[place]
    _find_first(rules, listing)


@inlined
def _draw_elapsed(rules: Rules, luck: Luck, listing: Listing, lists: Lists, key: Any) -> None:
    """Draw weeks of the spell or job so far, by place in the listing."""
    for segment in range(rules.numbers.groups * ORIGINS):
        group = rules.desks[rules.desks[segment // ORIGINS].listing]
        origin = segment % ORIGINS
        start, stop = listing.segment[segment], listing.segment[segment + 1]
        if origin == ARRIVAL_ORIGIN:
            listing.elapsed[start:stop] = 0
            continue
        u = lists.reals[DRAWN]
        table = group.elapsed if origin == STOCK else group.tenure
        if luck.tables[table].certain >= 0:
            listing.elapsed[start:stop] = luck.tables[table].certain
            continue
        _draw(lists, key, Stream.ELAPSED, 0, start, stop)
        for i in range(start, stop):
            listing.elapsed[i] = whole_number(luck, table, u[i - start])


@inlined
def _draw(lists: Lists, key: Any, stream: int, n: int, start: int, stop: int) -> None:
    """Draw for the persons listed from start to stop, into row `DRAWN` from its beginning."""
    u, words = lists.reals[DRAWN, : stop - start], lists.words
    fill_stream(u, words[ASKED, start:stop], words[WHOSE, start:stop], _use(stream, n), key)


@inlined
def _find_positions(rules: Rules, listing: Listing, lists: Lists, count: int) -> None:
    """Place among `count` near which each listed person comes in order of number.

    Those of one entry week and elapsed time share a stretch, spread over it by queue order.
    """
    longest, tally, position = rules.numbers.longest, lists.tally, lists.persons[POSITION]
    size = longest + rules.numbers.weeks
    tally[: size + 1] = 0
    for i in range(count):
        origin = whole(lists.words[WHOSE, i]) >> 8
        rank = longest + max(origin - ARRIVAL_ORIGIN, 0)
        if origin == STOCK:
            rank -= listing.elapsed[i]
        position[i] = rank
        tally[rank + 1] += 1
    for rank in range(size):
        tally[rank + 1] += tally[rank]
    for i in range(count):
        first = tally[position[i]]
        room = tally[position[i] + 1] - first
        position[i] = first + min(int(lists.reals[VALUE, i] * room), room - 1)


@inlined
def _find_first(rules: Rules, listing: Listing) -> None:
    """Find the first person of every entry week."""
    number = rules.numbers.persons_at_start
    listing.first[0] = 0
    for t in range(rules.numbers.weeks):
        for g in range(rules.numbers.groups):
            number += listing.arrivals[g, t]
        listing.first[t + 1] = number


class Segment(NamedTuple):
    """Persons of one group and origin, and what it takes to draw for them."""

    people: Any
    """Everybody, by number."""
    number: Any
    """Numbers of those listed from start to stop."""
    group: int
    origin: int
    start: int
    stop: int


@inlined
def draw_traits(
    rules: Rules, curves: Curves, luck: Luck, state: State, listing: Listing, lists: Lists
) -> None:
    """Draw the traits of everybody, group by group and origin by origin."""
    key = state.town
    for i in range(rules.numbers.groups * ORIGINS):
        start, stop = listing.segment[i], listing.segment[i + 1]
        group, origin = rules.desks[i // ORIGINS].listing, i % ORIGINS
        some = Segment(state.people, listing.number[start:stop], group, origin, start, stop)
        _draw_frailty(rules, curves, luck, some, lists, key)
        _draw_health(rules, luck, some, lists, key)
        _draw_ladder(rules, luck, some, lists, key)
        if origin == STOCK:
            _draw_first_meeting(curves, some, lists, key)
            _draw_small_job(rules, luck, some, lists, key)
        if origin == POOL:
            _draw_job(rules, curves, some, lists, key)
        else:
            _draw_first_spell(rules, some, lists, key)


@inlined
def _draw_frailty(
    rules: Rules, curves: Curves, luck: Luck, some: Segment, lists: Lists, key: Any
) -> None:
    """Draw frailty; of the stock, given that they are still there."""
    group = rules.desks[some.group]
    if group.gamma < 0:
        for number in some.number:
            some.people[number].group = some.group
            some.people[number].frailty = 1.0
        return
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.FRAILTY, 0, some.start, some.stop)
    apart = lists.reals[VALUE, :1]
    bits = apart.view(np.int64)
    spell = some.group * rules.numbers.duration_weeks
    for i, number in enumerate(some.number):
        one = some.people[number]
        one.group = some.group
        rate = 1.0 / group.frailty
        if some.origin == STOCK:
            rate = rate + group.hazard * curves.duration[spell + one.elapsed].lived
        one.frailty = gamma_of(luck.gamma[group.gamma], u[i], apart, bits) / rate


@inlined
def _draw_first_spell(rules: Rules, some: Segment, lists: Lists, key: Any) -> None:
    """Draw threshold and weeks to another exit of the first spell."""
    group = rules.desks[some.group]
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.JOB_THRESHOLD, 0, some.start, some.stop)
    for i, number in enumerate(some.number):
        divisor = group.hazard * some.people[number].frailty
        threshold = -math.log(u[i]) / divisor if divisor > 0.0 else np.inf
        some.people[number].threshold = threshold
    u = lists.reals[DRAWN]
    if group.other_exit > 0.0:
        _draw(lists, key, Stream.OTHER_EXIT, 0, some.start, some.stop)
    for i, number in enumerate(some.number):
        some.people[number].leave = weeks_until(-math.log(u[i]), group.other_exit)


@inlined
def _draw_health(rules: Rules, luck: Luck, some: Segment, lists: Lists, key: Any) -> None:
    """Draw cap, and the order of random admission."""
    table = rules.desks[some.group].cap
    for number in some.number:
        some.people[number].cap = 0
    if table >= 0:
        u = lists.reals[DRAWN]
        _draw(lists, key, Stream.RAMP_CAP, 0, some.start, some.stop)
        for i, number in enumerate(some.number):
            some.people[number].cap = whole_number(luck, table, u[i])
    if rules.numbers.lottery:
        u = lists.reals[DRAWN]
        _draw(lists, key, Stream.RANDOM_ADMISSION, 0, some.start, some.stop)
        for i, number in enumerate(some.number):
            some.people[number].lottery = u[i]


@inlined
def _draw_ladder(rules: Rules, luck: Luck, some: Segment, lists: Lists, key: Any) -> None:
    """Draw weeks on the refund ladder at entry; the stock's present spell counts."""
    table = rules.desks[some.group].ladder_of_arrivals
    if some.origin == STOCK:
        table = rules.desks[some.group].ladder_of_stock
    if some.origin == POOL:
        table = rules.desks[some.group].ladder_of_pool
    u = lists.reals[DRAWN]
    certain = luck.tables[table].certain
    if certain < 0:
        _draw(lists, key, Stream.LADDER_AT_ENTRY, 0, some.start, some.stop)
    for i, number in enumerate(some.number):
        one = some.people[number]
        one.ladder = certain if certain >= 0 else whole_number(luck, table, u[i])
        if some.origin == STOCK:
            one.ladder += one.elapsed


@inlined
def _draw_first_meeting(curves: Curves, some: Segment, lists: Lists, key: Any) -> None:
    """Draw the week of the stock's next meeting."""
    last = curves.interval[some.group, curves.interval.shape[1] - 1]
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.FIRST_MEETING, 0, some.start, some.stop)
    for i, number in enumerate(some.number):
        some.people[number].first_due = int(u[i] * last)


@inlined
def _draw_small_job(rules: Rules, luck: Luck, some: Segment, lists: Lists, key: Any) -> None:
    """Draw level and next review of the stock's small jobs."""
    table = rules.desks[some.group].start_level
    for number in some.number:
        some.people[number].level = 0
    if table < 0:
        return
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.SMALL_JOB_AT_START, 0, some.start, some.stop)
    for i, number in enumerate(some.number):
        one = some.people[number]
        most = min(one.cap, rules.numbers.top_level - 1)
        one.level = min(whole_number(luck, table, u[i]), most)
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.SMALL_JOB_AT_START, 1, some.start, some.stop)
    for i, number in enumerate(some.number):
        some.people[number].first_step = int(u[i] * rules.numbers.step_weeks)


@inlined
def _draw_job(rules: Rules, curves: Curves, some: Segment, lists: Lists, key: Any) -> None:
    """Draw the weeks that the pool goes on working."""
    loss = curves.job_loss[some.group]
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.JOB_DURATION, 0, some.start, some.stop)
    for i, number in enumerate(some.number):
        tenure = some.people[number].elapsed
        reach = loss[tenure] + -math.log(u[i])
        most = min(tenure + rules.numbers.weeks, len(loss) - 1)
        length = first_reaching(loss, tenure + 1, most + 1, reach)
        some.people[number].worked = length - tenure if length <= most else NEVER


@inlined
def draw_needs(
    rules: Rules, aid: Aid, helped: Helped, listing: Listing, lists: Lists, key: Any
) -> None:
    """Draw who needs which support."""
    for s in range(rules.numbers.supports):
        for i in range(rules.numbers.groups * ORIGINS):
            start, stop = listing.segment[i], listing.segment[i + 1]
            need = aid.shares[s, rules.desks[i // ORIGINS].listing].need
            u = lists.reals[DRAWN]
            _draw(lists, key, aid.kinds[s].stream, 0, start, stop)
            for j, number in enumerate(listing.number[start:stop]):
                helped.people[s, number].needs = u[j] < need
                helped.people[s, number].works_from = NEVER
