"""What would have to be true for a claim: needed values beside plausible ranges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jobsim.analysis.outcomes.quantity import Claimed
from jobsim.analysis.searching.crossing import Crossing
from jobsim.errors import InputError
from jobsim.plots.rows import NARROW, name_rows, point, span, whisker
from jobsim.plots.style import accepted, axes_or_new, heading, short_labels, wrapped
from jobsim.questions.threshold import brief
from jobsim.questions.would_have_to_be_true import WouldHaveToBeTrue
from jobsim.text.tables import millions

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_LEFT, _RIGHT = -3.2, 4.2
"""Ends of the axis: three widths of a plausible range beyond it, as far as was searched."""
_NEEDED = "points, numbers: needed, with 95 % intervals (Monte Carlo)"


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
    >>> from jobsim.questions.would_have_to_be_true import what_would_have_to_be_true
    >>> place = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 4})
    >>> how = {"replications": 2, "engine": "numpy", "progress": False}
    >>> found = what_would_have_to_be_true(place, "placements_2018", **how)
    >>> plot_would_have_to_be_true(found).get_xlabel()
    'place in the plausible range, from its low end (0) to its high end (1)'
    """
    made_by = "js.what_would_have_to_be_true(scenario, claim)"
    found = accepted(result, WouldHaveToBeTrue, made_by=made_by)
    aim = found.claim.claim.value
    moving = [one for one in found.crossings if not one.without_effect]
    moving.sort(key=lambda one: _farness(one, aim))
    if not moving:
        raise InputError("plot: no assumption has any effect on the claim")
    shown, ax = moving[:most], axes_or_new(ax)
    for row, one in enumerate(shown):
        _draw(ax, row, one, found.claim)
    name_rows(ax, short_labels([one.move.path for one in shown]), zero=False)
    ax.set_xlim(_LEFT, _RIGHT)
    ax.set_xlabel("place in the plausible range, from its low end (0) to its high end (1)")
    claim = found.claim.claim
    words = f"“{claim.label}” = {brief(claim.value)} {found.claim.unit}"
    title = wrapped(f"{found.scenario}: what would have to be true for {words}", wide=NARROW)
    heading(ax, title, _message(found, shown))
    return ax


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


def _draw(ax: Axes, row: int, one: Crossing, claim: Claimed) -> None:
    span(ax, row, 0.0, 1.0, "#bcd3e6", height=0.55)
    stated = _place(one, one.move.stated)
    ax.plot([stated] * 2, [row - 0.27, row + 0.27], color="0.35", linewidth=1.5)
    if not one.crossed:
        _write(ax, row, "failed" if one.error else f"never ({_reached(one, claim)})")
        return
    needed, low, high = (_place(one, x) for x in (one.at.mean, one.at.ci_low, one.at.ci_high))
    whisker(ax, row, max(low, 2 * _LEFT), min(high, 2 * _RIGHT))
    point(ax, row, needed, face="black" if one.inside else "white")
    _write(ax, row, brief(one.at.mean))


def _reached(one: Crossing, claim: Claimed) -> str:
    best = _best(one, claim.claim.value)
    return f"{millions(best)} m" if claim.unit == "DKK" else brief(best)


def _write(ax: Axes, row: int, words: str) -> None:
    ax.annotate(
        words,
        (1.01, row),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=8,
        annotation_clip=False,
    )


def _message(found: WouldHaveToBeTrue, shown: list[Crossing]) -> str:
    moving = [one for one in found.crossings if not one.without_effect]
    return wrapped(
        "bars: plausible ranges, with what is stated",
        "never (best mean reached)" if not all(one.crossed for one in shown) else "",
        _NEEDED if any(one.crossed for one in shown) else "",
        _together(found),
        f"{len(shown)} of {len(moving)}" if len(shown) < len(moving) else "",
        wide=NARROW,
    )


def _together(found: WouldHaveToBeTrue) -> str:
    if found.together is None or found.together.error:
        return ""
    if not found.together.crossed:
        return "all at favourable ends: not enough"
    return f"all together: {100 * found.together.at.mean:.0f} % of the way"
