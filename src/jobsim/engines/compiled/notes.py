"""Events noted down by compiled functions; may import draws and the event log."""

from __future__ import annotations

from typing import Any

from jobsim.draws.compiled import inlined
from jobsim.engines.elements import EVENTS

CODE = {event: code for code, event in enumerate(EVENTS)}


@inlined
def note(notes: Any, event: int, week: int, person: int, value: int) -> None:
    """Note that an event happens to a person.

    Parameters
    ----------
    notes : int64[rows, 4] or None
        The last row holds the number of events so far; events that find no room are only counted.
        None compiles to nothing.
    event : int, in `CODE`
    week, person, value : int
    """
    if notes is not None:
        room = len(notes) - 1
        row = notes[room, 0]
        if row < room:
            notes[row, 0] = event
            notes[row, 1] = week
            notes[row, 2] = person
            notes[row, 3] = value
        notes[room, 0] = row + 1


@inlined
def name_persons(notes: Any, number: Any) -> None:
    """Put the numbers of the persons in their places."""
    if notes is not None:
        room = len(notes) - 1
        for row in range(min(notes[room, 0], room)):
            notes[row, 2] = number[notes[row, 2]]
