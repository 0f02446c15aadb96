"""Years beside those of a price list: what amounts grow by after it, and what results say of it.

May import calendar, what scenarios and price lists share, and the price list.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter

import numpy as np

from jobsim.arrays import Dates
from jobsim.calendar import Schedule, values_at
from jobsim.ledger.prices import Prices
from jobsim.ledger.rates import undated
from jobsim.scenario import Scenario
from jobsim.scenario.document import Document
from jobsim.scenario.paths import flatten, put, unit_at, value_at

_GROW = ("DKK", "index number")
"""How units begin of what grows: amounts of money and consumer prices, no share and no factor."""


def grown_to(prices: Prices, year: int) -> Prices:
    """A price list with steps up to a year, each the list's growth above the year before.

    They begin after the list's last year, or after a schedule's own last step where that is later.

    Parameters
    ----------
    prices : Prices
    year : int
        Without growth, or within the list's years, the list is given back as it is.
    """
    rate, last = prices.growth_per_year_after_list, prices.years[1]
    if not prices.grows or year <= last:
        return prices
    data = prices.stated()
    parts = {name: part for name, part in data.items() if name not in Document.model_fields}
    for path, _ in flatten(parts):
        given = value_at(prices, path)
        if isinstance(given, Schedule) and unit_at(Prices, path).startswith(_GROW):
            put(prices, data, path, _grown(given, last, year, rate))
    return Prices.from_dict(data)


def grown_for(prices: Prices, days: Dates) -> Prices:
    """The same up to the year of the last of some days."""
    return grown_to(prices, int(days.max().astype("datetime64[Y]").astype(int)) + 1970)


def _grown(given: Schedule, last: int, year: int, rate: float | Schedule) -> Schedule:
    dates = given.dates or (dt.date(last, 1, 1),)
    after = [dt.date(one, 1, 1) for one in range(max(last, dates[-1].year) + 1, year + 1)]
    rates = values_at(rate, np.array(after, dtype="datetime64[D]")).tolist()
    grown = (given.values[-1] * _raised(rates[:many]) for many, _ in enumerate(after, 1))
    return Schedule((*dates, *after), (*given.values, *grown))


def _raised(rates: list[float]) -> float:
    """What growth by one rate after the other multiplies an amount by."""
    return math.prod((1.0 + rate) ** years for rate, years in Counter(rates).items())


def known_in_words(prices: Prices) -> dict[str, str]:
    """Years with prices of their own, or the day at which they are held, by kind."""
    always = "all years" if prices.held_at is None else f"held at {prices.held_at}"
    return {
        kind: always if ends == (None, None) else _span(*ends)
        for kind, ends in prices.known.items()
    }


def _span(first: int | None, last: int | None) -> str:
    """Years between two ends, in words."""
    if last is None:
        return f"from {first}"
    return f"{first} to {last}"


def growth_in_words(prices: Prices) -> str:
    """Growth after the list; where it changes, with dates.

    Examples
    --------
    >>> growth = {2027: 0.03, 2030: 0.02}.items()
    >>> steps = [{"from": dt.date(year, 1, 1), "value": rate} for year, rate in growth]
    >>> growth_in_words(Prices.load("denmark").with_({"growth_per_year_after_list": steps}))
    '3 % a year, 2 % from 2030-01-01'
    """
    rate = undated(prices.growth_per_year_after_list)
    if not isinstance(rate, Schedule):
        return f"{100 * rate:.3g} % a year"
    steps = zip(rate.dates[1:], rate.values[1:], strict=True)
    later = (f"{100 * value:.3g} % from {day}" for day, value in steps)
    return ", ".join([f"{100 * rate.values[0]:.3g} % a year", *later])


def beyond_in_words(prices: Prices, scenario: Scenario) -> str:
    """What holds in the years of a run that the list has no prices for; empty without such years.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018").with_({"horizon.weeks": 500})
    >>> beyond_in_words(js.Prices.load("denmark"), town)
    'prices after 2026: grown by 0 % a year'
    """
    first, last = prices.years
    run = scenario.weeks.years
    told = []
    what = "prices" if prices.held_at is None else "consumer prices"
    if run[0] < first:
        told.append(f"{what} before {first}: those of {first}")
    if run[-1] > last and prices.held_at is not None:
        told.append(f"{what} after {last}: those of {last}")
    elif run[-1] > last:
        told.append(f"prices after {last}: grown by {growth_in_words(prices)}")
    return ", ".join(told)


def beyond_note(prices: Prices, scenario: Scenario) -> str:
    """The same with the years that the list knows and the kinds that go on; empty without such."""
    beyond = beyond_in_words(prices, scenario)
    if prices.held_at is not None:
        told = f"Prices: benefits, wages, taxes and refunds are held at {prices.held_at}"
        return f"{told}; {beyond or 'consumer prices go on'}."
    if not beyond:
        return ""
    (first, last), run = prices.years, scenario.weeks.years
    told = f"{first} to {last}"
    spans = [f"{kind} {span}" for kind, span in known_in_words(prices).items()]
    if any(not one.endswith((" all years", told)) for one in spans):
        told += f" ({', '.join(spans)})"
    ends = {kind: end for kind, (_, end) in prices.known.items() if end is not None}
    kinds = [kind for kind, end in ends.items() if end < run[-1]]
    on = f" ({', '.join(kinds)} and all other amounts of money)" if run[-1] > last else ""
    return f"Prices: known for {told}; {beyond}{on}."


def named_in(prices: Prices, scenario: Scenario) -> str:
    """Name of a price list in the heading of a run, with what holds beside its years."""
    beyond = beyond_in_words(prices, scenario)
    return f"{prices.named} ({beyond})" if beyond else prices.named
