"""Means, errors, intervals and ranges again, by their stated formulas and one outcome at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

NONE = math.nan


@dataclass(frozen=True)
class Number:
    """A number of the comparison: means of both sides, and the difference with its spreads."""

    difference: float
    se: float = NONE
    ci_low: float = NONE
    ci_high: float = NONE
    range_low: float = NONE
    range_high: float = NONE
    scenario: float = NONE
    baseline: float = NONE


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean."""
    return math.fsum(values) / len(values) if all(map(math.isfinite, values)) else NONE


def covariance(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Covariance of paired outcomes, n − 1 below the line."""
    x, y = mean(xs), mean(ys)
    return math.fsum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / (len(xs) - 1)


def student(n: int) -> float:
    """97.5 % quantile of Student's t for the mean of n outcomes."""
    return float(stats.t(n - 1).ppf(0.975))


def quantile(values: Sequence[float], share: float) -> float:
    """Quantile, linear between outcomes; an outcome itself where some are infinite."""
    ordered, place = sorted(values), (len(values) - 1) * share
    if any(map(math.isnan, values)):
        return NONE
    if any(map(math.isinf, values)):
        return ordered[math.ceil(len(values) * share) - 1]
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def of_mean(
    ours: Sequence[float], theirs: Sequence[float], *, levels: bool = True, ruled: bool = False
) -> Number:
    """Paired differences: mean, t interval, and where 95 % of them lie.

    All the same, they have no interval unless by rule. Where seven at most, and a quarter at
    most, differ from the rest, two more that differ as much as the farthest count in the error.
    """
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    n, middle = len(differences), mean(differences)
    ends = quantile(differences, 0.025), quantile(differences, 0.975)
    sides = (mean(ours), mean(theirs)) if levels else (NONE, NONE)
    if math.isnan(middle):
        return Number(NONE, NONE, NONE, NONE, *ends, *sides)
    usual = sorted(differences)[(n - 1) // 2]
    off = [abs(one - usual) for one in differences if abs(one - usual) > 1e-12 * abs(one)]
    if not off and not ruled:
        return Number(middle, 0.0 if usual else NONE, NONE, NONE, *ends, *sides)
    more = 2 * max(off) ** 2 / (n - 1) if 0 < len(off) <= min(7, n // 4) else 0.0
    se = math.sqrt((covariance(differences, differences) + more) / n)
    half = student(n) * se
    return Number(middle, se, middle - half, middle + half, *ends, *sides)


def of_ratio(above: Sequence[float], below: Sequence[float]) -> Number:
    """Ratio of means with Fieller's interval: all r whose a − r·b is not clearly off zero.

    There is none where one ratio holds in all futures, or no r is ruled out. The ends solve
    (a − r·b)² = t² · variance of the mean of (above − r · below).
    """
    n, a, b = len(above), mean(above), mean(below)
    if b == 0:
        return Number(NONE)
    if not any(above):
        return Number(0.0)
    ratio, t2 = a / b, student(n) ** 2
    rest = [x - ratio * y for x, y in zip(above, below, strict=True)]
    if max(map(abs, rest)) <= 1e-9 * max(map(abs, above)):
        return Number(ratio, 0.0)
    se = math.sqrt(covariance(rest, rest) / n) / abs(b)
    lead = b * b - t2 * covariance(below, below) / n
    middle = a * b - t2 * covariance(above, below) / n
    last = a * a - t2 * covariance(above, above) / n
    inside = middle * middle - lead * last
    if lead <= 0 or inside < 0:
        return Number(ratio, se)
    ends = ((middle - math.sqrt(inside)) / lead, (middle + math.sqrt(inside)) / lead)
    return Number(ratio, se, *ends)


def of_share(happened: int, n: int) -> Number:
    """Share of futures with Wilson's interval."""
    share = happened / n
    ends = stats.binomtest(happened, n).proportion_ci(0.95, method="wilson")
    return Number(share, math.sqrt(share * (1 - share) / n), ends.low, ends.high)


def breaks_even(monthly: Sequence[float]) -> float:
    """Month, from 1, after the last in which the sum so far was below zero; infinite for never."""
    if not any(monthly):
        return NONE
    so_far, month = 0.0, 1
    for number, gained in enumerate(monthly, 1):
        so_far += gained
        if so_far < 0:
            month = number + 1
    return month if month <= len(monthly) else math.inf
