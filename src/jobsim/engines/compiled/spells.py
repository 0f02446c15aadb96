"""How a spell on benefit begins, changes and ends, compiled; and phases 1 to 3 of a week.

May import draws and its own folder. Slots, sets of marks and the counts in `present` and `cohort`
change here and nowhere else (but for the calendar of due weeks and the counts of those not on
benefit), so that what `state.py` promises holds again when a function of this file returns. Those
that take a person `p` need one on benefit, except `plan_spell` and `begin_spell`.

The order of a week is told in reference/engine.py; its phases 1 to 3 (entry and return, programme
size, admission) stand last. People come to benefit in phase 1 and leave it after the tally, so
slots stay as they are in between.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from jobsim.draws import NEVER, Stream
from jobsim.draws.compiled import i64, inlined, u64
from jobsim.engines.compiled import rows, tools
from jobsim.engines.compiled.rules import N_BANDS, N_CAUSES, N_ROUTES, Curves, Rules
from jobsim.engines.compiled.state import OLDEST, WORD, Lists, State, Week
from jobsim.engines.roster import POOL, STOCK
from jobsim.engines.tables import NOT_RETURNED, ORDINARY, REGULAR, RESTART_WEEKS
from jobsim.vocabulary import BAND_EDGES

_FIRST_EDGE, _SECOND_EDGE, _ = BAND_EDGES
"""Weeks on the ladder that part the bands; the last one is `OLDEST`."""


@inlined
def plan_spell(rules: Rules, state: State, p: int, u6: float, u7: float) -> None:
    """Find threshold and weeks to another exit of the spell that begins next."""
    person = state.people[p]
    group = rules.desks[u64(person.group)]
    divisor = group.hazard * person.frailty
    person.threshold = -math.log(u6) / divisor if divisor > 0.0 else np.inf
    person.leave = tools.weeks_until(-math.log(u7), group.other_exit)


@inlined
def begin_spell(
    rules: Rules, state: State, t: int, p: int, elapsed: int, due: int, seen: int
) -> None:
    """Put a person on benefit, in the regular track.

    So many weeks of the spell have passed and so many meetings been held; the next is `due`.
    """
    person, hazards, diary = state.people[p], state.hazards, state.diary
    i = u64(state.town.on_benefit)
    state.town.on_benefit += 1
    person.spells += 1
    person.slot = i
    person.level = 0
    person.experienced = 0
    person.ladder_zero = t - person.ladder
    hazards[rows.ACC, i] = 0.0
    hazards[rows.THRESHOLD, i] = person.threshold
    hazards[rows.BOOST, i] = 0.0
    hazards[rows.LASTING, i] = 0.0
    diary[rows.SPELL_ZERO, i] = person.group * rules.numbers.duration_weeks - t + elapsed
    diary[rows.LEAVE, i] = t + person.leave
    diary[rows.DUE, i] = due
    diary[rows.DESK, i] = person.group
    diary[rows.STEP, i] = NEVER
    card = state.cards[i]
    card.person = p
    card.k = person.k
    card.who = person.who
    card.calls = person.calls
    card.held = seen
    card.seen = seen
    for q in range(rules.numbers.programmes):
        tools.unmark(state.marks[u64(rules.numbers.programmes + q)], p)
    mark_eligible(rules, state, p)
    mark_ready(rules, state, p)
    renew_factor(rules, state, p)
    count_cell(rules, state, t, p, i64(1))
    state.register[rows.CALENDAR, u64(due)] += 1


@inlined
def end_spell(rules: Rules, state: State, t: int, p: int) -> None:
    """Take a person off benefit; the last slot moves into the free one."""
    person, hazards, diary = state.people[p], state.hazards, state.diary
    slot, last = u64(person.slot), u64(state.town.on_benefit - 1)
    count_cell(rules, state, t, p, i64(-1))
    count_in_track(rules, state, rules.desks[u64(diary[rows.DESK, slot])].track, i64(-1))
    state.register[rows.CALENDAR, u64(diary[rows.DUE, slot])] -= 1
    unmark_eligible(rules, state, p)
    unmark_ready(rules, state, p)
    state.town.holders -= int(person.level > 0)
    state.town.on_benefit -= 1
    person.level = 0
    person.ladder = t + 1 - person.ladder_zero
    person.calls = state.cards[slot].calls
    state.people[u64(state.cards[last].person)].slot = slot
    state.cards[slot] = state.cards[last]
    for row in range(rows.PACE):  # the last row, which every week finds anew
        hazards[row, slot] = hazards[row, last]
    for row in range(rows.STEP + 1):
        diary[row, slot] = diary[row, last]
    person.slot = -1


@inlined
def count_in_track(rules: Rules, state: State, track: int, change: int) -> None:
    """Change the number of participants, if the track is a programme."""
    if track > REGULAR:
        state.present[rules.numbers.participant_weeks + track - 1] += change


@inlined
def number_in_track(rules: Rules, state: State, track: int) -> int:
    """Persons on benefit in a track."""
    inside = rules.numbers.participant_weeks
    if track > REGULAR:
        return i64(state.present[inside + track - 1])
    number = i64(state.town.on_benefit)
    for q in range(rules.numbers.programmes):
        number -= state.present[inside + q]
    return number


@inlined
def move_to_track(rules: Rules, state: State, p: int, track: int, seen: int) -> None:
    """Move a person between tracks, where so many meetings count as seen."""
    person, diary = state.people[p], state.diary
    slot = u64(person.slot)
    count_in_track(rules, state, rules.desks[u64(diary[rows.DESK, slot])].track, i64(-1))
    count_in_track(rules, state, track, i64(1))
    diary[rows.DESK, slot] = track * rules.numbers.groups + person.group
    state.cards[slot].seen = seen
    if track == REGULAR:
        mark_eligible(rules, state, p)
    else:
        unmark_eligible(rules, state, p)


@inlined
def mark_eligible(rules: Rules, state: State, p: int) -> None:
    """Mark whoever is in the regular track where programmes may admit them."""
    programmes, group = rules.numbers.programmes, state.people[p].group
    for q in range(programmes):
        admits = rules.desks[u64((q + 1) * rules.numbers.groups + group)].admits
        if admits and not tools.is_marked(state.marks[u64(programmes + q)], p):
            tools.mark(state.marks[u64(q)], state.ranks[u64(2 * q), p])


@inlined
def unmark_eligible(rules: Rules, state: State, p: int) -> None:
    """Take the marks away."""
    for q in range(rules.numbers.programmes):
        tools.unmark(state.marks[u64(q)], state.ranks[u64(2 * q), p])


@inlined
def mark_ready(rules: Rules, state: State, p: int) -> None:
    """Mark whoever can take a small job as soon as they have cooled off."""
    person, programmes = state.people[p], rules.numbers.programmes
    if rules.numbers.any_openings and person.cap >= 1:
        tools.mark(
            state.marks[u64(2 * programmes + person.group)], state.ranks[u64(2 * programmes), p]
        )


@inlined
def unmark_ready(rules: Rules, state: State, p: int) -> None:
    """Take the mark away."""
    programmes = rules.numbers.programmes
    if rules.numbers.any_openings:
        ready = state.marks[u64(2 * programmes + state.people[p].group)]
        tools.unmark(ready, state.ranks[u64(2 * programmes), p])


@inlined
def set_level(rules: Rules, state: State, t: int, p: int, level: int) -> None:
    """Change a person's level, and the factor with it."""
    person = state.people[p]
    state.town.holders += int(level > 0) - int(person.level > 0)
    count_cell(rules, state, t, p, i64(-1))
    person.level = level
    count_cell(rules, state, t, p, i64(1))
    renew_factor(rules, state, p)


