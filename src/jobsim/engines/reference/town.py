"""What all processes of one replication share: clock, tables, book, head counts; and prospects.

May import draws, the tables, the roster and the volumes. Events are counted in the book as they
happen. Weeks are entered by the stay: a recipient who sleeps through thirty weeks at one level
enters them at once, when the stay ends.

A recipient finds a job in the week in which the sum of weekly hazards reaches a threshold drawn
when the spell began. Nothing random happens in between, so the week can be foreseen, until a
meeting, a support or a small job changes the prospects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import simpy

from jobsim.draws import NEVER
from jobsim.engines.reference import PLAYS
from jobsim.engines.roster import Roster, openings_by_week
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import Arrays, EventLog, empty
from jobsim.vocabulary import BAND_EDGES

_STAYS = (
    *("benefit_weeks", "employed_weeks", "left_weeks"),
    *("participant_weeks", "meeting_left_weeks"),
)
"""Volumes that count person-weeks; all others count events."""


class VolumeBook:
    """Volumes of one replication.

    Parameters
    ----------
    tables : Tables
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._volumes = {name: array[0] for name, array in empty(tables, 1, PLAYS).items()}
        self._joining = {
            name: np.zeros((tables.weeks + 1, *self._volumes[name].shape[1:]), dtype=np.int64)
            for name in _STAYS
        }
        """Per week: how many stays begin, less how many have ended."""

    def count(self, name: str, week: int, *place: int, by: int = 1) -> None:
        """Count an event in the month of a week."""
        self._volumes[name][(self._tables.month_of_week[week], *place)] += by

    def stay(self, name: str, first: int, end: int, *place: int) -> None:
        """Enter the weeks of a stay from `first` up to, not including, `end`."""
        self._joining[name][(first, *place)] += 1
        self._joining[name][(end, *place)] -= 1

    def benefit(self, first: int, end: int, ladder: int, group: int, level: int) -> None:
        """Enter weeks on benefit; `ladder` is the place on the refund ladder in the first one."""
        climbs = [first + int(edge) - ladder for edge in BAND_EDGES]
        bounds = [first, *(min(max(week, first), end) for week in climbs), end]
        for band, (start, stop) in enumerate(pairwise(bounds)):
            self.stay("benefit_weeks", start, stop, group, band, level)

    def close(self) -> Arrays:
        """Add the stays up by month and return all volumes."""
        for name, joining in self._joining.items():
            present = np.cumsum(joining, axis=0)[:-1]
            np.add.at(self._volumes[name], self._tables.month_of_week, present)
            if name == "benefit_weeks":
                self._volumes["recipients"][:] = present[self._tables.ends_month].sum(axis=(2, 3))
        return self._volumes


@dataclass(kw_only=True)
class Prospects:
    """Prospects of finding an ordinary job in one spell.

    Parameters
    ----------
    week : int
        First week still to come: that in which the spell begins, or in which the run finds it.
    begun : int
        Week in which the spell was 0 weeks old; before the run for those on benefit at its start.
    threshold : float
        Sum of hazards at which a job is found.
    duration : list of float
        Hazard by weeks of the spell.
    cycle : list of float
        Factor on the hazard by week of the run.
    decay : float
        What a week leaves of the boost from meetings.
    lasting_decay : float
        What it leaves of the lasting boost.
    lived : float
        Sum of the hazards of the weeks before `week`.
    boost : float
        Present rise of the hazard by meetings.
    lasting : float
        Present rise of the hazard by what lasts of meetings.
    factor : float
        Product of the multipliers of supports, small job and experience.

    Notes
    -----
    The hazard of a week is ``((duration[s] * cycle[t]) * ((1 + boost) + lasting)) * factor``,
    multiplied and added up in this order in float64.
    """

    week: int
    begun: int
    threshold: float
    duration: list[float]
    cycle: list[float]
    decay: float
    lasting_decay: float
    lived: float = 0.0
    boost: float = 0.0
    lasting: float = 0.0
    factor: float = 1.0

    def live_through(self, until: int) -> None:
        """Let the weeks before `until` pass, with the prospects as they stand."""
        for week in range(self.week, until):
            self.lived = self.lived + self._hazard(week, self.boost, self.lasting)
            self.boost = self.boost * self.decay
            self.lasting = self.lasting * self.lasting_decay
        self.week = until

    def week_of_job(self, last: int) -> int:
        """Foresee the week in which a job is found, if it is not after `last`; else never."""
        total, boost, lasting = self.lived, self.boost, self.lasting
        for week in range(self.week, last + 1):
            total = total + self._hazard(week, boost, lasting)
            if total >= self.threshold:
                return week
            boost = boost * self.decay
            lasting = lasting * self.lasting_decay
        return NEVER

    def _hazard(self, week: int, boost: float, lasting: float) -> float:
        seasonal = self.duration[week - self.begun] * self.cycle[week]
        return (seasonal * ((1.0 + boost) + lasting)) * self.factor


