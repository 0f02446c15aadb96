"""Caseload against the share of meetings on time: closed form and simulated limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jobsim.analysis.searching.caseloads import CaseloadCase
from jobsim.plots.rows import look
from jobsim.plots.style import accepted, axes_or_new, heading, in_units, wrapped
from jobsim.questions.caseload_limit import CaseloadLimit
from jobsim.text.tables import interval, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    found = accepted(result, CaseloadLimit, made_by="js.caseload_limit(scenario)")
    ax = axes_or_new(ax)
    for place, case in enumerate(found.cases):
        _closed_form(ax, case, found.target, look(place).colour)
        _simulated(ax, case, found.target, place)
        _name(ax, case, place, len(found.cases))
    ax.axhline(found.target, color="0.5", linewidth=0.8, zorder=0.5)
    ax.set_ylim(-0.03, 1.08)
    ax.set_xlim(0, 1.02 * max(case.on_time.high for case in found.cases))
    ax.set_xlabel("recipients per full-time caseworker")
    ax.set_ylabel(f"meetings on time, {in_units(ax.yaxis, 'share', 1.0)}")
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    where = "the regular service" if found.track == "regular" else found.track
    heading(ax, f"{found.scenario}: largest caseload in {where}", _MESSAGE)
    return ax


_MESSAGE = wrapped(
    "dashed: closed form, with its load bound as a diamond",
    "full: simulated, with 95 % intervals (Monte Carlo) of the limit and of shares",
)


def _closed_form(ax: Axes, case: CaseloadCase, target: float, colour: str) -> None:
    bound, lost = case.load_bound, 1.0 - target
    x, y = [0.0, bound], [1.0, 1.0]
    if lost > 0:
        x.append(bound + (case.load_bound_on_time - bound) / lost)
        y.append(0.0)
    ax.plot(x, y, "--", color=colour, linewidth=1.3)
    ax.plot([bound], [1.0], "D", color=colour, markerfacecolor="white", markersize=7, zorder=4)


def _simulated(ax: Axes, case: CaseloadCase, target: float, place: int) -> None:
    colour, _, marker = look(place)
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
    ax.annotate(
        f"{words}, load bound {number(case.load_bound)}",
        (case.load_bound, 0.74 - 0.5 * place / max(1, cases - 1)),
        xytext=(26, 0),
        textcoords="offset points",
        color=look(place).colour,
        fontsize=8.5,
        va="center",
        annotation_clip=False,
        zorder=7,
        bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1},
    )
