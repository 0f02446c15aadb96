"""Sensitivity: one outcome over one path as a line, over two as a map, over many as a tornado.

May import sweeps, two-way analyses and tornados, what they print of numbers, and the house style.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.plots import style
from jobsim.questions.sensitivity import Bar, Tornado, TwoWay
from jobsim.questions.sweep import Sweep, plain_axis
from jobsim.text.tables import count, end, number
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MAIN = "net_saving:municipality"
_LINE = "line: mean; whiskers: 95 % intervals (Monte Carlo); band: where 95 % of futures fall"
_NOTE = "* where the 95 % interval includes 0"
_WRITTEN = (8, 7)
"""Most columns and rows whose cells have room for numbers."""
_LOW, _HIGH = "#9fc3e0", COLOURS["scenario"]
"""An outcome with a number at its low and at its high end."""


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
    style.accepted(result, Sweep, TwoWay, made_by=made_by)
    ax = style.axes_or_new(ax)
    name = result.cells.case.scenario.name
    if isinstance(result, TwoWay):
        flat = [one for row in result.spreads for one in row]
        down, across = map(np.array, result.values)
        return _draw_map(ax, _Map(name, result.quantity, result.paths, (down, across), flat))
    wanted, paths = _measure(result, measure), result.design.paths
    if len(paths) == 1:
        return _draw_line(ax, result, wanted)
    if len(paths) != 2 or result.design.axes is None:
        raise InputError(
            f"plot: {len(paths)} paths are swept; one, or a grid of two, is drawn: "
            "js.sweep(scenario, {path: values, path: values})"
        )
    down, across = map(plain_axis, result.design.axes.values())
    return _draw_map(ax, _Map(name, wanted, paths, (down, across), result.spreads(wanted)))


def _measure(found: Sweep, measure: str | Quantity | None) -> Quantity:
    if measure is not None:
        return quantity(measure)
    main = quantity(_MAIN)
    return main if main in found.quantities else found.shown[0]


def _draw_line(ax: Axes, found: Sweep, wanted: Quantity) -> Axes:
    (path,) = found.design.paths
    values = plain_axis([row[path] for row in found.design.rows])
    spreads = found.spreads(wanted)
    is_number = values.dtype.kind in "iuf"
    order = np.argsort(values, kind="stable") if is_number else np.arange(len(values))
    x = values[order] if is_number else np.arange(len(values))
    _curve(ax, x, [spreads[place] for place in order.tolist()], joined=is_number)
    if is_number:
        style.in_units(ax.xaxis, "", float(np.abs(x).max()))
    else:
        ax.set_xticks(x, [style.clipped(str(value), 16) for value in values.tolist()], fontsize=8)
    ax.set_xlabel(style.short_labels([path], 60)[0])
    largest = float(np.nanmax([abs(one.mean) for one in spreads]))
    unit = style.in_units(ax.yaxis, wanted.unit, largest)
    ax.set_ylabel(f"{style.clipped(wanted.label, 45)}, {unit}")
    if wanted.side == "difference":
        ax.axhline(0, color="0.3", linewidth=0.8)
    style.open_frame(ax)
    return style.headed(ax, found.cells.case.scenario.name, _LINE)


def _curve(ax: Axes, x: npt.NDArray[Any], spreads: Sequence[Spread], *, joined: bool) -> None:
    colour = COLOURS["scenario"]
    mean, low, high, range_low, range_high = style.columns(spreads)
    if joined:
        ax.fill_between(x, range_low, range_high, color=colour, alpha=0.15, linewidth=0)
    else:
        ax.vlines(x, range_low, range_high, color=colour, alpha=0.15, linewidth=9)
    ax.plot(x, mean, "o-" if joined else "o", color=colour, linewidth=1.8, markersize=4)
    how: dict[str, Any] = {"ecolor": "black", "capsize": 3, "elinewidth": 1.1}
    ax.errorbar(x, mean, [mean - low, high - mean], fmt="none", **how)


@dataclass(frozen=True)
class _Map:
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

    def of(self, field: str) -> Floats:
        """One field of the spreads: float64[down, across]."""
        shape = (len(self.values[0]), len(self.values[1]))
        return np.array([getattr(one, field) for one in self.spreads]).reshape(shape)


def _draw_map(ax: Axes, shown: _Map) -> Axes:
    """Draw the means as colours that greyscale keeps in order, with intervals in words."""
    means = shown.of("mean")
    image = ax.imshow(means, cmap="cividis", aspect="auto", origin="lower")
    written = means.shape[1] <= _WRITTEN[0] and means.shape[0] <= _WRITTEN[1]
    (_write if written else _mark)(ax, shown)
    down, across = style.short_labels(shown.paths, 45)
    ax.set(xlabel=across, ylabel=down)
    for axis, values in zip((ax.yaxis, ax.xaxis), shown.values, strict=True):
        axis.set_ticks(range(len(values)), [_text(value) for value in values.tolist()])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    scale = ax.figure.colorbar(image, ax=ax)
    scale.outline.set_visible(False)
    unit = style.in_units(scale.ax.yaxis, shown.quantity.unit, float(np.nanmax(np.abs(means))))
    message = "mean ± half its 95 % interval (Monte Carlo)" if written else "mean"
    title = f"{shown.name}: {style.clipped(shown.quantity.label, 50)}, {unit}"
    return style.headed(ax, title, message, _NOTE)


def _text(value: object) -> str:
    return end(value) if isinstance(value, (int, float)) else style.clipped(str(value), 16)


def _write(ax: Axes, shown: _Map) -> None:
    """Mean and half interval in every cell, light on dark and dark on light."""
    means, low, high = (shown.of(name) for name in ("mean", "ci_low", "ci_high"))
    least = np.nanmin(means)
    distance = float(np.nanmax(means) - least) or 1.0
    number_of = _numbers(shown.quantity.unit, float(np.nanmax(np.abs(means))))
    for (row, column), mean in np.ndenumerate(means):
        if np.isnan(mean):
            continue
        star = "*" if low[row, column] <= 0 <= high[row, column] else ""
        half = (high[row, column] - low[row, column]) / 2
        colour = "white" if (mean - least) / distance < 0.55 else "black"
        words = f"{number_of(mean)}{star}\n±{number_of(half)}"
        ax.text(column, row, words, ha="center", va="center", fontsize=8, color=colour)


def _numbers(unit: str, largest: float) -> Callable[[Any], str]:
    if unit != "DKK":
        return (lambda x: number(100 * x)) if unit == "share" else count
    factor = 1e3 if largest < 1e5 else 1e6
    return lambda x: number(x / factor, digits=2)


def _mark(ax: Axes, shown: _Map) -> None:
    """A star in cells whose interval includes 0."""
    rows, columns = np.nonzero((shown.of("ci_low") <= 0) & (shown.of("ci_high") >= 0))
    ax.plot(columns, rows, "*", color="white", markeredgecolor="black", markersize=7)


def plot_tornado(result: Tornado, *, most: int = 10, ax: Axes | None = None) -> Axes:
    """The outcome with each number at its low and high end, the strongest on top.

    Whiskers are Monte Carlo 95 % intervals of the paired difference from the outcome as stated.

    Parameters
    ----------
    result : Tornado
    most : int
        How many numbers to draw; those without any effect never are.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or no number changes the outcome.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.sensitivity import tornado
    >>> found = tornado(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     parameters=["prices.equalisation.kept_share"], replications=2, progress=False,
    ... )
    >>> plot_tornado(found).get_xlabel()
    'Net saving (municipality), million DKK'
    """
    style.accepted(result, Tornado, made_by="js.tornado(scenario)")
    moving = [bar for bar in result.bars if not bar.error and _reach(bar) > 0]
    if not moving:
        raise InputError(
            "plot: no number changes the outcome; js.tornado(…, parameters=) moves more"
        )
    shown, base = moving[:most], result.base.mean
    ax = style.axes_or_new(ax)
    for row, bar in enumerate(shown):
        _draw_bar(ax, row, bar, base)
    style.name_rows(ax, _names(shown), zero=False)
    _mark_nothing(ax)
    ax.axvline(base, color="0.2", linewidth=1)
    largest = abs(base) + max(_reach(bar) for bar in shown)
    words = style.in_units(ax.xaxis, result.quantity.unit, largest)
    ax.set_xlabel(f"{style.clipped(result.quantity.label, 60)}, {words}")
    lost = sum(bool(bar.error) for bar in result.bars)
    return style.headed(
        ax,
        result.cells.case.scenario.name,
        "dark at the high end, light at the low",
        "whiskers: 95 % intervals of the mean (Monte Carlo)",
        f"{len(shown)} strongest of {len(result.bars)}" if len(shown) < len(result.bars) else "",
        f"{lost} cannot be moved alone" if lost else "",
        wide=style.NARROW,
    )


def _reach(bar: Bar) -> float:
    return max(abs(bar.at_low.mean), abs(bar.at_high.mean))


def _draw_bar(ax: Axes, row: int, bar: Bar, base: float) -> None:
    sides = [(bar.at_low, _LOW), (bar.at_high, _HIGH)]
    same_side = bar.at_low.mean * bar.at_high.mean > 0
    for place, (at, colour) in enumerate(sides):
        lane, height = (row + 0.16 * (2 * place - 1), 0.3) if same_side else (row, 0.55)
        low, high = sorted((base, base + at.mean))
        style.bar(ax, lane, low, high, colour, height=height)
        style.whisker(ax, lane, base + at.ci_low, base + at.ci_high)


def _names(bars: Sequence[Bar]) -> list[str]:
    paths = style.short_labels([bar.path for bar in bars])
    return [
        f"{path}, {_end(bar.low)}\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}{_end(bar.high)}"
        for path, bar in zip(paths, bars, strict=True)
    ]


def _end(value: float) -> str:
    """An end with three digits that matter: more would not fit beside the path."""
    return end(float(f"{value:.3g}"))


def _mark_nothing(ax: Axes) -> None:
    """A line at 0, where the outcomes come near it."""
    low, high = ax.get_xlim()
    if low <= 0 <= high:
        ax.axvline(0, color="0.55", linewidth=0.8, zorder=0.5)
