"""Smooth regression on several parameters; may import arrays alone.

Its columns are natural cubic splines, rotated so that every column but the straight line bends and
each is orthogonal to the rest (Demmler & Reinsch 1975, Numerische Mathematik 24), and interactions:
products of several parameters' columns, all of one order together as the leading columns of their
kernel, by pivoted Cholesky decomposition (Bach & Jordan 2002, Journal of Machine Learning Research
3: 1–48), which finds them all where there is room, and otherwise those that matter most to the
kernel. Columns that belong together share one strength of smoothing, which is read off the data:
coefficients of a group of columns have the normal prior of variance σ²/(λ × roughness); each λ
maximises the restricted likelihood, by the update of Wood & Fasiolo 2017, "A generalized
Fellner–Schall method for smoothing parameter optimization", Biometrics 73: 1071–1081. What the
regression would say of a draw had it not seen it follows from one fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import cholesky, eigh
from scipy.linalg.lapack import dtrtri

from jobsim.arrays import Bools, Floats, Ints

_KNOTS = 10
_DRAWS_PER_COLUMN = 3
"""Fewest draws for each column of single parameters."""
_ORDERS = 4
"""Most parameters that interact."""
_CURVED = 2
"""Most parameters whose bends interact; of more, lines do."""
_COLUMNS = 800
"""Most columns with interactions."""
_SHARE = 2 / 3
"""Most columns with interactions per draw: smoothing holds them back together."""
_COVERED = 0.999
"""Share of a kernel from which its columns count as complete."""
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
_EXACT = 1e-10
"""Least σ², relative to the outcome's variance: where a curve fits without error."""
_ALONE = 1 - 1e-6
"""Leverage from which a draw is fitted by itself alone."""


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
    left_out : tuple of str
        Interactions that the columns do not hold, or not all of them, in words.
    """

    columns: Floats
    roughness: Floats
    group: Ints
    left_out: tuple[str, ...] = ()


class _Spline(NamedTuple):
    """A straight line and ever rougher bends of one parameter, each of variance 1."""

    columns: Floats
    roughness: Floats


class _Part(NamedTuple):
    """Columns that share a strength of smoothing, unless it is −1."""

    columns: Floats
    roughness: Floats
    group: int
    left_out: str = ""


def varying(parameters: Floats) -> Bools:
    """Whether each parameter, a column of float64[draws, parameters], varies."""
    return np.asarray(np.ptp(parameters, axis=0) > _CONSTANT * np.max(np.abs(parameters), axis=0))


def basis_of(parameters: Floats) -> Basis:
    """Smooth functions of parameters and of several together.

    Parameters
    ----------
    parameters : float64[draws, parameters]
        Those that do not vary are left out.

    Returns
    -------
    Basis
        The constant; a natural cubic spline of up to 10 knots per parameter, with few draws fewer,
        so that every column has 3 draws at least; products of the lines of two, three and four
        parameters, and of the curves of two, in up to 800 columns in all, or 2 for 3 draws.

    Examples
    --------
    >>> x = np.arange(60.0)
    >>> basis_of(np.column_stack([x, np.cos(x)])).columns.shape
    (60, 40)
    """
    draws, known = len(parameters), parameters[:, varying(parameters)].T
    most = 1 + (draws // _DRAWS_PER_COLUMN - 1) // max(1, len(known))
    curves = [_curve(x, min(_KNOTS, max(2, most))) for x in known]
    parts = [_Part(np.ones((draws, 1)), np.zeros(1), -1), *_mains(curves)]
    room = min(_COLUMNS, int(_SHARE * draws)) - sum(len(part.roughness) for part in parts)
    parts += _interactions(curves, room)
    words = [part.left_out for part in parts] + [_never_held(len(curves))]
    return Basis(
        columns=np.column_stack([part.columns for part in parts]),
        roughness=np.concatenate([part.roughness for part in parts]),
        group=np.concatenate([np.full(len(part.roughness), part.group) for part in parts]),
        left_out=tuple(filter(None, words)),
    )


def _mains(curves: list[_Spline]) -> Iterator[_Part]:
    """Lines, which are never held back, and the bends of each parameter as a group."""
    for number, curve in enumerate(curves):
        yield _Part(curve.columns[:, :1], np.zeros(1), -1)
        if len(curve.roughness) > 1:
            yield _Part(curve.columns[:, 1:], curve.roughness[1:], number)


def _interactions(curves: list[_Spline], room: int) -> Iterator[_Part]:
    """Products of the lines and of the curves of several, each kind and order a group."""
    lines = [curve.columns[:, :1] for curve in curves]
    bent = [curve.columns / np.sqrt(np.maximum(curve.roughness, 1.0)) for curve in curves]
    kinds = [
        (order, kind, factors)
        for order in range(2, min(_ORDERS, len(curves)) + 1)
        for kind, factors in (("lines", lines), ("curves", bent))
        if kind == "lines" or order <= _CURVED
    ]
    for place, (order, kind, factors) in enumerate(kinds):
        columns, covered = _products(factors, order, max(0, room) // (len(kinds) - place))
        room -= columns.shape[1]
        part = (
            f"{100 * (1 - covered):.0f} % of those of {order} {kind}" if covered < _COVERED else ""
        )
        yield _Part(columns, np.ones(columns.shape[1]), len(curves) + place, part)


def _never_held(parameters: int) -> str:
    """Interactions that no basis of so many parameters holds."""
    if parameters <= _CURVED:
        return ""
    words = f"those of {_CURVED + 1} or more curves"
    return words if parameters <= _ORDERS else f"{words} or {_ORDERS + 1} or more lines"


def _products(factors: list[Floats], order: int, most: int) -> tuple[Floats, float]:
    """Leading columns of all products of so many factors' columns, and the share they hold.

    By pivoted Cholesky decomposition of the kernel, without making it.
    """
    left = _symmetric([np.sum(factor**2, axis=1) for factor in factors], order)
    total, found = left.sum(), np.empty((len(left), most))
    for place in range(most):
        pivot = int(left.argmax())
        if not left[pivot] > _RIDGE * total / len(left):
            found = found[:, :place]
            break
        kernel = _symmetric([factor @ factor[pivot] for factor in factors], order)
        rest = kernel - found[:, :place] @ found[pivot, :place]
        found[:, place] = rest / math.sqrt(left[pivot])
        left = np.maximum(left - found[:, place] ** 2, 0.0)
        left[pivot] = 0.0
    return found, 1 - float(left.sum() / total) if total > 0 else 1.0


def _symmetric(kernels: list[Floats], order: int) -> Floats:
    """Sum over all sets of so many kernels of their product."""
    sums = [np.ones_like(kernels[0]), *(np.zeros_like(kernels[0]) for _ in range(order))]
    for kernel in kernels:
        for size in range(order, 0, -1):
            sums[size] += kernel * sums[size - 1]
    return sums[order]


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
    def fitted(self) -> Floats:
        """Expected outcome given the parameters, float64[draws]."""
        return np.asarray(self.basis.columns @ self.coefficients)

    def smoothed(self, outcomes: Floats) -> Floats:
        """Fit others as strongly smoothed, float64[draws, outcomes] each."""
        mean, columns = outcomes.mean(axis=0), self.basis.columns
        found = self.scatter @ (self.scatter.T @ (columns.T @ (outcomes - mean)))
        return np.asarray(mean + columns @ found)

    def unseen(self, outcomes: Floats, fitted: Floats) -> Floats:
        """What would be expected of each draw by a fit to all others, float64[draws, outcomes].

        Parameters
        ----------
        outcomes, fitted : float64[draws, outcomes]
            As `smoothed` fits them. The strengths of smoothing stay those of all draws.
        """
        leverage = np.sum((self.basis.columns @ self.scatter) ** 2, axis=1)[:, None]
        others = (outcomes.sum(axis=0) - outcomes) / (len(outcomes) - 1)
        missed = (outcomes - fitted) / np.maximum(1 - leverage, 1 - _ALONE)
        return np.asarray(np.where(leverage < _ALONE, outcomes - missed, others))


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
