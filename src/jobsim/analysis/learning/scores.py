"""How a figure lies in what was predicted for it; may import points and arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from jobsim.analysis.outcomes.spread import HIGH, LOW
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats


@dataclass(frozen=True)
class Predicted:
    """What was predicted of a figure, and how the figure lies in it.

    Parameters
    ----------
    mean, low, high : float
        Mean, and where 95 % of such figures fall, parameters, chance and error together.
    pit : float
        Share of predictions below the figure; evenly between 0 and 1 where predictions are right.
    crps : float, in the unit of the figure
        Continuous ranked probability score: mean distance of the figure from the predictions, less
        half of their distance from one another. The smaller the better.
    """

    mean: float
    low: float
    high: float
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
    low, high = np.interp([LOW, HIGH], middles, values)
    away = float(np.sum(each * np.abs(values - value)))
    apart = 2.0 * float(np.sum(each * values * (2.0 * middles - 1.0)))
    below = 0.5 * (np.sign(value - exact) + 1.0) if error == 0 else ndtr((value - exact) / error)
    pit, mean = float(np.sum(shares * below)), float(np.sum(shares * exact))
    return Predicted(mean, float(low), float(high), pit, away - apart / 2.0)
