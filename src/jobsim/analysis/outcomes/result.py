"""What every question gives back: printed, tabled, drawn and written by the same words everywhere.

May import records. Results are written as a workbook, or to a folder: CSV, Excel, NetCDF and the
run record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass, replace
from functools import partial, wraps
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.errors import InputError
from jobsim.files.writing import (
    Writer,
    csv_text,
    file_path,
    refuse_ending,
    text_writer,
    write_folder,
    write_whole,
)
from jobsim.ledger import Prices
from jobsim.text.currency import CURRENCY, in_currency
from jobsim.text.printed import Drawn, Framed, Printed

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class Result(Printed, Drawn, Framed):
    """What a question answers.

    A subclass says its tables (`_table` or `_parts`), its lines (`rows` or `_lines`) and which
    columns tell them apart (`_keys`); one that comes of a scenario has a `record`.
    """

    _name: ClassVar[str] = "table"
    """What its table of numbers is called in files."""

    if TYPE_CHECKING:

        @property
        def record(self) -> RunRecord | None:
            """What is needed to play it again; None where nothing was played."""

    def row(self, first: object = None, /, **values: object) -> Any:
        """The one line with these values in these columns; see `Framed.row`.

        The text of a quantity, such as "net_saving:state:2018", stands for all that it says.
        """
        keys = self._along()
        if first is None or keys[:1] != ["measure"]:
            return self._named(super().row(first, **values))
        said = {**_said(first), **values}
        side = said.get("side", "difference") if "side" not in keys else "difference"
        if side != "difference":
            raise InputError(f"row: {first}: lines are of the difference, with both levels in it")
        told = {name: one for name, one in said.items() if name in (*keys, *values)}
        return self._named(super().row(**told))

    def _named(self, line: Any) -> Any:
        """A line whose unit names the currency."""
        unit, currency = getattr(line, "unit", None), self._currency
        if not isinstance(unit, str) or currency == CURRENCY:
            return line
        unit = in_currency(unit, currency)
        if is_dataclass(line) and not isinstance(line, type):
            return replace(line, unit=unit)
        return SimpleNamespace(**(vars(line) | {"unit": unit}))

    def __init_subclass__(cls, **how: Any) -> None:
        super().__init_subclass__(**how)
        for name in ("to_dataset", "frames"):
            if name in vars(cls):
                setattr(cls, name, _in_its_currency(vars(cls)[name]))

    @property
    def _currency(self) -> str:
        prices = getattr(self, "prices", None)
        if isinstance(prices, Prices):
            return prices.currency
        record = self._recorded()
        return CURRENCY if record is None else record.prices.currency

    def to_frame(self) -> pd.DataFrame:
        """Every number as a table, one line per row; `attrs` name what was played and how."""
        frame = super().to_frame()
        frame.attrs.update(self._attrs())
        _name_currency(frame, self._currency)
        return frame

    def to_dataset(self) -> xr.Dataset:
        """The table as arrays, along what tells its lines apart; missing words are empty."""
        return super().to_dataset().assign_attrs(self._attrs())

    def _attrs(self) -> dict[str, str | int]:
        record = self._recorded()
        return {} if record is None else record.attrs

    def _recorded(self) -> RunRecord | None:
        record: RunRecord | None = getattr(self, "record", None)
        return record

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        return {self._name: self.to_frame()}

    def to_excel(self, path: str | Path, *, force: bool = False) -> Path:
        """Write its tables of numbers as sheets of one workbook, and how it was played.

        Parameters
        ----------
        path : path of an .xlsx file
        force : bool, whether a file that is there already is replaced

        Raises
        ------
        InputError
            If the path ends otherwise.
        OutputError
            If it cannot be written there, or a file is there already and `force` is not set.
        """
        path = file_path(path)
        refuse_ending(path, ".xlsx")
        write_whole(path, partial(_workbook, self.frames(), self._recorded()), force=force)
        return path

    def save(self, folder: str | Path, *, force: bool = False) -> list[Path]:
        """Write its tables (CSV, Excel), the dataset (NetCDF) and the run record to a folder.

        Parameters
        ----------
        folder : path of a folder, made if it is not there
        force : bool, whether files of the same name are replaced

        Returns
        -------
        list of Path, the files written

        Raises
        ------
        InputError
            If the folder is named like a file.
        OutputError
            If something cannot be written there, or a file is there already and `force` is not
            set.
        """
        tables, record = self.frames(), self._recorded()
        writers: dict[str, Writer] = {
            f"{name}.csv": text_writer(csv_text(frame)) for name, frame in tables.items()
        }
        writers["tables.xlsx"] = partial(_workbook, tables, record)
        writers["dataset.nc"] = partial(self.to_dataset().to_netcdf, engine="h5netcdf")
        if record is not None:
            writers["run.toml"] = text_writer(record.to_toml())
        return write_folder(file_path(folder), writers, force=force)


def _in_its_currency(made: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A method of a result whose table, tables or arrays name the currency of its price list."""

    @wraps(made)
    def named(self: Result) -> Any:
        found = made(self)
        for one in found.values() if isinstance(found, dict) else [found]:
            _name_currency(one, self._currency)
        return found

    return named


