"""What anybody would have forecast without a model; may import scoring rules.

Each is a sum of figures that were seen, with an interval from how far such sums were off before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from jobsim.analysis.learning.scores import crps_of_normal

Parts = Mapping[int, float]
"""Weight of the figure of each month, by the month's number, in a sum."""
Chance = Callable[[Parts], float]
"""Standard deviation, by chance and error alone, of a sum of figures."""

_YEAR = 12
_ENOUGH = 8
"""Fewest errors of the past that an interval is made from."""


@dataclass(frozen=True)
class Baseline:
    """A forecast without a model: normal about a sum of figures that were seen.

    Parameters
    ----------
    value, sd : float
        Not a number where it cannot be made.
    why : str
        What the interval is from, or why there is no forecast.
    """

    value: float
    sd: float
    why: str

    def crps(self, figure: float) -> float:
        """Its score; not a number where it cannot be made."""
        return crps_of_normal(figure, self.value, self.sd)


def no_change(seen: Mapping[int, float], month: int, chance: Chance) -> Baseline:
    """The last value seen.

    Parameters
    ----------
    seen : mapping of month to value
        Figures of one series up to the origin.
    month : int, forecast
    chance : Chance
        Used where the past has too few changes over so long.

    Examples
    --------
    >>> falling = {month: 100.0 - month for month in range(10)}
    >>> no_change(falling, 10, lambda parts: 5.0)
    Baseline(value=91.0, sd=1.0, why='9 past changes')
    >>> no_change({0: 100.0}, 1, lambda parts: 5.0)
    Baseline(value=100.0, sd=5.0, why='chance alone')
    """
    if not seen:
        return _none("nothing seen before")
    last = max(seen)
    return _of(seen, month, last, {last: 1.0}, lambda at, ahead: {at: 1.0}, chance)


def seasonal(
    seen: Mapping[int, float], month: int, chance: Chance, *, every_month: bool = True
) -> Baseline:
    """The same month last year, and the change over the year before the last value, every year.

    Arguments as of `no_change`; a series of years has no season (`every_month`).

    Examples
    --------
    >>> rising = {month: 10.0 * (month % 12) + month for month in range(13)}
    >>> seasonal(rising, 14, lambda parts: 5.0).value  # 22 in the same month, and 12 more
    34.0
    """
    if not every_month:
        return _none("a series of years")
    if not seen:
        return _none("nothing seen before")
    last = max(seen)
    parts = _season(last, month - last)
    if not parts.keys() <= seen.keys():
        return _none("fewer than 13 months seen" if last - min(seen) < _YEAR else "gaps a year ago")
    return _of(seen, month, last, parts, _season, chance)


def _season(last: int, ahead: int) -> Parts:
    """Weights of a seasonal forecast that is made so many months ahead of the last figure."""
    years = -(-ahead // _YEAR)
    parts = {last + ahead - _YEAR * years: 1.0}
    parts[last] = parts.get(last, 0.0) + years
    parts[last - _YEAR] = parts.get(last - _YEAR, 0.0) - years
    return parts


def _of(
    seen: Mapping[int, float],
    month: int,
    last: int,
    parts: Parts,
    rule: Callable[[int, int], Parts],
    chance: Chance,
) -> Baseline:
    """A sum with its interval: from errors of the longest lead that was seen often enough."""
    value = _sum(seen, parts)
    for ahead in range(month - last, 0, -1):
        wanted = ((at, rule(at, ahead)) for at in seen if at + ahead in seen)
        past = [seen[at + ahead] - _sum(seen, p) for at, p in wanted if p.keys() <= seen.keys()]
        if len(past) >= _ENOUGH:
            sd = math.sqrt(float(np.mean(np.square(past))) * (month - last) / ahead)
            return Baseline(value, sd, f"{len(past)} past changes")
    return Baseline(value, chance({month: 1.0, **{at: -x for at, x in parts.items()}}), _CHANCE)


_CHANCE = "chance alone"


def _sum(seen: Mapping[int, float], parts: Parts) -> float:
    return math.fsum(weight * seen[month] for month, weight in parts.items())


def _none(why: str) -> Baseline:
    return Baseline(math.nan, math.nan, why)
