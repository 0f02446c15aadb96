"""A map of one outcome over a grid of two paths, its numbers written where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.plots.labels import clipped, in_units, short_labels, wrapped
from jobsim.plots.style import heading
from jobsim.questions.sensitivity_text import end
from jobsim.text.tables import count, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
