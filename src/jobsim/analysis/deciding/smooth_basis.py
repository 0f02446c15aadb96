"""Smooth functions of parameters as columns of a regression; may import spread.

Natural cubic splines, rotated so that every column but the straight line bends and each is
orthogonal to the rest (Demmler & Reinsch 1975, Numerische Mathematik 24); products of several
parameters' columns are interactions. Columns that belong together share one strength of
smoothing, chosen in `smooth_fit`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg import eigh

from jobsim.arrays import Floats, Ints

_KNOTS = 10
_INTERACTING = 4
"""Most columns of one parameter that take part in interactions."""
_DRAWS_PER_COLUMN = 3
_CONSTANT = 1e-12
"""Spread, relative to size, below which a parameter counts as one that does not vary."""
_CROWDED = 1e-6
"""Least distance of knots, relative to their range, at which values are used as they are."""


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


@dataclass(frozen=True)
class _Spline:
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
    varying = [x for x in parameters.T if _varies(x)]
    room = draws // _DRAWS_PER_COLUMN
    knots = min(_KNOTS, max(2, 1 + (room - 1) // max(1, len(varying))))
    curves = [_curve(x, knots) for x in varying]
    parts = [_constant(draws), *_mains(curves)]
    for products in (_pairs, _triples):
        taken = sum(len(roughness) for _, roughness, _ in parts)
        parts += products(curves, room - taken)
    return Basis(
        columns=np.column_stack([columns for columns, _, _ in parts]),
        roughness=np.concatenate([roughness for _, roughness, _ in parts]),
        group=np.concatenate([np.full(len(part[1]), part[2]) for part in parts]),
    )


_Part = tuple[Floats, Floats, int]


def _constant(draws: int) -> _Part:
    return np.ones((draws, 1)), np.zeros(1), -1


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
    both = left + right
    return np.asarray(
        (left.T @ (width * left) + right.T @ (width * right) + both.T @ (width * both)) / 6
    )


def _varies(x: Floats) -> bool:
    return bool(np.ptp(x) > _CONSTANT * np.max(np.abs(x)))
