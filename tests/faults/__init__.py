"""Faults planted on purpose in a copy of the program, each with the tests that must notice it."""

from __future__ import annotations

from tests.faults import arithmetic, engines, measures, trials, verification
from tests.faults.planting import Fault

SECTIONS: dict[str, tuple[Fault, ...]] = {
    "Misreadings of the model, alike in all engines": engines.FAULTS,
    "The same, as `jobsim verify` sees them on its stress scenario": verification.FAULTS,
    "The right numbers in another order, alike in all engines": arithmetic.FAULTS,
    "Measures, money, spreads, claims, tables and files": measures.FAULTS,
    "Published trials beside the model": trials.FAULTS,
}
"""All faults, by what they are faults of."""
FAULTS = tuple(fault for faults in SECTIONS.values() for fault in faults)
