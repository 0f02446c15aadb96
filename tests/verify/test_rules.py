"""The rules of verification against small cases worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from jobsim.engines.lowering import tables_of
from jobsim.scenario import Scenario, preset_names
from jobsim.verification.rules import PlainRules, decimal, refund_band
from tests.factory import small_town


def test_numbers_are_read_as_they_are_written():
    assert decimal(0.1) == Fraction(1, 10)
    assert decimal(533_000.0) == 533_000


@pytest.mark.parametrize(
    ("weeks", "band"), [(0, 0), (3, 0), (4, 1), (25, 1), (26, 2), (51, 2), (52, 3), (900, 3)]
)
def test_refund_bands(weeks, band):
    assert refund_band(weeks) == band


def test_capacity_carries_over_what_is_left():
    """1.25 caseworkers x 1.5 meetings = 1.875 a week: 1, 3, 5, 7, 9 by the end of each."""
    town = small_town(
        horizon__weeks=5, regular_service__fte=1.25, regular_service__meetings_per_fte_week=1.5
    )
    assert PlainRules(town).capacity[0] == [1, 2, 2, 2, 2]


def test_a_programme_pays_its_grants_before_its_staff():
    """2018: (900,000 - 150,000) / 540,000 = 25/18 caseworkers, 27 places, 12 grants."""
    rules = PlainRules(small_town())
    assert rules.fte[1][0] == Fraction(25, 18)
    assert rules.slots[0][0] == 27
    assert rules.grants[0][2018] == 12
    assert rules.days[0].isoformat() == "2018-01-04"


def test_intervals_go_on_with_the_last_entry():
    rules = PlainRules(small_town())
    assert [rules.next_meeting(0, 0, seen) for seen in (1, 2, 3, 4, 9)] == [1, 6, 6, 13, 13]
    assert rules.next_meeting(1, 1, 5) == 2


@pytest.mark.parametrize("name", [*preset_names(), "small-town"])
def test_the_tables_of_the_engines_say_the_same(name):
    scenario = small_town() if name == "small-town" else Scenario.load(name)
    rules, tables = PlainRules(scenario), tables_of(scenario)
    assert tables.services.capacity.tolist() == rules.capacity
    assert tables.services.slots.tolist() == rules.slots
    assert [list(grants.values()) for grants in rules.grants] == tables.supports.grants.tolist()
