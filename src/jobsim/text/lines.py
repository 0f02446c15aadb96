"""Columns of words, for paths that people read; may import nothing of jobsim."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass


def counted(number: int, what: str) -> str:
    """A whole number of something, in the singular or plural.

    Examples
    --------
    >>> counted(1, "week"), counted(2_000, "person")
    ('1 week', '2,000 persons')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


@dataclass(frozen=True)
class Lines:
    """A titled table of words, all columns set left; long words are wrapped within their column.

    Parameters
    ----------
    title : str
    header : tuple of str, or empty for no header
    rows : tuple of tuple of str
    widths : tuple of int, most letters of each column
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]

    def text(self) -> str:
        """Plain text in columns."""
        rows = [self.header, *self.rows] if self.header else self.rows
        return "\n".join([self.title, *(line for row in rows for line in self._wrapped(row))])

    def _wrapped(self, row: tuple[str, ...]) -> list[str]:
        cells = [
            textwrap.wrap(cell, width, subsequent_indent="  ", break_on_hyphens=False) or [""]
            for cell, width in zip(row, self.widths, strict=True)
        ]
        lines = []
        for i in range(max(len(cell) for cell in cells)):
            parts = [
                (cell[i] if i < len(cell) else "").ljust(width)
                for cell, width in zip(cells, self.widths, strict=True)
            ]
            lines.append(("  " + "  ".join(parts)).rstrip())
        return lines

    def html(self) -> str:
        """An HTML table."""
        head = _html_row(self.header, "th")
        body = "".join(_html_row(row, "td") for row in self.rows)
        return (
            f"<table><caption>{html.escape(self.title)}</caption>"
            f"{f'<thead>{head}</thead>' if self.header else ''}<tbody>{body}</tbody></table>"
        )


def _html_row(row: tuple[str, ...], tag: str) -> str:
    style = ' style="text-align:left;vertical-align:top"'
    return f"<tr>{''.join(f'<{tag}{style}>{html.escape(cell)}</{tag}>' for cell in row)}</tr>"
