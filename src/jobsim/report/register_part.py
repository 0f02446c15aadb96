"""All assumptions and their sources as tables; may import results, language and grids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

from jobsim.report.fields import field_label
from jobsim.report.grid import Cell, Grid
from jobsim.report.language import Language, english
from jobsim.report.results import Results
from jobsim.scenario import Assumption, Source, readable, register
from jobsim.scenario.fields import is_number
from jobsim.scenario.register import RegisterRow

_PRICES = "prices."


def assumptions(results: Results, words: Language) -> Grid:
    """Every number of scenario and price list with range, kind, reason and sources."""
    prices = results.comparison.prices
    rows = [
        *(_row(row, "", words) for row in register(results.scenario).rows),
        *(_row(row, _PRICES, words) for row in register(prices).rows),
    ]
    names = ("assumption", "number", "plausible", "kind", "why")
    return Grid(
        "assumptions-table",
        words("tables.assumptions", count=words.whole(len(rows))),
        tuple(words(f"tables.{name}") for name in names),
        tuple(rows),
        sortable=True,
    )


def _row(row: RegisterRow, prefix: str, words: Language) -> tuple[Cell, ...]:
    stated = row.assumption
    span = ""
    if stated and stated.low is not None and stated.high is not None:
        span = words.to(words.brief(stated.low), words.brief(stated.high))
    if row.outside:
        span += f" ({words('assumptions.outside')})"
    return (
        Cell(field_label(prefix + row.path, words, code=True), left=True),
        _value(row.value, words),
        Cell(span),
        Cell(words(f"kinds.{row.kind}"), left=True),
        Cell(_why(stated, prefix) if stated else "", left=True),
    )


def _value(value: object, words: Language) -> Cell:
    if is_number(value):
        return Cell(words.brief(float(value)), float(value))
    if isinstance(value, (list, tuple)):
        return Cell("; ".join(_step(one, words) for one in value))
    return Cell(Markup('<code class="value" lang="en">{}</code>').format(readable(value)))


def _step(step: object, words: Language) -> str:
    """One number of a list: plain, from a date, from a week, or of a band of weeks."""
    if is_number(step):
        return words.brief(float(step))
    assert isinstance(step, Mapping)
    if "share" in step:
        number = words.brief(step["share"])
        return words("format.band", number=number, low=step["from"], high=step["to"])
    number = words.brief(step["value"])
    if "from_week" in step:
        return words("format.from_week", number=number, week=step["from_week"])
    day = dt.date.fromisoformat(str(step["from"]))
    return words("format.from", number=number, date=f"{day.day}.{day.month}.{day.year}")


def _why(stated: Assumption, prefix: str) -> Markup:
    """Formula, reason and sources, the first two in the file's language."""
    texts = [english(text) for text in (stated.formula, stated.reason) if text]
    links = [
        Markup('<a href="#{}"><code>{}</code></a>').format(_anchor(code, prefix), code)
        for code in stated.sources
    ]
    cited = [Markup("[{}]").format(Markup(", ").join(links))] if links else []
    return Markup(" ").join([*texts, *cited])


def _anchor(code: str, prefix: str) -> str:
    return f"source-{prefix.replace('.', '-')}{code}"


def sources(results: Results) -> list[tuple[str, str, Markup]]:
    """Publications of scenario and price list: anchor, code and citation with its link."""
    lists: tuple[tuple[Mapping[str, Source], str], ...] = (
        (results.scenario.sources, ""),
        (results.comparison.prices.sources, _PRICES),
    )
    return [entry for found, prefix in lists for entry in _cited(found, prefix)]


def _cited(found: Mapping[str, Source], prefix: str) -> Iterator[tuple[str, str, Markup]]:
    for code, source in found.items():
        where = f"https://doi.org/{source.doi}" if source.doi else source.url or ""
        text = escape(f"{source.author} ({source.year}). {source.title.strip()}. ")
        link = Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(where.strip())
        yield _anchor(code, prefix), code, text + link
