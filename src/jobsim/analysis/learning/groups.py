"""A posterior as a tree of datasets, in the groups that ArviZ knows; may import posteriors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from jobsim.analysis.learning.aims import Aim, values_and_errors
from jobsim.analysis.learning.posterior import Learned
from jobsim.analysis.learning.sampling import evenly
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats

if TYPE_CHECKING:
    import xarray as xr

_DIMS = ("chain", "draw")


def tree_of(
    posterior: Mapping[str, Floats],
    prior: Mapping[str, Floats],
    figures: Mapping[str, Floats],
    aims: Sequence[Aim],
    units: Mapping[str, str],
    attrs: Mapping[str, Any],
) -> xr.DataTree:
    """Groups posterior, prior, posterior_predictive and observed_data.

    Parameters
    ----------
    posterior, prior : mapping of path to float64[draws]
    figures : mapping of the name of a target to float64[draws], predictions of it
    aims : sequence of Aim, what was observed
    units : mapping of path to unit
    attrs : mapping, of the tree and of every group; tables among them become JSON
    """
    import xarray as xr

    targets = {aim.name: aim for aim in aims}
    units = {**units, **{name: aim.unit for name, aim in targets.items()}}
    groups = {"posterior": posterior, "prior": prior, "posterior_predictive": figures}
    plain = {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in attrs.items()}
    tree = {name: xr.Dataset(_variables(table, units)) for name, table in groups.items()}
    observed = {name: _observed(aim) for name, aim in targets.items()}
    tree["observed_data"] = xr.Dataset(observed)
    for one in tree.values():
        one.attrs.update(plain)
        if "draw" in one.sizes:
            one.coords.update({name: np.arange(one.sizes[name]) for name in _DIMS})
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs=plain), **tree})


def _variables(table: Mapping[str, Floats], units: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: (_DIMS, values[None, :], {"units": units.get(name, "")})
        for name, values in table.items()
    }


def _observed(aim: Aim) -> tuple[tuple[()], float, dict[str, Any]]:
    target = aim.target
    told = {"units": aim.unit, "standard_error": target.error, "role": target.role}
    return (), target.value, told | {"when": target.when, "long_name": aim.label}


def predictive(learned: Learned, aims: Sequence[Aim], count: int, seed: int) -> dict[str, Floats]:
    """Equally likely predictions of each figure: parameters, chance and error of the figure.

    Parameters
    ----------
    learned : Learned
    aims : sequence of Aim, in the order of what was played
    count : int
    seed : int

    Returns
    -------
    mapping of the name of a target to float64[count]
        A row of all of them is one future under one draw.
    """
    futures = learned.futures.shape[2]
    shares = np.repeat(learned.weights / futures, futures)
    rows = np.moveaxis(learned.futures, 1, 2).reshape(-1, len(aims))
    chosen = rows[evenly(rows, shares, count, seed)]
    _, errors = values_and_errors(aims)
    noise = ndtri(unit_points("sobol", count, len(aims), seed=seed).values)
    found = chosen + errors * noise
    return {aim.name: found[:, place] for place, aim in enumerate(aims)}
