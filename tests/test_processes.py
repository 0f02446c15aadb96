"""Processes of tests end with them, and hear Ctrl-C even where the suite does not."""

from __future__ import annotations

import re
import signal
import subprocess
import time

import pytest

from tests.processes import ROOT, ended, gone, started

HEARS = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
WITH_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
print(child.pid, flush=True)
time.sleep(100)
"""


def test_ctrl_c_is_heard_where_the_suite_ignores_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        done = ended("-c", HEARS)
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.stdout.strip() == "True"


def test_children_end_with_who_started_them():
    with started("-c", WITH_A_CHILD) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
    assert process.returncode != 0
    assert gone([child], within_seconds=10)


def test_one_that_takes_too_long_is_not_waited_for():
    begun = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired) as told:
        ended("-c", WITH_A_CHILD, seconds=1)
    assert time.monotonic() - begun < 30
    assert gone([int(told.value.output)], within_seconds=10)


def test_tests_start_none_in_another_way():
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "docs").glob("*.py")]
    starts = re.compile(r"subprocess\.(run|Popen|call|check_\w+)\(|os\.(system|spawn)\w*\(")
    found = {path.name for path in files if starts.search(path.read_text(encoding="utf-8"))}
    assert found == {"processes.py", "test_processes.py"}
