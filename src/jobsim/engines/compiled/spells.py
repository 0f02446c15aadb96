"""How a spell on benefit begins, changes and ends, compiled.

May import draws and its own folder. Whoever is on benefit has a slot; what is counted by
group, refund band and level is kept up to date here as people move.
"""

from __future__ import annotations

import math

import numpy as np

from jobsim.draws.compiled import at, inlined, whole
from jobsim.draws.inverse import NEVER
from jobsim.engines.compiled.rules import Rules
from jobsim.engines.compiled.sorting import is_marked, mark, unmark
from jobsim.engines.compiled.state import (
    ACC,
    BOOST,
    CALENDAR,
    DESK,
    DUE,
    FACTOR,
    LEAVE,
    PLACE,
    STEP,
    THRESHOLD,
    State,
)
from jobsim.engines.compiled.traits import weeks_until

_OLDEST = 52
"""Weeks on the ladder after which the refund band changes no more."""


@inlined
def plan_spell(rules: Rules, state: State, p: int, u6: float, u7: float) -> None:
    """Find threshold and weeks to another exit of the spell that begins next."""
    one = state.people[p]
    group = rules.desks[at(one.group)]
    divisor = group.hazard * one.frailty
    one.threshold = -math.log(u6) / divisor if divisor > 0.0 else np.inf
    one.leave = weeks_until(-math.log(u7), group.other_exit)


@inlined
def begin_spell(
    rules: Rules, state: State, t: int, p: int, elapsed: int, due: int, seen: int
) -> None:
    """Put a person on benefit, in the regular track.

    So many weeks of the spell have passed and so many meetings been held; the next is `due`.
    """
    one, pace, diary = state.people[p], state.pace, state.diary
    i = at(state.town.on_benefit)
    state.town.on_benefit += 1
    one.spells += 1
    one.slot = i
    one.level = 0
    one.experienced = 0
    one.ladder_zero = t - one.ladder
    pace[ACC, i] = 0.0
    pace[THRESHOLD, i] = one.threshold
    pace[BOOST, i] = 0.0
    diary[PLACE, i] = one.group * rules.numbers.duration_weeks - t + elapsed
    diary[LEAVE, i] = t + one.leave
    diary[DUE, i] = due
    diary[DESK, i] = one.group
    diary[STEP, i] = NEVER
    card = state.cards[i]
    card.person = p
    card.k = one.k
    card.who = one.who
    card.calls = one.calls
    card.held = seen
    card.seen = seen
    for q in range(rules.numbers.programmes):
        unmark(state.marks[at(rules.numbers.programmes + q)], p)
    mark_eligible(rules, state, p)
    mark_ready(rules, state, p)
    renew_factor(rules, state, p)
    count_cell(rules, state, t, p, whole(1))
    state.register[CALENDAR, at(due)] += 1


@inlined
def end_spell(rules: Rules, state: State, t: int, p: int) -> None:
    """Take a person off benefit; the last slot moves into the free one."""
    one, pace, diary = state.people[p], state.pace, state.diary
    slot, last = at(one.slot), at(state.town.on_benefit - 1)
    count_cell(rules, state, t, p, whole(-1))
    count_in_track(rules, state, rules.desks[at(diary[DESK, slot])].track, whole(-1))
    state.register[CALENDAR, at(diary[DUE, slot])] -= 1
    unmark_eligible(rules, state, p)
    unmark_ready(rules, state, p)
    state.town.holders -= int(one.level > 0)
    state.town.on_benefit -= 1
    one.level = 0
    one.ladder = t + 1 - one.ladder_zero
    one.calls = state.cards[slot].calls
    state.people[at(state.cards[last].person)].slot = slot
    state.cards[slot] = state.cards[last]
    for row in range(4):
        pace[row, slot] = pace[row, last]
    for row in range(5):
        diary[row, slot] = diary[row, last]
    one.slot = -1


@inlined
def count_in_track(rules: Rules, state: State, track: int, change: int) -> None:
    """Change the number of participants, if the track is a programme."""
    if track > 0:
        state.present[rules.numbers.participant_weeks + track - 1] += change


