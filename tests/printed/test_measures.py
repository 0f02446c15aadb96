"""Every number of a comparison, unrounded, against plain arithmetic on the same volumes."""

from __future__ import annotations

import dataclasses

import pytest

from jobsim.vocabulary import MEASURE_WORDS
from tests.printed.cases import CASES, played
from tests.printed.pairs import expected
from tests.printed.plain_numbers import Number
from tests.printed.plainly import MEASURES

COLUMNS = [field.name for field in dataclasses.fields(Number)]


def rounding(unit: str) -> float:
    """What is left of zero after sums of a thousand million kroner, or of small numbers."""
    return 1e-5 if unit.startswith("DKK") and "per DKK" not in unit else 1e-12


def key(row) -> tuple:
    return row.measure, row.year, row.group, row.payer


def test_every_measure_is_worked_out_again():
    assert sorted(MEASURES) == sorted(MEASURE_WORDS)


@pytest.mark.parametrize("case", CASES)
def test_no_row_is_left_out_and_none_is_twice(case):
    assert sorted(map(str, map(key, played(case).rows))) == sorted(map(str, expected(case)))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_is_what_plain_arithmetic_says(case, measure):
    found = [row for row in played(case).rows if row.measure == measure]
    assert found
    for row in found:
        number, unit = expected(case)[key(row)]
        assert row.unit == unit
        for column in COLUMNS:
            right = pytest.approx(
                getattr(number, column), rel=1e-9, abs=rounding(unit), nan_ok=True
            )
            assert getattr(row, column) == right, (key(row), column)
