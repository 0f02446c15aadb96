"""Whether a study still holds what was written; imports stores and plans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from jobsim.errors import StudyError
from jobsim.study.keeping.rows import CELL_IS_SOUND, sound_block, sound_failure
from jobsim.study.keeping.store import Store
from jobsim.study.plan import plan_in

_VOLUMES = "SELECT rowid, key, first, stop, data, checksum FROM volumes WHERE rowid >= ? LIMIT 1"
_FAILURES = "SELECT rowid, cell, parameters, error, replay FROM failures WHERE rowid >= ? LIMIT 1"
_ODD = f"FROM cells WHERE NOT ({CELL_IS_SOUND})"
_UNCOVERED = (
    "SELECT cell, key, first, stop FROM cells WHERE coalesce((SELECT stop FROM volumes WHERE "
    "volumes.key = cells.key AND volumes.first <= cells.first ORDER BY volumes.first DESC LIMIT 1"
    f"), 0) < cells.stop AND {CELL_IS_SOUND} ORDER BY key"
)
"""Cells that the nearest block does not cover alone."""
_RANGES = "SELECT key, first, stop FROM volumes WHERE key = ? ORDER BY first"
_LEAST, _MOST = -(2**63), 2**63 - 1
"""Numbers of rows in a table."""


def faults_of(store: Store, *, mend: bool) -> list[str]:
    """Read everything, and test its checksums and that every cell has volumes.

    Parameters
    ----------
    store : Store
    mend : bool
        Whether what is damaged is dropped, so that it will be played again; a plan is not.

    Returns
    -------
    list of str, a line for each fault
    """
    faults = _of_the_file(store) + _of_the_plan(store)
    volumes = dict(_odd_rows(store, _VOLUMES, lambda row: _test_volumes(store, row)))
    failures = dict(_odd_rows(store, _FAILURES, lambda row: sound_failure(*row)))
    told = [f"{store.folder}: {fault}" for fault in failures.values()]
    odd = store.read(f"SELECT total(1) {_ODD}")[0][0]
    told += [f"{store.folder}: {odd:,.0f} rows are no cells"] if odd else []
    empty = [f"{store.folder}: cell {one.hex()[:12]} has no volumes" for one in empty_cells(store)]
    if mend:
        _drop(store, "volumes WHERE rowid", list(volumes))
        _drop(store, "failures WHERE rowid", list(failures))
        with store.writing() as writing:
            writing.execute(f"DELETE {_ODD}")
        _drop(store, "cells WHERE cell", list(empty_cells(store)))
    return [*faults, *volumes.values(), *told, *empty]


def _of_the_file(store: Store) -> list[str]:
    (told,) = store.read("PRAGMA integrity_check(1)")[0]
    return [] if told == "ok" else [f"{store.folder}: {told}"]


def _of_the_plan(store: Store) -> list[str]:
    try:
        plan_in(store)
        store.asked()
    except StudyError as error:
        return [str(error)]
    return []


def _odd_rows(
    store: Store, query: str, test: Callable[[tuple[Any, ...]], object]
) -> Iterator[tuple[int, str]]:
    """Number and fault of every row that a test refuses."""
    for number, row in rows_in_order(store, query):
        try:
            test(row)
        except StudyError as error:
            yield number, str(error)


def rows_in_order(store: Store, query: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Every row of a table with its number, read one at a time.

    Raises
    ------
    StudyError
        If the file is damaged so that they come in another order, perhaps without an end.
    """
    at = _LEAST
    while rows := store.read(query, at):
        number, *row = rows[0]
        if number < at:
            raise StudyError(f"{store.folder}: is damaged: its rows are out of order")
        yield number, tuple(row)
        if number == _MOST:
            return
        at = number + 1


def _test_volumes(store: Store, row: tuple[Any, ...]) -> None:
    key, first, stop, data, checksum = row
    store.opened(sound_block(key, first, stop), data, checksum)


def empty_cells(store: Store) -> Iterator[bytes]:
    """Cells of which volumes are missing."""
    for key, cells in groupby(store.read(_UNCOVERED), key=lambda row: row[1]):
        starts, stops = _covered(store, key)
        for cell, _, first, stop in cells:
            place = bisect_right(starts, first) - 1
            if place < 0 or stops[place] < stop:
                yield cell


def _covered(store: Store, key: bytes) -> tuple[list[int], list[int]]:
    """Where stretches of replications begin and end that are kept without a gap."""
    starts: list[int] = []
    stops: list[int] = []
    for row in store.read(_RANGES, key):
        try:
            block = sound_block(*row)
        except StudyError:
            continue
        if stops and block.first <= stops[-1]:
            stops[-1] = max(stops[-1], block.stop)
        else:
            starts.append(block.first)
            stops.append(block.stop)
    return starts, stops


def _drop(store: Store, what: str, values: list[Any]) -> None:
    with store.writing() as writing:
        writing.executemany(f"DELETE FROM {what} = ?", [(value,) for value in values])
