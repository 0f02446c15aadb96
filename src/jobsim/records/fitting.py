"""What makes records most probable, and how well it is known; may import likelihoods and scipy.

Parameters are worked on in logarithms, gains as they are. Standard errors are of the observed
information; profile intervals hold what a likelihood-ratio test at 5 % does not refuse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from jobsim.arrays import Bools, Floats
from jobsim.errors import InputError
from jobsim.records.likelihood import Effects, GroupSpells

_STEP, _WIDE_STEP = 0.05, 0.5
"""Steps of finite differences, of slopes and of curvatures, in standard errors or so. The cap on
stacked meetings puts kinks into a likelihood, over which both are smoothed."""
_TOLERANCE = 1e-4
"""Of the logarithm of the likelihood: some hundredth of a standard error."""
_CRITICAL = 1.959963984540054
"""Root of the 95 % quantile of chi-squared with one degree of freedom."""
_NEAR = 0.01
"""How far from that root an end of an interval may be."""
_MOST_TRIES = 12
_OUTSIDE = 1e-6
"""Share of a prior beyond its least and greatest value that is searched, where it ends."""
HALF_LIFE, LASTING_HALF_LIFE = "meetings.half_life_weeks", "meetings.lasting_half_life_weeks"
OF_GROUPS = {
    "job_finding_hazard_per_week": (None, 1e-8, 5.0),
    "frailty_variance": (0.5, 1e-3, 10.0),
    "weibull_shape": (1.0, 0.1, 3.0),
    "meeting_gain": (0.2, 0.0, 10.0),
    "lasting_gain": (0.1, 0.0, 10.0),
}
"""Parameters of groups: where the search starts, and its bounds."""
OF_ALL = {HALF_LIFE: (2.0, 0.1, 520.0), LASTING_HALF_LIFE: (26.0, 0.1, 5200.0)}
"""Those that all groups share."""
_GAINS = ("meeting_gain", "lasting_gain")


@dataclass(frozen=True)
class Parameter:
    """A number that is estimated.

    Parameters
    ----------
    path : str, of the scenario
    group : str, code; empty where all groups share it
    start, low, high : float
    """

    path: str
    group: str
    start: float
    low: float
    high: float

    @property
    def in_logs(self) -> bool:
        """Whether its logarithm is worked on."""
        return not self.path.endswith(_GAINS)

    def within(self, prior: Any) -> Parameter:
        """The same, where a prior that ends somewhere has density."""
        low, high = prior.ppf([_OUTSIDE, 1 - _OUTSIDE]).tolist()
        ends = [bool(np.isfinite(end)) for end in prior.support()]
        low = max(self.low, low) if ends[0] else self.low
        high = min(self.high, high) if ends[1] else self.high
        if not low < high:
            raise InputError(
                f"priors: {self.path}: none of it is within {self.low:g} to {self.high:g}"
            )
        start = self.start if low < self.start < high else (low + high) / 2
        return replace(self, start=start, low=low, high=high)

    def worked(self, value: float) -> float:
        """Its value as it is worked on."""
        return math.log(value) if self.in_logs else value

    def value(self, worked: float) -> float:
        """What it is where this is worked on."""
        return math.exp(worked) if self.in_logs else worked


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Logarithm of the likelihood, and of priors, of all that is estimated.

    Parameters
    ----------
    groups : sequence of GroupSpells
    parameters : sequence of Parameter
    held : mapping of path to value, of what is not estimated
    priors : mapping of path to frozen distribution
    """

    groups: Sequence[GroupSpells]
    parameters: Sequence[Parameter]
    held: Mapping[str, float | None]
    priors: Mapping[str, Any]

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Least and greatest of what is worked on."""
        low = np.array([one.worked(one.low) if one.in_logs else one.low for one in self.parameters])
        return low, np.array([one.worked(one.high) for one in self.parameters])

    def values(self, worked: Floats) -> dict[str, Any]:
        """All numbers by path."""
        pairs = zip(self.parameters, worked.tolist(), strict=True)
        return {**self.held, **{one.path: one.value(x) for one, x in pairs}}

    def of(self, spells: GroupSpells, values: Mapping[str, Any]) -> float:
        """Logarithm of the likelihood of a group."""
        path = f"groups.{spells.code}."
        hazard, frailty, *shape_and_gains = (values[f"{path}{name}"] for name in OF_GROUPS)
        shape, gain, lasting = shape_and_gains
        effects = Effects(shape, gain, lasting, values[HALF_LIFE], values[LASTING_HALF_LIFE])
        return spells.loglikelihood(hazard, frailty, effects)

    def __call__(self, worked: Floats, only: str = "") -> float:
        """Of all groups, or of those that a parameter of one group is about."""
        values = self.values(worked)
        about = [one for one in self.groups if not only or one.code == only]
        prior = sum(float(one.logpdf(values[path])) for path, one in self.priors.items())
        return sum(self.of(one, values) for one in about) + prior

    def slope(self, worked: Floats, steps: Floats) -> Floats:
        """Derivative by what is worked on, by central differences inside the bounds."""
        low, high = self.bounds
        found = np.zeros(len(worked))
        for j, one in enumerate(self.parameters):
            up, down = worked.copy(), worked.copy()
            up[j] = min(worked[j] + steps[j], high[j])
            down[j] = max(worked[j] - steps[j], low[j])
            rise = self(up, one.group) - self(down, one.group)
            found[j] = rise / (up[j] - down[j])
        return found


@dataclass(frozen=True, eq=False)
class Fit:
    """Most probable numbers.

    Parameters
    ----------
    likelihood : Likelihood
    worked : float64[parameters], as they are worked on
    scale : float64[parameters], standard errors if each were estimated alone, or so
    information : float64[parameters, parameters], minus the curvature there
    height : float, logarithm of the likelihood there
    """

    likelihood: Likelihood
    worked: Floats
    scale: Floats
    information: Floats
    height: float

    @cached_property
    def free(self) -> Bools:
        """Which parameters are not at a bound."""
        low, high = self.likelihood.bounds
        margin = 1e-3 * self.scale
        return np.asarray((self.worked > low + margin) & (self.worked < high - margin))

    @cached_property
    def covariance(self) -> Floats:
        """Inverse of the observed information, NaN at bounds: float64[parameters, parameters]."""
        found, inside = np.full(self.information.shape, np.nan), np.ix_(self.free, self.free)
        if (np.linalg.eigvalsh(self.information[inside]) > 0).all():
            found[inside] = np.linalg.inv(self.information[inside])
        return found

    def error(self, j: int) -> float:
        """Standard error of what is worked on; NaN where the records do not tell it."""
        return math.sqrt(self.covariance[j, j])

    def wald(self, j: int) -> tuple[float, float]:
        """95 % interval of what is worked on, from the standard error."""
        width = _CRITICAL * self.error(j)
        low, high = self.likelihood.bounds
        return max(low[j], self.worked[j] - width), min(high[j], self.worked[j] + width)

    def profile_end(self, j: int, side: int) -> float:
        """End of the 95 % profile interval of what is worked on, below (-1) or above (1).

        The bound itself, where it is within the interval.

        Raises
        ------
        HigherGroundError
            If the likelihood is higher elsewhere.
        """
        bound = float(self.likelihood.bounds[int(side > 0)][j])
        middle, error = float(self.worked[j]), self.error(j) if self.free[j] else math.nan
        far = _CRITICAL * (error if error > 0 else float(self.scale[j]))
        inner, outer, start = (0.0, 0.0), None, self.worked
        for _ in range(_MOST_TRIES):
            far = min(far, abs(bound - middle))
            start = self._along(j, middle + side * far, start)
            root = self._root_of_loss(start)
            if abs(root - _CRITICAL) < _NEAR:
                break
            if root > _CRITICAL:
                outer = far, root
            elif far < abs(bound - middle):
                inner = far, root
            else:
                return bound
            far = _nearer(inner, outer)
        return middle + side * far

    def _along(self, j: int, place: float, start: Floats) -> Floats:
        """Most probable numbers where one of them is held."""
        others = np.arange(len(start)) != j
        worked = start.copy()
        worked[j] = place
        return climbed(self.likelihood, worked, self.scale, self.information, others)

    def _root_of_loss(self, worked: Floats) -> float:
        """Root of twice the loss of log-likelihood."""
        height = self.likelihood(worked)
        if height > self.height + 0.05:
            raise HigherGroundError(worked)
        return math.sqrt(max(0.0, 2 * (self.height - height)))


class HigherGroundError(Exception):
    """The likelihood is higher somewhere else: at `args[0]`."""


def _nearer(inner: tuple[float, float], outer: tuple[float, float] | None) -> float:
    """Distance at which the root is critical, if it rises on a straight line from one to the other.

    Both are a distance and its root; without an outer one, the line goes on, to thrice the distance
    at most.
    """
    x, root = inner
    if outer is None:
        return x * min(3.0, 1.02 * _CRITICAL / max(root, 1e-9))
    share = (_CRITICAL - root) / (outer[1] - root)
    return x + min(0.95, max(0.05, share)) * (outer[0] - x)


def climbed(
    likelihood: Likelihood, start: Floats, scale: Floats, information: Floats, free: Bools
) -> Floats:
    """Most probable numbers near some, of which those that are not free stay.

    Steps are taken in directions in which the information is that of independent numbers.
    """
    from scipy.optimize import minimize

    which = np.flatnonzero(free)
    if not len(which):
        return start
    low, high = likelihood.bounds
    ways = np.linalg.cholesky(np.linalg.inv(_positive(information, scale)[np.ix_(which, which)]))

    def at(moves: Floats) -> Floats:
        worked = start.copy()
        worked[which] += ways @ moves
        return worked

    def loss(moves: Floats) -> tuple[float, Floats]:
        asked = at(moves)
        worked = np.clip(asked, low, high)
        slope = likelihood.slope(worked, _STEP * scale)
        slope[(worked - asked) * slope < 0] = 0.0  # beyond a bound nothing is gained
        return -likelihood(worked), -(slope[which] @ ways)

    tolerance = {"ftol": _TOLERANCE / max(1.0, abs(likelihood(start))), "gtol": 0.01, "maxls": 8}
    found = minimize(loss, np.zeros(len(which)), jac=True, method="L-BFGS-B", options=tolerance)
    return np.clip(at(found.x), low, high)


def fit(likelihood: Likelihood, start: Floats | None = None) -> Fit:
    """Find the most probable numbers, from neutral ones or some that are worked on."""
    parameters = likelihood.parameters
    if start is None:
        start = np.array([one.worked(one.start) for one in parameters])
    everything = np.ones(len(start), dtype=bool)
    scale, information = _information(likelihood, start, np.full(len(start), 0.1))
    for _ in range(2):
        start = climbed(likelihood, start, scale, information, everything)
        scale, information = _information(likelihood, start, scale)
    return Fit(likelihood, start, scale, information, likelihood(start))


def _information(likelihood: Likelihood, worked: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Scale, and minus the second derivatives by what is worked on."""
    count = len(worked)
    scale, found = scale.copy(), np.zeros((count, count))
    for j in range(count):
        curvature = -_curvature(likelihood, worked, scale, j, j)
        if curvature > 0:
            scale[j] = min(2.0, max(1e-5, curvature**-0.5))
        found[j, j] = curvature
        for k in range(j):
            found[j, k] = found[k, j] = -_curvature(likelihood, worked, scale, j, k)
    return scale, found


def _positive(information: Floats, scale: Floats) -> Floats:
    """Information with directions in which nothing is known as if a little were."""
    values, vectors = np.linalg.eigh(information * np.outer(scale, scale))
    kept = (vectors * np.maximum(values, 0.02)) @ vectors.T
    return np.asarray(kept / np.outer(scale, scale))


def _curvature(likelihood: Likelihood, worked: Floats, scale: Floats, j: int, k: int) -> float:
    """Second derivative by two numbers, by differences inside the bounds."""
    groups = {likelihood.parameters[place].group for place in (j, k)} - {""}
    if len(groups) == 2:
        return 0.0
    low, high = likelihood.bounds
    width = np.minimum(_WIDE_STEP * scale, (high - low) / 4)
    middle = worked.copy()
    for place in (j, k):
        middle[place] = min(
            max(middle[place], low[place] + width[place]), high[place] - width[place]
        )

    def at(first: int, second: int) -> float:
        moved = middle.copy()
        moved[j] += first * width[j]
        moved[k] += second * width[k]
        return likelihood(moved, next(iter(groups), ""))

    if j == k:
        return (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / float(width[j]) ** 2
    corners = at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)
    return corners / float(4 * width[j] * width[k])
