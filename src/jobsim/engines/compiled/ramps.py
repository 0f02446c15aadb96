"""Phases 5 and 6 of a week, compiled: openings for small jobs, and the steps of their ramps.

May import draws and its own folder. The order of a week is told in reference/engine.py. Whoever has
a small job has a level above 0 and a week of review in row `STEP`; whoever could take one is marked
ready, even while cooling off, which is looked up when an opening is offered.
"""

from __future__ import annotations

from jobsim.draws import Stream
from jobsim.draws.compiled import i64, inlined, u64
from jobsim.draws.inverse import NEVER
from jobsim.engines.compiled.rules import Curves, Ints, Rules
from jobsim.engines.compiled.spells import mark_ready, renew_factor, set_level, unmark_ready
from jobsim.engines.compiled.state import DRAWN, FOUND, MOVING, STEP, WORD, Lists, State, Week
from jobsim.engines.compiled.tools import EVENT, ask, draw_asked, least, note


@inlined
def open_small_jobs(rules: Rules, state: State, week: Week, openings: Ints) -> None:
    """Hand out the openings [group, week], group by group, in queue order."""
    numbers = rules.numbers
    if numbers.any_openings:
        for g in range(numbers.groups):
            offered = openings[g, week.t]
            if offered > 0:
                started = _offer(rules, state, week, g, offered)
                week.month_counts[numbers.small_job_starts + g] += started
                week.month_counts[numbers.openings_lost + g] += offered - started


@inlined
def _offer(rules: Rules, state: State, week: Week, g: int, offered: int) -> int:
    """Offer openings to those of a group who are ready; return how many are taken."""
    programmes = rules.numbers.programmes
    ready, queued = state.marks[2 * programmes + g], state.ranks[2 * programmes + 1]
    started = 0
    for word in range(len(ready)):
        marks = ready[word]
        while marks != 0 and started < offered:
            p = u64(queued[u64(word * WORD + least(marks))])
            marks &= marks - 1
            if state.people[p].cool_until <= week.t:
                started += 1
                _start(rules, state, week.t, p)
                note(week, EVENT.SMALL_JOB, p, 1)
        if started == offered:
            break
    return started


@inlined
def _start(rules: Rules, state: State, t: int, p: int) -> None:
    person = state.people[p]
    person.steps = 0
    person.started = t
    state.diary[STEP, u64(person.slot)] = t + rules.numbers.step_weeks
    unmark_ready(rules, state, p)
    set_level(rules, state, t, p, i64(1))


@inlined
def step_ramps(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week) -> None:
    """Review small jobs; list in row `FOUND` those who have climbed into a job."""
    due = i64(0)
    state.town.found = 0
    if state.town.holders > 0:
        for i in range(state.town.on_benefit):
            lists.persons[MOVING, due] = i
            due += state.diary[STEP, i] == week.t
    for j in range(due):
        lists.persons[MOVING, j] = state.cards[u64(lists.persons[MOVING, j])].person
        person = state.people[u64(lists.persons[MOVING, j])]
        ask(lists, j, person, Stream.RAMP_STEP, person.reviews)
    draw_asked(lists, due, state.town)
    for j in range(due):
        p = u64(lists.persons[MOVING, j])
        lists.persons[FOUND, state.town.found] = p
        state.town.found += _review(rules, curves, state, week, p, lists.reals[DRAWN, j])


@inlined
def _review(rules: Rules, curves: Curves, state: State, week: Week, p: int, u: float) -> bool:
    """Review one small job; return whether the person has climbed into a job."""
    person, numbers, t = state.people[p], rules.numbers, week.t
    if t - person.started >= numbers.experience_weeks:
        person.experienced = 1
    review = curves.reviews[person.group, min(person.steps, curves.reviews.shape[1] - 1)]
    person.reviews += 1
    person.steps += 1
    state.diary[STEP, u64(person.slot)] = t + numbers.step_weeks
    reached = False
    if u < review.drop:
        _drop(rules, state, week, p)
    elif u < review.drop_or_climb and person.level < person.cap:
        reached = person.level + 1 == numbers.top_level
        if not reached:
            set_level(rules, state, t, p, i64(person.level + 1))
            note(week, EVENT.STEP, p, person.level)
    renew_factor(rules, state, p)
    return reached


@inlined
def _drop(rules: Rules, state: State, week: Week, p: int) -> None:
    """End a small job without work."""
    person = state.people[p]
    note(week, EVENT.DROP, p, person.level)
    week.month_counts[rules.numbers.small_job_drops + person.group] += 1
    state.diary[STEP, u64(person.slot)] = NEVER
    set_level(rules, state, week.t, p, i64(0))
    person.cool_until = week.t + rules.numbers.cool_weeks
    mark_ready(rules, state, p)
