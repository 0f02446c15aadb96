"""One outcome over the values of an input: of one path, of two, of the budget, of the caseload.

Sweeps are lines or maps; searches show what they found, too. May import results of sweeps and
searches, what they print of numbers, and the house style.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.plots import style
from jobsim.questions.caseload_limit import CaseloadCase, CaseloadLimit
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.questions.sensitivity import TwoWay
from jobsim.questions.sweep import Sweep, plain_axis
from jobsim.text.tables import count, end, interval, number
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MAIN = "net_saving:municipality"
_LINE = "line: mean; whiskers: 95 % intervals (Monte Carlo); band: where 95 % of futures fall"
_NOTE = "* where the 95 % interval includes 0"
_WRITTEN = (8, 7)
"""Most columns and rows whose cells have room for numbers."""


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
    style.accepted(result, made_by, Sweep, TwoWay)
    ax = style.axes_or_new(ax)
    name = result.cells.case.scenario.name
    if isinstance(result, TwoWay):
        flat = [one for row in result.spreads for one in row]
        grid = dict(zip(result.paths, map(np.array, result.values), strict=True))
        return _draw_map(ax, name, result.quantity, grid, flat)
    wanted, paths = _measure(result, measure), result.design.paths
    if len(paths) == 1:
        return _draw_line(ax, result, wanted)
    if len(paths) != 2 or result.design.axes is None:
        raise InputError(
            f"plot: {len(paths)} paths are swept; one, or a grid of two, is drawn: "
            "js.sweep(scenario, {path: values, path: values})"
        )
    grid = {path: plain_axis(values) for path, values in result.design.axes.items()}
    return _draw_map(ax, name, wanted, grid, result.spreads(wanted))


def _measure(found: Sweep, measure: str | Quantity | None) -> Quantity:
    if measure is not None:
        return quantity(measure, ratios=True)
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
        _write(ax, wanted.unit, *cells)
    else:
        _mark(ax, *cells[1:])
    down, across = style.short_labels(list(grid), 45)
    ax.set(xlabel=across, ylabel=down)
    for axis, values in zip((ax.yaxis, ax.xaxis), grid.values(), strict=True):
        axis.set_ticks(range(len(values)), [_text(value) for value in values.tolist()])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    scale = ax.figure.colorbar(image, ax=ax)
    scale.outline.set_visible(False)
    unit = style.in_units(scale.ax.yaxis, wanted.unit, float(np.nanmax(np.abs(means))))
    message = "mean ± half its 95 % interval (Monte Carlo)" if written else "mean"
    title = f"{name}: {style.clipped(wanted.label, 50)}, {unit}"
    return style.headed(ax, title, message, _NOTE)


def _text(value: object) -> str:
    return end(value) if isinstance(value, (int, float)) else style.clipped(str(value), 16)


def _write(ax: Axes, unit: str, means: Floats, low: Floats, high: Floats) -> None:
    """Mean and half interval in every cell, light on dark and dark on light."""
    least = np.nanmin(means)
    distance = float(np.nanmax(means) - least) or 1.0
    number_of = _numbers(unit, float(np.nanmax(np.abs(means))))
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


def _mark(ax: Axes, low: Floats, high: Floats) -> None:
    """A star in cells whose interval includes 0."""
    rows, columns = np.nonzero((low <= 0) & (high >= 0))
    ax.plot(columns, rows, "*", color="white", markeredgecolor="black", markersize=7)


_CURVE = "mean, its 95 % interval (dark), and where 95 % of futures fall (light)"
_LIMIT = (
    "dashed: closed form, with its load bound as a diamond; "
    "full: simulated, with 95 % intervals (Monte Carlo) of the limit and of shares"
)


def plot_investment_curve(
    result: InvestmentCurve, *, measure: str | Quantity = _MAIN, ax: Axes | None = None
) -> Axes:
    """Draw a measure over the yearly budget; budgets that could not be played are left out.

    Parameters
    ----------
    result : InvestmentCurve
    measure : str or Quantity
        Money on the curve; the municipality's net saving unless told otherwise.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If the measure is not on the curve.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.investment_curve import investment_curve
    >>> scenario = js.Scenario.load("esbjerg-2018")
    >>> curve = investment_curve(scenario, budgets=[0, 1e6, 2e6], replications=4, progress=False)
    >>> plot_investment_curve(curve).get_xlabel()
    'budget a year, million DKK'
    """
    ax = style.axes_or_new(ax)
    mean, low, high, range_low, range_high = style.columns(result.spreads(measure))
    played = np.isfinite(mean)
    x, colour = np.array(result.budgets)[played], COLOURS["municipality"]
    for below, above, alpha in ((range_low, range_high, 0.15), (low, high, 0.4)):
        ends = below[played], above[played]
        ax.fill_between(x, *ends, color=colour, alpha=alpha, linewidth=0)
    ax.plot(x, mean[played], color=colour, linewidth=1.8, marker="o", markersize=3.5)
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.margins(y=0.14)  # room for the name of the best budget
    _mark_best(ax, result, measure)
    ax.set_xlabel("budget a year, million DKK")
    ax.set_ylabel("net saving of the municipality, million DKK" if measure == _MAIN else "DKK")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(style.tick_in_millions)
    style.open_frame(ax)
    return style.headed(ax, result.label, _CURVE)


def _mark_best(ax: Axes, result: InvestmentCurve, measure: str | Quantity) -> None:
    """The best budget as a ring, budgets that cannot be told from it as a bar above the axis."""
    best = result.best(measure)
    mean = result.spreads(measure)[result.budgets.index(best.budget)].mean
    ax.plot([best.budget], [mean], "o", color="black", markerfacecolor="white", markersize=8)
    right = 2 * best.budget > result.budgets[0] + result.budgets[-1]
    by, side = ((-8, 10), "right") if right else ((8, 10), "left")
    style.write_beside(ax, "best budget", (best.budget, mean), by, ha=side, fontsize=9)
    if len(best.near) > 1:
        ax.axvspan(best.low, best.high, color="0.85", alpha=0.5, linewidth=0, zorder=0)
        at, where = ((best.low + best.high) / 2, 0.02), ("data", "axes fraction")
        words = "cannot be told from the best"
        ax.annotate(words, at, xycoords=where, ha="center", fontsize=9, color="0.25")


def plot_caseload_limit(result: CaseloadLimit, *, ax: Axes | None = None) -> Axes:
    """Share of meetings on time over caseloads, case by case.

    The dashed line is the closed form: all meetings on time up to the load bound (hollow diamond),
    then straight through its caseload for the share asked for. The full line is simulated,
    with a point for each caseload that was played; the largest one that reaches this share is
    marked with its interval.

    Raises
    ------
    InputError
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.caseload_limit import caseload_limit
    >>> town = js.Scenario.load("esbjerg-2018").with_({"horizon.weeks": 20})
    >>> found = caseload_limit(
    ...     town, caseloads=(20, 22), replications=2, engine="numpy", progress=False
    ... )
    >>> plot_caseload_limit(found).get_xlabel()
    'recipients per full-time caseworker'
    """
    style.accepted(result, "js.caseload_limit(scenario)", CaseloadLimit)
    ax = style.axes_or_new(ax)
    for place, case in enumerate(result.cases):
        _closed_form(ax, case, result.target, style.look(place).colour)
        _simulated(ax, case, result.target, place)
        _name_case(ax, case, place, len(result.cases))
    ax.axhline(result.target, color="0.5", linewidth=0.8, zorder=0.5)
    ax.set_ylim(-0.03, 1.08)
    ax.set_xlim(0, 1.02 * max(case.on_time.high for case in result.cases))
    ax.set_xlabel("recipients per full-time caseworker")
    ax.set_ylabel(f"meetings on time, {style.in_units(ax.yaxis, 'share', 1.0)}")
    style.open_frame(ax)
    where = "the regular service" if result.track == "regular" else result.track
    return style.headed(ax, f"{result.record.scenario.name}: largest caseload in {where}", _LIMIT)


def _closed_form(ax: Axes, case: CaseloadCase, target: float, colour: str) -> None:
    bound, lost = case.load_bound, 1.0 - target
    x, y = [0.0, bound], [1.0, 1.0]
    if lost > 0:
        x.append(bound + (case.load_bound_on_time - bound) / lost)
        y.append(0.0)
    ax.plot(x, y, "--", color=colour, linewidth=1.3)
    ax.plot([bound], [1.0], "D", color=colour, markerfacecolor="white", markersize=7, zorder=4)


def _simulated(ax: Axes, case: CaseloadCase, target: float, place: int) -> None:
    colour, _, marker = style.look(place)
    limit = case.on_time
    x, means = zip(*((x, at.mean) for x, at in limit.tried), strict=True)
    lows, highs = zip(*((at.ci_low, at.ci_high) for _, at in limit.tried), strict=True)
    ax.vlines(x, lows, highs, color="black", linewidth=1.1)
    ax.plot(x, means, f"{marker}-", color=colour, linewidth=1.6, markersize=3.5, zorder=5)
    if limit.verdict == "found":
        # the ends of the interval, not beyond what was searched
        ends = np.clip([limit.ci_low, limit.ci_high], limit.low, limit.high)
        ax.plot(ends, [target] * 2, "|-", color="black", linewidth=1.3, markersize=9, zorder=6)
        ax.plot([limit.value], [target], marker, color=colour, markersize=7, zorder=5)


def _name_case(ax: Axes, case: CaseloadCase, place: int, cases: int) -> None:
    """Write the case and its limit beside the closed form, each case a line lower."""
    limit = case.on_time
    weeks = number(case.interval_weeks, digits=0 if case.interval_weeks % 1 == 0 else 1)
    words = f"a meeting every {weeks} weeks" if weeks != "1" else "a meeting every week"
    if limit.verdict == "found":
        ends = interval(number(limit.ci_low), number(limit.ci_high))
        words += f"\nlimit {number(limit.value)} ({ends})"
    else:
        words += f"\nlimit {limit.verdict}"
    words += f", load bound {number(case.load_bound)}"
    at = (case.load_bound, 0.74 - 0.5 * place / max(1, cases - 1))
    how: dict[str, Any] = {"color": style.look(place).colour, "bbox": style.on_white(0.85, 1)}
    how |= {"fontsize": 8.5, "va": "center", "zorder": 7, "annotation_clip": False}
    style.write_beside(ax, words, at, (26, 0), **how)
