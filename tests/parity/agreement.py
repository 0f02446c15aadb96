"""Play a scenario with every engine and hold the results against each other."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np
import pandas as pd

from jobsim.engines import ENGINES
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import build_roster
from jobsim.engines.simulate import frame
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import Arrays, EventLog
from jobsim.scenario import Scenario

__all__ = [
    "DEFINITION",
    "OTHERS",
    "Results",
    "assert_engines_agree",
    "assert_engines_give",
    "played",
]

DEFINITION, COMPILED = "simpy", "numba"
OTHERS = [name for name in ENGINES if name != DEFINITION]
Results = tuple[Arrays, pd.DataFrame]
"""Volumes and histories."""


def played(engine: str, tables: Tables, seed: int, replications: Sequence[int]) -> Results:
    """Volumes and histories of one engine."""
    log, numbers = EventLog(), np.array(replications, dtype=np.int64)
    volumes = import_module(ENGINES[engine]).play(tables, seed, numbers, log)
    return volumes, frame(log, build_roster(tables, seed, numbers), tables)


def assert_engines_agree(
    scenario: Scenario, seed: int = 1, replications: Sequence[int] = (0,)
) -> Results:
    """Fail at the first difference between the engines; return what they agree on."""
    tables = tables_of(scenario)
    expected = played(DEFINITION, tables, seed, replications)
    assert_engines_give(expected, DEFINITION, OTHERS, tables, seed, replications)
    return expected


def assert_engines_give(
    expected: Results,
    source: str,
    engines: Sequence[str],
    tables: Tables,
    seed: int,
    replications: Sequence[int],
) -> None:
    """Fail at the first place where an engine gives anything else than the source.

    Nor may it matter whether anybody notes what happens: the compiled engine has code of its own
    for when nobody does.
    """
    numbers = np.array(replications, dtype=np.int64)
    for engine in engines:
        volumes, histories = played(engine, tables, seed, replications)
        _assert_same_rows(engine, histories, source, expected[1])
        _assert_same_volumes(engine, volumes, source, expected[0])
        if engine == COMPILED:
            unwatched = import_module(ENGINES[engine]).play(tables, seed, numbers)
            _assert_same_volumes(engine, unwatched, source, expected[0])


def _assert_same_rows(engine: str, got: pd.DataFrame, source: str, expected: pd.DataFrame) -> None:
    if got.equals(expected):
        return
    shared = min(len(got), len(expected))
    parted = (got[:shared] != expected[:shared]).any(axis=1).to_numpy()
    row = int(parted.argmax()) if parted.any() else shared
    raise AssertionError(
        f"histories part at row {row}:\n{engine}:\n{got[row : row + 3]}\n"
        f"{source}:\n{expected[row : row + 3]}"
    )


def _assert_same_volumes(engine: str, got: Arrays, source: str, expected: Arrays) -> None:
    assert got.keys() == expected.keys()
    for name, array in expected.items():
        assert got[name].dtype == array.dtype == np.int64
        assert got[name].shape == array.shape
        places = np.argwhere(got[name] != array)
        if len(places):
            place = tuple(places[0].tolist())
            raise AssertionError(
                f"{name}{list(place)} is {got[name][place]} in {engine}, "
                f"{array[place]} in {source}; {len(places)} cells differ"
            )
