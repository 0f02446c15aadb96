"""Costs and effects by option, their plane and their acceptability, on a published example."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from jobsim.errors import InputError
from jobsim.questions.cost_effectiveness import cost_effectiveness
from jobsim.questions.value_of_information import evpi
from tests.analysis.published_draws import STRATEGIES, groups

TEN = np.array([13, 76, 373, 428, 591, 645, 672, 735, 807, 995]) - 1
"""The ten draws of group 2 that the article shows."""


def published(group: int, draws: slice | np.ndarray = np.s_[:]):
    costs, effects = groups()[group]
    return cost_effectiveness(costs[draws], effects[draws], names=STRATEGIES, effect_unit="QALYs")


def printed(samples: np.ndarray, digits: int) -> str:
    low, high = np.quantile(samples, [0.025, 0.975])
    return f"{samples.mean():,.{digits}f} ({low:,.{digits}f}, {high:,.{digits}f})"


class TestThePublishedExample:
    def test_the_draws_are_the_article_s(self):
        costs, effects = groups()[0]
        assert [f"{x:.6f}" for x in costs[:3, 0]] == ["6.808115", "6.997936", "8.183247"]
        assert [f"{x:.6f}" for x in effects[:3, 0]] == ["7.984456", "7.984085", "8.221359"]

    @pytest.mark.parametrize(
        ("group", "strategy", "effect", "cost", "net_benefit"),
        [
            (
                0,
                "Strategy 2",
                "2.05 (0.44, 3.68)",
                "60,579 (45,170, 80,640)",
                "41,980 (-38,916, 122,227)",
            ),
            (
                0,
                "Strategy 3",
                "0.51 (-0.75, 1.72)",
                "60,750 (44,408, 79,245)",
                "-35,460 (-100,074, 32,748)",
            ),
            (
                1,
                "Strategy 2",
                "2.47 (0.83, 4.06)",
                "60,689 (44,088, 80,040)",
                "62,588 (-23,058, 143,866)",
            ),
            (
                1,
                "Strategy 3",
                "3.00 (1.74, 4.19)",
                "60,726 (44,978, 82,943)",
                "89,198 (25,693, 151,890)",
            ),
        ],
    )
    def test_increments_and_incremental_net_benefit(
        self, group, strategy, effect, cost, net_benefit
    ):
        found = published(group)
        plane, place = found.plane("Strategy 1"), STRATEGIES.index(strategy) - 1
        benefit = found.net_benefit(50_000).to_numpy()
        assert printed(plane.incremental_effect[:, place], 2) == effect
        assert printed(plane.incremental_cost[:, place], 0) == cost
        assert printed(benefit[:, place + 1] - benefit[:, 0], 0) == net_benefit

    def test_the_plane_s_first_points(self):
        plane = published(0).plane()
        assert [f"{x:.6f}" for x in plane.incremental_effect[:3, 0]] == [
            "1.497467",
            "1.428877",
            "3.184584",
        ]
        assert [f"{x:.2f}" for x in plane.incremental_cost[:3, 0]] == [
            "57687.97",
            "65857.23",
            "44830.68",
        ]

    def test_net_benefit_of_ten_draws(self):
        assert published(1, TEN).net_benefit(50_000).round().to_numpy().tolist() == [
            [405726, 412252, 484698],
            [400762, 505159, 484223],
            [400002, 494164, 509141],
            [401576, 469362, 486300],
            [406327, 321313, 475207],
            [405765, 472386, 494958],
            [417981, 490431, 478320],
            [397519, 479065, 425354],
            [404348, 428433, 410789],
            [399232, 459246, 460238],
        ]

    def test_acceptability_frontier_and_loss_of_ten_draws(self):
        """Printed: 0.0, 0.4, 0.6; 481362.9 known, 470922.7 today, 10440.18 between them."""
        curves = published(1, TEN).acceptability(50_000)
        assert curves.probability.round(12).tolist() == [[0.0, 0.4, 0.6]]
        assert curves.best == ("Strategy 3",)
        assert curves.frontier.round(12).tolist() == [0.6]
        assert f"{curves.net_benefit[0, 2]:.1f}" == "470922.7"
        assert f"{curves.net_benefit[0, 2] + curves.evpi[0]:.1f}" == "481362.9"
        assert f"{curves.evpi[0]:.2f}" == "10440.18"
        assert f"{curves.expected_loss[0, 2]:.2f}" == "10440.18"

    def test_the_willingness_to_pay_at_which_strategy_3_overtakes(self):
        """In group 1 strategy 3 beats 1 with probability over 1/2 from 120,500 on."""
        costs, effects = groups()[0]
        pair = cost_effectiveness(costs[:, [0, 2]], effects[:, [0, 2]])
        curves = pair.acceptability(np.arange(0, 200_001, 500))
        over = curves.willingness_to_pay[curves.probability[:, 1] > 0.5]
        assert over.min() == 120_500


class TestFuturesThatAllDrawsShare:
    def found(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Costs of nothing and of an option that saves 0.5 + x, with luck, float64[64, 2, 20]."""
        rng = np.random.default_rng(seed)
        gain = 0.5 + rng.normal(size=(64, 1)) + rng.normal(size=20) + rng.normal(size=(64, 20))
        costs = np.stack([np.zeros_like(gain), -gain], axis=1)
        return costs, np.ones_like(costs)

    def test_intervals_of_the_probability_hold_their_luck(self):
        """P(0.5 + x > 0) = 0.6915: 0.95 ± 3 standard errors of 80, and not by means alone."""
        curves = [cost_effectiveness(*self.found(seed)).acceptability(1) for seed in range(80)]
        least, right = 0.95 - 3 * np.sqrt(0.95 * 0.05 / 80), norm.cdf(0.5)

        def covered(several) -> float:
            ends = [(one.probability_low[0, 1], one.probability_high[0, 1]) for one in several]
            return np.mean([low <= right <= high for low, high in ends])

        assert covered(curves) > least
        means = [[table.mean(axis=2) for table in self.found(seed)] for seed in range(80)]
        assert covered([cost_effectiveness(*given).acceptability(1) for given in means]) < least

    def test_intervals_of_a_ratio_hold_their_luck(self):
        """500 per unit: 0.95 ± 3 standard errors of 300, and by means alone much less."""
        inside = np.zeros(2)
        for seed in range(300):
            rng = np.random.default_rng(seed)
            luck = rng.normal(size=(20, 1)) / 2 + rng.normal(size=8) + rng.normal(size=(20, 8))
            effect = np.stack([np.zeros((20, 8)), 4 + luck], axis=1)
            cost = 500 * effect
            cost[:, 1] += 100 * (rng.normal(size=8) + rng.normal(size=(20, 1)) - luck)
            tables = [(cost, effect), (cost.mean(axis=2), effect.mean(axis=2))]
            rows = [cost_effectiveness(*pair).incremental.rows[1] for pair in tables]
            inside += [row.icer_ci_low <= 500 <= row.icer_ci_high for row in rows]
        least = 0.95 - 3 * np.sqrt(0.95 * 0.05 / 300)
        assert inside[0] / 300 > least > inside[1] / 300 + 0.2
        assert rows[0].icer == pytest.approx(rows[1].icer)

    def test_everything_else_is_of_their_means_but_the_loss(self):
        costs, effects = self.found(1)
        found = cost_effectiveness(costs, effects[:, :, 0])
        means = cost_effectiveness(costs.mean(axis=2), effects[:, :, 0])
        assert repr(found) == repr(means)
        curves, plain = found.acceptability([0, 9]), means.acceptability([0, 9])
        assert curves.probability == pytest.approx(plain.probability)
        assert curves.net_benefit == pytest.approx(plain.net_benefit)
        assert np.all(curves.evpi < plain.evpi)
        assert curves.evpi[1] == pytest.approx(evpi(found.net_benefit(9)).value)

    def test_other_numbers_of_futures_are_refused(self):
        costs, effects = self.found(1)
        with pytest.raises(InputError, match="effects: has 7 futures, costs has 20"):
            cost_effectiveness(costs, effects[:, :, :7])


