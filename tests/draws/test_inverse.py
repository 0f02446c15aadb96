"""Waiting times: the C library's logarithm to the last bit, and the right distributions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jobsim.draws import NEVER, Stream, exponential, geometric_weeks, uniform
from tests.draws.statistics import TOLERANCE, standard_errors

MILLION = 1_000_000


@pytest.fixture(scope="module")
def u():
    return uniform(
        3,
        stream=Stream.JOB_THRESHOLD,
        n=0,
        k=np.arange(MILLION),
        origin=0,
        group_key=1,
        replication=0,
    )


class TestExponential:
    def test_equals_the_c_library_on_a_million_numbers(self, u):
        # Bit for bit: every engine must cross its thresholds in the same week.
        assert exponential(u).tolist() == [-math.log(x) for x in u.tolist()]

    @pytest.mark.parametrize("x", [2.0**-53, 2.0**-52, 0.5, 1 - 2.0**-52, 1 - 2.0**-53])
    def test_equals_the_c_library_at_the_ends(self, x):
        assert exponential(np.array([x]))[0] == -math.log(x)

    def test_is_above_zero_everywhere(self):
        assert exponential(np.array([1.0 - 2.0**-53]))[0] > 0

    def test_mean_variance_and_median(self, u):
        e = exponential(u)
        n = len(e)
        assert standard_errors(e.mean(), 1.0, n**-0.5) < TOLERANCE
        assert standard_errors(e.var(), 1.0, (8 / n) ** 0.5) < TOLERANCE  # 4th moment 9, less 1
        assert standard_errors((e < math.log(2)).mean(), 0.5, 0.5 * n**-0.5) < TOLERANCE

    def test_the_tolerance_sees_one_percent_too_much(self, u):
        e = 1.01 * exponential(u)
        assert standard_errors(e.mean(), 1.0, len(e) ** -0.5) > TOLERANCE


class TestGeometricWeeks:
    def test_is_the_whole_part_of_the_quotient(self):
        weeks = geometric_weeks(np.array([0.0999, 0.1, 1.0, 36.7]), np.full(4, 0.1))
        assert weeks.tolist() == [0, 1, 10, 367]

    @pytest.mark.parametrize("hazard", [0.0, 5e-324, 1e-310, 1e-12])
    def test_hardly_any_hazard_means_never(self, hazard):
        assert geometric_weeks(np.array([2.0**-30, 36.7]), np.array([hazard] * 2))[1] == NEVER

    def test_zero_hazard_is_never_even_for_the_smallest_threshold(self):
        assert geometric_weeks(np.array([2.0**-53]), np.zeros(1)).tolist() == [NEVER]

    def test_huge_hazard_is_at_once(self):
        assert geometric_weeks(np.array([36.7]), np.array([100.0])).tolist() == [0]

    def test_survival_is_exponential(self, u):
        hazard = 0.02
        weeks = geometric_weeks(exponential(u), np.full(len(u), hazard))
        for week in (1, 10, 50, 200):
            alive = math.exp(-hazard * week)
            error = math.sqrt(alive * (1 - alive) / len(u))
            assert standard_errors((weeks >= week).mean(), alive, error) < TOLERANCE

    def test_the_tolerance_sees_a_survival_one_week_off(self, u):
        weeks = geometric_weeks(exponential(u), np.full(len(u), 0.02)) + 1
        alive = math.exp(-0.02 * 50)
        error = math.sqrt(alive * (1 - alive) / len(u))
        assert standard_errors((weeks >= 50).mean(), alive, error) > TOLERANCE
