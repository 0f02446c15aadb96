"""Every fault can be planted: what it changes stands in the program, and only there."""

from __future__ import annotations

import pytest

from tests.faults import FAULTS
from tests.faults.planting import Edit, Fault, edited
from tests.processes import ROOT


def test_every_fault_fits_the_program_as_it_is() -> None:
    """A change of the program that a fault no longer fits is seen here, not in the slow tests."""
    changed = {fault.name: edited(fault) for fault in FAULTS}
    assert all(changed.values())


def test_every_fault_names_tests_that_are_there() -> None:
    lost = []
    for test in {test for fault in FAULTS for test in fault.tests}:
        file, name = test.split("::", 1)
        function = name.split("[")[0].split("::")[-1]
        if f"def {function}(" not in (ROOT / file).read_text(encoding="utf-8"):
            lost.append(test)
    assert lost == []


def test_a_fault_that_does_not_fit_is_an_error() -> None:
    lost = Fault("lost", "", (Edit("errors.py", "what stands nowhere", ""),), ())
    with pytest.raises(ValueError, match=r"errors\.py has 0 times, not once"):
        edited(lost)
