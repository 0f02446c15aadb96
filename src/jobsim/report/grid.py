"""Tables of the page: cells that know how they sort; may import nothing of jobsim.

What the numbers of a scenario are called, in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jobsim.report.language import Language


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


_NAMED = ("groups", "programmes", "supports")
"""Parts of a file whose second name is a code that the file chose."""


def field_of(path: str, words: Language) -> tuple[str, str]:
    """Field that a path belongs to, as words know it, and what remains of the path.

    Examples
    --------
    >>> from jobsim.report.language import language_named
    >>> field_of("groups.young.benefit_rates.single.scale", language_named("en"))
    ('groups.benefit_rates', 'young, single')
    """
    parts = path.removesuffix(".scale").split(".")
    who = [parts.pop(1)] if parts[0] in _NAMED and len(parts) > 1 else []
    for end in range(len(parts), 0, -1):
        field = ".".join(parts[:end])
        if words.has(f"fields.{field}"):
            return field, ", ".join([*who, *parts[end:]])
    return "", path


def field_label(path: str, words: Language, *, code: bool = False) -> Markup:
    """Words for a path, with whom it is about as a code; the path itself below where asked for."""
    field, rest = field_of(path, words)
    if not field:
        return Markup("<code>{}</code>").format(path)
    label = words(f"fields.{field}")
    if path.endswith(".scale"):
        label += Markup(", {}").format(words("conditions.factor"))
    if code:
        return label + Markup(' <code class="path">{}</code>').format(path)
    return label + (Markup(" (<code>{}</code>)").format(rest) if rest else Markup(""))
