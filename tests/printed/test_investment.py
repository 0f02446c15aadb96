"""What `invest` prints of a budget at several heights, against plain arithmetic."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence
from functools import lru_cache

import pytest

import jobsim as js
from jobsim.questions.investment_curve import InvestmentCurve
from tests.printed.cases import Case, Data, preset, price_list
from tests.printed.pairs import FEW, pair_of
from tests.printed.plain_numbers import Number, mean, of_ratio
from tests.printed.plainly import (
    Pair,
    alone,
    budgets_alone,
    gross_saving,
    net_saving,
    of_year,
    placements,
    present_value,
    programme_cost,
)
from tests.printed.writing import (
    Spellings,
    Written,
    around,
    ends,
    millions,
    persons,
    same_cells,
    spelt,
    tables,
)

BUDGETS = (0.0, 575_000.0, 1_150_000.0, 2_300_000.0)
PATH = "programmes.intensive.budget_per_year"
PRESENT = 1_150_000.0
"""What the file states; see `town`."""


def town() -> Data:
    """The town of 2026 for a year and a third."""
    data = preset("town-2026")
    data["horizon"] |= {"weeks": 70}
    return data


@lru_cache
def curve() -> InvestmentCurve:
    """The answer of the program."""
    return js.investment_curve(js.Scenario.from_dict(town()), budgets=BUDGETS, path=PATH, **FEW)


@lru_cache
def pairs() -> list[Pair]:
    """The town at each budget beside the town without its programme."""
    found = []
    for budget in BUDGETS:
        data = copy.deepcopy(town())
        data["programmes"]["intensive"]["budget_per_year"] = budget
        found.append(pair_of(Case(data, None, price_list())))
    return found


def extra(pair: Pair) -> list[float]:
    """Extra placements in each future."""
    months = of_year(pair.ours.months, None)
    ours, theirs = (placements(side, months, None) for side in (pair.ours, pair.theirs))
    return (ours - theirs).tolist()


def saved(pair: Pair, purse: str = "municipality") -> list[float]:
    """Net saving in each future."""
    return net_saving(pair, purse).sum(axis=1).tolist()


def spent(pair: Pair) -> list[float]:
    """What staff and grants cost more, in each future."""
    return programme_cost(pair.gained, "municipality").sum(axis=1).tolist()


def with_ends(one: Number, written: Written, *, sign: bool = False) -> list[Spellings]:
    """An estimate and its interval."""
    return [written(one.difference, sign=sign), around(one, written, sign=sign)]


def less(more: Sequence[float], other: Sequence[float]) -> list[float]:
    """Paired differences."""
    return [a - b for a, b in zip(more, other, strict=True)]


def test_each_budget():
    title = "Meetings every two weeks of town-2026 over the budget: 4 futures, seed 7"
    header, *rows = tables(repr(curve()))[title]
    assert header == [
        *("budget a year", "spent", "placements", "95 %", "net saving, municipality", "95 %"),
        *("95 % of futures", "state", "public", "present value", "after displacement"),
    ]
    for row, budget, pair in zip(rows, BUDGETS, pairs(), strict=True):
        net = alone(saved(pair), ruled=not budget)
        values = [present_value(pair.ours, one) for one in (pair.gained, pair.displaced)]
        right = [
            millions(budget),
            millions(mean(spent(pair))),
            *with_ends(alone(extra(pair), ruled=not budget), persons),
            *with_ends(net, millions),
            ends(millions(net.range_low), millions(net.range_high)),
            *(millions(mean(saved(pair, purse))) for purse in ("state", "public")),
            *(millions(mean(one)) for one in values),
        ]
        marked = row[0].endswith(", present plan")
        assert marked == (budget == PRESENT)
        same_cells([row[0].removesuffix(", present plan"), *row[1:]], right)


def ratio(value: float, *, sign: bool) -> Spellings:
    """Kroner for a krone."""
    return spelt(value, 2, sign=sign)


def test_the_next_krone():
    title = "The next krone, by differences in each future (net of its own cost)"
    header, *rows = tables(repr(curve()))[title]
    assert header[-4:] == ["net saving, municipality", "95 %", "DKK per krone spent", "95 %"]
    budgets, worlds = itertools.pairwise(BUDGETS), itertools.pairwise(pairs())
    for row, (low, high), (one, more) in zip(rows, budgets, worlds, strict=True):
        gain = less(saved(more), saved(one))
        per_krone = with_ends(of_ratio(gain, less(spent(more), spent(one))), ratio, sign=True)
        rising = with_ends(alone(gain), millions, sign=True)
        same_cells(row, [millions(low), millions(high), *rising, *per_krone])


def test_the_frame():
    frame = curve().to_frame().set_index(["budget_per_year", "measure", "payer"])
    for budget, pair in zip(BUDGETS, pairs(), strict=True):
        for measure, payer, values in (
            ("placements", None, extra(pair)),
            ("programme_cost", "municipality", spent(pair)),
            ("gross_saving", "municipality", gross_saving(pair, "municipality").sum(axis=1)),
            ("net_saving", "society", saved(pair, "society")),
        ):
            ruled = not budget or (measure == "programme_cost" and budgets_alone(pair))
            row, right = frame.loc[(budget, measure, payer)], alone(list(values), ruled=ruled)
            found = [row["mean"], row["se"], row["ci_low"], row["range_high"]]
            wanted = [right.difference, right.se, right.ci_low, right.range_high]
            near = [pytest.approx(one, rel=1e-9, abs=1e-6, nan_ok=True) for one in wanted]
            assert found == near, (budget, measure)
