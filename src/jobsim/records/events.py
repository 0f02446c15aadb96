"""Events of persons, checked and in order; may import scenarios and the engines' names of events.

Every row is one event of one person, as `histories` writes them. Records of one's own may begin and
end when they like: `censored` is the last week in which a person is followed, and whoever has left
for something else may `enter` again, with the same frailty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.arrays import Bools, Ints
from jobsim.engines.elements import EVENTS
from jobsim.errors import InputError, nearest
from jobsim.scenario import Scenario
from jobsim.vocabulary import CAUSES, ROUTES

if TYPE_CHECKING:
    import pandas as pd

CENSORED = "censored"
"""Event: the last week in which a person is followed."""
PHASES = {**EVENTS, CENSORED: 10}
"""Phase of the week of each event."""
NAMES = tuple(PHASES)
CODE = {name: code for code, name in enumerate(NAMES)}
_PLACED, _RAMP = CODE["placed"], ROUTES.index("ramp")
UNSEEN, BENEFIT, WORK, GONE, ENDED = range(5)
"""Where a person is between two events."""
_WHERE = ("not in the records yet", "on benefit", "in work", "gone for good", "not followed")
_LEADS_TO = {
    **dict.fromkeys(("start", "enter", "return"), BENEFIT),
    **dict.fromkeys(("start_employed", "placed"), WORK),
    **dict.fromkeys(CAUSES, GONE),
    CENSORED: ENDED,
}
_COMES_FROM = {
    **dict.fromkeys(("start", "start_employed"), (UNSEEN,)),
    "enter": (UNSEEN, GONE),
    **dict.fromkeys(("return", "not_returned"), (WORK,)),
    CENSORED: (BENEFIT, WORK, GONE),
}
"""Where a person must be for an event; on benefit for all others."""
LEADS_TO = np.array([_LEADS_TO.get(name, UNSEEN) for name in NAMES])
_OPEN = np.array(
    [[place in _COMES_FROM.get(name, (BENEFIT,)) for place in range(5)] for name in NAMES]
)
COLUMNS = ("person", "group", "week", "event", "value")
Where = Callable[[int], str]
"""Words for the place of a row, which errors begin with."""


@dataclass(frozen=True, eq=False)
class Events:
    """Events in order of person, week, phase and occurrence; persons in order of group.

    Parameters
    ----------
    person, week, code, value : int64[rows]
        `code` is the place in `NAMES`.
    group, run, until : int64[persons]
        Place of the group in the scenario, replication, and first week that is not followed.
    status : int64[rows], where the person is before the event
    before : int64[rows], row of the event that led there; -1 for none
    """

    person: Ints
    week: Ints
    code: Ints
    value: Ints
    group: Ints
    run: Ints
    until: Ints
    status: Ints
    before: Ints

    def is_(self, *names: str) -> Bools:
        """Which rows are events of these names."""
        return np.isin(self.code, [CODE[name] for name in names])


def checked_events(frame: pd.DataFrame, scenario: Scenario, where: Where) -> Events:
    """Check a table of events and put it in order.

    Parameters
    ----------
    frame : DataFrame
        Columns person (or replication and number), group, week, event and value.
    scenario : Scenario, whose groups, programmes, supports and weeks are meant
    where : function of the place of a row that says it in words

    Raises
    ------
    InputError
        If a column is missing, a cell is not valid, or events of a person cannot follow each other;
        the message names the row.
    """
    if not len(frame):
        raise InputError(f"{where(-1)}: holds no events")
    person, run = _persons(frame, where)
    week = _weeks(frame, scenario, where)
    code = _event_codes(frame, where)
    value = _values(frame, scenario, code, where)
    group = _groups(frame, scenario, where)
    _refuse_other_calendar(frame, scenario, where)
    phase = np.array(list(PHASES.values()))[code]
    phase[(code == _PLACED) & (value == _RAMP)] = EVENTS["step"]
    order = np.lexsort((phase, week, person, group))
    ids = person[order]
    first = np.diff(ids, prepend=-1) != 0
    rank = np.empty(int(person.max()) + 1, dtype=np.int64)
    rank[ids[first]] = np.arange(int(first.sum()))
    if int(first.sum()) != len(np.unique(ids)):
        _refuse_two_groups(person, group, where)
    person, week, code, value = (one[order] for one in (rank[person], week, code, value))
    status, before = _followed(person, code)
    until = np.full(int(first.sum()), _weeks_followed(frame, scenario))
    ends = code == CODE[CENSORED]
    until[person[ends]] = week[ends] + 1
    persons = group[order][first], run[order][first], until
    events = Events(person, week, code, value, *persons, status, before)
    _refuse_impossible(events, order, where)
    return events


def _column(frame: pd.DataFrame, name: str, where: Where) -> pd.Series[Any]:
    if name not in frame:
        hint = nearest(name, map(str, frame.columns))
        raise InputError(f'{where(-1)}: there is no column "{name}"{hint}')
    return frame[name]


def whole_column(frame: pd.DataFrame, name: str, unit: str, where: Where) -> Ints:
    """Whole numbers, 0 or more, of a column.

    Raises
    ------
    InputError
        If there is no such column, or a cell is empty or something else.
    """
    import pandas as pd

    given = _column(frame, name, where)
    numbers = np.asarray(pd.to_numeric(given, errors="coerce"), dtype=np.float64)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0) & (numbers < 2**53))
    wrong |= np.where(wrong, 0.0, numbers) % 1 != 0
    if wrong.any():
        row = int(np.argmax(wrong))
        got = given.iloc[row]
        empty = pd.isna(got) or str(got).strip() == ""
        told = "is empty" if empty else f"must be a whole number, 0 or more ({unit}), got {got}"
        raise InputError(f"{where(row)}: {name}: {told}")
    return numbers.astype(np.int64)


def _persons(frame: pd.DataFrame, where: Where) -> tuple[Ints, Ints]:
    """Number of the person of each row, in order of appearance, and the replication."""
    import pandas as pd

    if "person" in frame or not {"replication", "number"} <= set(frame):
        given = _column(frame, "person", where)
        empty = np.asarray(given.isna() | (given.astype(str).str.strip() == ""))
        if empty.any():
            raise InputError(f"{where(int(np.argmax(empty)))}: person: is empty")
        return pd.factorize(given)[0].astype(np.int64), np.zeros(len(frame), dtype=np.int64)
    run = whole_column(frame, "replication", "replication", where)
    number = whole_column(frame, "number", "number of a person", where)
    key = run * (int(number.max()) + 1) + number
    return pd.factorize(key)[0].astype(np.int64), pd.factorize(run)[0].astype(np.int64)


def _weeks_followed(frame: pd.DataFrame, scenario: Scenario) -> int:
    return min(int(frame.attrs.get("weeks", scenario.horizon.weeks)), scenario.horizon.weeks)


def _weeks(frame: pd.DataFrame, scenario: Scenario, where: Where) -> Ints:
    week = whole_column(frame, "week", "weeks since the first day of the scenario", where)
    most = scenario.horizon.weeks
    if (week >= most).any():
        row = int(np.argmax(week >= most))
        raise InputError(
            f"{where(row)}: week: must be below {most}, the weeks of the scenario's horizon, "
            f"got {week[row]}; horizon.weeks can be set"
        )
    return week


def _refuse_other_calendar(frame: pd.DataFrame, scenario: Scenario, where: Where) -> None:
    start = frame.attrs.get("start", scenario.horizon.start.isoformat())
    if start != scenario.horizon.start.isoformat():
        raise InputError(
            f"{where(-1)}: week 0 begins on {start}, that of the scenario on "
            f"{scenario.horizon.start}; set horizon.start"
        )


def _event_codes(frame: pd.DataFrame, where: Where) -> Ints:
    given = _column(frame, "event", where)
    return _looked_up(given, CODE, "event", where)


def _looked_up(
    given: pd.Series[Any], known: dict[str, int], what: str, where: Where, *, numbers: int = 0
) -> Ints:
    """Places of words in a list; whole numbers below `numbers` stand for themselves."""
    import pandas as pd

    places, distinct = pd.factorize(given, use_na_sentinel=True)
    found = np.full(len(distinct) + 1, -1, dtype=np.int64)
    for place, one in enumerate(distinct):
        text = str(one).strip().removesuffix(".0")
        number = int(text) if text.isdecimal() and int(text) < numbers else -1
        found[place] = known.get(text, number)
    codes = found[places]
    if (codes < 0).any():
        row = int(np.argmax(codes < 0))
        text = str(given.iloc[row]).strip()
        if places[row] < 0 or not text:
            raise InputError(f"{where(row)}: {what}: is empty")
        raise InputError(f'{where(row)}: {what}: there is no "{text}"{nearest(text, known)}')
    return codes


def _groups(frame: pd.DataFrame, scenario: Scenario, where: Where) -> Ints:
    """Place of the group in the scenario; numbers are places in the scenario that was played."""
    codes = list(scenario.groups)
    if "group" not in frame and len(codes) == 1:
        return np.zeros(len(frame), dtype=np.int64)
    played = list(frame.attrs.get("groups", codes))
    known = {code: place for place, code in enumerate(played)}
    place = _looked_up(_column(frame, "group", where), known, "group", where, numbers=len(played))
    for code in played:
        if code not in codes and (place == known[code]).any():
            raise InputError(
                f'{where(-1)}: group: "{code}" is not in the scenario{nearest(code, codes)}'
            )
    return np.array([codes.index(code) if code in codes else -1 for code in played])[place]


def _values(frame: pd.DataFrame, scenario: Scenario, code: Ints, where: Where) -> Ints:
    """Whole numbers; programmes, supports and routes may be told by their codes."""
    words = {
        **{word: place for place, word in enumerate(ROUTES)},
        **{word: place for place, word in enumerate(scenario.supports)},
        **{word: place for place, word in enumerate(("regular", *scenario.programmes))},
    }
    if "value" not in frame:
        needs = np.isin(code, [CODE[name] for name in ("start", "start_employed", "admitted")])
        if needs.any():
            name = NAMES[code[int(np.argmax(needs))]]
            raise InputError(f'{where(-1)}: there is no column "value", and {name} needs one')
        return np.zeros(len(frame), dtype=np.int64)
    given = frame["value"]
    if given.dtype.kind not in "iufb":
        texts = given.astype(object).where(given.notna(), "")
        texts = texts.map(lambda one: words.get(str(one).strip(), one))
        _refuse_unknown_words(texts, words, where)
        frame = frame.assign(value=texts.where(texts.astype(str).str.strip() != "", _blank(code)))
    value = whole_column(frame, "value", _UNIT, where)
    _refuse_too_long(value, code, where)
    _refuse_beyond(value, code, "admitted", len(scenario.programmes) + 1, "programme", where)
    _refuse_beyond(value, code, "support", len(scenario.supports), "support", where)
    _refuse_beyond(value, code, "placed", len(ROUTES), "route", where)
    return value


def _refuse_too_long(value: Ints, code: Ints, where: Where) -> None:
    wrong = np.isin(code, [CODE["start"], CODE["start_employed"]]) & (value > _LIFE)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"{where(row)}: value: must be {_LIFE:,} weeks at most, a hundred years, got "
            f"{value[row]:,}"
        )


def _refuse_unknown_words(texts: pd.Series[Any], words: Mapping[str, int], where: Where) -> None:
    for one in texts.unique():
        text = str(one).strip()
        if text[:1].isalpha() and text.lower() not in ("nan", "inf"):
            row = int(np.argmax(texts == one))
            raise InputError(f'{where(row)}: value: there is no "{text}"{nearest(text, words)}')


_LIFE = 5200
"""Most weeks on benefit or in a job before the first week."""
_UNIT = "weeks, or the place of a track, support or route"


def _blank(code: Ints) -> Any:
    """What an empty value means: 0, except where a number of weeks is needed."""
    needed = np.isin(code, [CODE["start"], CODE["start_employed"]])
    found = np.zeros(len(code), dtype=object)
    found[needed] = None
    return found


def _refuse_beyond(
    value: Ints, code: Ints, event: str, count: int, what: str, where: Where
) -> None:
    wrong = (code == CODE[event]) & (value >= count)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"{where(row)}: value: the scenario has no {what} number {value[row]} "
            f"(they are counted from {int(what == 'programme')})"
        )


def _refuse_two_groups(person: Ints, group: Ints, where: Where) -> None:
    first = np.full(int(person.max()) + 1, -1)
    first[person[::-1]] = group[::-1]
    row = int(np.argmax(first[person] != group))
    raise InputError(f"{where(row)}: group: is another than in the person's first row")


def _followed(person: Ints, code: Ints) -> tuple[Ints, Ints]:
    """Where each person is before each event, and the row that led there."""
    rows = np.arange(len(person))
    leading = np.maximum.accumulate(np.where(LEADS_TO[code] > 0, rows, -1))
    before = np.concatenate([[-1], leading[:-1]])
    first_row = np.searchsorted(person, person)
    before = np.where(before < first_row, -1, before)
    return np.where(before < 0, UNSEEN, LEADS_TO[code[before]]), before


def _refuse_impossible(events: Events, order: Ints, where: Where) -> None:
    """Refuse what no person can live through."""
    code, week, last = events.code, events.week, events.before

    def refuse(wrong: Bools, told: Callable[[int], str]) -> None:
        if wrong.any():
            row = int(np.argmax(wrong))
            what = f"{NAMES[code[row]]} in week {week[row]}"
            raise InputError(f"{where(int(order[row]))}: {what}: {told(row)}")

    def since(row: int) -> str:
        place = f"the person is {_WHERE[events.status[row]]}"
        reason = f" since {NAMES[code[last[row]]]} in week {week[last[row]]}"
        return place + reason * bool(last[row] >= 0)

    columns = (events.person, week, code, events.value)
    refuse(_repeated(columns), lambda _: "the row is there twice")
    refuse(~_OPEN[code, events.status], since)
    jobs = events.is_("return", "not_returned") & (code[last] == _PLACED)
    refuse(
        jobs & (week < week[last] + 2),
        lambda row: f"the job began after week {week[last[row]]}; it lasts a week at least",
    )
    met = events.is_("meeting")
    twice = np.zeros(len(code), dtype=bool)
    twice[met] = _repeated((events.person[met], week[met]))
    refuse(twice, lambda _: "the person is met twice in that week")


def _repeated(columns: Sequence[Ints]) -> Bools:
    """Which rows are the same as the row before."""
    same = [np.diff(column, prepend=column[:1] - 1) == 0 for column in columns]
    return np.asarray(np.all(same, axis=0))
