"""Volumes into kroner by line and payer.

May import errors, vocabulary, scenario, the price list and what one week is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from jobsim import vocabulary as words
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.ledger.prices import Prices
from jobsim.ledger.weekly import WeeklyPrices, weekly_prices
from jobsim.scenario import Scenario
from jobsim.scenario.scenario import grant_unit_cost_per_year, staff_money_per_year

if TYPE_CHECKING:
    import xarray as xr

Entry = Mapping[str, Floats]
"""Amounts of one line by payer, each [replication, month] or [month]."""


def post(volumes: xr.Dataset, scenario: Scenario, prices: Prices) -> xr.DataArray:
    """Price volumes: who gains or loses how much, on which line, in which month.

    Parameters
    ----------
    volumes : Dataset of integers, each (replication, month, …), as an engine returns it
    scenario : Scenario that was played
    prices : Prices

    Returns
    -------
    DataArray[line, payer, replication, month], float64, DKK nominal
        Positive is a gain to the payer. `kind` along line is "transfer" or "real"; attributes
        name the price list and what equalisation leaves of municipal tax.

    Raises
    ------
    PriceError
        If a group draws a benefit rate that the list lacks, or a changed price begins too late.
    InputError
        If the volumes do not belong to the scenario.

    Notes
    -----
    amount = volume × price on the first day of the month. Staff is paid by the week: in a year
    that is played in full the lines of staff add up to the year's budgets, whether or not all
    slots were used; grants cost what was granted. Tax is taken at one rate, wages less the
    employment allowance; the personal allowance is left out. Tax on other benefits is in
    benefit_tax. Whoever left because a meeting settled it goes to destinations by shares of their
    own. A job reached by the ramp has the hours of the ramp's last level. Benefit that is still
    due beside a job is paid on the last step of the refund ladder. What those draw who are pushed
    aside is in no amount here: see `after_displacement`. What work takes from the grant for
    expenditure need is paid months later; what falls due after the run is not in it.
    """
    import xarray as xr

    prices.check(scenario)
    prices.refuse_gaps(scenario)
    _belong_together(volumes, scenario)
    weekly = weekly_prices(scenario, prices, volumes["month"].values)
    entries = {**_transfers(volumes, weekly), **_policy(volumes, scenario)}
    wage = entries["wage"]["recipient"]
    entries |= _contributions(volumes, weekly, wage) | _activity(volumes, weekly, wage)
    entries["expenditure_need"] = _expenditure_need(volumes, weekly, prices)
    shape = (len(words.LINES), len(words.PAYERS), *volumes["benefit_weeks"].shape[:2])
    amounts = np.zeros(shape)
    for line, entry in entries.items():
        for payer, amount in entry.items():
            amounts[words.LINES.index(line), words.PAYERS.index(payer)] = amount
    kinds = ["transfer" if line.transfer else "real" for line in words.LINE_WORDS]
    return xr.DataArray(
        amounts,
        dims=("line", "payer", "replication", "month"),
        coords={
            "line": list(words.LINES),
            "payer": list(words.PAYERS),
            "replication": volumes["replication"],
            "month": volumes["month"],
            "kind": ("line", kinds),
        },
        name="amount",
        attrs={
            "units": prices.currency,
            "prices": prices.named,
            "equalisation": prices.equalisation.told,
        },
    )


def sums(amounts: xr.DataArray) -> xr.DataArray:
    """Add the sums over payers: `public` (the public purse) and `society` (all payers).

    Parameters
    ----------
    amounts : DataArray[…, payer, …], DKK, with all payers

    Returns
    -------
    DataArray of the same dimensions with payers and sums; sums that were there are made afresh
    """
    import xarray as xr

    own = amounts.sel(payer=list(words.PAYERS)).transpose("payer", ...)
    members = (list(total.members) for total in words.SUM_WORDS)
    totals = [own.sel(payer=one).values.sum(axis=0, keepdims=True) for one in members]
    joined = xr.DataArray(
        np.concatenate([own.values, *totals]),
        dims=own.dims,
        coords={**own.drop_vars("payer").coords, "payer": list(words.PURSES)},
        name=amounts.name,
        attrs=amounts.attrs,
    )
    return joined.transpose(*amounts.dims)


def _belong_together(volumes: xr.Dataset, scenario: Scenario) -> None:
    months = volumes["month"].values.astype("datetime64[M]")
    if not np.array_equal(months, scenario.weeks.months):
        raise InputError(
            f"volumes run from {months[0]} to {months[-1]}, scenario {scenario.name} from "
            f"{scenario.weeks.months[0]} to {scenario.weeks.months[-1]}; price them with their own"
        )
    levels = len(scenario.small_jobs.hours_per_week) if scenario.small_jobs else 1
    expected = {
        "group": list(scenario.groups),
        "support": list(scenario.supports),
        "level": list(range(levels)),
    }
    for name, codes in expected.items():
        found = volumes[name].values.tolist()
        if found != codes:
            raise InputError(
                f"volumes have {name} {found}, scenario {scenario.name} has {codes}; "
                "price them with their own"
            )


def _valued(volume: xr.DataArray, price: Floats) -> Floats:
    """Sum of volume × price: [replication, month, …] with [month, …] gives [replication, month]."""
    counts = volume.values
    flat = counts.reshape(*counts.shape[:2], -1)
    worth = np.broadcast_to(price, counts.shape[1:]).reshape(counts.shape[1], -1)
    return np.asarray(np.einsum("rmk,mk->rm", flat, worth))


def _between(gains: dict[str, Floats], loser: str) -> Entry:
    """Transfer of what some payers gain (or lose, if negative) from one other payer."""
    return {**gains, loser: -sum(gains.values(), start=np.zeros(1))}


def _transfers(volumes: xr.Dataset, weekly: WeeklyPrices) -> dict[str, Entry]:
    benefit = weekly.benefit[:, :, None, :]
    share = weekly.municipal_share[:, None, :, None]
    weeks, left = volumes["benefit_weeks"], volumes["left_weeks"].sel(cause=words.OTHER_EXIT)
    employed = volumes["employed_weeks"]
    shares = zip(words.BENEFIT_PAYERS, (share, 1.0 - share), strict=True)
    paid = {
        payer: -_valued(weeks, benefit * part)
        - _valued(employed, weekly.job_benefit * part[..., -1, :])
        for payer, part in shares
    }
    settled = volumes["meeting_left_weeks"]
    other = {
        payer: -_valued(left - settled, weekly.other_benefit[:, place, None])
        - _valued(settled, weekly.other_benefit_after_meeting[:, place, None])
        for place, payer in enumerate(words.BENEFIT_PAYERS)
    }
    wage = _valued(weeks, weekly.small_job_wage[:, None, None, :])
    wage += _valued(employed, weekly.job_wage[:, None, :])
    allowance = _valued(weeks, weekly.small_job_allowance[:, None, None, :])
    allowance += _valued(employed, weekly.job_allowance[:, None, :])
    income = -reduce(add, [*paid.values(), *other.values()])
    wage_tax = _taxes(wage * weekly.net_wage_share, weekly)
    wage_tax["state"] += wage * weekly.contribution_share
    wage_tax["municipality"] -= allowance * weekly.municipal_tax
    wage_tax["state"] -= allowance * weekly.state_relief
    return {
        "benefit": _between(paid, "recipient"),
        "benefit_tax": _between(_taxes(income, weekly), "recipient"),
        "wage": _between({"recipient": wage}, "employer"),
        "wage_tax": _between(wage_tax, "recipient"),
        "other_benefit": _between(other, "recipient"),
    }


def _contributions(volumes: xr.Dataset, weekly: WeeklyPrices, wage: Floats) -> dict[str, Entry]:
    """To pensions of those long on the whole benefit, and from employers to the state."""
    whole = volumes["benefit_weeks"].isel(band=-1, level=0)
    paid = {"municipality": -_valued(whole, weekly.pension_contribution)}
    return {
        "pension_contribution": _between(paid, "recipient"),
        "employer_contribution": _between(
            {"state": wage * weekly.employer_contribution}, "employer"
        ),
    }


def _expenditure_need(volumes: xr.Dataset, weekly: WeeklyPrices, prices: Prices) -> Entry:
    """What work after benefit takes from the grant, in the months in which it is paid."""
    lost = _valued(volumes["employed_weeks"], weekly.expenditure_need[:, None, None])
    months = lost.shape[1]
    later = min(prices.equalisation.expenditure_need_after_months, months)
    paid = np.pad(lost[:, : months - later], ((0, 0), (later, 0)))
    return _between({"municipality": -paid}, "state")


def _taxes(income: Floats, weekly: WeeklyPrices) -> dict[str, Floats]:
    return {"municipality": income * weekly.municipal_tax, "state": income * weekly.state_tax}


def _activity(volumes: xr.Dataset, weekly: WeeklyPrices, wage: Floats) -> dict[str, Entry]:
    weeks, employed = volumes["benefit_weeks"], volumes["employed_weeks"]
    lost = _valued(weeks, weekly.leisure_small_job[:, :, None, :])
    lost += _valued(employed, weekly.leisure_job)
    return {
        "activation": {"municipality": -_valued(weeks, weekly.activation[:, :, None, None])},
        "output": {"employer": wage * weekly.output_per_wage},
        "leisure": {"recipient": -lost},
    }


def _policy(volumes: xr.Dataset, scenario: Scenario) -> dict[str, Entry]:
    """Staff and grants, all paid by the municipality."""
    dates, service = scenario.weeks.dates, scenario.regular_service
    programmes = (staff_money_per_year(scenario, code) for code in scenario.programmes)
    consultants = scenario.small_jobs.consultants if scenario.small_jobs else None
    nothing = np.zeros(len(dates))
    per_year = {
        "regular_service": service.fte.at(dates) * service.cost_per_fte_year.at(dates),
        "programme": sum(programmes, start=nothing),
        "consultants": consultants.budget_per_year.at(dates) if consultants else nothing,
    }
    month, part = scenario.weeks.month_of_week, scenario.weeks.share_of_year
    paid = {
        line: -np.bincount(month, weights=money * part).astype(np.float64)
        for line, money in per_year.items()
    }
    paid["supports"] = -_valued(volumes["supports_granted"], _grant_costs(scenario))
    return {line: {"municipality": amount} for line, amount in paid.items()}


def _grant_costs(scenario: Scenario) -> Floats:
    """[month, support] : cost of one grant in the month's year."""
    years = scenario.weeks.months.astype("datetime64[Y]").astype(int) + 1970
    costs = [grant_unit_cost_per_year(scenario, code) for code in scenario.supports]
    by_month = np.array([[cost[year] for cost in costs] for year in years.tolist()])
    return by_month.reshape(len(years), len(costs))
