"""Posting: every amount by hand, every transfer balanced, nothing where nothing has a price."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import jobsim as js
from jobsim.errors import InputError, PriceError
from jobsim.ledger import Prices, post, sums
from jobsim.vocabulary import LINES, PAYERS, POLICY_LINES, PUBLIC_PAYERS, REAL, TRANSFERS
from tests.factory import small_town
from tests.ledger.conftest import empty_volumes, month_of, random_volumes, volumes_with

MONTHS_A_WEEK = 12 * 7 / 365.25
"""What turns an amount per month into one per week."""


def posted(amounts: xr.DataArray, line: str, payer: str) -> float:
    """Sum over the run in the only replication."""
    return float(amounts.sel(line=line, payer=payer).sum())


@pytest.mark.parametrize(
    ("year", "month", "rate", "level", "band", "benefit", "municipal_share"),
    [
        # until 30 June 2025: (125 * 0.92 - 26.78) * hours = 882.2 at 10 hours in 2018
        (2018, 3, "adult_without_children", 0, "0-3", 11_282 * MONTHS_A_WEEK, 0.2),
        (2018, 3, "adult_without_children", 1, "4-25", 11_282 * MONTHS_A_WEEK - 882.2, 0.6),
        (2018, 3, "adult_without_children", 2, "26-51", 11_282 * MONTHS_A_WEEK - 1764.4, 0.7),
        (2018, 3, "adult_with_children", 0, "52+", 14_993 * MONTHS_A_WEEK, 0.8),
        (2018, 3, "adult_with_children", 1, "52+", 14_993 * MONTHS_A_WEEK - 882.2, 0.8),
        (2018, 3, "integration_adult", 1, "0-3", 6_182 * MONTHS_A_WEEK - 882.2, 0.2),
        (2018, 9, "integration_adult", 1, "0-3", 5_997 * MONTHS_A_WEEK - 882.2, 0.2),
        (2018, 9, "integration_adult", 2, "26-51", 0.0, 0.7),
        # 2025 until June: (146 * 0.92 - 31.23) * 10 = 1030.9
        (2025, 6, "adult_without_children", 1, "4-25", 12_770 * MONTHS_A_WEEK - 1030.9, 0.6),
        # from 1 July 2025: 65 % of 146 * 0.92 * hours above 2,500 or 5,000 a month, indexed in 2026
        (
            2025,
            7,
            "adult_without_children",
            1,
            "4-25",
            13_590 * MONTHS_A_WEEK - 0.65 * (1343.2 - 2_500 * MONTHS_A_WEEK),
            0.6,
        ),
        (2025, 7, "adult_cohabiting", 0, "4-25", 12_498 * MONTHS_A_WEEK, 0.6),
        (2025, 7, "young_single", 0, "4-25", 8_297 * MONTHS_A_WEEK, 0.6),
        (
            2025,
            7,
            "adult_with_children",
            2,
            "52+",
            15_282 * MONTHS_A_WEEK - 0.65 * (2686.4 - 2_500 * MONTHS_A_WEEK),
            0.8,
        ),
        # 2026: 149.5 * 0.92 * 10 = 1375.4
        (
            2026,
            3,
            "integration_adult",
            1,
            "26-51",
            7_095 * MONTHS_A_WEEK - 0.65 * (1375.4 - 5_225 * MONTHS_A_WEEK),
            0.7,
        ),
        (2026, 3, "integration_adult", 0, "52+", 7_095 * MONTHS_A_WEEK, 0.8),
        (2026, 3, "integration_single_parent", 0, "0-3", 11_716 * MONTHS_A_WEEK, 0.2),
    ],
)
def test_benefit_of_one_person_week(
    denmark, year, month, rate, level, band, benefit, municipal_share
):
    scenario = month_of(year, month, rate=rate)
    where = {"group": "activity_ready", "band": band, "level": level}
    amounts = post(volumes_with(scenario, "benefit_weeks", 1, where), scenario, denmark)
    assert posted(amounts, "benefit", "municipality") == pytest.approx(-benefit * municipal_share)
    assert posted(amounts, "benefit", "state") == pytest.approx(-benefit * (1 - municipal_share))
    assert posted(amounts, "benefit", "recipient") == pytest.approx(benefit)
    assert posted(amounts, "benefit", "employer") == 0


def test_the_reduction_stops_at_zero_for_each_rate_before_they_are_averaged(denmark):
    # at 20 hours the parent keeps 14,993 - reduction and the integration rate is used up
    scenario = small_town(
        horizon__weeks=4,
        small_jobs__hours_per_week=[10.0, 20.0, 28.0],
        groups__activity_ready__benefit_rates={
            "adult_with_children": 0.5,
            "integration_adult": 0.5,
        },
    )
    where = {"group": "activity_ready", "band": "0-3", "level": 2}
    amounts = post(volumes_with(scenario, "benefit_weeks", 4, where), scenario, denmark)
    expected = 4 * 0.5 * (14_993 * MONTHS_A_WEEK - 1764.4)
    assert posted(amounts, "benefit", "recipient") == pytest.approx(expected)


class TestWork:
    def test_a_week_of_work(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "route": "ordinary"}
        amounts = post(volumes_with(scenario, "employed_weeks", 1, where), scenario, denmark)
        wage = 37 * 150
        contribution, taxable = 0.08 * wage, 0.92 * wage
        # the employment allowance is free of municipal tax and of the health contribution
        tax = (0.25 + 0.1213) * taxable - (0.25 + 0.01) * 0.095 * wage
        forgone = 11_282 * MONTHS_A_WEEK * (1 - 0.25 - 0.1213)
        assert posted(amounts, "wage", "recipient") == pytest.approx(wage)
        assert posted(amounts, "wage", "employer") == pytest.approx(-wage)
        assert posted(amounts, "wage_tax", "state") == pytest.approx(contribution + tax)
        assert posted(amounts, "wage_tax", "municipality") == 0
        assert posted(amounts, "wage_tax", "recipient") == pytest.approx(-contribution - tax)
        assert posted(amounts, "output", "employer") == pytest.approx(wage)
        assert posted(amounts, "leisure", "recipient") == pytest.approx(
            -0.3 * (wage - contribution - tax - forgone)
        )

    def test_the_ramp_leads_to_the_hours_of_its_last_level(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "route": "ramp"}
        amounts = post(volumes_with(scenario, "employed_weeks", 1, where), scenario, denmark)
        assert posted(amounts, "wage", "recipient") == pytest.approx(28 * 150)

    def test_a_small_job_is_paid_beside_the_benefit(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "band": "0-3", "level": 1}
        amounts = post(volumes_with(scenario, "benefit_weeks", 1, where), scenario, denmark)
        benefit = 11_282 * MONTHS_A_WEEK - 882.2
        relief = (0.25 + 0.01) * 0.095 * 1250
        gain = 1250 * 0.92 * (1 - 0.3713) + relief - 882.2 * (1 - 0.3713)
        assert posted(amounts, "wage", "recipient") == pytest.approx(1250)
        assert posted(amounts, "benefit_tax", "state") == pytest.approx(0.3713 * benefit)
        assert posted(amounts, "wage_tax", "state") == pytest.approx(100 + 0.3713 * 1150 - relief)
        assert posted(amounts, "leisure", "recipient") == pytest.approx(-0.3 * gain)

    def test_nobody_who_does_not_work_loses_leisure(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "band": "0-3", "level": 0}
        amounts = post(volumes_with(scenario, "benefit_weeks", 9, where), scenario, denmark)
        assert not amounts.sel(line=["leisure", "output", "wage"]).any()


class TestEmploymentAllowance:
    """A week of 37 hours in which the municipality keeps its tax of 25 per cent."""

    @staticmethod
    def tax(denmark, year, changes=()):
        scenario = month_of(year, 3)
        prices = denmark.with_({"equalisation.kept_share": 1.0, **dict(changes)})
        where = {"group": "activity_ready", "route": "ordinary"}
        amounts = post(volumes_with(scenario, "employed_weeks", 1, where), scenario, prices)
        return [posted(amounts, "wage_tax", payer) for payer in ("municipality", "state")]

    @pytest.mark.parametrize(
        ("year", "an_hour", "share", "lowest", "health"),
        [
            (2016, 145, 0.083, 0.0908, 0.03),
            (2018, 150, 0.095, 0.1113, 0.01),
            (2019, 152.5, 0.101, 0.1216, 0.0),
            (2026, 179, 0.1275, 0.1201, 0.0),
        ],
    )
    def test_what_each_base_is(self, denmark, year, an_hour, share, lowest, health):
        wage = 37 * an_hour
        own, state = self.tax(denmark, year)
        assert own == pytest.approx(0.25 * (0.92 - share) * wage)
        less = lowest * 0.92 + health * (0.92 - share)
        assert state == pytest.approx((0.08 + less) * wage)

    def test_the_maximum_is_that_of_a_year_of_weeks(self, denmark):
        most = {"taxes.employment_allowance_max_per_year": 15_000}
        own, _ = self.tax(denmark, 2018, most)
        assert own == pytest.approx(0.25 * (0.92 * 5550 - 15_000 * 7 / 365.25))

    def test_benefit_has_none(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "band": "0-3", "level": 0}
        volumes = volumes_with(scenario, "benefit_weeks", 9, where)
        without = denmark.with_({"taxes.employment_allowance_share": 0.0})
        assert (post(volumes, scenario, denmark) == post(volumes, scenario, without)).all()


class TestBenefitBesideAJob:
    """Ten weeks of work at the hourly wage of jobs, in kroner a week, by hand.

    A month has 365.25 / 7 / 12 = 4.348214 weeks; 8 per cent of the wage is contribution.

    May 2018, 150 kroner an hour, of which 150 x 0.92 - 26.78 = 111.22 reduce the benefit.
        25 hours: 2,780.50. Alone: 2,594.63 - 2,780.50 < 0. With children: 3,448.08 - 2,780.50
        = 667.58.
        37 hours: 4,115.14, more than either benefit.

    June 2025, 175 kroner, of which 175 x 0.92 - 31.23 = 129.77 reduce the benefit.
        25 hours: 3,244.25. Alone: 2,936.84 - 3,244.25 < 0. With children: 3,903.21 - 3,244.25
        = 658.96.
        37 hours: 4,801.49, more than either benefit.

    July 2025, 175 kroner, free amount 2,500 / 4.348214 = 574.95, cap 21,092 / 4.348214 = 4,850.73.
        25 hours earn 4,025.00; 0.65 x (4,025.00 - 574.95) = 2,242.53; the cap leaves 825.73.
            With a partner: 2,874.28 - 2,242.53 = 631.75. Alone: 3,125.42 - 2,242.53 = 882.89 and
            with children: 3,514.55 - 2,242.53 = 1,272.02, both capped at 825.73. Single parent on
            the minimum rate: free 1,149.90; 2,578.30 - 0.65 x
            (4,025.00 - 1,149.90) = 709.49; the cap is 0.85 x 4,850.73 = 4,123.12 and leaves 98.12.
        37 hours earn 5,957.00, more than the cap.

    March 2026, 179 kroner, free amount 2,612 / 4.348214 = 600.71, cap 22,041 / 4.348214 = 5,068.98.
        25 hours earn 4,117.00; 0.65 x (4,117.00 - 600.71) = 2,285.59; the cap leaves 951.98.
            With a partner: 3,003.53 - 2,285.59 = 717.94. Alone: 3,265.94 - 2,285.59 = 980.35 and
            with children: 3,672.54 - 2,285.59 = 1,386.95, both capped at 951.98.
        37 hours earn 6,093.16, more than the cap.
    """

    @pytest.mark.parametrize("route", ["ordinary", "ramp"])
    @pytest.mark.parametrize(
        ("year", "month", "rate", "hours", "a_week"),
        [
            (2018, 5, "adult_without_children", 25, 0),
            (2018, 5, "adult_with_children", 25, 667.58),
            (2018, 5, "adult_with_children", 37, 0),
            (2025, 6, "adult_without_children", 25, 0),
            (2025, 6, "adult_with_children", 25, 658.96),
            (2025, 6, "adult_with_children", 37, 0),
            (2025, 7, "adult_cohabiting", 25, 631.75),
            (2025, 7, "adult_without_children", 25, 825.73),
            (2025, 7, "adult_with_children", 25, 825.73),
            (2025, 7, "adult_with_children", 37, 0),
            (2025, 7, "adult_without_children", 37, 0),
            (2025, 7, "integration_single_parent", 25, 98.12),
            (2026, 3, "adult_cohabiting", 25, 717.94),
            (2026, 3, "adult_without_children", 25, 951.98),
            (2026, 3, "adult_with_children", 25, 951.98),
            (2026, 3, "adult_with_children", 37, 0),
        ],
    )
    def test_ten_weeks(self, denmark, year, month, rate, hours, a_week, route):
        scenario = month_of(year, month, rate=rate)
        prices = denmark
        if route == "ramp":
            scenario = scenario.with_({"small_jobs.hours_per_week": (10.0, 20.0, float(hours))})
        else:
            prices = denmark.with_({"wages.job_hours_per_week": float(hours)})
        where = {"group": "activity_ready", "route": route}
        amounts = post(volumes_with(scenario, "employed_weeks", 10, where), scenario, prices)
        near = {"rel": 1e-6, "abs": 0.1}
        assert posted(amounts, "benefit", "recipient") == pytest.approx(10 * a_week, **near)
        # the last step of the ladder, and tax as on every benefit
        assert posted(amounts, "benefit", "municipality") == pytest.approx(-8 * a_week, **near)
        assert posted(amounts, "benefit", "state") == pytest.approx(-2 * a_week, **near)
        tax = 0.25 + prices.taxes.state_rate.on(dt.date(year, month, 1))
        expected = pytest.approx(-tax * 10 * a_week, **near)
        assert posted(amounts, "benefit_tax", "recipient") == expected

    def test_rates_are_weighed_as_benefits_are(self, denmark):
        rates = {"adult_with_children": 0.25, "adult_cohabiting": 0.75}
        scenario = month_of(2026, 3).with_({"groups.activity_ready.benefit_rates": rates})
        prices = denmark.with_({"wages.job_hours_per_week": 25.0})
        where = {"group": "activity_ready", "route": "ordinary"}
        amounts = post(volumes_with(scenario, "employed_weeks", 1, where), scenario, prices)
        expected = 0.25 * 951.98 + 0.75 * 717.94
        assert posted(amounts, "benefit", "recipient") == pytest.approx(expected, abs=0.01)

    def test_it_is_part_of_what_work_gains(self, denmark):
        scenario = month_of(2026, 3)
        prices = denmark.with_({"wages.job_hours_per_week": 25.0})
        where = {"group": "activity_ready", "route": "ordinary"}
        amounts = post(volumes_with(scenario, "employed_weeks", 1, where), scenario, prices)
        wage, tax = 25 * 179, 0.25 + 0.1201
        net_wage = wage * 0.92 * (1 - tax) + 0.25 * 0.1275 * wage
        gain = net_wage + (951.98 - 14_201 * MONTHS_A_WEEK) * (1 - tax)
        assert posted(amounts, "leisure", "recipient") == pytest.approx(-0.3 * gain, abs=0.01)


class TestReformsWithinARun:
    """A share that changes on 1 February 2018 holds from February on, beside what held before."""

    @pytest.fixture
    def scenario(self):
        return small_town(
            horizon__start=dt.date(2018, 1, 1),
            horizon__weeks=8,
            small_jobs=None,
            groups__activity_ready__small_jobs=None,
        )

    @staticmethod
    def by_month(denmark, volumes, scenario, changes, line, payer):
        amounts = post(volumes, scenario, denmark.with_(changes))
        return amounts.sel(line=line, payer=payer, replication=0).values

    @pytest.mark.parametrize(("band", "before", "after"), [("0-3", 0.2, 0.1), ("52+", 0.8, 1.0)])
    def test_refund(self, denmark, scenario, band, before, after):
        where = {"group": "activity_ready", "band": band, "level": 0}
        volumes = volumes_with(scenario, "benefit_weeks", 10, where)
        reform = [
            {"from": dt.date(2016, 1, 1), "value": [0.2, 0.6, 0.7, 0.8]},
            {"from": dt.date(2018, 2, 1), "value": [0.1, 0.6, 0.7, 1.0]},
        ]
        changes = {"refund.municipal_share": reform}
        paid = 10 * 11_282 * MONTHS_A_WEEK
        for payer, shares in {
            "municipality": [before, after],
            "state": [1 - before, 1 - after],
        }.items():
            found = self.by_month(denmark, volumes, scenario, changes, "benefit", payer)
            np.testing.assert_allclose(found, [-share * paid for share in shares], rtol=1e-12)
        same = [{**step, "value": [0.2, 0.6, 0.7, 0.8]} for step in reform]
        dated = post(volumes, scenario, denmark.with_({"refund.municipal_share": same}))
        assert (dated.values == post(volumes, scenario, denmark).values).all()

    def test_equalisation(self, denmark, scenario):
        where = {"group": "activity_ready", "route": "ordinary"}
        volumes = volumes_with(scenario, "employed_weeks", 1, where)
        kept = {"equalisation.kept_share": _dated(0.4, 0.1)}
        found = self.by_month(denmark, volumes, scenario, kept, "wage_tax", "municipality")
        taxable = 37 * 150 * (0.92 - 0.095)
        np.testing.assert_allclose(found, [0.4 * 0.25 * taxable, 0.1 * 0.25 * taxable])
        told = post(volumes, scenario, denmark.with_(kept)).attrs["equalisation"]
        assert told.startswith("40%, 10% from 2018-02-01 of extra tax stays in the municipality")

    def test_destinations(self, denmark, scenario):
        where = {"group": "activity_ready", "cause": "other_exit"}
        volumes = volumes_with(scenario, "left_weeks", 1, where)
        changes = {
            "destinations.education.share": 0.0,
            "destinations.other_benefit.share": _dated(0.3, 0.5),
            "destinations.other_benefit.municipal_share": _dated(0.8, 0.2),
            "destinations.other_benefit.per_month": 12_000,
        }
        found = self.by_month(denmark, volumes, scenario, changes, "other_benefit", "municipality")
        weekly = 12_000 * MONTHS_A_WEEK
        np.testing.assert_allclose(found, [-0.3 * 0.8 * weekly, -0.5 * 0.2 * weekly])

    def test_destinations_after_a_meeting(self, denmark, scenario):
        """Of three left-weeks two are of people whose leaving a meeting settled."""
        where = {"group": "activity_ready", "cause": "other_exit"}
        volumes = volumes_with(scenario, "left_weeks", 3, where)
        volumes["meeting_left_weeks"].loc[{"group": "activity_ready"}] = 2
        changes = {
            "destinations.education.share": 0.0,
            "destinations.education.share_after_meeting": 0.0,
            "destinations.other_benefit.share": 0.3,
            "destinations.other_benefit.share_after_meeting": _dated(0.1, 0.2),
            "destinations.other_benefit.municipal_share": 0.8,
            "destinations.other_benefit.per_month": 12_000,
            "destinations.self_support.per_month": 1_000,
            "destinations.self_support.municipal_share": 1.0,
        }
        found = self.by_month(denmark, volumes, scenario, changes, "other_benefit", "municipality")
        drawn = [
            (0.3 + 2 * after) * 0.8 * 12_000 + (0.7 + 2 * (1 - after)) * 1_000
            for after in (0.1, 0.2)
        ]
        np.testing.assert_allclose(found, [-one * MONTHS_A_WEEK for one in drawn])

    def test_without_shares_of_their_own_all_who_leave_go_alike(self, denmark, scenario):
        places = [f"destinations.{code}" for code in ("other_benefit", "education")]
        alike = denmark.with_({f"{place}.share_after_meeting": None for place in places})
        other = {"destinations.other_benefit.share": 0.4}
        amounts = []
        for settled in (0, 3):
            where = {"group": "activity_ready", "cause": "other_exit"}
            volumes = volumes_with(scenario, "left_weeks", 7, where)
            volumes["meeting_left_weeks"].loc[{"group": "activity_ready"}] = settled
            amounts.append(post(volumes, scenario, alike.with_(other)))
        np.testing.assert_allclose(*amounts, rtol=1e-12)
        assert amounts[0].sel(line="other_benefit").any()

    def test_shares_after_a_meeting_price_nothing_where_no_meeting_settles_an_exit(
        self, denmark, scenario
    ):
        volumes = random_volumes(scenario, seed=2)
        volumes["meeting_left_weeks"].values[...] = 0
        other = {"destinations.other_benefit.share_after_meeting": 0.1}
        same = [post(volumes, scenario, prices) for prices in (denmark, denmark.with_(other))]
        np.testing.assert_array_equal(*same)


def _dated(before: float, after: float) -> list[dict[str, object]]:
    """A share that changes on 1 February 2018."""
    days = (dt.date(2016, 1, 1), dt.date(2018, 2, 1))
    return [{"from": day, "value": one} for day, one in zip(days, (before, after), strict=True)]


class TestTaxAfterEqualisation:
    def test_the_municipality_keeps_its_share(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "route": "ordinary"}
        volumes = volumes_with(scenario, "employed_weeks", 1, where)
        kept = post(volumes, scenario, denmark.with_({"equalisation.kept_share": 0.4}))
        wage = 37 * 150
        taxable, allowance = 0.92 * wage, 0.095 * wage
        own = 0.25 * (taxable - allowance)
        assert posted(kept, "wage_tax", "municipality") == pytest.approx(0.4 * own)
        assert posted(kept, "wage_tax", "state") == pytest.approx(
            0.08 * wage + 0.6 * own + 0.1213 * taxable - 0.01 * allowance
        )
        assert kept.attrs["equalisation"].startswith("40% of extra tax stays in the municipality")

    @pytest.mark.parametrize(
        ("name", "share", "told"),
        [
            ("guarantee", 0.0, "the municipality has chosen the state's guarantee and keeps none"),
            ("self_budgeting", 0.25, "25% of extra tax stays in the municipality, the rest"),
            ("all_municipal_tax", 1.0, "all municipal tax counts for the municipality"),
        ],
    )
    def test_named_treatments(self, denmark, name, share, told):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "route": "ordinary"}
        volumes = volumes_with(scenario, "employed_weeks", 1, where)
        amounts = post(volumes, scenario, denmark.with_tax_treatment(name))
        expected = share * 0.25 * 37 * 150 * (0.92 - 0.095)  # less the employment allowance
        assert posted(amounts, "wage_tax", "municipality") == pytest.approx(expected)
        assert amounts.attrs["equalisation"].startswith(told)

    def test_words_follow_the_share_and_not_the_name(self, denmark):
        always = [{"from": dt.date(2016, 1, 1), "value": 0.0}]
        for changes, told in (
            ({"kept_share": 0.255}, "25.5% of extra tax stays in the municipality, the rest"),
            ({"kept_share": 0.1, "treatments.guarantee": 0.1}, "10% of extra tax stays in the"),
            ({"kept_share": always}, "the municipality has chosen the state's guarantee"),
        ):
            priced = denmark.with_({f"equalisation.{name}": one for name, one in changes.items()})
            assert priced.equalisation.told.startswith(told)

    def test_an_unknown_treatment_is_refused_with_the_nearest(self, denmark):
        with pytest.raises(PriceError, match=r'no tax treatment "guarante".*"guarantee"'):
            denmark.with_tax_treatment("guarante")


class TestOtherLines:
    def test_other_benefits_after_an_exit(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "job_ready", "cause": "other_exit"}
        amounts = post(volumes_with(scenario, "left_weeks", 100, where), scenario, denmark)
        other, education = 50 * 16_100 * MONTHS_A_WEEK, 30 * 6_090 * MONTHS_A_WEEK
        assert posted(amounts, "other_benefit", "municipality") == pytest.approx(-0.8 * other)
        assert posted(amounts, "other_benefit", "state") == pytest.approx(-0.2 * other - education)
        assert posted(amounts, "benefit_tax", "recipient") == pytest.approx(
            -(0.25 + 0.1213) * (other + education)
        )

    def test_those_who_stay_away_after_a_job_cost_nothing(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "job_ready", "cause": "not_returned"}
        amounts = post(volumes_with(scenario, "left_weeks", 100, where), scenario, denmark)
        assert not amounts.drop_sel(line="regular_service").sel(line=list(TRANSFERS)).any()

    def test_activation_by_group(self, denmark):
        prices = denmark.with_({"activation.per_week": {"job_ready": 40.0}})
        scenario = month_of(2018, 3)
        volumes = empty_volumes(scenario)
        volumes["benefit_weeks"].loc[{"band": "4-25", "level": 0}] = 10
        amounts = post(volumes, scenario, prices)
        assert posted(amounts, "activation", "municipality") == pytest.approx(-10 * (40 + 161))

    def test_grants_cost_what_was_granted(self, denmark):
        scenario = month_of(2018, 3)
        where = {"support": "driving_licence"}
        amounts = post(volumes_with(scenario, "supports_granted", 3, where), scenario, denmark)
        assert posted(amounts, "supports", "municipality") == pytest.approx(-3 * 12_500)


class TestContributions:
    @pytest.mark.parametrize(
        ("rate", "year", "band", "level", "per_month"),
        [
            ("adult_without_children", 2018, "52+", 0, 189),
            ("adult_with_children", 2024, "52+", 0, 200),
            ("adult_without_children", 2018, "26-51", 0, 0),  # not a year on benefit yet
            ("adult_without_children", 2018, "52+", 1, 0),  # the benefit is reduced
            ("integration_adult", 2018, "52+", 0, 0),  # below the whole rate
        ],
    )
    def test_pension_beside_long_and_whole_benefit(
        self, denmark, rate, year, band, level, per_month
    ):
        scenario = month_of(year, 3, rate=rate)
        where = {"group": "activity_ready", "band": band, "level": level}
        amounts = post(volumes_with(scenario, "benefit_weeks", 10, where), scenario, denmark)
        paid = 10 * per_month * MONTHS_A_WEEK
        assert posted(amounts, "pension_contribution", "municipality") == pytest.approx(-paid)
        assert posted(amounts, "pension_contribution", "recipient") == pytest.approx(paid)
        assert posted(amounts, "pension_contribution", "state") == 0

    def test_employers_pay_the_state_on_top_of_wages(self, denmark):
        scenario = month_of(2018, 3)
        where = {"group": "activity_ready", "route": "ordinary"}
        volumes = volumes_with(scenario, "employed_weeks", 1, where)
        assert not post(volumes, scenario, denmark).sel(line="employer_contribution").any()
        prices = denmark.with_({"wages.employer_contribution_share": 0.3142})
        amounts = post(volumes, scenario, prices)
        paid = 0.3142 * 37 * 150
        assert posted(amounts, "employer_contribution", "state") == pytest.approx(paid)
        assert posted(amounts, "employer_contribution", "employer") == pytest.approx(-paid)
        where = {"group": "activity_ready", "band": "0-3", "level": 1}
        amounts = post(volumes_with(scenario, "benefit_weeks", 1, where), scenario, prices)
        assert posted(amounts, "employer_contribution", "state") == pytest.approx(0.3142 * 1250)


class TestExpenditureNeed:
    PER_WEEK = "equalisation.expenditure_need_per_week"
    AFTER = "equalisation.expenditure_need_after_months"

    @pytest.mark.parametrize(("after", "paid"), [(0, [7, 3, 2]), (1, [0, 7, 3]), (36, [0, 0, 0])])
    def test_work_lowers_the_grant_months_later(self, denmark, after, paid):
        town = small_town(horizon__start=dt.date(2018, 1, 1), horizon__weeks=13)
        volumes = empty_volumes(town)
        at = {"group": "job_ready", "route": "ramp"}
        volumes["employed_weeks"].loc[at] = np.array([[7, 3, 2]])
        amounts = post(volumes, town, denmark.with_({self.PER_WEEK: 300.0, self.AFTER: after}))
        need = amounts.sel(line="expenditure_need").isel(replication=0)
        expected = [-300.0 * weeks for weeks in paid]
        np.testing.assert_allclose(need.sel(payer="municipality"), expected)
        np.testing.assert_allclose(need.sel(payer="state"), [-one for one in expected])
        assert not need.sel(payer=["recipient", "employer"]).any()

    def test_it_is_left_out_unless_asked(self, denmark):
        town = small_town(horizon__weeks=12)
        amounts = post(random_volumes(town, 1), town, denmark.with_({self.AFTER: 0}))
        assert not amounts.sel(line="expenditure_need").any()


class TestStaff:
    def test_a_full_year_costs_its_budget(self, denmark):
        town = small_town(horizon__start=dt.date(2018, 1, 1), horizon__weeks=104)
        amounts = post(empty_volumes(town), town, denmark).sel(payer="municipality")
        by_year = amounts.isel(replication=0).groupby("month.year").sum()
        assert by_year.sel(year=2018, line="regular_service") == pytest.approx(-1.5 * 530_000)
        assert by_year.sel(year=2019, line="regular_service") == pytest.approx(-1.2 * 530_000)
        # the grants' money is no staff money
        assert by_year.sel(year=2018, line="programme") == pytest.approx(-900_000 + 150_000)
        assert by_year.sel(year=2019, line="programme") == pytest.approx(-600_000 + 100_000)
        assert by_year.sel(year=2018, line="consultants") == pytest.approx(-400_000)
        assert by_year.sel(year=2019, line="consultants") == 0

    def test_half_a_year_costs_half(self, denmark):
        town = small_town(horizon__start=dt.date(2018, 1, 1), horizon__weeks=26)
        amounts = post(empty_volumes(town), town, denmark)
        assert posted(amounts, "consultants", "municipality") == pytest.approx(-200_000)

    def test_without_programmes_only_the_regular_service_is_left(self, denmark):
        town = small_town().without_programmes()
        amounts = post(empty_volumes(town), town, denmark)
        assert posted(amounts, "regular_service", "municipality") < 0
        assert not amounts.sel(line=["programme", "consultants", "supports"]).any()


class TestBalance:
    @given(seed=st.integers(0, 2**32), kept=st.floats(0, 1), pension=st.floats(0, 0.2))
    def test_transfers_sum_to_zero_and_payers_to_the_total(self, seed, kept, pension):
        town = small_town(horizon__weeks=12)
        changes = {"equalisation.kept_share": kept, "wages.employee_pension_share": pension}
        changes |= {"wages.employer_contribution_share": kept}
        changes |= {TestExpenditureNeed.PER_WEEK: 1000 * pension, TestExpenditureNeed.AFTER: 1}
        prices = Prices.load("denmark").with_(changes)
        amounts = post(random_volumes(town, seed), town, prices)
        transfers = amounts.sel(line=amounts.kind == "transfer")
        assert abs(transfers).max() > 0
        assert abs(transfers.sum("payer")).max() <= 1e-9 * abs(transfers).max()
        both = sums(amounts)
        everybody = both.sel(payer=list(PAYERS))
        np.testing.assert_allclose(both.sel(payer="society"), everybody.sum("payer"), rtol=1e-12)
        real = amounts.sel(line=list(REAL)).sum(["line", "payer"])
        np.testing.assert_allclose(both.sel(payer="society").sum("line"), real, rtol=1e-9)
        np.testing.assert_allclose(
            both.sel(payer="public"),
            amounts.sel(payer=list(PUBLIC_PAYERS)).sum("payer"),
            rtol=1e-12,
        )

    def test_one_wrong_payer_would_show(self, denmark):
        town = small_town(horizon__weeks=12)
        amounts = post(random_volumes(town, 1), town, denmark)
        amounts.loc[{"line": "wage", "payer": "state"}] += 1.0
        assert abs(amounts.sel(line="wage").sum("payer")).max() > 0.5

    def test_amounts_are_proportional_to_volumes(self, denmark):
        town = small_town(horizon__weeks=12)
        once = random_volumes(town, 5)
        single, double = post(once, town, denmark), post(once * 2, town, denmark)
        moved = [line for line in LINES if line not in POLICY_LINES] + ["supports"]
        np.testing.assert_allclose(double.sel(line=moved), 2 * single.sel(line=moved), rtol=1e-12)

    def test_sums_can_be_made_again(self, denmark):
        town = small_town(horizon__weeks=12)
        both = sums(post(random_volumes(town, 5), town, denmark))
        xr.testing.assert_identical(sums(both), both)

    def test_pricing_leaves_the_volumes_alone(self, denmark):
        town = small_town(horizon__weeks=12)
        volumes = random_volumes(town, 5)
        before = volumes.copy(deep=True)
        post(volumes, town, denmark)
        xr.testing.assert_identical(volumes, before)


FREE = {
    **{
        f"benefits.{rate}.per_month.scale": 0.0
        for rate in (
            "adult_without_children",
            "adult_with_children",
            "integration_adult",
            "integration_single_parent",
        )
    },
    **{
        f"benefits.{rate}.pension_contribution_per_month.scale": 0.0
        for rate in ("adult_without_children", "adult_with_children")
    },
    "wages.small_job_per_hour.scale": 0.0,
    "wages.job_per_hour.scale": 0.0,
    "activation.default_per_week.scale": 0.0,
    "destinations.other_benefit.per_month.scale": 0.0,
    "destinations.education.per_month.scale": 0.0,
}


class TestZeroPrices:
    def test_zero_prices_give_zero_money(self, denmark):
        town = small_town(horizon__weeks=12, regular_service__fte=0).without_programmes()
        volumes = random_volumes(town, 3)
        assert not post(volumes, town, denmark.with_(FREE)).any()
        assert post(volumes, town, denmark).any()

    @pytest.mark.parametrize("path", [path for path in FREE if "integration" not in path])
    def test_each_price_counts(self, denmark, path):
        town = small_town(horizon__weeks=12, regular_service__fte=0).without_programmes()
        almost = {other: factor for other, factor in FREE.items() if other != path}
        assert post(random_volumes(town, 3), town, denmark.with_(almost)).any()


class TestVolumesOfAnEngine:
    def test_an_engine_s_volumes_can_be_priced(self, denmark):
        town = small_town(horizon__weeks=20)
        amounts = post(js.simulate(town, replications=2, seed=1), town, denmark)
        assert amounts.dims == ("line", "payer", "replication", "month")
        assert amounts.shape == (len(LINES), len(PAYERS), 2, 5)
        assert amounts.attrs["units"] == "DKK"
        assert np.isfinite(amounts).all()

    def test_volumes_of_another_run_are_refused(self, denmark):
        town, longer = small_town(horizon__weeks=12), small_town(horizon__weeks=40)
        with pytest.raises(InputError, match="volumes run from 2018-01 to 2018-03"):
            post(empty_volumes(town), longer, denmark)

    def test_volumes_of_another_town_are_refused(self, denmark):
        town = small_town(horizon__weeks=12)
        volumes = empty_volumes(town).sel(group=["activity_ready", "job_ready"])
        with pytest.raises(InputError, match="volumes have group"):
            post(volumes, town, denmark)

    def test_a_rate_without_price_is_refused(self, denmark):
        town = small_town(groups__job_ready__benefit_rates={"adult": 1.0})
        with pytest.raises(PriceError, match='no benefit rate "adult"'):
            post(empty_volumes(town), town, denmark)
