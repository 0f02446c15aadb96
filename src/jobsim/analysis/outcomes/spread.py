"""Three spreads kept apart: standard error, confidence interval of a mean, range of outcomes.

May import what rounding is. `se` and `ci` shrink with more replications; `range` does not: it is
where single futures fall. Accumulators know the same of outcomes that come block by block, and keep
none. Means and covariances are merged exactly (Chan, Golub & LeVeque 1983,
doi:10.1080/00031305.1983.10483115). Quantiles are exact for the first `EXACT` outcomes; beyond,
they are read from a histogram of as many cells around those, to the width of a cell.

What is rare needs care. A difference that is zero in all n futures has no interval: it was not
seen, which says that it comes in fewer than 1 − 0.05^(1/n) of futures (95 %), not how large it is.
Where few futures differ from the usual one, two more with the largest difference, one up and one
down, are counted into the error: Student's interval alone holds the truth in 84 % of cases then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.special import stdtrit

from jobsim.analysis.outcomes.rounding import ROUNDING, SUMMED
from jobsim.arrays import Floats

LOW, HIGH = 0.025, 0.975
"""Ends of the interval and of the range."""
_FEW, _SHARE = 7, 4
"""Most outcomes that differ, and the part of all outcomes, up to which a difference is rare."""


@dataclass(frozen=True)
class Spread:
    """An estimate with its Monte Carlo error and the range of single outcomes."""

    mean: float
    se: float = math.nan
    """Standard error of the mean over replications."""
    ci_low: float = math.nan
    """Lower end of the 95 % confidence interval of the mean."""
    ci_high: float = math.nan
    range_low: float = math.nan
    """2.5 % of replications lie below."""
    range_high: float = math.nan
    """2.5 % of replications lie above."""

    @property
    def half_width(self) -> float:
        """Half the width of the interval of the mean."""
        return (self.ci_high - self.ci_low) / 2

    @property
    def unbounded(self) -> bool:
        """Whether it could be any number, though it varies: there is an error and no interval."""
        return self.se > 0 and math.isnan(self.ci_low)


NOTHING = Spread(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""What is zero in every future for certain."""


def spread(samples: Floats) -> Spread:
    """Mean, its Student-t 95 % interval, and the 2.5 and 97.5 % quantiles.

    Parameters
    ----------
    samples : float64[replications]
        One outcome per replication; with a single one, errors are not a number.

    Examples
    --------
    >>> s = spread(np.array([1.0, 2.0, 3.0]))
    >>> round(s.mean, 2), round(s.se, 2), round(s.ci_high, 2)
    (2.0, 0.58, 4.48)
    """
    n, mean, usual = len(samples), float(np.mean(samples)), Usual()
    usual.add(samples)
    finite = n > 1 and math.isfinite(mean)
    variance = float(np.var(samples, ddof=1)) if finite else math.nan
    return of_mean(n, mean, variance, quantiles(samples), usual)


