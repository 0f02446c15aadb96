"""Another order of arithmetic moves people on the edge, and nothing else."""

from __future__ import annotations

import pytest

from tests.faults.arithmetic import EDGES, FAULTS
from tests.faults.planting import Fault, caught_by


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_another_order_is_caught(fault: Fault) -> None:
    """All tests of the file run: no other fails, as it would if the copy were merely broken."""
    failed = caught_by(fault, (EDGES,))
    assert set(fault.tests) <= set(failed)
    assert {one.split("[")[0] for one in failed} == {one.split("[")[0] for one in fault.tests}
