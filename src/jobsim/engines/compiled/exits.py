"""Phases 7 to 10 of a week, compiled: the tally, finding a job, and other exits.

May import draws and its own folder. Counters need no phase of their own: weeks of the spell
and on the ladder are kept as the week in which they were 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws import Stream
from jobsim.draws.compiled import at, inlined, whole
from jobsim.engines.compiled.entries import plan_return
from jobsim.engines.compiled.notes import CODE, note
from jobsim.engines.compiled.rules import Curves, Rules
from jobsim.engines.compiled.sorting import list_few
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
    PLACE,
    THRESHOLD,
    Lists,
    State,
)
from jobsim.engines.compiled.traits import ask, draw_asked, first_reaching

Row = npt.NDArray[np.int64]

ORDINARY, RAMP = 0, 1
_BLOCK = 1024
"""Persons whose hazard is run at a time."""
_PLACED, _OTHER_EXIT = CODE["placed"], CODE["other_exit"]


@inlined
def tally(rules: Rules, state: State, row: Row, t: int) -> None:
    """Count everybody where they are."""
    numbers, present = rules.numbers, state.present
    for i in range(len(present)):
        row[i] += present[i]
    if rules.weekly[t, 0].ends_month:
        cells = 4 * numbers.levels
        for cell in range(numbers.groups * cells):
            row[numbers.recipients + cell // cells] += present[numbers.benefit_weeks + cell]


@inlined
def find_jobs(
    rules: Rules, curves: Curves, state: State, lists: Lists, row: Row, t: int, notes: Any
) -> None:
    """Let hazards work for a week; list in row `FOUND` who finds a job; let others exit."""
    count = state.town.on_benefit
    _run_hazards(rules, curves, state, lists.flags, t, count)
    leaving = list_few(lists.flags, count, lists.persons[MOVING])
    for j in range(leaving):
        lists.persons[MOVING, j] = state.cards[at(lists.persons[MOVING, j])].person
    state.town.found = 0
    for j in range(leaving):
        p = at(lists.persons[MOVING, j])
        slot = at(state.people[p].slot)
        if state.pace[ACC, slot] >= state.pace[THRESHOLD, slot]:
            lists.persons[FOUND, state.town.found] = p
            state.town.found += 1
        else:
            _exit(rules, state, row, t, p, notes)


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
    rows = state.pace
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
    pace, duration, weekly = state.pace[PACE], curves.duration, rules.weekly[t]
    spell, desk = state.diary[PLACE, start:stop], state.diary[DESK, start:stop]
    if rules.numbers.groups == 1:
        cycle = weekly[0].cycle
        for i in range(stop - start):
            pace[i] = duration[at(spell[i] + t)].factor * cycle
    else:
        for i in range(stop - start):
            pace[i] = duration[at(spell[i] + t)].factor * weekly[at(desk[i])].cycle


@inlined
def _add_hazards(rules: Rules, state: State, flags: Any, t: int, start: int, stop: int) -> None:
    """Add ``((duration * cycle) * (1 + boost)) * factor`` to a block, and fade its boost.

    Flag those whose threshold is reached, or whose week of another exit it is.
    """
    rows, pace = state.pace, state.pace[PACE]
    acc, boost = rows[ACC, start:stop], rows[BOOST, start:stop]
    factor, threshold = rows[FACTOR, start:stop], rows[THRESHOLD, start:stop]
    leave, marked = state.diary[LEAVE, start:stop], flags[start:stop]
    decay = rules.numbers.decay
    for i in range(stop - start):
        before = boost[i]
        after = acc[i] + (pace[i] * (1.0 + before)) * factor[i]
        acc[i] = after
        boost[i] = before * decay
        marked[i] = (after >= threshold[i]) | (leave[i] <= t)


@inlined
def place(
    rules: Rules,
    curves: Curves,
    state: State,
    lists: Lists,
    row: Row,
    t: int,
    route: int,
    notes: Any,
) -> None:
    """Move those who found a job, by a route, from benefit into work."""
    found = lists.persons[FOUND, : state.town.found]
    numbers, u = rules.numbers, lists.reals[DRAWN]
    if numbers.jobs_end:
        for j in range(len(found)):
            one = state.people[at(found[j])]
            ask(lists, j, one.k, one.who, Stream.JOB_DURATION, one.jobs)
        draw_asked(lists, len(found), state.town)
    for j in range(len(found)):
        p = at(found[j])
        one = state.people[p]
        multiplier = rules.desks[at(state.diary[DESK, at(one.slot)])].job_loss_multiplier
        if route == RAMP:
            multiplier = multiplier * numbers.job_loss_multiplier
        one.jobs += 1
        if numbers.jobs_end and multiplier > 0.0:
            _plan_job(rules, curves, state, t, p, -math.log(u[j]) / multiplier)
        one.route = route
        end_spell(rules, state, t, p)
        state.present[numbers.employed_weeks + one.group * 2 + route] += 1
        row[numbers.placements + one.group * 2 + route] += 1
        note(notes, _PLACED, t, p, route)


@inlined
def _plan_job(rules: Rules, curves: Curves, state: State, t: int, p: int, reach: float) -> None:
    """Find the length of a job that begins next week, and the week of return if within the run."""
    loss = curves.job_loss[at(state.people[p].group)]
    most = min(rules.numbers.weeks - t, len(loss) - 1)
    length = first_reaching(loss, whole(1), most + 1, reach)
    if length <= most:
        state.people[p].worked = length
        plan_return(rules, state, p, t + 1 + length)


@inlined
def _exit(rules: Rules, state: State, row: Row, t: int, p: int, notes: Any) -> None:
    """Let a person leave benefit for good."""
    group = state.people[p].group
    end_spell(rules, state, t, p)
    state.present[rules.numbers.left_weeks + group * 2] += 1
    row[rules.numbers.other_exits + group] += 1
    note(notes, _OTHER_EXIT, t, p, 0)
