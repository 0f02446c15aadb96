"""The question, the answer in two sentences, and its key figures; may import results, language."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from jobsim.analysis.comparing.samples import Row
from jobsim.ledger import ramp_warnings
from jobsim.report.grid import field_label
from jobsim.report.language import Language, english
from jobsim.report.results import Results
from jobsim.scenario import register


@dataclass(frozen=True)
class KeyFigure:
    """One figure of the answer, with what it is and its range over futures."""

    what: Markup
    value: str
    note: str


def answer(results: Results, words: Language, facts: dict[str, object]) -> Markup:
    """Two sentences: what the plan brings, and how sure that is."""
    placed = results.comparison.row("placements")
    saved = _net(results, "municipality")
    cost = results.comparison.row("programme_cost", payer="municipality").difference
    kind = "answer.first" if cost > 0 else "answer.first_cut" if cost < 0 else "answer.first_same"
    turned = -1.0 if cost < 0 else 1.0
    ends = sorted((turned * placed.range_low, turned * placed.range_high))
    first = words(
        kind,
        cost=words.money(abs(cost)),
        placements=words.count(turned * placed.difference),
        placements_range=words.to(*(words.count(end) for end in ends)),
        result=_result(saved, words),
        net_range=words.money_range(saved.range_low, saved.range_high),
        net_ci=words.money_range(saved.ci_low, saved.ci_high),
        period=facts["period"],
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
    cost = results.comparison.row("programme_cost", payer="municipality").difference
    per_job = results.comparison.row("cost_per_extra_placement").difference
    figures = [
        _figure("cost", words.money(cost), "", words),
        _figure(
            "extra_placements",
            words.count(placed.difference, sign=True),
            words.to(words.count(placed.range_low), words.count(placed.range_high)),
            words,
        ),
        *(
            _gain(name, _net(results, payer), words)
            for name, payer in (
                ("net", "municipality"),
                ("state", "state"),
                ("recipients", "recipient"),
            )
        ),
    ]
    if not results.saves:
        figures.append(_figure("break_even", break_even_month(results, words), "", words))
    if math.isfinite(per_job):
        name = "cost_per_cut" if results.saves else "cost_per"
        figures.append(_figure(name, words.kroner(per_job), "", words))
    return figures


def _gain(name: str, row: Row, words: Language) -> KeyFigure:
    span = words.money_range(row.range_low, row.range_high)
    return _figure(name, words.money(row.difference, sign=True), span, words)


def _figure(name: str, value: str, span: str, words: Language) -> KeyFigure:
    note = f"{words('tables.range')}: {span}" if span else ""
    return KeyFigure(words(f"answer.{name}"), value, note)


def break_even_month(results: Results, words: Language) -> str:
    """Month from which the municipality is never again behind, in words."""
    month = results.comparison.row("break_even_month").difference
    if math.isnan(month):
        return words("answer.nothing_happens")
    if math.isinf(month):
        return words("answer.never")
    return words.month(results.comparison.played.months[int(month) - 1])


def _net(results: Results, payer: str) -> Row:
    return results.comparison.row("net_saving", payer=payer)


def contents_of_plan(results: Results, words: Language) -> list[Markup]:
    """Labels of what the scenario has beyond the regular service."""
    scenario = results.scenario
    labels = [english(programme.label) for programme in scenario.programmes.values()]
    labels += [english(support.label) for support in scenario.supports.values()]
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
