"""Quantile functions against scipy, against their own definition and against theory."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from jobsim.draws import GammaQuantile, PoissonQuantile, ShareTable, Stream, uniform
from tests.draws.statistics import TOLERANCE, standard_errors

SHAPES = (0.1, 0.25, 0.5, 1.0, 2.0, 3.7, 10.0, 100.0, 1000.0)
RATES = (0.0, 1e-12, 0.01, 0.7, 3.0, 8.5, 40.0, 1234.5, 1e5)
LAST = 1.0 - 2.0**-53
INSIDE = st.floats(2.0**-53, LAST)


def draws(size, stream):
    return uniform(7, stream=stream, n=0, k=np.arange(size), origin=0, group_key=1, replication=0)


def fine_grid():
    """Numbers that crowd towards both ends of [1e-9, 1 - 1e-9], and towards the middle."""
    tail = np.geomspace(1e-9, 0.5, 40_000)
    return np.unique(np.concatenate([tail, 1.0 - tail, np.linspace(0.499, 0.501, 2_001)]))


class TestGamma:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_agrees_with_scipy(self, shape):
        u = fine_grid()
        # From the nearer end, where scipy itself keeps its digits.
        exact = np.where(
            u < 0.5, special.gammaincinv(shape, u), special.gammainccinv(shape, 1.0 - u)
        )
        assert np.max(np.abs(GammaQuantile(shape)(u) / exact - 1.0)) < 1e-6

    @pytest.mark.parametrize("shape", SHAPES)
    def test_is_the_inverse_of_the_distribution_function(self, shape):
        u = fine_grid()
        v = GammaQuantile(shape)(u)
        near = np.where(
            u < 0.5, special.gammainc(shape, v) / u, special.gammaincc(shape, v) / (1.0 - u)
        )
        # A relative error r of v is one of density * v * r / tail of the tail's probability.
        slope = stats.gamma(shape).pdf(v) * v / np.minimum(u, 1.0 - u)
        assert np.all(np.abs(near - 1.0) < 1e-6 * np.maximum(slope, 1.0))

    @pytest.mark.parametrize("shape", SHAPES)
    def test_never_falls(self, shape):
        assert np.all(np.diff(GammaQuantile(shape)(fine_grid())) >= 0.0)

    @settings(max_examples=20)
    @given(st.floats(-1.0, 3.0))
    def test_agrees_with_scipy_at_any_shape(self, power):
        shape = 10.0**power
        u = np.concatenate([np.geomspace(1e-9, 0.5, 2_000), np.linspace(0.01, 0.99, 99)])
        assert np.max(np.abs(GammaQuantile(shape)(u) / special.gammaincinv(shape, u) - 1)) < 1e-6

    @given(st.sampled_from(SHAPES), INSIDE, INSIDE)
    def test_never_falls_anywhere(self, shape, one, other):
        low, high = GAMMAS[shape](np.array(sorted((one, other))))
        assert low <= high

    @pytest.mark.parametrize("shape", SHAPES)
    def test_is_clipped_outside(self, shape):
        quantile = GammaQuantile(shape)
        ends = quantile(np.array([2.0**-53, 1e-10, 1e-9, 1 - 1e-9, 1 - 1e-10, LAST]))
        assert ends[0] == ends[1] == ends[2]
        assert ends[3] == ends[4] == ends[5]
        assert ends[0] < ends[3]

    @pytest.mark.parametrize("shape", SHAPES)
    def test_mean_variance_and_median(self, shape):
        v = GammaQuantile(shape)(draws(200_000, Stream.FRAILTY))
        n = len(v)
        below = (v < stats.gamma(shape).median()).mean()
        fourth = shape * (3 * shape + 6)  # central moment
        assert standard_errors(v.mean(), shape, math.sqrt(shape / n)) < TOLERANCE
        assert standard_errors(v.var(), shape, math.sqrt((fourth - shape**2) / n)) < TOLERANCE
        assert standard_errors(below, 0.5, 0.5 * n**-0.5) < TOLERANCE

    @pytest.mark.parametrize("shape", SHAPES)
    def test_the_tolerance_sees_another_shape(self, shape):
        v = GammaQuantile(shape * 1.1)(draws(200_000, Stream.FRAILTY))
        assert standard_errors(v.mean(), shape, math.sqrt(shape / len(v))) > TOLERANCE

    def test_keeps_the_form_of_its_argument(self):
        assert GammaQuantile(2.0)(np.full((2, 3), 0.3)).shape == (2, 3)


GAMMAS = {shape: GammaQuantile(shape) for shape in SHAPES}


class TestPoisson:
    @pytest.mark.parametrize("rate", RATES)
    def test_is_the_smallest_count_that_reaches_u(self, rate):
        u = np.concatenate([draws(5_000, Stream.ARRIVALS), [2.0**-53, 1e-9, 0.5, 1 - 1e-9]])
        count = PoissonQuantile(rate)(u)
        assert np.all(special.pdtr(count, rate) >= u)
        assert np.all((count == 0) | (special.pdtr(np.maximum(count - 1, 0), rate) < u))

    @given(st.floats(1e-3, 30.0), INSIDE)
    def test_is_the_smallest_count_for_any_rate(self, rate, u):
        quantile = PoissonQuantile(rate)
        count = int(quantile(np.array([u]))[0])
        assert count == quantile.largest or special.pdtr(count, rate) >= u
        assert count == 0 or special.pdtr(count - 1, rate) < u

    @given(st.floats(0.0, 2_000.0), st.floats(0.0, 5.0), INSIDE)
    def test_a_higher_rate_never_gives_a_smaller_count(self, rate, more, u):
        x = np.array([u])
        assert PoissonQuantile(rate)(x)[0] <= PoissonQuantile(rate + more)(x)[0]

    @given(st.floats(1e-6, 200.0))
    def test_a_slightly_higher_rate_never_gives_a_smaller_count(self, rate):
        u = np.concatenate([PoissonQuantile(rate).distribution, [LAST]])
        u = np.minimum(u, LAST)
        higher = PoissonQuantile(math.nextafter(rate, math.inf))
        assert np.all(PoissonQuantile(rate)(u) <= higher(u))

    @pytest.mark.parametrize("rate", RATES)
    def test_the_largest_count_is_reached_and_never_passed(self, rate):
        quantile = PoissonQuantile(rate)
        assert quantile(np.array([LAST]))[0] == quantile.largest
        assert special.pdtr(quantile.largest, rate) > 1.0 - 1e-12

    def test_nobody_comes_at_rate_zero(self):
        assert PoissonQuantile(0.0)(np.array([2.0**-53, 0.5, LAST])).tolist() == [0, 0, 0]

    def test_somebody_can_come_at_a_tiny_rate(self):
        assert PoissonQuantile(1e-12)(np.array([1 - 2e-12, 1 - 2.0**-44])).tolist() == [0, 1]

    @pytest.mark.parametrize("rate", [0.7, 8.5, 1234.5, 1e5])
    def test_mean_and_variance(self, rate):
        count = PoissonQuantile(rate)(draws(200_000, Stream.OPENINGS))
        n = len(count)
        error = math.sqrt((rate * (1 + 3 * rate) - rate**2) / n)
        assert standard_errors(count.mean(), rate, math.sqrt(rate / n)) < TOLERANCE
        assert standard_errors(count.var(), rate, error) < TOLERANCE

    def test_the_tolerance_sees_another_rate(self):
        count = PoissonQuantile(8.7)(draws(200_000, Stream.OPENINGS))
        assert standard_errors(count.mean(), 8.5, math.sqrt(8.5 / len(count))) > TOLERANCE


@st.composite
def share_tables(draw):
    """Tables of bands whose shares are whole percentages, some of them zero."""
    cuts = sorted(draw(st.sets(st.integers(0, 300), min_size=2, max_size=8)))
    count = len(cuts) - 1
    ends = sorted(draw(st.lists(st.integers(0, 100), min_size=count - 1, max_size=count - 1)))
    percent = [b - a for a, b in itertools.pairwise([0, *ends, 100])]
    return ShareTable(tuple(cuts[:-1]), tuple(cuts[1:]), tuple(p / 100 for p in percent))


def share_by_hand(table, u):
    """The model's formula, one number at a time."""
    bands = [b for b in zip(table.lower, table.upper, table.shares, strict=True) if b[2] > 0]
    below = 0.0
    for place, (start, end, share) in enumerate(bands):
        if below + share >= u or place == len(bands) - 1:
            return min(start + math.floor((u - below) / share * (end - start)), end - 1)
        below += share
    raise AssertionError("no band has a share")


