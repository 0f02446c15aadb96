"""Supports of phase 4, compiled: who gets one, and when it begins to work.

May import draws and its own folder.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws.compiled import at, inlined
from jobsim.draws.inverse import NEVER
from jobsim.engines.compiled.notes import CODE, note
from jobsim.engines.compiled.rules import Aid, Rules
from jobsim.engines.compiled.sorting import mark, take_first
from jobsim.engines.compiled.spells import renew_factor
from jobsim.engines.compiled.state import BY_NUMBER, NUMBER, WAITING, Helped, Lists, State

Row = npt.NDArray[np.int64]

_SUPPORT = CODE["support"]
_LEFT, _MADE, _WORKING = range(3)
"""Columns of `Helped.counts`."""


@inlined
def grant_supports(
    rules: Rules,
    aid: Aid,
    state: State,
    helped: Helped,
    lists: Lists,
    row: Row,
    t: int,
    notes: Any,
) -> None:
    """Grant supports to those met this week, and let the granted ones begin to work."""
    year = rules.weekly[t, 0].year
    for s in range(rules.numbers.supports):
        counts = helped.counts[s]
        if t == 0 or year != rules.weekly[t - 1, 0].year:
            counts[_LEFT] = aid.grants[s, year]
        if counts[_LEFT] > 0:
            asking = _ask(aid, state, helped, lists.persons[WAITING, : state.town.met], s)
            given = min(asking, counts[_LEFT])
            for _ in range(given):
                _grant(rules, aid, state, helped, s, t, notes)
            row[rules.numbers.supports_granted + s] += given
        _begin_to_work(rules, aid, state, helped, s, t)


@inlined
def _ask(aid: Aid, state: State, helped: Helped, met: Any, s: int) -> int:
    """Mark by number those met who need the support; return how many."""
    marks = state.marks[len(state.marks) - 1]
    asking = 0
    for i in met:
        p = at(state.cards[at(i)].person)
        if helped.people[s, p].needs and aid.shares[s, at(state.people[p].group)].listed:
            if asking == 0:
                marks[:] = 0
            mark(marks, at(state.register[NUMBER, p]))
            asking += 1
    return asking


@inlined
def _grant(
    rules: Rules, aid: Aid, state: State, helped: Helped, s: int, t: int, notes: Any
) -> None:
    """Give the support to the first of those marked."""
    p = at(state.register[BY_NUMBER, at(take_first(state.marks[len(state.marks) - 1]))])
    counts, had = helped.counts[s], helped.people[s, p]
    had.needs = 0
    had.works_from = t + aid.kinds[s].lead_weeks
    helped.granted[s, counts[_MADE]] = p
    counts[_MADE] += 1
    counts[_LEFT] -= 1
    _renew_help(rules, aid, state, helped, t, p)
    note(notes, _SUPPORT, t, p, s)


@inlined
def _begin_to_work(rules: Rules, aid: Aid, state: State, helped: Helped, s: int, t: int) -> None:
    """Renew the factor of those whose support begins to work; the first granted come first."""
    counts = helped.counts[s]
    while counts[_WORKING] < counts[_MADE]:
        p = at(helped.granted[s, counts[_WORKING]])
        if helped.people[s, p].works_from > t:
            break
        counts[_WORKING] += 1
        _renew_help(rules, aid, state, helped, t, p)


@inlined
def _renew_help(rules: Rules, aid: Aid, state: State, helped: Helped, t: int, p: int) -> None:
    """Multiply what supports at work do, and those still in their lead weeks."""
    help_ = 1.0
    for s in range(rules.numbers.supports):
        works_from = helped.people[s, p].works_from
        if works_from <= t:
            help_ = help_ * aid.kinds[s].multiplier
        elif works_from < NEVER:
            help_ = help_ * aid.kinds[s].lock_in
    state.people[p].help = help_
    if state.people[p].slot >= 0:
        renew_factor(rules, state, p)
