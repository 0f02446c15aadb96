"""Phases 5 and 6 of a week, compiled: openings for small jobs, and the steps of their ramps.

May import draws and its own folder.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws import Stream
from jobsim.draws.compiled import at, inlined, whole
from jobsim.draws.inverse import NEVER
from jobsim.engines.compiled.notes import CODE, note
from jobsim.engines.compiled.rules import Curves, Rules
from jobsim.engines.compiled.sorting import least
from jobsim.engines.compiled.spells import (
    mark_ready,
    renew_factor,
    set_level,
    unmark_ready,
)
from jobsim.engines.compiled.state import DRAWN, FOUND, MOVING, STEP, WORD, Lists, State
from jobsim.engines.compiled.traits import ask, draw_asked

Row = npt.NDArray[np.int64]

_SMALL_JOB, _DROP, _STEP = CODE["small_job"], CODE["drop"], CODE["step"]


@inlined
def open_small_jobs(
    rules: Rules, state: State, row: Row, openings: Row, t: int, notes: Any
) -> None:
    """Hand out the openings [group, week], group by group, in queue order."""
    numbers = rules.numbers
    if numbers.any_openings:
        for g in range(numbers.groups):
            if openings[g, t] > 0:
                started = _offer(rules, state, t, g, openings[g, t], notes)
                row[numbers.small_job_starts + g] += started
                row[numbers.openings_lost + g] += openings[g, t] - started


@inlined
def _offer(rules: Rules, state: State, t: int, g: int, openings: int, notes: Any) -> int:
    """Offer openings to those of a group who are ready; return how many are taken."""
    programmes = rules.numbers.programmes
    ready, queued = state.marks[2 * programmes + g], state.ranks[2 * programmes + 1]
    started = 0
    for word in range(len(ready)):
        marks = ready[word]
        while marks != 0 and started < openings:
            p = at(queued[at(word * WORD + least(marks))])
            marks &= marks - 1
            if state.people[p].cool_until <= t:
                started += 1
                _start(rules, state, t, p)
                note(notes, _SMALL_JOB, t, p, 1)
        if started == openings:
            break
    return started


@inlined
def _start(rules: Rules, state: State, t: int, p: int) -> None:
    one = state.people[p]
    one.steps = 0
    one.started = t
    state.diary[STEP, at(one.slot)] = t + rules.numbers.step_weeks
    unmark_ready(rules, state, p)
    set_level(rules, state, t, p, whole(1))


@inlined
def step_ramps(
    rules: Rules, curves: Curves, state: State, lists: Lists, row: Row, t: int, notes: Any
) -> None:
    """Review small jobs; list in row `FOUND` those who have climbed into a job."""
    due = whole(0)
    state.town.found = 0
    if state.town.holders > 0:
        for i in range(state.town.on_benefit):
            lists.persons[MOVING, due] = i
            due += state.diary[STEP, i] == t
    for j in range(due):
        lists.persons[MOVING, j] = state.cards[at(lists.persons[MOVING, j])].person
        one = state.people[at(lists.persons[MOVING, j])]
        ask(lists, j, one.k, one.who, Stream.RAMP_STEP, one.reviews)
    draw_asked(lists, due, state.town)
    for j in range(due):
        p = at(lists.persons[MOVING, j])
        lists.persons[FOUND, state.town.found] = p
        state.town.found += _review(rules, curves, state, row, t, p, lists.reals[DRAWN, j], notes)


@inlined
def _review(
    rules: Rules, curves: Curves, state: State, row: Row, t: int, p: int, u: float, notes: Any
) -> bool:
    """Review one small job; return whether the person has climbed into a job."""
    one, numbers = state.people[p], rules.numbers
    if t - one.started >= numbers.experience_weeks:
        one.experienced = 1
    review = curves.reviews[one.group, min(one.steps, curves.reviews.shape[1] - 1)]
    one.reviews += 1
    one.steps += 1
    state.diary[STEP, at(one.slot)] = t + numbers.step_weeks
    reached = False
    if u < review.drop:
        _drop(rules, state, row, t, p, notes)
    elif u < review.drop_or_climb and one.level < one.cap:
        reached = one.level + 1 == numbers.top_level
        if not reached:
            set_level(rules, state, t, p, whole(one.level + 1))
            note(notes, _STEP, t, p, one.level)
    renew_factor(rules, state, p)
    return reached


@inlined
def _drop(rules: Rules, state: State, row: Row, t: int, p: int, notes: Any) -> None:
    """End a small job without work."""
    one = state.people[p]
    note(notes, _DROP, t, p, one.level)
    row[rules.numbers.small_job_drops + one.group] += 1
    state.diary[STEP, at(one.slot)] = NEVER
    set_level(rules, state, t, p, whole(0))
    one.cool_until = t + rules.numbers.cool_weeks
    mark_ready(rules, state, p)
