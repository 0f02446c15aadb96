"""What regressions could have been, given their error; may import draws and smooth_fit.

Values computed from coefficients drawn from their posterior show how far a value computed from the
fitted ones can be trusted (Strong, Oakley & Brennan 2014, doi:10.1177/0272989X13505910).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from jobsim.analysis.deciding.smooth_fit import Smooth
from jobsim.draws import Stream, uniform

Floats = npt.NDArray[np.float64]

_SEED = 1
_POSSIBLE = 400
"""Draws from the posterior."""
_CELLS = 16_384
"""Fitted values made at a time, so that they stay in the first caches."""


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
    >>> from jobsim.analysis.deciding.smooth_fit import smooth
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
