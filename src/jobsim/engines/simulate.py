"""Play a scenario many times, in batches that stay in cache; may import everything in engines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import numpy.typing as npt

from jobsim.engines.choice import chosen_engine, engine_named, plays_of, refuse_unplayed
from jobsim.engines.elements import elements_in, volumes_of
from jobsim.engines.lowering import tables_of
from jobsim.engines.size import (
    BYTES_PER_PERSON,
    checked_threads,
    expected_persons,
    memory_limit_gib,
)
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import bytes_per_replication, dataset, empty
from jobsim.errors import InputError, SizeError
from jobsim.scenario import Scenario

if TYPE_CHECKING:
    import xarray as xr
    from tqdm import tqdm


Ints = npt.NDArray[np.int64]


_BATCH_PERSONS = 100_000
"""Persons played at a time: enough to spread the cost of a numpy call, few enough for the cache."""
_BATCHES_PER_THREAD = 8
"""Batches that the compiled engine, which needs no such care, takes together for each thread."""


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
        Whether runs of more than two seconds show a progress bar on the error output.

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
    numbers = replication_numbers(replications)
    check_seed(seed)
    workers = checked_threads(threads)
    work = _room(scenario) * scenario.weeks.count * len(numbers)
    used = chosen_engine(engine, work, elements_in(scenario))
    refuse_unplayed(scenario, used)
    play = engine_named(used, workers)
    tables = tables_of(scenario)
    refuse_too_many(scenario, tables, len(numbers))
    volumes = empty(tables, len(numbers))
    done = 0
    together = _BATCHES_PER_THREAD * workers if used == "numba" else 1
    parts = batches(scenario, numbers, together)
    for batch in _with_progress(parts, scenario.name, len(numbers), show=progress):
        played = play(tables, seed, batch)
        if set(played) != set(volumes_of(plays_of(used))):
            raise RuntimeError(
                f"engine {used} returned {sorted(played)}: not what it says it plays"
            )
        for name, array in played.items():
            volumes[name][done : done + len(batch)] = array
        done += len(batch)
    result = dataset(tables, volumes, numbers)
    return result.assign_attrs(scenario=scenario.name, seed=str(seed), engine=used)


def batches(scenario: Scenario, numbers: Ints, together: int = 1) -> list[Ints]:
    """Divide replications into batches that stay in cache, or several of them together."""
    size = max(1, int(together * _BATCH_PERSONS / _room(scenario)))
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def _room(scenario: Scenario) -> float:
    """Room that a replication takes, in persons: its draws and volumes of a week count as one."""
    return expected_persons(scenario) + scenario.horizon.weeks


def replication_numbers(replications: int | Sequence[int]) -> Ints:
    """Check and list the numbers of the replications asked for."""
    if isinstance(replications, (int, np.integer)) and not isinstance(replications, bool):
        if not 1 <= replications < 2**32:
            raise InputError(f"replications: must be 1 to 2**32 - 1, got {replications}")
        _refuse_too_long(int(replications))
        return np.arange(int(replications))
    try:
        numbers = [_whole(number) for number in replications]  # type: ignore[union-attr]
    except TypeError:
        raise InputError(
            f"replications: must be a whole number or a list of them, got {replications!r}"
        ) from None
    if not numbers or min(numbers) < 0 or max(numbers) >= 2**32:
        raise InputError("replications: a list needs at least one number, each 0 to 2**32 - 1")
    return np.array(numbers, dtype=np.int64)


def _refuse_too_long(replications: int) -> None:
    """Raise SizeError if not even the numbers of the replications would fit in memory."""
    need, limit = replications * 8 / 2**30, memory_limit_gib()
    if need > limit:
        raise SizeError(
            f"replications: a mere list of {replications:,} needs {need:.1f} GiB and "
            f"{limit:g} GiB are allowed; ask for fewer"
        )


def _whole(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
        raise TypeError
    return int(number)


def check_seed(seed: int) -> None:
    """Raise InputError unless the seed is a 64-bit key."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise InputError(f"seed: must be a whole number from 0 to 2**64 - 1, got {seed!r}")


def refuse_too_many(scenario: Scenario, tables: Tables, replications: int) -> None:
    """Raise SizeError if the volumes of so many replications would not fit in memory."""
    working = max(_BATCH_PERSONS, _room(scenario)) * BYTES_PER_PERSON
    need = (replications * bytes_per_replication(tables) + working) / 2**30
    limit = memory_limit_gib()
    if need > limit:
        raise SizeError(
            f"{scenario.name}: {replications:,} replications need about {need:.1f} GiB and "
            f"{limit:g} GiB are allowed; ask for fewer, or set JOBSIM_MEMORY_LIMIT_GIB"
        )


def _with_progress(parts: list[Ints], name: str, total: int, *, show: bool) -> Iterator[Ints]:
    """Yield batches under a progress bar."""
    with progress_bar(name, total, show=show) as bar:
        for batch in parts:
            yield batch
            bar.update(len(batch))


def progress_bar(name: str, total: int, *, show: bool, unit: str = "rep") -> tqdm[NoReturn]:
    """Bar over replications, or other units, that appears after two seconds."""
    from tqdm.auto import tqdm

    return tqdm(total=total, desc=name, unit=unit, delay=2.0, disable=not show, leave=False)
