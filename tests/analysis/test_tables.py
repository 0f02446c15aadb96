"""Numbers as text."""

import math

import pytest

from jobsim.text.tables import Table, count, interval, kroner, millions, number, share


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
