"""Caseload limits: closed forms, properties, errors, and what they print."""

import math

import numpy as np
import pytest

from jobsim.analysis.searching.caseloads import Scan, fte_needed, load_bound
from jobsim.engines import simulate
from jobsim.errors import InputError
from jobsim.questions.caseload_limit import caseload_limit
from tests.analysis.towns import COST_PER_FTE, still_town
from tests.factory import small_town

HOW = {"progress": False}
SHORT = small_town(horizon__weeks=20, supports={}, claims={})


class TestClosedForms:
    @pytest.mark.parametrize("interval", [2, 4, 7])
    def test_the_load_bound_is_reached_exactly(self, interval):
        """Five meetings a week, everybody comes: 5 × interval are met in time, one more is not."""
        found = caseload_limit(
            still_town(),
            programme="intensive",
            intervals=interval,
            on_time=0.85,
            caseloads=(5, 50),
            replications=2,
            **HOW,
        ).cases[0]
        assert found.load_bound == 5.0 * interval
        assert found.on_time.value == 5.0 * interval
        assert (found.on_time.ci_low, found.on_time.ci_high) == (5.0 * interval, 5.0 * interval)
        assert found.caseload.mean == 5.0 * interval
        assert found.fte_needed(60) == pytest.approx(
            fte_needed(60, interval, meetings_per_fte_week=5.0)
        )

    def test_beyond_it_the_share_on_time_falls_as_the_closed_form_says(self):
        """With 21 a round takes 21 / 5 weeks, so that one meeting in five is a week late."""
        town = still_town(horizon__weeks=600)
        limits = [
            caseload_limit(town, on_time=share, caseloads=(19, 22), replications=1, **HOW)
            for share in (0.77, 0.83)
        ]
        assert [found.cases[0].on_time.value for found in limits] == [21.0, 20.0]
        assert load_bound(4, meetings_per_fte_week=5, on_time=0.8) == pytest.approx(21.0)

    def test_no_shows_use_a_slot_and_are_called_again(self):
        """One recipient, room for all: called again each week until held, then after I weeks."""
        weeks = 4000
        town = still_town(
            horizon__weeks=weeks, groups__job_ready__no_show_probability=0.4, supports={}
        )
        volumes = simulate(town.with_({"programmes.intensive.caseload_limit": 1}), replications=6)
        at = {"track": "intensive"}
        called = volumes.meetings.sel(at).sum("group") + volumes.no_shows.sel(at)
        rate = called.sum("month").values / weeks
        expected = 5.0 / load_bound(4, meetings_per_fte_week=5.0, no_show_probability=0.4)
        se = rate.std(ddof=1) / math.sqrt(len(rate))
        assert abs(rate.mean() - expected) < 4 * se
        assert abs(rate.mean() - 1 / (4 * 0.6)) > 4 * se  # without the week until the next call

    def test_a_programme_without_effect_costs_its_budget_at_any_caseload(self):
        found = caseload_limit(still_town(), caseloads=(10, 30), replications=2, **HOW).cases[0]
        assert found.gain.verdict == "nowhere"
        assert found.gain.at_low.mean == pytest.approx(-COST_PER_FTE)
        assert found.gain.at_high.mean == pytest.approx(-COST_PER_FTE)

    def test_the_regular_service_saves_what_caseworkers_it_lets_go_cost(self):
        """60 recipients, 1 caseworker at 60; without effects only salaries differ."""
        town = still_town(
            programmes={},
            supports={},
            regular_service__fte=1.0,
            regular_service__cost_per_fte_year=COST_PER_FTE,
        )
        found = caseload_limit(
            town, programme="regular", caseloads=(30, 120), replications=2, **HOW
        ).cases[0]
        assert found.gain.verdict == "not crossed"
        assert found.gain.at_low.mean == pytest.approx(-COST_PER_FTE)
        assert found.gain.at_high.mean == pytest.approx(COST_PER_FTE / 2)


