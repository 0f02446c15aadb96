"""A batch of replications in flat arrays: how it is drawn for, counted and weighed; its queues.

May import draws, the tables and the roster. Arrays have one entry per person of the batch, in the
order of the roster. Queues of all replications are served at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jobsim.arrays import Floats, Ints
from jobsim.draws import NEVER, uniform
from jobsim.engines.roster import POOL, Roster, openings_by_week
from jobsim.engines.tables import Services, Tables
from jobsim.engines.vector import PLAYS
from jobsim.engines.volumes import EventLog, empty
from jobsim.vocabulary import CAUSES, ROUTES, STATUSES

OUTSIDE, ON_BENEFIT, EMPLOYED, LEFT = range(len(STATUSES))


class Batch:
    """Every person's state, and the volumes counted so far.

    Parameters
    ----------
    tables : Tables
    roster : Roster
    log : EventLog or None
    """

    def __init__(self, tables: Tables, roster: Roster, log: EventLog | None = None) -> None:
        self.tables = tables
        self.log = log
        self.roster = roster
        self.group = roster.group
        self.rep = roster.rep
        self.n_reps = len(roster.replications)
        self.volumes = empty(tables, self.n_reps, PLAYS)
        self._lay_out_state(len(roster))
        self._entrants = entrants_by_week(roster, tables.weeks)
        self._queues = openings_queues(roster, len(tables.people.codes))
        self._openings = openings_by_week(tables, roster.seed, roster.replications)
        self._admission = orders_of_admission(tables.services, roster)

    def _lay_out_state(self, persons: int) -> None:
        supports = len(self.tables.supports.codes)
        programmes = len(self.tables.services.codes) - 1
        groups = len(self.tables.people.codes)

        def zeros(kind: type) -> Any:
            return np.zeros(persons, dtype=kind)

        self.status = zeros(np.int8)
        self.track, self.admitted = zeros(np.int64), zeros(np.int64)
        self.barred = np.zeros((programmes, persons), dtype=bool)
        self.due, self.held, self.seen = zeros(np.int64), zeros(np.int64), zeros(np.int64)
        self.spell_zero = zeros(np.int64)  # place in the duration tables, less the week
        self.ladder_zero = zeros(np.int64)  # week in which the ladder was at 0
        self.ladder = self.roster.ladder.copy()  # while not on benefit
        self.away = zeros(np.int64)
        self.level, self.steps = zeros(np.int64), zeros(np.int64)
        self.started, self.cool_until = zeros(np.int64), zeros(np.int64)
        self.next_step = np.full(persons, NEVER)
        self.experienced = zeros(bool)
        self.needs = self.roster.needs.copy()  # and has not had
        self.works_from = np.full((supports, persons), NEVER)
        self.factor = np.ones(persons)
        self.boost, self.acc, self.threshold = zeros(float), zeros(float), zeros(float)
        self.lasting = zeros(float)
        self.leave_week = np.full(persons, NEVER)
        self.settled = zeros(bool)  # whether a meeting of this spell settled to leave
        self.return_week = self.roster.return_week.copy()
        self.worked = self.roster.worked.copy()
        self.route = zeros(np.int64)
        self.spells, self.jobs = zeros(np.int64), (self.roster.origin == POOL).astype(np.int64)
        self.calls, self.reviews, self.job_ends = zeros(np.int64), zeros(np.int64), zeros(np.int64)
        self.met = zeros(np.int64)  # how often so far
        self.employed = np.zeros((self.n_reps, groups, len(ROUTES)), dtype=np.int64)
        self.left = np.zeros((self.n_reps, groups, len(CAUSES)), dtype=np.int64)
        self.left_by_meeting = np.zeros((self.n_reps, groups, 1), dtype=np.int64)
        self.grants_left = np.zeros((self.n_reps, supports), dtype=np.int64)
        self.on: Ints = np.zeros(0, dtype=np.int64)  # who is on benefit, in order of place

    # Draws, counts and notes

    def _draw(self, stream: int | Ints, who: Ints, n: Ints) -> Floats:
        keys = self.roster.keys_of(who, self.tables)
        return uniform(self.roster.seed, stream=stream, n=n, **keys)

    def _month(self, t: int, name: str) -> Ints:
        """View of a volume in the month of week t: [replication, …]."""
        return np.asarray(self.volumes[name][:, self.tables.month_of_week[t]])

    def _sum(self, who: Ints, cell: Ints | int, weight: Ints | None, cells: int) -> Ints:
        """Sum by replication and cell, as [replication, cell]."""
        flat = np.bincount(self.rep[who] * cells + cell, weight, minlength=self.n_reps * cells)
        return np.asarray(flat.astype(np.int64).reshape(self.n_reps, cells))

    def _tick(self, t: int, name: str, who: Ints, cell: Ints | int) -> None:
        """Count people (or events) by replication and cell of a volume."""
        view = self._month(t, name)
        cells = int(np.prod(view.shape[1:]))
        view += self._sum(who, cell, None, cells).reshape(view.shape)

    def _count(self, t: int, name: str, who: Ints) -> None:
        """Count people by replication and group."""
        if len(who):
            self._tick(t, name, who, self.group[who])

    def _move(self, present: Ints, who: Ints, column: Ints | int, sign: int) -> None:
        """Change how many are at work, or have left, by replication, group and column."""
        if len(who):
            _, groups, columns = present.shape
            moved = self._sum(who, self.group[who] * columns + column, None, groups * columns)
            present += sign * moved.reshape(present.shape)

    def _note(self, t: int, event: str, who: Ints, value: Ints | int = 0) -> None:
        """Note an event in the histories, if anybody wants them."""
        if self.log is not None:
            self.log.add(event, t, self.rep[who], self.roster.number[who], value)

    # The hazard

    def _renew_factor(self, t: int, who: Ints) -> None:
        """Multiply supports, small job and experience into one factor, in that order."""
        supports, ramp = self.tables.supports, self.tables.ramp
        factor = np.ones(len(who))
        for i in range(len(supports.codes)):
            had = ~self.needs[i, who] & (self.works_from[i, who] < NEVER)
            at_work = self.works_from[i, who] <= t
            effect = np.where(at_work, supports.multiplier[i], supports.lock_in[i])
            factor = np.where(had, factor * effect, factor)
        small_job = self.level[who] > 0
        factor = np.where(small_job, factor * ramp.multiplier[self.group[who]], factor)
        experienced = self.experienced[who]
        self.factor[who] = np.where(experienced, factor * ramp.experience_multiplier, factor)


def first_in_each(line: Ints, places: Ints) -> Ints:
    """Positions of those who get a place.

    Parameters
    ----------
    line : int64[n], the queue each stands in, queues one after another, first in line first
    places : int64[queues], places to give in each queue; below zero counts as zero

    Returns
    -------
    int64[m], positions in `line`, ascending

    Examples
    --------
    >>> first_in_each(np.array([0, 0, 0, 2, 2]), np.array([2, 5, 1])).tolist()
    [0, 1, 3]
    """
    if not len(line):
        return np.zeros(0, dtype=np.int64)
    length = np.bincount(line, minlength=len(places))
    start = np.cumsum(length) - length
    rank = np.arange(len(line)) - start[line]
    return np.flatnonzero(rank < places[line])


def orders_of_admission(services: Services, roster: Roster) -> list[Ints]:
    """Whom each programme can admit, in its order, replication by replication."""
    priority = {
        "longest_first": roster.number,
        "newest_first": -roster.number,
        "random": roster.lottery,
        "most_employable_first": -roster.frailty,
        "least_employable_first": roster.frailty,
    }
    orders = []
    for admits, name in zip(services.admits, services.order, strict=True):
        who = np.flatnonzero(admits[roster.group])
        if name != "longest_first":  # persons lie in the order of number
            keys = (roster.number[who], priority[name][who], roster.rep[who])
            who = who[np.lexsort(keys)]
        orders.append(who)
    return orders


def entrants_by_week(roster: Roster, weeks: int) -> list[Ints]:
    """Who begins a first spell in each week."""
    entrants = np.flatnonzero(roster.origin != POOL)
    entry = roster.entry_week[entrants]
    entrants = entrants[np.argsort(entry, kind="stable")]
    counts = np.bincount(entry, minlength=weeks)
    return np.split(entrants, np.cumsum(counts)[:-1])


def openings_queues(roster: Roster, groups: int) -> list[Ints]:
    """Who can ever take a small job, by group, in the order in which openings are offered."""
    order = np.lexsort((roster.number, roster.queue, roster.rep))
    able = order[roster.cap[order] >= 1]
    return [able[roster.group[able] == g] for g in range(groups)]
