"""Play a scenario: many times, for volumes, or a few times, for what happened to each person.

May import everything in engines. Many replications are played in batches that stay in cache. For
histories an engine notes events in an `EventLog` as it plays; the log becomes a tidy table here,
once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.arrays import Ints
from jobsim.engines import size
from jobsim.engines.choice import chosen_engine, engine_named, plays_of, refuse_unplayed
from jobsim.engines.elements import EVENTS, elements_in, volumes_of
from jobsim.engines.lowering import tables_of
from jobsim.engines.progress import progress_bar
from jobsim.engines.roster import Roster, build_roster
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import EventLog, bytes_per_replication, dataset, empty
from jobsim.errors import InputError, text_of
from jobsim.scenario import Scenario, checked_scenario
from jobsim.scenario.fields import is_whole
from jobsim.vocabulary import ROUTES

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


_BATCH_PERSONS = 100_000
"""Persons played at a time: enough to spread the cost of a numpy call, few enough for the cache."""
_BATCHES_PER_THREAD = 8
"""Batches that the compiled engine, which needs no such care, takes together for each thread."""
_EVENTS = list(EVENTS)
_BYTES_PER_ROW = 150
"""Memory of one event: its row in the table, twice while the parts of the table are joined."""


def simulate(
    scenario: Scenario,
    *,
    replications: int | Sequence[int] = 200,
    seed: int = 1,
    engine: str = "auto",
    threads: int | None = None,
    progress: bool = True,
) -> xr.Dataset:
    """Play a scenario and return what happened, as integers.

    Parameters
    ----------
    scenario : Scenario
    replications : int or sequence of int
        How many (numbered from 0), or the numbers of those wanted. Replication 17 is the same
        whatever else is asked for.
    seed : int, 0 to 2**64 - 1
        Key of all chance. Two scenarios with the same seed share their luck person by person.
    engine : str
        "auto", or a name in `ENGINES`; all return the same integers. "auto" is the quicker of
        numpy and numba for the work at hand; see `choice.chosen_engine`.
    threads : int, 1 to 256, optional
        Threads of the compiled engine; without it, one for each core that this process may use.
    progress : bool
        Whether to show how far it is on the error output: a bar, or without a terminal a line
        a minute.

    Returns
    -------
    xarray.Dataset of int64
        One variable per volume with dimensions (replication, month, …) and units in `attrs`.

    Raises
    ------
    InputError
        If an argument is not valid, or the engine does not play an element of the scenario.
    SizeError
        If the run would not fit in memory; the message says how much it would need.

    Examples
    --------
    >>> import jobsim as js
    >>> volumes = js.simulate(js.Scenario.load("esbjerg-2018"), replications=2, seed=1)
    >>> volumes.placements.dims
    ('replication', 'month', 'group', 'route')
    """
    checked_scenario("scenario", scenario)
    numbers = replication_numbers(replications)
    check_seed(seed)
    check_progress(progress)
    workers = size.checked_threads(threads)
    work = _room(scenario) * scenario.weeks.count * len(numbers)
    used = chosen_engine(engine, work, elements_in(scenario))
    refuse_unplayed(scenario, used)
    play = engine_named(used, workers)
    tables = tables_of(scenario)
    refuse_too_many(scenario, tables, len(numbers))
    volumes = empty(tables, len(numbers))
    done = 0
    together = _BATCHES_PER_THREAD * workers if used == "numba" else 1
    with progress_bar(scenario.name, len(numbers), show=progress) as bar:
        for batch in batches(scenario, numbers, together):
            played = play(tables, seed, batch)
            if set(played) != set(volumes_of(plays_of(used))):
                raise RuntimeError(
                    f"engine {used} returned {sorted(played)}: not what it says it plays"
                )
            for name, array in played.items():
                volumes[name][done : done + len(batch)] = array
            done += len(batch)
            bar.update(len(batch))
    result = dataset(tables, volumes, numbers)
    return result.assign_attrs(scenario=scenario.name, seed=str(seed), engine=used)


def batches(scenario: Scenario, numbers: Ints, together: int = 1) -> list[Ints]:
    """Divide replications into batches that stay in cache, or several of them together."""
    length = max(1, int(together * _BATCH_PERSONS / _room(scenario)))
    return [numbers[start : start + length] for start in range(0, len(numbers), length)]


def _room(scenario: Scenario) -> float:
    """Room that a replication takes, in persons: its draws and volumes of a week count as one."""
    return size.expected_persons(scenario) + scenario.horizon.weeks


def replication_numbers(replications: int | Sequence[int]) -> Ints:
    """Check and list the numbers of the replications asked for."""
    if is_whole(replications):
        if not 1 <= replications < 2**32:
            raise InputError(f"replications: must be 1 to 2**32 - 1, got {replications}")
        count = int(replications)
        what_needs = f"replications: a mere list of {count:,} needs"
        size.refuse_beyond_memory(count * 8, what_needs, "ask for fewer")
        return np.arange(count)
    try:
        numbers = [_whole(number) for number in replications]  # type: ignore[union-attr]
    except TypeError:
        raise InputError(
            f"replications: must be a whole number or a list of them, got {replications!r}"
        ) from None
    if not numbers or min(numbers) < 0 or max(numbers) >= 2**32:
        raise InputError("replications: a list needs at least one number, each 0 to 2**32 - 1")
    if len(set(numbers)) < len(numbers):
        twice = next(number for number, many in Counter(numbers).items() if many > 1)
        raise InputError(f"replications: {twice} is given twice; a future counts once")
    return np.array(numbers, dtype=np.int64)


def _whole(number: object) -> int:
    if not is_whole(number):
        raise TypeError
    return int(number)


def check_seed(seed: int) -> None:
    """Raise InputError unless the seed is a 64-bit key."""
    if not is_whole(seed) or not 0 <= seed < 2**64:
        raise InputError(f"seed: must be a whole number from 0 to 2**64 - 1, got {seed!r}")


def check_progress(progress: object) -> None:
    """Raise InputError unless it is said whether a bar is shown."""
    if not isinstance(progress, (bool, np.bool_)):
        raise InputError(f"progress: must be true or false, got {progress!r}")


def refuse_too_many(scenario: Scenario, tables: Tables, replications: int) -> None:
    """Raise SizeError if the volumes of so many replications would not fit in memory."""
    working = max(_BATCH_PERSONS, _room(scenario)) * size.BYTES_PER_PERSON
    size.refuse_beyond_memory(
        replications * bytes_per_replication(tables) + working,
        f"{scenario.name}: {replications:,} replications need about",
        f"ask for fewer, or set {size.VARIABLE}",
    )


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
    kinds = pd.CategoricalDtype(_EVENTS)
    return pd.DataFrame(
        {
            "replication": roster.replications[place][order],
            "number": number[order],
            "group": roster.group[person],
            "origin": roster.origin[person],
            "k": roster.k[person],
            "week": week[order],
            "phase": phase[order],
            "event": pd.Categorical.from_codes(code[order].tolist(), dtype=kinds),
            "value": value[order],
        }
    )


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

    checked_scenario("scenario", scenario)
    numbers = replication_numbers(replications)
    check_seed(seed)
    used = chosen_engine("numpy" if text_of("engine", engine) == "auto" else engine)
    refuse_unplayed(scenario, used)
    play = engine_named(used)
    tables = tables_of(scenario)
    refuse_too_many_rows(scenario, tables, len(numbers))
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


def refuse_too_many_rows(scenario: Scenario, tables: Tables, replications: int) -> None:
    """Raise SizeError if the expected number of events would not fit in memory.

    A recipient counts for eight events besides the meetings, which cannot be more than the
    meetings on offer, nor than one a week for everybody.
    """
    persons = size.expected_persons(scenario)
    meetings = min(float(tables.services.capacity.sum()), persons * tables.weeks)
    size.refuse_beyond_memory(
        replications * (8 * persons + meetings) * _BYTES_PER_ROW,
        f"{scenario.name}: histories of {replications:,} replications need about",
        f"ask for fewer, or set {size.VARIABLE}",
    )
