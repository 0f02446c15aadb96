"""Short names for what faults of measures have in common: files, cases, and the tests that see."""

from __future__ import annotations

from tests.faults.planting import Edit, Fault

MEASURES, SPREAD = "analysis/outcomes/measures.py", "analysis/outcomes/spread.py"
COMPARISON, SUMMARY = "analysis/comparing/comparison.py", "analysis/comparing/summary.py"
QUANTITY, CLAIMS = "analysis/outcomes/quantity.py", "analysis/outcomes/claims.py"
RESULT, ACCUMULATORS = "analysis/outcomes/result.py", "analysis/outcomes/accumulators.py"
POSTING, WEEKLY, PRICES = "ledger/posting.py", "ledger/weekly.py", "ledger/rates.py"
BENEFITS, DISPLACEMENT = "ledger/benefits.py", "ledger/displacement.py"
SCENARIO, CALENDAR, WORDS = "scenario/scenario.py", "calendar.py", "vocabulary.py"
TABLES, PRINTING = "text/tables.py", "cli/printing.py"

HERE = "tests/printed/"
ESBJERG, KOLDING, CUT = "esbjerg-2018-evidence", "kolding-2018", "town-2026-cut"
TOWN, PAUSE, LEAVING = "town", "pause", "leaving"


def measured(*measures: str, case: str = TOWN) -> tuple[str, ...]:
    """Tests that work measures of a case out again."""
    test = f"{HERE}test_measures.py::test_a_measure_is_what_plain_arithmetic_says"
    return tuple(f"{test}[{measure}-{case}]" for measure in measures)


def printed(test: str, case: str = TOWN) -> tuple[str, ...]:
    """A test of what is printed of a case."""
    return (f"{HERE}test_text.py::test_{test}[{case}]",)


def kept(test: str, case: str = TOWN) -> tuple[str, ...]:
    """A test of a file that is written of a case."""
    return (f"{HERE}test_files.py::TestFiles::test_{test}[{case}]",)


def drawn(test: str, case: str = TOWN) -> tuple[str, ...]:
    """A test of a picture of a case."""
    return (f"{HERE}test_pictures.py::test_{test}[{case}]",)


def fault(name: str, rule: str, tests: tuple[str, ...], *edits: tuple[str, str, str]) -> Fault:
    """Fault with its edits, each (file, what stands there, what then does)."""
    return Fault(name, rule, tuple(Edit(*edit) for edit in edits), tests)
