"""What an engine returns: integer volumes per replication and month, and events if asked for them.

May import the tables and the elements. An engine fills plain arrays; labels are put on once, here.
Volumes can also be laid out as one table of integers with a row for each replication. Events are
noted in order of occurrence, while an engine plays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Ints
from jobsim.engines.elements import ELEMENTS, EVENTS, VOLUMES, volumes_of
from jobsim.engines.tables import Tables
from jobsim.vocabulary import BANDS, CAUSES, ROUTES

if TYPE_CHECKING:
    import xarray as xr

Arrays = dict[str, Ints]

MODEL_VERSION = 2
"""Raised whenever a scenario's volumes change, so that volumes kept before are not taken for new.

A test holds checksums of the volumes of every preset and fails where they move without a new
version.
"""


def labels(tables: Tables) -> dict[str, npt.NDArray[Any]]:
    """Labels along every dimension of volumes but that of the replication."""
    codes = tables.services.codes
    return {
        "month": tables.months.astype("datetime64[ns]"),
        "group": _texts(tables.people.codes),
        "band": _texts(BANDS),
        "level": np.arange(tables.levels_shown),
        "route": _texts(ROUTES),
        "cause": _texts(CAUSES),
        "track": _texts(codes),
        "programme": _texts(codes[1:]),
        "support": _texts(tables.supports.codes),
    }


def _texts(codes: tuple[str, ...]) -> npt.NDArray[np.str_]:
    return np.array(codes, dtype=np.str_) if codes else np.array([], dtype="<U1")


def shapes(
    tables: Tables, plays: Collection[str] = tuple(ELEMENTS), *lead: int
) -> dict[str, tuple[int, ...]]:
    """Shape of a month of each volume of the elements played, behind other dimensions."""
    size = {dim: len(along) for dim, along in labels(tables).items()}
    return {
        name: (*lead, *(size[dim] for dim in one.dims)) for name, one in volumes_of(plays).items()
    }


def empty(tables: Tables, replications: int, plays: Collection[str] = tuple(ELEMENTS)) -> Arrays:
    """Arrays of zeros for some replications, one for each volume of the elements played."""
    shape_of = shapes(tables, plays, replications, len(tables.months))
    return {name: np.zeros(shape, dtype=np.int64) for name, shape in shape_of.items()}


def bytes_per_replication(tables: Tables) -> int:
    """Memory that the volumes of one replication take."""
    return sum(array.nbytes for array in empty(tables, 1).values())


def dataset(tables: Tables, arrays: Arrays, replications: Ints) -> xr.Dataset:
    """Put labels and units on volumes."""
    import xarray as xr

    variables = {
        name: (
            ("replication", "month", *one.dims),
            arrays[name],
            {"units": one.unit, "long_name": one.meaning},
        )
        for name, one in VOLUMES.items()
    }
    return xr.Dataset(variables, coords={"replication": replications, **labels(tables)})


def columns(tables: Tables) -> int:
    """Numbers that the volumes of one replication have."""
    return len(tables.months) * sum(map(prod, shapes(tables).values()))


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
    shape_of = shapes(tables, tuple(ELEMENTS), len(tables.months))
    parts = {name: np.ascontiguousarray(part) for name, part in parted(rows, shape_of).items()}
    return dataset(tables, parts, numbers)


def parted(rows: Ints, shape_of: Mapping[str, tuple[int, ...]]) -> Arrays:
    """Part rows of numbers into volumes, whose shapes take the place of the last dimension."""
    ends = np.cumsum([prod(shape) for shape in shape_of.values()])
    parts = np.split(rows, ends[:-1], axis=-1)
    return {
        name: part.reshape(*rows.shape[:-1], *shape)
        for (name, shape), part in zip(shape_of.items(), parts, strict=True)
    }


_CODES = {event: code for code, event in enumerate(EVENTS)}


class EventLog:
    """Events in order of occurrence, as an engine notes them down."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int, int, int]] = []
        self._blocks: list[Ints] = []

    def add(
        self, event: str, week: int, place: Ints | int, number: Ints | int, value: Ints | int = 0
    ) -> None:
        """Note that an event happens to one person, or to several.

        Parameters
        ----------
        event : str, a name in `EVENTS`
        week : int
        place : int or int64[n], place of the replication in the batch
        number : int or int64[n], number of the person in the replication
        value : int or int64[n]
        """
        code = _CODES[event]
        if isinstance(number, int):
            self._rows.append((code, week, int(place), number, int(value)))
            return
        columns = np.broadcast_arrays(code, week, place, number, value)
        self.extend(np.stack(columns, axis=-1).astype(np.int64))

    def extend(self, rows: Ints) -> None:
        """Note many events, whatever they are.

        Parameters
        ----------
        rows : int64[events, 5]
            Place of the event in `EVENTS`, week, place of the replication, number and value.
        """
        self._close()
        self._blocks.append(rows)

    def columns(self) -> Ints:
        """Code of the event, week, place of the replication, number and value: int64[5, events]."""
        self._close()
        return np.concatenate([np.zeros((0, 5), dtype=np.int64), *self._blocks]).T

    def _close(self) -> None:
        """Make a block of the events noted one by one, so that blocks stay in order."""
        if self._rows:
            self._blocks.append(np.array(self._rows, dtype=np.int64))
            self._rows = []