class TestWhatMustHold:
    @given(st.integers(0, 10_000), st.integers(2, 5), st.integers(2, 40))
    def test_curves_add_up_and_losses_are_net_benefits_turned_round(self, seed, options, draws):
        rng = np.random.default_rng(seed)
        found = cost_effectiveness(
            rng.integers(0, 9, (draws, options)), rng.integers(0, 5, (draws, options))
        )
        curves = found.acceptability([0, 0.5, 1, 7])
        assert curves.probability.sum(axis=1) == pytest.approx(1.0)
        assert np.all(curves.expected_loss >= 0)
        highest = [found.net_benefit(k).max(axis=1).mean() for k in (0, 0.5, 1, 7)]
        assert curves.expected_loss + curves.net_benefit == pytest.approx(
            np.repeat(np.array(highest)[:, None], options, axis=1)
        )
        assert curves.evpi == pytest.approx(
            curves.expected_loss[np.arange(4), curves.net_benefit.argmax(axis=1)]
        )

    @given(st.integers(0, 10_000), st.permutations(range(4)))
    def test_the_order_of_options_does_not_matter(self, seed, order):
        rng = np.random.default_rng(seed)
        costs, effects = rng.integers(0, 9, (2, 30, 4))
        names = np.array(["a", "b", "c", "d"])
        straight = cost_effectiveness(costs, effects, names=names.tolist()).acceptability([0, 2])
        turned = cost_effectiveness(
            costs[:, order], effects[:, order], names=names[order].tolist()
        ).acceptability([0, 2])
        assert turned.probability == pytest.approx(straight.probability[:, order])
        assert turned.expected_loss == pytest.approx(straight.expected_loss[:, order])

    @given(st.integers(0, 10_000), st.floats(-1e6, 1e6), st.sampled_from([0.01, 3.0, 1e4]))
    def test_a_common_cost_or_another_currency_changes_no_choice(self, seed, common, rate):
        rng = np.random.default_rng(seed)
        costs, effects = rng.normal(100, 30, (50, 3)), rng.normal(5, 1, (50, 3))
        before = cost_effectiveness(costs, effects).acceptability([0, 10, 50])
        after = cost_effectiveness(rate * (costs + common), effects).acceptability(
            rate * np.array([0, 10, 50])
        )
        assert after.best == before.best
        assert after.probability == pytest.approx(before.probability)
        assert after.expected_loss == pytest.approx(rate * before.expected_loss, rel=1e-6)

    def test_ties_share_a_draw(self):
        curves = cost_effectiveness([[0, 0], [0, 1]], [[1, 1], [1, 1]]).acceptability(5)
        assert curves.probability.tolist() == [[0.75, 0.25]]

    def test_what_differs_by_rounding_only_ties(self):
        found = cost_effectiveness([np.arange(6) * 0.7] * 2, [np.arange(6) * 0.1] * 2)
        curves = found.acceptability([6, 7, 8])
        assert curves.probability[1] == pytest.approx(1 / 6)
        assert curves.best == ("option 1", "option 1", "option 6")
        assert curves.evpi.tolist() == [0.0, 0.0, 0.0]
        same = cost_effectiveness([[0.3, 0.1 + 0.2]] * 2, [[0.3, 0.1 + 0.2]] * 2).plane()
        assert same.quadrants("option 2")["no dearer, no more"] == 1.0

    def test_what_is_cheaper_and_better_is_certain_at_any_price(self):
        curves = cost_effectiveness([[1, 0], [2, 0]], [[1, 2], [1, 3]]).acceptability([0, 1e6])
        assert curves.probability[:, 1].tolist() == [1.0, 1.0]
        assert curves.evpi.tolist() == [0.0, 0.0]

    def test_quadrants_follow_the_signs(self):
        found = cost_effectiveness(
            [[0, 5], [0, 5], [0, -5], [0, -5], [0, 0]], [[0, 1], [0, -1], [0, 1], [0, -1], [0, 0]]
        )
        assert list(found.plane().quadrants("option 2").values()) == [0.2, 0.2, 0.2, 0.4]


