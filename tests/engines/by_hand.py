"""One to three persons to whom everything happens for certain, and what a run says of them.

The run starts on Monday 2018-01-01, so weeks 0-3 are January's, 4-7 February's, 8-12 March's,
13-16 April's and 17-21 May's. A hazard is 0 or `CERTAIN`. *The returner* is in work in week 0 and
back on benefit in week 1, with the first meeting due in week 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jobsim.engines import simulate
from jobsim.scenario import Scenario
from tests.engines.scene import CERTAIN, by_week

__all__ = [
    "APR",
    "DESK",
    "FEB",
    "JAN",
    "MAR",
    "MAY",
    "happened",
    "licence",
    "people",
    "returners",
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
