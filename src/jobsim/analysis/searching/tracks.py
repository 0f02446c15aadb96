"""The regular service and programmes as tracks of meetings; may import quantities and engines.

How many recipients a caseworker of a track can meet in time has a closed form, `load_bound`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.measures import Paired, Played
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.playing.options import numbers_of
from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.engines.lowering import tables_of
from jobsim.errors import InputError, nearest
from jobsim.scenario import Programme, RegularService, Scenario

if TYPE_CHECKING:
    import xarray as xr


REGULAR = "regular"
_FINENESS = 10.0


def load_bound(
    interval_weeks: float,
    *,
    meetings_per_fte_week: float,
    no_show_probability: float = 0.0,
    on_time: float = 1.0,
) -> float:
    """Recipients per full-time caseworker at which meetings begin to come late.

    Parameters
    ----------
    interval_weeks : float, >= 1
        Weeks from a meeting held until the next is due.
    meetings_per_fte_week : float, > 0
        Meetings that one full-time caseworker can call in a week.
    no_show_probability : float, 0 to 1
        Probability that a person who is called does not come.
    on_time : float, 0 to 1
        Share of meetings that must be held in the week they are due.

    Returns
    -------
    float, recipients per full-time caseworker

    Raises
    ------
    InputError
        If a number is out of bounds.

    Notes
    -----
    With interval I, no-show probability p and share on time q::

        load_bound = meetings_per_fte_week * (I * (1 - p) + p + (1 - q))

    A meeting held takes 1 / (1 - p) calls, since a call to which nobody comes is spent and repeated
    a week later. From one meeting held to the next pass I weeks, one week for each of the
    p / (1 - p) calls in vain, and the weeks waited for each call. A recipient is thus called once
    in I (1 - p) + p + w weeks, w being the mean wait for a call. Nobody needs to wait below
    I (1 - p) + p recipients per weekly meeting; beyond that the queue grows until the mean wait
    makes up for it, first with waits of one week, w = 1 - q. What this leaves out lets meetings
    come late earlier: arrivals and first meetings at once, interval lists that start shorter, and
    chance from week to week.

    Examples
    --------
    >>> round(load_bound(2, meetings_per_fte_week=12.8, no_show_probability=0.15), 2)
    23.68
    """
    numbers_of("interval_weeks", interval_weeks, low=1)
    numbers_of("meetings_per_fte_week", meetings_per_fte_week)
    numbers_of("no_show_probability", no_show_probability, high=1)
    numbers_of("on_time", on_time, high=1)
    p = no_show_probability
    return meetings_per_fte_week * (interval_weeks * (1 - p) + p + (1 - on_time))


def fte_needed(
    recipients: float,
    interval_weeks: float,
    *,
    meetings_per_fte_week: float,
    no_show_probability: float = 0.0,
    on_time: float = 1.0,
) -> float:
    """Full-time caseworkers that a number of recipients needs to be met in time.

    Parameters
    ----------
    recipients : float, >= 0
    interval_weeks, meetings_per_fte_week, no_show_probability, on_time
        As of `load_bound`.

    Returns
    -------
    float, full-time caseworkers : recipients / `load_bound`; infinite where no meeting is called

    Raises
    ------
    InputError
        If a number is out of bounds.

    Examples
    --------
    >>> round(fte_needed(650, 2, meetings_per_fte_week=12.8, no_show_probability=0.15), 1)
    27.4
    """
    numbers_of("recipients", recipients)
    bound = load_bound(
        interval_weeks,
        meetings_per_fte_week=meetings_per_fte_week,
        no_show_probability=no_show_probability,
        on_time=on_time,
    )
    if recipients == 0:
        return 0.0
    return recipients / bound if bound else math.inf


@dataclass(frozen=True)
class OfTrack(Quantity):
    """Share of meetings on time, or recipients per caseworker, in one track of the scenario.

    Parameters
    ----------
    track : str
        "regular" or the code of a programme.
    """

    track: str = REGULAR

    def of(self, paired: Paired) -> Floats:
        """Value over the whole run in each replication (float64[replications])."""
        parts = self._on_time if self.measure == "meetings_on_time" else self._caseload
        above, below = (np.asarray(part, dtype=np.float64) for part in parts(paired.played))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(above / below)

    def _on_time(self, played: Played) -> tuple[xr.DataArray, xr.DataArray]:
        meetings = played.volumes[["meetings_on_time", "meetings"]].sel(track=self.track)
        total = meetings.sum("month")
        return total.meetings_on_time, total.meetings.sum("group")

    def _caseload(self, played: Played) -> tuple[xr.DataArray, float]:
        services = tables_of(played.scenario).services
        fte_weeks = float(services.fte[services.codes.index(self.track)].sum())
        inside = played.volumes.participant_weeks.sum("month")
        if self.track != REGULAR:
            return inside.sel(programme=self.track), fte_weeks
        everybody = played.volumes.benefit_weeks.sum(("month", "group", "band", "level"))
        return everybody - inside.sum("programme"), fte_weeks


@dataclass(frozen=True)
class Track:
    """One track of a scenario.

    Parameters
    ----------
    scenario : Scenario
    code : str
    """

    scenario: Scenario
    code: str

    @property
    def path(self) -> str:
        """Where its numbers stand."""
        return "regular_service" if self.code == REGULAR else f"programmes.{self.code}"

    @property
    def offer(self) -> RegularService | Programme:
        """The numbers themselves."""
        regular = self.code == REGULAR
        return self.scenario.regular_service if regular else self.scenario.programmes[self.code]

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups that are in it, or can be."""
        offer = self.offer
        return offer.groups if isinstance(offer, Programme) else tuple(self.scenario.groups)

    @property
    def recipients(self) -> int:
        """Recipients of these groups at the start."""
        return sum(self.scenario.groups[code].stock for code in self.groups)

    @property
    def fte(self) -> float:
        """Full-time caseworkers in the week that has most."""
        services = tables_of(self.scenario).services
        return float(services.fte[services.codes.index(self.code)].max())

    @property
    def caseloads_per_unit(self) -> float:
        """How many caseloads lie between n and n + 1: one for each place, or ten."""
        return _FINENESS if self.code == REGULAR else self.fte

    @property
    def meetings_per_fte_week(self) -> float:
        """Meetings that one full-time caseworker can call in a week, at the start."""
        schedule: Schedule = self.offer.meetings_per_fte_week
        return schedule.on(self.scenario.horizon.start)

    def mean(self, what: str) -> float:
        """Interval ("interval_weeks") or no-show probability, weighted by recipients."""
        return sum(w * (i if what == "interval_weeks" else p) for w, i, p in self._by_group())

    def load_bound(self, on_time: float) -> float:
        """Closed form for all groups together; the last entry of interval lists is meant.

        A recipient of group g is called 1 / bound_g of what a caseworker can call in a week.
        """
        calls = sum(
            weight
            / load_bound(
                interval,
                meetings_per_fte_week=self.meetings_per_fte_week,
                no_show_probability=no_show,
                on_time=on_time,
            )
            for weight, interval, no_show in self._by_group()
        )
        return 1.0 / calls

    def _by_group(self) -> list[tuple[float, int, float]]:
        """Share of the recipients, interval and no-show probability of each group."""
        intervals, groups = self.offer.interval_weeks, self.scenario.groups
        total = self.recipients
        return [
            (
                groups[code].stock / total if total else 1.0 / len(self.groups),
                intervals.get(code, intervals.get("all", (1,)))[-1],
                groups[code].no_show_probability,
            )
            for code in self.groups
        ]

    def changes(self, caseload: float) -> dict[str, object]:
        """What gives each caseworker so many recipients.

        A programme keeps its budget and admits more or fewer; the regular service takes whoever is
        there and gets more or fewer caseworkers.
        """
        if self.code == REGULAR:
            return {"regular_service.fte": self.recipients / caseload}
        return {f"{self.path}.caseload_limit": caseload}


def track_of(scenario: Scenario, code: str | None) -> Track:
    """A track by its code; without one, the first programme or else the regular service.

    Raises
    ------
    InputError
        If there is no such programme, or nobody works or comes there.
    """
    known = (*scenario.programmes, REGULAR)
    if code is None:
        code = known[0]
    if code not in known:
        raise InputError(f'programme: there is no programme "{code}"{nearest(str(code), known)}')
    found = Track(scenario, code)
    if found.fte == 0 or found.recipients == 0:
        raise InputError(f"{found.path}: has no caseworkers or no recipients at present")
    return found
