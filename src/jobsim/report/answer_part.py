"""The plan, the answer in two sentences, and its key figures; may import results, language."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from jobsim.analysis.comparing.summary import Row
from jobsim.ledger import ramp_warnings
from jobsim.report.language import Language, english, field_label
from jobsim.report.results import Results
from jobsim.scenario import register
from jobsim.vocabulary import PICTURED_PAYERS, PUBLIC_PAYERS


@dataclass(frozen=True)
class KeyFigure:
    """One figure of the answer, with what it is and its range over futures."""

    what: Markup
    value: str
    note: str


def answer(results: Results, words: Language) -> Markup:
    """Two sentences: what the plan brings, and how sure that is."""
    placed = results.comparison.row("placements")
    saved = results.net("municipality")
    cost = results.cost
    kind = "answer.first" if cost > 0 else "answer.first_cut" if cost < 0 else "answer.first_same"
    turned = -1.0 if cost < 0 else 1.0
    ends = sorted((turned * placed.range_low, turned * placed.range_high))
    first = words(
        kind,
        cost=words.money(abs(cost)),
        placements=words.count(turned * placed.difference),
        placements_range=words.between(words.count, *ends),
        result=_result(saved, words),
        net_range=words.money_range(saved.range_low, saved.range_high),
        net_ci=words.money_range(saved.ci_low, saved.ci_high),
        period=results.period,
    )
    return first + " " + _second(results, words)


def _result(saved: Row, words: Language) -> Markup:
    if saved.difference == 0:
        return words("answer.even")
    key = "answer.gains" if saved.difference > 0 else "answer.loses"
    return words(key, amount=words.money(abs(saved.difference)))


def _second(results: Results, words: Language) -> Markup:
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
    per_job = results.comparison.row("cost_per_extra_placement").difference
    change = words.count(placed.difference, sign=True)
    around = words.between(words.count, placed.range_low, placed.range_high)
    figures = [
        KeyFigure(words("answer.cost"), words.money(results.cost), ""),
        KeyFigure(words("answer.extra_placements"), change, _range(around, words)),
        *(_gain(payer, results, words) for payer in PICTURED_PAYERS),
    ]
    if not results.saves:
        month = break_even_month(results, words)
        figures.append(KeyFigure(words("answer.break_even"), month, ""))
    if math.isfinite(per_job):
        what = words("answer.cost_per_cut" if results.saves else "answer.cost_per")
        figures.append(KeyFigure(what, words.kroner(per_job), ""))
    return figures


def _gain(payer: str, results: Results, words: Language) -> KeyFigure:
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
    month = results.comparison.row("break_even_month").difference
    if math.isnan(month):
        return words("answer.nothing_happens")
    if math.isinf(month):
        return words("answer.never")
    return words.month(results.comparison.played.months[int(month) - 1])


def contents_of_plan(results: Results, words: Language) -> list[Markup]:
    """Labels of what the scenario has beyond the regular service."""
    scenario = results.scenario
    added = [one.label for one in scenario.programmes.values()]
    added += [one.label for one in scenario.supports.values()]
    labels = [english(label) for label in added]
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
