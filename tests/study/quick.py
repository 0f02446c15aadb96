"""A small study, and what a folder holds, for tests."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from jobsim.scenario import Scenario
from jobsim.study import Study, StudyStatus
from tests.factory import small_town

__all__ = [
    "BUDGET",
    "CLAIM",
    "GAIN",
    "HAZARD",
    "HOW",
    "alone",
    "content",
    "draws",
    "kept",
    "run",
    "town",
]

BUDGET = "programmes.intensive.budget_per_year"
GAIN = "groups.job_ready.meeting_gain"
HAZARD = "groups.job_ready.job_finding_hazard_per_week"
HOW = {"progress": False}
CLAIM = {
    "label": "Saved",
    "measure": "net_saving",
    "of": "difference",
    "year": 2018,
    "payer": "municipality",
    "value": 1e3,
    "source": "article",
    "role": "held_out",
}
"""A claim that eight weeks can be held against, in a file."""


def town(**changes: object) -> Scenario:
    """A town of eight weeks, without claims that lie beyond them."""
    return small_town(**{"horizon__weeks": 8, "claims": None, "observed": None, **changes})


def draws(count: int) -> list[dict[str, float]]:
    """So many values of the gain of a meeting, those of fewer draws first."""
    return [{GAIN: 0.1 + 0.01 * i} for i in range(count)]


def run(folder: Path, *, count: int = 4, replications: int = 5, **how: object) -> StudyStatus:
    """Run the study that most tests are about: 2 scenarios × draws × 3 blocks."""
    block = how.pop("block", 2)
    study = Study(folder, block=block)
    return study.run(town(), draws=draws(count), replications=replications, **{**HOW, **how})


@cache
def _played(**how: object) -> Path:
    """Where that study lies, played by one process."""
    folder = Path(tempfile.mkdtemp()) / "a"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    run(folder, **how)
    Study(folder).close()
    return folder


def kept(folder: Path, **how: object) -> None:
    """Lay a copy of that study into a folder: what `run` would leave, played once."""
    shutil.copytree(_played(**how), folder, dirs_exist_ok=True)


@cache
def alone(count: int, replications: int = 5) -> dict[str, list[tuple]]:
    """Content of that study when one process has played it."""
    return content(_played(count=count, replications=replications))


def content(folder: Path) -> dict[str, list[tuple]]:
    """Everything in a folder that must not depend on how it came there."""
    with sqlite3.connect(f"file:{folder / 'cells.sqlite'}?mode=ro", uri=True) as reading:
        found = {
            "volumes": "SELECT key, first, stop, data, checksum FROM volumes ORDER BY 1, 2, 3",
            "cells": "SELECT cell, key, first, stop FROM cells ORDER BY 1",
            "failures": "SELECT cell, parameters, error FROM failures ORDER BY 1",
        }
        rows = {name: list(reading.execute(query)) for name, query in found.items()}
    reading.close()
    return rows
