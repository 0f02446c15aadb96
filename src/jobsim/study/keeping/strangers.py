"""What is promised of a folder that a stranger wrote, and all that keeps it; imports blocks.

Nothing in the folder is run or evaluated; nothing outside of it is read, written or removed; a
command takes time and memory in proportion to the size of the files, or time to the cells that the
plan asks for, and says in one line what it cannot use. That holds because

- `connect_to` is the only way to SQLite: it takes regular files alone, and no journal that names
  another file; it ends a query that takes more steps than the size of its file explains, and
  `rows_within` one that returns more;
- `holds_tables` is asked before any row is read: tables are exactly those of a study, so that
  no trigger, view or index of a stranger's is met, and none of SQLite's functions in them;
- rows are taken by their types and limits alone, in queries by `BLOCK_IS_SOUND` and
  `CELL_IS_SOUND`, failures one by one by `sound_failure`;
- `unpacked` compares the header of a block with the one form it may have, and unpacks no more than
  the shape asked for needs.

Plans and documents have limits of their own, in `plan_text` and `files`. Checksums, which every row
has, are no part of this: they find what chance has changed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sqlite3
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np

from jobsim.analysis.playing.volume_store import Failure
from jobsim.arrays import Ints
from jobsim.errors import OutputError, SizeError, StudyError
from jobsim.scenario.limits import refuse_beyond_limits

# Files

_MOST_BYTES = 2**26
"""Most bytes of one text or block in a file."""
_PAUSE_SECONDS = 0.01
"""Between two attempts of what another process keeps from being done."""
_BESIDE = ("", "-journal", "-wal", "-shm")
"""Endings of the names of a database's files."""
_JOURNAL_ENDS = bytes.fromhex("d9d505f920a163d7")
"""Last bytes of a rollback journal that names a further file, which SQLite would delete."""
_EVERY, _FREE_STEPS, _STEPS_PER_BYTE = 10**5, 10**7, 20
"""Steps of SQLite's machine: between two looks, allowed for any file, allowed for each byte."""
_FREE_BYTES = 2**16
_LEAST_ROW = 4
"""Least bytes that a row takes in a file."""


def files_of(path: Path) -> list[Path]:
    """Names of a database's file and of those that SQLite lays beside it."""
    return [path.with_name(path.name + ending) for ending in _BESIDE]


def has_bytes(path: Path) -> bool:
    """Whether there is something at a path that is not empty.

    Raises
    ------
    OutputError
        If that cannot be told.
    """
    found = _seen(path)
    return found is not None and (found.st_size > 0 or not stat.S_ISREG(found.st_mode))


def room_of(path: Path) -> int:
    """Bytes of a database's files."""
    found = (_seen(one) for one in files_of(path))
    return sum(one.st_size for one in found if one is not None)


def refuse_strange(path: Path) -> None:
    """Refuse a database of which any file is no regular file, or names a file elsewhere.

    Raises
    ------
    OutputError
        If it is a link, device, pipe or folder, or a journal that would have another file deleted,
        or that cannot be told.
    """
    for one in files_of(path):
        found = _seen(one)
        if found is not None and not stat.S_ISREG(found.st_mode):
            what = "is a link, which is not followed" if one.is_symlink() else "is no regular file"
            raise OutputError(f"{one}: {what}; remove it")
    journal = path.with_name(f"{path.name}-journal")
    try:
        with journal.open("rb") as file:
            file.seek(max(0, journal.stat().st_size - len(_JOURNAL_ENDS)))
            ends = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise OutputError(f"{journal}: cannot be used ({error.strerror})") from error
    if ends == _JOURNAL_ENDS:
        raise OutputError(f"{journal}: would have another file deleted; remove it")


