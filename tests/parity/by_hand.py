"""Scenarios so plain that every event can be foreseen with pencil and paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from jobsim.engines.lowering import tables_of
from jobsim.engines.volumes import Arrays
from jobsim.scenario import Scenario
from tests.parity.agreement import played

__all__ = ["FOR_SURE", "lives", "only", "scenario"]

Rows = list[tuple[int, int, str, int]]

ALONE = {
    "key": 1,
    "label": "Recipients",
    "benefit_rates": {"adult_without_children": 1.0},
    "stock": 1,
    "job_finding_hazard_per_week": 0.0,
}
FOR_SURE = 10.0
"""Hazard per week at which what may happen does so at once, but for one case in 20,000."""


def scenario(weeks: int, group: dict[str, Any], **parts: Any) -> Scenario:
    """One group, met every week by caseworkers with time for everybody, unless said otherwise."""
    regular = {
        "fte": 1.0,
        "cost_per_fte_year": 500_000.0,
        "meetings_per_fte_week": 100.0,
        "interval_weeks": [1],
    }
    return Scenario.from_dict(
        {
            "name": "by-hand",
            "title": "By hand",
            "horizon": {"start": dt.date(2018, 1, 1), "weeks": weeks},
            "municipality": {"name": "Lilleby"},
            "groups": {"recipients": {**ALONE, **group}},
            "regular_service": {**regular, **parts.pop("regular", {})},
            **parts,
        }
    )


def lives(engine: str, described: Scenario) -> tuple[Rows, Arrays]:
    """Events as (week, number, event, value), and volumes."""
    volumes, table = played(engine, tables_of(described), 1, [0])
    columns = (table.week, table.number, table.event, table.value)
    return list(zip(*(column.tolist() for column in columns), strict=True)), volumes


def only(rows: Rows, *events: str) -> Rows:
    return [row for row in rows if row[2] in events]
