"""`jobsim verify` sees every misreading that all engines share, by the check that is named."""

from __future__ import annotations

import pytest

from tests.faults.planting import Fault, caught_by
from tests.faults.verification import FAULTS


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_verify_sees_what_all_engines_misread(fault: Fault) -> None:
    assert caught_by(fault) == fault.tests
