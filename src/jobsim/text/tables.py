"""Tables that results print, in terminals and notebooks, and as pandas has them.

`Table` holds short cells, `Lines` words that are wrapped. May import nothing of jobsim.

Words in columns and sentences, and paths that people read.
"""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol

from jobsim.text.width import fitting, folded, least_widths, room, set_in_columns


def counted(number: int, what: str) -> str:
    """A whole number of something, in the singular or plural.

    Examples
    --------
    >>> counted(1, "week"), counted(2_000, "summary")
    ('1 week', '2,000 summaries')
    """
    return f"{number:,} {what if number == 1 else plural(what)}"


def plural(what: str) -> str:
    """More than one of something."""
    return f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"


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
        wide, widths = room(), self.widths
        if wide is not None and rows:
            least = [width + 2 for width in least_widths(rows, widths)]
            widths = tuple(fitting(widths, least, wide - 2))
        lines = (line for row in rows for line in self._wrapped(row, widths))
        return "\n".join([folded(self.title), *lines])

    def _wrapped(self, row: tuple[str, ...], widths: Sequence[int]) -> list[str]:
        cells = [
            textwrap.wrap(cell, width, subsequent_indent="  ", break_on_hyphens=False) or [""]
            for cell, width in zip(row, widths, strict=True)
        ]
        return [
            ("  " + "  ".join(map(str.ljust, parts, widths))).rstrip()
            for parts in zip_longest(*cells, fillvalue="")
        ]

    def html(self) -> str:
        """An HTML table."""
        head = _html_words(self.header, "th")
        body = "".join(_html_words(row, "td") for row in self.rows)
        return (
            f"<table><caption>{html.escape(self.title)}</caption>"
            f"{f'<thead>{head}</thead>' if self.header else ''}<tbody>{body}</tbody></table>"
        )

    def latex(self) -> str:
        """A LaTeX table (package booktabs)."""
        return _latex_table(self.title, self.header, self.rows, "l" * len(self.widths))


def _html_words(row: tuple[str, ...], tag: str) -> str:
    style = ' style="text-align:left;vertical-align:top"'
    return f"<tr>{''.join(f'<{tag}{style}>{html.escape(cell)}</{tag}>' for cell in row)}</tr>"


@dataclass(frozen=True)
class Sentences:
    """Sentences below a table, each on a line of its own."""

    sentences: tuple[str, ...]

    def text(self) -> str:
        """Plain text."""
        return "\n".join(map(folded, self.sentences))

    def html(self) -> str:
        """A paragraph for each."""
        return "".join(f"<p>{html.escape(one, quote=False)}</p>" for one in self.sentences)

    def latex(self) -> str:
        """A paragraph for each."""
        return "\n\n".join(map(escaped_for_latex, self.sentences))


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


_CAPTION = "text-align:left;font-weight:bold;white-space:pre-line"
_CELL = "text-align:right;padding:0 0.8em;white-space:nowrap"


@dataclass(frozen=True)
class Table:
    """A titled table of text; the first column is set left, the others right.

    In a terminal that is too narrow, labels and headings are wrapped, then columns go into further
    tables below; no number is ever cut.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def text(self) -> str:
        """Plain text in columns."""
        lines = [folded(self.title), *set_in_columns([self.header, *self.rows])]
        return "\n".join([*lines, folded(self.note)] if self.note else lines)

    def html(self) -> str:
        """An HTML table."""
        head = "".join(
            f'<th scope="col" style="{_CELL}">{html.escape(cell)}</th>' for cell in self.header
        )
        body = "".join(f"<tr>{_html_row(row)}</tr>" for row in self.rows)
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return (
            f'<table style="margin-bottom:1.2em"><caption style="{_CAPTION}">'
            f"{html.escape(self.title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"
        )

    def latex(self) -> str:
        """A LaTeX table (package booktabs), with its note below."""
        columns = "l" + "r" * (len(self.header) - 1)
        table = _latex_table(self.title, self.header, self.rows, columns)
        return f"{table}\n{escaped_for_latex(self.note)}" if self.note else table


_LATEX = str.maketrans(
    {letter: f"\\{letter}" for letter in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"−": "$-$", "×": r"$\times$", "±": r"$\pm$", "∞": r"$\infty$", "→": r"$\to$"}
    | {"≥": r"$\geq$", "≤": r"$\leq$", "…": r"\dots{}"}
)


def escaped_for_latex(text: str) -> str:
    r"""Text that LaTeX prints as it stands.

    Examples
    --------
    >>> print(escaped_for_latex("net_saving: −1.2 (5 %)"))
    net\_saving: $-$1.2 (5 \%)
    """
    return text.translate(_LATEX)


def _latex_table(
    title: str, header: Sequence[str], rows: Iterable[Sequence[str]], columns: str
) -> str:
    head, *lines = (" & ".join(map(escaped_for_latex, row)) + r" \\" for row in (header, *rows))
    top = [head, r"\midrule"] if header else []
    return "\n".join(
        [
            r"\begin{table}",
            rf"\caption{{{escaped_for_latex(title)}}}",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            *top,
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
    )


def _html_row(row: Sequence[str]) -> str:
    first = f'<th scope="row" style="text-align:left;font-weight:normal">{html.escape(row[0])}</th>'
    return first + "".join(f'<td style="{_CELL}">{html.escape(cell)}</td>' for cell in row[1:])


def number(value: float, *, digits: int = 1, sign: bool = False) -> str:
    """A number with thousands separators; a dash where there is none.

    Examples
    --------
    >>> number(12345.678, sign=True), number(float("nan")), number(float("-inf"))
    ('+12,345.7', '–', '−∞')
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return ("−" if value < 0 else "+" if sign else "") + text


