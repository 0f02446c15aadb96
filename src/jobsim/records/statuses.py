"""Weekly status codes, as the DREAM register has them, turned into events; may import the events.

A person has one code for each week. A mapping says which codes are benefit, work, something else or
not known. What statuses cannot tell: meetings, programmes, small jobs and supports (give them as
events beside the codes), and what came before the first week. Whoever is on benefit in it needs
`elapsed_weeks`; without that number the person is left out, since it is not known how many have
left before. Work in the first week counts as a job only with `tenure_weeks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jobsim.arrays import Bools, Ints
from jobsim.errors import InputError, nearest
from jobsim.records.events import Where, whole_column

if TYPE_CHECKING:
    import pandas as pd

STATUSES = "statuses"
"""Column of codes, with blanks between."""
MEANINGS = ("benefit", "work", "other", "unknown")
_BENEFIT, _WORK, _OTHER, _UNKNOWN = range(len(MEANINGS))
_AFTER = {_WORK: "placed", _OTHER: "other_exit"}
"""Event of the last week on benefit, by what comes after."""


def events_of_statuses(
    frame: pd.DataFrame, codes: dict[str, str], where: Where
) -> tuple[pd.DataFrame, int]:
    """Events that weekly codes show.

    Parameters
    ----------
    frame : DataFrame
        Columns person, group, statuses, and where known elapsed_weeks and tenure_weeks; optionally
        first_week, the week of the first code, which is 0 otherwise.
    codes : dict of code to one of `MEANINGS`
    where : function of the place of a row that says it in words

    Returns
    -------
    DataFrame of events, and the number of persons left out

    Raises
    ------
    InputError
        If a column is missing, a code has no meaning, or a person has two rows.
    """
    import pandas as pd

    for name in ("person", STATUSES):
        if name not in frame:
            hint = nearest(name, map(str, frame.columns))
            raise InputError(f'{where(-1)}: there is no column "{name}"{hint}')
    twice = np.asarray(frame["person"].duplicated())
    if twice.any():
        raise InputError(f"{where(int(np.argmax(twice)))}: person: has a row already")
    row, week, state = _weeks(frame, codes, where)
    first = np.diff(row, prepend=-1) != 0
    elapsed, tenure = (_known(frame, name, where) for name in ("elapsed_weeks", "tenure_weeks"))
    lost = first & (state == _BENEFIT) & (elapsed[row] < 0)
    kept = ~np.isin(row, row[lost])
    row, week, state, first = row[kept], week[kept], state[kept], first[kept]
    parts = _changes(row, week, state, first, elapsed, tenure) if len(row) else []
    columns = list(zip(*(part for part in parts if len(part[0])), strict=True))
    if not columns:
        raise InputError(f"{where(-1)}: shows nobody who comes to benefit, or since when they are")
    rows, weeks, names, values = (np.concatenate(column) for column in columns)
    found = pd.DataFrame({"week": weeks, "event": names, "value": values})
    for name in ("person", "group"):
        if name in frame:
            found.insert(0, name, frame[name].to_numpy()[rows])
    return found, int(lost.sum())


def _known(frame: pd.DataFrame, name: str, where: Where) -> Ints:
    """Whole numbers of a column; -1 where it is empty, or there is none."""
    found = np.full(len(frame), -1, dtype=np.int64)
    if name in frame:
        given = np.asarray(frame[name].notna() & (frame[name].astype(str).str.strip() != ""))
        places = np.flatnonzero(given)
        rows = frame.iloc[places]
        found[given] = whole_column(rows, name, "weeks", lambda at: where(int(places[max(at, 0)])))
    return found


def _weeks(frame: pd.DataFrame, codes: dict[str, str], where: Where) -> tuple[Ints, Ints, Ints]:
    """Row, week and meaning of every code between those that are not known."""
    import pandas as pd

    texts = frame[STATUSES].fillna("").astype(str).str.split()
    lengths = np.asarray(texts.map(len), dtype=np.int64)
    if not lengths.sum():
        raise InputError(f"{where(-1)}: holds no status codes")
    row = np.repeat(np.arange(len(frame)), lengths)
    begin = np.maximum(0, _known(frame, "first_week", where))
    week = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + begin[row]
    places, distinct = pd.factorize(np.array([code for one in texts for code in one], dtype=object))
    meaning = np.full(len(distinct), -1)
    for place, code in enumerate(distinct):
        if code not in codes:
            at = int(np.argmax(places == place))
            raise InputError(
                f'{where(int(row[at]))}: week {week[at]}: code "{code}" has no meaning; map it to '
                f"{', '.join(MEANINGS)}{nearest(code, codes)}"
            )
        meaning[place] = MEANINGS.index(codes[code])
    state = meaning[places]
    opened = _so_far(state != _UNKNOWN, row) > 0
    seen = opened & (_so_far(opened & (state == _UNKNOWN), row) == 0)
    return row[seen], week[seen], state[seen]


def _so_far(marks: Bools, row: Ints) -> Ints:
    """Marks of the same row up to each place, that included."""
    total = np.cumsum(marks)
    return np.asarray(total - np.concatenate([[0], total])[np.searchsorted(row, row)])


def _changes(
    row: Ints, week: Ints, state: Ints, first: Bools, elapsed: Ints, tenure: Ints
) -> list[tuple[Ints, Ints, Ints, Ints]]:
    """Rows, weeks, names and values of events, by kind.

    Work counts as a job once the person has come to benefit, or where its length is known.
    """
    last = np.append(first[1:], True)
    before = np.where(first, _UNKNOWN, np.append(_UNKNOWN, state[:-1]))
    after = np.where(last, _UNKNOWN, np.append(state[1:], _UNKNOWN))
    found_in_work = first & (state == _WORK) & (tenure[row] >= 0)
    opens = np.where(state != before, np.arange(len(row)), 0)
    stay = np.append(0, np.maximum.accumulate(opens)[:-1])  # where the stay before began
    from_job = ~first & (before == _WORK) & ((before[stay] == _BENEFIT) | found_in_work[stay])
    on_benefit = state == _BENEFIT
    comes = on_benefit & (before != _BENEFIT)
    known = _so_far(comes | found_in_work, row)
    kinds = {
        "start": comes & first,
        "start_employed": found_in_work,
        "enter": comes & ~first & ~from_job,
        "return": comes & from_job,
        "not_returned": (state == _OTHER) & from_job,
        **{name: on_benefit & (after == then) for then, name in _AFTER.items()},
        "censored": last & (known > 0),
    }
    values = {"start": elapsed, "start_employed": tenure}
    return [
        (
            row[rows],
            week[rows],
            np.full(int(rows.sum()), name, dtype=object),
            values[name][row[rows]] if name in values else np.zeros(int(rows.sum()), dtype=int),
        )
        for name, rows in kinds.items()
    ]
