"""Smooth regression on several parameters; may import draws.

Its columns are natural cubic splines, rotated so that every column but the straight line bends and
each is orthogonal to the rest (Demmler & Reinsch 1975, Numerische Mathematik 24); products of
several parameters' columns are interactions. Columns that belong together share one strength of
smoothing, which is read off the data: coefficients of a group of columns have the normal prior of
variance σ²/(λ × roughness); each λ maximises the restricted likelihood, by the update of Wood &
Fasiolo 2017, "A generalized Fellner–Schall method for smoothing parameter optimization", Biometrics
73: 1071–1081. What regressions could have been, given their error, is drawn from that posterior.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import cholesky, eigh
from scipy.linalg.lapack import dtrtri
from scipy.special import ndtri

from jobsim.arrays import Bools, Floats, Ints
from jobsim.draws import Stream, uniform

_KNOTS = 10
_INTERACTING = 4
"""Most columns of one parameter that take part in interactions."""
_DRAWS_PER_COLUMN = 3
_CONSTANT = 1e-12
"""Spread, relative to size, below which a parameter counts as one that does not vary."""
_CROWDED = 1e-6
"""Least distance of knots, relative to their range, at which values are used as they are."""
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


@dataclass(frozen=True)
class Basis:
    """Columns of a regression.

    Parameters
    ----------
    columns : float64[draws, columns]
        The first is the constant.
    roughness : float64[columns]
        How strongly each column is held back, relative to others of its group.
    group : int64[columns]
        Columns of one number share a strength of smoothing; those of −1 are never held back.
    """

    columns: Floats
    roughness: Floats
    group: Ints


class _Spline(NamedTuple):
    """A straight line and ever rougher bends of one parameter, each of variance 1."""

    columns: Floats
    roughness: Floats


def basis_of(parameters: Floats) -> Basis:
    """Smooth functions of parameters and of several together.

    Parameters
    ----------
    parameters : float64[draws, parameters]
        Those that do not vary are left out.

    Returns
    -------
    Basis
        The constant; a natural cubic spline of up to 10 knots per parameter; products of up to
        4 × 4 columns per pair of parameters; products of the lines of three. With few draws or
        many parameters there are fewer products, then fewer knots, so that every column has 3 draws
        at least. Interactions of more than three parameters are not represented.

    Examples
    --------
    >>> x = np.arange(60.0)
    >>> basis_of(np.column_stack([x, np.cos(x)])).columns.shape
    (60, 20)
    """
    draws = len(parameters)
    varying = [x for x in parameters.T if np.ptp(x) > _CONSTANT * np.max(np.abs(x))]
    room = draws // _DRAWS_PER_COLUMN
    knots = min(_KNOTS, max(2, 1 + (room - 1) // max(1, len(varying))))
    curves = [_curve(x, knots) for x in varying]
    parts: list[_Part] = [(np.ones((draws, 1)), np.zeros(1), -1), *_mains(curves)]
    for products in (_pairs, _triples):
        taken = sum(len(roughness) for _, roughness, _ in parts)
        parts += products(curves, room - taken)
    return Basis(
        columns=np.column_stack([columns for columns, _, _ in parts]),
        roughness=np.concatenate([roughness for _, roughness, _ in parts]),
        group=np.concatenate([np.full(len(part[1]), part[2]) for part in parts]),
    )


_Part = tuple[Floats, Floats, int]


def _mains(curves: list[_Spline]) -> Iterator[_Part]:
    """Lines, which are never held back, and the bends of each parameter as a group."""
    for number, curve in enumerate(curves):
        yield curve.columns[:, :1], np.zeros(1), -1
        if len(curve.roughness) > 1:
            yield curve.columns[:, 1:], curve.roughness[1:], number


def _pairs(curves: list[_Spline], room: int) -> Iterator[_Part]:
    """Interactions of two: products of two lines are one group, all others another."""
    pairs = list(combinations(curves, 2))
    sizes = range(_INTERACTING, 0, -1)
    size = next((size for size in sizes if len(pairs) * size * size <= room), 0)
    for a, b in pairs:
        for i, j in np.ndindex(*(min(size, len(curve.roughness)) for curve in (a, b))):
            rough = 1.0 if i == j == 0 else a.roughness[i] + b.roughness[j]
            product = a.columns[:, [i]] * b.columns[:, [j]]
            yield product, np.array([rough]), len(curves) + (i + j > 0)


def _triples(curves: list[_Spline], room: int) -> Iterator[_Part]:
    """Interactions of three: products of their lines, where there is room for all of them."""
    triples = list(combinations(curves, 3))
    if len(triples) <= room:
        for triple in triples:
            product = np.prod([curve.columns[:, 0] for curve in triple], axis=0)
            yield product[:, None], np.ones(1), len(curves) + 2


def _curve(x: Floats, knots: int) -> _Spline:
    """Natural cubic spline of one parameter, rotated to a line and orthogonal bends.

    The roughness of a bend is the integral of its second derivative squared, relative to the
    smoothest bend's.
    """
    line = _line(x, knots)
    places = _knots(line, knots)
    if len(places) == 2:
        return _Spline(line[:, None], np.zeros(1))
    spline = CubicSpline(places, np.eye(len(places)), bc_type="natural")
    values = spline(line)
    roughness, turn = eigh(_bending(spline, places), values.T @ values / len(x))
    bends, roughness = values @ turn[:, 2:], roughness[2:]
    return _Spline(np.column_stack([line, bends]), np.append(0.0, roughness / roughness[0]))


def _line(x: Floats, knots: int) -> Floats:
    """A parameter with mean 0 and variance 1.

    Where its values crowd too closely beside their range, as numbers over many powers of ten do,
    their places among the distinct values stand in for them.
    """
    places = _knots(x / np.max(np.abs(x)), knots)
    if np.min(np.diff(places)) < _CROWDED * np.ptp(places):
        x = np.unique(x, return_inverse=True)[1].astype(np.float64)
    scaled = x / np.max(np.abs(x))
    return np.asarray((scaled - scaled.mean()) / scaled.std())


def _knots(x: Floats, knots: int) -> Floats:
    """Observed values at equal steps of rank among the distinct ones, both ends included."""
    distinct = np.unique(x)
    places = np.linspace(0, len(distinct) - 1, min(knots, len(distinct)))
    return np.asarray(distinct[np.round(places).astype(np.int64)])


def _bending(spline: CubicSpline, places: Floats) -> Floats:
    """Integrals of products of second derivatives, which are linear between knots."""
    second = spline(places, 2)
    left, right, width = second[:-1], second[1:], np.diff(places)[:, None]
    products = [part.T @ (width * part) for part in (left, right, left + right)]
    return np.asarray(sum(products) / 6)


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
        return math.sqrt(self.variance)

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
    >>> from jobsim.analysis.deciding.smooth import basis_of
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


def _held(basis: Basis, groups: list[Bools], strengths: Floats) -> Floats:
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


def _next(groups: list[Bools], strengths: Floats, found: Smooth) -> Floats:
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
    >>> from jobsim.analysis.deciding.smooth import basis_of
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
