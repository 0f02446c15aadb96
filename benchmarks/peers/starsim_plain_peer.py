"""starsim without common random numbers (`crn=False`): plain draws, its fastest way."""

from __future__ import annotations

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played
from benchmarks.peers.starsim_peer import play_with

__all__ = ["play"]


def play(queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, …, a simulation each."""
    return play_with(queue, replications, common_random_numbers=False)
