"""Tables of numbers as users give them, with the labels they carry; may import errors and text.

Tables that meet are laid together by these labels: columns by name, rows by index. Where one of
them has none, being an array or a list, position counts.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from jobsim.arrays import LARGEST, Floats, Ints
from jobsim.errors import InputError
from jobsim.text.tables import counted, plural

if TYPE_CHECKING:
    import pandas as pd

Labels = tuple[Hashable, ...]
Flat = Literal["row", "column"]
_Label = TypeVar("_Label", bound=Hashable)


@dataclass(frozen=True, eq=False)
class GivenTable:
    """A table that an argument holds, and what its rows and columns are called.

    Parameters
    ----------
    argument : str, for errors
    what : str, what a column is, such as "option"
    cells : array[rows, columns] or array[rows, columns, futures]
        As they were given; `numbers` reads them.
    rows, columns : tuple of labels, or None where it has none
    """

    argument: str
    what: str
    cells: npt.NDArray[Any]
    rows: Labels | None
    columns: tuple[str, ...] | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns; without any, "option 1" and so on."""
        if self.columns is not None:
            return self.columns
        return tuple(f"{self.what} {number}" for number in range(1, self.cells.shape[1] + 1))

    def on_rows_of(self, other: GivenTable) -> GivenTable:
        """Its rows in the order of another table's, which must be the same."""
        places = _places(self, other, "row", (self.rows, other.rows), 0)
        return replace(self, cells=self.cells[places], rows=other.rows or self.rows)

    def on_columns_of(self, other: GivenTable) -> GivenTable:
        """Its columns in the order of another table's, which must be the same."""
        places = _places(self, other, self.what, (self.columns, other.columns), 1)
        return replace(self, cells=self.cells[:, places], columns=other.columns or self.columns)

    def named(self, names: Sequence[str] | None) -> GivenTable:
        """Its columns under other names; names of its own, in another order, put them into it."""
        if names is None:
            return self
        count = self.cells.shape[1]
        if isinstance(names, str) or len(names) != count:
            given = repr(names) if isinstance(names, str) else str(len(names))
            raise InputError(
                f"names: {given} given for {counted(count, self.what)}; give one per {self.what}"
            )
        wanted = replace(self, argument="names", columns=_columns(names, "names", self.what))
        if set(self.columns or ()) == set(wanted.names):
            return self.on_columns_of(wanted)
        return replace(self, columns=wanted.columns)

    def numbers(self) -> Floats:
        """Every cell as a number, in the shape of the cells.

        Raises
        ------
        InputError
            If one is no finite number, or too large for sums; the message names its row and column.
        """
        found = _numbers(self.cells)
        wrong = np.argwhere(~(np.abs(found) <= LARGEST))
        if len(wrong):
            row, column, *future = wrong[0].tolist()
            place, hint = self._place(row, column)
            place += f", future {future[0]}" if future else ""
            at = tuple(wrong[0])
            finite = np.isfinite(found[at])
            must = f"between -{LARGEST:g} and {LARGEST:g}" if finite else "a finite number"
            raise InputError(
                f"{self.argument}: {place} is {shown(self.cells[at])}; it must be {must}{hint}"
            )
        return found

    def _place(self, row: int, column: int) -> tuple[str, str]:
        """Row and column of a cell in words, and how rows are counted."""
        count, width = self.cells.shape[:2]
        words, hint = [], ""
        if self.rows is not None:
            words.append(f"row {shown(self.rows[row])}")
        elif count > 1 or width == 1:
            words, hint = [f"row {row}"], " (rows count from 0)"
        if self.columns is not None:
            words.append(f"{self.what} {shown(self.columns[column])}")
        elif width > 1:
            words.append(self.names[column])
        return ", ".join(words), hint


def _places(
    own: GivenTable,
    other: GivenTable,
    what: str,
    labels: tuple[Labels | None, Labels | None],
    axis: int,
) -> Ints:
    """Where each row or column of another table stands in one's own."""
    mine, theirs = labels
    count, wanted = own.cells.shape[axis], other.cells.shape[axis]
    if mine is None or theirs is None:
        if count != wanted:
            raise InputError(
                f"{own.argument}: has {counted(count, what)}, {other.argument} has {wanted}; "
                "they must be the same, in the same order"
            )
        return np.arange(count)
    _refuse_lack(own, mine, other, theirs, what)
    _refuse_lack(other, theirs, own, mine, what)
    place = {label: number for number, label in enumerate(mine)}
    return np.array([place[label] for label in theirs], dtype=np.int64)


def _refuse_lack(
    table: GivenTable, has: Labels, other: GivenTable, wanted: Labels, what: str
) -> None:
    known = set(has)
    for label in wanted:
        if label not in known:
            raise InputError(
                f"{table.argument}: has no {what} {shown(label)}, which {other.argument} has; "
                "name both alike, or give arrays, which go by position"
            )


def together(
    given: Mapping[str, Any],
    what: str,
    names: Sequence[str] | None = None,
    *,
    flat: Flat | None = None,
    futures: bool = False,
) -> list[GivenTable]:
    """Tables that must have the same rows and columns, in the order of the first with labels.

    Parameters
    ----------
    given : mapping of argument to table
    what : str, what a column is
    names : sequence of str, optional
        Names of the columns.
    flat, futures : see `read_table`

    Raises
    ------
    InputError
        If a row or column is in one of them only; where one has no labels, if they are not as many.

    Examples
    --------
    >>> import pandas as pd
    >>> costs = pd.DataFrame({"now": [1, 2], "more": [5, 6]})
    >>> _, again = together({"costs": costs, "effects": costs[["more", "now"]]}, "option")
    >>> again.numbers().tolist()
    [[1.0, 5.0], [2.0, 6.0]]
    """
    tables = [
        read_table(one, name, what, flat=flat, futures=futures) for name, one in given.items()
    ]
    tables = _on_same_rows(tables)
    first = next((one for one in tables if one.columns is not None), tables[0])
    return [one.on_columns_of(first).named(names) for one in tables]


