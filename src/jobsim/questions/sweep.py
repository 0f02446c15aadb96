"""Play a scenario with some of its values swept; may import cells and designs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantities_of, quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result, about
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.cells import Cell, Cells, play_cells
from jobsim.analysis.playing.designs import Bounds, Design, DesignLike, design_of
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.setting.case import MoveWhere, against, case_of, move_where
from jobsim.analysis.uncertainty.parameter_draws import as_stated
from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.ledger.after_list import named_in
from jobsim.scenario import Scenario, readable
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import as_data
from jobsim.text import tables
from jobsim.text.width import filled

if TYPE_CHECKING:
    import xarray as xr

_SHOWN = (
    "placements",
    "programme_cost",
    "net_saving:municipality",
    "net_saving:public",
    "net_present_value",
)
"""What is printed unless measures are named."""
_ROWS, _FAILED, _COLUMNS = 24, 5, 6
"""Most cells, failed cells and measures that are printed."""


@takes_options()
def sweep(
    scenario: Scenario,
    design: DesignLike,
    baseline: Scenario | None = None,
    *,
    measures: Iterable[str | Quantity] | str | None = None,
    move: MoveWhere = "auto",
    bounds: Bounds | None = None,
    points: int | None = None,
    **how: Unpack[RunOptions],
) -> Sweep:
    """Play a scenario with values changed, each cell beside its baseline on the same luck.

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
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    measures : list of str, optional
        What to keep of each cell, as "net_saving:municipality:2018" or "placements:scenario";
        without it, some twenty standard measures of the whole run. A ratio of means, such as
        "cost_per_job_year", has Fieller's interval and no range.
    move : "auto", "both" or "scenario"
        What changes move: facts of the world in scenario and baseline, policy in the scenario
        alone (default); everything in both; or everything in the scenario alone. The result says
        what moved where.
    bounds : mapping of path to (low, high), optional
        The box of points; grids and tables with a value outside it are refused.
    points : int, optional
        How many points of an engine to play.
    **how
        How to play.

    Returns
    -------
    Sweep
        A failed cell is kept with its error and the line that plays it again; the others go on.
        Results do not depend on processes, order or batch size.

    Raises
    ------
    InputError
        If an argument or path is not valid, or a design is empty, incomplete or outside its
        bounds.
    JobsimError
        If every cell failed.

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
    case = case_of(scenario, baseline, how["prices"])
    wanted = quantities_of(measures, ratios=True)
    read = design_of(design, bounds=bounds, points=points, seed=how["seed"])
    rows = [as_stated(case, row) for row in read.rows] if read.is_continuous else read.rows
    cells = play_cells(case, rows, wanted, move=move_where(move), label="sweep", **how)
    shown = tuple(map(quantity, _SHOWN)) if measures is None else wanted
    return Sweep(replace(read, rows=tuple(rows)), cells, shown)