def figure(value: float, *, sign: bool = False) -> str:
    """A number of any size with five digits; whole where it has more, or is whole.

    Examples
    --------
    >>> figure(1234567.8), figure(23.104167), figure(0.0041667), figure(2.0)
    ('1,234,568', '23.104', '0.0041667', '2')
    """
    if not math.isfinite(value):
        return number(value)
    size = 4 if value == round(value) else math.floor(math.log10(abs(value)))
    return number(value, digits=min(12, max(0, 4 - size)), sign=sign)


def brief(value: float) -> str:
    """A number of any size, with about four digits that matter.

    Examples
    --------
    >>> brief(0.0086412), brief(1_234_567.8), brief(12.0)
    ('0.008641', '1,234,568', '12')
    """
    if 0 < abs(value) < 1000:
        return f"{value:.4g}".replace("-", "−")
    return number(value, digits=0)


def end(value: float) -> str:
    """An end of a range, with four digits that matter; separators where it has more.

    Examples
    --------
    >>> end(0.0048123), end(533_000.0), end(2.0)
    ('0.004812', '533,000', '2')
    """
    return number(value, digits=0) if abs(value) >= 1e4 else f"{value:.4g}".replace("-", "−")


def count(value: float, *, sign: bool = False) -> str:
    """A number of persons or events, with more digits the smaller it is."""
    return number(value, digits=0 if abs(value) >= 1000 else 1, sign=sign)


def hundredths(value: float, *, sign: bool = False) -> str:
    """A number near 1, of which one decimal would hide most differences."""
    return number(value, digits=2, sign=sign)


def share(value: float, *, sign: bool = False) -> str:
    """A share as a percentage; a difference of shares in percentage points."""
    return "–" if math.isnan(value) else number(100 * value, digits=1, sign=sign) + " %"


def kroner(value: float, *, sign: bool = False) -> str:
    """DKK in whole kroner."""
    return number(value, digits=0, sign=sign)


def millions(value: float, *, sign: bool = False) -> str:
    """DKK in millions, for tables whose title says so."""
    return number(value / 1e6, digits=2, sign=sign)


Shown = Callable[..., str]
"""How a number is written: of the number and, where it is a difference, of `sign`."""


def shown_in(unit: str, *, money: Shown = kroner) -> Shown:
    """How values of a unit are written.

    Examples
    --------
    >>> shown_in("persons")(23.104), shown_in("DKK", money=millions)(2e6)
    ('23.1', '2.00')
    """
    small = dict.fromkeys(("weeks per person", "DKK saved per DKK spent"), hundredths)
    return {"DKK": money, "share": share, **small}.get(unit, count)


def interval(low: str, high: str) -> str:
    """Two ends of an interval, or one number where they are the same."""
    return low if low == high else f"{low} to {high}"


def between(shown: Shown, low: float, high: float, **how: Any) -> str:
    """Two ends of an interval, both written alike."""
    return interval(shown(low, **how), shown(high, **how))


def upper_known(shown: Shown, low: float, high: float, *, seen: bool, often: bool = False) -> str:
    """Two ends of an interval; where its upper end is not a number, whether anything was seen."""
    if math.isnan(high):
        return (NO_UPPER_END if often else SELDOM_SEEN) if seen else NOT_SEEN
    return between(shown, low, high)


class Estimated(Protocol):
    """A mean with the ends of its interval, and of the range of single outcomes."""

    @property
    def mean(self) -> float:
        """The estimate."""

    @property
    def se(self) -> float:
        """Standard error."""

    @property
    def ci_low(self) -> float:
        """Lower end."""

    @property
    def ci_high(self) -> float:
        """Upper end."""

    @property
    def range_low(self) -> float:
        """Lower end of the range of single outcomes."""

    @property
    def range_high(self) -> float:
        """Upper end."""


