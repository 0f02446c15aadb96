"""Settings for all tests: the quickest engine, hypothesis, slow tests when asked for, commands."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import settings

from jobsim.cli import main
from jobsim.engines.lowering import tables_of
from tests.factory import small_town
from tests.report.browser import BROWSER_TESTS, chromium

FIRST = [
    "tests/compiled/test_kept.py",  # the one process that compiles the compiled engine; meanwhile
    "tests/study/test_dask.py",  # one that takes as long and does not play it
    "tests/plots/test_house.py",  # small towns, quick before the code is there
    "tests/test_examples.py",
    "tests/contract/test_contract.py",
    "tests/hostile/test_stores.py",
    "tests/oracle/test_oracle.py",
    "tests/study/test_questions.py",
    "tests/verify/test_verify.py",
    "tests/parity/test_engines_agree.py",
    "tests/study/test_survival.py",
    "tests/study/test_study.py",
    "tests/analysis/test_workers.py",
    "tests/analysis/test_value_of_information.py",
]
"""Files that are begun first. Those of 20 seconds and more, the longest first: begun last, one
would be waited for alone."""
PROGRESS = re.compile(r"^.*: [\d,]+ of [\d,]+ \w+ after .* min left\n", re.MULTILINE)

settings.register_profile("jobsim", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "jobsim")


@pytest.fixture(autouse=True, scope="module")
def _quick() -> None:
    """Load the compiled engine where its code is kept, so that "auto" plays it in every test.

    Small towns are played ten times as quickly as by numpy, and to the same integers.
    """
    if not os.environ.get("NUMBA_DISABLE_JIT"):  # plain Python would be slower
        from jobsim.engines.compiled import engine

        if engine.is_kept() and not engine.is_loaded():
            engine.play(tables_of(small_town()), 1, np.arange(1), None)


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Run a command line in this process; its exit code, output and errors.

    A line of progress, which appears on slow machines, is no error.
    """

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["jobsim", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, PROGRESS.sub("", output.err)

    return run


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-xdist hand out files in the order of `FIRST`, not by their number of tests.

    What tests print is as wide as it is, whatever the terminal.
    """
    os.environ.pop("COLUMNS", None)
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def _place(item: pytest.Item) -> int:
    """Where a test's file stands among the first; all others come after them."""
    file = item.nodeid.split("::")[0]
    return FIRST.index(file) if file in FIRST else len(FIRST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests marked slow, unless the -m option speaks of them; begin with the first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=_place)
    if "slow" in config.getoption("-m"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests of the report ran in a browser, where any test of it ran."""
    ran = [
        one.nodeid
        for outcome in ("passed", "failed")
        for one in terminalreporter.stats.get(outcome, [])
        if "tests/report/" in one.nodeid and one.when == "call"
    ]
    if ran:
        count = sum(BROWSER_TESTS in one for one in ran)
        program = chromium()
        where = f"in {program}" if program else "no Chromium is installed"
        terminalreporter.write_line(f"browser tests of the report: {count} ran ({where})")
