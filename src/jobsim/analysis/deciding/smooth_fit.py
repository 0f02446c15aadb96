"""Smooth regression: how strongly to smooth is read off the data; may import smooth_basis.

Coefficients of a group of columns have the normal prior of variance σ²/(λ × roughness); each λ
maximises the restricted likelihood, by the update of Wood & Fasiolo 2017, "A generalized
Fellner–Schall method for smoothing parameter optimization", Biometrics 73: 1071–1081.
What regressions could have been, given their error, is drawn from that posterior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cholesky
from scipy.linalg.lapack import dtrtri
from scipy.special import ndtri

from jobsim.analysis.deciding.smooth_basis import Basis
from jobsim.arrays import Bools, Floats
from jobsim.draws import Stream, uniform

Booleans = Bools

_ROUNDS = 100
_SETTLED = 1e-4
"""Change of all fitted values together, relative to σ², at which updates stop."""
_STEP = 1e3
"""Factor by which λ may change in one update."""
_RIDGE = 1e-9
"""Prior precision of every coefficient, per draw: settles columns that say the same."""
_SEED = 1
_POSSIBLE = 400
"""Draws from the posterior."""
_CELLS = 16_384
"""Fitted values made at a time, so that they stay in the first caches."""
_EXACT = 1e-10
"""Least σ², relative to the outcome's variance: where a curve fits without error."""


@dataclass(frozen=True, eq=False)
class Smooth:
    """A fitted regression with the posterior of its coefficients.

    Parameters
    ----------
    basis : Basis
    coefficients : float64[columns]
        Posterior mean.
    variance : float
        Of residuals, σ².
    scatter : float64[columns, columns]
        M of the posterior covariance σ² M M′.
    """

    basis: Basis
    coefficients: Floats
    variance: float
    scatter: Floats

    @property
    def sigma(self) -> float:
        """Standard deviation of residuals."""
        return float(np.sqrt(self.variance))

    @property
    def fitted(self) -> Floats:
        """Expected outcome given the parameters, float64[draws]."""
        return np.asarray(self.basis.columns @ self.coefficients)

    def possible(self, normals: Floats) -> Floats:
        """Fitted values of coefficients drawn from the posterior, float64[draws, k].

        Parameters
        ----------
        normals : float64[columns, k], standard normal numbers
        """
        moved = self.coefficients[:, None] + self.sigma * (self.scatter @ normals)
        return np.asarray(self.basis.columns @ moved)


@dataclass(frozen=True, eq=False)
class _Problem:
    """Least squares reduced to small tables: |y − Xβ|² = rest + |target − triangle′ β|²."""

    gram: Floats
    triangle: Floats
    target: Floats
    rest: float
    draws: int
    least: float


def smooth(basis: Basis, outcome: Floats) -> Smooth:
    """Fit a smooth curve or surface through one outcome.

    Parameters
    ----------
    basis : Basis
    outcome : float64[draws]

    Examples
    --------
    >>> from jobsim.analysis.deciding.smooth_basis import basis_of
    >>> x = np.linspace(0.0, 1.0, 50)
    >>> curve = smooth(basis_of(x[:, None]), 3.0 + 2.0 * x)
    >>> curve.fitted[[0, -1]].round(6).tolist()
    [3.0, 5.0]
    """
    problem = _reduced(basis, outcome - outcome.mean())
    groups = [basis.group == number for number in np.unique(basis.group) if number >= 0]
    strengths = np.full(len(groups), float(problem.draws))
    before = np.zeros_like(problem.target)
    for _ in range(_ROUNDS):
        found = _solve(problem, basis, _held(basis, groups, strengths))
        change = problem.triangle.T @ (found.coefficients - before)
        if change @ change <= _SETTLED * found.variance:
            break
        before = found.coefficients
        strengths = _next(groups, strengths, found)
    coefficients = found.coefficients.copy()
    coefficients[0] += outcome.mean()
    return replace(found, coefficients=coefficients)


def _reduced(basis: Basis, centred: Floats) -> _Problem:
    draws, columns = basis.columns.shape
    gram = basis.columns.T @ basis.columns + _RIDGE * draws * np.eye(columns)
    triangle = cholesky(gram, lower=True)
    target = _inverse(triangle) @ (basis.columns.T @ centred)
    total = float(centred @ centred)
    rest = max(0.0, total - float(target @ target))
    least = max(_EXACT * total / draws, np.finfo(float).tiny)
    return _Problem(gram, triangle, target, rest, draws, least)


