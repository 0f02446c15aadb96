"""Checks of `verify` see what is misread alike in all engines, which the comparison cannot."""

from __future__ import annotations

import pytest

from tests.faults.planting import caught_by
from tests.faults.verification import FAULTS, check


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_named_check_fails_and_the_comparison_of_engines_does_not(fault):
    assert caught_by(fault, (*fault.tests, check("engines agree"))) == fault.tests
