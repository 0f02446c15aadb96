"""What is needed to play the report's numbers again, and where it meets two guidelines.

The guidelines are STRESS-DES and CHEERS 2022. May import results, language and tables of the page.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from markupsafe import Markup

from jobsim.report.language import Language
from jobsim.report.page_tables import PageRow, PageTable, heads, worded
from jobsim.report.results import Results


def record_table(results: Results, words: Language, facts: Mapping[str, object]) -> PageTable:
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
    cells = [(worded(words(f"record.{name}")), worded(text)) for name, text in rows]
    header = heads(words, "entry", "number")
    return PageTable("record-table", words("tables.files"), header, cells)


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


def command_again(results: Results, words: Language) -> str:
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


def _by_item(sections: Mapping[str, str]) -> dict[str, str]:
    """Section that meets each item, or why none does, items in the order of their numbers."""
    pairs = [(item, section) for section, items in sections.items() for item in items.split()]
    return dict(sorted(pairs, key=lambda pair: [int(part) for part in pair[0].split(".")]))


STRESS = _by_item(
    {
        "question": "1.1 4.2",
        "payers": "1.2 4.3",
        "conditions": "1.3",
        "method": "2.1 2.2 2.4 2.5.1 2.5.2 2.5.4 2.5.5 4.1",
        "record": "2.3 5.1 5.2 5.3 5.4 6.1",
        "assumptions": "2.5.3 3.1 3.2 3.3",
        "not_priced": "3.4",
    }
)
"""Items of STRESS-DES, each with the section that meets it."""
CHEERS = _by_item(
    {
        "question": "1 3 5 6 7 9",
        "answer": "2",
        "payers": "8 10 11 13 15 19 23",
        "conditions": "20 24",
        "claims": "26",
        "method": "4 12 16 17 18 21",
        "assumptions": "14 22",
        "not applicable": "25",
        "missing": "27 28",
    }
)
"""Items of CHEERS 2022, each with the section that meets it, or why none does."""

_STATUS = {"missing": "missing", "not applicable": "not_applicable"}


def missing(items: Mapping[str, str]) -> int:
    """How many items the report does not meet."""
    return sum(where == "missing" for where in items.values())


def checklist(
    name: str, items: Mapping[str, str], words: Language, facts: Mapping[str, object]
) -> PageTable:
    """Every item with where and how the report meets it, or the reason why not."""
    return PageTable(
        f"{name}-table",
        words(f"tables.{name}", missing=missing(items)),
        heads(words, "item", "how", "where", "status"),
        [_row(name, item, where, words, facts) for item, where in items.items()],
    )


def _row(name: str, item: str, where: str, words: Language, facts: Mapping[str, object]) -> PageRow:
    status = _STATUS.get(where, "reported")
    link = Markup("–")
    if status == "reported":
        link = Markup('<a href="#{}">{}</a>').format(where, words(f"sections.{where}"))
    title = Markup("{} {}").format(item, words(f"{name}.{item}.title"))
    texts = (title, words(f"{name}.{item}.text", **facts), link, words(f"status.{status}"))
    return tuple(map(worded, texts))
