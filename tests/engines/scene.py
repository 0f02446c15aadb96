"""A bare town in which nothing happens unless a test says so, and ways to watch it week by week."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import build_roster
from jobsim.engines.vector.batch import ON_BENEFIT
from jobsim.engines.vector.engine import Play
from jobsim.scenario import Scenario
from tests.factory import small_town

__all__ = ["CERTAIN", "bands", "bare_town", "by_week", "ready", "share_on_benefit"]

CERTAIN = 100.0
"""A weekly hazard of which no draw is left: exp(-100) is far below the least uniform number."""


def bare_town(**changes: object) -> Scenario:
    """One group, all alike, no meetings, no jobs, no exits; changed as in `small_town`."""
    return small_town(**{**_bare(), **changes})


def _bare() -> dict[str, Any]:
    return {
        "horizon": {"start": dt.date(2018, 1, 1), "weeks": 9},
        "groups": {
            "people": {
                "key": 1,
                "label": "People",
                "benefit_rates": {"adult_without_children": 1.0},
                "stock": 0,
                "job_finding_hazard_per_week": 0.0,
            }
        },
        "regular_service": {
            "fte": 0.0,
            "cost_per_fte_year": 500_000.0,
            "meetings_per_fte_week": 1.0,
            "interval_weeks": [1],
        },
        "meetings": {"quality_min": 1.0, "quality_max": 1.0},
        "programmes": {},
        "small_jobs": None,
        "supports": {},
        "labour_market": {},
        **{part: {} for part in ("claims", "observed", "targets", "sources", "assumptions")},
    }


def bands(*parts: tuple[int, int, float]) -> list[dict[str, Any]]:
    """Bands of weeks [from, to) with their shares, as in a file."""
    return [{"from": start, "to": end, "share": share} for start, end, share in parts]


def by_week(*steps: tuple[int, float]) -> list[dict[str, Any]]:
    """Values by week of a spell or job, as in a file."""
    return [{"from_week": week, "value": value} for week, value in steps]


def ready(
    scenario: Scenario, *, seed: int = 1, replications: int = 1, kind: type[Play] = Play
) -> Play:
    """Set up some replications of a scenario, with no week played yet."""
    tables = tables_of(scenario)
    return kind(tables, build_roster(tables, seed, np.arange(replications)))


def share_on_benefit(scenario: Scenario, *, seed: int = 1) -> npt.NDArray[np.float64]:
    """Share of the persons of one replication who are still on benefit after each week."""
    play = ready(scenario, seed=seed)
    shares = []
    for t in range(play.tables.weeks):
        play.week(t)
        shares.append(np.mean(play.status == ON_BENEFIT))
    return np.array(shares)