@inlined
def renew_factor(rules: Rules, state: State, p: int) -> None:
    """Multiply supports, small job and experience into one factor, in that order."""
    person = state.people[p]
    factor = person.support_factor
    if person.level > 0:
        factor = factor * rules.desks[u64(person.group)].small_job_multiplier
    if person.experienced:
        factor = factor * rules.numbers.experience_multiplier
    state.hazards[rows.FACTOR, u64(person.slot)] = factor


@inlined
def count_cell(rules: Rules, state: State, t: int, p: int, change: int) -> None:
    """Change the number on benefit in the person's group, refund band and level."""
    person, levels = state.people[p], rules.numbers.levels
    ladder = t - person.ladder_zero
    band = int(ladder >= _FIRST_EDGE) + int(ladder >= _SECOND_EDGE) + int(ladder >= OLDEST)
    cell = (person.group * N_BANDS + band) * levels + person.level
    state.present[u64(rules.numbers.benefit_weeks + cell)] += change
    week = max(person.ladder_zero + OLDEST, 0)
    place = (week * rules.numbers.groups + person.group) * levels + person.level
    state.cohort[u64(place)] += change


@inlined
def shift_bands(rules: Rules, state: State, t: int) -> None:
    """Move to the next refund band whoever reaches it this week."""
    levels = rules.numbers.levels
    for band in range(1, N_BANDS):
        first = (t - BAND_EDGES[band - 1] + OLDEST) * rules.numbers.groups * levels
        for g in range(rules.numbers.groups):
            start = rules.numbers.benefit_weeks + (g * N_BANDS + band) * levels
            for level in range(levels):
                count = state.cohort[first + g * levels + level]
                state.present[start - levels + level] -= count
                state.present[start + level] += count


@inlined
def enter(rules: Rules, curves: Curves, state: State, week: Week, first: Any) -> None:
    """Begin the spells of this week's entry, listed from `first`; put the pool to work."""
    weeks = rules.numbers.weeks
    for g in range(rules.numbers.groups):
        for p in range(first[g, week.t], first[g, week.t + 1]):
            _enter_one(rules, curves, state, week, u64(p))
        if week.t == 0:
            for p in range(first[g, weeks], first[g, weeks + 1]):
                _enter_one(rules, curves, state, week, u64(p))


