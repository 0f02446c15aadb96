"""Phase 4 of a week, compiled: who is called to a meeting, and who comes.

May import draws and its own folder.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws import Stream
from jobsim.draws.compiled import at, called, inlined, whole
from jobsim.engines.compiled.notes import CODE, note
from jobsim.engines.compiled.person_order import number_persons
from jobsim.engines.compiled.rules import Curves, Rules
from jobsim.engines.compiled.sorting import mark, nth
from jobsim.engines.compiled.spells import number_in_track
from jobsim.engines.compiled.state import (
    BOOST,
    CALENDAR,
    DESK,
    DRAWN,
    DUE,
    NUMBER,
    WAITING,
    Lists,
    State,
)
from jobsim.engines.compiled.traits import ask, draw_asked

Row = npt.NDArray[np.int64]

_NO_SHOW, _MEETING = CODE["no_show"], CODE["meeting"]
_MET, _ON_TIME, _WAITED = range(3)
"""Rows of `Lists.counts`."""


@inlined
def meet(
    rules: Rules, curves: Curves, state: State, lists: Lists, row: Row, t: int, notes: Any
) -> None:
    """Hold the meetings of the week; list those met in row `WAITING`."""
    if rules.numbers.meetings_alike and notes is None:
        _meet_at_once(rules, curves, state, lists, row, t)
        return
    count = _call(rules, state, lists, row, t)
    if rules.numbers.no_show_possible:
        _draw_no_shows(rules, state, lists, count)
        count = _note_no_shows(rules, state, lists, row, t, count, notes)
    _weigh_meetings(rules, curves, state, lists, t)
    _hold(rules, curves, state, lists, row, t, count, notes)
    state.town.met = count


@inlined
def _call(rules: Rules, state: State, lists: Lists, row: Row, t: int) -> int:
    """List in row `WAITING` the slots of those called; return how many."""
    count, waiting = _list_due(state, lists, t), lists.persons[WAITING]
    for track in range(rules.numbers.tracks):
        capacity = rules.weekly[t, track * rules.numbers.groups].capacity
        if count > capacity:
            over = _number_called(rules, state, waiting[:count], track) - capacity
            if over > 0:
                row[rules.numbers.unmet + track] += over
                count = _call_first(rules, state, lists, t, count, track)
    return count


@inlined
def _list_due(state: State, lists: Lists, t: int) -> int:
    """List in row `WAITING` the slots of those due; return how many."""
    waiting, due = lists.persons[WAITING], state.diary[DUE]
    count = whole(0)
    for i in range(state.town.on_benefit):
        waiting[at(count)] = i
        count += due[i] <= t
    return count


@inlined
def _number_called(rules: Rules, state: State, waiting: Any, track: int) -> int:
    """How many of a list of slots are in a track."""
    called = whole(0)
    for i in waiting:
        called += rules.desks[at(state.diary[DESK, at(i)])].track == track
    return called


@inlined
def _call_first(rules: Rules, state: State, lists: Lists, t: int, count: int, track: int) -> int:
    """Leave on the list only those of a track for whom there is room, by (due, number)."""
    waiting, diary = lists.persons[WAITING], state.diary
    capacity = rules.weekly[t, track * rules.numbers.groups].capacity
    last_due, left = _last_called(rules, state, lists, t, count, track, capacity)
    last_number = _last_number(rules, state, lists, count, track, last_due, left)
    kept = 0
    for j in range(count):
        i = at(waiting[j])
        due = diary[DUE, i]
        number = state.register[NUMBER, at(state.cards[i].person)]
        called = due < last_due or (due == last_due and number <= last_number)
        waiting[kept] = i
        kept += called or rules.desks[at(diary[DESK, i])].track != track
    return kept


@inlined
def _last_called(
    rules: Rules, state: State, lists: Lists, t: int, count: int, track: int, left: int
) -> tuple[int, int]:
    """Due week in which the capacity runs out, and how many of that week can be called."""
    lists.tally[: t + 1] = 0
    for j in range(count):
        i = at(lists.persons[WAITING, j])
        if rules.desks[at(state.diary[DESK, i])].track == track:
            lists.tally[at(state.diary[DUE, i])] += 1
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
        i = at(lists.persons[WAITING, j])
        if state.diary[DUE, i] == due and rules.desks[at(state.diary[DESK, i])].track == track:
            mark(marks, at(state.register[NUMBER, at(state.cards[i].person)]))
    return nth(marks, left)


@inlined
def _draw_no_shows(rules: Rules, state: State, lists: Lists, count: int) -> None:
    """Draw for everybody called; where nobody's attendance is in doubt any number will do."""
    waiting = lists.persons[WAITING]
    if not rules.numbers.no_show_drawn:
        lists.reals[DRAWN, :count] = 0.5
        return
    for j in range(count):
        card = state.cards[at(waiting[j])]
        ask(lists, j, card.k, card.who, Stream.NO_SHOW, card.calls)
        card.calls += 1
    draw_asked(lists, count, state.town)


@inlined
def _note_no_shows(
    rules: Rules, state: State, lists: Lists, row: Row, t: int, count: int, notes: Any
) -> int:
    """Leave on the list only those who come; return how many."""
    waiting, u, diary = lists.persons[WAITING], lists.reals[DRAWN], state.diary
    no_shows, come = rules.numbers.no_shows, whole(0)
    for j in range(count):
        i = at(waiting[j])
        desk = rules.desks[at(diary[DESK, i])]
        absent = u[j] < desk.no_show
        waiting[come] = i
        come += int(not absent)
        diary[DUE, i] = t + 1 if absent else diary[DUE, i]
        row[at(no_shows + desk.track)] += int(absent)
        if absent:
            note(notes, _NO_SHOW, t, at(state.cards[i].person), desk.track)
    return come


