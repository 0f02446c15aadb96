"""Parameters and chance taken apart, on tables whose components are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtri

from jobsim.analysis.outcomes.components import Components
from jobsim.analysis.outcomes.spread import spread
from jobsim.draws import uniform

A, B, E = 3.0, 4.0, 5.0
"""Standard deviations of draws, of luck that all draws share, and of the rest."""
MEAN = 10.0


def normals(seed: int, *shape: int) -> np.ndarray:
    k = np.arange(math.prod(shape))
    u = uniform(seed, stream=1, n=0, k=k, origin=0, group_key=0, replication=0)
    return ndtri(u).reshape(shape)


def table(seed: int, draws: int, replications: int) -> np.ndarray:
    return (
        MEAN
        + A * normals(3 * seed, draws, 1)
        + B * normals(3 * seed + 1, 1, replications)
        + E * normals(3 * seed + 2, draws, replications)
    )


def within(samples: list[float], truth: float, tolerance: float = 4.0) -> bool:
    s = spread(np.array(samples))
    return abs(s.mean - truth) < tolerance * s.se


class TestKnownComponents:
    TABLES = tuple(table(seed, 40, 12) for seed in range(1, 301))

    def test_variance_over_parameters_is_right(self):
        found = [Components(one).parameter_variance for one in self.TABLES]
        assert within(found, A**2)
        assert not within(found, A**2 + E**2 / 12)  # noise left in
        assert not within(found, A**2 - B**2 / 12)  # what a one-way layout would subtract

    def test_variance_over_chance_is_right(self):
        found = [Components(one).chance_variance for one in self.TABLES]
        assert within(found, B**2 + E**2)
        assert not within(found, E**2)

    def test_conditional_means_have_the_variance_over_parameters(self):
        parts = Components(self.TABLES[0])
        assert parts.conditional_means.var(ddof=1) == pytest.approx(parts.parameter_variance)
        assert parts.conditional_means.mean() == pytest.approx(parts.mean.mean)

    def test_intervals_of_the_mean_cover(self):
        covered = [
            parts.mean.ci_low <= MEAN <= parts.mean.ci_high
            for parts in map(Components, self.TABLES)
        ]
        share = float(np.mean(covered))
        assert abs(share - 0.95) < 3 * math.sqrt(0.95 * 0.05 / len(covered))

    def test_intervals_that_forget_shared_luck_do_not_cover(self):
        """The error over draws alone is too small: luck is common to all draws."""
        shared = [table(seed, 400, 6) for seed in range(1, 101)]
        naive = [spread(one.mean(axis=1)) for one in shared]
        ours = [Components(one).mean for one in shared]
        covers = [
            float(np.mean([s.ci_low <= MEAN <= s.ci_high for s in found]))
            for found in (naive, ours)
        ]
        assert covers[0] < 0.6
        assert covers[1] > 0.95 - 4 * math.sqrt(0.95 * 0.05 / 100)

    def test_more_draws_do_not_take_away_the_error_of_chance(self):
        values = table(5, 5000, 10)
        assert Components(values).mean.se > 0.5 * B / math.sqrt(10)
        assert spread(values.mean(axis=1)).se < 0.1 * B / math.sqrt(10)

    def test_ranges_are_those_of_the_parts(self):
        parts = Components(table(8, 2000, 400))
        for ends, sd in (
            (parts.parameter_range, A),
            (parts.chance_range, math.hypot(B, E)),
            ((parts.mean.range_low, parts.mean.range_high), math.sqrt(A**2 + B**2 + E**2)),
        ):
            assert ends[1] - ends[0] == pytest.approx(2 * 1.96 * sd, rel=0.08)


class TestEdges:
    def test_one_draw_is_a_comparison(self):
        values = table(2, 1, 30)
        parts = Components(values)
        assert parts.mean == spread(values[0])
        assert math.isnan(parts.parameter_variance)
        assert parts.chance_variance == pytest.approx(values[0].var(ddof=1))
        assert parts.chance_range == (
            pytest.approx(parts.mean.range_low),
            pytest.approx(parts.mean.range_high),
        )

    def test_one_replication_cannot_be_taken_apart(self):
        parts = Components(table(2, 30, 1))
        assert math.isnan(parts.mean.se)
        assert math.isnan(parts.parameter_share)
        assert math.isfinite(parts.mean.range_low)

    def test_nothing_that_varies(self):
        parts = Components(np.full((5, 6), 3.0))
        assert (parts.mean.ci_low, parts.mean.ci_high) == (3.0, 3.0)
        assert parts.parameter_variance == parts.chance_variance == 0
        assert math.isnan(parts.parameter_share)

    @pytest.mark.parametrize("value", [0.1, 4.2e6 / 7])
    def test_rounding_is_no_variance(self, value):
        noise = np.random.default_rng(1).choice([0.0, 1e-16], (16, 5))
        parts = Components(value * (1 + noise))
        assert parts.parameter_variance == parts.chance_variance == 0
        assert math.isnan(parts.parameter_share)
        assert parts.mean.ci_low == parts.mean.ci_high

    def test_what_no_future_of_any_draw_has_has_no_interval(self):
        found = Components(np.zeros((4, 5))).mean
        assert (found.mean, found.range_high) == (0.0, 0.0)
        assert math.isnan(found.ci_low)

    def test_a_table_that_varies_has_an_error(self):
        values = np.array([[0.0, 1.0], [1.0, 0.0]])
        found = Components(values).mean
        assert found.se == pytest.approx(0.5)  # the root of MS_E / 4; the other squares are 0
        assert found.ci_low < 0.5 < found.ci_high

    def test_what_one_future_of_all_draws_has_is_less_sure_than_students_t_says(self):
        values = np.zeros((40, 25))
        values[:, 3] = 1.0
        found = Components(values).mean
        assert found.se == pytest.approx(spread(values[0]).se)
        assert found.ci_low < -0.04

    def test_parameters_alone(self):
        values = np.repeat(np.arange(8.0)[:, None], 5, axis=1)
        parts = Components(values)
        assert parts.parameter_share == 1
        assert parts.parameter_variance == pytest.approx(np.arange(8.0).var(ddof=1))
