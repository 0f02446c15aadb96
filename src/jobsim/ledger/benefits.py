"""The benefit of one week beside a small job; imports layers 0 to 2 and the price list."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import numpy.typing as npt

from jobsim.calendar import WEEKS_PER_MONTH
from jobsim.ledger.prices import Prices
from jobsim.scenario import Group, Scenario

__all__ = ["benefit_per_week", "group_benefit_per_week", "ramp_warnings"]

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]


def benefit_per_week(
    prices: Prices, rate: str, hours_per_week: npt.ArrayLike, days: Days
) -> Floats:
    """Benefit before tax of one week, after the reduction for earnings.

    Parameters
    ----------
    prices : Prices
    rate : str, name of a benefit rate of the list
    hours_per_week : float[levels], hours worked in a small job
    days : datetime64[days], days on which prices are read

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
    amount takes the disregard's place [1]_. Monthly amounts are divided by 365.25 / 7 / 12 weeks.

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
    terms = prices.benefit_rate(rate)
    net_wage = prices.wages.small_job_per_hour.at(days) * prices.wages.net_share
    kept_per_hour = net_wage - prices.earnings.hourly_disregard.at(days)
    free = terms.free_amount_per_month.at(days) / WEEKS_PER_MONTH
    counted = np.outer(kept_per_hour, np.asarray(hours_per_week, dtype=float)) - free[:, None]
    reduction = prices.earnings.deducted_share.at(days)[:, None] * np.maximum(counted, 0.0)
    full = terms.per_month.at(days)[:, None] / WEEKS_PER_MONTH
    return np.asarray(np.maximum(full - reduction, 0.0))


def group_benefit_per_week(
    prices: Prices, group: Group, hours_per_week: npt.ArrayLike, days: Days
) -> Floats:
    """Mean benefit of one week over the rates that a group draws (float64[days, levels], DKK)."""
    parts = (
        share * benefit_per_week(prices, rate, hours_per_week, days)
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
    warnings = []
    for rate in dict.fromkeys(rate for group in taking for rate in group.benefit_rates):
        benefit = benefit_per_week(prices, rate, hours, days)
        mismatch = [_mismatch(row, hours) for row in benefit]
        for text, run in groupby(range(len(days)), key=mismatch.__getitem__):
            months = scenario.weeks.months[list(run)]
            if text:
                warnings.append(f"{rate}, {months[0]} to {months[-1]}: {text}")
    return warnings


def _mismatch(benefit: Floats, hours: tuple[float, ...]) -> str:
    """What does not fit in one month, from the benefit at level 1, 2, … L."""
    last = len(hours)
    if benefit[-1] > 0:
        return (
            f"at level {last} ({hours[-1]:g} hours a week) some benefit would still be due; "
            "the ramp ends it"
        )
    used_up = int(np.argmax(benefit <= 0))
    if used_up < last - 1:
        return (
            f"benefit is used up from level {used_up + 1} ({hours[used_up]:g} hours a week), "
            f"below level {last} that ends it"
        )
    return ""