class TestFramesAndTables:
    found = cost_effectiveness(
        [[0.0, 30.0, 70.0], [0.0, 50.0, 60.0]],
        [[1.0, 2.0, 3.0], [1.0, 2.0, 2.5]],
        names=["now", "some", "more"],
    )

    def test_the_plane_has_a_line_per_draw_and_option(self):
        frame = self.found.plane("some").to_frame()
        assert frame.columns.tolist() == [
            "draw",
            "option",
            "incremental_cost",
            "incremental_effect",
        ]
        assert frame["option"].tolist() == ["now", "more"] * 2
        assert frame["incremental_cost"].tolist() == [-30.0, 40.0, -50.0, 10.0]

    def test_acceptability_has_a_line_per_value_and_option_with_one_best(self):
        frame = self.found.acceptability([0, 100]).to_frame()
        assert len(frame) == 6
        assert frame.groupby("willingness_to_pay")["best"].sum().tolist() == [1, 1]
        assert frame[frame["best"]]["option"].tolist() == ["now", "more"]

    def test_many_values_are_thinned_in_print_but_not_in_the_frame(self):
        curves = self.found.acceptability(np.arange(401.0))
        assert len(repr(curves).splitlines()) < 22
        assert "388 more values are not shown." in repr(curves).replace("\n", " ")
        assert len(curves.to_frame()) == 401 * 3

    def test_everything_prints_in_a_terminal_and_a_notebook(self):
        for thing in (self.found, self.found.plane(), self.found.acceptability([0, 50])):
            assert "now" in repr(thing)
            assert "<table" in thing._repr_html_()
        assert self.found.to_frame()["option"].tolist() == ["now", "more", "some"]

    def test_names_of_a_data_frame_are_kept(self):
        costs = pd.DataFrame({"now": [0.0, 0.0], "more": [1.0, 2.0]})
        assert cost_effectiveness(costs, costs.to_numpy()).names == ("now", "more")


