"""Tables of money and of what happens; may import results, language and grids.

The investment curve in words and as a table.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from markupsafe import Markup

from jobsim.analysis.comparing.samples import Row
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.searching.budgets import budget_paths
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.report.grid import Cell, Grid, cells
from jobsim.report.language import Language, english
from jobsim.report.results import Results
from jobsim.vocabulary import MONEY_MEASURES, PAYERS, PURSES


def payers(results: Results, words: Language) -> Grid:
    """Gain of each purse with its interval, range, and after displacement."""
    find = results.comparison.row
    rows = [
        (
            Cell(words(f"payers.{payer}"), left=True),
            *spread_cells(find("net_saving", payer=payer), words.in_millions, words),
            _money(find("net_saving_after_displacement", payer=payer), words),
        )
        for payer in PURSES
    ]
    year = results.comparison.prices.price_year
    value = (
        Cell(words("payers.present_value", year=year), left=True),
        *spread_cells(find("net_present_value"), words.in_millions, words),
        _money(find("net_present_value_after_displacement"), words),
    )
    return Grid(
        "payers-table",
        words("tables.payers", money=words("format.money")),
        tuple(words(f"tables.{name}") for name in ("payer", "gain", "ci", "range", "after")),
        (*rows, value),
        words("tables.payers_note"),
        marked=tuple(range(len(PAYERS), len(rows))),
    )


def _money(row: Row, words: Language) -> Cell:
    return Cell(words.in_millions(row.difference, sign=True), row.difference)


def spread_cells(row: Row, shown: Callable[..., str], words: Language) -> tuple[Cell, Cell, Cell]:
    """Difference, interval of its mean, and range over futures."""
    return (
        Cell(shown(row.difference, sign=True), row.difference),
        Cell(words.to(shown(row.ci_low, sign=True), shown(row.ci_high, sign=True))),
        Cell(words.to(shown(row.range_low, sign=True), shown(row.range_high, sign=True))),
    )


def municipality_by_year(results: Results, words: Language) -> Grid:
    """Staff and grants, saving before them and net saving of each budget year."""
    years: tuple[int | None, ...] = (*results.comparison.played.years, None)
    rows: list[tuple[Cell, ...]] = []
    marked: list[int] = []
    for code in MONEY_MEASURES:
        found = [results.comparison.row(code, year=year, payer="municipality") for year in years]
        marked += [len(rows)] if code == "net_saving" else []
        rows.append(
            (Cell(words(f"budget.{code}"), left=True), *(_money(row, words) for row in found))
        )
        spans = [spread_cells(row, words.in_millions, words)[2] for row in found]
        rows.append((Cell(words("budget.range"), left=True), *spans))
    header = (words("tables.line"), *(str(year) for year in years[:-1]), words("tables.whole"))
    caption = words("tables.municipality", money=words("format.money"))
    return Grid("budget", caption, header, tuple(rows), marked=tuple(marked))


def lines_by_year(results: Results, words: Language) -> Grid:
    """The municipality's mean increments by ledger line and year; lines of zero are left out."""
    table = results.comparison.summary.municipal_table()
    *lines, total = table.itertuples()
    shown = [line for line in lines if any(line[1:])]
    rows = [
        (Cell(words(f"lines.{line[0]}"), left=True), *_amounts(line[1:], words)) for line in shown
    ]
    rows.append((Cell(words("tables.total"), left=True), *_amounts(total[1:], words)))
    header = (words("tables.line"), *table.columns[:-1], words("tables.whole"))
    caption = words("tables.lines", money=words("format.money"))
    return Grid("lines", caption, header, tuple(rows), marked=(len(shown),))


def _amounts(values: tuple[float, ...], words: Language) -> tuple[Cell, ...]:
    return tuple(Cell(words.in_millions(value, sign=True), value) for value in values)


def volumes(results: Results, words: Language) -> Grid:
    """Every volume measure that occurs, by calendar year."""
    rows = [
        _volume(results.comparison.row(code, year=year), words)
        for code in MEASURES
        if _happens(results.comparison.row(code))
        for year in results.comparison.played.years
    ]
    names = ("measure", "year", "scenario", "baseline", "difference", "ci", "range")
    header = tuple(words(f"tables.{name}") for name in names)
    return Grid("volumes", words("tables.volumes"), header, tuple(rows), sortable=True)


def _happens(row: Row) -> bool:
    return any(level and not math.isnan(level) for level in (row.scenario, row.baseline))


def _volume(row: Row, words: Language) -> tuple[Cell, ...]:
    shown = words.share if row.unit == "share" else words.count
    unit = "" if row.unit == "share" else f", {words(f'units.{row.unit}')}"
    return (
        *cells(words(f"measures.{row.measure}") + unit, str(row.year)),
        Cell(shown(row.scenario), row.scenario),
        Cell(shown(row.baseline), row.baseline),
        *spread_cells(row, shown, words),
    )


_SAVING = "net_saving:municipality"


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
    near = ", ".join(words.in_millions(budget) for budget in best.near)
    lines = [
        words(
            "curve.best",
            best=words.money(best.budget),
            near=words("format.millions", number=near),
        ),
        _stops(curve, words),
    ]
    if curve.whole_unit_cost > 0:
        lines.append(words("curve.step", cost=words.kroner(curve.whole_unit_cost)))
    if curve.failed:
        failed = ", ".join(words.in_millions(curve.budgets[cell.number]) for cell in curve.failed)
        lines.append(words("curve.failed", budgets=words("format.millions", number=failed)))
    return [*lines, words("curve.errors")]


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


def curve_table(curve: InvestmentCurve, words: Language) -> Grid:
    """Each budget with what is spent, placements and the municipality's net saving."""
    spent, placed, saved = (
        curve.spreads(quantity(code)) for code in ("programme_cost", "placements", _SAVING)
    )
    rows = [
        (
            Cell(words.in_millions(curve.budgets[i]), curve.budgets[i]),
            Cell(words.in_millions(spent[i].mean), spent[i].mean),
            Cell(words.count(placed[i].mean), placed[i].mean),
            Cell(words.in_millions(saved[i].mean, sign=True), saved[i].mean),
            Cell(words.to(*map(words.in_millions, (saved[i].ci_low, saved[i].ci_high)))),
            Cell(words.to(*map(words.in_millions, (saved[i].range_low, saved[i].range_high)))),
        )
        for i in range(len(curve.budgets))
    ]
    names = ("budget", "spent", "placements", "net", "ci", "range")
    header = tuple(words(f"tables.{name}") for name in names)
    caption = words("tables.curve", label=curve_label(curve, words), money=words("format.money"))
    return Grid("curve-table", caption, header, tuple(rows), sortable=True)
