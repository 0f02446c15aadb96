"""Hold the compiled engine against the vectorised one; a script too, for runs as plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsim.engines.compiled import engine as numba_engine
from jobsim.engines.lowering import tables_of
from jobsim.engines.vector import engine as numpy_engine
from jobsim.engines.volumes import Arrays
from jobsim.scenario import Scenario
from tests.parity.scenarios import scenarios

__all__ = ["assert_equal", "check_generated", "first_difference", "plain_town"]


def first_difference(got: Arrays, expected: Arrays) -> str | None:
    """Tell the first cell in which volumes differ."""
    assert got.keys() == expected.keys()
    for name, array in expected.items():
        if got[name].dtype != np.int64 or got[name].shape != array.shape:
            return f"{name} is {got[name].dtype}{got[name].shape}, expected int64{array.shape}"
        places = np.argwhere(got[name] != array)
        if len(places):
            place = tuple(places[0].tolist())
            return f"{name}{list(place)} is {got[name][place]}, expected {array[place]}"
    return None


def assert_equal(
    scenario: Scenario, seed: int = 1, replications: Sequence[int] = (0,), threads: int = 1
) -> None:
    """Fail at the first cell in which numba and numpy differ."""
    tables, numbers = tables_of(scenario), np.array(replications, dtype=np.int64)
    expected = numpy_engine.play(tables, seed, numbers)
    got = numba_engine.play(tables, seed, numbers, threads=threads)
    assert first_difference(got, expected) is None, first_difference(got, expected)


def check_generated(examples: int) -> None:
    """Hold the engines against each other on so many generated scenarios."""
    patient = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=examples, deadline=None, suppress_health_check=patient)
    @given(
        scenario=scenarios(),
        seed=st.sampled_from([1, 0, 2**64 - 1]),
        replications=st.sampled_from([(0,), (3, 0), (2**32 - 1,)]),
    )
    def check(scenario: Scenario, seed: int, replications: tuple[int, ...]) -> None:
        assert_equal(scenario, seed, replications)

    check()


def plain_town(interval: int, losing_jobs: float) -> Scenario:
    """Make a town of one group where there is nothing but meetings, and a queue for them."""
    group = {
        "key": 1,
        "label": "People",
        "benefit_rates": {"adult_without_children": 1.0},
        "stock": 200,
        "inflow_per_week": 1.5,
        "job_finding_hazard_per_week": 0.02,
        "meeting_gain": 0.3,
        "job_loss_hazard_per_week": [{"from_week": 0, "value": losing_jobs}],
    }
    return Scenario.from_dict(
        {
            "name": "plain-town",
            "title": "Meetings and nothing else",
            "description": "Made up for tests; no number is meant to be true.",
            "horizon": {"start": dt.date(2018, 1, 1), "weeks": 60},
            "municipality": {"name": "Nowhere"},
            "groups": {"people": group},
            "regular_service": {
                "fte": 2.0,
                "cost_per_fte_year": 500_000.0,
                "meetings_per_fte_week": 20.0,
                "interval_weeks": {"people": [interval]},
            },
            "meetings": {"first_meeting_factor": 1.0, "max_boost": 0.5, "half_life_weeks": 4.0},
        }
    )


if __name__ == "__main__":
    check_generated(12)
    assert_equal(plain_town(1, 0.02))
