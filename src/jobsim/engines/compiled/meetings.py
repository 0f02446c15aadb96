"""Phase 4 of a week, compiled: who is called to a meeting, who comes, who is granted a support.

May import draws and its own folder. The order of a week is told in reference/engine.py. Those due
are listed by slot in row `WAITING`, which shrinks to those called, then to those who come; supports
are granted to whoever is left on it. Order matters only where a queue is longer than the capacity,
or grants are fewer than those who ask: then a number decides, found by marks in the last set.

Where all meetings are alike (`rules.meetings_alike`) and nobody wants notes, nothing is listed: a
calendar knows how many are due in each week, and those due before `town.first_due` are nobody.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jobsim.arrays import Ints
from jobsim.draws import NEVER, Stream
from jobsim.draws.compiled import called, i64, inlined, u64
from jobsim.engines.compiled import rows
from jobsim.engines.compiled.roster import number_persons
from jobsim.engines.compiled.rules import Aid, Curves, Rules
from jobsim.engines.compiled.spells import number_in_track, renew_factor
from jobsim.engines.compiled.state import Lists, State, SupportState, Week
from jobsim.engines.compiled.tools import EVENT, ask, draw_asked, mark, note, nth, take_first

_MET, _ON_TIME, _WAITED = range(3)
"""Rows of `Lists.counts`."""
_LEFT, _MADE, _WORKING = range(3)
"""Columns of `SupportState.counts`."""


@inlined
def meet(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week) -> None:
    """Hold the meetings of the week; list those met in row `WAITING`."""
    if rules.numbers.meetings_alike and week.notes is None:
        _meet_at_once(rules, curves, state, lists, week)
        return
    count = _call(rules, state, lists, week)
    if rules.numbers.no_show_possible:
        _draw_no_shows(rules, state, lists, count)
        count = _note_no_shows(rules, state, lists, week, count)
    _weigh_meetings(rules, curves, state, lists, week.t)
    if rules.numbers.lasts:
        _raise_lasting_boosts(rules, state, lists, count)
    _hold(rules, curves, state, lists, week, count)
    if rules.numbers.meetings_settle:
        _settle_exits(rules, state, lists, week, count)
    state.town.met = count


@inlined
def _call(rules: Rules, state: State, lists: Lists, week: Week) -> int:
    """List in row `WAITING` the slots of those called; return how many."""
    t, waiting = week.t, lists.persons[rows.WAITING]
    count = _list_due(state, waiting, t)
    for track in range(rules.numbers.tracks):
        capacity = rules.weekly[t, track * rules.numbers.groups].capacity
        if count > capacity:
            over = _number_called(rules, state, waiting[:count], track) - capacity
            if over > 0:
                week.month_counts[rules.numbers.unmet + track] += over
                count = _call_first(rules, state, lists, t, count, track)
    return count


@inlined
def _list_due(state: State, waiting: Any, t: int) -> int:
    """List the slots of those due by a week; return how many."""
    due, count = state.diary[rows.DUE], i64(0)
    for i in range(state.town.on_benefit):
        waiting[u64(count)] = i
        count += due[i] <= t
    return count


@inlined
def _number_called(rules: Rules, state: State, waiting: Any, track: int) -> int:
    """How many of a list of slots are in a track."""
    count = i64(0)
    for i in waiting:
        count += rules.desks[u64(state.diary[rows.DESK, u64(i)])].track == track
    return count


@inlined
def _call_first(rules: Rules, state: State, lists: Lists, t: int, count: int, track: int) -> int:
    """Leave on the list only those of a track for whom there is room, by (due, number)."""
    waiting, diary = lists.persons[rows.WAITING], state.diary
    capacity = rules.weekly[t, track * rules.numbers.groups].capacity
    last_due, left = _last_called(rules, state, lists, t, count, track, capacity)
    last_number = _last_number(rules, state, lists, count, track, last_due, left)
    kept = 0
    for j in range(count):
        i = u64(waiting[j])
        due = diary[rows.DUE, i]
        number = state.register[rows.NUMBER, u64(state.cards[i].person)]
        is_called = due < last_due or (due == last_due and number <= last_number)
        waiting[kept] = i
        kept += is_called or rules.desks[u64(diary[rows.DESK, i])].track != track
    return kept


@inlined
def _last_called(
    rules: Rules, state: State, lists: Lists, t: int, count: int, track: int, left: int
) -> tuple[int, int]:
    """Due week in which the capacity runs out, and how many of that week can be called."""
    lists.tally[: t + 1] = 0
    for j in range(count):
        i = u64(lists.persons[rows.WAITING, j])
        if rules.desks[u64(state.diary[rows.DESK, i])].track == track:
            lists.tally[u64(state.diary[rows.DUE, i])] += 1
    due = 0
    while lists.tally[due] <= left:
        left -= lists.tally[due]
        due += 1
    return due, left


@called
def _last_number(
    rules: Rules, state: State, lists: Lists, count: int, track: int, due: int, left: int
) -> int:
    """Number of the last one called among those of a track who have the same due week."""
    if not state.town.numbered:
        number_persons(rules, state, lists)
    marks = state.marks[len(state.marks) - 1]
    marks[:] = 0
    for j in range(count):
        i = u64(lists.persons[rows.WAITING, j])
        if (
            state.diary[rows.DUE, i] == due
            and rules.desks[u64(state.diary[rows.DESK, i])].track == track
        ):
            mark(marks, u64(state.register[rows.NUMBER, u64(state.cards[i].person)]))
    return nth(marks, left)


@inlined
def _draw_no_shows(rules: Rules, state: State, lists: Lists, count: int) -> None:
    """Draw for everybody called; where nobody's attendance is in doubt any number will do."""
    waiting = lists.persons[rows.WAITING]
    if not rules.numbers.no_show_drawn:
        lists.reals[rows.DRAWN, :count] = 0.5
        return
    for j in range(count):
        card = state.cards[u64(waiting[j])]
        ask(lists, j, card, Stream.NO_SHOW, card.calls)
        card.calls += 1
    draw_asked(lists, count, state.town)


