"""Plain arrays of draws, checked at the door; may import spread and errors.

Rows are draws of a probabilistic sensitivity analysis, columns are options or parameters; a table
with named columns (a DataFrame) is read as one, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest


def draws_of_options(values: Any, name: str) -> Floats:
    """Read float64[draws, options] with two draws and two options at least.

    Raises
    ------
    InputError
        Names the argument and, for a value that is not a finite number, its row and column.
    """
    table = finite_numbers(values, name)
    if table.ndim != 2:
        raise InputError(f"{name}: has shape {table.shape}; it must be [draws, options]")
    draws, options = table.shape
    if draws < 2:
        raise InputError(f"{name}: has {_counted(draws, 'draw')}; 2 or more are needed")
    if options < 2:
        raise InputError(f"{name}: has {_counted(options, 'option')}; a choice needs 2 or more")
    return table


def draws_of_columns(values: Any, name: str) -> Floats:
    """Read float64[draws, columns]; one column may come as float64[draws]."""
    table = finite_numbers(values, name)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or table.size == 0:
        raise InputError(
            f"{name}: has shape {table.shape}; it must be [draws] or [draws, columns], not empty"
        )
    return table


def finite_numbers(values: Any, name: str) -> Floats:
    """Read finite numbers, of any shape.

    Examples
    --------
    >>> finite_numbers([[1.0, 2.0], [3.0, float("nan")]], "costs")
    Traceback (most recent call last):
        ...
    jobsim.errors.InputError: costs: row 1, column 1 is nan; it must be a finite number \
(rows and columns count from 0)
    """
    try:
        table = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name}: cannot be read as a table of numbers ({error})") from error
    if not np.all(np.isfinite(table)):
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(table))[0])
        axes = zip(("row", "column", "layer"), place, strict=False)
        words = ", ".join(f"{axis} {i}" for axis, i in axes) or "it"
        raise InputError(
            f"{name}: {words} is {table[place]}; it must be a finite number "
            "(rows and columns count from 0)"
        )
    return table


def same_draws(table: Floats, name: str, other: Floats, other_name: str) -> None:
    """Refuse two tables that have not the same number of draws."""
    if len(table) != len(other):
        raise InputError(
            f"{name}: has {_counted(len(table), 'draw')}, {other_name} has {len(other)}; "
            "they must be the same draws in the same order"
        )


def column_names(
    values: Any, names: Sequence[str] | None, count: int, what: str
) -> tuple[str, ...]:
    """Names given, else those of the table's columns, else numbers: "option 1" and so on.

    Parameters
    ----------
    values : the table as it was given
    names : sequence of str, optional
    count : int, number of columns
    what : str, what a column is
    """
    if names is None:
        columns = getattr(values, "columns", None)
        if columns is None:
            return tuple(f"{what} {number}" for number in range(1, count + 1))
        names = [str(column) for column in columns]
    if isinstance(names, str) or len(names) != count:
        given = repr(names) if isinstance(names, str) else str(len(names))
        raise InputError(f"names: {given} given for {_counted(count, what)}; give one per {what}")
    found = tuple(str(name) for name in names)
    for name in found:
        if found.count(name) > 1:
            raise InputError(f'names: "{name}" occurs more than once; every {what} needs its own')
    return found


def place_of(option: str, names: Sequence[str]) -> int:
    """Find the place of an option by its name.

    Examples
    --------
    >>> place_of("more", ["now", "more"])
    1
    """
    if option not in names:
        raise InputError(f'option: there is no "{option}"{nearest(option, names)}')
    return list(names).index(option)


def willingness(value: Any) -> Floats:
    """Read float64[values]: one or more willingnesses to pay, none negative."""
    found = np.atleast_1d(finite_numbers(value, "willingness_to_pay"))
    if found.ndim != 1 or found.size == 0:
        raise InputError(
            f"willingness_to_pay: has shape {found.shape}; give a number or a list of numbers"
        )
    if np.any(found < 0):
        worst = float(found[found < 0][0])
        raise InputError(f"willingness_to_pay: {worst:g} is negative; it must be 0 or more")
    return found


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} " + (f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s")
