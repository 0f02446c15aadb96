"""Which cells a sweep plays: a grid, a table, or points in a box; may import scenario and points.

A design is read and refused here, before anything is played.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.errors import InputError, nearest
from jobsim.scenario.paths import as_data

if TYPE_CHECKING:
    import pandas as pd
    from scipy.stats.qmc import QMCEngine


DesignRow = dict[str, object]
Bounds = Mapping[str, tuple[float, float]]
DesignLike: TypeAlias = (
    "Mapping[str, Sequence[object]] | Sequence[Mapping[str, object]] | pd.DataFrame"
    " | npt.NDArray[Any] | QMCEngine"
)

_MOST_CELLS = 1_000_000


@dataclass(frozen=True)
class Design:
    """Cells in order, each with a value for every swept path.

    Parameters
    ----------
    paths : tuple of str
    rows : tuple of mapping of path to value, one for each cell
    axes : mapping of path to its values, or None
        For a grid, whose last path varies fastest.
    is_continuous : bool
        Whether values are points of a box, which are whole by luck only.
    """

    paths: tuple[str, ...]
    rows: tuple[DesignRow, ...]
    axes: Mapping[str, tuple[object, ...]] | None = None
    is_continuous: bool = False


def qmc_design(
    bounds: Bounds, points: int, *, method: str | QMCEngine = "auto", seed: int = 1
) -> list[dict[str, float]]:
    """Points that fill a box evenly, as a table for `sweep`.

    Parameters
    ----------
    bounds : mapping of path to (low, high)
    points : int
    method : str or scipy.stats.qmc.QMCEngine
        "auto": "sobol" or, where so few points would tie paths together, "latin_hypercube"; or one
        by its name, "random" too, or an engine. The first points of "sobol" and "random" never
        change when more are asked for.
    seed : int, 0 to 2**64 - 1

    Raises
    ------
    InputError
        If an argument is not valid.

    Examples
    --------
    >>> rows = qmc_design({"groups.job_ready.meeting_gain": (0.0, 0.35)}, 4)
    >>> all(0 < row["groups.job_ready.meeting_gain"] < 0.35 for row in rows)
    True
    """
    checked = _checked_bounds(bounds)
    return _in_box(unit_points(method, points, len(checked), seed=seed).values, checked)


def design_of(
    given: Any, *, bounds: Bounds | None = None, points: int | None = None, seed: int = 1
) -> Design:
    """Read a design; see `sweep`.

    Raises
    ------
    InputError
        If it is empty, incomplete, outside its bounds, or names a path twice.
    """
    box = None if bounds is None else _checked_bounds(bounds)
    if isinstance(given, Mapping):
        return _within(_grid(given), box)
    if hasattr(given, "to_dict") and hasattr(given, "columns"):
        for column in given.columns[given.columns.duplicated(keep=False)]:
            raise InputError(f"design: has the column {column} twice")
        given = given.to_dict("records")
    if hasattr(given, "reset") and hasattr(given, "d"):
        if points is None:
            raise InputError("points: how many points of the scipy.stats.qmc engine to play")
        given = unit_points(given, points, len(_needed(box)), seed=seed).values
    if isinstance(given, np.ndarray):
        rows = _in_box(_unit_array(given), _needed(box))
        return replace(_table(rows), is_continuous=True)
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(
            "design: must be a mapping of path to values, a table (DataFrame or list of mappings "
            f"of path to value) or points in the unit cube, got {type(given).__name__}"
        )
    return _within(_table(list(given)), box)


def _needed(box: Bounds | None) -> Bounds:
    if box is None:
        raise InputError("bounds: points in the unit cube need bounds={path: (low, high)}")
    return box


def _grid(given: Mapping[str, object]) -> Design:
    axes = {path: _axis(path, values) for path, values in given.items()}
    paths = _checked_paths(list(axes))
    count = math.prod(len(values) for values in axes.values())
    if count > _MOST_CELLS:
        raise InputError(f"design: has {count:,} cells; {_MOST_CELLS:,} at most can be played")
    rows = tuple(dict(zip(paths, values, strict=True)) for values in product(*axes.values()))
    return Design(paths, rows, axes)


def _axis(path: str, values: object) -> tuple[object, ...]:
    if isinstance(values, (str, Mapping, Schedule)) or not isinstance(values, Iterable):
        raise InputError(f"design: {path}: must be a list of values, got {values!r}")
    found = tuple(values)
    if not found:
        raise InputError(f"design: {path}: has no values")
    for place, value in enumerate(found):
        _check_value(value, f"{path}: value {place}")
        if any(as_data(value) == as_data(earlier) for earlier in found[:place]):
            raise InputError(f"design: {path}: has {value!r} twice")
    return found


def _table(rows: Sequence[object]) -> Design:
    if not rows:
        raise InputError("design: has no cells")
    read: list[DesignRow] = []
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            kind = f"must be a mapping of path to value, got {type(row).__name__}"
            raise InputError(f"design: row {number}: {kind}")
        read.append(dict(row))
    paths = _checked_paths(list(read[0]))
    for number, row in enumerate(read):
        for path in (*paths, *row):
            if path not in row:
                raise InputError(f"design: row {number}: has no {path}, which row 0 has")
            if path not in paths:
                raise InputError(f"design: row {number}: has {path}, which row 0 has not")
            _check_value(row[path], f"row {number}, column {path}")
    return Design(paths, tuple(read))


def _checked_paths(paths: Sequence[object]) -> tuple[str, ...]:
    """Paths that are text, at least one, none within another."""
    if not paths:
        raise InputError("design: names no path")
    found: list[str] = []
    for path in paths:
        if not isinstance(path, str):
            raise InputError(f"design: a path is text such as groups.x.stock, got {path!r}")
        for earlier in found:
            a, b = (f"{one.removesuffix('.scale')}." for one in (earlier, path))
            if a.startswith(b) or b.startswith(a):
                raise InputError(f"design: {earlier} and {path} both change the same value")
        found.append(path)
    return tuple(found)


def _check_value(value: Any, where: str) -> None:
    from pandas import isna

    found = isna(value)  # None, not a number, and pandas' signs for it
    if isinstance(found, (bool, np.bool_)) and found:
        raise InputError(f"design: {where}: is missing ({value})")
    if isinstance(value, (float, np.floating)) and not math.isfinite(value):
        raise InputError(f"design: {where}: must be a finite number, got {value}")


def _checked_bounds(bounds: object) -> Bounds:
    if not isinstance(bounds, Mapping):
        raise InputError(f"bounds: must be a mapping of path to (low, high), got {bounds!r}")
    for path in _checked_paths(list(bounds)):
        ends = bounds[path]
        pair = isinstance(ends, (tuple, list, np.ndarray)) and len(ends) == 2
        if not pair or not all(_is_real(end) for end in ends) or not ends[0] < ends[1]:
            raise InputError(
                f"bounds: {path}: must be (low, high), low below high, both finite, got {ends!r}"
            )
    return bounds


def _is_real(value: Any) -> bool:
    real = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return real and math.isfinite(value)


def _within(design: Design, bounds: Bounds | None) -> Design:
    """Refuse a design with a value outside its bounds."""
    bounds = bounds or {}
    for path in bounds:
        if path not in design.paths:
            hint = nearest(path, design.paths)
            raise InputError(f"bounds: {path}: the design does not have it{hint}")
    for number, row in enumerate(design.rows):
        for path, (low, high) in bounds.items():
            value: Any = row[path]
            if not _is_real(value) or not low <= value <= high:
                raise InputError(
                    f"design: row {number}, column {path}: must be from {low:g} to {high:g}, "
                    f"got {value!r}"
                )
    return design


def _unit_array(points: npt.NDArray[Any]) -> Floats:
    if points.ndim != 2 or not points.size or points.dtype.kind not in "fiu":
        raise InputError(
            "design: points in the unit cube are numbers[points, paths], "
            f"got {points.dtype}{list(points.shape)}"
        )
    wrong = np.argwhere(~((points >= 0) & (points <= 1)))
    if len(wrong):
        row, column = wrong[0].tolist()
        raise InputError(
            f"design: row {row}, column {column}: must be from 0 to 1, got "
            f"{points[row, column]:g}; points of other ranges go in a table"
        )
    return points.astype(np.float64)


def _in_box(points: Floats, bounds: Bounds) -> list[dict[str, float]]:
    if points.shape[1] != len(bounds):
        raise InputError(
            f"bounds: has {len(bounds)} paths and the design has {points.shape[1]} columns"
        )
    low, high = (np.array([ends[i] for ends in bounds.values()], dtype=float) for i in (0, 1))
    placed = low + points * (high - low)
    return [dict(zip(bounds, row, strict=True)) for row in placed.tolist()]
