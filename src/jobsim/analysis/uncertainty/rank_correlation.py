"""Rank correlations between uncertain numbers, by a normal copula; may import errors.

Points of the unit cube become normal scores, these are correlated, and turn back into points, so
that every marginal distribution stays exactly as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

    Correlations = Mapping[tuple[str, str], float] | pd.DataFrame


_ROUNDING = 1e-8
_EDGE = 2.0**-53


def pearson_of_normals(paths: Sequence[str], given: Any) -> Floats:
    """Correlation matrix of normal scores that gives the rank correlations asked for.

    Parameters
    ----------
    paths : sequence of str
    given : mapping of (path, path) to Spearman's rho, or a square DataFrame of it by path
        Pairs that are left out are independent.

    Returns
    -------
    float64[paths, paths]
        ``2 sin(π rho / 6)`` (Pearson 1907; Kruskal 1958, doi:10.1080/01621459.1958.10501481).

    Raises
    ------
    InputError
        If a path is unknown, a value is not from −1 to 1, or no numbers can be correlated so: the
        message then names the smallest eigenvalue and the pairs that are responsible.

    Examples
    --------
    >>> pearson_of_normals(["a", "b"], {("a", "b"): 0.5}).round(4).tolist()
    [[1.0, 0.5176], [0.5176, 1.0]]
    """
    matrix = np.eye(len(paths))
    for (first, second), rho in _pairs(given).items():
        i, j = (_place(path, paths) for path in (first, second))
        name = f'correlations["{first}", "{second}"]'
        if i == j:
            raise InputError(f"{name}: names one number twice")
        if not isinstance(rho, (int, float)) or not -1 <= rho <= 1:
            raise InputError(f"{name}: must be from −1 to 1, got {rho!r}")
        matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi * rho / 6)
    _refuse_impossible(matrix, paths)
    return matrix


def correlated(points: Floats, pearson: Floats) -> Floats:
    """Points of the unit cube, correlated; columns without correlation stay as they are.

    Parameters
    ----------
    points : float64[count, dimensions], strictly between 0 and 1
    pearson : float64[dimensions, dimensions], as `pearson_of_normals` makes it

    Returns
    -------
    float64[count, dimensions]
    """
    tied = np.flatnonzero((pearson != np.eye(len(pearson))).any(axis=1))
    if len(tied) == 0:
        return points
    values, vectors = np.linalg.eigh(pearson[np.ix_(tied, tied)])
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    result = points.copy()
    result[:, tied] = np.clip(ndtr(ndtri(points[:, tied]) @ root), _EDGE, 1 - _EDGE)
    return result


def _pairs(given: Any) -> dict[tuple[str, str], float]:
    """Pairs of a mapping or of the lower half of a table, each once."""
    columns = getattr(given, "columns", None)
    if columns is not None:
        given = _pairs_of_table(given)
    if not isinstance(given, Mapping):
        raise InputError(
            "correlations: must be {(path, path): rho} or a table of rho by path, "
            f"got {type(given).__name__}"
        )
    found: dict[tuple[str, str], float] = {}
    for pair, rho in given.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise InputError(f"correlations: a pair of paths is (path, path), got {pair!r}")
        key = (min(pair), max(pair))
        if key in found and found[key] != rho:
            raise InputError(f'correlations["{key[0]}", "{key[1]}"]: is given as two values')
        found[key] = rho
    return found


def _pairs_of_table(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    paths = [str(name) for name in table.columns]
    if [str(name) for name in table.index] != paths:
        raise InputError("correlations: a table needs the same paths as rows and as columns")
    values = np.asarray(table, dtype=np.float64)
    if not np.allclose(np.diag(values), 1) or not np.allclose(values, values.T, equal_nan=True):
        raise InputError("correlations: a table must be symmetric with 1 on its diagonal")
    return {
        (paths[i], paths[j]): float(values[i, j])
        for i, j in zip(*np.tril_indices(len(paths), -1), strict=True)
    }


def _place(path: str, paths: Sequence[str]) -> int:
    if path not in paths:
        raise InputError(f'correlations: "{path}" is not drawn{nearest(path, paths)}')
    return list(paths).index(path)


def _refuse_impossible(matrix: Floats, paths: Sequence[str]) -> None:
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= -_ROUNDING:
        return
    share = np.tril(np.outer(vectors[:, 0], vectors[:, 0]) * matrix, -1)
    worst = float(share.min())
    pairs = [
        f'("{paths[j]}", "{paths[i]}")'
        for i, j in zip(*np.nonzero(share <= worst / 2), strict=True)
    ]
    raise InputError(
        "correlations: no numbers can be correlated so: the smallest eigenvalue of their matrix "
        f"is {values[0]:.3g}, from {', '.join(pairs)}; bring them nearer to 0"
    )
