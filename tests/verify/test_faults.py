"""Every planted fault is caught by a named check other than the comparison of engines."""

from __future__ import annotations

import pytest

from jobsim.scenario import Scenario
from jobsim.verification import Verification, verify
from tests.factory import small_town
from tests.verify.faults import CAUGHT_BY, FAULTS, lost_interrupt

PLAYED_BY = {"numpy": "jobsim.engines.vector.engine", "simpy": "jobsim.engines.reference.engine"}
"""Engines in which faults can be planted from outside: those that are not compiled."""


def checked(scenario: Scenario, **options) -> Verification:
    quick = {"replications": 1, "persons": 2000, "engine": "numpy", "progress": False}
    return verify(scenario, **{**quick, **options})


@pytest.fixture
def two_engines(monkeypatch):
    monkeypatch.setattr("jobsim.verification.checks.ENGINES", PLAYED_BY)
    return monkeypatch


@pytest.fixture(scope="module")
def caught():
    """Fault → checks that caught it; printed at the end (pytest -rP)."""
    table: dict[str, tuple[str, ...]] = {}
    yield table
    print("\nfault → checks that caught it")  # noqa: T201 : the table that is asked for
    for fault, checks in table.items():
        print(f"  {fault:28} {', '.join(checks)}")  # noqa: T201


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_caught(plant, two_engines, caught):
    plant(two_engines)
    found = checked(small_town())
    caught[plant.__name__] = found.failed
    assert CAUGHT_BY[plant] in found.failed, found
    assert found.row("engines agree").verdict == "pass", "planted in one engine only"


def test_without_a_fault_nothing_is_caught(two_engines):
    assert checked(small_town()).failed == ()


def test_faults_are_taken_out_again():
    with pytest.MonkeyPatch.context() as patch:
        for plant in FAULTS:
            plant(patch)
    assert checked(small_town(), seed=2).failed == ()


def test_a_fault_in_one_engine_is_caught_by_the_comparison(monkeypatch):
    """The event-driven engine forgets to wake those who have met a caseworker."""
    lost_interrupt(monkeypatch)
    assert "engines agree" in checked(small_town()).failed
