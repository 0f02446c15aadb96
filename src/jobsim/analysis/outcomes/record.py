"""The run record, from which a run can be played again; may import scenario and ledger.

A record is a TOML file with the tables `run` (versions, seed, engine, replications), `scenario`,
`prices` and, for a comparison, `baseline`, each in full. Results are written to a folder with it:
CSV, Excel, NetCDF.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field, ValidationError

from jobsim.errors import InputError, OutputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, dump_toml, read_toml
from jobsim.scenario.document import refuse_beyond_limits
from jobsim.scenario.fields import Room
from jobsim.scenario.files import refuse_to_replace
from jobsim.scenario.paths import as_data, first_error

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_PACKAGES = ("jobsim", "numpy", "scipy", "xarray", "pandas", "pydantic")
_MOST_REPLICATIONS = 10_000_000
"""Most replications of a record: their mere numbers take 400 MB."""


def versions_here() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


@dataclass(frozen=True)
class RunRecord:
    """A run that can be replayed.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario or None
        None for a run of one scenario.
    prices : Prices
    replications : list of int
        Numbers of the replications.
    seed : int
    engine : str
    versions : mapping of package to version, of the machine that wrote it
    """

    scenario: Scenario
    baseline: Scenario | None
    prices: Prices
    replications: list[int]
    seed: int
    engine: str
    versions: Mapping[str, str] = field(default_factory=versions_here)

    def to_toml(self) -> str:
        """TOML text of the record; replications 0 … n-1 are written as n."""
        numbers = self.replications
        data: dict[str, Any] = {
            "run": {
                "seed": str(self.seed),
                "engine": self.engine,
                "replications": len(numbers) if numbers == list(range(len(numbers))) else numbers,
                "versions": dict(self.versions),
            },
            "prices": self.prices.to_dict(),
            "scenario": self.scenario.to_dict(),
        }
        if self.baseline is not None:
            data["baseline"] = self.baseline.to_dict()
        return dump_toml(data)


def read_record(path: Path) -> RunRecord | None:
    """Read a run record; None if the file is something else.

    Raises
    ------
    InputError
        If the file cannot be read or the record is not complete.
    """
    data = read_toml(path)
    if "run" not in data or "scenario" not in data:
        return None
    try:
        return _record(data)
    except KeyError as error:
        raise InputError(f"{path}: not a complete run record ({error} is missing)") from error
    except ValidationError as error:
        raise InputError(f"{path}: run.{first_error(error, _RunTable)}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


class _RunTable(Room):
    """The table `run` of a record."""

    seed: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    engine: str
    replications: Annotated[int, Field(ge=1, le=_MOST_REPLICATIONS)] | tuple[int, ...]
    versions: dict[str, str]


def _record(data: Mapping[str, Any]) -> RunRecord:
    for part in ("run", "scenario", "baseline", "prices"):
        if not isinstance(data.get(part, {}), Mapping):
            raise InputError(f"{part}: must be a table")
    refuse_beyond_limits(data["run"], "run")
    run = _RunTable.model_validate(as_data(data["run"]))
    many = run.replications
    return RunRecord(
        scenario=Scenario.from_dict(data["scenario"]),
        baseline=Scenario.from_dict(data["baseline"]) if "baseline" in data else None,
        prices=Prices.from_dict(data["prices"]),
        replications=list(range(many) if isinstance(many, int) else many),
        seed=int(run.seed),
        engine=run.engine,
        versions=run.versions,
    )


_FORMULA = tuple("=+-@")
"""What a formula begins with."""
_WIDEST = 48
"""Widest column of a worksheet, in characters."""


def save_tables(
    folder: str | Path,
    tables: Mapping[str, pd.DataFrame],
    data: xr.Dataset | None,
    record: RunRecord,
    *,
    force: bool = False,
) -> list[Path]:
    """Write tables as CSV and one workbook, a dataset as NetCDF if given, and the run record.

    Parameters
    ----------
    folder : path of a folder, made if it is not there
    tables : mapping of name to DataFrame; an index with a name is written, others are not
    data : Dataset or None
    record : RunRecord
    force : bool, whether files of the same name are replaced

    Returns
    -------
    list of Path, the files written

    Raises
    ------
    OutputError
        If something cannot be written there, or a file is there already and `force` is not set.
    """
    writers: dict[str, Callable[[Path], object]] = {
        f"{name}.csv": partial(_csv, frame) for name, frame in tables.items()
    }
    writers["tables.xlsx"] = partial(_workbook, tables)
    if data is not None:
        writers["dataset.nc"] = partial(data.to_netcdf, engine="h5netcdf")
    writers["run.toml"] = partial(Path.write_text, data=record.to_toml(), encoding="utf-8")
    folder = Path(folder)
    for name in writers:
        refuse_to_replace(folder / name, force=force)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = TemporaryDirectory(prefix=".jobsim-", dir=folder, ignore_cleanup_errors=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise OutputError(f"{folder}: cannot be written ({why})") from error
    try:
        with temporary as place:  # all files first, then each to its place
            for name, write in writers.items():
                write(Path(place, name))
            for name in writers:
                os.replace(Path(place, name), folder / name)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from error
    return [folder / name for name in writers]


def _csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV file with a byte order mark, without which Excel garbles Danish letters."""
    keep = frame.index.name is not None
    without_formulas(frame).to_csv(path, index=keep, encoding="utf-8-sig")


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


def _workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
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
