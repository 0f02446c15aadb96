"""Words in columns and sentences, and paths that people read; may import nothing of jobsim."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
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


@dataclass(frozen=True)
class Sentences:
    """Sentences below a table, each on a line of its own."""

    sentences: tuple[str, ...]

    def text(self) -> str:
        """Plain text."""
        return "\n".join(self.sentences)

    def html(self) -> str:
        """A paragraph for each."""
        return "".join(f"<p>{html.escape(one, quote=False)}</p>" for one in self.sentences)


def short_names(paths: Sequence[str]) -> list[str]:
    """Ends of paths, as long as it takes to tell them apart.

    Examples
    --------
    >>> short_names(["groups.job_ready.stock", "groups.activity_ready.stock", "horizon.weeks"])
    ['job_ready.stock', 'activity_ready.stock', 'weeks']
    """
    return [_short(path, [other for other in paths if other != path]) for path in paths]


def _short(path: str, others: Sequence[str]) -> str:
    parts = path.split(".")
    least = 2 if parts[-1] == "scale" else 1
    for length in range(min(least, len(parts)), len(parts)):
        end = ".".join(parts[-length:])
        if not any(f".{other}".endswith(f".{end}") for other in others):
            return end
    return path
