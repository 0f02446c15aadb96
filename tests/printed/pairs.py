"""Each case worked out again, once: what the tests of this room hold the program against."""

from __future__ import annotations

from functools import lru_cache

import jobsim as js
from tests.printed import plain_money as money
from tests.printed.cases import CASES, ENGINE, SEED, Case
from tests.printed.plain_numbers import Number
from tests.printed.plainly import Key, Pair, Side, rows

__all__ = ["FEW", "expected", "marked", "pair", "pair_of"]

FEW = {"replications": 4, "seed": SEED, "engine": ENGINE, "progress": False}
"""How questions that play several worlds are played."""


def pair_of(case: Case, **how: object) -> Pair:
    """Both sides of a case as they are simulated, to be measured and priced in plain lines."""
    sides = (
        Side(data, case.prices, js.simulate(js.Scenario.from_dict(data), **{**FEW, **how}))
        for data in (case.scenario, case.baseline)
    )
    return Pair(*sides)


@lru_cache
def pair(name: str) -> Pair:
    """Both sides of a case, in as many futures as it asks for."""
    return pair_of(CASES[name], replications=CASES[name].replications)


@lru_cache
def expected(name: str) -> dict[Key, tuple[Number, str]]:
    """Every number of a case with its unit."""
    return {key: (number, unit) for key, number, unit in rows(pair(name))}


def marked(case: str, year: int) -> str:
    """A year, with a mark where some of its weeks are not played."""
    town = CASES[case].scenario
    some = sum(day.year == year for day in money.weeks_of(town))
    return f"{year}*" if some < money.weeks_in_year(town, year) else str(year)
