"""One outcome over the values of one path, of two, or of more.

A path of numbers is a line, a grid of two a map; words and whatever else is swept are rows. May
import sweeps, what they print of numbers, and the house style.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.arrays import Floats
from jobsim.plots import palette, style
from jobsim.questions.sensitivity import TwoWay
from jobsim.questions.sweep import Sweep, plain_axis
from jobsim.text.tables import count, end, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.image import AxesImage

_MAIN = "net_saving:municipality"
_LINE = "line: mean; whiskers: 95 % intervals (Monte Carlo); band: where 95 % of futures fall"
_ROWS = "points: means; whiskers: 95 % intervals (Monte Carlo); bars: where 95 % of futures fall"
_NOTE = "* where the 95 % interval includes 0"
_WRITTEN = (8, 7)
"""Most columns and rows whose cells have room for numbers."""
_NAMED = 10
"""Most columns and rows that are all named."""
_MOST = 20
"""Most rows that are drawn."""


def plot_sweep(
    result: Sweep | TwoWay, measure: str | Quantity | None = None, *, ax: Axes | None = None
) -> Axes:
    """One outcome over the values of one path, of a grid of two, or cell by cell.

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
        If the result is of another kind, or the measure was not asked for.

    Examples
    --------
    >>> import jobsim as js
    >>> found = js.sweep(
    ...     js.Scenario.load("esbjerg-2018"), {"groups.job_ready.meeting_gain": [0.1, 0.2, 0.3]},
    ...     measures="placements", replications=4, progress=False,
    ... )
    >>> plot_sweep(found).get_xlabel()
    'job ready: meeting gain'
    """
    made_by = "js.sweep(scenario, design) or js.two_way(scenario, grid)"
    style.accepted(result, made_by, Sweep, TwoWay)
    ax = style.axes_or_new(ax)
    if isinstance(result, TwoWay):
        wanted, flat = result.quantity, [one for row in result.spreads for one in row]
        grid = dict(zip(result.paths, map(np.array, result.values), strict=True))
    else:
        wanted = _measure(result, measure)
        flat, axes = result.spreads(wanted), result.design.axes or {}
        grid = {path: plain_axis(values) for path, values in axes.items()}
    name = f"{result.cells.case.scenario.name}: {style.clipped(wanted.label, 40)}"
    if not style.seen(*style.columns(flat)):
        return style.nothing(ax, name, "0, or no number, wherever it was played.")
    if len(grid) == 2:
        return _draw_map(ax, name, wanted, grid, flat)
    assert isinstance(result, Sweep)
    values = plain_axis([row[result.design.paths[0]] for row in result.design.rows])
    if len(result.design.paths) == 1 and values.dtype.kind in "iuf":
        return _draw_line(ax, result, wanted, values)
    return _draw_rows(ax, result, wanted, name)


def _measure(found: Sweep, measure: str | Quantity | None) -> Quantity:
    if measure is not None:
        return quantity(measure, ratios=True)
    main = quantity(_MAIN)
    return main if main in found.quantities else found.shown[0]


def _draw_line(ax: Axes, found: Sweep, wanted: Quantity, values: npt.NDArray[Any]) -> Axes:
    order, spreads = np.argsort(values, kind="stable"), found.spreads(wanted)
    style.curve(ax, values[order], [spreads[place] for place in order.tolist()])
    style.in_units(ax.xaxis, "", 1.0)
    ax.set_xlabel(style.short_labels(found.design.paths)[0])
    ax.set_ylabel(_axis_label(ax.yaxis, wanted, spreads))
    if wanted.side == "difference":
        style.level(ax, 0)
    style.open_frame(ax)
    return style.headed(ax, found.cells.case.scenario.name, _LINE)


def _axis_label(axis: Axis, wanted: Quantity, spreads: Sequence[Spread]) -> str:
    largest = float(np.nanmax([abs(one.mean) for one in spreads]))
    return f"{style.clipped(wanted.label, 40)}, {style.in_units(axis, wanted.unit, largest)}"


def _draw_rows(ax: Axes, found: Sweep, wanted: Quantity, name: str) -> Axes:
    """Cell by cell: what was swept in words at the left, the outcome at the right."""
    rows, spreads = found.design.rows, found.spreads(wanted)
    names = [" · ".join(map(_text, row.values())) for row in rows]
    style.spreads_in_rows(ax, names[:_MOST], spreads[:_MOST], palette.hue(0))
    ax.set_xlabel(_axis_label(ax.xaxis, wanted, spreads))
    some = f"the first {_MOST} of {len(rows)} cells" if len(rows) > _MOST else ""
    what = " · ".join(style.short_labels(found.design.paths))
    return style.headed(ax, name, f"rows: {what}", some, _ROWS)


def _draw_map(
    ax: Axes,
    name: str,
    wanted: Quantity,
    grid: Mapping[str, npt.NDArray[Any]],
    spreads: Sequence[Spread],
) -> Axes:
    """Draw the means as colours that greyscale keeps in order, with intervals in words.

    The first path of the grid goes down, the second across and varies fastest in the spreads.
    """
    shape = [len(values) for values in grid.values()]
    cells = [found.reshape(shape) for found in style.columns(spreads)[:3]]
    means = cells[0]
    image = ax.imshow(means, cmap="cividis", aspect="auto", origin="lower")
    written = means.shape[1] <= _WRITTEN[0] and means.shape[0] <= _WRITTEN[1]
    if written:
        _write(ax, image, wanted.unit, *cells)
    else:
        _mark(ax, *cells[1:])
    down, across = style.short_labels(list(grid), 45)
    ax.set(xlabel=across, ylabel=down)
    for axis, values in zip((ax.yaxis, ax.xaxis), grid.values(), strict=True):
        named = range(0, len(values), -(-len(values) // _NAMED))
        axis.set_ticks(named, [_text(values[place]) for place in named])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    scale = ax.figure.colorbar(image, ax=ax)
    scale.outline.set_visible(False)
    unit = style.in_units(scale.ax.yaxis, wanted.unit, float(np.nanmax(np.abs(means))))
    scale.set_label(unit)
    message = "mean ± half its 95 % interval (Monte Carlo)" if written else "mean"
    return style.headed(ax, name, message, _NOTE)


def _text(value: Any) -> str:
    value = value.item() if isinstance(value, np.generic) else value
    return end(value) if isinstance(value, (int, float)) else style.clipped(str(value), 16)


def _write(ax: Axes, image: AxesImage, unit: str, means: Floats, low: Floats, high: Floats) -> None:
    """Mean and half interval in every cell, light on dark and dark on light."""
    number_of = _numbers(unit, float(np.nanmax(np.abs(means))))
    colours = image.to_rgba(means)
    for (row, column), mean in np.ndenumerate(means):
        if np.isnan(mean):
            continue
        star = "*" if low[row, column] <= 0 <= high[row, column] else ""
        half = (high[row, column] - low[row, column]) / 2
        words = f"{number_of(mean)}{star}\n±{number_of(half)}"
        how: dict[str, Any] = {"color": palette.on(colours[row, column]), "fontsize": "small"}
        ax.text(column, row, words, ha="center", va="center", **how)


def _numbers(unit: str, largest: float) -> Callable[[Any], str]:
    if unit != "DKK":
        return (lambda x: number(100 * x)) if unit == "share" else count
    factor = 1e3 if largest < 1e5 else 1e6
    return lambda x: number(x / factor, digits=2)


def _mark(ax: Axes, low: Floats, high: Floats) -> None:
    """A star in cells whose interval includes 0."""
    rows, columns = np.nonzero((low <= 0) & (high >= 0))
    ax.plot(columns, rows, "*", color="white", markeredgecolor="black", markersize=7)
