"""Tracks of meetings, and the largest numbers at which a mean is still high enough.

The regular service and programmes are tracks; how many recipients a caseworker of a track can meet
in time has a closed form, `load_bound`. Limits are searched on a grid: what is looked at may be a
staircase and need not fall all the way, so that the last fall below the target on a coarse grid is
found first, then its place by halving. All points share their luck. May import quantities and
engines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.measures import Paired, Played
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.options import numbers_of
from jobsim.arrays import Floats
from jobsim.engines.lowering import tables_of
from jobsim.errors import InputError, nearest, text_of
from jobsim.scenario import Programme, RegularService, Scenario
from jobsim.text.tables import number
from jobsim.vocabulary import REGULAR

if TYPE_CHECKING:
    import xarray as xr

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
    >>> import jobsim as js
    >>> round(js.load_bound(2, meetings_per_fte_week=12.8, no_show_probability=0.15), 2)
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
    >>> import jobsim as js
    >>> round(js.fte_needed(650, 2, meetings_per_fte_week=12.8, no_show_probability=0.15), 1)
    27.4
    """
    numbers_of("recipients", recipients)
    bound = load_bound(
        interval_weeks,
        meetings_per_fte_week=meetings_per_fte_week,
        no_show_probability=no_show_probability,
        on_time=on_time,
    )
    return 0.0 if recipients == 0 else recipients / bound if bound else math.inf


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
        meetings = played.volumes[["meetings_on_time", "meetings"]]
        total = meetings.sel(track=self.track).sum("month")
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
        scenario = self.scenario
        return scenario.programmes.get(self.code, scenario.regular_service)

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
    def caseload(self) -> float:
        """Recipients per full-time caseworker: a programme's limit, else those at the start."""
        offer = self.offer
        return offer.caseload_limit if isinstance(offer, Programme) else self.recipients / self.fte

    @property
    def caseloads_per_unit(self) -> float:
        """How many caseloads lie between n and n + 1: one for each place, or ten."""
        return _FINENESS if self.code == REGULAR else self.fte

    @property
    def meetings_per_fte_week(self) -> float:
        """Meetings that one full-time caseworker can call in a week, at the start."""
        return float(self.offer.meetings_per_fte_week.on(self.scenario.horizon.start))

    def mean(self, what: str) -> float:
        """Interval ("interval_weeks") or no-show probability, weighted by recipients."""
        return sum(w * (i if what == "interval_weeks" else p) for w, i, p in self._by_group())

    def load_bound(self, on_time: float) -> float:
        """Closed form for all groups together; the last entry of interval lists is meant.

        A recipient of group g is called 1 / bound_g of what a caseworker can call in a week.
        """
        bound = partial(
            load_bound, meetings_per_fte_week=self.meetings_per_fte_week, on_time=on_time
        )
        return 1.0 / sum(w / bound(i, no_show_probability=p) for w, i, p in self._by_group())

    def _by_group(self) -> list[tuple[float, int, float]]:
        """Share of the recipients, interval and no-show probability of each group."""
        intervals, groups = self.offer.interval_weeks, self.scenario.groups
        return [
            (
                groups[code].stock / self.recipients,
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
    code = known[0] if code is None else text_of("programme", code)
    if code not in known:
        raise InputError(f'programme: there is no programme "{code}"{nearest(str(code), known)}')
    found = Track(scenario, code)
    if found.fte == 0 or found.recipients == 0:
        raise InputError(f"{found.path}: has no caseworkers or no recipients at present")
    return found


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
        last, low, high = (
            self._last(quantity, target, edge) for edge in ("mean", "ci_low", "ci_high")
        )
        found, sure = math.isfinite(last), len(self.at(self.low, quantity)) > 1
        tried = [(self.number(k), spread(self.at(k, quantity))) for k in sorted(self.found)]
        (first, at_low), *_, (final, at_high) = tried
        return Limit(
            FOUND if found else BEYOND if last > 0 else NOWHERE,
            last if found else math.nan,
            min(last, low) if sure else math.nan,
            max(last, high) if sure else math.nan,
            *(first, final, at_low, at_high),
            tuple(tried),
        )

    def _last(self, quantity: int, target: float, edge: str) -> float:
        """Last number at which an edge of the spread is high enough; ∓∞ beyond the ends."""

        def enough(point: int) -> bool:
            found = spread(self.at(point, quantity))
            end = getattr(found, edge)  # none where nothing was seen
            return bool((found.mean if math.isnan(end) else end) >= target)

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

    def _ensure(self, points: list[int]) -> None:
        new = [point for point in points if point not in self.found]
        if new:
            values = self.play([self.number(point) for point in new])
            self.found.update({point: values[:, i] for i, point in enumerate(new)})
