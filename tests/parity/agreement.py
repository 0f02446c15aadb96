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

__all__ = ["DEFINITION", "OTHERS", "assert_engines_agree", "played"]

DEFINITION = "simpy"
OTHERS = [name for name in ENGINES if name != DEFINITION]


def played(
    engine: str, tables: Tables, seed: int, replications: Sequence[int]
) -> tuple[Arrays, pd.DataFrame]:
    """Volumes and histories of one engine."""
    log, numbers = EventLog(), np.array(replications, dtype=np.int64)
    volumes = import_module(ENGINES[engine]).play(tables, seed, numbers, log)
    return volumes, frame(log, build_roster(tables, seed, numbers), tables)


def assert_engines_agree(
    scenario: Scenario, seed: int = 1, replications: Sequence[int] = (0,)
) -> tuple[Arrays, pd.DataFrame]:
    """Fail at the first difference between the engines; return what they agree on.

    Nor may it matter whether anybody notes what happens: the compiled engine has code for each.
    """
    tables, numbers = tables_of(scenario), np.array(replications, dtype=np.int64)
    expected = played(DEFINITION, tables, seed, replications)
    for engine in OTHERS:
        volumes, histories = played(engine, tables, seed, replications)
        _assert_same_rows(engine, histories, expected[1])
        _assert_same_volumes(engine, volumes, expected[0])
        unwatched = import_module(ENGINES[engine]).play(tables, seed, numbers)
        _assert_same_volumes(engine, unwatched, expected[0])
    return expected


def _assert_same_rows(engine: str, got: pd.DataFrame, expected: pd.DataFrame) -> None:
    if got.equals(expected):
        return
    shared = min(len(got), len(expected))
    parted = (got[:shared] != expected[:shared]).any(axis=1).to_numpy()
    row = int(parted.argmax()) if parted.any() else shared
    raise AssertionError(
        f"histories part at row {row}:\n{engine}:\n{got[row : row + 3]}\n"
        f"{DEFINITION}:\n{expected[row : row + 3]}"
    )


def _assert_same_volumes(engine: str, got: Arrays, expected: Arrays) -> None:
    assert got.keys() == expected.keys()
    for name, array in expected.items():
        assert got[name].dtype == array.dtype == np.int64
        assert got[name].shape == array.shape
        places = np.argwhere(got[name] != array)
        if len(places):
            place = tuple(places[0].tolist())
            raise AssertionError(
                f"{name}{list(place)} is {got[name][place]} in {engine}, "
                f"{array[place]} in {DEFINITION}; {len(places)} cells differ"
            )
