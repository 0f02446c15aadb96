"""The investment curve in words and as a table; may import results, language and grids."""

from __future__ import annotations

from markupsafe import Markup

from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.searching.budgets import budget_paths
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.report.grid import Cell, Grid
from jobsim.report.language import Language, english
from jobsim.report.results import Results

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
