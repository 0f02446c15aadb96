"""What the store of a study owes to whoever opens a stranger's, and every way to open it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import struct
import warnings
import zlib
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest import mock

from jobsim.errors import JobsimError
from jobsim.study import Study
from jobsim.study.keeping.database import FILE
from jobsim.study.keeping.store import store_of
from jobsim.study.plan import plan_in
from tests.hostile.properties import one_clean_line
from tests.hostile.stores import BENDS, seal
from tests.study.quick import HOW, draws, run

__all__ = [
    "COMMANDS",
    "LONGEST_SECONDS",
    "open_every_way",
    "play_bytes",
    "play_store",
    "sound_bytes",
    "sound_store",
]

LONGEST_SECONDS = 2.0
"""Most seconds of processor time that one command may take on a store of less than a MiB."""
_MOST_CELLS = 100
"""Cells that a bent plan may ask for here: what plays them takes the time that they ask for."""
_LITTLE_MEMORY = {"JOBSIM_MEMORY_LIMIT_GIB": "0.2"}
"""So that bent scenarios of millions of people are refused, not played."""
_CANNOT_BE_BENT_FURTHER = (
    *(sqlite3.Error, OSError, struct.error, zlib.error),
    *(LookupError, ValueError, TypeError),
)
_SEALED = 0.7
"""Share of bent stores whose checksums fit."""
_NUMBERS = count()
_MEASURES = ("net_saving:municipality", "placements")
_WHATEVER = {"partial": True, "force": True}
_PRECIOUS = b"what lies outside stays as it is"


@cache
def sound_bytes() -> bytes:
    """Bytes of a small study: cells that were played, and some that failed."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "study"
        run(folder, count=2, replications=3)
        with mock.patch(
            "jobsim.study.playing.missing.simulate", side_effect=JobsimError("no luck")
        ):
            Study(folder).extend(draws=draws(3), **HOW)
        Study(folder).close()
        return (folder / FILE).read_bytes()


def sound_store(folder: Path) -> Path:
    """Lay a small study into a new folder."""
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(sound_bytes())
    return folder


COMMANDS: dict[str, Callable[[Path], object]] = {
    "status": lambda study: repr(Study(study).status()),
    "failures": lambda study: Study(study).failures(),
    "verify": lambda study: Study(study).verify(),
    "outcomes": lambda study: Study(study).outcomes(_MEASURES, partial=True),
    "export": lambda study: Study(study).export(study / "all.nc", "placements", **_WHATEVER),
    "merge": lambda study: Study(sound_store(study.with_name("other"))).merge(study),
    "merge into": lambda study: Study(study).merge(sound_store(study.with_name("third"))),
    "extend": lambda study: Study(study).extend(replications=4, **HOW),
    "resume": lambda study: Study(study).resume(retry_failed=True, **HOW),
    "mend": lambda study: Study(study).verify(mend=True),
    "resume again": lambda study: Study(study).resume(**HOW),
}
"""Everything that can be asked of a study; what changes it comes last."""
if find_spec("zarr"):
    COMMANDS = {
        "export to Zarr": lambda study: Study(study).export(
            study / "all.zarr", "placements", **_WHATEVER
        ),
        **COMMANDS,
    }
_AS_THE_PLAN_ASKS = ("status", "outcomes", "export", "merge", "extend", "resume")


def _asks_for_much(study: Path) -> bool:
    with contextlib.suppress(JobsimError):
        plan = plan_in(store_of(study))
        if plan is not None:
            cells = len(plan.settings) * max(1, plan.design.count) * len(plan.blocks)
            return cells > _MOST_CELLS or min(plan.block, plan.replications) > _MOST_CELLS
    return False


def open_every_way(study: Path, most_seconds: float = LONGEST_SECONDS) -> dict[str, str | None]:
    """Error line of each command, None where it succeeded; asserts what is promised."""
    outside = study.with_name("outside")
    outside.write_bytes(_PRECIOUS)
    lines: dict[str, str | None] = {}
    try:
        much = _asks_for_much(study)
        for name, command in COMMANDS.items():
            if not (much and name.startswith(_AS_THE_PLAN_ASKS)):
                lines[name] = one_clean_line(lambda one=command: one(study), most_seconds)
    except Exception as error:
        error.add_note(f"command: {list(COMMANDS)[len(lines)]}")
        raise
    finally:
        for name in (study.name, "other", "third"):
            store_of(study.with_name(name)).close()
    assert outside.read_bytes() == _PRECIOUS
    beside = {path.name for path in study.parent.iterdir()}
    assert beside <= {study.name, "other", "third", "outside"}, beside
    return lines


def play_store(random: Random, folder: Path, most_seconds: float = LONGEST_SECONDS) -> str | None:
    """Bend a small study in one to three ways, and open it every way; the first error line."""

    def bend(study: Path) -> None:
        for _ in range(random.choice((1, 1, 2, 3))):
            with contextlib.suppress(*_CANNOT_BE_BENT_FURTHER):
                BENDS[random.choice(list(BENDS))](random, study, study.with_name("outside"))
        if random.random() < _SEALED:
            with contextlib.suppress(*_CANNOT_BE_BENT_FURTHER, JobsimError):
                seal(study)

    return _played(bend, folder, most_seconds)


def play_bytes(data: bytes, folder: Path, most_seconds: float = LONGEST_SECONDS) -> str | None:
    """Open a store of these bytes every way; the first error line."""
    return _played(lambda study: (study / FILE).write_bytes(data), folder, most_seconds)


def _played(bend: Callable[[Path], object], folder: Path, most_seconds: float) -> str | None:
    root = folder / f"root-{next(_NUMBERS)}"
    study = sound_store(root / "study")
    bend(study)
    try:
        with warnings.catch_warnings(), mock.patch.dict(os.environ, _LITTLE_MEMORY):
            warnings.simplefilter("error")
            lines = open_every_way(study, most_seconds)
    finally:
        shutil.rmtree(root)
    return next((line for line in lines.values() if line is not None), None)
