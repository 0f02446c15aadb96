"""Sweeps: one outcome over one path as a line with its interval, over two as a map.

A map of one outcome over a grid of two paths, its numbers written where they fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.errors import InputError
from jobsim.plots.style import (
    accepted,
    axes_or_new,
    clipped,
    heading,
    in_units,
    short_labels,
    wrapped,
)
from jobsim.questions.sweep import Sweep, plain_axis
from jobsim.questions.two_way import TwoWay
from jobsim.text.tables import count, end, number
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MAIN = "net_saving:municipality"
_LINE = wrapped(
    "line: mean; whiskers: 95 % intervals (Monte Carlo); band: where 95 % of futures fall"
)


def plot_sweep(
    result: Sweep | TwoWay, measure: str | Quantity | None = None, *, ax: Axes | None = None
) -> Axes:
    """One outcome over the values of one path, or of a grid of two.

    Parameters
    ----------
    result : Sweep or TwoWay
    measure : str or Quantity, optional
        What of a sweep to draw; without it the municipality's net saving, or else the first measure
        that was asked for. A two-way analysis has one.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, sweeps more than two paths or two without a grid, or the
        measure was not asked for.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.sweep import sweep
    >>> found = sweep(
    ...     js.Scenario.load("esbjerg-2018"), {"groups.job_ready.meeting_gain": [0.1, 0.2, 0.3]},
    ...     measures="placements", replications=4, progress=False,
    ... )
    >>> plot_sweep(found).get_xlabel()
    'job ready: meeting gain'
    """
    made_by = "js.sweep(scenario, design) or js.two_way(scenario, grid)"
    found = accepted(result, Sweep, TwoWay, made_by=made_by)
    ax = axes_or_new(ax)
    if isinstance(found, TwoWay):
        return _map_two_way(ax, found)
    wanted = _measure(found, measure)
    if len(found.design.paths) == 1:
        _draw_line(ax, found, wanted)
        return ax
    if len(found.design.paths) != 2 or found.design.axes is None:
        raise InputError(
            f"plot: {len(found.design.paths)} paths are swept; one, or a grid of two, is drawn: "
            "js.sweep(scenario, {path: values, path: values})"
        )
    first, second = (plain_axis(axis) for axis in found.design.axes.values())
    name = found.cells.case.scenario.name
    return draw_map(
        ax, Grid(name, wanted, found.design.paths, (first, second), found.spreads(wanted))
    )


def _map_two_way(ax: Axes, found: TwoWay) -> Axes:
    flat = [one for row in found.spreads for one in row]
    values = (np.array(found.values[0]), np.array(found.values[1]))
    name = found.cells.case.scenario.name
    return draw_map(ax, Grid(name, found.quantity, found.paths, values, flat))


def _measure(found: Sweep, measure: str | Quantity | None) -> Quantity:
    if measure is not None:
        return quantity(measure)
    main = quantity(_MAIN)
    return main if main in found.quantities else found.shown[0]


def _draw_line(ax: Axes, found: Sweep, wanted: Quantity) -> None:
    (path,) = found.design.paths
    values = plain_axis([row[path] for row in found.design.rows])
    spreads = found.spreads(wanted)
    is_number = values.dtype.kind in "iuf"
    order = np.argsort(values, kind="stable") if is_number else np.arange(len(values))
    x = values[order] if is_number else np.arange(len(values))
    _curve(ax, x, [spreads[place] for place in order.tolist()], joined=is_number)
    if is_number:
        ax.set_xlabel(short_labels([path], 60)[0])
        in_units(ax.xaxis, "", float(np.abs(x).max()))
    else:
        ax.set_xticks(x, [clipped(str(value), 16) for value in values.tolist()], fontsize=8)
        ax.set_xlabel(short_labels([path], 60)[0])
    largest = float(np.nanmax([abs(one.mean) for one in spreads]))
    ax.set_ylabel(f"{clipped(wanted.label, 45)}, {in_units(ax.yaxis, wanted.unit, largest)}")
    if wanted.side == "difference":
        ax.axhline(0, color="0.3", linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    heading(ax, found.cells.case.scenario.name, _LINE)


def _curve(ax: Axes, x: npt.NDArray[Any], spreads: Sequence[Spread], *, joined: bool) -> None:
    colour = COLOURS["scenario"]
    mean, low, high, range_low, range_high = (
        np.array([getattr(one, name) for one in spreads])
        for name in ("mean", "ci_low", "ci_high", "range_low", "range_high")
    )
    if joined:
        ax.fill_between(x, range_low, range_high, color=colour, alpha=0.15, linewidth=0)
    else:
        ax.vlines(x, range_low, range_high, color=colour, alpha=0.15, linewidth=9)
    ax.plot(x, mean, "o-" if joined else "o", color=colour, linewidth=1.8, markersize=4)
    ax.errorbar(x, mean, [mean - low, high - mean], fmt="none", ecolor="black", capsize=3,
                elinewidth=1.1)  # fmt: skip


_WRITTEN = (8, 7)
"""Most columns and rows whose cells have room for numbers."""


@dataclass(frozen=True)
class Grid:
    """What a map shows.

    Parameters
    ----------
    name : str, of the scenario
    quantity : Quantity
    paths : the path that goes down, the path that goes across
    values : array of values of each
    spreads : sequence of Spread, one for each cell, the second path varying fastest
    """

    name: str
    quantity: Quantity
    paths: Sequence[str]
    values: tuple[npt.NDArray[Any], npt.NDArray[Any]]
    spreads: Sequence[Spread]

    def of(self, field: str) -> npt.NDArray[np.float64]:
        """One field of the spreads: float64[down, across]."""
        shape = (len(self.values[0]), len(self.values[1]))
        return np.array([getattr(one, field) for one in self.spreads]).reshape(shape)


def draw_map(ax: Axes, grid: Grid) -> Axes:
    """Draw the means as colours that greyscale keeps in order, with intervals in words."""
    means = grid.of("mean")
    image = ax.imshow(means, cmap="cividis", aspect="auto", origin="lower")
    written = means.shape[1] <= _WRITTEN[0] and means.shape[0] <= _WRITTEN[1]
    (_write if written else _mark)(ax, grid)
    down, across = short_labels(grid.paths, 45)
    ax.set(xlabel=across, ylabel=down)
    for axis, values in ((ax.yaxis, grid.values[0]), (ax.xaxis, grid.values[1])):
        axis.set_ticks(range(len(values)), [_text(value) for value in values.tolist()])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    bar = ax.figure.colorbar(image, ax=ax)
    bar.outline.set_visible(False)
    largest = float(np.nanmax(np.abs(means)))
    unit = in_units(bar.ax.yaxis, grid.quantity.unit, largest)
    message = "mean ± half its 95 % interval (Monte Carlo)" if written else "mean"
    heading(ax, f"{grid.name}: {clipped(grid.quantity.label, 50)}, {unit}", wrapped(message, _NOTE))
    return ax


_NOTE = "* where the 95 % interval includes 0"


def _text(value: object) -> str:
    return end(value) if isinstance(value, (int, float)) else clipped(str(value), 16)


def _write(ax: Axes, grid: Grid) -> None:
    """Mean and half interval in every cell, light on dark and dark on light."""
    means, low, high = (grid.of(name) for name in ("mean", "ci_low", "ci_high"))
    span = float(np.nanmax(means) - np.nanmin(means)) or 1.0
    shown = _shown(grid.quantity.unit, float(np.nanmax(np.abs(means))))
    for (row, column), mean in np.ndenumerate(means):
        if np.isnan(mean):
            continue
        star = "*" if low[row, column] <= 0 <= high[row, column] else ""
        half = (high[row, column] - low[row, column]) / 2
        light = (mean - np.nanmin(means)) / span < 0.55
        ax.text(
            column, row, f"{shown(mean)}{star}\n±{shown(half)}", ha="center", va="center",
            fontsize=8, color="white" if light else "black",
        )  # fmt: skip


def _shown(unit: str, largest: float) -> Any:
    if unit != "DKK":
        return (lambda x: number(100 * x)) if unit == "share" else count
    factor = 1e3 if largest < 1e5 else 1e6
    return lambda x: number(x / factor, digits=2)


def _mark(ax: Axes, grid: Grid) -> None:
    """A star in cells whose interval includes 0."""
    rows, columns = np.nonzero((grid.of("ci_low") <= 0) & (grid.of("ci_high") >= 0))
    ax.plot(columns, rows, "*", color="white", markeredgecolor="black", markersize=7)
