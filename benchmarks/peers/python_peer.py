"""Plain Python: one first-in-first-out line of people in the order in which they are due.

Nobody is looked at between meetings: what a person has left of the threshold is reduced by the
hazard since the last meeting when the next one begins. May import the standard library.
"""

from __future__ import annotations

import random
from collections import deque

import numpy as np

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played

__all__ = ["play"]


def play(queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, …."""
    rows = [_play_one(queue, replication) for replication in range(replications)]
    exits, meetings = np.array(rows, dtype=np.int64).T
    return Played(exits, meetings)


def _play_one(queue: MeetingQueue, replication: int) -> tuple[int, int]:
    draw = random.Random(replication).expovariate
    line = deque((int(due), -1, draw(1.0)) for due in queue.first_due())
    spent = queue.hazard_up_to()
    exits = meetings = 0
    for week in range(queue.weeks):
        room, next_due = queue.capacity, week + queue.interval_weeks
        while room and line and line[0][0] <= week:
            _, met, left = line.popleft()
            left -= spent[week - met] if met >= 0 else queue.hazard * week
            if left <= 0:  # gone before this week
                exits += 1
                continue
            line.append((next_due, week, left))
            room -= 1
        meetings += queue.capacity - room
    for _, met, left in line:
        exits += left <= (spent[queue.weeks - met] if met >= 0 else queue.hazard * queue.weeks)
    return exits, meetings
