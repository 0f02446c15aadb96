"""Numbers as text."""

import math
import os
import sys

import pytest

from jobsim.text.tables import (
    Lines,
    Sentences,
    Table,
    count,
    interval,
    kroner,
    millions,
    number,
    share,
)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (millions(1_234_567), "1.23"),
        (millions(-1_234_567, sign=True), "−1.23"),
        (kroner(99_999.4, sign=True), "+99,999"),
        (kroner(math.inf), "∞"),
        (millions(math.nan), "–"),
        (count(12.34), "12.3"),
        (count(1234.5, sign=True), "+1,234"),
        (share(0.123), "12.3 %"),
        (share(math.nan), "–"),
        (number(-0.04), "0.0"),
        (interval("–", "–"), "–"),
        (interval("1", "2"), "1 to 2"),
        (interval("3", "3"), "3"),
    ],
)
def test_numbers_read_as_people_write_them(shown, expected):
    assert shown == expected


def test_columns_line_up():
    table = Table("T", ("", "a"), (("x", "1"), ("long", "22")))
    assert table.text().splitlines() == ["T", "       a", "────────", "x      1", "long  22"]


def test_html_is_escaped():
    table = Table("a<b", ("", "v"), (("x&y", "<1>"),), note="n>m")
    page = table.html()
    assert "a&lt;b" in page
    assert "x&amp;y" in page
    assert "&lt;1&gt;" in page
    assert "n&gt;m" in page


YEARS = tuple(str(year) for year in range(2026, 2034))
TABLES = (
    Table(
        "The municipality's table by budget year, million DKK nominal",
        ("", *YEARS, "whole run"),
        (
            ("Saved before staff and grants", *("+0.62",) * 8, "+4.96"),
            ("  95 % range", *("−1.17 to +12.35",) * 8, "−9.36 to +98.80"),
        ),
        "Prices: known for 2016 to 2026, kept constant outside those years, whatever comes.",
    ),
    Table("Claims", ("", "verdict"), (("Persons", "above the model's range, 12.5 % of 2018"),)),
    Lines("A life", (), (("2026-01-05", "is called to a meeting and comes"),), (10, 90)),
    Sentences(("Everybody is called to a meeting every four weeks, and most come to it.",)),
)


@pytest.mark.parametrize("columns", [40, 57, 80, 100, 140])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: type(table).__name__)
def test_tables_fit_into_columns_and_no_word_is_cut(monkeypatch, table, columns):
    words = {*table.text().replace(" %", "_%").split()}
    monkeypatch.setenv("COLUMNS", str(columns))
    text = table.text()
    assert max(map(len, text.splitlines())) <= columns
    rules = {word for word in text.split() if set(word) == {"─"}}
    found = {*text.replace(" %", "_%").split()} - rules
    assert found == {word for word in words if set(word) != {"─"}}


def test_a_label_gives_way_before_an_interval_is_broken(monkeypatch):
    table = Table("T", ("", "range"), (("Saved before staff and grants", "−1.17 to +12.35"),))
    monkeypatch.setenv("COLUMNS", "36")
    assert table.text().splitlines()[3:] == ["Saved before staff   −1.17 to +12.35", "  and grants"]


def test_a_terminal_says_how_wide_it_is_and_a_file_does_not(monkeypatch):
    whole = TABLES[0].text()
    assert max(map(len, whole.splitlines())) > 100
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((60, 24)))
    assert TABLES[0].text() == whole
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert max(map(len, TABLES[0].text().splitlines())) <= 60
