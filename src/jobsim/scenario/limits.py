"""Limits on what a file may hold, that keep strangers out.

May import errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jobsim.errors import InputError, control_characters

_DEEPEST = 32
"""Most levels of tables and lists within each other; a scenario has eight."""
_MOST_ENTRIES = 50_000
"""Most entries of one list; a schedule has 5,200, a run record one for each replication."""
_MOST_BITS = 4096
"""Longest whole number, about 1,200 digits; from 4,300 on Python would not print it."""


def refuse_beyond_limits(value: object, *path: object) -> None:
    r"""Refuse control characters, huge whole numbers, long lists and tables within tables.

    Parameters
    ----------
    value : nested dictionary, list, text or number
    path : names that lead to it, for the error

    Raises
    ------
    InputError
        At the first oddity: one line with its path.

    Examples
    --------
    >>> refuse_beyond_limits({"title": "\x1b[2J"})
    Traceback (most recent call last):
    jobsim.errors.InputError: title: must be without control characters, got '\x1b[2J'
    """
    if isinstance(value, str) and control_characters.search(value):
        raise _error(path, f"must be without control characters, got {value[:40]!r}")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise _error(path, f"a number of {value.bit_length():,} bits is too large")
    if isinstance(value, (dict, list, tuple, Mapping)):
        for name, item in _items(value, path):
            refuse_beyond_limits(name, *path, "(a name)")
            refuse_beyond_limits(item, *path, name)


def _items(
    value: Mapping[object, object] | Sequence[object], path: tuple[object, ...]
) -> Iterable[tuple[object, object]]:
    """What a table or list holds, by name or place."""
    if len(path) >= _DEEPEST:
        raise _error(path, "nested too deeply")
    if isinstance(value, Mapping):
        return value.items()
    if len(value) > _MOST_ENTRIES:
        raise _error(path, f"must have at most {_MOST_ENTRIES:,} entries, got {len(value):,}")
    return enumerate(value)


def _error(path: tuple[object, ...], problem: str) -> InputError:
    where = ".".join(map(str, path))
    return InputError(f"{where}: {problem}" if where else problem)
