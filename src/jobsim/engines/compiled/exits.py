"""Phases 7 to 9 of a week, compiled: the tally, finding a job, other exits.

May import draws and its own folder. The order of a week is told in reference/engine.py. Phase 10
needs no code: weeks of the spell and on the ladder are kept as the week in which they were 0.
Hazards work on slots in any order; whoever leaves is listed first and moved out afterwards, since
moving out one reorders the slots of others.
"""

from __future__ import annotations

import math
from typing import Any

from jobsim.draws import Stream
from jobsim.draws.compiled import i64, inlined, u64
from jobsim.engines.compiled.entries import plan_return
from jobsim.engines.compiled.rules import N_BANDS, N_CAUSES, N_ROUTES, Curves, Rules
from jobsim.engines.compiled.spells import end_spell
from jobsim.engines.compiled.state import (
    ACC,
    BOOST,
    DESK,
    DRAWN,
    FACTOR,
    FOUND,
    LEAVE,
    MOVING,
    PACE,
    SPELL_ZERO,
    THRESHOLD,
    Lists,
    State,
    Week,
)
from jobsim.engines.compiled.tools import EVENT, ask, draw_asked, first_reaching, list_few, note
from jobsim.engines.tables import OTHER_EXIT, RAMP

_BLOCK = 1024
"""Persons whose hazard is run at a time."""


@inlined
def tally(rules: Rules, state: State, week: Week) -> None:
    """Count everybody where they are."""
    numbers, present, counts = rules.numbers, state.present, week.month_counts
    for i in range(len(present)):
        counts[i] += present[i]
    if rules.weekly[week.t, 0].ends_month:
        cells = N_BANDS * numbers.levels
        for cell in range(numbers.groups * cells):
            counts[numbers.recipients + cell // cells] += present[numbers.benefit_weeks + cell]


@inlined
def find_jobs(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week) -> None:
    """Let hazards work for a week; list in row `FOUND` who finds a job; let others exit."""
    count = state.town.on_benefit
    _run_hazards(rules, curves, state, lists.flags, week.t, count)
    leaving = list_few(lists.flags, count, lists.persons[MOVING])
    for j in range(leaving):
        lists.persons[MOVING, j] = state.cards[u64(lists.persons[MOVING, j])].person
    state.town.found = 0
    for j in range(leaving):
        p = u64(lists.persons[MOVING, j])
        slot = u64(state.people[p].slot)
        if state.hazards[ACC, slot] >= state.hazards[THRESHOLD, slot]:
            lists.persons[FOUND, state.town.found] = p
            state.town.found += 1
        else:
            _exit(rules, state, week, p)


@inlined
def _run_hazards(
    rules: Rules, curves: Curves, state: State, flags: Any, t: int, count: int
) -> None:
    """Let a week's hazard work on those on benefit, a block at a time, which stays in the cache."""
    if rules.numbers.even_hazard:
        _add_even_hazards(rules, curves, state, flags, t, count)
        return
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        _find_pace(rules, curves, state, t, start, stop)
        _add_hazards(rules, state, flags, t, start, stop)


@inlined
def _add_even_hazards(
    rules: Rules, curves: Curves, state: State, flags: Any, t: int, count: int
) -> None:
    """Do what `_add_hazards` does where persons differ in nothing but their boost."""
    rows = state.hazards
    acc, boost, threshold = rows[ACC, :count], rows[BOOST, :count], rows[THRESHOLD, :count]
    pace, decay = curves.duration[0].factor * rules.weekly[t, 0].cycle, rules.numbers.decay
    for i in range(count):
        before = boost[i]
        after = acc[i] + pace * (1.0 + before)
        acc[i] = after
        boost[i] = before * decay
        flags[i] = after >= threshold[i]


@inlined
def _find_pace(rules: Rules, curves: Curves, state: State, t: int, start: int, stop: int) -> None:
    """Look up ``duration * cycle`` of a block."""
    pace, duration, weekly = state.hazards[PACE], curves.duration, rules.weekly[t]
    spell_zero, desk = state.diary[SPELL_ZERO, start:stop], state.diary[DESK, start:stop]
    if rules.numbers.groups == 1:
        cycle = weekly[0].cycle
        for i in range(stop - start):
            pace[i] = duration[u64(spell_zero[i] + t)].factor * cycle
    else:
        for i in range(stop - start):
            pace[i] = duration[u64(spell_zero[i] + t)].factor * weekly[u64(desk[i])].cycle


@inlined
def _add_hazards(rules: Rules, state: State, flags: Any, t: int, start: int, stop: int) -> None:
    """Add ``((duration * cycle) * (1 + boost)) * factor`` to a block, and fade its boost.

    Flag those whose threshold is reached, or whose week of another exit it is.
    """
    rows, pace = state.hazards, state.hazards[PACE]
    acc, boost = rows[ACC, start:stop], rows[BOOST, start:stop]
    factor, threshold = rows[FACTOR, start:stop], rows[THRESHOLD, start:stop]
    leave, leaving = state.diary[LEAVE, start:stop], flags[start:stop]
    decay = rules.numbers.decay
    for i in range(stop - start):
        before = boost[i]
        after = acc[i] + (pace[i] * (1.0 + before)) * factor[i]
        acc[i] = after
        boost[i] = before * decay
        leaving[i] = (after >= threshold[i]) | (leave[i] <= t)


@inlined
def place(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week, route: int) -> None:
    """Move those who found a job, by a route, from benefit into work."""
    found = lists.persons[FOUND, : state.town.found]
    numbers, u = rules.numbers, lists.reals[DRAWN]
    if numbers.jobs_end:
        for j in range(len(found)):
            person = state.people[u64(found[j])]
            ask(lists, j, person, Stream.JOB_DURATION, person.jobs)
        draw_asked(lists, len(found), state.town)
    for j in range(len(found)):
        p = u64(found[j])
        person = state.people[p]
        multiplier = rules.desks[u64(state.diary[DESK, u64(person.slot)])].job_loss_multiplier
        if route == RAMP:
            multiplier = multiplier * numbers.job_loss_multiplier
        person.jobs += 1
        if numbers.jobs_end and multiplier > 0.0:
            _plan_job(rules, curves, state, week.t, p, -math.log(u[j]) / multiplier)
        person.route = route
        end_spell(rules, state, week.t, p)
        state.present[numbers.employed_weeks + person.group * N_ROUTES + route] += 1
        week.month_counts[numbers.placements + person.group * N_ROUTES + route] += 1
        note(week, EVENT.PLACED, p, route)


@inlined
def _plan_job(rules: Rules, curves: Curves, state: State, t: int, p: int, reach: float) -> None:
    """Find the length of a job that begins next week, and the week of return if within the run."""
    loss = curves.job_loss[u64(state.people[p].group)]
    most = min(rules.numbers.weeks - t, len(loss) - 1)
    length = first_reaching(loss, i64(1), most + 1, reach)
    if length <= most:
        state.people[p].worked = length
        plan_return(rules, state, p, t + 1 + length)


@inlined
def _exit(rules: Rules, state: State, week: Week, p: int) -> None:
    """Let a person leave benefit for good."""
    group = state.people[p].group
    end_spell(rules, state, week.t, p)
    state.present[rules.numbers.left_weeks + group * N_CAUSES + OTHER_EXIT] += 1
    week.month_counts[rules.numbers.other_exits + group] += 1
    note(week, EVENT.OTHER_EXIT, p, 0)
