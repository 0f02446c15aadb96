"""Run the command line; every error is one line; imports all commands."""

from __future__ import annotations

import codecs
import sys

import typer

from jobsim.cli import questions, runs, scenarios, study  # noqa: F401
from jobsim.cli.app import app
from jobsim.cli.printing import plain
from jobsim.errors import JobsimError

_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main() -> None:
    """Run the command line; errors are one line and exit code 2."""
    codecs.register_error("jobsim-plain", plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="jobsim-plain")
    try:
        app()
    except JobsimError as error:
        typer.echo(f"jobsim: {error}", err=True)
        raise SystemExit(2) from None
    except (KeyboardInterrupt, SystemExit) as ended:
        if isinstance(ended, SystemExit) and ended.code != _INTERRUPTED:
            raise
        typer.echo("jobsim: interrupted; what was not finished is lost", err=True)
        raise SystemExit(_INTERRUPTED) from None
