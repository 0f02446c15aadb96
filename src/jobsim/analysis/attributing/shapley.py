"""Shapley values of arrays; imports numpy only.

Shapley 1953, doi:10.1515/9781400881970-018: what a part adds, averaged over all orders in which
the parts can be added.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def coalitions(parts: int) -> list[tuple[int, ...]]:
    """All sets of parts, the empty one first; set number m holds part i if bit i of m is set.

    Examples
    --------
    >>> coalitions(2)
    [(), (0,), (1,), (0, 1)]
    """
    return [tuple(i for i in range(parts) if m >> i & 1) for m in range(2**parts)]


def shapley(values: Floats | Sequence[Floats]) -> Floats:
    """Divide what all parts bring together between them.

    Parameters
    ----------
    values : float64[2**parts, …]
        Value of each coalition, in the order of `coalitions`.

    Returns
    -------
    float64[parts, …]
        ``φ_i = Σ_S |S|! (n - |S| - 1)! / n! · (v(S ∪ i) - v(S))`` over the sets without i. They add
        up to the value of all parts less that of none.

    Examples
    --------
    Two parts that bring 1 and 2 alone, and 5 together:

    >>> shapley(np.array([0.0, 1.0, 2.0, 5.0])).tolist()
    [2.0, 3.0]
    """
    array = np.asarray(values, dtype=np.float64)
    parts = len(array).bit_length() - 1
    if len(array) != 2**parts:
        raise ValueError(f"values: need one for each of 2**parts coalitions, got {len(array)}")
    found = np.zeros((parts, *array.shape[1:]))
    for number, inside in enumerate(coalitions(parts)):
        weight = (
            factorial(len(inside)) * factorial(parts - len(inside) - 1)
            if parts > len(inside)
            else 0
        )
        for part in set(range(parts)).difference(inside):
            found[part] += weight * (array[number | 1 << part] - array[number])
    return found / factorial(parts)
