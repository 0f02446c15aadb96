"""Rows of a CSV file, as programs and Danish or English spreadsheets save them; may import errors.

One row of headings, each once, then rows of cells. Cells are parted by semicolons, tabs or commas;
the text is UTF-8, with or without a byte order mark, UTF-16 or Windows-1252.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from jobsim.arrays import LARGEST
from jobsim.errors import InputError, control_characters, nearest
from jobsim.files.reading import MOST_BYTES, NAMES, read_bytes, text_of

_MOST_COLUMNS = 1000
_MOST_CELLS = 2_000_000
_QUOTED = re.compile(r'(?m)(^|[;,\t])"(?:[^"]|"")*+"')
_HEAD = 2**16
"""Characters in which a row shows what parts its cells."""
_DELIMITERS = {";": "semicolons", "\t": "tabs", ",": "commas"}
"""In the order in which they are looked for: a heading may have a comma."""
_NUMBER = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_UNCLEAR = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
"""Where the mark could part thousands."""
_MARKS = {",": "comma", ".": "point"}


@dataclass(frozen=True)
class TextTable:
    """The cells of a table, as text.

    Parameters
    ----------
    path : Path, for errors
    encoding, delimiter : str, what the text was read as
    headings : tuple of str
    rows : tuple of (number of the row in the file, cells)
    size : int, characters of the file
    """

    path: Path
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    size: int

    @classmethod
    def read(cls, path: Path, *, most: int = MOST_BYTES, most_rows: int) -> Self:
        """Read a table whose first row holds headings.

        Parameters
        ----------
        path : Path
        most : int, bytes of the largest file that is read
        most_rows : int

        Raises
        ------
        InputError
            If the file cannot be read, is no text, is larger or empty; the first row is a title,
            or two columns have one heading; or a row has more cells than there are headings.
        """
        data = read_bytes(path, most=most)
        text, encoding = text_of(
            data, path, wanted=_AS_CSV, encodings=["utf-8-sig", "utf-16", "cp1252"]
        )
        if "\0" in text:
            raise InputError(f"{path}: not text (it holds NUL); {_AS_CSV}")
        del data
        delimiter = delimiter_of(text)
        filled = _filled_rows(path, text, delimiter, most_rows)
        _, first = next(filled, (0, ()))
        if not first:
            raise InputError(f"{path}: is empty")
        headings = tuple(map(_in_one_line, first))
        _refuse_headings(path, headings)
        rows = tuple(_padded(path, filled, headings))
        if not rows:
            raise InputError(f"{path}: has headings, but no row of numbers")
        return cls(path, encoding, delimiter, headings, rows, len(text))

    @property
    def read_as(self) -> str:
        """What the text was taken for, in words."""
        return f"{NAMES[self.encoding]}, columns parted by {_DELIMITERS[self.delimiter]}"

    def place(self, heading: str) -> int:
        """Number of a column, counted from 0.

        Raises
        ------
        InputError
            If there is none of that heading.
        """
        wanted = _in_one_line(heading)
        if not wanted or wanted not in self.headings:
            hint = nearest(wanted, filter(None, self.headings))
            raise InputError(
                f'{self.path}: there is no column "{heading}"{hint} (read as {self.read_as})'
            )
        return self.headings.index(wanted)

    def numbers(self, heading: str) -> list[float]:
        """Numbers of a column, as programs write them: with a sign, decimals and powers of ten.

        Raises
        ------
        InputError
            If there is no such column, or a cell is no number or too large; the message names row
            and column.
        """
        place, mark = self.place(heading), self.mark
        return [self._plain_number(row, heading, cells[place], mark) for row, cells in self.rows]

    def _plain_number(self, row: int, heading: str, text: str, mark: str) -> float:
        other = "," if mark == "." else "."
        if other not in text and _NUMBER.fullmatch(text):
            value = float(text.replace(",", "."))
            if abs(value) <= LARGEST:
                return value
            what = f'"{short(text)}" is larger than {LARGEST:g}'
        elif text:
            what = (
                f'"{short(text)}" is not a number (with a decimal {_MARKS[mark]}, and nothing '
                "between thousands)"
            )
        else:
            what = "is empty"
        raise InputError(f'{self.path}: row {row}: column "{heading}": {what}')

    @cached_property
    def mark(self) -> str:
        """The decimal mark: the point where commas part columns, else the one that numbers show.

        Raises
        ------
        InputError
            If they show both, or none: 1.043 alone may be a thousand.
        """
        if self.delimiter == ",":
            return "."
        shown: dict[str, str] = {}
        unclear = ""
        for row, cells in self.rows:
            for cell in cells:
                marks = ("," in cell) + ("." in cell)
                if marks != 1 or _NUMBER.fullmatch(cell) is None:
                    continue
                if _UNCLEAR.fullmatch(cell):
                    unclear = unclear or f'row {row}: "{cell}"'
                else:
                    shown.setdefault("," if "," in cell else ".", f'"{short(cell)}" in row {row}')
        return self._decided(shown, unclear)

    def _decided(self, shown: dict[str, str], unclear: str) -> str:
        if len(shown) == 2:
            raise InputError(
                f"{self.path}: decimal comma ({shown[',']}) and decimal point ({shown['.']}); "
                "use one of them"
            )
        if unclear and not shown:
            raise InputError(
                f"{self.path}: {unclear} may be a thousand or have three decimals, and no number "
                "shows which; leave marks between thousands out, or write another decimal"
            )
        return next(iter(shown), ",")


def _in_one_line(heading: str) -> str:
    """A heading without the line breaks that spreadsheets allow in it."""
    return " ".join(heading.split())


_AS_CSV = "save the table as CSV text in UTF-8"


def delimiter_of(text: str) -> str:
    """What parts the cells of the first row that has something to part, outside of quotes."""
    for line in _QUOTED.sub(r"\1", text[:_HEAD]).splitlines():
        for mark in _DELIMITERS:
            if mark in line:
                return mark
    return ","


def _refuse_headings(path: Path, headings: tuple[str, ...]) -> None:
    if len(headings) > _MOST_COLUMNS:
        raise InputError(f"{path}: has more than {_MOST_COLUMNS:,} columns")
    for heading, count in Counter(headings).items():
        if control_characters.search(heading):
            raise InputError(f"{path}: heading {heading[:40]!r} has control characters")
        if heading and count > 1:
            raise InputError(
                f'{path}: two columns are headed "{short(heading)}"; a table has one row of '
                "headings, each of them once"
            )


def _padded(
    path: Path, filled: Iterator[tuple[int, tuple[str, ...]]], headings: tuple[str, ...]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows with a cell below every heading."""
    width = len(headings)
    for count, (row, cells) in enumerate(filled, start=1):
        if len(cells) > width == 1:
            raise InputError(
                f'{path}: the first row, "{short(headings[0])}", is a title, not headings; leave '
                "it out, so that headings stand first and rows below them"
            )
        if len(cells) > width:
            raise InputError(
                f"{path}: row {row}: {len(cells)} cells under {width} headings; part "
                "columns by semicolons where numbers have commas"
            )
        if count * width > _MOST_CELLS:
            raise InputError(f"{path}: has more than {_MOST_CELLS:,} cells")
        yield row, cells + ("",) * (width - len(cells))


def _filled_rows(
    path: Path, text: str, delimiter: str, most_rows: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Number and cells of each row that is not empty, without empty cells at its end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row, cells in enumerate(reader, start=1):
            stripped = [cell.strip() for cell in cells]
            while stripped and not stripped[-1]:
                stripped.pop()
            if row > most_rows:
                raise InputError(f"{path}: has more than {most_rows:,} rows")
            if stripped:
                yield row, tuple(stripped)
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num}: not CSV ({error})") from error


def short(text: str) -> str:
    """Text for an error, cut after forty characters."""
    return text if len(text) <= 40 else text[:37] + "…"
