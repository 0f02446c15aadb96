"""Phases 1 to 3 of a week, compiled: entry and return, programme size, admission.

May import draws and its own folder. The order of a week is told in reference/engine.py. People
come to benefit in phase 1 and leave it after the tally, so slots stay as they are in between.
"""

from __future__ import annotations

from typing import Any

from jobsim.draws import Stream
from jobsim.draws.compiled import i64, inlined, u64
from jobsim.engines.compiled.rules import N_CAUSES, N_ROUTES, Rules
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
    Week,
)
from jobsim.engines.compiled.tools import EVENT, ask, draw_asked, least, mark, note
from jobsim.engines.roster import POOL, STOCK
from jobsim.engines.tables import NOT_RETURNED, ORDINARY, REGULAR, RESTART_WEEKS


@inlined
def enter(rules: Rules, state: State, week: Week, first: Any) -> None:
    """Begin the spells of this week's entry, listed from `first`; put the pool to work."""
    for g in range(rules.numbers.groups):
        for p in range(first[g, week.t], first[g, week.t + 1]):
            _enter_one(rules, state, week, u64(p))


@inlined
def _enter_one(rules: Rules, state: State, week: Week, p: int) -> None:
    person, t = state.people[p], week.t
    origin, level = i64(person.who) >> 8, i64(person.level)
    if origin == POOL:
        _start_employed(rules, state, p)
        note(week, EVENT.START_EMPLOYED, p, person.elapsed)
        return
    elapsed, due, seen = i64(0), i64(t + rules.numbers.first_meeting_weeks), i64(0)
    if origin == STOCK:
        elapsed, due = i64(person.elapsed), i64(person.first_due)
        seen = i64(rules.desks[u64(person.group)].entries)
    begin_spell(rules, state, t, p, elapsed, due, seen)
    if origin == STOCK:
        note(week, EVENT.START, p, person.elapsed)
        if level > 0:
            _continue_small_job(rules, state, week, p, level)
    else:
        week.month_counts[rules.numbers.arrivals + person.group] += 1
        note(week, EVENT.ENTER, p, 0)


@inlined
def _start_employed(rules: Rules, state: State, p: int) -> None:
    person = state.people[p]
    person.away = person.elapsed
    person.route = ORDINARY
    person.jobs = 1
    state.present[rules.numbers.employed_weeks + person.group * N_ROUTES + ORDINARY] += 1
    plan_return(rules, state, p, i64(person.worked))


@inlined
def plan_return(rules: Rules, state: State, p: int, week_of_return: int) -> None:
    """Note the week in which a job ends, if this run reaches it."""
    if week_of_return < rules.numbers.weeks:
        state.register[LATER, p] = state.register[RETURNING, week_of_return]
        state.register[RETURNING, week_of_return] = p


@inlined
def _continue_small_job(rules: Rules, state: State, week: Week, p: int, level: int) -> None:
    """Put one of the stock in the middle of the small job in which week 0 finds them."""
    person, numbers = state.people[p], rules.numbers
    person.steps = level - 1
    person.started = -numbers.step_weeks * level
    person.experienced = numbers.step_weeks * level >= numbers.experience_weeks
    state.diary[STEP, u64(person.slot)] = person.first_step
    unmark_ready(rules, state, p)
    set_level(rules, state, week.t, p, level)
    note(week, EVENT.START_SMALL_JOB, p, level)


@inlined
def come_back(rules: Rules, state: State, lists: Lists, week: Week) -> None:
    """Bring back to benefit, or lose for good, whoever's job ends this week."""
    count, p = i64(0), i64(state.register[RETURNING, week.t])
    while p >= 0:
        person = state.people[u64(p)]
        lists.persons[MOVING, count] = p
        ask(lists, 3 * count, person, Stream.RETURN, person.job_ends)
        ask(lists, 3 * count + 1, person, Stream.JOB_THRESHOLD, person.spells)
        ask(lists, 3 * count + 2, person, Stream.OTHER_EXIT, person.spells)
        count += 1
        p = i64(state.register[LATER, u64(p)])
    draw_asked(lists, 3 * count, state.town)
    for j in range(count):
        u = lists.reals[DRAWN, 3 * j : 3 * j + 3]
        _end_job(rules, state, week, u64(lists.persons[MOVING, j]), u)


@inlined
def _end_job(rules: Rules, state: State, week: Week, p: int, u: Any) -> None:
    person, numbers = state.people[p], rules.numbers
    group = person.group
    state.present[numbers.employed_weeks + group * N_ROUTES + person.route] -= 1
    person.away += person.worked
    person.job_ends += 1
    if u[0] < rules.desks[u64(group)].return_share:
        week.month_counts[numbers.returns + group] += 1
        note(week, EVENT.RETURN, p, person.worked)
        if person.away >= RESTART_WEEKS:
            person.ladder = 0
            person.away = 0
        plan_spell(rules, state, p, u[1], u[2])
        first_due = week.t + numbers.first_meeting_weeks
        begin_spell(rules, state, week.t, p, i64(0), first_due, i64(0))
    else:
        state.present[numbers.left_weeks + group * N_CAUSES + NOT_RETURNED] += 1
        week.month_counts[numbers.not_returned + group] += 1
        note(week, EVENT.NOT_RETURNED, p, person.worked)


@inlined
def shrink_programmes(rules: Rules, state: State, week: Week) -> None:
    """Send back to the regular track those whose programme, or time in it, is over."""
    t, groups = week.t, rules.numbers.groups
    for track in range(1, rules.numbers.tracks):
        if number_in_track(rules, state, track) > 0:
            ended = rules.weekly[t, track * groups].fte == 0
            last_admission = t if ended else t - rules.desks[track * groups].max_weeks
            if last_admission >= 0:
                _send_back(rules, state, week, track, last_admission)


@inlined
def _send_back(rules: Rules, state: State, week: Week, track: int, last_admission: int) -> None:
    """End the stay of whoever was admitted to a track in that week or before."""
    for i in range(state.town.on_benefit):
        p = u64(state.cards[i].person)
        person = state.people[p]
        inside = rules.desks[u64(state.diary[DESK, i])].track == track
        if inside and person.admitted <= last_admission:
            mark(state.marks[rules.numbers.programmes + track - 1], p)
            move_to_track(rules, state, p, i64(REGULAR), rules.desks[u64(person.group)].entries)
            note(week, EVENT.PROGRAMME_END, p, track)


@inlined
def admit(rules: Rules, state: State, week: Week) -> None:
    """Fill the free slots of every programme in its order of admission."""
    for q in range(rules.numbers.programmes):
        slots = rules.weekly[week.t, (q + 1) * rules.numbers.groups].slots
        free = slots - number_in_track(rules, state, q + 1)
        admitted, word = 0, 0
        while admitted < free and word < state.marks.shape[1]:
            marks = state.marks[q, word]
            if marks == 0:
                word += 1
                continue
            _admit_one(rules, state, week, q, word * WORD + least(marks))
            admitted += 1
        week.month_counts[rules.numbers.admissions + q] += admitted


@inlined
def _admit_one(rules: Rules, state: State, week: Week, q: int, rank: int) -> None:
    p = u64(state.ranks[2 * q + 1, rank])
    person = state.people[p]
    move_to_track(rules, state, p, q + 1, i64(0))
    person.admitted = week.t
    slot = u64(person.slot)
    state.diary[DUE, slot] = min(state.diary[DUE, slot], week.t)
    note(week, EVENT.ADMITTED, p, q + 1)
