"""One-way, two-way and Sobol' sensitivity, each against an answer that is known."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import pytest
from scipy import stats

import jobsim as js
from jobsim.analysis.uncertainty.variance_shares import samples_of
from jobsim.errors import InputError
from jobsim.questions.rank_assumptions import _rank_correlation, _without_rounding, share_explained
from jobsim.questions.sensitivity import tornado, two_way
from jobsim.questions.sobol_indices import sobol_indices
from tests.factory import small_town as whole_town

GAIN = "groups.job_ready.meeting_gain"
KEPT = "prices.equalisation.kept_share"
LEISURE = "prices.wages.leisure_share"
_RATES = ("adult_without_children", "adult_with_children")
HOW = {"replications": 8, "progress": False}


def small_town():
    return whole_town(horizon__weeks=53)


class TestRankCorrelation:
    def test_of_ties_and_shuffled_rows_is_scipys(self):
        rng = np.random.default_rng(1)
        for _ in range(20):
            a, b = rng.integers(0, 5, (2, 30)).astype(float)
            found = _rank_correlation(a, b)
            assert found == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)
            order = rng.permutation(30)
            assert _rank_correlation(a[order], b[order]) == pytest.approx(found, abs=1e-12)

    def test_rounding_breaks_no_tie(self):
        a, noise = np.arange(8.0), np.array([0, 1, -1, 2, 0, 1, -1, 1]) * 1e-10
        b = np.repeat([4e5, 5e5], 4)
        assert _rank_correlation(a, b + noise) == _rank_correlation(a, b)

    @pytest.mark.parametrize("gain", [0.0, 1e-17, 4e7])
    def test_a_gain_that_is_the_same_up_to_rounding_has_none_and_no_share(self, gain):
        known, noise = np.arange(8.0), np.array([0, 1, -1, 2, 0, 1, -1, 1]) * 1e-16
        benefit = _without_rounding(gain + max(gain, 1.0) * noise)
        assert math.isnan(_rank_correlation(known, benefit))
        assert math.isnan(_rank_correlation(benefit, known))
        assert np.isnan(share_explained(known, benefit, 1e-33, 0.0)).all()


class TestTornado:
    ENDS: ClassVar = {LEISURE: (0.0, 1.0), KEPT: (0.0, 0.39), GAIN: (0.0, 0.35)}

    def test_bars_are_paired_differences_of_comparisons(self):
        town = small_town()
        found = tornado(town, parameters=self.ENDS, **HOW)
        low, high = (
            js.compare(
                town.with_({GAIN: gain}),
                town.without_programmes().with_({GAIN: gain}),
                replications=8,
                progress=False,
            ).money_of("net_saving", "municipality", None)
            for gain in self.ENDS[GAIN]
        )
        bar = next(bar for bar in found.bars if bar.path == GAIN)
        assert bar.swing.mean == pytest.approx((high - low).mean())
        assert bar.swing.se == pytest.approx((high - low).std(ddof=1) / math.sqrt(8))
        assert bar.at_high.mean - bar.at_low.mean == pytest.approx(bar.swing.mean)
        assert found.base.mean + bar.at_low.mean == pytest.approx(low.mean())

    def test_the_strongest_stands_first_and_what_does_nothing_last(self):
        found = tornado(small_town(), parameters=self.ENDS, **HOW)
        swings = [abs(bar.swing.mean) for bar in found.bars]
        assert swings == sorted(swings, reverse=True)
        assert found.bars[-1].path == LEISURE
        assert swings[-1] == 0

    def test_ends_are_quantiles_or_the_plausible_range(self):
        found = tornado(
            js.Scenario.load("esbjerg-2018"),
            parameters=["groups.job_ready.job_finding_hazard_per_week", "meetings.quality_min"],
            **{**HOW, "replications": 2},
        )
        ends = {bar.path: (bar.low, bar.high) for bar in found.bars}
        tuned = stats.lognorm(s=0.05, scale=0.02192).ppf([0.025, 0.975])
        assert ends["groups.job_ready.job_finding_hazard_per_week"] == pytest.approx(tuple(tuned))
        assert ends["meetings.quality_min"] == (0.2, 1.0)

    def test_what_cannot_be_moved_so_far_is_listed_with_the_reason(self):
        found = tornado(small_town(), parameters={GAIN: (-2.0, 0.9), KEPT: (0, 0.39)}, **HOW)
        assert found.bars[-1].path == GAIN
        assert "meeting_gain" in found.bars[-1].error
        assert f"{GAIN} cannot be moved so far" in repr(found)

    def test_shares_that_add_up_to_one_give_way_to_one_of_them(self):
        place, town = "groups.job_ready.benefit_rates", small_town()
        found = tornado(town, parameters={f"{place}.adult_with_children": (0.1, 0.9)}, **HOW)
        saved = [
            js.compare(moved, moved.without_programmes(), **HOW)
            .money_of("net_saving", "municipality", None)
            .mean()
            for share in (0.1, 0.9)
            for moved in [town.with_({place: dict(zip(_RATES, (1 - share, share), strict=True))})]
        ]
        assert found.bars[0].swing.mean == pytest.approx(saved[1] - saved[0])
        assert abs(found.bars[0].swing.mean) > 0

    def test_it_says_which_numbers_break_the_fit(self):
        hazard = "groups.job_ready.job_finding_hazard_per_week"
        ends = {hazard: (0.001, 0.05), KEPT: (0.0, 0.39)}
        town = whole_town(horizon__weeks=53, claims__placements_2018__month=None)
        found = tornado(town, parameters=ends, **{**HOW, "replications": 4})
        told = f"Out of tolerance at an end of {hazard}: Persons who got work (40 ± 5)."
        assert told in repr(found)
        prices = tornado(small_town(), parameters={KEPT: (0.0, 0.39)}, **HOW)
        assert "tolerance" not in repr(prices)
        early = whole_town(horizon__weeks=20)  # ends before the month of the claim
        assert tornado(early, parameters={KEPT: (0.0, 0.39)}, **HOW).bars

    def test_a_number_that_was_changed_is_moved_about_its_new_value(self):
        found = tornado(small_town().with_({GAIN: 0.25}), parameters=[GAIN], **HOW)
        spread = stats.triang(0.5, 0.125, 0.25).ppf([0.025, 0.975])
        assert (found.bars[0].low, found.bars[0].high) == pytest.approx(tuple(spread))
        assert f"moved with it: {GAIN} 0.2 → 0.25." in repr(found)

    def test_the_outcome_may_be_a_claim(self):
        found = tornado(small_town(), measure="saving_2018", parameters={KEPT: (0.0, 0.39)}, **HOW)
        assert found.bars[0].swing.mean > 0

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"parameters": {GAIN: (0.3, 0.1)}}, "must be (low, high) with low < high"),
            ({"parameters": {GAIN: 0.3}}, "must be (low, high) with low < high"),
            ({"parameters": ["groups.job_ready.stock"]}, "the register states no range"),
            ({"parameters": {"meetings.max_bost": (0, 1)}}, 'did you mean "max_boost"?'),
            ({"parameters": []}, "no number has a range"),
            ({"measure": "net"}, 'there is no measure "net"'),
        ],
    )
    def test_bad_input(self, given, message):
        with pytest.raises(InputError) as caught:
            tornado(small_town(), **given, **HOW)
        assert message in str(caught.value)


class TestTwoWay:
    def test_cells_are_comparisons(self):
        town = small_town()
        found = two_way(town, {GAIN: [0.0, 0.3], KEPT: [0.0, 0.2, 0.39]}, **HOW)
        changed = {GAIN: 0.3}
        direct = js.compare(
            town.with_(changed),
            town.without_programmes().with_(changed),
            replications=8,
            prices=js.Prices.load("denmark").with_({"equalisation.kept_share": 0.2}),
            progress=False,
        )
        row = direct.row("net_saving", payer="municipality")
        data = found.to_dataset()
        assert float(data["mean"].sel({GAIN: 0.3, KEPT: 0.2})) == pytest.approx(row.difference)
        assert found.to_frame().shape == (6, 15)
        assert "Down: groups.job_ready.meeting_gain" in repr(found)

    def test_a_policy_leaves_the_baseline_alone(self):
        """Meetings of the regular service cost nothing extra, but change what happens."""
        grid = {GAIN: [0.0, 0.5], KEPT: [0.0]}
        world = two_way(small_town(), grid, measure="placements", **HOW)
        policy = two_way(small_town(), grid, measure="placements", move="scenario", **HOW)
        assert policy.spreads[0][0].mean < world.spreads[0][0].mean

    def test_a_failed_cell_is_a_dash(self):
        found = two_way(small_town(), {GAIN: [-1.0, 0.1], KEPT: [0.0]}, **HOW)
        assert "–" in repr(found)
        assert "must be at least 0" in found.to_frame().error[0]

    @pytest.mark.parametrize(
        ("grid", "message"),
        [
            ({GAIN: [0.1]}, "grid: give two paths"),
            ({GAIN: [0.1], KEPT: []}, f'grid["{KEPT}"]: is empty'),
            ({GAIN: ["x"], KEPT: [0]}, f'grid["{GAIN}"]: must be numbers'),
            ({GAIN: [0.1], "prices.wages.leisure": [0]}, 'did you mean "leisure_share"?'),
        ],
    )
    def test_bad_input(self, grid, message):
        with pytest.raises(InputError) as caught:
            two_way(small_town(), grid, **HOW)
        assert message in str(caught.value)


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami & Homma 1990 with a = 7, b = 0.1."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


class TestSobolIndices:
    ANGLES: ClassVar = {name: stats.uniform(-math.pi, 2 * math.pi) for name in ("x1", "x2", "x3")}
    V1 = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2
    V2 = 49 / 8
    V13 = 0.01 * math.pi**8 * (1 / 18 - 1 / 50)
    V = V1 + V2 + V13
    FIRST = np.array([V1, V2, 0]) / V
    TOTAL = np.array([V1 + V13, V2, V13]) / V

    def test_ishigami_within_error(self):
        found = sobol_indices(ishigami, parameters=self.ANGLES, draws=4096)
        assert np.abs((found.first_order - self.FIRST) / found.first_order_se).max() < 4
        assert np.abs((found.total - self.TOTAL) / found.total_se).max() < 4
        assert found.variance == pytest.approx(self.V, rel=0.02)
        assert found.first_order_se.max() < 0.05

    def test_wrong_indices_are_seen(self):
        found = sobol_indices(ishigami, parameters=self.ANGLES, draws=4096)
        wrong = self.FIRST[[1, 0, 2]]
        assert np.abs((found.first_order - wrong) / found.first_order_se).max() > 4
        assert np.abs((found.total - self.FIRST) / found.total_se).max() > 4

    def test_equal_to_those_of_scipy_on_the_same_values(self):
        found = sobol_indices(ishigami, parameters=self.ANGLES, draws=256, seed=4)
        values = ishigami(samples_of(self.ANGLES, 256, 4)).reshape(5, 1, 256)
        theirs = stats.sobol_indices(
            func={"f_A": values[0], "f_B": values[1], "f_AB": values[2:]}, n=256
        )
        assert found.first_order == pytest.approx(theirs.first_order.ravel(), abs=0.02)
        assert found.total == pytest.approx(theirs.total_order.ravel(), rel=0.02)

    @pytest.mark.parametrize("draws", [256, 1024])
    def test_intervals_hold_the_truth(self, draws):
        """Of Sobol' points, few and many; those of points at random always do with 1,024."""
        held = []
        for seed in range(150):
            found = sobol_indices(ishigami, parameters=self.ANGLES, draws=draws, seed=seed)
            for value, se, true in (
                (found.first_order, found.first_order_se, self.FIRST),
                (found.total, found.total_se, self.TOTAL),
            ):
                held += (np.abs(value - true) <= found.half_width(1.0) * se).tolist()
        assert abs(np.mean(held) - 0.95) < 0.025

    def test_rows_that_failed_leave_an_error_over_the_rest(self):
        from jobsim.questions.sobol_indices import _indices

        outcomes = ishigami(samples_of(self.ANGLES, 64, 1)).reshape(5, 64)
        outcomes[2, :24] = np.nan
        found = _indices("f", list("abc"), outcomes.ravel(), 64)
        assert (found.draws, found.blocks) == (40, 5)
        assert np.all(found.total_se > 0)
        outcomes[2, 8:] = np.nan
        outcomes[2, :8] = 1.0
        alone = _indices("f", list("abc"), outcomes.ravel(), 64)
        assert alone.blocks == 1
        assert np.isnan(alone.total_se).all()
        assert "± –" in repr(alone)

    def test_of_a_scenario(self):
        found = sobol_indices(
            small_town(),
            parameters={KEPT: stats.uniform(0, 0.39), LEISURE: stats.uniform()},
            draws=16,
            **HOW,
        )
        assert found.to_frame().path[0] == KEPT
        assert abs(found.total[0] - 1) < 4 * found.total_se[0]
        assert found.total[1] == found.first_order[1] == 0
        assert "first order" in repr(found)

    @pytest.mark.parametrize(
        ("model", "parameters", "message"),
        [
            (ishigami, None, "a function needs {name: frozen distribution}"),
            (ishigami, {"x": 3}, 'parameters["x"]: must be a frozen distribution'),
            (3, ANGLES, "model: must be a Scenario or a function, got int"),
            (lambda x: x, ANGLES, "must return one number per row"),
            (
                lambda x: np.log(x[:, 0] - 9),
                ANGLES,
                "model: row 0 is nan; it must be a finite number",
            ),
            (lambda x: 0 * x[:, 0], ANGLES, "does not vary with x1, x2, x3"),
            (lambda x: 3.0 + x[:, 0] * 1e-15, ANGLES, "does not vary with x1, x2, x3"),
        ],
    )
    def test_bad_input(self, model, parameters, message):
        with np.errstate(invalid="ignore"), pytest.raises(InputError) as caught:
            sobol_indices(model, parameters=parameters, draws=8)
        assert message in str(caught.value)

    def test_one_draw_is_too_few(self):
        with pytest.raises(InputError, match="draws: 2 or more are needed"):
            sobol_indices(ishigami, parameters=self.ANGLES, draws=1)
