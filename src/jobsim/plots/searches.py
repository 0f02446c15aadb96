"""What searches found: the best budget and its division, the largest caseload, a threshold.

May import results of searches, what they print of numbers, and the house style.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.lines import Line2D

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.plots import palette, style
from jobsim.questions.allocate import Allocation
from jobsim.questions.caseload_limit import CaseloadCase, CaseloadLimit
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.questions.threshold import Threshold
from jobsim.text.tables import brief, in_brackets, interval, millions, number, share
from jobsim.vocabulary import PURSES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MAIN = "net_saving:municipality"
_CURVE = "mean, its 95 % interval (strong), and where 95 % of futures fall (pale)"
_LIMIT = (
    "meetings every so many weeks; dashed: closed form, with its load bound as a diamond; "
    "full: simulated, with 95 % intervals (Monte Carlo) of the limit and of shares"
)
_TRIED = "line: mean; whiskers: 95 % intervals (Monte Carlo); band: where 95 % of futures fall"
_DIVIDED = (
    "bars: the best division found; whiskers: divisions that the data cannot tell from it; "
    "diamonds: the same total, divided as at present"
)
_PRESENT = "present plan"


def plot_investment_curve(
    result: InvestmentCurve, *, measure: str | Quantity = _MAIN, ax: Axes | None = None
) -> Axes:
    """Draw a measure over the yearly budget; budgets that could not be played are left out.

    The present budget is marked where it lies between the lowest and the highest one.

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
    >>> scenario = js.Scenario.load("esbjerg-2018")
    >>> curve = js.investment_curve(scenario, budgets=[0, 1e6, 2e6], replications=4, progress=False)
    >>> plot_investment_curve(curve).get_xlabel()
    'budget a year, million DKK'
    """
    style.accepted(result, "js.investment_curve(scenario)", InvestmentCurve)
    ax, wanted = style.axes_or_new(ax), quantity(measure)
    spreads = result.spreads(wanted)
    mean, low, high, range_low, range_high = style.columns(spreads)
    if not style.seen(mean, low, high):
        return style.nothing(ax, result.label, f"{wanted.label}: 0 at every budget played.")
    played = np.isfinite(mean)
    x = np.array(result.budgets)[played]
    colour = palette.own(ax, wanted.payer) if wanted.payer in PURSES else palette.hue(0)
    for below, above, alpha in ((range_low, range_high, 0.2), (low, high, 0.45)):
        ends = below[played], above[played]
        ax.fill_between(x, *ends, color=colour, alpha=alpha, linewidth=0)
    ax.plot(x, mean[played], color=colour, linewidth=1.8, marker="o", markersize=3.5)
    style.level(ax, 0)
    ax.margins(y=0.14)  # room for the name of the best budget
    if result.budgets[0] <= result.present <= result.budgets[-1]:
        _mark_present(ax, result.present, _PRESENT)
    _mark_best(ax, result, measure)
    ax.set_xlabel(f"budget a year, {style.in_units(ax.xaxis, 'DKK', result.budgets[-1])}")
    unit = style.in_units(ax.yaxis, wanted.unit, float(np.nanmax(np.abs(mean))))
    what = "net saving of the municipality" if measure == _MAIN else style.clipped(wanted.label, 40)
    ax.set_ylabel(f"{what}, {unit}")
    style.open_frame(ax)
    return style.headed(ax, result.label, _CURVE)


def _mark_present(
    ax: Axes, x: float, words: str, *, end: Literal["top", "bottom"] = "top", left: float = 0.5
) -> None:
    """A dotted line where the scenario stands as it is, named at one end, inside the picture.

    Words stand at its right as far as this share of the picture from the left.
    """
    style.upright(ax, x, 0.6, linestyle=":", linewidth=1.3)
    low, high = ax.get_xlim()
    side, by = ("left", 4) if x < low + left * (high - low) else ("right", -4)
    at = (x, 0.98 if end == "top" else 0.05)
    how: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": side, "va": end}
    style.write_beside(ax, words, at, (by, 0), bbox=style.on_paper(ax, 0.75, 1), **how)


def _mark_best(ax: Axes, result: InvestmentCurve, measure: str | Quantity) -> None:
    """The best budget as a ring, budgets that cannot be told from it as a bar above the axis."""
    best = result.best(measure)
    mean = result.spreads(measure)[result.budgets.index(best.budget)].mean
    ax.plot([best.budget], [mean], "o", color=palette.ink(ax), mfc=palette.paper(ax), ms=8)
    right = 2 * best.budget > result.budgets[0] + result.budgets[-1]
    by, side = ((-8, 10), "right") if right else ((8, 10), "left")
    style.write_beside(ax, "best budget", (best.budget, mean), by, ha=side)
    if len(best.near) > 1:
        ax.axvspan(best.low, best.high, color=palette.shade(ax, 0.1), linewidth=0, zorder=0)
        at, side = (best.low, "left") if not right else (best.high, "right")
        how: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": side}
        style.write_beside(ax, "cannot be told from the best", (at, 0.0), (0, 3), **how)


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
    >>> town = js.Scenario.load("esbjerg-2018").with_({"horizon.weeks": 20})
    >>> found = js.caseload_limit(
    ...     town, caseloads=(20, 22), replications=2, engine="numpy", progress=False
    ... )
    >>> plot_caseload_limit(found).get_xlabel()
    'recipients per full-time caseworker'
    """
    style.accepted(result, "js.caseload_limit(scenario)", CaseloadLimit)
    ax = style.axes_or_new(ax)
    for place, case in enumerate(result.cases):
        _closed_form(ax, case, result.target, palette.hue(place))
        _simulated(ax, case, result.target, place)
    style.level(ax, result.target, 0.5)
    ax.set_ylim(-0.03, 1.08)
    most = max([case.on_time.high for case in result.cases] + [result.present_caseload])
    ax.set_xlim(0, 1.02 * most)
    weeks = _every(result.present_interval_weeks)
    words = f"{_PRESENT}: {number(result.present_caseload)},\na meeting {weeks}"
    _mark_present(ax, result.present_caseload, words, end="bottom", left=0.2)
    style.in_units(ax.xaxis, "", 1.0)
    ax.set_xlabel("recipients per full-time caseworker")
    ax.set_ylabel(f"meetings on time, {style.in_units(ax.yaxis, 'share', 1.0)}")
    style.open_frame(ax)
    style.key(ax, [_mark_of(case, place) for place, case in enumerate(result.cases)])
    where = "the regular service" if result.track == "regular" else result.track
    return style.headed(ax, f"{result.record.scenario.name}: largest caseload in {where}", _LIMIT)


