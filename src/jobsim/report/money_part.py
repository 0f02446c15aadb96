"""Tables of money and of what happens, and the investment curve in words and as a table.

May import results, language and tables of the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from markupsafe import Markup

from jobsim.analysis.comparing.summary import Row
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.searching.spending import budget_paths
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.report.language import Language, english
from jobsim.report.page_tables import (
    PageCell,
    PageRow,
    PageTable,
    ends_of,
    heads,
    in_millions,
    worded,
)
from jobsim.report.results import Results
from jobsim.vocabulary import MONEY_MEASURES, PAYERS, PURSES


def gains_by_purse(results: Results, words: Language) -> PageTable:
    """Gain of each purse with its interval, range, and after displacement."""
    gained = [(words(f"payers.{payer}"), "net_saving", payer) for payer in PURSES]
    present = words("payers.present_value", year=results.comparison.prices.price_year)
    rows = [_gain(*one, results, words) for one in (*gained, (present, "net_present_value", None))]
    return PageTable(
        "payers-table",
        words("tables.payers", money=words("format.money")),
        heads(words, "payer", "gain", "ci", "range", "after"),
        rows,
        words("tables.payers_note"),
        marked=tuple(range(len(PAYERS), len(PURSES))),
    )


def _gain(
    name: Markup, measure: str, payer: str | None, results: Results, words: Language
) -> PageRow:
    row, after = (
        results.comparison.row(measure + end, payer=payer) for end in ("", "_after_displacement")
    )
    shown = _spread(row, words.in_millions, words)
    return worded(name), *shown, in_millions(after.difference, words)


def _spread(row: Row, shown: Callable[..., str], words: Language) -> PageRow:
    """Difference, interval of its mean, and range over futures."""
    mean = PageCell(shown(row.difference, sign=True), row.difference)
    return mean, *ends_of(row, shown, words)


def municipality_by_year(results: Results, words: Language) -> PageTable:
    """Staff and grants, saving before them and net saving of each budget year."""
    years: tuple[int | None, ...] = (*results.comparison.played.years, None)
    rows: list[PageRow] = []
    for code in MONEY_MEASURES:
        found = [results.comparison.row(code, year=year, payer="municipality") for year in years]
        amounts = [in_millions(row.difference, words) for row in found]
        rows.append((worded(words(f"budget.{code}")), *amounts))
        ranges = [ends_of(row, words.in_millions, words)[1] for row in found]
        rows.append((worded(words("budget.range")), *ranges))
    caption = words("tables.municipality", money=words("format.money"))
    marked = 2 * list(MONEY_MEASURES).index("net_saving")
    return PageTable("budget", caption, _by_year(years[:-1], words), rows, marked=(marked,))


def _by_year(years: Iterable[object], words: Language) -> tuple[str, ...]:
    return (words("tables.line"), *map(str, years), words("tables.whole"))


def lines_by_year(results: Results, words: Language) -> PageTable:
    """The municipality's mean increments by ledger line and year; lines of zero are left out."""
    table = results.comparison.summary.municipal_table()
    *lines, total = table.itertuples()
    named = [(words(f"lines.{line[0]}"), line[1:]) for line in lines if any(line[1:])]
    named.append((words("tables.total"), total[1:]))
    rows = [
        (worded(name), *(in_millions(value, words) for value in values)) for name, values in named
    ]
    caption = words("tables.lines", money=words("format.money"))
    header = _by_year(table.columns[:-1], words)
    return PageTable("lines", caption, header, rows, marked=(len(rows) - 1,))


def volumes_by_year(results: Results, words: Language) -> PageTable:
    """Every volume measure that occurs, by calendar year."""
    rows = [
        _volume(results.comparison.row(code, year=year), words)
        for code in MEASURES
        if _happens(results.comparison.row(code))
        for year in results.comparison.played.years
    ]
    header = heads(words, "measure", "year", "scenario", "baseline", "difference", "ci", "range")
    return PageTable("volumes", words("tables.volumes"), header, rows, sortable=True)


def _happens(row: Row) -> bool:
    return any(level and not math.isnan(level) for level in (row.scenario, row.baseline))


def _volume(row: Row, words: Language) -> PageRow:
    shown = words.share if row.unit == "share" else words.count
    unit = "" if row.unit == "share" else f", {words(f'units.{row.unit}')}"
    return (
        worded(words(f"measures.{row.measure}") + unit),
        PageCell(str(row.year)),
        PageCell(shown(row.scenario), row.scenario),
        PageCell(shown(row.baseline), row.baseline),
        *_spread(row, shown, words),
    )


def curve_label(curve: InvestmentCurve, words: Language) -> Markup:
    """What is invested in; labels of the file stay in its language."""
    if curve.path.startswith("small_jobs.consultants."):
        return words("lines.consultants")
    return english(curve.label)


def curve_sentences(results: Results, words: Language) -> list[Markup]:
    """Which budget is best, where the next krone stops paying, and how coarse the curve is."""
    curve = results.curve
    if curve is None:
        some = budget_paths(results.scenario) and results.saves
        return [words("curve.cut" if some else "curve.none")]
    best = curve.best()
    lines = [
        words("curve.best", best=words.money(best.budget), near=_millions(best.near, words)),
        _stops(curve, words),
    ]
    if curve.whole_unit_cost > 0:
        lines.append(words("curve.step", cost=words.kroner(curve.whole_unit_cost)))
    if curve.failed:
        failed = [curve.budgets[cell.number] for cell in curve.failed]
        lines.append(words("curve.failed", budgets=_millions(failed, words)))
    return [*lines, words("curve.errors")]


def _millions(budgets: Iterable[float], words: Language) -> Markup:
    return words("format.millions", number=", ".join(map(words.in_millions, budgets)))


def _stops(curve: InvestmentCurve, words: Language) -> Markup:
    found = curve.stops_paying()
    if found.verdict == "never pays":
        return words("curve.never_pays")
    if found.verdict == "pays throughout the range":
        return words("curve.pays")
    at = words.money(found.budget or 0.0)
    if found.verdict != "stops" or found.low is None:
        return words("curve.unclear") if found.budget is None else words("curve.unclear_at", at=at)
    high = words("curve.beyond") if found.high is None else words.money(found.high)
    text = words("curve.stops", at=at, low=words.money(found.low), high=high)
    return text + " " + words("curve.again") if found.pays_again else text


def curve_table(curve: InvestmentCurve, words: Language) -> PageTable:
    """Each budget with what is spent, placements and the municipality's net saving."""
    measures = ("programme_cost", "placements", "net_saving:municipality")
    spreads = (curve.spreads(quantity(code)) for code in measures)
    found = zip(curve.budgets, *spreads, strict=True)
    rows = [
        (
            in_millions(budget, words, sign=False),
            in_millions(spent.mean, words, sign=False),
            PageCell(words.count(placed.mean), placed.mean),
            in_millions(saved.mean, words),
            *ends_of(saved, words.in_millions, words, sign=False),
        )
        for budget, spent, placed, saved in found
    ]
    header = heads(words, "budget", "spent", "placements", "net", "ci", "range")
    caption = words("tables.curve", label=curve_label(curve, words), money=words("format.money"))
    return PageTable("curve-table", caption, header, rows, sortable=True)