@inlined
def _note_no_shows(rules: Rules, state: State, lists: Lists, week: Week, count: int) -> int:
    """Leave on the list only those who come; return how many."""
    waiting, u, diary = lists.persons[rows.WAITING], lists.reals[rows.DRAWN], state.diary
    no_shows, come = rules.numbers.no_shows, i64(0)
    for j in range(count):
        i = u64(waiting[j])
        desk = rules.desks[u64(diary[rows.DESK, i])]
        absent = u[j] < desk.no_show
        waiting[come] = i
        come += int(not absent)
        diary[rows.DUE, i] = week.t + 1 if absent else diary[rows.DUE, i]
        week.month_counts[u64(no_shows + desk.track)] += int(absent)
        if absent:
            note(week, EVENT.NO_SHOW, u64(state.cards[i].person), desk.track)
    return come


@inlined
def _weigh_meetings(rules: Rules, curves: Curves, state: State, lists: Lists, t: int) -> None:
    """Tabulate what a meeting of this week adds to the boosts: gain × quality."""
    for track in range(rules.numbers.tracks):
        table = rules.weekly[t, track * rules.numbers.groups].quality
        quality = curves.quality[table + number_in_track(rules, state, track)]
        for g in range(rules.numbers.groups):
            desk = track * rules.numbers.groups + g
            lists.gain[desk, 0] = rules.desks[desk].first_gain * quality
            lists.gain[desk, 1] = rules.desks[desk].later_gain * quality
            lists.lasting[desk, 0] = rules.desks[desk].first_lasting * quality
            lists.lasting[desk, 1] = rules.desks[desk].later_lasting * quality


@inlined
def _raise_lasting_boosts(rules: Rules, state: State, lists: Lists, count: int) -> None:
    """Let the meetings that are about to be held work on the lasting boost."""
    lasting, most = state.hazards[rows.LASTING], rules.numbers.max_lasting_boost
    for j in range(count):
        i = u64(lists.persons[rows.WAITING, j])
        which = u64(min(state.cards[i].held, 1))
        rise = lists.lasting[u64(state.diary[rows.DESK, i]), which]
        lasting[i] = min(lasting[i] + rise, most)


