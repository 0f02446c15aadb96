"""Weeks of cohorts: how long they are followed, and how shares and hazards fall on single weeks.

May import scenario and the rules.
"""

from __future__ import annotations

from jobsim.scenario import Scenario
from jobsim.scenario.fields import Band, WeekStep
from jobsim.verification.rules import Rules

__all__ = ["COHORT_WEEKS", "last_weeks", "share_by_week", "value_at"]

COHORT_WEEKS = 78
"""Weeks for which a cohort is followed."""


def value_at(steps: tuple[WeekStep, ...], week: int, default: float) -> float:
    """Value in a week of a spell or job."""
    values = [step.value for step in steps if step.from_week <= week]
    return values[-1] if values else default


def share_by_week(bands: tuple[Band, ...]) -> list[tuple[int, float]]:
    """Share of people at each single week of some bands; shares are made to add up to 1."""
    total = sum(band.share for band in bands)
    return [
        (week, band.share / total / (band.to - band.from_))
        for band in bands
        if band.share > 0
        for week in range(band.from_, band.to)
    ]


def last_weeks(scenario: Scenario) -> list[tuple[int, int]]:
    """(month, week) of the last week of each month."""
    rules = Rules(scenario)
    return [(month, week) for week, month in enumerate(rules.months) if rules.ends_month(week)]
