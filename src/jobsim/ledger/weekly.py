"""What one week is worth, month by month, and what dated amounts are worth today.

All prices as arrays, and present values. May import errors, calendar, vocabulary, scenario, the
price list and the benefit beside work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Dates, Floats
from jobsim.calendar import DAYS_PER_YEAR, WEEKS_PER_MONTH, WEEKS_PER_YEAR, values_at
from jobsim.errors import InputError
from jobsim.ledger.after_list import grown_for, grown_to
from jobsim.ledger.benefits import group_benefit_per_week
from jobsim.ledger.prices import Prices
from jobsim.ledger.rates import shares_of
from jobsim.scenario import Group, Scenario
from jobsim.vocabulary import BENEFIT_PAYERS, PAYERS, PUBLIC_PAYERS

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class WeeklyPrices:
    """What one person-week is worth in each month, DKK before tax unless said otherwise."""

    benefit: Floats
    """[month, group, level] : benefit."""
    municipal_share: Floats
    """[month, band] : municipality's share of it."""
    small_job_wage: Floats
    """[month, level] : gross wage of a benefit-week."""
    job_wage: Floats
    """[month, route] : gross wage of an employed-week."""
    job_benefit: Floats
    """[month, group, route] : benefit that is still due in an employed-week."""
    small_job_allowance: Floats
    """[month, level] : employment allowance of a benefit-week."""
    job_allowance: Floats
    """[month, route] : employment allowance of an employed-week."""
    net_wage_share: Floats
    """[month] : taxable part of the gross wage."""
    contribution_share: Floats
    """[month] : labour-market contribution, as a share of the gross wage."""
    municipal_tax: Floats
    """[month] : share of taxable income that the municipality keeps after equalisation."""
    state_tax: Floats
    """[month] : share of taxable income that the state gets, with what equalisation takes."""
    state_relief: Floats
    """[month] : the part of it that is not taken of the employment allowance."""
    other_benefit: Floats
    """[month, payer] : other benefits per left-week, by `BENEFIT_PAYERS`."""
    other_benefit_after_meeting: Floats
    """[month, payer] : the same of those whose leaving a meeting settled."""
    pension_contribution: Floats
    """[month, group] : municipality's pension contribution for a benefit-week of the whole rate."""
    employer_contribution: Floats
    """[month] : employer's contribution to the state, as a share of the gross wage."""
    expenditure_need: Floats
    """[month] : what an employed-week takes from the municipality's grant, months later."""
    activation: Floats
    """[month, group] : bought activation per benefit-week."""
    output_per_wage: Floats
    """[month] : value of output as a factor on the gross wage."""
    leisure_share: Floats
    """[month] : share of the gain from working that pays for lost leisure."""

    @property
    def tax(self) -> Floats:
        """[month] : income tax as a share of taxable income."""
        return np.asarray(self.municipal_tax + self.state_tax)

    @property
    def net_benefit(self) -> Floats:
        """[month, group, level] : benefit after tax."""
        return np.asarray(self.benefit * (1.0 - self.tax)[:, None, None])

    def net_wage(self, wage: Floats, allowance: Floats) -> Floats:
        """[month, …] : wage after contribution and tax; pension contributions still count."""
        after_tax = 1.0 - self.contribution_share - self.net_wage_share * self.tax
        relief = self.municipal_tax + self.state_relief
        return np.asarray(wage * after_tax[:, None] + allowance * relief[:, None])

    @property
    def leisure_small_job(self) -> Floats:
        """[month, group, level] : lost leisure of a benefit-week, for the hours of its level."""
        net_wage = self.net_wage(self.small_job_wage, self.small_job_allowance)
        gain = net_wage[:, None, :] + self.net_benefit
        return self._lost_leisure(gain - self.net_benefit[:, :, :1])

    @property
    def leisure_job(self) -> Floats:
        """[month, group, route] : lost leisure of an employed-week."""
        net_benefit = self.job_benefit * (1.0 - self.tax)[:, None, None]
        has = self.net_wage(self.job_wage, self.job_allowance)[:, None, :] + net_benefit
        return self._lost_leisure(has - self.net_benefit[:, :, :1])

    def _lost_leisure(self, gain: Floats) -> Floats:
        """[month, …] : the part of what working adds to a net income that pays for leisure."""
        return np.asarray(self.leisure_share[:, None, None] * np.maximum(gain, 0.0))


