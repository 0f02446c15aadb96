"""Phases 1 to 3 of a week, compiled: entry and return, and who is in which programme.

May import draws and its own folder.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws import Stream
from jobsim.draws.compiled import at, inlined, whole
from jobsim.engines.compiled.notes import CODE, note
from jobsim.engines.compiled.rules import Rules
from jobsim.engines.compiled.sorting import least, mark
from jobsim.engines.compiled.spells import (
    begin_spell,
    move_to_track,
    number_in_track,
    plan_spell,
    set_level,
    unmark_ready,
)
from jobsim.engines.compiled.state import (
    DESK,
    DRAWN,
    DUE,
    LATER,
    MOVING,
    RETURNING,
    STEP,
    WORD,
    Lists,
    State,
)
from jobsim.engines.compiled.traits import ask, draw_asked
from jobsim.engines.roster import POOL, STOCK

Row = npt.NDArray[np.int64]

_START, _START_SMALL_JOB = CODE["start"], CODE["start_small_job"]
_START_EMPLOYED, _ENTER = CODE["start_employed"], CODE["enter"]
_RETURN, _NOT_RETURNED = CODE["return"], CODE["not_returned"]
_PROGRAMME_END, _ADMITTED = CODE["programme_end"], CODE["admitted"]


@inlined
def enter(rules: Rules, state: State, row: Row, t: int, first: Any, notes: Any) -> None:
    """Begin the spells of this week's entry, listed from `first`; put the pool to work."""
    for g in range(rules.numbers.groups):
        for p in range(first[g, t], first[g, t + 1]):
            _enter_one(rules, state, row, t, at(p), notes)


@inlined
def _enter_one(rules: Rules, state: State, row: Row, t: int, p: int, notes: Any) -> None:
    one = state.people[p]
    origin, level = whole(one.who) >> 8, whole(one.level)
    if origin == POOL:
        _start_employed(rules, state, p)
        note(notes, _START_EMPLOYED, t, p, one.elapsed)
        return
    elapsed, due, seen = whole(0), whole(t + rules.numbers.first_meeting_weeks), whole(0)
    if origin == STOCK:
        elapsed, due = whole(one.elapsed), whole(one.first_due)
        seen = whole(rules.desks[at(one.group)].entries)
    begin_spell(rules, state, t, p, elapsed, due, seen)
    if origin == STOCK:
        note(notes, _START, t, p, one.elapsed)
        if level > 0:
            _continue_small_job(rules, state, p, level, notes)
    else:
        row[rules.numbers.arrivals + one.group] += 1
        note(notes, _ENTER, t, p, 0)


@inlined
def _start_employed(rules: Rules, state: State, p: int) -> None:
    one = state.people[p]
    one.away = one.elapsed
    one.route = 0
    one.jobs = 1
    state.present[rules.numbers.employed_weeks + one.group * 2] += 1
    plan_return(rules, state, p, whole(one.worked))


@inlined
def plan_return(rules: Rules, state: State, p: int, week: int) -> None:
    """Note the week in which a job ends, if this run reaches it."""
    if week < rules.numbers.weeks:
        state.register[LATER, p] = state.register[RETURNING, week]
        state.register[RETURNING, week] = p


@inlined
def _continue_small_job(rules: Rules, state: State, p: int, level: int, notes: Any) -> None:
    """Put one of the stock in the middle of the small job in which week 0 finds them."""
    one, numbers = state.people[p], rules.numbers
    one.steps = level - 1
    one.started = -numbers.step_weeks * level
    one.experienced = numbers.step_weeks * level >= numbers.experience_weeks
    state.diary[STEP, at(one.slot)] = one.first_step
    unmark_ready(rules, state, p)
    set_level(rules, state, whole(0), p, level)
    note(notes, _START_SMALL_JOB, 0, p, level)


