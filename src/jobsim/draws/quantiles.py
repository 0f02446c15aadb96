"""From uniform numbers to what is drawn, the same floats for every engine; may import arrays.

Waiting times are computed, other quantile functions stand in tables. The logarithm is the C
library's, as in `math.log`. numpy's differs from it in the last bit of some numbers (how many
depends on the processor), which would be enough to part two engines; `scipy.special.xlogy` is a
compiled loop over the C library's, and a test holds it against `math.log` on a million numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from scipy.special import gammainccinv, gammaincinv, gammaln, pdtr, xlogy

from jobsim.arrays import Floats, Ints

NEVER = 1 << 30
"""A week that no run reaches."""
_OCTAVES = 30
_CELLS = 128
_TAIL = 1e-9


def exponential(u: Floats) -> Floats:
    """Unit-exponential numbers ``E = -log(u)``: mean 1, variance 1, median log 2.

    Examples
    --------
    >>> exponential(np.array([0.5])).round(6).tolist()
    [0.693147]
    """
    return np.asarray(-xlogy(1.0, u))


def geometric_weeks(e: Floats, hazard: Floats) -> Ints:
    """Whole weeks that pass before an event of constant weekly hazard: ``floor(e / hazard)``.

    A hazard of zero means never (`NEVER`). The result is geometric with
    ``P(weeks >= s) = exp(-hazard * s)``.
    """
    with np.errstate(divide="ignore", over="ignore"):
        weeks = np.floor(e / hazard)
    return np.minimum(weeks, NEVER).astype(np.int64)


class GammaQuantile:
    """Quantile function of Gamma(shape, scale 1), by monotone cubic interpolation.

    Parameters
    ----------
    shape : float, 0.1 to 1000

    Notes
    -----
    The knots halve the distance to 0 (below the median) and to 1 (above it) in 30 octaves of 128
    equal cells, so that a cell is found by taking a float apart instead of by searching. Between
    knots the curve is the cubic Hermite polynomial of the exact slopes ``1 / density``, limited to
    three times the secant, which keeps it monotone (Fritsch & Carlson 1980,
    doi:10.1137/0717021). Outside [1e-9, 1 - 1e-9] it is clipped. Relative error below 1e-6.
    Mean and variance of the distribution are both `shape`.

    Examples
    --------
    >>> GammaQuantile(1.0)(np.array([0.5])).round(6).tolist()
    [0.693147]
    """

    def __init__(self, shape: float) -> None:
        tails = _knots()
        self._lower = _HermiteTable(tails, gammaincinv(shape, tails), _slopes(shape, tails, +1))
        self._upper = _HermiteTable(tails, gammainccinv(shape, tails), _slopes(shape, tails, -1))

    def __call__(self, u: Floats) -> Floats:
        """Quantiles at `u` (ndarray of numbers in (0, 1)), same shape."""
        u = np.clip(u, _TAIL, 1.0 - _TAIL)
        below = u < 0.5
        v = np.empty(u.shape)
        v[below] = self._lower(u[below])
        v[~below] = self._upper(1.0 - u[~below])
        return v

    def cells(self) -> Floats:
        """Knot, width and four coefficients of every cell, below and above the median.

        float64[2, cells, 6], for a compiled function that does the same arithmetic.
        """
        return np.stack([self._lower.cells(), self._upper.cells()])


class _HermiteTable:
    """Cubic Hermite interpolation in p, 2**-31 < p <= 1/2, on knots of `_knots`."""

    def __init__(self, p: Floats, y: Floats, slope: Floats) -> None:
        width = np.diff(p)
        secant = np.diff(y) / width
        limit = 3.0 * np.minimum(
            np.abs(np.append(secant, secant[-1])), np.abs(np.insert(secant, 0, secant[0]))
        )
        slope = np.clip(slope, -limit, limit)
        self._p, self._width, self._y = p[:-1], width, y[:-1]
        self._b = slope[:-1] * width
        self._c = 3.0 * np.diff(y) - (2.0 * slope[:-1] + slope[1:]) * width
        self._d = -2.0 * np.diff(y) + (slope[:-1] + slope[1:]) * width

    def __call__(self, p: Floats) -> Floats:
        mantissa, exponent = np.frexp(p)
        within = ((mantissa - 0.5) * (2 * _CELLS)).astype(np.int64)
        cell = np.minimum((exponent + _OCTAVES) * _CELLS + within, len(self._p) - 1)
        x = (p - self._p[cell]) / self._width[cell]
        return np.asarray(
            self._y[cell] + x * (self._b[cell] + x * (self._c[cell] + x * self._d[cell]))
        )

    def cells(self) -> Floats:
        columns = (self._p, self._width, self._y, self._b, self._c, self._d)
        return np.stack(columns, axis=1)


def _knots() -> Floats:
    """Knots from 2**-31 to 1/2: 30 octaves, each of 128 equal cells."""
    mantissa = 0.5 + np.arange(_CELLS) / (2 * _CELLS)
    octaves = np.ldexp(mantissa, np.arange(-_OCTAVES, 0)[:, None]).ravel()
    return np.append(octaves, 0.5)


def _slopes(shape: float, p: Floats, sign: int) -> Floats:
    """Exact slope of the quantile function in the tail probability `p`: 1 / density."""
    y = gammaincinv(shape, p) if sign > 0 else gammainccinv(shape, p)
    with np.errstate(over="ignore"):
        slope = np.exp(y - xlogy(shape - 1.0, y) + gammaln(shape))
    return np.asarray(sign * np.minimum(slope, np.finfo(float).max))


class PoissonQuantile:
    """Quantile function of Poisson(rate): the smallest count whose distribution function is >= u.

    Parameters
    ----------
    rate : float, >= 0
        Mean, and variance.

    Notes
    -----
    Tabulated with `scipy.special.pdtr` up to the last count that any u below 1 can reach, so that a
    higher rate never gives a smaller count for the same u.

    Examples
    --------
    >>> PoissonQuantile(3.0)(np.array([0.04, 0.5, 0.99])).tolist()
    [0, 3, 8]
    """

    def __init__(self, rate: float) -> None:
        top = int(rate + 12.0 * np.sqrt(rate)) + 40
        table = np.asarray(pdtr(np.arange(top + 1.0), rate))
        reached = np.flatnonzero(table >= 1.0 - 2.0**-53)
        self.distribution = table[: (reached[0] if len(reached) else top) + 1]

    @property
    def largest(self) -> int:
        """Largest count that can occur."""
        return len(self.distribution) - 1

    def __call__(self, u: Floats) -> Ints:
        """Counts at `u`, int64 of the same shape."""
        return np.minimum(np.searchsorted(self.distribution, u, side="left"), self.largest)


@dataclass(frozen=True)
class ShareTable:
    """A discrete distribution over bands [from, to), uniform in whole numbers within a band.

    Parameters
    ----------
    lower, upper : tuple of int
        Bounds of each band; ``upper - lower >= 1``.
    shares : tuple of float
        One share per band; the last band with a share takes the rest.
    """

    lower: tuple[int, ...]
    upper: tuple[int, ...]
    shares: tuple[float, ...]

    @classmethod
    def of_levels(cls, shares: Sequence[float]) -> ShareTable:
        """Distribution over the whole numbers 0, 1, 2 and so on."""
        places = range(len(shares))
        return cls(tuple(places), tuple(place + 1 for place in places), tuple(shares))

    def __call__(self, u: Floats) -> Ints:
        """Whole numbers at `u`: ``from + floor((u - shares below) / share * (to - from))``."""
        total, below, share, width, lower = self.columns()
        band = np.minimum(np.searchsorted(total, u, side="left"), len(total) - 1)
        within = np.floor((u - below[band]) / share[band] * width[band]).astype(np.int64)
        return np.asarray(lower[band] + np.clip(within, 0, width[band] - 1))

    def columns(self) -> tuple[Floats, Floats, Floats, Ints, Ints]:
        """Cumulative share, shares below, share, weeks and first week of each band with a share."""
        kept = [i for i, share in enumerate(self.shares) if share > 0]
        lower = np.array([self.lower[i] for i in kept])
        width = np.array([self.upper[i] - self.lower[i] for i in kept])
        share = np.array([self.shares[i] for i in kept])
        total = np.array(running_sum([self.shares[i] for i in kept]))
        return total, np.insert(total[:-1], 0, 0.0), share, width, lower


def running_sum(values: Sequence[float]) -> list[float]:
    """Partial sums from left to right, in float64."""
    return list(accumulate(values, initial=0.0))[1:]
