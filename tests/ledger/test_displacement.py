"""Displacement: who feels it, and what it leaves alone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import xarray as xr

from jobsim.ledger import Prices, after_displacement, post, sums
from jobsim.vocabulary import PAYERS, POLICY_LINES
from tests.factory import small_town
from tests.ledger.conftest import random_volumes

TOWN = small_town(horizon__weeks=12)


def displaced(increments, prices) -> xr.DataArray:
    return after_displacement(increments, TOWN, prices)


@pytest.fixture(scope="module")
def increments(denmark) -> xr.DataArray:
    baseline = TOWN.without_programmes()
    played = random_volumes(TOWN, 1)
    other = random_volumes(baseline, 2)
    return post(played, TOWN, denmark) - post(other, baseline, denmark)


@pytest.fixture(scope="module")
def uninsured(denmark) -> Prices:
    """Nobody who is pushed aside draws unemployment insurance."""
    return denmark.with_({"displacement.insured_share": 0.0})


def test_the_shares_of_the_month_count(increments, uninsured):
    second = increments.month.values[1].astype("datetime64[D]").astype(dt.date)
    steps = [{"from": dt.date(2016, 1, 1), "value": 0.4}, {"from": second, "value": 0.1}]
    own = [{**steps[0], "value": 0.3}, {**steps[1], "value": 0.5}]
    prices = uninsured.with_({"displacement.share": steps, "displacement.own_benefit_share": own})
    after = displaced(increments, prices)
    for payer, factors in {"municipality": (0.88, 0.95), "employer": (0.6, 0.9)}.items():
        kept = after.sel(payer=payer, line="wage_tax" if payer == "municipality" else "wage")
        given = increments.sel(payer=payer, line=kept.line.item())
        expected = given * np.array([factors[0], *[factors[1]] * (len(given.month) - 1)])
        np.testing.assert_allclose(kept, expected)


def test_factors_by_payer(increments, uninsured):
    prices = uninsured.with_({"displacement.share": 0.4, "displacement.own_benefit_share": 0.3})
    after = displaced(increments, prices)
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
    after = displaced(increments, denmark)
    policy = list(POLICY_LINES)
    assert after.sel(line=policy).any()
    xr.testing.assert_equal(after.sel(line=policy), increments.sel(line=policy))


def test_none_changes_nothing(increments, denmark):
    none = denmark.with_({"displacement.share": 0.0})
    xr.testing.assert_identical(displaced(increments, none), increments)


def test_complete_leaves_the_municipality_what_others_lose(increments, uninsured):
    complete = uninsured.with_({"displacement.share": 1.0, "displacement.own_benefit_share": 0.0})
    after = displaced(increments, complete)
    xr.testing.assert_equal(after.sel(payer="municipality"), increments.sel(payer="municipality"))
    assert not after.sel(payer=["state", "recipient", "employer"]).any()


def test_sums_are_made_from_the_displaced_payers(increments, denmark):
    after = displaced(sums(increments), denmark)
    assert after.payer.values.tolist() == list(PAYERS)
    xr.testing.assert_identical(after, displaced(increments, denmark))


INSURED = {
    "displacement.share": 0.4,
    "displacement.own_benefit_share": 0.3,
    "displacement.insured_share": 0.5,
    "displacement.insurance_municipal_share": 0.6,
    "equalisation.kept_share": 0.2,
}


class TestInsured:
    """One more week of work of 37 hours at 150 kroner in January 2018, four in ten displaced.

    Half of the displaced are insured: 0.4 x 0.5 x 37 = 7.4 hours of insurance at 116.22 kroner are
    860.03 kroner, of which the municipality pays 0.6 and keeps 0.2 of the tax of 25 per cent.
    """

    PAID = 0.4 * 0.5 * 37 * 116.22

    @pytest.fixture
    def gained(self, denmark):
        """Found from benefit, so that a week of benefit of 1,000 kroner is not drawn."""
        gained = xr.zeros_like(post(random_volumes(TOWN, 1, 1), TOWN, denmark))
        january = {"replication": 0, "month": gained["month"][0]}
        for line, payer, amount in (
            ("wage", "recipient", 37 * 150.0),
            ("wage", "employer", -37 * 150.0),
            ("wage_tax", "municipality", 250.0),
            ("benefit", "municipality", 800.0),
            ("benefit", "state", 200.0),
            ("benefit", "recipient", -1000.0),
        ):
            gained.loc[{**january, "line": line, "payer": payer}] = amount
        return gained

    @pytest.mark.parametrize(
        ("line", "payer", "amount"),
        [
            ("unemployment_insurance", "municipality", -0.6 * PAID),
            ("unemployment_insurance", "state", -0.4 * PAID),
            ("unemployment_insurance", "recipient", PAID),
            ("unemployment_insurance", "employer", 0.0),
            # 1 - 0.4 x 0.3 for those on its own benefit
            ("benefit", "municipality", 0.88 * 800),
            # 1 - 0.4 x (1 - 0.5): those who are insured draw no benefit
            ("benefit", "state", 0.8 * 200),
            ("benefit", "recipient", -0.8 * 1000),
            ("benefit_tax", "municipality", 0.2 * 0.25 * PAID),
            ("benefit_tax", "state", (0.8 * 0.25 + 0.1213) * (PAID - 0.2 * 1000)),
            ("benefit_tax", "recipient", -(0.25 + 0.1213) * (PAID - 0.2 * 1000)),
            # 1 - 0.4 x (0.3 + 0.5): those who are insured live here as well
            ("wage_tax", "municipality", 0.68 * 250),
            ("wage", "employer", -0.6 * 37 * 150),
        ],
    )
    def test_by_hand(self, denmark, gained, line, payer, amount):
        after = displaced(gained, denmark.with_(INSURED)).sel(line=line, payer=payer)
        np.testing.assert_allclose(after.isel(replication=0), [amount, 0.0, 0.0], atol=1e-9)

    def test_nothing_before_displacement(self, increments):
        assert not increments.sel(line="unemployment_insurance").any()

    def test_the_shares_of_the_month_count(self, denmark, increments):
        second = increments.month.values[1].astype("datetime64[D]").astype(dt.date)

        def steps(first, then):
            return [{"from": dt.date(2016, 1, 1), "value": first}, {"from": second, "value": then}]

        changes = {
            "displacement.insured_share": steps(0.5, 0.1),
            "displacement.insurance_municipal_share": steps(0.6, 0.8),
        }
        after = displaced(increments, denmark.with_({**INSURED, **changes}))
        paid = after.sel(line="unemployment_insurance", payer="municipality")
        hours = 0.4 * increments.sel(line="wage", payer="recipient") / 150
        parts = np.array([0.5 * 0.6, *[0.1 * 0.8] * (len(hours.month) - 1)])
        np.testing.assert_allclose(paid, -hours * parts * 116.22)

    def test_without_wages_there_is_nothing_to_insure(self, denmark, increments):
        free = denmark.with_({"wages.job_per_hour.scale": 0.0})
        assert not displaced(increments, free).sel(line="unemployment_insurance").any()
