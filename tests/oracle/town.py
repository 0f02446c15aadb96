"""The town: everybody in it, the week it is, and what is counted and noted of each week."""

from __future__ import annotations

from collections import Counter

import numpy as np

from jobsim.vocabulary import BANDS
from tests.oracle.person import Person
from tests.oracle.tables import Tables

__all__ = ["DIMENSIONS", "Row", "Town"]

Row = tuple[int, int, int, int, int, int, int, str, int]
"""Replication, number, group, origin, k, week, phase, event, value."""

DIMENSIONS = {
    "benefit_weeks": "group band level",
    "employed_weeks": "group route",
    "left_weeks": "group cause",
    "placements": "group route",
    **dict.fromkeys(("returns", "not_returned", "other_exits", "arrivals", "recipients"), "group"),
    "meetings": "track group",
    **dict.fromkeys(("meeting_exits", "meeting_left_weeks"), "group"),
    **dict.fromkeys(("meetings_on_time", "waiting_weeks", "no_shows", "unmet"), "track"),
    **dict.fromkeys(("participant_weeks", "admissions"), "programme"),
    **dict.fromkeys(("small_job_starts", "small_job_drops", "openings_lost"), "group"),
    "supports_granted": "support",
}
"""Volumes, with their dimensions after (replication, month)."""


class Town:
    """One replication under way.

    Parameters
    ----------
    tables : Tables
    seed, replication : int
    people : list of Person
        By number.
    """

    def __init__(self, tables: Tables, seed: int, replication: int, people: list[Person]) -> None:
        self.tables, self.seed, self.replication, self.people = tables, seed, replication, people
        self.week, self.phase = -1, 0
        self.granted: Counter[tuple[int, int]] = Counter()  # by support and calendar year
        self.at_the_top: list[Person] = []  # who has reached the last level this week
        self.tallied: list[Person] = []  # who was on benefit at this week's tally
        self.rows: list[Row] = []
        sizes = {
            "group": len(tables.groups),
            "band": len(BANDS),
            "level": tables.levels,
            "route": 2,
            "cause": 2,
            "track": len(tables.tracks),
            "programme": len(tables.tracks) - 1,
            "support": len(tables.supports),
        }
        self.volumes = {
            name: np.zeros((tables.month[-1] + 1, *(sizes[one] for one in dims.split())), np.int64)
            for name, dims in DIMENSIONS.items()
        }

    def on_benefit(self) -> list[Person]:
        """All recipients, by number."""
        return [person for person in self.people if person.on_benefit]

    def in_track(self, track: int) -> list[Person]:
        """Recipients in a track, by number."""
        return [person for person in self.people if person.on_benefit and person.track == track]

    def count(self, volume: str, *place: int, amount: int = 1) -> None:
        """Add to a volume in this week's month."""
        self.volumes[volume][(self.tables.month[self.week], *place)] += amount

    def note(self, person: Person, event: str, value: int = 0) -> None:
        """Write an event of this phase down."""
        who = (person.number, person.group, person.origin, person.k)
        self.rows.append((self.replication, *who, self.week, self.phase, event, value))