class TestLoad:
    def test_fte_needed_is_the_stock_over_the_bound(self):
        numbers = {"meetings_per_fte_week": 12.8, "no_show_probability": 0.15}
        assert fte_needed(100, 2, **numbers) * load_bound(2, **numbers) == pytest.approx(100)
        assert fte_needed(0, 2, meetings_per_fte_week=0.0) == 0.0
        assert fte_needed(1, 2, meetings_per_fte_week=0.0) == math.inf

    def test_weekly_meetings_need_a_call_a_week_whoever_comes(self):
        for no_show in (0.0, 0.3, 1.0):
            bound = load_bound(1, meetings_per_fte_week=10, no_show_probability=no_show)
            assert bound == pytest.approx(10)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"interval_weeks": 0}, "interval_weeks: must be"),
            ({"meetings_per_fte_week": -1}, "meetings_per_fte_week: must be"),
            ({"no_show_probability": 1.1}, "no_show_probability: .* at most 1"),
            ({"on_time": math.nan}, "on_time: must be"),
        ],
    )
    def test_numbers_out_of_bounds(self, changes, words):
        numbers = {"interval_weeks": 2, "meetings_per_fte_week": 10} | changes
        with pytest.raises(InputError, match=words):
            load_bound(**numbers)


class TestScan:
    @staticmethod
    def scan(mean, noise=0.0):
        luck = noise * np.random.default_rng(1).normal(size=20)
        return Scan(lambda numbers: np.array([[mean(x) + luck for x in numbers]]), 10.0, 10, 1000)

    def test_it_finds_a_fall_to_the_finest_grid(self):
        assert self.scan(lambda x: 1.0 if x <= 37.3 else 0.0).limit(0, 0.5).value == 37.3

    def test_it_takes_the_last_of_several_falls(self):
        found = self.scan(lambda x: float(x < 20 or 50 < x <= 80)).limit(0, 0.5)
        assert (found.verdict, found.value) == ("found", 80.0)

    def test_noise_gives_an_interval_around_it(self):
        found = self.scan(lambda x: (50 - x) / 10, noise=1.0).limit(0, 0.0)
        assert found.ci_low < found.value < found.ci_high
        assert found.ci_high - found.ci_low == pytest.approx(2 * 10 * 2.093 * 0.2, rel=0.5)

    @pytest.mark.parametrize(
        ("level", "verdict", "ends"),
        [(1.0, "not crossed", (math.inf, math.inf)), (-1.0, "nowhere", (-math.inf, -math.inf))],
    )
    def test_nothing_crossed(self, level, verdict, ends):
        found = self.scan(lambda _: level).limit(0, 0.0)
        assert found.verdict == verdict
        assert math.isnan(found.value)
        assert (found.ci_low, found.ci_high) == ends
        assert found.at_low.mean == found.at_high.mean == level


class TestProperties:
    def test_longer_intervals_more_meetings_and_fewer_no_shows_allow_more(self):
        found = caseload_limit(
            SHORT,
            intervals=[2, 3],
            meetings_per_fte_week=[4, 6],
            no_show=[0.0, 0.3],
            replications=1,
            caseloads=(4, 26),
            **HOW,
        )
        limits = np.array([case.on_time.value for case in found.cases]).reshape(2, 2, 2)
        assert (np.diff(limits, axis=0) > 0).all()
        assert (np.diff(limits, axis=1) > 0).all()
        assert (np.diff(limits, axis=2) < 0).all()
        frame = found.to_frame()
        assert frame.interval_weeks.tolist() == [2] * 4 + [3] * 4
        assert frame.on_time.tolist() == limits.ravel().tolist()

    def test_a_case_does_not_depend_on_the_others(self):
        numbers = {"replications": 2, "caseloads": (20, 28), **HOW}
        alone = caseload_limit(SHORT, intervals=3, **numbers)
        beside = caseload_limit(SHORT, intervals=[2, 3], **numbers)
        assert repr(beside.cases[1]) == repr(alone.cases[0])  # NaN included

    def test_the_seed_matters(self):
        one, two = (
            caseload_limit(SHORT, seed=seed, caseloads=(20, 22), replications=2, **HOW)
            for seed in (1, 2)
        )
        assert one.cases[0].gain.at_low != two.cases[0].gain.at_low

    def test_groups_are_weighted_by_recipients(self):
        """60 job-ready with 15 % and 50 activity-ready with 25 % no-shows, every 2 weeks."""
        found = caseload_limit(SHORT, caseloads=(20, 22), replications=1, **HOW).cases[0]
        calls = 60 / 110 / (2 * 0.85 + 0.15) + 50 / 110 / (2 * 0.75 + 0.25)
        assert found.load_bound == pytest.approx(12 / calls)
        assert found.no_show_probability == pytest.approx((60 * 0.15 + 50 * 0.25) / 110)