@inlined
def come_back(rules: Rules, state: State, lists: Lists, row: Row, t: int, notes: Any) -> None:
    """Bring back to benefit, or lose for good, whoever's job ends this week."""
    count, p = whole(0), whole(state.register[RETURNING, t])
    while p >= 0:
        one = state.people[at(p)]
        lists.persons[MOVING, count] = p
        ask(lists, 3 * count, one.k, one.who, Stream.RETURN, one.job_ends)
        ask(lists, 3 * count + 1, one.k, one.who, Stream.JOB_THRESHOLD, one.spells)
        ask(lists, 3 * count + 2, one.k, one.who, Stream.OTHER_EXIT, one.spells)
        count += 1
        p = whole(state.register[LATER, at(p)])
    draw_asked(lists, 3 * count, state.town)
    for j in range(count):
        u = lists.reals[DRAWN, 3 * j : 3 * j + 3]
        _end_job(rules, state, row, t, at(lists.persons[MOVING, j]), u, notes)


@inlined
def _end_job(rules: Rules, state: State, row: Row, t: int, p: int, u: Any, notes: Any) -> None:
    one, numbers = state.people[p], rules.numbers
    group = one.group
    state.present[numbers.employed_weeks + group * 2 + one.route] -= 1
    one.away += one.worked
    one.job_ends += 1
    if u[0] < rules.desks[at(group)].return_share:
        row[numbers.returns + group] += 1
        note(notes, _RETURN, t, p, one.worked)
        if one.away >= 52:
            one.ladder = 0
            one.away = 0
        plan_spell(rules, state, p, u[1], u[2])
        first_due = t + numbers.first_meeting_weeks
        begin_spell(rules, state, t, p, whole(0), first_due, whole(0))
    else:
        state.present[numbers.left_weeks + group * 2 + 1] += 1
        row[numbers.not_returned + group] += 1
        note(notes, _NOT_RETURNED, t, p, one.worked)


@inlined
def shrink_programmes(rules: Rules, state: State, t: int, notes: Any) -> None:
    """Send back to the regular track those whose programme, or time in it, is over."""
    for track in range(1, rules.numbers.tracks):
        if number_in_track(rules, state, track) > 0:
            ended = rules.weekly[t, track * rules.numbers.groups].fte == 0
            last_admission = t if ended else t - rules.desks[track * rules.numbers.groups].max_weeks
            if last_admission >= 0:
                _send_back(rules, state, track, t, last_admission, notes)


@inlined
def _send_back(
    rules: Rules, state: State, track: int, t: int, last_admission: int, notes: Any
) -> None:
    """End the stay of whoever was admitted to a track in that week or before."""
    for i in range(state.town.on_benefit):
        p = at(state.cards[i].person)
        one = state.people[p]
        inside = rules.desks[at(state.diary[DESK, i])].track == track
        if inside and one.admitted <= last_admission:
            mark(state.marks[rules.numbers.programmes + track - 1], p)
            move_to_track(rules, state, p, whole(0), rules.desks[at(one.group)].entries)
            note(notes, _PROGRAMME_END, t, p, track)


@inlined
def admit(rules: Rules, state: State, row: Row, t: int, notes: Any) -> None:
    """Fill the free slots of every programme in its order of admission."""
    for q in range(rules.numbers.programmes):
        slots = rules.weekly[t, (q + 1) * rules.numbers.groups].slots
        free = slots - number_in_track(rules, state, q + 1)
        admitted, word = 0, 0
        while admitted < free and word < state.marks.shape[1]:
            marks = state.marks[q, word]
            if marks == 0:
                word += 1
                continue
            _admit_one(rules, state, q, t, word * WORD + least(marks), notes)
            admitted += 1
        row[rules.numbers.admissions + q] += admitted


@inlined
def _admit_one(rules: Rules, state: State, q: int, t: int, rank: int, notes: Any) -> None:
    p = at(state.ranks[2 * q + 1, rank])
    one = state.people[p]
    move_to_track(rules, state, p, q + 1, whole(0))
    one.admitted = t
    state.diary[DUE, at(one.slot)] = min(state.diary[DUE, at(one.slot)], t)
    note(notes, _ADMITTED, t, p, q + 1)