def _name_currency(found: pd.DataFrame | xr.Dataset, currency: str) -> None:
    """Write the currency into the units of a table or of arrays, in place."""
    import pandas as pd

    if currency == CURRENCY:
        return
    if isinstance(found, pd.DataFrame):
        if "unit" in found:
            found["unit"] = [in_currency(str(one), currency) for one in found["unit"]]
        return
    for attrs in (found.attrs, *(one.attrs for one in found.data_vars.values())):
        if "units" in attrs:
            attrs["units"] = in_currency(attrs["units"], currency)
    for one in found.coords.values():
        if "units" in one.attrs:
            one.attrs["units"] = in_currency(one.attrs["units"], currency)


def _said(first: object) -> dict[str, object]:
    """What the text of a quantity says by column; of any other measure its code alone."""
    try:
        found = first if isinstance(first, Quantity) else str(first)
        return about(quantity(found, ratios=True))
    except InputError:
        return {"measure": first}


def about(found: Quantity) -> dict[str, object]:
    """What a quantity is of, as columns of a table."""
    names = ("measure", "payer", "year", "group", "side")
    return {name: getattr(found, name) for name in names}


_FORMULA = tuple("=+-@")
_WIDEST = 48
"""Widest column of a worksheet, in characters."""


def _workbook(tables: Mapping[str, pd.DataFrame], record: RunRecord | None, path: Path) -> None:
    import pandas as pd

    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, frame in {**tables, **_run_sheet(record)}.items():
            finite = frame.replace([np.inf, -np.inf], ["inf", "-inf"])
            sheet_name = name.replace("_", " ").capitalize()[:31]
            finite.to_excel(book, sheet_name=sheet_name, index=frame.index.name is not None)
            sheet = book.sheets[sheet_name]
            sheet.freeze_panes = "B2"
            for column in sheet.columns:
                _keep_texts(column)
                longest = max(len(str(cell.value or "")) for cell in column)
                letter = column[0].column_letter
                sheet.column_dimensions[letter].width = min(_WIDEST, longest + 2)


def _keep_texts(column: Iterable[Any]) -> None:
    """Let texts of a worksheet be texts, also those that look like a formula or an error.

    A label comes from the scenario file, and that perhaps from a stranger.
    """
    for cell in column:
        if isinstance(cell.value, str):
            cell.data_type = "s"
            cell.quotePrefix = cell.value.startswith(_FORMULA)


def _run_sheet(record: RunRecord | None) -> dict[str, pd.DataFrame]:
    import pandas as pd

    if record is None:
        return {}
    told = record.attrs | dict(record.versions)
    return {"run": pd.DataFrame({"what": list(told), "value": list(map(str, told.values()))})}
