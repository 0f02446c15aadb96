"""What a pilot would show, simulated once per draw of a parameter; may import draws and errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import gammaincinv, ndtri
from scipy.stats import binom, poisson

from jobsim.analysis.deciding.draw_arrays import finite_numbers
from jobsim.arrays import Bools, Floats
from jobsim.draws import Stream, uniform
from jobsim.errors import InputError, nearest

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
    >>> found = simulate_pilot([0.1, 0.5, 0.9], 1000, kind="binomial")
    >>> bool(np.all(np.abs(found - [0.1, 0.5, 0.9]) < 0.05))
    True
    """
    values = _checked(parameter, persons, kind, sd)
    if not 0 <= arm < _ARMS:
        raise InputError(f"arm: {arm} is not possible; it must be 0 to {_ARMS - 1}")
    if not 0 <= seed < 1 << 64:
        raise InputError(f"seed: {seed} is not possible; it must be 0 to 2**64 - 1")
    u = uniform(
        seed,
        stream=Stream.PILOT_DATA,
        n=arm,
        k=np.arange(len(values)),
        origin=0,
        group_key=0,
        replication=0,
    )
    return np.asarray(_KINDS[kind](u, values, persons, 0.0 if sd is None else sd))


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
    wrong = np.flatnonzero(~_ALLOWED[kind][0](values))
    if len(wrong):
        row = int(wrong[0])
        raise InputError(
            f'parameter: row {row} is {values[row]:g}; for "{kind}" it must be {_ALLOWED[kind][1]}'
        )
    return values


def _binomial(u: Floats, probability: Floats, persons: int, sd: float) -> Floats:
    return np.asarray(binom.ppf(u, persons, probability) / persons)


def _normal(u: Floats, mean: Floats, persons: int, sd: float) -> Floats:
    return np.asarray(mean + sd / np.sqrt(persons) * ndtri(u))


def _poisson(u: Floats, mean: Floats, persons: int, sd: float) -> Floats:
    return np.asarray(poisson.ppf(u, persons * mean) / persons)


def _exponential(u: Floats, rate: Floats, persons: int, sd: float) -> Floats:
    return np.asarray(gammaincinv(persons, u) / (persons * rate))


_KINDS: dict[str, Callable[[Floats, Floats, int, float], Floats]] = {
    "binomial": _binomial,
    "normal": _normal,
    "poisson": _poisson,
    "exponential": _exponential,
}
_ALLOWED: dict[str, tuple[Callable[[Floats], Bools], str]] = {
    "binomial": (lambda values: (values >= 0) & (values <= 1), "0 to 1"),
    "normal": (np.isfinite, "finite"),
    "poisson": (lambda values: values >= 0, "0 or more"),
    "exponential": (lambda values: values > 0, "more than 0"),
}
