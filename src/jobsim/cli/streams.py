"""What happens where standard output is closed, full or no longer read; imports nothing of jobsim.

Nothing is told where nobody reads any more, and one line otherwise; never a traceback.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, NoReturn, TextIO

NOT_READ = 141
"""Exit code where nobody reads any more, as shells tell of a program that SIGPIPE ended; folders
that are half made are removed first, which that signal would not wait for."""
NOT_WRITTEN = 1


class _Minded:
    """A stream that remembers why it could not be written."""

    def __init__(self, stream: Any, problems: list[OSError]) -> None:
        self._stream, self._problems = stream, problems

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @property
    def buffer(self) -> _Minded:
        """Its bytes."""
        return _Minded(self._stream.buffer, self._problems)

    def write(self, text: Any) -> Any:
        """Write, and remember why not."""
        return self._tried(self._stream.write, text)

    def flush(self) -> None:
        """Flush, and remember why not."""
        self._tried(self._stream.flush)

    def _tried(self, call: Callable[..., Any], *given: Any) -> Any:
        try:
            return call(*given)
        except OSError as error:
            self._problems.append(error)
            raise


def with_whole_output(command: Callable[[], None]) -> Callable[[], None]:
    """Let a command fail where what it prints does not arrive.

    Parameters
    ----------
    command : function that leaves with SystemExit, or returns
    """

    @wraps(command)
    def minded() -> None:
        problems: list[OSError] = []
        if sys.stderr is None:  # closed, as standard output may be
            sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        if sys.stdout is None:  # nothing is played for nobody
            _leave(OSError(errno.EBADF, "it is closed"))
        streams = sys.stdout, sys.stderr
        out, sys.stderr = (_Minded(one, problems) for one in streams)
        sys.stdout = out
        try:
            command()
        finally:
            with suppress(OSError):
                out.flush()
            sys.stdout, sys.stderr = streams
            if problems:
                _leave(problems[0])

    return minded


def _leave(problem: OSError) -> NoReturn:
    """Tell, to whoever still reads, that output is lost, and leave."""
    unread = isinstance(problem, BrokenPipeError)
    if not unread:
        with suppress(OSError):
            line = f"jobsim: standard output cannot be written ({problem.strerror})"
            sys.stderr.write(f"{line}\n")
    for stream in filter(None, (sys.stdout, sys.stderr)):
        _empty(stream)
    raise SystemExit(NOT_READ if unread else NOT_WRITTEN) from None


def _empty(stream: TextIO) -> None:
    """Let what cannot be written go nowhere, so that Python can end without a word."""
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
