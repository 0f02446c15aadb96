"""What can go wrong, as one tree; imports nothing of jobsim.

::

    JobsimError
    ├── InputError (also ValueError)   something the user wrote is not acceptable
    │   ├── ScenarioError              in a scenario: file, path, value, what is allowed
    │   ├── PriceError                 in a price list
    │   └── SizeError                  the work asked for would not fit in memory
    └── OutputError (also OSError)     a result could not be written
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "InputError",
    "JobsimError",
    "OutputError",
    "PriceError",
    "ScenarioError",
    "SizeError",
    "nearest",
]


class JobsimError(Exception):
    """Base of every error that jobsim raises on purpose."""


class InputError(JobsimError, ValueError):
    """An input cannot be used; the message is one line that says what is allowed."""


class ScenarioError(InputError):
    """A scenario is not valid, or does not exist."""


class PriceError(InputError):
    """A price list is not valid, or lacks a price that is asked for."""


class SizeError(InputError):
    """A run would need more memory than allowed; the message says how much."""


class OutputError(JobsimError, OSError):
    """A result could not be written where it was asked for."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return what to add to an error about an unknown name: the nearest valid one.

    Examples
    --------
    >>> nearest("esberg-2018", ["esbjerg-2018", "kolding-2018"])
    '; did you mean "esbjerg-2018"?'
    >>> nearest("qqq", ["esbjerg-2018", "kolding-2018"])
    '; known: esbjerg-2018, kolding-2018'
    """
    known = sorted(allowed)
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f'; did you mean "{close[0]}"?'
    if not known:
        return ""
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"; known: {shown}"
