"""A result as people meet it: printed, in a notebook, as a table of pandas, in LaTeX, drawn.

May import tables. Which picture belongs to a result is known above; the package says it here.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from jobsim.errors import InputError, nearest
from jobsim.text.currency import CURRENCY, in_currency
from jobsim.text.tables import Lines, Sentences, Table, escaped_for_latex
from jobsim.text.width import folded

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

WHOLE_RUN = "whole run"
"""What stands for the year in tables of numbers where a row is of the whole run."""
_ABSENT = object()


class Printed:
    """A result that prints as its parts, in a terminal, in a notebook and in LaTeX."""

    _between: ClassVar[str] = "\n\n"
    """What stands between parts in a terminal."""
    _replayed_by: ClassVar[Callable[..., Any]]
    """Asks the question of any record again; the package sets it, which knows questions."""

    def _parts(self) -> Sequence[Table | Lines | Sentences | str]:
        """Tables and paragraphs in order; without an own method, the one table."""
        return [self._table()]

    def _table(self) -> Table | Lines:
        raise NotImplementedError(f"{type(self).__name__} says neither its table nor its parts")

    @property
    def _currency(self) -> str:
        """What its amounts are in."""
        return CURRENCY

    def __repr__(self) -> str:
        parts = (folded(part) if isinstance(part, str) else part.text() for part in self._parts())
        return in_currency(self._between.join(parts), self._currency)

    def _repr_html_(self) -> str:
        parts = (
            _paragraph(part) if isinstance(part, str) else part.html() for part in self._parts()
        )
        return in_currency("".join(parts), self._currency)

    def to_latex(self) -> str:
        """What it prints, as LaTeX; its tables need the package booktabs."""
        parts = (
            escaped_for_latex(part) if isinstance(part, str) else part.latex()
            for part in self._parts()
        )
        return in_currency("\n\n".join(parts), self._currency)


class Drawn:
    """A result that has a picture."""

    _drawn_by: ClassVar[Callable[..., Any]]
    """Draws any result; the package sets it, which knows results and pictures."""

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """The picture that belongs to it; see `jobsim.plot`."""
        axes: Axes = type(self)._drawn_by(self, ax=ax)
        return axes


def _paragraph(text: str) -> str:
    style = ' style="white-space:pre-wrap"' if "\n" in text else ""
    return f"<p{style}>{html.escape(text)}</p>"


class Framed:
    """A result that is a table, too: a line for each of its `rows`, or for what `_lines` gives."""

    _keys: ClassVar[tuple[str, ...]] = ()
    """Columns that tell the lines apart."""

    if TYPE_CHECKING:

        @property
        def rows(self) -> Sequence[Any]:
            """What there is a line for; a field or property of the result."""

    def to_frame(self) -> pd.DataFrame:
        """Every number as a table, one line per row; `year` is a whole number or "whole run"."""
        import pandas as pd

        frame = pd.DataFrame([_as_mapping(line) for line in self._lines()])
        if "year" in frame:
            years = [WHOLE_RUN if pd.isna(year) else int(year) for year in frame["year"]]
            frame["year"] = pd.Series(years, dtype=object)
        return frame

    def to_dataset(self) -> xr.Dataset:
        """The table as arrays, along what tells its lines apart; missing words are empty."""
        from pandas.api.types import is_bool_dtype, is_numeric_dtype

        frame = self.to_frame()
        for name, column in frame.items():
            if not (is_numeric_dtype(column) or is_bool_dtype(column)):
                frame[name] = column.astype(object).where(column.notna(), "").map(str)
        along = self._along()
        return (frame.set_index(along) if along else frame.rename_axis("line")).to_xarray()

    def _along(self) -> list[str]:
        return list(self._keys)

    def row(self, first: object = None, /, **values: object) -> Any:
        """The one line with these values in these columns.

        Parameters
        ----------
        first : optional
            Value of the first column that tells lines apart, such as the measure.
        **values
            Values by column. Of what is not said, the line of all of them is taken, where there
            is one: the whole run, all groups.

        Raises
        ------
        InputError
            If there is no such column or value, or several lines have it.
        """
        if first is not None and not self._along():
            raise InputError(f"row: {first!r}: say which column, such as event={first!r}")
        if first is not None:
            values = {self._along()[0]: first, **values}
        for name, value in values.items():
            _refuse_several(name, value)
        values = {name: value for name, value in values.items() if value not in (None, WHOLE_RUN)}
        lines = list(self._lines())
        found = lines
        for name, value in values.items():  # each leaves fewer for the next
            found = [line for line in found if _as_mapping(line).get(name, _ABSENT) == value]
        for name in [key for key in self._along() if key not in values]:
            found = [one for one in found if _as_mapping(one)[name] is None] or found
        if len(found) != 1:
            raise InputError(_not_one(lines, found, values))
        return SimpleNamespace(**found[0]) if isinstance(found[0], Mapping) else found[0]

    def _lines(self) -> Iterable[object]:
        """Dataclasses or mappings, all of one kind; without an own method, the rows."""
        return self.rows


def _refuse_several(name: str, value: object) -> None:
    """Refuse what is not one value: a list, a table, the missing value of pandas."""
    try:
        hash(value)
        bool(value == value)  # noqa: PLR0124 - a missing value of pandas has no answer
    except (TypeError, ValueError):
        raise InputError(f"row: {name} must be one value, got {type(value).__name__}") from None


def _as_mapping(line: object) -> Mapping[str, object]:
    return line if isinstance(line, Mapping) else vars(line)


def _not_one(lines: Sequence[object], found: Sequence[object], values: Mapping[str, object]) -> str:
    """Why there is not one line with these values."""
    known = [_as_mapping(line) for line in lines]
    columns = list(known[0]) if known else []
    told = ", ".join(f"{name}={value!r}" for name, value in values.items()) or "nothing"
    if found:
        differ = [name for name in columns if len({str(_as_mapping(x)[name]) for x in found}) > 1]
        some = ", ".join(dict.fromkeys(str(_as_mapping(x)[differ[0]]) for x in found))
        return f"row: {told} is in {len(found)} lines; name {differ[0]}: {some}"
    so_far: list[str] = []
    for name, value in values.items():
        if name not in columns:
            return f"row: there is no column {name!r}{nearest(name, columns)}"
        there = list(dict.fromkeys(one[name] for one in known))
        if value not in there:
            words = [str(one) for one in there if one is not None]
            hint = nearest(value, words) if isinstance(value, str) and value not in words else ""
            hint = hint or f"; known: {', '.join(words) or 'none'}"
            about = f"{' '.join(so_far)} has" if so_far else "there is"
            return f"row: {about} no {name} {value!r}{hint}"
        known = [one for one in known if one[name] == value]
        so_far += [str(value)] if value is not None else []
    return f"row: there is no line with {told} together"