class TestShareTable:
    @given(share_tables(), st.lists(INSIDE, min_size=1, max_size=20))
    def test_follows_the_formula(self, table, u):
        assert table(np.array(u)).tolist() == [share_by_hand(table, x) for x in u]

    @given(share_tables(), st.lists(INSIDE, min_size=1, max_size=20))
    def test_stays_within_bands_that_have_a_share(self, table, u):
        bands = [b for b in zip(table.lower, table.upper, table.shares, strict=True) if b[2] > 0]
        for week in table(np.array(u)):
            assert any(start <= week < end for start, end, _ in bands)

    @given(share_tables(), INSIDE, INSIDE)
    def test_never_falls(self, table, one, other):
        low, high = table(np.array(sorted((one, other))))
        assert low <= high

    @given(share_tables())
    def test_follows_the_formula_to_the_last_bit_where_weeks_meet(self, table):
        # There the order of multiplication and division decides the week.
        below, edges = 0.0, []
        for start, end, share in zip(table.lower, table.upper, table.shares, strict=True):
            edges += [below + share * week / (end - start) for week in range(1, end - start)]
            below += share
        u = [edge for edge in edges if 0.0 < edge < 1.0]
        assert table(np.array(u)).tolist() == [share_by_hand(table, x) for x in u]

    def test_bands_without_share_are_skipped(self):
        table = ShareTable((0, 10, 20), (10, 20, 30), (0.0, 0.0, 1.0))
        assert table(np.array([2.0**-53, 0.05, LAST])).tolist() == [20, 20, 29]

    def test_the_last_band_with_a_share_takes_the_rest(self):
        table = ShareTable((0, 10, 20), (10, 20, 30), (0.5, 0.4999999, 0.0))
        assert table(np.array([LAST])).tolist() == [19]

    def test_a_discrete_trait_is_the_smallest_value_whose_cumulative_share_reaches_u(self):
        table = ShareTable.of_levels((0.25, 0.5, 0.0, 0.25))
        u = np.array([0.25, math.nextafter(0.25, 1), 0.75, math.nextafter(0.75, 1), LAST])
        assert table(u).tolist() == [0, 1, 1, 3, 3]

    def test_weeks_are_even_within_a_band(self):
        table = ShareTable((0, 4), (4, 14), (0.2, 0.8))
        n = 100_000
        found = np.bincount(table(draws(n, Stream.ELAPSED)), minlength=14) / n
        for week, share in enumerate(found):
            expected = 0.05 if week < 4 else 0.08
            error = math.sqrt(expected * (1 - expected) / n)
            assert standard_errors(share, expected, error) < TOLERANCE

    def test_the_tolerance_sees_a_share_one_point_off(self):
        n = 100_000
        found = (ShareTable((0, 4), (4, 14), (0.21, 0.79))(draws(n, Stream.ELAPSED)) < 4).mean()
        assert standard_errors(found, 0.2, math.sqrt(0.2 * 0.8 / n)) > TOLERANCE