class Usual:
    """The outcome of most replications, and how many differ from it by how much."""

    def __init__(self) -> None:
        self.outcome = math.nan
        self.differ, self._most = 0, 0.0

    def add(self, values: Floats) -> None:
        """Add the outcomes of some replications; those of the first block say what is usual."""
        if not np.isfinite(values).all():
            return
        if math.isnan(self.outcome):
            self.outcome = float(np.quantile(values, 0.5, method="inverted_cdf"))
        off = np.abs(values - self.outcome)
        self.differ += int(np.sum(off > ROUNDING * np.abs(values)))
        self._most = max(self._most, float(off.max()))

    @property
    def alone(self) -> bool:
        """Whether there is no other outcome."""
        return self.differ == 0 and not math.isnan(self.outcome)

    def extra(self, n: int, few: int = _FEW) -> float:
        """What the variance of n outcomes lacks where at most so few differ from the usual one.

        Not a number where they do not tell it.
        """
        if self.alone:
            return 0.0 if self.outcome else math.nan
        rare = self.differ <= min(few, n // _SHARE)
        return 2 * self._most**2 / (n - 1) if rare else 0.0


def of_mean(
    n: int, mean: float, variance: float, ends: tuple[float, float], usual: Usual
) -> Spread:
    """Spread of a mean of n outcomes, from their variance and quantiles."""
    if usual.alone:
        mean, variance = usual.outcome, 0.0
    if n < 2 or not math.isfinite(mean):
        return Spread(mean, range_low=ends[0], range_high=ends[1])
    se = math.sqrt((variance + usual.extra(n)) / n)
    half = _t(n) * se
    return Spread(mean, se, mean - half, mean + half, *ends)


def of_share(n: int, happened: int) -> Spread:
    """Share of replications in which something happened, with the Wilson 95 % interval.

    Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    p, z = happened / n, 1.959963984540054
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = centre - half if happened else 0.0, centre + half if happened < n else 1.0
    return Spread(p, math.sqrt(p * (1 - p) / n), low, high)


def of_ratio(n: int, means: tuple[float, float], covariance: Floats) -> Spread:
    """Mean of one outcome over the mean of another, with Fieller's 95 % interval.

    There is no interval where the mean below is not clearly different from zero: the data then do
    not identify the ratio. Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x.

    Parameters
    ----------
    n : int, number of paired outcomes
    means : (above, below) the line
    covariance : float64[2, 2], of the paired outcomes
    """
    return fieller(means, covariance / n, _t(n) if n > 1 else math.nan)


def fieller(means: tuple[float, float], covariance: Floats, t: float) -> Spread:
    """Ratio of two means from the covariance of the means; see `of_ratio`.

    Parameters
    ----------
    means : (above, below) the line
    covariance : float64[2, 2], of the means
    t : float
        Student's quantile for their degrees of freedom; not a number where there are none.
    """
    a, b = means
    nothing = b == 0 or abs(b) <= ROUNDING * math.sqrt(covariance[1, 1])
    if nothing or not (math.isfinite(a) and math.isfinite(b)):
        return Spread(math.nan)
    if math.isnan(t) or (a == 0 and covariance[0, 0] == 0):
        return Spread(a / b)
    va, vb, vab = (float(x) for x in (covariance[0, 0], covariance[1, 1], covariance[0, 1]))
    se = math.sqrt(max(0.0, va - 2 * a / b * vab + (a / b) ** 2 * vb)) / abs(b)
    t2 = t**2
    lead, middle, last = b * b - t2 * vb, a * b - t2 * vab, a * a - t2 * va
    root = middle * middle - lead * last
    if lead <= 0 or root < 0:
        return Spread(a / b, se)
    half = math.sqrt(root)
    return Spread(a / b, se, (middle - half) / lead, (middle + half) / lead)


def of_paired(above: Floats, below: Floats) -> Spread:
    """Mean of one outcome over that of another, each float64[replications]; see `of_ratio`."""
    pairs = Ratio()
    pairs.add(np.stack([above, below]))
    return pairs.spread()


def of_part(above: Floats, below: Floats) -> Spread:
    """The same of a part of what is below the line."""
    return within_whole(of_paired(above, below))


def within_whole(found: Spread) -> Spread:
    """A share with an interval that goes no further than from none to all.

    Examples
    --------
    >>> within_whole(Spread(0.9, 0.1, 0.7, 1.1)).ci_high
    1.0
    """
    most = math.inf if found.mean > 1 else 1.0  # without it, there may be more of something
    low, high = np.clip([found.ci_low, found.ci_high], 0.0, most).tolist()
    return replace(found, ci_low=low, ci_high=high)


def linearised(above: Floats, below: Floats) -> Floats:
    """Values with the mean and, by the delta method, the error of the ratio of two means.

    Differences of ratios that share their luck are differences of these.

    Parameters
    ----------
    above, below : float64[…, replications]

    Returns
    -------
    float64[…, replications]; not a number where the mean below is zero

    Examples
    --------
    >>> linearised(np.array([1.0, 3.0]), np.array([4.0, 6.0])).round(2).tolist()
    [0.28, 0.52]
    """
    mean, sd = (of(below, axis=-1, keepdims=True) for of in (np.mean, np.std))
    centre = np.where(np.abs(mean) <= ROUNDING * sd, math.nan, mean)
    ratio = above.mean(axis=-1, keepdims=True) / centre
    return np.asarray(ratio + (above - ratio * below) / centre)


def quantiles(samples: Floats) -> tuple[float, float]:
    """2.5 and 97.5 % quantiles; outcomes themselves where some are infinite."""
    method = "linear" if np.all(np.isfinite(samples)) else "inverted_cdf"
    low, high = np.quantile(samples, [LOW, HIGH], method=method)  # type: ignore[call-overload]
    return float(low), float(high)


def _t(n: int) -> float:
    return float(stdtrit(n - 1, HIGH))


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
