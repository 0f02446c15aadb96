"""How many found work while in a programme or a small job; may import engines.

Volumes count placements by group and route, not by track: who was inside when placed is read from
histories, a few replications at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.how import How
from jobsim.analysis.playing.player import Plan
from jobsim.analysis.playing.workers import in_order
from jobsim.engines import histories
from jobsim.scenario import Scenario

Floats = npt.NDArray[np.float64]

_AT_ONCE = 20
"""Replications whose histories are held in memory at a time."""
_SPELL = ("start", "enter", "return")


@dataclass(frozen=True)
class Inside:
    """Events by which a person comes inside and leaves."""

    begins: tuple[str, ...]
    ends: tuple[str, ...]


IN_PROGRAMME = Inside(("admitted",), ("programme_end",))
IN_SMALL_JOB = Inside(("small_job", "start_small_job"), ("drop",))


@dataclass(frozen=True)
class _Work:
    scenario: Scenario
    plan: Plan
    numbers: tuple[int, ...]
    inside: Inside
    groups: tuple[str, ...]
    year: int


def placed_inside(
    scenario: Scenario,
    plan: Plan,
    inside: Inside,
    *,
    groups: Sequence[str],
    year: int,
    how: How,
) -> Floats:
    """Placements of a calendar year of those who were inside when placed.

    Parameters
    ----------
    scenario : Scenario
    plan : Plan, the same as for the volumes
    inside : Inside
    groups : codes of groups, empty for all
    year : int
    how : How, complete

    Returns
    -------
    float64[replications]
    """
    many = plan.replications
    numbers = tuple(range(many)) if isinstance(many, int) else many
    parts = [numbers[i : i + _AT_ONCE] for i in range(0, len(numbers), _AT_ONCE)]
    chosen = tuple(groups) or tuple(scenario.groups)
    work = [_Work(scenario, plan, part, inside, chosen, year) for part in parts]
    return np.concatenate(in_order(_counted, work, how, label="histories"))


def _counted(work: _Work) -> Floats:
    events = histories(
        work.scenario, replications=work.numbers, seed=work.plan.seed, engine=work.plan.engine
    )
    marks = dict.fromkeys((*work.inside.ends, *_SPELL), 0.0) | dict.fromkeys(
        work.inside.begins, 1.0
    )
    events = events[events["event"].isin([*marks, "placed"])]
    order = np.lexsort((events["number"], events["replication"]))  # ties keep their order
    events = events.iloc[order]
    was_inside = events["event"].astype(object).map(marks).astype(float).ffill() == 1.0
    in_year = work.scenario.weeks.years[events["week"]] == work.year
    codes = list(work.scenario.groups)
    in_groups = events["group"].isin([codes.index(group) for group in work.groups])
    counted = events[(events["event"] == "placed") & was_inside & in_year & in_groups]
    by_number = counted["replication"].value_counts()
    return np.asarray(by_number.reindex(list(work.numbers), fill_value=0), dtype=np.float64)
