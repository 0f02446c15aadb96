"""How far an assumption moves, and where the mean of a quantity then crosses a value.

Everything else stays where the file states it: numbers that were derived from the one that moves
do not follow it. Shares that add up to 1 do: the others give way in proportion.

All values share their luck, so the mean over replications is a function of the number and has a
root in the ordinary sense. The interval around it is where a 95 % interval of the mean covers the
value: by Fieller's theorem on the line between two points near the root, replication by
replication. May import settings, what is uncertain, and players.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from jobsim.analysis.outcomes.accumulators import of_paired
from jobsim.analysis.outcomes.off_benefit import OffBenefit, off_benefit_of
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.result import about
from jobsim.analysis.outcomes.rounding import ROUNDING, varies
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.player import Plan, plan_of, player_of
from jobsim.analysis.playing.rules import cannot_vary, certain, played_alike, unvaried
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.setting.case import Case, Moving, is_world
from jobsim.analysis.uncertainty.parameter_draws import holds_whole_number
from jobsim.analysis.uncertainty.uncertain_numbers import Uncertain, uncertain
from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.errors import InputError, JobsimError, text_of
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Shown, brief

_WIDTHS = 3.0
"""How many times its width a plausible range is extended on each side."""
_TIMES = 4.0
"""Where the register states no range: from 0 to this many times the stated value."""
_SCALE = ".scale"


@dataclass(frozen=True)
class Move:
    """One assumption and how far it can go.

    Parameters
    ----------
    path : str
    stated : float
        What the file states; 1 for a path that ends in ``.scale``.
    low, high : float
        Plausible range, or what was asked for.
    judged : bool
        Whether low and high are the register's.
    fixed : (bool, bool)
        Whether the search may not go below low, above high.
    whole : bool
        Whether the scenario takes whole numbers only.
    others : tuple of (str, float)
        Shares that give way, by name, so that all add up to 1.
    """

    path: str
    stated: float
    low: float
    high: float
    judged: bool
    fixed: tuple[bool, bool] = (False, False)
    whole: bool = False
    others: tuple[tuple[str, float], ...] = ()

    def changes(self, x: float) -> dict[str, object]:
        """Changes of a case that put the assumption at x."""
        if not self.others:
            return {self.path: round(x) if self.whole else x}
        place, _, name = self.path.rpartition(".")
        left, total = 1.0 - x, sum(value for _, value in self.others)
        even = left / len(self.others)
        rest = {to: left * value / total if total > 0 else even for to, value in self.others}
        return {place: {name: x, **rest}}


@dataclass(frozen=True)
class AllTogether(Move):
    """Several assumptions, each going the same share of its way from what is stated to an end.

    Parameters
    ----------
    along : tuple of (Move, float), the assumptions and their ends
    """

    along: tuple[tuple[Move, float], ...] = ()

    def changes(self, x: float) -> dict[str, object]:
        """Changes of a case when everything has gone the share x of its way."""
        found: dict[str, object] = {}
        for move, end in self.along:
            found |= move.changes(move.stated + x * (end - move.stated))
        return found


def moves(case: Case) -> tuple[Move, ...]:
    """Every uncertain fact of the world and price of a case, over its plausible range.

    Policy is left out: what the municipality decides need not be true, and a budget of nothing
    always breaks even.
    """
    return tuple(
        _move(case, one.path, one.value, one)
        for one in uncertain(case)
        if not case.moves_scenario(one.path) or is_world(one.path)
    )


def move_of(case: Case, path: str, low: float | None = None, high: float | None = None) -> Move:
    """One number of a case, over its plausible range or the one given.

    Parameters
    ----------
    case : Case
    path : str
        Of the scenario or, after "prices.", of the price list; ``.scale`` after it for schedules.
    low, high : float, optional
        Ends to search between; without them those of the register, which may be left.

    Raises
    ------
    InputError
        If there is nothing at the path, no number, or the ends are not in order.
    """
    text_of("path", path)
    known = {one.path: one for one in uncertain(case)}
    stem = path.removesuffix(_SCALE)
    value = _number_at(case, path)
    range_of = known.get(path)
    if path != stem and stem in known and known[stem].value > 0:
        one = known[stem]
        range_of = Uncertain(path, 1.0, one.low / one.value, one.high / one.value, one.kind, None)
    return _bounded(_move(case, path, value, range_of), low, high)


def changes_to(case: Case, path: str, x: float) -> dict[str, object]:
    """Changes that put one number at x; shares that add up to 1 with it give way in proportion."""
    return Move(path, x, x, x, judged=False, others=_others(case, path)).changes(x)


def _number_at(case: Case, path: str) -> float:
    value = case.value_at(path)
    if path.endswith(_SCALE):
        case.with_({path: 1.0})  # refused where there is nothing to scale
        return 1.0
    if isinstance(value, Schedule):
        if len(set(value.values)) > 1:
            raise InputError(f"{path}: is a schedule of several values; use {path}{_SCALE}")
        return value.values[0]
    if not is_number(value):
        raise InputError(f"{path}: is not a number")
    return float(value)


def _move(case: Case, path: str, value: float, found: Uncertain | None) -> Move:
    low, high = sorted((found.low, found.high) if found else (0.0, _TIMES * (value or 1.0)))
    whole, others = holds_whole_number(case, path), _others(case, path)
    free = found is None
    return Move(path, value, low, high, not free, (free, free), whole, others)


def _bounded(move: Move, low: float | None, high: float | None) -> Move:
    ends = (move.low if low is None else low, move.high if high is None else high)
    for name, end in zip(("low", "high"), ends, strict=True):
        if not is_number(end) or not math.isfinite(end):
            raise InputError(f"{name}: must be a finite number, got {end!r}")
    if ends[0] >= ends[1]:
        raise InputError(f"{move.path}: low ({ends[0]:g}) must be below high ({ends[1]:g})")
    if low is None and high is None:
        return move
    fixed = (low is not None or move.fixed[0], high is not None or move.fixed[1])
    return replace(move, low=ends[0], high=ends[1], judged=False, fixed=fixed)


def _others(case: Case, path: str) -> tuple[tuple[str, float], ...]:
    """Shares beside this one, where they stand in one table and add up to 1."""
    place, _, name = path.rpartition(".")
    if not place or path.endswith(_SCALE) or place == "prices":
        return ()
    table = case.value_at(place)
    if not isinstance(table, Mapping) or len(table) < 2 or not all(map(is_number, table.values())):
        return ()
    if not math.isclose(sum(table.values()), 1.0, abs_tol=1e-6):
        return ()
    return tuple((other, float(value)) for other, value in table.items() if other != name)


def farther(case: Case, move: Move, moving: Moving) -> tuple[float, float]:
    """Ends of the search beyond the plausible range, as far as the scenario accepts them.

    Three widths of the range on each side, not across zero; where that is refused, a tenth of the
    low end, or 1 on the high side; where that is refused, too, the plausible end itself.
    """
    reach = _WIDTHS * (move.high - move.low)
    least = move.low - reach if move.low < 0 else max(0.0, move.low - reach)
    below = (least, move.low / 10.0) if not move.fixed[0] else ()
    above = (move.high + reach, 1.0) if not move.fixed[1] else ()
    low = _first_accepted(case, move, moving, [*(x for x in below if x < move.low), move.low])
    high = _first_accepted(case, move, moving, [*(x for x in above if x > move.high), move.high])
    return low, high


def _first_accepted(case: Case, move: Move, moving: Moving, candidates: Sequence[float]) -> float:
    """First value that the scenario accepts; the last one needs no asking."""
    for x in candidates[:-1]:
        with suppress(InputError):
            case.with_(move.changes(x), move=moving)
            return x
    return candidates[-1]


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
    weeks : tuple of (x, OffBenefit)
        Weeks off benefit by where they go, wherever it was played.
    no_price : tuple of (x, str)
        What stands in place of a cost for each of what is lost, wherever it is.
    """

    move: Move
    tried: tuple[tuple[float, Spread], ...]
    at: Spread
    error: str | None = None
    weeks: tuple[tuple[float, OffBenefit], ...] = ()
    no_price: tuple[tuple[float, str], ...] = ()

    @property
    def crossed(self) -> bool:
        """Whether the value is reached somewhere."""
        return math.isfinite(self.at.mean)

    @property
    def inside(self) -> bool:
        """Whether it is reached between low and high."""
        low, high = self.move.low, self.move.high
        rounding = ROUNDING * max(abs(low), abs(high))
        return self.crossed and low - rounding <= self.at.mean <= high + rounding

    @property
    def verdict(self) -> str:
        """Whether it is reached: "inside" or "outside only", "not within", "never" or "failed"."""
        if self.error is not None:
            return "failed"
        if self.crossed:
            return "inside" if self.inside else "outside only"
        return "not within" if self.move.fixed == (True, True) else "never"

    def columns(self, quantity: Quantity, value: float) -> dict[str, object]:
        """Line of a table: the number, the value looked for, and where it is reached."""
        move = self.move
        return {
            **{name: getattr(move, name) for name in ("path", "stated", "low", "high")},
            **about(quantity),
            "target": value,
            "at_low": self.mean_at(move.low),
            "at_high": self.mean_at(move.high),
            "searched_from": self.tried[0][0],
            "searched_to": self.tried[-1][0],
            "needed": self.at.mean,
            "needed_ci_low": self.at.ci_low,
            "needed_ci_high": self.at.ci_high,
            "unit": quantity.unit,
            "verdict": self.verdict,
        }

    @property
    def without_effect(self) -> bool:
        """Whether the quantity was the same everywhere."""
        means = np.array([spread.mean for _, spread in self.tried])
        return not np.isnan(means).any() and not varies(means)

    def weeks_told(self, x: float, where: str) -> tuple[str, ...]:
        """Where the weeks off benefit go at the number played nearest to x, if that is told."""
        near = min(self.weeks, key=lambda pair: abs(pair[0] - x), default=None)
        return () if near is None else near[1].at(where)

    def mean_at(self, x: float) -> float:
        """Mean where it was played; not a number elsewhere."""
        return next((spread.mean for tried, spread in self.tried if tried == x), math.nan)

    def no_price_at(self, x: float) -> str:
        """What stands in place of that mean; empty where it has a number."""
        return dict(self.no_price).get(x, "")

    def shown_at(self, x: float, shown: Shown = brief) -> str:
        """That mean as a text, or the word in its place."""
        return self.no_price_at(x) or shown(self.mean_at(x))


