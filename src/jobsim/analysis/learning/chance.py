"""How far single futures fall from their mean, together; may import surfaces and points.

The real place is one future. Its figures hang together by chance: a month of many recipients is
followed by another. How large chance is depends on where a simulator is played; how figures hang
together is taken to be the same everywhere near.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, ndtri

from jobsim.analysis.learning.emulator import Emulator
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats

_LEAST = 1e-12
"""Least variance of a figure that no chance moves, of the square of its size."""


@dataclass(frozen=True, eq=False)
class Chance:
    """Covariance of the figures of one future.

    Parameters
    ----------
    sd : float64[k], at the middle
    correlation : float64[k, k]
    middle : float64[dimensions], normal scores where most futures were played
    slopes : float64[dimensions, k], of the logarithm of the standard deviation
    """

    sd: Floats
    correlation: Floats
    middle: Floats
    slopes: Floats

    @classmethod
    def measured(cls, middle: Floats, futures: Floats, points: Floats, at_points: Floats) -> Chance:
        """Chance from many futures at one point and a few at each of many.

        Parameters
        ----------
        middle : float64[dimensions], normal scores
        futures : float64[k, many], there
        points : float64[n, dimensions]
        at_points : float64[n, k, some]

        Notes
        -----
        The logarithm of a variance of ν + 1 futures is ``ψ(ν/2) − log(ν/2)`` too low on average.
        """
        size = _LEAST * np.mean(futures**2, axis=1) + np.finfo(float).tiny
        variance = np.maximum(futures.var(axis=1, ddof=1), size)
        centred = (futures - futures.mean(axis=1, keepdims=True)) / np.sqrt(variance)[:, None]
        correlation = centred @ centred.T / (futures.shape[1] - 1)
        np.fill_diagonal(correlation, 1.0)
        half = (at_points.shape[2] - 1) / 2.0
        variances = np.maximum(at_points.var(axis=2, ddof=1), size)
        logs = 0.5 * (np.log(variances) - digamma(half) + np.log(half))
        slopes = np.linalg.lstsq(points - points.mean(axis=0), logs - logs.mean(axis=0))[0]
        return cls(np.sqrt(variance), correlation, middle, slopes)

    def sd_at(self, points: Floats) -> Floats:
        """Standard deviation of each figure (float64[m, k]) at points (float64[m, dimensions])."""
        return np.asarray(self.sd * np.exp((points - self.middle) @ self.slopes))


@dataclass(frozen=True, eq=False)
class Likelihood:
    """How likely figures are, where the simulator is a surface.

    Parameters
    ----------
    values, errors : float64[k]
        Figures of the real place, and the standard deviation of each about what it measures.
    emulator : Emulator
    shift : float64[k]
        What the luck of the futures that made the surface adds at the middle, to be taken away.
    chance : Chance
    shared : float
        One over the number of futures at the middle: what is left of their luck.
    """

    values: Floats
    errors: Floats
    emulator: Emulator
    shift: Floats
    chance: Chance
    shared: float

    @classmethod
    def fitted(
        cls,
        values: Floats,
        errors: Floats,
        points: Floats,
        at_points: Floats,
        middle: Floats,
        futures: Floats,
    ) -> Likelihood:
        """Surface and chance from futures played; see `Chance.measured`.

        The futures at the middle begin with those that were played at every point.
        """
        some = at_points.shape[2]
        emulator = Emulator.fitted(points, at_points.mean(axis=2))
        shift = futures[:, :some].mean(axis=1) - futures.mean(axis=1)
        chance = Chance.measured(middle, futures, points, at_points)
        return cls(values, errors, emulator, shift, chance, 1.0 / futures.shape[1])

    def mean(self, points: Floats) -> Floats:
        """Expected figures (float64[m, k]) at points (float64[m, dimensions])."""
        return self.emulator.mean(points) - self.shift

    def variance(self, points: Floats) -> Floats:
        """Variance of each figure about its surface (float64[m, k])."""
        beside_chance = self.errors**2 + self.emulator.sd**2
        return np.asarray(self.chance.sd_at(points) ** 2 * (1.0 + self.shared) + beside_chance)

    def log_density(self, points: Floats) -> Floats:
        """Logarithm of the density of the figures (float64[m]) at points."""
        away = self.values - self.mean(points)
        return _log_normal(away, self.chance.sd_at(points), self._correlation, self._beside)

    def log_density_of(self, points: Floats, means: Floats) -> Floats:
        """The same where the expected figures (float64[m, k]) are played, not emulated."""
        away = self.values - (means - self.shift)
        return _log_normal(away, self.chance.sd_at(points), self._correlation, self.errors**2)

    def implausibility(self, points: Floats) -> Floats:
        """Standard deviations from the figure that is farthest off (float64[m])."""
        away = (self.values - self.mean(points)) / np.sqrt(self.variance(points))
        return np.asarray(np.abs(away).max(axis=1))

    def distances(self, points: Floats, which: list[int]) -> Floats:
        """Squared distance of some figures from what is expected, in units of their covariance."""
        away = self.values[which] - self.mean(points)[:, which]
        sd = self.chance.sd_at(points)[:, which]
        correlation = self._correlation[np.ix_(which, which)]
        return _squared(away, sd, correlation, self._beside[which])[0]

    @property
    def _correlation(self) -> Floats:
        return np.asarray(self.chance.correlation * (1.0 + self.shared))

    @property
    def _beside(self) -> Floats:
        return np.asarray(self.errors**2 + self.emulator.sd**2)


def pooled_covariance(futures: Floats) -> Floats:
    """Covariance of figures about the mean of their own draw.

    Parameters
    ----------
    futures : float64[draws, k, futures], two futures or more

    Returns
    -------
    float64[k, k]
    """
    count, figures, each = futures.shape
    apart = futures - futures.mean(axis=2, keepdims=True)
    flat = apart.transpose(1, 0, 2).reshape(figures, -1)
    return np.asarray(flat @ flat.T / (count * (each - 1)))


def continued(futures: Floats, values: Floats, errors: Floats, *, seed: int) -> Floats:
    """Futures that go on from the luck that the place has had by then.

    A town with more recipients than its numbers let expect has more of them a month later, too.

    Parameters
    ----------
    futures : float64[draws, k, futures]
        Figures that were seen, then later ones, of futures that know nothing of what was seen.
    values, errors : float64[seen]
        Figures of the place, and the standard deviation of each about what it measures.
    seed : int

    Returns
    -------
    float64[draws, k - seen, futures], of later figures; none is below 0

    Notes
    -----
    With C the covariance of chance, s what was seen and l what comes later, each future moves by
    ``C_ls (C_ss + E)⁻¹ (values − s − e)``, where e is an error drawn for it: so are normal futures
    drawn that agree with what was seen (Matheron's rule, [1]_).

    References
    ----------
    .. [1] Chilès & Delfiner 2012, Geostatistics: modeling spatial uncertainty, section 7.3.
    """
    count, seen = len(futures), len(values)
    later = futures[:, seen:]
    if seen == 0:
        return later
    covariance = pooled_covariance(futures)
    beside = errors**2 + _LEAST * values**2 + np.finfo(float).tiny
    gain = np.linalg.solve(covariance[:seen, :seen] + np.diag(beside), covariance[:seen, seen:])
    drawn = unit_points("random", count * futures.shape[2], seen, seed=seed).values
    noise = ndtri(drawn).reshape(count, -1, seen).transpose(0, 2, 1) * errors[:, None]
    away = values[:, None] - futures[:, :seen] - noise
    return np.asarray(np.maximum(0.0, later + np.einsum("sl,nsf->nlf", gain, away)))


_TOGETHER = 2**22
"""Numbers of covariances that are held at a time."""


def _log_normal(away: Floats, sd: Floats, correlation: Floats, beside: Floats) -> Floats:
    squared, log_size = _squared(away, sd, correlation, beside)
    return np.asarray(-0.5 * (squared + log_size + away.shape[1] * np.log(2 * np.pi)))


def _squared(
    away: Floats, sd: Floats, correlation: Floats, beside: Floats
) -> tuple[Floats, Floats]:
    """Squared distances and the logarithms of the determinants of the covariances.

    Parameters
    ----------
    away, sd : float64[m, k]
    correlation : float64[k, k]
    beside : float64[k], variance that is not chance
    """
    step = max(1, _TOGETHER // len(correlation) ** 2)
    squared, log_size = np.empty(len(away)), np.empty(len(away))
    for start in range(0, len(away), step):
        some = slice(start, start + step)
        covariance = sd[some, :, None] * correlation * sd[some, None, :] + np.diag(beside)
        root = np.linalg.cholesky(covariance)
        scores = np.linalg.solve(root, away[some, :, None])[:, :, 0]
        squared[some] = np.sum(scores**2, axis=1)
        log_size[some] = 2.0 * np.sum(np.log(np.diagonal(root, axis1=1, axis2=2)), axis=1)
    return squared, log_size
