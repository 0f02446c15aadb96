"""Values of information against closed forms, published figures and what must hold of any draws."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import betabinom, gamma, nbinom, norm

from jobsim.analysis.deciding.draw_arrays import simulate_pilot
from jobsim.errors import InputError
from jobsim.questions.rank_assumptions import RankingRow
from jobsim.questions.value_of_information import evpi, evppi, evsi
from tests.analysis.published_draws import groups

WITHIN = 3.0
"""Tolerance in standard errors."""


def normal_gain(mean: float, sd: float) -> float:
    """E max(0, X) − max(0, E X) of a normal gain X."""
    return float(sd * norm.pdf(mean / sd) - abs(mean) * norm.cdf(-abs(mean) / sd))


def highest_line(levels: np.ndarray, slopes: np.ndarray) -> float:
    """E max_d (level_d + slope_d z) − max_d level_d for standard normal z."""

    def density(z: float) -> float:
        return float(np.max(levels + slopes * z) * norm.pdf(z))

    i, j = np.triu_indices(len(levels), 1)
    kinks = sorted(((levels[j] - levels[i]) / (slopes[i] - slopes[j])).tolist())
    ends = [-12.0, *kinks, 12.0]
    total = sum(quad(density, a, b)[0] for a, b in zip(ends, ends[1:], strict=False))
    return float(total - levels.max())


def linear_normal(seed: int, draws: int = 1024, mean: float = 0.3, a: float = 2.0, b: float = 1.0):
    """Two options: nothing, and a gain of mean + a x + b y with x and y standard normal."""
    xy = np.random.default_rng(seed).normal(size=(draws, 2))
    return np.column_stack([np.zeros(draws), mean + xy @ [a, b]]), xy


def two(gain: np.ndarray) -> np.ndarray:
    """Doing nothing, and an option with this gain."""
    return np.stack([np.zeros_like(gain), gain], axis=1)


def off(found, exact: float) -> float:
    """How many standard errors a value is off."""
    return (found.value - exact) / found.se


class TestClosedFormsOfTheLinearNormalModel:
    benefit, xy = linear_normal(seed=2018)
    everything = normal_gain(0.3, math.hypot(2, 1))

    def test_evpi(self):
        assert abs(off(evpi(self.benefit), self.everything)) < WITHIN

    @pytest.mark.parametrize(("place", "slope"), [(0, 2.0), (1, 1.0)])
    def test_evppi_of_one_parameter(self, place, slope):
        found = evppi(self.benefit, self.xy[:, place])
        assert abs(off(found, normal_gain(0.3, slope))) < WITHIN

    def test_evppi_of_both(self):
        assert abs(off(evppi(self.benefit, self.xy), self.everything)) < WITHIN

    @pytest.mark.parametrize("persons", [1, 4, 9, 50])
    def test_evsi_of_a_pilot_on_the_first(self, persons):
        """The posterior mean of x after n persons of sd 3 has variance n / (n + 9)."""
        pilot = simulate_pilot(self.xy[:, 0], persons, kind="normal", sd=3.0)
        exact = normal_gain(0.3, 2.0 * math.sqrt(persons / (persons + 9.0)))
        assert abs(off(evsi(self.benefit, pilot), exact)) < WITHIN

    def test_evsi_of_two_arms_at_once(self):
        arms = [
            simulate_pilot(self.xy[:, arm], 9, kind="normal", sd=3.0, arm=arm) for arm in (0, 1)
        ]
        exact = normal_gain(0.3, math.sqrt((4 + 1) / 2))
        assert abs(off(evsi(self.benefit, np.column_stack(arms)), exact)) < WITHIN

    def test_another_parameter_s_closed_form_would_not_pass(self):
        """Negative control: the values of x, of y and of both are told apart."""
        x, y = (evppi(self.benefit, self.xy[:, place]) for place in (0, 1))
        assert abs(off(x, normal_gain(0.3, 1.0))) > WITHIN
        assert abs(off(y, normal_gain(0.3, 2.0))) > WITHIN
        assert abs(off(evppi(self.benefit, self.xy), normal_gain(0.3, 1.0))) > WITHIN

    def test_three_options_and_one_parameter(self):
        levels, slopes = np.array([0.0, 0.2, 0.1]), np.array([0.0, 1.5, -2.0])
        rng = np.random.default_rng(7)
        z = rng.normal(size=2000)
        benefit = levels + np.outer(z, slopes) + rng.normal(0, [0.5, 1.0, 1.5], (2000, 3))
        assert abs(off(evppi(benefit, z), highest_line(levels, slopes))) < WITHIN
        assert abs(off(evppi(benefit, z), highest_line(levels, slopes / 2))) > WITHIN

    def test_intervals_cover_95_percent(self):
        """Sets of 400 draws: 0.95 ± 3 standard errors of a proportion of 200 (0.0154 each)."""
        exact = normal_gain(0.3, 2.0)
        z = []
        for seed in range(200):
            benefit, xy = linear_normal(seed, draws=400)
            z.append(off(evppi(benefit, xy[:, 0]), exact))
        tolerance = WITHIN * math.sqrt(0.95 * 0.05 / 200)
        assert abs(np.mean(np.abs(z) < 1.96) - 0.95) < tolerance
        assert abs(np.mean(np.abs(z) < 1.96 / 2) - 0.95) > tolerance  # negative control


class TestSetsOfParameters:
    def test_knowing_all_that_varies_is_knowing_everything(self):
        """By definition where all is told; without a word, as far as a regression finds."""
        x = np.random.default_rng(1).normal(size=(500, 12))
        benefit = two(x[:, :6].sum(axis=1) + (x[:, :6] * x[:, 6:]).sum(axis=1))
        everything, unvaried = evpi(benefit), np.column_stack([x, np.full(500, 7.0)])
        told = evppi(benefit, x, all_parameters=unvaried)
        for field in ("value", "se", "ci_low", "ci_high", "evpi", "probability_of_change"):
            assert getattr(told, field) == getattr(everything, field)
        assert "all that varies" in repr(told)
        few = evppi(benefit[:30], x[:30], all_parameters=x[:30])  # too few for a regression
        assert few.value == evpi(benefit[:30]).value
        found = evppi(benefit, x)
        assert found.value == pytest.approx(everything.value, rel=0.1)
        one = x[:, :1]
        more = np.column_stack([one, one**2])  # not told, though it follows
        assert evppi(benefit, one, all_parameters=more) == evppi(benefit, one)
        assert "5 or more lines" in found.left_out
        assert found.left_out in " ".join(repr(found).split())

    def test_a_product_of_four(self):
        """E max(0, abcd − 0.3) of standard normal numbers is 0.1319, by integration."""
        rng = np.random.default_rng(2)
        x = rng.normal(size=(5_000, 4))
        found = evppi(two(x.prod(axis=1) - 0.3 + rng.normal(size=5_000)), x)
        assert found.value == pytest.approx(0.1319, rel=0.2)
        assert found.explained_share == pytest.approx(0.5, abs=0.05)

    @pytest.mark.parametrize("parameters", [1, 4])
    def test_unrelated_ones_are_no_more_than_noise(self, parameters):
        """Of 60 sets about a tie, hardly any leave out 0."""
        rng = np.random.default_rng(3)
        found = [
            evppi(two(rng.normal(size=200)), rng.normal(size=(200, parameters))) for _ in range(60)
        ]
        assert np.mean([one.is_more_than_noise for one in found]) <= 0.05
        assert np.mean([one.explained_share for one in found]) < 0
        assert "no more than noise" in repr(max(found, key=lambda one: one.value))

    @settings(max_examples=15)
    @given(st.integers(0, 10_000))
    def test_the_value_is_never_above_perfect_information(self, seed):
        benefit, x = some_model(seed, draws=60)
        found, everything = evppi(benefit, x), evpi(benefit)
        assert 0 <= found.ci_low <= found.value <= found.evpi == everything.value
        assert found.value <= found.ci_high


def shared(seed: int, draws: int = 64, futures: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """A gain of 0.5 + x + y / 2, luck that all draws share, and luck of each draw."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, draws))
    luck = rng.normal(size=futures) + 2 * rng.normal(size=(draws, futures))
    return two((0.5 + x + y / 2)[:, None] + luck), x


