"""Estimates that take outcomes block by block and keep none; may import spread and money.

Means and covariances are merged exactly (Chan, Golub & LeVeque 1983,
doi:10.1080/00031305.1983.10483115). Quantiles are exact for the first `EXACT` outcomes; beyond,
they are read from a histogram of as many cells around those, to the width of a cell.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.paired import break_even
from jobsim.analysis.outcomes.spread import (
    HIGH,
    LOW,
    Spread,
    of_mean,
    of_ratio,
    of_share,
    quantiles,
)

Floats = npt.NDArray[np.float64]

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
        below = np.cumsum(self._counts)
        places = [int(np.searchsorted(below, q * self._n)) for q in (LOW, HIGH)]
        low, high = (float(self._middle(place)) for place in places)
        return low, high

    def _become_histogram(self) -> None:
        """Lay cells around what has been seen, with as much room again on both sides."""
        values = np.concatenate(self._kept)
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        room = (high - low) or 1.0
        self._edges = np.linspace(low - room, high + room, EXACT + 1)
        self._counts = np.zeros(EXACT + 2, dtype=np.int64)
        self._kept = []
        self._count(values)

    def _count(self, values: Floats) -> None:
        cell = np.searchsorted(self._edges, values, side="right")
        self._counts += np.bincount(cell, minlength=len(self._counts))

    def _middle(self, cell: int) -> float:
        """Middle of a cell; the two outermost have none."""
        if cell == 0:
            return -math.inf
        if cell > EXACT:
            return math.inf
        return float((self._edges[cell - 1] + self._edges[cell]) / 2)


class Mean:
    """Mean of an outcome, with its error and range."""

    def __init__(self) -> None:
        self._moments, self._quantiles = Moments(1), Quantiles()

    def add(self, values: Floats) -> None:
        """Add float64[replications]."""
        self._moments.add(values[None, :])
        self._quantiles.add(values)

    def spread(self) -> Spread:
        """Estimate, Student-t interval and range."""
        moments = self._moments
        variance = float(moments.covariance()[0, 0])
        return of_mean(moments.n, float(moments.mean[0]), variance, self._quantiles.ends())


class Ratio:
    """Ratio of the means of two paired outcomes."""

    def __init__(self) -> None:
        self._moments = Moments(2)

    def add(self, values: Floats) -> None:
        """Add float64[2, replications]: above and below the line."""
        self._moments.add(values)

    def spread(self) -> Spread:
        """Estimate and Fieller's interval; ratios of single replications have no range."""
        above, below = self._moments.mean.tolist()
        return of_ratio(self._moments.n, (above, below), self._moments.covariance())


class Share:
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
