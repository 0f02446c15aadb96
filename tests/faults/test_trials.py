"""Every fault in trials fails the tests named with it."""

from __future__ import annotations

import pytest

from tests.faults.planting import Fault, caught_by
from tests.faults.trials import FAULTS


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_wrong_trial_is_caught(fault: Fault) -> None:
    assert set(caught_by(fault)) == set(fault.tests)
