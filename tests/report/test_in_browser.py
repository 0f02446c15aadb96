"""The page in headless Chromium: opens quietly, folds, sorts, fits phones, prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.browser import Browser, chromium

COMPLAINTS = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
SORT = "document.querySelectorAll('#volumes thead button')[4]"
COLUMN = "[...document.querySelectorAll('#volumes tbody tr')].map(r => r.cells[4].dataset.value)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    program = chromium()
    assert program is not None
    made = Browser(program, tmp_path_factory.mktemp("chromium"))
    yield made
    made.close()


@pytest.fixture
def opened(browser, either, tmp_path) -> Browser:
    path = tmp_path / "report.html"
    either.save(path)
    browser.size(1280, 900)
    browser.open(path)
    return browser


def requests(browser: Browser) -> list[str]:
    return [one["request"]["url"] for one in browser.of("Network.requestWillBeSent")]


def test_it_opens_without_errors_or_requests(opened):
    opened.value("1")
    assert [url for url in requests(opened) if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in requests(opened) if url.startswith("file:")]) == 1
    assert opened.of(*COMPLAINTS) == []


def test_errors_and_requests_would_be_seen(browser, tmp_path):
    path = Path(tmp_path / "bad.html")
    bad = '<img src="http://127.0.0.1:9/a.png"><script>console.error("a"); b();</script>'
    path.write_text(f"<!doctype html><title>a</title>{bad}", encoding="utf-8")
    browser.open(path)
    browser.value("1")
    assert any("127.0.0.1" in url for url in requests(browser))
    assert len(browser.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled")) == 2


def test_sections_fold(opened):
    table = "document.querySelector('#volumes').getBoundingClientRect().height"
    assert opened.value("document.querySelectorAll('details[open]').length") == 0
    opened.value("document.querySelector('#fold-volumes > summary').click()")
    assert opened.value("document.querySelector('#fold-volumes').open")
    assert opened.value(table) > 100
    opened.value("document.querySelector('#fold-volumes > summary').click()")
    assert not opened.value("document.querySelector('#fold-volumes').open")


def test_a_link_opens_what_it_leads_into(opened):
    opened.value("location.hash = document.querySelector('.sources dt').id")
    opened.value("new Promise(done => setTimeout(done, 100))")
    deadline = 50
    while not opened.value("document.querySelector('#fold-sources').open") and deadline:
        deadline -= 1
    assert opened.value("document.querySelector('#fold-sources').open")


def test_tables_sort_by_number_both_ways(opened):
    before = [float(x) for x in opened.value(COLUMN)]
    opened.value(f"{SORT}.click()")
    assert opened.value(f"{SORT}.closest('th').getAttribute('aria-sort')") == "ascending"
    assert [float(x) for x in opened.value(COLUMN)] == sorted(before)
    assert sorted(before) != before
    opened.value(f"{SORT}.click()")
    assert opened.value(f"{SORT}.closest('th').getAttribute('aria-sort')") == "descending"
    assert [float(x) for x in opened.value(COLUMN)] == sorted(before, reverse=True)
    assert opened.value("document.querySelectorAll('[aria-sort]').length") == 1


def test_tables_sort_by_words(opened):
    rows = "[...document.querySelectorAll('#assumptions-table tbody tr')]"
    opened.value("document.querySelector('#fold-assumptions').open = true")
    opened.value("document.querySelectorAll('#assumptions-table thead button')[3].click()")
    found = opened.value(f"{rows}.map(r => r.cells[3].innerText)")
    assert found == sorted(found)
    assert len(set(found)) > 2


def test_the_skip_link_is_the_first_stop_and_leads_to_the_report(opened):
    for kind in ("keyDown", "keyUp"):
        opened.do("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
    assert opened.value("document.activeElement.className") == "skip"


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_desktop_and_phone(opened, width):
    opened.size(width, 800)
    opened.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert opened.value("document.documentElement.scrollWidth") <= width
    assert len(opened.picture()) > 10_000


def test_it_prints_with_all_sections_open(opened):
    opened.value("window.open_while_printing = 0")
    opened.value(
        "window.addEventListener('beforeprint', () => window.open_while_printing ="
        " document.querySelectorAll('details[open]').length)"
    )
    printed = opened.pdf()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) > 5
    assert opened.value(
        "window.open_while_printing === document.querySelectorAll('details').length"
    )
    assert opened.value("document.querySelectorAll('details[open]').length") == 0
