"""The persons of one replication, drawn inside the kernel: the floats of engines/roster.py.

May import draws and its own folder. Persons are listed by (group key, origin, k), group by
group and origin by origin. Each function that turns a uniform number into a trait does the
arithmetic of its namesake in draws/quantiles.py. What is drawn for a segment stays in its `u` until
the next draw; a trait with a single value is not drawn, and a place of -1 in a desk's record says
that the group has no such trait.

Numbers of persons settle ties only, so they are found when there is the first tie to settle: before
week 0 if the rules foresee one, else in the first queue for meetings. Ranks are found before
week 0, and need numbers; `Lists` are free to be worked with by then.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from jobsim.arrays import Floats
from jobsim.draws import GROUP_DRAW, NEVER, Stream
from jobsim.draws.compiled import Words, called, fill_stream, i64, inlined, u64
from jobsim.engines.compiled import rows
from jobsim.engines.compiled.rules import ORDERS, ORIGINS, Aid, Curves, Luck, Rules
from jobsim.engines.compiled.state import Listing, Lists, State, SupportState
from jobsim.engines.compiled.tools import arrange, first_reaching, use_of, weeks_until
from jobsim.engines.roster import ARRIVAL_ORIGIN, COHORT, POOL, STOCK

_TAIL = 1e-9
_FIRST_CELL = (1022 - 30) * 128
_MANTISSA_LEFT = 52 - 7
"""Bits of a float64 below the cell: 128 equal cells per octave."""


@inlined
def whole_number(luck: Luck, table: int, u: float) -> int:
    """Whole number at `u` of a share table."""
    first, last = luck.tables[table].first, luck.tables[table].last
    place = first
    for i in range(first, last):
        place += luck.bands[i].total < u
    band = luck.bands[u64(place)]
    within = np.floor((u - band.below) / band.share * band.length)
    return i64(band.lower + int(min(max(within, 0.0), band.length - 1.0)))


@inlined
def count_of(luck: Luck, function: int, u: float) -> int:
    """Smallest count whose Poisson distribution function is at least `u`."""
    first, last = luck.counts[function].first, luck.counts[function].last
    return i64(first_reaching(luck.values, first, last, u) - first)


@inlined
def gamma_of(cells: Floats, u: float, number: Floats, bits: Any) -> float:
    """Quantile at `u` of a gamma table [half, cell, 6].

    `number` and `bits` are one place in memory, seen as float64[1] and as int64[1].
    """
    u = min(max(u, _TAIL), 1.0 - _TAIL)
    half = 0 if u < 0.5 else 1
    p = u if u < 0.5 else 1.0 - u
    number[0] = p
    cell = min((bits[0] >> _MANTISSA_LEFT) - _FIRST_CELL, cells.shape[1] - 1)
    row = cells[half, u64(cell)]
    x = (p - row[0]) / row[1]
    quantile: float = row[2] + x * (row[3] + x * (row[4] + x * row[5]))
    return quantile


@inlined
def draw_numbers(rules: Rules, luck: Luck, listing: Listing, lists: Lists, key: Any) -> None:
    """Draw arrivals and openings by group and week."""
    weeks = rules.numbers.weeks
    u, words = lists.reals[rows.DRAWN, :weeks], lists.words
    words[rows.ASKED, :weeks] = GROUP_DRAW
    for g in range(rules.numbers.groups):
        for t in range(weeks):
            words[rows.WHOSE, t] = (t + ARRIVAL_ORIGIN) << 8 | rules.desks[g].key
        fill_stream(u, words[rows.ASKED], words[rows.WHOSE], use_of(Stream.ARRIVALS, 0), key)
        for t in range(weeks):
            listing.arrivals[g, t] = count_of(luck, rules.weekly[t, g].arrivals, u[t])
        if rules.weekly[0, g].openings >= 0:
            fill_stream(u, words[rows.ASKED], words[rows.WHOSE], use_of(Stream.OPENINGS, 0), key)
            for t in range(weeks):
                listing.openings[g, t] = count_of(luck, rules.weekly[t, g].openings, u[t])


@inlined
def list_persons(rules: Rules, state: State, listing: Listing, words: Words) -> None:
    """List the persons by (group key, origin, k), with nothing known of them yet."""
    place = 0
    listing.segment[0] = 0
    for g in range(rules.numbers.groups):
        group = rules.desks[g].listing
        desk, after = rules.desks[group], g * ORIGINS + 1
        listing.first[group, 0] = place
        place = _list_some(state, words, place, group, STOCK << 8 | desk.key, desk.stock)
        listing.segment[after] = place
        place = _list_some(state, words, place, group, POOL << 8 | desk.key, desk.pool)
        listing.segment[after + 1] = place
        for t in range(rules.numbers.weeks):
            who = (t + ARRIVAL_ORIGIN) << 8 | desk.key
            place = _list_some(state, words, place, group, who, listing.arrivals[group, t])
            listing.first[group, t + 1] = place
        listing.segment[after + 2] = place
        place = _list_some(state, words, place, group, COHORT << 8 | desk.key, desk.cohort)
        listing.segment[after + 3] = place
        listing.first[group, rules.numbers.weeks + 1] = place
    state.town.persons = place


@inlined
def _list_some(state: State, words: Words, place: int, group: int, who: int, count: int) -> int:
    blank = state.people[len(state.people) - 1]
    blank.group = group
    blank.who = who
    for k in range(count):
        words[rows.ASKED, place + k] = k
        words[rows.WHOSE, place + k] = who
        blank.k = k
        state.people[place + k] = blank
    return place + count


class Segment(NamedTuple):
    """Persons of one group and origin, and what it takes to draw for them."""

    people: Any
    """Their records."""
    group: int
    desk: Any
    """Record of the group in the regular track."""
    origin: int
    """`STOCK`, `POOL`, `ARRIVAL_ORIGIN` for all arrivals, or more for the cohort."""
    u: Floats
    """What was drawn last."""
    k: Words
    who: Words
    key: Any
    """Record of seed and replication."""


@inlined
def _draw(some: Segment, stream: int, n: int) -> None:
    """Draw everybody's n-th use of a stream, into `u`."""
    fill_stream(some.u, some.k, some.who, use_of(stream, n), some.key)


