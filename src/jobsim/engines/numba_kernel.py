"""The compiled engine's kernel: one function plays one replication, all phases of every week.

May import draws and the modules numba_*. It validates nothing and allocates nothing; everything it
calls is inlined into it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numba
import numpy as np

from jobsim import draws
from jobsim.draws.compiled import STRICT, inlined, whole
from jobsim.engines.numba_entries import admit, come_back, enter, shrink_programmes
from jobsim.engines.numba_exits import RAMP, find_jobs, place, tally
from jobsim.engines.numba_meetings import meet
from jobsim.engines.numba_ramps import open_small_jobs, step_ramps
from jobsim.engines.numba_roster import (
    draw_needs,
    draw_numbers,
    draw_traits,
    list_persons,
    number_persons,
)
from jobsim.engines.numba_rules import ORDERS, Book, Rules
from jobsim.engines.numba_sorting import arrange
from jobsim.engines.numba_spells import shift_bands
from jobsim.engines.numba_state import POSITION, VALUE, Helped, Lists, Memory, State
from jobsim.engines.numba_supports import grant_supports

__all__ = ["kernel"]

_NEWEST, _RANDOM = ORDERS["newest_first"], ORDERS["random"]
_MOST, _LEAST = ORDERS["most_employable_first"], ORDERS["least_employable_first"]


@inlined
def reset(rules: Rules, state: State, helped: Helped, lists: Lists, count: int) -> None:
    """Empty the town before week 0."""
    state.town.on_benefit = 0
    state.town.holders = 0
    state.present[:] = 0
    state.cohort[:] = 0
    state.marks[:] = 0
    state.returning[:] = -1
    helped.counts[:] = 0
    for p in range(count):
        one = state.people[p]
        one.slot = -1
        one.away = 0
        one.cool_until = 0
        one.help = 1.0
        one.spells = 0
        one.jobs = 0
        one.calls = 0
        one.reviews = 0
        one.job_ends = 0
    for q in range(rules.numbers.programmes):
        rank_for_admission(rules, state, lists, q, count)
    if rules.numbers.any_openings:
        rank_for_openings(rules, state, lists, count)


@inlined
def rank_for_openings(rules: Rules, state: State, lists: Lists, count: int) -> None:
    """Rank everybody by queue order, then number."""
    for p in range(count):
        lists.reals[VALUE, p] = state.people[p].queue
        lists.persons[POSITION, p] = int(lists.reals[VALUE, p] * count)
    rank(state, lists, rules.numbers.programmes, count)


@inlined
def rank(state: State, lists: Lists, row: int, count: int) -> None:
    """Rank everybody by `VALUE`, then number; see `arrange` for `POSITION`."""
    order = state.ranks[2 * row + 1]
    arrange(order, lists.persons[POSITION], lists.reals[VALUE], lists.tally, count)
    for i in range(count):
        state.ranks[2 * row, order[i]] = i


@inlined
def rank_for_admission(rules: Rules, state: State, lists: Lists, q: int, count: int) -> None:
    """Rank everybody in the order in which programme q admits them."""
    value, position = lists.reals[VALUE], lists.persons[POSITION]
    order = rules.desks[(q + 1) * rules.numbers.groups].order
    for p in range(count):
        value[p] = state.people[p].lottery if order == _RANDOM else 0.0
        position[p] = int(value[p] * count) if order == _RANDOM else p
        if order == _NEWEST:
            position[p] = count - 1 - p
    if count > 0 and order in (_MOST, _LEAST):
        position_by_frailty(state, lists, order == _MOST, count)
    rank(state, lists, q, count)


@inlined
def position_by_frailty(state: State, lists: Lists, highest_first: bool, count: int) -> None:
    """Spread persons by the bits of their frailty, which rise as the number does."""
    value, position = lists.reals[VALUE, :count], lists.persons[POSITION]
    for p in range(count):
        value[p] = state.people[p].frailty
    bits = value.view(np.int64)
    least = most = bits[0]
    for p in range(count):
        least, most = min(least, bits[p]), max(most, bits[p])
    scale = (count - 1) / (float(most - least) + 1.0)
    for p in range(count):
        position[p] = int(float(bits[p] - least) * scale)
    if highest_first:
        for p in range(count):
            position[p] = count - 1 - position[p]
            value[p] = -value[p]


def kernel(*, cache: bool = True) -> Any:
    """Compile the function that plays some replications; `cache` keeps its code on disk.

    Raises
    ------
    RuntimeError
        If the code is to be kept and there is no folder to keep it in.
    """
    version = _version()

    def play_some(
        book: Book, memory: Memory, seed: Any, replications: Any, volumes: Any, notes: Any
    ) -> int:
        rules, curves, aid, luck = book
        state, helped, lists, listing = memory
        state.town.seed_low = seed & np.uint64(0xFFFFFFFF)
        state.town.seed_high = seed >> np.uint64(32)
        for i in range(len(replications)):
            state.town.replication = np.uint64(replications[i])
            draw_numbers(rules, luck, listing, lists, state.town)
            list_persons(rules, listing, lists.words)
            number_persons(rules, luck, state, listing, lists)
            draw_traits(rules, curves, luck, state, listing, lists)
            draw_needs(rules, aid, helped, listing, lists, state.town)
            reset(rules, state, helped, lists, listing.first[rules.numbers.weeks])
            for t in range(rules.numbers.weeks):
                row = volumes[i, rules.weekly[t, 0].month]
                shift_bands(rules, state, t)
                enter(rules, state, row, t, listing.first[t], listing.first[t + 1], notes)
                come_back(rules, state, lists, row, t, notes)
                shrink_programmes(rules, state, t, notes)
                admit(rules, state, row, t, notes)
                meet(rules, curves, state, lists, row, t, notes)
                grant_supports(rules, aid, state, helped, lists, row, t, notes)
                open_small_jobs(rules, state, row, listing.openings, t, notes)
                step_ramps(rules, curves, state, lists, row, t, notes)
                tally(rules, state, row, t)
                place(rules, curves, state, lists, row, t, whole(RAMP), notes)
                find_jobs(rules, curves, state, lists, row, t, notes)
        return version  # names the code that was compiled: code kept from another is not used

    return numba.njit(cache=cache, **STRICT)(play_some)


def _version() -> int:
    """Fingerprint of every file that takes part in the kernel."""
    folders = [Path(__file__).parent, Path(draws.__file__).parent]
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()
    return int.from_bytes(digest[:7])
