"""The best of several options, and those that the data cannot tell from it."""

import numpy as np
import pytest

from jobsim.analysis.outcomes.rounding import difference
from jobsim.analysis.outcomes.spread import spread
from jobsim.analysis.searching.spending import best_of, simultaneous
from jobsim.errors import InputError

TRIALS, OPTIONS, REPLICATIONS = 600, 8, 40


@pytest.fixture(scope="module")
def ties():
    """Outcomes of equally good options that share some luck: any of them is truly the best."""
    draws = np.random.default_rng(11).normal(size=(TRIALS, OPTIONS + 1, REPLICATIONS))
    return draws[:, :OPTIONS] + 2.0 * draws[:, OPTIONS:]


def test_the_truly_best_is_dropped_in_at_most_5_percent(ties):
    dropped = np.mean([0 not in best_of(values).near for values in ties])
    assert dropped <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / TRIALS)


def test_without_account_for_selection_it_would_be_dropped_more_often(ties):
    def clearly_behind(values):
        top = values[np.argmax(values.mean(axis=1))]
        behind = spread(top - values[0])
        return behind.mean - 1.685 * behind.se > 0  # one-sided 5 % of Student's t, 39 degrees

    dropped = np.mean([clearly_behind(values) for values in ties])
    assert dropped > 0.05 + 3 * np.sqrt(0.05 * 0.95 / TRIALS)


def test_a_clearly_better_option_stands_alone(ties):
    better = ties[0] + np.arange(OPTIONS)[:, None] * 10.0
    found = best_of(better)
    assert (found.number, found.near) == (OPTIONS - 1, (OPTIONS - 1,))


def test_shared_luck_tells_options_apart_that_their_own_spread_would_not():
    luck = np.random.default_rng(3).normal(scale=100.0, size=30)
    assert best_of(np.stack([luck, luck + 1.0])).near == (1,)


def test_failed_options_are_left_out_and_keep_their_place():
    values = np.array([[np.nan] * 3, [1.0, 2.0, 3.0], [5.0, 6.0, 7.0]])
    assert best_of(values).number == 2
    assert 0 not in best_of(values).near


def test_one_replication_tells_nothing_apart():
    assert best_of(np.array([[1.0], [2.0]])).near == (0, 1)


def test_nothing_to_choose_from_is_an_error():
    with pytest.raises(InputError, match="no option to choose from"):
        best_of(np.full((2, 3), np.nan))


def test_rounding_is_no_difference():
    amounts = np.array([1e6, -2e6, 3e6])
    assert difference(amounts * (1 + 1e-15), amounts).tolist() == [0.0, 0.0, 0.0]
    assert difference(amounts + 1.0, amounts).tolist() == [1.0, 1.0, 1.0]


def test_of_options_that_differ_by_rounding_only_the_first_is_best():
    thirds = np.array([[0.3, 0.3], [0.1 + 0.2, 0.1 + 0.2], [0.2, 0.2]])
    assert best_of(thirds).number == best_of(thirds[[1, 0, 2]]).number == 0


def test_intervals_that_hold_together_are_wider():
    samples = np.random.default_rng(5).normal(size=50)
    alone, together = simultaneous(samples, statements=1), simultaneous(samples, statements=14)
    assert alone.ci_low == pytest.approx(spread(samples).ci_low)
    assert together.ci_low < alone.ci_low
    assert together.ci_high > alone.ci_high
