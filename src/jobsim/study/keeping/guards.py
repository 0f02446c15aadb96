"""What a SQLite file from a stranger cannot do; imports errors.

SQLite itself is robust, but trusts who gives it a file: it follows links, waits for pipes, deletes
the file that a rollback journal names, runs triggers, and reads without end where the pages of a
tree point at each other. Whoever opens such a file comes here first.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jobsim.errors import OutputError

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
