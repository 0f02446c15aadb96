"""starsim: one module whose step holds the week's meetings and lets people leave.

With starsim's common random numbers, as it comes and as jobsim has them; `starsim_plain` does
without. May import starsim.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import starsim as ss  # type: ignore[import-untyped]

__all__ = ["play", "play_with"]


class Jobcentre(ss.Module):  # type: ignore[misc]
    """Meetings in a queue, and weekly exits."""

    def __init__(self, queue: MeetingQueue) -> None:
        super().__init__(name="jobcentre")
        self.queue = queue
        self.exits = self.meetings = 0
        self.define_states(
            ss.BoolState("here", default=True),
            ss.FloatArr("due", default=0.0),
            ss.FloatArr("boost", default=0.0),
        )
        self.leaves = ss.bernoulli(p=self._exit_probability)

    @staticmethod
    def _exit_probability(module: Jobcentre, uids: Any) -> Any:
        return 1 - np.exp(-module.queue.hazard * (1 + module.boost[uids]))

    def init_post(self) -> None:
        """Spread first meetings."""
        super().init_post()
        self.due[:] = np.array(self.queue.first_due())

    def step(self) -> None:
        """Play one week."""
        queue, now = self.queue, self.ti
        waiting = (self.here & (self.due < now + 1)).uids
        if len(waiting) > queue.capacity:
            waiting = waiting[np.argsort(self.due[waiting], kind="stable")[: queue.capacity]]
        self.meetings += len(waiting)
        self.boost[waiting] = queue.gain
        self.due[waiting] = now + queue.interval_weeks
        gone = self.leaves.filter(self.here.uids)
        self.here[gone] = False
        self.exits += len(gone)
        self.boost[:] *= queue.decay


def play(queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, …, a simulation each."""
    return play_with(queue, replications, common_random_numbers=True)


def play_with(queue: MeetingQueue, replications: int, *, common_random_numbers: bool) -> Played:
    """Play with draws keyed by person, or with plain ones."""
    ss.options(verbose=0, warnings="ignore", crn=common_random_numbers)
    rows = [_play_one(queue, replication) for replication in range(replications)]
    exits, meetings = np.array(rows, dtype=np.int64).T
    return Played(exits, meetings)


def _play_one(queue: MeetingQueue, replication: int) -> tuple[int, int]:
    centre = Jobcentre(queue)
    sim = ss.Sim(
        n_agents=queue.persons,
        modules=centre,
        start=0,
        dur=queue.weeks - 1,  # starsim plays both ends
        dt=1,
        rand_seed=replication,
        verbose=0,
        copy_inputs=False,
    )
    sim.run()
    return centre.exits, centre.meetings
