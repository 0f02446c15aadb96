"""Two-way sensitivity: one outcome over a grid of two numbers; may import cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Framed, Printed, Table, end, shown_in

if TYPE_CHECKING:
    import xarray as xr


_SHOWN = ("mean", "se", "ci_low", "ci_high")
"""Statistics of each cell."""


@dataclass(frozen=True, repr=False, eq=False)
class TwoWay(Printed, Framed):
    """One outcome over a grid of two numbers.

    Its table has one row per cell.

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

    def _lines(self) -> Iterator[dict[str, object]]:
        spreads, cells = self.cells.spreads(self.quantity), self.cells.cells
        for values, found, cell in zip(product(*self.values), spreads, cells, strict=True):
            row = dict(zip(self.paths, values, strict=True))
            yield {
                **row,
                **{name: getattr(found, name) for name in _SHOWN},
                "error": cell.error or "",
            }

    def to_dataset(self) -> xr.Dataset:
        """Mean and 95 % interval with one coordinate per number."""
        import xarray as xr

        attrs = {"units": self.quantity.unit, "long_name": self.quantity.label}
        return xr.Dataset(
            {
                name: (self.paths, [[getattr(one, name) for one in row] for row in self.spreads])
                for name in _SHOWN
            },
            coords=dict(zip(self.paths, map(list, self.values), strict=True)),
            attrs={**attrs, "scenario": self.cells.case.scenario.name},
        )

    def _table(self) -> Table:
        shown = shown_in(self.quantity.unit)
        first, second = self.paths
        rows = zip(self.values[0], self.spreads, strict=True)
        note = (
            f"Down: {first}. Across: {second}. * : the Monte Carlo 95 % interval of the mean "
            "includes 0."
        )
        failed = self.cells.failed
        if failed:
            note += f"\n– : {len(failed)} failed, the first with: {failed[0].error}"
        return Table(
            f"{self.cells.case.scenario.name}: {self.quantity.label}, mean, {self.quantity.unit}",
            ("", *map(end, self.values[1])),
            tuple(
                (end(value), *(shown(s.mean) + "*" * (s.ci_low <= 0 <= s.ci_high) for s in row))
                for value, row in rows
            ),
            note,
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
    measure : str or Quantity
        The outcome, or the code of a claim.
    baseline, prices, policy, **how
        What to compare with (`against` there), prices and how to play; see `threshold`.

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
    changes = [as_stated(case, {first: x, second: y}) for x, y in product(down, across)]
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
