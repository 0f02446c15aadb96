"""Largest caseloads of one interval, capacity and no-show rate; may import tracks and rounds.

They are the largest numbers on a grid at which a mean is still high enough. What is looked at may
be a staircase and need not fall all the way: the last fall below the target on a coarse grid is
found first, then its place by halving. All points share their luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.cells import Rounds
from jobsim.analysis.searching.tracks import OfTrack, Track
from jobsim.analysis.setting.case import Case
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.text.tables import number

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


MOST = 10_000.0
"""Largest caseload that a scenario allows."""
_REACH = 2.0
"""The search goes to this many times the closed form, unless told otherwise."""


@dataclass(frozen=True)
class CaseloadCase:
    """Largest caseloads for one interval, number of meetings per caseworker and no-show rate.

    Parameters
    ----------
    interval_weeks, no_show_probability : float
        Means over the groups by recipients at the start (last entry of interval lists).
    meetings_per_fte_week : float
        Meetings that one full-time caseworker can call in a week.
    load_bound : float
        Closed form: recipients per caseworker at which meetings begin to come late.
    load_bound_on_time : float
        Closed form for the share on time that was asked for; see `load_bound`.
    on_time : Limit
        Largest simulated caseload at which that share of meetings is on time.
    gain : Limit
        Largest simulated caseload at which the municipality's net saving is not below 0.
    caseload : Spread
        Recipients per caseworker over the run at the caseload of `on_time`: what comes of a limit
        on admissions, or of caseworkers counted by the recipients at the start.
    """

    interval_weeks: float
    meetings_per_fte_week: float
    no_show_probability: float
    load_bound: float
    load_bound_on_time: float
    on_time: Limit
    gain: Limit
    caseload: Spread

    def fte_needed(self, recipients: float) -> float:
        """Full-time caseworkers for so many recipients at the simulated limit on time.

        Not a number where the limit was not found; `fte_needed` in `load` is the closed form.
        """
        return recipients / self.on_time.value


def measured_at_caseloads(code: str) -> tuple[Quantity, ...]:
    """What is measured at every caseload: share on time, net saving, caseload that came of it."""
    return (
        OfTrack("meetings_on_time", side="scenario", track=code),
        quantity("net_saving:municipality"),
        OfTrack("caseload", side="scenario", track=code),
    )


def world_of(
    case: Case,
    track: Track,
    interval_weeks: float | None,
    meetings: float | None,
    no_show: float | None,
) -> Case:
    """The case of one caseload; what is not given stays.

    Meetings per caseworker and no-shows are facts about the world, which the baseline shares; the
    interval is policy, which it does not.
    """
    facts: dict[str, object] = {}
    if meetings is not None:
        facts[f"{track.path}.meetings_per_fte_week"] = meetings
    if no_show is not None:
        facts |= {f"groups.{code}.no_show_probability": no_show for code in track.groups}
    policy = (
        {} if interval_weeks is None else {f"{track.path}.interval_weeks": [int(interval_weeks)]}
    )
    return case.with_(facts, both=True).with_(policy, both=False)


def caseload_case(
    rounds: Rounds, world: Case, code: str, target: float, ends: tuple[float, float] | None
) -> CaseloadCase:
    """Search the largest caseloads of one case, between two ends or around the closed form."""
    track = Track(world.scenario, code)

    def play(caseloads: list[float]) -> Floats:
        cells = rounds.play(world, [track.changes(caseload) for caseload in caseloads])
        return np.asarray(cells.values.transpose(1, 0, 2))

    low, high = _points(track, target, ends)
    scan = Scan(play, track.caseloads_per_unit, low, high)
    late, gain = scan.limit(0, target), scan.limit(1, 0.0)
    found = late.verdict == FOUND
    return CaseloadCase(
        track.mean("interval_weeks"),
        track.meetings_per_fte_week,
        track.mean("no_show_probability"),
        track.load_bound(1.0),
        track.load_bound(target),
        late,
        gain,
        spread(scan.at(round(late.value * scan.per_unit), 2)) if found else Spread(math.nan),
    )


def _points(track: Track, target: float, ends: tuple[float, float] | None) -> tuple[int, int]:
    """First and last caseload of the search, as numbers of places (or tenths)."""
    bound, per_unit = track.load_bound(target), track.caseloads_per_unit
    low, high = ends or (bound / 10.0, min(MOST, _REACH * bound))
    first, last = max(1, math.ceil(low * per_unit - 1e-9)), math.floor(high * per_unit + 1e-9)
    if first >= last:
        raise InputError(
            f"caseloads: between {low:g} and {high:g} there are no two different numbers of "
            f"places for {track.fte:g} caseworkers"
        )
    return first, last
