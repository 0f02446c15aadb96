"""Months, as Danish and English spreadsheets write them; imports nothing of jobsim."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable

_NAMES_OF_MONTHS = """
    januar/january februar/february marts/march april maj/may juni/june juli/july august september
    oktober/october november december
"""
"""Each month in Danish and in English, where that differs."""
_MONTHS = tuple(names.split("/") for names in _NAMES_OF_MONTHS.split())
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-./ ]?M?(?P<month>\d{1,2})(?:[-./]\d{1,2})?", re.I)
_YEAR_LAST = re.compile(r"(?:\d{1,2}[-./])?(?P<month>\d{1,2})[-./](?P<year>\d{4})")
_NAMED = re.compile(r"(?P<name>[a-z]{3,9})\.?[- ]?(?P<year>\d{4}|\d{2})", re.I)


def last_day(text: str) -> dt.date | None:
    """Last day of the month that a text names, or None.

    Examples
    --------
    >>> last_day("2018M02"), last_day("februar 2018"), last_day("2018K1")
    (datetime.date(2018, 2, 28), datetime.date(2018, 2, 28), None)
    """
    for shape in (_YEAR_FIRST, _YEAR_LAST):
        found = shape.fullmatch(text)
        if found and 1 <= int(found["month"]) <= 12 and int(found["year"]) >= 1:
            return end_of_month(dt.date(int(found["year"]), int(found["month"]), 1))
    found = _NAMED.fullmatch(text)
    for number, names in enumerate(_MONTHS, start=1):
        if found and any(name.startswith(found["name"].lower()) for name in names):
            year = int(found["year"])
            return end_of_month(dt.date(year if year > 99 else 2000 + year, number, 1))
    return None


def end_of_month(day: dt.date) -> dt.date:
    """Last day of the month of a day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _number(day: dt.date) -> int:
    """Number of a day's month; those that follow one another differ by 1."""
    return 12 * day.year + day.month - 1


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Last days of all months from one to another, both included."""
    numbers = range(_number(first), _number(last) + 1)
    return [end_of_month(dt.date(number // 12, number % 12 + 1, 1)) for number in numbers]


def in_words(months: Iterable[dt.date]) -> str:
    """Months in a sentence, those that follow one another as a span.

    Examples
    --------
    >>> in_words([dt.date(2018, 3, 31), dt.date(2018, 11, 30), dt.date(2018, 12, 31)])
    '2018-03, 2018-11–2018-12'
    """
    spans: list[list[dt.date]] = []
    for month in sorted(months):
        if spans and _number(month) == _number(spans[-1][-1]) + 1:
            spans[-1][1:] = [month]
        else:
            spans.append([month])
    return ", ".join("–".join(f"{end:%Y-%m}" for end in span) for span in spans)
