"""Present value: by hand, without discounting, and against a plain recomputation."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from jobsim.errors import InputError
from jobsim.ledger import Prices, discount_factors, post, present_value, social_present_value, sums
from jobsim.scenario import Scenario
from jobsim.vocabulary import PUBLIC_PAYERS, REAL
from tests.factory import UNDATED, small_town
from tests.ledger.conftest import empty_volumes, random_volumes

LADDER = ((0.0, 0.04), (35.0, 0.03), (70.0, 0.02))


class TestPresentValue:
    def test_by_hand(self):
        value = present_value([100.0, 110.0, 121.0], [0.0, 1.0, 2.0], rate_per_year=0.1)
        assert value == pytest.approx(300.0)

    @given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(0, 100)), min_size=1))
    def test_nothing_changes_at_zero_per_cent(self, flows):
        amounts, times = zip(*flows, strict=True)
        assert present_value(amounts, times, rate_per_year=0.0) == np.sum(amounts)

    def test_a_rate_of_minus_one_is_refused(self):
        with pytest.raises(InputError, match="must be above -1 per year, got -1"):
            present_value([1.0], [1.0], rate_per_year=-1.0)

    def test_the_past_is_refused(self):
        with pytest.raises(InputError, match=r"0 years or more, got -0\.5"):
            present_value([1.0], [-0.5], rate_per_year=0.04)


class TestDiscountFactors:
    @pytest.mark.parametrize(
        ("years", "factor"),
        [
            (0.0, 1.0),
            (10.0, 1.04**-10),
            (35.0, 1.04**-35),
            (36.0, 1.04**-35 / 1.03),
            (70.0, 1.04**-35 * 1.03**-35),
            (80.0, 1.04**-35 * 1.03**-35 * 1.02**-10),
        ],
    )
    def test_each_rate_holds_for_its_own_years(self, years, factor):
        assert discount_factors([years], LADDER)[0] == pytest.approx(factor, rel=1e-12)

    @pytest.mark.parametrize(
        "ladder", [(), ((1.0, 0.04),), ((0.0, 0.04), (0.0, 0.03)), ((0.0, 0.04), (-5.0, 0.03))]
    )
    def test_a_ladder_rises_from_year_zero(self, ladder):
        with pytest.raises(InputError, match="must rise from year 0"):
            discount_factors([1.0], ladder)


def increments_of(seed: int, start: dt.date = dt.date(2018, 1, 1)) -> tuple[xr.DataArray, Scenario]:
    """Increments between two sets of random volumes, and the town they belong to."""
    town = small_town(horizon__start=start, horizon__weeks=56, **UNDATED)
    prices = Prices.load("denmark")
    return (
        post(random_volumes(town, seed), town, prices) - post(empty_volumes(town, 3), town, prices),
        town,
    )


class TestSocialPresentValue:
    def test_against_a_plain_recomputation(self, denmark):
        increments, town = increments_of(7)
        resources = [line for line in REAL if line != "leisure"]
        real = increments.sel(line=resources).sum(["line", "payer"]).values
        leisure = increments.sel(line="leisure").sum("payer").values
        public = increments.sel(payer=list(PUBLIC_PAYERS)).sum(["line", "payer"]).values
        expected = np.zeros(3)
        for place, (year, month) in enumerate([(2018, m) for m in range(1, 13)] + [(2019, 1)]):
            days = (dt.date(year, month, 1) - dt.date(2018, 1, 1)).days
            years = (days + calendar.monthrange(year, month)[1] / 2) / 365.25
            flow = 1.325 * real[:, place] + leisure[:, place] + 0.1 * public[:, place]
            expected += flow * {2018: 1.0, 2019: 102.23 / 103.00}[year] / 1.04**years
        value = social_present_value(increments, town, denmark)
        assert value.dims == ("replication",)
        np.testing.assert_allclose(value, expected, rtol=1e-10)

    def test_without_discounting_and_with_one_price_level_it_is_the_plain_sum(self, denmark):
        increments, town = increments_of(8)
        prices = denmark.with_(
            {
                "guidance.discount_rate_years_0_35": 0.0,
                "guidance.net_tax_factor": 1.0,
                "guidance.tax_distortion": 0.0,
                "consumer_prices.index": 100.0,
            }
        )
        np.testing.assert_allclose(
            social_present_value(increments, town, prices),
            increments.sum(["line", "payer", "month"]),
            rtol=1e-9,
        )

    def test_money_between_citizens_counts_for_nothing(self, denmark):
        increments, town = increments_of(1)
        moved = xr.zeros_like(increments)
        moved.loc[{"line": "wage", "payer": "recipient"}] = 1000.0
        moved.loc[{"line": "wage", "payer": "employer"}] = -1000.0
        assert not social_present_value(moved, town, denmark).any()

    @pytest.mark.parametrize(
        ("start", "distortion"),
        [(dt.date(2017, 1, 1), 0.2), (dt.date(2018, 1, 1), 0.1), (dt.date(2024, 1, 1), 0.0)],
    )
    def test_public_money_counts_by_its_distortion(self, denmark, start, distortion):
        increments, town = increments_of(1, start)
        moved = xr.zeros_like(increments)
        first = moved.month.values[0]
        moved.loc[{"line": "benefit", "payer": "municipality", "month": first}] = 1000.0
        moved.loc[{"line": "benefit", "payer": "recipient", "month": first}] = -1000.0
        # half a month of discounting is less than 0.2 per cent
        expected = pytest.approx(distortion * 1000.0, rel=2e-3)
        assert float(social_present_value(moved, town, denmark)[0]) == expected

    def test_later_kroner_are_worth_less(self, denmark):
        increments, town = increments_of(1)
        early, late = xr.zeros_like(increments), xr.zeros_like(increments)
        early.loc[{"line": "output", "payer": "employer", "month": increments.month[0]}] = 1000.0
        late.loc[{"line": "output", "payer": "employer", "month": increments.month[-1]}] = 1000.0
        values = [float(social_present_value(x, town, denmark)[0]) for x in (early, late)]
        assert values[0] > values[1] > 0

    def test_sums_over_payers_are_not_counted_again(self, denmark):
        increments, town = increments_of(2)
        xr.testing.assert_identical(
            social_present_value(sums(increments), town, denmark),
            social_present_value(increments, town, denmark),
        )

    def test_the_price_year_is_named_and_scales(self, denmark):
        increments, town = increments_of(3)
        in_2018 = social_present_value(increments, town, denmark)
        in_2022 = social_present_value(increments, town, denmark.with_({"price_year": 2022}))
        assert in_2022.attrs["units"] == "DKK, prices of 2022"
        np.testing.assert_allclose(in_2022 / in_2018, 113.46 / 102.23, rtol=1e-12)
