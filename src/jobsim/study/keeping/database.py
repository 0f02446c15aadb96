"""The one file of a study: opened, checked and shared; imports the guards against strangers.

SQLite in write-ahead mode: what is committed survives a kill, a full disk and a power cut;
processes of one machine share the file. Machines have a folder each, to be merged.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock

from jobsim.engines.volumes import MODEL_VERSION
from jobsim.errors import OutputError, StudyError
from jobsim.study.keeping.strangers import connect_to, has_bytes, holds_tables

FILE = "cells.sqlite"
"""Name of the file in the folder."""

_FORMAT = 0x6A6F6204
"""The letters "job" and the number of this layout, as SQLite's application_id."""
PATIENCE_SECONDS = 60.0
"""That a process waits for others to commit."""
_TABLES = (
    "CREATE TABLE cells (cell BLOB PRIMARY KEY, key BLOB, first INTEGER, stop INTEGER, "
    "seconds REAL, checksum BLOB) WITHOUT ROWID",
    "CREATE TABLE documents (digest TEXT PRIMARY KEY, data BLOB)",
    "CREATE TABLE failures (cell BLOB PRIMARY KEY, first INTEGER, stop INTEGER, parameters TEXT, "
    "error TEXT, replay TEXT, checksum BLOB)",
    "CREATE TABLE plan (text TEXT, checksum BLOB)",
    "CREATE TABLE volumes (key BLOB, first INTEGER, stop INTEGER, data BLOB, checksum BLOB, "
    "PRIMARY KEY (key, first, stop))",
)


class Database:
    """A connection of this process, which its threads share; closed once nobody holds it.

    Parameters
    ----------
    folder : Path
    write : bool
    make : bool
        Whether it is made where it is not there.

    Raises
    ------
    StudyError
        If there is none, it is damaged or another's, or of another version of the model.
    OutputError
        If it cannot be read, or be written where it should be.
    """

    def __init__(self, folder: Path, *, write: bool, make: bool = False) -> None:
        self.path = folder / FILE
        self.writes = write
        self._lock = RLock()
        if not make and not has_bytes(self.path):
            raise StudyError(f"{folder}: there is no study here")
        how = self._how(write, make)
        changes = how.startswith("mode=rw")
        with self._told(), ExitStack() as undoing:
            durable = "PRAGMA synchronous = FULL"
            self._connection = connect_to(self.path, how, PATIENCE_SECONDS, durable)
            undoing.callback(self.close)
            if changes:
                self._make_tables()
            self._check()
            if changes:
                self._connection.when_free("PRAGMA journal_mode = WAL", PATIENCE_SECONDS)
            undoing.pop_all()
        weakref.finalize(self, self._connection.close)
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
        with self._lock, self._told(), self._connection.asking() as reading:
            yield reading

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write everything or nothing."""
        with self._lock, self._told(), self._connection.changing() as writing:
            yield writing

    def close(self) -> None:
        """Fold what was written last into the file itself."""
        with self._lock:
            self._connection.close()

    def _how(self, write: bool, make: bool) -> str:
        """Parameters of SQLite's address of the file."""
        folder, log = self.path.parent, self.path.with_name(f"{FILE}-wal")
        # also written to read it, where a process may have been killed while it made the file
        if not (write or (os.access(folder, os.W_OK) and os.access(self.path, os.W_OK))):
            still = not log.exists() or log.stat().st_size == 0
            return "mode=ro&immutable=1" if still else "mode=ro"
        if not make:
            return "mode=rw"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written ({error.strerror})") from error
        return "mode=rwc"

    def _make_tables(self) -> None:
        making = self._connection
        making.execute("BEGIN IMMEDIATE")
        if not making.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for table in _TABLES:
                making.execute(table)
            making.execute(f"PRAGMA application_id = {_FORMAT}")
            making.execute(f"PRAGMA user_version = {MODEL_VERSION}")
        making.execute("COMMIT")

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
