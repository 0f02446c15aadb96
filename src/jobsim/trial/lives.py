"""What became of the participants of an arm, week by week, and the outcomes read from it.

May import engines and the file of a trial. Histories are read as an engine notes them, without a
table of words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Bools, Ints
from jobsim.engines.elements import EVENTS
from jobsim.engines.roster import COHORT, STOCK, Roster
from jobsim.engines.volumes import EventLog

ON_BENEFIT, IN_WORK, OTHERWISE = 1, 2, 3
"""Where somebody is in a week; 0 before anybody has come."""
_BECOMES = {
    "start": (ON_BENEFIT, 0),
    "enter": (ON_BENEFIT, 0),
    "return": (ON_BENEFIT, 0),
    "not_returned": (OTHERWISE, 0),
    "placed": (IN_WORK, 1),
    "other_exit": (OTHERWISE, 1),
}
"""What an event makes of somebody, and after how many weeks: who leaves benefit is counted there to
the end of the week."""
_CODES = {event: code for code, event in enumerate(EVENTS)}
_STATUS, _AFTER = np.zeros(len(EVENTS), dtype=np.int64), np.zeros(len(EVENTS), dtype=np.int64)
for _event, (_status, _weeks) in _BECOMES.items():
    _STATUS[_CODES[_event]], _AFTER[_CODES[_event]] = _status, _weeks
_EXITS = [_CODES["placed"], _CODES["other_exit"]]


@dataclass(frozen=True)
class Lives:
    """Participants of one arm in some futures, one entry or row for each, by future.

    Parameters
    ----------
    status : int8[persons, weeks]
    first_exit : int64[persons]
        Weeks until the first exit from benefit; more than there are weeks, where there is none.
    to_work : bool[persons]
        Whether that exit was to work.
    meetings : int64[futures, weeks]
        Meetings held, by all together.
    """

    status: npt.NDArray[np.int8]
    first_exit: Ints
    to_work: Bools
    meetings: Ints

    def __len__(self) -> int:
        return len(self.first_exit)

    def future(self, place: int) -> Lives:
        """Participants of one future, of which each has as many."""
        persons = len(self) // len(self.meetings)
        mine = slice(place * persons, (place + 1) * persons)
        return Lives(
            *(self.status[mine], self.first_exit[mine], self.to_work[mine]),
            self.meetings[place : place + 1],
        )

    def weeks_in(self, status: int, by_week: int) -> float:
        """Mean weeks somewhere."""
        return int(np.count_nonzero(self.status[:, :by_week] == status)) / len(self)

    def exits(self, by_week: int, *, to_work: bool | None = None) -> int:
        """How many have left benefit for the first time by a week."""
        left = self.first_exit <= by_week
        return int(np.count_nonzero(left if to_work is None else left & (self.to_work == to_work)))

    def weeks_at_risk(self, by_week: int) -> int:
        """Weeks until the first exit, or the week, of all together."""
        return int(np.minimum(self.first_exit, by_week).sum())


def joined(some: Sequence[Lives]) -> Lives:
    """Participants of several lots of futures as those of one."""
    if len(some) == 1:
        return some[0]
    return Lives(
        np.concatenate([one.status for one in some]),
        np.concatenate([one.first_exit for one in some]),
        np.concatenate([one.to_work for one in some]),
        np.concatenate([one.meetings for one in some]),
    )


def lives_of(
    log: EventLog, roster: Roster, group: int, people: str, weeks: int, first: int | None = None
) -> Lives:
    """Read the participants of a group from what an engine noted.

    Parameters
    ----------
    log : EventLog
    roster : Roster, of the same futures
    group : int, place of the group
    people : "cohort" or "stock"
    weeks : int
    first : int, optional
        How many of them, in order of their keys; else all.
    """
    origin = COHORT if people == "cohort" else STOCK
    chosen = (roster.group == group) & (roster.origin == origin)
    mine = np.flatnonzero(chosen if first is None else chosen & (roster.k < first))
    row_of = np.full(len(roster), -1)
    row_of[mine] = np.arange(len(mine))
    code, week, place, number, _ = log.columns()
    row = row_of[roster.first[place] + number]
    met = (code == _CODES["meeting"]) & (row >= 0)
    futures = len(roster.replications)
    meetings = np.bincount(place[met] * weeks + week[met], minlength=futures * weeks)
    kept = np.flatnonzero((_STATUS[code] > 0) & (row >= 0))
    kept = kept[np.lexsort((week[kept], row[kept]))]  # ties keep their order of occurrence
    code, row, week = code[kept], row[kept], week[kept] + _AFTER[code[kept]]
    status = _filled(row, week, _STATUS[code], len(mine), weeks)
    first_exit, to_work = _first_exits(code, row, week, len(mine), weeks)
    return Lives(status, first_exit, to_work, meetings.reshape(futures, weeks))


def _filled(row: Ints, week: Ints, status: Ints, persons: int, weeks: int) -> npt.NDArray[np.int8]:
    """Where each person is in each week, from changes in order of row and time."""
    before = np.where(np.diff(row, prepend=-1) == 0, np.roll(status, 1), 0)
    steps = np.zeros((persons, weeks + 1), dtype=np.int8)
    np.add.at(steps, (row, np.minimum(week, weeks)), (status - before).astype(np.int8))
    found: npt.NDArray[np.int8] = np.cumsum(steps, axis=1, dtype=np.int8)[:, :weeks]
    return found


def _first_exits(code: Ints, row: Ints, week: Ints, persons: int, weeks: int) -> tuple[Ints, Bools]:
    exits = np.flatnonzero(np.isin(code, _EXITS))
    who, place = np.unique(row[exits], return_index=True)
    first = exits[place]
    first_exit = np.full(persons, weeks + 1)
    to_work = np.zeros(persons, dtype=bool)
    first_exit[who], to_work[who] = week[first], code[first] == _CODES["placed"]
    return first_exit, to_work


def _rate(lives: Lives, by_week: int) -> float:
    return lives.exits(by_week, to_work=True) / lives.weeks_at_risk(by_week)


def _median(lives: Lives, by_week: int) -> float:
    return float(np.median(np.minimum(lives.first_exit, by_week)))


MEASURES: Mapping[str, Callable[[Lives, int], float]] = {
    "weeks_on_benefit": lambda lives, week: lives.weeks_in(ON_BENEFIT, week),
    "weeks_in_work": lambda lives, week: lives.weeks_in(IN_WORK, week),
    "weeks_otherwise": lambda lives, week: lives.weeks_in(OTHERWISE, week),
    "weeks_to_exit": lambda lives, week: lives.weeks_at_risk(week) / len(lives),
    "median_weeks_to_exit": _median,
    "exit_share": lambda lives, week: lives.exits(week) / len(lives),
    "exit_share_to_work": lambda lives, week: lives.exits(week, to_work=True) / len(lives),
    "exit_share_otherwise": lambda lives, week: lives.exits(week, to_work=False) / len(lives),
    "share_in_work": lambda lives, week: float(np.mean(lives.status[:, week - 1] == IN_WORK)),
    "job_finding_rate": _rate,
    "meetings": lambda lives, week: int(lives.meetings[:week].sum()) / len(lives),
}
"""What is read from the lives of an arm, but money: of lives and the weeks that count."""