@inlined
def _settle_exits(rules: Rules, state: State, lists: Lists, week: Week, count: int) -> None:
    """Let meetings settle who of those met leaves this week for something else than work."""
    met, u = state.register[rows.MET], lists.reals[rows.DRAWN]
    for j in range(count):
        p = u64(state.cards[u64(lists.persons[rows.WAITING, j])].person)
        ask(lists, j, state.people[p], Stream.MEETING_EXIT, met[p])
        met[p] += 1
    draw_asked(lists, count, state.town)
    for j in range(count):
        i = u64(lists.persons[rows.WAITING, j])
        desk = rules.desks[u64(state.diary[rows.DESK, i])]
        if u[j] < desk.meeting_exit:
            p = u64(state.cards[i].person)
            state.diary[rows.LEAVE, i] = week.t
            state.register[rows.SETTLED, p] = week.t
            week.month_counts[rules.numbers.meeting_exits + desk.group] += 1
            note(week, EVENT.MEETING_EXIT, p, desk.track)


@inlined
def _hold(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week, count: int) -> None:
    """Meet those on the list: the meeting works on the boost, and sets the week of the next."""
    waiting, gain, interval = lists.persons[rows.WAITING], lists.gain, curves.interval
    boost, max_boost = state.hazards[rows.BOOST], rules.numbers.max_boost
    due, desks, t = state.diary[rows.DUE], state.diary[rows.DESK], week.t
    last_entry = interval.shape[1] - 1
    lists.counts[:] = 0
    for j in range(count):
        i = u64(waiting[j])
        card, desk, waited = state.cards[i], u64(desks[i]), t - due[i]
        lists.counts[_MET, desk] += 1
        lists.counts[_ON_TIME, desk] += int(waited == 0)
        lists.counts[_WAITED, desk] += waited
        note(week, EVENT.MEETING, u64(card.person), waited)
        boost[i] = min(boost[i] + gain[desk, u64(min(card.held, 1))], max_boost)
        due[i] = t + interval[desk, u64(min(card.seen, last_entry))]
        card.held += 1
        card.seen += 1
    _count_meetings(rules, week.month_counts, lists.counts)


@inlined
def _count_meetings(rules: Rules, month_counts: Ints, counts: Ints) -> None:
    """Sum by track what was counted by desk."""
    numbers = rules.numbers
    for desk in range(len(rules.desks)):
        track = rules.desks[desk].track
        month_counts[numbers.meetings + desk] += counts[_MET, desk]
        month_counts[numbers.meetings_on_time + track] += counts[_ON_TIME, desk]
        month_counts[numbers.waiting_weeks + track] += counts[_WAITED, desk]


@inlined
def _meet_at_once(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week) -> None:
    """Do what `meet` does where all meetings are alike: the calendar tells how many wait."""
    t, calendar = week.t, state.register[rows.CALENDAR]
    left = i64(rules.weekly[t, 0].capacity)
    due = i64(state.town.first_due)
    next_due = t + curves.interval[0, 0]
    while due <= t and calendar[due] <= left:
        left -= calendar[due]
        _count_at_once(rules, calendar, week, due, next_due, calendar[due])
        due += 1
    state.town.first_due = due
    _weigh_meetings(rules, curves, state, lists, t)
    _hold_at_once(rules, state, lists, due, next_due)
    if due <= t:
        _hold_by_number(rules, state, lists, due, left, next_due)
        _count_at_once(rules, calendar, week, due, next_due, left)
        for late in range(due, t + 1):
            week.month_counts[rules.numbers.unmet] += calendar[late]


@inlined
def _count_at_once(
    rules: Rules, calendar: Any, week: Week, due: int, next_due: int, held: int
) -> None:
    """Count meetings with persons of one due week, and move them to the next in the calendar."""
    numbers, counts = rules.numbers, week.month_counts
    counts[numbers.meetings] += held
    counts[numbers.waiting_weeks] += held * (week.t - due)
    counts[numbers.meetings_on_time] += held * int(week.t == due)
    calendar[due] -= held
    calendar[next_due] += held


@inlined
def _hold_at_once(rules: Rules, state: State, lists: Lists, first_left: int, next_due: int) -> None:
    """Meet, in one pass without a branch, everybody due before a week."""
    count, gain, max_boost = state.town.on_benefit, lists.gain[0, 0], rules.numbers.max_boost
    boosts, dues = state.hazards[rows.BOOST, :count], state.diary[rows.DUE, :count]
    first, following = np.int32(first_left), np.int32(next_due)
    for i in range(count):
        boost, due = boosts[i], dues[i]
        is_called = due < first
        boosts[i] = min(boost + gain, max_boost) if is_called else boost
        dues[i] = following if is_called else due


