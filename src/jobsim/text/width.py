"""How wide a line may be, and how words and columns are made to fit; may import nothing of jobsim.

In a terminal lines end where it ends, unless the variable COLUMNS says otherwise. Elsewhere, as in
a file or a notebook, columns are as wide as what they hold.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

Rows = Sequence[tuple[str, ...]]

_USUAL, _NARROWEST = 100, 20
_GAP = 2
"""Letters between columns."""
_NO_BREAK = "\u00a0"


def room() -> int | None:
    """Letters that a line has room for; None where there is neither a terminal nor COLUMNS."""
    told = os.environ.get("COLUMNS", "").isdigit() and int(os.environ["COLUMNS"]) > 0
    if not told and not (sys.stdout and not sys.stdout.closed and sys.stdout.isatty()):
        return None
    return max(_NARROWEST, shutil.get_terminal_size().columns)


def filled(text: str, *, indent: str = "  ") -> str:
    """A sentence in lines of at most 100 letters, or as many as there is room for."""
    width = min(_USUAL, room() or _USUAL)
    if width < _USUAL:
        return "\n".join(broken(text, width, indent=indent))
    return textwrap.fill(text, width, subsequent_indent=indent)


def folded(text: str) -> str:
    """Text whose lines are broken where there is no room for them."""
    width = room()
    if width is None:
        return text
    return "\n".join(part for line in text.split("\n") for part in broken(line, width, indent="  "))


def broken(text: str, width: int, *, indent: str = "") -> list[str]:
    """Words in lines; no word is cut, nor a number parted from its per cent.

    Examples
    --------
    >>> broken("Saving of the municipality", 16, indent="  ")
    ['Saving of the', '  municipality']
    >>> broken("−1,234,567.8 % to 2.0 %", 8)
    ['−1,234,567.8 %', 'to 2.0 %']
    """
    if len(text) <= width:
        return [text]
    lines = textwrap.wrap(
        text.replace(" %", f"{_NO_BREAK}%"),
        max(width, len(indent) + 1),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_NO_BREAK, " ") for line in lines]


def least_widths(rows: Rows, widths: Sequence[int], *, whole: bool = False) -> list[int]:
    """Width of each column's longest word, indented, but no more than `widths`.

    Parameters
    ----------
    rows : sequence of tuple of str
    widths : sequence of int, of each column
    whole : bool, whether cells with figures stay whole
    """

    def longest(cell: str) -> int:
        kept = whole and any(map(str.isdigit, cell))
        return len(cell) if kept else max(map(len, broken(cell, 1)), default=0)

    found = [max(map(longest, column)) for column in zip(*rows, strict=True)]
    return [min(pair) for pair in zip(widths, [found[0] + _GAP, *found[1:]], strict=True)]


def fitting(widths: Sequence[int], least: Sequence[int], wide: int) -> list[int]:
    """Widths that come to no more than `wide`, gaps included: the widest columns give way first.

    Examples
    --------
    >>> fitting([40, 10, 12], [9, 10, 12], 50)
    [24, 10, 12]
    """
    found = list(widths)
    while _width(found) > wide:
        able = [place for place, width in enumerate(found) if width > least[place]]
        if not able:
            break
        found[max(able, key=lambda place: found[place])] -= 1
    return found


def parted(rows: Rows, least: Sequence[int], wide: int) -> list[Rows]:
    """Columns in as many tables as it takes to fit, each with the first column.

    Examples
    --------
    >>> parted([("", "2026", "2027"), ("all", "1.0", "2.0")], [5, 4, 4], 12)
    [[('', '2026'), ('all', '1.0')], [('', '2027'), ('all', '2.0')]]
    """
    blocks, used = [[0]], least[0]
    for place, width in enumerate(least[1:], start=1):
        if used + _GAP + width > wide and len(blocks[-1]) > 1:
            blocks, used = [*blocks, [0]], least[0]
        blocks[-1].append(place)
        used += _GAP + width
    return [[tuple(row[place] for place in block) for row in rows] for block in blocks]


def set_in_columns(rows: Rows) -> list[str]:
    """Lines of a table with a header, a rule below it; the first column left, the others right."""
    wide = room()
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if wide is None:
        return _lines(rows, widths)
    for whole in (True, False):
        found = fitting(widths, least_widths(rows, widths, whole=whole), wide)
        if _width(found) <= wide:
            return _lines(rows, found)
    blocks = parted(rows, found, wide)
    if len(blocks) == 1:
        return _lines(rows, found)
    return [line for block in blocks for line in ("", *set_in_columns(block))][1:]


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _lines(rows: Rows, widths: Sequence[int]) -> list[str]:
    header, *others = ([*_row(row, widths)] for row in rows)
    return [*header, "─" * max(map(len, header)), *(line for row in others for line in row)]


def _row(row: tuple[str, ...], widths: Sequence[int]) -> list[str]:
    indents = ("  ", *("" for _ in row[1:]))
    cells = [broken(*one[:2], indent=one[2]) for one in zip(row, widths, indents, strict=True)]
    lines = zip_longest(*cells, fillvalue="")
    return [
        "  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]).rstrip()
        for first, *rest in lines
    ]
