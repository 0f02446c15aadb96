"""Distances from chance, each as a number of standard errors; used by the tests of draws."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

__all__ = ["TOLERANCE", "dependence", "non_uniformity", "standard_errors"]

TOLERANCE = 4.5
"""Standard errors allowed: the chance of one false alarm is 7 in a million per comparison."""

Floats = npt.NDArray[np.float64]


def standard_errors(found: float, expected: float, error: float) -> float:
    """How many standard errors a figure lies from what theory says."""
    return abs(found - expected) / error


def _chi_square(counts: npt.NDArray[np.int64]) -> float:
    """Chi-square statistic of equal expected counts, in standard errors from its mean.

    With f degrees of freedom its mean is f and its variance 2 f. Too even is as bad as too
    uneven, so both sides count.
    """
    expected = counts.sum() / counts.size
    statistic = float(((counts - expected) ** 2).sum() / expected)
    freedom = counts.size - 1
    return standard_errors(statistic, freedom, math.sqrt(2 * freedom))


def non_uniformity(u: Floats, *, bins: int = 256) -> float:
    """Distance from a uniform distribution: mean, and chi-square on equal bins."""
    mean = standard_errors(float(u.mean()), 0.5, math.sqrt(1 / 12 / u.size))
    counts, _ = np.histogram(u, bins=bins, range=(0.0, 1.0))
    return max(mean, _chi_square(counts))


def dependence(u: Floats, v: Floats, *, bins: int = 16) -> float:
    """Distance from independence of two uniform samples: correlation, and chi-square on a grid."""
    correlation = float(np.mean((u - 0.5) * (v - 0.5))) * 12
    counts, _, _ = np.histogram2d(u, v, bins=bins, range=[[0.0, 1.0], [0.0, 1.0]])
    return max(standard_errors(correlation, 0.0, u.size**-0.5), _chi_square(counts))
