"""What `run` says of one scenario alone, against plain arithmetic on the same volumes."""

from __future__ import annotations

from functools import lru_cache

import pytest

import jobsim as js
from jobsim.analysis.comparing.comparison import Outcome
from jobsim.questions.compare import run
from tests.printed.cases import CASES, ENGINE, SEED
from tests.printed.pairs import expected, marked, pair
from tests.printed.plain_numbers import Number, of_mean
from tests.printed.plainly import LEAVING, PRINTED, VOLUMES, leaving, of_year
from tests.printed.writing import Spellings, around, ends, of_unit, same_cells, tables

COLUMNS = ("se", "ci_low", "ci_high", "range_low", "range_high")

all_cases = pytest.mark.parametrize("case", CASES)


@lru_cache
def outcome(case: str) -> Outcome:
    """A run of a case's scenario."""
    scenario = js.Scenario.from_dict(CASES[case].scenario)
    how = {"replications": CASES[case].replications, "seed": SEED, "engine": ENGINE}
    return run(scenario, progress=False, **how)


def right(case: str, measure: str, year: int | None, group: str | None) -> Number:
    """A measure of the scenario alone."""
    side = pair(case).ours
    groups = None if group is None else [group]
    values = VOLUMES[measure][0](side, of_year(side.months, year), groups).tolist()
    never = measure == "small_job_starts" and not CASES[case].scenario.get("small_jobs")
    return of_mean(values, [0.0] * len(values), ruled=never)


@all_cases
def test_every_measure(case):
    seen = set()
    for row in outcome(case).to_frame().to_dict("records"):
        year = None if row["year"] == "whole run" else row["year"]
        group = row["group"] if isinstance(row["group"], str) else None
        seen.add((row["measure"], year, group, None))
        number = right(case, row["measure"], year, group)
        plain = [number.difference, *(getattr(number, one) for one in COLUMNS)]
        found = [row[one] for one in ("mean", *COLUMNS)]
        assert found == [pytest.approx(one, rel=1e-9, abs=1e-12, nan_ok=True) for one in plain], row
        assert row["unit"] == VOLUMES[row["measure"]][1]
    assert seen == {key for key in expected(case) if key[0] in VOLUMES}


@all_cases
def test_what_is_printed(case):
    header, *printed = tables(repr(outcome(case)))["What happens"]
    assert header == ["year", "mean", "ci", "range"]
    rows: list[list[Spellings]] = []
    leaves = leaving([pair(case).ours.volumes])
    for measure in (one for one in VOLUMES if one in PRINTED or (leaves and one in LEAVING)):
        written = of_unit(VOLUMES[measure][1])
        for year in sorted({day.year for day in pair(case).ours.months}):
            one = right(case, measure, year, None)
            if one.difference or one.range_high:
                interval = around(one, written)
                most = ends(written(one.range_low), written(one.range_high))
                rows.append([{marked(case, year)}, written(one.difference), interval, most])
    assert len(printed) == len(rows)
    for row, cells in zip(printed, rows, strict=True):
        same_cells(row[-4:], cells)
