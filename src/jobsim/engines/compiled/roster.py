"""The persons of one replication, drawn inside the kernel: the floats of roster.py.

May import draws and its own folder. Persons are listed by (group key, origin, k), group by
group and origin by origin; their numbers are found in numbers.py when they are needed.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from jobsim.draws import GROUP_DRAW, Stream
from jobsim.draws.compiled import inlined
from jobsim.draws.inverse import NEVER
from jobsim.draws.philox_numba import fill_stream
from jobsim.engines.compiled.rules import Aid, Curves, Luck, Rules
from jobsim.engines.compiled.state import DRAWN, VALUE, Helped, Listing, Lists, State
from jobsim.engines.compiled.traits import (
    ASKED,
    WHOSE,
    count_of,
    first_reaching,
    gamma_of,
    use_of,
    weeks_until,
    whole_number,
)
from jobsim.engines.roster import ARRIVAL_ORIGIN, POOL, STOCK

Words = npt.NDArray[np.uint32]

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
        fill_stream(u, words[ASKED], words[WHOSE], use_of(Stream.ARRIVALS, 0), key)
        for t in range(weeks):
            listing.arrivals[g, t] = count_of(luck, rules.weekly[t, g].arrivals, u[t])
        if rules.weekly[0, g].openings >= 0:
            fill_stream(u, words[ASKED], words[WHOSE], use_of(Stream.OPENINGS, 0), key)
            for t in range(weeks):
                listing.openings[g, t] = count_of(luck, rules.weekly[t, g].openings, u[t])


@inlined
def list_persons(rules: Rules, state: State, listing: Listing, words: Words) -> None:
    """List the persons by (group key, origin, k), with nothing known of them yet."""
    place = 0
    listing.segment[0] = 0
    for g in range(rules.numbers.groups):
        group = rules.desks[g].listing
        one, after = rules.desks[group], g * ORIGINS + 1
        listing.first[group, 0] = place
        place = _list_some(state, words, place, group, STOCK << 8 | one.key, one.stock)
        listing.segment[after] = place
        place = _list_some(state, words, place, group, POOL << 8 | one.key, one.pool)
        listing.segment[after + 1] = place
        for t in range(rules.numbers.weeks):
            who = (t + ARRIVAL_ORIGIN) << 8 | one.key
            place = _list_some(state, words, place, group, who, listing.arrivals[group, t])
            listing.first[group, t + 1] = place
        listing.segment[after + 2] = place
    state.town.persons = place


@inlined
def _list_some(state: State, words: Words, place: int, group: int, who: int, count: int) -> int:
    blank = state.people[len(state.people) - 1]
    blank.group = group
    blank.who = who
    for k in range(count):
        words[ASKED, place + k] = k
        words[WHOSE, place + k] = who
        blank.k = k
        state.people[place + k] = blank
    return place + count


@inlined
def _draw(lists: Lists, key: Any, stream: int, n: int, start: int, stop: int) -> None:
    """Draw for the persons listed from start to stop, into row `DRAWN` from its beginning."""
    u, words = lists.reals[DRAWN, : stop - start], lists.words
    fill_stream(u, words[ASKED, start:stop], words[WHOSE, start:stop], use_of(stream, n), key)


class Segment(NamedTuple):
    """Persons of one group and origin, and what it takes to draw for them."""

    people: Any
    """Those listed from start to stop."""
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
        some = Segment(state.people[start:stop], group, origin, start, stop)
        _draw_elapsed(rules, luck, some, lists, key)
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
def _draw_elapsed(rules: Rules, luck: Luck, some: Segment, lists: Lists, key: Any) -> None:
    """Draw weeks of the spell or job so far."""
    if some.origin == ARRIVAL_ORIGIN:
        return
    group = rules.desks[some.group]
    table = group.elapsed if some.origin == STOCK else group.tenure
    certain = luck.tables[table].certain
    if certain == 0:
        return
    if certain < 0:
        _draw(lists, key, Stream.ELAPSED, 0, some.start, some.stop)
    u = lists.reals[DRAWN]
    for i in range(len(some.people)):
        some.people[i].elapsed = certain if certain >= 0 else whole_number(luck, table, u[i])


@inlined
def _draw_frailty(
    rules: Rules, curves: Curves, luck: Luck, some: Segment, lists: Lists, key: Any
) -> None:
    """Draw frailty; of the stock, given that they are still there."""
    group = rules.desks[some.group]
    if group.gamma < 0:
        return
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.FRAILTY, 0, some.start, some.stop)
    apart = lists.reals[VALUE, :1]
    bits = apart.view(np.int64)
    spell = some.group * rules.numbers.duration_weeks
    for i in range(len(some.people)):
        one = some.people[i]
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
    for i in range(len(some.people)):
        divisor = group.hazard * some.people[i].frailty
        some.people[i].threshold = -math.log(u[i]) / divisor if divisor > 0.0 else np.inf
    if group.other_exit > 0.0:
        _draw(lists, key, Stream.OTHER_EXIT, 0, some.start, some.stop)
        for i in range(len(some.people)):
            some.people[i].leave = weeks_until(-math.log(u[i]), group.other_exit)


@inlined
def _draw_health(rules: Rules, luck: Luck, some: Segment, lists: Lists, key: Any) -> None:
    """Draw cap, and the order of random admission."""
    table, u = rules.desks[some.group].cap, lists.reals[DRAWN]
    if table >= 0:
        _draw(lists, key, Stream.RAMP_CAP, 0, some.start, some.stop)
        for i in range(len(some.people)):
            some.people[i].cap = whole_number(luck, table, u[i])
    if rules.numbers.lottery:
        _draw(lists, key, Stream.RANDOM_ADMISSION, 0, some.start, some.stop)
        for i in range(len(some.people)):
            some.people[i].lottery = u[i]


@inlined
def _draw_ladder(rules: Rules, luck: Luck, some: Segment, lists: Lists, key: Any) -> None:
    """Draw weeks on the refund ladder at entry; the stock's present spell counts."""
    table = rules.desks[some.group].ladder_of_arrivals
    if some.origin == STOCK:
        table = rules.desks[some.group].ladder_of_stock
    if some.origin == POOL:
        table = rules.desks[some.group].ladder_of_pool
    u, certain = lists.reals[DRAWN], luck.tables[table].certain
    if certain < 0:
        _draw(lists, key, Stream.LADDER_AT_ENTRY, 0, some.start, some.stop)
    for i in range(len(some.people)):
        one = some.people[i]
        one.ladder = certain if certain >= 0 else whole_number(luck, table, u[i])
        if some.origin == STOCK:
            one.ladder += one.elapsed


