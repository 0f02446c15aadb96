"""The rules and prices of one day for every day; imports layers 0 to 2 and the price list."""

from __future__ import annotations

import datetime as dt

from jobsim.calendar import Schedule
from jobsim.ledger.prices import Prices
from jobsim.scenario.paths import flatten, value_at

__all__ = ["prices_as_of"]

_RULES = (
    "benefits",
    "earnings",
    "refund",
    "wages",
    "taxes",
    "equalisation",
    "activation",
    "destinations",
)
"""Parts of a price list that are held; consumer prices and discount rates go on."""


def prices_as_of(prices: Prices, day: dt.date) -> Prices:
    """Hold benefits, wages, taxes and refunds at what they are on one day.

    Two regimes laid over the same volumes show what a reform alone does to every purse.

    Parameters
    ----------
    prices : Prices
    day : date

    Examples
    --------
    >>> import datetime as dt
    >>> now = prices_as_of(Prices.load("denmark"), dt.date(2026, 1, 1))
    >>> now.earnings.deducted_share.values
    (0.65,)
    """
    stated = {name: part for name, part in prices.stated().items() if name in _RULES}
    held: dict[str, object] = {}
    for path, _ in flatten(stated):
        schedule = value_at(prices, path)
        if isinstance(schedule, Schedule):
            first = schedule.dates[0] if schedule.dates else day
            held[path] = [{"from": first, "value": schedule.on(day)}]
    return prices.with_({**held, "name": f"{prices.name} as of {day}"})
