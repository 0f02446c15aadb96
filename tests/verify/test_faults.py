"""Every planted fault is caught by a named check other than the comparison of engines."""

from __future__ import annotations

import pytest

from jobsim.ledger import Prices
from jobsim.verification.checks import CHECKS
from jobsim.verification.context import Context
from tests.factory import small_town
from tests.verify.faults import CAUGHT_BY, FAULTS, lost_interrupt

PLAYED_BY = {"numpy": "jobsim.engines.vector.engine", "simpy": "jobsim.engines.reference.engine"}
"""Engines in which faults can be planted from outside: those that are not compiled."""


def context(seed: int = 1) -> Context:
    return Context(small_town(), Prices.load("denmark"), 1, 2000, seed, "numpy")


def failed(checks: Context) -> list[str]:
    return [name for name, check in CHECKS.items() if check(checks).verdict == "fail"]


@pytest.fixture
def two_engines(monkeypatch):
    monkeypatch.setattr("jobsim.verification.checks.ENGINES", PLAYED_BY)
    return monkeypatch


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_caught(plant, two_engines):
    plant(two_engines)
    given = context()
    found = CHECKS[CAUGHT_BY[plant]](given)
    assert found.verdict == "fail", found
    assert CHECKS["engines agree"](given).verdict == "pass", "planted in one engine only"


def test_faults_are_taken_out_again_and_nothing_is_caught(two_engines):
    with pytest.MonkeyPatch.context() as patch:
        for plant in FAULTS:
            plant(patch)
    assert failed(context(seed=2)) == []


def test_a_fault_in_one_engine_is_caught_by_the_comparison(two_engines):
    """The event-driven engine forgets to wake those who have met a caseworker."""
    lost_interrupt(two_engines)
    assert CHECKS["engines agree"](context()).verdict == "fail"
