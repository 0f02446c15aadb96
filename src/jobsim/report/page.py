"""The page from its parts; may import all parts of the report."""

from __future__ import annotations

from importlib import resources
from typing import Any

from markupsafe import Markup

from jobsim.report.answer_part import answer, contents_of_plan, key_figures, warnings
from jobsim.report.evidence_part import assumptions, claims, conditions, sources
from jobsim.report.facts import facts_of
from jobsim.report.language import Language, english
from jobsim.report.money_part import (
    curve_sentences,
    curve_table,
    lines_by_year,
    municipality_by_year,
    payers,
    volumes,
)
from jobsim.report.pictures import curve_picture, net_saving_picture, recipients_picture
from jobsim.report.record_part import CHEERS, STRESS, checklist, command, record_rows
from jobsim.report.results import Results

_FOLDER = "template"


def page(results: Results, words: Language) -> str:
    """HTML text of the whole page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("jobsim.report", _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(_parts(results, words))


def _parts(results: Results, words: Language) -> dict[str, Any]:
    """Everything that the template shows, by name."""
    facts = facts_of(results, words)
    return {
        "w": words,
        "english": english,
        "facts": facts,
        "results": results,
        "scenario": results.scenario,
        "sections": list(words.words["sections"]),
        "style": _text("style.css"),
        "script": _text("page.js"),
        **_answer(results, words, facts),
        **_evidence(results, words),
        "sources": sources(results),
        "assumptions": assumptions(results, words),
        "record_rows": record_rows(results, words, facts),
        "record": results.comparison.record.to_toml(),
        "command": command(results, words),
        "stress": checklist("stress", STRESS, words, facts),
        "cheers": checklist("cheers", CHEERS, words, facts),
    }


def _answer(results: Results, words: Language, facts: dict[str, object]) -> dict[str, Any]:
    return {
        "plan": contents_of_plan(results, words),
        "answer": answer(results, words, facts),
        "key_figures": key_figures(results, words),
        "warnings": warnings(results, words),
        "payers": payers(results, words),
        "budget": municipality_by_year(results, words),
        "lines": lines_by_year(results, words),
        "volumes": volumes(results, words),
    }


def _evidence(results: Results, words: Language) -> dict[str, Any]:
    curve = results.curve
    return {
        "saving_picture": net_saving_picture(results, words),
        "recipients_picture": recipients_picture(results, words),
        "curve_picture": curve_picture(results, curve, words) if curve is not None else None,
        "curve_table": curve_table(curve, words) if curve is not None else None,
        "curve_sentences": curve_sentences(results, words),
        "claims": claims(results, words),
        "conditions": conditions(results, words),
        "left_out": Markup(", ").join(
            english(results.scenario.claims[code].label) for code in results.left_out
        ),
    }


def _text(name: str) -> Markup:
    """A file of the page's frame, to stand in the page as it is."""
    return Markup(resources.files("jobsim.report").joinpath(_FOLDER, name).read_text("utf-8"))
