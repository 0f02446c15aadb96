"""Reading all that a folder holds: whether it is still what was written, and to bring it together.

Faults of one study, and the cells of several in one; imports stores and plans.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from jobsim.analysis.playing.volume_store import Block, played_text
from jobsim.analysis.setting.case import Changes
from jobsim.arrays import Ints
from jobsim.errors import StudyError
from jobsim.study.keeping import strangers
from jobsim.study.keeping.store import (
    INSERT_BLOCK,
    INSERT_CELL,
    INSERT_FAILURE,
    Store,
    block_row,
    store_of,
    write_plan,
)
from jobsim.study.plan import StudyPlan, plan_in, same_draws
from jobsim.study.plan_text import StudyDesign

_LEAST = float("-inf")
"""Below the numbers of all rows."""
_VOLUMES = (
    f"SELECT rowid, {strangers.BLOCK_IS_SOUND}, key, first, stop, data, checksum FROM volumes "
    "WHERE rowid > ? ORDER BY rowid LIMIT 1"
)
_FAILURES = "SELECT rowid, * FROM failures WHERE rowid > ? ORDER BY rowid LIMIT 1"
_CELLS = (
    f"SELECT * FROM cells WHERE cell > ? AND {strangers.CELL_IS_SOUND} ORDER BY cell LIMIT 1000"
)
_ODD = f"cells WHERE NOT ({strangers.CELL_IS_SOUND})"


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
    (whole,) = store.read("PRAGMA integrity_check(1)")[0]
    faults = [] if whole == "ok" else [f"{store.folder}: {whole}"]
    try:
        plan = plan_in(store)
        if plan is not None:
            for name in plan.settings:
                plan.draws(name)
    except StudyError as error:
        faults.append(str(error))

    def test_volumes(*row: Any) -> None:
        *address, data, checksum = row
        store.opened(_block(*address), data, checksum)

    volumes = dict(_odd_rows(store, _VOLUMES, test_volumes))
    failures = dict(_odd_rows(store, _FAILURES, _failure_row))
    told = [f"{store.folder}: {fault}" for fault in failures.values()]
    altered = [row[0] for row in store.walk(_CELLS, after=(b"",)) if not _is_sound(row)]
    odd = store.count(_ODD) + len(altered)
    told += [f"{store.folder}: {odd:,} rows are no cells"] if odd else []
    lost = [one.hex()[:12] for one in store.cells_without_volumes()]
    empty = [f"{store.folder}: cell {one} has no volumes" for one in lost]
    if mend:
        _drop(store, "volumes WHERE rowid", list(volumes))
        _drop(store, "failures WHERE rowid", list(failures))
        with store.writing() as writing:
            writing.execute(f"DELETE FROM {_ODD}")
        _drop(store, "cells WHERE cell", [*altered, *store.cells_without_volumes()])
    return [*faults, *volumes.values(), *told, *empty]


def _odd_rows(store: Store, query: str, test: Callable[..., object]) -> Iterator[tuple[int, str]]:
    """Number and fault of every row that a test refuses."""
    for number, *row in store.walk(query, after=(_LEAST,)):
        try:
            test(*row)
        except StudyError as error:
            yield number, str(error)


def _failure_row(*row: Any) -> tuple[Any, ...]:
    """Row of a failure, whose checksum and form are tested."""
    cell, _, _, *texts = found = strangers.sound_row(row)
    strangers.sound_failure(cell, *texts)
    return found


def _is_sound(row: Sequence[Any]) -> bool:
    try:
        return bool(strangers.sound_row(row))
    except StudyError:
        return False


def _block(sound: bool, key: bytes, first: int, stop: int) -> Block:
    if not sound:
        raise StudyError(f"a row is no block of volumes; {strangers.MEND}")
    return Block(key, first, stop)


def _drop(store: Store, what: str, values: list[Any]) -> None:
    with store.writing() as writing:
        writing.executemany(f"DELETE FROM {what} = ?", [(value,) for value in values])


# Several in one

_KEYS = "SELECT DISTINCT key FROM volumes WHERE key > ? ORDER BY key LIMIT 1"
_BLOCKS = (
    f"SELECT first, stop, {strangers.BLOCK_IS_SOUND}, data, checksum FROM volumes "
    "WHERE key = ? AND (first, stop) > (?, ?) ORDER BY first, stop LIMIT 1"
)


def merge_into(store: Store, folders: Sequence[Path]) -> int:
    """Copy what other folders hold, all of it or nothing of any.

    Returns
    -------
    int, blocks of volumes that were new

    Raises
    ------
    StudyError
        If a folder holds no study, one of another model version, seed or scenario under the same
        name, a damaged block, or other volumes for what is known; the message says which.
    """
    others = [store_of(folder) for folder in folders]
    plan = plan_in(store)
    for other in others:
        if other.folder == store.folder:
            raise StudyError(f"{other.folder}: is the study itself")
        if not other.exists:
            raise StudyError(f"{other.folder}: there is no study here")
        plan = _together(plan, plan_in(other), other.folder)
    for number, other in enumerate(others):
        known = [one for one in (store, *others[:number]) if one.exists]
        _refuse_conflicts(other, known)
    before = store.count("volumes") if store.exists else 0
    _copy(store, others, plan)
    return store.count("volumes") - before


def _together(ours: StudyPlan | None, theirs: StudyPlan | None, folder: Path) -> StudyPlan | None:
    """One plan that asks for what both ask for."""
    if ours is None or theirs is None:
        return ours or theirs
    for what in ("seed", "block"):
        if getattr(ours, what) != getattr(theirs, what):
            raise StudyError(
                f"{folder}: has {what} {getattr(theirs, what)}, the study has {getattr(ours, what)}"
            )
    for name in ours.settings.keys() & theirs.settings.keys():
        _refuse_changed(name, ours, theirs, folder)
    for name in ours.prices.keys() & theirs.prices.keys():
        if ours.prices[name] != theirs.prices[name]:
            raise StudyError(f'{folder}: the price list "{name}" is another than the study\'s')
    larger = _designs_together(ours, theirs, folder)

    def decided(name: str) -> Sequence[Changes]:
        """Our draws as far as they go: what was played under theirs, if they differ, is left."""
        known = (one.draws_known(name) for one in (ours, theirs))
        first, *second = filter(None, known)
        return [*first, *(second[0][len(first) :] if second else ())]

    return replace(
        ours,
        settings={**ours.settings, **theirs.settings},
        prices={**ours.prices, **theirs.prices},
        design=larger,
        replications=max(ours.replications, theirs.replications),
        decided=decided,
        _draws={},
    )


def _refuse_changed(name: str, ours: StudyPlan, theirs: StudyPlan, folder: Path) -> None:
    here, there = ours.settings[name], theirs.settings[name]
    sides = ((here.scenario, there.scenario), (here.baseline, there.baseline))
    for side, (one, other) in zip(("scenario", "baseline"), sides, strict=True):
        if played_text(one) != played_text(other):
            changes = str(one.difference(other)).splitlines()
            where = f", first at {changes[0].strip()}" if changes else ""
            raise StudyError(
                f'{folder}: the {side} of "{name}" is another than the study\'s{where}'
            )


_REMEDY = (
    "; run parts that shall be merged with the same number of draws, extended alike, or with one "
    "of the designs sobol and random, whose first draws stay when there are more"
)


def _designs_together(ours: StudyPlan, theirs: StudyPlan, folder: Path) -> StudyDesign:
    smaller, larger = sorted((ours.design, theirs.design), key=lambda one: one.count)
    names = {**ours.settings, **theirs.settings}
    if not (larger.continues(smaller) and all(same_draws(ours, theirs, name) for name in names)):
        raise StudyError(
            f"{folder}: draws its parameters otherwise: {theirs.design.words}; the study: "
            f"{ours.design.words}{_REMEDY if ours.design.count else ''}"
        )
    return larger


def _refuse_conflicts(other: Store, known: Sequence[Store]) -> None:
    """Test every block of a store, and that what the known stores hold of it is the same.

    Blocks of one address are met in the order in which they begin, so that each is read once and
    only what reaches further than all before it needs to be remembered.
    """
    for (key,) in other.walk(_KEYS, after=(b"",)):
        streams = (_blocks(store, key) for store in (*known, other))
        start, kept, owner = 0, np.empty((0, 0), np.int64), other
        for found in heapq.merge(*streams, key=lambda one: (one.block.first, one.block.stop)):
            rows = found.store.opened(found.block, found.data, found.checksum)
            first = found.block.first
            kept, start = kept[first - start :], first
            place = _first_other_row(rows, kept)
            if place is not None:
                beside = owner if found.store is other else found.store
                raise StudyError(
                    f"{other.folder}: volumes {key.hex()[:12]}, replication {first + place}, are "
                    f"others than in {beside.folder}; one of the two was not played by this model "
                    "version"
                )
            if len(rows) >= len(kept):
                kept, owner = rows, found.store


def _first_other_row(rows: Ints, kept: Ints) -> int | None:
    """Place of the first row that is another in what two blocks share."""
    shared = min(len(rows), len(kept))
    if not shared:
        return None
    if rows.shape[1] != kept.shape[1]:
        return 0
    others = (rows[:shared] != kept[:shared]).any(axis=1)
    return int(np.argmax(others)) if others.any() else None


@dataclass(frozen=True)
class _Found:
    """A block as it lies in a store."""

    store: Store
    block: Block
    data: bytes
    checksum: bytes


def _blocks(store: Store, key: bytes) -> Iterator[_Found]:
    """Blocks of one address, in the order in which they begin."""
    for first, stop, sound, *volumes in store.walk(_BLOCKS, key, after=(_LEAST, _LEAST)):
        yield _Found(store, _block(sound, key, first, stop), *volumes)


def _copy(store: Store, others: Sequence[Store], plan: StudyPlan | None) -> None:
    """Copy cells, volumes and failures and replace the plan, all or none."""
    kept = None if plan is None else plan.kept()
    with store.writing(make=True) as writing:
        for other in others:
            for (key,) in other.walk(_KEYS, after=(b"",)):
                for found in _blocks(other, key):
                    writing.execute(INSERT_BLOCK, block_row(found.block, found.data))
            writing.executemany(INSERT_CELL, _cells(other))
            writing.executemany(INSERT_FAILURE.format("IGNORE"), _failures(other))
        writing.execute("DELETE FROM failures WHERE cell IN (SELECT cell FROM cells)")
        if kept is not None:
            write_plan(writing, kept)


def _cells(store: Store) -> Iterator[tuple[Any, ...]]:
    """Cells that have their volumes."""
    empty = set(store.cells_without_volumes())
    rows = (row for row in store.walk(_CELLS, after=(b"",)) if row[0] not in empty)
    return (strangers.with_checksum(*strangers.sound_row(row)) for row in rows)


def _failures(store: Store) -> Iterator[tuple[Any, ...]]:
    for _, *row in store.walk(_FAILURES, after=(_LEAST,)):
        yield strangers.with_checksum(*_failure_row(*row))
