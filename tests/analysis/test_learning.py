"""Surfaces and samplers against closed forms, each with a control that must fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from scipy.special import ndtri

from jobsim.analysis.learning.chance import Chance
from jobsim.analysis.learning.emulator import Emulator
from jobsim.analysis.learning.posterior import Effort, Play, learn
from jobsim.analysis.learning.sampling import posterior
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats
from jobsim.errors import InputError, JobsimError


def scores(count: int, dimensions: int, seed: int = 1) -> Floats:
    return np.asarray(ndtri(unit_points("random", count, dimensions, seed=seed).values))


class Linear(NamedTuple):
    """Targets that are linear in normal scores, whose posterior is known in closed form."""

    log_likelihood: Callable[[Floats], Floats]
    mean: Floats
    covariance: Floats
    log_evidence: float


def linear(slopes: Floats, found: Floats, error: float) -> Linear:
    count, dimensions = slopes.shape
    covariance = np.linalg.inv(np.eye(dimensions) + slopes.T @ slopes / error**2)
    predicted = slopes @ slopes.T / error**2 + np.eye(count)
    distance = found @ np.linalg.solve(predicted, found) / error**2
    return Linear(
        lambda z: -0.5 * np.sum(((z @ slopes.T - found) / error) ** 2, axis=1),
        covariance @ slopes.T @ found / error**2,
        covariance,
        -0.5 * (distance + float(np.linalg.slogdet(predicted)[1])),
    )


class TestEmulator:
    def test_a_quadratic_surface_is_found_exactly(self):
        points, elsewhere = scores(40, 3), scores(10, 3, seed=2)

        def surface(z: Floats) -> Floats:
            return np.column_stack([1 + z[:, 0] * z[:, 1] - z[:, 2] ** 2, z @ [1.0, 2.0, 3.0]])

        emulator = Emulator.fitted(points, surface(points))
        assert np.allclose(emulator.mean(elsewhere), surface(elsewhere), atol=1e-10)
        assert (emulator.sd < 1e-10).all()

    def test_the_error_is_that_of_points_left_out_one_by_one(self):
        points, noise = scores(40, 2), scores(40, 1, seed=3)
        outcomes = np.exp(0.5 * points[:, :1]) + 0.1 * noise
        left_out = []
        for one in range(40):
            rest = np.arange(40) != one
            fitted = Emulator.fitted(points[rest], outcomes[rest])
            left_out.append(fitted.mean(points[[one]]) - outcomes[one])
        stated = Emulator.fitted(points, outcomes).sd
        assert stated == pytest.approx(np.sqrt(np.mean(np.square(left_out))))

    def test_few_points_bear_lines_only(self):
        points = scores(12, 4)
        assert Emulator.fitted(points, points[:, :1]).order == 1
        assert Emulator.fitted(scores(30, 4), scores(30, 1)).order == 2

    def test_parameters_that_say_the_same_are_no_trouble(self):
        alone = scores(30, 1)
        emulator = Emulator.fitted(np.hstack([alone, alone]), 2 * alone)
        assert np.allclose(emulator.mean(np.array([[1.5, 1.5]])), 3.0)

    @pytest.mark.parametrize(
        ("points", "outcome", "words"), [(5, 1.0, "5 are too few for 4"), (30, np.nan, "point 0")]
    )
    def test_what_cannot_be_fitted_is_refused(self, points, outcome, words):
        with pytest.raises(InputError, match=words):
            Emulator.fitted(scores(points, 4), np.full((points, 1), outcome))


class TestPosterior:
    @pytest.mark.parametrize(("targets", "dimensions"), [(1, 1), (3, 3), (4, 7)])
    def test_linear_targets_have_the_posterior_of_closed_form(self, targets, dimensions):
        slopes = scores(targets, dimensions, seed=5)
        known = linear(slopes, slopes @ scores(1, dimensions, seed=6)[0], 0.1)
        found = posterior(known.log_likelihood, dimensions, draws=1000)
        sd = np.sqrt(np.diag(known.covariance))
        assert found.ess > 1000
        assert (np.abs(found.points.mean(axis=0) - known.mean) < 4 * sd / np.sqrt(1000)).all()
        assert np.allclose(found.points.std(axis=0) / sd, 1, atol=4 / np.sqrt(2000))
        error = 4 / np.sqrt(found.ess)
        assert found.log_evidence == pytest.approx(known.log_evidence, abs=error)
        wrong = linear(slopes, slopes @ scores(1, dimensions, seed=6)[0], 0.2)
        assert found.log_evidence != pytest.approx(wrong.log_evidence, abs=error)

    def test_without_data_the_prior_is_left(self):
        found = posterior(lambda z: np.zeros(len(z)), 2, draws=1000)
        assert np.allclose(found.points.mean(axis=0), 0, atol=4 / np.sqrt(1000))
        assert np.allclose(found.points.var(axis=0), 1, atol=4 * np.sqrt(2 / 1000))
        assert found.log_evidence == 0

    def test_both_of_two_modes_are_found(self):
        found = posterior(
            lambda z: np.logaddexp(*(-0.5 * ((z[:, 0] - one) / 0.05) ** 2 for one in (-1.5, 1.5))),
            2,
            draws=1000,
        )
        assert np.mean(found.points[:, 0] > 0) == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(1000))

    def test_a_curved_ridge_is_followed(self):
        found = posterior(lambda z: -0.5 * ((z[:, 1] - z[:, 0] ** 2) / 0.05) ** 2, 2, draws=1000)
        along = np.linspace(-4, 4, 2001)
        density = np.exp(-0.5 * (along**2 + along**4))
        variance = float(np.sum(density * along**2) / np.sum(density))
        x, y = found.points.T
        assert np.std(y - x**2) == pytest.approx(0.05, rel=0.1)
        assert np.var(x) == pytest.approx(variance, rel=4 * np.sqrt(2 / 1000))

    def test_the_same_seed_gives_the_same_draws(self):
        def log_likelihood(z: Floats) -> Floats:
            return -0.5 * np.sum((z / 0.1) ** 2, axis=1)

        same, again, other = (
            posterior(log_likelihood, 2, draws=50, seed=seed).points for seed in (3, 3, 4)
        )
        assert np.array_equal(same, again)
        assert not np.array_equal(same, other)

    @pytest.mark.parametrize(
        ("value", "words"), [(np.nan, "not a number"), (-np.inf, "impossible")]
    )
    def test_a_likelihood_that_says_nothing_is_refused(self, value, words):
        with pytest.raises(InputError, match=words):
            posterior(lambda z: np.full(len(z), value), 2)


class Toy(NamedTuple):
    """A simulator whose figures are linear in normal scores, with chance of known covariance."""

    slopes: Floats
    root: Floats
    """Lower triangle whose square is the covariance of chance."""

    def play(self, points: Floats, futures: int) -> Floats:
        luck = self.root @ scores(1000, len(self.root), seed=8)[:futures].T
        return np.asarray((points @ self.slopes.T)[:, :, None] + luck)

    def closed_form(self, values: Floats, errors: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the posterior."""
        precision = np.linalg.inv(self.root @ self.root.T + np.diag(errors**2))
        among = self.slopes.T @ precision @ self.slopes
        covariance = np.linalg.inv(np.eye(self.slopes.shape[1]) + among)
        mean = covariance @ self.slopes.T @ precision @ values
        return mean, np.sqrt(np.diag(covariance))


