"""What draws of parameters and what chance contribute; may import spread.

Every draw is played on the same replications, so that outcomes form a complete table of draws by
replications: ``Y = μ + A(draw) + B(replication) + E``, a two-way layout of random effects without
repetition (Searle, Casella & McCulloch 1992, Variance Components, doi:10.1002/9780470316856).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from jobsim.analysis.outcomes.accumulators import of_paired
from jobsim.analysis.outcomes.rounding import varies
from jobsim.analysis.outcomes.spread import HIGH, Spread, Usual, fieller, quantiles, spread
from jobsim.arrays import Floats


@dataclass(frozen=True, eq=False)
class Components:
    """Parameter and Monte Carlo uncertainty of one outcome, taken apart.

    Parameters
    ----------
    values : float64[draws, replications]
        Finite; column j is the same luck in every row.

    Notes
    -----
    With mean squares MS_A (rows), MS_B (columns), MS_E (the rest) of n draws × m replications:

    - variance over parameters ``(MS_A − MS_E) / m``, 0 where negative: of the conditional means,
      with their Monte Carlo noise taken away. The part of the noise that all draws share moves
      them together and is not in MS_A; a one-way layout would subtract it nevertheless.
    - variance over chance: the mean over draws of the variance over replications.
    - standard error of the overall mean ``sqrt((MS_A + MS_B − MS_E) / (n m))``, with one of the
      three alone where that is more: of a small table their sum may come out at nothing. Its part
      from chance, MS_B / (n m), falls with replications only, however many draws are played. The
      part from draws is that of draws at random, an upper bound for Sobol' and Latin hypercubes.

    Degrees of freedom: Satterthwaite 1946, doi:10.2307/3002019.

    Examples
    --------
    >>> parts = Components(np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> parts.parameter_variance, parts.chance_variance
    (2.0, 0.5)
    """

    values: Floats

    @property
    def mean(self) -> Spread:
        """Mean over draws and replications; its range is over parameters and chance together.

        With a single draw it is the mean over replications, as in a comparison.
        """
        draws, replications = self.values.shape
        if draws == 1:
            return spread(self.values[0])
        centre = float(self.values.mean() if self._varies else self.values[0, 0])
        ends = quantiles(self.values.ravel())
        if replications == 1 or not self.values.any():
            return Spread(centre, range_low=ends[0], range_high=ends[1])
        se, half = self.error
        return Spread(centre, se, centre - half, centre + half, *ends)

    @property
    def error(self) -> tuple[float, float]:
        """Standard error of the overall mean, and half its 95 % interval."""
        draws, replications = self.values.shape
        if 1 in (draws, replications):
            se = math.sqrt(float(self.values.var(ddof=1)) / self.values.size)
            return se, float(stdtrit(self.values.size - 1, HIGH)) * se
        futures = Usual()
        futures.add(self.values.mean(axis=0))
        square, freedom = self._square_of_mean
        extra = 0.0 if futures.alone else futures.extra(replications) / replications
        se = math.sqrt(square / self.values.size + extra)
        return se, float(stdtrit(freedom, HIGH)) * se if square > 0 else 0.0

    @property
    def parameter_variance(self) -> float:
        """Variance of conditional means over draws, Monte Carlo noise taken away."""
        if min(self.values.shape) < 2:
            return math.nan
        rows, _, rest = self._mean_squares
        return max(0.0, rows - rest) / len(self.values[0])

    @property
    def chance_variance(self) -> float:
        """Mean over draws of the variance over replications."""
        if self.values.shape[1] < 2:
            return math.nan
        return float(self.values.var(axis=1, ddof=1).mean()) if self._varies else 0.0

    @property
    def parameter_share(self) -> float:
        """Share of the variance of single futures that parameters account for."""
        total = self.parameter_variance + self.chance_variance
        return self.parameter_variance / total if total > 0 else math.nan

    @property
    def conditional_means(self) -> Floats:
        """Mean of each draw (float64[draws]), drawn together until their variance is right."""
        means = self.values.mean(axis=1)
        if min(self.values.shape) < 2:
            return np.asarray(means)
        seen = float(means.var(ddof=1))
        kept = math.sqrt(self.parameter_variance / seen) if seen > 0 else 0.0
        return np.asarray(means.mean() + kept * (means - means.mean()))

    @property
    def parameter_range(self) -> tuple[float, float]:
        """2.5 and 97.5 % quantiles of conditional means: parameters alone."""
        if min(self.values.shape) < 2:
            return math.nan, math.nan
        return quantiles(self.conditional_means)

    @property
    def chance_range(self) -> tuple[float, float]:
        """2.5 and 97.5 % quantiles of futures about the mean of their draw: chance alone."""
        draws, m = self.values.shape
        if m < 2:
            return math.nan, math.nan
        low, high = quantiles((self.values - self.values.mean(axis=1, keepdims=True)).ravel())
        stretch = math.sqrt(m / (m - 1)) if draws > 1 else 1.0
        centre = float(self.values.mean())
        return centre + stretch * low, centre + stretch * high

    @cached_property
    def _varies(self) -> bool:
        return varies(self.values)

    @cached_property
    def _mean_squares(self) -> tuple[float, float, float]:
        """Mean squares of rows, columns and the rest."""
        if not self._varies:
            return 0.0, 0.0, 0.0
        n, m = self.values.shape
        rows, columns = self.values.mean(axis=1), self.values.mean(axis=0)
        rest = self.values - rows[:, None] - columns[None, :] + self.values.mean()
        left = float((rest**2).sum()) / ((n - 1) * (m - 1))
        return m * float(rows.var(ddof=1)), n * float(columns.var(ddof=1)), left

    @property
    def _square_of_mean(self) -> tuple[float, float]:
        """Mean square behind the overall mean, not below any that it is made of; its freedom."""
        (rows, columns, rest), (n, m) = self._mean_squares, self.values.shape
        both = rows + columns - rest
        parts = rows**2 / (n - 1) + columns**2 / (m - 1) + rest**2 / ((n - 1) * (m - 1))
        freedom = max(1.0, float(both**2 / parts)) if parts > 0 else 1.0
        each = (rows, n - 1.0), (columns, m - 1.0), (rest, (n - 1.0) * (m - 1.0))
        return max((both, freedom), *each)


def ratio_of_means(above: Floats, below: Floats) -> Spread:
    """Overall mean of one outcome over that of another, each float64[draws, replications].

    Fieller's interval (`fieller`) with the covariance of the means in the two-way layout, and the
    degrees of freedom of what is left of the outcome above after the ratio times that below, for
    the interval is where the mean of that is no more than noise. A table of one draw or of one
    replication is a row of pairs.
    """
    if 1 in above.shape:
        return of_paired(above.ravel(), below.ravel())
    means = float(above.mean()), float(below.mean())
    if means[1] == 0:
        return Spread(math.nan)
    left = Components(above - means[0] / means[1] * below)
    se, half = left.error
    t = half / se if half > 0 else float(stdtrit(min(above.shape) - 1, HIGH))
    return fieller(means, _covariance(above, below), t)


def _covariance(above: Floats, below: Floats) -> Floats:
    """Covariance of two overall means, float64[2, 2]: that of draws, and of replications."""
    n, m = above.shape
    rows = m * np.cov(above.mean(axis=1), below.mean(axis=1))
    columns = n * np.cov(above.mean(axis=0), below.mean(axis=0))
    rests = [
        one - one.mean(axis=1, keepdims=True) - one.mean(axis=0) + one.mean()
        for one in (above, below)
    ]
    rest = np.array([[np.sum(a * b) for b in rests] for a in rests]) / ((n - 1) * (m - 1))
    found = (rows + columns - rest) / (n * m)
    return np.asarray(found if found.diagonal().min() >= 0 else (rows + columns) / (n * m))
