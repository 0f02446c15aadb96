"""Whether all players of the meeting-queue model play the same model; checked before any timing.

Mean exits by the last week and mean meetings held of a player must lie within 4 standard errors of
the reference: the exact expectation where no queue forms, else another player. The standard error
uses the reference's spread between replications. As negative control the same player with a hazard
a fifth higher must be caught. May import the peers.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from benchmarks.measure import in_own_process
from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import JOBSIM, installed

__all__ = ["MOST_STANDARD_ERRORS", "Agreement", "agreement", "require_equal_work"]

MOST_STANDARD_ERRORS = 4.0
_CONTROL = 1.2
"""Factor on the hazard of the negative control."""

_MEASURES = ("exits", "meetings")
_REPLICATIONS = {
    "simpy": 40,
    "heormodel": 20,
    "starsim": 60,
    "starsim_plain": 100,
    "python": 1_000,
    "jobsim-simpy": 20,
    "jobsim-numpy": 500,
}
_MOST_REPLICATIONS, _LEAST_REPLICATIONS = 2_000, 4


@dataclass(frozen=True)
class Agreement:
    """Standard errors between a player and the reference.

    Parameters
    ----------
    player : str
    interval_weeks : int
    replications : int
    means : dict, of exits and meetings
    errors : dict, distance from the reference in standard errors
    control : float, largest such distance of the negative control
    """

    player: str
    interval_weeks: int
    replications: int
    means: dict[str, float]
    errors: dict[str, float]
    control: float

    @property
    def agrees(self) -> bool:
        """Whether the player agrees and a wrong hazard would have been seen."""
        return self._largest < MOST_STANDARD_ERRORS < self.control

    @property
    def _largest(self) -> float:
        return max(abs(error) for error in self.errors.values())

    def to_dict(self) -> dict[str, Any]:
        """Everything, and the verdict."""
        return asdict(self) | {"agrees": self.agrees}


def agreement(player: str, queue: MeetingQueue, *, share: float) -> Agreement:
    """Compare a player with the reference.

    Parameters
    ----------
    player : str, name of a peer or of an engine with "jobsim-" before it
    queue : MeetingQueue
    share : float, of the usual number of replications
    """
    replications = _replications(player, share)
    sample = _sample(player, queue, replications)
    wrong = replace(queue, hazard=queue.hazard * _CONTROL)
    control = _sample(player, wrong, max(_LEAST_REPLICATIONS, replications // 4))
    errors = {name: _error(player, queue, share, name, sample[name]) for name in _MEASURES}
    caught = (abs(_error(player, queue, share, name, control[name])) for name in _MEASURES)
    return Agreement(
        player=player,
        interval_weeks=queue.interval_weeks,
        replications=replications,
        means={name: fmean(sample[name]) for name in _MEASURES},
        errors=errors,
        control=max(caught),
    )


def _replications(player: str, share: float) -> int:
    return max(_LEAST_REPLICATIONS, round(_REPLICATIONS.get(player, _MOST_REPLICATIONS) * share))


def _error(player: str, queue: MeetingQueue, share: float, name: str, values: list[int]) -> float:
    """Distance of a mean from the reference, in standard errors."""
    other = _reference(player)
    reference = _sample(other, queue, _replications(other, share))[name]
    exact = queue.expected()
    if exact is None:
        expected, variance = fmean(reference), 1 / len(values) + 1 / len(reference)
    else:
        expected, variance = exact[_MEASURES.index(name)], 1 / len(values)
    return (fmean(values) - expected) / (stdev(reference) * sqrt(variance))


def _reference(player: str) -> str:
    """Whoever a player is compared with: always somebody else."""
    if player != "python":
        return "python"
    return "c_arrays" if installed("c_arrays") else "numpy"


def require_equal_work(rows: list[dict[str, Any]]) -> None:
    """Raise AssertionError unless all engines did the same in the first replication of a case."""
    done: dict[tuple[str, str], tuple[str, list[int]]] = {}
    for row in rows:
        if row["status"] != "measured" or not row["player"].startswith(JOBSIM):
            continue
        other, work = done.setdefault(
            (row["family"], row["work"]), (row["player"], row["first_replication"])
        )
        if work != row["first_replication"]:
            raise AssertionError(f"{row['name']}: not the work that {other} did")


@cache
def _sample(player: str, queue: MeetingQueue, replications: int) -> dict[str, list[int]]:
    arguments = {"player": player, "queue": asdict(queue), "replications": replications}
    return in_own_process("sample", json.dumps(arguments))
