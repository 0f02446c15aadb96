"""C by cohorts of those met in the same week: the limit of knowing this model by heart."""

from __future__ import annotations

from pathlib import Path

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played
from benchmarks.peers.c_library import play_compiled

__all__ = ["play"]


def play(queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, …."""
    return play_compiled(Path(__file__).with_name("c_cohorts.c"), queue, replications)
