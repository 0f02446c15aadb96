"""SimPy: two processes per person, one resource of 24 desks; may import simpy.

Time is continuous within the week; a meeting takes a desk for 1/25 week.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from math import exp
from typing import Any

import numpy as np
import simpy

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played

__all__ = ["Person", "attend", "exit_probabilities", "play", "search"]

_TINY = 1e-9
"""Weeks; rounding of sums of 1/25 week."""


class Person:
    """Somebody on benefit: still there?, and the week of the last meeting."""

    __slots__ = ("here", "meetings", "met")

    def __init__(self) -> None:
        self.here = True
        self.met: int | None = None
        self.meetings = 0


def search(
    env: simpy.Environment, person: Person, unit: Any, queue: MeetingQueue, table: list[float]
) -> Generator[simpy.Event]:
    """Live through one week after another until a job is found; `unit()` is a uniform draw."""
    for week in range(queue.weeks):
        yield env.timeout(1)
        met = person.met
        if unit() < (table[-1] if met is None else table[week - met]):
            person.here = False
            return


def attend(
    env: simpy.Environment, person: Person, desk: Callable[[], Any], queue: MeetingQueue, due: float
) -> Generator[simpy.Event]:
    """Queue for a desk whenever a meeting is due; `with desk()` asks for one."""
    length = 1 / queue.meetings_per_caseworker
    yield env.timeout(due)
    while person.here:
        with desk() as turn:
            yield turn
            if not person.here:
                return
            person.met = int(env.now + _TINY)
            person.meetings += 1
            yield env.timeout(length)
        yield env.timeout(queue.interval_weeks - length)


def exit_probabilities(queue: MeetingQueue) -> list[float]:
    """Probability of leaving in a week, by weeks since the last meeting; the last: none yet."""
    weeks = [*range(queue.weeks), None]
    return [1 - exp(-queue.hazard_of_week(since)) for since in weeks]


def play(queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, …."""
    rows = [_play_one(queue, replication) for replication in range(replications)]
    exits, meetings = np.array(rows, dtype=np.int64).T
    return Played(exits, meetings)


def _play_one(queue: MeetingQueue, replication: int) -> tuple[int, int]:
    env = simpy.Environment()
    desks = simpy.Resource(env, queue.caseworkers)
    unit = random.Random(replication).random
    table = exit_probabilities(queue)
    people = [Person() for _ in range(queue.persons)]
    for person, due in zip(people, queue.first_due(), strict=True):
        env.process(search(env, person, unit, queue, table))
        env.process(attend(env, person, desks.request, queue, due))
    env.run(until=queue.weeks + _TINY)
    return sum(not person.here for person in people), sum(person.meetings for person in people)
