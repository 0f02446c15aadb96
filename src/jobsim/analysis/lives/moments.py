"""Events of one person in words and dates; may import lines.

A `Narrator` walks along a person's rows of the histories and remembers what the next words need:
since when the person is where, in which track, with which small job.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobsim.text.lines import counted

FIRST_EVENTS = ("start", "start_employed", "enter")
"""With one of these every path begins."""

ON_BENEFIT, IN_WORK, GONE = "on benefit", "in work", "gone for good"

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


def date_of(week: int, notes: Mapping[str, Any]) -> dt.date:
    """Fourth day of a week of the run."""
    return dt.date.fromisoformat(notes["start"]) + dt.timedelta(days=7 * week + 3)


def track_label(code: str, notes: Mapping[str, Any]) -> str:
    """The regular service, or a programme in quotation marks."""
    label = str(notes["tracks"][code])
    return label if code == "regular" else f'"{label}"'


class Narrator:
    """Puts the events of one person into words.

    Parameters
    ----------
    notes : mapping, `attrs` of the histories
    """

    def __init__(self, notes: Mapping[str, Any]) -> None:
        self.notes = notes
        self._tracks, self._supports = list(notes["tracks"]), list(notes["supports"].values())
        self._status = GONE
        self._since = 0  # week in which the present spell or job began; may lie before the run
        self._track, self._admitted, self._level = "regular", 0, 0
        self._words: dict[str, Callable[[int, int], str]] = {
            "start": self._start,
            "start_small_job": self._start_small_job,
            "start_employed": self._start_employed,
            "enter": self._enter,
            "return": self._return,
            "not_returned": self._not_returned,
            "programme_end": self._programme_end,
            "admitted": self._admit,
            "no_show": self._no_show,
            "meeting": self._meeting,
            "support": self._support,
            "small_job": self._small_job,
            "drop": self._drop,
            "step": self._step,
            "placed": self._placed,
            "other_exit": self._other_exit,
        }

    def tell(self, rows: Iterable[tuple[int, str, int]]) -> Iterator[Moment]:
        """Yield each event (week, event, value) in words, and the end of the run."""
        for week, event, value in rows:
            words = self._words[event](week, value)
            yield self._moment(week, event, words, value)
        if self._status != GONE:
            last = int(self.notes["weeks"]) - 1
            lasted = last + 1 - self._since
            words = f"end of the run: {self._status}, {counted(lasted, 'week')} so far"
            yield self._moment(last, "end", words + self._beside(), lasted)

    def _moment(self, week: int, event: str, words: str, value: int) -> Moment:
        track = self._track if self._status == ON_BENEFIT else ""
        return Moment(week, date_of(week, self.notes), event, words, value, track)

    def _beside(self) -> str:
        """What a person on benefit takes part in."""
        if self._status != ON_BENEFIT:
            return ""
        programme = "" if self._track == "regular" else f", in {self._where()}"
        return programme + (f", in a small job of {self._hours()} a week" if self._level else "")

    def _where(self) -> str:
        return track_label(self._track, self.notes)

    def _hours(self) -> str:
        hours = self.notes["hours_per_week"][self._level - 1]
        return f"{hours:g} {'hour' if hours == 1 else 'hours'}"

    def _begin(self, status: str, since: int) -> None:
        self._status, self._since = status, since
        self._track, self._level = "regular", 0

    # One method for each event

    def _start(self, week: int, elapsed: int) -> str:
        self._begin(ON_BENEFIT, week - elapsed)
        return f"on benefit at the start, {counted(elapsed, 'week')} so far"

    def _start_employed(self, week: int, tenure: int) -> str:
        self._begin(IN_WORK, week - tenure)
        return f"in work at the start, {counted(tenure, 'week')} so far"

    def _enter(self, week: int, _: int) -> str:
        self._begin(ON_BENEFIT, week)
        return "comes to benefit"

    def _start_small_job(self, _: int, level: int) -> str:
        self._level = level
        return f"has a small job at the start, {self._hours()} a week"

    def _return(self, week: int, _: int) -> str:
        worked = week - self._since
        self._begin(ON_BENEFIT, week)
        return f"back on benefit after {counted(worked, 'week')} of work"

    def _not_returned(self, week: int, _: int) -> str:
        worked = week - self._since
        self._begin(GONE, week)
        return f"job ends after {counted(worked, 'week')}; does not come back to benefit"

    def _programme_end(self, week: int, _: int) -> str:
        where, self._track = self._where(), "regular"
        return f"leaves {where} after {counted(week - self._admitted, 'week')}"

    def _admit(self, week: int, track: int) -> str:
        self._track, self._admitted = self._tracks[track], week
        return f"admitted to {self._where()}"

    def _no_show(self, _: int, __: int) -> str:
        return f"does not come to a meeting in {self._where()}"

    def _meeting(self, _: int, waited: int) -> str:
        wait = f" (waited {counted(waited, 'week')})" if waited else ""
        return f"meeting in {self._where()}{wait}"

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
        spell = counted(week + 1 - self._since, "week")
        self._level = len(self.notes["hours_per_week"])
        how = f"off benefit as the small job grows to {self._hours()} a week," if route else ""
        self._begin(IN_WORK, week + 1)
        return f"{how} after {spell}" if route else f"finds a job after {spell} on benefit"

    def _other_exit(self, week: int, _: int) -> str:
        spell = counted(week + 1 - self._since, "week")
        self._begin(GONE, week)
        return f"leaves benefit for good, not for work, after {spell}"


def folded(moments: Sequence[Moment], notes: Mapping[str, Any]) -> list[tuple[dt.date, str]]:
    """Dates and words, with three or more calls to meetings in a row made one line."""
    lines: list[tuple[dt.date, str]] = []
    run: list[Moment] = []
    for moment in moments:
        if moment.event in _CALLS:
            run.append(moment)
            continue
        lines += _calls(run, notes)
        run = []
        lines.append((moment.date, moment.words))
    return lines + _calls(run, notes)


def _calls(run: Sequence[Moment], notes: Mapping[str, Any]) -> list[tuple[dt.date, str]]:
    held = [moment for moment in run if moment.event == "meeting"]
    if len(run) < _WORTH_FOLDING or len(held) < 2:
        return [(moment.date, moment.words) for moment in run]
    gaps = {b.week - a.week for a, b in zip(held, held[1:], strict=False)}
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
