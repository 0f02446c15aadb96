"""What is needed to play the report's numbers again; may import results, language and grids.

The items of STRESS-DES and CHEERS 2022 and where the report meets them.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from markupsafe import Markup

from jobsim.report.grid import Cell, Grid
from jobsim.report.language import Language
from jobsim.report.results import Results


def record_rows(results: Results, words: Language, facts: dict[str, object]) -> Grid:
    """The run in a few rows: scenarios, prices, futures, seed, engine, versions, machine."""
    record = results.comparison.record
    changed = [*results.scenario.changed, *record.prices.changed]
    rows: list[tuple[str, str]] = [
        ("scenario", results.scenario.name),
        ("baseline", _baseline(results, words)),
        ("prices", record.prices.name),
        ("replications", _replications(results, words)),
        ("seed", str(record.seed)),
        ("engine", record.engine),
        ("versions", str(facts["versions"])),
        ("system", words("record.system_text", system=facts["system"], cores=facts["cores"])),
        ("seconds", words("record.seconds_text", seconds=facts["seconds"])),
        *([("changed", Markup("<code>{}</code>").format(", ".join(changed)))] if changed else []),
    ]
    return Grid(
        "record-table",
        words("tables.files"),
        (words("tables.entry"), words("tables.number")),
        tuple(
            (Cell(words(f"record.{name}"), left=True), Cell(text, left=True)) for name, text in rows
        ),
    )


def _baseline(results: Results, words: Language) -> str:
    if results.default_baseline:
        return words("record.default_baseline", name=results.scenario.name)
    return results.comparison.baseline.scenario.name


def _replications(results: Results, words: Language) -> str:
    comparison = len(results.comparison.record.replications)
    budgets = results.curve.cells.plan.count if results.curve is not None else 0
    return words(
        "record.replications_parts",
        comparison=words.whole(comparison),
        curve=words.whole(budgets),
        searches=words.whole(results.searches),
    )


def command(results: Results, words: Language) -> str:
    """Command that makes the report again, from the scenario's file or name."""
    record = results.comparison.record
    parts = ["jobsim", "report", results.scenario.name]
    if not results.default_baseline:
        parts += ["--against", results.comparison.baseline.scenario.name]
    parts += ["-o", f"{results.scenario.name}.html", "--language", words.code]
    parts += ["--replications", str(len(record.replications)), "--seed", str(record.seed)]
    if record.prices.name != "denmark":
        parts += ["--prices", record.prices.name]
    return shlex.join(parts)


STRESS: Mapping[str, str] = {
    "1.1": "question",
    "1.2": "payers",
    "1.3": "conditions",
    "2.1": "method",
    "2.2": "method",
    "2.3": "record",
    "2.4": "method",
    "2.5.1": "method",
    "2.5.2": "method",
    "2.5.3": "assumptions",
    "2.5.4": "method",
    "2.5.5": "method",
    "3.1": "assumptions",
    "3.2": "assumptions",
    "3.3": "assumptions",
    "3.4": "not_priced",
    "4.1": "method",
    "4.2": "question",
    "4.3": "payers",
    "5.1": "record",
    "5.2": "record",
    "5.3": "record",
    "5.4": "record",
    "6.1": "record",
}
"""Section that meets each item."""

CHEERS: Mapping[str, str] = {
    "1": "question",
    "2": "answer",
    "3": "question",
    "4": "method",
    "5": "question",
    "6": "question",
    "7": "question",
    "8": "payers",
    "9": "question",
    "10": "payers",
    "11": "payers",
    "12": "method",
    "13": "payers",
    "14": "assumptions",
    "15": "payers",
    "16": "method",
    "17": "method",
    "18": "method",
    "19": "payers",
    "20": "conditions",
    "21": "method",
    "22": "assumptions",
    "23": "payers",
    "24": "conditions",
    "25": "not applicable",
    "26": "claims",
    "27": "missing",
    "28": "missing",
}
"""Section that meets each item, or why none does."""

_STATUS = {"missing": "missing", "not applicable": "not_applicable"}


def missing(items: Mapping[str, str]) -> int:
    """How many items the report does not meet."""
    return sum(where == "missing" for where in items.values())


def checklist(
    name: str, items: Mapping[str, str], words: Language, facts: Mapping[str, object]
) -> Grid:
    """Every item with where and how the report meets it, or the reason why not."""
    return Grid(
        f"{name}-table",
        words(f"tables.{name}", missing=missing(items)),
        tuple(words(f"tables.{part}") for part in ("item", "how", "where", "status")),
        tuple(_row(name, item, where, words, facts) for item, where in items.items()),
    )


def _row(
    name: str, item: str, where: str, words: Language, facts: Mapping[str, object]
) -> tuple[Cell, ...]:
    status = _STATUS.get(where, "reported")
    link = Markup("–")
    if status == "reported":
        link = Markup('<a href="#{}">{}</a>').format(where, words(f"sections.{where}"))
    title = Markup("{} {}").format(item, words(f"{name}.{item}.title"))
    texts = (title, words(f"{name}.{item}.text", **facts), link, words(f"status.{status}"))
    return tuple(Cell(text, left=True) for text in texts)