@dataclass
class Search:
    """Everything that a worker needs to look for one crossing; each point is played once.

    Parameters
    ----------
    case : Case
    move : Move, how far the number goes
    quantity : Quantity
    value : float
    moving : whether the baseline follows; see `Case.with_`
    plan : Plan
    stated : of each part of the quantity, float64[replications] at what is stated
    weeks : weeks off benefit by where they go, of all points played
    """

    case: Case
    move: Move
    quantity: Quantity
    value: float
    moving: Moving
    plan: Plan
    stated: tuple[Floats, ...]
    weeks: dict[float, OffBenefit] = field(default_factory=dict)
    points: dict[float, tuple[Floats, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.points = {self.move.stated: self.stated}

    def at(self, x: float) -> Floats:
        """Quantity less the value in each replication with the number at x; see `Quantity.miss`."""
        return self.quantity.miss(self._parts(x), self.value)

    def _parts(self, x: float) -> tuple[Floats, ...]:
        x = float(round(x)) if self.move.whole else x
        if x not in self.points:
            case = self.case.with_(self.move.changes(x), move=self.moving)
            paired = player_of(self.plan).paired(case)
            self.points[x], self.weeks[x] = self.quantity.parts_of(paired), off_benefit_of(paired)
        return self.points[x]

    def spread(self, x: float) -> Spread:
        """Estimate at a number that was played."""
        found = self.quantity.spread(self.points[x])
        if not unvaried(found):
            return found
        return estimate_of(
            found, self.quantity, self.case.with_(self.move.changes(x), move=self.moving)
        )

    def no_price(self, x: float) -> str:
        """What stands in place of the mean at a number that was played; see `Quantity.no_price`."""
        mean, above = self.spread(x).mean, float(np.mean(self.points[x][0]))
        return self.quantity.no_price(mean, above)

    def miss(self, x: float) -> float:
        """Mean less the value; exactly 0 where chance alone, or rounding, is much larger."""
        values = self.at(x)
        miss, rounding = float(np.mean(values)), ROUNDING * float(np.abs(self._parts(x)[0]).max())
        return 0.0 if abs(miss) <= max(_CLOSE * _se(values), rounding) else miss


def estimate_of(found: Spread, quantity: Quantity, case: Case) -> Spread:
    """An estimate of a case, without error where it is the same in all futures by the rules."""
    both = case.scenario, case.baseline
    alike = quantity.side == "difference" and played_alike(*both)
    return certain(found, alike or cannot_vary(quantity.measure, *both))


def crossings(
    case: Case,
    moves: Sequence[Move],
    quantity: Quantity,
    value: float,
    *,
    moving: Moving = "auto",
    how: RunOptions,
    label: str,
) -> tuple[list[Crossing], tuple[Floats, ...]]:
    """Search along every move, in processes where asked for.

    Returns
    -------
    list of Crossing, in order of the moves
    of each part of the quantity, float64[replications] at what is stated
    """
    case.check_moves((path for move in moves for path in move.changes(move.stated)), moving)
    plan = plan_of(case.scenario, how, plays=PLAYS * len(moves))
    paired = player_of(plan).paired(case)
    stated, weeks = quantity.parts_of(paired), off_benefit_of(paired)
    work = [
        Search(case, move, quantity, value, moving, plan, stated, {move.stated: weeks})
        for move in moves
    ]
    return in_order(cross, work, how, label=label), stated


def cross(search: Search) -> Crossing:
    """Look for one crossing; an error becomes part of what came of it."""
    at, error = Spread(math.nan), None
    try:
        at = _found(search)
    except JobsimError as raised:
        error = str(raised)
    tried = tuple((x, search.spread(x)) for x in sorted(search.points))
    lost = tuple((x, word) for x, _ in tried if (word := search.no_price(x)))
    weeks = tuple(sorted(search.weeks.items(), key=_first))
    return Crossing(search.move, tried, at, error, weeks, lost)


def _first(pair: tuple[float, OffBenefit]) -> float:
    return pair[0]


def _se(values: Floats) -> float:
    return float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else 0.0


def _found(search: Search) -> Spread:
    """The crossing nearest to what is stated: inside low and high if there is one, else beyond."""
    move = search.move
    ends = (move.low, move.high)
    bracket = _bracket(search, {*ends, min(max(move.stated, move.low), move.high)})
    if bracket is None and move.fixed != (True, True):
        beyond = farther(search.case, move, search.moving)
        bracket = _bracket(search, {*ends, *beyond, move.stated})
    return Spread(math.nan) if bracket is None else _refined(search, *bracket)


def _bracket(search: Search, stops: Iterable[float]) -> tuple[float, float] | None:
    """Two neighbours between which the mean crosses the value, nearest to what is stated."""
    stated = search.move.stated
    pairs = [
        (a, b)
        for a, b in pairwise(sorted(stops))
        if search.miss(a) * search.miss(b) <= 0 and search.miss(a) != search.miss(b)
    ]
    return min(pairs, key=lambda pair: abs(sum(pair) / 2 - stated), default=None)


def _refined(search: Search, a: float, b: float) -> Spread:
    """Where the means that were played cross, with the error of the line through two near it."""
    root = float(brentq(search.miss, a, b, xtol=_PRECISION * (b - a)))
    left, right = _around(search, root, a, b)
    if left == right:
        return Spread(root)
    below, above = search.at(left), search.at(right)
    share, width = of_paired(-below, above - below), right - left
    root = _between_neighbours(search, root)
    ends = (root + (end - share.mean) * width for end in (share.ci_low, share.ci_high))
    return Spread(root, share.se * width, *ends)


def _between_neighbours(search: Search, root: float) -> float:
    """Where the line between the two neighbours that were played around a root crosses."""
    means = [(x, float(np.mean(search.at(x)))) for x in sorted(search.points)]
    crossed = [
        float(a + (b - a) * below / (below - above))
        for (a, below), (b, above) in pairwise(means)
        if below * above <= 0 and below != above
    ]
    return min(crossed, key=lambda at: abs(at - root), default=root)


def _around(search: Search, root: float, a: float, b: float) -> tuple[float, float]:
    """Points two standard errors of the mean before and after a root, within its bracket."""
    slope = abs(search.miss(b) - search.miss(a)) / (b - a)
    reach = max(2.0 * _se(search.at(root)) / slope, 0.01 * (b - a))
    reach = max(reach, 1.0) if search.move.whole else reach
    left, right = max(a, root - reach), min(b, root + reach)
    if search.move.whole:
        return float(math.floor(left)), float(math.ceil(right))
    return left, right
