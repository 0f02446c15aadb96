"""Each case worked out again, once: what the tests of this room hold the program against."""

from __future__ import annotations

from functools import lru_cache

import jobsim as js
from tests.printed.cases import CASES, ENGINE, SEED
from tests.printed.plain_numbers import Number
from tests.printed.plainly import Key, Pair, Side, rows

__all__ = ["expected", "pair"]


@lru_cache
def pair(name: str) -> Pair:
    """Both sides of a case as they are simulated, to be measured and priced in plain lines."""
    case = CASES[name]
    how = {"replications": case.replications, "seed": SEED, "engine": ENGINE, "progress": False}
    sides = (
        Side(data, case.prices, js.simulate(js.Scenario.from_dict(data), **how))
        for data in (case.scenario, case.baseline)
    )
    return Pair(*sides)


@lru_cache
def expected(name: str) -> dict[Key, tuple[Number, str]]:
    """Every number of a case with its unit."""
    return {key: (number, unit) for key, number, unit in rows(pair(name))}