GOOD = [[0.0, 1.0], [0.0, 2.0]]


@pytest.mark.parametrize(
    ("costs", "effects", "names", "message"),
    [
        ([1.0, 2.0], GOOD, None, r"costs: has shape \(2,\); it must be \[draws, options\]"),
        (GOOD, [[1, 2]], None, r"effects: has 1 row, costs has 2"),
        (GOOD, [[1], [2]], None, r"effects: has 1 option, costs has 2"),
        (GOOD[:1], GOOD[:1], None, r"costs: has 1 draw; 2 or more are needed"),
        ([[0], [1]], [[1], [2]], None, r"costs: has 1 option; a choice needs 2 or more"),
        (GOOD, [[0, 1], [0, np.nan]], None, r"effects: row 1, option 2 is nan"),
        (GOOD, [[0, 1], [0, np.nan]], ["now", "more"], r'effects: row 1, option "more" is nan'),
        ([[0], [1]], [[1], [2]], ["now"], r"costs: has 1 option; a choice needs 2 or more"),
        (GOOD, [[0, 1, 2], [0, 1, 2]], None, r"effects: has 3 options, costs has 2"),
        (GOOD, GOOD, ["a", "b", "c"], r"names: 3 given for 2 options; give one per option"),
        ([[0, 1], [2]], GOOD, None, r"costs: cannot be read as a table of numbers"),
    ],
)
def test_bad_tables_are_refused_in_one_line(costs, effects, names, message):
    with pytest.raises(InputError, match=message) as error:
        cost_effectiveness(costs, effects, names=names)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-1.0, r"willingness_to_pay: -1 is negative; it must be 0 or more"),
        ([0, -5], r"willingness_to_pay: -5 is negative"),
        ([], r"willingness_to_pay: has shape \(0,\)"),
        ([0, np.nan], r"willingness_to_pay: value 2 is nan"),
        (np.inf, r"willingness_to_pay: row 0 is inf"),
        ([[1, 2]], r"willingness_to_pay: has shape \(1, 2\)"),
    ],
)
def test_a_bad_willingness_to_pay_is_refused(value, message):
    with pytest.raises(InputError, match=message):
        cost_effectiveness(GOOD, GOOD).acceptability(value)


def test_net_benefit_is_of_one_willingness_to_pay():
    with pytest.raises(InputError, match="2 values; net benefit is of one"):
        cost_effectiveness(GOOD, GOOD).net_benefit([1, 2])


def test_an_unknown_reference_names_the_nearest():
    found = cost_effectiveness(GOOD, GOOD, names=["as now", "more"])
    with pytest.raises(InputError, match='did you mean "as now"'):
        found.plane("as_now")
    with pytest.raises(InputError, match='did you mean "more"'):
        found.plane().quadrants("mor")


def test_net_benefit_is_willingness_times_effect_less_cost():
    """The signs: money spent counts against, effects for."""
    found = cost_effectiveness([[10.0, 0.0], [10.0, 0.0]], [[3.0, 0.0], [3.0, 0.0]])
    assert found.net_benefit(4.0).to_numpy().tolist() == [[2.0, 0.0], [2.0, 0.0]]
    assert found.net_benefit(3.0).to_numpy().tolist() == [[-1.0, 0.0], [-1.0, 0.0]]
