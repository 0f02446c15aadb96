"""Tables of the page: cells that know how they sort; may import nothing of jobsim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Parameters
    ----------
    text : str or Markup
        What is shown; HTML where it is Markup.
    number : float or None
        What the column sorts by, where that is not the text.
    left : bool
        Whether it is set left, as words are.
    """

    text: str
    number: float | None = None
    left: bool = False


@dataclass(frozen=True)
class Grid:
    """A table of the page; the first column heads its rows.

    Parameters
    ----------
    name : str, unique on the page
    caption : str
    header : tuple of str
    rows : tuple of tuple of Cell
    note : str
    sortable : bool, whether readers may sort it by a column
    marked : tuple of int, rows that are set apart, such as totals
    """

    name: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    sortable: bool = False
    marked: tuple[int, ...] = ()


def cells(*texts: str, left: Sequence[int] = (0,)) -> tuple[Cell, ...]:
    """Cells of texts; those of the columns named are set left."""
    return tuple(Cell(text, left=place in left) for place, text in enumerate(texts))
