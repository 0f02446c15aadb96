"""The one file of a study: opened, checked and shared; imports engines and errors.

SQLite in write-ahead mode: what is committed survives a kill, a full disk and a power cut;
processes of one machine share the file. Machines have a folder each, to be merged.

What a SQLite file from a stranger cannot do; imports errors.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from jobsim.engines.volumes import MODEL_VERSION
from jobsim.errors import OutputError, StudyError

MOST_BYTES = 2**26
"""Most bytes of one text or block in a file."""
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


class Steps:
    """Ends a query that takes more steps than the size of its file explains.

    It then ends as `sqlite3.OperationalError`, whose text is "interrupted".

    Parameters
    ----------
    path : Path, of the database
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looks = 0

    def restart(self) -> None:
        """Begin to count again, for another query."""
        self._looks = 0

    def __call__(self) -> bool:
        """Whether it is to end, asked every so many steps."""
        self._looks += 1
        return self._looks * _EVERY > _FREE_STEPS + _STEPS_PER_BYTE * room_of(self._path)


def bound(connection: sqlite3.Connection, path: Path) -> Steps:
    """Bound what queries may take: their steps, the length of texts, no files to sort in.

    Returns
    -------
    Steps, to be restarted for each query
    """
    steps = Steps(path)
    connection.set_progress_handler(steps, _EVERY)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return steps


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


def _seen(path: Path) -> os.stat_result | None:
    """What there is at a path, links not followed."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OutputError(f"{path}: cannot be used ({why})") from error


FILE = "cells.sqlite"
"""Name of the file in the folder."""

_FORMAT = 0x6A6F6202
"""The letters "job" and the number of this layout, as SQLite's application_id."""
_PATIENCE_SECONDS = 60.0
_TABLES = (
    "CREATE TABLE cells (cell BLOB PRIMARY KEY, key BLOB, first INTEGER, stop INTEGER, "
    "seconds REAL) WITHOUT ROWID",
    "CREATE TABLE documents (digest TEXT PRIMARY KEY, data BLOB)",
    "CREATE TABLE failures (cell BLOB PRIMARY KEY, first INTEGER, stop INTEGER, parameters TEXT, "
    "error TEXT, replay TEXT)",
    "CREATE TABLE plan (part TEXT PRIMARY KEY, text TEXT)",
    "CREATE TABLE volumes (key BLOB, first INTEGER, stop INTEGER, data BLOB, checksum BLOB, "
    "PRIMARY KEY (key, first, stop))",
)


class Database:
    """A connection of this process, which its threads share.

    Parameters
    ----------
    folder : Path
    write : bool
        Whether it is made where it is not there.

    Raises
    ------
    StudyError
        If there is none, it is damaged or another's, or of another version of the model.
    OutputError
        If it cannot be read, or be written where it should be.
    """

    def __init__(self, folder: Path, *, write: bool) -> None:
        self.path = folder / FILE
        self.writes = write
        self._lock = RLock()
        refuse_strange(self.path)
        with self._told():
            try:
                self._connection = self._made() if write else self._opened()
                self._check()
            except BaseException:
                if hasattr(self, "_connection"):
                    self.close()
                raise
        self._inode = self.path.stat().st_ino

    @property
    def is_current(self) -> bool:
        """Whether the file is still the one that was opened."""
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read; errors are told in words."""
        with self._lock, self._told():
            self._steps.restart()
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write everything or nothing."""
        with self._lock, self._told():
            self._steps.restart()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Fold what was written last into the file itself."""
        with self._lock:
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        if not has_bytes(self.path):
            raise StudyError(f"{self.path.parent}: there is no study here")
        folder = self.path.parent
        log = self.path.with_name(f"{FILE}-wal")
        if os.access(folder, os.W_OK) and os.access(self.path, os.W_OK):
            return self._made()  # also where a process was killed while it made the file
        still = not log.exists() or log.stat().st_size == 0
        return self._connected("mode=ro&immutable=1" if still else "mode=ro")

    def _made(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"{self.path.parent}: cannot be written ({error.strerror})"
            ) from error
        made = self._connected("mode=rwc")
        made.execute("BEGIN IMMEDIATE")
        if not made.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for table in _TABLES:
                made.execute(table)
            made.execute(f"PRAGMA application_id = {_FORMAT}")
            made.execute(f"PRAGMA user_version = {MODEL_VERSION}")
        made.execute("COMMIT")
        self._check()
        made.execute("PRAGMA journal_mode = WAL")
        return made

    def _connected(self, how: str) -> sqlite3.Connection:
        self._connection = made = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=_PATIENCE_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        self._steps = bound(made, self.path)
        made.execute("PRAGMA synchronous = FULL")
        return made

    def _check(self) -> None:
        """Refuse files of other programs, other layouts and other versions of the model."""
        one = self._connection.execute
        own = one("PRAGMA application_id").fetchone()[0] == _FORMAT
        if not own or not holds_tables(self._connection, _TABLES):
            raise StudyError(f"{self.path}: is not a study of this version of jobsim's layout")
        version = one("PRAGMA user_version").fetchone()[0]
        if version != MODEL_VERSION:
            raise StudyError(
                f"{self.path}: was played by model version {version}, and this is model version "
                f"{MODEL_VERSION}: its numbers are others; start a new folder, or use the jobsim "
                "that made it"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                raise StudyError(f"{self.path}: is damaged: reading it does not end") from error
            raise OutputError(f"{self.path}: cannot be used ({error})") from error
        except (sqlite3.DatabaseError, UnicodeError) as error:  # also of an error that quotes bytes
            raise StudyError(
                f"{self.path}: is damaged or not a study ({error}); take a copy of it that is "
                "whole, or start a new folder"
            ) from error
