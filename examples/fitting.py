"""Fit a scenario to published figures, and say what those figures identify.

A knob is a number that may be turned, with how far it may plausibly be turned; a target is a figure
that the mean over replications should meet. With more knobs than targets many fits are equally
good: the one nearest to the starting point is taken, and the report says which knobs the targets
have anything to say about. May import jobsim, numpy and xarray.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from jobsim import Scenario, simulate

__all__ = ["Fit", "Knob", "Target", "fit", "placements_in", "recipients_in", "starts_in"]

Floats = npt.NDArray[np.float64]
Make = Callable[[dict[str, float]], Scenario]

_STEP = 0.1
"""Relative turn of a knob for its sensitivity; common random numbers keep the noise small."""


@dataclass(frozen=True)
class Knob:
    """A number that may be turned: its starting value and plausible spread, relative to it."""

    name: str
    start: float
    spread: float


@dataclass(frozen=True)
class Target:
    """A published figure, how near the fit must come, and how it is read from the volumes."""

    name: str
    value: float
    tolerance: float
    read: Callable[[xr.Dataset], float]


@dataclass(frozen=True)
class Fit:
    """What was fitted, and how well the targets identify it.

    Parameters
    ----------
    values : dict, fitted value of each knob
    reached : dict, mean of each target over the replications
    sensitivity : float64[targets, knobs], elasticity of each target in each knob
    learned : dict, share of each knob's spread that the targets take away (0 nothing, 1 all)
    """

    targets: tuple[Target, ...]
    values: dict[str, float]
    reached: dict[str, float]
    sensitivity: Floats
    learned: dict[str, float]

    @property
    def singular_values(self) -> Floats:
        """Of the sensitivity matrix: targets that pull in independent directions, and how hard."""
        return np.asarray(np.linalg.svd(self.sensitivity, compute_uv=False))

    def __str__(self) -> str:
        lines = ["fitted"]
        lines += [f"  {name:<24}{value:10.5g}" for name, value in self.values.items()]
        lines.append("reached")
        for target in self.targets:
            reached = self.reached[target.name]
            aim = f"aim {target.value:g} ± {target.tolerance:g}"
            lines.append(f"  {target.name:<24}{reached:10.1f}  {aim}")
        lines.append("elasticity of each target in each knob")
        lines.append(" " * 26 + " ".join(f"{name[:14]:>14}" for name in self.values))
        for target, row in zip(self.targets, self.sensitivity, strict=True):
            cells = " ".join(f"{cell:14.2f}" for cell in row)
            lines.append(f"  {target.name:<24}{cells}")
        singular = self.singular_values
        lines.append(
            f"{len(self.targets)} targets, {len(self.values)} knobs: {len(self.values)} - "
            f"{len(singular)} directions are free; condition number of the others "
            f"{singular[0] / singular[-1]:.1f}"
        )
        lines.append("share of each knob's plausible spread that the targets take away")
        lines += [f"  {name:<24}{share:10.0%}" for name, share in self.learned.items()]
        return "\n".join(lines)


def fit(
    make: Make,
    knobs: Sequence[Knob],
    targets: Sequence[Target],
    *,
    replications: int = 100,
    seed: int = 1,
    steps: int = 3,
) -> Fit:
    """Turn knobs until the targets are met, no further from their start than needed.

    Parameters
    ----------
    make : callable from {knob: value} to Scenario
    knobs, targets : sequences
    replications, seed : as for `jobsim.simulate`; the same at every step
    steps : int, Gauss-Newton steps

    Notes
    -----
    Minimises ``Σ ((target - reached) / near)² + Σ (turn / spread)²``, where turn is
    ``knob / start - 1`` and near an eighth of the tolerance. The second sum makes the answer unique
    where the targets leave it open; ``learned`` is one less posterior over prior standard deviation
    in the linear approximation.
    """
    start = np.array([knob.start for knob in knobs])
    precision = np.diag([knob.spread**-2.0 for knob in knobs])
    aim = np.array([target.value for target in targets])
    near = np.array([target.tolerance / 8.0 for target in targets])

    def reach(turn: Floats) -> Floats:
        pairs = zip(knobs, start * (1.0 + turn), strict=True)
        scenario = make({knob.name: float(value) for knob, value in pairs})
        volumes = simulate(scenario, replications=replications, seed=seed, progress=False)
        return np.array([target.read(volumes) for target in targets])

    turn = np.zeros(len(knobs))
    for _ in range(steps):
        now = reach(turn)
        slope = np.array([reach(turn + _STEP * e) - now for e in np.eye(len(knobs))]).T / _STEP
        weighed = slope / near[:, None]
        wanted = (aim - now) / near + weighed @ turn
        turn = np.linalg.solve(weighed.T @ weighed + precision, weighed.T @ wanted)
    now = reach(turn)
    left = np.sqrt(np.diag(np.linalg.inv(weighed.T @ weighed + precision)))
    names = [knob.name for knob in knobs]
    spreads = [knob.spread for knob in knobs]
    return Fit(
        targets=tuple(targets),
        values=dict(zip(names, (start * (1.0 + turn)).tolist(), strict=True)),
        reached=dict(zip([t.name for t in targets], now.tolist(), strict=True)),
        sensitivity=slope / now[:, None] * (1.0 + turn),
        learned=dict(zip(names, (1.0 - left / spreads).tolist(), strict=True)),
    )


def _in_year(volume: xr.DataArray, year: int) -> xr.DataArray:
    return volume.sel(month=volume.month.dt.year == year).sum("month")


def placements_in(year: int) -> Callable[[xr.Dataset], float]:
    """Read the mean number of placements in a calendar year, all groups and routes."""
    return lambda volumes: float(
        _in_year(volumes.placements, year).sum(("group", "route")).mean("replication")
    )


def starts_in(year: int) -> Callable[[xr.Dataset], float]:
    """Read the mean number of small jobs started in a calendar year, all groups."""
    return lambda volumes: float(
        _in_year(volumes.small_job_starts, year).sum("group").mean("replication")
    )


def recipients_in(month: str, groups: Sequence[str]) -> Callable[[xr.Dataset], float]:
    """Read the mean number of recipients of some groups at the end of a month."""
    return lambda volumes: float(
        volumes.recipients.sel(month=month, group=list(groups)).sum("group").mean("replication")
    )
