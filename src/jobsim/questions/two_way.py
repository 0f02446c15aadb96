"""Two-way sensitivity: one outcome over a grid of two numbers; may import cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Unpack

from jobsim.analysis.outcomes.quantity import Quantity, asked
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.cells import Cells, play_cells
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.setting.case import case_of
from jobsim.analysis.uncertainty.parameter_draws import as_stated
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.questions.sensitivity_text import end, money_or_count
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Printed, Table

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, repr=False, eq=False)
class TwoWay(Printed):
    """One outcome over a grid of two numbers.

    Parameters
    ----------
    cells : Cells
        In the order of the first number, then of the second.
    quantity : Quantity
    paths : tuple of two paths
    values : tuple of two tuples of float
    """

    cells: Cells
    quantity: Quantity
    paths: tuple[str, str]
    values: tuple[tuple[float, ...], tuple[float, ...]]

    @cached_property
    def spreads(self) -> list[list[Spread]]:
        """Mean and interval in each cell, [first number][second number]."""
        flat, width = self.cells.spreads(self.quantity), len(self.values[1])
        return [flat[start : start + width] for start in range(0, len(flat), width)]

    def to_frame(self) -> pd.DataFrame:
        """One row per cell: both numbers, mean, its error and 95 % interval, error of the cell."""
        import pandas as pd

        lines = zip(
            product(*self.values),
            self.cells.spreads(self.quantity),
            self.cells.cells,
            strict=True,
        )
        return pd.DataFrame(
            [
                {
                    **dict(zip(self.paths, values, strict=True)),
                    "mean": found.mean,
                    "se": found.se,
                    "ci_low": found.ci_low,
                    "ci_high": found.ci_high,
                    "error": cell.error or "",
                }
                for values, found, cell in lines
            ]
        )

    def to_dataset(self) -> xr.Dataset:
        """Mean and 95 % interval with one coordinate per number."""
        import xarray as xr

        attrs = {"units": self.quantity.unit, "long_name": self.quantity.label}
        return xr.Dataset(
            {
                name: (self.paths, [[getattr(one, name) for one in row] for row in self.spreads])
                for name in ("mean", "se", "ci_low", "ci_high")
            },
            coords=dict(zip(self.paths, map(list, self.values), strict=True)),
            attrs={**attrs, "scenario": self.cells.case.scenario.name},
        )

    def _table(self) -> Table:
        shown = money_or_count(self.quantity)
        first, second = self.paths
        rows = zip(self.values[0], self.spreads, strict=True)
        note = [
            f"Down: {first}. Across: {second}. * : the Monte Carlo 95 % interval of the mean "
            "includes 0."
        ]
        failed = self.cells.failed
        if failed:
            note.append(f"– : {len(failed)} failed, the first with: {failed[0].error}")
        return Table(
            f"{self.cells.case.scenario.name}: {self.quantity.label}, mean, {self.quantity.unit}",
            ("", *map(end, self.values[1])),
            tuple(
                (
                    end(value),
                    *(shown(s.mean) + "*" * (s.ci_low <= 0 <= s.ci_high) for s in row),
                )
                for value, row in rows
            ),
            "\n".join(note),
        )


def two_way(
    scenario: Scenario,
    grid: Mapping[str, Sequence[float]],
    baseline: Scenario | None = None,
    *,
    measure: str | Quantity = "net_saving",
    prices: Prices | None = None,
    policy: bool = False,
    **how: Unpack[RunOptions],
) -> TwoWay:
    """Move two numbers together over a grid.

    Parameters
    ----------
    scenario : Scenario
    grid : mapping of two paths to their values
        Such as ``{"groups.job_ready.meeting_gain": [0, 0.1, 0.2], "prices.….scale": [0.5, 1]}``.
    baseline : Scenario, optional
        Without it, the scenario without programmes, consultants and supports.
    measure : str or Quantity
        The outcome, or the code of a claim.
    prices : Prices, optional
        Price list; without it, "denmark".
    policy : bool
        Whether the baseline stays as it is. By default it follows: an assumption is about the
        world, and the world is the same in both.
    **how
        How to play; see `RunOptions`.

    Returns
    -------
    TwoWay
        Prints as a grid.

    Raises
    ------
    InputError
        If there are not two paths, a path is unknown, or a value is not a number.

    Examples
    --------
    >>> import jobsim as js
    >>> found = two_way(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     {"prices.equalisation.kept_share": [0, 0.25], "prices.wages.leisure_share": [0, 1]},
    ...     replications=4,
    ...     progress=False,
    ... )
    >>> found.to_dataset().sizes["prices.wages.leisure_share"]
    2
    """
    case, wanted = case_of(scenario, baseline, prices), asked(scenario, measure)
    if not isinstance(grid, Mapping) or len(grid) != 2:
        raise InputError("grid: give two paths as {path: values, path: values}")
    values = {path: _values(path, given) for path, given in grid.items()}
    (first, down), (second, across) = values.items()
    for path in values:
        case.value_at(path)
    changes = [
        {first: as_stated(case, first, x), second: as_stated(case, second, y)}
        for x, y in product(down, across)
    ]
    cells = play_cells(case, changes, [wanted], both=not policy, label="two-way", **how)
    return TwoWay(cells, wanted, (first, second), (down, across))


def _values(path: str, given: Sequence[float]) -> tuple[float, ...]:
    found = tuple(x.item() if hasattr(x, "item") else x for x in given)
    for value in found:
        if not is_number(value):
            raise InputError(f'grid["{path}"]: must be numbers, got {value!r}')
    if not found:
        raise InputError(f'grid["{path}"]: is empty')
    return found
