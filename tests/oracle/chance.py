"""Chance: what people and weeks draw, and how numbers between 0 and 1 become waits and counts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.special import pdtr

from jobsim.draws import GROUP_DRAW, GammaQuantile, Stream
from jobsim.draws.philox import uniform_number
from jobsim.scenario.fields import Band

__all__ = ["Luck", "group_draw", "in_band", "level_of", "poisson_count", "standard_gamma"]


class Luck:
    """One person's draws in one replication: the uses of each stream are numbered from 0."""

    def __init__(self, seed: int, replication: int, group_key: int, origin: int, k: int) -> None:
        self._seed = seed
        self._who = {"replication": replication, "group_key": group_key, "origin": origin, "k": k}
        self._uses: Counter[int] = Counter()

    def uniform(self, stream: int) -> float:
        """Draw the next u of a stream."""
        n = self._uses[stream]
        self._uses[stream] += 1
        return uniform_number(self._seed, stream=stream, n=n, **self._who)

    def exponential(self, stream: int) -> float:
        """Draw the next E of a stream."""
        return -math.log(self.uniform(stream))


def group_draw(seed: int, replication: int, stream: Stream, group_key: int, week: int) -> float:
    """Draw the u of a group and week."""
    return uniform_number(
        seed,
        stream=stream,
        n=0,
        k=GROUP_DRAW,
        origin=week + 2,
        group_key=group_key,
        replication=replication,
    )


def poisson_count(rate: float, u: float) -> int:
    """Smallest count whose Poisson distribution function is at least u."""
    count = 0
    while pdtr(count, rate) < u:
        count += 1
    return count


def standard_gamma(shape: float, u: float) -> float:
    """Quantile of Gamma(shape, scale 1), from the shared table."""
    return float(_gamma_table(shape)(np.array([u]))[0])


@cache
def _gamma_table(shape: float) -> GammaQuantile:
    return GammaQuantile(shape)


def _place(shares: Sequence[float], u: float) -> tuple[int, float]:
    """Place with the smallest cumulative share of at least u, and the shares below it.

    Places without a share are skipped; the last with a share takes the rest.
    """
    kept = [place for place, share in enumerate(shares) if share > 0]
    below = 0.0
    for place in kept[:-1]:
        if below + shares[place] >= u:
            return place, below
        below += shares[place]
    return kept[-1], below


def level_of(shares: Sequence[float], u: float) -> int:
    """Level 0, 1, … drawn with these shares."""
    return _place(shares, u)[0]


def in_band(bands: Sequence[Band], u: float) -> int:
    """Whole week drawn from bands [from, to), spread evenly within each."""
    place, below = _place([band.share for band in bands], u)
    band = bands[place]
    width = band.to - band.from_
    return min(band.from_ + math.floor((u - below) / band.share * width), band.to - 1)
