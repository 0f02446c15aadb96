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

from jobsim.errors import OutputError

if TYPE_CHECKING:
    import pandas as pd

    from jobsim.analysis.comparison import Comparison
    from jobsim.analysis.outcome import Outcome

__all__ = ["municipal_table", "save_comparison", "save_outcome"]

Writers = Mapping[str, Callable[[Path], object]]


def save_comparison(result: Comparison, folder: str | Path) -> list[Path]:
    """Write a comparison: measures and claims as CSV, one workbook, the dataset, the record.

    Parameters
    ----------
    result : Comparison
    folder : path of a folder, made if it is not there; files of the same name are replaced

    Returns
    -------
    list of Path, the files written

    Raises
    ------
    OutputError
        If something cannot be written there.
    """
    frame, budget, claims = result.to_frame(), municipal_table(result), _claims(result)
    sheets = {"Municipality by budget year": budget, "Measures": frame, "Claims": claims}
    return write_all(
        Path(folder),
        {
            "measures.csv": lambda path: frame.to_csv(path, index=False),
            "municipality_by_budget_year.csv": budget.to_csv,
            "claims.csv": lambda path: claims.to_csv(path, index=False),
            "tables.xlsx": lambda path: _workbook(path, sheets),
            "dataset.nc": lambda path: result.to_dataset().to_netcdf(path, engine="h5netcdf"),
            "run.toml": lambda path: path.write_text(result.record.to_toml(), encoding="utf-8"),
        },
    )


def save_outcome(outcome: Outcome, folder: str | Path) -> list[Path]:
    """Write a run of one scenario: measures as CSV and workbook, the dataset, the record."""
    frame = outcome.to_frame()
    return write_all(
        Path(folder),
        {
            "measures.csv": lambda path: frame.to_csv(path, index=False),
            "tables.xlsx": lambda path: _workbook(path, {"Measures": frame}),
            "dataset.nc": lambda path: outcome.played.volumes.to_netcdf(path, engine="h5netcdf"),
            "run.toml": lambda path: path.write_text(outcome.record.to_toml(), encoding="utf-8"),
        },
    )


def municipal_table(result: Comparison) -> pd.DataFrame:
    """The municipality's mean increments by ledger line and budget year, DKK nominal.

    Returns
    -------
    DataFrame, one row per ledger line and a total, one column per calendar year and a sum
    """
    import pandas as pd

    mean = result.increments.sel(payer="municipality").mean("replication")
    years = result.played.months.astype("datetime64[Y]").astype(int) + 1970
    lines = mean.transpose("line", "month").values
    table = pd.DataFrame(
        {str(year): lines[:, years == year].sum(axis=1) for year in result.played.years},
        index=pd.Index([str(line) for line in mean.line.values], name="DKK, scenario − baseline"),
    )
    table["whole run"] = table.sum(axis=1)
    table.loc["net saving"] = table.sum(axis=0)
    return table


def _claims(result: Comparison) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "claim": v.claim.label,
                "measure": v.claim.measure,
                "year": v.claim.year,
                "role": v.claim.role,
                "claimed": v.claim.value,
                "model": v.model.mean,
                "range_low": v.model.range_low,
                "range_high": v.model.range_high,
                "unit": v.unit,
                "verdict": v.verdict,
            }
            for v in result.verdicts
        ]
    )


def _workbook(path: Path, sheets: Mapping[str, pd.DataFrame]) -> None:
    import pandas as pd

    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, frame in sheets.items():
            finite = frame.replace([np.inf, -np.inf], np.nan)
            finite.to_excel(book, sheet_name=name, index=frame.index.name is not None)
            sheet = book.sheets[name]
            sheet.freeze_panes = "B2"
            for column in sheet.columns:
                longest = max(len(str(cell.value or "")) for cell in column)
                sheet.column_dimensions[column[0].column_letter].width = min(48, longest + 2)


def write_all(folder: Path, writers: Writers) -> list[Path]:
    """Write files to a temporary folder, then move them to their place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".jobsim-", dir=folder))
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror})") from error
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
