"""How figures lie in what was predicted for them: scoring rules; may import points and arrays.

Every rule is one function of plain arrays, so that a forecast is scored alike wherever it comes
from: from draws, from a normal distribution, from a file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from jobsim.analysis.outcomes.spread import HIGH, LOW
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats

LEVELS = (0.5, 0.8, 0.95)
"""Shares of figures that fall into the intervals that forecasts are scored by."""


@dataclass(frozen=True)
class Predicted:
    """What was predicted of a figure, and how the figure lies in it.

    Parameters
    ----------
    mean, median, low, high : float
        Mean, median, and where 95 % of such figures fall, parameters, chance and error together.
    intervals : tuple of (low, high)
        Where shares of figures fall: one interval for each of `LEVELS`.
    pit : float
        Share of predictions below the figure; evenly between 0 and 1 where predictions are right.
    crps : float, in the unit of the figure
        Continuous ranked probability score: mean distance of the figure from the predictions, less
        half of their distance from one another. The smaller the better.
    """

    mean: float
    median: float
    low: float
    high: float
    intervals: tuple[tuple[float, float], ...]
    pit: float
    crps: float

    @property
    def inside(self) -> bool:
        """Whether the figure lies where 95 % of predictions do."""
        return LOW <= self.pit <= HIGH


def predicted(value: float, error: float, futures: Floats, weights: Floats) -> Predicted:
    """Predictions of a figure from weighted draws.

    Parameters
    ----------
    value, error : float
        The figure, and its standard deviation about what it measures.
    futures : float64[draws, futures]
    weights : float64[draws], which add up to 1

    Examples
    --------
    >>> found = predicted(1.0, 1.0, np.zeros((1, 500)), np.ones(1))
    >>> round(found.pit, 2), round(found.high, 1), round(found.crps, 2)
    (0.84, 2.0, 0.6)
    """
    shares, exact = np.repeat(weights / futures.shape[1], futures.shape[1]), futures.ravel()
    noise = ndtri(unit_points("sobol", len(exact), 1, seed=0).values[:, 0])
    order = np.argsort(exact + error * noise, kind="stable")
    values, each = (exact + error * noise)[order], shares[order]
    middles = np.cumsum(each) - each / 2.0
    ends = [(0.5 - level / 2.0, 0.5 + level / 2.0) for level in LEVELS]
    intervals = tuple(tuple(np.interp(both, middles, values).tolist()) for both in ends)
    low, high = np.interp([LOW, HIGH], middles, values).tolist()
    below = 0.5 * (np.sign(value - exact) + 1.0) if error == 0 else ndtr((value - exact) / error)
    return Predicted(
        float(np.sum(shares * exact)),
        float(np.interp(0.5, middles, values)),
        low,
        high,
        intervals,
        float(np.sum(shares * below)),
        crps_of_sample(value, values, each),
    )


def crps_of_sample(value: float, values: Floats, shares: Floats) -> float:
    """Continuous ranked probability score of weighted predictions.

    Parameters
    ----------
    value : float
    values : float64[n], in ascending order
    shares : float64[n], which add up to 1

    Examples
    --------
    >>> crps_of_sample(1.0, np.array([0.0, 2.0]), np.array([0.5, 0.5]))
    0.5
    """
    middles = np.cumsum(shares) - shares / 2.0
    away = float(np.sum(shares * np.abs(values - value)))
    return away - float(np.sum(shares * values * (2.0 * middles - 1.0)))


def crps_of_normal(value: float, mean: float, sd: float) -> float:
    """Continuous ranked probability score of a normal distribution, ``sd`` of 0 included.

    Notes
    -----
    ``sd (z (2Φ(z) − 1) + 2φ(z) − 1/√π)`` with ``z = (value − mean) / sd`` [1]_.

    References
    ----------
    .. [1] Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and estimation",
       Journal of the American Statistical Association 102: 359–378.

    Examples
    --------
    >>> round(crps_of_normal(1.0, 0.0, 1.0), 4), crps_of_normal(3.0, 1.0, 0.0)
    (0.6024, 2.0)
    """
    if sd == 0:
        return abs(value - mean)
    z = (value - mean) / sd
    density = math.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)
    return sd * (z * (2.0 * float(ndtr(z)) - 1.0) + 2.0 * density - 1.0 / math.sqrt(math.pi))


def skill(scores: Sequence[float], others: Sequence[float]) -> float:
    """How much better scores are than those of a baseline: ``1 − Σ score / Σ other``.

    1 is perfect, 0 as good as the baseline, below 0 worse. Not a number where the baseline is
    perfect, or there is none.

    Examples
    --------
    >>> skill([1.0, 1.0], [2.0, 2.0]), skill([3.0], [2.0])
    (0.5, -0.5)
    """
    total = math.fsum(others)
    return 1.0 - math.fsum(scores) / total if total > 0 else math.nan