@inlined
def _weigh_meetings(rules: Rules, curves: Curves, state: State, lists: Lists, t: int) -> None:
    """Tabulate what a meeting of this week adds to the boost: gain × quality."""
    for track in range(rules.numbers.tracks):
        table = rules.weekly[t, track * rules.numbers.groups].quality
        quality = curves.quality[table + number_in_track(rules, state, track)]
        for g in range(rules.numbers.groups):
            desk = track * rules.numbers.groups + g
            lists.gain[desk, 0] = rules.desks[desk].first_gain * quality
            lists.gain[desk, 1] = rules.desks[desk].later_gain * quality


@inlined
def _hold(
    rules: Rules,
    curves: Curves,
    state: State,
    lists: Lists,
    row: Row,
    t: int,
    count: int,
    notes: Any,
) -> None:
    """Meet those on the list: the meeting works on the boost, and sets the week of the next."""
    waiting, gain, interval = lists.persons[WAITING], lists.gain, curves.interval
    boost, max_boost = state.pace[BOOST], rules.numbers.max_boost
    due, desks = state.diary[DUE], state.diary[DESK]
    last_entry = interval.shape[1] - 1
    lists.counts[:] = 0
    for j in range(count):
        i = at(waiting[j])
        card, desk, waited = state.cards[i], at(desks[i]), t - due[i]
        lists.counts[_MET, desk] += 1
        lists.counts[_ON_TIME, desk] += int(waited == 0)
        lists.counts[_WAITED, desk] += waited
        note(notes, _MEETING, t, at(card.person), waited)
        boost[i] = min(boost[i] + gain[desk, at(min(card.held, 1))], max_boost)
        due[i] = t + interval[desk, at(min(card.seen, last_entry))]
        card.held += 1
        card.seen += 1
    _count_meetings(rules, row, lists.counts)


@inlined
def _meet_at_once(
    rules: Rules, curves: Curves, state: State, lists: Lists, row: Row, t: int
) -> None:
    """Do what `meet` does where all meetings are alike: the calendar tells how many wait."""
    calendar, left = state.register[CALENDAR], whole(rules.weekly[t, 0].capacity)
    due = whole(state.town.first_due)
    next_due = t + curves.interval[0, 0]
    while due <= t and calendar[due] <= left:
        left -= calendar[due]
        _count_at_once(rules, calendar, row, t, due, next_due, calendar[due])
        due += 1
    state.town.first_due = due
    _weigh_meetings(rules, curves, state, lists, t)
    _hold_at_once(rules, state, lists, due, next_due)
    if due <= t:
        _hold_by_number(rules, state, lists, due, left, next_due)
        _count_at_once(rules, calendar, row, t, due, next_due, left)
        for week in range(due, t + 1):
            row[rules.numbers.unmet] += calendar[week]


@inlined
def _count_at_once(
    rules: Rules, calendar: Any, row: Row, t: int, due: int, next_due: int, held: int
) -> None:
    """Count meetings with persons of one due week, and move them to the next in the calendar."""
    numbers = rules.numbers
    row[numbers.meetings] += held
    row[numbers.waiting_weeks] += held * (t - due)
    row[numbers.meetings_on_time] += held * int(t == due)
    calendar[due] -= held
    calendar[next_due] += held


@inlined
def _hold_at_once(rules: Rules, state: State, lists: Lists, first_left: int, next_due: int) -> None:
    """Meet, in one pass without a branch, everybody due before a week."""
    count, gain, max_boost = state.town.on_benefit, lists.gain[0, 0], rules.numbers.max_boost
    boosts, dues = state.pace[BOOST, :count], state.diary[DUE, :count]
    week, next_week = np.int32(first_left), np.int32(next_due)
    for i in range(count):
        boost, due = boosts[i], dues[i]
        called = due < week
        boosts[i] = min(boost + gain, max_boost) if called else boost
        dues[i] = next_week if called else due


@inlined
def _hold_by_number(
    rules: Rules, state: State, lists: Lists, due: int, left: int, next_due: int
) -> None:
    """Meet the first by number of those due in a week."""
    waiting, diary, boost = lists.persons[WAITING], state.diary, state.pace[BOOST]
    count = whole(0)
    for i in range(state.town.on_benefit):
        waiting[at(count)] = i
        count += diary[DUE, i] == due
    last_number = _last_number(rules, state, lists, count, 0, due, left)
    for j in range(count):
        i = at(waiting[j])
        if state.register[NUMBER, at(state.cards[i].person)] <= last_number:
            boost[i] = min(boost[i] + lists.gain[0, 0], rules.numbers.max_boost)
            diary[DUE, i] = next_due


@inlined
def _count_meetings(rules: Rules, row: Row, counts: Any) -> None:
    """Sum by track what was counted by desk."""
    numbers = rules.numbers
    for desk in range(len(rules.desks)):
        track = rules.desks[desk].track
        row[numbers.meetings + desk] += counts[_MET, desk]
        row[numbers.meetings_on_time + track] += counts[_ON_TIME, desk]
        row[numbers.waiting_weeks + track] += counts[_WAITED, desk]
