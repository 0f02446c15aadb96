"""Price lists: what the Danish one says, where it has it from, and what is refused."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from jobsim.calendar import WEEKS_PER_MONTH
from jobsim.errors import InputError, PriceError
from jobsim.ledger import Prices, benefit_per_week, ramp_warnings
from jobsim.ledger.rates import dates_of
from jobsim.scenario import register
from jobsim.scenario.document import Document
from jobsim.scenario.paths import flatten, has_number, value_at
from tests.factory import small_town

JAN_2018 = np.array(["2018-01-01"], dtype="datetime64[D]")
JULY_2025 = np.array(["2025-07-01"], dtype="datetime64[D]")


class TestDenmark:
    def test_every_number_has_a_source_and_a_kind(self, denmark):
        rows = register(denmark)
        assert len(rows.rows) > 30
        assert not rows.unsourced

    def test_an_unsourced_number_is_found(self, denmark):
        data = denmark.stated()
        data["assumptions"] = dict(data["assumptions"])
        del data["assumptions"]["refund.municipal_share"]
        unsourced = {row.path for row in register(Prices.from_dict(data)).unsourced}
        assert unsourced == {"refund.municipal_share"}

    def test_no_number_leaves_its_plausible_range(self, denmark):
        assert not register(denmark).outside_range

    def test_every_source_is_used(self, denmark):
        used = {code for stated in denmark.assumptions.values() for code in stated.sources}
        assert used == set(denmark.sources)

    def test_every_assumption_covers_something(self, denmark):
        paths = [row.path for row in register(denmark).rows]
        for stated in denmark.assumptions:
            assert any(path == stated or path.startswith(f"{stated}.") for path in paths), stated

    @pytest.mark.parametrize(
        ("day", "rate", "per_month"),
        [
            (dt.date(2016, 6, 1), "adult_without_children", 10_968),
            (dt.date(2018, 6, 30), "adult_without_children", 11_282),
            (dt.date(2018, 6, 30), "adult_with_children", 14_993),
            (dt.date(2018, 6, 30), "integration_adult", 6_182),
            (dt.date(2018, 7, 1), "integration_adult", 5_997),
            (dt.date(2023, 1, 1), "adult_with_children", 15_874),
            (dt.date(2025, 7, 1), "integration_adult", 6_789),
            (dt.date(2025, 7, 1), "adult_with_children", 12_498 + 2_784),
            (dt.date(2025, 7, 1), "integration_single_parent", 6_789 + 2_784 + 1_638),
        ],
    )
    def test_rates(self, denmark, day, rate, per_month):
        assert denmark.benefits[rate].per_month.on(day) == per_month

    @pytest.mark.parametrize(
        ("day", "rates", "factor", "distortion"),
        [
            (dt.date(2017, 8, 27), (0.04, 0.03, 0.02), 1.325, 0.2),
            (dt.date(2017, 8, 28), (0.04, 0.03, 0.02), 1.325, 0.1),
            (dt.date(2021, 1, 7), (0.035, 0.025, 0.015), 1.28, 0.1),
            (dt.date(2023, 6, 22), (0.035, 0.025, 0.015), 1.28, 0.0),
        ],
    )
    def test_guidance_by_date(self, denmark, day, rates, factor, distortion):
        guidance = denmark.guidance
        assert guidance.ladder(day) == tuple(zip((0.0, 35.0, 70.0), rates, strict=True))
        assert guidance.net_tax_factor.on(day) == factor
        assert guidance.tax_distortion.on(day) == distortion

    def test_not_priced_is_said(self, denmark):
        said = " ".join(denmark.not_priced)
        for word in ("ceiling", "225-hour", "premium", "guarantee", "reclassification", "crime"):
            assert word in said


class TestBenefitBesideASmallJob:
    """The worked example: 125 kroner an hour, 8 % contribution; months there have 4.33 weeks."""

    @pytest.mark.parametrize(
        ("hours", "cut_2018", "cut_increased", "cut_minimum"),
        [
            (5, 1_910, 0, 0),
            (10, 3_820, 1_612, 0),
            (15, 5_730, 3_230, 1_605),
            (20, 7_640, 4_848, 3_223),
        ],
    )
    def test_worked_example(self, denmark, hours, cut_2018, cut_increased, cut_minimum):
        prices = denmark.with_({"wages.small_job_per_hour": 125.0})

        def cut(rate, day):
            without, beside = benefit_per_week(prices, rate, [0.0, hours], day)[0]
            return (without - beside) * WEEKS_PER_MONTH

        near = {"rel": 0.02, "abs": 1.0}
        assert cut("adult_without_children", JAN_2018) == pytest.approx(cut_2018, **near)
        assert cut("adult_without_children", JULY_2025) == pytest.approx(cut_increased, **near)
        assert cut("integration_adult", JULY_2025) == pytest.approx(cut_minimum, **near)

    def test_never_below_zero(self, denmark):
        assert benefit_per_week(denmark, "integration_adult", [37.0], JAN_2018)[0, 0] == 0.0

    @pytest.mark.parametrize(
        ("rate", "hours", "together"),
        [("integration_single_parent", 25, 0.85), ("adult_with_children", 30, 1.0)],
    )
    def test_earnings_and_benefit_end_at_the_cap(self, denmark, rate, hours, together):
        earned = 146 * 0.92 * hours
        (before,) = benefit_per_week(denmark, rate, [hours], JAN_2018)[0]
        (after,) = benefit_per_week(denmark, rate, [hours], JULY_2025)[0]
        free = denmark.with_({f"benefits.{rate}.earnings_cap_share": 0.0})
        (uncapped,) = benefit_per_week(free, rate, [hours], JULY_2025)[0]
        assert 0 < after < uncapped
        assert earned + after == pytest.approx(together * 21_092 / WEEKS_PER_MONTH)
        assert before == benefit_per_week(free, rate, [hours], JAN_2018)[0, 0]

    def test_a_cap_below_the_benefit_takes_nothing_from_who_earns_nothing(self, denmark):
        low = denmark.with_({"earnings.highest_unemployment_benefit_per_month": 5_000.0})
        full = 13_590 / WEEKS_PER_MONTH
        (paid,) = benefit_per_week(low, "adult_without_children", [0.0, 1.0, 10.0], JULY_2025)
        np.testing.assert_allclose(paid, full - 146 * 0.92 * np.array([0.0, 1.0, 10.0]))

    def test_a_wage_below_the_disregard_reduces_nothing(self, denmark):
        poor = denmark.with_({"wages.small_job_per_hour": 20.0})
        none, some = benefit_per_week(poor, "adult_without_children", [0.0, 20.0], JAN_2018)[0]
        assert none == some > 0

    def test_pension_contributions_reduce_nothing(self, denmark):
        saving = denmark.with_({"wages.employee_pension_share": 0.04})
        (plain,) = benefit_per_week(denmark, "adult_without_children", [10.0], JAN_2018)[0]
        (more,) = benefit_per_week(saving, "adult_without_children", [10.0], JAN_2018)[0]
        assert more - plain == pytest.approx(0.04 * 125 * 10)


class TestRampWarnings:
    def test_none_without_small_jobs(self, denmark):
        town = small_town(small_jobs=None, groups__activity_ready__small_jobs=None)
        assert ramp_warnings(town, denmark) == []

    def test_used_up_below_the_last_level(self, denmark):
        # 2018: 2,594.6 a week is gone at 88.22 kroner an hour after 29.4 hours
        town = small_town(small_jobs__hours_per_week=[10.0, 30.0, 37.0], horizon__weeks=20)
        assert ramp_warnings(town, denmark) == [
            "adult_without_children, 2018-01 to 2018-05: benefit is used up from level 2 "
            "(30 hours a week), below level 3 that ends it"
        ]

    def test_not_yet_used_up_at_the_last_level(self, denmark):
        # the last level is paid as a job: 111.22 kroner an hour take 2,594.6 after 23.3 hours
        town = small_town(small_jobs__hours_per_week=[10.0, 20.0, 23.0], horizon__weeks=20)
        (warning,) = ramp_warnings(town, denmark)
        assert "at level 3 (23 hours a week) some benefit is still due; it is paid for" in warning

    def test_silent_where_they_meet(self, denmark):
        town = small_town(small_jobs__hours_per_week=[10.0, 20.0, 24.0], horizon__weeks=20)
        assert ramp_warnings(town, denmark) == []

    def test_the_reform_changes_the_warning(self, denmark):
        town = small_town(
            horizon__start=dt.date(2025, 6, 1),
            horizon__weeks=9,
            small_jobs__hours_per_week=[10.0, 20.0, 29.0],
        )
        (warning,) = ramp_warnings(town, denmark)
        assert "2025-07 to 2025-07" in warning


class TestChanging:
    def test_toml_and_dictionary_lose_nothing(self, denmark, tmp_path):
        assert Prices.from_dict(denmark.to_dict()) == denmark
        path = tmp_path / "mine.toml"
        path.write_text(denmark.to_toml(), encoding="utf-8")
        assert Prices.load(path) == denmark

    def test_a_number_keeps_dates_and_zero_steps(self, denmark):
        changed = denmark.with_({"earnings.hourly_disregard": 30.0}).earnings.hourly_disregard
        assert changed.on(dt.date(2018, 1, 1)) == 30.0
        assert changed.on(dt.date(2025, 7, 1)) == 0.0
        assert changed.dates == denmark.earnings.hourly_disregard.dates

    def test_changes_are_remembered_and_lose_their_source(self, denmark):
        changed = denmark.with_({"wages.job_per_hour.scale": 1.1})
        assert changed.changed == ("wages.job_per_hour",)
        assert {row.path for row in register(changed).unsourced} == {"wages.job_per_hour"}
        assert denmark.changed == ()

    def test_every_number_but_a_count_may_have_dates(self, denmark):
        days = [dt.date(2016, 1, 1), dt.date(2027, 1, 1)]
        full = denmark.with_({"price_year": 2018, "activation.per_week": {"job_ready": 50.0}})
        data = full.to_dict()
        entries = {name: part for name, part in data.items() if name not in Document.model_fields}
        numbers = [(path, value) for path, value in flatten(entries) if has_number(value)]
        undatable = set()
        for path, value in numbers:
            dated = isinstance(value, tuple) and isinstance(value[-1], dict)
            now = value[-1]["value"] if dated else value
            try:
                found = full.with_({path: [{"from": day, "value": now} for day in days]})
            except PriceError:
                undatable.add(path)
            else:
                assert dates_of(value_at(found, path))[:2] == days, path
        assert len(numbers) > 60
        assert undatable == {"price_year", "equalisation.expenditure_need_after_months"}

    def test_repr_says_what_it_is(self, denmark):
        text = repr(denmark.with_({"equalisation.kept_share": 0.25}))
        assert text.startswith("<Prices denmark, 1 entry changed: ")
        assert "adult_with_children" in text
        assert "25% of extra tax stays in the municipality" in text
        assert "changed: equalisation.kept_share" in text


class TestBadInput:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            (
                {"benefits.adult_without_child.per_month": 1.0},
                r'there is no "adult_without_child".*did you mean "adult_without_children"',
            ),
            ({"wages.job_pr_hour": 1.0}, r'did you mean "job_per_hour"'),
            (
                {"wages.job_per_hour": -1.0},
                r"^wages\.job_per_hour: must be at least 0 .* DKK per hour, got -1$",
            ),
            ({"wages.job_per_hour": float("nan")}, r"^wages\.job_per_hour: .*finite"),
            (
                {"displacement.share": 1.5},
                r"^displacement\.share: must be .* at most 1 share, got 1\.5$",
            ),
            ({"wages.job_hours_per_week": "37"}, r"must be a number, or a list of steps .*'37'$"),
            ({"wages.job_hours_per_week": 90}, r"at most 80 hours per week, got 90$"),
            ({"destinations.education.share": 0.9}, r"add up to at most 1, got 1\.4"),
            (
                {"displacement.own_benefit_share": 0.8},
                r"^displacement: own_benefit_share and insured_share must add up to at most 1, "
                r"got 1\.1$",
            ),
            (
                {"displacement.insured_share": [{"from": dt.date(2020, 1, 1), "value": 0.9}]},
                r"add up to at most 1, got 1\.15",
            ),
            ({"refund.municipal_share": [0.2, 0.6]}, r"^refund\.municipal_share: .*4 or more"),
            (
                {"refund.municipal_share": [{"from": dt.date(2018, 1, 1), "value": [0.2, 0.6]}]},
                r"^refund\.municipal_share: step from 2018-01-01: must be 4 shares, got \(0\.2, ",
            ),
            (
                {"destinations.education.share": [{"from": dt.date(2020, 1, 1), "value": 0.9}]},
                r"add up to at most 1, got 1\.4",
            ),
            (
                {"destinations.education.share_after_meeting": 0.9},
                r"^destinations: shares after a meeting must add up to at most 1, got 1\.4$",
            ),
            (
                {"destinations.self_support.share_after_meeting": 0.2},
                r"^destinations\.self_support: share_after_meeting: goes with a share",
            ),
            (
                {f"destinations.education.{one}": None for one in ("share", "share_after_meeting")},
                r"^destinations: education and self_support have no share; only one can",
            ),
            (
                {"taxes.health_contribution": [{"from": dt.date(2020, 1, 1), "value": 0.2}]},
                r"^taxes: health_contribution must be at most state_rate, of which it is a part: "
                r"0\.1208 on 2016-01-01, got 0\.2$",
            ),
            (
                {"taxes.state_rate": [{"from": dt.date(2017, 5, 1), "value": 0.01}]},
                r"0\.01 on 2016-01-01, got 0\.03$",
            ),
            (
                {"equalisation.treatments": {"guarantee": 0.0, "self_budgetting": 0.3}},
                r'^equalisation\.treatments: there is no tax treatment "self_budgetting"; '
                r'did you mean "self_budgeting"\?$',
            ),
            (
                {"wages.labour_market_contribution": 0.6, "wages.employee_pension_share": 0.6},
                r"^wages: labour_market_contribution and employee_pension_share must add up to at "
                r"most 1, got 1\.2$",
            ),
            (
                {
                    "wages.labour_market_contribution": [
                        {"from": dt.date(2016, 1, 1), "value": 0.08},
                        {"from": dt.date(2027, 1, 1), "value": 0.7},
                    ],
                    "wages.employee_pension_share": 0.4,
                },
                r"at most 1, got 1\.1$",
            ),
            (
                {
                    "wages.job_per_hour": [
                        {"from": dt.date(2019, 1, 1), "value": 150},
                        {"from": dt.date(2018, 1, 1), "value": 140},
                    ]
                },
                r"out of order: 2018-01-01 stands after 2019-01-01",
            ),
        ],
    )
    def test_one_clear_line(self, denmark, changes, message):
        with pytest.raises(PriceError, match=message) as caught:
            denmark.with_(changes)
        assert "\n" not in str(caught.value)
        assert isinstance(caught.value, InputError)

    def test_unknown_list(self):
        with pytest.raises(PriceError, match='no price list "denmrk"; did you mean "denmark"'):
            Prices.load("denmrk")

    def test_missing_file(self):
        with pytest.raises(PriceError, match=r"^nowhere\.toml: there is no such file$"):
            Prices.load("nowhere.toml")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"name = ", "not TOML"),
            (b"\xff\xfe", "not UTF-8"),
            (b'name = "x"\n', "is missing"),
            (b'name = "x"\npayers = 1\n', 'unknown name "payers"'),
        ],
    )
    def test_bad_file(self, tmp_path, content, message):
        path = tmp_path / "bad.toml"
        path.write_bytes(content)
        with pytest.raises(PriceError, match=message) as caught:
            Prices.load(path)
        assert str(caught.value).startswith(str(path))
        assert "\n" not in str(caught.value)

    def test_unknown_source(self, denmark):
        data = denmark.to_dict()
        data["assumptions"]["refund"] = {"kind": "statute", "sources": ["refund_akt"]}
        with pytest.raises(PriceError, match='no source "refund_akt"; did you mean "refund_act"'):
            Prices.from_dict(data)

    def test_a_rate_that_the_list_lacks(self, denmark):
        town = small_town(groups__job_ready__benefit_rates={"adult_with_child": 1.0})
        with pytest.raises(
            PriceError,
            match=r"^groups\.job_ready\.benefit_rates: denmark: there is no benefit rate "
            r'"adult_with_child"; did you mean "adult_with_children"\?$',
        ):
            denmark.check(town)