class TestFuturesThatAllDrawsShare:
    everything, one = normal_gain(0.5, math.hypot(1, 0.5)), normal_gain(0.5, 1.0)
    found = tuple(shared(seed) for seed in range(120))

    def covered(self, intervals, exact: float) -> float:
        return float(np.mean([one.ci_low <= exact <= one.ci_high for one in intervals]))

    def test_intervals_cover_with_their_luck_and_not_without(self):
        """0.95 ± 3 standard errors of a proportion of 120, against means taken as known."""
        least = 0.95 - WITHIN * math.sqrt(0.95 * 0.05 / 120)
        assert self.covered([evpi(benefit) for benefit, _ in self.found], self.everything) > least
        assert self.covered([evppi(*given) for given in self.found], self.one) > least
        means = [evpi(benefit.mean(axis=2)) for benefit, _ in self.found]
        assert self.covered(means, self.everything) < least

    def test_luck_left_in_means_does_not_lift_the_value(self):
        """Means over 20 futures alone are 0.03 too high, 3 standard errors of 120 are 0.025."""
        values = [evpi(benefit).value for benefit, _ in self.found]
        assert np.mean(values) < self.everything + WITHIN * np.std(values) / math.sqrt(120)
        lifted = [evpi(benefit.mean(axis=2)).value for benefit, _ in self.found]
        assert np.mean(lifted) > np.mean(values) + 0.02

    def test_labels_and_sizes(self):
        benefit, x = self.found[0]
        labels = {"draw": np.arange(64), "option": ["now", "more"]}
        table = xr.DataArray(benefit, dims=["draw", "option", "future"], coords=labels)
        turned = table.transpose("future", "draw", "option").isel(draw=slice(None, None, -1))
        assert evppi(turned, pd.Series(x)).value == pytest.approx(evppi(benefit, x).value)
        assert evpi(turned).best in labels["option"]
        assert "64 draws × 20 futures" in repr(evpi(table))
        assert "single future" in repr(evpi(table[:, :, :1]))
        wrong = table.where(table.future != 3, np.nan)
        with pytest.raises(InputError, match='row 0, option "now", future 3 is nan'):
            evpi(wrong.transpose("draw", "option", "future"))


