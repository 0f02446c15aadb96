"""Play a scenario with some of its values swept; may import layers 0 to 3."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantities_of, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.cells import Cell, Cells, play_cells
from jobsim.analysis.playing.designs import Bounds, Design, DesignLike, design_of
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.setting.case import Case, case_of
from jobsim.ledger import Prices
from jobsim.questions.sweep_text import plain_axis, tables_of_sweep
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


Floats = npt.NDArray[np.float64]

_SHOWN = (
    "placements",
    "programme_cost",
    "net_saving:municipality",
    "net_saving:public",
    "net_present_value",
)
"""What is printed unless measures are named."""
_STATISTICS = tuple(field.name for field in dataclasses.fields(Spread))


def sweep(
    scenario: Scenario,
    design: DesignLike,
    *,
    against: Scenario | None = None,
    measures: Iterable[str | Quantity] | str | None = None,
    prices: Prices | None = None,
    both: bool = False,
    bounds: Bounds | None = None,
    points: int | None = None,
    **how: Unpack[RunOptions],
) -> Sweep:
    """Play a scenario with values changed, each cell beside one baseline on the same luck.

    Parameters
    ----------
    scenario : Scenario
    design : mapping, table or points
        A mapping of path to list of values is a grid: every combination is played. A DataFrame
        with paths as columns, or a list of mappings of path to value, is a table: every row is
        played. An array[points, paths] in the unit cube, or an engine of scipy.stats.qmc with
        `points`, is laid into `bounds`; `qmc_design` makes a table of such points. Values are
        whatever `Scenario.with_` takes, schedules and lists too; paths beginning with "prices."
        lead into the price list.
    against : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    measures : list of str, optional
        What to keep of each cell, as "net_saving:municipality:2018" or "placements:scenario";
        without it, some twenty standard measures of the whole run.
    prices : Prices, optional
        Price list; without it, "denmark".
    both : bool
        Whether the baseline follows the changes where it has the path: True for what is not known
        about the world, False (default) for policies.
    bounds : mapping of path to (low, high), optional
        The box of points; grids and tables with a value outside it are refused.
    points : int, optional
        How many points of an engine to play.
    **how
        Replications (default 200; "auto" with `precision`), seed, engine, n_jobs and so on; see
        `RunOptions`.

    Returns
    -------
    Sweep
        A failed cell is kept with its error and the line that plays it again; the others go on.
        Results do not depend on processes, order or batch size.

    Raises
    ------
    InputError
        If an argument or path is not valid, a design is empty, incomplete or outside its bounds,
        or every cell failed.

    Examples
    --------
    >>> import jobsim as js
    >>> budget = "programmes.intensive.budget_per_year.scale"
    >>> result = sweep(
    ...     js.Scenario.load("esbjerg-2018"), {budget: [0.5, 1]}, measures="placements",
    ...     replications=4, progress=False,
    ... )
    >>> result.to_dataset()["placements"].sel({"statistic": "mean", budget: 0.5}).item() > 0
    True
    """
    case = case_of(scenario, against, prices)
    wanted = quantities_of(measures)
    read = design_of(design, bounds=bounds, points=points, seed=how.get("seed", 1))
    rows = [_whole(case, row) for row in read.rows] if read.is_continuous else read.rows
    cells = play_cells(case, rows, wanted, both=both, label="sweep", **how)
    shown = tuple(map(quantity, _SHOWN)) if measures is None else wanted
    return Sweep(dataclasses.replace(read, rows=tuple(rows)), cells, shown)


def _whole(case: Case, row: dict[str, object]) -> dict[str, object]:
    """Points of a box as values: whole where the scenario has a whole number."""
    return {path: _whole_value(case.value_at(path), path, x) for path, x in row.items()}


def _whole_value(old: object, path: str, value: object) -> object:
    counted = isinstance(old, int) and not path.endswith(".scale")
    return round(value) if counted and is_number(value) else value


@dataclass(frozen=True, repr=False, eq=False)
class Sweep:
    """What came of every cell of a sweep, paired by key with one baseline.

    Parameters
    ----------
    design : Design
        Swept paths and their value in each cell.
    cells : Cells
        Values of every measure in every cell and replication; see `Cells`.
    shown : tuple of Quantity
        What is printed; `to_frame()` and `to_dataset()` hold everything.

    Examples
    --------
    >>> import jobsim as js
    >>> path = "groups.job_ready.meeting_gain"
    >>> result = js.sweep(
    ...     js.Scenario.load("esbjerg-2018"), [{path: 0.1}, {path: 7.0}, {path: -1.0}],
    ...     measures=["placements"], replications=4, progress=False,
    ... )
    >>> result.missing_share, [cell.number for cell in result.failed]
    (0.3333333333333333, [2])
    """

    design: Design
    cells: Cells
    shown: tuple[Quantity, ...]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Everything that was measured."""
        return self.cells.quantities

    @property
    def replications(self) -> int:
        """Futures played in each cell."""
        return self.cells.plan.count

    @property
    def failed(self) -> tuple[Cell, ...]:
        """Cells that failed, with their changes and errors."""
        return self.cells.failed

    @property
    def missing_share(self) -> float:
        """Share of cells that failed."""
        return self.cells.missing_share

    def values(self, measure: str | Quantity) -> Floats:
        """One measure in every cell and replication: float64[cells, replications].

        Not a number where a cell failed. The same replication of two cells shares its luck, so
        that differences between cells are paired.
        """
        return self.cells.of(quantity(measure))

    def spreads(self, measure: str | Quantity) -> list[Spread]:
        """Mean, interval and range of one measure in every cell."""
        return self.cells.spreads(quantity(measure))

    def replay(self, number: int) -> Cell:
        """Play one cell again, here and now; its error, if any, is raised."""
        return self.cells.replay(number)

    def replay_line(self, number: int) -> str:
        """One line of Python that plays a cell again; its error, if any, is raised."""
        return self.cells.replay_line(number)

    def to_frame(self) -> pd.DataFrame:
        """One row for each cell and measure, with the value of every swept path.

        Returns
        -------
        DataFrame with columns cell, the swept paths, measure, payer, year, group, side, mean, se,
        ci_low, ci_high, range_low, range_high, unit, error (missing where the cell did not fail)
        """
        import pandas as pd

        spreads = [self.cells.spreads(one) for one in self.quantities]
        return pd.DataFrame(
            [
                {
                    "cell": cell.number,
                    **self.design.rows[cell.number],
                    **dataclasses.asdict(one),
                    **dataclasses.asdict(spreads[place][cell.number]),
                    "unit": one.unit,
                    "error": cell.error,
                }
                for cell in self.cells.cells
                for place, one in enumerate(self.quantities)
            ]
        )

    def to_dataset(self) -> xr.Dataset:
        """One variable for each measure, with its unit.

        Returns
        -------
        Dataset
            Dimensions are the swept paths (grids) or `cell` with the paths as coordinates
            (tables), and `statistic`: mean, se, ci_low, ci_high, range_low, range_high. Schedules
            and lists stand as text. `attrs["missing_share"]` is the share of cells that failed.
        """
        import xarray as xr

        axes, design = self.design.axes, self.design
        if axes is None:
            dims: tuple[str, ...] = ("cell",)
            values = {path: [row[path] for row in design.rows] for path in design.paths}
            coords = {path: ("cell", plain_axis(column)) for path, column in values.items()}
            coords["cell"] = ("cell", np.arange(len(design.rows)))
        else:
            dims = design.paths
            coords = {path: (path, plain_axis(axis)) for path, axis in axes.items()}
        shape = [len(design.rows)] if axes is None else [len(axis) for axis in axes.values()]
        data = {
            one.code: ((*dims, "statistic"), self._table(one).reshape(*shape, -1), _attrs(one))
            for one in self.quantities
        }
        coords["statistic"] = ("statistic", np.array(_STATISTICS))
        return xr.Dataset(data, coords, attrs=self._attrs())

    def _table(self, one: Quantity) -> Floats:
        """float64[cells, statistics]."""
        return np.array([dataclasses.astuple(spread) for spread in self.cells.spreads(one)])

    def _attrs(self) -> dict[str, object]:
        case, plan = self.cells.case, self.cells.plan
        return {
            "scenario": case.scenario.name,
            "baseline": case.baseline.name,
            "prices": case.prices.name,
            "replications": plan.count,
            "seed": str(plan.seed),
            "missing_share": self.missing_share,
        }

    def __repr__(self) -> str:
        parts = tables_of_sweep(self.design, self.cells, self.shown)
        return "\n\n".join(part.text() for part in parts)

    def _repr_html_(self) -> str:
        parts = tables_of_sweep(self.design, self.cells, self.shown)
        return "".join(part.html() for part in parts)


def _attrs(one: Quantity) -> dict[str, str]:
    return {"units": one.unit, "long_name": one.label}
