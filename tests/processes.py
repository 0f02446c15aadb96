"""Processes that tests start: they hear Ctrl-C, have a time limit, and end with their test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "SECONDS", "alive", "ended", "gone", "started"]

ROOT = Path(__file__).resolve().parents[1]
"""Where processes start, unless told: the folder that holds the tests."""
SECONDS = 300.0
"""Most that one may take; the compiled engine may have to be compiled first."""


@contextmanager
def started(
    *arguments: object,
    program: str = sys.executable,
    surroundings: Mapping[str, str] | None = None,
    may_leave: bool = False,
    **how: Any,
) -> Iterator[subprocess.Popen[str]]:
    """Start a process, Python unless told; in the end it is killed with all that it started.

    A suite in the background of a shell ignores Ctrl-C, and what it starts would inherit that.

    Parameters
    ----------
    arguments : objects whose text it is given
    program : str
    surroundings : mapping, optional
        Variables of the environment beside those of the tests.
    may_leave : bool
        Whether what it started in the background may outlive it, if it ends by itself.
    how : keywords of `subprocess.Popen`
    """
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    settings = {**pipes, "encoding": "utf-8", "cwd": ROOT, "start_new_session": True, **how}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [program, *map(str, arguments)], env={**os.environ, **(surroundings or {})}, **settings
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            if not may_leave or process.poll() is None:
                _kill(process)


def ended(
    *arguments: object, text: str | None = None, seconds: float = SECONDS, **how: Any
) -> subprocess.CompletedProcess[str]:
    """Let a process come to its end.

    Parameters
    ----------
    arguments, how : as for `started`
    text : str, optional
        What it reads.
    seconds : float
        Most that it may take.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer.
    """
    with started(*arguments, **how) as process:
        out, errors = process.communicate(text, timeout=seconds)
    return subprocess.CompletedProcess(process.args, process.returncode, out, errors)


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and its group, which it leads."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:  # Windows knows no groups
        process.kill()


def alive(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "State:\tZ" in status.read_text(encoding="utf-8"))


def gone(pids: list[int], within_seconds: float) -> bool:
    """Tell whether all processes end in so many seconds."""
    until = time.monotonic() + within_seconds
    while any(alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.1)
    return not any(alive(pid) for pid in pids)
