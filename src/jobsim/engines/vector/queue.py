"""Queues of many replications at once: who stands in line, and who is among the first.

May import the tables and the roster.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jobsim.engines.roster import POOL, Roster
from jobsim.engines.tables import Services

Ints = npt.NDArray[np.int64]


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