def weekly_prices(scenario: Scenario, prices: Prices, months: Dates) -> WeeklyPrices:
    """Read all prices on the first day of each month."""
    days = months.astype("datetime64[D]")
    prices = grown_for(prices, days)
    ramp = scenario.small_jobs.hours_per_week if scenario.small_jobs else (0.0,)
    levels = np.array([0.0, *ramp[:-1]])
    full_time = values_at(prices.wages.job_hours_per_week, days)
    last = np.full(full_time.shape, ramp[-1]) if scenario.small_jobs else full_time
    routes = np.stack([full_time, last], axis=1)
    job = prices.wages.job_per_hour
    small_job_wage = np.outer(prices.wages.small_job_per_hour.at(days), levels)
    job_wage = job.at(days)[:, None] * routes
    kept, taken = municipal_tax(scenario, prices, days)
    refund = [values_at(share, days) for share in prices.refund.municipal_share]
    groups, spending = scenario.groups.values(), prices.activation
    due = [group_benefit_per_week(prices, g, routes, days, job) for g in groups]
    activation = [spending.per_week.get(g, spending.default_per_week) for g in scenario.groups]
    return WeeklyPrices(
        benefit=np.stack([group_benefit_per_week(prices, g, levels, days) for g in groups], axis=1),
        municipal_share=np.stack(refund, axis=1),
        small_job_wage=small_job_wage,
        job_wage=job_wage,
        job_benefit=np.stack(due, axis=1),
        small_job_allowance=_employment_allowance(prices, small_job_wage, days),
        job_allowance=_employment_allowance(prices, job_wage, days),
        net_wage_share=prices.wages.net_share(days),
        contribution_share=values_at(prices.wages.labour_market_contribution, days),
        municipal_tax=kept,
        state_tax=prices.taxes.state_rate.at(days) + taken,
        state_relief=prices.taxes.health_contribution.at(days) + taken,
        other_benefit=_other_benefit(prices, days, after_meeting=False),
        other_benefit_after_meeting=_other_benefit(prices, days, after_meeting=True),
        pension_contribution=np.stack([_pension(prices, g, days) for g in groups], axis=1),
        employer_contribution=prices.wages.employer_contribution_share.at(days),
        expenditure_need=prices.equalisation.expenditure_need_per_week.at(days),
        activation=np.stack([schedule.at(days) for schedule in activation], axis=1),
        output_per_wage=prices.wages.output_per_wage.at(days),
        leisure_share=values_at(prices.wages.leisure_share, days),
    )


def municipal_tax(scenario: Scenario, prices: Prices, days: Dates) -> tuple[Floats, Floats]:
    """Of each taxed krone, what the municipality keeps and what equalisation takes to the state."""
    rate = scenario.municipality.income_tax_rate.at(days)
    share = values_at(prices.equalisation.kept_share, days)
    return np.asarray(rate * share), np.asarray(rate * (1.0 - share))


def _employment_allowance(prices: Prices, wage: Floats, days: Dates) -> Floats:
    """[month, …] : what of a week's gross wage bears no municipal tax; the maximum week by week."""
    highest = prices.taxes.employment_allowance_max_per_year.at(days)[:, None] / WEEKS_PER_YEAR
    allowance = prices.taxes.employment_allowance_share.at(days)[:, None] * wage
    return np.asarray(np.minimum(allowance, np.where(highest > 0, highest, np.inf)))


def _pension(prices: Prices, group: Group, days: Dates) -> Floats:
    """Mean pension contribution of a week over the rates that a group draws."""
    per_month = (
        share * prices.benefit_rate(rate).pension_contribution_per_month.at(days)
        for rate, share in group.benefit_rates.items()
    )
    return np.asarray(sum(per_month) / WEEKS_PER_MONTH)


def _other_benefit(prices: Prices, days: Dates, *, after_meeting: bool) -> Floats:
    """[month, payer] : mean over destinations of what a week costs the payers of benefit."""
    cost = np.zeros((len(days), len(BENEFIT_PAYERS)))
    shares = shares_of(prices.destinations, days, after_meeting=after_meeting)
    for code, place in prices.destinations.items():
        share = values_at(place.municipal_share, days)
        per_week = shares[code] * place.per_month.at(days) / WEEKS_PER_MONTH
        cost += per_week[:, None] * np.stack([share, 1.0 - share], axis=1)
    return cost


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


def discount_factors(
    times_in_years: npt.ArrayLike, ladder: Sequence[tuple[float, float]]
) -> Floats:
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
    year = prices.price_year_of(scenario)
    index = grown_to(grown_for(prices, months), year).consumer_prices
    weights = factors * index.deflator(months, year)
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
    total = (monthly * increments["month"].copy(data=weights)).sum("month")
    value: xr.DataArray = total.rename("social_present_value")
    return value.assign_attrs(units=f"{prices.currency}, prices of {year}")
