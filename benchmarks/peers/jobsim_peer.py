"""jobsim itself on the scenario that expresses the meeting-queue model; may import jobsim."""

from __future__ import annotations

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played

__all__ = ["play"]


def play(engine: str, queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, …, scenario, draws, roster and monthly volumes included."""
    import jobsim as js

    volumes = js.simulate(
        queue.scenario(), replications=replications, seed=1, engine=engine, progress=False
    )
    return Played(
        volumes.placements.sum(["month", "group", "route"]).values,
        volumes.meetings.sum(["month", "track", "group"]).values,
    )
