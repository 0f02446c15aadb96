"""What is on a page, by the standard library's parser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr", "path", "rect", "use"}
UNREAD = {"script", "style", "code", "pre", "cite"}
"""Elements whose text is no prose of the page: code, and titles of publications."""
LOADING = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}
SPOKEN = ("aria-label", "alt", "title", "data-sort")


@dataclass
class Table:
    caption: str = ""
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    scopes: list[str | None] = field(default_factory=list)


class Page(HTMLParser):
    """Elements, texts with their language, headings and tables of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.prose: list[tuple[str, str]] = []
        """(language, text) of everything that is read out, code and titles left out."""
        self.headings: list[tuple[int, str]] = []
        self.tables: dict[str, Table] = {}
        self._open: list[tuple[str, str | None]] = []
        self._table: Table | None = None
        self._cell: list[str] | None = None
        self.feed(html)
        self.close()
        assert self._open == [], f"not closed: {self._open}"

    @property
    def language(self) -> str:
        return next((lang for _, lang in reversed(self._open) if lang), "")

    def handle_startendtag(self, tag, attrs):
        self._meet(tag, dict(attrs))

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag not in VOID:
            self._open.append((tag, known.get("lang")))
        self._meet(tag, known)

    def _meet(self, tag, known):
        self.elements.append((tag, known))
        for name in SPOKEN:
            if known.get(name):
                self.prose.append((known.get("lang") or self.language, known[name]))
        if tag == "table":
            self._table = self.tables[known["id"]] = Table()
        if tag in ("th", "td", "caption"):
            self._cell = []
        if tag == "th" and self._table is not None:
            self._table.scopes.append(known.get("scope"))
        if tag == "tr" and self._table is not None:
            self._table.rows.append([])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            raise AssertionError(f"{tag} closes nothing")
        if tag in ("th", "td", "caption") and self._table is not None:
            text = " ".join("".join(self._cell or []).split())
            if tag == "caption":
                self._table.caption = text
            else:
                self._table.rows[-1].append(text)
            self._cell = None
        if tag == "thead" and self._table is not None:
            self._table.header = self._table.rows.pop()
        if tag == "table":
            self._table = None

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)
        if self._open and re.fullmatch("h[1-6]", self._open[-1][0]) and self.headings:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        if data.strip() and not UNREAD & {tag for tag, _ in self._open}:
            self.prose.append((self.language, data))

    def said_in(self, language: str) -> str:
        """All prose in one language, spaces evened out."""
        return " ".join(" ".join(text.split()) for lang, text in self.prose if lang == language)


def loaded_from_outside(page: Page) -> list[str]:
    """Addresses that a browser would fetch."""
    found = []
    for tag, attributes in page.elements:
        address = attributes.get(LOADING.get(tag, ""), None)
        if address and not address.startswith(("data:", "#")):
            found.append(address)
        found += re.findall(r"url\((?!#|data:)([^)]+)\)", attributes.get("style") or "")
    return found


def wrong_headings(page: Page) -> list[str]:
    """Headings that skip a level, or a page that does not begin with one h1."""
    levels = [level for level, _ in page.headings]
    skipped = [
        text
        for (before, _), (level, text) in zip(page.headings, page.headings[1:], strict=False)
        if level > before + 1
    ]
    return skipped if levels[:1] == [1] and levels.count(1) == 1 else ["h1", *skipped]


def doubled_ids(page: Page) -> list[str]:
    """Identifiers that occur more than once."""
    ids = [known["id"] for _, known in page.elements if known.get("id")]
    return sorted({one for one in ids if ids.count(one) > 1})


def without_words(page: Page) -> list[str]:
    """Pictures that say nothing to those who do not see them."""
    return [
        tag
        for tag, known in page.elements
        if (tag == "img" and not known.get("alt"))
        or (known.get("role") == "img" and not known.get("aria-label"))
        or (tag == "svg" and known.get("aria-hidden") != "true")
    ]


def dead_links(page: Page) -> list[str]:
    """Links within the page that lead nowhere."""
    ids = {known.get("id") for _, known in page.elements}
    links = [known.get("href") or "" for _, known in page.elements]
    return [link for link in links if link.startswith("#") and link[1:] not in ids]


ENGLISH = {
    "the", "of", "and", "with", "which", "from", "are", "this", "that", "not", "without", "year",
    "week", "weeks", "month", "months", "saving", "municipality", "recipients", "persons", "state",
    "mean", "range", "never", "million", "claim",
}  # fmt: skip
"""Words that Danish does not have."""


def english_left(text: str) -> list[str]:
    """English words in a Danish text; names of fields, such as inflow_per_week, are no words."""
    return sorted(ENGLISH & set(re.findall(r"[a-zæøå_]+", text.lower())))
