"""Run what the pages show: `python -m pytest docs`.

Blocks marked `pycon` are doctests, blocks marked `console` are commands after a `$`, which go on
in the next line after a backslash; both run in order, page by page, in an empty folder. Printed
output is compared where the page shows it, `...` standing for anything. Blocks marked `toml` are
laid over the page's own municipality, or the template: what comes of it must be valid, plausible
and of known source; one with `based_on` or `[consumer_prices]` is a price
list, one with arms a trial. Blocks marked `sh` and `python` need other
machines or minutes: commands of jobsim in the former must be known with their options, the latter
must compile and use public names.
"""

from __future__ import annotations

import ast
import doctest
import os
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from tests.processes import ended
from typer.testing import CliRunner

import jobsim
from jobsim.cli.app import app
from jobsim.scenario import Scenario, register
from jobsim.scenario.files import template_text

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(.*\\\n)*.*")
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _blocks(text: str) -> Iterator[re.Match[str]]:
    return (block for block in _BLOCK.finditer(text) if block[1] in _RUN)


class Page(pytest.File):
    """A page with blocks that can be run."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test for a page that has something to run."""
        if any(_blocks(self.path.read_text(encoding="utf-8"))):
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
            for block in _blocks(text):
                line = text[: block.start()].count("\n") + 1
                _RUN[block[1]](block[2], names, f"{self.path}:{line}")

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


def _lay_over(text: str, names: dict[str, object], where: str) -> None:
    """What stands in a file, with the tables of a block in it, as if pasted into their places.

    A price list that is based on another is a file of its own, my-prices.toml; so is a trial, under
    its name.
    """
    if "arms" in tomllib.loads(text):
        file = Path(f"{tomllib.loads(text)['name']}.toml")
        file.write_text(text, encoding="utf-8")
        jobsim.Trial.load(file)
        return
    if {"based_on", "consumer_prices"} & tomllib.loads(text).keys():
        Path("my-prices.toml").write_text(text, encoding="utf-8")
        found = register(jobsim.Prices.load("my-prices.toml"))
        if "based_on" not in text and found.unsourced:
            raise AssertionError(f"{where}: of no source: {found.unsourced[0].path}")
        return
    file = Path("my-town.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8") if file.exists() else template_text())
    _merge(data, tomllib.loads(text))
    found = register(Scenario.from_dict(data))
    outside = [row.path for row in (*found.outside_range, *found.unsourced)]
    if outside:
        raise AssertionError(f"{where}: not plausible, or of no source: {', '.join(outside)}")


def _merge(data: dict[str, Any], pasted: dict[str, Any]) -> None:
    for name, value in pasted.items():
        if isinstance(value, dict) and name not in ("sources", "assumptions"):
            _merge(data.setdefault(name, {}), value)
        else:
            data[name] = {**data.get(name, {}), **value} if isinstance(value, dict) else value


def _read_shell(text: str, names: dict[str, object], where: str) -> None:
    """Have jobsim read its commands, and print their help instead of doing anything."""
    for line in text.replace("\\\n", "").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = [word for quoted in lexer for word in quoted.split()]
        for place, word in enumerate(words):
            if word.rsplit("/", 1)[-1] == "jobsim":
                rest = takewhile(lambda one: one[0] not in ";&|<>", words[place + 1 :])
                given = [*rest, "--help"]
                done = CliRunner().invoke(app, given)
                if done.exit_code:
                    raise AssertionError(f"{where}: jobsim {' '.join(given)}: {done.output}")


def _read_python(text: str, names: dict[str, object], where: str) -> None:
    tree = ast.parse(text, where)
    used = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "js"
    ]
    unknown = [name for name in used if not hasattr(jobsim, name)]
    if unknown:
        raise AssertionError(f"{where}: jobsim has no {', '.join(unknown)}")


_RUN: dict[str, Callable[[str, dict[str, object], str], None]] = {
    "pycon": _run_python,
    "console": _run_shell,
    "toml": _lay_over,
    "sh": _read_shell,
    "python": _read_python,
}


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> Page | None:
    """Every Markdown page that is written by hand."""
    written = not {"_build", "api", "evidence", "notebooks"} & set(file_path.parts)
    if file_path.suffix == ".md" and written:
        return Page.from_parent(parent, path=file_path)
    return None
