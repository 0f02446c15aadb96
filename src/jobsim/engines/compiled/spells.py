"""How a spell on benefit begins, changes and ends, compiled.

May import draws and its own folder. Slots, sets of marks and the counts in `present` and `cohort`
change here and nowhere else (but for the calendar of due weeks and the counts of those not on
benefit), so that what `state.py` promises holds again when a function of this file returns. Those
that take a person `p` need one on benefit, except `plan_spell` and `begin_spell`.
"""

from __future__ import annotations

import math

import numpy as np

from jobsim.draws.compiled import i64, inlined, u64
from jobsim.draws.inverse import NEVER
from jobsim.engines.compiled.rules import N_BANDS, Rules
from jobsim.engines.compiled.state import (
    ACC,
    BOOST,
    CALENDAR,
    DESK,
    DUE,
    FACTOR,
    LEAVE,
    OLDEST,
    PACE,
    SPELL_ZERO,
    STEP,
    THRESHOLD,
    State,
)
from jobsim.engines.compiled.tools import is_marked, mark, unmark, weeks_until
from jobsim.engines.tables import REGULAR
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
    person.leave = weeks_until(-math.log(u7), group.other_exit)


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
    hazards[ACC, i] = 0.0
    hazards[THRESHOLD, i] = person.threshold
    hazards[BOOST, i] = 0.0
    diary[SPELL_ZERO, i] = person.group * rules.numbers.duration_weeks - t + elapsed
    diary[LEAVE, i] = t + person.leave
    diary[DUE, i] = due
    diary[DESK, i] = person.group
    diary[STEP, i] = NEVER
    card = state.cards[i]
    card.person = p
    card.k = person.k
    card.who = person.who
    card.calls = person.calls
    card.held = seen
    card.seen = seen
    for q in range(rules.numbers.programmes):
        unmark(state.marks[u64(rules.numbers.programmes + q)], p)
    mark_eligible(rules, state, p)
    mark_ready(rules, state, p)
    renew_factor(rules, state, p)
    count_cell(rules, state, t, p, i64(1))
    state.register[CALENDAR, u64(due)] += 1


@inlined
def end_spell(rules: Rules, state: State, t: int, p: int) -> None:
    """Take a person off benefit; the last slot moves into the free one."""
    person, hazards, diary = state.people[p], state.hazards, state.diary
    slot, last = u64(person.slot), u64(state.town.on_benefit - 1)
    count_cell(rules, state, t, p, i64(-1))
    count_in_track(rules, state, rules.desks[u64(diary[DESK, slot])].track, i64(-1))
    state.register[CALENDAR, u64(diary[DUE, slot])] -= 1
    unmark_eligible(rules, state, p)
    unmark_ready(rules, state, p)
    state.town.holders -= int(person.level > 0)
    state.town.on_benefit -= 1
    person.level = 0
    person.ladder = t + 1 - person.ladder_zero
    person.calls = state.cards[slot].calls
    state.people[u64(state.cards[last].person)].slot = slot
    state.cards[slot] = state.cards[last]
    for row in range(PACE):  # the last row, which every week finds anew
        hazards[row, slot] = hazards[row, last]
    for row in range(STEP + 1):
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
    count_in_track(rules, state, rules.desks[u64(diary[DESK, slot])].track, i64(-1))
    count_in_track(rules, state, track, i64(1))
    diary[DESK, slot] = track * rules.numbers.groups + person.group
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
        if admits and not is_marked(state.marks[u64(programmes + q)], p):
            mark(state.marks[u64(q)], state.ranks[u64(2 * q), p])


@inlined
def unmark_eligible(rules: Rules, state: State, p: int) -> None:
    """Take the marks away."""
    for q in range(rules.numbers.programmes):
        unmark(state.marks[u64(q)], state.ranks[u64(2 * q), p])


@inlined
def mark_ready(rules: Rules, state: State, p: int) -> None:
    """Mark whoever can take a small job as soon as they have cooled off."""
    person, programmes = state.people[p], rules.numbers.programmes
    if rules.numbers.any_openings and person.cap >= 1:
        mark(state.marks[u64(2 * programmes + person.group)], state.ranks[u64(2 * programmes), p])


@inlined
def unmark_ready(rules: Rules, state: State, p: int) -> None:
    """Take the mark away."""
    programmes = rules.numbers.programmes
    if rules.numbers.any_openings:
        ready = state.marks[u64(2 * programmes + state.people[p].group)]
        unmark(ready, state.ranks[u64(2 * programmes), p])


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
    state.hazards[FACTOR, u64(person.slot)] = factor


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
