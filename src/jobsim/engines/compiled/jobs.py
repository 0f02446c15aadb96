"""Phases 5 to 9 of a week, compiled: small jobs, the tally, finding a job, other exits.

May import draws and its own folder. The order of a week is told in reference/engine.py. Phase 10
needs no code: weeks of the spell and on the ladder are kept as the week in which they were 0.

Whoever has a small job has a level above 0 and a week of review in row `STEP`; whoever could take
one is marked ready, even while cooling off, which is looked up when an opening is offered. Hazards
work on slots in any order; whoever leaves is listed first and moved out afterwards, since moving
out one reorders the slots of others.
"""

from __future__ import annotations

import math
from typing import Any

from jobsim.arrays import Ints
from jobsim.draws import NEVER, Stream
from jobsim.draws.compiled import i64, inlined, u64
from jobsim.engines.compiled import rows, spells, tools
from jobsim.engines.compiled.rules import N_BANDS, N_CAUSES, N_ROUTES, Curves, Rules
from jobsim.engines.compiled.state import WORD, Lists, State, Week
from jobsim.engines.tables import OTHER_EXIT, RAMP


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
            p = u64(queued[u64(word * WORD + tools.least(marks))])
            marks &= marks - 1
            if state.people[p].cool_until <= week.t:
                started += 1
                _start(rules, state, week.t, p)
                tools.note(week, tools.EVENT.SMALL_JOB, p, 1)
        if started == offered:
            break
    return started


@inlined
def _start(rules: Rules, state: State, t: int, p: int) -> None:
    person = state.people[p]
    person.steps = 0
    person.started = t
    state.diary[rows.STEP, u64(person.slot)] = t + rules.numbers.step_weeks
    spells.unmark_ready(rules, state, p)
    spells.set_level(rules, state, t, p, i64(1))


@inlined
def step_ramps(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week) -> None:
    """Review small jobs; list in row `FOUND` those who have climbed into a job."""
    due = i64(0)
    state.town.found = 0
    if state.town.holders > 0:
        for i in range(state.town.on_benefit):
            lists.persons[rows.MOVING, due] = i
            due += state.diary[rows.STEP, i] == week.t
    for j in range(due):
        lists.persons[rows.MOVING, j] = state.cards[u64(lists.persons[rows.MOVING, j])].person
        person = state.people[u64(lists.persons[rows.MOVING, j])]
        tools.ask(lists, j, person, Stream.RAMP_STEP, person.reviews)
    tools.draw_asked(lists, due, state.town)
    for j in range(due):
        p = u64(lists.persons[rows.MOVING, j])
        lists.persons[rows.FOUND, state.town.found] = p
        state.town.found += _review(rules, curves, state, week, p, lists.reals[rows.DRAWN, j])


@inlined
def _review(rules: Rules, curves: Curves, state: State, week: Week, p: int, u: float) -> bool:
    """Review one small job; return whether the person has climbed into a job."""
    person, numbers, t = state.people[p], rules.numbers, week.t
    if t - person.started >= numbers.experience_weeks:
        person.experienced = 1
    review = curves.reviews[person.group, min(person.steps, curves.reviews.shape[1] - 1)]
    person.reviews += 1
    person.steps += 1
    state.diary[rows.STEP, u64(person.slot)] = t + numbers.step_weeks
    reached = False
    if u < review.drop:
        _drop(rules, state, week, p)
    elif u < review.drop_or_climb and person.level < person.cap:
        reached = person.level + 1 == numbers.top_level
        if not reached:
            spells.set_level(rules, state, t, p, i64(person.level + 1))
            tools.note(week, tools.EVENT.STEP, p, person.level)
    spells.renew_factor(rules, state, p)
    return reached


@inlined
def _drop(rules: Rules, state: State, week: Week, p: int) -> None:
    """End a small job without work."""
    person = state.people[p]
    tools.note(week, tools.EVENT.DROP, p, person.level)
    week.month_counts[rules.numbers.small_job_drops + person.group] += 1
    state.diary[rows.STEP, u64(person.slot)] = NEVER
    spells.set_level(rules, state, week.t, p, i64(0))
    person.cool_until = week.t + rules.numbers.cool_weeks
    spells.mark_ready(rules, state, p)


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
    leaving = tools.list_few(lists.flags, count, lists.persons[rows.MOVING])
    for j in range(leaving):
        lists.persons[rows.MOVING, j] = state.cards[u64(lists.persons[rows.MOVING, j])].person
    state.town.found = 0
    for j in range(leaving):
        p = u64(lists.persons[rows.MOVING, j])
        slot = u64(state.people[p].slot)
        if state.hazards[rows.ACC, slot] >= state.hazards[rows.THRESHOLD, slot]:
            lists.persons[rows.FOUND, state.town.found] = p
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
        if rules.numbers.lasts:
            _add_lasting_hazards(rules, state, flags, t, start, stop)
        else:
            _add_hazards(rules, state, flags, t, start, stop)


