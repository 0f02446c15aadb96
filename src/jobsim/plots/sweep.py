"""Sweeps: one outcome over one path as a line with its interval, over two as a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.errors import InputError
from jobsim.plots.heat_map import Grid, draw_map
from jobsim.plots.labels import accepted, clipped, in_units, short_labels, wrapped
from jobsim.plots.style import COLOURS, axes_or_new, heading
from jobsim.questions.sweep import Sweep
from jobsim.questions.sweep_text import plain_axis
from jobsim.questions.two_way import TwoWay

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
    name = found.cells.setting.scenario.name
    return draw_map(
        ax, Grid(name, wanted, found.design.paths, (first, second), found.spreads(wanted))
    )


def _map_two_way(ax: Axes, found: TwoWay) -> Axes:
    flat = [one for row in found.spreads for one in row]
    values = (np.array(found.values[0]), np.array(found.values[1]))
    name = found.cells.setting.scenario.name
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
    heading(ax, found.cells.setting.scenario.name, _LINE)


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