def _closed_form(ax: Axes, case: CaseloadCase, target: float, colour: str) -> None:
    bound, lost = case.load_bound, 1.0 - target
    x, y = [0.0, bound], [1.0, 1.0]
    if lost > 0:
        x.append(bound + (case.load_bound_on_time - bound) / lost)
        y.append(0.0)
    ax.plot(x, y, "--", color=colour, linewidth=1.3)
    ax.plot([bound], [1.0], "D", color=colour, mfc=palette.paper(ax), ms=7, zorder=4)


def _simulated(ax: Axes, case: CaseloadCase, target: float, place: int) -> None:
    (colour, _, marker), ink = palette.look(place), palette.ink(ax)
    limit = case.on_time
    x, means = zip(*((x, at.mean) for x, at in limit.tried), strict=True)
    lows, highs = zip(*((at.ci_low, at.ci_high) for _, at in limit.tried), strict=True)
    ax.vlines(x, lows, highs, color=ink, linewidth=1.1)
    ax.plot(x, means, f"{marker}-", color=colour, linewidth=1.6, markersize=3.5, zorder=5)
    if limit.verdict == "found":
        # the ends of the interval, not beyond what was searched
        ends = np.clip([limit.ci_low, limit.ci_high], limit.low, limit.high)
        ax.plot(ends, [target] * 2, "|-", color=ink, linewidth=1.3, markersize=9, zorder=6)
        ax.plot([limit.value], [target], marker, color=colour, markersize=7, zorder=5)


