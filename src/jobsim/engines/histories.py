"""What happened to each person, event by event, for a few replications.

May import everything in engines. An engine notes events in an `EventLog` as it plays; the log
becomes a tidy table here, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.engines.choice import chosen_engine, engine_named, refuse_unplayed
from jobsim.engines.elements import EVENTS
from jobsim.engines.event_log import EventLog
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import Roster, build_roster
from jobsim.engines.simulate import batches, check_seed, replication_numbers
from jobsim.engines.size import expected_persons, memory_limit_gib
from jobsim.engines.tables import Tables
from jobsim.errors import SizeError
from jobsim.scenario import Scenario
from jobsim.vocabulary import ROUTES

if TYPE_CHECKING:
    import pandas as pd


Ints = npt.NDArray[np.int64]

_COLUMNS = ("replication", "number", "group", "origin", "k", "week", "phase", "event", "value")


_EVENTS = list(EVENTS)
_BYTES_PER_ROW = 150
"""Memory of one event: its row in the table, twice while the parts of the table are joined."""


def frame(log: EventLog, roster: Roster, tables: Tables) -> pd.DataFrame:
    """Put a log into a table: one row per event.

    Parameters
    ----------
    log : EventLog
    roster : Roster
        The persons of the batch that was played.
    tables : Tables

    Returns
    -------
    pandas.DataFrame
        Sorted by replication, week, phase, number and order of occurrence. Columns: `replication`;
        `number`, `group` (place in the file), `origin` and `k` of the person; `week`, `phase`,
        `event` (category) and `value`.
    """
    import pandas as pd

    code, week, place, number, value = log.columns()
    by_ramp = (code == _EVENTS.index("placed")) & (value == ROUTES.index("ramp"))
    phase = np.where(by_ramp, EVENTS["step"], np.array(list(EVENTS.values()))[code])
    order = np.lexsort((number, phase, week, place))  # ties keep their order of occurrence
    person = (roster.first[place] + number)[order]
    columns = (
        roster.replications[place][order],
        number[order],
        roster.group[person],
        roster.origin[person],
        roster.k[person],
        week[order],
        phase[order],
        pd.Categorical.from_codes(code[order].tolist(), dtype=pd.CategoricalDtype(_EVENTS)),
        value[order],
    )
    return pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)))


def histories(
    scenario: Scenario, *, replications: int | Sequence[int], seed: int = 1, engine: str = "auto"
) -> pd.DataFrame:
    """Play a few replications and return what happened to everybody.

    Parameters
    ----------
    scenario : Scenario
    replications : int or sequence of int
        How many (numbered from 0), or the numbers of those wanted.
    seed : int, 0 to 2**64 - 1
        Key of all chance, as in `simulate`.
    engine : str
        "auto" (numpy, since so little work is not worth compiling for), or a name in `ENGINES`;
        all return the same rows.

    Returns
    -------
    pandas.DataFrame
        One row per event, sorted by replication, week, phase and number, as `frame` describes.
        Its `attrs` hold the scenario's name, seed, first day, weeks, hours per week by level of a
        small job, and the labels of groups, tracks and supports by code, in order of place.

    Raises
    ------
    InputError
        If an argument is not valid.
    SizeError
        If the table would not fit in memory; the message says how much it would need.

    Examples
    --------
    >>> import jobsim as js
    >>> events = js.histories(js.Scenario.load("esbjerg-2018"), replications=[0], seed=1)
    >>> list(events.columns)[:5]
    ['replication', 'number', 'group', 'origin', 'k']
    """
    import pandas as pd

    numbers = replication_numbers(replications)
    check_seed(seed)
    used = chosen_engine("numpy" if engine == "auto" else engine)
    refuse_unplayed(scenario, used)
    play = engine_named(used)
    tables = tables_of(scenario)
    _refuse_too_many_rows(scenario, tables, len(numbers))
    parts = []
    for batch in batches(scenario, numbers):
        log = EventLog()
        play(tables, seed, batch, log)
        parts.append(frame(log, build_roster(tables, seed, batch), tables))
    table = pd.concat(parts, ignore_index=True)
    table.attrs.update(_notes(scenario, seed))
    return table


def _notes(scenario: Scenario, seed: int) -> dict[str, Any]:
    """What it takes to read a table in words and dates: plain values, labels by code."""
    jobs = scenario.small_jobs
    return {
        "scenario": scenario.name,
        "seed": int(seed),
        "start": scenario.horizon.start.isoformat(),
        "weeks": scenario.horizon.weeks,
        "groups": {code: group.label for code, group in scenario.groups.items()},
        "tracks": {
            "regular": "the regular service",
            **{code: programme.label for code, programme in scenario.programmes.items()},
        },
        "supports": {code: support.label for code, support in scenario.supports.items()},
        "hours_per_week": list(jobs.hours_per_week) if jobs else [],
    }


def _refuse_too_many_rows(scenario: Scenario, tables: Tables, replications: int) -> None:
    """Raise SizeError if the expected number of events would not fit in memory.

    A recipient counts for eight events besides the meetings, which cannot be more than the
    meetings on offer, nor than one a week for everybody.
    """
    persons = expected_persons(scenario)
    meetings = min(float(tables.services.capacity.sum()), persons * tables.weeks)
    need = replications * (8 * persons + meetings) * _BYTES_PER_ROW / 2**30
    limit = memory_limit_gib()
    if need > limit:
        raise SizeError(
            f"{scenario.name}: histories of {replications:,} replications need about "
            f"{need:.1f} GiB and {limit:g} GiB are allowed; ask for fewer, or set "
            "JOBSIM_MEMORY_LIMIT_GIB"
        )
