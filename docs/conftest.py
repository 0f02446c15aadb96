"""Run what the pages show: `python -m pytest docs`.

Blocks marked `pycon` are doctests, blocks marked `console` are commands after a `$`, which go on
in the next line after a backslash; both run in order, page by page, in an empty folder. Printed
output is compared where the page shows it, `...` standing for anything. Blocks marked otherwise
(`sh`, `python`, `toml`) are not run.
"""

from __future__ import annotations

import doctest
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.processes import ended

_BLOCK = re.compile(r"^```(pycon|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(.*\\\n)*.*")
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Page(pytest.File):
    """A page with blocks that can be run."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for a page that has something to run."""
        if _BLOCK.search(self.path.read_text(encoding="utf-8")):
            yield Blocks.from_parent(self, name="blocks")


class Blocks(pytest.Item):
    """All blocks of a page, in order, sharing names and a folder."""

    def runtest(self) -> None:
        """Run the blocks in an empty folder."""
        factory = self.config._tmp_path_factory  # type: ignore[attr-defined]
        names: dict[str, object] = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(factory.mktemp(self.path.stem))
            patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
            patch.setenv("MPLBACKEND", "Agg")
            patch.setenv("COLUMNS", "200")
            text = self.path.read_text(encoding="utf-8")
            for block in _BLOCK.finditer(text):
                line = text[: block.start()].count("\n") + 1
                run = _run_python if block[1] == "pycon" else _run_shell
                run(block[2], names, f"{self.path}:{line}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """Only what differs: the traceback would be of this file."""
        return (
            str(excinfo.value) if excinfo.errisinstance(AssertionError) else str(excinfo.getrepr())
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test is, for pytest's listing."""
        return self.path, 0, self.path.name


def _run_python(text: str, names: dict[str, object], where: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, names, where, where, 0)
    if not test.examples:
        raise AssertionError(f"{where}: a block marked pycon needs a line after >>>")
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=_OPTIONS, verbose=False)
    runner.run(test, out=report.append, clear_globs=False)
    names.update(test.globs)
    if runner.failures:
        raise AssertionError("".join(report))


def _run_shell(text: str, names: dict[str, object], where: str) -> None:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command = _COMMAND.match(part)[0]  # type: ignore[index]
        wanted = part[len(command) :]
        how = {"cwd": Path.cwd(), "seconds": 600, "may_leave": True}  # the page ends it later
        done = ended("-c", command, program="bash", **how)
        printed = done.stdout or done.stderr
        if done.returncode:
            raise AssertionError(f"{where}: {command}\n{printed}{done.stderr}")
        same = doctest.OutputChecker().check_output(wanted, printed, _OPTIONS)
        if wanted.strip() and not same:
            raise AssertionError(f"{where}: {command}\nexpected\n{wanted}\ngot\n{printed}")


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> Page | None:
    """Every Markdown page that is written by hand."""
    written = not {"_build", "api", "evidence", "notebooks"} & set(file_path.parts)
    if file_path.suffix == ".md" and written:
        return Page.from_parent(parent, path=file_path)
    return None
