"""Observed series that stand in a CSV file beside the scenario, which may name it.

The first column holds months, the others numbers, as Danish or English spreadsheets save them.
May import errors, files and the evidence and paths of scenarios.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from jobsim.errors import InputError, ScenarioError, nearest
from jobsim.files.reading import MOST_BYTES
from jobsim.files.tables import TextTable, short
from jobsim.scenario.evidence import OBSERVABLE, ObservedSeries, no_count
from jobsim.scenario.months import last_day, months_between
from jobsim.scenario.paths import as_data, first_error

_MOST_YEARS = 100
_MOST_ROWS = 12 * _MOST_YEARS
"""A century of months, as long as the longest horizon."""
NOT_PUBLISHED = frozenset(("..", "...", "…", ".", ":", "-", "–", "na", "nan"))
"""What stands for a number that is suppressed or not known, in small letters."""
_SPACES = " \u00a0\u202f"
_DIGITS = re.compile(rf"[+-]?\d[\d.,{_SPACES}]*")


class Sheet(TextTable):
    """A table whose first column holds months."""

    def months(self, heading: str, measure: str) -> dict[str, Any]:
        """What a series states of a column: values by the last day of their month, and gaps.

        A gap is a month with a sign of `NOT_PUBLISHED`, and one between two values with an empty
        cell or without a row.

        Raises
        ------
        ScenarioError
            If there is no such measure or column, a cell is no month or not what the measure
            counts, or a month stands twice. The message names row and column.
        """
        if measure not in OBSERVABLE:
            raise ScenarioError(f'there is no measure "{measure}"{nearest(measure, OBSERVABLE)}')
        place = self.place(heading)
        if place == 0:
            raise ScenarioError(f'{self.path}: column "{heading}" is the first, which holds months')
        cells = {
            month: (row, cells[place])
            for month, (row, cells) in zip(self._row_of_month, self.rows, strict=True)
            if cells[place]
        }
        values = {
            month: self._number(row, heading, text, measure)
            for month, (row, text) in cells.items()
            if text.casefold() not in NOT_PUBLISHED
        }
        if not values:
            raise ScenarioError(f'{self.path}: column "{heading}" holds no number')
        first, last = min(values), max(values)
        if last.year - first.year > _MOST_YEARS:
            ends = f'column "{heading}" runs from {first.year} to {last.year}'
            raise ScenarioError(f"{self.path}: {ends}; a century at most can be read")
        gaps = {*cells, *months_between(first, last)} - set(values)
        return {
            "values": [{"date": month, "value": value} for month, value in values.items()],
            "not_published": sorted(gaps),
        }

    @cached_property
    def _row_of_month(self) -> dict[dt.date, int]:
        """Number of each month's row in the file, in order of `rows`."""
        found: dict[dt.date, int] = {}
        for row, cells in self.rows:
            month = last_day(cells[0])
            if month is None:
                problem = f'"{short(cells[0])}" is no month, such as 2026-01'
                raise self._error(row, f'column "{self.headings[0]}": {problem}')
            if month in found:
                raise self._error(row, f"{month:%Y-%m} stands in row {found[month]} too")
            found[month] = row
        return found

    def _number(self, row: int, heading: str, text: str, measure: str) -> float:
        group, shape = self._number_format
        if shape.fullmatch(text) is None:
            below = text.startswith("-") and shape.fullmatch(text[1:])
            what = "is below 0" if below else "is not a number"
            raise self._error(row, f'column "{heading}": "{short(text)}" {what}')
        value = float(group.sub("", text).replace(self.decimal_mark, "."))
        if math.isinf(value):
            raise self._error(row, f'column "{heading}": "{short(text)}" is too large')
        if problem := no_count(measure, value):
            raise self._error(row, f'column "{heading}": "{short(text)}" {problem}')
        return value

    @cached_property
    def _number_format(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """What parts thousands, and what a number looks like, by the decimal mark."""
        thousands = {",": ".", ".": ","}[self.decimal_mark]
        group = f"[{re.escape(thousands)}{_SPACES}]"
        decimals = rf"({re.escape(self.decimal_mark)}\d+)?"
        shape = rf"\+?(\d+|\d{{1,3}}(?:{group}\d{{3}})+){decimals}"
        return re.compile(group), re.compile(shape)

    @cached_property
    def decimal_mark(self) -> str:
        """The mark that some number of the file shows to be its decimal mark, comma or point.

        Where none does, the comma in files with semicolons or tabs, as Danish spreadsheets write
        them, and the point in files with commas: 1.043 is a thousand in the former.
        """
        seen: dict[str, tuple[int, str]] = {}
        for row, cells in self.rows:
            for cell in cells[1:]:
                for mark in _decimal_marks(cell):
                    seen.setdefault(mark, (row, cell))
        if len(seen) == 2:
            (row, comma), (other, point) = seen[","], seen["."]
            raise ScenarioError(
                f'{self.path}: decimal comma in row {row} ("{comma}"), decimal point in row '
                f'{other} ("{point}"); use one of them'
            )
        return next(iter(seen), "." if self.delimiter == "," else ",")

    def _error(self, row: int, problem: str) -> ScenarioError:
        return ScenarioError(f"{self.path}: row {row}: {problem}")


def read_sheet(path: Path) -> Sheet:
    """Read a table of months and numbers; see `TextTable.read`.

    Raises
    ------
    InputError
        If it cannot be read, is larger than 1 MiB or has more than 1,200 rows.
    """
    sheet = Sheet.read(path, most_rows=_MOST_ROWS)
    if len(sheet.headings) < 2:
        raise ScenarioError(f"{path}: needs a column of months and a column of numbers")
    return sheet


def _decimal_marks(cell: str) -> Iterator[str]:
    """What a number says about the decimal mark: nothing where 1.043 or 1,043 could be either."""
    if _DIGITS.fullmatch(cell) is None:
        return
    points, commas = cell.count("."), cell.count(",")
    if points and commas:
        yield "," if cell.rfind(",") > cell.rfind(".") else "."
    elif points + commas > 1:
        yield "," if points else "."
    elif points + commas == 1:
        whole, part = re.split("[.,]", cell.lstrip("+-"))
        if len(part) != 3 or len(whole) > 3 or whole == "0":
            yield "." if points else ","


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
        31-01-2026, januar 2026, …), in any order, numbers in the others. Columns are parted by
        semicolons, tabs or commas; 1.043,5 and 1,043.5 are both read, see `Sheet.decimal_mark`.
        Persons and meetings are whole numbers. A cell of "..", "…", ".", ":", "-", "NA" or "NaN",
        and an empty one between two numbers, is a month of which nothing is published; where "-"
        means none, write 0.
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
        Each value is dated to the last day of its month; months without a number, suppressed ones
        say, are `not_published`.

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
    told = {"label": label or heading, "measure": measure, "groups": groups, "source": source}
    try:
        told |= read_sheet(Path(path)).months(heading, measure)
    except InputError as error:
        raise ScenarioError(str(error)) from error
    try:
        return ObservedSeries.model_validate(as_data(told))
    except ValidationError as error:
        raise ScenarioError(first_error(error, ObservedSeries)) from error


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
    for stated in (name for name in ("values", "not_published") if name in series):
        raise ScenarioError(f"{path}: has both {stated} and file; one of them is enough")
    try:
        heading = series.get("column", series["measure"])
        read = tables.sheet(series["file"]).months(heading, series["measure"])
    except InputError as error:
        raise ScenarioError(f"{path}: {error}") from error
    rest = {name: value for name, value in series.items() if name not in ("file", "column")}
    return {**rest, **read}


def _names_a_file(series: Mapping[str, Any]) -> bool:
    texts = [series.get("file"), series.get("measure"), series.get("column", "")]
    known = set(series) <= set(ObservedSeries.model_fields)
    return known and all(isinstance(text, str) for text in texts)


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
        path = file_beside(self._folder, name)
        if path not in self._sheets:
            self._sheets[path] = read_sheet(path)
            if sum(sheet.size for sheet in self._sheets.values()) > MOST_BYTES:
                raise ScenarioError(
                    f"{path}: the files of all series together are larger than "
                    f"{MOST_BYTES // 1024:,} KiB, the most that is read"
                )
        return self._sheets[path]


def file_beside(folder: Path, name: str) -> Path:
    """Path of a file that a scenario names, by the folder of the scenario's file.

    Raises
    ------
    ScenarioError
        If the name leads out of the folder, also by a link.
    """
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, NUL in the name
        raise ScenarioError(f"{path}: cannot be read ({error})") from error
    if Path(name).is_absolute() or not inside:
        raise ScenarioError(
            f'file "{name}" must lie beside the scenario file or in a folder below it'
        )
    return path