@dataclass(frozen=True, repr=False, eq=False)
class Sweep(Result):
    """What came of every cell of a sweep, paired by key with one baseline.

    Parameters
    ----------
    design : Design
        Swept paths and their value in each cell.
    cells : Cells
        Values of every measure in every cell and replication; see `Cells`.
    shown : tuple of Quantity
        What is printed; `to_frame()` and `to_dataset()` hold everything, the former with one row
        for each cell and measure: cell, the swept paths, measure, payer, year, group, side, mean,
        se, ci_low, ci_high, range_low, range_high, unit, error (missing where it did not fail).

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
    _name: ClassVar = "cells"
    _keys: ClassVar = ("measure", "payer", "year", "group", "side", "cell")

    @property
    def record(self) -> RunRecord:
        """What is needed to play the scenario as it stands again."""
        return self.cells.record

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
        return self.cells.spreads(quantity(measure, ratios=True))

    def replay(self, number: int) -> Cell:
        """Play one cell again, here and now; its error, if any, is raised."""
        return self.cells.replay(number)

    def replay_line(self, number: int) -> str:
        """One line of Python that plays a cell again; its error, if any, is raised."""
        return self.cells.replay_line(number)

    def _lines(self) -> Iterator[dict[str, object]]:
        spreads = [self.spreads(one) for one in self.quantities]
        for cell in self.cells.cells:
            for one, found in zip(self.quantities, spreads, strict=True):
                yield {
                    "cell": cell.number,
                    **self.design.rows[cell.number],
                    **about(one),
                    **asdict(found[cell.number]),
                    "unit": one.unit,
                    "error": cell.error,
                }

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
            columns = ((path, [row[path] for row in design.rows]) for path in design.paths)
            coords = {path: ("cell", plain_axis(column)) for path, column in columns}
            coords["cell"] = ("cell", np.arange(len(design.rows)))
        else:
            dims = design.paths
            coords = {path: (path, plain_axis(axis)) for path, axis in axes.items()}
        shape = [len(design.rows)] if axes is None else [len(axis) for axis in axes.values()]
        data = {}
        for one in self.quantities:
            table = np.array([astuple(found) for found in self.spreads(one)])
            attrs = {"units": one.unit, "long_name": one.label}
            data[one.code] = ((*dims, "statistic"), table.reshape(*shape, -1), attrs)
        coords["statistic"] = ("statistic", np.array([field.name for field in fields(Spread)]))
        told = {"missing_share": self.missing_share, "moved": self.cells.moved}
        return xr.Dataset(data, coords, attrs=self._attrs() | told)

    def _parts(self) -> list[tables.Table]:
        parts = [self._cells_table(), self._failures()]
        return parts if self.failed else parts[:1]

    def _cells_table(self) -> tables.Table:
        shown, rows = self.shown[:_COLUMNS], self.design.rows[:_ROWS]
        columns = [self._column(one)[:_ROWS] for one in shown]
        header = ("cell", *tables.short_names(self.design.paths), *(one.label for one in shown))
        lines = [
            (
                str(number),
                *(_text(value) for value in row.values()),
                *(column[number] for column in columns),
            )
            for number, row in enumerate(rows)
        ]
        case, plan = self.cells.case, self.cells.plan
        cells = tables.counted(len(self.cells.cells), "cell")
        title = (
            f"{against(case.scenario, case.baseline)}: {cells} × "
            f"{tables.counted(plan.count, 'replication')}, seed {plan.seed}, "
            f"prices {named_in(case.prices, case.scenario)}"
        )
        found = tables.Table(title, header, tuple(lines))
        words = [*tables.unseen_note([found], plan.count), *tables.no_price_note([found])]
        return replace(found, note=self._note(words))

    def _column(self, one: Quantity) -> list[str]:
        """One quantity in every cell; a word where it is a cost for each of what has none."""
        found = zip(self.spreads(one), self.cells.no_prices(one), strict=True)
        return [word or _mean(one, spread) for spread, word in found]

    def _note(self, words: Sequence[str]) -> str:
        more, reached = len(self.design.rows) - _ROWS, self.cells.reached
        notes = [
            "Money in million DKK. Means, with their Monte Carlo 95 % intervals in brackets: "
            "parameters are taken as known. Differences are scenario − baseline, paired by key. "
            "Ranges over futures: to_frame().",
            *words,
            self.cells.moved,
            f"{more:,} more cells are in to_frame()." if more > 0 else "",
            self.cells.missing,
            "" if reached is None else str(reached),
        ]
        return "\n".join(filled(note) for note in notes if note)

    def _failures(self) -> tables.Table:
        """Failed cells, each with its error and how to play it again."""
        lines = []
        for cell in self.failed[:_FAILED]:
            changes = ", ".join(f"{path} = {_text(value)}" for path, value in cell.changes.items())
            typed = self.cells.replay_command(cell.number)
            again = (cell.error, self.replay_line(cell.number), *([typed] if typed else []))
            lines += [f"{cell.number}: {changes}", *(f"   {line}" for line in again)]
        more = len(self.failed) - _FAILED
        note = f"{more:,} more failed; to_frame() has their errors." if more > 0 else ""
        header = ("cell, error and what plays it again",)
        return tables.Table("Cells that failed", header, tuple((line,) for line in lines), note)


def _mean(one: Quantity, found: Spread) -> str:
    if np.isnan(found.mean):
        return "–"
    shown = tables.shown_in(one.unit, money=tables.millions)
    return tables.in_brackets(found, shown, sign=one.side == "difference")


def _text(value: object) -> str:
    plain = as_data(value)
    if isinstance(plain, Schedule):
        steps = zip(plain.dates, plain.values, strict=False)
        plain = tuple({"from": day, "value": x} for day, x in steps) or plain.values[0]
    if is_number(plain):
        return f"{plain:,.6g}" if abs(plain) < 1e6 else f"{plain:,.0f}"
    return readable(plain)


def plain_axis(values: Sequence[object]) -> npt.NDArray[Any]:
    """Values of a coordinate: numbers and words as they are, everything else as text."""
    plain = [as_data(value) for value in values]
    if all(is_number(value) for value in plain) or all(isinstance(v, bool) for v in plain):
        return np.array(plain)
    return np.array([value if isinstance(value, str) else _text(value) for value in plain])