@inlined
def number_in_track(rules: Rules, state: State, track: int) -> int:
    """Persons on benefit in a track."""
    inside = rules.numbers.participant_weeks
    if track > 0:
        return whole(state.present[inside + track - 1])
    number = whole(state.town.on_benefit)
    for q in range(rules.numbers.programmes):
        number -= state.present[inside + q]
    return number


@inlined
def move_to_track(rules: Rules, state: State, p: int, track: int, seen: int) -> None:
    """Move a person between tracks, where so many meetings count as seen."""
    one, diary = state.people[p], state.diary
    slot = at(one.slot)
    count_in_track(rules, state, rules.desks[at(diary[DESK, slot])].track, whole(-1))
    count_in_track(rules, state, track, whole(1))
    diary[DESK, slot] = track * rules.numbers.groups + one.group
    state.cards[slot].seen = seen
    if track == 0:
        mark_eligible(rules, state, p)
    else:
        unmark_eligible(rules, state, p)


@inlined
def mark_eligible(rules: Rules, state: State, p: int) -> None:
    """Mark whoever is in the regular track where programmes may admit them."""
    programmes, group = rules.numbers.programmes, state.people[p].group
    for q in range(programmes):
        admits = rules.desks[at((q + 1) * rules.numbers.groups + group)].admits
        if admits and not is_marked(state.marks[at(programmes + q)], p):
            mark(state.marks[at(q)], state.ranks[at(2 * q), p])


@inlined
def unmark_eligible(rules: Rules, state: State, p: int) -> None:
    """Take the marks away."""
    for q in range(rules.numbers.programmes):
        unmark(state.marks[at(q)], state.ranks[at(2 * q), p])


@inlined
def mark_ready(rules: Rules, state: State, p: int) -> None:
    """Mark whoever can take a small job as soon as they have cooled off."""
    one, programmes = state.people[p], rules.numbers.programmes
    if rules.numbers.any_openings and one.cap >= 1:
        mark(state.marks[at(2 * programmes + one.group)], state.ranks[at(2 * programmes), p])


@inlined
def unmark_ready(rules: Rules, state: State, p: int) -> None:
    """Take the mark away."""
    programmes = rules.numbers.programmes
    if rules.numbers.any_openings:
        ready = state.marks[at(2 * programmes + state.people[p].group)]
        unmark(ready, state.ranks[at(2 * programmes), p])


@inlined
def set_level(rules: Rules, state: State, t: int, p: int, level: int) -> None:
    """Change a person's level, and the factor with it."""
    one = state.people[p]
    state.town.holders += int(level > 0) - int(one.level > 0)
    count_cell(rules, state, t, p, whole(-1))
    one.level = level
    count_cell(rules, state, t, p, whole(1))
    renew_factor(rules, state, p)


@inlined
def renew_factor(rules: Rules, state: State, p: int) -> None:
    """Multiply supports, small job and experience into one factor, in that order."""
    one = state.people[p]
    factor = one.help
    if one.level > 0:
        factor = factor * rules.desks[at(one.group)].small_job_multiplier
    if one.experienced:
        factor = factor * rules.numbers.experience_multiplier
    state.pace[FACTOR, at(one.slot)] = factor


@inlined
def count_cell(rules: Rules, state: State, t: int, p: int, change: int) -> None:
    """Change the number on benefit in the person's group, refund band and level."""
    one, levels = state.people[p], rules.numbers.levels
    ladder = t - one.ladder_zero
    band = int(ladder >= 4) + int(ladder >= 26) + int(ladder >= _OLDEST)
    cell = (one.group * 4 + band) * levels + one.level
    state.present[at(rules.numbers.benefit_weeks + cell)] += change
    week = max(one.ladder_zero + _OLDEST, 0)
    place = (week * rules.numbers.groups + one.group) * levels + one.level
    state.cohort[at(place)] += change


@inlined
def shift_bands(rules: Rules, state: State, t: int) -> None:
    """Move to the next refund band whoever reaches it this week."""
    levels = rules.numbers.levels
    for edge, band in ((4, 1), (26, 2), (_OLDEST, 3)):
        first = (t - edge + _OLDEST) * rules.numbers.groups * levels
        for g in range(rules.numbers.groups):
            start = rules.numbers.benefit_weeks + (g * 4 + band) * levels
            for level in range(levels):
                count = state.cohort[first + g * levels + level]
                state.present[start - levels + level] -= count
                state.present[start + level] += count
