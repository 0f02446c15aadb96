"""The command line: parse, call the public names, print; may import everything.

`app` holds the options that commands share; `scenarios`, `questions`, `learning`, `study`, `trials`
and `estimate` hold the commands, `printing` what they print; here stands what happens to errors,
each of which is one line.
"""

from __future__ import annotations

import codecs
import sys

import typer

from jobsim.cli import app as cli
from jobsim.cli import estimate, learning, misuse, questions, scenarios, study, trials  # noqa: F401
from jobsim.cli.printing import plain
from jobsim.cli.streams import with_whole_output
from jobsim.errors import JobsimError

_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@with_whole_output
def main() -> None:
    """Run the command line; an error is one line, and says by its class what the exit code is."""
    codecs.register_error("jobsim-plain", plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="jobsim-plain")
    try:
        # errors of typer come here, too
        code = cli.program()(prog_name="jobsim", standalone_mode=False)
    except JobsimError as error:
        typer.echo(f"jobsim: {misuse.as_typed(str(error), cli.program(), sys.argv[1:])}", err=True)
        raise SystemExit(error.exit_code) from None
    except misuse.ClickError as error:
        misuse.show(error)
        raise SystemExit(error.exit_code) from None
    except MemoryError:
        typer.echo("jobsim: out of memory; ask for less at a time", err=True)
        raise SystemExit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        typer.echo("jobsim: interrupted; what was not finished is lost", err=True)
    raise SystemExit(code or 0)
