"""Three spreads kept apart: standard error, confidence interval of a mean, range of outcomes.

May import nothing of jobsim. `se` and `ci` shrink with more replications; `range` does not: it is
where single futures fall.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Floats = npt.NDArray[np.float64]

LOW, HIGH = 0.025, 0.975
"""Ends of the interval and of the range."""


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
    n, mean = len(samples), float(np.mean(samples))
    finite = n > 1 and math.isfinite(mean)
    variance = float(np.var(samples, ddof=1)) if finite else math.nan
    return of_mean(n, mean, variance, quantiles(samples))


def of_mean(n: int, mean: float, variance: float, ends: tuple[float, float]) -> Spread:
    """Spread of a mean of n outcomes, from their variance and quantiles."""
    if n < 2 or not math.isfinite(mean):
        return Spread(mean, range_low=ends[0], range_high=ends[1])
    se = math.sqrt(variance / n)
    half = _t(n) * se
    return Spread(mean, se, mean - half, mean + half, *ends)


def of_share(n: int, happened: int) -> Spread:
    """Share of replications in which something happened, with the Wilson 95 % interval.

    Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    p, z = happened / n, 1.959963984540054
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Spread(p, math.sqrt(p * (1 - p) / n), max(0.0, centre - half), min(1.0, centre + half))


def of_ratio(n: int, means: tuple[float, float], covariance: Floats) -> Spread:
    """Mean of one outcome over the mean of another, with Fieller's 95 % interval.

    The interval is unbounded (−∞, ∞) where the mean below is not clearly different from zero: the
    data then do not identify the ratio. Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x.

    Parameters
    ----------
    n : int, number of paired outcomes
    means : (above, below) the line
    covariance : float64[2, 2], of the paired outcomes
    """
    a, b = means
    if b == 0 or not (math.isfinite(a) and math.isfinite(b)):
        return Spread(math.nan)
    if n < 2:
        return Spread(a / b)
    va, vb, vab = (float(x) / n for x in (covariance[0, 0], covariance[1, 1], covariance[0, 1]))
    se = math.sqrt(max(0.0, va - 2 * a / b * vab + (a / b) ** 2 * vb)) / abs(b)
    t2 = _t(n) ** 2
    lead, middle, last = b * b - t2 * vb, a * b - t2 * vab, a * a - t2 * va
    root = middle * middle - lead * last
    if lead <= 0 or root < 0:
        return Spread(a / b, se, -math.inf, math.inf)
    half = math.sqrt(root)
    return Spread(a / b, se, (middle - half) / lead, (middle + half) / lead)


def of_paired(above: Floats, below: Floats) -> Spread:
    """Mean of one outcome over that of another, each float64[replications]; see `of_ratio`."""
    n = len(above)
    covariance = np.cov(above, below) if n > 1 else np.full((2, 2), math.nan)
    return of_ratio(n, (float(above.mean()), float(below.mean())), covariance)


def quantiles(samples: Floats) -> tuple[float, float]:
    """2.5 and 97.5 % quantiles; outcomes themselves where some are infinite."""
    method = "linear" if np.all(np.isfinite(samples)) else "inverted_cdf"
    low, high = np.quantile(samples, [LOW, HIGH], method=method)  # type: ignore[call-overload]
    return float(low), float(high)


def _t(n: int) -> float:
    return float(stdtrit(n - 1, HIGH))
