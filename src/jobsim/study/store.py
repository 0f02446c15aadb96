"""What a study holds: cells, volumes, failures and its plan; imports the database and packing."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sqlite3 import Connection
from threading import RLock
from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.memory import Block, Failure
from jobsim.errors import StudyError
from jobsim.study.database import FILE, Database
from jobsim.study.packing import checksum, unpacked

__all__ = ["INSERT_BLOCK", "Finished", "Store", "block_row", "store_of"]

Ints = npt.NDArray[np.int64]

INSERT_BLOCK = "INSERT OR IGNORE INTO volumes VALUES (?, ?, ?, ?, ?)"
_CELL = "INSERT OR IGNORE INTO cells VALUES (?, ?, ?, ?, ?)"
_FAILURE = "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)"
_PLAN = "INSERT OR REPLACE INTO plan VALUES ('plan', ?)"
_DOCUMENT = "INSERT OR IGNORE INTO documents VALUES (?, ?)"
_LARGEST_DOCUMENT = 2**26
"""Bytes of a scenario's text."""


@dataclass(frozen=True)
class Finished:
    """A cell that was played.

    Parameters
    ----------
    cell : bytes, what identifies it
    whole : Block, all it holds
    parts : tuple of (Block, bytes)
        Volumes that were not known, packed.
    seconds : float
    """

    cell: bytes
    whole: Block
    parts: tuple[tuple[Block, bytes], ...]
    seconds: float


class Store:
    """Reads and writes the file of one folder; every write is whole or not at all.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = RLock()
        self._open: Database | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a study in the folder."""
        path = self.folder / FILE
        return path.exists() and path.stat().st_size > 0

    @property
    def room_bytes(self) -> int:
        """Room on disk."""
        return sum(one.stat().st_size for one in self.folder.glob(f"{FILE}*"))

    def close(self) -> None:
        """Fold what was written last into the file; it opens again when it is used."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = None

    def read(self, query: str, *values: object) -> list[Any]:
        """Rows of a query."""
        with self._database(write=False).reading() as reading:
            return list(reading.execute(query, values))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write everything or nothing."""
        with self._database(write=True).writing() as writing:
            yield writing

    def _database(self, *, write: bool) -> Database:
        with self._lock:
            known = self._open
            if known is None or not known.is_current or (write and not known.writes):
                self.close()
                self._open = Database(self.folder, write=write)
            assert self._open is not None
            return self._open

    def plan(self) -> str | None:
        """Text of the plan, if there is one."""
        found = self.read("SELECT text FROM plan WHERE part = 'plan'") if self.exists else []
        return str(found[0][0]) if found else None

    def keep_plan(self, text: str, documents: Mapping[str, str]) -> None:
        """Replace the plan, and add the documents it speaks of."""
        packed = [(digest, zlib.compress(one.encode())) for digest, one in documents.items()]
        with self.writing() as writing:
            writing.executemany(_DOCUMENT, packed)
            writing.execute(_PLAN, (text,))

    def document(self, digest: str) -> str:
        """Text of a document.

        Raises
        ------
        StudyError
            If it is not there, or no text.
        """
        found = self.read("SELECT data FROM documents WHERE digest = ?", digest)
        try:
            return zlib.decompressobj().decompress(found[0][0], _LARGEST_DOCUMENT).decode()
        except (IndexError, TypeError, ValueError, zlib.error) as error:
            raise StudyError(f"{self.folder}: document {digest[:12]} is damaged") from error

    def keep(self, finished: Iterable[Finished]) -> None:
        """Commit cells that were played; what failed before and did not now is forgotten."""
        with self.writing() as writing:
            for one in finished:
                writing.executemany(INSERT_BLOCK, [block_row(*part) for part in one.parts])
                whole = one.whole
                writing.execute(_CELL, (one.cell, whole.key, whole.first, whole.stop, one.seconds))
                writing.execute("DELETE FROM failures WHERE cell = ?", (one.cell,))

    def keep_block(self, block: Block, data: bytes) -> None:
        """Commit volumes that belong to no cell of the plan."""
        with self.writing() as writing:
            writing.execute(INSERT_BLOCK, block_row(block, data))

    def keep_failure(self, failure: Failure) -> None:
        """Commit what is known of a cell that failed; a later failure replaces an earlier."""
        parameters = json.dumps(dict(failure.parameters), default=str)
        with self.writing() as writing:
            row = (failure.cell, parameters, failure.error, failure.replay)
            writing.execute(_FAILURE, row)

    def done(self) -> set[bytes]:
        """Cells that were played."""
        return {cell for (cell,) in self.read("SELECT cell FROM cells")}

    def is_done(self, cell: bytes) -> bool:
        """Whether a cell was played, by any process so far."""
        return bool(self.read("SELECT 1 FROM cells WHERE cell = ?", cell))

    def failures(self) -> list[Failure]:
        """Everything that failed and has not been played since."""
        query = "SELECT cell, parameters, error, replay FROM failures ORDER BY cell"
        return [Failure(cell, json.loads(p), e, r) for cell, p, e, r in self.read(query)]

    def missing(self, block: Block) -> list[int]:
        """Replications of a block that are not kept."""
        known: set[int] = set()
        for first, stop in self.read(_RANGES, block.key, block.first, block.stop):
            known.update(range(first, stop))
        return [number for number in block.numbers if number not in known]

    def find(self, key: bytes, numbers: Sequence[int], width: int) -> dict[int, Ints]:
        """Rows of volumes of those replications that are kept.

        Raises
        ------
        StudyError
            If they are not what was written.
        """
        wanted, known = set(numbers), dict[int, Ints]()
        for row in self.read(_OVERLAPPING, key, min(numbers), max(numbers) + 1):
            block, data = Block(*row[:3]), row[3]
            rows = self.opened(block, data, row[4], width)
            known.update((n, one) for n, one in zip(block.numbers, rows, strict=True))
        return {number: row for number, row in known.items() if number in wanted}

    def opened(self, block: Block, data: bytes, expected: bytes, width: int | None = None) -> Ints:
        """Rows of a block, whose checksum is tested.

        Raises
        ------
        StudyError
            If they are not what was written.
        """
        name = f"{self.folder}: volumes {block.key.hex()[:12]}, {block.first} to {block.stop - 1}"
        if not isinstance(data, bytes) or checksum(block, data) != expected:
            raise StudyError(f"{name}: are damaged; verify with mend, then resume")
        try:
            return unpacked(data, block.stop - block.first, width)
        except StudyError as error:
            raise StudyError(f"{name}: {error}; verify with mend, then resume") from None


_OVERLAPPING = (
    "SELECT key, first, stop, data, checksum FROM volumes WHERE key = ? AND stop > ? AND first < ?"
)
_RANGES = "SELECT first, stop FROM volumes WHERE key = ? AND stop > ? AND first < ?"


def block_row(block: Block, data: bytes) -> tuple[object, ...]:
    """Row of a block in the table of volumes."""
    return block.key, block.first, block.stop, data, checksum(block, data)


def store_of(folder: Path) -> Store:
    """Store of a folder, one in each process."""
    return _of_process(folder, os.getpid())


@lru_cache(maxsize=32)
def _of_process(folder: Path, _process: int) -> Store:
    return Store(folder)
