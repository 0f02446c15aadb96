"""How one assumption is moved, and how far; may import settings and what is uncertain.

Everything else stays where the file states it: numbers that were derived from the one that moves
do not follow it. Shares that add up to 1 do: the others give way in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from jobsim.analysis.setting.case import Case
from jobsim.analysis.uncertainty.parameter_draws import Uncertain, is_whole, uncertain
from jobsim.calendar import Schedule
from jobsim.errors import InputError
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import has_number

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
        even = [left / len(self.others)] * len(self.others)
        rest = [left * value / total for _, value in self.others] if total > 0 else even
        names = [other for other, _ in self.others]
        return {place: {name: x, **dict(zip(names, rest, strict=True))}}


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
    """Every uncertain number of a case, over its plausible range."""
    return tuple(_move(case, one.path, one.value, one) for one in uncertain(case))


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
    known = {one.path: one for one in uncertain(case)}
    stem = path.removesuffix(_SCALE)
    value = _number_at(case, path)
    range_of = known.get(path)
    if path != stem and stem in known and known[stem].value > 0:
        one = known[stem]
        range_of = Uncertain(path, 1.0, one.low / one.value, one.high / one.value, one.kind, None)
    return _bounded(_move(case, path, value, range_of), low, high)


def _number_at(case: Case, path: str) -> float:
    value = case.value_at(path)
    if path.endswith(_SCALE):
        if not isinstance(value, Schedule) and not has_number(value):
            raise InputError(f"{path}: only numbers can be scaled")
        return 1.0
    if isinstance(value, Schedule) and len(set(value.values)) == 1:
        return value.values[0]
    if isinstance(value, Schedule):
        raise InputError(f"{path}: is a schedule of several values; use {path}{_SCALE}")
    if not is_number(value):
        raise InputError(f"{path}: is not a number")
    return float(value)


def _move(case: Case, path: str, value: float, found: Uncertain | None) -> Move:
    low, high = sorted((found.low, found.high) if found else (0.0, _TIMES * (value or 1.0)))
    whole, others = is_whole(case, path), _others(case, path)
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


def farther(case: Case, move: Move, *, both: bool) -> tuple[float, float]:
    """Ends of the search beyond the plausible range, as far as the scenario accepts them.

    Three widths of the range on each side, not across zero; where that is refused, a tenth of the
    low end, or 1 on the high side; where that is refused, too, the plausible end itself.
    """
    reach = _WIDTHS * (move.high - move.low)
    least = move.low - reach if move.low < 0 else max(0.0, move.low - reach)
    below = (least, move.low / 10.0) if not move.fixed[0] else ()
    above = (move.high + reach, 1.0) if not move.fixed[1] else ()
    low = _first_accepted(case, move, both, [*(x for x in below if x < move.low), move.low])
    high = _first_accepted(case, move, both, [*(x for x in above if x > move.high), move.high])
    return low, high


def _first_accepted(case: Case, move: Move, both: bool, candidates: Sequence[float]) -> float:
    """First value that the scenario accepts; the last one needs no asking."""
    for x in candidates[:-1]:
        with suppress(InputError):
            case.with_(move.changes(x), both=both)
            return x
    return candidates[-1]