@inlined
def draw_traits(
    rules: Rules, curves: Curves, luck: Luck, state: State, listing: Listing, lists: Lists
) -> None:
    """Draw the traits of everybody, group by group and origin by origin."""
    for i in range(rules.numbers.groups * ORIGINS):
        group, origin = rules.desks[i // ORIGINS].listing, i % ORIGINS
        start, stop = listing.segment[i], listing.segment[i + 1]
        people, u = state.people[start:stop], lists.reals[rows.DRAWN, : stop - start]
        k, who = lists.words[rows.ASKED, start:stop], lists.words[rows.WHOSE, start:stop]
        some = Segment(people, group, rules.desks[group], origin, u, k, who, state.town)
        _draw_elapsed(luck, some)
        _draw_frailty(rules, curves, luck, some, lists.reals[rows.VALUE, :1])
        _draw_cap_and_lottery(rules, luck, some)
        _draw_ladder(luck, some)
        if some.origin == STOCK:
            _draw_first_meeting(some)
            _draw_small_job(rules, luck, some)
        if some.origin == POOL:
            _draw_job(rules, curves, some)
        else:
            _draw_first_spell(some)


@inlined
def _draw_elapsed(luck: Luck, some: Segment) -> None:
    """Draw weeks of the spell or job so far."""
    if some.origin >= ARRIVAL_ORIGIN:
        return
    table = some.desk.elapsed if some.origin == STOCK else some.desk.tenure
    certain = luck.tables[table].certain
    if certain == 0:
        return
    if certain < 0:
        _draw(some, Stream.ELAPSED, 0)
    for i in range(len(some.people)):
        elapsed = certain if certain >= 0 else whole_number(luck, table, some.u[i])
        some.people[i].elapsed = elapsed


@inlined
def _draw_frailty(rules: Rules, curves: Curves, luck: Luck, some: Segment, apart: Floats) -> None:
    """Draw frailty; of the stock, given that they are still there. `apart` is room for a number."""
    desk = some.desk
    if desk.gamma < 0:
        return
    _draw(some, Stream.FRAILTY, 0)
    bits = apart.view(np.int64)
    spell = some.group * rules.numbers.duration_weeks
    for i in range(len(some.people)):
        person = some.people[i]
        rate = 1.0 / desk.frailty
        if some.origin == STOCK:
            rate = rate + desk.hazard * curves.duration[spell + person.elapsed].lived
        person.frailty = gamma_of(luck.gamma[desk.gamma], some.u[i], apart, bits) / rate


@inlined
def _draw_first_spell(some: Segment) -> None:
    """Draw threshold and weeks to another exit of the first spell."""
    _draw(some, Stream.JOB_THRESHOLD, 0)
    for i in range(len(some.people)):
        divisor = some.desk.hazard * some.people[i].frailty
        some.people[i].threshold = -math.log(some.u[i]) / divisor if divisor > 0.0 else np.inf
    if some.desk.other_exit > 0.0:
        _draw(some, Stream.OTHER_EXIT, 0)
        for i in range(len(some.people)):
            some.people[i].leave = weeks_until(-math.log(some.u[i]), some.desk.other_exit)


@inlined
def _draw_cap_and_lottery(rules: Rules, luck: Luck, some: Segment) -> None:
    """Draw the highest level that health allows, and the order of random admission."""
    if some.desk.cap >= 0:
        _draw(some, Stream.RAMP_CAP, 0)
        for i in range(len(some.people)):
            some.people[i].cap = whole_number(luck, some.desk.cap, some.u[i])
    if rules.numbers.lottery:
        _draw(some, Stream.RANDOM_ADMISSION, 0)
        for i in range(len(some.people)):
            some.people[i].lottery = some.u[i]


@inlined
def _draw_ladder(luck: Luck, some: Segment) -> None:
    """Draw weeks on the refund ladder at entry; the stock's present spell counts."""
    table = some.desk.ladder_of_arrivals
    if some.origin == STOCK:
        table = some.desk.ladder_of_stock
    if some.origin == POOL:
        table = some.desk.ladder_of_pool
    certain = luck.tables[table].certain
    if certain < 0:
        _draw(some, Stream.LADDER_AT_ENTRY, 0)
    for i in range(len(some.people)):
        person = some.people[i]
        person.ladder = certain if certain >= 0 else whole_number(luck, table, some.u[i])
        if some.origin == STOCK:
            person.ladder += person.elapsed


@inlined
def _draw_first_meeting(some: Segment) -> None:
    """Draw the week of the stock's next meeting."""
    last = some.desk.past_interval
    _draw(some, Stream.FIRST_MEETING, 0)
    for i in range(len(some.people)):
        some.people[i].first_due = int(some.u[i] * last)


@inlined
def _draw_small_job(rules: Rules, luck: Luck, some: Segment) -> None:
    """Draw level and next review of the stock's small jobs."""
    table = some.desk.start_level
    if table < 0:
        return
    _draw(some, Stream.SMALL_JOB_AT_START, 0)
    for i in range(len(some.people)):
        person = some.people[i]
        most = min(person.cap, rules.numbers.top_level - 1)
        person.level = min(whole_number(luck, table, some.u[i]), most)
    _draw(some, Stream.SMALL_JOB_AT_START, 1)
    for i in range(len(some.people)):
        some.people[i].first_step = int(some.u[i] * rules.numbers.step_weeks)


@inlined
def _draw_job(rules: Rules, curves: Curves, some: Segment) -> None:
    """Draw the weeks that the pool goes on working."""
    loss = curves.job_loss[some.group]
    _draw(some, Stream.JOB_DURATION, 0)
    for i in range(len(some.people)):
        tenure = some.people[i].elapsed
        reach = loss[tenure] + -math.log(some.u[i])
        most = min(tenure + rules.numbers.weeks, len(loss) - 1)
        length = first_reaching(loss, tenure + 1, most + 1, reach)
        some.people[i].worked = length - tenure if length <= most else NEVER


@inlined
def draw_needs(
    rules: Rules, aid: Aid, support_state: SupportState, listing: Listing, lists: Lists, key: Any
) -> None:
    """Draw who needs which support; nobody has had any yet."""
    support_state.counts[:] = 0
    for s in range(rules.numbers.supports):
        for i in range(rules.numbers.groups * ORIGINS):
            start, stop = listing.segment[i], listing.segment[i + 1]
            need = aid.shares[s, rules.desks[i // ORIGINS].listing].need
            u, use = lists.reals[rows.DRAWN, : stop - start], use_of(aid.kinds[s].stream, 0)
            k, who = lists.words[rows.ASKED, start:stop], lists.words[rows.WHOSE, start:stop]
            fill_stream(u, k, who, use, key)
            for p in range(start, stop):
                support_state.people[s, p].needs = u[p - start] < need
                support_state.people[s, p].works_from = NEVER


_NEWEST, _RANDOM = ORDERS["newest_first"], ORDERS["random"]
_MOST, _LEAST = ORDERS["most_employable_first"], ORDERS["least_employable_first"]


@called
def number_persons(rules: Rules, state: State, lists: Lists) -> None:
    """Number persons by entry week, longest elapsed, queue order and place in the listing."""
    count, queue, words = state.town.persons, lists.reals[rows.VALUE], lists.words
    for p in range(count):
        words[rows.ASKED, p] = state.people[p].k
        words[rows.WHOSE, p] = state.people[p].who
    use = use_of(Stream.QUEUE_ORDER, 0)
    fill_stream(queue[:count], words[rows.ASKED], words[rows.WHOSE], use, state.town)
    _find_positions(rules, state, lists, count)
    arrange(state.register[rows.BY_NUMBER], lists.persons[rows.POSITION], queue, lists.tally, count)
    for number in range(count):
        state.register[rows.NUMBER, u64(state.register[rows.BY_NUMBER, number])] = number
    state.town.numbered = 1


@inlined
def _find_positions(rules: Rules, state: State, lists: Lists, count: int) -> None:
    """Place among `count` near which each listed person comes in order of number.

    Those of one entry week and elapsed time share a stretch, spread over it by queue order.
    """
    longest, tally, position = rules.numbers.longest, lists.tally, lists.persons[rows.POSITION]
    size = longest + rules.numbers.weeks
    tally[: size + 1] = 0
    for p in range(count):
        origin = i64(state.people[p].who) >> 8
        rank = longest
        if origin != COHORT:
            rank += max(origin - ARRIVAL_ORIGIN, 0)
        if origin == STOCK:
            rank -= state.people[p].elapsed
        position[p] = rank
        tally[rank + 1] += 1
    for rank in range(size):
        tally[rank + 1] += tally[rank]
    for p in range(count):
        first = tally[position[p]]
        room = tally[position[p] + 1] - first
        position[p] = first + min(int(lists.reals[rows.VALUE, p] * room), room - 1)


@inlined
def rank_for_openings(rules: Rules, state: State, lists: Lists) -> None:
    """Rank everybody by queue order, which `number_persons` has left in row `VALUE`, and number."""
    count, queue, value = state.town.persons, lists.reals[rows.DRAWN], lists.reals[rows.VALUE]
    for p in range(count):
        queue[p] = value[p]
    for i in range(count):
        value[i] = queue[u64(state.register[rows.BY_NUMBER, i])]
        lists.persons[rows.POSITION, i] = int(value[i] * count)
    _rank(state, lists, rules.numbers.programmes, count)


@inlined
def rank_for_admission(rules: Rules, state: State, lists: Lists, q: int) -> None:
    """Rank everybody in the order in which programme q admits them."""
    value, position, count = (
        lists.reals[rows.VALUE],
        lists.persons[rows.POSITION],
        state.town.persons,
    )
    order = rules.desks[(q + 1) * rules.numbers.groups].order
    for i in range(count):
        value[i] = (
            state.people[u64(state.register[rows.BY_NUMBER, i])].lottery
            if order == _RANDOM
            else 0.0
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
    value, position = lists.reals[rows.VALUE, :count], lists.persons[rows.POSITION]
    for i in range(count):
        value[i] = state.people[u64(state.register[rows.BY_NUMBER, i])].frailty
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
    order, ranks = lists.persons[rows.FOUND], state.ranks
    arrange(order, lists.persons[rows.POSITION], lists.reals[rows.VALUE], lists.tally, count)
    for rank in range(count):
        p = u64(state.register[rows.BY_NUMBER, u64(order[rank])])
        ranks[2 * row + 1, rank] = p
        ranks[2 * row, p] = rank
