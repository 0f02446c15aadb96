"""Prices lowered to arrays by month, once per posting; imports layers 0 to 2 and the price list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.calendar import WEEKS_PER_MONTH
from jobsim.ledger.benefits import group_benefit_per_week
from jobsim.ledger.prices import Prices
from jobsim.scenario import Scenario

__all__ = ["WeeklyPrices", "weekly_prices"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WeeklyPrices:
    """What one person-week is worth in each month, DKK before tax unless said otherwise."""

    benefit: Floats
    """[month, group, level] : benefit."""
    municipal_share: Floats
    """[band] : municipality's share of it."""
    small_job_wage: Floats
    """[month, level] : gross wage of a benefit-week."""
    job_wage: Floats
    """[month, route] : gross wage of an employed-week."""
    net_wage_share: float
    """Taxable part of the gross wage."""
    contribution_share: float
    """Labour-market contribution, as a share of the gross wage."""
    municipal_tax: Floats
    """[month] : share of taxable income that the municipality keeps after equalisation."""
    state_tax: Floats
    """[month] : share of taxable income that the state gets, with what equalisation takes."""
    other_benefit: Floats
    """[month, payer] : other benefits per left-week, paid by municipality and state."""
    activation: Floats
    """[month, group] : bought activation per benefit-week."""
    output_per_wage: Floats
    """[month] : value of output as a factor on the gross wage."""
    leisure_share: float
    """Share of the gain from working that pays for lost leisure."""

    @property
    def tax(self) -> Floats:
        """[month] : income tax as a share of taxable income."""
        return np.asarray(self.municipal_tax + self.state_tax)

    @property
    def net_benefit(self) -> Floats:
        """[month, group, level] : benefit after tax."""
        return np.asarray(self.benefit * (1.0 - self.tax)[:, None, None])

    def net_wage(self, wage: Floats) -> Floats:
        """[month, …] : wage after contribution and tax; pension contributions still count."""
        after_tax = 1.0 - self.contribution_share - self.net_wage_share * self.tax
        return np.asarray(wage * after_tax[:, None])

    @property
    def leisure_small_job(self) -> Floats:
        """[month, group, level] : lost leisure of a benefit-week, for the hours of its level."""
        gain = self.net_wage(self.small_job_wage)[:, None, :] + self.net_benefit
        return np.asarray(self.leisure_share * np.maximum(gain - self.net_benefit[:, :, :1], 0.0))

    @property
    def leisure_job(self) -> Floats:
        """[month, group, route] : lost leisure of an employed-week."""
        gain = self.net_wage(self.job_wage)[:, None, :] - self.net_benefit[:, :, :1]
        return np.asarray(self.leisure_share * np.maximum(gain, 0.0))


def weekly_prices(
    scenario: Scenario, prices: Prices, months: npt.NDArray[np.datetime64]
) -> WeeklyPrices:
    """Read all prices on the first day of each month."""
    days = months.astype("datetime64[D]")
    ramp = scenario.small_jobs.hours_per_week if scenario.small_jobs else (0.0,)
    levels = np.array([0.0, *ramp[:-1]])
    full_time = prices.wages.job_hours_per_week
    routes = np.array([full_time, ramp[-1] if scenario.small_jobs else full_time])
    rate = scenario.municipality.income_tax_rate.at(days)
    kept = prices.equalisation.kept_share
    groups = scenario.groups.values()
    return WeeklyPrices(
        benefit=np.stack([group_benefit_per_week(prices, g, levels, days) for g in groups], axis=1),
        municipal_share=np.array(prices.refund.municipal_share),
        small_job_wage=np.outer(prices.wages.small_job_per_hour.at(days), levels),
        job_wage=np.outer(prices.wages.job_per_hour.at(days), routes),
        net_wage_share=prices.wages.net_share,
        contribution_share=prices.wages.labour_market_contribution,
        municipal_tax=rate * kept,
        state_tax=prices.taxes.state_rate.at(days) + rate * (1.0 - kept),
        other_benefit=_other_benefit(prices, days),
        activation=np.stack([_activation(prices, code, days) for code in scenario.groups], axis=1),
        output_per_wage=prices.wages.output_per_wage.at(days),
        leisure_share=prices.wages.leisure_share,
    )


def _other_benefit(prices: Prices, days: npt.NDArray[np.datetime64]) -> Floats:
    """[month, payer] : mean over destinations of what a week costs municipality and state."""
    cost = np.zeros((len(days), 2))
    for place in prices.destinations.values():
        per_week = place.share * place.per_month.at(days) / WEEKS_PER_MONTH
        cost += np.outer(per_week, [place.municipal_share, 1.0 - place.municipal_share])
    return cost


def _activation(prices: Prices, code: str, days: npt.NDArray[np.datetime64]) -> Floats:
    spending = prices.activation
    return np.asarray(spending.per_week.get(code, spending.default_per_week).at(days))