@inlined
def _enter_one(rules: Rules, curves: Curves, state: State, week: Week, p: int) -> None:
    person, t = state.people[p], week.t
    origin, level = i64(person.who) >> 8, i64(person.level)
    if origin == POOL:
        _start_employed(rules, state, p)
        tools.note(week, tools.EVENT.START_EMPLOYED, p, person.elapsed)
        return
    elapsed, due, seen = i64(0), i64(t + rules.numbers.first_meeting_weeks), i64(0)
    if origin == STOCK:
        elapsed, due = i64(person.elapsed), i64(person.first_due)
        seen = i64(rules.desks[u64(person.group)].entries)
    begin_spell(rules, state, t, p, elapsed, due, seen)
    if origin == STOCK:
        if rules.numbers.lasts:
            weeks_so_far = person.group * rules.numbers.duration_weeks + elapsed
            state.hazards[rows.LASTING, u64(person.slot)] = curves.past[u64(weeks_so_far)]
        tools.note(week, tools.EVENT.START, p, person.elapsed)
        if level > 0:
            _continue_small_job(rules, state, week, p, level)
    else:
        week.month_counts[rules.numbers.arrivals + person.group] += 1
        tools.note(week, tools.EVENT.ENTER, p, 0)


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
        state.register[rows.LATER, p] = state.register[rows.RETURNING, week_of_return]
        state.register[rows.RETURNING, week_of_return] = p


@inlined
def _continue_small_job(rules: Rules, state: State, week: Week, p: int, level: int) -> None:
    """Put one of the stock in the middle of the small job in which week 0 finds them."""
    person, numbers = state.people[p], rules.numbers
    person.steps = level - 1
    person.started = -numbers.step_weeks * level
    person.experienced = numbers.step_weeks * level >= numbers.experience_weeks
    state.diary[rows.STEP, u64(person.slot)] = person.first_step
    unmark_ready(rules, state, p)
    set_level(rules, state, week.t, p, level)
    tools.note(week, tools.EVENT.START_SMALL_JOB, p, level)


@inlined
def come_back(rules: Rules, state: State, lists: Lists, week: Week) -> None:
    """Bring back to benefit, or lose for good, whoever's job ends this week."""
    count, p = i64(0), i64(state.register[rows.RETURNING, week.t])
    while p >= 0:
        person = state.people[u64(p)]
        lists.persons[rows.MOVING, count] = p
        tools.ask(lists, 3 * count, person, Stream.RETURN, person.job_ends)
        tools.ask(lists, 3 * count + 1, person, Stream.JOB_THRESHOLD, person.spells)
        tools.ask(lists, 3 * count + 2, person, Stream.OTHER_EXIT, person.spells)
        count += 1
        p = i64(state.register[rows.LATER, u64(p)])
    tools.draw_asked(lists, 3 * count, state.town)
    for j in range(count):
        u = lists.reals[rows.DRAWN, 3 * j : 3 * j + 3]
        _end_job(rules, state, week, u64(lists.persons[rows.MOVING, j]), u)


@inlined
def _end_job(rules: Rules, state: State, week: Week, p: int, u: Any) -> None:
    person, numbers = state.people[p], rules.numbers
    group = person.group
    state.present[numbers.employed_weeks + group * N_ROUTES + person.route] -= 1
    person.away += person.worked
    person.job_ends += 1
    if u[0] < rules.desks[u64(group)].return_share:
        week.month_counts[numbers.returns + group] += 1
        tools.note(week, tools.EVENT.RETURN, p, person.worked)
        if person.away >= RESTART_WEEKS:
            person.ladder = 0
            person.away = 0
        plan_spell(rules, state, p, u[1], u[2])
        first_due = week.t + numbers.first_meeting_weeks
        begin_spell(rules, state, week.t, p, i64(0), first_due, i64(0))
    else:
        state.present[numbers.left_weeks + group * N_CAUSES + NOT_RETURNED] += 1
        week.month_counts[numbers.not_returned + group] += 1
        tools.note(week, tools.EVENT.NOT_RETURNED, p, person.worked)


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
        inside = rules.desks[u64(state.diary[rows.DESK, i])].track == track
        if inside and person.admitted <= last_admission:
            tools.mark(state.marks[rules.numbers.programmes + track - 1], p)
            move_to_track(rules, state, p, i64(REGULAR), rules.desks[u64(person.group)].entries)
            tools.note(week, tools.EVENT.PROGRAMME_END, p, track)


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
            _admit_one(rules, state, week, q, word * WORD + tools.least(marks))
            admitted += 1
        week.month_counts[rules.numbers.admissions + q] += admitted


@inlined
def _admit_one(rules: Rules, state: State, week: Week, q: int, rank: int) -> None:
    p = u64(state.ranks[2 * q + 1, rank])
    person = state.people[p]
    move_to_track(rules, state, p, q + 1, i64(0))
    person.admitted = week.t
    slot = u64(person.slot)
    state.diary[rows.DUE, slot] = min(state.diary[rows.DUE, slot], week.t)
    tools.note(week, tools.EVENT.ADMITTED, p, q + 1)
