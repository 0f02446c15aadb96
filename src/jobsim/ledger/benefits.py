"""Benefit of a week beside work, and where the ramp of small jobs does not fit it.

May import calendar, scenario and the price list.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Dates, Floats
from jobsim.calendar import WEEKS_PER_MONTH, Schedule
from jobsim.ledger.after_list import grown_for
from jobsim.ledger.prices import Prices
from jobsim.scenario import Group, Scenario


def benefit_per_week(
    prices: Prices,
    rate: str,
    hours_per_week: npt.ArrayLike,
    days: Dates,
    *,
    wage_per_hour: Schedule | None = None,
) -> Floats:
    """Benefit before tax of one week, after the reduction for earnings.

    Parameters
    ----------
    prices : Prices
    rate : str, name of a benefit rate of the list
    hours_per_week : float[levels] or float[days, levels], hours worked
    days : datetime64[days], days on which prices are read
    wage_per_hour : Schedule, optional
        Gross hourly wage; that of small jobs unless given.

    Returns
    -------
    float64[days, levels], DKK per week, >= 0

    Raises
    ------
    PriceError
        If the list has no such rate.

    Notes
    -----
    ``max(0, benefit - share * max(0, (wage * net - disregard) * hours - free))``: net is what
    labour-market contribution and pension leave of the gross wage. Until 30 June 2025 the share is
    1 and nothing but the hourly disregard is free; from 1 July 2025 the share is 0.65 and the free
    amount takes the disregard's place [1]_. From then on earnings and benefit together stop at a
    cap: the benefit is at most ``max(cap, benefit) - wage * net * hours``. Monthly amounts are
    divided by 365.25 / 7 / 12 weeks.

    References
    ----------
    .. [1] Lov om aktiv socialpolitik, section 31, before and after the reform of 1 July 2025.

    Examples
    --------
    >>> prices = Prices.load("denmark")
    >>> day = np.array(["2018-05-01"], dtype="datetime64[D]")
    >>> benefit_per_week(prices, "adult_without_children", [0.0, 10.0], day).round(1).tolist()
    [[2594.6, 1712.4]]
    """
    prices = grown_for(prices, days)
    terms = prices.benefit_rate(rate)
    wage = prices.wages.small_job_per_hour if wage_per_hour is None else wage_per_hour
    hours = np.asarray(hours_per_week, dtype=float)
    net_wage = wage.at(days) * prices.wages.net_share(days)
    kept_per_hour = net_wage - prices.earnings.hourly_disregard.at(days)
    free = terms.free_amount_per_month.at(days) / WEEKS_PER_MONTH
    counted = kept_per_hour[:, None] * hours - free[:, None]
    reduction = prices.earnings.deducted_share.at(days)[:, None] * np.maximum(counted, 0.0)
    full = terms.per_month.at(days)[:, None] / WEEKS_PER_MONTH
    highest = prices.earnings.highest_unemployment_benefit_per_month.at(days)
    cap = (terms.earnings_cap_share.at(days) * highest)[:, None] / WEEKS_PER_MONTH
    under_cap = np.where(cap > 0, np.maximum(cap, full) - net_wage[:, None] * hours, np.inf)
    return np.asarray(np.maximum(np.minimum(full - reduction, under_cap), 0.0))


def group_benefit_per_week(
    prices: Prices,
    group: Group,
    hours_per_week: npt.ArrayLike,
    days: Dates,
    wage_per_hour: Schedule | None = None,
) -> Floats:
    """Mean benefit of one week over the rates that a group draws (float64[days, levels], DKK)."""
    parts = (
        share * benefit_per_week(prices, rate, hours_per_week, days, wage_per_hour=wage_per_hour)
        for rate, share in group.benefit_rates.items()
    )
    return np.asarray(sum(parts))


def ramp_warnings(scenario: Scenario, prices: Prices) -> list[str]:
    """Tell where the ramp's last level is not the one at which the benefit is used up.

    Parameters
    ----------
    scenario : Scenario
    prices : Prices

    Returns
    -------
    list of str
        One line per benefit rate and run of months; empty without small jobs.
    """
    if scenario.small_jobs is None:
        return []
    taking = [group for group in scenario.groups.values() if group.small_jobs is not None]
    hours, days = scenario.small_jobs.hours_per_week, scenario.weeks.months.astype("datetime64[D]")
    prices = grown_for(prices, days)
    warnings = []
    for rate in dict.fromkeys(rate for group in taking for rate in group.benefit_rates):
        benefit = benefit_per_week(prices, rate, hours, days)
        job = prices.wages.job_per_hour
        benefit[:, -1:] = benefit_per_week(prices, rate, hours[-1:], days, wage_per_hour=job)
        mismatch = [_mismatch(row, hours) for row in benefit]
        for text, run in groupby(range(len(days)), key=mismatch.__getitem__):
            months = scenario.weeks.months[list(run)]
            if text:
                warnings.append(f"{rate}, {months[0]} to {months[-1]}: {text}")
    return warnings


def _mismatch(benefit: Floats, hours: tuple[float, ...]) -> str:
    """What does not fit in one month, from the benefit at level 1, 2, … L, the last a job."""
    last = len(hours)
    if benefit[-1] > 0:
        return (
            f"at level {last} ({hours[-1]:g} hours a week) some benefit is still due; it is paid "
            "for each week in work, while the model takes the person to be off benefit"
        )
    used_up = int(np.argmax(benefit <= 0))
    if used_up < last - 1:
        return (
            f"benefit is used up from level {used_up + 1} ({hours[used_up]:g} hours a week), "
            f"below level {last} that ends it"
        )
    return ""
