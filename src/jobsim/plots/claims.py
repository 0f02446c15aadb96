"""Claims beside the model, and what would have to be true for one of them to hold.

Claimed values lie against the range of futures; needed values beside plausible ranges. May import
results with claims, what answers print of numbers, and the house style.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.quantity import Claimed, Verdict
from jobsim.analysis.searching.crossing import Crossing
from jobsim.errors import InputError
from jobsim.plots import style
from jobsim.questions.threshold import WouldHaveToBeTrue
from jobsim.text.tables import brief, millions
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEFT, _RIGHT = -3.2, 4.2
"""Ends of the axis: three widths of a plausible range beyond it, as far as was searched."""
_NEEDED = "points, numbers: needed, with 95 % intervals (Monte Carlo)"
_BESIDE = "claims (points) beside the model: mean, and where 95 % of futures fall"


def plot_claims(result: Comparison | Summary, *, ax: Axes | None = None) -> Axes:
    """Every claim as a point beside the model's mean and range, in per cent of the claim.

    Hollow points were used to tune the scenario and are no evidence.

    Raises
    ------
    InputError
        If the scenario carries no claims.

    Examples
    --------
    >>> import jobsim as js
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> plot_claims(js.compare(scenario, replications=4, progress=False)).get_xlabel()
    'per cent of the claimed value'
    """
    verdicts = [one for one in result.verdicts[::-1] if one.claim.value]
    name = result.record.scenario.name
    if not verdicts:
        raise InputError(f"{name} carries no claims to draw")
    ax = style.axes_or_new(ax)
    for row, one in enumerate(verdicts):
        _draw_claim(ax, row, one)
    for row, one in enumerate(verdicts):
        words = f"{one.claim.label}: {_value(one)} – {one.verdict}"
        style.write_row(ax, row + 0.28, words)
    ax.set_ylim(-0.6, len(verdicts) - 0.2)
    ax.axvline(100, color="0.6", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_xlabel("per cent of the claimed value")
    return style.headed(ax, name, _BESIDE)


def _draw_claim(ax: Axes, row: int, one: Verdict) -> None:
    colour, model = COLOURS["scenario"], one.model
    low, mean, high = (
        100 * value / one.claim.value for value in (model.range_low, model.mean, model.range_high)
    )
    ax.plot([low, high], [row, row], color=colour, linewidth=6, alpha=0.3, solid_capstyle="butt")
    ax.plot([mean, mean], [row - 0.16, row + 0.16], color=colour, linewidth=2)
    style.point(ax, row, 100, face="white" if one.claim.role == "fitted" else "black")


def _value(one: Verdict) -> str:
    if one.unit == "DKK":
        return f"{one.claim.value / 1e6:,.1f} million DKK"
    return f"{one.claim.value:,.10g} {one.unit}"


def plot_would_have_to_be_true(
    result: WouldHaveToBeTrue, *, most: int = 10, ax: Axes | None = None
) -> Axes:
    """Each assumption's plausible range as a bar, and the value at which the claim would hold.

    All ranges are drawn as long as each other: 0 is the low end, 1 the high end. Those that get
    there within their range come first, then those that do outside it, then those that do not.

    Parameters
    ----------
    result : WouldHaveToBeTrue
    most : int
        How many assumptions to draw; those without effect never are.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or no assumption has any effect.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.threshold import what_would_have_to_be_true
    >>> place = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 4})
    >>> how = {"replications": 2, "engine": "numpy", "progress": False}
    >>> found = what_would_have_to_be_true(place, "placements_2018", **how)
    >>> plot_would_have_to_be_true(found).get_xlabel()
    'place in the plausible range, from its low end (0) to its high end (1)'
    """
    made_by = "js.what_would_have_to_be_true(scenario, claim)"
    style.accepted(result, WouldHaveToBeTrue, made_by=made_by)
    claim = result.claim.claim
    moving = [one for one in result.crossings if not one.without_effect]
    moving.sort(key=lambda one: _farness(one, claim.value))
    if not moving:
        raise InputError("plot: no assumption has any effect on the claim")
    shown, ax = moving[:most], style.axes_or_new(ax)
    for row, one in enumerate(shown):
        _draw_needed(ax, row, one, result.claim)
    style.name_rows(ax, style.short_labels([one.move.path for one in shown]), zero=False)
    ax.set_xlim(_LEFT, _RIGHT)
    ax.set_xlabel("place in the plausible range, from its low end (0) to its high end (1)")
    words = f"“{claim.label}” = {brief(claim.value)} {result.claim.unit}"
    title = f"{result.scenario}: what would have to be true for {words}"
    return style.headed(
        ax,
        style.wrapped(title, wide=style.NARROW),
        "bars: plausible ranges, with what is stated",
        "never (best mean reached)" if not all(one.crossed for one in shown) else "",
        _NEEDED if any(one.crossed for one in shown) else "",
        _together(result),
        f"{len(shown)} of {len(moving)}" if len(shown) < len(moving) else "",
        wide=style.NARROW,
    )


def _place(one: Crossing, x: float) -> float:
    """Place of a value in the plausible range: 0 at its low end, 1 at its high end."""
    return (x - one.move.low) / (one.move.high - one.move.low)


def _farness(one: Crossing, aim: float) -> tuple[bool, float]:
    """Order of rows: how far outside the range the needed value is; then how far off they stay."""
    if not one.crossed:
        return True, abs(_best(one, aim) - aim)
    return False, max(abs(_place(one, one.at.mean) - 0.5), 0.5)


def _best(one: Crossing, aim: float) -> float:
    """The mean nearest to the claim, of all that were tried; infinite where nothing was."""
    means = [spread.mean for _, spread in one.tried]
    return min(means, key=lambda mean: abs(mean - aim), default=math.inf)


def _draw_needed(ax: Axes, row: int, one: Crossing, claim: Claimed) -> None:
    style.bar(ax, row, 0.0, 1.0, "#bcd3e6", height=0.55)
    stated = _place(one, one.move.stated)
    ax.plot([stated] * 2, [row - 0.27, row + 0.27], color="0.35", linewidth=1.5)
    if not one.crossed:
        _write(ax, row, "failed" if one.error else f"never ({_reached(one, claim)})")
        return
    needed, low, high = (_place(one, x) for x in (one.at.mean, one.at.ci_low, one.at.ci_high))
    style.whisker(ax, row, max(low, 2 * _LEFT), min(high, 2 * _RIGHT))
    style.point(ax, row, needed, face="black" if one.inside else "white")
    _write(ax, row, brief(one.at.mean))


def _reached(one: Crossing, claim: Claimed) -> str:
    best = _best(one, claim.claim.value)
    return f"{millions(best)} m" if claim.unit == "DKK" else brief(best)


def _write(ax: Axes, row: int, words: str) -> None:
    """Words to the right of a row."""
    where = ("axes fraction", "data")
    ax.annotate(words, (1.01, row), xycoords=where, va="center", fontsize=8, annotation_clip=False)


def _together(found: WouldHaveToBeTrue) -> str:
    if found.together is None or found.together.error:
        return ""
    if not found.together.crossed:
        return "all at favourable ends: not enough"
    return f"all together: {100 * found.together.at.mean:.0f} % of the way"
