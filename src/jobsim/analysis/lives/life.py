"""One person's path through the jobcentre, in words and dates; may import text and errors.

A `Narrator` walks along a person's rows of the histories and remembers what the next words need:
since when the person is where, in which track, with which small job.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from jobsim.errors import InputError
from jobsim.scenario.fields import whole_number
from jobsim.text.printed import Drawn, Framed, Printed
from jobsim.text.tables import Lines, counted
from jobsim.vocabulary import EMPLOYED, LEFT, ON_BENEFIT, REGULAR

if TYPE_CHECKING:
    import pandas as pd

FIRST_EVENTS = ("start", "start_employed", "enter")
"""With one of these every path begins."""

_WORDS = {ON_BENEFIT: "on benefit", EMPLOYED: "in work"}
"""Where somebody is at the end of the run, in words."""

_CALLS = ("meeting", "no_show")
_WORTH_FOLDING = 3


@dataclass(frozen=True)
class Moment:
    """One event in a person's life.

    Parameters
    ----------
    week : int, of the run
    date : date, the fourth day of the week, on which schedules are read
    event : str, as in the histories; "end" for the end of the run
    words : str
    value : int
        As in the histories; for "end" the weeks on benefit, or in the job, so far.
    track : str
        Code of the track while on benefit, after the event; empty otherwise.
    """

    week: int
    date: dt.date
    event: str
    words: str
    value: int
    track: str


def track_label(code: str, notes: Mapping[str, Any]) -> str:
    """The regular service, or a programme in quotation marks."""
    label = str(notes["tracks"][code])
    return label if code == REGULAR else f'"{label}"'


class Narrator:
    """Puts the events of one person into words.

    Parameters
    ----------
    notes : mapping, `attrs` of the histories
    """

    def __init__(self, notes: Mapping[str, Any]) -> None:
        self.notes = notes
        self._tracks, self._supports = list(notes["tracks"]), list(notes["supports"].values())
        self._status = LEFT
        self._since = 0  # week in which the present spell or job began; may lie before the run
        self._track, self._level = REGULAR, 0
        self._admission = 0  # week of it

    def tell(self, rows: Iterable[tuple[int, str, int]]) -> Iterator[Moment]:
        """Yield each event (week, event, value) in words, and the end of the run."""
        for week, event, value in rows:
            words: str = getattr(self, f"_{event}")(week, value)
            yield self._moment(week, event, words, value)
        if self._status != LEFT:
            last = int(self.notes["weeks"]) - 1
            lasted = last + 1 - self._since
            words = f"end of the run: {_WORDS[self._status]}, {counted(lasted, 'week')} so far"
            words += f", in {self._where()}" if self._track != REGULAR else ""
            words += f", in a small job of {self._hours()} a week" if self._level else ""
            yield self._moment(last, "end", words, lasted)

    def _moment(self, week: int, event: str, words: str, value: int) -> Moment:
        track = self._track if self._status == ON_BENEFIT else ""
        date = dt.date.fromisoformat(self.notes["start"]) + dt.timedelta(days=7 * week + 3)
        return Moment(week, date, event, words, value, track)

    def _where(self) -> str:
        return track_label(self._track, self.notes)

    def _hours(self) -> str:
        hours = self.notes["hours_per_week"][self._level - 1]
        return f"{hours:g} {'hour' if hours == 1 else 'hours'}"

    def _begin(self, status: str, since: int) -> str:
        """Begin a spell or a job; tell how long the last one was."""
        lasted = counted(since - self._since, "week")
        self._status, self._since = status, since
        self._track, self._level = REGULAR, 0
        return lasted

    # One method for each event, found by its name

    def _start(self, week: int, elapsed: int) -> str:
        self._begin(ON_BENEFIT, week - elapsed)
        return f"on benefit at the start, {counted(elapsed, 'week')} so far"

    def _start_employed(self, week: int, tenure: int) -> str:
        self._begin(EMPLOYED, week - tenure)
        return f"in work at the start, {counted(tenure, 'week')} so far"

    def _enter(self, week: int, _: int) -> str:
        self._begin(ON_BENEFIT, week)
        return "comes to benefit"

    def _start_small_job(self, _: int, level: int) -> str:
        self._level = level
        return f"has a small job at the start, {self._hours()} a week"

    def _return(self, week: int, _: int) -> str:
        return f"back on benefit after {self._begin(ON_BENEFIT, week)} of work"

    def _not_returned(self, week: int, _: int) -> str:
        return f"job ends after {self._begin(LEFT, week)}; does not come back to benefit"

    def _programme_end(self, week: int, _: int) -> str:
        where, self._track = self._where(), REGULAR
        return f"leaves {where} after {counted(week - self._admission, 'week')}"

    def _admitted(self, week: int, track: int) -> str:
        self._track, self._admission = self._tracks[track], week
        return f"admitted to {self._where()}"

    def _no_show(self, _: int, __: int) -> str:
        return f"does not come to a meeting in {self._where()}"

    def _meeting(self, _: int, waited: int) -> str:
        wait = f" (waited {counted(waited, 'week')})" if waited else ""
        return f"meeting in {self._where()}{wait}"

    def _meeting_exit(self, _: int, __: int) -> str:
        return "the meeting settles to leave benefit for something else than work"

    def _support(self, _: int, place: int) -> str:
        return f'granted "{self._supports[place]}"'

    def _small_job(self, _: int, level: int) -> str:
        self._level = level
        return f"takes a small job, {self._hours()} a week"

    def _drop(self, _: int, __: int) -> str:
        hours, self._level = self._hours(), 0
        return f"small job of {hours} a week ends"

    def _step(self, _: int, level: int) -> str:
        self._level = level
        return f"small job grows to {self._hours()} a week"

    def _placed(self, week: int, route: int) -> str:
        self._level = len(self.notes["hours_per_week"])
        how = f"off benefit as the small job grows to {self._hours()} a week," if route else ""
        spell = self._begin(EMPLOYED, week + 1)
        return f"{how} after {spell}" if route else f"finds a job after {spell} on benefit"

    def _other_exit(self, week: int, _: int) -> str:
        return f"leaves benefit for good, not for work, after {self._begin(LEFT, week + 1)}"


def folded(moments: Sequence[Moment], notes: Mapping[str, Any]) -> list[tuple[dt.date, str]]:
    """Dates and words, with three or more calls to meetings in a row made one line."""
    runs = groupby(moments, key=lambda moment: moment.event in _CALLS)
    return [line for _, run in runs for line in _calls(list(run), notes)]


def _calls(run: Sequence[Moment], notes: Mapping[str, Any]) -> list[tuple[dt.date, str]]:
    held = [moment for moment in run if moment.event == "meeting"]
    if len(run) < _WORTH_FOLDING or len(held) < 2:
        return [(moment.date, moment.words) for moment in run]
    gaps = {b.week - a.week for a, b in pairwise(held)}
    apart = f"every {_span(gaps)}" if max(gaps) > 1 else "every week"
    if len(held) == 2:
        apart = f"{_span(gaps)} apart"
    waited, missed = max(moment.value for moment in held), len(run) - len(held)
    words = [
        f"{len(held)} meetings in {track_label(run[0].track, notes)} until {run[-1].date}, {apart}",
        f"waited up to {counted(waited, 'week')}" if waited else "",
        f"missed {missed}" if missed else "",
    ]
    return [(run[0].date, "; ".join(part for part in words if part))]


def _span(weeks: set[int]) -> str:
    low, high = min(weeks), max(weeks)
    return counted(high, "week") if low == high else f"{low} to {counted(high, 'week')}"


_COLUMNS = ("replication", "number", "group", "origin", "k", "week", "event", "value")
_NOTES = ("scenario", "seed", "start", "weeks", "groups", "tracks", "supports", "hours_per_week")
WIDE = (10, 86)
"""Letters of a date, and of what happened then."""


@dataclass(frozen=True, repr=False)
class Life(Printed, Drawn, Framed):
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
        who = f"person {self.person} of replication {self.replication}: {label}"
        return f"{who}, {first.words}{when}"

    def to_frame(self) -> pd.DataFrame:
        """One line per event: week, date, event, words, value, track."""
        import pandas as pd

        return super().to_frame().assign(date=lambda frame: pd.to_datetime(frame["date"]))

    def beginning(self, stop: int | None = None) -> Lines:
        """The opening and the first events, those before `stop` (default: all)."""
        lines = folded(self.rows[1:stop], self.notes)
        return Lines(self.opening, (), tuple((str(date), words) for date, words in lines), WIDE)

    def _table(self) -> Lines:
        return self.beginning()


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
    'on benefit at the start, 345 weeks so far'
    """
    notes = _notes_of(histories)
    rows = _of_replication(histories, replication)
    number = whole_number("person", person, 0)
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


def replication_number(replication: object) -> int:
    """Check the number of one replication; InputError as `whole_number`."""
    return whole_number("replication", replication, 0, 2**32 - 1)


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
    number = whole_number("replication", replication, 0)
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