class TestOtherClosedForms:
    """Gain = parameter − cost; conjugate priors give the value of a pilot exactly."""

    draws = 4096

    def gain(self, parameter: np.ndarray, cost: float) -> np.ndarray:
        return np.column_stack([np.zeros(len(parameter)), parameter - cost])

    def test_a_curve(self):
        """E max(0, x² − 1) = 2 φ(1)."""
        rng = np.random.default_rng(11)
        x, noise = rng.normal(size=(2, self.draws))
        found = evppi(self.gain(x**2 + noise, 1.0), x)
        assert abs(off(found, 2 * norm.pdf(1))) < WITHIN

    def test_an_interaction(self):
        """E max(0, x y) = 1/π, though neither alone is worth anything."""
        rng = np.random.default_rng(12)
        xy = rng.normal(size=(self.draws, 2))
        benefit = self.gain(xy.prod(axis=1) + rng.normal(size=self.draws), 0.0)
        both = evppi(benefit, xy)
        assert abs(off(both, 1 / math.pi)) < WITHIN
        for alone in (evppi(benefit, xy[:, 0]), evppi(benefit, xy[:, 1])):
            assert alone.value < both.value / 5

    def test_a_parameter_that_decides_nothing(self):
        rng = np.random.default_rng(13)
        x, noise = rng.normal(size=(2, self.draws))
        found = evppi(self.gain(noise, 1.0), x)
        assert found.value < 0.001 < evpi(self.gain(noise, 1.0)).value

    def test_a_binomial_pilot(self):
        p = np.random.default_rng(14).beta(3, 7, self.draws)
        x = np.arange(21)
        posterior = (3 + x) / (10 + 20)
        exact = betabinom.pmf(x, 20, 3, 7) @ np.maximum(posterior - 0.32, 0)
        found = evsi(self.gain(p, 0.32), simulate_pilot(p, 20, kind="binomial"))
        assert abs(off(found, exact)) < WITHIN

    def test_a_poisson_pilot(self):
        rate = np.random.default_rng(15).gamma(4, 1 / 2, self.draws)
        x = np.arange(400)
        exact = nbinom.pmf(x, 4, 2 / (2 + 3)) @ np.maximum((4 + x) / (2 + 3) - 2.1, 0)
        found = evsi(self.gain(rate, 2.1), simulate_pilot(rate, 3, kind="poisson"))
        assert abs(off(found, exact)) < WITHIN

    def test_a_pilot_of_waiting_times(self):
        """Given rate, the sum of 5 waiting times is gamma; so is the prior of the rate."""
        rate = np.random.default_rng(16).gamma(4, 1 / 2, self.draws)

        def density(total: float) -> float:
            log = math.lgamma(9) - math.lgamma(5) - math.lgamma(4) + 4 * math.log(2)
            log += 4 * math.log(total) - 9 * math.log(2 + total)
            return max(9 / (2 + total) - 2.1, 0.0) * math.exp(log)

        exact = quad(density, 0, 9 / 2.1 - 2)[0]
        found = evsi(self.gain(rate, 2.1), simulate_pilot(rate, 5, kind="exponential"))
        assert abs(off(found, exact)) < WITHIN
        prior = gamma.expect(lambda r: max(r - 2.1, 0.0), args=(4,), scale=1 / 2)
        assert abs(off(found, prior)) > WITHIN  # negative control: a pilot is not perfection


