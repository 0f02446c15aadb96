"""Of those who took part in something, who is placed by the end of the run without it, too.

Histories of both worlds tell, person by person: a person is the same in both by name, which is what
the keys of all draws are made of. May import how histories are played.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.attributing.naive_readings import AT_ONCE
from jobsim.analysis.outcomes.accumulators import of_part
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.player import Plan
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.setting.case import Case
from jobsim.arrays import Floats
from jobsim.engines import histories
from jobsim.scenario import Scenario
from jobsim.vocabulary import SPELL_STARTS

if TYPE_CHECKING:
    import pandas as pd

_PERSON = ["replication", "group", "origin", "k"]
"""Columns that name a person in both worlds."""


@dataclass(frozen=True, eq=False)
class TookPart:
    """Who took part in a programme, got a grant or had a small job, each person once.

    Parameters
    ----------
    label : str
    persons : float64[replications]
    placed, placed_without : float64[replications]
        Of them, those placed in scenario and baseline at some time from the start of the spell in
        which they first took part to the end of the run.
    """

    label: str
    persons: Floats
    placed: Floats
    placed_without: Floats

    @property
    def share_placed(self) -> Spread:
        """Share of them who are placed by the end of the run."""
        return of_part(self.placed, self.persons)

    @property
    def share_without(self) -> Spread:
        """Share of them who are placed by then in the baseline, too."""
        return of_part(self.placed_without, self.persons)


def took_part(
    case: Case, plan: Plan, how: RunOptions, groups: Sequence[str]
) -> tuple[TookPart, ...]:
    """What there is to take part in, with those who did.

    Parameters
    ----------
    case : Case
    plan : Plan, the same as for the volumes
    how : RunOptions, complete
    groups : codes of groups, empty for all
    """
    kinds = list(_kinds(case.scenario))
    if not kinds:
        return ()
    many = plan.replications
    numbers = tuple(range(many)) if isinstance(many, int) else many
    parts = [numbers[i : i + AT_ONCE] for i in range(0, len(numbers), AT_ONCE)]
    found = in_order(partial(_counted, case, plan, tuple(groups)), parts, how, label="histories")
    counts = np.concatenate(found, axis=-1)  # [kind, what, replication]
    return tuple(TookPart(kind[0], *counts[place]) for place, kind in enumerate(kinds))


def _kinds(scenario: Scenario) -> Iterator[tuple[str, str, str, str]]:
    """Label, event, note of the histories in which its value is a place, and code there."""
    for code, programme in scenario.programmes.items():
        yield programme.label, "admitted", "tracks", code
    for code, support in scenario.supports.items():
        yield support.label, "support", "supports", code
    if scenario.small_jobs is not None:
        yield "Small jobs", "small_job", "", ""


def _counted(case: Case, plan: Plan, groups: tuple[str, ...], numbers: tuple[int, ...]) -> Floats:
    ours, theirs = (_events(one, plan, numbers) for one in (case.scenario, case.baseline))
    if groups:
        ours = ours[ours["group"].isin(groups)]
    placed, without = (_last_placed(one) for one in (ours, theirs))
    counts = []
    for _, event, note, code in _kinds(case.scenario):
        mine = ours[ours["event"] == event]
        if note:
            mine = mine[mine["value"] == list(ours.attrs[note]).index(code)]
        first = mine.drop_duplicates(_PERSON).set_index(_PERSON)["since"]
        flags = [np.ones(len(first), dtype=bool)]
        flags += [(last.reindex(first.index) >= first).to_numpy() for last in (placed, without)]
        future = np.searchsorted(numbers, first.index.get_level_values("replication"))
        counts.append([np.bincount(future[one], minlength=len(numbers)) for one in flags])
    return np.array(counts, dtype=np.float64)


def _events(scenario: Scenario, plan: Plan, numbers: tuple[int, ...]) -> pd.DataFrame:
    """Histories in the order of persons, groups by code, with the week a spell on benefit began."""
    events = histories(scenario, replications=numbers, seed=plan.seed, engine=plan.engine)
    order = np.lexsort((events["number"], events["replication"]))  # ties keep their order
    told = events.iloc[order].reset_index(drop=True)
    begun = told["event"].isin(SPELL_STARTS)
    told["since"] = told["week"].where(begun).ffill()
    codes = np.array(list(events.attrs["groups"]))
    told["group"] = codes[told["group"].to_numpy()]
    told.attrs = events.attrs
    return told


def _last_placed(events: pd.DataFrame) -> pd.Series:
    placed = events[events["event"] == "placed"]
    return placed.groupby(_PERSON)["week"].max()