def _inverse(triangle: Floats) -> Floats:
    """Inverse of a lower triangle.

    By LAPACK's trtri, which leaves small tables to one thread; solving with trtrs wakes all of them
    every time, which takes a thousand times as long on a busy machine.
    """
    return np.asarray(dtrtri(triangle, lower=1)[0])


def _held(basis: Basis, groups: list[Booleans], strengths: Floats) -> Floats:
    """Prior precision of every coefficient × σ²."""
    held = np.zeros(len(basis.roughness))
    for group, strength in zip(groups, strengths, strict=True):
        held[group] = strength * basis.roughness[group]
    return held


def _solve(problem: _Problem, basis: Basis, held: Floats) -> Smooth:
    scatter = _inverse(cholesky(problem.gram + np.diag(held), lower=True)).T
    coefficients = scatter @ (scatter.T @ (problem.triangle @ problem.target))
    missed = problem.target - problem.triangle.T @ coefficients
    freedom = problem.draws - len(held) + float(held @ np.sum(scatter**2, axis=1))
    variance = max((problem.rest + float(missed @ missed)) / freedom, problem.least)
    return Smooth(basis, coefficients, variance, scatter)


def _next(groups: list[Booleans], strengths: Floats, found: Smooth) -> Floats:
    """Strengths × (expected over present roughness of each group)."""
    basis, draws = found.basis, len(found.basis.columns)
    better, spread = [], np.sum(found.scatter**2, axis=1)
    for group, strength in zip(groups, strengths, strict=True):
        roughness = basis.roughness[group]
        expected = len(roughness) / strength - float(spread[group] @ roughness)
        present = float(found.coefficients[group] ** 2 @ roughness)
        ratio = found.variance * max(expected, 0.0) / max(present, np.finfo(float).tiny)
        better.append(strength * min(max(ratio, 1 / _STEP), _STEP))
    return np.asarray(np.clip(better, 1e-9 * draws, 1e9 * draws))


def possible_values(curves: Sequence[Smooth], outcomes: Floats) -> Floats:
    """Mean of the highest − highest mean of possible outcomes and 0, float64[400].

    Parameters
    ----------
    curves : sequence of Smooth, on one basis
    outcomes : float64[draws, curves]
        What they were fitted to. Errors of two curves are correlated as their residuals are, which
        is exact where they are smoothed alike.

    Examples
    --------
    >>> from jobsim.analysis.deciding.smooth_basis import basis_of
    >>> x = np.linspace(-1.0, 1.0, 50)
    >>> values = possible_values([smooth(basis_of(x[:, None]), x)], x[:, None])
    >>> round(float(values.mean()), 4)
    0.2551
    """
    draws, columns = curves[0].basis.columns.shape
    residuals = outcomes - np.column_stack([curve.fitted for curve in curves])
    normals = np.einsum("dcp,ed->ecp", _normals(len(curves), columns), _agreement(residuals))
    size = max(1, _CELLS // draws)
    values = []
    for start in range(0, _POSSIBLE, size):
        part = normals[:, :, start : start + size]
        highest, best = np.zeros((draws, part.shape[2])), np.zeros(part.shape[2])
        for curve, given in zip(curves, part, strict=True):
            expected = curve.possible(given)
            np.maximum(highest, expected, out=highest)
            np.maximum(best, expected.mean(axis=0), out=best)
        values.append(highest.mean(axis=0) - best)
    return np.concatenate(values)


def _agreement(residuals: Floats) -> Floats:
    """Symmetric root of the correlation of residuals, float64[curves, curves]."""
    covariance = np.atleast_2d(np.cov(residuals, rowvar=False))
    scale = np.sqrt(np.diag(covariance))
    scale[scale == 0] = 1.0
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def _normals(curves: int, columns: int) -> Floats:
    """Standard normal numbers, always the same: float64[curves, columns, 400]."""
    curve, column, draw = np.indices((curves, columns, _POSSIBLE)).reshape(3, -1)
    u = uniform(
        _SEED, stream=Stream.POSTERIOR, n=column, k=draw, origin=0, group_key=0, replication=curve
    )
    return np.asarray(ndtri(u).reshape(curves, columns, _POSSIBLE))