def test_evpi_of_a_published_example():
    """Ten draws of an article print 10440.18; see published_draws."""
    costs, effects = groups()[1]
    rows = np.array([13, 76, 373, 428, 591, 645, 672, 735, 807, 995]) - 1
    assert f"{evpi((50_000 * effects - costs)[rows]).value:.2f}" == "10440.18"


def test_evpi_is_the_plain_difference_of_means():
    benefit = np.random.default_rng(3).normal(size=(500, 4))
    highest = [max(row) for row in benefit.tolist()]
    means = [sum(column) / 500 for column in benefit.T.tolist()]
    assert evpi(benefit).value == pytest.approx(sum(highest) / 500 - max(means))


seeds = st.integers(0, 10_000)


def some_model(seed: int, draws: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Three options and two parameters with curves, interactions and noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(draws, 2))
    terms = np.column_stack([x, x**2 - 1, x[:, :1] * x[:, 1:], rng.normal(size=draws)])
    return terms @ rng.normal(size=(terms.shape[1], 3)), x


class TestWhatMustHold:
    @settings(max_examples=20)
    @given(seeds, st.permutations(range(3)))
    def test_the_order_of_options_does_not_matter(self, seed, order):
        benefit, x = some_model(seed)
        before, after = evppi(benefit, x[:, 0]), evppi(benefit[:, order], x[:, 0])
        assert after.value == pytest.approx(before.value, rel=1e-6)
        assert evpi(benefit[:, order]).value == pytest.approx(evpi(benefit).value)

    @settings(max_examples=20)
    @given(seeds, st.floats(-1e3, 1e3))
    def test_what_is_common_to_all_options_does_not_matter(self, seed, constant):
        benefit, x = some_model(seed)
        common = constant + np.random.default_rng(seed + 1).normal(size=(len(x), 1))
        assert evpi(benefit + common).value == pytest.approx(evpi(benefit).value, abs=1e-9)
        before, after = evppi(benefit, x[:, 0]), evppi(benefit + common, x[:, 0])
        assert after.value == pytest.approx(before.value, rel=1e-6, abs=1e-6)
        assert after.se == pytest.approx(before.se, rel=1e-6, abs=1e-6)

    @settings(max_examples=20)
    @given(seeds, st.sampled_from([1e-3, 0.1, 7.5, 1e6]))
    def test_values_have_the_unit_of_net_benefit(self, seed, rate):
        benefit, x = some_model(seed)
        before, after = evppi(benefit, x[:, 0]), evppi(rate * benefit, x[:, 0])
        assert after.value == pytest.approx(rate * before.value, rel=1e-6)
        assert after.se == pytest.approx(rate * before.se, rel=1e-6)

    @settings(max_examples=20)
    @given(seeds, st.floats(0.1, 100), st.floats(-100, 100))
    def test_the_unit_of_a_parameter_does_not_matter(self, seed, scale, shift):
        benefit, x = some_model(seed)
        before, after = evppi(benefit, x[:, 0]), evppi(benefit, scale * x[:, 0] + shift)
        assert after.value == pytest.approx(before.value, rel=1e-4, abs=1e-6)

    @settings(max_examples=15)
    @given(seeds)
    def test_knowing_less_is_worth_no_more(self, seed):
        """0 ≤ EVPPI ≤ EVPI, and one parameter ≤ both, up to 3 standard errors."""
        benefit, x = some_model(seed)
        one, both, everything = evppi(benefit, x[:, 0]), evppi(benefit, x), evpi(benefit)
        assert 0 <= one.value <= both.value + WITHIN * both.se
        assert both.value <= everything.value + WITHIN * everything.se
        assert both.evpi == pytest.approx(everything.value)

    @settings(max_examples=15)
    @given(seeds)
    def test_knowing_every_parameter_is_knowing_everything(self, seed):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(150, 3))
        terms = np.column_stack([x, x[:, 0] * x[:, 1], x.prod(axis=1), x[:, 2] ** 2])
        benefit = terms @ rng.normal(size=(6, 3))
        all_known, everything = evppi(benefit, x), evpi(benefit)
        assert all_known.value == pytest.approx(everything.value, rel=0.02, abs=0.01)

    @settings(max_examples=15)
    @given(seeds)
    def test_a_larger_pilot_is_worth_more_up_to_knowing_the_parameter(self, seed):
        benefit, xy = linear_normal(seed, draws=512)
        sizes = (1, 4, 16, 64, 1024, 1_000_000)
        values = [
            evsi(benefit, simulate_pilot(xy[:, 0], n, kind="normal", sd=4.0, seed=seed))
            for n in sizes
        ]
        for smaller, larger in zip(values, values[1:], strict=False):
            assert larger.value > smaller.value - smaller.se
        known = evppi(benefit, xy[:, 0])
        assert values[-1].value == pytest.approx(known.value, rel=0.03)
        assert values[0].value < known.value

    def test_the_same_draws_give_the_same_number(self):
        benefit, x = some_model(5)
        assert evppi(benefit, x) == evppi(benefit.copy(), x.copy())


