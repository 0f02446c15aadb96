"""The items of STRESS-DES and CHEERS 2022 and where the report meets them.

STRESS-DES: Monks et al. 2019, doi:10.1080/17477778.2018.1442155, 24 items. CHEERS 2022: Husereau
et al. 2022, doi:10.1186/s12916-021-02204-0, 28 items. May import language and grids.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from jobsim.report.grid import Cell, Grid
from jobsim.report.language import Language

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
