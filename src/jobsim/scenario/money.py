"""How a budget divides into grants and staff, year by year; may import calendar.

Engines turn these amounts into grants and caseworkers, the ledger posts them as costs: both read
them here, so that a krone is never spent twice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from jobsim.arrays import Floats

if TYPE_CHECKING:
    from jobsim.scenario.scenario import Scenario


def _years(scenario: Scenario) -> list[int]:
    return [int(year) for year in np.unique(scenario.weeks.years)]


def grant_money_per_year(scenario: Scenario, support_code: str) -> dict[int, float]:
    """Money for a support's grants in each calendar year that the run touches.

    Parameters
    ----------
    scenario : Scenario
    support_code : str, code of a support of the scenario

    Returns
    -------
    dict of year to DKK : money of the full calendar year, also where the run covers only a part

    Notes
    -----
    The mean of the support's budget over the days of the year. A support that is paid from a
    programme gets at most what that programme's budget of the year has left after the supports
    that stand before it in the file.
    """
    support = scenario.supports[support_code]
    wanted = {year: support.budget_per_year.year_mean(year) for year in _years(scenario)}
    if support.paid_from is None:
        return wanted
    budget = scenario.programmes[support.paid_from].budget_per_year
    left = {year: budget.year_mean(year) for year in wanted}
    for code, other in scenario.supports.items():
        if code == support_code:
            break
        if other.paid_from == support.paid_from:
            asked = other.budget_per_year
            left = {year: max(0.0, left[year] - asked.year_mean(year)) for year in left}
    return {year: min(wanted[year], left[year]) for year in wanted}


def grant_unit_cost_per_year(scenario: Scenario, support_code: str) -> dict[int, float]:
    """Cost of one grant in each calendar year that the run touches.

    Returns
    -------
    dict of year to DKK : mean of the unit cost over the days of the year
    """
    unit_cost = scenario.supports[support_code].unit_cost
    return {year: unit_cost.year_mean(year) for year in _years(scenario)}


def grants_per_year(scenario: Scenario, support_code: str) -> dict[int, int]:
    """Grants of a support that its money pays for in each calendar year.

    Returns
    -------
    dict of year to number of grants : the whole part of money / unit cost (1e-9 forgives rounding)
    """
    money = grant_money_per_year(scenario, support_code)
    cost = grant_unit_cost_per_year(scenario, support_code)
    return {year: math.floor(money[year] / cost[year] + 1e-9) for year in money}


def staff_money_per_year(scenario: Scenario, programme_code: str) -> Floats:
    """Money for a programme's staff in each week, as a yearly amount.

    Parameters
    ----------
    scenario : Scenario
    programme_code : str, code of a programme of the scenario

    Returns
    -------
    float64[weeks], DKK per year, >= 0

    Notes
    -----
    ``budget - grants * (budget / mean budget of the year)``: grants take the same share of the
    budget in every week of a year. In a year of constant budget that is budget minus grant money.
    """
    budget = scenario.programmes[programme_code].budget_per_year
    money = budget.at(scenario.weeks.dates)
    for year in _years(scenario):
        mean = budget.year_mean(year)
        if mean > 0:
            weeks = scenario.weeks.years == year
            grants = _grants_paid_from(scenario, programme_code, year)
            money[weeks] -= grants * (money[weeks] / mean)
    return np.asarray(np.maximum(money, 0.0))


def _grants_paid_from(scenario: Scenario, programme_code: str, year: int) -> float:
    return sum(
        grant_money_per_year(scenario, code)[year]
        for code, support in scenario.supports.items()
        if support.paid_from == programme_code
    )
