"""What many sentences of the report fill in, as words; may import results and language."""

from __future__ import annotations

import os
import platform

from markupsafe import Markup

from jobsim.report.language import Language, english
from jobsim.report.results import Results
from jobsim.scenario import register


def facts_of(results: Results, words: Language) -> dict[str, object]:
    """Names that the sentences of checklists, method and record use, with their texts."""
    comparison, scenario = results.comparison, results.scenario
    record, prices = comparison.record, comparison.prices
    rows = [*register(scenario).rows, *register(prices).rows]
    judged = sum(row.kind == "judgement" for row in rows) / max(1, len(rows))
    rate = prices.guidance.discount_rate_years_0_35.on(scenario.horizon.start)
    monthly = comparison.row("monthly_saving_at_end").difference
    return {
        "municipality": scenario.municipality.name,
        "scenario": scenario.name,
        "baseline": _baseline(results, words),
        "groups": groups_of(results),
        "period": period_of(results, words),
        "start": words.date(scenario.horizon.start),
        "weeks": scenario.horizon.weeks,
        "replications": words.whole(len(record.replications)),
        "seed": record.seed,
        "engine": record.engine,
        "prices": prices.name,
        "price_year": prices.price_year,
        "discount": words.share(rate),
        "kept": words.share(prices.equalisation.kept_share),
        "displaced": words.share(prices.displacement.share),
        "monthly": words.kroner(monthly),
        "cost_per": words.kroner(comparison.row("cost_per_extra_placement").difference),
        "count": words.whole(len(rows)),
        "judgement": words.share(judged),
        "sources": words.whole(len({**scenario.sources, **prices.sources})),
        "version": record.versions["jobsim"],
        "versions": ", ".join(f"{name} {number}" for name, number in record.versions.items()),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
        "seconds": words.whole(results.seconds),
    }


def period_of(results: Results, words: Language) -> str:
    """First and last calendar year of the run."""
    years = results.comparison.played.years
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def groups_of(results: Results) -> Markup:
    """Labels of all groups, in the scenario's language."""
    return Markup(", ").join(english(group.label) for group in results.scenario.groups.values())


def _baseline(results: Results, words: Language) -> Markup:
    if results.default_baseline:
        return words("question.nothing")
    other = results.comparison.baseline.scenario
    return english(other.title or other.name)
