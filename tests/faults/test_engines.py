"""Every misreading of the model fails the hand case of its rule, in every engine."""

from __future__ import annotations

import pytest

from jobsim.engines import ENGINES
from tests.faults.engines import FAULTS
from tests.faults.planting import Fault, caught_by


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_misreading_of_the_model_is_caught(fault: Fault) -> None:
    failed = caught_by(fault)
    for test in fault.tests:
        mine = [one for one in failed if one.startswith(test)]
        engines = {engine for engine in ENGINES if any(engine in one[len(test) :] for one in mine)}
        assert mine
        assert not engines or engines == set(ENGINES)
