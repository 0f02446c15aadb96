"""Points in the unit cube, for designs and for draws of uncertain numbers; may import draws.

Sobol' points, Latin hypercubes, points at random; and which of them serve so few points of so many
numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from jobsim.arrays import Floats
from jobsim.draws import Stream, uniform
from jobsim.engines.simulate import check_seed
from jobsim.errors import InputError, nearest
from jobsim.scenario.fields import whole_number

if TYPE_CHECKING:
    from scipy.stats.qmc import QMCEngine


DESIGNS = ("auto", "sobol", "latin_hypercube", "random")
_EDGE = 2.0**-32
_MOST = 2**24
_BINS = 8
_JUDGED = 2**12
"""First Sobol' points that are judged: more of them are more even."""
_FALSE_ALARM = 0.01
"""Probability that points at random are judged to tie some pair together."""
_MOST_COLUMNS_PER_ROW = 8
"""Beyond it, what columns leave of one another is nothing but rounding."""
_MOST_WORK = 2**26
"""Rows times columns squared: a second. So many rows are little correlated anyway."""
_TIED = "Sobol' points of so few draws would tie pairs of numbers together"


class UnitPoints(NamedTuple):
    """Points strictly inside the unit cube, and what they are.

    Parameters
    ----------
    values : float64[count, dimensions]
    design : str
        Which of `DESIGNS` but "auto", or the name of an engine.
    why : str
        Why another than "sobol" was chosen; empty where it was not, or was asked for.
    """

    values: Floats
    design: str
    why: str = ""


def in_words(design: str, why: str) -> str:
    """A design and why it was chosen, in words."""
    return f"{design}: {why}" if why else design


def unit_points(
    design: str | QMCEngine, count: int, dimensions: int, *, seed: int, first: int = 0
) -> UnitPoints:
    """Points strictly inside the unit cube.

    Parameters
    ----------
    design : str or scipy.stats.qmc.QMCEngine
        "auto": Sobol' points, unless so few of them tie two numbers together more than chance
        would; then a Latin hypercube. "sobol": scrambled (Owen 1998, doi:10.1006/jcom.1998.0487).
        "latin_hypercube": its columns nearly uncorrelated (Owen 1994, "Controlling correlations in
        Latin hypercube samples", Journal of the American Statistical Association 89: 1517–1522).
        "random". Or an engine of scipy.stats.qmc with as many dimensions; `seed` has no effect on
        it, and it is set back to its start first.
    count : int, >= 1
    dimensions : int, >= 1
    seed : int, 0 to 2**64 - 1
    first : int, below count
        Rows before it are there already. Those after it go on with the same points; in a Latin
        hypercube, which has no more points, they are one of their own.

    Returns
    -------
    UnitPoints
        Rows from `first` on.

    Raises
    ------
    InputError
        If an argument is not valid.

    Notes
    -----
    How far one number tells another: the share of its variance between `_BINS` equal bins of the
    other. "auto" takes Sobol' points where no pair has more than what one of as many pairs of
    independent numbers has with a probability of 1 %.

    Examples
    --------
    >>> few, more = (unit_points("sobol", n, 3, seed=1).values for n in (5, 50))
    >>> bool(np.array_equal(few, more[:5]))
    True
    >>> unit_points("auto", 128, 5, seed=1).design, unit_points("auto", 128, 41, seed=1).design
    ('sobol', 'latin_hypercube')
    """
    check_seed(seed)
    number_of_draws(count, "draws")
    if not isinstance(design, str):
        points = _engine_points(design, count, dimensions)[first:]
        return UnitPoints(_inside(points), type(design).__name__)
    if design not in DESIGNS:
        raise InputError(f'design: there is none called "{design}"{nearest(design, DESIGNS)}')
    if design == "auto":
        return _chosen(count, dimensions, seed, first)
    return UnitPoints(_inside(_MAKERS[design](count, dimensions, seed, first)), design)


def number_of_draws(count: Any, name: str) -> int:
    """Check a number of draws.

    Raises
    ------
    InputError
        If it is not a whole number from 1 to 2**24.
    """
    return whole_number(name, count, 1, _MOST)


def _inside(points: Floats) -> Floats:
    return np.asarray(np.clip(points, _EDGE, 1 - _EDGE), dtype=np.float64)


def _chosen(count: int, dimensions: int, seed: int, first: int) -> UnitPoints:
    """Sobol' points, or a Latin hypercube where so few of them would not do."""
    points = _sobol(count, dimensions, seed, first)
    if not ties_pairs(points[:_JUDGED]):
        return UnitPoints(_inside(points), "sobol")
    points = _latin_hypercube(count, dimensions, seed, first)
    return UnitPoints(_inside(points), "latin_hypercube", _TIED)


