"""`js.report_on`: play a scenario and write the page about it, from the parts of the report.

The template asks the parts for what it shows; here is what its sentences fill in. May import all
of the report.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Unpack

from markupsafe import Markup

from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.errors import OutputError
from jobsim.files.writing import file_path, refuse_ending, refuse_to_replace, write_text
from jobsim.report import evidence_part, outcome_part, pictures, verdict_part
from jobsim.report.language import Language, english, language_named
from jobsim.report.results import Results, play_for_report
from jobsim.scenario import Scenario, register
from jobsim.vocabulary import PAYERS


@dataclass(frozen=True, eq=False)
class Report:
    """A page about a comparison, and the results that it shows.

    Parameters
    ----------
    results : Results
    language : str, "en" or "da"
    """

    results: Results
    language: str

    @cached_property
    def html(self) -> str:
        """The page: one text without anything outside it."""
        currency = self.results.comparison.prices.currency
        return page(self.results, language_named(self.language, currency))

    def in_language(self, language: str) -> Report:
        """Same results in another language; nothing is played again.

        Raises
        ------
        InputError
            If there is no such language.
        """
        return Report(self.results, language_named(language).code)

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the page, whole or not at all.

        Parameters
        ----------
        path : path of the new file; its folder must be there
        force : bool, whether a file that is there already is replaced

        Raises
        ------
        InputError
            If the name does not end in .html or .htm.
        OutputError
            If the file is there already and is to stay, or cannot be written.
        """
        check_path(path, force=force)
        return write_text(Path(path), self.html, force=force)

    def __repr__(self) -> str:
        size = len(self.html.encode()) / 1e6
        return f"Report of {self.results.scenario.name} in {self.language}, {size:.1f} MB"


def check_path(path: str | Path, *, force: bool) -> None:
    """Refuse a path that cannot be written, before anything is played.

    Raises
    ------
    InputError
        If it does not end like a page.
    OutputError
        If its folder is not there, it is a folder, or a file is there and is to stay.
    """
    target = file_path(path)
    refuse_ending(target, ".html", ".htm")
    try:
        if not target.parent.is_dir():
            raise OutputError(f"{target}: there is no folder {target.parent}")
        if not os.access(target.parent, os.W_OK):
            raise OutputError(f"{target}: cannot be written (the folder is read-only)")
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; give the name of a file")
        refuse_to_replace(target, force=force)
    except OutputError:
        raise
    except (OSError, ValueError) as error:  # a name that is too long, for one
        why = getattr(error, "strerror", error)
        raise OutputError(f"{target}: cannot be written ({why})") from error


@takes_options()
def report_on(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    path: str | Path | None = None,
    language: str = "en",
    force: bool = False,
    **how: Unpack[RunOptions],
) -> Report:
    """Compare a scenario, ask what its result hangs on, and put it on one page.

    Budgets are played with at most 100 of the replications, values of assumptions with at most 20.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        What to compare with; without it, the scenario without programmes, consultants and
        supports.
    path : path of an HTML file, optional
        Where to write the page; its folder must be there.
    language : str
        "en" or "da"; texts of the scenario file stay as they are.
    force : bool
        Whether a file that is there already is replaced.
    **how
        How to play.

    Returns
    -------
    Report
        `html` is the page; `save` writes it; `in_language` gives it in the other language.

    Raises
    ------
    InputError
        If an argument is not valid, or there is no such language.
    OutputError
        If the page cannot be written there, or a file is there already.

    Examples
    --------
    >>> import jobsim as js
    >>> changes = {"assumptions": {}, "correlations": [], "horizon.weeks": 53}
    >>> town = js.Scenario.load("town-2026").with_(changes)
    >>> page = js.report_on(town, language="da", replications=2, progress=False)
    >>> page.language, len(page.html) > 100_000
    ('da', True)
    """
    chosen = language_named(language)
    if path is not None:
        check_path(path, force=force)
    made = Report(play_for_report(scenario, baseline, how), chosen.code)
    if path is not None:
        made.save(path, force=force)
    return made


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
    return environment.get_template("page.html.j2").render(
        first=verdict_part,
        outcome=outcome_part,
        evidence=evidence_part,
        pictures=pictures,
        w=words,
        english=english,
        facts=facts,
        results=results,
        scenario=results.scenario,
        not_priced=words.not_priced(results.comparison.prices),
        left_out=[english(results.scenario.claims[code].label) for code in results.left_out],
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
    the_payers = [words("format.the", name=words(f"payers.{payer}").lower()) for payer in PAYERS]
    other = comparison.baseline.scenario
    named = english(other.title or other.name)
    return {
        "municipality": scenario.municipality.name,
        "scenario": scenario.name,
        "baseline": words("question.nothing") if results.default_baseline else named,
        "payers": payers,
        "perspectives": payers[0].upper() + payers[1:],
        "the_payers": words.listed(the_payers),
        "groups": Markup(", ").join(english(one.label) for one in scenario.groups.values()),
        "period": results.period,
        "start": words.date(scenario.horizon.start),
        "weeks": scenario.horizon.weeks,
        "replications": words.whole(len(record.replications)),
        "seed": record.seed,
        "engine": record.engine,
        "prices": words.price_list(prices, scenario),
        "price_year": prices.price_year_of(scenario),
        "discount": words.share(rate),
        "kept": words.share_by_date(prices.equalisation.kept_share),
        "displaced": words.share_by_date(prices.displacement.share),
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
