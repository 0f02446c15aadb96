"""Draws from a posterior whose likelihood is quick; may import points and errors.

Incremental mixture importance sampling: points of the prior first, then more from normal
distributions laid where the weights pile up, until the weights are even enough (Raftery & Bao 2010,
"Estimating and projecting trends in HIV/AIDS generalized epidemics using incremental mixture
importance sampling", Biometrics 66: 1162–1173). Every other normal distribution is laid across all
that is left, with weights flattened until enough points share them, so that long ridges are found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import logsumexp, ndtri

from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats, Ints
from jobsim.errors import InputError

LogLikelihood = Callable[[Floats], Floats]

_FIRST = 2**15
"""Points of the prior before any normal distribution is laid."""
_MORE = 2**11
"""Points of each normal distribution, and points nearest to its middle that shape a local one."""
_ROUNDS = 40
_SHAPED = 50.0
"""Effective size, per dimension, of the weights that shape a normal distribution across all."""
_WANTED = 4.0
"""Effective size, per draw that is asked for, at which no more points are taken."""
_FLOOR = 1e-8
"""Least variance of a normal distribution, of that of the prior."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """Draws from a posterior.

    Parameters
    ----------
    points : float64[draws, dimensions]
        Normal scores, equally likely; one of great weight stands several times.
    weights : float64[tried]
        Weight of each point that was tried; they add up to 1.
    ess : float
        Effective size: independent draws that know as much, ``1 / Σ weights²``.
    log_evidence : float
        Logarithm of the mean likelihood over the prior.
    """

    points: Floats
    weights: Floats
    ess: float
    log_evidence: float


def posterior(
    log_likelihood: LogLikelihood, dimensions: int, *, draws: int = 1024, seed: int = 1
) -> Sampled:
    """Draw from a posterior, in normal scores of the prior, which are standard normal.

    Parameters
    ----------
    log_likelihood : function of float64[m, dimensions] that returns float64[m]
        Up to a constant; minus infinity where something cannot be.
    dimensions : int
    draws : int
    seed : int, 0 to 2**64 - 1

    Returns
    -------
    Sampled
        Its effective size tells whether the draws may be used.

    Raises
    ------
    InputError
        If the likelihood is not a number somewhere, or nil at every point of the prior.

    Notes
    -----
    Weights are ``prior × likelihood / proposal``, where the proposal is the mixture of the prior
    and of all normal distributions laid so far, by their numbers of points.

    Examples
    --------
    >>> found = posterior(lambda z: -0.5 * ((z[:, 0] - 1) / 0.5) ** 2, 1, draws=1000)
    >>> found.points.mean().round(2), found.points.var().round(2)
    (np.float64(0.8), np.float64(0.2))
    """
    points = ndtri(unit_points("sobol", _FIRST, dimensions, seed=seed).values)
    prior = _log_standard_normal(points)
    known = _checked(log_likelihood(points))
    if not np.isfinite(known).any():
        raise InputError("the targets are impossible at every point of the prior")
    normals: list[_Normal] = []
    proposal = prior + np.log(_FIRST)
    for number in range(_ROUNDS + 1):
        log_weights = prior + known - (proposal - np.log(len(points)))
        weights = np.exp(log_weights - logsumexp(log_weights))
        ess = float(1.0 / np.sum(weights**2))
        if ess >= _WANTED * draws or number == _ROUNDS:
            break
        if number % 2:
            normal = _Normal.around(points, weights)
        else:
            normal = _Normal.across(points, _flattened(log_weights, _SHAPED * dimensions))
        uniform = unit_points("sobol", _MORE, dimensions, seed=seed ^ (number + 1)).values
        new = normal.at(ndtri(uniform))
        new_prior = _log_standard_normal(new)
        others = [one.log_density(new) + np.log(_MORE) for one in normals]
        laid = logsumexp([new_prior + np.log(_FIRST), *others], axis=0)
        normals.append(normal)
        points, prior = np.vstack([points, new]), np.append(prior, new_prior)
        known = np.append(known, _checked(log_likelihood(new)))
        here = normal.log_density(points) + np.log(_MORE)
        proposal = np.logaddexp(np.append(proposal, laid), here)
    chosen = evenly(points, weights, draws, seed)
    log_evidence = float(logsumexp(log_weights) - np.log(len(points)))
    return Sampled(points[chosen], weights, ess, log_evidence)


@dataclass(frozen=True, eq=False)
class _Normal:
    """A normal distribution; `root` is the lower triangle whose square is its covariance."""

    middle: Floats
    root: Floats

    @classmethod
    def around(cls, points: Floats, weights: Floats) -> _Normal:
        """One at the point of the greatest weight, shaped by the weights of those nearest to it."""
        middle = points[np.argmax(weights)]
        apart = points - middle
        spread = weights @ apart**2 + _FLOOR
        near = np.argpartition(np.sum(apart**2 / spread, axis=1), _MORE)[:_MORE]
        shares = (weights[near] / weights[near].sum() + 1.0 / _MORE) / 2.0
        return cls(middle, _root((apart[near].T * shares) @ apart[near]))

    @classmethod
    def across(cls, points: Floats, weights: Floats) -> _Normal:
        """One of the mean and covariance of all points under these weights."""
        middle = weights @ points
        apart = points - middle
        return cls(middle, _root((apart.T * weights) @ apart))

    def at(self, scores: Floats) -> Floats:
        return np.asarray(self.middle + scores @ self.root.T)

    def log_density(self, points: Floats) -> Floats:
        scores = solve_triangular(self.root, (points - self.middle).T, lower=True).T
        size = float(np.sum(np.log(np.diag(self.root))))
        return np.asarray(_log_standard_normal(scores) - size)


def _root(covariance: Floats) -> Floats:
    return np.asarray(np.linalg.cholesky(covariance + _FLOOR * np.eye(len(covariance))))


def _flattened(log_weights: Floats, wanted: float) -> Floats:
    """Weights to the highest power up to 1 at which their effective size is as wanted."""
    low, high = 0.0, 1.0
    power = 1.0
    for _ in range(20):
        weights = np.exp(power * log_weights - logsumexp(power * log_weights))
        enough = 1.0 / np.sum(weights**2) >= wanted
        if enough and power == high:
            break
        low, high = (power, high) if enough else (low, power)
        power = (low + high) / 2.0
    return np.asarray(weights)


def _log_standard_normal(points: Floats) -> Floats:
    return np.asarray(-0.5 * np.sum(points**2 + np.log(2 * np.pi), axis=1))


def _checked(values: Floats) -> Floats:
    if np.isnan(values).any() or np.isposinf(values).any():
        raise InputError("the likelihood is not a number at some point of the prior")
    return values


def evenly(points: Floats, weights: Floats, draws: int, seed: int) -> Ints:
    """Places of draws: each as often as its weight says, within one, in an order by chance."""
    along = np.argsort(points[:, 0], kind="stable")
    marks = (np.arange(draws) + 0.5) / draws
    places = np.searchsorted(np.cumsum(weights[along]), marks)
    order = np.argsort(unit_points("random", draws, 1, seed=seed).values[:, 0], kind="stable")
    return np.asarray(along[np.minimum(places, len(weights) - 1)][order], dtype=np.int64)
