"""Records from CSV and Parquet files, as tables of pandas; may import errors and files.

CSV files are what Danish and English spreadsheets save: cells parted by semicolons, tabs or commas,
in UTF-8, UTF-16 or Windows-1252.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobsim.errors import InputError, nearest
from jobsim.files.reading import read_bytes, read_toml, text_of
from jobsim.files.tables import delimiter_of
from jobsim.files.writing import file_path
from jobsim.records.events import Where

if TYPE_CHECKING:
    import pandas as pd

_MOST_BYTES = 2**34
"""Largest file of records that is read."""
_PARQUET = (".parquet", ".pq")


def table_of(given: Any, what: str = "records") -> tuple[pd.DataFrame, Where]:
    """A table that is given, or that a file holds, and words for its rows.

    Parameters
    ----------
    given : DataFrame, or path of a CSV or Parquet file
    what : str, the argument

    Raises
    ------
    InputError
        If it is neither, the file cannot be read, or has no columns.
    """
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        return given, lambda row: what if row < 0 else f"{what}: row {given.index[row]}"
    try:
        path = file_path(given)
    except InputError:
        raise InputError(
            f"{what}: must be a DataFrame or the path of a CSV or Parquet file, "
            f"got {type(given).__name__}"
        ) from None
    if path.suffix.lower() in _PARQUET:
        return _read_parquet(path), lambda row: str(path) if row < 0 else f"{path}: row {row + 1}"
    return _read_csv(path), lambda row: str(path) if row < 0 else f"{path}: row {row + 2}"


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    data = read_bytes(path, most=_MOST_BYTES)
    try:
        return pd.read_parquet(io.BytesIO(data))
    except ImportError:
        raise InputError(
            f'{path}: Parquet files need the package pyarrow: pip install "jobsim[study]"'
        ) from None
    except Exception as error:  # whatever a file that is no Parquet makes the reader raise
        why = f"{error}".partition("\n")[0]
        raise InputError(f"{path}: cannot be read as Parquet ({why})") from error


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    wanted = "save the table as CSV text in UTF-8, or as .parquet"
    data = read_bytes(path, most=_MOST_BYTES)
    text, _ = text_of(data, path, wanted=wanted, encodings=["utf-8-sig", "utf-16", "cp1252"])
    if not text.strip():
        raise InputError(f"{path}: is empty")
    try:
        with warnings.catch_warnings():  # of cells beyond the headings, which would be dropped
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                io.StringIO(text),
                sep=delimiter_of(text),
                header=None,
                dtype=str,
                na_filter=False,
                skip_blank_lines=False,
                index_col=False,
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
        why = f"{error}".strip().partition("\n")[0]
        raise InputError(f"{path}: not a table ({why})") from error
    names = [str(name).strip() for name in frame.iloc[0].fillna("")]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f'{path}: there are two columns "{name}"')
    return frame.iloc[1:].reset_index(drop=True).fillna("").set_axis(names, axis=1)


def codes_of(given: Any, meanings: tuple[str, ...]) -> dict[str, str]:
    """What each status code means, from a mapping or a TOML file of ``code = "meaning"``.

    Raises
    ------
    InputError
        If a meaning is not one of those that are known.
    """
    if isinstance(given, Mapping):
        found, where = dict(given), "codes"
    else:
        path = file_path(given)
        found, where = read_toml(path), str(path)
    for code, meaning in found.items():
        if meaning not in meanings:
            hint = nearest(str(meaning), meanings)
            raise InputError(f'{where}: {code}: there is no meaning "{meaning}"{hint}')
    return {str(code): str(meaning) for code, meaning in found.items()}
