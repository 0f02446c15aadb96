"""A town whose size can be changed in one dimension at a time; may import jobsim.

The meeting-queue model in which jobs end, so that people come back and there is work in every week
however many are played.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.meeting_queue import MeetingQueue

if TYPE_CHECKING:
    from jobsim.scenario import Scenario

__all__ = ["Town"]

_MEETINGS_PER_FTE = 25


@dataclass(frozen=True)
class Town:
    """Numbers of the town.

    Parameters
    ----------
    people : int, all on benefit at week 0
    weeks : int
    interval_weeks : int, from one meeting to the next
    load : float, meetings due in a week with everybody on benefit / meetings that can be held
    """

    people: int = 1_300
    weeks: int = 104
    interval_weeks: int = 4
    load: float = 0.8

    def scenario(self) -> Scenario:
        """The town as a jobsim scenario."""
        from jobsim.scenario import Scenario

        queue = MeetingQueue(self.interval_weeks, persons=self.people, weeks=self.weeks)
        data = queue.scenario().stated()
        data["name"] = "benchmark-town"
        data["groups"]["people"]["job_loss_hazard_per_week"] = [{"from_week": 0, "value": 0.012}]
        capacity = self.people / (self.interval_weeks * self.load)
        data["regular_service"]["fte"] = capacity / _MEETINGS_PER_FTE
        return Scenario.from_dict(data)
