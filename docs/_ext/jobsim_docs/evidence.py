"""Where the numbers of presets and price lists come from, from their registers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sphinx.application import Sphinx

import jobsim
from jobsim.scenario import Assumption, Register, Source, readable
from jobsim.scenario.correlations import Correlation
from jobsim.scenario.document import Document
from jobsim_docs.pages import table, write_folder

__all__ = ["summary", "write_pages"]

_KINDS = ("article", "statute", "statistics", "study", "derived", "estimated", "judgement")


def _documents() -> list[Document]:
    scenarios = [jobsim.Scenario.load(name) for name in jobsim.preset_names()]
    return [*scenarios, jobsim.Prices.load("denmark")]


def summary() -> str:
    """How many numbers of each kind stand in each file, and how many lie outside their range."""
    rows = []
    for document in _documents():
        found = jobsim.register(document)
        counts = Counter(row.kind for row in found.rows)
        cells = [f"[{document.name}](evidence/{document.name}.md)", str(len(found.rows))]
        cells += [str(counts[kind]) for kind in _KINDS]
        rows.append((*cells, str(len(found.outside_range))))
    return table(("file", "numbers", *_KINDS, "outside their range"), rows)


def write_pages(app: Sphinx) -> None:
    """Write a page for every preset and the price list."""
    pages = {f"{document.name}.md": _page(document).encode() for document in _documents()}
    write_folder(Path(app.srcdir) / "background" / "evidence", pages)


def _page(document: Document) -> str:
    found = jobsim.register(document)
    lines = [f"# {document.name}", "", f"*{document.title}*", "", document.description.strip(), ""]
    lines += [f"{found.judgement_share:.0%} of {len(found.rows)} numbers are judgement.", ""]
    part = ""
    for path, stated in document.assumptions.items():
        first = path.split(".")[0]
        if first != part:
            part = first
            lines += [f"## {part.replace('_', ' ').capitalize()}", ""]
        lines += _entry(path, stated, found, document.name)
    tied = document.correlations if isinstance(document, jobsim.Scenario) else ()
    lines += ["## Rank correlations", ""] if tied else []
    lines += [f"- {_correlation(one, document.name)}" for one in tied] + [""] * bool(tied)
    lines += ["## Sources", ""]
    lines += [
        _source(_label(document.name, code), code, one) for code, one in document.sources.items()
    ]
    return "\n".join(lines) + "\n"


def _label(name: str, code: str) -> str:
    return f"source-{name}-{code}"


def _entry(path: str, stated: Assumption, found: Register, name: str) -> list[str]:
    """One assumption: the numbers it covers, its kind and range, and why."""
    rows = [row for row in found.rows if row.assumption is stated]
    span = ""
    if stated.low is not None and stated.high is not None:
        span = f", {readable(stated.low)} to {readable(stated.high)}"
        span += " (**outside**)" if any(row.outside for row in rows) else ""
    values = [
        f"`{row.path[len(path) + 1 :]}` {readable(row.value)}" if row.path != path
        else readable(row.value)
        for row in rows
    ]  # fmt: skip
    known = f" {_escaped(str(stated.distribution))}." if stated.distribution is not None else ""
    words = [f"*{stated.kind}{span}.*{known}", *(_sentence(text) for text in _words(stated))]
    words += _cited(stated.sources, name)
    return [f"`{path}`", f": {'; '.join(values) or '–'}", "", "  " + " ".join(words), ""]


def _correlation(stated: Correlation, name: str) -> str:
    """Two numbers, how far they go together, and why."""
    told = [f"{_escaped(str(stated))}."]
    told += [_sentence(_escaped(stated.reason))] if stated.reason else []
    return " ".join([*told, *_cited(stated.sources, name)])


def _cited(sources: Sequence[str], name: str) -> list[str]:
    cited = ", ".join(f"[{code}](#{_label(name, code)})" for code in sources)
    return [f"Source: {cited}."] if cited else []


def _words(stated: Assumption) -> list[str]:
    return [_escaped(text) for text in (stated.formula, stated.reason) if text]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _escaped(text: str) -> str:
    """Text with the signs that Markdown would read made plain."""
    for sign in "\\`*_[]<>$|":
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())


def _source(label: str, code: str, source: Source) -> str:
    address = f"https://doi.org/{source.doi}" if source.doi else source.url
    return (
        f"({label})=\n`{code}`\n: {_escaped(source.author)} ({source.year}). "
        f"[{_escaped(source.title)}](<{address}>)\n"
    )
