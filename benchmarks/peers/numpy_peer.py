"""A plain numpy loop: 64 replications at a time in flat arrays, one pass per week.

Arrays are in order of replication and person; people who have left are dropped now and then. May
import numpy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played

__all__ = ["play"]

Ints = npt.NDArray[np.int64]

_BATCH = 64
_NEVER = np.iinfo(np.int32).max
_DROP_EVERY = 6  # weeks


def play(queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, …."""
    parts = [
        _play_batch(queue, range(start, min(start + _BATCH, replications)))
        for start in range(0, replications, _BATCH)
    ]
    exits, meetings = np.concatenate(parts, axis=1)
    return Played(exits, meetings)


def _play_batch(queue: MeetingQueue, numbers: range) -> Ints:
    """Exits and meetings as int64[2, replications]."""
    reps, gain, decay = len(numbers), queue.gain, queue.decay
    due = np.tile(np.array(queue.first_due()).astype(np.int32), reps)
    rep = np.repeat(np.arange(reps, dtype=np.int32), queue.persons)
    # thresholds in units of the hazard without meetings
    left = np.concatenate(
        [np.random.default_rng([1, r]).standard_exponential(queue.persons) for r in numbers]
    )
    left /= queue.hazard
    boost = np.zeros(len(rep))
    exits, meetings = np.zeros((2, reps), dtype=np.int64)
    for week in range(queue.weeks):
        met = np.flatnonzero(due <= week)
        waiting = np.bincount(rep[met], minlength=reps)
        if (waiting > queue.capacity).any():
            met = _first_in_line(met, due, rep, waiting, queue.capacity)
            waiting = np.minimum(waiting, queue.capacity)
        meetings += waiting
        boost[met] = gain
        due[met] = week + queue.interval_weeks
        left -= 1.0 + boost
        boost *= decay
        if week % _DROP_EVERY == 0:
            here = due < _NEVER
            due, rep, left, boost = due[here], rep[here], left[here], boost[here]
        gone = np.flatnonzero(left <= 0.0)
        exits += np.bincount(rep[gone], minlength=reps)
        due[gone], left[gone] = _NEVER, np.inf
    return np.stack([exits, meetings])


def _first_in_line(
    waiting: Ints,
    due: npt.NDArray[np.int32],
    rep: npt.NDArray[np.int32],
    count: Ints,
    capacity: int,
) -> Ints:
    """Keep those whose turn it is: the first `capacity` of each replication, longest due first."""
    line = waiting[np.lexsort((due[waiting], rep[waiting]))]
    place = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(line[place < capacity])
