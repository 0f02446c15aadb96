"""Whether a study still holds what was written; imports stores."""

from __future__ import annotations

from jobsim.errors import StudyError
from jobsim.study.merging import blocks_in
from jobsim.study.store import Store

__all__ = ["faults_of"]

_ORPHANS = (
    "SELECT cell FROM cells WHERE NOT EXISTS (SELECT 1 FROM volumes WHERE volumes.key = cells.key "
    "AND volumes.stop > cells.first AND volumes.first < cells.stop)"
)


def faults_of(store: Store, *, mend: bool) -> list[str]:
    """Read every block and test its checksum, and that every cell has volumes.

    Parameters
    ----------
    store : Store
    mend : bool
        Whether what is damaged is dropped, so that it will be played again.
    """
    (told,) = store.read("PRAGMA integrity_check(1)")[0]
    faults = [] if told == "ok" else [f"{store.folder}: {told}"]
    damaged = []
    for block, data, checksum in blocks_in(store):
        try:
            store.opened(block, data, checksum)
        except StudyError as error:
            faults.append(str(error))
            damaged.append((block.key, block.first, block.stop))
    if mend:
        with store.writing() as writing:
            writing.executemany(
                "DELETE FROM volumes WHERE key = ? AND first = ? AND stop = ?", damaged
            )
            writing.executemany("DELETE FROM cells WHERE key = ?", [row[:1] for row in damaged])
    orphans = store.read(_ORPHANS)
    faults += [f"{store.folder}: cell {cell.hex()[:12]} has no volumes" for (cell,) in orphans]
    if mend and orphans:
        with store.writing() as writing:
            writing.executemany("DELETE FROM cells WHERE cell = ?", orphans)
    return faults
