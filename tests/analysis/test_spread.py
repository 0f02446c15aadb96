"""The three spreads: standard error, interval of the mean, range of outcomes."""

import math
import re
from dataclasses import astuple
from typing import ClassVar

import numpy as np
import pytest
from scipy import stats

import jobsim as js
from jobsim.analysis.outcomes.accumulators import Mean, Ratio, of_paired, of_part
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.outcomes.spread import Spread, of_ratio, of_share, spread
from jobsim.text.tables import Table, estimate, in_brackets, number, unseen_note
from tests.analysis.towns import still_town
from tests.factory import small_town


def test_the_interval_of_the_mean_is_students():
    samples = np.array([3.0, 5.0, 4.0, 9.0, 1.0])
    found = spread(samples)
    low, high = stats.t.interval(0.95, 4, loc=samples.mean(), scale=stats.sem(samples))
    assert found.mean == samples.mean()
    assert found.se == pytest.approx(stats.sem(samples))
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high))


def test_the_range_is_of_outcomes_and_does_not_shrink_with_replications():
    rng = np.random.default_rng(1)
    few, many = spread(rng.normal(size=1_000)), spread(rng.normal(size=100_000))
    assert many.se < few.se / 5
    assert many.range_high == pytest.approx(1.96, abs=0.03)
    assert many.range_low == pytest.approx(-1.96, abs=0.03)


@pytest.mark.parametrize("seed", range(3))
def test_ties_and_the_order_of_futures_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    samples = rng.poisson(3.0, 40).astype(float)
    found = spread(samples)
    ends = stats.mstats.mquantiles(samples, [0.025, 0.975], alphap=1, betap=1)
    assert (found.range_low, found.range_high) == pytest.approx(tuple(ends))
    assert found.se == pytest.approx(stats.sem(samples))
    assert astuple(spread(rng.permutation(samples))) == pytest.approx(astuple(found))


@pytest.mark.parametrize("value", [0.1, -1 / 3, 4.2e6 / 7])
def test_an_outcome_that_is_always_the_same_is_exact(value):
    assert astuple(spread(np.full(25, value))) == (value, 0.0, *(value,) * 4)


def test_what_no_future_has_has_no_interval():
    """It may come in fewer than 1 − 0.05^(1/n) of futures, by whatever amount."""
    found = spread(np.zeros(25))
    assert (found.mean, found.range_low, found.range_high) == (0.0, 0.0, 0.0)
    assert np.isnan([found.se, found.ci_low, found.ci_high]).all()
    assert estimate(found, number) == ("0.0", "not seen")
    assert estimate(Spread(0.0), number) == ("0.0", "–")
    note = unseen_note([Table("", ("",), (("not seen",),))], 25)
    bound = stats.binomtest(0, 25, alternative="less").proportion_ci(0.95).high
    assert f"fewer than {100 * bound:.2g} % of all" in note[0]
    (alone,) = unseen_note([Table("", ("",), (("not seen",),))], 1)
    assert alone == "not seen: not in the one future, so in fewer than 95 % of all (95 %)."
    ratio = ratio_of_means(np.zeros(4), np.arange(4.0))
    assert ratio.mean == 0.0
    assert math.isnan(ratio.ci_high)


def test_intervals_of_rare_differences_hold_the_truth():
    """Those that saw any; 800 times 25 futures, differences of 0.2 a future at most."""
    rng = np.random.default_rng(1)
    for rate in (0.08, 0.2):
        samples = rng.poisson(rate, (800, 25)).astype(float)
        found = [spread(one) for one in samples if one.any()]
        assert np.mean([one.ci_low <= rate <= one.ci_high for one in found]) > 0.935
    plain = [one for one in samples if one.any()]
    errors = stats.t(24).ppf(0.975) * stats.sem(plain, axis=1)
    assert np.mean(np.abs(np.mean(plain, axis=1) - rate) <= errors) < 0.91  # negative control


@pytest.mark.parametrize(
    "samples", [np.zeros(30), np.full(30, 0.1), np.eye(30)[4], np.eye(30)[4] - 2.0, np.arange(30.0)]
)
def test_outcomes_that_come_block_by_block_have_the_same_spread(samples):
    running = Mean()
    for block in np.split(samples, 3):
        running.add(block)
    assert astuple(running.spread()) == pytest.approx(astuple(spread(samples)), nan_ok=True)


def test_one_replication_has_no_error():
    found = spread(np.array([7.0]))
    assert found.mean == 7.0
    assert math.isnan(found.se)


def test_an_infinite_outcome_keeps_the_quantiles_defined():
    found = spread(np.array([1.0, 2.0, np.inf, np.inf]))
    assert found.range_low == 1.0
    assert math.isinf(found.range_high)


def test_a_share_of_all_or_none_ends_exactly():
    for n in range(1, 200):
        assert (of_share(n, 0).ci_low, of_share(n, n).ci_high) == (0.0, 1.0)


@pytest.mark.parametrize("successes", [0, 3, 50, 100])
def test_proportion_has_wilsons_interval(successes):
    found = of_share(100, successes)
    wilson = stats.binomtest(successes, 100).proportion_ci(0.95, method="wilson")
    assert found.mean == successes / 100
    assert (found.ci_low, found.ci_high) == pytest.approx((wilson.low, wilson.high), abs=1e-12)


def ratio_of_means(above: np.ndarray, below: np.ndarray) -> Spread:
    means = (float(above.mean()), float(below.mean()))
    return of_ratio(len(above), means, np.cov(above, below))