def _on_same_rows(tables: Sequence[GivenTable]) -> list[GivenTable]:
    first = next((one for one in tables if one.rows is not None), tables[0])
    return [one.on_rows_of(first) for one in tables]


def read_table(
    value: Any, argument: str, what: str, *, flat: Flat | None = None, futures: bool = False
) -> GivenTable:
    """Read an array, a list, a table or column of pandas or xarray, or columns by name.

    Parameters
    ----------
    value : the table
    argument : str, its name in errors
    what : str, what a column is
    flat : "row" or "column", optional
        What numbers in one line are; without it, they are refused.
    futures : bool
        Whether a third axis, of futures, is allowed.

    Raises
    ------
    InputError
        If it is no table or empty, or a label occurs more than once.
    """
    if isinstance(value, Mapping):
        return _of_mapping(value, argument, what, flat)
    cells, rows, columns = _parts(value, argument)
    shape = cells.shape
    if cells.ndim == 1 and flat == "row":
        cells, rows, columns = cells[None, :], None, rows
    elif cells.ndim == 1 and flat == "column":
        name = getattr(value, "name", None)
        cells, columns = cells[:, None], None if name is None else [name]
    if cells.ndim not in ((2, 3) if futures else (2,)) or cells.size == 0:
        lines = {None: "", "row": f"[{plural(what)}] or ", "column": "[draws] or "}[flat]
        lines += f"[draws, {plural(what)}]"
        lines += f" or [draws, {plural(what)}, futures]" if futures else ""
        raise InputError(f"{argument}: has shape {shape}; it must be {lines}, not empty")
    index = None if rows is None else _once(tuple(rows), argument, "row")
    names = None if columns is None else _columns(columns, argument, what)
    return GivenTable(argument, what, cells, index, names)


def _of_mapping(
    value: Mapping[Any, Any], argument: str, what: str, flat: Flat | None
) -> GivenTable:
    """Columns by name, laid together by their own labels; or, flat, one number each."""
    names = _columns(value, argument, what)
    if not names:
        raise InputError(f"{argument}: is empty; it must have a column for each {what}")
    if flat == "row" and all(np.ndim(one) == 0 for one in value.values()):
        return GivenTable(argument, what, np.array([[*value.values()]], object), None, names)
    parts = [
        read_table(one, f"{argument}: {what} {shown(name)}", "number", flat="column")
        for name, one in zip(names, value.values(), strict=True)
    ]
    for one in parts:
        if one.cells.shape[1] > 1:
            raise InputError(f"{one.argument}: has shape {one.cells.shape}; it must be [draws]")
    parts = _on_same_rows(parts)
    cells = np.concatenate([one.cells for one in parts], axis=1)
    return GivenTable(argument, what, cells, parts[0].rows, names)


def _parts(value: Any, argument: str) -> tuple[npt.NDArray[Any], Any, Any]:
    """Cells, labels of rows and names of columns."""
    rows = columns = None
    if hasattr(value, "dims") and 0 < value.ndim < 4:  # of xarray
        value = value.transpose("draw", ..., "future", missing_dims="ignore")
        if value.ndim == 3:
            rows, columns = (value.indexes.get(axis) for axis in value.dims[:2])
            return value.to_numpy(), rows, columns
        value = value.to_pandas()
    if hasattr(value, "to_numpy"):
        rows, columns = getattr(value, "index", None), getattr(value, "columns", None)
        value = value.to_numpy()
    elif isinstance(value, np.ma.MaskedArray):  # what is masked is missing
        value = value.tolist()
    try:
        cells = np.asarray(value)
        cells = cells if cells.dtype.kind in "biuf" else np.asarray(value, dtype=object)
    except (TypeError, ValueError) as error:
        raise InputError(f"{argument}: cannot be read as a table of numbers ({error})") from error
    return cells, rows, columns


def _columns(names: Iterable[Any], argument: str, what: str) -> tuple[str, ...]:
    return _once(tuple(map(str, names)), argument, what)


def _once(labels: tuple[_Label, ...], argument: str, what: str) -> tuple[_Label, ...]:
    seen: set[Hashable] = set()
    for label in labels:
        if label in seen:
            raise InputError(
                f"{argument}: {what} {shown(label)} occurs more than once; each needs its own name"
            )
        seen.add(label)
    return labels


def _numbers(cells: npt.NDArray[Any]) -> Floats:
    """Cells as numbers; what is none becomes not a number."""
    if cells.dtype == object:
        numbers = [_number(cell) for cell in cells.ravel()]
        return np.array(numbers, dtype=np.float64).reshape(cells.shape)
    with np.errstate(over="ignore"):
        return cells.astype(np.float64)


def _number(cell: Any) -> float:
    if not isinstance(cell, (Real, Decimal, np.bool_)):
        return math.nan
    try:
        return float(cell)
    except (OverflowError, ValueError):
        return math.inf


def index_of_draws(rows: Labels | None, count: int) -> pd.Index[Any]:
    """Labels of draws as an index; without any, draws are numbered from 0."""
    import pandas as pd

    index = pd.RangeIndex(count) if rows is None else pd.Index(rows)
    return index.rename("draw") if index.nlevels == 1 else index


def shown(cell: object) -> str:
    """A label or cell in an error."""
    text = str(cell)
    text = text if len(text) <= 40 else text[:37] + "…"
    return f'"{text}"' if isinstance(cell, str) else text
