"""Shares of an outcome's variance over the numbers it comes from; may import designs.

First order: Saltelli et al. 2010, "Variance based sensitivity analysis of model output", Computer
Physics Communications 181: 259–270, doi:10.1016/j.cpc.2009.09.018, table 2 (b). Total: Jansen 1999,
doi:10.1016/S0010-4655(98)00154-4. The error of Sobol' points is seen from several sets of them that
are scrambled independently (Owen 1997, doi:10.1137/S0036142994277468).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from jobsim.analysis.outcomes.rounding import varies
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats, Ints

_BLOCKS = 8
"""Sets of points that are scrambled independently."""
_STEP = 2**61
"""From the seed of one set to that of the next."""


def samples_of(known: Mapping[str, Any], count: int, seed: int) -> Floats:
    """Samples A, B, then A with each column from B: float64[samples × count, k].

    Parameters
    ----------
    known : mapping of name to frozen distribution
    count : int, rows of each sample
    seed : int
    """
    k = len(known)
    sizes = np.bincount(blocks_of(count)).tolist()
    seeds = [(seed + block * _STEP) % 2**64 for block in range(len(sizes))]
    sets = zip(sizes, seeds, strict=True)
    points = np.concatenate([unit_points("sobol", n, 2 * k, seed=one).values for n, one in sets])
    columns = [one.ppf(points[:, [place, place + k]]) for place, one in enumerate(known.values())]
    a, b = np.stack(columns, axis=-1).swapaxes(0, 1)
    mixed = [np.where(np.arange(k) == place, b, a) for place in range(k)]
    return np.concatenate([a, b, *mixed])


def blocks_of(count: int) -> Ints:
    """Which of the independent sets each row of a sample belongs to."""
    return np.arange(count) * min(_BLOCKS, count) // count


Shares = tuple[Floats, Floats]
"""Of each number, and their standard errors."""


def variance_shares(outcomes: Floats, blocks: Ints) -> tuple[Shares, Shares, float]:
    """First-order and total indices, and the variance.

    Parameters
    ----------
    outcomes : float64[samples, rows], in the order of `samples_of`
    blocks : int64[rows], see `blocks_of`

    Returns
    -------
    first order, total, variance; shares are not numbers where nothing varies
    """
    centred = outcomes - outcomes[:2].mean()
    f_a, f_b, mixed = centred[0], centred[1], centred[2:]
    squares = (f_a**2 + f_b**2) / 2
    variance = float(squares.mean())
    if not varies(outcomes[:2].ravel()):
        none = np.full(len(mixed), math.nan)
        return (none, none), (none, none), 0.0
    first = _estimated(f_b * (mixed - f_a) / variance, squares / variance, blocks)
    total = _estimated((f_a - mixed) ** 2 / (2 * variance), squares / variance, blocks)
    return first, total, variance


def _estimated(terms: Floats, squares: Floats, blocks: Ints) -> Shares:
    """Ratios of means and their standard errors over blocks, by the delta method."""
    means = terms.mean(axis=1)
    off = terms - means[:, None] * squares
    sums = np.stack([off[:, blocks == one].sum(axis=1) for one in np.unique(blocks)])
    if len(sums) < 2:
        return means, np.full_like(means, math.nan)
    stretch = math.sqrt(len(sums) / (len(sums) - 1)) / len(blocks)
    return means, np.asarray(stretch * np.sqrt((sums**2).sum(axis=0)))
