"""Years beside those of a price list, and the year in whose prices social values are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import xarray as xr

from jobsim.errors import PriceError
from jobsim.ledger import Prices, benefit_per_week, post, ramp_warnings, social_present_value
from jobsim.ledger.after_list import beyond_in_words, beyond_note, grown_to, named_in
from jobsim.scenario.fields import Schedule
from jobsim.scenario.paths import flatten, unit_at, value_at
from tests.factory import UNDATED, small_town
from tests.ledger.conftest import empty_volumes, month_of, random_volumes

GROWTH = "growth_per_year_after_list"


def money(prices: Prices) -> dict[str, Schedule]:
    """Schedules in kroner by path."""
    found = {
        path: value_at(prices, path)
        for path, _ in flatten(prices.stated()["benefits"], "benefits.")
    }
    for part in (
        "earnings",
        "wages",
        "taxes",
        "activation",
        "destinations",
        "displacement",
        "equalisation",
    ):
        for path, _ in flatten(prices.stated()[part], f"{part}."):
            found[path] = value_at(prices, path)
    units = {path: unit_at(Prices, path) for path in found}
    return {path: one for path, one in found.items() if units[path].startswith("DKK")}


class TestGrowth:
    def test_amounts_and_consumer_prices_grow_by_year_and_nothing_else(self, denmark):
        grown = grown_to(denmark.with_({GROWTH: 0.03}), 2029)
        assert len(money(denmark)) >= 14
        for path, before in money(denmark).items():
            now = value_at(grown, path)
            for year, factor in {2026: 1.0, 2027: 1.03, 2029: 1.03**3}.items():
                day = dt.date(year, 12, 31)
                assert now.on(day) == pytest.approx(factor * before.on(day), rel=1e-12), path
        index = grown.consumer_prices.index
        assert index.on(dt.date(2028, 1, 1)) == pytest.approx(123.05 * 1.03**2, rel=1e-12)
        for part in ("refund", "guidance"):
            assert getattr(grown, part) == getattr(denmark, part)
        assert grown.wages.output_per_wage == denmark.wages.output_per_wage
        assert grown.taxes.state_rate == denmark.taxes.state_rate
        assert grown.displacement.share == denmark.displacement.share
        assert grown.earnings.deducted_share == denmark.earnings.deducted_share

    def test_it_may_have_dates(self, denmark):
        rates = {2016: 0.05, 2028: 0.02, 2030: 0.0}.items()
        steps = [{"from": dt.date(year, 1, 1), "value": rate} for year, rate in rates]
        mine = denmark.with_({GROWTH: steps})
        wage = grown_to(mine, 2031).wages.job_per_hour
        factors = {2026: 1.0, 2027: 1.05, 2029: 1.05 * 1.02**2, 2031: 1.05 * 1.02**2}
        for year, factor in factors.items():
            assert wage.on(dt.date(year, 6, 1)) == pytest.approx(179 * factor, rel=1e-12)
        assert beyond_in_words(mine, month_of(2029, 3)) == (
            "prices after 2026: grown by 5 % a year, 2 % from 2028-01-01, 0 % from 2030-01-01"
        )
        assert mine.as_of(dt.date(2024, 1, 1)).growth_per_year_after_list == 0.0
        assert not denmark.with_({GROWTH: [{**one, "value": 0} for one in steps]}).grows
        denmark.with_({GROWTH: steps[1:]}).refuse_gaps(month_of(2018, 3))  # after the list alone

    def test_without_growth_or_within_the_list_nothing_is_made(self, denmark):
        growing = denmark.with_({GROWTH: 0.03})
        assert grown_to(denmark, 2090) is denmark
        assert grown_to(growing, 2026) is growing
        again = grown_to(grown_to(growing, 2028), 2030)
        once = grown_to(growing, 2030)
        for path, wage in money(once).items():
            assert money(again)[path].values == pytest.approx(wage.values, rel=1e-12)

    def test_a_step_of_ones_own_after_the_list_comes_first(self, denmark):
        steps = [
            {"from": dt.date(2016, 1, 1), "value": 100},
            {"from": dt.date(2028, 1, 1), "value": 200},
        ]
        mine = denmark.with_({GROWTH: 0.1, "wages.job_per_hour": steps})
        wage = grown_to(mine, 2030).wages.job_per_hour
        values = [wage.on(dt.date(year, 6, 1)) for year in (2027, 2028, 2029, 2030)]
        assert values == pytest.approx([100, 200, 220, 242])

    def test_a_number_without_dates_grows_after_the_list(self, denmark):
        mine = denmark.with_({GROWTH: 0.1, "activation.per_week": {"job_ready": 50.0}})
        spent = grown_to(mine, 2028).activation.per_week["job_ready"]
        years = (2020, 2026, 2027, 2028)
        assert [spent.on(dt.date(year, 6, 1)) for year in years] == pytest.approx(
            [50, 50, 55, 60.5]
        )

    def test_every_posted_line_of_volumes_grows(self, denmark):
        town = month_of(2029, 3)
        volumes = random_volumes(town, 1)
        held, grown = (post(volumes, town, denmark.with_({GROWTH: g})) for g in (0.0, 0.02))
        staff = ["regular_service", "programme", "consultants", "supports"]
        assert (grown.sel(line=staff) == held.sel(line=staff)).all()
        own = [line for line in held.line.values if line not in staff]
        np.testing.assert_allclose(grown.sel(line=own), 1.02**3 * held.sel(line=own), rtol=1e-12)

    def test_a_benefit_grows(self, denmark):
        day = np.array(["2027-05-01"], dtype="datetime64[D]")
        grown = benefit_per_week(
            denmark.with_({GROWTH: 0.05}), "adult_without_children", [0.0], day
        )
        held = benefit_per_week(denmark, "adult_without_children", [0.0], day)
        assert grown == pytest.approx(1.05 * held)

    def test_what_all_grows_alike_keeps_the_ramp_where_it_ends(self, denmark):
        town = month_of(2029, 3)
        assert ramp_warnings(town, denmark.with_({GROWTH: 0.05})) == ramp_warnings(town, denmark)

    def test_growth_of_amounts_and_of_consumer_prices_cancels_in_social_value(self, denmark):
        town = month_of(2029, 3)
        volumes = random_volumes(town, 2)
        values = []
        for rate in (0.0, 0.04):
            prices = denmark.with_({GROWTH: rate, "price_year": 2026})
            amounts = post(volumes, town, prices)
            own = amounts.where(
                ~amounts.line.isin(["regular_service", "programme", "consultants", "supports"]), 0.0
            )
            values.append(social_present_value(own, town, prices))
        np.testing.assert_allclose(*values, rtol=1e-9)

    def test_prices_of_one_day_stand_still(self, denmark):
        held = denmark.with_({GROWTH: 0.05}).as_of(dt.date(2024, 1, 1))
        assert held.growth_per_year_after_list == 0.0
        assert GROWTH not in denmark.as_of(dt.date(2024, 1, 1)).changed

    def test_a_list_without_dates_cannot_grow(self, denmark):
        data = denmark.to_dict()

        def undated(part):
            if isinstance(part, dict):
                return {name: undated(one) for name, one in part.items()}
            steps = isinstance(part, tuple) and part and isinstance(part[0], dict)
            return part[-1]["value"] if steps else part

        bare = {
            name: part if name in ("sources", "assumptions") else undated(part)
            for name, part in data.items()
        }
        bare["name"] = "bare"
        assert Prices.from_dict(bare).years == (1980, 2200)
        with pytest.raises(PriceError, match=f"^{GROWTH}: no price of this list has a date"):
            Prices.from_dict(bare | {GROWTH: 0.02})
        with pytest.raises(
            PriceError,
            match=f"{GROWTH}: must be at least -0.1 and at most 0.1 share per year, got 2",
        ):
            denmark.with_({GROWTH: 2.0})

    def test_an_overlay_may_set_it(self, tmp_path):
        file = tmp_path / "growing.toml"
        file.write_text(f'based_on = "denmark"\nname = "growing"\n{GROWTH} = 0.02\n')
        mine = Prices.load(file)
        assert mine.entries_changed == (GROWTH,)
        town = month_of(2027, 3)
        assert (
            named_in(mine, town)
            == "growing, 1 entry changed (prices after 2026: grown by 2 % a year)"
        )


class TestWhatResultsSay:
    def test_within_the_list_nothing(self, denmark):
        town = month_of(2026, 3)
        assert beyond_in_words(denmark, town) == beyond_note(denmark, town) == ""
        assert named_in(denmark, town) == "denmark"

    def test_before_and_after(self, denmark):
        town = small_town(horizon__start=dt.date(2015, 1, 1), horizon__weeks=650, **UNDATED)
        assert beyond_note(denmark, town) == (
            "Prices: known for 2016 to 2026; prices before 2016: those of 2016, prices after 2026: "
            "grown by 0 % a year (benefits, wages, consumer prices and all other amounts of money)."
        )


class TestPriceYear:
    @pytest.mark.parametrize(("asked", "year"), [(None, 2026), (2018, 2018)])
    def test_it_is_the_first_of_the_run_unless_asked(self, denmark, asked, year):
        town = month_of(2026, 3)
        prices = denmark if asked is None else denmark.with_({"price_year": asked})
        amounts = xr.zeros_like(post(empty_volumes(town), town, prices))
        amounts.loc[{"line": "leisure", "payer": "recipient"}] = 1000.0
        value = social_present_value(amounts, town, prices)
        assert value.attrs["units"] == f"DKK, prices of {year}"
        index = {2018: 102.23, 2026: 123.05}
        assert float(value[0]) == pytest.approx(1000 * index[year] / 123.05, rel=2e-3)

    def test_the_packaged_list_asks_for_none(self, denmark):
        assert denmark.price_year is None
        assert "social values in prices of the first year" in repr(denmark)
