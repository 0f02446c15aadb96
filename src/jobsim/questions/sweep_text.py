"""A sweep as tables that people read; may import cells, designs and tables."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.cells import Cells
from jobsim.analysis.playing.designs import Design
from jobsim.calendar import Schedule
from jobsim.scenario import readable
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import as_data
from jobsim.text.tables import Table, count, counted, interval, millions, share

_ROWS, _FAILED, _COLUMNS = 24, 5, 6
"""Most cells, failed cells and measures that are printed."""


def tables_of_sweep(design: Design, cells: Cells, shown: Sequence[Quantity]) -> list[Table]:
    """Everything that is shown of a sweep, in order."""
    parts = [_cells(design, cells, shown[:_COLUMNS])]
    return [*parts, _failures(cells)] if cells.failed else parts


def _cells(design: Design, cells: Cells, shown: Sequence[Quantity]) -> Table:
    header = ("cell", *short_names(design.paths), *(one.label for one in shown))
    spreads = [[spread(row) for row in cells.of(one)[:_ROWS]] for one in shown]
    lines = [
        (
            str(number),
            *(_text(value) for value in row.values()),
            *(_mean(one, column[number]) for one, column in zip(shown, spreads, strict=True)),
        )
        for number, row in enumerate(design.rows[:_ROWS])
    ]
    return Table(_title(cells), header, tuple(lines), _note(design, cells))


def _title(cells: Cells) -> str:
    case, plan = cells.case, cells.plan
    return (
        f"{case.scenario.name} against {case.baseline.name}: "
        f"{counted(len(cells.cells), 'cell')} × {counted(plan.count, 'replication')}, "
        f"seed {plan.seed}, prices {case.prices.name}"
    )


def _note(design: Design, cells: Cells) -> str:
    notes = [
        "Money in million DKK. Means, with their Monte Carlo 95 % intervals in brackets: "
        "parameters are taken as known. Differences are scenario − baseline, paired by key. "
        "Ranges over futures: to_frame().",
        f"Swept: {', '.join(design.paths)}.",
    ]
    more = len(design.rows) - _ROWS
    if more > 0:
        notes.append(f"{more:,} more cells are in to_frame().")
    if cells.missing:
        notes.append(cells.missing)
    if cells.reached is not None:
        notes.append(str(cells.reached))
    return "\n".join(textwrap.fill(note, 100, subsequent_indent="  ") for note in notes)


def _mean(one: Quantity, estimate: Spread) -> str:
    if np.isnan(estimate.mean):
        return "–"
    shown = millions if one.unit == "DKK" else share if one.unit == "share" else count
    sign = one.side == "difference"
    mean, low, high = (
        shown(value, sign=sign) for value in (estimate.mean, estimate.ci_low, estimate.ci_high)
    )
    return f"{mean} ({interval(low, high)})"


def _failures(cells: Cells) -> Table:
    """Failed cells, each with its error and how to play it again."""
    lines = []
    for cell in cells.failed[:_FAILED]:
        changes = ", ".join(f"{path} = {_text(value)}" for path, value in cell.changes.items())
        lines += [(f"{cell.number}: {changes}",), (f"   {cell.error}",)]
        lines.append((f"   {cells.replay_line(cell.number)}",))
        typed = cells.replay_command(cell.number)
        lines += [(f"   {typed}",)] if typed else []
    more = len(cells.failed) - _FAILED
    note = f"{more:,} more failed; to_frame() has their errors." if more > 0 else ""
    return Table("Cells that failed", ("cell, error and what plays it again",), tuple(lines), note)


def short_names(paths: Sequence[str]) -> list[str]:
    """Ends of paths, as long as it takes to tell them apart.

    Examples
    --------
    >>> short_names(["groups.job_ready.stock", "groups.activity_ready.stock", "horizon.weeks"])
    ['job_ready.stock', 'activity_ready.stock', 'weeks']
    """
    return [_short(path, [other for other in paths if other != path]) for path in paths]


def _short(path: str, others: Sequence[str]) -> str:
    parts = path.split(".")
    least = 2 if parts[-1] == "scale" else 1
    for length in range(min(least, len(parts)), len(parts)):
        end = ".".join(parts[-length:])
        if not any(f".{other}".endswith(f".{end}") for other in others):
            return end
    return path


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