def _covers(seed: int, size: int) -> bool:
    """Whether Fieller's interval covers 1.5 = 3 / 2 in one simulated study."""
    rng = np.random.default_rng(seed)
    below = rng.normal(2.0, 3.0, size)
    above = 3.0 + 0.5 * (below - 2.0) + rng.normal(0.0, 2.0, size)
    found = ratio_of_means(above, below)
    return found.ci_low <= 1.5 <= found.ci_high


def test_fiellers_interval_covers_95_percent():
    """2,000 studies of 60 pairs; 0.95 ± 4 standard errors of a proportion (0.0049 each)."""
    covered = np.mean([_covers(seed, 60) for seed in range(2_000)])
    assert abs(covered - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2_000)


def test_a_naive_interval_would_not_pass_that_test():
    """Negative control: half the interval covers far less than 95 %."""

    def covers_half(seed: int) -> bool:
        rng = np.random.default_rng(seed)
        below = rng.normal(2.0, 3.0, 60)
        above = 3.0 + 0.5 * (below - 2.0) + rng.normal(0.0, 2.0, 60)
        found = ratio_of_means(above, below)
        low = (found.ci_low + found.mean) / 2
        high = (found.ci_high + found.mean) / 2
        return low <= 1.5 <= high

    covered = np.mean([covers_half(seed) for seed in range(2_000)])
    assert abs(covered - 0.95) > 4 * math.sqrt(0.95 * 0.05 / 2_000)


def test_a_denominator_near_zero_gives_no_interval():
    rng = np.random.default_rng(2)
    found = ratio_of_means(rng.normal(5, 1, 50), rng.normal(0.0, 1, 50))
    assert np.isnan([found.ci_low, found.ci_high]).all()
    assert found.unbounded
    assert in_brackets(found, number).endswith(" (–)")


@pytest.mark.parametrize("blocks", [1, 4])
def test_one_ratio_in_all_futures_has_no_interval(blocks):
    """Rounding in money, a future without any, and a block without one; one future tells apart."""
    below = np.array([0, 0, 3, 1, 4, 2, 7, 5.0])
    above = 123_456.7 / 3 * below * (1 + 1e-13 * np.cos(np.arange(8)))
    pairs = Ratio()
    for block in np.split(np.stack([above, below]), blocks, axis=1):
        pairs.add(block)
    found = pairs.spread()
    assert found.mean == pytest.approx(123_456.7 / 3)
    assert in_brackets(found, number).endswith(" (all the same)")
    above[5] += 1.0
    other = of_paired(above, below)
    assert other.se > 0
    assert other.ci_low < other.mean < other.ci_high


def test_a_share_goes_from_none_to_all():
    placed = np.array([1, 0, 0, 0, 0, 0, 9.0])
    taken, left = of_part(placed, np.full(7, 9.0)), of_part(9 - placed, np.full(7, 9.0))
    assert (taken.ci_low, left.ci_high) == (0.0, 1.0)
    assert taken.ci_high == pytest.approx(1 - left.ci_low)
    assert of_paired(placed, np.full(7, 9.0)).ci_low < 0
    assert of_part(np.array([5.0, 7.0, 6.0]), np.array([5.0, 5.0, 4.0])).ci_high > 1


def test_a_denominator_of_zero_gives_no_ratio():
    assert math.isnan(ratio_of_means(np.ones(4), np.zeros(4)).mean)


class TestFuturesThatMerelyAgree:
    """Searches and attribution, too, give them no interval (decision 0017)."""

    HOW: ClassVar = {"replications": 3, "progress": False}
    STAY: ClassVar = [{"from_week": 0, "value": 0.0}]
    JOBS: ClassVar = {"job_finding_hazard_per_week": 100.0, "frailty_variance": 0.0}
    TOWN = still_town(
        **{f"groups__job_ready__{name}": value for name, value in JOBS.items()},
        groups__job_ready__job_loss_hazard_per_week=STAY,
    )
    BUDGET = "programmes.intensive.budget_per_year.scale"

    def test_threshold(self):
        how = {"measure": "placements:scenario", "value": 60, "low": 0.0, "high": 2.0, **self.HOW}
        found = js.threshold(self.TOWN, self.BUDGET, **how)
        assert (found.stated.mean, found.stated.se) == (60, 0)
        assert math.isnan(found.stated.ci_low)
        assert re.search(r"60 +all the same", repr(found))
        assert "all the same: in each of 3 futures" in repr(found)

    def test_attribute(self):
        parts = {"gain": {"groups.job_ready.meeting_gain": 0.0}}
        found = js.attribute(self.TOWN, parts=parts, measure="placements:scenario", **self.HOW)
        assert math.isnan(found.total.model.ci_high)
        assert re.search(r"total +60 +all the same", repr(found))
        assert "all the same: in each of 3 futures" in repr(found)

    def test_allocate(self):
        aim = quantity("placements:scenario")
        found = js.allocate(self.TOWN, 1e6, aim=aim, **self.HOW)
        assert (found.value.mean, found.value.se) == (60, 0)
        assert "Value: +60.00 (95 %: all the same)" in repr(found)
        assert "all the same: in each of 3 futures" in repr(found)

    def test_what_varies_keeps_its_interval(self):
        how = {"measure": "placements", "value": 1, "low": 0.0, "high": 2.0, **self.HOW}
        found = js.threshold(small_town(horizon__weeks=52, claims={}), self.BUDGET, **how)
        assert found.stated.ci_low < found.stated.ci_high
        assert "all the same" not in repr(found)
