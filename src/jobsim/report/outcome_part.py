"""What comes out: the plan, the answer and its key figures, tables of money and of what happens.

The investment curve is there in words and as a table. May import results and language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from jobsim.analysis.comparing.first_page import off_benefit_in
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.comparing.summary import PAYS, SIGNED
from jobsim.analysis.outcomes.measures import WITHOUT, printed_measures, year_of_run
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.searching.spending import budget_paths
from jobsim.ledger import ramp_warnings
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.report.language import (
    Language,
    PageCell,
    PageRow,
    PageTable,
    ends_of,
    english,
    explained,
    field_label,
    heads,
    in_millions,
    worded,
)
from jobsim.report.results import Results
from jobsim.scenario import register
from jobsim.text.tables import DOMINANT, DOMINATED, no_price
from jobsim.vocabulary import (
    AFTER,
    FIXED_OPENINGS,
    MEASURE_WORDS,
    MONEY_MEASURES,
    PAYERS,
    PICTURED_PAYERS,
    PUBLIC_PAYERS,
    PURSES,
)


@dataclass(frozen=True)
class KeyFigure:
    """One figure of the answer, with what it is and its range over futures."""

    what: Markup
    value: str
    note: str


def probability(results: Results, words: Language) -> Markup:
    """How sure the municipality's gain is by chance alone, and by one assumption at a time."""
    gain = results.comparison.row("probability_of_gain", payer="municipality").difference
    moving = [one for one in results.break_even if not one.without_effect and one.error is None]
    if not moving:
        return words("answer.second_unknown", probability=words.share(gain))
    means = [one.mean_at(end) for one in moving for end in (one.move.low, one.move.high)]
    known = [mean for mean in means if math.isfinite(mean)]
    return words(
        "answer.second",
        probability=words.share(gain),
        low=words.money(min(known)),
        high=words.money(max(known)),
        turning=sum(one.inside for one in moving),
        moving=len(moving),
    )


def key_figures(results: Results, words: Language) -> list[KeyFigure]:
    """The figures that a committee asks for first."""
    placed = results.comparison.row("placements")
    per_job = results.comparison.row("cost_per_job_year").difference
    word = no_price(per_job, results.cost)
    change = words.count(placed.difference, sign=True)
    around = words.between(words.count, placed.range_low, placed.range_high)
    figures = [
        KeyFigure(words("answer.cost"), words.money(results.cost), ""),
        KeyFigure(words("answer.extra_placements"), change, _range(around, words)),
        *(_gain_of(payer, results, words) for payer in PICTURED_PAYERS),
    ]
    if not results.saves:
        month = break_even_month(results, words)
        figures.append(KeyFigure(words("answer.break_even"), month, ""))
    if math.isfinite(per_job):
        what = words("answer.cost_per_cut" if results.saves else "answer.cost_per")
        value, note = (str(words(f"format.{word}")), words(f"pays.{word}")) if word else ("", "")
        figures.append(KeyFigure(what, value or words.kroner(per_job), note))
    return figures


def _gain_of(payer: str, results: Results, words: Language) -> KeyFigure:
    """Net saving of a public purse, gain of any other."""
    key = "answer.net_saving" if payer in PUBLIC_PAYERS else "answer.gain"
    row = results.net(payer)
    what = words(key, payer=words(f"payers.{payer}").lower())
    around = words.money_range(row.range_low, row.range_high)
    return KeyFigure(what, words.money(row.difference, sign=True), _range(around, words))


def _range(around: str, words: Language) -> str:
    return f"{words('tables.range')}: {around}"


def break_even_month(results: Results, words: Language) -> str:
    """Month from which the municipality is never again behind, in words."""
    return month_in_words(results.comparison.row("break_even_month").difference, results, words)


def month_in_words(month: float, results: Results, words: Language) -> str:
    """A month by its number in the run, from 1."""
    if math.isnan(month):
        return words("answer.nothing_happens")
    if math.isinf(month):
        return words("answer.never", month=words.month(results.comparison.played.months[-1]))
    return words.month(results.comparison.played.months[int(month) - 1])


def contents_of_plan(results: Results, words: Language) -> list[Markup]:
    """Labels of what the scenario has beyond the regular service."""
    scenario = results.scenario
    labels = [english(one.label) for one in scenario.programmes.values()]
    labels += [english(one.label) for one in scenario.supports.values()]
    if scenario.small_jobs is not None and scenario.small_jobs.consultants is not None:
        labels.append(words("lines.consultants"))
    return labels


def warnings(results: Results, words: Language) -> list[Markup]:
    """What a reader should mind: numbers outside their range, without source, ramp mismatches."""
    found = register(results.scenario)
    lines = []
    if found.outside_range:
        labels = [field_label(row.path, words) for row in found.outside_range]
        lines.append(words("answer.outside", paths=Markup("; ").join(labels)))
    if found.unsourced:
        lines.append(words("answer.unsourced", count=len(found.unsourced)))
    misfits = ramp_warnings(results.scenario, results.comparison.prices)
    if misfits:
        rates = dict.fromkeys(text.partition(",")[0] for text in misfits)
        codes = Markup(", ").join(Markup("<code>{}</code>").format(rate) for rate in rates)
        lines.append(words("answer.ramp", rates=codes))
    return lines


def gains_by_purse(results: Results, words: Language) -> PageTable:
    """Gain of each purse with its interval, range, and after displacement."""
    gained = [(words(f"payers.{payer}"), "net_saving", payer) for payer in PURSES]
    year = results.comparison.prices.price_year_of(results.scenario)
    present = words("payers.present_value", year=year)
    asked = (*gained, (present, "net_present_value", None))
    rows = [row for one in asked for row in _gains(*one, results, words)]
    found = PageTable(
        "payers-table",
        words("tables.payers", money=words("format.money")),
        heads(words, "payer", "gain", "ci", "range"),
        rows,
        words("tables.payers_note"),
        marked=tuple(range(2 * len(PAYERS), 2 * len(PURSES))),
    )
    return explained(found, results.comparison.replications, words)


