"""The first sentences of the page: who gains, how sure that is, how much work, and what follows.

They say what `compare` says first, in either language. May import results and language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from markupsafe import Markup

from jobsim.analysis.comparing.first_page import (
    all_agree,
    anything_moves,
    can_turn,
    drawn_elsewhere,
    has_interval,
    has_range,
    known_sign,
    months_without_money,
    moved,
    off_benefit_in,
)
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.setting.notices import notices
from jobsim.calendar import Schedule
from jobsim.ledger.rates import undated
from jobsim.report.language import Language, english
from jobsim.report.results import Results
from jobsim.text.tables import all_the_same, is_nothing, kroner, millions, no_price
from jobsim.vocabulary import AFTER, TAX_TREATMENTS


def verdict(results: Results, words: Language) -> list[Markup]:
    """Paragraphs, the sentence on who gains and who loses first."""
    first = [*_tuned(results, words), _sentence(results, words), *_noticed(results, words)]
    if not anything_moves(results.comparison.summary):
        return first
    return [
        *first,
        _signs(results, words),
        *_work(results, words),
        *_leaving(results, words),
        *_end(results, words),
        _tax(results, words),
    ]


def _noticed(results: Results, words: Language) -> Iterator[Markup]:
    """What makes the answer hardly worth reading, as `validate` tells it."""
    compared = results.comparison
    theirs = compared.baseline.scenario
    for one in notices(results.scenario, compared.prices, baseline=theirs).grave:
        yield words("verdict.notice", told=words.notice(one))


def _tuned(results: Results, words: Language) -> Iterator[Markup]:
    fitted = [one for one in results.scenario.claims.values() if one.role == "fitted"]
    if fitted:
        claims = Markup("; ").join(english(one.label) for one in fitted)
        yield words("verdict.tuned", claims=claims)


def _sentence(results: Results, words: Language) -> Markup:
    summary = results.comparison.summary
    purses = moved(summary)
    end = ""
    if not anything_moves(summary):
        end = "_even"
    elif summary.replications == 1:
        end = "_one"
    elif all_agree(summary):
        end = "_same"
    return words(
        f"verdict.sentence{end}",
        period=results.period,
        parts=Markup("; ").join(_gain(*one, words) for one in purses),
        futures=words.whole(summary.replications),
    )


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
    if gain.difference * after.difference < 0 and behind != words.in_millions(0.0):
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
    if not has_range(row):
        return ""
    return f" ({_unsigned(words.in_millions, row.range_low, row.range_high, words)})"


def _unsigned(shown: Callable[..., str], low: float, high: float, words: Language) -> str:
    """Two ends of gains or losses without signs; in words where signs differ."""
    if low < 0 < high:
        return str(words("verdict.crossing", loss=shown(-low), gain=shown(high)))
    return words.between(shown, abs(low), abs(high))


def _signs(results: Results, words: Language) -> Markup:
    summary = results.comparison.summary
    if summary.replications == 1:
        return words("verdict.signs_one")
    if all_agree(summary):
        return words("verdict.signs_same", futures=words.whole(summary.replications))
    can = [_named(payer, words) for payer in can_turn(summary)]
    return words("verdict.signs_turn", purses=words.listed(can)) if can else words("verdict.signs")


def _work(results: Results, words: Language) -> Iterator[Markup]:
    find = results.comparison.row
    years, each, after = (
        find(code) for code in ("job_years", "cost_per_job_year", f"cost_per_job_year{AFTER}")
    )
    if is_nothing(years.difference):
        return
    lost = "_lost" if years.difference < 0 else ""
    ends = [years.ci_low, years.ci_high]
    if known_sign(years):
        ends = sorted(map(abs, ends))
    around = words("verdict.mean", ends=words.between(words.count, *ends))
    yield words(
        f"verdict.work{lost}",
        years=words.count(abs(years.difference)),
        around=around if has_interval(years) else "",
    )
    if math.isfinite(each.difference) and each.difference > 0:
        yield words(
            "verdict.each_saved" if results.saves else "verdict.each",
            cost=words.kroner(each.difference),
            around=_interval(each, words),
            after=_each_after(after, words),
        )
    elif word := no_price(each.difference, results.cost):
        amount = words.money(abs(results.cost))
        yield words(f"verdict.{word}", amount=amount)


def _each_after(after: Row, words: Language) -> Markup:
    """What each job-year costs after displacement, of which there may be none left."""
    if not after.difference > 0:
        return words("verdict.each_gone")
    cost, around = words.kroner(after.difference), _interval(after, words)
    return words("verdict.each_after", cost=cost, around=around)


def _interval(row: Row, words: Language) -> str:
    if has_interval(row):
        return f" ({words.between(words.whole, row.ci_low, row.ci_high)})"
    key = "format.all_the_same" if all_the_same(row.spread) else "verdict.no_interval"
    return f" ({words(key)})"


def _leaving(results: Results, words: Language) -> Iterator[Markup]:
    """Weeks off benefit by where they go, where some are of people who left without work."""
    summary = results.comparison.summary
    weeks, cost = off_benefit_in(summary), drawn_elsewhere(summary)
    if not weeks.told or all(map(is_nothing, weeks.parts)):
        return
    parts = ("gained", "in_work", "without_work", "after_work")
    counts = {part: words.count(getattr(weeks, part), sign=True) for part in parts}
    yield words("verdict.leaving", **counts, share=_part(results, words))
    if not (is_nothing(weeks.settled) and is_nothing(weeks.settled_before)):
        both = {"ours": words.count(weeks.settled), "theirs": words.count(weeks.settled_before)}
        yield words("verdict.leaving_settled", **both)
    if not is_nothing(cost, millions):
        end = "more" if cost > 0 else "less"
        yield words(f"verdict.leaving_{end}", amount=words.money(abs(cost)))


def _part(results: Results, words: Language) -> str:
    """Share of the weeks that belong to people who left without work, with its interval."""
    row = results.comparison.row("share_without_work")
    if math.isnan(row.difference):
        return ""
    ends = words("verdict.mean", ends=words.between(words.share, row.ci_low, row.ci_high))
    around = ends if has_interval(row) else ""
    return str(words("verdict.leaving_share", share=words.share(row.difference), around=around))


def _end(results: Results, words: Language) -> Iterator[Markup]:
    behind = months_without_money(results.comparison.summary)
    if behind is None:
        return
    row = results.comparison.row("monthly_saving_at_end")
    until = "verdict.end_saved" if results.saves else "verdict.end_with"
    after = f"verdict.end_after{'_saved' if results.saves else ''}"
    months = words("verdict.month" if behind == 1 else "verdict.months", count=behind)
    when = words(after if behind else until, months=months)
    if is_nothing(row.difference, kroner):
        yield words("verdict.at_end_even", when=when)
        return
    ends = _unsigned(words.whole, row.ci_low, row.ci_high, words)
    yield words(
        "verdict.at_end",
        when=when,
        does=words("verdict.saves" if row.difference > 0 else "verdict.loses"),
        amount=words.kroner(abs(row.difference)),
        around=f" ({ends})" if has_interval(row) else "",
    )


def _tax(results: Results, words: Language) -> Markup:
    measures, terms = results.comparison.tax_treatments, results.comparison.prices.equalisation
    saved = {
        name: words.money(results.comparison.row(measure).difference, sign=True)
        for measure, name in measures.items()
    }
    if len(saved) < len(TAX_TREATMENTS):
        return words("verdict.tax_kept", share=words.share_by_date(terms.kept_share))
    kept = {f"{name}_kept": _kept(terms.treatments[name], words) for name in saved}
    return words("verdict.tax", **saved, **kept)


_KEPT = {0.0: "verdict.kept_none", 0.25: "verdict.kept_quarter", 1.0: "verdict.kept_all"}
"""Shares that have words."""


def _kept(share: float | Schedule, words: Language) -> Markup:
    """A share of extra municipal tax in words."""
    same = undated(share)
    key = None if isinstance(same, Schedule) else _KEPT.get(same)
    return words(key) if key else words("verdict.kept_part", share=words.share_by_date(share))
