"""Tables of money and of what happens; may import results, language and grids."""

from __future__ import annotations

import math
from collections.abc import Callable

from jobsim.analysis.comparing.samples import Row
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.report.grid import Cell, Grid, cells
from jobsim.report.language import Language
from jobsim.report.results import Results
from jobsim.scenario import PAYERS, SUMS

_BUDGET = ("programme_cost", "gross_saving", "net_saving")


def payers(results: Results, words: Language) -> Grid:
    """Gain of each purse with its interval, range, and after displacement."""
    find = results.comparison.row
    rows = [
        (
            Cell(words(f"payers.{payer}"), left=True),
            *spread_cells(find("net_saving", payer=payer), words.in_millions, words),
            _money(find("net_saving_after_displacement", payer=payer), words),
        )
        for payer in (*PAYERS, *SUMS)
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
    for code in _BUDGET:
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
