"""One person's path through the jobcentre, in words and dates; may import moments and lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.analysis.lives.moments import FIRST_EVENTS, Moment, Narrator, folded
from jobsim.errors import InputError
from jobsim.text.lines import Lines
from jobsim.text.tables import Framed, Printed

if TYPE_CHECKING:
    import pandas as pd


_COLUMNS = ("replication", "number", "group", "origin", "k", "week", "event", "value")
_NOTES = ("scenario", "seed", "start", "weeks", "groups", "tracks", "supports", "hours_per_week")
_WIDTHS = (10, 86)


@dataclass(frozen=True, repr=False)
class Life(Printed, Framed):
    """What happened to one person in one replication.

    Parameters
    ----------
    person : int, number in the replication
    replication : int
    scenario : str, name
    seed : int
    group : str, code
    origin, k : int
        With the group, the person's name in the keys of all draws: the same person in every
        scenario with the same population.
    rows : tuple of Moment
        Every event in order, then "end" unless the person left for good.
    notes : dict, `attrs` of the histories
    """

    person: int
    replication: int
    scenario: str
    seed: int
    group: str
    origin: int
    k: int
    rows: tuple[Moment, ...]
    notes: dict[str, Any] = field(compare=False)

    @property
    def opening(self) -> str:
        """Who the person is and how the path begins."""
        first = self.rows[0]
        when = f" on {first.date}" if first.event == "enter" else ""
        label = self.notes["groups"][self.group]
        return f"person {self.person} of replication {self.replication}: {label}, " + (
            first.words + when
        )

    def to_frame(self) -> pd.DataFrame:
        """One line per event: week, date, event, words, value, track."""
        import pandas as pd

        return super().to_frame().assign(date=lambda frame: pd.to_datetime(frame["date"]))

    def _table(self) -> Lines:
        lines = folded(self.rows[1:], self.notes)
        rows = tuple((str(date), words) for date, words in lines)
        return Lines(self.opening, (), rows, _WIDTHS)


def life(histories: pd.DataFrame, person: int, *, replication: int | None = None) -> Life:
    """Tell one person's path in words and dates.

    Parameters
    ----------
    histories : DataFrame
        The table that `histories` returned, or those of its rows that belong to some persons.
    person : int
        Number of the person in the replication.
    replication : int, optional
        Number of the replication; may be left out where the table has only one.

    Returns
    -------
    Life
        Prints as one line per event, meetings in a row as one line; `rows` and `to_frame()` hold
        every event by itself.

    Raises
    ------
    InputError
        If there is no such person or replication, or the table is not one of histories.

    Examples
    --------
    >>> import jobsim as js
    >>> events = js.histories(js.Scenario.load("esbjerg-2018"), replications=[0], seed=1)
    >>> js.life(events, 17).rows[0].words
    'on benefit at the start, 348 weeks so far'
    """
    notes = _notes_of(histories)
    rows = _of_replication(histories, replication)
    number = whole_number("person", person)
    mine = rows[rows["number"] == number]
    if mine.empty:
        which = int(rows["replication"].iloc[0])
        numbers = _listed(rows["number"].unique().tolist())
        raise InputError(f"person: replication {which} has persons {numbers}; got {number}")
    first = mine.iloc[0]
    if str(first["event"]) not in FIRST_EVENTS:
        raise InputError(
            f'histories: the rows of person {number} begin with "{first["event"]}", not with the '
            "start or entry; pass all rows of the person"
        )
    columns = (mine[name].tolist() for name in ("week", "event", "value"))
    return Life(
        person=number,
        replication=int(first["replication"]),
        scenario=notes["scenario"],
        seed=notes["seed"],
        group=list(notes["groups"])[int(first["group"])],
        origin=int(first["origin"]),
        k=int(first["k"]),
        rows=tuple(Narrator(notes).tell(zip(*columns, strict=True))),
        notes=notes,
    )


def whole_number(name: str, value: object, top: int | None = None) -> int:
    """Check that an argument is a whole number from 0 (to `top`).

    Raises
    ------
    InputError
        If it is not.
    """
    number = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not number or value < 0 or (top is not None and value > top):  # type: ignore[operator]
        until = "0 or more" if top is None else f"0 to {top:,}"
        raise InputError(f"{name}: must be a whole number, {until}, got {value!r}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def replication_number(replication: object) -> int:
    """Check the number of one replication; InputError as `whole_number`."""
    return whole_number("replication", replication, top=2**32 - 1)


def _notes_of(histories: object) -> dict[str, Any]:
    """Labels and dates that `histories` put on its table."""
    import pandas as pd

    if not isinstance(histories, pd.DataFrame):
        raise InputError(
            f"histories: must be the table that histories() returns, got {type(histories).__name__}"
        )
    missing = [name for name in _COLUMNS if name not in histories.columns]
    if missing:
        raise InputError(f"histories: the table has no column {missing[0]}; see histories()")
    notes = {str(name): value for name, value in histories.attrs.items()}
    if any(name not in notes for name in _NOTES):
        raise InputError(
            "histories: the table has lost its notes on labels and dates (attrs); pass the table "
            "that histories() returned, or copy its attrs"
        )
    return notes


def _of_replication(histories: pd.DataFrame, replication: int | None) -> pd.DataFrame:
    numbers = histories["replication"].unique().tolist()
    if not numbers:
        raise InputError("histories: the table is empty; nobody lives in it")
    if replication is None:
        if len(numbers) > 1:
            raise InputError(
                f"replication: the table has replications {_listed(numbers)}; say which one"
            )
        return histories
    number = whole_number("replication", replication)
    if number not in numbers:
        raise InputError(f"replication: the table has {_listed(numbers)}; got {number}")
    return histories[histories["replication"] == number]


def _listed(numbers: list[int]) -> str:
    """Whole numbers in few words.

    Examples
    --------
    >>> _listed([2, 0, 1]), _listed([3]), _listed([3, 7])
    ('0 to 2', '3', '3, 7')
    """
    first, last = min(numbers), max(numbers)
    if len(numbers) > 2 and last - first == len(numbers) - 1:
        return f"{first} to {last:,}"
    shown = ", ".join(str(number) for number in sorted(numbers)[:12])
    return shown + (", …" if len(numbers) > 12 else "")