def _gains(
    name: Markup, measure: str, payer: str | None, results: Results, words: Language
) -> list[PageRow]:
    """Gain of a purse, and below it that after displacement."""
    named = {measure: name, measure + AFTER: words("tables.after")}
    rows = {code: results.comparison.row(code, payer=payer) for code in named}
    return [
        (worded(text), *_spread(rows[code], words.in_millions, words))
        for code, text in named.items()
    ]


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
        sign = code != "programme_cost"
        amounts = [in_millions(row.difference, words, sign=sign) for row in found]
        rows.append((worded(words(f"budget.{code}")), *amounts))
        ranges = [ends_of(row, words.in_millions, words, sign=sign)[1] for row in found]
        rows.append((worded(words("budget.range")), *ranges))
    caption = words("tables.municipality", money=words("format.money"))
    marked = 2 * list(MONEY_MEASURES).index("net_saving")
    named = [year_of_run(results.scenario.weeks, year) for year in years if year is not None]
    note = _part_years(results, words)
    return PageTable("budget", caption, _by_year(named, words), rows, note, marked=(marked,))


def _part_years(results: Results, words: Language) -> Markup:
    """What the mark of years means, where there is one."""
    parts = [
        words("tables.part_year", some=some, all=all_, year=year)
        for year, (some, all_) in results.scenario.weeks.part_years.items()
    ]
    return words("tables.part_years", parts=Markup(", ").join(parts)) if parts else Markup("")


def does_it_pay(results: Results, words: Language) -> PageTable:
    """Whether it pays for the municipality, each figure also after displacement."""
    rows, told = [], off_benefit_in(results.comparison.summary).told
    for measure, payer in PAYS:
        row = results.comparison.row(measure, payer=payer)
        if measure in WITHOUT and (results.saves or math.isnan(row.difference)):
            continue
        if measure == "share_without_work" and not told:
            continue
        if measure == FIXED_OPENINGS and not row.difference:
            continue
        turned = results.saves and words.has(f"pays.{measure}_cut")
        rows.append(_pays(words(f"pays.{measure}{'_cut' if turned else ''}"), row, results, words))
        if f"{measure}{AFTER}" in MEASURE_WORDS:
            after = results.comparison.row(f"{measure}{AFTER}", payer=payer)
            rows.append(_pays(words("tables.after"), after, results, words))
    header = heads(words, "measure", "estimate", "ci", "range")
    note = words("pays.note")
    if results.comparison.row(FIXED_OPENINGS, payer="municipality").difference:
        note = Markup(" ").join([note, words("pays.openings")])
    said = {cell.text for row in rows for cell in row}
    meant = [
        words(f"pays.{one}") for one in (DOMINATED, DOMINANT) if words(f"format.{one}") in said
    ]
    note = Markup(" ").join([note, *meant])
    found = PageTable("pays", words("tables.pays"), header, rows, note)
    return explained(found, results.comparison.replications, words)


def _pays(label: Markup, row: Row, results: Results, words: Language) -> PageRow:
    def shown(value: float, *, sign: bool = False) -> str:
        if math.isnan(value):
            return "–"
        if row.measure.startswith("break_even_month"):
            return month_in_words(value, results, words)
        if row.unit in ("share", "probability"):
            return words.share(value)
        digits = {"persons": 1, "DKK saved per DKK spent": 2}.get(row.unit, 0)
        return words.number(value, digits, sign=sign)

    word = no_price(row.difference, results.cost) if row.for_each else ""
    if word:
        return worded(label), PageCell(str(words(f"format.{word}"))), PageCell("–"), PageCell("–")
    signed = row.measure.removesuffix(AFTER) in SIGNED
    mean = PageCell(shown(row.difference, sign=signed))
    return worded(label), mean, *ends_of(row, shown, words, sign=signed)


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
    years = [year_of_run(results.scenario.weeks, int(year)) for year in table.columns[:-1]]
    header, note = _by_year(years, words), _part_years(results, words)
    return PageTable("lines", caption, header, rows, note, marked=(len(rows) - 1,))


def volumes_by_year(results: Results, words: Language) -> PageTable:
    """Every volume measure that occurs, by calendar year."""
    row, years = results.comparison.row, results.comparison.played.years
    leaving = off_benefit_in(results.comparison.summary).leaving
    whole = [row(measure.code) for measure in printed_measures(leaving=leaving)]
    happens = [one.measure for one in whole if np.nan_to_num((one.scenario, one.baseline)).any()]
    marked = {year: year_of_run(results.scenario.weeks, year) for year in years}
    rows = [_volume(row(code, year=one), marked[one], words) for code in happens for one in years]
    header = heads(words, "measure", "year", "scenario", "baseline", "difference", "ci", "range")
    note = _part_years(results, words)
    found = PageTable("volumes", words("tables.volumes"), header, rows, note, sortable=True)
    return explained(found, results.comparison.replications, words)


def _volume(row: Row, year: str, words: Language) -> PageRow:
    shown = words.share if row.unit == "share" else words.count
    unit = "" if row.unit == "share" else f", {words(f'units.{row.unit}')}"
    return (
        worded(words(f"measures.{row.measure}") + unit),
        PageCell(year, row.year),
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
    table = PageTable("curve-table", caption, header, rows, sortable=True)
    return explained(table, curve.cells.plan.count, words)
