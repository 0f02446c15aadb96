"""Spreads of outcomes that come block by block, none of which is kept; may import spreads.

Means and covariances are merged exactly (Chan, Golub & LeVeque 1983,
doi:10.1080/00031305.1983.10483115). Quantiles are exact for the first `EXACT` outcomes; beyond,
they are read from a histogram of as many cells around those, to the width of a cell.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from jobsim.analysis.outcomes.rounding import SUMMED
from jobsim.analysis.outcomes.spread import (
    HIGH,
    LOW,
    Spread,
    Usual,
    of_mean,
    of_ratio,
    of_share,
    quantiles,
    within_whole,
)
from jobsim.arrays import Floats

EXACT = 20_000
"""Outcomes of which quantiles are exact; also the number of cells of the histogram afterwards."""


class Accumulator(Protocol):
    """Something that outcomes are added to, and that then knows an estimate."""

    def add(self, values: Floats) -> None:
        """Add the outcomes of some replications."""

    def spread(self) -> Spread:
        """Estimate from everything added so far."""


class Moments:
    """Means and covariances of k paired outcomes, [k, replications] at a time."""

    def __init__(self, k: int) -> None:
        self.n = 0
        self.mean = np.zeros(k)
        self._products = np.zeros((k, k))

    def add(self, values: Floats) -> None:
        """Merge a block: float64[k, replications]."""
        m = values.shape[1]
        mean = values.mean(axis=1)
        centred = values - mean[:, None]
        shift = mean - self.mean
        share = m / (self.n + m)
        self._products += centred @ centred.T + np.outer(shift, shift) * self.n * share
        self.mean = mean if self.n == 0 else self.mean + shift * share
        self.n += m

    def covariance(self) -> Floats:
        """float64[k, k], with n − 1 below the line."""
        return np.asarray(self._products / max(1, self.n - 1))


class Quantiles:
    """The 2.5 and 97.5 % quantiles of a growing number of outcomes."""

    def __init__(self) -> None:
        self._kept: list[Floats] = []
        self._n = 0
        self._counts = np.zeros(0, dtype=np.int64)
        self._edges = np.zeros(0)

    def add(self, values: Floats) -> None:
        """Add a block of outcomes."""
        self._n += len(values)
        if len(self._edges):
            self._count(values)
            return
        self._kept.append(values)
        if self._n > EXACT:
            self._become_histogram()

    def ends(self) -> tuple[float, float]:
        """Both quantiles of everything added so far."""
        if not len(self._edges):
            return quantiles(np.concatenate(self._kept))
        places = np.searchsorted(np.cumsum(self._counts), np.array([LOW, HIGH]) * self._n)
        middles = (self._edges[:-1] + self._edges[1:]) / 2  # the two outermost cells have none
        low, high = np.concatenate([[-np.inf], middles, [np.inf]])[places].tolist()
        return low, high

    def _become_histogram(self) -> None:
        """Lay cells around what has been seen, with as much room again on both sides."""
        values = np.concatenate(self._kept)
        finite = values[np.isfinite(values)]
        low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 1.0)
        room = (high - low) or 1.0
        self._edges = np.linspace(low - room, high + room, EXACT + 1)
        self._counts = np.zeros(EXACT + 2, dtype=np.int64)
        self._kept = []
        self._count(values)

    def _count(self, values: Floats) -> None:
        cell = np.searchsorted(self._edges, values, side="right")
        self._counts += np.bincount(cell, minlength=len(self._counts))


class Mean(Moments):
    """Mean of an outcome, with its error and range."""

    def __init__(self) -> None:
        super().__init__(1)
        self._quantiles, self._usual = Quantiles(), Usual()

    def add(self, values: Floats) -> None:
        """Add float64[replications]."""
        super().add(values[None, :])
        self._quantiles.add(values)
        self._usual.add(values)

    @property
    def unvaried(self) -> bool:
        """Whether all outcomes are the same."""
        return self._usual.alone

    def spread(self) -> Spread:
        """Estimate, Student-t interval and range."""
        variance = float(self.covariance()[0, 0])
        ends = self._quantiles.ends()
        return of_mean(self.n, float(self.mean[0]), variance, ends, self._usual)


class Ratio(Moments):
    """Ratio of the means of two paired outcomes, float64[2, replications] at a time."""

    def __init__(self) -> None:
        super().__init__(2)
        self._one, self._unvaried = math.nan, True

    def add(self, values: Floats) -> None:
        """Merge a block: float64[2, replications]."""
        super().add(values)
        above, below = values
        largest = int(np.argmax(np.abs(below)))
        if math.isnan(self._one) and below[largest]:
            self._one = float(above[largest] / below[largest])
        left = above - np.nan_to_num(self._one) * below
        self._unvaried &= bool((np.abs(left) <= SUMMED * np.abs(above).max()).all())

    def spread(self) -> Spread:
        """Estimate and Fieller's interval; ratios of single replications have no range.

        Where the ratio is the same in all of them, it has no interval.
        """
        above, below = self.mean.tolist()
        found = of_ratio(self.n, (above, below), self.covariance())
        return Spread(found.mean, 0.0) if self._unvaried and found.se >= 0 else found


class Part(Ratio):
    """The same of a part of what is below the line."""

    def spread(self) -> Spread:
        """Estimate and Fieller's interval, from none to all at most."""
        return within_whole(super().spread())


class Frequency:
    """Share of replications in which an outcome is above zero."""

    def __init__(self) -> None:
        self._n = self._happened = 0

    def add(self, values: Floats) -> None:
        """Add float64[replications]."""
        self._n += len(values)
        self._happened += int(np.sum(values > 0))

    def spread(self) -> Spread:
        """Estimate and Wilson's interval."""
        return of_share(self._n, self._happened)


class BreakEven:
    """Month in which the mean breaks even, and the range of months of single replications."""

    def __init__(self) -> None:
        self._sum = np.zeros(0)
        self._quantiles = Quantiles()

    def add(self, values: Floats) -> None:
        """Add float64[replications, months]: net saving of each month."""
        total = values.sum(axis=0)
        self._sum = self._sum + total if len(self._sum) else total
        self._quantiles.add(break_even(values))

    def spread(self) -> Spread:
        """Month of the mean; the range may end at infinity: never."""
        low, high = self._quantiles.ends()
        return Spread(float(break_even(self._sum[None, :])[0]), range_low=low, range_high=high)


def break_even(monthly: Floats) -> Floats:
    """Month from which the sum so far is never again below zero.

    Parameters
    ----------
    monthly : float64[replications, months], net savings

    Returns
    -------
    float64[replications]
        Number of the month, from 1; infinity where the sum is below zero at the end; not a number
        where nothing is ever gained or lost.

    Examples
    --------
    >>> break_even(np.array([[-2.0, 1.0, 1.5], [-1.0, 0.5, 0.0], [0.0, 0.0, 0.0]])).tolist()
    [3.0, inf, nan]
    """
    below = np.cumsum(monthly, axis=1) < 0
    months = monthly.shape[1]
    last_below = np.where(below.any(axis=1), months - np.argmax(below[:, ::-1], axis=1), 0)
    month = np.where(last_below == months, np.inf, last_below + 1.0)
    return np.where(np.any(monthly != 0, axis=1), month, np.nan)


def of_paired(above: Floats, below: Floats) -> Spread:
    """Mean of one outcome over that of another, each float64[replications]; see `of_ratio`."""
    pairs = Ratio()
    pairs.add(np.stack([above, below]))
    return pairs.spread()


def of_part(above: Floats, below: Floats) -> Spread:
    """The same of a part of what is below the line."""
    return within_whole(of_paired(above, below))
