"""Worlds in which the answer can be worked out by hand."""

from __future__ import annotations

from jobsim.scenario import Scenario
from tests.factory import small_town, small_town_data

__all__ = ["still_town"]

COST_PER_FTE = 500_000.0


def still_town(**changes: object) -> Scenario:
    """Make a town in which nobody ever leaves or comes, and meetings have no effect.

    One group of 60 job-ready recipients who come to every meeting; one programme with one
    caseworker at 500,000 DKK a year who calls 5 of them a week, every 4 weeks; a support that
    nobody needs. The run is the 52 weeks of 2018, so that a year's budget is spent exactly.
    """
    group = small_town_data()["groups"]["job_ready"] | {
        "stock": 60,
        "employed_pool": 0,
        "inflow_per_week": 0.0,
        "job_finding_hazard_per_week": 0.0,
        "other_exit_hazard_per_week": 0.0,
        "meeting_gain": 0.0,
        "no_show_probability": 0.0,
    }
    programme = small_town_data()["programmes"]["intensive"] | {
        "groups": ["job_ready"],
        "budget_per_year": COST_PER_FTE,
        "cost_per_fte_year": COST_PER_FTE,
        "meetings_per_fte_week": 5.0,
        "interval_weeks": [4],
        "max_weeks": None,
    }
    support = small_town_data()["supports"]["driving_licence"] | {
        "groups": ["job_ready"],
        "need_share": {"job_ready": 0.0},
        "budget_per_year": 100_000.0,
        "paid_from": None,
    }
    for table in (programme, support):
        for name in [name for name, value in table.items() if value is None]:
            del table[name]
    return small_town(
        **{
            "horizon__weeks": 52,
            "groups": {"job_ready": group},
            "programmes__intensive": programme,
            "supports__driving_licence": support,
            "regular_service__interval_weeks": [13],
            "small_jobs": None,
            **changes,
        }
    )
