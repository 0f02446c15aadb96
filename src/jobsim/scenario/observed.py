"""Observed series that stand in a CSV file beside the scenario, which may name it.

May import errors and the evidence, files, paths and sheets of scenarios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from jobsim.errors import InputError, ScenarioError, nearest
from jobsim.scenario.evidence import OBSERVABLE, Observation, ObservedSeries
from jobsim.scenario.files import MOST_BYTES
from jobsim.scenario.paths import first_error
from jobsim.scenario.sheet import Sheet, read_sheet


def read_observed(
    path: str | Path,
    *,
    measure: str,
    column: str | None = None,
    label: str | None = None,
    groups: Sequence[str] = (),
    source: str = "observed",
) -> ObservedSeries:
    r"""Read a monthly series from a CSV file, as Danish or English spreadsheets save it.

    Parameters
    ----------
    path : path of the file
        A row of headings, then one row a month: the month in the first column (2026-01, 2026M01,
        31-01-2026, januar 2026, …), numbers in the others. Columns are parted by semicolons, tabs
        or commas; 1.043,5 and 1,043.5 are both read, see `Sheet.decimal_mark`.
    measure : str
        What the numbers are: recipients at the end of the month; placements, small_job_starts,
        returns or meetings in the month, …
    column : str, optional
        Heading of the column; without it, the name of the measure.
    label : str, optional
        What was observed; without it, the heading.
    groups : sequence of str
        Codes of the groups it is about; empty for all.
    source : str
        Code of a source of the scenario.

    Returns
    -------
    ObservedSeries
        Each value is dated to the last day of its month.

    Raises
    ------
    ScenarioError
        If the measure is unknown, the file cannot be read, or a cell, month or column is wrong:
        one line with row and column.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "by.csv"
    ...     text = "Måned;Jobparate\njan 2026;1.043\nfeb 2026;1.038\n"
    ...     _ = path.write_text(text, encoding="cp1252")
    ...     series = read_observed(path, measure="recipients", column="Jobparate")
    >>> [(str(one.date), one.value) for one in series.values]
    [('2026-01-31', 1043.0), ('2026-02-28', 1038.0)]
    """
    heading = measure if column is None else column
    _check_measure(measure)
    months = read_sheet(Path(path)).months(heading)
    try:
        return ObservedSeries(
            label=label or heading,
            measure=measure,
            groups=tuple(groups),
            values=tuple(Observation(date=day, value=value) for day, value in months.items()),
            source=source,
        )
    except ValidationError as error:
        raise ScenarioError(first_error(error, ObservedSeries)) from error


def _check_measure(measure: str) -> None:
    if measure not in OBSERVABLE:
        raise ScenarioError(f'there is no measure "{measure}"{nearest(measure, OBSERVABLE)}')


def fill_observed(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Put values in the place of the files that observed series name.

    Parameters
    ----------
    data : what a scenario file states
    folder : Path, folder of that file; see `TablesBeside` for what names of files may be

    Raises
    ------
    ScenarioError
        If a file cannot be used; the message names the series.
    """
    observed = data.get("observed")
    if not isinstance(observed, Mapping):
        return data
    tables = TablesBeside(folder)
    return {**data, "observed": {code: _filled(code, observed[code], tables) for code in observed}}


def _filled(code: str, series: Any, tables: TablesBeside) -> Any:
    """A series with the values of its file; a table that is wrong otherwise is left as it is."""
    if not isinstance(series, Mapping) or not _names_a_file(series):
        return series
    path = f"observed.{code}"
    if "values" in series:
        raise ScenarioError(f"{path}: has both values and file; one of them is enough")
    try:
        _check_measure(series["measure"])
        months = tables.sheet(series["file"]).months(series.get("column", series["measure"]))
    except InputError as error:
        raise ScenarioError(f"{path}: {error}") from error
    rest = {name: value for name, value in series.items() if name not in ("file", "column")}
    return {**rest, "values": [{"date": day, "value": value} for day, value in months.items()]}


def _names_a_file(series: Mapping[str, Any]) -> bool:
    texts = [series.get("file"), series.get("measure"), series.get("column", "")]
    return all(isinstance(text, str) for text in texts) and not (
        set(series) - set(ObservedSeries.model_fields)
    )


_MOST_ASKED = 50


class TablesBeside:
    """Tables in the folder of a scenario file or below it, each read once.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sheets: dict[Path, Sheet] = {}
        self._asked = 0

    def sheet(self, name: str) -> Sheet:
        """Table of a file, by its name relative to the folder.

        Raises
        ------
        ScenarioError
            If the name leads out of the folder, also by a link; the file cannot be read; the files
            read so far hold more than 1 MiB together, or more than 50 series ask for one.
        """
        self._asked += 1
        if self._asked > _MOST_ASKED:
            raise ScenarioError(f"at most {_MOST_ASKED} series can name a file")
        path = self._inside(name)
        if path not in self._sheets:
            self._sheets[path] = read_sheet(path)
            if sum(sheet.size for sheet in self._sheets.values()) > MOST_BYTES:
                raise ScenarioError(
                    f"{path}: the files of all series together are larger than "
                    f"{MOST_BYTES // 1024:,} KiB, the most that is read"
                )
        return self._sheets[path]

    def _inside(self, name: str) -> Path:
        path = self._folder / name
        try:
            inside = path.resolve().is_relative_to(self._folder.resolve())
        except (OSError, RuntimeError, ValueError) as error:  # links in a circle, NUL in the name
            raise ScenarioError(f"{path}: cannot be read ({error})") from error
        if Path(name).is_absolute() or not inside:
            raise ScenarioError(
                f'file "{name}" must lie beside the scenario file or in a folder below it'
            )
        return path
