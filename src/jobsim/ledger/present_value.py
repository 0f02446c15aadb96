"""What dated amounts are worth today; may import errors, calendar and the price list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Dates, Floats
from jobsim.calendar import DAYS_PER_YEAR
from jobsim.errors import InputError
from jobsim.ledger.prices import Prices
from jobsim.scenario import Scenario
from jobsim.vocabulary import PAYERS, PUBLIC_PAYERS

if TYPE_CHECKING:
    import xarray as xr


Ladder = Sequence[tuple[float, float]]


def present_value(amounts: npt.ArrayLike, times: npt.ArrayLike, *, rate_per_year: float) -> float:
    """Value today of dated amounts.

    Parameters
    ----------
    amounts : float[n], money at one price year
    times : float[n], years since the decision date, >= 0
    rate_per_year : float, > -1

    Returns
    -------
    float, money at the same price year

    Raises
    ------
    InputError
        If `rate_per_year` is -1 or less, or a time is negative.

    Notes
    -----
    Sum of amount / (1 + rate) ** time: discrete annual discounting [1]_.

    References
    ----------
    .. [1] HM Treasury, The Green Book, annex on discounting.

    Examples
    --------
    >>> round(present_value([100.0, 100.0], [0.0, 1.0], rate_per_year=0.035), 2)
    196.62
    """
    factors = discount_factors(times, [(0.0, rate_per_year)])
    return float(np.sum(np.asarray(amounts, dtype=float) * factors))


def discount_factors(times_in_years: npt.ArrayLike, ladder: Ladder) -> Floats:
    """Value today of one krone at each time, with a discount rate that changes with distance.

    Parameters
    ----------
    times_in_years : float[n], years since the decision date, >= 0
    ladder : sequence of (first year, rate per year), from year 0, in order of year

    Returns
    -------
    float64[n], between 0 and 1 for rates above 0

    Raises
    ------
    InputError
        If a rate is -1 or less, a time is negative, or the ladder does not rise from year 0.

    Notes
    -----
    Product over steps of (1 + rate) ** -(years spent in the step): each rate holds for the years
    of its step only, so that the value falls without a jump [1]_.

    References
    ----------
    .. [1] Finansministeriet, guidance on social cost-benefit analysis, declining discount rate.

    Examples
    --------
    >>> discount_factors([0.0, 1.0, 36.0], [(0.0, 0.04), (35.0, 0.03)]).round(4).tolist()
    [1.0, 0.9615, 0.246]
    """
    times = np.asarray(times_in_years, dtype=float)
    starts = [first for first, _ in ladder]
    if starts[:1] != [0] or starts != sorted(set(starts)):
        raise InputError(f"discount ladder must rise from year 0, got years {starts}")
    if np.any(times < 0):
        raise InputError(f"times must be 0 years or more, got {float(times.min()):g}")
    factors = np.ones(times.shape)
    for (first, rate), end in zip(ladder, [*starts[1:], np.inf], strict=True):
        if rate <= -1:
            raise InputError(f"discount rate must be above -1 per year, got {rate:g}")
        factors *= (1.0 + rate) ** -np.clip(times - first, 0.0, end - first)
    return factors


def mid_month_years(months: Dates, start: dt.date) -> Floats:
    """Years from a start to the middle of each month, at least 0 (float64[months])."""
    first = months.astype("datetime64[M]")
    edges = (first, first + np.timedelta64(1, "M"))
    days = [edge.astype("datetime64[D]").astype(float) for edge in edges]
    middle = (days[0] + days[1]) / 2.0 - np.datetime64(start, "D").astype(float)
    return np.asarray(np.maximum(middle, 0.0) / DAYS_PER_YEAR)


def social_present_value(
    increments: xr.DataArray, scenario: Scenario, prices: Prices
) -> xr.DataArray:
    """Net present value to society of a policy, at the prices of the list's price year.

    Parameters
    ----------
    increments : DataArray[line, payer, replication, month], DKK nominal
        Scenario − baseline, as `post` gives them.
    scenario : Scenario, for the date from which is discounted and whose guidance holds
    prices : Prices

    Returns
    -------
    DataArray[replication], float64, DKK of the price year

    Notes
    -----
    ``sum over months of deflator * discount factor * (f * R + L + d * P)``, R the real lines
    except leisure, L leisure, P all lines of municipality and state, f the net tax factor and d
    the tax distortion [1]_, both as the guidance in force at the start has them. Transfers count
    through P alone. Flows lie in the middle of their month.

    References
    ----------
    .. [1] Finansministeriet, Vejledning i samfundsøkonomiske konsekvensvurderinger (2017, 2023).
    """
    start, months = scenario.horizon.start, increments["month"].values
    factors = discount_factors(mid_month_years(months, start), prices.guidance.ladder(start))
    weights = factors * prices.consumer_prices.deflator(months, prices.price_year)
    own = increments.sel(payer=list(PAYERS))
    real = own.sel(line=own["kind"] == "real").sum("payer")
    leisure = real.sel(line="leisure", drop=True)
    resources = real.sum("line") - leisure
    public = own.sel(payer=list(PUBLIC_PAYERS)).sum(["line", "payer"])
    monthly = (
        prices.guidance.net_tax_factor.on(start) * resources
        + leisure
        + prices.guidance.tax_distortion.on(start) * public
    )
    value: xr.DataArray = (monthly * increments["month"].copy(data=weights)).sum("month")
    value = value.rename("social_present_value")
    return value.assign_attrs(units=f"DKK, prices of {prices.price_year}")
