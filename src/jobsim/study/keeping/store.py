"""What a study holds: cells, volumes, failures and its plan; imports the database and guards."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from sqlite3 import Connection
from threading import RLock
from typing import Any

from jobsim.analysis.playing.volume_store import Block, Failure
from jobsim.arrays import Ints
from jobsim.errors import SizeError, StudyError
from jobsim.files.reading import MOST_TOML_BYTES
from jobsim.study.keeping import strangers
from jobsim.study.keeping.database import FILE, Database

INSERT_BLOCK = "INSERT OR IGNORE INTO volumes VALUES (?, ?, ?, ?, ?)"
INSERT_CELL = "INSERT OR IGNORE INTO cells VALUES (?, ?, ?, ?, ?, ?)"
INSERT_FAILURE = "INSERT OR {} INTO failures VALUES (?, ?, ?, ?, ?, ?, ?)"
_PLAN = "INSERT INTO plan VALUES (?, ?)"
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
    documents : iterable of str
        Scenarios, price lists and draws that the plan speaks of by their digests.
    block, replications : int
    """

    text: str
    documents: Iterable[str]
    block: int
    replications: int


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
        with self._database().reading() as reading:
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
        self._database(write=True, make=True)

    @contextmanager
    def writing(self, *, make: bool = False) -> Iterator[Connection]:
        """Write everything or nothing.

        Parameters
        ----------
        make : bool
            Whether the file is made where there is none.

        Raises
        ------
        StudyError
            If the file was moved or removed since it was opened: what was written is where it was
            moved to.
        """
        database = self._database(write=True, make=make)
        with database.writing() as writing:
            yield writing
        if not database.is_current:
            raise StudyError(self._gone)

    @property
    def _gone(self) -> str:
        return (
            f"{self.folder}: was moved or removed while it was used; what was finished is kept "
            "where it was moved to: resume it there"
        )

    def _database(self, *, write: bool = False, make: bool = False) -> Database:
        with self._lock:
            known = self._open
            if known is not None and not known.is_current and not make:
                if write and known.writes:
                    return known  # so that what was finished is kept, wherever it is by now
                if write or not self.exists:
                    raise StudyError(self._gone)
            if known is None or not known.is_current or (write and not known.writes):
                self.close()
                self._open = Database(self.folder, write=write, make=make)
            assert self._open is not None
            return self._open

    def plan(self) -> str | None:
        """Text of the plan, if there is one.

        Raises
        ------
        StudyError
            If it is not what was written, or there are cells without one.
        """
        rows = self.read("SELECT text, checksum FROM plan") if self.exists else []
        if not rows and not (self.exists and self.count("cells")):
            return None
        try:
            ((text,),) = map(strangers.sound_row, rows)
            return str(text)
        except (StudyError, ValueError) as error:
            raise StudyError(
                f"{self.folder}: the plan is damaged; take a copy of the folder that is whole, or "
                "run the plan in a new one"
            ) from error

    def keep_plan(self, plan: KeptPlan) -> None:
        """Replace the plan."""
        with self.writing(make=True) as writing:
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
                row = (one.cell, whole.key, whole.first, whole.stop, one.seconds)
                writing.execute(INSERT_CELL, strangers.with_checksum(*row))
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
            writing.execute(INSERT_FAILURE.format("REPLACE"), strangers.with_checksum(*row))

    def forget_stale(self, block: int, replications: int) -> None:
        """Forget cells that are no more of the plan, which a process with an older one kept."""
        if self.read(f"SELECT 1 FROM cells WHERE {_STALE} LIMIT 1", block, replications):
            with self.writing() as writing:
                _forget_stale(writing, block, replications)

    def count(self, what: str) -> int:
        """Rows of a table, or of a part of it in SQL."""
        return int(self.read(f"SELECT total(1) FROM {what}")[0][0])

    def played(self, cells: Sequence[bytes]) -> dict[bytes, float]:
        """Which of some cells were played, by any process so far, and the seconds it took."""
        rows = self._rows_of("cells", cells, strangers.CELL_IS_SOUND)
        return {cell: seconds for cell, *_, seconds in rows}

    def failed(self, cells: Sequence[bytes]) -> set[bytes]:
        """Which of some cells failed."""
        return {cell for cell, *_ in self._rows_of("failures", cells)}

    def _rows_of(
        self, table: str, cells: Sequence[bytes], sound: str = "1"
    ) -> list[tuple[Any, ...]]:
        places = ", ".join("?" * len(cells))
        rows = self.read(f"SELECT {sound}, * FROM {table} WHERE cell IN ({places})", *cells)
        return [self._sound(row if is_sound else ()) for is_sound, *row in rows]

    def failures(self) -> list[Failure]:
        """Everything that failed and has not been played since."""
        rows = map(self._sound, self.read("SELECT * FROM failures ORDER BY cell"))
        return [strangers.sound_failure(cell, *texts) for cell, _, _, *texts in rows]

    def _sound(self, row: Sequence[Any]) -> tuple[Any, ...]:
        try:
            return strangers.sound_row(row)
        except StudyError as error:
            raise StudyError(f"{self.folder}: {error}") from None

    def cells_without_volumes(self) -> Iterator[bytes]:
        """Cells that were played and of which volumes are missing."""
        for key, cells in groupby(self.read(_UNCOVERED), key=lambda row: row[1]):
            kept = self.stretches(key, 0, strangers.MOST_REPLICATIONS)
            starts = [one.start for one in kept]
            for cell, _, first, stop in cells:
                place = bisect_right(starts, first) - 1
                if place < 0 or kept[place].stop < stop:
                    yield cell

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
        if not isinstance(data, bytes) or _checksum(block, data) != expected:
            raise StudyError(f"{name}: are damaged; {strangers.MEND}")
        try:
            return strangers.unpacked(data, block.stop - block.first, width)
        except StudyError as error:
            raise StudyError(f"{name}: {error}; {strangers.MEND}") from None