def ties_pairs(points: Floats) -> bool:
    """Whether some number tells more of another than chance would have it.

    So few points that nothing can be told of a pair count as tying it.

    Parameters
    ----------
    points : float64[count, dimensions]

    Examples
    --------
    >>> random, sobol = (unit_points(one, 64, 41, seed=1).values for one in ("random", "sobol"))
    >>> ties_pairs(random), ties_pairs(sobol)
    (False, True)
    """
    from scipy.special import betainccinv

    count, dimensions = len(points), len(points.T)
    pairs = dimensions * (dimensions - 1)
    bins = min(_BINS, count // 4)
    if pairs == 0 or bins < 2:
        return dimensions > 1
    limit = float(betainccinv((bins - 1) / 2, (count - bins) / 2, _FALSE_ALARM / pairs))
    most = 1 - 1 / bins**2  # of two columns that are the same
    return limit >= most or greatest_dependence(points, bins) > limit


def greatest_dependence(points: Floats, bins: int = _BINS) -> float:
    """Greatest of all `dependence`.

    Examples
    --------
    >>> column = (np.arange(64) + 0.5) / 64
    >>> round(greatest_dependence(np.column_stack([column, (8 * column) % 1, 1 - column])), 3)
    0.985
    """
    return float(dependence(points, bins).max())


def dependence(points: Floats, bins: int = _BINS) -> Floats:
    """Share of each column's variance between equal bins of each other; 0 of its own.

    Of independent columns it is ``(bins − 1) / (count − 1)`` on average over pairs.

    Parameters
    ----------
    points : float64[count, dimensions], inside the unit cube
    bins : int

    Returns
    -------
    float64[dimensions, dimensions], of the column by the row
    """
    count, dimensions = points.shape
    places = (points.T * bins).astype(np.int64)
    inside = (places[:, None] == np.arange(bins)[:, None]).reshape(-1, count)
    centred = points - points.mean(axis=0)
    sums, sizes = inside.astype(np.float64) @ centred, inside.sum(axis=1, keepdims=True)
    squares = (sums**2 / np.maximum(sizes, 1)).reshape(dimensions, bins, dimensions)
    shares = squares.sum(axis=1) / (centred**2).sum(axis=0)
    return np.asarray(shares - np.diag(np.diag(shares)))


def _sobol(count: int, dimensions: int, seed: int, first: int) -> Floats:
    from scipy.stats import qmc

    power = (count - 1).bit_length()
    return np.asarray(qmc.Sobol(dimensions, rng=seed).random_base2(power)[first:count])


def _latin_hypercube(count: int, dimensions: int, seed: int, first: int) -> Floats:
    order, within = (_keyed(count, dimensions, seed, first, use=use) for use in (1, 2))
    cells = np.argsort(order, axis=0, kind="stable")
    return _uncorrelated((cells + within) / (count - first))


def _random(count: int, dimensions: int, seed: int, first: int) -> Floats:
    return _keyed(count, dimensions, seed, first, use=0)


_MAKERS = {"sobol": _sobol, "latin_hypercube": _latin_hypercube, "random": _random}


def _keyed(count: int, dimensions: int, seed: int, first: int, *, use: int) -> Floats:
    """Numbers that are a function of seed, row, column and use, like every draw of jobsim."""
    rows, columns = np.divmod(np.arange(first * dimensions, count * dimensions), dimensions)
    key = {"stream": Stream.PARAMETERS, "n": use, "group_key": 0, "replication": 0}
    return uniform(seed, k=rows, origin=columns, **key).reshape(-1, dimensions)


def _uncorrelated(points: Floats) -> Floats:
    """The same numbers in each column, in an order that leaves little correlation.

    Each column in turn, from both sides, takes the order of what the columns before it leave
    unexplained (Owen 1994).
    """
    count, dimensions = points.shape
    is_long = count * dimensions**2 > _MOST_WORK
    if count < 3 or dimensions >= _MOST_COLUMNS_PER_ROW * count or is_long:
        return points
    for _ in range(2):
        left = points - points.mean(axis=0)
        ordered = np.empty_like(points)
        for column in range(dimensions):
            ranks = np.argsort(np.argsort(left[:, column]))
            ordered[:, column] = np.sort(points[:, column])[ranks]
            known = ordered[:, column] - points[:, column].mean()
            later = left[:, column + 1 :]
            later -= np.outer(known, known @ later / (known @ known))
        points = ordered[:, ::-1]
    return points


def _engine_points(engine: QMCEngine, count: int, dimensions: int) -> Floats:
    from scipy.stats import qmc

    if not isinstance(engine, qmc.QMCEngine):
        raise InputError(
            f"design: must be one of {', '.join(DESIGNS)} or an engine of scipy.stats.qmc, "
            f"got {type(engine).__name__}"
        )
    if engine.d != dimensions:
        raise InputError(f"design: has {engine.d} dimensions; {dimensions} are drawn")
    cells = np.asarray(engine.reset().integers(0, u_bounds=2**52, n=count))
    return (cells + 0.5) * 2.0**-52
