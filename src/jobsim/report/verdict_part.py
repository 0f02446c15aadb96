"""The first sentences of the page: who gains, how sure that is, how much work, and what follows.

They say what `compare` says first, in either language. May import results and language.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from markupsafe import Markup

from jobsim.analysis.comparing.first_page import (
    anything_moves,
    can_turn,
    known_sign,
    months_without_money,
    moved,
)
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.outcomes.measures import TAX_TREATMENTS
from jobsim.report.language import Language, english
from jobsim.report.results import Results
from jobsim.vocabulary import AFTER


def verdict(results: Results, words: Language) -> list[Markup]:
    """Paragraphs, the sentence on who gains and who loses first."""
    first = [*_tuned(results, words), _sentence(results, words)]
    if not anything_moves(results.comparison.summary):
        return first
    return [
        *first,
        _signs(results, words),
        *_work(results, words),
        *_end(results, words),
        _tax(results, words),
    ]


def _tuned(results: Results, words: Language) -> Iterator[Markup]:
    fitted = [one for one in results.scenario.claims.values() if one.role == "fitted"]
    if fitted:
        claims = Markup("; ").join(english(one.label) for one in fitted)
        yield words("verdict.tuned", claims=claims)


def _sentence(results: Results, words: Language) -> Markup:
    parts = [_gain(*one, words) for one in moved(results.comparison.summary)]
    return words("verdict.sentence", period=results.period, parts=Markup("; ").join(parts))


def _named(payer: str, words: Language) -> str:
    """A purse in a sentence."""
    if payer == "society":
        return str(words("verdict.society"))
    return str(words("format.the", name=words(f"payers.{payer}").lower()))


def _does(value: float, name: str, words: Language) -> Markup:
    many = "_many" if name.endswith("s") else ""
    what = "even" if value == 0 else "gains" if value > 0 else "loses"
    return words(f"verdict.{what}{many}")


def _gain(payer: str, gain: Row, after: Row, words: Language) -> Markup:
    name = _named(payer, words)
    does = _does(gain.difference, name, words)
    if not any((gain.difference, gain.range_low, gain.range_high)):
        return words("verdict.still", purse=name, does=does)
    behind = words.in_millions(abs(after.difference))
    if gain.difference * after.difference < 0:
        turned = "verdict.loss" if after.difference < 0 else "verdict.gain"
        behind = str(words(turned, amount=behind))
    return words(
        "verdict.part",
        purse=name,
        does=does,
        amount=words.money(abs(gain.difference)),
        range=_range(gain, words),
        after=behind,
    )


def _range(row: Row, words: Language) -> str:
    low, high = row.range_low, row.range_high
    if low < 0 < high:
        ends = words.in_millions(-low), words.in_millions(high)
        return str(words("verdict.crossing", loss=ends[0], gain=ends[1]))
    return words.between(words.in_millions, abs(low), abs(high))


def _signs(results: Results, words: Language) -> Markup:
    summary = results.comparison.summary
    if summary.replications == 1:
        return words("verdict.signs_one")
    can = [_named(payer, words) for payer in can_turn(summary)]
    return words("verdict.signs_turn", purses=words.listed(can)) if can else words("verdict.signs")


def _work(results: Results, words: Language) -> Iterator[Markup]:
    find = results.comparison.row
    years, each, after = (
        find(code) for code in ("job_years", "cost_per_job_year", f"cost_per_job_year{AFTER}")
    )
    if not years.difference:
        return
    lost = "_lost" if years.difference < 0 else ""
    ends = sorted((years.ci_low, years.ci_high), key=abs)
    if known_sign(years):
        ends = [abs(end) for end in ends]
    told = {
        "years": words.count(abs(years.difference)),
        "around": words.between(words.count, *ends),
    }
    yield words(f"verdict.work{lost}", **told)
    if math.isfinite(each.difference) and each.difference > 0:
        yield words(
            "verdict.each_saved" if results.saves else "verdict.each",
            cost=words.kroner(each.difference),
            around=words.between(words.whole, each.ci_low, each.ci_high),
            after=words.kroner(after.difference),
            after_around=words.between(words.whole, after.ci_low, after.ci_high),
        )


def _end(results: Results, words: Language) -> Iterator[Markup]:
    behind = months_without_money(results.comparison.summary)
    if behind is None:
        return
    row = results.comparison.row("monthly_saving_at_end")
    until = "verdict.end_saved" if results.saves else "verdict.end_with"
    yield words(
        "verdict.end_after" if behind else until,
        months=behind,
        does=words("verdict.saves" if row.difference > 0 else "verdict.loses"),
        amount=words.kroner(abs(row.difference)),
        around=words.between(words.whole, row.ci_low, row.ci_high),
    )


def _tax(results: Results, words: Language) -> Markup:
    measures = results.comparison.tax_treatments
    saved = {
        name: words.money(results.comparison.row(measure).difference, sign=True)
        for measure, name in measures.items()
    }
    if len(saved) < len(TAX_TREATMENTS):
        kept = results.comparison.prices.equalisation.kept_share
        return words("verdict.tax_kept", share=words.share_by_date(kept))
    return words("verdict.tax", **saved)
