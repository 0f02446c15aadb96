"""Where the mean of a quantity crosses a value as one number moves; may import moves and players.

All values share their luck, so the mean over replications is a function of the number and has a
root in the ordinary sense. The interval around it is where a 95 % interval of the mean covers the
value: by Fieller's theorem on the line between two points near the root, replication by
replication.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.spread import Spread, of_paired, spread
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.player import Plan, plan_of, player_of
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.searching.moves import Move, farther
from jobsim.analysis.setting.case import Case
from jobsim.arrays import Floats
from jobsim.errors import JobsimError

_CLOSE = 0.02
"""A mean this many standard errors from the value counts as there: chance matters more."""
_PRECISION = 1e-4
"""Precision of the root, relative to the width of its bracket."""
PLAYS = 6
"""About how often a search plays; decides which engine is worth its start."""


@dataclass(frozen=True)
class Crossing:
    """What came of one search.

    Parameters
    ----------
    move : Move
    tried : tuple of (x, Spread)
        Everything played, by x.
    at : Spread
        The number at which the mean is the value; its interval is Monte Carlo error. Not a number
        where the value is not crossed.
    error : str or None
    """

    move: Move
    tried: tuple[tuple[float, Spread], ...]
    at: Spread
    error: str | None = None

    @property
    def crossed(self) -> bool:
        """Whether the value is reached somewhere."""
        return math.isfinite(self.at.mean)

    @property
    def inside(self) -> bool:
        """Whether it is reached between low and high."""
        return self.crossed and self.move.low <= self.at.mean <= self.move.high

    @property
    def without_effect(self) -> bool:
        """Whether the quantity was the same everywhere."""
        return len({spread.mean for _, spread in self.tried}) == 1

    def mean_at(self, x: float) -> float:
        """Mean where it was played; not a number elsewhere."""
        return next((spread.mean for tried, spread in self.tried if tried == x), math.nan)


@dataclass(frozen=True)
class Search:
    """Everything that a worker needs to look for one crossing.

    Parameters
    ----------
    case : Case
    move : Move, how far the number goes
    quantity : Quantity
    value : float
    both : bool, whether the baseline follows
    plan : Plan
    stated : float64[replications], the quantity at what is stated
    """

    case: Case
    move: Move
    quantity: Quantity
    value: float
    both: bool
    plan: Plan
    stated: Floats

    def play(self, x: float) -> Floats:
        """Quantity in each replication with the number at x."""
        return play_once(
            self.case.with_(self.move.changes(x), both=self.both), self.quantity, self.plan
        )


def play_once(case: Case, quantity: Quantity, plan: Plan) -> Floats:
    """Quantity of a case in each replication (float64[replications])."""
    return quantity.of(player_of(plan).paired(case))


def crossings(
    case: Case,
    moves: Sequence[Move],
    quantity: Quantity,
    value: float,
    *,
    both: bool,
    how: RunOptions,
    label: str,
) -> tuple[list[Crossing], Floats]:
    """Search along every move, in processes where asked for.

    Returns
    -------
    list of Crossing, in order of the moves
    float64[replications], the quantity at what is stated
    """
    plan = plan_of(case.scenario, how, plays=PLAYS * len(moves))
    stated = play_once(case, quantity, plan)
    work = [Search(case, move, quantity, value, both, plan, stated) for move in moves]
    return in_order(cross, work, how, label=label), stated


def cross(search: Search) -> Crossing:
    """Look for one crossing; an error becomes part of what came of it."""
    path = _Path(search)
    try:
        found = _found(path)
        return Crossing(search.move, path.tried(), found)
    except JobsimError as error:
        return Crossing(search.move, path.tried(), Spread(math.nan), str(error))


@dataclass
class _Path:
    """The quantity along a move, each point played once."""

    search: Search
    points: dict[float, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.points[self.search.move.stated] = self.search.stated

    def at(self, x: float) -> Floats:
        """Outcome in each replication (float64[replications])."""
        x = float(round(x)) if self.search.move.whole else x
        if x not in self.points:
            self.points[x] = self.search.play(x)
        return self.points[x]

    def miss(self, x: float) -> float:
        """Mean less the value; exactly 0 where chance alone is much larger."""
        values = self.at(x)
        miss = float(np.mean(values)) - self.search.value
        return 0.0 if abs(miss) <= _CLOSE * _se(values) else miss

    def tried(self) -> tuple[tuple[float, Spread], ...]:
        """Everything played, by x."""
        return tuple((x, spread(values)) for x, values in sorted(self.points.items()))


def _se(values: Floats) -> float:
    return float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else 0.0


def _found(path: _Path) -> Spread:
    """The crossing nearest to what is stated: inside low and high if there is one, else beyond."""
    move = path.search.move
    ends = (move.low, move.high)
    bracket = _bracket(path, {*ends, min(max(move.stated, move.low), move.high)})
    if bracket is None and move.fixed != (True, True):
        search = path.search
        beyond = farther(search.case, move, both=search.both)
        bracket = _bracket(path, {*ends, *beyond, move.stated})
    return Spread(math.nan) if bracket is None else _refined(path, *bracket)


def _bracket(path: _Path, stops: Iterable[float]) -> tuple[float, float] | None:
    """Two neighbours between which the mean crosses the value, nearest to what is stated."""
    stated = path.search.move.stated
    pairs = [
        (a, b)
        for a, b in pairwise(sorted(stops))
        if path.miss(a) * path.miss(b) <= 0 and path.miss(a) != path.miss(b)
    ]
    return min(pairs, key=lambda pair: abs(sum(pair) / 2 - stated), default=None)


def _refined(path: _Path, a: float, b: float) -> Spread:
    """Root of the line between two points that lie close around the root of the mean."""
    root = float(brentq(path.miss, a, b, xtol=_PRECISION * (b - a)))
    left, right = _around(path, root, a, b)
    if left == right:
        return Spread(root)
    below, above = path.at(left), path.at(right)
    share, width = of_paired(path.search.value - below, above - below), right - left
    return Spread(
        left + share.mean * width,
        share.se * width,
        left + share.ci_low * width,
        left + share.ci_high * width,
    )


def _around(path: _Path, root: float, a: float, b: float) -> tuple[float, float]:
    """Points two standard errors of the mean before and after a root, within its bracket."""
    slope = abs(path.miss(b) - path.miss(a)) / (b - a)
    reach = max(2.0 * _se(path.at(root)) / slope, 0.01 * (b - a))
    reach = max(reach, 1.0) if path.search.move.whole else reach
    left, right = max(a, root - reach), min(b, root + reach)
    if path.search.move.whole:
        return float(math.floor(left)), float(math.ceil(right))
    return left, right
