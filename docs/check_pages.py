"""Check built pages: every link within them leads somewhere, and nothing is loaded from elsewhere.

Run: python docs/check_pages.py docs/_build/html
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}
"""Attributes whose address a browser fetches by itself."""
NOT_LOADED = {"canonical", "index", "search", "next", "prev", "license"}
"""Kinds of <link> that only name a page."""


class Page(HTMLParser):
    """Addresses and anchors of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.without_alt: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag refers to and what can be referred to in it."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "img" and not given.get("alt"):
            self.without_alt.append(given.get("src", "?"))
        for name in ("href", "src"):
            if name in given:
                self.links.append(given[name])
                if (tag, name) in LOADED and given.get("rel") not in NOT_LOADED:
                    self.loaded.append(given[name])


def problems(folder: Path) -> list[str]:
    """Links that lead nowhere, addresses loaded and pictures without text, a line each."""
    pages = {path.resolve(): Page(path) for path in sorted(folder.rglob("*.html"))}
    found = []
    for page in pages.values():
        name = page.path.relative_to(folder)
        found += [
            f"{name}: {link} leads nowhere" for link in page.links if _broken(link, page, pages)
        ]
        found += [
            f"{name}: loads {a}" for a in page.loaded if urlsplit(a).scheme in ("http", "https")
        ]
        found += [f"{name}: picture {src} has no alternative text" for src in page.without_alt]
    return found


def _broken(link: str, page: Page, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return False
    target = (
        (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path.resolve()
    )
    if not target.exists():
        return True
    anchor = unquote(parts.fragment)
    return bool(anchor) and target in pages and anchor not in pages[target].anchors


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    count = len(list(folder.rglob("*.html")))
    lines = problems(folder)
    print("\n".join([*lines, f"{count} pages, {len(lines)} problems"]))
    sys.exit(1 if lines or not count else 0)
