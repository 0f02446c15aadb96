"""What `attribute` divides a change into, and prints, against plain arithmetic over four worlds."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import pytest

import jobsim as js
from jobsim.questions.attribute import Attribution
from tests.printed.cases import Data, preset, price_list
from tests.printed.pairs import FEW
from tests.printed.plainly import Side, alone, recipients
from tests.printed.writing import Spellings, around, same_cells, tables


def kolding() -> Data:
    """The preset until the second October."""
    data = preset("kolding-2018")
    data["horizon"]["weeks"] = 96
    return data


@lru_cache
def divided() -> Attribution:
    """A fall in recipients between consultants and inflow, as the program has it."""
    scenario = js.Scenario.from_dict(kolding())
    about = {"measure": "recipients_2018", "since": "recipients_2017"}
    return js.attribute(scenario, parts=["consultants", "inflow"], **about, **FEW)


def change(*, consultants: bool, inflow: bool) -> np.ndarray:
    """Change from October to October in a world with, or without, each of the two parts."""
    town = kolding()
    if not consultants:
        town["small_jobs"]["consultants"]["budget_per_year"] = 0
    if not inflow:
        for group in town["groups"].values():
            group["inflow_per_week"] = group["inflow_per_week"][0]["value"]
    side = Side(town, price_list(), js.simulate(js.Scenario.from_dict(town), **FEW))
    months = [day.strftime("%Y-%m") for day in side.months]
    groups = ["job_ready", "activity_ready"]
    after, before = (
        recipients(side, [months.index(one)], groups) for one in ("2018-10", "2017-10")
    )
    return after - before


@lru_cache
def parts() -> dict[str, list[float]]:
    """Each part's change, averaged over coming first and coming last; and what is left."""
    none, second, first, both = (
        change(consultants=one, inflow=other)
        for one, other in itertools.product((False, True), (False, True))
    )
    return {
        "consultants": (((first - none) + (both - second)) / 2).tolist(),
        "inflow": (((second - none) + (both - first)) / 2).tolist(),
        "rest": none.tolist(),
        "total": both.tolist(),
    }


def brief(value: float) -> Spellings:
    """Four digits that matter."""
    near = (value, value * (1 - 1e-9), value * (1 + 1e-9))
    return {f"{one:.4g}".replace("-", "−") for one in near}


def test_each_part():
    frame = divided().to_frame().set_index("part")
    for part, values in parts().items():
        right, row = alone(values), frame.loc[part]
        columns = ["mean", "se", "ci_high", "range_low", "tunings_low", "tunings_ci_low"]
        wanted = [right.difference, right.se, right.ci_high, right.range_low]
        wanted += [right.difference, right.ci_low]
        found = [row[column] for column in columns]
        assert found == [pytest.approx(one, rel=1e-9, abs=1e-9) for one in wanted], part


def test_what_is_printed():
    printed = {row[0]: row[1:] for row in next(iter(tables(repr(divided())).values()))[1:]}
    labels = (
        *("Small jobs found by consultants", "Inflow off its first value"),
        *("The rest", "The model's total"),
    )
    for label, values in zip(labels, parts().values(), strict=True):
        right = alone(values)
        same_cells(printed[label][:2], [brief(right.difference), around(right, brief)])
    assert printed["Published"] == ["−225"]