class TestWords:
    def test_it_prints_the_bound_beside_the_simulation(self):
        found = caseload_limit(still_town(), caseloads=(10, 30), replications=2, **HOW)
        text = repr(found)
        assert "load bound" in text
        assert "90.0 % on time" in text
        assert "FTE for 60" in text
        assert "m DKK, −0.50 at a caseload of 10.0, −0.50 at 30.0" in text
        assert "<table" in found._repr_html_()

    def test_a_limit_that_is_not_crossed_gives_the_values_at_both_ends(self):
        found = caseload_limit(still_town(), caseloads=(2, 10), replications=2, **HOW)
        assert found.cases[0].on_time.verdict == "not crossed"
        assert "on time 100.0 % at a caseload of 2.0" in repr(found)
        assert math.isnan(found.cases[0].fte_needed(60))


class TestErrors:
    @pytest.mark.parametrize("on_time", [0, -0.1, 1.5, math.nan, "most", True])
    def test_shares_that_cannot_be(self, on_time):
        with pytest.raises(InputError, match="on_time: must be a share above 0 and at most 1"):
            caseload_limit(small_town(), on_time=on_time, **HOW)

    def test_everything_on_time_is_possible_where_there_is_room(self):
        found = caseload_limit(
            still_town(), on_time=1, caseloads=(2, 30), replications=2, **HOW
        ).cases[0]
        assert found.on_time.value == 5.0  # as many as can be met in the first week

    def test_an_unknown_programme_names_the_nearest(self):
        with pytest.raises(InputError, match='no programme "intensiv"; did you mean "intensive"'):
            caseload_limit(small_town(), programme="intensiv", **HOW)

    def test_a_programme_without_money(self):
        idle = small_town(programmes__intensive__budget_per_year=0.0)
        with pytest.raises(InputError, match="has no caseworkers or no recipients"):
            caseload_limit(idle, **HOW)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"intervals": 0}, "intervals: must be a whole number"),
            ({"intervals": 2.5}, "intervals: must be a whole number"),
            ({"intervals": []}, "intervals: name at least one"),
            ({"intervals": [2, math.nan]}, "intervals: number 2"),
            ({"meetings_per_fte_week": 0}, "meetings_per_fte_week: must be"),
            ({"no_show": 1.2}, "no_show: .*at most 1"),
            ({"caseloads": (20, 10)}, "caseloads: must be two numbers"),
            ({"caseloads": (1, 2, 3)}, "caseloads: must be two numbers"),
            ({"caseloads": (20.0, 20.1)}, "caseloads: between 20 and 20.1"),
            ({"caseloads": (-1, 10)}, "caseloads: number 1"),
            ({"meetings": 3}, 'no argument "meetings"'),
        ],
    )
    def test_numbers_that_cannot_be(self, given, words):
        with pytest.raises(InputError, match=words):
            caseload_limit(small_town(), replications=1, **given, **HOW)


def test_sentences_say_which_case_they_are_of():
    found = caseload_limit(
        small_town(horizon__weeks=8, claims={}, observed=None), no_show=[0.1, 0.3],
        caseloads=(20, 24), replications=2, **HOW,
    )  # fmt: skip
    told = [line for line in repr(found).splitlines() if "nowhere" in line]
    assert told
    assert all("10.0 % no-shows" in line or "30.0 % no-shows" in line for line in told[-2:])
