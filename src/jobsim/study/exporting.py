"""A dataset to one file of the format its name says; imports errors and files."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from jobsim.errors import InputError, OutputError
from jobsim.scenario.files import refuse_to_replace

if TYPE_CHECKING:
    import xarray as xr


_NEEDS = {".nc": "h5netcdf", ".zarr": "zarr", ".parquet": "pyarrow"}
"""Formats and the library each needs."""


def write_dataset(data: xr.Dataset, path: Path, *, force: bool) -> Path:
    """Write a dataset as NetCDF (.nc), Zarr (.zarr) or Parquet (.parquet), whole or not at all.

    Raises
    ------
    InputError
        If the ending is another, or the library for it is not installed.
    OutputError
        If the file is there already and is to stay, or cannot be written.
    """
    needs = _NEEDS.get(path.suffix)
    if needs is None:
        raise InputError(f"{path}: must end in {', '.join(_NEEDS)}")
    if find_spec(needs) is None:
        raise InputError(f"{path}: {path.suffix} needs {needs}; pip install 'jobsim[study]'")
    if not (force and _is_zarr(path)):
        refuse_to_replace(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".jobsim-", dir=path.parent) as folder:
            whole = Path(folder) / path.name
            _write(data, whole)
            if _is_zarr(path):
                shutil.rmtree(path)
            os.replace(whole, path)
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: cannot be written ({error})") from error
    return path


def _is_zarr(path: Path) -> bool:
    """Whether a folder is there that holds a dataset; no other is replaced."""
    whole = path.suffix == ".zarr" and os.path.isdir(path) and not os.path.islink(path)
    return whole and any(os.path.isfile(path / name) for name in (".zgroup", "zarr.json"))


def _write(data: xr.Dataset, path: Path) -> None:
    if path.suffix == ".nc":
        plain = {name: str(name).replace("/", " per ") for name in data.data_vars}
        data.rename(plain).to_netcdf(path, engine="h5netcdf")
    elif path.suffix == ".zarr":
        data.to_zarr(path, zarr_format=2)  # whose text every Zarr library reads
    else:
        data.to_dataframe().reset_index().to_parquet(path)
