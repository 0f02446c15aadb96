"""Computed numbers that differ by rounding only are equal; may import arrays.

What they were computed from says how large rounding is: 0.3 less 0.1 and 0.2 is nothing beside 0.3.
"""

from __future__ import annotations

import numpy as np

from jobsim.arrays import Floats

ROUNDING = 1e-12
"""Differences smaller than this share of the numbers are rounding, not differences."""
SUMMED = 1e-9
"""The same share of sums of many amounts, of which the largest future tells the size."""


def level(values: Floats, sizes: Floats | None = None) -> Floats:
    """Numbers of which those that differ by rounding only are the same, the lowest of them.

    Parameters
    ----------
    values : float64[n]
    sizes : float64[n], optional
        Largest amount that each was computed from; by default its own size.

    Examples
    --------
    >>> level(np.array([0.3, 1.0, 0.1 + 0.2])).tolist()
    [0.3, 1.0, 0.3]
    """
    order = np.argsort(values, kind="stable")
    rising = values[order]
    size = np.abs(rising) if sizes is None else sizes[order]
    new = np.diff(rising) > ROUNDING * np.maximum(size[1:], size[:-1])
    lowest = np.append(True, new)
    found = np.empty_like(rising)
    found[order] = rising[lowest][np.cumsum(lowest) - 1]
    return found


def varies(values: Floats) -> bool:
    """Whether some of the numbers differ by more than rounding.

    Examples
    --------
    >>> varies(np.array([0.3, 0.1 + 0.2])), varies(np.array([0.3, 0.4]))
    (False, True)
    """
    return bool(np.ptp(values) > ROUNDING * np.max(np.abs(values)))


def less(ours: Floats, other: Floats) -> Floats:
    """Differences of numbers, exactly zero where two differ by rounding only.

    Examples
    --------
    >>> less(np.array([0.1 + 0.2, 1.0]), np.array([0.3, 0.5])).tolist()
    [0.0, 0.5]
    """
    same = np.isclose(ours, other, rtol=ROUNDING, atol=0.0)
    return np.asarray(np.where(same, 0.0, ours - other))


def difference(ours: Floats, other: Floats) -> Floats:
    """Paired difference, exactly zero where it is within rounding of the largest amount.

    Parameters
    ----------
    ours, other : float64[…, replications]
    """
    scale = np.maximum(np.abs(ours), np.abs(other)).max(axis=-1, keepdims=True)
    return settled(ours - other, scale)


def settled(sums: Floats, sizes: Floats) -> Floats:
    """Sums of amounts, exactly zero where they are within rounding of the largest amount.

    Examples
    --------
    >>> settled(np.array([0.1 + 0.2 - 0.3, 0.5]), np.array([0.3, 1.0])).tolist()
    [0.0, 0.5]
    """
    return np.asarray(np.where(np.abs(sums) <= SUMMED * sizes, 0.0, sums))
