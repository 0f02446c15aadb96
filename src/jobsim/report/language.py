"""What a language is to the page: words, number formats, names of fields, tables and their cells.

May import number formats, spreads and rows.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from jobsim.analysis.comparing.row import Row
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.setting.notice_words import TEXTS
from jobsim.analysis.setting.notices import Notice
from jobsim.calendar import Schedule
from jobsim.errors import InputError, nearest
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.text import tables
from jobsim.text.currency import CURRENCY, in_currency
from jobsim.text.tables import brief
from jobsim.vocabulary import labels

LANGUAGES = ("en", "da")
_DANISH_SEPARATORS = str.maketrans(",.", ".,")
_NAMED = ("groups", "programmes", "supports")
"""Parts of a file whose second name is a code that the file chose."""


def english(text: str) -> Markup:
    """A text of the scenario file, which is in English whatever the page's language.

    Examples
    --------
    >>> english("Job-ready")
    Markup('<span lang="en">Job-ready</span>')
    """
    return Markup('<span lang="en">{}</span>').format(text)


@dataclass(frozen=True, eq=False)
class Language:
    """All words of the report in one language, and how it writes numbers and dates.

    Parameters
    ----------
    code : str, as in the attribute lang
    words : mapping of section to mapping of name to text
    """

    code: str
    words: dict[str, Any]

    def __call__(self, key: str, **parts: object) -> Markup:
        """Text of a key such as "answer.first" with its {names} filled in, escaped for HTML.

        An abbreviation such as "kr." at the end of a sentence brings the sentence's full stop.

        Raises
        ------
        KeyError
            If the language has no such text, or a name is not given.
        """
        return escape(self.raw(key)).format(**parts).replace("..", ".")

    def raw(self, key: str) -> Any:
        """Text or list of a key; what follows the first full stop is the name in the section."""
        section, _, name = key.partition(".")
        found = self.words[section]
        item, _, part = name.rpartition(".")
        return found[item][part] if isinstance(found.get(item), dict) else found[name]

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        section, _, name = key.partition(".")
        return name in self.words.get(section, ())

    def local(self, text: str) -> str:
        """A number written in English, with the separators of this language."""
        return text.translate(_DANISH_SEPARATORS) if self.code == "da" else text

    def number(self, value: float, digits: int = 1, *, sign: bool = False) -> str:
        """A number with a fixed number of decimals."""
        return self.local(tables.number(value, digits=digits, sign=sign))

    def count(self, value: float, *, sign: bool = False) -> str:
        """A number of persons or events."""
        return self.local(tables.count(value, sign=sign))

    def whole(self, value: float) -> str:
        """A number without decimals."""
        return self.number(value, 0)

    def share(self, value: float, *, sign: bool = False) -> str:
        """A share as a percentage."""
        return self.local(tables.share(value, sign=sign))

    def share_by_date(self, value: float | Schedule) -> str:
        """A share as a percentage; of one that changes, the least and the greatest."""
        shares = value.values if isinstance(value, Schedule) else (value,)
        return "–".join(dict.fromkeys(self.share(one) for one in (min(shares), max(shares))))

    def brief(self, value: float) -> str:
        """A number of any size with about four digits."""
        return self.local(brief(value))

    def in_millions(self, value: float, *, sign: bool = False) -> str:
        """DKK in millions without the unit, for tables that name it."""
        return self.local(tables.millions(value, sign=sign))

    def money(self, value: float, *, sign: bool = False) -> Markup:
        """DKK in millions with the unit."""
        return self("format.millions", number=self.in_millions(value, sign=sign))

    def money_range(self, low: float, high: float) -> Markup:
        """Two amounts in millions with the unit once."""
        return self("format.millions", number=self.between(self.in_millions, low, high))

    def kroner(self, value: float) -> Markup:
        """DKK in whole kroner with the unit."""
        return self("format.kroner", number=self.whole(value))

    def between(
        self, shown: Callable[..., str], low: float, high: float, *, sign: bool = False
    ) -> str:
        """Two ends of an interval as one of the formats shows them, or one where they are same."""
        first, last = (shown(end, sign=True) if sign else shown(end) for end in (low, high))
        return first if first == last else str(self("format.to", low=first, high=last))

    def listed(self, names: Sequence[str]) -> str:
        """Names in a sentence, the last after "and"."""
        *first, last = names
        return str(self("format.and", first=", ".join(first), last=last)) if first else last

    def price_list(self, prices: Prices, scenario: Scenario) -> str:
        """Name of a price list, how many of its entries were changed, and what holds after it."""
        many, name = len(prices.entries_changed), prices.name
        if many:
            key = f"format.prices_changed{'_one' if many == 1 else ''}"
            name = str(self(key, name=name, count=self.whole(many)))
        last, growth = prices.years[1], prices.growth_per_year_after_list
        if scenario.weeks.years[-1] <= last or prices.held_at is not None:
            return name
        return str(
            self("format.prices_after", name=name, year=last, growth=self.share_by_date(growth))
        )

    def not_priced(self, prices: Prices) -> list[str | Markup]:
        """What a price list leaves out, in this language where that is known."""
        known = language_named(LANGUAGES[0]).raw("not_priced.items")
        said = dict(zip(known, self.raw("not_priced.items"), strict=True))
        return [said.get(one) or english(one) for one in prices.not_priced]

    def notice(self, given: Notice) -> Markup:
        """What is odd in a scenario; in English where it came from an error."""
        if not given.keys:
            return english(str(given))
        parts = {name: self.local(part) for name, part in given.parts.items()}
        told, would = (self(f"notices.{key}", **parts) for key in given.keys)
        return Markup("{}: {}; {}").format(given.path, told, would)

    def amount(self, value: float, unit: str) -> Markup:
        """A quantity with its unit; money in millions."""
        if unit == "DKK":
            return self.money(value)
        if unit == "share":
            return Markup(self.share(value))
        return self("format.with_unit", number=self.brief(value), unit=self(f"units.{unit}"))

    def date(self, day: dt.date) -> Markup:
        """A day, with the month in words."""
        month = self.raw("format.months")[day.month - 1]
        return self("format.date", day=day.day, month=month, year=day.year)

    def month(self, month: np.datetime64) -> Markup:
        """A month and its year."""
        day = month.astype("datetime64[D]").astype(dt.date)
        words = self.raw("format.months")[day.month - 1]
        return self("format.month_year", month=words, year=day.year)


def _with_currency(words: Any, currency: str) -> Any:
    """Texts within texts that name another currency than kroner."""
    if isinstance(words, dict):
        return {name: _with_currency(one, currency) for name, one in words.items()}
    if isinstance(words, list):
        return [_with_currency(one, currency) for one in words]
    return in_currency(words, currency) if isinstance(words, str) else words


@lru_cache(maxsize=8)
def language_named(code: str, currency: str = CURRENCY) -> Language:
    """Language of the report by its code, with the currency in which its amounts are.

    Raises
    ------
    InputError
        If there is no such language; the message names the nearest.

    Examples
    --------
    >>> danish = language_named("da")
    >>> danish.in_millions(-1_234_567), danish.whole(1500), str(danish("format.money"))
    ('−1,23', '1.500', 'mio. kr.')
    """
    if code not in LANGUAGES:
        raise InputError(f'language: there is no "{code}"{nearest(str(code), LANGUAGES)}')
    text = resources.files("jobsim.report").joinpath("words", f"{code}.toml").read_text("utf-8")
    words: dict[str, Any] = tomllib.loads(text)
    words.setdefault("notices", TEXTS)
    for section, names in labels(code).items():
        words[section] = names | words.get(section, {})
    return Language(code, _with_currency(words, currency))


def field_of(path: str, words: Language) -> tuple[str, str]:
    """Field that a path belongs to, as words know it, and what remains of the path.

    Examples
    --------
    >>> field_of("groups.young.benefit_rates.single.scale", language_named("en"))
    ('groups.benefit_rates', 'young, single')
    """
    parts = path.removesuffix(".scale").split(".")
    who = [parts.pop(1)] if parts[0] in _NAMED and len(parts) > 1 else []
    for end in range(len(parts), 0, -1):
        field = ".".join(parts[:end])
        if words.has(f"fields.{field}"):
            return field, ", ".join([*who, *parts[end:]])
    return "", path


def field_label(path: str, words: Language, *, code: bool = False) -> Markup:
    """Words for a path, with whom it is about as a code; the path itself below where asked for."""
    field, rest = field_of(path, words)
    if not field:
        return Markup("<code>{}</code>").format(path)
    label = words(f"fields.{field}")
    if path.endswith(".scale"):
        label += Markup(", {}").format(words("conditions.factor"))
    if code:
        return label + Markup(' <code class="path">{}</code>').format(path)
    return label + (Markup(" (<code>{}</code>)").format(rest) if rest else Markup(""))


@dataclass(frozen=True)
class PageCell:
    """One cell of a table.

    Parameters
    ----------
    text : str or Markup
        What is shown; HTML where it is Markup.
    number : float or None
        What the column sorts by, where that is not the text.
    left : bool
        Whether it is set left, as words are.
    """

    text: str
    number: float | None = None
    left: bool = False


PageRow = tuple[PageCell, ...]


@dataclass(frozen=True)
class PageTable:
    """A table of the page; the first column heads its rows.

    Parameters
    ----------
    name : str, unique on the page
    caption : str
    header : tuple of str
    rows : sequence of tuple of PageCell
    note : str
    sortable : bool, whether readers may sort it by a column
    marked : tuple of int, rows that are set apart, such as totals
    """

    name: str
    caption: str
    header: tuple[str, ...]
    rows: Sequence[PageRow]
    note: str = ""
    sortable: bool = False
    marked: tuple[int, ...] = ()


def heads(words: Language, *names: str, **parts: object) -> tuple[str, ...]:
    """Header of a table from the names of its columns."""
    return tuple(words(f"tables.{name}", **parts) for name in names)


def worded(text: str) -> PageCell:
    """A cell of words."""
    return PageCell(text, left=True)


def in_millions(value: float, words: Language, *, sign: bool = True) -> PageCell:
    """A cell of an amount."""
    return PageCell(words.in_millions(value, sign=sign), value)


def explained(table: PageTable, futures: int, words: Language) -> PageTable:
    """The table with a note on "not seen" and "all the same", where its cells say so."""
    cells, bound = {cell.text for row in table.rows for cell in row}, tables.unseen_bound(futures)
    keys = {
        "format.not_seen": "format.unseen" if futures > 1 else "format.unseen_one",
        "format.all_the_same": "format.same",
    }
    notes = [
        words(key, futures=words.whole(futures), bound=words.local(bound))
        for said, key in keys.items()
        if str(words(said)) in cells
    ]
    return replace(table, note=Markup(" ").join(filter(None, (table.note, *notes))))


def ends_of(
    found: Row | Spread, shown: Callable[..., str], words: Language, *, sign: bool = True
) -> tuple[PageCell, PageCell]:
    """Cells of the interval of a mean, and of the range over futures."""
    mean = found.spread if isinstance(found, Row) else found
    around = words.between(shown, mean.ci_low, mean.ci_high, sign=sign)
    if tables.all_the_same(mean):
        around = str(words("format.all_the_same"))
    return (
        PageCell(str(words("format.not_seen")) if tables.not_seen(mean) else around),
        PageCell(words.between(shown, found.range_low, found.range_high, sign=sign)),
    )
