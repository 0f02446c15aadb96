"""Who is playing what, so that processes on one folder never play the same; imports the guards.

What is claimed stands in a small file beside the cells, which nobody needs after a power cut. Each
player holds a lock on a file of its own for as long as it lives: the system lets go of it whichever
way the player ends, and then its claims are void. Locks are SQLite's, which work on every system
and, unlike those of `flock`, are not inherited by processes that a player forks.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from jobsim.errors import OutputError
from jobsim.study.keeping.database import PATIENCE_SECONDS
from jobsim.study.keeping.strangers import Guarded, connect_to, holds_tables

_FILE = "claims.sqlite"
_LOCK = "player-"
"""How names of the files begin that players lock."""
_TABLE = "CREATE TABLE claims (what BLOB PRIMARY KEY, player TEXT) WITHOUT ROWID"
_PREPARED = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # a commit waits for no disk
    _TABLE.replace("TABLE", "TABLE IF NOT EXISTS"),
)


def claim_on(key: bytes, first: int) -> bytes:
    """What is claimed: a block of volumes, so that cells which come to the same are played once."""
    return hashlib.sha256(key + str(first).encode()).digest()


class Claims:
    """Claims of one player; a context in which it lives.

    Parameters
    ----------
    folder : Path, of a study

    Raises
    ------
    OutputError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Claims(Path(folder)) as ours, Claims(Path(folder)) as theirs:
    ...         print(ours.take(b"cell"), theirs.take(b"cell"))
    True False
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as ending:
            with self._told():
                made = connect_to(self._folder / _FILE, "mode=rwc", PATIENCE_SECONDS, *_PREPARED)
                self._claims = ending.enter_context(closing(made))
                if not holds_tables(made, [_TABLE]):
                    raise sqlite3.DatabaseError("its tables are others; remove it")
            with self._changing():  # so that nobody meanwhile takes the lock for a dead player's
                file, name = tempfile.mkstemp(prefix=_LOCK, dir=self._folder)
                os.close(file)
                self._player = Path(name)
                ending.callback(_remove, self._player)
                ending.enter_context(closing(_locked(self._player)))
            self._ending = ending.pop_all()
        self.void_those_of_the_dead()
        return self

    def __exit__(self, *ended: object) -> None:
        with self._ending, suppress(OutputError), self._changing() as claims:
            claims.execute("DELETE FROM claims WHERE player = ?", (self._player.name,))

    def take(self, what: bytes) -> bool:
        """Claim something; whether nobody else, and nothing here, has claimed it."""
        with self._changing() as claims:
            row = (what, self._player.name)
            return claims.execute("INSERT OR IGNORE INTO claims VALUES (?, ?)", row).rowcount == 1

    def let_go(self, what: Sequence[bytes]) -> None:
        """End claims."""
        rows = [(one, self._player.name) for one in what]
        with self._changing() as claims:
            claims.executemany("DELETE FROM claims WHERE what = ? AND player = ?", rows)

    def void_those_of_the_dead(self) -> None:
        """Delete the claims of players that ended without doing so."""
        with self._changing() as claims:
            paths = self._folder.glob(f"{_LOCK}*")
            living = [path.name for path in paths if path == self._player or _lives(path)]
            unknown = ", ".join("?" * len(living))
            claims.execute(f"DELETE FROM claims WHERE player NOT IN ({unknown})", living)

    @contextmanager
    def _changing(self) -> Iterator[Guarded]:
        """Change claims, alone for so long."""
        with self._told(), self._claims.changing() as claims:
            yield claims

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeError) as error:
            raise OutputError(f"{self._folder / _FILE}: cannot be used ({error})") from error


def _locked(path: Path) -> Guarded:
    """Hold the lock of a file until the connection is closed."""
    without_second_file = "PRAGMA journal_mode = MEMORY"
    return connect_to(path, "mode=rw", 0.0, without_second_file, "BEGIN EXCLUSIVE")


def _lives(path: Path) -> bool:
    """Whether somebody holds the lock of a file, which is removed otherwise."""
    try:
        _locked(path).close()
    except OutputError:  # a link or device, which no player made
        pass
    except (sqlite3.Error, UnicodeError):
        return path.exists()
    _remove(path)
    return False


def _remove(path: Path) -> None:
    with suppress(OSError):  # Windows removes no file that is open
        path.unlink(missing_ok=True)