class TestAwkwardParameters:
    benefit, xy = linear_normal(seed=9)
    known = evppi(benefit, xy[:, 0])

    def test_one_that_does_not_vary_is_worth_nothing(self):
        found = evppi(self.benefit, np.full(1024, 3.7))
        assert (found.value, found.se) == (0.0, 0.0)

    def test_one_that_does_not_vary_adds_nothing(self):
        with_constant = np.column_stack([np.full(1024, 0.1), self.xy[:, 0]])
        assert evppi(self.benefit, with_constant).value == pytest.approx(self.known.value)

    @pytest.mark.parametrize("other", [lambda x: x, lambda x: 5 - 2 * x], ids=["same", "turned"])
    def test_one_that_says_the_same_adds_nothing(self, other):
        twice = np.column_stack([self.xy[:, 0], other(self.xy[:, 0])])
        assert evppi(self.benefit, twice).value == pytest.approx(self.known.value, rel=0.02)

    def test_what_no_draw_shows_has_no_upper_end(self):
        found = evppi(self.benefit - [0, 40], self.xy[:, 0])
        assert (found.value, found.ci_low) == (0.0, 0.0)
        assert math.isnan(found.ci_high)
        assert math.isnan(found.se)
        assert "in none of 1,024 draws, so in fewer than 0.29 %" in " ".join(repr(found).split())

    def test_what_few_draws_show_has_no_upper_end(self):
        gain = np.full(128, -1.0)
        gain[:3] = 2.0
        found = evpi(two(gain))
        assert found.value == pytest.approx(6 / 128)
        assert math.isnan(found.ci_high)
        assert "in 3 of 128 draws; too few for an upper end" in " ".join(repr(found).split())
        gain[3] = 2.0
        assert evpi(two(gain)).ci_high > 8 / 128

    @pytest.mark.parametrize(("mean", "draws"), [(-2.5, 256), (-2.5, 512), (-2.0, 256)])
    def test_far_from_a_tie_stated_intervals_hold_the_truth(self, mean, draws):
        """Few draws change the choice: 7 % may miss, and 3 standard errors; 14 % did."""
        rng, sd = np.random.default_rng(3), math.hypot(1, 0.1)
        found = [evpi(two(one)) for one in rng.normal(mean, sd, size=(400, draws))]
        ends = np.array([one.ci_high for one in found if not math.isnan(one.ci_high)])
        missed = np.mean(ends < normal_gain(mean, sd))
        assert missed < 0.07 + WITHIN * math.sqrt(0.07 * 0.93 / len(ends))
        fewest = [one.probability_of_change * draws >= 4 for one in found]
        assert np.sum(fewest) == len(ends)

    def test_two_values(self):
        """Knowing the sign of x: its mean given the sign is ± sqrt(2/π)."""
        high = 0.3 + 2 * math.sqrt(2 / math.pi)
        assert abs(off(evppi(self.benefit, self.xy[:, 0] > 0), high / 2 - 0.3)) < WITHIN

    @pytest.mark.parametrize(
        "transform",
        [
            lambda x: np.round(4 * x),
            lambda x: np.exp(5 * x),
            lambda x: np.exp(9 * x),
            lambda x: 1e9 + x,
            lambda x: 1e-200 * x,
            lambda x: 1e14 * x,
            lambda x: np.where(x > 1.5, 1.5, x),
        ],
        ids=["ties", "skewed", "immense range", "far from 0", "tiny", "huge", "capped"],
    )
    def test_any_scale_that_tells_as_much(self, transform):
        found = evppi(self.benefit, transform(self.xy[:, 0]))
        assert found.value == pytest.approx(self.known.value, rel=0.03)

    def test_rounding_noise_between_equal_values_is_no_information(self):
        a, b = 0.3, 0.1 + 0.2
        assert a != b
        x = np.tile([a, b, 0.7, 0.7], 256)
        assert evppi(self.benefit, x).value < 0.1 * self.known.value

    def test_few_draws(self):
        assert evppi(self.benefit[:6], self.xy[:6, 0]).se > self.known.se

    def test_options_that_never_differ(self):
        found = evppi(np.ones((50, 3)), self.xy[:50, 0])
        assert (found.value, found.se, found.probability_of_change) == (0.0, 0.0, 0.0)

    def test_an_option_that_is_there_twice_changes_nothing(self):
        again = np.column_stack([self.benefit, self.benefit[:, 1]])
        assert evppi(again, self.xy[:, 0]).value == pytest.approx(self.known.value)


