"""Simulated pilots have the distribution that they claim, and chance of their own."""

import math

import numpy as np
import pytest
from scipy import stats

from jobsim.analysis.deciding.draw_arrays import simulate_pilot
from jobsim.errors import InputError

DRAWS = 20_000
KINDS = {
    "binomial": (0.3, {}, 0.3, math.sqrt(0.3 * 0.7 / 12)),
    "normal": (2.0, {"sd": 5.0}, 2.0, 5.0 / math.sqrt(12)),
    "poisson": (1.7, {}, 1.7, math.sqrt(1.7 / 12)),
    "exponential": (0.2, {}, 5.0, 5.0 / math.sqrt(12)),
}
"""Parameter, further arguments, mean and standard deviation of the statistic of 12 persons."""


@pytest.mark.parametrize("kind", KINDS)
def test_mean_and_spread_are_those_of_the_statistic(kind):
    """4 standard errors of the mean; of the standard deviation with the sample's kurtosis."""
    value, more, mean, sd = KINDS[kind]
    found = simulate_pilot(np.full(DRAWS, value), 12, kind=kind, **more)
    assert abs(found.mean() - mean) < 4 * sd / math.sqrt(DRAWS)
    kurtosis = stats.kurtosis(found, fisher=False)
    assert abs(found.std() / sd - 1) < 4 * math.sqrt((kurtosis - 1) / (4 * DRAWS))
    assert abs(found.mean() - 1.05 * mean) > 4 * sd / math.sqrt(DRAWS)  # negative control


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_pilot_shows_the_parameter(kind):
    value, more, mean, _ = KINDS[kind]
    found = simulate_pilot(np.full(100, value), 10_000_000, kind=kind, **more)
    assert found == pytest.approx(mean, rel=0.01)


def test_counts_are_whole_numbers_of_persons():
    found = simulate_pilot(np.linspace(0, 1, 50), 7, kind="binomial")
    assert 7 * found == pytest.approx(np.round(7 * found))
    assert (found[0], found[-1]) == (0.0, 1.0)


def test_nothing_happens_at_a_rate_of_zero():
    assert simulate_pilot([0.0, 0.0], 5, kind="poisson").tolist() == [0.0, 0.0]


def test_the_same_seed_gives_the_same_chance_whatever_the_size():
    value = np.full(500, 0.0)
    small, large = (simulate_pilot(value, n, kind="normal", sd=1.0) for n in (4, 100))
    assert small * 2 == pytest.approx(large * 10)


def test_more_draws_change_no_earlier_one():
    few, many = (simulate_pilot(np.full(n, 0.4), 9, kind="binomial") for n in (10, 1000))
    assert many[:10].tolist() == few.tolist()


def test_arms_and_seeds_have_chance_of_their_own():
    """Correlations of 20,000 pairs have a standard error of 0.007; 4 of them allowed."""
    value = np.zeros(DRAWS)
    first, second, third = (
        simulate_pilot(value, 1, kind="normal", sd=1.0, **key)
        for key in ({}, {"arm": 1}, {"seed": 2})
    )
    for a, b in ((first, second), (first, third), (second, third)):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4 / math.sqrt(DRAWS)
    again = simulate_pilot(value, 1, kind="normal", sd=1.0)
    assert np.corrcoef(first, again)[0, 1] == pytest.approx(1.0)  # negative control


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.1], 5, "binomal"), 'kind: there is no "binomal"; did you mean "binomial"'),
        (([0.1, 1.2], 5, "binomial"), 'parameter: row 1 is 1.2; for "binomial" it must be 0 to 1'),
        (([0.1, -1.0], 5, "poisson"), 'row 1 is -1; for "poisson" it must be 0 or more'),
        (([0.0], 5, "exponential"), 'row 0 is 0; for "exponential" it must be more than 0'),
        (([0.1], 0, "binomial"), "persons: 0 is too few; a pilot needs 1 or more"),
        (([0.1], 5, "normal"), 'sd: None given; a positive number is needed for "normal"'),
        (([np.nan], 5, "poisson"), "parameter: row 0 is nan"),
        (([], 5, "poisson"), r"parameter: has shape \(0,\)"),
        (([[0.1, 0.2]], 5, "poisson"), r"parameter: has shape \(1, 2\)"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments, message):
    parameter, persons, kind = arguments
    with pytest.raises(InputError, match=message) as error:
        simulate_pilot(parameter, persons, kind=kind)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sd": 1.0}, "sd: 1.0 given"),
        ({"arm": -1}, "arm: -1 is not possible"),
        ({"seed": 1 << 64}, "seed: 18446744073709551616 is not possible"),
    ],
)
def test_bad_options_are_refused(more, message):
    with pytest.raises(InputError, match=message):
        simulate_pilot([0.5], 5, kind="binomial", **more)