_OVERLAPPING = (
    f"FROM volumes WHERE key = ? AND stop > ? AND first < ? AND {strangers.BLOCK_IS_SOUND}"
)
_RANGES = f"SELECT first, stop {_OVERLAPPING} ORDER BY first"
_DATA = f"SELECT first, stop, data, checksum {_OVERLAPPING}"
_UNCOVERED = (
    "SELECT cell, key, first, stop FROM cells WHERE coalesce((SELECT stop FROM volumes WHERE "
    "volumes.key = cells.key AND volumes.first <= cells.first ORDER BY volumes.first DESC LIMIT 1"
    f"), 0) < cells.stop AND {strangers.CELL_IS_SOUND} ORDER BY key"
)
"""Cells that the nearest block does not cover alone."""


def write_plan(writing: Connection, plan: KeptPlan) -> None:
    """Replace the plan, add the documents it speaks of, forget cells that are no more of it."""
    for text in map(str.encode, plan.documents):
        if len(text) > MOST_TOML_BYTES:
            raise SizeError(
                f"a scenario, price list or draw takes more than {MOST_TOML_BYTES:,} bytes"
            )
        writing.execute(_DOCUMENT, (hashlib.sha256(text).hexdigest(), zlib.compress(text)))
    writing.execute("DELETE FROM plan")
    writing.execute(_PLAN, strangers.with_checksum(plan.text))
    _forget_stale(writing, plan.block, plan.replications)


def _forget_stale(writing: Connection, block: int, replications: int) -> None:
    for table in ("cells", "failures"):
        writing.execute(f"DELETE FROM {table} WHERE {_STALE}", (block, replications))


def block_row(block: Block, data: bytes) -> tuple[object, ...]:
    """Row of a block in the table of volumes."""
    return block.key, block.first, block.stop, data, _checksum(block, data)


def _checksum(block: Block, data: bytes) -> bytes:
    return strangers.checksum(block.key, block.first, block.stop, data=data)


def store_of(folder: Path) -> Store:
    """Store of a folder, one in each process."""
    return _of_process(folder, os.getpid())


@lru_cache(maxsize=32)
def _of_process(folder: Path, _process: int) -> Store:
    return Store(folder)
