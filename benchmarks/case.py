"""What is measured: a case, and how to play it; may import jobsim and the peers.

A case is plain data, so that it can be handed to a process of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import JOBSIM, peer
from benchmarks.town import Town

if TYPE_CHECKING:
    from jobsim.scenario import Scenario

__all__ = ["Case", "Tally", "player_of"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Case:
    """One measurement.

    Parameters
    ----------
    family : str, cases that are compared with one another: "presets", "people", …
    work : str, what is played, the same for all cases with equal results
    player : str, name of a peer, or "jobsim-" and the name of an engine
    model : dict, {"preset": name}, {"town": {…}} or {"queue": {…}}
    replications : int or None, None: as many as make a run last `least_seconds`
    runs : int
    least_seconds : float
    least_replications : int, where `replications` is None
    cores : int
    environment : dict, further environment variables of the process
    """

    family: str
    work: str
    player: str
    model: dict[str, Any]
    replications: int | None = None
    runs: int = 5
    least_seconds: float = 0.5
    least_replications: int = 1
    cores: int = 1
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name in tables; `--only` selects by its beginning."""
        return f"{self.family}/{self.work}/{self.player}"

    def to_json(self) -> str:
        """Write as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Case:
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))


class Tally(NamedTuple):
    """Work that was done."""

    person_weeks: int
    """One person of the roster times one week of the run."""
    benefit_weeks: int | None
    """Weeks on benefit; None where the player does not count them."""
    placements: Ints
    """[replications]"""
    meetings: Ints
    """[replications]"""


def player_of(case: Case) -> Callable[[int], Tally]:
    """Function that plays so many replications of the case."""
    if "queue" in case.model:
        return _queue_player(MeetingQueue(**case.model["queue"]), case.player)
    return _engine_player(case)


def _queue_player(queue: MeetingQueue, name: str) -> Callable[[int], Tally]:
    play = peer(name)

    def tally(replications: int) -> Tally:
        exits, meetings = play(queue, replications)
        return Tally(queue.persons * queue.weeks * replications, None, exits, meetings)

    return tally


def _engine_player(case: Case) -> Callable[[int], Tally]:
    import jobsim as js

    scenario = _scenario(case.model)
    engine = case.player.removeprefix(JOBSIM)
    at_start = sum(group.stock + group.employed_pool for group in scenario.groups.values())

    def tally(replications: int) -> Tally:
        volumes = js.simulate(
            scenario,
            replications=replications,
            seed=1,
            engine=engine,
            threads=case.cores,
            progress=False,
        )
        persons = at_start * replications + int(volumes.arrivals.sum())
        return Tally(
            persons * scenario.horizon.weeks,
            int(volumes.benefit_weeks.sum()),
            volumes.placements.sum(["month", "group", "route"]).values,
            volumes.meetings.sum(["month", "track", "group"]).values,
        )

    return tally


def _scenario(model: dict[str, Any]) -> Scenario:
    import jobsim as js

    if "preset" in model:
        return js.Scenario.load(model["preset"])
    return Town(**model["town"]).scenario()
