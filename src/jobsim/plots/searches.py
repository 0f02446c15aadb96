"""What searches found: net saving over the budget, and the largest caseload that is on time.

May import investment curves and caseload limits, tables of text and the house style.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.plots import style
from jobsim.questions.caseload_limit import CaseloadCase, CaseloadLimit
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.text.tables import interval, number
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SAVING = "net_saving:municipality"
_CURVE = "mean, its 95 % interval (dark), and where 95 % of futures fall (light)"
_LIMIT = (
    "dashed: closed form, with its load bound as a diamond; "
    "full: simulated, with 95 % intervals (Monte Carlo) of the limit and of shares"
)


def plot_investment_curve(
    result: InvestmentCurve, *, measure: str | Quantity = _SAVING, ax: Axes | None = None
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
    >>> curve = investment_curve(scenario, [0, 1e6, 2e6], replications=4, progress=False)
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
    ax.set_ylabel("net saving of the municipality, million DKK" if measure == _SAVING else "DKK")
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
    style.accepted(result, CaseloadLimit, made_by="js.caseload_limit(scenario)")
    ax = style.axes_or_new(ax)
    for place, case in enumerate(result.cases):
        _closed_form(ax, case, result.target, style.look(place).colour)
        _simulated(ax, case, result.target, place)
        _name(ax, case, place, len(result.cases))
    ax.axhline(result.target, color="0.5", linewidth=0.8, zorder=0.5)
    ax.set_ylim(-0.03, 1.08)
    ax.set_xlim(0, 1.02 * max(case.on_time.high for case in result.cases))
    ax.set_xlabel("recipients per full-time caseworker")
    ax.set_ylabel(f"meetings on time, {style.in_units(ax.yaxis, 'share', 1.0)}")
    style.open_frame(ax)
    where = "the regular service" if result.track == "regular" else result.track
    return style.headed(ax, f"{result.scenario}: largest caseload in {where}", _LIMIT)


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
        ends = [_inside(end, limit.low, limit.high) for end in (limit.ci_low, limit.ci_high)]
        ax.plot(ends, [target] * 2, "|-", color="black", linewidth=1.3, markersize=9, zorder=6)
        ax.plot([limit.value], [target], marker, color=colour, markersize=7, zorder=5)


def _inside(end: float, low: float, high: float) -> float:
    """An end of an interval, not beyond what was searched."""
    return end if math.isnan(end) else min(max(end, low), high)


def _name(ax: Axes, case: CaseloadCase, place: int, cases: int) -> None:
    """Write the case and its limit beside the closed form, each case a line lower."""
    limit = case.on_time
    weeks = number(case.interval_weeks, digits=0 if case.interval_weeks % 1 == 0 else 1)
    words = f"a meeting every {weeks} weeks" if weeks != "1" else "a meeting every week"
    if limit.verdict == "found":
        ends = interval(number(limit.ci_low), number(limit.ci_high))
        words += f"\nlimit {number(limit.value)} ({ends})"
    else:
        words += f"\nlimit {limit.verdict}"
    style.write_beside(
        ax,
        f"{words}, load bound {number(case.load_bound)}",
        (case.load_bound, 0.74 - 0.5 * place / max(1, cases - 1)),
        (26, 0),
        **{"color": style.look(place).colour, "fontsize": 8.5, "va": "center", "zorder": 7},
        annotation_clip=False,
        bbox=style.on_white(0.85, 1),
    )