TOY = Toy(scores(4, 3, seed=5), 0.3 * np.tril(scores(4, 4, seed=6)) + 0.3 * np.eye(4))
VALUES, ERRORS = TOY.slopes @ [0.5, -1.0, 0.2], np.array([0.1, 0.0, 0.05, 0.2])
EFFORT = Effort(points=64, futures=32, waves=3, draws=1000, seed=1)


def some_fail(play: Play, share: float) -> Play:
    def played(points: Floats, futures: int) -> Floats:
        found = play(points, futures)
        found[: int(share * len(points))] = np.nan
        return found

    return played


class TestLearn:
    def test_a_linear_simulator_has_the_posterior_of_closed_form(self):
        mean, sd = TOY.closed_form(VALUES, ERRORS)
        found = learn(TOY.play, VALUES, ERRORS, 3, EFFORT)
        points = found.sampled.points
        assert found.kept > 0.9
        assert np.allclose((points.mean(axis=0) - mean) / sd, 0, atol=0.2)  # 400 futures at middle
        assert np.allclose(points.std(axis=0) / sd, 1, atol=0.15)
        alone = TOY._replace(root=np.diag(np.sqrt(np.sum(TOY.root**2, axis=1))))
        wrong, wrong_sd = alone.closed_form(VALUES, ERRORS)
        misses = (points.mean(axis=0) - wrong) / sd, points.std(axis=0) / wrong_sd - 1
        assert np.abs(misses).max() > 0.2, (
            "chance that hangs together looks like chance that does not"
        )

    def test_waves_sharpen_a_surface_where_the_figures_are_plausible(self):
        def play(points: Floats, futures: int) -> Floats:
            luck = 0.02 * scores(1000, 2, seed=8)[:futures].T
            return np.exp(points / 2)[:, :, None] + luck

        true = np.array([0.5, -0.5])
        found = learn(play, np.exp(true / 2), np.zeros(2), 2, EFFORT)
        first, last = found.waves[0], found.waves[-1]
        assert (last.blur < 0.1 * first.blur).all()
        assert last.left < first.left
        sd = 0.04 / np.exp(true / 2)
        assert np.allclose(found.sampled.points.mean(axis=0), true, atol=0.2 * sd)
        assert np.allclose(found.sampled.points.std(axis=0) / sd, 1, atol=0.15)

    def test_points_that_cannot_be_played_are_left_out_and_counted(self):
        found = learn(some_fail(TOY.play, 0.1), VALUES, ERRORS, 3, EFFORT)
        assert found.failed == 6 + 6
        assert found.ess > 1000

    def test_a_prior_of_which_half_cannot_be_played_is_refused(self):
        with pytest.raises(JobsimError, match="38 of 64 points of the prior cannot be played"):
            learn(some_fail(TOY.play, 0.6), VALUES, ERRORS, 3, EFFORT)


def test_chance_grows_with_a_parameter_as_it_does_in_the_futures():
    points = scores(50, 2)
    luck = scores(400, 3, seed=9).T
    sizes = np.exp(0.3 * points[:, 0])[:, None, None] * np.array([[1.0], [2.0], [0.0]])
    found = Chance.measured(np.zeros(2), luck, points, sizes * luck[None, :, :20])
    assert np.allclose(found.slopes[:, :2], [[0.3, 0.3], [0.0, 0.0]], atol=0.01)
    assert np.allclose(found.correlation, np.corrcoef(luck))
    assert found.sd_at(np.array([[1.0, 0.0]]))[0, 0] == pytest.approx(
        np.exp(0.3) * found.sd[0], rel=0.02
    )
