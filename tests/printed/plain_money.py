"""What a krone line is, again: amounts by line and payer from volumes and prices, in plain loops.

Nothing here comes from the program: scenario and prices are data, volumes arrays of integers by
[replication, month, …]. An amount is a volume times its price on the first day of the month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Data = dict[str, Any]
Floats = npt.NDArray[np.float64]
Volumes = Mapping[str, Any]
"""Arrays with named dimensions."""
Amounts = dict[tuple[str, str], Floats]
"""DKK by (line, payer), each [replication, month]; positive is a gain to the payer."""

WEEKS_PER_YEAR = 365.25 / 7
WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12
PAYERS = ("municipality", "state", "recipient", "employer")
STAFF_AND_GRANTS = ("regular_service", "programme", "consultants", "supports")
REAL = (*STAFF_AND_GRANTS, "activation", "output", "leisure")


def on(schedule: Any, day: dt.date) -> float:
    """A number, or the last step on or before a day; before the first, the first."""
    if not isinstance(schedule, list):
        return float(schedule)
    passed = [step["value"] for step in schedule if step["from"] <= day]
    return float(passed[-1] if passed else schedule[0]["value"])


def mean_of_year(schedule: Any, year: int) -> float:
    """Mean over the days of a calendar year."""
    days = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
    return sum(on(schedule, dt.date(year, 1, 1) + dt.timedelta(n)) for n in range(days)) / days


def weeks_of(town: Data) -> list[dt.date]:
    """Fourth day of each week: the week belongs to its month and year."""
    start = town["horizon"]["start"]
    return [start + dt.timedelta(7 * week + 3) for week in range(town["horizon"]["weeks"])]


def months_of(town: Data) -> list[dt.date]:
    """First day of each month that a week belongs to."""
    return sorted({day.replace(day=1) for day in weeks_of(town)})


def weeks_in_year(town: Data, year: int) -> int:
    """Weeks of a calendar year on the run's own grid, simulated or not."""
    days = (town["horizon"]["start"] + dt.timedelta(7 * week + 3) for week in range(-54, 999))
    return sum(day.year == year for day in days)


def ramp(town: Data) -> list[float]:
    """Weekly hours of the levels of a small job, from none to the last, which ends the benefit."""
    hours = town["small_jobs"]["hours_per_week"] if "small_jobs" in town else []
    return [0.0, *hours]


def benefit_of_rate(
    prices: Data, rate: str, hours: float, day: dt.date, work: str = "small_job"
) -> float:
    """Benefit of one week beside some hours of work, DKK before tax."""
    terms, wages, earnings = prices["benefits"][rate], prices["wages"], prices["earnings"]
    earned = on(wages[f"{work}_per_hour"], day) * taxable(prices, day) * hours
    disregarded = on(earnings["hourly_disregard"], day) * hours
    free = on(terms.get("free_amount_per_month", 0), day) / WEEKS_PER_MONTH
    counted = max(0.0, earned - disregarded - free)
    full = on(terms["per_month"], day) / WEEKS_PER_MONTH
    paid = full - on(earnings["deducted_share"], day) * counted
    if on(terms.get("earnings_cap_share", 0), day) > 0:
        highest = on(earnings["highest_unemployment_benefit_per_month"], day) / WEEKS_PER_MONTH
        together = on(terms["earnings_cap_share"], day) * highest
        paid = min(paid, full if earned == 0 else max(together, full) - earned)
    return max(0.0, paid)


def benefit_of(
    prices: Data, group: Data, hours: float, day: dt.date, work: str = "small_job"
) -> float:
    """Mean benefit of one week over the rates that a group draws."""
    rates = group["benefit_rates"].items()
    return sum(share * benefit_of_rate(prices, rate, hours, day, work) for rate, share in rates)


def taxable(prices: Data, day: dt.date) -> float:
    """Part of the gross wage that is taxed, and that the benefit looks at."""
    wages = prices["wages"]
    pension = on(wages.get("employee_pension_share", 0), day)
    return 1 - on(wages["labour_market_contribution"], day) - pension


