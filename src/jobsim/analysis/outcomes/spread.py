"""Three spreads kept apart: standard error, confidence interval of a mean, range of outcomes.

May import what rounding is. `se` and `ci` shrink with more replications; `range` does not: it is
where single futures fall.

What is rare needs care. A difference that is zero in all n futures has no interval: it was not
seen, which says that it comes in fewer than 1 − 0.05^(1/n) of futures (95 %), not how large it is.
Where few futures differ from the usual one, two more with the largest difference, one up and one
down, are counted into the error: Student's interval alone holds the truth in 84 % of cases then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from jobsim.analysis.outcomes.rounding import ROUNDING
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
