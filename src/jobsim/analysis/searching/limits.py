"""The largest number at which a mean is still high enough, on a grid; may import spread.

What is looked at may be a staircase and need not fall all the way: the last fall below the target
on a coarse grid is found first, then its place by halving. All points share their luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.text.tables import number

Floats = npt.NDArray[np.float64]

FOUND, BEYOND, NOWHERE = "found", "not crossed", "nowhere"
_COARSE = 13


@dataclass(frozen=True)
class Limit:
    """The largest number at which a mean is at least a target.

    Parameters
    ----------
    verdict : str
        "found"; "not crossed" if the mean is high enough at the upper end; "nowhere" if it is
        not high enough at any point of the coarse grid.
    value : float
        The number; not a number unless it was found.
    ci_low, ci_high : float
        95 % interval: the largest numbers at which the lower and the upper end of the mean's
        Monte Carlo interval are high enough; ∓∞ beyond what was searched.
    low, high : float, ends of the search
    at_low, at_high : Spread, of what is looked at, at these ends
    tried : tuple of (number, Spread)
        Everything played, by number.
    """

    verdict: str
    value: float
    ci_low: float
    ci_high: float
    low: float
    high: float
    at_low: Spread
    at_high: Spread
    tried: tuple[tuple[float, Spread], ...] = ()

    def columns(self, name: str) -> dict[str, float | str]:
        """Columns of a table, beginning with a name."""
        return {
            name: self.value,
            f"{name}_ci_low": self.ci_low,
            f"{name}_ci_high": self.ci_high,
            f"{name}_verdict": self.verdict,
            f"{name}_at_low": self.at_low.mean,
            f"{name}_at_high": self.at_high.mean,
        }

    def at_ends(self, what: str, shown: Callable[[float], str]) -> str:
        """Words that give what is looked at, at both ends of the search."""
        return (
            f"{self.verdict}: {what} {shown(self.at_low.mean)} at a caseload of "
            f"{number(self.low)}, {shown(self.at_high.mean)} at {number(self.high)}"
        )


@dataclass
class Scan:
    """Several quantities on a grid of numbers, each played once.

    Parameters
    ----------
    play : function of a list of numbers
        Gives float64[quantities, numbers, replications].
    per_unit : float, points of the finest grid in each unit: point k is the number k / per_unit
    low, high : int, first and last point of the search
    """

    play: Callable[[list[float]], Floats]
    per_unit: float
    low: int
    high: int
    found: dict[int, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spaced = np.linspace(self.low, self.high, _COARSE)
        self.coarse: list[int] = np.unique(np.rint(spaced).astype(np.int64)).tolist()
        self._ensure(self.coarse)

    def at(self, point: int, quantity: int) -> Floats:
        """Quantity at a point in each replication (float64[replications])."""
        self._ensure([point])
        return np.asarray(self.found[point][quantity])

    def number(self, point: int) -> float:
        """The number at a point."""
        return point / self.per_unit

    def limit(self, quantity: int, target: float) -> Limit:
        """Largest number at which a quantity's mean is at least the target."""
        ends = [self._last(quantity, target, edge) for edge in ("mean", "ci_low", "ci_high")]
        found = math.isfinite(ends[0])
        sure = len(self.at(self.low, quantity)) > 1
        return Limit(
            FOUND if found else BEYOND if ends[0] > 0 else NOWHERE,
            ends[0] if found else math.nan,
            min(ends[0], ends[1]) if sure else math.nan,
            max(ends[0], ends[2]) if sure else math.nan,
            self.number(self.low),
            self.number(self.high),
            spread(self.at(self.low, quantity)),
            spread(self.at(self.high, quantity)),
            self._tried(quantity),
        )

    def _tried(self, quantity: int) -> tuple[tuple[float, Spread], ...]:
        """Everything played so far, by number."""
        points = sorted(self.found)
        return tuple((self.number(point), spread(self.at(point, quantity))) for point in points)

    def _last(self, quantity: int, target: float, edge: str) -> float:
        """Last number at which an edge of the spread is high enough; ∓∞ beyond the ends."""

        def enough(point: int) -> bool:
            return bool(getattr(spread(self.at(point, quantity)), edge) >= target)

        fits = [i for i, point in enumerate(self.coarse) if enough(point)]
        if not fits:
            return -math.inf
        if fits[-1] == len(self.coarse) - 1:
            return math.inf
        good, bad = self.coarse[fits[-1]], self.coarse[fits[-1] + 1]
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if enough(middle) else (good, middle)
        return self.number(good)

    def _ensure(self, points: Sequence[int]) -> None:
        new = [point for point in points if point not in self.found]
        if new:
            values = self.play([self.number(point) for point in new])
            self.found.update({point: values[:, i] for i, point in enumerate(new)})
