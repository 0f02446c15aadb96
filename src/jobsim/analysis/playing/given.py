"""Check numbers that the user gives, one or several; may import errors and scenario fields."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from jobsim.errors import InputError
from jobsim.scenario.fields import is_number


def numbers_of(
    name: str,
    given: float | Sequence[float],
    *,
    low: float = 0.0,
    high: float = math.inf,
    whole: bool = False,
    unit: str = "",
) -> list[float]:
    """Check that all numbers given are finite and within bounds; one number is a list of one.

    Parameters
    ----------
    name : str, of the argument
    given : float or sequence of float
    low, high : float, least and most that is allowed
    whole : bool, whether only whole numbers are allowed
    unit : str, for the error

    Raises
    ------
    InputError
        If a number is not allowed; the message says which one, and what is allowed.

    Examples
    --------
    >>> numbers_of("budgets", [1_000_000, 2e6])
    [1000000.0, 2000000.0]
    """
    many = np.asarray(given, dtype=object).ravel().tolist()
    for place, one in enumerate(many, start=1):
        value = one.item() if isinstance(one, np.generic) else one
        fits = is_number(value) and low <= value <= high and value < math.inf
        if not fits or (whole and value != int(value)):
            where = name if len(many) == 1 else f"{name}: number {place}"
            kind = f"a {'whole' if whole else 'finite'} number{unit and f' of {unit}'}"
            upper = "" if math.isinf(high) else f" and at most {high:g}"
            raise InputError(f"{where}: must be {kind}, at least {low:g}{upper}, got {one!r}")
    return [float(one) for one in many]
