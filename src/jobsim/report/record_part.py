"""What is needed to play the report's numbers again; may import results, language and grids."""

from __future__ import annotations

import shlex

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
