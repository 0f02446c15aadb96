"""Volumes as one table of integers, a row for each replication; may import tables and volumes."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.engines.tables import Tables
from jobsim.engines.volumes import VOLUMES, dataset, sizes

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["columns", "flat", "labelled"]

Ints = npt.NDArray[np.int64]


def columns(tables: Tables) -> int:
    """Numbers that the volumes of one replication have."""
    return sum(prod(shape) for shape in _shapes(tables).values())


def flat(volumes: xr.Dataset) -> Ints:
    """Lay volumes side by side, in the order of `VOLUMES`: int64[replications, columns]."""
    rows = volumes.sizes["replication"]
    return np.concatenate([volumes[name].values.reshape(rows, -1) for name in VOLUMES], axis=1)


def labelled(tables: Tables, rows: Ints, numbers: Ints) -> xr.Dataset:
    """Undo `flat`.

    Parameters
    ----------
    tables : Tables of the scenario that was played
    rows : int64[replications, columns]
    numbers : int64[replications], the numbers of the replications
    """
    shapes = _shapes(tables)
    ends = np.cumsum([prod(shape) for shape in shapes.values()])
    parts = np.split(rows, ends[:-1], axis=1)
    arrays = {
        name: np.ascontiguousarray(part).reshape(len(rows), *shape)
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }
    return dataset(tables, arrays, numbers)


def _shapes(tables: Tables) -> dict[str, tuple[int, ...]]:
    size = sizes(tables)
    return {
        name: tuple(size[dim] for dim in ("month", *dims)) for name, (dims, _, _) in VOLUMES.items()
    }
