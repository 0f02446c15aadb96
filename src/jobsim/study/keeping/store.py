"""What a study holds: cells, volumes, failures and its plan; imports the database and guards."""

from __future__ import annotations

import hashlib
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

from jobsim.analysis.playing.volume_store import Block, Failure
from jobsim.arrays import Ints
from jobsim.errors import SizeError, StudyError
from jobsim.scenario.files import MOST_TOML_BYTES
from jobsim.study.keeping import strangers
from jobsim.study.keeping.database import FILE, Database

INSERT_BLOCK = "INSERT OR IGNORE INTO volumes VALUES (?, ?, ?, ?, ?)"
_CELL = "INSERT OR IGNORE INTO cells VALUES (?, ?, ?, ?, ?)"
_FAILURE = "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)"
_PLAN = "INSERT OR REPLACE INTO plan VALUES (?, ?)"
_STALE = "stop % ? <> 0 AND stop <> ?"
"""Of cells whose block was the last one, and cut short, before a plan was given more."""
_DOCUMENT = "INSERT OR IGNORE INTO documents VALUES (?, ?)"


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


@dataclass(frozen=True)
class KeptPlan:
    """A plan as it is written.

    Parameters
    ----------
    text : str
    documents : mapping of digest to text
        Scenarios and price lists that the plan speaks of.
    block, replications, cells : int
    """

    text: str
    documents: Mapping[str, str]
    block: int
    replications: int
    cells: int


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
        return strangers.has_bytes(self.folder / FILE)

    @property
    def room_bytes(self) -> int:
        """Room on disk."""
        return strangers.room_of(self.folder / FILE)

    def close(self) -> None:
        """Fold what was written last into the file; it opens again when it is used."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = None

    def read(self, query: str, *values: object) -> list[Any]:
        """Rows of a query."""
        with self._database(write=False).reading() as reading:
            return strangers.rows_within(reading.execute(query, values), self.room_bytes)

    def walk(
        self, query: str, *fixed: object, after: tuple[object, ...]
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of a query in the order of their first columns, some of them read at a time.

        Parameters
        ----------
        query : str
            It has places for what is fixed and for the first columns of the row before, by which
            it is ordered, and a limit.
        fixed : values
        after : tuple, below the first columns of all rows

        Raises
        ------
        StudyError
            If the file is damaged so that they come in another order, perhaps without an end.
        """
        while rows := self.read(query, *fixed, *after):
            for row in rows:
                place = row[: len(after)]
                try:
                    in_order = place > after
                except TypeError:  # of other types than a study's
                    in_order = False
                if not in_order:
                    raise StudyError(f"{self.folder}: is damaged: its rows are out of order")
                after = place
                yield row

    def make(self) -> None:
        """Make the file where there is none."""
        self._database(write=True)

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
        return next((str(text) for text in self._part("plan")), None)

    def asked(self) -> int:
        """Cells that the plan asks for; 0 without a plan."""
        try:
            cells = next((int(text) for text in self._part("cells")), 0)
        except (TypeError, ValueError) as error:
            raise StudyError(f"{self.folder}: the plan is damaged ({error})") from error
        if not 0 <= cells < 2**63:
            raise StudyError(f"{self.folder}: the plan is damaged (its number of cells)")
        return cells

    def _part(self, name: str) -> list[Any]:
        query = "SELECT text FROM plan WHERE part = ?"
        return [text for (text,) in self.read(query, name)] if self.exists else []

    def keep_plan(self, plan: KeptPlan) -> None:
        """Replace the plan."""
        with self.writing() as writing:
            write_plan(writing, plan)

    def document(self, digest: str) -> bytes:
        """Text of a document, as UTF-8.

        Raises
        ------
        StudyError
            If it is not there, or another.
        """
        found = self.read("SELECT data FROM documents WHERE digest = ?", digest)
        try:
            text = zlib.decompressobj().decompress(found[0][0], MOST_TOML_BYTES + 1)
        except (IndexError, TypeError, zlib.error):
            text = b""
        if hashlib.sha256(text).hexdigest() != digest:
            raise StudyError(f"{self.folder}: document {digest[:12]} is damaged")
        return text

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

    def keep_failure(self, failure: Failure, numbers: range | None = None) -> None:
        """Commit what is known of a cell that failed; a later failure replaces an earlier.

        Parameters
        ----------
        failure : Failure
        numbers : range, replications of a cell of the plan; without it, a question's
        """
        parameters = json.dumps(dict(failure.parameters), default=str)
        first, stop = (None, None) if numbers is None else (numbers.start, numbers.stop)
        row = (failure.cell, first, stop, parameters, failure.error, failure.replay)
        with self.writing() as writing:
            writing.execute(_FAILURE, row)

    def forget_stale(self, block: int, replications: int) -> None:
        """Forget cells that are no more of the plan, which a process with an older one kept."""
        if self.read(f"SELECT 1 FROM cells WHERE {_STALE} LIMIT 1", block, replications):
            with self.writing() as writing:
                _forget_stale(writing, block, replications)

    def count(self, what: str) -> int:
        """Rows of a table, or of a part of it in SQL."""
        return int(self.read(f"SELECT total(1) FROM {what}")[0][0])

    def count_failed(self) -> int:
        """Cells of the plan that failed."""
        return self.count(f"failures WHERE {_FAILED_NOW}")

    def settled(self, cells: Sequence[bytes], *, failed: bool) -> set[bytes]:
        """Which of some cells were played, by any process so far, or failed if that counts."""
        places = ", ".join("?" * len(cells))
        found: set[bytes] = set()
        for table in ("cells", "failures") if failed else ("cells",):
            query = f"SELECT cell FROM {table} WHERE cell IN ({places})"
            found |= {cell for (cell,) in self.read(query, *cells)}
        return found

    def failures(self) -> list[Failure]:
        """Everything that failed and has not been played since."""
        query = "SELECT cell, parameters, error, replay FROM failures ORDER BY cell"
        return [strangers.sound_failure(*row) for row in self.read(query)]

    def stretches(self, key: bytes, first: int, stop: int) -> list[range]:
        """Replications that are kept, in order, each run without a gap, that overlap with these."""
        found: list[range] = []
        for begin, end in self.read(_RANGES, key, first, stop):
            if found and begin <= found[-1].stop:
                found[-1] = range(found[-1].start, max(found[-1].stop, end))
            else:
                found.append(range(begin, end))
        return found

    def missing(self, block: Block) -> list[Block]:
        """Parts of a block that are not kept."""
        kept = self.stretches(block.key, block.first, block.stop)
        edges = [block.first, *(edge for one in kept for edge in (one.start, one.stop)), block.stop]
        gaps = zip(edges[::2], edges[1::2], strict=True)
        return [Block(block.key, first, stop) for first, stop in gaps if first < stop]

    def find(self, key: bytes, numbers: Sequence[int], width: int) -> dict[int, Ints]:
        """Rows of volumes of those replications that are kept.

        Raises
        ------
        StudyError
            If they are not what was written.
        """
        wanted, known = set(numbers), dict[int, Ints]()
        least, end = min(numbers), max(numbers) + 1
        for first, stop, data, expected in self.read(_DATA, key, least, end):
            both = range(max(first, least), min(stop, end))
            new = [number for number in both if number in wanted and number not in known]
            if new:
                rows = self.opened(Block(key, first, stop), data, expected, width)
                known.update((number, rows[number - first].copy()) for number in new)
        return known

    def opened(self, block: Block, data: bytes, expected: bytes, width: int | None = None) -> Ints:
        """Rows of a block, whose checksum is tested.

        Raises
        ------
        StudyError
            If they are not what was written.
        """
        name = f"{self.folder}: volumes {block.key.hex()[:12]}, {block.first} to {block.stop - 1}"
        if not isinstance(data, bytes) or strangers.checksum(block, data) != expected:
            raise StudyError(f"{name}: are damaged; verify with mend, then resume")
        try:
            return strangers.unpacked(data, block.stop - block.first, width)
        except StudyError as error:
            raise StudyError(f"{name}: {error}; verify with mend, then resume") from None


