"""What figures ahead would say, against what normal distributions say exactly."""

from __future__ import annotations

import numpy as np
import pytest

from jobsim.analysis.learning.narrowing import Ahead

WORTH = np.array([3.0, -1.0])
"""What the outcome is, of two numbers."""
FITTED = np.array([[1.0, 0.0]])
FIGURES = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
LUCK = np.array(
    [[0.6, 0.1, 0.0, 0.0], [0.1, 0.5, 0.0, 0.3], [0.0, 0.0, 0.8, 0.0], [0.0, 0.3, 0.0, 0.4]]
)
"""Covariance of three figures and of the one that is fitted, in one future."""
ERRORS, SEEN, SEEN_ERROR = np.array([0.0, 0.4, 0.0]), np.array([0.7]), np.array([0.2])


def even(count: int, size: int) -> np.ndarray:
    """Numbers of mean 0, variance 1 and no correlation, exactly."""
    some = np.random.default_rng(size).normal(size=(count, size))
    some -= some.mean(axis=0)
    return some @ np.linalg.inv(np.linalg.cholesky(np.cov(some.T).reshape(size, size))).T


def posterior() -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the two numbers after the fitted figure, from standard normals."""
    size = FITTED @ FITTED.T + LUCK[3:, 3:] + SEEN_ERROR**2
    gain = FITTED.T / size
    return (gain @ SEEN), np.eye(2) - gain @ FITTED


def ahead(count: int = 2000) -> Ahead:
    mean, covariance = posterior()
    theta = mean + even(count, 2) @ np.linalg.cholesky(covariance).T
    luck = even(100, 4) @ np.linalg.cholesky(LUCK).T
    outcome = np.repeat((theta @ WORTH)[:, None], 100, axis=1)
    figures = np.stack([(theta @ h)[:, None] + luck[:, k] for k, h in enumerate(FIGURES)])
    fitted = ((theta @ FITTED[0])[:, None] + luck[:, 3])[None]
    return Ahead.of(outcome, figures, ERRORS, fitted, SEEN, SEEN_ERROR)


def exact(figure: int) -> float:
    """Share of the variance that is left to a figure, from the joint normal of everything."""
    both = np.vstack([FITTED, FIGURES[figure]])
    places = [3, figure]
    noise = LUCK[np.ix_(places, places)] + np.diag([SEEN_ERROR[0] ** 2, ERRORS[figure] ** 2])
    known = np.eye(2) - both.T @ np.linalg.solve(both @ both.T + noise, both)
    return 1 - float(WORTH @ known @ WORTH) / float(WORTH @ posterior()[1] @ WORTH)


@pytest.mark.parametrize("figure", [0, 1, 2])
def test_a_figure_takes_away_what_the_joint_normal_says(figure):
    assert ahead().shares[figure] == pytest.approx(exact(figure), abs=0.002)


def test_the_variance_is_that_of_the_posterior():
    assert ahead().variance == pytest.approx(WORTH @ posterior()[1] @ WORTH)


def test_without_what_was_seen_a_related_figure_would_count_for_more_than_it_does():
    """Negative control: chance that a figure shares with a fitted one is known in part."""
    found = ahead()
    forgetful = LUCK[1, 1] + ERRORS[1] ** 2
    assert found.about[1, 1] < forgetful - 0.1


def test_a_figure_that_is_fitted_says_nothing_more():
    theta, luck = even(500, 1), even(50, 1)[:, 0]
    figure = (theta + luck)[None]
    none = np.zeros(1)
    found = Ahead.of(np.repeat(theta, 50, axis=1), figure, none, figure, np.array([0.3]), none)
    assert found.shares.tolist() == [0.0]
    assert found.expected == pytest.approx(np.full((500, 1), 0.3))


def test_a_figure_of_something_else_says_nothing():
    theta, luck = even(500, 2), even(50, 1)[:, 0]
    outcome = np.repeat(theta[:, :1], 50, axis=1)
    nothing = np.zeros((0, 500, 50)), np.zeros(0), np.zeros(0)
    found = Ahead.of(outcome, (theta[:, 1:] + luck)[None], np.zeros(1), *nothing)
    assert found.shares[0] < 1e-9


def test_noise_of_means_over_futures_is_no_variance_of_draws():
    rng = np.random.default_rng(3)
    outcome, figure = rng.normal(size=(2, 4000, 4))
    nothing = np.zeros((0, 4000, 4)), np.zeros(0), np.zeros(0)
    found = Ahead.of(outcome + figure, figure[None], np.zeros(1), *nothing)
    assert found.variance < 0.05 < (outcome + figure).mean(axis=1).var()
    assert found.shares[0] < 0.02
