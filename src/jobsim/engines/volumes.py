"""What an engine returns: integer volumes per replication and month, as a labelled dataset.

May import the tables. An engine fills plain arrays; labels are put on once, here.

The version of what the numbers mean; imports nothing.

Volumes as one table of integers, a row for each replication.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.engines.tables import Tables
from jobsim.vocabulary import BANDS, CAUSES, ROUTES

if TYPE_CHECKING:
    import xarray as xr

Arrays = dict[str, npt.NDArray[np.int64]]


VOLUMES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "benefit_weeks": (("group", "band", "level"), "person-weeks", "weeks on benefit"),
    "employed_weeks": (("group", "route"), "person-weeks", "weeks in work after benefit"),
    "left_weeks": (("group", "cause"), "person-weeks", "weeks since leaving for good"),
    "placements": (("group", "route"), "persons", "persons leaving benefit for work"),
    "returns": (("group",), "persons", "persons back on benefit after a job"),
    "not_returned": (("group",), "persons", "persons whose job ended and who left for good"),
    "other_exits": (("group",), "persons", "persons leaving benefit for something else"),
    "arrivals": (("group",), "persons", "new recipients"),
    "meetings": (("track", "group"), "meetings", "meetings held"),
    "meetings_on_time": (("track",), "meetings", "meetings held in the week they were due"),
    "waiting_weeks": (("track",), "weeks", "weeks waited for the meetings held"),
    "no_shows": (("track",), "meetings", "meetings nobody came to"),
    "unmet": (("track",), "person-weeks", "weeks in which somebody was due and not called"),
    "participant_weeks": (("programme",), "person-weeks", "weeks in a programme"),
    "admissions": (("programme",), "persons", "persons admitted to a programme"),
    "small_job_starts": (("group",), "persons", "small jobs started"),
    "small_job_drops": (("group",), "persons", "small jobs that ended without work"),
    "openings_lost": (("group",), "openings", "small-job openings without a taker"),
    "supports_granted": (("support",), "grants", "supports granted"),
    "recipients": (("group",), "persons", "persons on benefit at the end of the month"),
}
"""Dimensions after (replication, month), unit and meaning of every volume."""


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


def empty(tables: Tables, replications: int) -> Arrays:
    """Arrays of zeros for some replications."""
    size = sizes(tables)
    return {
        name: np.zeros((replications, size["month"], *(size[dim] for dim in dims)), dtype=np.int64)
        for name, (dims, _, _) in VOLUMES.items()
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
            ("replication", "month", *dims),
            arrays[name],
            {"units": unit, "long_name": meaning},
        )
        for name, (dims, unit, meaning) in VOLUMES.items()
    }
    return xr.Dataset(variables, coords=coordinates)


def _labels(codes: tuple[str, ...]) -> npt.NDArray[np.str_]:
    return np.array(codes, dtype=np.str_) if codes else np.array([], dtype="<U1")


MODEL_VERSION = 1
"""Raised whenever a scenario's volumes change, so that volumes kept before are not taken for new.

A test holds checksums of the volumes of every preset and fails where they move without a new
version.
"""


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
