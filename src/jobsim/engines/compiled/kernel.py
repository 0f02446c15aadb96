"""The compiled engine's kernel: one function plays one replication, all phases of every week.

May import draws and its own folder. It validates nothing and allocates nothing; everything it
calls is inlined into it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numba
import numpy as np

from jobsim import draws
from jobsim.draws.compiled import STRICT, inlined
from jobsim.engines.compiled.entries import admit, come_back, enter, shrink_programmes
from jobsim.engines.compiled.exits import ORDINARY, RAMP, find_jobs, place, tally
from jobsim.engines.compiled.meetings import meet
from jobsim.engines.compiled.notes import name_persons
from jobsim.engines.compiled.person_order import (
    number_persons,
    rank_for_admission,
    rank_for_openings,
)
from jobsim.engines.compiled.ramps import open_small_jobs, step_ramps
from jobsim.engines.compiled.roster import draw_needs, draw_numbers, draw_traits, list_persons
from jobsim.engines.compiled.rules import KernelTables, Rules
from jobsim.engines.compiled.spells import shift_bands
from jobsim.engines.compiled.state import (
    CALENDAR,
    NUMBER,
    RETURNING,
    Helped,
    Lists,
    State,
    Workspace,
)
from jobsim.engines.compiled.supports import grant_supports


@inlined
def reset(rules: Rules, state: State, helped: Helped, lists: Lists, notes: Any) -> None:
    """Empty the town before week 0, and find the orders that its rules ask for."""
    state.town.on_benefit = 0
    state.town.holders = 0
    state.town.first_due = 0
    state.town.numbered = 0
    state.present[:] = 0
    state.cohort[:] = 0
    state.register[CALENDAR] = 0
    state.marks[:] = 0
    state.register[RETURNING] = -1
    helped.counts[:] = 0
    if rules.numbers.ties or notes is not None:
        number_persons(rules, state, lists)
    if rules.numbers.any_openings:
        rank_for_openings(rules, state, lists)
    for q in range(rules.numbers.programmes):
        rank_for_admission(rules, state, lists, q)


def kernel(*, cache: bool = True) -> Any:
    """Compile the function that plays some replications; `cache` keeps its code on disk.

    Raises
    ------
    RuntimeError
        If the code is to be kept and there is no folder to keep it in.
    """
    version = _version()

    def play_some(
        book: KernelTables,
        memory: Workspace,
        seed: Any,
        replications: Any,
        volumes: Any,
        notes: Any,
    ) -> int:
        rules, curves, aid, luck = book
        state, helped, lists, listing = memory
        state.town.seed_low = seed & np.uint64(0xFFFFFFFF)
        state.town.seed_high = seed >> np.uint64(32)
        for i in range(len(replications)):
            state.town.replication = np.uint64(replications[i])
            draw_numbers(rules, luck, listing, lists, state.town)
            list_persons(rules, state, listing, lists.words)
            draw_traits(rules, curves, luck, state, listing, lists)
            draw_needs(rules, aid, helped, listing, lists, state.town)
            reset(rules, state, helped, lists, notes)
            for t in range(rules.numbers.weeks):
                row = volumes[i, rules.weekly[t, 0].month]
                shift_bands(rules, state, t)
                enter(rules, state, row, t, listing.first, notes)
                come_back(rules, state, lists, row, t, notes)
                shrink_programmes(rules, state, t, notes)
                admit(rules, state, row, t, notes)
                meet(rules, curves, state, lists, row, t, notes)
                grant_supports(rules, aid, state, helped, lists, row, t, notes)
                open_small_jobs(rules, state, row, listing.openings, t, notes)
                step_ramps(rules, curves, state, lists, row, t, notes)
                tally(rules, state, row, t)
                for route in (RAMP, ORDINARY):
                    if route == ORDINARY:
                        find_jobs(rules, curves, state, lists, row, t, notes)
                    place(rules, curves, state, lists, row, t, route, notes)
            name_persons(notes, state.register[NUMBER])
        return version  # names the code that was compiled: code kept from another is not used

    return numba.njit(cache=cache, **STRICT)(play_some)


def _version() -> int:
    """Fingerprint of every file that takes part in the kernel."""
    folders = [Path(__file__).parent, Path(draws.__file__).parent]
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()
    return int.from_bytes(digest[:7])