_OVERLAPPING = (
    f"FROM volumes WHERE key = ? AND stop > ? AND first < ? AND {strangers.BLOCK_IS_SOUND}"
)
_RANGES = f"SELECT first, stop {_OVERLAPPING} ORDER BY first"
_DATA = f"SELECT first, stop, data, checksum {_OVERLAPPING}"
_FAILED_NOW = (
    "stop IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cells WHERE cells.cell = failures.cell)"
)


def write_plan(writing: Connection, plan: KeptPlan) -> None:
    """Replace the plan, add the documents it speaks of, forget cells that are no more of it."""
    if any(len(one.encode()) > MOST_TOML_BYTES for one in plan.documents.values()):
        raise SizeError(f"a scenario or price list takes more than {MOST_TOML_BYTES:,} bytes")
    packed = [(digest, zlib.compress(one.encode())) for digest, one in plan.documents.items()]
    writing.executemany(_DOCUMENT, packed)
    writing.executemany(_PLAN, [("plan", plan.text), ("cells", str(plan.cells))])
    _forget_stale(writing, plan.block, plan.replications)


def _forget_stale(writing: Connection, block: int, replications: int) -> None:
    for table in ("cells", "failures"):
        writing.execute(f"DELETE FROM {table} WHERE {_STALE}", (block, replications))


def block_row(block: Block, data: bytes) -> tuple[object, ...]:
    """Row of a block in the table of volumes."""
    return block.key, block.first, block.stop, data, strangers.checksum(block, data)


def store_of(folder: Path) -> Store:
    """Store of a folder, one in each process."""
    return _of_process(folder, os.getpid())


@lru_cache(maxsize=32)
def _of_process(folder: Path, _process: int) -> Store:
    return Store(folder)