class TestResults:
    @pytest.mark.parametrize(
        ("change", "words"),
        [(0.0, "not seen"), (0.49, "seldom seen"), (0.5, "no upper end"), (1.0, "no upper end")],
    )
    def test_a_ranking_says_the_same_of_each_number(self, change, words):
        row = RankingRow("a", 1.0, 1.0, 0.0, math.nan, 0.1, 0.1, 0.1, 0.1, change)
        assert row.interval == words
        assert replace(row, evppi_high=2.0).interval == "0 to 2"

    @pytest.mark.parametrize(("draws", "words"), [(2, "no upper end"), (3, "seldom seen")])
    def test_one_of_two_draws_is_not_seldom(self, draws, words):
        found = evpi(np.array([[1.0, 0.0]] * (draws - 1) + [[0.0, 0.5]]))
        assert found.interval == words
        assert f"in 1 of {draws} draws; too few" in " ".join(repr(found).split())

    benefit, xy = linear_normal(seed=4)

    def test_names_come_from_a_data_frame(self):
        frame = pd.DataFrame(self.xy, columns=["effect of meetings", "wage"])
        found = evppi(pd.DataFrame(self.benefit, columns=["now", "more"]), frame)
        assert found.about == ("effect of meetings", "wage")
        assert found.best in ("now", "more")
        assert "effect of meetings, wage" in repr(found)

    def test_it_prints_in_a_terminal_and_a_notebook(self):
        found = evpi(self.benefit, unit="EUR")
        assert repr(found).startswith("Value of information, EUR per decision")
        assert "<table" in found._repr_html_()
        assert "and 1 more)" in evppi(self.benefit, np.tile(self.xy, 2)).title

    def test_the_frame_has_one_line(self):
        frame = evppi(self.benefit, self.xy[:, 0], names=["x"]).to_frame()
        assert frame.loc[0, "about"] == "x"
        assert frame.loc[0, "ci_low"] < frame.loc[0, "value"] < frame.loc[0, "ci_high"]

    def test_it_is_a_number_when_asked(self):
        found = evpi(self.benefit)
        assert float(found) == found.value

    def test_the_share_of_draws_that_change_the_choice(self):
        found = evpi([[0.0, 3.0], [0.0, 2.0], [0.0, -1.0], [0.0, 1.0]], names=["now", "more"])
        assert (found.best, found.probability_of_change) == ("more", 0.25)

    @pytest.mark.parametrize("turn", [1, -1])
    def test_a_tie_changes_no_choice_whatever_the_order_of_options(self, turn):
        benefit = np.array([[0.3, 0.1 + 0.2], [0, 0], [0, 1], [0, 2]])[:, ::turn]
        assert evpi(benefit).probability_of_change == 0
        assert evppi(np.tile(benefit, (4, 1)), np.tile([0, 0, 1, 2], 4)).probability_of_change == 0


