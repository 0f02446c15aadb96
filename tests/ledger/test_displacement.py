"""Displacement: who feels it, and what it leaves alone."""

from __future__ import annotations

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
