"""What can go wrong, as one tree; imports nothing of jobsim.

::

    JobsimError                        itself: work that was asked for rightly has failed
    ├── InputError (also ValueError)   something the user wrote is not acceptable
    │   ├── ScenarioError              in a scenario: file, path, value, what is allowed
    │   ├── PriceError                 in a price list
    │   └── SizeError                  the work asked for would not fit in memory
    ├── StudyError                     a study's store is damaged, foreign or another's
    └── OutputError (also OSError)     a result could not be written
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

__all__ = [
    "InputError",
    "JobsimError",
    "OutputError",
    "PriceError",
    "ScenarioError",
    "SizeError",
    "control_characters",
    "nearest",
    "per_cent",
    "text_of",
    "texts_of",
]

control_characters = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What no text needs: codes that move a terminal's cursor, colour it or turn its writing round, and
halves of characters; a tab and a line feed are none."""
_LONGEST = 1000
"""Most characters of an error that are shown; of a longer one, the beginning and the end."""
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""Numbers of the system's errors where nothing was asked for amiss: the disk is full, or broken."""
_LONGEST_NAME, _MOST_NAMES = 100, 1000
"""Names that are compared in search of the nearest; the time grows with the square of both."""


class JobsimError(Exception):
    r"""Base of every error that jobsim raises on purpose.

    Its text is one line without control characters, whatever a file or path that it quotes holds.

    Examples
    --------
    >>> print(JobsimError("a\nb \x1b[2J"))
    a b \u001b[2J
    """

    @property
    def exit_code(self) -> int:
        """What the command line ends with: 1 where work has failed, else 2.

        Examples
        --------
        >>> InputError("seed: must be a whole number").exit_code, JobsimError("killed").exit_code
        (2, 1)
        """
        disk_failed = getattr(self.__cause__, "errno", None) in _OF_THE_DISK
        put_right = isinstance(self, (InputError, StudyError))
        return 2 if put_right or (isinstance(self, OutputError) and not disk_failed) else 1

    def __str__(self) -> str:
        text = super().__str__().replace("\n", " ").replace("\t", " ")
        text = control_characters.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        if len(text) > _LONGEST:
            text = f"{text[: 3 * _LONGEST // 4]} … {text[-_LONGEST // 4 :]}"
        return text


class InputError(JobsimError, ValueError):
    """An input cannot be used; the message is one line that says what is allowed."""


class ScenarioError(InputError):
    """A scenario is not valid, or does not exist."""


class PriceError(InputError):
    """A price list is not valid, or lacks a price that is asked for."""


class SizeError(InputError):
    """A run would need more memory than allowed; the message says how much."""


class StudyError(JobsimError):
    """A study cannot be used as it is; the message names the file, or the cell, and what to do."""


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
    comparable = len(name) <= _LONGEST_NAME and len(known) <= _MOST_NAMES
    close = get_close_matches(name, known, n=1, cutoff=0.6) if comparable else []
    if close == [name]:
        return ""  # what was typed is no advice
    if close:
        return f'; did you mean "{close[0]}"?'
    if not known:
        return ""
    shown = [one[:_LONGEST_NAME] for one in known[:12]] + ["…"] * (len(known) > 12)
    return f"; known: {', '.join(shown)}"


def text_of(what: str, given: object) -> str:
    """Return a name that an argument holds.

    Raises
    ------
    InputError
        If it is no text.
    """
    if not isinstance(given, str):
        raise InputError(f"{what}: must be a text, got {type(given).__name__}")
    return given


def texts_of(what: str, given: object, *others: type) -> tuple[Any, ...]:
    """List texts that an argument names; one alone is a list of one.

    Parameters
    ----------
    what : str, the argument
    given : text, or several
    *others : types that may stand in the place of a text

    Raises
    ------
    InputError
        If something is no text.

    Examples
    --------
    >>> texts_of("groups", "job_ready"), texts_of("groups", ["a", "b"])
    (('job_ready',), ('a', 'b'))
    """
    several = isinstance(given, Iterable) and not isinstance(given, (str, *others))
    found = tuple(given) if isinstance(given, Iterable) and several else (given,)
    for one in found:
        if not isinstance(one, (str, *others)):
            raise InputError(f"{what}: must be a text or a list of texts, got {str(one)[:60]!r}")
    return found


def per_cent(value: object) -> str:
    """Return what to add to an error about a share that was written in per cent.

    Examples
    --------
    >>> per_cent(25)
    '; 25 % is 0.25'
    >>> per_cent(1.2)
    ''
    """
    if not isinstance(value, (int, float)) or not 2 <= value <= 100:
        return ""
    return f"; {value:g} % is {value / 100:g}"
