"""Distributions of uncertain numbers, from what studies print; may import errors.

All are frozen distributions of scipy.stats. Definitions follow Briggs, Claxton & Sculpher 2006,
Decision Modelling for Health Economic Evaluation, Oxford University Press, chapter 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import optimize, stats
from scipy.special import gammaincinv, ndtri

from jobsim.errors import InputError, nearest

FITTED_FAMILIES = ("normal", "lognormal", "gamma", "beta")
"""Families that can be had from a mean and standard error, or from two quantiles."""


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
    >>> share = from_mean_se(0.15, 0.05, family="beta")
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
    >>> ratio = from_quantiles({0.025: 1.0, 0.975: 1.21}, family="lognormal")
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
    >>> came_not = from_counts(9, trials=60)
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
        return stats.beta(a=events + 0.5, b=trials - events + 0.5)
    assert exposure is not None
    if _finite(exposure, "exposure") <= 0:
        raise InputError(f"exposure: must be above 0, got {exposure:g}")
    return stats.gamma(a=events + 0.5, scale=1 / exposure)


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


def _normal(mean: float, sd: float) -> Any:
    return stats.norm(loc=mean, scale=sd)


def _lognormal(mean: float, se: float) -> Any:
    spread = math.log1p((se / mean) ** 2)
    return stats.lognorm(s=math.sqrt(spread), scale=mean * math.exp(-spread / 2))


def _gamma(mean: float, se: float) -> Any:
    return stats.gamma(a=(mean / se) ** 2, scale=se**2 / mean)


def _beta(mean: float, se: float) -> Any:
    size = mean * (1 - mean) / se**2 - 1
    return stats.beta(a=mean * size, b=(1 - mean) * size)


_BY_MOMENTS: dict[str, Callable[[float, float], Any]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "gamma": _gamma,
    "beta": _beta,
}


def _two(quantiles: Mapping[float, float]) -> list[tuple[float, float]]:
    """Both quantiles in order of probability, checked."""
    if not isinstance(quantiles, Mapping) or len(quantiles) != 2:
        raise InputError(
            "quantiles: give two as {probability: value}, {0.025: 1.0, 0.975: 1.2} say"
        )
    pairs = sorted(
        (_finite(p, "probability"), _finite(x, "quantiles")) for p, x in quantiles.items()
    )
    for p, _ in pairs:
        if not 0 < p < 1:
            raise InputError(f"quantiles: probabilities must be between 0 and 1, got {p:g}")
    if pairs[0][1] >= pairs[1][1]:
        raise InputError(
            f"quantiles: must rise with probability, got {pairs[0][1]:g} at {pairs[0][0]:g} and "
            f"{pairs[1][1]:g} at {pairs[1][0]:g}"
        )
    return pairs


def _normal_quantiles(p: float, low: float, q: float, high: float) -> Any:
    sd = (high - low) / float(ndtri(q) - ndtri(p))
    return _normal(low - sd * float(ndtri(p)), sd)


def _lognormal_quantiles(p: float, low: float, q: float, high: float) -> Any:
    of_log = _normal_quantiles(p, math.log(low), q, math.log(high))
    return stats.lognorm(s=of_log.std(), scale=math.exp(of_log.mean()))


def _gamma_quantiles(p: float, low: float, q: float, high: float) -> Any:
    """The ratio of two quantiles falls with the shape; the scale then follows."""

    def off(log_shape: float) -> float:
        shape = math.exp(log_shape)
        below = float(gammaincinv(shape, p))
        return math.inf if below == 0 else float(gammaincinv(shape, q)) / below - high / low

    ends = (math.log(1e-2), math.log(1e8))
    if not off(ends[0]) > 0 > off(ends[1]):
        return None
    start = next(x for x in _steps(*ends) if math.isfinite(off(x)))
    shape = math.exp(optimize.brentq(off, start, ends[1], xtol=1e-13))
    return stats.gamma(a=shape, scale=low / float(gammaincinv(shape, p)))


def _steps(start: float, end: float) -> list[float]:
    return [start + (end - start) * i / 1000 for i in range(1001)]


def _beta_quantiles(p: float, low: float, q: float, high: float) -> Any:
    """Least squares from the beta that has the moments of a normal with these quantiles."""
    near = _normal_quantiles(p, low, q, high)
    mean = min(max(float(near.mean()), 1e-3), 1 - 1e-3)
    start = _beta(mean, min(float(near.std()), 0.9 * math.sqrt(mean * (1 - mean)))).kwds

    def off(logs: Any) -> list[float]:
        reached = stats.beta.ppf([p, q], math.exp(logs[0]), math.exp(logs[1]))
        return [
            math.log(x / (1 - x)) - math.log(y / (1 - y))
            for x, y in zip(reached, (low, high), strict=True)
        ]

    found = optimize.least_squares(
        off,
        [math.log(start["a"]), math.log(start["b"])],
        bounds=(-4, 24),
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    return stats.beta(a=math.exp(found.x[0]), b=math.exp(found.x[1]))


_BY_QUANTILES: dict[str, Callable[[float, float, float, float], Any]] = {
    "normal": _normal_quantiles,
    "lognormal": _lognormal_quantiles,
    "gamma": _gamma_quantiles,
    "beta": _beta_quantiles,
}
