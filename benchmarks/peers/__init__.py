"""Other ways to play the meeting-queue model, one per file `NAME_peer.py`, and jobsim's own.

Each has a function `play(queue, replications)` that returns exits and meetings of replications 0,
1, …; what happens in a replication never depends on how many are asked for. A peer may import the
meeting-queue model and the tool it is about.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.meeting_queue import MeetingQueue

__all__ = ["JOBSIM", "PEERS", "Play", "Played", "installed", "peer", "players"]

Ints = npt.NDArray[np.int64]


class Played(NamedTuple):
    """What happened: int64[replications] each."""

    exits: Ints
    meetings: Ints


Play = Callable[[MeetingQueue, int], Played]

PEERS = {
    "simpy": "SimPy, processes",
    "heormodel": "heormodel, DESModel",
    "starsim": "starsim",
    "starsim_plain": "starsim, plain draws",
    "python": "plain Python, one line of people",
    "numpy": "numpy loop, 64 replications",
    "c_arrays": "C, arrays of individuals",
    "c_cohorts": "C, cohorts by week met",
}
"""Label of each peer, by the name of its module."""

JOBSIM = "jobsim-"
"""What the name of a player begins with that is an engine of jobsim."""

_NEEDS = {
    "simpy": "simpy",
    "heormodel": "heormodel",
    "starsim": "starsim",
    "starsim_plain": "starsim",
    "c_arrays": "gcc",
    "c_cohorts": "gcc",
}


def players() -> dict[str, str]:
    """Label of everything that plays the model, jobsim's engines last."""
    from jobsim.engines import ENGINES

    return PEERS | {f"{JOBSIM}{name}": f"jobsim, engine {name}" for name in ENGINES}


def installed(name: str) -> bool:
    """Whether what a peer needs (a package, or gcc) is here."""
    need = _NEEDS.get(name)
    if need is None:
        return True
    return bool(shutil.which("gcc")) if need == "gcc" else find_spec(need) is not None


def peer(name: str) -> Play:
    """Load a player's `play(queue, replications)`."""
    if name.startswith(JOBSIM):
        from benchmarks.peers.jobsim_peer import play

        return partial(play, name.removeprefix(JOBSIM))
    chosen: Play = import_module(f"benchmarks.peers.{name}_peer").play
    return chosen
