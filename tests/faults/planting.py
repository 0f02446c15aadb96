"""Plant a fault in a copy of the program and let the tests that should notice it judge the copy."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

import jobsim
from tests.processes import ended

__all__ = ["Edit", "Fault", "caught_by", "edited", "plant"]

PROGRAM = Path(jobsim.__file__).resolve().parent
PYTEST = ("-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-rf")
LIMIT_SECONDS = 600


@dataclasses.dataclass(frozen=True)
class Edit:
    """One place of the program, changed.

    Parameters
    ----------
    file : str
        Below the package, such as "engines/roster.py".
    right, wrong : str
        Text that stands there exactly once, and what takes its place.
    """

    file: str
    right: str
    wrong: str


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault: alike in every place that plays or counts it, so that the program still agrees.

    Parameters
    ----------
    name : str
        What is wrong, in words.
    rule : str
        Number of the rule of docs/model.md, or name of the measure, that is broken.
    edits : Edit
        All places that have to change.
    tests : tuple of str
        Tests, as pytest names them, each of which must fail.
    """

    name: str
    rule: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def edited(fault: Fault) -> dict[str, str]:
    """Texts of the files that a fault changes, with the fault in them.

    Raises
    ------
    ValueError
        If what is to be changed does not stand there exactly once.
    """
    texts: dict[str, str] = {}
    for edit in fault.edits:
        text = texts.get(edit.file) or (PROGRAM / edit.file).read_text(encoding="utf-8")
        found = text.count(edit.right)
        if found != 1:
            raise ValueError(f"{fault.name}: {edit.file} has {found} times, not once: {edit.right}")
        texts[edit.file] = text.replace(edit.right, edit.wrong)
    return texts


def plant(fault: Fault, folder: Path) -> Path:
    """Copy the program into a folder, with the fault in it; return the folder to import from."""
    copy = folder / "jobsim"
    shutil.copytree(PROGRAM, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for file, text in edited(fault).items():
        (copy / file).write_text(text, encoding="utf-8")
    return folder


def caught_by(fault: Fault, tests: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Those of the tests, the fault's own unless told, that fail where the fault is planted.

    Compiled code is run as plain Python there: compiling it would take most of the time.

    Raises
    ------
    RuntimeError
        If the tests did not run: then nothing was caught.
    """
    with tempfile.TemporaryDirectory() as folder:
        planted = plant(fault, Path(folder))
        ran = ended(
            *PYTEST,
            *(tests or fault.tests),
            surroundings={"PYTHONPATH": str(planted), "NUMBA_DISABLE_JIT": "1"},
            seconds=LIMIT_SECONDS,
        )
    if ran.returncode not in (0, 1):
        raise RuntimeError(f"{fault.name}: the tests did not run\n{ran.stdout}\n{ran.stderr}")
    lines = ran.stdout.splitlines()
    return tuple(line.split()[1] for line in lines if line.startswith("FAILED "))
