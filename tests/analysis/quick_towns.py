"""Towns for tests of questions: a quick one, and one whose expected placements are known."""

from __future__ import annotations

import datetime as dt
import math

from jobsim.scenario import Scenario
from tests.factory import small_town

__all__ = ["BUDGET", "GAIN", "NO_SHOW", "constant_hazard", "expected_placements", "quick_town"]

BUDGET = "programmes.intensive.budget_per_year"
GAIN = "groups.job_ready.meeting_gain"
NO_SHOW = "groups.job_ready.no_show_probability"

_STOCK, _WEEKS, _HAZARD = 20, 10, 0.05


def quick_town() -> Scenario:
    """The small town of the factory for a quarter of a year."""
    return small_town(horizon__weeks=13, claims={})


def constant_hazard() -> Scenario:
    """Persons alike who find jobs at one hazard, and nothing else happens."""
    return Scenario.from_dict(
        {
            "name": "constant-hazard",
            "horizon": {"start": dt.date(2018, 1, 1), "weeks": _WEEKS},
            "municipality": {"name": "Lilleby"},
            "groups": {
                "all": {
                    "key": 1,
                    "label": "Recipients",
                    "benefit_rates": {"adult_without_children": 1.0},
                    "stock": _STOCK,
                    "job_finding_hazard_per_week": _HAZARD,
                }
            },
            "regular_service": {
                "fte": 0.0,
                "cost_per_fte_year": 500_000.0,
                "meetings_per_fte_week": 1.0,
                "interval_weeks": [52],
            },
        }
    )


def expected_placements(hazard: float = _HAZARD) -> float:
    """Mean of a binomial: each person is placed with probability 1 − exp(−hazard × weeks)."""
    return _STOCK * -math.expm1(-hazard * _WEEKS)
