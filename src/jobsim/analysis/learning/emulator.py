"""What a simulator would say at points that it has not played; may import arrays and errors.

A quadratic surface through what it said where it was played. Points are normal scores of a prior:
0 is the median of a number, 1.96 its upper 97.5 % quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import qr, solve_triangular

from jobsim.arrays import Floats
from jobsim.errors import InputError

_POINTS_PER_COLUMN = 1.5
"""Fewest points for each column of a surface; with fewer, a plainer one is fitted."""
_ALIKE = 1e-10
"""Size of a column, relative to the largest, below which others say all that it says."""
_ALONE = 1 - 1e-9
"""Leverage from which a point is fitted by itself alone."""


@dataclass(frozen=True, eq=False)
class Emulator:
    """A surface for each of several outcomes of a simulator.

    Parameters
    ----------
    order : int
        2: lines, bends and products of two; 1: lines alone.
    coefficients : float64[columns, outcomes]
    sd : float64[outcomes], in the unit of each
        Root mean square error at points left out of the fit one by one: of the surface, and of
        that part of chance which differs from point to point.

    Examples
    --------
    >>> points = np.array([[x, y] for x in range(-2, 3) for y in (-1.0, 0.0, 1.0)])
    >>> outcomes = 3 + points[:, :1] * points[:, 1:]
    >>> Emulator.fitted(points, outcomes).mean(np.array([[2.0, 2.0]])).round(6).tolist()
    [[7.0]]
    """

    order: int
    coefficients: Floats
    sd: Floats

    @classmethod
    def fitted(cls, points: Floats, outcomes: Floats) -> Self:
        """Surface by least squares, of the highest order that so many points bear.

        Parameters
        ----------
        points : float64[n, dimensions], normal scores
        outcomes : float64[n, k]

        Raises
        ------
        InputError
            If there are too few points even for lines, or an outcome is not a number.
        """
        if not np.isfinite(outcomes).all():
            point, outcome = np.argwhere(~np.isfinite(outcomes))[0]
            raise InputError(f"point {point}: outcome {outcome} is not a finite number")
        count, dimensions = points.shape
        fewest = dimensions + 3
        if count < fewest:
            raise InputError(
                f"points: {count} are too few for {dimensions} parameters; at least {fewest}"
            )
        bends = _columns(points[:1], 2).shape[1] * _POINTS_PER_COLUMN
        order = 2 if count >= bends else 1
        columns = _columns(points, order)
        basis, triangle, places = qr(columns, mode="economic", pivoting=True)
        sizes = np.abs(np.diag(triangle))
        rank = int(np.sum(sizes > _ALIKE * sizes[0]))
        basis, triangle = basis[:, :rank], triangle[:rank, :rank]
        coefficients = np.zeros((columns.shape[1], outcomes.shape[1]))
        coefficients[places[:rank]] = solve_triangular(triangle, basis.T @ outcomes)
        leverage = np.minimum(np.sum(basis**2, axis=1), _ALONE)
        unseen = (outcomes - basis @ (basis.T @ outcomes)) / (1.0 - leverage)[:, None]
        return cls(order, coefficients, np.sqrt(np.mean(unseen**2, axis=0)))

    def mean(self, points: Floats) -> Floats:
        """Outcomes (float64[m, outcomes]) at points (float64[m, dimensions])."""
        return np.asarray(_columns(points, self.order) @ self.coefficients)


def _columns(points: Floats, order: int) -> Floats:
    """A constant and lines; of order 2 also bends and products of two."""
    lines = [np.ones((len(points), 1)), points]
    if order == 1:
        return np.hstack(lines)
    left, right = np.triu_indices(points.shape[1])
    return np.hstack([*lines, points[:, left] * points[:, right]])
