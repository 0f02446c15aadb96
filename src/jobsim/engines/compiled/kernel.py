"""The compiled engine's kernel: one function plays one replication, all phases of every week.

May import draws and its own folder. It validates nothing and allocates nothing; everything it
calls is inlined into it. Whatever a replication reads, it has written itself or `_reset` has
emptied: nothing of the replication before is seen.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numba
import numpy as np

from jobsim.draws.compiled import STRICT, inlined
from jobsim.engines.compiled import jobs, meetings, roster, rows, spells
from jobsim.engines.compiled.kept import keep
from jobsim.engines.compiled.rules import KernelTables, Rules
from jobsim.engines.compiled.state import Lists, State, Week, Workspace
from jobsim.engines.compiled.tools import name_persons
from jobsim.engines.tables import ORDINARY, RAMP


@inlined
def _reset(rules: Rules, state: State, lists: Lists, notes: Any) -> None:
    """Empty the town before week 0, and find the orders that its rules ask for."""
    state.town.on_benefit = 0
    state.town.holders = 0
    state.town.first_due = 0
    state.town.numbered = 0
    state.present[:] = 0
    state.cohort[:] = 0
    state.register[rows.CALENDAR] = 0
    state.marks[:] = 0
    state.register[rows.RETURNING] = -1
    if rules.numbers.meetings_settle:
        state.register[rows.MET] = 0
        state.register[rows.SETTLED] = -1
    if rules.numbers.ties or notes is not None:
        roster.number_persons(rules, state, lists)
    if rules.numbers.any_openings:
        roster.rank_for_openings(rules, state, lists)
    for q in range(rules.numbers.programmes):
        roster.rank_for_admission(rules, state, lists, q)


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
        state, support_state, lists, listing = memory
        state.town.seed_low = seed & np.uint64(0xFFFFFFFF)
        state.town.seed_high = seed >> np.uint64(32)
        for i in range(len(replications)):
            state.town.replication = np.uint64(replications[i])
            roster.draw_numbers(rules, luck, listing, lists, state.town)
            roster.list_persons(rules, state, listing, lists.words)
            roster.draw_traits(rules, curves, luck, state, listing, lists)
            roster.draw_needs(rules, aid, support_state, listing, lists, state.town)
            _reset(rules, state, lists, notes)
            for t in range(rules.numbers.weeks):
                week = Week(t, volumes[i, rules.weekly[t, 0].month], notes)
                spells.shift_bands(rules, state, t)
                spells.enter(rules, curves, state, week, listing.first)
                spells.come_back(rules, state, lists, week)
                spells.shrink_programmes(rules, state, week)
                spells.admit(rules, state, week)
                meetings.meet(rules, curves, state, lists, week)
                meetings.grant_supports(rules, aid, state, support_state, lists, week)
                jobs.open_small_jobs(rules, state, week, listing.openings)
                jobs.step_ramps(rules, curves, state, lists, week)
                jobs.tally(rules, state, week)
                for route in (RAMP, ORDINARY):
                    if route == ORDINARY:
                        jobs.find_jobs(rules, curves, state, lists, week)
                    jobs.place(rules, curves, state, lists, week, route)
            name_persons(notes, state.register[rows.NUMBER])
        return version  # names the code that was compiled: code kept from another is not used

    compiled = numba.njit(**STRICT)(play_some)
    return keep(compiled, version) if cache else compiled


def files_read() -> list[Path]:
    """Every file whose functions, constants or order of names become part of compiled code."""
    package = Path(__file__).parents[2]
    folders = [package / "engines" / "compiled", package / "engines", package / "draws"]
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    return [*files, package / "arrays.py", package / "vocabulary.py"]


def _version() -> int:
    """Fingerprint of those files."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files_read())).digest()
    return int.from_bytes(digest[:7])
