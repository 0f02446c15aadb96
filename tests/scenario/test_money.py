"""How a budget divides into grants and staff: no krone twice, none lost."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from jobsim.scenario.scenario import (
    grant_money_per_year,
    grant_unit_cost_per_year,
    grants_per_year,
    staff_money_per_year,
)
from tests.factory import small_town, small_town_data


def steps(*values: tuple[dt.date, float]) -> list[dict[str, object]]:
    return [{"from": day, "value": value} for day, value in values]


def two_supports(first: float, second: float):
    """Two supports paid from one programme with 900,000 in 2018 and 600,000 in 2019."""
    licence = small_town_data()["supports"]["driving_licence"]
    supports = {
        "licence": {**licence, "budget_per_year": first},
        "course": {**licence, "key": 4, "budget_per_year": second},
    }
    return small_town(supports=supports, horizon__weeks=104)


def test_a_support_with_money_of_its_own_gets_it_all():
    town = small_town(supports__driving_licence__paid_from=None)
    assert grant_money_per_year(town, "driving_licence") == {2018: 150_000.0, 2019: 100_000.0}
    assert staff_money_per_year(town, "intensive")[0] == 900_000.0


def test_grants_are_whole_and_paid_by_the_money():
    town = small_town(supports__driving_licence__unit_cost=11_000.0)
    assert grants_per_year(town, "driving_licence") == {2018: 13, 2019: 9}
    assert grant_unit_cost_per_year(town, "driving_licence") == {2018: 11_000.0, 2019: 11_000.0}


def test_in_a_constant_year_staff_gets_exactly_what_grants_leave():
    town = small_town(horizon__weeks=104)
    money, years = staff_money_per_year(town, "intensive"), town.weeks.years
    assert set(money[years == 2018]) == {900_000.0 - 150_000.0}
    assert set(money[years == 2019]) == {600_000.0 - 100_000.0}


def test_supports_share_a_budget_in_file_order():
    town = two_supports(700_000.0, 400_000.0)
    assert grant_money_per_year(town, "licence") == {2018: 700_000.0, 2019: 600_000.0}
    assert grant_money_per_year(town, "course") == {2018: 200_000.0, 2019: 0.0}
    assert not staff_money_per_year(town, "intensive").any()


@pytest.mark.parametrize("grants", [0.0, 250_000.0, 5_000_000.0])
def test_a_budget_that_changes_within_the_year_is_never_negative_and_adds_up(grants):
    town = small_town(
        horizon__weeks=52,
        programmes__intensive__budget_per_year=steps(
            (dt.date(2018, 1, 1), 300_000.0), (dt.date(2018, 7, 2), 900_000.0)
        ),
        supports__driving_licence__budget_per_year=grants,
    )
    money = staff_money_per_year(town, "intensive")
    budget = town.programmes["intensive"].budget_per_year.year_mean(2018)
    assert money.min() >= 0
    spent = float(np.sum(money * town.weeks.share_of_year))
    # weeks fall on the half-year only nearly as days do: one week of the step is 0.6 / 52 m
    assert spent == pytest.approx(budget - min(grants, budget), abs=600_000 / 52)


def test_a_year_without_budget_has_neither():
    town = small_town(programmes__intensive__budget_per_year=0.0)
    assert grant_money_per_year(town, "driving_licence") == {2018: 0.0, 2019: 0.0}
    assert not staff_money_per_year(town, "intensive").any()