class Phase:
    """When things happen within a week, in sixteenths of it: numbers as told in engine.py.

    Halves separate what belongs to one phase of the model but must come before or after the rest
    of it. Phases 7 and 10 need nobody to act: weeks are entered in the book by the stay.
    """

    ENTRY = 1
    PROGRAMME_END = 2
    ADMISSION = 3
    FALLS_DUE = 3.5
    """A meeting falls due, a support starts to work, a cool-off is over."""
    MEETINGS = 4
    SUPPORTS = 4.5
    OPENINGS = 5
    REVIEW = 6
    JOB = 8
    OTHER_EXIT = 9


def clock(week: int, phase: float) -> float:
    """SimPy's time of a phase of a week: an exact binary fraction, so equal times are equal."""
    return week + phase / 16


def last_week_before(time: float, phase: float) -> int:
    """Last week whose phase is over at a time: the greatest w for which clock(w, phase) < time."""
    return math.ceil(time - clock(0, phase)) - 1


class Traits(NamedTuple):
    """What the roster says of one person."""

    number: int
    group: int
    origin: int
    k: int
    entry_week: int
    elapsed: int
    frailty: float
    queue: float
    lottery: float
    cap: int
    ladder: int
    first_due: int
    level: int
    next_step: int
    return_week: int
    worked: int


def traits_of(roster: Roster) -> list[Traits]:
    """The persons of a roster, in order of number."""
    columns = [getattr(roster, name).tolist() for name in Traits._fields]
    return [Traits(*row) for row in zip(*columns, strict=True)]


class Town:
    """One replication of the scenario.

    Parameters
    ----------
    tables : Tables
    seed : int
    replication : int
        Number of the replication, as in the keys of its draws.
    log : EventLog or None
        Where to note histories.
    place : int
        Place of the replication in the batch, for the log.
    """

    def __init__(
        self, tables: Tables, seed: int, replication: int, log: EventLog | None, place: int
    ) -> None:
        self.env = simpy.Environment()
        self.tables = tables
        self.services = tables.services
        self.weeks = tables.weeks
        self.seed = seed
        self.replication = replication
        self.book = VolumeBook(tables)
        self.persons = [0] * len(tables.services.codes)
        """How many are on benefit in each track."""
        self.openings = openings_by_week(tables, seed, np.array([replication]))[:, :, 0]
        """For small jobs: int64[group, week]."""
        self.group_keys = tables.people.keys.tolist()
        self.year = tables.year_of_week.tolist()
        self.fte = tables.services.fte.tolist()
        self.duration = tables.people.duration.tolist()
        self.cycle = tables.people.cycle.tolist()
        self.job_loss = tables.people.job_loss.tolist()
        self.log = log
        self.place = place

    @property
    def week(self) -> int:
        """The present week."""
        return int(self.env.now)

    def until(self, week: int, phase: float) -> simpy.Timeout:
        """Wait for a phase of a week."""
        return self.env.timeout(clock(week, phase) - self.env.now)

    def prospects(self, group: int, threshold: float, elapsed: int = 0) -> Prospects:
        """Prospects of finding a job in a spell that is so many weeks old by now."""
        return Prospects(
            week=self.week,
            begun=self.week - elapsed,
            threshold=threshold,
            duration=self.duration[group],
            cycle=self.cycle[group],
            decay=self.services.decay,
            lasting_decay=self.services.lasting_decay,
        )

    def interval(self, track: int, group: int, seen: int) -> int:
        """Weeks to the next meeting after the `seen`-th one in a track; the last entry goes on."""
        intervals = self.services.interval[track, group]
        return int(intervals[min(seen, len(intervals)) - 1])

    def regular_entries(self, group: int) -> int:
        """Number of entries in the regular service's list of intervals."""
        return int(self.services.interval_entries[0, group])

    def programme_end(self, track: int, admitted: int) -> int:
        """Week in which a stay ends: no caseworkers are left, or it was the longest allowed."""
        longest = admitted + int(self.services.max_weeks[track - 1])
        weeks = range(admitted + 1, min(longest, self.weeks))
        return next((week for week in weeks if self.fte[track][week] == 0), longest)
