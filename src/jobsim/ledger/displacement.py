"""What is left of a policy's gain when part of the extra work pushes somebody else aside.

May import calendar, vocabulary, scenario, the price list and what one week is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jobsim import vocabulary as words
from jobsim.arrays import Floats
from jobsim.calendar import values_at
from jobsim.ledger.after_list import grown_for
from jobsim.ledger.prices import Prices
from jobsim.ledger.weekly import municipal_tax
from jobsim.scenario import Scenario

if TYPE_CHECKING:
    import xarray as xr


def after_displacement(
    increments: xr.DataArray, scenario: Scenario, prices: Prices
) -> xr.DataArray:
    """Increments when part of the extra work pushes somebody else aside.

    Parameters
    ----------
    increments : DataArray[line, payer, replication, month], DKK
        Scenario − baseline, as `post` gives them.
    scenario : Scenario, whose municipality taxes what the displaced draw
    prices : Prices

    Returns
    -------
    DataArray[line, payer, replication, month] of all payers, DKK; see `sums` for the sums

    Notes
    -----
    With d the displacement share of the month and o the share of the displaced who draw this
    municipality's benefit, every line that follows from volumes is multiplied by 1 - d * o for the
    municipality and by 1 - d for the other payers; staff and grants stay as they are. The
    municipality feels only those displaced persons who are on its own benefit, and the insured, of
    whom more below; state, recipients and employers feel all of them. Transfers no longer sum to
    zero: the purses of other municipalities, who lose the rest, are no payer here.

    A share i of the displaced draws unemployment insurance in this municipality, and no benefit.
    They lose d * i * (wage increment / hourly wage of a job) hours of work. Each hour costs the
    insurance of an hour: the municipality pays its share, the state the rest. So 1 - d * (1 - i)
    of the benefit is left to state and recipients, and tax follows what is drawn. The municipality
    loses its part of the tax on their wages too.

    But for that, the displaced are taken to lose what the placed gain, line by line: a
    simplification, since many of them draw another benefit.
    """
    prices = grown_for(prices, increments["month"].values)
    own = increments.sel(payer=list(words.PAYERS))
    own = own.transpose("line", "payer", "replication", "month")
    found = own.copy(data=own.values * _felt(own, prices)[:, :, None, :])
    for (line, payer), amount in _of_the_insured(own, scenario, prices).items():
        found.loc[{"line": line, "payer": payer}] += amount
    return found.transpose(*increments.dims)


def _felt(increments: xr.DataArray, prices: Prices) -> Floats:
    """[line, payer, month] : what is left of each amount, unemployment insurance apart."""
    terms, days = prices.displacement, increments["month"].values
    share = values_at(terms.share, days)
    own = values_at(terms.own_benefit_share, days)
    felt = dict.fromkeys(words.PAYERS, 1.0 - share) | {"municipality": 1.0 - share * own}
    policy = np.isin(increments["line"].values, words.POLICY_LINES)[:, None, None]
    return np.where(policy, 1.0, np.stack([*felt.values()]))


def _of_the_insured(
    increments: xr.DataArray, scenario: Scenario, prices: Prices
) -> dict[tuple[str, str], Floats]:
    """[replication, month] by line and payer : what insured persons change who are pushed aside."""
    terms, days = prices.displacement, increments["month"].values.astype("datetime64[D]")
    insured = values_at(terms.share, days) * values_at(terms.insured_share, days)
    wage = prices.wages.job_per_hour.at(days)
    per_krone = np.divide(
        insured * terms.insurance_per_hour.at(days), wage, out=np.zeros_like(wage), where=wage > 0
    )

    def gained(line: str, payer: str) -> Floats:
        return np.asarray(increments.sel(line=line, payer=payer).values)

    drawn = gained("wage", "recipient") * per_krone
    not_drawn = {payer: insured * gained("benefit", payer) for payer in words.PAYERS}
    income = drawn + not_drawn["recipient"]
    share = values_at(terms.insurance_municipal_share, days)
    kept, taken = municipal_tax(scenario, prices, days)
    to_state = prices.taxes.state_rate.at(days) + taken
    return {
        ("unemployment_insurance", "municipality"): -share * drawn,
        ("unemployment_insurance", "state"): -(1.0 - share) * drawn,
        ("unemployment_insurance", "recipient"): drawn,
        ("benefit", "state"): not_drawn["state"],
        ("benefit", "recipient"): not_drawn["recipient"],
        ("benefit_tax", "municipality"): kept * drawn,
        ("benefit_tax", "state"): to_state * income,
        ("benefit_tax", "recipient"): -(kept + to_state) * income,
        ("wage_tax", "municipality"): -insured * gained("wage_tax", "municipality"),
    }
