"""The municipalities of a table as scenarios; may import jobsim.

A column of the table is a path of a scenario, as `with_` takes it; REGION, COLUMN and ROW are the
place on the map. Where a cell is empty the base stays as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobsim import Scenario

__all__ = ["TABLE", "Municipality", "municipalities", "some_of"]

TABLE = Path(__file__).with_name("municipalities.csv")
MAP = ("region", "column", "row")
BUDGET = "programmes.intensive.budget_per_year"


@dataclass(frozen=True)
class Municipality:
    """One row of the table.

    Parameters
    ----------
    number : int, row in the table, from 1; the seed of its chance
    region : str
    place : (column, row) on the map
    scenario : Scenario, with the investment of the base
    """

    number: int
    region: str
    place: tuple[int, int]
    scenario: Scenario

    @property
    def job_ready(self) -> int:
        """Job-ready recipients at the start."""
        return self.scenario.groups["job_ready"].stock

    def budget(self, share: float) -> float:
        """Yearly money for places for a share of the job-ready recipients, DKK."""
        programme = self.scenario.programmes["intensive"]
        fte = share * self.job_ready / programme.caseload_limit
        return round(fte * programme.cost_per_fte_year.values[0])

    def invested(self, share: float) -> Scenario:
        """The scenario with that much money."""
        return self.scenario.with_({BUDGET: self.budget(share)})


def municipalities(table: Path = TABLE, base: Scenario | None = None) -> list[Municipality]:
    """Every row of a table as a municipality.

    Parameters
    ----------
    table : Path of a CSV file, with a heading over each column
    base : Scenario, optional
        What holds where the table says nothing; without it, the file that `jobsim init` writes.

    Raises
    ------
    ScenarioError
        If a heading is no path of the base, or a value is not valid.
    """
    base = base or Scenario.template()
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Municipality(
            number=number,
            region=row["region"],
            place=(int(row["column"]), int(row["row"])),
            scenario=base.with_(_changes(row)),
        )
        for number, row in enumerate(rows, start=1)
    ]


def _changes(row: Mapping[str, str]) -> dict[str, object]:
    return {path: _value(cell) for path, cell in row.items() if path not in MAP and cell}


def _value(cell: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell


def some_of(known: list[Municipality], count: int) -> list[Municipality]:
    """So many of them, evenly spread from the smallest to the largest."""
    by_size = sorted(known, key=lambda one: (one.job_ready, one.number))
    count = min(count, len(by_size))
    chosen = [by_size[(2 * i + 1) * len(by_size) // (2 * count)] for i in range(count)]
    return sorted(chosen, key=lambda one: one.number)
