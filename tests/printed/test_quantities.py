"""What every question asks for by name, in each future, against plain arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jobsim.analysis.outcomes.quantity import quantity
from tests.printed.cases import CASES, played
from tests.printed.pairs import pair
from tests.printed.plainly import (
    OF_ALL_GROUPS,
    PURSES,
    SAVINGS,
    VOLUMES,
    of_year,
    present_value,
    programme_cost,
)

all_cases = pytest.mark.parametrize("case", CASES)


def agree(case: str, code: str, right) -> None:
    """Hold a quantity against what it should be in each future."""
    found = quantity(code).of(played(case))
    np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-5, err_msg=code)


def periods(case: str) -> dict[str, list[int]]:
    """What narrows a quantity down to a year, or to nothing, with the months of it."""
    months = pair(case).ours.months
    years = sorted({day.year for day in months})
    return {"": of_year(months, None)} | {f":{year}": of_year(months, year) for year in years}


@all_cases
@pytest.mark.parametrize("measure", VOLUMES)
def test_a_volume_of_each_side_year_and_group(case, measure):
    both = pair(case)
    shared = [code for code in both.ours.town["groups"] if code in both.theirs.town["groups"]]
    groups = [None, *([] if measure in OF_ALL_GROUPS else shared)]
    for end, months in periods(case).items():
        for group in groups:
            who = [] if group is None else [group]
            ours, theirs = both.numbers(months, who or None, measure)
            code = ":".join([measure, *who]) + end
            agree(case, code, ours - theirs)
            agree(case, f"{code}:scenario", ours)
            agree(case, f"{code}:baseline", theirs)


@all_cases
@pytest.mark.parametrize("measure", ["programme_cost", *SAVINGS])
def test_money_of_each_purse_and_year(case, measure):
    both = pair(case)
    for purse in PURSES:
        if measure == "programme_cost":
            monthly = programme_cost(both.gained, purse)
        else:
            monthly = SAVINGS[measure](both, purse)
        monthly = np.broadcast_to(monthly, (CASES[case].replications, len(both.ours.months)))
        for end, months in periods(case).items():
            agree(case, f"{measure}:{purse}{end}", monthly[:, months].sum(axis=1))


@all_cases
def test_present_values(case):
    both = pair(case)
    agree(case, "net_present_value", present_value(both.ours, both.gained))
    after = present_value(both.ours, both.displaced)
    agree(case, "net_present_value_after_displacement", after)


def test_a_purse_is_the_municipalitys_unless_told():
    saved = quantity("net_saving").of(played("town"))
    assert math.fsum(saved) == math.fsum(quantity("net_saving:municipality").of(played("town")))