def _seen(path: Path) -> os.stat_result | None:
    """What there is at a path, links not followed."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"{path}: cannot be used ({why})") from error


# SQLite


class Guarded(sqlite3.Connection):
    """Ends a query that takes more steps than the size of its file explains, as "interrupted"."""

    looks = 0
    """At the steps of this query so far."""
    ended_by: BaseException | None = None
    """What was raised in a look, such as by Ctrl-C: SQLite drops it and ends the query."""

    def when_free(self, statement: str, patience_seconds: float) -> None:
        """Execute what SQLite itself does not wait with: a change of the journal's mode."""
        until = monotonic() + patience_seconds
        while True:
            try:
                self.execute(statement)
                return
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or monotonic() > until:
                    raise
            sleep(_PAUSE_SECONDS)

    @contextmanager
    def asking(self) -> Iterator[Guarded]:
        """Count steps from the beginning, for another query."""
        self.looks, self.ended_by = 0, None
        try:
            yield self
        except sqlite3.OperationalError:
            if self.ended_by is not None:
                raise self.ended_by from None
            raise

    @contextmanager
    def changing(self) -> Iterator[Guarded]:
        """Write everything or nothing, and alone."""
        with self.asking(), self:  # commits, or rolls back
            self.execute("BEGIN IMMEDIATE")
            yield self


def connect_to(path: Path, how: str, patience_seconds: float, *first: str) -> Guarded:
    """Connection to a file in a study's folder, which waits so long for others.

    Parameters
    ----------
    path : Path
    how : str, parameters of SQLite's address of the file
    patience_seconds : float
    first : str, statements that the connection begins with

    Raises
    ------
    OutputError
        As of `refuse_strange`.
    """
    refuse_strange(path)
    made = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=patience_seconds,
        isolation_level=None,
        check_same_thread=False,
        factory=Guarded,
    )

    def is_over() -> bool:
        try:
            made.looks += 1
            return made.looks * _EVERY > _FREE_STEPS + _STEPS_PER_BYTE * room_of(path)
        except BaseException as error:
            made.ended_by = error
            return True

    made.set_progress_handler(is_over, _EVERY)
    made.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    try:
        for statement in ("PRAGMA cell_size_check = ON", "PRAGMA temp_store = MEMORY", *first):
            made.when_free(statement, patience_seconds)
    except BaseException:
        made.close()
        raise
    return made


def holds_tables(connection: sqlite3.Connection, tables: Iterable[str]) -> bool:
    """Whether a database holds these tables, and no other, view, trigger or index of its own."""
    found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return sorted(str(text) for (text,) in found) == sorted(tables)


def rows_within(cursor: sqlite3.Cursor, room_bytes: int) -> list[tuple[Any, ...]]:
    """Rows of a query, which together are no larger than the file that holds them.

    Raises
    ------
    sqlite3.DatabaseError
        If they are: pages of a damaged file may be read again and again.
    """
    left = room_bytes + _FREE_BYTES
    rows = []
    for row in cursor:
        left -= _LEAST_ROW + sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if left < 0:
            raise sqlite3.DatabaseError("it tells more than it has room for")
        rows.append(row)
    return rows


# Rows

MOST_REPLICATIONS = 2**32
_HASH_BYTES = 32
_MOST_CHARACTERS = 2**16
MEND = "verify with mend, then resume"
"""What helps where rows are damaged."""
BLOCK_IS_SOUND = (
    f"typeof(key) = 'blob' AND length(key) = {_HASH_BYTES} AND typeof(first) = 'integer' AND "
    f"typeof(stop) = 'integer' AND 0 <= first AND first < stop AND stop <= {MOST_REPLICATIONS}"
)
"""Condition that holds for a row that is the address of a block."""
CELL_IS_SOUND = (
    f"{BLOCK_IS_SOUND} AND typeof(cell) = 'blob' AND length(cell) = {_HASH_BYTES} AND "
    "typeof(seconds) = 'real' AND 0 <= seconds AND seconds < 9e999"
)
"""Condition that holds for a row of a cell that was played."""


def checksum(*values: object, data: bytes = b"") -> bytes:
    """SHA-256 of what stands in a row: of its values, and of many bytes by themselves."""
    return hashlib.sha256(repr(values).encode("utf-8", "replace") + data).digest()


def with_checksum(*values: object) -> tuple[object, ...]:
    """Row of a table that ends with the checksum of what stands before it."""
    return *values, checksum(*values)


def sound_row(row: Sequence[Any]) -> tuple[Any, ...]:
    """Values of a row that ends with their checksum.

    Raises
    ------
    StudyError
        If they are not what was written.
    """
    if not row or checksum(*row[:-1]) != row[-1]:
        raise StudyError(f"a row is damaged; {MEND}")
    return tuple(row[:-1])


