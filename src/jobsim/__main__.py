"""The command `jobsim`, and `python -m jobsim`; loads nothing before Ctrl-C is minded."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Load the command line and run it; Ctrl-C while it is loaded, or ends, is one line."""
    minded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if minded:
        signal.signal(signal.SIGINT, _leave)
    from jobsim.cli import main as command_line

    try:
        if minded:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        command_line()
    finally:
        if minded:
            signal.signal(signal.SIGINT, _leave)


def _leave(*_: object) -> None:
    """End at once: nothing has begun, or all is done."""
    os.write(2, b"jobsim: interrupted\n")
    os._exit(130)


if __name__ == "__main__":
    main()
