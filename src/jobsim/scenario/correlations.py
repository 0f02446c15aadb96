"""Rank correlations between uncertain numbers: how files state them, and which are possible.

May import errors, and the fields, paths and register of scenarios. Rank correlations are by a
normal copula: those of ranks are first turned into those of normal scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import numpy as np
from pydantic import Field

from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.scenario.document import Document
from jobsim.scenario.fields import Code, Room, unit
from jobsim.scenario.number_register import entry_at
from jobsim.scenario.paths import value_at

Pairs = Mapping[tuple[str, str], float]
"""Spearman's rho by the two paths, in their alphabetical order."""
_ROUNDING = 1e-8
"""How far below 0 an eigenvalue may be; of single precision, as far as that leads."""


class Correlation(Room):
    """How far two uncertain numbers go together: estimated from the same data, say."""

    of: Annotated[tuple[str, ...], Field(min_length=2, max_length=2)]
    """Paths of both, as in the assumption register, which states a distribution of each."""
    rank_correlation: Annotated[float, unit("rank correlation", ge=-1, le=1)]
    """Spearman's, from −1 (one is high where the other is low) to 1; pairs not stated have 0."""
    sources: tuple[Code, ...] = ()
    """Codes of the scenario's sources."""
    reason: str | None = None
    """Where it comes from, in words."""

    @property
    def pair(self) -> tuple[str, str]:
        """Both paths in alphabetical order."""
        return ordered(self.of[0], self.of[1])

    def __str__(self) -> str:
        return told_of_pair(self.of, self.rank_correlation)


def ordered(one: str, other: str) -> tuple[str, str]:
    """A pair of paths in alphabetical order, by which its correlation is found."""
    return min(one, other), max(one, other)


def told_of_pair(pair: Sequence[str], rho: float) -> str:
    """Two paths and how far they go together, for lines and lists.

    Examples
    --------
    >>> told_of_pair(("meetings.max_boost", "meetings.half_life_weeks"), -0.45)
    'meetings.max_boost with meetings.half_life_weeks (−0.45)'
    """
    return f"{' with '.join(pair)} ({f'{rho:+g}'.replace('-', '−')})"


def problems_of(stated: Sequence[Correlation], document: Document) -> Iterator[str]:
    """What is wrong with the correlations of a file, each in one line.

    A number that a change took away keeps its entry in the register, and its correlations.
    """
    seen: dict[tuple[str, str], int] = {}
    for place, one in enumerate(stated):
        where = f"correlations.{place}.of"
        for path in one.of:
            if problem := _is_never_drawn(document, path):
                yield f"{where}: {problem}"
        if one.of[0] == one.of[1]:
            yield f"{where}: names {one.of[0]} twice"
        if one.pair in seen:
            yield f"{where}: stands in correlations.{seen[one.pair]} already"
        seen[one.pair] = place
    try:
        matrix_of_normals(sorted({path for pair in seen for path in pair}), pairs_in(stated))
    except InputError as error:
        yield str(error)


def _is_never_drawn(document: Document, path: str) -> str:
    """Why nothing at a path could be drawn from the register; empty where it could."""
    if path not in document.assumptions:
        try:
            value_at(document, path)
        except InputError as error:
            return str(error)
    entry = entry_at(document, path)
    known = entry is not None and entry.distribution is not None
    return "" if known else f"{path}: the register states no distribution"


def pairs_in(stated: Sequence[Correlation]) -> dict[tuple[str, str], float]:
    """Rank correlations by pair."""
    return {one.pair: one.rank_correlation for one in stated}


def matrix_of_normals(paths: Sequence[str], pairs: Pairs) -> Floats:
    """Correlation matrix of normal scores that gives some rank correlations.

    Parameters
    ----------
    paths : sequence of str
    pairs : mapping of (path, path) to Spearman's rho, −1 to 1
        Pairs that are left out are independent.

    Returns
    -------
    float64[paths, paths]
        ``2 sin(π rho / 6)`` (Pearson 1907; Kruskal 1958, doi:10.1080/01621459.1958.10501481).

    Raises
    ------
    InputError
        If no numbers can be correlated so, as precise as those given are: the message names the
        smallest eigenvalue and the pairs that are responsible.

    Examples
    --------
    >>> matrix_of_normals(["a", "b"], {("a", "b"): 0.5}).round(4).tolist()
    [[1.0, 0.5176], [0.5176, 1.0]]
    """
    matrix, place = np.eye(len(paths)), {path: i for i, path in enumerate(paths)}
    for pair, rho in pairs.items():
        i, j = (place[path] for path in pair)
        matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi * float(rho) / 6)
    is_single = all(np.float32(rho) == rho for rho in pairs.values())
    rounding = len(paths) * float(np.finfo(np.float32).eps) if is_single else _ROUNDING
    _refuse_impossible(matrix, paths, rounding)
    return matrix


def _refuse_impossible(matrix: Floats, paths: Sequence[str], rounding: float) -> None:
    if not len(paths):
        return
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= -rounding:
        return
    share = np.tril(np.outer(vectors[:, 0], vectors[:, 0]) * matrix, -1)
    worst = np.argwhere(share <= share.min() / 2).tolist()
    pairs = ", ".join(f'("{paths[j]}", "{paths[i]}")' for i, j in worst)
    raise InputError(
        "correlations: no numbers can be correlated so: the smallest eigenvalue of their matrix "
        f"is {values[0]:.3g}, from {pairs}; bring them nearer to 0"
    )
