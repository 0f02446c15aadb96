"""Distributions of uncertain numbers, from what studies print, and correlations between them.

May import errors, given tables and scenarios. All are frozen distributions of scipy.stats.
Definitions follow Briggs, Claxton & Sculpher 2006, Decision Modelling for Health Economic
Evaluation, Oxford University Press, chapter 4. Rank correlations are by a normal copula: points of
the unit cube become normal scores, these are correlated, and turn back into points, so that every
marginal distribution stays exactly as it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy  # loads stats and optimize, half a second, when one is used
from scipy.special import gammaincinv, ndtr, ndtri

from jobsim.analysis.outcomes.given_tables import read_table
from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest
from jobsim.scenario.correlations import matrix_of_normals, ordered

if TYPE_CHECKING:
    import pandas as pd

    Correlations = Mapping[tuple[str, str], float] | pd.DataFrame

FITTED_FAMILIES = ("normal", "lognormal", "gamma", "beta")
"""Families that can be had from a mean and standard error, or from two quantiles."""
_EDGE = 2.0**-53


def from_mean_se(mean: float, se: float, *, family: str = "normal") -> Any:
    """Distribution with a mean and a standard deviation: an estimate and its standard error.

    Parameters
    ----------
    mean : float
        Above 0 for lognormal and gamma, between 0 and 1 for beta.
    se : float, > 0
        For beta, below sqrt(mean (1 − mean)).
    family : str
        "normal" (effects), "lognormal" (ratios), "gamma" (costs, rates), "beta" (shares).

    Returns
    -------
    frozen distribution of scipy.stats

    Raises
    ------
    InputError
        If there is no such family, or none of it has that mean and standard error.

    Examples
    --------
    >>> import jobsim as js
    >>> share = js.from_mean_se(0.15, 0.05, family="beta")
    >>> round(float(share.mean()), 6), round(float(share.std()), 6)
    (0.15, 0.05)
    """
    _family(family)
    mean, se = _finite(mean, "mean"), _finite(se, "se")
    if se <= 0:
        raise InputError(f"se: must be above 0, got {se:g}")
    if family in ("lognormal", "gamma") and mean <= 0:
        raise InputError(f"mean: must be above 0 for {family}, got {mean:g}")
    if family == "beta":
        _check_beta(mean, se)
    return _BY_MOMENTS[family](mean, se)


def from_quantiles(quantiles: Mapping[float, float], *, family: str = "normal") -> Any:
    """Distribution that has two quantiles: the ends of a 95 % interval, say.

    Parameters
    ----------
    quantiles : mapping of probability to value
        Two of them, such as ``{0.025: 1.01, 0.975: 1.20}``.
    family : str, one of `FITTED_FAMILIES`

    Returns
    -------
    frozen distribution of scipy.stats

    Raises
    ------
    InputError
        If there is no such family, or none of it has those quantiles.

    Examples
    --------
    >>> import jobsim as js
    >>> ratio = js.from_quantiles({0.025: 1.0, 0.975: 1.21}, family="lognormal")
    >>> round(float(ratio.ppf(0.5)), 6)
    1.1
    """
    _family(family)
    (p, low), (q, high) = _two(quantiles)
    if family != "normal" and low <= 0:
        raise InputError(f"quantiles: must be above 0 for {family}, got {low:g}")
    if family == "beta" and high >= 1:
        raise InputError(f"quantiles: must be below 1 for beta, got {high:g}")
    found = _BY_QUANTILES[family](p, low, q, high)
    if found is None or not np.allclose(found.ppf([p, q]), [low, high], rtol=1e-6, atol=0):
        raise InputError(f"quantiles: no {family} has {low:g} at {p:g} and {high:g} at {q:g}")
    return found


def from_counts(
    events: float, *, trials: float | None = None, exposure: float | None = None
) -> Any:
    """What counts say of a probability or a rate, knowing nothing else.

    Parameters
    ----------
    events : float, >= 0
        How often it happened.
    trials : float, optional
        How often it could have happened: the result is of a probability.
    exposure : float, optional
        Over how much time it was watched (person-weeks, say): the result is of a rate.

    Returns
    -------
    frozen distribution of scipy.stats
        With Jeffreys's prior: Beta(events + ½, trials − events + ½), or
        Gamma(events + ½, scale = 1 / exposure).

    Raises
    ------
    InputError
        If not exactly one of `trials` and `exposure` is given, or counts are impossible.

    Examples
    --------
    >>> import jobsim as js
    >>> came_not = js.from_counts(9, trials=60)
    >>> round(float(came_not.mean()), 4)
    0.1557
    """
    events = _finite(events, "events")
    if events < 0:
        raise InputError(f"events: must be at least 0, got {events:g}")
    if (trials is None) == (exposure is None):
        raise InputError("from_counts: give trials (for a probability) or exposure (for a rate)")
    if trials is not None:
        if _finite(trials, "trials") <= 0 or events > trials:
            raise InputError(f"trials: must be above 0 and at least events, got {trials:g}")
        return scipy.stats.beta(a=events + 0.5, b=trials - events + 0.5)
    assert exposure is not None
    if _finite(exposure, "exposure") <= 0:
        raise InputError(f"exposure: must be above 0, got {exposure:g}")
    return scipy.stats.gamma(a=events + 0.5, scale=1 / exposure)


def _family(name: str) -> None:
    if name not in FITTED_FAMILIES:
        raise InputError(
            f'family: there is none called "{name}"{nearest(str(name), FITTED_FAMILIES)}'
        )


def _finite(value: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InputError(f"{name}: must be a finite number, got {value!r}")
    return float(value)


def _check_beta(mean: float, se: float) -> None:
    if not 0 < mean < 1:
        raise InputError(f"mean: must be between 0 and 1 for beta, got {mean:g}")
    most = math.sqrt(mean * (1 - mean))
    if se >= most:
        raise InputError(f"se: must be below {most:.4g} for beta with mean {mean:g}, got {se:g}")


def _lognormal(mean: float, se: float) -> Any:
    spread = math.log1p((se / mean) ** 2)
    return scipy.stats.lognorm(s=math.sqrt(spread), scale=mean * math.exp(-spread / 2))


def _beta(mean: float, se: float) -> Any:
    size = mean * (1 - mean) / se**2 - 1
    return scipy.stats.beta(a=mean * size, b=(1 - mean) * size)


_BY_MOMENTS: dict[str, Callable[[float, float], Any]] = {
    "normal": lambda mean, sd: scipy.stats.norm(loc=mean, scale=sd),
    "lognormal": _lognormal,
    "gamma": lambda mean, se: scipy.stats.gamma(a=(mean / se) ** 2, scale=se**2 / mean),
    "beta": _beta,
}


def _two(quantiles: Mapping[float, float]) -> list[tuple[float, float]]:
    """Both quantiles in order of probability, checked."""
    if not isinstance(quantiles, Mapping) or len(quantiles) != 2:
        raise InputError(
            "quantiles: give two as {probability: value}, {0.025: 1.0, 0.975: 1.2} say"
        )
    read = [(_finite(p, "probability"), _finite(x, "quantiles")) for p, x in quantiles.items()]
    (p, low), (q, high) = pairs = sorted(read)
    for probability in (p, q):
        if not 0 < probability < 1:
            raise InputError(
                f"quantiles: probabilities must be between 0 and 1, got {probability:g}"
            )
    if low >= high:
        raise InputError(
            f"quantiles: must rise with probability, got {low:g} at {p:g} and {high:g} at {q:g}"
        )
    return pairs


def _normal_quantiles(p: float, low: float, q: float, high: float) -> Any:
    sd = (high - low) / float(ndtri(q) - ndtri(p))
    return scipy.stats.norm(loc=low - sd * float(ndtri(p)), scale=sd)


def _lognormal_quantiles(p: float, low: float, q: float, high: float) -> Any:
    of_log = _normal_quantiles(p, math.log(low), q, math.log(high))
    return scipy.stats.lognorm(s=of_log.std(), scale=math.exp(of_log.mean()))


def _gamma_quantiles(p: float, low: float, q: float, high: float) -> Any:
    """The ratio of two quantiles falls with the shape; the scale then follows."""

    def off(log_shape: float) -> float:
        shape = math.exp(log_shape)
        below = float(gammaincinv(shape, p))
        return math.inf if below == 0 else float(gammaincinv(shape, q)) / below - high / low

    ends = (math.log(1e-2), math.log(1e8))
    if not off(ends[0]) > 0 > off(ends[1]):
        return None
    steps = (ends[0] + (ends[1] - ends[0]) * i / 1000 for i in range(1001))
    start = next(x for x in steps if math.isfinite(off(x)))
    shape = math.exp(scipy.optimize.brentq(off, start, ends[1], xtol=1e-13))
    return scipy.stats.gamma(a=shape, scale=low / float(gammaincinv(shape, p)))


def _beta_quantiles(p: float, low: float, q: float, high: float) -> Any:
    """Least squares from the beta that has the moments of a normal with these quantiles."""
    near = _normal_quantiles(p, low, q, high)
    mean = min(max(float(near.mean()), 1e-3), 1 - 1e-3)
    start = _beta(mean, min(float(near.std()), 0.9 * math.sqrt(mean * (1 - mean)))).kwds

    def off(logs: Any) -> list[float]:
        x, y = scipy.stats.beta.ppf([p, q], math.exp(logs[0]), math.exp(logs[1]))
        return [_log_odds(x) - _log_odds(low), _log_odds(y) - _log_odds(high)]

    logs = [math.log(start["a"]), math.log(start["b"])]
    exact = dict.fromkeys(("xtol", "ftol", "gtol"), 1e-15)
    found = scipy.optimize.least_squares(off, logs, bounds=(-4, 24), **exact)
    return scipy.stats.beta(a=math.exp(found.x[0]), b=math.exp(found.x[1]))


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


_BY_QUANTILES: dict[str, Callable[[float, float, float, float], Any]] = {
    "normal": _normal_quantiles,
    "lognormal": _lognormal_quantiles,
    "gamma": _gamma_quantiles,
    "beta": _beta_quantiles,
}


def pearson_of_normals(paths: Sequence[str], given: Any) -> Floats:
    """Correlation matrix of normal scores that gives the rank correlations asked for.

    Parameters
    ----------
    paths : sequence of str
    given : mapping of (path, path) to Spearman's rho, or a square DataFrame of it by path
        Pairs that are left out are independent.

    Returns
    -------
    float64[paths, paths], see `matrix_of_normals`

    Raises
    ------
    InputError
        If a path is unknown, a value is not from −1 to 1, or no numbers can be correlated so.

    Examples
    --------
    >>> pearson_of_normals(["a", "b"], {("a", "b"): 0.5}).round(4).tolist()
    [[1.0, 0.5176], [0.5176, 1.0]]
    """
    pairs = pairs_given(given)
    for (first, second), rho in pairs.items():
        name = f'correlations["{first}", "{second}"]'
        for path in (first, second):
            if path not in paths:
                raise InputError(f'correlations: "{path}" is not drawn{nearest(path, paths)}')
        if first == second:
            raise InputError(f"{name}: names one number twice")
        if not isinstance(rho, (int, float, np.number)) or not -1 <= rho <= 1:
            raise InputError(f"{name}: must be from −1 to 1, got {rho!r}")
    return matrix_of_normals(paths, pairs)


def correlated(points: Floats, pearson: Floats) -> Floats:
    """Points of the unit cube, correlated; columns without correlation stay as they are.

    Parameters
    ----------
    points : float64[count, dimensions], strictly between 0 and 1
    pearson : float64[dimensions, dimensions], as `pearson_of_normals` makes it

    Returns
    -------
    float64[count, dimensions]
    """
    tied = np.flatnonzero((pearson != np.eye(len(pearson))).any(axis=1))
    if len(tied) == 0:
        return points
    values, vectors = np.linalg.eigh(pearson[np.ix_(tied, tied)])
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    root /= np.sqrt((root**2).sum(axis=0))  # where eigenvalues were a little below 0
    result = points.copy()
    result[:, tied] = np.clip(ndtr(ndtri(points[:, tied]) @ root), _EDGE, 1 - _EDGE)
    return result


def pairs_given(given: Any) -> dict[tuple[str, str], float]:
    """Pairs of a mapping or of the lower half of a table, each once, by their paths in order."""
    if getattr(given, "columns", None) is not None:
        given = _pairs_of_table(given)
    if not isinstance(given, Mapping):
        raise InputError(
            "correlations: must be {(path, path): rho} or a table of rho by path, "
            f"got {type(given).__name__}"
        )
    found: dict[tuple[str, str], float] = {}
    for pair, rho in given.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise InputError(f"correlations: a pair of paths is (path, path), got {pair!r}")
        key = ordered(*pair)
        if key in found and found[key] != rho:
            raise InputError(f'correlations["{key[0]}", "{key[1]}"]: is given as two values')
        found[key] = rho
    return found


def _pairs_of_table(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    given = read_table(table, "correlations", "path")
    paths, rows = given.names, tuple(map(str, given.rows or ()))
    if set(rows) != set(paths):
        raise InputError("correlations: a table needs the same paths as rows and as columns")
    values = replace(given, rows=rows).on_rows_of(replace(given, rows=paths)).numbers()
    if not np.allclose(np.diag(values), 1) or not np.allclose(values, values.T, equal_nan=True):
        raise InputError("correlations: a table must be symmetric with 1 on its diagonal")
    below = zip(*np.tril_indices(len(paths), -1), strict=True)
    return {(paths[i], paths[j]): float(values[i, j]) for i, j in below}
