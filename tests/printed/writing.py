"""How numbers are to be written, and how printed tables are read back into cells."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser

from tests.printed.plain_numbers import Number

Spellings = set[str]
"""Ways in which a number may be written: several where it lies between two by rounding alone."""
Written = Callable[..., Spellings]


def spelt(value: float, digits: int, end: str = "", *, sign: bool = False) -> Spellings:
    """A number with so many digits: thousands apart, a true minus, a dash for none."""
    near = (value, value * (1 - 1e-9), value * (1 + 1e-9))
    return {_spelt(one, digits, sign=sign) + ("" if math.isnan(one) else end) for one in near}


def _spelt(value: float, digits: int, *, sign: bool) -> str:
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):,.{digits}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return f"−{text}" if value < 0 else f"+{text}" if sign else text


def persons(value: float, *, sign: bool = False) -> Spellings:
    """A number of persons or events: whole from a thousand on."""
    return spelt(value, 0 if abs(value) >= 1000 else 1, sign=sign)


def per_cent(value: float, *, sign: bool = False) -> Spellings:
    """A share."""
    return spelt(100 * value, 1, " %", sign=sign)


def kroner(value: float, *, sign: bool = False) -> Spellings:
    """Whole kroner."""
    return spelt(value, 0, sign=sign)


def millions(value: float, *, sign: bool = False) -> Spellings:
    """Million kroner."""
    return spelt(value / 1e6, 2, sign=sign)


def of_unit(unit: str) -> Written:
    """How a measure of this unit is written."""
    return {"DKK": kroner, "share": per_cent}.get(unit, persons)


def ends(low: Spellings, high: Spellings) -> Spellings:
    """Two ends of an interval, or one where they read alike."""
    return {a if a == b else f"{a} to {b}" for a in low for b in high}


def around(one: Number, written: Written, **how: bool) -> Spellings:
    """The interval of an estimate, in words where no future has a difference, or all the same."""
    if one.se == 0 and math.isnan(one.ci_low):
        return {"all the same"}
    if one.range_low == one.range_high == 0 and math.isnan(one.ci_low):
        return {"not seen"}
    return ends(written(one.ci_low, **how), written(one.ci_high, **how))


def tables(text: str) -> dict[str, list[list[str]]]:
    """First lines of printed tables, each with its rows of cells, the header first."""
    found = {}
    for part in text.split("\n\n"):
        lines = part.split("\n")
        rule = next((place for place, line in enumerate(lines) if set(line) == {"─"}), None)
        if rule is not None:
            rows = [lines[rule - 1], *lines[rule + 1 :]]
            cells = (re.split(r"\s{2,}", row.strip()) for row in rows)
            found[lines[0]] = [row for row in cells if len(row) > 1]  # a note is one cell
    return found


def same_cells(row: Sequence[str], right: Sequence[Spellings | str]) -> None:
    """Hold a printed row against the ways in which each of its cells may be written."""
    assert len(row) == len(right), (row, right)
    for cell, known in zip(row, right, strict=True):
        assert cell in (known if isinstance(known, set) else {known}), (row, right)


class Cells(HTMLParser):
    """Tables of a page as `tables` has them, cells without words left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a row."""
        self._tag = tag
        if tag == "tr":
            self.found[list(self.found)[-1]].append([])

    def handle_data(self, data: str) -> None:
        """Take up a title or a cell."""
        if self._tag == "caption":
            self.found[data] = []
        elif self._tag in ("td", "th") and data.strip():
            self.found[list(self.found)[-1]][-1].append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        self._tag = ""
