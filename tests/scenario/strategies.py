"""Hypothesis: small towns with some of their numbers and texts changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from jobsim.errors import control_characters
from tests.factory import TIED, small_town

__all__ = ["changes", "towns"]

_TEXT = st.text(st.characters(codec="utf-8"), max_size=40).map(
    lambda text: control_characters.sub("", text)
)
_BEFORE = st.dates(dt.date(1990, 1, 1), dt.date(2018, 1, 1))
"""Days on which the small town's own schedules have begun."""
_DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2060, 12, 31))


def _budgets(amounts: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    """A number, or steps in order of date."""
    return amounts | _steps(st.dictionaries(_BEFORE | _DAYS, amounts, min_size=1, max_size=4))


def _schedules(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    """A number, or steps in order of date of which the first is there from the start."""
    first = st.dictionaries(_BEFORE, numbers, min_size=1, max_size=1)
    later = st.dictionaries(_DAYS, numbers, max_size=3)
    return numbers | _steps(st.builds(lambda a, b: a | b, first, later))


def _steps(values: st.SearchStrategy[dict[dt.date, float]]) -> st.SearchStrategy[Any]:
    return values.map(
        lambda values: [{"from": day, "value": values[day]} for day in sorted(values)]
    )


def _shares(size: int) -> st.SearchStrategy[list[float]]:
    weights = st.lists(st.floats(0.0, 1.0), min_size=size, max_size=size)
    return weights.filter(any).map(lambda w: [x / sum(w) for x in w]).filter(_sound)


def _sound(shares: list[float]) -> bool:
    return abs(sum(shares) - 1.0) < 1e-9


_INTERVALS = st.lists(st.integers(1, 60), min_size=1, max_size=5)
_BY_GROUP = st.fixed_dictionaries({"job_ready": _INTERVALS, "activity_ready": _INTERVALS})

_CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "name": _TEXT.filter(bool),
    "title": _TEXT,
    "description": _TEXT,
    "municipality.name": _TEXT.filter(bool),
    "horizon.start": _DAYS,
    "horizon.weeks": st.integers(1, 5200),
    "groups.job_ready.stock": st.integers(0, 10**8),
    "groups.job_ready.job_finding_hazard_per_week": st.floats(0.0, 100.0),
    "groups.job_ready.entry_cohort": st.integers(0, 10**8),
    "groups.job_ready.meeting_exit_probability": st.floats(0.0, 1.0),
    "meetings.max_lasting_boost": st.none() | st.floats(0.0, 10.0),
    "regular_service.before": st.fixed_dictionaries(
        {},
        optional={
            "first_meeting_weeks": st.integers(0, 5200),
            "interval_weeks": _INTERVALS | _BY_GROUP,
            "no_show_probability": st.just({"job_ready": 0.5}),
            "gain_multiplier": st.floats(0.0, 100.0),
        },
    ),
    "groups.job_ready.inflow_per_week": _schedules(st.floats(0.0, 1e6)),
    "groups.job_ready.label": _TEXT.filter(bool),
    "groups.activity_ready.small_jobs.cap_shares": _shares(4),
    "groups.activity_ready.tightness_elasticity": st.floats(-5.0, 5.0),
    "regular_service.fte": _schedules(st.floats(0.0, 1e6)),
    "regular_service.interval_weeks": _INTERVALS | _BY_GROUP,
    "programmes.intensive.budget_per_year": _budgets(st.floats(0.0, 1e12)),
    "programmes.intensive.interval_weeks": _INTERVALS | _BY_GROUP,
    "programmes.intensive.max_weeks": st.none() | st.integers(1, 5200),
    "supports.driving_licence.paid_from": st.sampled_from([None, "intensive"]),
    "labour_market.tightness": _schedules(st.floats(0.0, 1e6, exclude_min=True)),
    "correlations": st.sampled_from([[], [TIED]]),
    "claims.saving_2018.value": st.floats(-1e15, 1e15),
    "claims.saving_2018.tolerance": st.none() | st.floats(0.0, 1e300),
}

changes = st.lists(st.sampled_from(sorted(_CHANGES)), unique=True, max_size=6).flatmap(
    lambda paths: st.fixed_dictionaries({path: _CHANGES[path] for path in paths})
)
"""Paths and new values, as `Scenario.with_` takes them."""

towns = changes.map(lambda values: small_town().with_(values))
"""The small town with such changes made."""
