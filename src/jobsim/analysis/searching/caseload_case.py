"""Largest caseloads of one interval, capacity and no-show rate; may import layers 0 to 3."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.rounds import Rounds
from jobsim.analysis.searching.limits import Limit, Scan
from jobsim.analysis.searching.tracks import OfTrack, Track
from jobsim.analysis.setting.setting import Setting
from jobsim.errors import InputError

Floats = npt.NDArray[np.float64]

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


def quantities_of(code: str) -> tuple[Quantity, ...]:
    """What is measured at every caseload: share on time, net saving, caseload that came of it."""
    return (
        OfTrack("meetings_on_time", side="scenario", track=code),
        quantity("net_saving:municipality"),
        OfTrack("caseload", side="scenario", track=code),
    )


def world_of(
    setting: Setting,
    track: Track,
    interval_weeks: float | None,
    meetings: float | None,
    no_show: float | None,
) -> Setting:
    """The setting of one case; what is not given stays.

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
    return setting.with_(facts, both=True).with_(policy, both=False)


def case_of(
    rounds: Rounds, world: Setting, code: str, target: float, ends: tuple[float, float] | None
) -> CaseloadCase:
    """Search the largest caseloads of one case, between two ends or around the closed form."""
    track = Track(world.scenario, code)

    def play(caseloads: list[float]) -> Floats:
        cells = rounds.play(world, [track.changes(caseload) for caseload in caseloads])
        return np.asarray(cells.values.transpose(1, 0, 2))

    low, high = _points(track, target, ends)
    scan = Scan(play, track.caseloads_per_unit, low, high)
    late, gain = scan.limit(0, target), scan.limit(1, 0.0)
    found = late.verdict == "found"
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
