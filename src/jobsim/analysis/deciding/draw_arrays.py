"""Plain arrays of draws, checked at the door, and a pilot's results simulated from them.

May import draws and errors. Rows are draws of a probabilistic sensitivity analysis, columns are
options or parameters; a table with named columns (a DataFrame) is read as one, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import gammaincinv, ndtri
from scipy.stats import binom, poisson

from jobsim.arrays import Floats
from jobsim.draws import Stream, uniform
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


_ARMS = 1 << 24


def simulate_pilot(
    parameter: Any, persons: int, *, kind: str, sd: float | None = None, arm: int = 0, seed: int = 1
) -> Floats:
    """Simulate a pilot's result from each draw of the parameter that it would measure.

    Parameters
    ----------
    parameter : float64[draws]
        Value of the parameter in each draw of a probabilistic sensitivity analysis.
    persons : int, 1 or more
        Persons in the pilot.
    kind : str
        What is observed of each person and summed up in a sufficient statistic:

        - "binomial": whether something happens, with the parameter as its probability; the share
        - "normal": a number with the parameter as its mean and `sd`; the mean
        - "poisson": a number of events, with the parameter as its mean; the events per person
        - "exponential": a waiting time, with the parameter as its rate; the mean waiting time
    sd : float, positive
        Standard deviation between persons, for "normal" alone.
    arm : int, 0 to 2**24 − 1
        Arms of one pilot (or several pilots) need different numbers to have chance of their own.
    seed : int, 0 to 2**64 − 1
        The same seed gives the same chance in pilots of any size, so that sizes compare well.

    Returns
    -------
    float64[draws]
        To be given to `evsi`, several of them as columns.

    Raises
    ------
    InputError
        If a value is out of range for the kind (its row is named).

    Examples
    --------
    >>> import jobsim as js
    >>> found = js.simulate_pilot([0.1, 0.5, 0.9], 1000, kind="binomial")
    >>> bool((abs(found - [0.1, 0.5, 0.9]) < 0.05).all())
    True
    """
    values = _checked(parameter, persons, kind, sd)
    if not 0 <= arm < _ARMS:
        raise InputError(f"arm: {arm} is not possible; it must be 0 to {_ARMS - 1}")
    if not 0 <= seed < 1 << 64:
        raise InputError(f"seed: {seed} is not possible; it must be 0 to 2**64 - 1")
    k, stream = np.arange(len(values)), Stream.PILOT_DATA
    u = uniform(seed, stream=stream, n=arm, k=k, origin=0, group_key=0, replication=0)
    return np.asarray(_KINDS[kind].statistic(u, values, persons, 0.0 if sd is None else sd))


def _checked(parameter: Any, persons: int, kind: str, sd: float | None) -> Floats:
    if kind not in _KINDS:
        raise InputError(f'kind: there is no "{kind}"{nearest(kind, _KINDS)}')
    if persons < 1:
        raise InputError(f"persons: {persons} is too few; a pilot needs 1 or more")
    if (kind == "normal") != (sd is not None) or (sd is not None and not 0 < sd < np.inf):
        raise InputError(
            f'sd: {sd} given; a positive number is needed for "normal", none otherwise'
        )
    values = finite_numbers(parameter, "parameter")
    if values.ndim != 1 or values.size == 0:
        raise InputError(f"parameter: has shape {values.shape}; it must be [draws], not empty")
    least, most, words = _KINDS[kind].allowed
    wrong = np.flatnonzero((values < least) | (values > most))
    if len(wrong):
        row = int(wrong[0])
        raise InputError(
            f'parameter: row {row} is {values[row]:g}; for "{kind}" it must be {words}'
        )
    return values


class _Kind(NamedTuple):
    """Range of a parameter, and the statistic of u, the parameter, persons and sd."""

    allowed: tuple[float, float, str]
    statistic: Callable[[Floats, Floats, int, float], Any]


_KINDS = {
    "binomial": _Kind((0.0, 1.0, "0 to 1"), lambda u, share, n, sd: binom.ppf(u, n, share) / n),
    "normal": _Kind(
        (-np.inf, np.inf, "finite"), lambda u, mean, n, sd: mean + sd / np.sqrt(n) * ndtri(u)
    ),
    "poisson": _Kind(
        (0.0, np.inf, "0 or more"), lambda u, mean, n, sd: poisson.ppf(u, n * mean) / n
    ),
    "exponential": _Kind(
        (np.finfo(float).smallest_subnormal, np.inf, "more than 0"),
        lambda u, rate, n, sd: gammaincinv(n, u) / (n * rate),
    ),
}