def sound_failure(cell: object, parameters: object, error: object, replay: object) -> Failure:
    """Failure of a cell.

    Raises
    ------
    StudyError
        If it is none, or longer than any.
    """
    texts = [text for text in (parameters, error, replay) if isinstance(text, str)]
    if not isinstance(cell, bytes) or len(cell) != _HASH_BYTES or len(texts) < 3:
        raise StudyError(f"a row is no failure; {MEND}")
    if sum(map(len, texts)) > _MOST_CHARACTERS:
        raise StudyError(f"a failure of more than {_MOST_CHARACTERS:,} characters; {MEND}")
    try:
        found = json.loads(texts[0])
        if not isinstance(found, dict):
            raise TypeError("no table")
        refuse_beyond_limits(found)
    except (TypeError, ValueError, RecursionError) as wrong:
        raise StudyError(f"parameters of a failure are damaged ({wrong}); {MEND}") from None
    return Failure(cell, found, texts[1], texts[2])


# Volumes as bytes and back

_LEVEL = 1
"""Of zlib: level 6 takes ten times as long to save a tenth of the room."""
_SIZES = (np.uint8, np.uint16, np.uint32, np.int64)
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(\|u1|[<>]u2|[<>]u4|[<>]i8)', 'fortran_order': False, "
    rb"'shape': \((\d{1,10}), (\d{1,10})\), \} *\n",
    re.DOTALL,
)
_HEADER_BYTES = 1024
"""More than the header of an array takes."""
_MOST_NUMBERS = 2**23
"""Numbers of one block: 64 MiB when it is read."""


def packed(rows: Ints) -> bytes:
    """Bytes of int64[replications, columns].

    Raises
    ------
    SizeError
        If they are too many to be read again by anybody.
    """
    least, most = (int(rows.min()), int(rows.max())) if rows.size else (0, 0)
    fits = next(
        kind for kind in _SIZES if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max
    )
    file = io.BytesIO()
    columns = np.ascontiguousarray(rows.T.astype(fits))
    np.lib.format.write_array(file, columns, version=(1, 0), allow_pickle=False)
    data = zlib.compress(file.getvalue(), _LEVEL)
    if rows.size > _MOST_NUMBERS or len(data) > _MOST_BYTES:
        raise SizeError(
            f"a block of {rows.shape[0]:,} replications with {rows.shape[1]:,} numbers each is "
            f"too large to be kept; {_MOST_NUMBERS:,} numbers are allowed: ask for smaller blocks"
        )
    return data


def unpacked(data: bytes, replications: int, columns: int | None = None) -> Ints:
    """Undo `packed`.

    Raises
    ------
    StudyError
        If the bytes are anything else, or of another shape; no more memory is used than the shape
        asked for needs.
    """
    try:
        kind, shape, body = _parts(data, replications, columns)
    except (ValueError, zlib.error) as error:
        raise StudyError(f"not volumes ({error})") from None
    array = np.frombuffer(body, kind).reshape(shape)
    return np.ascontiguousarray(array.T, dtype=np.int64)


def _parts(
    data: bytes, replications: int, columns: int | None
) -> tuple[np.dtype[np.integer], tuple[int, int], bytes]:
    """Type, shape and bytes of an array, of which no more is read than it may have."""
    reader = zlib.decompressobj()
    header = _HEADER.match(beginning := reader.decompress(data, _HEADER_BYTES))
    if header is None:
        raise ValueError("no array of whole numbers")
    kind = np.dtype(header[1].decode())
    shape = (int(header[2]), int(header[3]))
    numbers = shape[0] * shape[1]
    expected = (shape[0] if columns is None else columns, replications)
    if shape != expected or numbers > _MOST_NUMBERS:
        raise ValueError(f"of shape {shape}, expected {expected}")
    body = beginning[header.end() :]
    left = numbers * kind.itemsize - len(body)
    body += reader.decompress(reader.unconsumed_tail, left + 1) if left >= 0 else b""
    if len(body) != numbers * kind.itemsize or not reader.eof:
        raise ValueError("longer than expected, or cut short")
    return kind, shape, body
