"""Cells of several folders brought together; imports stores and plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from jobsim.analysis.playing.memory import Block, played_text
from jobsim.errors import StudyError
from jobsim.study.plan import Design, StudyPlan, plan_in
from jobsim.study.store import INSERT_BLOCK, Store, block_row, store_of

__all__ = ["blocks_in", "merge_into"]

_ROWS = "SELECT rowid, key, first, stop, data, checksum FROM volumes WHERE rowid > ? LIMIT 64"


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
    if plan is not None:
        store.keep_plan(*plan.to_text())
    _copy(store, others)
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


def _designs_together(ours: StudyPlan, theirs: StudyPlan, folder: Path) -> Design:
    smaller, larger = sorted((ours.design, theirs.design), key=lambda one: one.count)
    if not larger.continues(smaller):
        raise StudyError(
            f"{folder}: draws its parameters otherwise: {theirs.design.words}; the study: "
            f"{ours.design.words}"
        )
    return larger


def _refuse_conflicts(other: Store, known: Sequence[Store]) -> None:
    """Test every block of a store, and that what the known stores hold of it is the same."""
    for block, data, checksum in blocks_in(other):
        rows = other.opened(block, data, checksum)
        for store in known:
            for number, row in store.find(block.key, block.numbers, rows.shape[1]).items():
                if not np.array_equal(row, rows[number - block.first]):
                    raise StudyError(
                        f"{other.folder}: volumes {block.key.hex()[:12]}, replication {number}, "
                        f"are others than in {store.folder}; one of the two was not played by "
                        "this model version"
                    )


def blocks_in(store: Store) -> Iterator[tuple[Block, bytes, bytes]]:
    """Every block with its bytes and their checksum, a few at a time."""
    last = 0
    while rows := store.read(_ROWS, last):
        for last, key, first, stop, data, checksum in rows:  # noqa: B007 - the last is used
            yield Block(key, first, stop), data, checksum


def _count(store: Store) -> int:
    return int(store.read("SELECT count(*) FROM volumes")[0][0])


def _copy(store: Store, others: Sequence[Store]) -> None:
    """Copy cells, volumes and failures, all or none."""
    with store.writing() as writing:
        for other in others:
            for block, data, _ in blocks_in(other):
                writing.execute(INSERT_BLOCK, block_row(block, data))
            cells = other.read("SELECT cell, key, first, stop, seconds FROM cells")
            writing.executemany("INSERT OR IGNORE INTO cells VALUES (?, ?, ?, ?, ?)", cells)
            failures = other.read("SELECT cell, parameters, error, replay FROM failures")
            writing.executemany("INSERT OR IGNORE INTO failures VALUES (?, ?, ?, ?)", failures)
        writing.execute("DELETE FROM failures WHERE cell IN (SELECT cell FROM cells)")
