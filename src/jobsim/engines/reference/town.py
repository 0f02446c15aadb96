"""What all processes of one replication share: the clock, the tables, the book, the head counts.

May import the tables, the roster, the event log, the book and prospects.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import simpy

from jobsim.engines.event_log import EventLog
from jobsim.engines.reference.book import VolumeBook
from jobsim.engines.reference.prospects import Prospects
from jobsim.engines.roster import Roster, openings_by_week
from jobsim.engines.tables import Tables


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
        self._log = log
        self._place = place

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

    def note(self, event: str, number: int, value: int) -> None:
        """Note an event in the histories, if anybody wants them."""
        if self._log is not None:
            self._log.add(event, self.week, self._place, number, value)
