"""Ways of dividing a whole into parts, evenly spread or near a given one; imports nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator

Split = tuple[int, ...]
"""Units of each part; they add up to the whole."""


def lattice(parts: int, divisions: int) -> Iterator[Split]:
    """All ways of dividing a number of units into parts: the {parts, divisions} simplex lattice.

    Scheffé 1958, Journal of the Royal Statistical Society B 20, 344–360.

    Examples
    --------
    >>> list(lattice(2, 2))
    [(0, 2), (1, 1), (2, 0)]
    """
    if parts == 1:
        yield (divisions,)
        return
    for first in range(divisions + 1):
        for rest in lattice(parts - 1, divisions - first):
            yield (first, *rest)


def lattice_divisions(parts: int, *, most_points: int, most_divisions: int) -> int:
    """Most divisions, at least one, with which a lattice has no more points than allowed.

    Examples
    --------
    >>> [lattice_divisions(k, most_points=66, most_divisions=20) for k in (1, 2, 3, 4)]
    [20, 20, 10, 5]
    """
    fitting = (
        n
        for n in range(most_divisions, 1, -1)
        if math.comb(n + parts - 1, parts - 1) <= most_points
    )
    return next(fitting, 1)


def transfers(split: Split, units: int) -> Iterator[Split]:
    """All splits that differ by moving some units from one part to another.

    Examples
    --------
    >>> sorted(transfers((3, 0, 1), 1))
    [(2, 0, 2), (2, 1, 1), (3, 1, 0), (4, 0, 0)]
    """
    for source, held in enumerate(split):
        for target in range(len(split)):
            if target != source and held >= units:
                moved = list(split)
                moved[source] -= units
                moved[target] += units
                yield tuple(moved)
