"""Which of several options is best, and which ones the data cannot tell from it; may import spread.

All options are played on the same luck, so that two of them are compared by their differences in
each replication.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.errors import InputError

Floats = npt.NDArray[np.float64]

MISS = 0.05
"""Greatest probability that a statement about several options together is wrong."""
_ROUNDING = 1e-9
"""Differences smaller than this share of the amounts are rounding, not differences."""


@dataclass(frozen=True)
class Best:
    """The best of several options and its rivals.

    Parameters
    ----------
    number : int
        Option with the highest mean.
    near : tuple of int
        Options that the data cannot tell from the best: with 95 % confidence the truly best
        one is among them.
    """

    number: int
    near: tuple[int, ...]


def best_of(values: Floats) -> Best:
    """Find the option with the highest mean, and the options that may be better than all others.

    Parameters
    ----------
    values : float64[n_options, replications]
        Rows that are not a number throughout (failed options) are left out.

    Raises
    ------
    InputError
        If there is no option to choose from.

    Notes
    -----
    An option is dropped if some other one beats it, by a one-sided paired t-test at the level
    0.05 / (n_options − 1). The truly best option can only be dropped by one of n_options − 1 wrong
    tests, so it is dropped with a probability of 5 % at most, however the options depend on each
    other and whichever looks best: subset selection (Gupta 1965,
    Technometrics 7, 225–245) and multiple comparisons with the best (Hsu 1984, Annals of
    Statistics 12, 1136–1144), with Bonferroni's inequality in place of a common variance. With
    one replication nothing is dropped.

    Examples
    --------
    >>> best_of(np.array([[1.0, 2.0, 3.0], [1.1, 2.2, 2.9], [0.0, 1.0, 2.0]]))
    Best(number=1, near=(0, 1))
    """
    played = np.flatnonzero(np.isfinite(values).all(axis=1))
    if not len(played):
        raise InputError("there is no option to choose from: none could be played")
    means = values[played].mean(axis=1)
    near = [int(i) for i in played if not _beaten(values[i], values[played])]
    return Best(int(played[int(np.argmax(means))]), tuple(near))


def _beaten(option: Floats, rivals: Floats) -> bool:
    """Whether one of the rivals (the option itself among them) is clearly better."""
    count = rivals.shape[1]
    if len(rivals) < 2 or count < 2:
        return False
    gain = difference(rivals, option)
    se = gain.std(axis=1, ddof=1) / np.sqrt(count)
    t = stdtrit(count - 1, 1 - MISS / (len(rivals) - 1))
    return bool(np.any(gain.mean(axis=1) - t * se > 0))


def difference(ours: Floats, other: Floats) -> Floats:
    """Paired difference, exactly zero where it is within rounding of the largest amount.

    Parameters
    ----------
    ours, other : float64[…, replications]
    """
    gain = ours - other
    scale = np.maximum(np.abs(ours), np.abs(other)).max(axis=-1, keepdims=True)
    return np.asarray(np.where(np.abs(gain) <= _ROUNDING * scale, 0.0, gain))


def simultaneous(samples: Floats, *, statements: int) -> Spread:
    """Spread of a mean with an interval that holds together with those of other means.

    Bonferroni: each of the intervals holds with 1 − 0.05 / statements, all with 95 %.

    Parameters
    ----------
    samples : float64[replications]
    statements : int, how many intervals hold together
    """
    plain, n = spread(samples), len(samples)
    if n < 2:
        return plain
    half = float(stdtrit(n - 1, 1 - MISS / (2 * statements))) * plain.se
    low, high = plain.mean - half, plain.mean + half
    return Spread(plain.mean, plain.se, low, high, plain.range_low, plain.range_high)
