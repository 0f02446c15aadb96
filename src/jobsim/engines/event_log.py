"""Events noted down in order of occurrence, while an engine plays; imports the elements."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jobsim.engines.elements import EVENTS

Ints = npt.NDArray[np.int64]

_CODES = {event: code for code, event in enumerate(EVENTS)}


class EventLog:
    """Events in order of occurrence, as an engine notes them down."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int, int, int]] = []
        self._blocks: list[Ints] = []

    def add(
        self,
        event: str,
        week: int,
        replication_place: Ints | int,
        number: Ints | int,
        value: Ints | int = 0,
    ) -> None:
        """Note that an event happens to one person, or to several.

        Parameters
        ----------
        event : str, a name in `EVENTS`
        week : int
        replication_place : int or int64[n], place of the replication in the batch
        number : int or int64[n], number of the person in the replication
        value : int or int64[n]
        """
        code = _CODES[event]
        if isinstance(number, int):
            self._rows.append((code, week, int(replication_place), number, int(value)))
            return
        columns = np.broadcast_arrays(code, week, replication_place, number, value)
        self.extend(np.stack(columns, axis=-1).astype(np.int64))

    def extend(self, rows: Ints) -> None:
        """Note many events, whatever they are.

        Parameters
        ----------
        rows : int64[events, 5]
            Place of the event in `EVENTS`, week, place of the replication, number and value.
        """
        self._close()
        self._blocks.append(rows)

    def columns(self) -> npt.NDArray[np.int64]:
        """Code of the event, week, place of the replication, number and value: int64[5, events]."""
        self._close()
        return np.concatenate([np.zeros((0, 5), dtype=np.int64), *self._blocks]).T

    def _close(self) -> None:
        """Make a block of the events noted one by one, so that blocks stay in order."""
        if self._rows:
            self._blocks.append(np.array(self._rows, dtype=np.int64))
            self._rows = []