NOT_SEEN = "not seen"
"""In place of the interval of what is zero in all futures."""
ALL_THE_SAME = "all the same"
"""In place of the interval of another number that is the same in all futures."""
SELDOM_SEEN = "seldom seen"
"""In place of an interval without an upper end, of what came in too few draws."""
NO_UPPER_END = "no upper end"
"""The same of what came in half of the draws or more, which are too few."""

DOMINATED, DOMINANT = "dominated", "dominant"
"""In place of a cost for each of more, where more costs bring less, and where more saves money."""


def no_price(ratio: float, cost: float) -> str:
    """What stands in place of a cost for each of more, where one of the two is lost.

    Examples
    --------
    >>> no_price(-2.0, cost=10.0), no_price(-2.0, cost=-10.0), no_price(2.0, cost=-10.0)
    ('dominated', 'dominant', '')
    """
    if not ratio < 0:
        return ""
    return DOMINATED if cost > 0 else DOMINANT


def no_price_note(tables: Iterable[Table]) -> list[str]:
    """What "dominated" and "dominant" in some tables mean, if they are there."""
    tables = list(tables)
    meant = {DOMINATED: "costs more and brings less", DOMINANT: "costs less and brings more"}
    told = "so that there is no cost for each"
    return [f"{w}: on average {does}, {told}." for w, does in meant.items() if _holds(tables, w)]


def is_nothing(value: float, shown: Shown = count) -> bool:
    """Whether a number is written as zero is.

    Examples
    --------
    >>> is_nothing(-0.04), is_nothing(0.06), is_nothing(0.06, kroner)
    (True, False, True)
    """
    return bool(shown(value) == shown(0.0))


def not_seen(found: Estimated) -> bool:
    """Whether an estimate is of something that is zero in all futures, and may come in others."""
    zero = found.mean == found.range_low == found.range_high == 0
    return zero and math.isnan(found.ci_low)


def all_the_same(found: Estimated) -> bool:
    """Whether an estimate is of what is the same in all futures, and may vary in others."""
    return found.se == 0 and math.isnan(found.ci_low)


def estimate(found: Estimated, shown: Shown, **how: Any) -> tuple[str, str]:
    """A mean and its interval, as two cells of a table."""
    ends = between(shown, found.ci_low, found.ci_high, **how)
    if all_the_same(found):
        ends = ALL_THE_SAME
    return shown(found.mean, **how), NOT_SEEN if not_seen(found) else ends


def seldom_note(tables: Iterable[Table], few: str, draws: int) -> list[str]:
    """What "seldom seen" and "no upper end" in some tables mean, if they are there.

    Examples
    --------
    >>> seldom_note([Table("", ("", "ci"), (("EVPI", "seldom seen"),))], "in 2", 128)
    ['seldom seen: in 2 of 128 draws; too few for an upper end.']
    """
    tables, where = list(tables), f"{few} of {counted(draws, 'draw')}; too few for"
    meant = {SELDOM_SEEN: f"{where} an upper end.", NO_UPPER_END: f"{where} one."}
    return [f"{words}: {told}" for words, told in meant.items() if _holds(tables, words)]


def _holds(tables: Iterable[Table], words: str) -> bool:
    return any(words in cell for table in tables for row in table.rows for cell in row)


def unseen_note(tables: Iterable[Table], count: int, what: str = "future") -> list[str]:
    """What "not seen" and "all the same" mean, where they are there: the rule of three, exactly.

    Examples
    --------
    >>> unseen_note([Table("", ("", "ci"), (("small jobs", "not seen"),))], 25)
    ['not seen: in none of 25 futures, so in fewer than 11 % of all (95 %).']
    """
    tables, bound = list(tables), f"in fewer than {unseen_bound(count)} % of all (95 %)."
    where = f"in none of {counted(count, what)}" if count > 1 else f"not in the one {what}"
    meant = {
        NOT_SEEN: f"{NOT_SEEN}: {where}, so {bound}",
        ALL_THE_SAME: f"{ALL_THE_SAME}: in each of {counted(count, what)}, so another {bound}",
    }
    return [note for words, note in meant.items() if _holds(tables, words)]


def unseen_bound(count: int) -> str:
    """Share of all, in percent, below which what came in none of so many has it (95 %)."""
    return f"{100 * (1 - 0.05 ** (1 / count)):.2g}"


def in_brackets(found: Estimated, shown: Shown, **how: Any) -> str:
    """A mean with its interval after it, in brackets."""
    mean, ends = estimate(found, shown, **how)
    return f"{mean} ({ends})"
