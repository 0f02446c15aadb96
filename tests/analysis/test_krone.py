"""What a further krone does, on values made up for the purpose."""

import numpy as np
import pytest

from jobsim.analysis.searching.budget_steps import steps_of, stops_paying

BUDGETS = [0.0, 1e6, 2e6, 3e6, 4e6]


def curve(*rises, noise=0.01, replications=50):
    """Values and spending of a curve that rises by these amounts (m DKK), with some noise."""
    luck = np.random.default_rng(2).normal(scale=noise, size=(len(rises), replications))
    steps = np.concatenate([np.zeros((1, replications)), (np.array(rises)[:, None] + luck) * 1e6])
    spent = np.repeat(np.array(BUDGETS[: len(rises) + 1])[:, None], replications, axis=1)
    return BUDGETS[: len(rises) + 1], steps.cumsum(axis=0), spent


def test_steps_are_paired_differences_over_what_is_spent():
    budgets, values, spent = curve(0.5, -0.2)
    first, second = steps_of(budgets, values, spent)
    assert first.gain.mean == pytest.approx((values[1] - values[0]).mean())
    assert first.spent.mean == 1e6
    assert first.spent.se == 0.0
    assert first.per_krone.mean == pytest.approx(first.gain.mean / 1e6)
    assert first.per_krone.ci_high == pytest.approx(first.gain.ci_high / 1e6)
    assert (first.clearly, second.clearly) == (1, -1)


def test_it_stops_where_the_first_step_loses():
    found = stops_paying(steps_of(*curve(0.5, 0.2, -0.2, -0.5)))
    assert (found.verdict, found.budget, found.low, found.high) == ("stops", 2e6, 2e6, 2e6)
    assert not found.pays_again


def test_doubtful_steps_widen_the_interval():
    found = stops_paying(steps_of(*curve(0.5, 0.0005, -0.0005, -0.5)))
    assert (found.verdict, found.low, found.high) == ("stops", 1e6, 3e6)
    assert "1.00 m to 3.00 m" in str(found)


@pytest.mark.parametrize(
    ("rises", "verdict"),
    [
        ((0.5, 0.4, 0.3), "pays throughout the range"),
        ((-0.1, -0.2), "never pays"),
        ((0.5, 0.0005), "not identified"),
        ((), "not identified"),
    ],
)
def test_other_verdicts(rises, verdict):
    found = stops_paying(steps_of(*curve(*rises)))
    assert found.verdict == verdict
    assert str(found).startswith(verdict)


def test_a_krone_that_is_never_spent_does_not_pay():
    budgets, values, spent = curve(0.5, 0.0, noise=0.0)
    spent[2] = spent[1]
    found = stops_paying(steps_of(budgets, values, spent))
    assert (found.verdict, found.budget) == ("stops", 1e6)
    assert np.isnan(steps_of(budgets, values, spent)[1].per_krone.mean)


def test_a_curve_that_pays_again_says_so():
    found = stops_paying(steps_of(*curve(-0.5, 0.3, -0.1)))
    assert (found.budget, found.pays_again) == (0.0, True)
    assert "pays again" in str(found)


def test_failed_budgets_are_stepped_over():
    budgets, values, spent = curve(0.5, 0.2, -0.2)
    values[1] = np.nan
    assert [(step.low, step.high) for step in steps_of(budgets, values, spent)] == [
        (0.0, 2e6),
        (2e6, 3e6),
    ]


def test_one_replication_identifies_nothing():
    budgets, values, spent = curve(0.5, -0.5, replications=1)
    assert stops_paying(steps_of(budgets, values, spent)).verdict == "not identified"


def test_the_interval_covers_the_true_budget():
    """Steps of +1, +0.2, 0.1, −0.1, −1 standard errors … the true first loss is the fourth."""
    rises, replications, trials = np.array([4.0, 1.0, 0.5, -0.5, -4.0]), 40, 400
    draws = np.random.default_rng(9).normal(size=(trials, 5, replications))
    scale = np.sqrt(replications)
    budgets = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    hits = 0
    for noise in draws:
        steps = np.concatenate([np.zeros((1, replications)), rises[:, None] + noise * scale])
        found = stops_paying(steps_of(budgets, steps.cumsum(axis=0), np.ones((6, replications))))
        high = np.inf if found.high is None else found.high
        low = np.inf if found.low is None else found.low
        hits += low <= 3.0 <= high
    assert hits / trials >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / trials)
