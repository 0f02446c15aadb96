"""The meeting-queue model: the small piece of jobsim that other tools can play too.

N people are on benefit at week 0 and nobody comes later. Person i is first due for a meeting at
time interval × (i + 0.5) / N. Caseworkers hold 25 meetings a week each, first in, first out; the
next meeting is due `interval` weeks after the last. A week is left for good with probability
1 - exp(-∫h), h = 0.008 × (1 + 0.6 × 2^(-s/4)), s weeks since the last meeting; 0.008 before the
first. All peers keep whole weeks for the boost: s runs from the beginning of the week in which the
meeting was held. May import jobsim.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobsim.scenario import Scenario

__all__ = ["MeetingQueue"]


@dataclass(frozen=True)
class MeetingQueue:
    """Numbers of the model; a peer is given one and plays it.

    Parameters
    ----------
    interval_weeks : int, weeks from one meeting to the next
    persons : int
    weeks : int
    caseworkers : int
    meetings_per_caseworker : int, a week
    hazard : float, per week, without meetings
    boost : float, share of the hazard added right after a meeting
    half_life_weeks : float, of the boost
    """

    interval_weeks: int
    persons: int = 1_300
    weeks: int = 104
    caseworkers: int = 24
    meetings_per_caseworker: int = 25
    hazard: float = 0.008
    boost: float = 0.6
    half_life_weeks: float = 4.0

    @property
    def capacity(self) -> int:
        """Meetings that can be held in a week."""
        return self.caseworkers * self.meetings_per_caseworker

    @property
    def gain(self) -> float:
        """Average boost over the week of a meeting, ∫ boost × 2^(-s / half-life) ds (0.5509)."""
        mean_life = self.half_life_weeks / math.log(2)
        return self.boost * mean_life * (1 - self.decay)

    @property
    def decay(self) -> float:
        """What is left of a boost after a week."""
        return float(0.5 ** (1 / self.half_life_weeks))

    def first_due(self) -> list[float]:
        """Time at which each person is first due, weeks."""
        return [self.interval_weeks * (i + 0.5) / self.persons for i in range(self.persons)]

    def hazard_of_week(self, since: int | None) -> float:
        """∫h over a week that begins `since` weeks after that of the last meeting (None: none)."""
        boost = 0.0 if since is None else self.gain * self.decay**since
        return self.hazard * (1 + boost)

    def hazard_up_to(self) -> list[float]:
        """∫h from the week of a meeting until `w` weeks later, for w = 0 … weeks."""
        total = [0.0]
        for since in range(self.weeks):
            total.append(total[-1] + self.hazard_of_week(since))
        return total

    def expected(self) -> tuple[float, float] | None:
        """Exact mean number of exits and of meetings held, or None if a queue forms.

        Without a queue a person's meetings come on fixed weeks, and the person is still there at
        the beginning of week t with probability exp(-∫h).
        """
        due = [int(time) for time in self.first_due()]
        exits = meetings = 0.0
        for week in range(self.interval_weeks):
            persons = due.count(week)
            if persons > self.capacity:
                return None
            there, since = 1.0, None
            for t in range(self.weeks):
                if t >= week and (t - week) % self.interval_weeks == 0:
                    meetings += persons * there
                    since = 0
                there *= math.exp(-self.hazard_of_week(since))
                since = None if since is None else since + 1
            exits += persons * (1 - there)
        return exits, meetings

    def scenario(self) -> Scenario:
        """The same model as a jobsim scenario.

        With gain equal to the largest boost a meeting sets the boost to `gain`, whatever it was.
        What differs: people are first due in a week drawn at random instead of spread evenly.
        """
        from jobsim.scenario import Scenario

        return Scenario.from_dict(
            {
                "name": "meeting-queue",
                "title": "Meetings in a queue, nothing else",
                "description": "A model for measuring speed; no number is meant to be true.",
                "horizon": {"start": dt.date(2018, 1, 1), "weeks": self.weeks},
                "municipality": {"name": "Nowhere"},
                "groups": {"people": self._group()},
                "regular_service": {
                    "fte": float(self.caseworkers),
                    "cost_per_fte_year": 500_000.0,
                    "meetings_per_fte_week": float(self.meetings_per_caseworker),
                    "interval_weeks": {"people": [self.interval_weeks]},
                },
                "meetings": {
                    "first_meeting_factor": 1.0,
                    "max_boost": self.gain,
                    "half_life_weeks": self.half_life_weeks,
                    "caseload_elasticity": 0.0,
                },
            }
        )

    def _group(self) -> dict[str, object]:
        return {
            "key": 1,
            "label": "People",
            "benefit_rates": {"adult_without_children": 1.0},
            "stock": self.persons,
            "job_finding_hazard_per_week": self.hazard,
            "meeting_gain": self.gain,
        }
