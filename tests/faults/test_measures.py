"""Every fault in measures, money, spreads, claims and tables fails the tests named with it."""

from __future__ import annotations

import pytest

from jobsim.vocabulary import LINES, MEASURE_WORDS
from tests.faults.measures import FAULTS, SEVEN
from tests.faults.planting import Fault, caught_by


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_wrong_number_is_caught(fault: Fault) -> None:
    assert set(caught_by(fault)) == set(fault.tests)


@pytest.mark.slow
def test_seven_at_once_are_caught_one_by_one() -> None:
    edits = tuple(edit for fault in SEVEN for edit in fault.edits)
    tests = tuple(test for fault in SEVEN for test in fault.tests)
    assert set(caught_by(Fault("seven at once", "", edits, tests))) == set(tests)


@pytest.mark.slow
def test_without_a_fault_nothing_fails() -> None:
    tests = tuple(dict.fromkeys(test for fault in FAULTS for test in fault.tests))
    assert caught_by(Fault("none", "", (), tests)) == ()


def test_every_measure_and_line_has_a_fault() -> None:
    assert {*MEASURE_WORDS, *LINES} <= {fault.rule for fault in FAULTS}
