"""The event-driven engine: a jobcentre and its recipients as processes in time.

May import the tables, the roster, the event log and its own folder. It is the definition of the
model in executable form, written to be read and to prove faster engines right.

Every person is a SimPy process (recipient.py tells the story) that sleeps until the next
event of its own. The desks of the jobcentre (desks.py) are processes too, and interrupt a
sleeper whose prospects they change. Within a week things happen in this order, in every engine:

1. entry and return: people come to benefit, new ones and those whose job has ended;
2. programme size: stays end where there are no caseworkers any more, or time is over;
3. admission: programmes take in new participants;
4. meetings fall due and are held, and supports are granted to those who came;
5. openings for small jobs are handed out;
6. ramp steps: small jobs are reviewed, and end, climb in hours, or climb into a full job;
7. the tally: everybody is counted where they are;
8. ordinary jobs are found;
9. other exits: some leave benefit for something else;
10. counters: the week counts in the spell and on the refund ladder.
"""

from __future__ import annotations

import numpy as np

from jobsim.arrays import Ints
from jobsim.engines.reference import PLAYS
from jobsim.engines.reference.desks import Jobcentre
from jobsim.engines.reference.recipient import Recipient
from jobsim.engines.reference.town import Town, traits_of
from jobsim.engines.roster import build_roster
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import Arrays, EventLog, empty


def play(tables: Tables, seed: int, replications: Ints, log: EventLog | None = None) -> Arrays:
    """Play some replications from the first week to the last.

    Parameters
    ----------
    tables : Tables
    seed : int, 0 to 2**64 - 1
    replications : int64[n], numbers of the replications
    log : EventLog, optional
        Where to note what happens to everybody.

    Returns
    -------
    dict of int64 arrays, one per volume, first dimension the replication
    """
    volumes = empty(tables, len(replications), PLAYS)
    for place, replication in enumerate(replications.tolist()):
        town = Town(tables, seed, replication, log, place)
        _play_once(town)
        for name, array in town.book.close().items():
            volumes[name][place] = array
    return volumes


def wake_ups(tables: Tables, seed: int, replication: int) -> list[int]:
    """How often each person's process ran in a replication, in order of number."""
    return [person.wake_ups for person in _play_once(Town(tables, seed, replication, None, 0))]


def _play_once(town: Town) -> list[Recipient]:
    """Play one replication and return its people."""
    roster = build_roster(town.tables, town.seed, np.array([town.replication]))
    jobcentre = Jobcentre(town)
    people = [
        Recipient(town, jobcentre, traits, set(np.flatnonzero(roster.needs[:, place]).tolist()))
        for place, traits in enumerate(traits_of(roster))
    ]
    town.env.run(until=town.weeks)
    for person in people:
        person.stop()
    return people
