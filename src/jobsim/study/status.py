"""How far a study has come; imports the store and tables."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from jobsim.study.keeping.store import Store
from jobsim.text.tables import Printed, Table


@dataclass(frozen=True, repr=False)
class StudyStatus(Printed):
    """Cells asked for and what came of them.

    Parameters
    ----------
    folder : str
    asked, done, failed, missing : int
        Cells; asked = done + failed + missing.
    seconds_left : float
        One process's work on what is missing, at the mean of what was played; NaN before.
    bytes : int, room on disk
    simulated, found : int
        Cells that the last call simulated, and those whose volumes it found.
    """

    folder: str
    asked: int
    done: int
    failed: int
    missing: int
    seconds_left: float
    room_bytes: int
    simulated: int = 0
    found: int = 0

    @property
    def missing_share(self) -> float:
        """Share of cells without volumes: failed, or not played yet."""
        return (self.failed + self.missing) / self.asked if self.asked else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Everything by name."""
        left = self.seconds_left
        return {**asdict(self), "seconds_left": None if math.isnan(left) else left}

    def _table(self) -> Table:
        rows = (
            ("done", f"{self.done:,}"),
            ("failed", f"{self.failed:,}"),
            ("missing", f"{self.missing:,}"),
            ("asked for", f"{self.asked:,}"),
            ("left for one process", _duration(self.seconds_left)),
            ("room on disk", f"{self.room_bytes / 1e6:,.1f} MB"),
        )
        note = f"{self.missing_share:.1%} of the cells are missing." if self.missing_share else ""
        return Table(f"Study {self.folder}", ("cells", ""), rows, note)


def _duration(seconds: float) -> str:
    if math.isnan(seconds):
        return "not known yet"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def status_of(store: Store) -> StudyStatus:
    """Count cells of the plan that are done, failed and missing."""
    asked, done, failed = store.asked(), store.count("cells"), store.count_failed()
    missing = max(0, asked - done - failed)
    mean = store.read("SELECT avg(seconds) FROM cells WHERE seconds > 0")[0][0]
    left = 0.0 if not missing else float("nan") if mean is None else missing * float(mean)
    return StudyStatus(str(store.folder), asked, done, failed, missing, left, store.room_bytes)