@inlined
def _add_even_hazards(
    rules: Rules, curves: Curves, state: State, flags: Any, t: int, count: int
) -> None:
    """Do what `_add_hazards` does where persons differ in nothing but their boost."""
    hazards = state.hazards
    acc, boost = hazards[rows.ACC, :count], hazards[rows.BOOST, :count]
    threshold = hazards[rows.THRESHOLD, :count]
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
    pace, duration, weekly = state.hazards[rows.PACE], curves.duration, rules.weekly[t]
    spell_zero, desk = state.diary[rows.SPELL_ZERO, start:stop], state.diary[rows.DESK, start:stop]
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
    hazards, pace = state.hazards, state.hazards[rows.PACE]
    acc, boost = hazards[rows.ACC, start:stop], hazards[rows.BOOST, start:stop]
    factor, threshold = hazards[rows.FACTOR, start:stop], hazards[rows.THRESHOLD, start:stop]
    leave, leaving = state.diary[rows.LEAVE, start:stop], flags[start:stop]
    decay = rules.numbers.decay
    for i in range(stop - start):
        before = boost[i]
        after = acc[i] + (pace[i] * (1.0 + before)) * factor[i]
        acc[i] = after
        boost[i] = before * decay
        leaving[i] = (after >= threshold[i]) | (leave[i] <= t)


@inlined
def _add_lasting_hazards(
    rules: Rules, state: State, flags: Any, t: int, start: int, stop: int
) -> None:
    """Do what `_add_hazards` does where a boost lasts: ``(1 + boost) + lasting boost``."""
    hazards, pace = state.hazards, state.hazards[rows.PACE]
    acc, boost = hazards[rows.ACC, start:stop], hazards[rows.BOOST, start:stop]
    lasting, factor = hazards[rows.LASTING, start:stop], hazards[rows.FACTOR, start:stop]
    threshold, leave = hazards[rows.THRESHOLD, start:stop], state.diary[rows.LEAVE, start:stop]
    leaving, decay, lasting_decay = (
        flags[start:stop],
        rules.numbers.decay,
        rules.numbers.lasting_decay,
    )
    for i in range(stop - start):
        soon, long = boost[i], lasting[i]
        total = acc[i] + (pace[i] * ((1.0 + soon) + long)) * factor[i]
        acc[i] = total
        boost[i] = soon * decay
        lasting[i] = long * lasting_decay
        leaving[i] = (total >= threshold[i]) | (leave[i] <= t)


@inlined
def place(rules: Rules, curves: Curves, state: State, lists: Lists, week: Week, route: int) -> None:
    """Move those who found a job, by a route, from benefit into work."""
    found = lists.persons[rows.FOUND, : state.town.found]
    numbers, u = rules.numbers, lists.reals[rows.DRAWN]
    if numbers.jobs_end:
        for j in range(len(found)):
            person = state.people[u64(found[j])]
            tools.ask(lists, j, person, Stream.JOB_DURATION, person.jobs)
        tools.draw_asked(lists, len(found), state.town)
    for j in range(len(found)):
        p = u64(found[j])
        person = state.people[p]
        multiplier = rules.desks[u64(state.diary[rows.DESK, u64(person.slot)])].job_loss_multiplier
        if route == RAMP:
            multiplier = multiplier * numbers.job_loss_multiplier
        person.jobs += 1
        if numbers.jobs_end and multiplier > 0.0:
            _plan_job(rules, curves, state, week.t, p, -math.log(u[j]) / multiplier)
        person.route = route
        spells.end_spell(rules, state, week.t, p)
        state.present[numbers.employed_weeks + person.group * N_ROUTES + route] += 1
        week.month_counts[numbers.placements + person.group * N_ROUTES + route] += 1
        tools.note(week, tools.EVENT.PLACED, p, route)


@inlined
def _plan_job(rules: Rules, curves: Curves, state: State, t: int, p: int, reach: float) -> None:
    """Find the length of a job that begins next week, and the week of return if within the run."""
    loss = curves.job_loss[u64(state.people[p].group)]
    most = min(rules.numbers.weeks - t, len(loss) - 1)
    length = tools.first_reaching(loss, i64(1), most + 1, reach)
    if length <= most:
        state.people[p].worked = length
        spells.plan_return(rules, state, p, t + 1 + length)


@inlined
def _exit(rules: Rules, state: State, week: Week, p: int) -> None:
    """Let a person leave benefit for good."""
    group = state.people[p].group
    spells.end_spell(rules, state, week.t, p)
    state.present[rules.numbers.left_weeks + group * N_CAUSES + OTHER_EXIT] += 1
    week.month_counts[rules.numbers.other_exits + group] += 1
    if rules.numbers.meetings_settle and state.register[rows.SETTLED, p] == week.t:
        state.present[rules.numbers.meeting_left_weeks + group] += 1
    tools.note(week, tools.EVENT.OTHER_EXIT, p, 0)
