"""What an engine returns: integer volumes per replication and month, as a labelled dataset.

May import the tables and the elements. An engine fills plain arrays; labels are put on once, here.
Volumes can also be laid out as one table of integers with a row for each replication.
"""

from __future__ import annotations

from collections.abc import Collection
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.engines.elements import ELEMENTS, VOLUMES, volumes_of
from jobsim.engines.tables import Tables
from jobsim.vocabulary import BANDS, CAUSES, ROUTES

if TYPE_CHECKING:
    import xarray as xr

Ints = npt.NDArray[np.int64]
Arrays = dict[str, Ints]

MODEL_VERSION = 1
"""Raised whenever a scenario's volumes change, so that volumes kept before are not taken for new.

A test holds checksums of the volumes of every preset and fails where they move without a new
version.
"""


def sizes(tables: Tables) -> dict[str, int]:
    """Length of every dimension of volumes."""
    return {
        "month": len(tables.months),
        "group": len(tables.people.codes),
        "band": len(BANDS),
        "level": tables.levels_shown,
        "route": len(ROUTES),
        "cause": len(CAUSES),
        "track": len(tables.services.codes),
        "programme": len(tables.services.codes) - 1,
        "support": len(tables.supports.codes),
    }


def empty(tables: Tables, replications: int, plays: Collection[str] = tuple(ELEMENTS)) -> Arrays:
    """Arrays of zeros for some replications, one for each volume of the elements played."""
    size = sizes(tables)
    return {
        name: np.zeros((replications, size["month"], *(size[dim] for dim in one.dims)), np.int64)
        for name, one in volumes_of(plays).items()
    }


def bytes_per_replication(tables: Tables) -> int:
    """Memory that the volumes of one replication take."""
    return sum(array.nbytes for array in empty(tables, 1).values())


def dataset(tables: Tables, arrays: Arrays, replications: npt.NDArray[np.int64]) -> xr.Dataset:
    """Put labels and units on volumes."""
    import xarray as xr

    codes = tables.services.codes
    coordinates = {
        "replication": replications,
        "month": tables.months.astype("datetime64[ns]"),
        "group": _labels(tables.people.codes),
        "band": _labels(BANDS),
        "level": np.arange(tables.levels_shown),
        "route": _labels(ROUTES),
        "cause": _labels(CAUSES),
        "track": _labels(codes),
        "programme": _labels(codes[1:]),
        "support": _labels(tables.supports.codes),
    }
    variables = {
        name: (
            ("replication", "month", *one.dims),
            arrays[name],
            {"units": one.unit, "long_name": one.meaning},
        )
        for name, one in VOLUMES.items()
    }
    return xr.Dataset(variables, coords=coordinates)


def _labels(codes: tuple[str, ...]) -> npt.NDArray[np.str_]:
    return np.array(codes, dtype=np.str_) if codes else np.array([], dtype="<U1")


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
    return {name: tuple(size[dim] for dim in ("month", *one.dims)) for name, one in VOLUMES.items()}
