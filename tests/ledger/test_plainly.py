"""The whole ledger against plain Python: each line, payer and month, displacement included.

The recomputation reads price list and preset with tomllib and takes volumes as arrays.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import xarray as xr

import jobsim as js
from jobsim.ledger import Prices, after_displacement, post
from tests.printed import plain_money as plain
from tests.printed.cases import preset, price_list, steps

Data = dict[str, Any]


def short(name: str, start: dt.date, weeks: int) -> Data:
    """A part of a preset, or the same place at another time."""
    none = {"claims": {}, "observed": {}, "assumptions": {}, "correlations": []}
    return preset(name) | none | {"horizon": {"start": start, "weeks": weeks}}


TOWNS = {
    "esbjerg-2018-evidence": short("esbjerg-2018-evidence", dt.date(2018, 1, 1), 60),
    "kolding-2018": short("kolding-2018", dt.date(2018, 1, 1), 60),
    "town-2026": short("town-2026", dt.date(2026, 1, 5), 30),
    "kolding 2024 to 2027": short("kolding-2018", dt.date(2024, 11, 4), 120),
    "leaving at meetings": short("esbjerg-2018-evidence", dt.date(2018, 1, 1), 60),
}
"""Three presets, Kolding over the reform of 2025 and beyond the list, and exits at meetings."""
TOWNS["leaving at meetings"]["groups"]["job_ready"]["meeting_exit_probability"] = 0.02


def part_time() -> Data:
    """The list with jobs of 25 hours, tax that stays in part and allowances at their maximum."""
    kept = {"kept_share": 0.3, "expenditure_need_per_week": 90, "expenditure_need_after_months": 2}
    prices = price_list() | {"equalisation": kept, "assumptions": {}}
    prices["wages"] |= {"job_hours_per_week": 25, "employee_pension_share": 0.04}
    prices["wages"]["employer_contribution_share"] = 0.1
    prices["taxes"]["employment_allowance_max_per_year"] = 15_000
    prices["destinations"]["education"]["share_after_meeting"] = 0.1
    prices["destinations"]["self_support"] |= {"per_month": 700, "municipal_share": 0.6}
    return prices


def dated() -> Data:
    """The same with dates for what is mostly a plain number, growth after the list included."""
    growth = steps("2026-01-01", 0.01, "2027-01-01", 0.03)
    prices = part_time() | {"growth_per_year_after_list": growth}
    prices["wages"] |= {
        "job_hours_per_week": steps("2018-01-01", 25, "2018-07-01", 32, "2027-01-01", 28),
        "labour_market_contribution": steps("2018-01-01", 0.08, "2018-09-01", 0.1),
        "employee_pension_share": steps("2018-01-01", 0.04, "2018-05-01", 0, "2025-04-01", 0.06),
        "leisure_share": steps("2018-01-01", 0.3, "2018-11-01", 0.2, "2026-04-01", 0.4),
    }
    return prices


LISTS = {"denmark": price_list(), "part time": part_time(), "dated": dated()}

AMOUNTS = (
    *("per_month", "free_amount_per_month", "pension_contribution_per_month", "hourly_disregard"),
    *("highest_unemployment_benefit_per_month", "small_job_per_hour", "job_per_hour"),
    *("default_per_week", "insurance_per_hour", "employment_allowance_max_per_year"),
    "expenditure_need_per_week",
)
"""Entries in kroner."""


def in_2027(prices: Data, factor: float) -> Data:
    """A list whose amounts have a step of their own for 2027."""
    found = {}
    for name, value in prices.items():
        if isinstance(value, dict):
            found[name] = in_2027(value, factor)
        elif name in AMOUNTS:
            first = dt.date(2016, 1, 1)
            steps = value if isinstance(value, list) else [{"from": first, "value": value}]
            grown = {"from": dt.date(2027, 1, 1), "value": steps[-1]["value"] * factor}
            found[name] = [*steps, grown]
        else:
            found[name] = value
    return found


def without(town: Data) -> Data:
    """The same place without programmes, supports and consultants."""
    found = town | {"programmes": {}, "supports": {}}
    if "small_jobs" in town:
        jobs = town["small_jobs"].items()
        found["small_jobs"] = {code: one for code, one in jobs if code != "consultants"}
    return found


@lru_cache
def played(name: str) -> tuple[xr.Dataset, xr.Dataset]:
    """Volumes of a place with and without what it does."""
    town = TOWNS[name]
    ours, theirs = (js.Scenario.from_dict(one) for one in (town, without(town)))
    return tuple(js.simulate(one, replications=2, seed=3) for one in (ours, theirs))


def ledger(name: str, prices: Data) -> list[xr.DataArray]:
    """What the program says: gained with the policy, without it, and left after displacement."""
    towns = [js.Scenario.from_dict(one) for one in (TOWNS[name], without(TOWNS[name]))]
    given = Prices.from_dict(prices)
    amounts = [post(one, town, given) for one, town in zip(played(name), towns, strict=True)]
    return [*amounts, after_displacement(amounts[0] - amounts[1], towns[0], given)]


def recomputed(name: str, prices: Data) -> list[plain.Amounts]:
    """The same in plain Python."""
    towns = (TOWNS[name], without(TOWNS[name]))
    growth = plain.on(prices.get("growth_per_year_after_list", 0), dt.date(2027, 1, 1))
    prices = in_2027(prices, 1 + growth)
    ours, theirs = (
        plain.amounts_of(town, prices, one) for one, town in zip(played(name), towns, strict=True)
    )
    gained = {about: ours[about] - theirs[about] for about in ours}
    return [ours, theirs, plain.after_displacement(TOWNS[name], prices, gained)]


def furthest(found: xr.DataArray, expected: plain.Amounts) -> float:
    """Largest difference of any amount, DKK; lines and payers that one side lacks are nothing."""
    apart = [
        np.abs(found.sel(line=line, payer=payer).values - expected.get((line, payer), 0.0)).max()
        for line in found["line"].values.tolist()
        for payer in found["payer"].values.tolist()
    ]
    assert {line for line, _ in expected} <= set(found["line"].values.tolist())
    return float(max(apart))


@pytest.mark.parametrize("prices", LISTS)
@pytest.mark.parametrize("name", TOWNS)
def test_every_amount_is_what_plain_arithmetic_says(name, prices):
    both = zip(ledger(name, LISTS[prices]), recomputed(name, LISTS[prices]), strict=True)
    assert max(furthest(found, expected) for found, expected in both) < 1e-6


def test_every_line_is_at_work_in_some_case():
    amounts = [one for name in TOWNS for one in ledger(name, LISTS["part time"])]
    for line in amounts[0]["line"].values.tolist():
        assert any(one.sel(line=line).any() for one in amounts), line


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("wages.job_hours_per_week", 26.0),
        ("earnings.highest_unemployment_benefit_per_month.scale", 1.0001),
        ("benefits.adult_with_children.earnings_cap_share", 0.99),
        ("taxes.employment_allowance_max_per_year", 15_001.0),
        ("taxes.employment_allowance_share.scale", 0.5),
        ("displacement.insured_share", 0.31),
        ("growth_per_year_after_list", 0.0001),
        ("wages.employer_contribution_share", 0.101),
        ("equalisation.expenditure_need_per_week", 91.0),
        ("equalisation.expenditure_need_after_months", 3),
        ("benefits.adult_with_children.pension_contribution_per_month.scale", 1.01),
        ("displacement.insurance_per_hour.scale", 1.001),
        ("displacement.insurance_municipal_share", 0.61),
        ("destinations.education.share_after_meeting", 0.11),
        ("destinations.self_support.municipal_share", 0.61),
    ],
)
def test_a_price_that_is_a_little_off_is_seen(path, value):
    name = "leaving at meetings" if "destinations" in path else "kolding 2024 to 2027"
    prices = LISTS["part time"]
    wrong = Prices.from_dict(prices).with_({path: value}).to_dict()
    both = zip(ledger(name, wrong), recomputed(name, prices), strict=True)
    assert max(furthest(found, expected) for found, expected in both) > 1.0
