"""The page from its parts, and what its sentences fill in; may import all parts of the report."""

from __future__ import annotations

import os
import platform
from importlib import resources

from markupsafe import Markup

from jobsim.report import answer_part, evidence_part, money_part, pictures, record_part
from jobsim.report.language import Language, english
from jobsim.report.results import Results
from jobsim.scenario import register
from jobsim.vocabulary import PAYERS

_FOLDER = "template"


def page(results: Results, words: Language) -> str:
    """HTML text of the whole page; the template asks the parts for what it shows."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("jobsim.report", _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    facts = facts_of(results, words)
    left_out = (english(results.scenario.claims[code].label) for code in results.left_out)
    return environment.get_template("page.html.j2").render(
        answer=answer_part,
        money=money_part,
        evidence=evidence_part,
        pictures=pictures,
        record=record_part,
        w=words,
        english=english,
        facts=facts,
        results=results,
        scenario=results.scenario,
        sections=list(words.words["sections"]),
        left_out=Markup(", ").join(left_out),
        style=_text("style.css"),
        script=_text("page.js"),
    )


def _text(name: str) -> Markup:
    """A file of the page's frame, to stand in the page as it is."""
    return Markup(resources.files("jobsim.report").joinpath(_FOLDER, name).read_text("utf-8"))


def facts_of(results: Results, words: Language) -> dict[str, object]:
    """Names that the sentences of checklists, method and record use, with their texts."""
    comparison, scenario = results.comparison, results.scenario
    record, prices = comparison.record, comparison.prices
    rows = [*register(scenario).rows, *register(prices).rows]
    judged = sum(row.kind == "judgement" for row in rows) / max(1, len(rows))
    rate = prices.guidance.discount_rate_years_0_35.on(scenario.horizon.start)
    monthly = comparison.row("monthly_saving_at_end").difference
    payers = words.listed([words(f"purses.{payer}") for payer in PAYERS])
    return {
        "municipality": scenario.municipality.name,
        "scenario": scenario.name,
        "baseline": _baseline(results, words),
        "payers": payers,
        "perspectives": payers[0].upper() + payers[1:],
        "the_payers": words.listed([_the(payer, words) for payer in PAYERS]),
        "groups": Markup(", ").join(english(one.label) for one in scenario.groups.values()),
        "period": results.period,
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


def _the(payer: str, words: Language) -> str:
    """A payer in a sentence, with its article."""
    return words("format.the", name=words(f"payers.{payer}").lower())


def _baseline(results: Results, words: Language) -> Markup:
    if results.default_baseline:
        return words("question.nothing")
    other = results.comparison.baseline.scenario
    return english(other.title or other.name)
