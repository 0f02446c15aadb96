"""From a simulator and figures of the real place to a posterior; may import chance and samplers.

A design of Sobol' points is played on the same luck; surfaces through it say where the figures are
implausible; the next design is laid in what is left, until the surfaces are sharper than chance.
Then the posterior by surfaces is played at some of its draws: the simulator weighs them anew, and
the last surfaces go through them, too. Points are normal scores of the prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtri

from jobsim.analysis.learning.chance import Likelihood
from jobsim.analysis.learning.sampling import Sampled, posterior
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Bools, Floats
from jobsim.errors import JobsimError

Play = Callable[[Floats, int], Floats]
"""Plays points (float64[n, dimensions]) in so many futures each, with the same luck at all: float64
[n, k, futures], not a number where a point cannot be played."""

_SHARP = 0.1
"""Variance of a surface, of that of chance and error together, below which it is sharp."""
_FUTURES, _FUTURES_PER_TARGET = 400, 10
"""Futures at the middle, at least and for each target: they measure chance."""
_CHECKED = 64
"""Draws of the posterior by surfaces that are played."""
_FEWEST = 0.5
"""Least share of a design that must be playable."""


@dataclass(frozen=True)
class Effort:
    """How hard to try: points of a design, futures of each, most waves, draws, key of chance."""

    points: int
    futures: int
    waves: int
    draws: int
    seed: int


@dataclass(frozen=True, eq=False)
class Wave:
    """One design and what the surfaces through it say.

    Parameters
    ----------
    points : int, played
    left : float, share of the prior that is not implausible by now
    blur : float64[k], standard deviation of each surface's error over that of chance and error
    """

    points: int
    left: float
    blur: Floats


@dataclass(frozen=True, eq=False)
class Learned:
    """A posterior and how it came about.

    Parameters
    ----------
    sampled : Sampled
    likelihood : Likelihood, the last one
    waves : tuple of Wave, in order
    checked : float64[n, dimensions], draws that were played
    weights : float64[n], of these by the simulator itself; they add up to 1
    futures : float64[n, all figures, futures], what came of them
    failed : int, points that could not be played
    """

    sampled: Sampled
    likelihood: Likelihood
    waves: tuple[Wave, ...]
    checked: Floats
    weights: Floats
    futures: Floats
    failed: int

    @property
    def kept(self) -> float:
        """Effective share of the draws played, once the simulator itself has weighed them."""
        return float(1.0 / np.sum(self.weights**2) / len(self.weights))

    @property
    def ess(self) -> float:
        """Effective size of the posterior: that of the sample, less what the check leaves."""
        return self.sampled.ess * self.kept


@dataclass
class _Campaign:
    """What was played so far, and the likelihoods that it gave."""

    play: Play
    values: Floats
    errors: Floats
    dimensions: int
    effort: Effort

    def __post_init__(self) -> None:
        self.points = np.empty((0, self.dimensions))
        self.futures = np.empty((0, 0, 0))
        self.likelihoods: list[Likelihood] = []
        self.waves: list[Wave] = []
        self.failed = 0

    def learn(self) -> Learned:
        self._add(ndtri(self._cube(self.effort.points)))
        self._fit(np.zeros(self.dimensions))
        while len(self.waves) < self.effort.waves and not self._is_sharp():
            left = self._sample(self._log_plausible, self.effort.points).points
            self._add(left)
            self._fit(left.mean(axis=0))
        before = self._sample(self._log_posterior, _CHECKED).points
        now = self.likelihoods[-1]
        first = len(self.points)
        self._add(before)
        checked, futures = self.points[first:], self.futures[first:]
        played = now.log_density_of(checked, futures[:, : len(self.values)].mean(axis=2))
        weights = played - now.log_density(checked)
        self._fit(before.mean(axis=0))
        sampled = self._sample(self._log_posterior, self.effort.draws)
        return Learned(
            sampled,
            self.likelihoods[-1],
            tuple(self.waves),
            checked,
            np.exp(weights - logsumexp(weights)),
            futures,
            self.failed,
        )

    def _add(self, points: Floats) -> None:
        """Play points; those that cannot be played are left out."""
        futures = self.play(points, self.effort.futures)
        fine = np.asarray(np.isfinite(futures).all(axis=(1, 2)))
        if fine.mean() < _FEWEST:
            raise JobsimError(
                f"calibrate: {np.sum(~fine)} of {len(fine)} points of the prior cannot be played, "
                "or have no value of a target; narrow the prior"
            )
        self.failed += int(np.sum(~fine))
        before = self.futures if len(self.points) else np.empty((0, *futures.shape[1:]))
        self.points = np.vstack([self.points, points[fine]])
        self.futures = np.concatenate([before, futures[fine]])

    def _fit(self, middle: Floats) -> None:
        """Likelihood from points that earlier ones hold plausible and futures at the middle."""
        count = len(self.values)
        many = max(_FUTURES, _FUTURES_PER_TARGET * count, 2 * self.effort.futures)
        at_middle = self.play(middle[None, :], many)[0, :count]
        if not np.isfinite(at_middle).all():
            raise JobsimError("calibrate: the middle of the prior cannot be played; narrow it")
        near = self._plausible(self.points)
        if near.sum() < self.effort.points // 2:
            near[:] = True
        used, futures = self.points[near], self.futures[near, :count]
        found = Likelihood.fitted(self.values, self.errors, used, futures, middle, at_middle)
        self.likelihoods.append(found)
        left = float(np.mean(self._plausible(ndtri(self._cube(2**14)))))
        beside = np.sqrt(self.errors**2 + found.chance.sd**2)
        self.waves.append(Wave(len(self.points), left, found.emulator.sd / beside))

    def _cube(self, count: int) -> Floats:
        return unit_points("sobol", count, self.dimensions, seed=self.effort.seed).values

    def _sample(self, log_likelihood: Callable[[Floats], Floats], draws: int) -> Sampled:
        seed = self.effort.seed ^ len(self.waves)
        return posterior(log_likelihood, self.dimensions, draws=draws, seed=seed)

    def _is_sharp(self) -> bool:
        return bool((self.waves[-1].blur ** 2 < _SHARP).all())

    @property
    def _limit(self) -> float:
        """Implausibility beyond which a point is left: 3 for one target.

        More for many, of which one is as far off by chance alone.
        """
        return float(-ndtri(0.00135 / len(self.values)))

    def _plausible(self, points: Floats) -> Bools:
        """Whether all likelihoods so far hold points plausible."""
        fine = np.ones(len(points), dtype=bool)
        for one in self.likelihoods:
            fine &= one.implausibility(points) <= self._limit
        return fine

    def _excess(self, points: Floats, likelihoods: list[Likelihood]) -> Floats:
        """Log-likelihood that falls beyond the limit and is level within it."""
        found = np.zeros(len(points))
        for one in likelihoods:
            beyond = one.implausibility(points) ** 2 - self._limit**2
            found -= 0.5 * np.maximum(0.0, beyond)
        return found

    def _log_plausible(self, points: Floats) -> Floats:
        return self._excess(points, self.likelihoods)

    def _log_posterior(self, points: Floats) -> Floats:
        *earlier, last = self.likelihoods
        return last.log_density(points) + self._excess(points, earlier)


def learn(play: Play, values: Floats, errors: Floats, dimensions: int, effort: Effort) -> Learned:
    """Learn where a simulator gives some figures.

    Parameters
    ----------
    play : Play
        Of each point, the figures that are fitted first, then others.
    values, errors : float64[k], of the figures that are fitted
    dimensions : int
    effort : Effort

    Raises
    ------
    JobsimError
        If half of a design, or its middle, cannot be played.
    """
    return _Campaign(play, values, errors, dimensions, effort).learn()