@inlined
def _hold_by_number(
    rules: Rules, state: State, lists: Lists, due: int, left: int, next_due: int
) -> None:
    """Meet the first by number of those due in a week, before which nobody is due any more."""
    waiting, diary, boost = lists.persons[rows.WAITING], state.diary, state.hazards[rows.BOOST]
    count = _list_due(state, waiting, due)
    last_number = _last_number(rules, state, lists, count, 0, due, left)
    for j in range(count):
        i = u64(waiting[j])
        if state.register[rows.NUMBER, u64(state.cards[i].person)] <= last_number:
            boost[i] = min(boost[i] + lists.gain[0, 0], rules.numbers.max_boost)
            diary[rows.DUE, i] = next_due


@inlined
def grant_supports(
    rules: Rules, aid: Aid, state: State, support_state: SupportState, lists: Lists, week: Week
) -> None:
    """Grant supports to those met this week, and let the granted ones begin to work."""
    t, year = week.t, rules.weekly[week.t, 0].year
    for s in range(rules.numbers.supports):
        counts = support_state.counts[s]
        if t == 0 or year != rules.weekly[t - 1, 0].year:
            counts[_LEFT] = aid.grants[s, year]
        if counts[_LEFT] > 0:
            met = lists.persons[rows.WAITING, : state.town.met]
            given = min(_mark_asking(aid, state, support_state, met, s), counts[_LEFT])
            for _ in range(given):
                _grant(rules, aid, state, support_state, week, s)
            week.month_counts[rules.numbers.supports_granted + s] += given
        _begin_to_work(rules, aid, state, support_state, t, s)


@inlined
def _mark_asking(aid: Aid, state: State, support_state: SupportState, met: Any, s: int) -> int:
    """Mark by number those met who need the support; return how many."""
    marks = state.marks[len(state.marks) - 1]
    asking = 0
    for i in met:
        p = u64(state.cards[u64(i)].person)
        listed = aid.shares[s, u64(state.people[p].group)].listed
        if support_state.people[s, p].needs and listed:
            if asking == 0:
                marks[:] = 0
            mark(marks, u64(state.register[rows.NUMBER, p]))
            asking += 1
    return asking


@inlined
def _grant(
    rules: Rules, aid: Aid, state: State, support_state: SupportState, week: Week, s: int
) -> None:
    """Give the support to the first of those marked."""
    p = u64(state.register[rows.BY_NUMBER, u64(take_first(state.marks[len(state.marks) - 1]))])
    counts, had = support_state.counts[s], support_state.people[s, p]
    had.needs = 0
    had.works_from = week.t + aid.kinds[s].lead_weeks
    support_state.granted[s, counts[_MADE]] = p
    counts[_MADE] += 1
    counts[_LEFT] -= 1
    _weigh_supports(rules, aid, state, support_state, week.t, p)
    note(week, EVENT.SUPPORT, p, s)


@inlined
def _begin_to_work(
    rules: Rules, aid: Aid, state: State, support_state: SupportState, t: int, s: int
) -> None:
    """Renew the factor of those whose support begins to work; the first granted come first."""
    counts = support_state.counts[s]
    while counts[_WORKING] < counts[_MADE]:
        p = u64(support_state.granted[s, counts[_WORKING]])
        if support_state.people[s, p].works_from > t:
            break
        counts[_WORKING] += 1
        _weigh_supports(rules, aid, state, support_state, t, p)


@inlined
def _weigh_supports(
    rules: Rules, aid: Aid, state: State, support_state: SupportState, t: int, p: int
) -> None:
    """Multiply what supports at work do, and those still in their lead weeks."""
    factor = 1.0
    for s in range(rules.numbers.supports):
        works_from = support_state.people[s, p].works_from
        if works_from <= t:
            factor = factor * aid.kinds[s].multiplier
        elif works_from < NEVER:
            factor = factor * aid.kinds[s].lock_in
    state.people[p].support_factor = factor
    if state.people[p].slot >= 0:
        renew_factor(rules, state, p)
