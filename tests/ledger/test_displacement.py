"""Displacement: who feels it, and what it leaves alone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import xarray as xr

from jobsim.ledger import after_displacement, post, sums
from jobsim.vocabulary import PAYERS, POLICY_LINES
from tests.factory import small_town
from tests.ledger.conftest import random_volumes


@pytest.fixture(scope="module")
def increments(denmark) -> xr.DataArray:
    town = small_town(horizon__weeks=12)
    baseline = town.without_programmes()
    played = random_volumes(town, 1)
    other = random_volumes(baseline, 2)
    return post(played, town, denmark) - post(other, baseline, denmark)


def test_the_shares_of_the_month_count(increments, denmark):
    second = increments.month.values[1].astype("datetime64[D]").astype(dt.date)
    steps = [{"from": dt.date(2016, 1, 1), "value": 0.4}, {"from": second, "value": 0.1}]
    own = [{**steps[0], "value": 0.3}, {**steps[1], "value": 0.5}]
    prices = denmark.with_({"displacement.share": steps, "displacement.own_benefit_share": own})
    after = after_displacement(increments, prices)
    for payer, factors in {"municipality": (0.88, 0.95), "employer": (0.6, 0.9)}.items():
        kept = after.sel(payer=payer, line="wage_tax" if payer == "municipality" else "wage")
        given = increments.sel(payer=payer, line=kept.line.item())
        expected = given * np.array([factors[0], *[factors[1]] * (len(given.month) - 1)])
        np.testing.assert_allclose(kept, expected)


def test_factors_by_payer(increments, denmark):
    prices = denmark.with_({"displacement.share": 0.4, "displacement.own_benefit_share": 0.3})
    after = after_displacement(increments, prices)
    volume_driven = [x for x in increments.line.values if x not in POLICY_LINES]
    for payer, factor in {
        "municipality": 0.88,  # 1 - 0.4 * 0.3
        "state": 0.6,
        "recipient": 0.6,
        "employer": 0.6,
    }.items():
        np.testing.assert_allclose(
            after.sel(line=volume_driven, payer=payer),
            factor * increments.sel(line=volume_driven, payer=payer),
            rtol=1e-12,
        )


def test_staff_and_grants_are_paid_all_the_same(increments, denmark):
    after = after_displacement(increments, denmark)
    policy = list(POLICY_LINES)
    assert after.sel(line=policy).any()
    xr.testing.assert_equal(after.sel(line=policy), increments.sel(line=policy))


def test_none_changes_nothing(increments, denmark):
    none = denmark.with_({"displacement.share": 0.0})
    xr.testing.assert_identical(after_displacement(increments, none), increments)


def test_complete_leaves_the_municipality_what_others_lose(increments, denmark):
    complete = denmark.with_({"displacement.share": 1.0, "displacement.own_benefit_share": 0.0})
    after = after_displacement(increments, complete)
    xr.testing.assert_equal(after.sel(payer="municipality"), increments.sel(payer="municipality"))
    assert not after.sel(payer=["state", "recipient", "employer"]).any()


def test_sums_are_made_from_the_displaced_payers(increments, denmark):
    after = after_displacement(sums(increments), denmark)
    assert after.payer.values.tolist() == list(PAYERS)
    xr.testing.assert_identical(after, after_displacement(increments, denmark))
