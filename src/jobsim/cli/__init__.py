"""The command line: parse, call the public names, print; may import everything.

`app` holds the options that commands share; `scenarios`, `runs` and `questions` hold the commands,
`printing` what they print, `main` what happens to errors.
"""

from jobsim.cli.main import main

__all__ = ["main"]
