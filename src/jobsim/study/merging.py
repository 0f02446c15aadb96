"""Cells of several folders brought together; imports stores and plans."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.volume_store import Block, played_text
from jobsim.errors import StudyError
from jobsim.study.keeping.rows import CELL_IS_SOUND, sound_block, sound_failure
from jobsim.study.keeping.store import (
    INSERT_BLOCK,
    KeptPlan,
    Store,
    block_row,
    store_of,
    write_plan,
)
from jobsim.study.plan import StudyDesign, StudyPlan, plan_in
from jobsim.study.verifying import empty_cells, rows_in_order

Ints = npt.NDArray[np.int64]

_NEXT_KEY = "SELECT min(key) FROM volumes WHERE key > ?"
_NEXT_BLOCK = (
    "SELECT key, first, stop, data, checksum FROM volumes WHERE key = ? "
    "AND (first, stop) > (?, ?) ORDER BY first, stop LIMIT 1"
)
_SOME_CELLS = (
    "SELECT cell, key, first, stop, seconds FROM cells "
    f"WHERE cell > ? AND {CELL_IS_SOUND} ORDER BY cell LIMIT 1000"
)
_FAILURES = (
    "SELECT rowid, cell, first, stop, parameters, error, replay FROM failures WHERE rowid >= ? "
    "AND (typeof(first) = 'integer' AND typeof(stop) = 'integer' OR first IS NULL AND stop IS NULL)"
    " LIMIT 1"
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
    before = _count(store) if store.exists else 0
    _copy(store, others, None if plan is None else plan.kept())
    return _count(store) - before


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
    return replace(
        ours,
        settings={**ours.settings, **theirs.settings},
        prices={**ours.prices, **theirs.prices},
        design=_designs_together(ours, theirs, folder),
        replications=max(ours.replications, theirs.replications),
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


def _designs_together(ours: StudyPlan, theirs: StudyPlan, folder: Path) -> StudyDesign:
    smaller, larger = sorted((ours.design, theirs.design), key=lambda one: one.count)
    if not larger.continues(smaller):
        raise StudyError(
            f"{folder}: draws its parameters otherwise: {theirs.design.words}; the study: "
            f"{ours.design.words}"
        )
    return larger


def _refuse_conflicts(other: Store, known: Sequence[Store]) -> None:
    """Test every block of a store, and that what the known stores hold of it is the same.

    Blocks of one address are met in the order in which they begin, so that each is read once and
    only what reaches further than all before it needs to be remembered.
    """
    for key in _keys(other):
        streams = (_blocks(store, key) for store in (*known, other))
        start, kept, owner = 0, np.empty((0, 0), np.int64), other
        for found in heapq.merge(*streams, key=lambda one: (one.block.first, one.block.stop)):
            rows = found.store.opened(found.block, found.data, found.checksum)
            first = found.block.first
            kept, start = kept[first - start :], first
            _refuse_other_rows(found.block, rows, found.store, kept, owner, other)
            if len(rows) >= len(kept):
                kept, owner = rows, found.store


def _refuse_other_rows(
    block: Block, rows: Ints, store: Store, kept: Ints, owner: Store, other: Store
) -> None:
    shared = min(len(rows), len(kept))
    if not shared or (
        rows.shape[1] == kept.shape[1] and np.array_equal(rows[:shared], kept[:shared])
    ):
        return
    alike = rows.shape[1] == kept.shape[1]
    place = int(np.argmax((rows[:shared] != kept[:shared]).any(axis=1))) if alike else 0
    known = owner if store is other else store
    raise StudyError(
        f"{other.folder}: volumes {block.key.hex()[:12]}, replication {block.first + place}, are "
        f"others than in {known.folder}; one of the two was not played by this model version"
    )


@dataclass(frozen=True)
class _Found:
    """A block as it lies in a store."""

    store: Store
    block: Block
    data: bytes
    checksum: bytes


def _keys(store: Store) -> Iterator[bytes]:
    """Addresses of which a store holds volumes, in their order."""
    key = b""
    while (found := store.read(_NEXT_KEY, key)[0][0]) is not None:
        _refuse_disorder(store, found > key)
        key = found
        yield key


def _blocks(store: Store, key: bytes) -> Iterator[_Found]:
    """Blocks of one address, in the order in which they begin."""
    at = (-1, -1)
    while rows := store.read(_NEXT_BLOCK, key, *at):
        block = sound_block(*rows[0][:3])
        _refuse_disorder(store, (block.first, block.stop) > at)
        at = (block.first, block.stop)
        yield _Found(store, block, *rows[0][3:])


def _refuse_disorder(store: Store, in_order: bool) -> None:
    if not in_order:
        raise StudyError(f"{store.folder}: is damaged: its rows are out of order")


def _count(store: Store) -> int:
    return int(store.read("SELECT total(1) FROM volumes")[0][0])


def _copy(store: Store, others: Sequence[Store], plan: KeptPlan | None) -> None:
    """Copy cells, volumes and failures and replace the plan, all or none."""
    with store.writing() as writing:
        for other in others:
            for key in _keys(other):
                for found in _blocks(other, key):
                    writing.execute(INSERT_BLOCK, block_row(found.block, found.data))
            writing.executemany("INSERT OR IGNORE INTO cells VALUES (?, ?, ?, ?, ?)", _cells(other))
            writing.executemany(
                "INSERT OR IGNORE INTO failures VALUES (?, ?, ?, ?, ?, ?)", _failures(other)
            )
        writing.execute("DELETE FROM failures WHERE cell IN (SELECT cell FROM cells)")
        if plan is not None:
            write_plan(writing, plan)


def _cells(store: Store) -> Iterator[tuple[Any, ...]]:
    """Cells that have their volumes."""
    empty, at = set(empty_cells(store)), b""
    while rows := store.read(_SOME_CELLS, at):
        _refuse_disorder(store, rows[-1][0] > at)
        at = rows[-1][0]
        yield from (row for row in rows if row[0] not in empty)


def _failures(store: Store) -> Iterator[tuple[Any, ...]]:
    for _, (cell, first, stop, *texts) in rows_in_order(store, _FAILURES):
        sound_failure(cell, *texts)
        yield cell, first, stop, *texts
