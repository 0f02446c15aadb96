"""Write results to a folder: CSV, Excel, NetCDF and the run record; may import layers 0 to 3.

Files are written to a temporary folder beside their place and then renamed, so that a run that is
killed leaves nothing half-written behind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.record import RunRecord
from jobsim.errors import OutputError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["save_tables", "without_formulas"]

_FORMULA = tuple("=+-@")
"""What a formula begins with."""
_WIDEST = 48
"""Widest column of a worksheet, in characters."""


def save_tables(
    folder: str | Path,
    tables: Mapping[str, pd.DataFrame],
    data: xr.Dataset | None,
    record: RunRecord,
) -> list[Path]:
    """Write tables as CSV and one workbook, a dataset as NetCDF if given, and the run record.

    Parameters
    ----------
    folder : path of a folder, made if it is not there; files of the same name are replaced
    tables : mapping of name to DataFrame; an index with a name is written, others are not
    data : Dataset or None
    record : RunRecord

    Returns
    -------
    list of Path, the files written

    Raises
    ------
    OutputError
        If something cannot be written there.
    """
    writers: dict[str, Callable[[Path], object]] = {
        f"{name}.csv": _csv_writer(frame) for name, frame in tables.items()
    }
    writers["tables.xlsx"] = lambda path: _workbook(path, tables)
    if data is not None:
        writers["dataset.nc"] = lambda path: data.to_netcdf(path, engine="h5netcdf")
    writers["run.toml"] = lambda path: path.write_text(record.to_toml(), encoding="utf-8")
    return _write_all(Path(folder), writers)


def _csv_writer(frame: pd.DataFrame) -> Callable[[Path], object]:
    """Writer of a CSV file with a byte order mark, without which Excel garbles Danish letters."""
    keep = frame.index.name is not None
    return lambda path: without_formulas(frame).to_csv(path, index=keep, encoding="utf-8-sig")


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    r"""Texts that a spreadsheet would take for a formula, after an apostrophe.

    A label comes from the scenario file, and that perhaps from a stranger.

    Examples
    --------
    >>> import pandas as pd
    >>> without_formulas(pd.DataFrame({"label": ["=1+1", "Jobs"], "value": [-1, 2]})).to_csv()
    ",label,value\n0,'=1+1,-1\n1,Jobs,2\n"
    """
    return frame.map(
        lambda cell: f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell
    )


def _workbook(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    import pandas as pd

    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, frame in tables.items():
            finite = without_formulas(frame).replace([np.inf, -np.inf], np.nan)
            sheet_name = name.replace("_", " ").capitalize()[:31]
            finite.to_excel(book, sheet_name=sheet_name, index=frame.index.name is not None)
            sheet = book.sheets[sheet_name]
            sheet.freeze_panes = "B2"
            for column in sheet.columns:
                longest = max(len(str(cell.value or "")) for cell in column)
                letter = column[0].column_letter
                sheet.column_dimensions[letter].width = min(_WIDEST, longest + 2)


def _write_all(folder: Path, writers: Mapping[str, Callable[[Path], object]]) -> list[Path]:
    """Write files to a temporary folder, then move them to their place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".jobsim-", dir=folder))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise OutputError(f"{folder}: cannot be written ({why})") from error
    try:
        for name, write in writers.items():
            write(temporary / name)
        for name in writers:
            os.replace(temporary / name, folder / name)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return [folder / name for name in writers]
