"""Draws that any program made, checked at the door, and a pilot's results simulated from them.

May import draws, errors and given tables. Rows are draws of a probabilistic sensitivity analysis,
columns are options or parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import gammaincinv, ndtri
from scipy.stats import binom, poisson

from jobsim.analysis.outcomes.given_tables import GivenTable, index_of_draws, read_table, together
from jobsim.arrays import Floats, Ints
from jobsim.draws import Stream, uniform
from jobsim.errors import InputError, nearest, text_of
from jobsim.text.tables import counted

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def draws_of_options(names: Sequence[str] | None, **given: Any) -> list[GivenTable]:
    """Tables of the same draws and options, of two draws and two options at least.

    Parameters
    ----------
    names : sequence of str, optional
        Names of the options.
    **given
        Tables by argument, [draws, options] or, with the futures that all draws share,
        [draws, options, futures].
    """
    tables = together(given, "option", names, futures=True)
    draws, options = tables[0].cells.shape[:2]
    if draws < 2:
        raise InputError(
            f"{tables[0].argument}: has {counted(draws, 'draw')}; 2 or more are needed"
        )
    if options < 2:
        few = counted(options, "option")
        raise InputError(f"{tables[0].argument}: has {few}; a choice needs 2 or more")
    refuse_other_futures(tables)
    return tables


def refuse_other_futures(tables: Sequence[GivenTable]) -> None:
    """Tables of other numbers of futures are refused; one without any is the same in all."""
    first, *others = [one for one in tables if one.cells.ndim == 3] or tables[:1]
    for other in others:
        if other.cells.shape[2] != first.cells.shape[2]:
            raise InputError(
                f"{other.argument}: has {counted(other.cells.shape[2], 'future')}, "
                f"{first.argument} has {first.cells.shape[2]}; they must be the same"
            )


def over_futures(numbers: Floats) -> Floats:
    """Draws with futures, float64[draws, options, futures]; one future where there are none."""
    return numbers if numbers.ndim == 3 else numbers[:, :, None]


def labelled(
    numbers: Floats, index: pd.Index[Any], names: Sequence[str]
) -> pd.DataFrame | xr.DataArray:
    """Draws of options with their labels.

    Parameters
    ----------
    numbers : float64[draws, options] or float64[draws, options, futures]
    index : Index, labels of draws
    names : sequence of str, of options

    Returns
    -------
    DataFrame, or with futures DataArray [draw, option, future]
    """
    import pandas as pd

    if numbers.ndim == 2:
        return pd.DataFrame(numbers, index=index, columns=list(names))
    import xarray as xr

    draws: Any = {"draw": index}
    if isinstance(index, pd.MultiIndex):
        draws = xr.Coordinates.from_pandas_multiindex(index, "draw")
    table = xr.DataArray(numbers, dims=["draw", "option", "future"], coords=draws)
    return table.assign_coords(option=list(names))


def place_of(option: str, names: Sequence[str]) -> int:
    """Find the place of an option by its name.

    Examples
    --------
    >>> place_of("more", ["now", "more"])
    1
    """
    if text_of("option", option) not in names:
        raise InputError(f'option: there is no "{option}"{nearest(option, names)}')
    return list(names).index(option)


def willingness(value: Any) -> Floats:
    """Read float64[values]: one or more willingnesses to pay, none negative."""
    given = np.atleast_1d(np.asarray(value, dtype=object))
    if given.ndim > 1 or given.size == 0:
        raise InputError(
            f"willingness_to_pay: has shape {given.shape}; give a number or a list of numbers"
        )
    (found,) = read_table(given, "willingness_to_pay", "value", flat="row").numbers()
    if np.any(found < 0):
        worst = float(found[found < 0][0])
        raise InputError(f"willingness_to_pay: {worst:g} is negative; it must be 0 or more")
    return np.asarray(found)


_ARMS = 1 << 24


def simulate_pilot(
    parameter: Any, persons: int, *, kind: str, sd: float | None = None, arm: int = 0, seed: int = 1
) -> Floats | pd.Series[float]:
    """Simulate a pilot's result from each draw of the parameter that it would measure.

    Parameters
    ----------
    parameter : float64[draws], or a column of a table
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
    float64[draws], or a Series with the labels of the column
        To be given to `evsi`, several of them as columns. Chance goes with the place of a draw, of
        draws with labels with their place among the sorted labels.

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
    given = read_table(parameter, "parameter", "number", flat="column")
    values = _checked(given, persons, kind, sd)
    if not 0 <= arm < _ARMS:
        raise InputError(f"arm: {arm} is not possible; it must be 0 to {_ARMS - 1}")
    if not 0 <= seed < 1 << 64:
        raise InputError(f"seed: {seed} is not possible; it must be 0 to 2**64 - 1")
    k, stream = _turns(given), Stream.PILOT_DATA
    u = uniform(seed, stream=stream, n=arm, k=k, origin=0, group_key=0, replication=0)
    shown = np.asarray(_KINDS[kind].statistic(u, values, persons, 0.0 if sd is None else sd))
    if given.rows is None:
        return shown
    import pandas as pd

    (name,) = given.columns or (None,)
    return pd.Series(shown, index=index_of_draws(given.rows, len(shown)), name=name)


def _turns(given: GivenTable) -> Ints:
    """Which turn each draw has in chance: that of its label among the sorted ones, or its row."""
    return np.argsort(index_of_draws(given.rows, len(given.cells)).argsort())


def _checked(given: GivenTable, persons: int, kind: str, sd: float | None) -> Floats:
    if kind not in _KINDS:
        raise InputError(f'kind: there is no "{kind}"{nearest(kind, _KINDS)}')
    if persons < 1:
        raise InputError(f"persons: {persons} is too few; a pilot needs 1 or more")
    if (kind == "normal") != (sd is not None) or (sd is not None and not 0 < sd < np.inf):
        raise InputError(
            f'sd: {sd} given; a positive number is needed for "normal", none otherwise'
        )
    if given.cells.shape[1] > 1:
        raise InputError(f"parameter: has shape {given.cells.shape}; it must be [draws]")
    values = given.numbers()[:, 0]
    least, most, words = _KINDS[kind].allowed
    wrong = np.flatnonzero((values < least) | (values > most))
    if len(wrong):
        row = int(wrong[0])
        label = row if given.rows is None else given.rows[row]
        raise InputError(
            f'parameter: row {label} is {values[row]:g}; for "{kind}" it must be {words}'
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
