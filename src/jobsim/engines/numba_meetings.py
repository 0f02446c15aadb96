"""Phase 4 of a week, compiled: who is called to a meeting, and who comes.

May import draws and the modules numba_*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws import Stream
from jobsim.draws.compiled import inlined, whole
from jobsim.engines.numba_draws import ask, draw_asked
from jobsim.engines.numba_notes import CODE, note
from jobsim.engines.numba_rules import Curves, Rules
from jobsim.engines.numba_sorting import mark, nth
from jobsim.engines.numba_spells import number_in_track
from jobsim.engines.numba_state import BOOST, DESK, DRAWN, DUE, MET, WAITING, WHO, Lists, State

__all__ = ["meet"]

Row = npt.NDArray[np.int64]

_NO_SHOW, _MEETING = CODE["no_show"], CODE["meeting"]


@inlined
def meet(
    rules: Rules, curves: Curves, state: State, lists: Lists, row: Row, t: int, notes: Any
) -> None:
    """Hold the meetings of the week; list those met in row `MET`."""
    count = _call(rules, state, lists, row, t)
    _draw_no_shows(rules, state, lists, count)
    _weigh_meetings(rules, curves, state, lists, t)
    _hold(rules, curves, state, lists, row, t, count, notes)


@inlined
def _call(rules: Rules, state: State, lists: Lists, row: Row, t: int) -> int:
    """List in row `WAITING` the slots of those called; return how many."""
    waiting, due = lists.persons[WAITING], state.diary[DUE]
    count = whole(0)
    for i in range(state.town.on_benefit):
        waiting[count] = i
        count += due[i] <= t
    for track in range(rules.numbers.tracks):
        capacity = rules.weekly[t, track * rules.numbers.groups].capacity
        if count > capacity:
            over = _number_called(rules, state, waiting[:count], track) - capacity
            if over > 0:
                row[rules.numbers.unmet + track] += over
                count = _call_first(rules, state, lists, t, count, track)
    return count


@inlined
def _number_called(rules: Rules, state: State, waiting: Any, track: int) -> int:
    """How many of a list of slots are in a track."""
    called = 0
    for i in waiting:
        called += rules.desks[state.diary[DESK, i]].track == track
    return called


@inlined
def _call_first(rules: Rules, state: State, lists: Lists, t: int, count: int, track: int) -> int:
    """Leave on the list only those of a track for whom there is room, by (due, number)."""
    waiting, diary = lists.persons[WAITING], state.diary
    capacity = rules.weekly[t, track * rules.numbers.groups].capacity
    last_due, left = _last_called(rules, state, lists, t, count, track, capacity)
    last_number = _last_number(rules, state, waiting[:count], track, last_due, left)
    kept = 0
    for j in range(count):
        i = waiting[j]
        due = diary[DUE, i]
        called = due < last_due or (due == last_due and diary[WHO, i] <= last_number)
        waiting[kept] = i
        kept += called or rules.desks[diary[DESK, i]].track != track
    return kept


@inlined
def _last_called(
    rules: Rules, state: State, lists: Lists, t: int, count: int, track: int, left: int
) -> tuple[int, int]:
    """Due week in which the capacity runs out, and how many of that week can be called."""
    lists.tally[: t + 1] = 0
    for j in range(count):
        i = lists.persons[WAITING, j]
        if rules.desks[state.diary[DESK, i]].track == track:
            lists.tally[state.diary[DUE, i]] += 1
    due = 0
    while lists.tally[due] <= left:
        left -= lists.tally[due]
        due += 1
    return due, left


@inlined
def _last_number(rules: Rules, state: State, waiting: Any, track: int, due: int, left: int) -> int:
    """Number of the last one called among those of a track who have the same due week."""
    marks = state.marks[len(state.marks) - 1]
    marks[:] = 0
    for i in waiting:
        if state.diary[DUE, i] == due and rules.desks[state.diary[DESK, i]].track == track:
            mark(marks, state.diary[WHO, i])
    return nth(marks, left)


@inlined
def _draw_no_shows(rules: Rules, state: State, lists: Lists, count: int) -> None:
    """Draw for everybody called; where nobody's attendance is in doubt any number will do."""
    if not rules.numbers.no_show_drawn:
        lists.reals[DRAWN, :count] = 0.5
        return
    for j in range(count):
        one = state.people[state.diary[WHO, lists.persons[WAITING, j]]]
        ask(lists, j, one, Stream.NO_SHOW, one.calls)
        one.calls += 1
    draw_asked(lists, count, state.town)


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
    """Meet those on the list who come."""
    numbers, diary = rules.numbers, state.diary
    state.town.met = 0
    for j in range(count):
        i = whole(lists.persons[WAITING, j])
        p, desk = whole(diary[WHO, i]), diary[DESK, i]
        track = rules.desks[desk].track
        if lists.reals[DRAWN, j] < rules.desks[desk].no_show:
            diary[DUE, i] = t + 1
            row[numbers.no_shows + track] += 1
            note(notes, _NO_SHOW, t, p, track)
            continue
        waited = t - diary[DUE, i]
        row[numbers.meetings + desk] += 1
        row[numbers.meetings_on_time + track] += waited == 0
        row[numbers.waiting_weeks + track] += waited
        note(notes, _MEETING, t, p, waited)
        _improve(rules, curves, state, lists, t, i)
        lists.persons[MET, state.town.met] = i
        state.town.met += 1


@inlined
def _improve(rules: Rules, curves: Curves, state: State, lists: Lists, t: int, i: int) -> None:
    """Let a meeting work, and set the week of the next."""
    one, desk = state.people[state.diary[WHO, i]], state.diary[DESK, i]
    boost = state.pace[BOOST, i] + lists.gain[desk, min(one.held, 1)]
    state.pace[BOOST, i] = min(boost, rules.numbers.max_boost)
    entry = min(one.seen, curves.interval.shape[1] - 1)
    state.diary[DUE, i] = t + curves.interval[desk, entry]
    one.held += 1
    one.seen += 1