@inlined
def _draw_first_meeting(curves: Curves, some: Segment, lists: Lists, key: Any) -> None:
    """Draw the week of the stock's next meeting."""
    last = curves.interval[some.group, curves.interval.shape[1] - 1]
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.FIRST_MEETING, 0, some.start, some.stop)
    for i in range(len(some.people)):
        some.people[i].first_due = int(u[i] * last)


@inlined
def _draw_small_job(rules: Rules, luck: Luck, some: Segment, lists: Lists, key: Any) -> None:
    """Draw level and next review of the stock's small jobs."""
    table = rules.desks[some.group].start_level
    if table < 0:
        return
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.SMALL_JOB_AT_START, 0, some.start, some.stop)
    for i in range(len(some.people)):
        one = some.people[i]
        most = min(one.cap, rules.numbers.top_level - 1)
        one.level = min(whole_number(luck, table, u[i]), most)
    _draw(lists, key, Stream.SMALL_JOB_AT_START, 1, some.start, some.stop)
    for i in range(len(some.people)):
        some.people[i].first_step = int(u[i] * rules.numbers.step_weeks)


@inlined
def _draw_job(rules: Rules, curves: Curves, some: Segment, lists: Lists, key: Any) -> None:
    """Draw the weeks that the pool goes on working."""
    loss = curves.job_loss[some.group]
    u = lists.reals[DRAWN]
    _draw(lists, key, Stream.JOB_DURATION, 0, some.start, some.stop)
    for i in range(len(some.people)):
        tenure = some.people[i].elapsed
        reach = loss[tenure] + -math.log(u[i])
        most = min(tenure + rules.numbers.weeks, len(loss) - 1)
        length = first_reaching(loss, tenure + 1, most + 1, reach)
        some.people[i].worked = length - tenure if length <= most else NEVER


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
            for p in range(start, stop):
                helped.people[s, p].needs = u[p - start] < need
                helped.people[s, p].works_from = NEVER
