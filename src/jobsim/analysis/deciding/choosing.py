"""What choosing by a rule gains over always choosing the same; may import components and draws.

Net benefit is float64[draws, options, futures]: futures are luck that all draws share. A rule names
an option for every draw and future, int64[draws, futures]. What it gains is a mean of what was
drawn, never of what was fitted, so that it is exact for the rule whatever the rule comes from.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from jobsim.analysis.outcomes.components import Components
from jobsim.analysis.outcomes.rounding import ROUNDING
from jobsim.analysis.outcomes.spread import HIGH, Usual
from jobsim.arrays import Floats, Ints
from jobsim.draws import Stream, uniform

_Z = 1.959963984540054
FEW = 4
"""Draws that must gain or lose for their mean to have an upper end."""
_RARE = 20
"""Most draws that gain for the upper end to allow for more: of large gains there are fewest."""
_SEED = 1
_SAMPLES = 200
"""Samples of futures for the error of a share."""


class Gain(NamedTuple):
    """A mean with its standard error and 95 % interval."""

    mean: float
    se: float
    low: float
    high: float


def best_of(expected: Floats, today: int = 0) -> Ints:
    """Rule that chooses the option expected to be best, float64[draws, options, futures].

    It stays with the option chosen today where no other is expected to be better.
    """
    highest = expected.max(axis=1)
    stays = highest - expected[:, today] <= ROUNDING * np.abs(highest)
    return np.asarray(np.where(stays, today, expected.argmax(axis=1)))


def of_other_futures(benefit: Floats) -> Floats:
    """Mean over all futures but each; over the only one where there is one."""
    futures = benefit.shape[2]
    if futures == 1:
        return benefit
    return np.asarray((benefit.sum(axis=2, keepdims=True) - benefit) / (futures - 1))


def gain_of(benefit: Floats, rule: Ints) -> Gain:
    """What a rule gains over the best option, chosen once and for all.

    Parameters
    ----------
    benefit : float64[draws, options, futures]
    rule : int64[draws, futures], or of one future that holds for all

    Returns
    -------
    Gain
        The lowest of the means of what it gains over each option, and the lowest of both ends of
        their intervals, which are of draws and futures at random: where options tie, the ends allow
        for the best having been picked by luck. Where the rule never gains or loses over the
        lowest, its error and interval are not numbers: the draws do not tell how much is rare. Nor
        is the upper end where it does so in fewer draws than `FEW`.

    Examples
    --------
    >>> benefit = np.array([[0.0, 2.0], [0.0, -1.0]])[:, :, None]
    >>> gain_of(benefit, best_of(benefit)).mean
    0.5
    """
    gains = [_mean(one) for one in np.moveaxis(_gains(benefit, rule), 1, 0)]
    lowest = min(gains, key=lambda gain: gain.mean)
    if math.isnan(lowest.se):
        return lowest
    low = min(one.low for one in gains if not math.isnan(one.low))
    highs = [one.high for one in gains if not math.isnan(one.high)]
    return Gain(*lowest[:2], low, math.nan if math.isnan(lowest.high) else min(highs))


def losses(benefit: Floats, rule: Ints) -> Floats:
    """What always choosing each option loses against a rule, float64[options]; see `gain_of`."""
    return np.asarray(_gains(benefit, rule).mean(axis=(0, 2)))


def _gains(benefit: Floats, rule: Ints) -> Floats:
    """What a rule gains over each option, float64[draws, options, futures]."""
    return np.asarray(np.take_along_axis(benefit, rule[:, None, :], axis=1) - benefit)


def _mean(gains: Floats) -> Gain:
    """Mean of float64[draws, futures]; see `Usual` for what few draws or none tell."""
    mean, (se, half) = float(gains.mean()), Components(gains).error
    usual, draws = Usual(), len(gains)
    usual.add(gains.mean(axis=1))
    t = half / se if half > 0 else float(stdtrit(draws - 1, HIGH))
    extras = usual.extra(draws), usual.extra(draws, _RARE)
    below, above = (math.sqrt(se**2 + extra / draws) for extra in extras)
    high = mean + t * above if usual.differ >= FEW else math.nan
    return Gain(mean, below, mean - t * below, high)


def right(benefit: Floats) -> tuple[Floats, Floats, Floats]:
    """Share of draws in which each option has the highest mean, and its 95 % interval.

    Parameters
    ----------
    benefit : float64[draws, options, futures]

    Returns
    -------
    share, low, high : float64[options]
        Wilson's interval (1927, doi:10.1080/01621459.1927.10502953) of as many draws as give the
        variance of draws at random and of futures at random together, the latter by a bootstrap.
        Options that tie share a draw.

    Examples
    --------
    >>> share, _, high = right(np.array([[0.0, 2.0], [0.0, -1.0]])[:, :, None])
    >>> share.tolist(), high.round(2).tolist()
    ([0.5, 0.5], [0.91, 0.91])
    """
    (draws, _, futures), share = benefit.shape, _shares(benefit.mean(axis=2, keepdims=True))[:, 0]
    if futures == 1:
        return share, *_wilson(share, np.full_like(share, draws))
    others = _shares(benefit @ _resampled(futures))
    centre, luck = others.mean(axis=1), others.var(axis=1, ddof=1) * futures / (futures - 1)
    alone = centre * (1 - centre) / draws
    count = draws * np.divide(alone, alone + luck, out=np.ones_like(alone), where=alone > 0)
    return share, *_wilson(share, count)


def _shares(benefit: Floats) -> Floats:
    """Share of draws in which an option is best: float64[options, k] of [draws, options, k]."""
    highest = benefit.max(axis=1, keepdims=True)
    first = highest - benefit <= ROUNDING * np.abs(highest)
    return np.asarray((first / first.sum(axis=1, keepdims=True)).mean(axis=0))


def _resampled(futures: int) -> Floats:
    """Weights of futures drawn with replacement, always the same: float64[futures, 200]."""
    turn, sample = np.indices((futures, _SAMPLES)).reshape(2, -1)
    u = uniform(
        _SEED, stream=Stream.POSTERIOR, n=turn, k=sample, origin=0, group_key=0, replication=0
    )
    drawn = (u * futures).astype(np.int64)
    weights = np.zeros((futures, _SAMPLES))
    np.add.at(weights, (drawn, sample), 1 / futures)
    return weights


def _wilson(share: Floats, count: Floats) -> tuple[Floats, Floats]:
    centre = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    spread = np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    half = _Z / (1 + _Z**2 / count) * spread
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
