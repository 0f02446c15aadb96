"""One to three persons to whom everything happens for certain, and what a run says of them.

The run starts on Monday 2018-01-01, so weeks 0-3 are January's, 4-7 February's, 8-12 March's,
13-16 April's and 17-21 May's. A hazard is 0 or `CERTAIN`. *The returner* is in work in week 0 and
back on benefit in week 1, with the first meeting due in week 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from jobsim.draws import GROUP_DRAW, Stream
from jobsim.draws.philox import uniform_number
from jobsim.engines import simulate
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import POOL
from jobsim.scenario import Scenario
from tests.engines.scene import CERTAIN, by_week
from tests.parity.agreement import played

__all__ = [
    "APR",
    "DESK",
    "FEB",
    "JAN",
    "MAR",
    "MAY",
    "events",
    "happened",
    "licence",
    "luck",
    "luck_of_group",
    "people",
    "returners",
    "seed_with",
    "spread",
    "thresholds",
    "weeks_on_benefit",
]

JAN, FEB, MAR, APR, MAY = (f"2018-0{month}" for month in range(1, 6))
Counts = dict[tuple[Any, ...], int]


def returners(count: int = 1) -> dict[str, Any]:
    """Persons whose jobs last one week: at work in week 0, back in week 1."""
    return {
        "groups__people__employed_pool": count,
        "groups__people__job_loss_hazard_per_week": by_week((0, CERTAIN)),
    }


DESK: dict[str, Any] = {"regular_service__fte": 1.0}
"""One meeting a week in the regular service."""


def happened(scenario: Scenario, engine: str) -> dict[str, Counts]:
    """All volumes of one replication that are not zero, by their labels."""
    run = simulate(scenario, replications=1, engine=engine, progress=False).isel(replication=0)
    found: dict[str, Counts] = {}
    for name, volume in run.data_vars.items():
        labels = [run[dim].values for dim in volume.dims]
        labels[0] = labels[0].astype("datetime64[M]").astype(str)
        for place in zip(*np.nonzero(volume.values), strict=True):
            key = tuple(label[i].item() for label, i in zip(labels, place, strict=True))
            found.setdefault(str(name), {})[key] = int(volume.values[place])
    return found


def people(*months: tuple[str, int]) -> Counts:
    """Counts by month of the only group."""
    return {(month, "people"): count for month, count in months}


def weeks_on_benefit(*cells: tuple[str, str, int, int]) -> Counts:
    """Benefit weeks of the only group: (month, band, level, count)."""
    return {(month, "people", band, level): count for month, band, level, count in cells}


def licence(**changes: Any) -> dict[str, Any]:
    """Support that everybody needs, with one grant a year."""
    return {
        "key": 3,
        "label": "Licence",
        "groups": ["people"],
        "need_share": {"people": 1.0},
        "budget_per_year": 10_000.0,
        "unit_cost": 10_000.0,
        **changes,
    }


def events(
    scenario: Scenario, engine: str, *names: str, seed: int = 1
) -> list[tuple[int, int, str, int]]:
    """What happens in replication 0, of some kinds: (week, number, event, value)."""
    _, rows = played(engine, tables_of(scenario), seed, [0])
    kept = rows[rows.event.isin(names)]
    columns = (kept.week, kept.number, kept.event, kept.value)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def luck(stream: int, n: int = 0, *, k: int = 0, origin: int = 0, seed: int = 1) -> float:
    """Uniform number of the k-th person of an origin, who uses the stream for the n-th time."""
    key = {"group_key": 1, "replication": 0, "origin": origin}
    return uniform_number(seed, stream=stream, n=n, k=k, **key)


def luck_of_group(stream: int, week: int) -> float:
    """Uniform number that the group draws in a week."""
    return luck(stream, k=GROUP_DRAW, origin=week + 2)


def spread(u: float, *parts: tuple[int, int, float]) -> int:
    """Whole number that falls to `u` out of bands [from, to) with their shares."""
    below = 0.0
    for start, end, share in parts[:-1]:
        if u <= below + share:
            return start + math.floor((u - below) / share * (end - start))
        below += share
    start, end, share = parts[-1]
    return start + math.floor((u - below) / share * (end - start))


def thresholds(seed: int, origin: int = POOL, spells: int = 2) -> list[float]:
    """Sums of hazards, relative to λ, at which the only person finds a job in each spell."""
    numbers = range(spells)
    return [-math.log(luck(Stream.JOB_THRESHOLD, n, origin=origin, seed=seed)) for n in numbers]


def seed_with(condition: Callable[[float, float], bool], origin: int = POOL) -> int:
    """First seed whose thresholds of the first two spells meet a condition."""
    return next(seed for seed in range(100_000) if condition(*thresholds(seed, origin)))