def _every(weeks: float) -> str:
    """Words for how often meetings are."""
    if weeks == 1:
        return "every week"
    return f"every {number(weeks, digits=0 if weeks % 1 == 0 else 1)} weeks"


def _mark_of(case: CaseloadCase, place: int) -> Line2D:
    """What the key shows of a case, its limit beside the closed form."""
    limit, (colour, _, marker) = case.on_time, palette.look(place)
    words = f"{_every(case.interval_weeks)}: limit {limit.verdict}"
    if limit.verdict == "found":
        ends = interval(number(limit.ci_low), number(limit.ci_high))
        words = f"{_every(case.interval_weeks)}: limit {number(limit.value)} ({ends})"
    words += f", load bound {number(case.load_bound)}"
    return Line2D([], [], color=colour, marker=marker, markersize=4, label=words)


def plot_threshold(result: Threshold, *, ax: Axes | None = None) -> Axes:
    """A measure over the number that moves, and where it reaches the figure asked for.

    Raises
    ------
    InputError
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> found = js.threshold(
    ...     js.Scenario.load("esbjerg-2018-evidence"), "groups.job_ready.meeting_gain",
    ...     measure="placements", replications=2, engine="numpy", progress=False,
    ... )
    >>> plot_threshold(found).get_xlabel()
    'job ready: meeting gain'
    """
    style.accepted(result, "js.threshold(scenario, path)", Threshold)
    ax, wanted, at = style.axes_or_new(ax), result.quantity, result.crossing.at
    name = f"{result.record.scenario.name}: {wanted.label} = {brief(result.target)} {wanted.unit}"
    x, spreads = zip(*result.crossing.tried, strict=True)
    if not style.seen(*style.columns(spreads)):
        return style.nothing(ax, name, f"{wanted.label}: 0 wherever it was played.")
    style.curve(ax, np.array(x), spreads)
    style.level(ax, result.target, 0.6, linestyle="--")
    _mark_present(ax, result.crossing.move.stated, f"stated: {brief(result.crossing.move.stated)}")
    if result.crossed:
        style.whisker(ax, result.target, at.ci_low, at.ci_high)
        style.point(ax, result.target, at.mean, hollow=not result.inside)
    style.in_units(ax.xaxis, "", 1.0)
    ax.set_xlabel(style.short_labels([result.path])[0])
    largest = float(np.nanmax([abs(one.mean) for one in spreads]))
    unit = style.in_units(ax.yaxis, wanted.unit, largest)
    ax.set_ylabel(f"{style.clipped(wanted.label, 40)}, {unit}")
    style.open_frame(ax)
    found = f"reached at {in_brackets(at, brief)}, " if result.crossed else ""
    return style.headed(ax, name, found + result.verdict, _TRIED)


def plot_allocation(result: Allocation, *, ax: Axes | None = None) -> Axes:
    """What the best division gives to each budget, beside the total divided as at present.

    Raises
    ------
    InputError
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> how = {"replications": 2, "engine": "numpy", "progress": False}
    >>> found = js.allocate(js.Scenario.load("kolding-2018"), 1e6, **how)
    >>> plot_allocation(found).get_xlabel()
    'budget a year, million DKK'
    """
    style.accepted(result, "js.allocate(scenario, total)", Allocation)
    ax = style.axes_or_new(ax)
    for row, part in enumerate(result.parts):
        style.bar(ax, row, 0.0, part.budget, palette.hue(0), height=0.45)
        style.whisker(ax, row, part.low, part.high)
        style.point(ax, row, part.present, marker="D", hollow=True)
    names = (f"{part.label}: {share(part.budget / result.total)}" for part in result.parts)
    style.name_rows(ax, list(names))
    ax.set_xlabel(f"budget a year, {style.in_units(ax.xaxis, 'DKK', result.total)}")
    title = f"{result.record.scenario.name}: {millions(result.total)} m DKK a year divided"
    return style.headed(ax, title, f"for the highest {result.aim.label}", result.verdict, _DIVIDED)
