"""The book in which the event-driven engine enters what happens; may import tables and volumes.

Events are counted as they happen. Weeks are entered by the stay: a recipient who sleeps through
thirty weeks at one level enters them at once, when the stay ends.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from jobsim.engines.reference import PLAYS
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import Arrays, empty
from jobsim.vocabulary import BAND_EDGES

_STAYS = ("benefit_weeks", "employed_weeks", "left_weeks", "participant_weeks")
"""Volumes that count person-weeks; all others count events."""


class VolumeBook:
    """Volumes of one replication.

    Parameters
    ----------
    tables : Tables
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._volumes = {name: array[0] for name, array in empty(tables, 1, PLAYS).items()}
        self._joining = {
            name: np.zeros((tables.weeks + 1, *self._volumes[name].shape[1:]), dtype=np.int64)
            for name in _STAYS
        }
        """Per week: how many stays begin, less how many have ended."""

    def count(self, name: str, week: int, *place: int, by: int = 1) -> None:
        """Count an event in the month of a week."""
        self._volumes[name][(self._tables.month_of_week[week], *place)] += by

    def stay(self, name: str, first: int, end: int, *place: int) -> None:
        """Enter the weeks of a stay from `first` up to, not including, `end`."""
        self._joining[name][(first, *place)] += 1
        self._joining[name][(end, *place)] -= 1

    def benefit(self, first: int, end: int, ladder: int, group: int, level: int) -> None:
        """Enter weeks on benefit; `ladder` is the place on the refund ladder in the first one."""
        climbs = [first + int(edge) - ladder for edge in BAND_EDGES]
        bounds = [first, *(min(max(week, first), end) for week in climbs), end]
        for band, (start, stop) in enumerate(pairwise(bounds)):
            self.stay("benefit_weeks", start, stop, group, band, level)

    def close(self) -> Arrays:
        """Add the stays up by month and return all volumes."""
        months, month_ends = self._tables.month_of_week, self._month_ends()
        for name, joining in self._joining.items():
            present = np.cumsum(joining, axis=0)[:-1]
            np.add.at(self._volumes[name], months, present)
            if name == "benefit_weeks":
                self._volumes["recipients"][:] = present[month_ends].sum(axis=(2, 3))
        return self._volumes

    def _month_ends(self) -> npt.NDArray[np.int64]:
        """Last simulated week of each month."""
        weeks = range(self._tables.weeks)
        return np.array([week for week in weeks if self._tables.ends_month(week)])
