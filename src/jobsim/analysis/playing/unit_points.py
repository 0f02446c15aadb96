"""Points in the unit cube: Sobol', Latin hypercube, random; may import draws and errors.

Every design is a pure function of an integer seed. The first points of Sobol' and random designs
never change when more are asked for; those of a Latin hypercube do, since its strata are as many
as its points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.draws import Stream, uniform
from jobsim.engines.simulate import check_seed
from jobsim.errors import InputError, nearest

if TYPE_CHECKING:
    from scipy.stats.qmc import QMCEngine


Floats = npt.NDArray[np.float64]

DESIGNS = ("sobol", "latin_hypercube", "random")
_EDGE = 2.0**-32
_MOST = 2**24


def unit_points(design: str | QMCEngine, count: int, dimensions: int, *, seed: int) -> Floats:
    """Points strictly inside the unit cube.

    Parameters
    ----------
    design : str or scipy.stats.qmc.QMCEngine
        "sobol" (scrambled; Owen 1998, doi:10.1006/jcom.1998.0487), "latin_hypercube", "random",
        or an engine of scipy.stats.qmc with as many dimensions; `seed` has no effect on the last,
        which is set back to its start first.
    count : int, >= 1
    dimensions : int, >= 1
    seed : int, 0 to 2**64 - 1

    Returns
    -------
    float64[count, dimensions]

    Raises
    ------
    InputError
        If an argument is not valid.

    Examples
    --------
    >>> few, more = (unit_points("sobol", n, 3, seed=1) for n in (5, 50))
    >>> bool(np.array_equal(few, more[:5]))
    True
    """
    check_seed(seed)
    count = count_of(count, "draws")
    points = _points(design, count, dimensions, seed)
    return np.asarray(np.clip(points, _EDGE, 1 - _EDGE), dtype=np.float64)


def count_of(count: Any, name: str) -> int:
    """Check a number of draws.

    Raises
    ------
    InputError
        If it is not a whole number from 1 to 2**24.
    """
    whole = isinstance(count, (int, np.integer)) and not isinstance(count, bool)
    if not whole or not 1 <= count <= _MOST:
        raise InputError(f"{name}: must be a whole number from 1 to {_MOST:,}, got {count!r}")
    return int(count)


def _points(design: str | QMCEngine, count: int, dimensions: int, seed: int) -> Floats:
    if not isinstance(design, str):
        return _engine_points(design, count, dimensions)
    if design not in DESIGNS:
        raise InputError(f'design: there is none called "{design}"{nearest(design, DESIGNS)}')
    if design == "random":
        return _random(count, dimensions, seed)
    from scipy.stats import qmc

    if design == "latin_hypercube":
        return _taken(qmc.LatinHypercube(dimensions, rng=seed), count)
    power = (count - 1).bit_length()
    return np.asarray(qmc.Sobol(dimensions, rng=seed).random_base2(power)[:count])


def _engine_points(engine: QMCEngine, count: int, dimensions: int) -> Floats:
    from scipy.stats import qmc

    if not isinstance(engine, qmc.QMCEngine):
        raise InputError(
            f"design: must be one of {', '.join(DESIGNS)} or an engine of scipy.stats.qmc, "
            f"got {type(engine).__name__}"
        )
    if engine.d != dimensions:
        raise InputError(f"design: has {engine.d} dimensions; {dimensions} are drawn")
    return _taken(engine.reset(), count)


def _taken(engine: QMCEngine, count: int) -> Floats:
    """Next points of an engine, to 52 bits like every other draw of jobsim."""
    cells = np.asarray(engine.integers(0, u_bounds=2**52, n=count))
    return (cells + 0.5) * 2.0**-52


def _random(count: int, dimensions: int, seed: int) -> Floats:
    """Each number is a function of seed, row and column, like every other draw of jobsim."""
    rows, columns = np.divmod(np.arange(count * dimensions), dimensions)
    u = uniform(
        seed, stream=Stream.PARAMETERS, n=0, k=rows, origin=columns, group_key=0, replication=0
    )
    return u.reshape(count, dimensions)
