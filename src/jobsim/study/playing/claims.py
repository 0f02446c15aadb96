"""Who is playing what, so that processes on one folder never play the same; imports errors.

What is claimed stands in a small file beside the cells, which nobody needs after a power cut. Each
player holds a lock on a file of its own for as long as it lives: the system lets go of it whichever
way the player ends, and then its claims are void. Locks are SQLite's, which work on every system
and, unlike those of `flock`, are not inherited by processes that a player forks.

What a question lacks, played once however many ask for it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.volume_store import Block, blocks_of
from jobsim.errors import OutputError
from jobsim.study.keeping.database import Steps, bound, holds_tables, refuse_strange
from jobsim.study.keeping.rows import packed
from jobsim.study.keeping.store import Store

WAIT_SECONDS = 0.25
"""Between looks at what others are playing."""

_FILE = "claims.sqlite"
_LOCK = "player-"
"""How names of the files begin that players lock."""
_PATIENCE_SECONDS = 60.0
_TRIES = 10
_TABLE = "CREATE TABLE IF NOT EXISTS claims (what BLOB PRIMARY KEY, player TEXT) WITHOUT ROWID"


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

    def __enter__(self) -> Claims:
        path = self._folder / _FILE
        refuse_strange(path)
        with self._told():
            self._claims, self._steps = _opened(path)
            try:
                self._path, self._lock = self._lock_of_its_own()
            except BaseException:
                self._claims.close()
                raise
        self.void_those_of_the_dead()
        return self

    def __exit__(self, *ended: object) -> None:
        with suppress(sqlite3.Error):
            self._claims.execute("DELETE FROM claims WHERE player = ?", (self._path.name,))
        self._claims.close()
        self._lock.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def take(self, what: bytes) -> bool:
        """Claim something; whether nobody else, and nothing here, has claimed it."""
        with self._told():
            done = self._claims.execute(
                "INSERT OR IGNORE INTO claims VALUES (?, ?)", (what, self._path.name)
            )
            return done.rowcount == 1

    def let_go(self, what: Sequence[bytes]) -> None:
        """End claims."""
        with self._told():
            self._claims.execute("BEGIN IMMEDIATE")
            self._claims.executemany(
                "DELETE FROM claims WHERE what = ? AND player = ?",
                [(one, self._path.name) for one in what],
            )
            self._claims.execute("COMMIT")

    def void_those_of_the_dead(self) -> None:
        """Delete the claims of players that ended without doing so."""
        paths = self._folder.glob(f"{_LOCK}*")
        living = [self._path.name, *(path.name for path in paths if not self._is_dead(path))]
        unknown = ", ".join("?" * len(living))
        with self._told():
            self._claims.execute(f"DELETE FROM claims WHERE player NOT IN ({unknown})", living)

    def _is_dead(self, path: Path) -> bool:
        """Whether nobody holds a lock, which is then removed."""
        if path == self._path:
            return False
        try:
            lock = _locked(path, make=False)
        except OutputError:  # a link or device, which no player made
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return True
        except (sqlite3.Error, UnicodeError):
            return not path.exists()
        with suppress(OSError):  # Windows removes no file that is open
            path.unlink(missing_ok=True)
        lock.close()
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return True

    def _lock_of_its_own(self) -> tuple[Path, sqlite3.Connection]:
        """Lock a new file, unless another player takes it for that of a dead one meanwhile."""
        for _ in range(_TRIES):
            file, name = tempfile.mkstemp(prefix=_LOCK, dir=self._folder)
            os.close(file)
            path = Path(name)
            with suppress(sqlite3.OperationalError):
                lock = _locked(path, make=True)
                if path.exists():
                    return path, lock
                lock.close()
        raise OutputError(f"{self._folder}: no file in it can be locked")

    @contextmanager
    def _told(self) -> Iterator[None]:
        if hasattr(self, "_steps"):
            self._steps.restart()
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeError) as error:
            raise OutputError(f"{self._folder / _FILE}: cannot be used ({error})") from error


def _opened(path: Path) -> tuple[sqlite3.Connection, Steps]:
    made = sqlite3.connect(
        path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )
    steps = bound(made, path)
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("PRAGMA synchronous = NORMAL")  # a commit waits for no disk
    made.execute(_TABLE)
    if not holds_tables(made, [_TABLE.replace("IF NOT EXISTS ", "")]):
        made.close()
        raise sqlite3.DatabaseError("its tables are others; remove it")
    return made, steps


def _locked(path: Path, *, make: bool) -> sqlite3.Connection:
    """Hold the lock of a file until the connection is closed."""
    refuse_strange(path)
    how = "rwc" if make else "rw"
    made = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={how}",
        uri=True,
        timeout=0.0,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        made.execute("PRAGMA journal_mode = MEMORY")  # no second file
        made.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        made.close()
        raise
    return made


Ints = npt.NDArray[np.int64]


def filled(
    store: Store,
    size: int,
    key: bytes,
    missing: Sequence[int],
    width: int,
    play: Callable[[range], Ints],
) -> Iterator[dict[int, Ints]]:
    """Play and keep replications of one scenario, block by block, as they come.

    Blocks that another process is playing come last: they are found, or played if it ended.

    Parameters
    ----------
    store : Store
    size : int, replications that are played and kept together
    key : bytes, see `key_of`
    missing : sequence of int, in order
    width : int, columns of a row
    play : function of a range of replications that gives int64[replications, columns]

    Yields
    ------
    dict of replication to row
    """
    if not missing:
        return
    store.make()
    left = list(blocks_of(missing, size))
    with Claims(store.folder) as claims:
        while left:
            taken = []
            for run in left:
                claim = claim_on(key, run.start - run.start % size)
                if claims.take(claim):
                    try:
                        yield _found_or_played(store, size, key, run, width, play)
                    finally:
                        claims.let_go([claim])
                    taken.append(run)
            left = [run for run in left if run not in taken]
            if left and not taken:
                time.sleep(WAIT_SECONDS)
                claims.void_those_of_the_dead()


def _found_or_played(
    store: Store, size: int, key: bytes, run: range, width: int, play: Callable[[range], Ints]
) -> dict[int, Ints]:
    known = store.find(key, run, width)
    for part in blocks_of([number for number in run if number not in known], size):
        rows = play(part)
        store.keep_block(Block(key, part.start, part.stop), packed(rows))
        known.update(zip(part, rows, strict=True))
    return known