BENEFIT, XY = linear_normal(seed=1, draws=20)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: evpi([1.0, 2.0]), r"net_benefit: has shape \(2,\); it must be \[draws, options\]"),
        (lambda: evpi([[1.0, 2.0]]), r"net_benefit: has 1 draw; 2 or more are needed"),
        (lambda: evpi([[1.0], [2.0]]), r"net_benefit: has 1 option; a choice needs 2 or more"),
        (lambda: evpi([[1.0, 2.0], [np.nan, 2.0]]), r"net_benefit: row 1, option 1 is nan"),
        (lambda: evpi(BENEFIT, names=["a"]), r"names: 1 given for 2 options"),
        (lambda: evppi(BENEFIT, XY[:-1]), r"parameters: has 19 rows, net_benefit has 20"),
        (lambda: evppi(BENEFIT, XY, names=["x"]), r"names: 1 given for 2 parameters"),
        (lambda: evppi(BENEFIT, [[]]), r"parameters: has shape \(1, 0\)"),
        (lambda: evppi(BENEFIT, XY[:, :, None]), r"parameters: has shape \(20, 2, 1\)"),
        (
            lambda: evppi(BENEFIT, ["x"] * 20),
            r'parameters: row 0 is "x"; it must be a finite number',
        ),
        (
            lambda: evppi(BENEFIT, np.where(np.arange(20) == 7, np.inf, XY[:, 0])),
            r"parameters: row 7 is inf",
        ),
        (
            lambda: evppi(BENEFIT, np.tile(XY, 5)),
            r"20 draws are too few for 10 parameters; 33 or more are needed",
        ),
        (lambda: evppi(BENEFIT[:3], XY[:3, 0]), "3 draws are too few for 1 parameter; 6 or more"),
        (
            lambda: evppi(BENEFIT, np.ones(20), all_parameters=np.ones(20)),
            "all_parameters: nothing in it varies, but net_benefit does",
        ),
        (
            lambda: evppi(BENEFIT, XY, all_parameters=XY[:, :1]),
            'all_parameters: does not hold "parameter 2" of parameters, value for value',
        ),
        (lambda: evsi(BENEFIT, XY[:3]), r"summaries: has 3 rows, net_benefit has 20"),
        (lambda: evsi(BENEFIT, XY, names=["x"]), r"names: 1 given for 2 summaries"),
    ],
)
def test_bad_input_is_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