def taxes(town: Data, prices: Data, day: dt.date) -> tuple[float, float]:
    """Municipality's and state's share of taxable income: what is not kept goes to the state."""
    rate = on(town["municipality"]["income_tax_rate"], day)
    kept = on(prices.get("equalisation", {}).get("kept_share", 0), day)
    return rate * kept, on(prices["taxes"]["state_rate"], day) + rate * (1 - kept)


def job_hours(town: Data, prices: Data, day: dt.date) -> tuple[float, float]:
    """Weekly hours of a job by route: ordinary, and by the ramp."""
    full = on(prices["wages"]["job_hours_per_week"], day)
    return full, ramp(town)[-1] or full


def refund_shares(prices: Data, day: dt.date) -> list[float]:
    """Municipality's share of the benefit by band; of steps, the last on or before a day."""
    given = prices["refund"]["municipal_share"]
    if not isinstance(given[0], dict):
        return list(given)
    passed = [step["value"] for step in given if step["from"] <= day]
    return list(passed[-1] if passed else given[0]["value"])


def amounts_of(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """Every line of the ledger."""
    found = {
        **benefit(town, prices, volumes),
        **other_benefit(town, prices, volumes),
        **wage(town, prices, volumes),
        **activation(town, prices, volumes),
        **leisure(town, prices, volumes),
        **staff(town, volumes),
        **supports(town, volumes),
    }
    found |= pension(town, prices, volumes) | expenditure_need(town, prices, volumes)
    return found | benefit_tax(town, prices, found) | work(town, prices, volumes, found)


def nothing(volumes: Volumes) -> Floats:
    """Zero kroner in each replication and month."""
    return np.zeros(volumes["benefit_weeks"].shape[:2])


def benefit(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """Municipality by its share of the band, of the last one beside a job; state the rest."""
    own, state, weeks = nothing(volumes), nothing(volumes), volumes["benefit_weeks"].values
    jobs = volumes["employed_weeks"].values
    for month, day in enumerate(months_of(town)):
        shares = refund_shares(prices, day)
        for place, group in enumerate(town["groups"].values()):
            for level in range(weeks.shape[-1]):
                week = benefit_of(prices, group, ramp(town)[level], day)
                for band, share in enumerate(shares):
                    paid = weeks[:, month, place, band, level] * week
                    own[:, month] += paid * share
                    state[:, month] += paid * (1 - share)
            for route, hours in enumerate(job_hours(town, prices, day)):
                paid = jobs[:, month, place, route] * benefit_of(prices, group, hours, day, "job")
                own[:, month] += paid * shares[-1]
                state[:, month] += paid * (1 - shares[-1])
    return {
        ("benefit", "municipality"): -own,
        ("benefit", "state"): -state,
        ("benefit", "recipient"): own + state,
    }


def other_benefit(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """What is drawn by those who left for something else than work or the end of a job.

    Those whose leaving a meeting settled go to the same places by other shares, where stated.
    """
    own, state = nothing(volumes), nothing(volumes)
    left = volumes["left_weeks"].values[..., 0].sum(axis=2)
    settled = volumes["meeting_left_weeks"].values.sum(axis=2)
    for month, day in enumerate(months_of(town)):
        for weeks, names in (
            (left - settled, ("share",)),
            (settled, ("share_after_meeting", "share")),
        ):
            gone = 0.0
            for place in sorted(
                prices["destinations"].values(), key=lambda one: "share" not in one
            ):
                stated = next((place[name] for name in names if name in place), None)
                share = 1 - gone if stated is None else on(stated, day)
                gone += share
                a_month = on(place.get("per_month", 0), day)
                drawn = weeks[:, month] * share * a_month / WEEKS_PER_MONTH
                paid = on(place.get("municipal_share", 0), day)
                own[:, month] += drawn * paid
                state[:, month] += drawn * (1 - paid)
    return {
        ("other_benefit", "municipality"): -own,
        ("other_benefit", "state"): -state,
        ("other_benefit", "recipient"): own + state,
    }


def pension(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """What the municipality pays beside the whole benefit after a year on the ladder."""
    paid, long = nothing(volumes), volumes["benefit_weeks"].values[:, :, :, -1, 0]
    for month, day in enumerate(months_of(town)):
        for place, group in enumerate(town["groups"].values()):
            for rate, share in group["benefit_rates"].items():
                per_month = prices["benefits"][rate].get("pension_contribution_per_month", 0)
                weeks = long[:, month, place] * share
                paid[:, month] += weeks * on(per_month, day) / WEEKS_PER_MONTH
    return {
        ("pension_contribution", "municipality"): -paid,
        ("pension_contribution", "recipient"): paid,
    }


def expenditure_need(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """What weeks in work take from the municipality's grant, some months later."""
    terms, lost = prices.get("equalisation", {}), nothing(volumes)
    later = terms.get("expenditure_need_after_months", 0)
    worked = volumes["employed_weeks"].values.sum(axis=(2, 3))
    days = months_of(town)
    for month in range(later, len(days)):
        per_week = on(terms.get("expenditure_need_per_week", 0), days[month - later])
        lost[:, month] = worked[:, month - later] * per_week
    return {("expenditure_need", "municipality"): -lost, ("expenditure_need", "state"): lost}


def benefit_tax(town: Data, prices: Data, found: Amounts) -> Amounts:
    """Tax on what recipients draw."""
    drawn = found["benefit", "recipient"] + found["other_benefit", "recipient"]
    rates = np.array([taxes(town, prices, day) for day in months_of(town)])
    return {
        ("benefit_tax", "municipality"): drawn * rates[:, 0],
        ("benefit_tax", "state"): drawn * rates[:, 1],
        ("benefit_tax", "recipient"): -drawn * rates.sum(axis=1),
    }


def wage(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """What employers pay in small jobs and jobs."""
    paid, small = nothing(volumes), volumes["benefit_weeks"].values.sum(axis=(2, 3))
    jobs = volumes["employed_weeks"].values.sum(axis=2)
    for month, day in enumerate(months_of(town)):
        for level in range(small.shape[-1]):
            an_hour = on(prices["wages"]["small_job_per_hour"], day)
            paid[:, month] += small[:, month, level] * ramp(town)[level] * an_hour
        for route, hours in enumerate(job_hours(town, prices, day)):
            paid[:, month] += (
                jobs[:, month, route] * hours * on(prices["wages"]["job_per_hour"], day)
            )
    return {("wage", "employer"): -paid, ("wage", "recipient"): paid}


def allowance_of(prices: Data, wage: float, day: dt.date) -> float:
    """Employment allowance of a week with a gross wage."""
    taxes = prices["taxes"]
    free = on(taxes.get("employment_allowance_share", 0), day) * wage
    most = on(taxes.get("employment_allowance_max_per_year", 0), day) / WEEKS_PER_YEAR
    return min(free, most) if most > 0 else free


def relief(town: Data, prices: Data, day: dt.date) -> tuple[float, float]:
    """What municipality and state do not get of each krone of the employment allowance."""
    own, state = taxes(town, prices, day)
    lowest = on(prices["taxes"]["state_rate"], day)
    return own, state - lowest + on(prices["taxes"].get("health_contribution", 0), day)


def allowances(town: Data, prices: Data, volumes: Volumes) -> Floats:
    """Employment allowance of everybody who works."""
    free, small = nothing(volumes), volumes["benefit_weeks"].values.sum(axis=(2, 3))
    jobs = volumes["employed_weeks"].values.sum(axis=2)
    for month, day in enumerate(months_of(town)):
        for level in range(small.shape[-1]):
            wage = ramp(town)[level] * on(prices["wages"]["small_job_per_hour"], day)
            free[:, month] += small[:, month, level] * allowance_of(prices, wage, day)
        for route, hours in enumerate(job_hours(town, prices, day)):
            wage = hours * on(prices["wages"]["job_per_hour"], day)
            free[:, month] += jobs[:, month, route] * allowance_of(prices, wage, day)
    return free


def work(town: Data, prices: Data, volumes: Volumes, found: Amounts) -> Amounts:
    """Tax on wages, contribution to the state included, and what the work yields."""
    paid, yields = found["wage", "recipient"], prices["wages"]["output_per_wage"]
    days, free = months_of(town), allowances(town, prices, volumes)
    rates = np.array([taxes(town, prices, day) for day in days])
    rates = rates * [[taxable(prices, day)] for day in days]
    less = np.array([relief(town, prices, day) for day in days])
    contribution = [on(prices["wages"]["labour_market_contribution"], day) for day in days]
    own = paid * rates[:, 0] - free * less[:, 0]
    state = paid * (rates[:, 1] + contribution) - free * less[:, 1]
    asked = prices["wages"].get("employer_contribution_share", 0)
    on_top = paid * [on(asked, day) for day in months_of(town)]
    return {
        ("employer_contribution", "employer"): -on_top,
        ("employer_contribution", "state"): on_top,
        ("wage_tax", "municipality"): own,
        ("wage_tax", "state"): state,
        ("wage_tax", "recipient"): -own - state,
        ("output", "employer"): paid * [on(yields, day) for day in days],
    }


def leisure(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """The share of what working adds to a person's net income that only pays for lost leisure."""
    gained, wages = nothing(volumes), prices["wages"]
    weeks = volumes["benefit_weeks"].values.sum(axis=3)
    jobs = volumes["employed_weeks"].values
    for month, day in enumerate(months_of(town)):
        tax = sum(taxes(town, prices, day))
        kept = 1 - on(wages["labour_market_contribution"], day) - taxable(prices, day) * tax
        lost = on(wages["leisure_share"], day)
        less = sum(relief(town, prices, day))
        for place, group in enumerate(town["groups"].values()):
            idle = benefit_of(prices, group, 0.0, day) * (1 - tax)
            for level in range(weeks.shape[-1]):
                hours = ramp(town)[level]
                wage = hours * on(wages["small_job_per_hour"], day)
                has = wage * kept + allowance_of(prices, wage, day) * less
                has += benefit_of(prices, group, hours, day) * (1 - tax)
                gained[:, month] += weeks[:, month, place, level] * max(0.0, has - idle) * lost
            for route, hours in enumerate(job_hours(town, prices, day)):
                wage = hours * on(wages["job_per_hour"], day)
                has = wage * kept + allowance_of(prices, wage, day) * less
                has += benefit_of(prices, group, hours, day, "job") * (1 - tax)
                gained[:, month] += jobs[:, month, place, route] * max(0.0, has - idle) * lost
    return {("leisure", "recipient"): -gained}


def activation(town: Data, prices: Data, volumes: Volumes) -> Amounts:
    """Bought activation of each benefit-week."""
    spent, weeks = nothing(volumes), volumes["benefit_weeks"].values.sum(axis=(3, 4))
    bought = prices["activation"]
    for month, day in enumerate(months_of(town)):
        for place, code in enumerate(town["groups"]):
            price = bought.get("per_week", {}).get(code, bought["default_per_week"])
            spent[:, month] += weeks[:, month, place] * on(price, day)
    return {("activation", "municipality"): -spent}


def grant_money(town: Data, code: str, year: int) -> float:
    """Money for a support in a year: what is asked for, at most what its programme has left."""
    support = town["supports"][code]
    asked = mean_of_year(support["budget_per_year"], year)
    if "paid_from" not in support:
        return asked
    left = mean_of_year(town["programmes"][support["paid_from"]]["budget_per_year"], year)
    for other, one in town["supports"].items():
        if other == code:
            break
        if one.get("paid_from") == support["paid_from"]:
            left = max(0.0, left - mean_of_year(one["budget_per_year"], year))
    return min(asked, left)


def staff_budgets(town: Data, code: str) -> list[float]:
    """What a programme has for staff in each week, as a yearly amount: its budget less grants.

    Grants take the same share of the budget in every week of a year.
    """
    schedule, left = town["programmes"][code]["budget_per_year"], {}
    paid = [name for name, one in town["supports"].items() if one.get("paid_from") == code]
    for year in {day.year for day in weeks_of(town)}:
        mean = mean_of_year(schedule, year)
        grants = sum(grant_money(town, name, year) for name in paid)
        left[year] = max(0.0, 1 - grants / mean) if mean > 0 else 0.0
    return [on(schedule, day) * left[day.year] for day in weeks_of(town)]


def staff(town: Data, volumes: Volumes) -> Amounts:
    """Salaries, week by week, whether or not anybody is met."""
    regular, weeks, months = town["regular_service"], weeks_of(town), months_of(town)
    consultants = town.get("small_jobs", {}).get("consultants", {"budget_per_year": 0})
    programmes = [staff_budgets(town, code) for code in town["programmes"]]
    money = {
        "regular_service": [
            on(regular["fte"], day) * on(regular["cost_per_fte_year"], day) for day in weeks
        ],
        "programme": [sum(one[week] for one in programmes) for week in range(len(weeks))],
        "consultants": [on(consultants["budget_per_year"], day) for day in weeks],
    }
    lengths = {year: weeks_in_year(town, year) for year in {day.year for day in weeks}}
    spent = {line: nothing(volumes) for line in money}
    for line, a_year in money.items():
        for day, amount in zip(weeks, a_year, strict=True):
            spent[line][:, months.index(day.replace(day=1))] += amount / lengths[day.year]
    return {(line, "municipality"): -paid for line, paid in spent.items()}


def supports(town: Data, volumes: Volumes) -> Amounts:
    """Grants given, at the year's mean unit cost."""
    spent, given = nothing(volumes), volumes["supports_granted"].values
    for month, day in enumerate(months_of(town)):
        for place, support in enumerate(town["supports"].values()):
            unit_cost = mean_of_year(support["unit_cost"], day.year)
            spent[:, month] += given[:, month, place] * unit_cost
    return {("supports", "municipality"): -spent}


def after_displacement(town: Data, prices: Data, gained: Amounts) -> Amounts:
    """Scenario − baseline, where some of the extra work pushes somebody else aside.

    The municipality feels those of them who are on its own benefit, or insured and resident; those
    who are insured draw insurance where the others draw a benefit. Staff and grants stay.
    """
    terms, days = prices["displacement"], months_of(town)

    def by_month(code: str) -> Floats:
        return np.array([on(terms.get(code, 0), day) for day in days])

    share, insured = by_month("share"), by_month("share") * by_month("insured_share")
    own = by_month("share") * by_month("own_benefit_share")
    left = {
        about: gain
        if about[0] in STAFF_AND_GRANTS
        else gain * (1 - (own if about[1] == "municipality" else share))
        for about, gain in gained.items()
    }
    if not insured.any():
        return left
    hours = gained["wage", "recipient"] * insured
    hours /= [on(prices["wages"]["job_per_hour"], day) for day in days]
    drawn, part = hours * by_month("insurance_per_hour"), by_month("insurance_municipal_share")
    left["unemployment_insurance", "municipality"] = -drawn * part
    left["unemployment_insurance", "state"] = -drawn * (1 - part)
    left["unemployment_insurance", "recipient"] = drawn
    left["benefit", "state"] += gained["benefit", "state"] * insured
    left["benefit", "recipient"] += gained["benefit", "recipient"] * insured
    rates = np.array([taxes(town, prices, day) for day in days])
    more = drawn + gained["benefit", "recipient"] * insured
    left["benefit_tax", "municipality"] += drawn * rates[:, 0]
    left["benefit_tax", "state"] += more * rates[:, 1]
    left["benefit_tax", "recipient"] -= more * rates.sum(axis=1)
    left["wage_tax", "municipality"] -= gained["wage_tax", "municipality"] * insured
    return left
