"""Tables of the page: cells that know how they sort; may import the page's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobsim.analysis.comparing.summary import Row
from jobsim.analysis.outcomes.spread import Spread
from jobsim.report.language import Language


@dataclass(frozen=True)
class PageCell:
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


PageRow = tuple[PageCell, ...]


@dataclass(frozen=True)
class PageTable:
    """A table of the page; the first column heads its rows.

    Parameters
    ----------
    name : str, unique on the page
    caption : str
    header : tuple of str
    rows : sequence of tuple of PageCell
    note : str
    sortable : bool, whether readers may sort it by a column
    marked : tuple of int, rows that are set apart, such as totals
    """

    name: str
    caption: str
    header: tuple[str, ...]
    rows: Sequence[PageRow]
    note: str = ""
    sortable: bool = False
    marked: tuple[int, ...] = ()


def heads(words: Language, *names: str, **parts: object) -> tuple[str, ...]:
    """Header of a table from the names of its columns."""
    return tuple(words(f"tables.{name}", **parts) for name in names)


def worded(text: str) -> PageCell:
    """A cell of words."""
    return PageCell(text, left=True)


def in_millions(value: float, words: Language, *, sign: bool = True) -> PageCell:
    """A cell of an amount."""
    return PageCell(words.in_millions(value, sign=sign), value)


def ends_of(
    found: Row | Spread, shown: Callable[..., str], words: Language, *, sign: bool = True
) -> tuple[PageCell, PageCell]:
    """Cells of the interval of a mean, and of the range over futures."""
    return (
        PageCell(words.between(shown, found.ci_low, found.ci_high, sign=sign)),
        PageCell(words.between(shown, found.range_low, found.range_high, sign=sign)),
    )
