"""The process in which one case is played: python -m benchmarks.worker COMMAND JSON CORES."""

from __future__ import annotations

import json
import os
import sys

from benchmarks.case import Case
from benchmarks.measure import measure
from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import peer

__all__: list[str] = []


def main() -> None:
    """Print the result of the command as one line of JSON."""
    command, argument, cores = sys.argv[1:]
    _stay_on(int(cores))
    if command == "measure":
        result = measure(Case.from_json(argument))
    else:
        result = _sample(**json.loads(argument))
    print(json.dumps(result))


def _stay_on(cores: int) -> None:
    """Let this process run on the last so many cores only, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cores:])


def _sample(player: str, queue: dict[str, float], replications: int) -> dict[str, list[int]]:
    """Exits and meetings of each replication."""
    played = peer(player)(MeetingQueue(**queue), replications)  # type: ignore[arg-type]
    return {"exits": played.exits.tolist(), "meetings": played.meetings.tolist()}


if __name__ == "__main__":
    main()
