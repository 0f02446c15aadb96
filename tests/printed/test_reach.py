"""The cases reach what a wrong number could hide behind."""

from __future__ import annotations

import math

import pytest

from jobsim.vocabulary import LINES, PAYERS
from tests.printed.cases import CASES
from tests.printed.pairs import expected, pair
from tests.printed.plain_claims import LINES as PLAIN_LINES
from tests.printed.plainly import PURSES, VOLUMES


def numbers(measure: str) -> list[float]:
    """Values of a measure, of the whole run and all groups, in all cases."""
    keys = [
        (case, key) for case in CASES for key in expected(case) if key[:3] == (measure, None, None)
    ]
    return [expected(case)[key][0].difference for case, key in keys]


def test_lines_and_payers_are_those_of_the_ledger():
    assert PLAIN_LINES == LINES
    assert tuple(PURSES)[: len(PAYERS)] == PAYERS


@pytest.mark.parametrize("line", LINES)
def test_every_line_differs_somewhere(line):
    """Before displacement or, for what those cost who are pushed aside, after it."""
    found = [one for case in CASES for one in (pair(case).gained, pair(case).displaced)]
    assert any(amount.any() for one in found for about, amount in one.items() if about[0] == line)


def test_every_volume_differs_somewhere():
    for measure in VOLUMES:
        assert any(numbers(measure)), measure


def test_break_even_within_the_run_and_never_and_at_once():
    months = numbers("break_even_month")
    assert 1 in months
    assert math.inf in months
    assert any(1 < month < math.inf for month in months)


def test_gains_that_are_sure_impossible_and_neither():
    shares = numbers("probability_of_gain")
    assert {0.0, 1.0} <= set(shares)


def test_ratios_that_are_identified_and_that_are_not():
    ratios = [
        one for case in CASES for key, (one, _) in expected(case).items() if "cost_" in key[0]
    ]
    ends = {math.isnan(one.ci_high) for one in ratios if one.se > 0}
    assert ends == {True, False}
    assert any(math.isnan(one.difference) for one in ratios), "no year without more placements"


def test_a_plan_that_spends_less_and_plans_that_spend_more():
    costs = numbers("programme_cost")
    assert min(costs) < 0 < max(costs)
