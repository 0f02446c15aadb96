"""The cost-effectiveness plane: what each draw costs and does beyond the reference.

How sure a choice is at each willingness to pay, and what being wrong costs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.deciding.acceptability import Acceptability
from jobsim.analysis.deciding.plane import Plane
from jobsim.errors import InputError
from jobsim.plots.rows import End, label_ends, look
from jobsim.plots.style import accepted, axes_or_new, heading, in_units, wrapped
from jobsim.questions.cost_effectiveness import CostEffectiveness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CORNERS = {
    "dearer, more": (0.98, 0.98),
    "dearer, no more": (0.02, 0.98),
    "no dearer, more": (0.98, 0.02),
    "no dearer, no more": (0.02, 0.02),
}
"""Where the share of draws in a quadrant is written, as fractions of the axes."""


def plot_plane(
    result: Plane | CostEffectiveness,
    *,
    willingness_to_pay: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Every draw as a point, each option's mean with the range of 95 % of draws, both ways.

    Parameters
    ----------
    result : Plane or CostEffectiveness
        Of the latter, the plane against its first option.
    willingness_to_pay : float, optional
        Money per unit of effect; below the line that is drawn, an option is worth its cost.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or the willingness to pay is no number of 0 or more.

    Examples
    --------
    >>> from jobsim.questions.cost_effectiveness import cost_effectiveness
    >>> found = cost_effectiveness([[0, 3e5], [0, 5e5]], [[10, 11], [9, 11]], names=["now", "more"])
    >>> plot_plane(found).get_ylabel()
    'extra cost, million DKK'
    """
    made_by = "js.cost_effectiveness(costs, effects)"
    found = accepted(result, Plane, CostEffectiveness, made_by=made_by)
    plane = found.plane() if isinstance(found, CostEffectiveness) else found
    ax = axes_or_new(ax)
    for place, option in enumerate(plane.names):
        _draw(ax, plane, place, option)
    _through_nothing(ax)
    if willingness_to_pay is not None:
        _draw_threshold(ax, willingness_to_pay, plane)
    if len(plane.names) == 1:
        _name_quadrants(ax, plane.quadrants(plane.names[0]))
    ax.set_xlabel(f"extra {plane.effect_unit}")
    largest = float(np.abs(plane.incremental_cost).max())
    ax.set_ylabel(f"extra cost, {in_units(ax.yaxis, plane.money_unit, largest, money=True)}")
    ax.spines[["top", "right"]].set_visible(False)
    heading(ax, f"Cost and effect beyond “{plane.reference}”", _message(plane))
    return ax


def _draw(ax: Axes, plane: Plane, place: int, option: str) -> None:
    cost, effect = plane.spreads(option)
    colour, _, marker = look(place)
    x, y = plane.incremental_effect[:, place], plane.incremental_cost[:, place]
    ax.plot(x, y, marker, color=colour, markersize=3, alpha=0.35, markeredgewidth=0)
    ax.plot([effect.range_low, effect.range_high], [cost.mean] * 2, color="black", linewidth=1.3)
    ax.plot([effect.mean] * 2, [cost.range_low, cost.range_high], color="black", linewidth=1.3)
    ax.plot([effect.mean], [cost.mean], marker, color="black", markerfacecolor=colour, zorder=5)
    ax.annotate(
        option,
        (effect.mean, cost.range_high),
        xytext=(4, 4),
        textcoords="offset points",
        fontsize=9,
        color=colour,
        fontweight="bold",
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1},
    )


def _through_nothing(ax: Axes) -> None:
    """Lines of no extra cost and no extra effect, always inside the picture."""
    ax.margins(0.12)
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.axvline(0, color="0.3", linewidth=0.8)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    width, height = right - left, high - low
    ax.set_xlim(min(left, -0.05 * width), max(right, 0.05 * width))
    ax.set_ylim(min(low, -0.05 * height), max(high, 0.05 * height))


def _draw_threshold(ax: Axes, value: float, plane: Plane) -> None:
    if not math.isfinite(value) or value < 0:
        raise InputError(f"willingness_to_pay: must be a number of 0 or more, got {value!r}")
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    ax.plot([left, right], [value * left, value * right], "--", color="0.35", linewidth=1)
    ax.set(xlim=(left, right), ylim=(low, high))
    x = right if value * right <= high else high / value
    ax.annotate(
        f"{value:,.0f} {plane.money_unit} each",
        (x, value * x),
        xytext=(-4, -6),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=8,
        color="0.35",
    )


def _name_quadrants(ax: Axes, shares: dict[str, float]) -> None:
    for words, share in shares.items():
        if share == 0:
            continue
        x, y = _CORNERS[words]
        ax.annotate(
            f"{words}: {100 * share:.0f} %",
            (x, y),
            xycoords="axes fraction",
            ha="right" if x > 0.5 else "left",
            va="top" if y > 0.5 else "bottom",
            fontsize=8.5,
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.5},
        )


def _message(plane: Plane) -> str:
    return wrapped(
        f"points: {len(plane.incremental_cost):,} draws",
        "crosses: mean, and where 95 % of draws fall in cost and in effect",
    )


Floats = npt.NDArray[np.float64]
_MADE_BY = "js.cost_effectiveness(costs, effects).acceptability(willingness_to_pay)"
_Z = 1.959963984540054
_UNDER = {"color": "0.75", "linewidth": 6.0, "solid_capstyle": "butt", "zorder": 1.0}
"""The frontier: a broad light line under the curve of whichever option is best."""


def plot_acceptability(result: Acceptability, *, ax: Axes | None = None) -> Axes:
    """Probability of each option being best over willingness to pay, with the frontier.

    Bands are 95 % intervals (Wilson) of a share of as many independent draws; for Sobol' draws they
    are too wide.

    Raises
    ------
    InputError
        If the result is of another kind, or of a single willingness to pay.

    Examples
    --------
    >>> from jobsim.questions.cost_effectiveness import cost_effectiveness
    >>> found = cost_effectiveness([[0, 3e4], [0, 5e4]], [[10, 11], [9, 11]])
    >>> plot_acceptability(found.acceptability([0, 1e4, 1e5])).get_ylabel()
    'probability of being best, per cent'
    """
    found = _several(result)
    ax = axes_or_new(ax)
    ax.set_ylim(-0.02, 1.02)
    worth = found.willingness_to_pay
    ax.plot(worth, found.frontier, **_UNDER)  # type: ignore[arg-type]
    for place in range(len(found.names)):
        share = found.probability[:, place]
        low, high = _wilson(share, found.draws)
        ax.fill_between(worth, low, high, color=look(place).colour, alpha=0.12, linewidth=0)
    _curves(ax, found, found.probability)
    ax.set_ylabel(f"probability of being best, {in_units(ax.yaxis, 'share', 1.0)}")
    message = wrapped(
        "bands: 95 % intervals of a share of draws",
        "broad grey: frontier (best on average)",
    )
    heading(ax, f"How sure the choice is ({found.draws:,} draws)", message)
    return ax


def plot_expected_loss(result: Acceptability, *, ax: Axes | None = None) -> Axes:
    """Expected loss of each option over willingness to pay; the lowest is the value of knowing.

    Raises
    ------
    InputError
        If the result is of another kind, or of a single willingness to pay.

    Notes
    -----
    The result keeps means over draws and no interval of them, which the heading says.
    """
    found = _several(result)
    ax = axes_or_new(ax)
    ax.plot(found.willingness_to_pay, found.evpi, **_UNDER)  # type: ignore[arg-type]
    top = float(found.expected_loss.max())
    ax.set_ylim(-0.02 * top, 1.05 * top or 1.0)
    _curves(ax, found, found.expected_loss)
    ax.set_ylabel(f"expected loss, {in_units(ax.yaxis, found.money_unit, top, money=True)}")
    message = wrapped(
        "means over draws (no intervals)",
        "broad grey: the lowest, the value of perfect information",
    )
    heading(ax, f"What being wrong costs ({found.draws:,} draws)", message)
    return ax


def _several(result: object) -> Acceptability:
    found = accepted(result, Acceptability, made_by=_MADE_BY)
    if len(found.willingness_to_pay) < 2:
        raise InputError(
            "plot: curves need two or more values of willingness to pay; "
            "result.acceptability([0, 50_000, 100_000]) has three"
        )
    return found


def _curves(ax: Axes, found: Acceptability, values: Floats) -> None:
    worth = found.willingness_to_pay
    ends = []
    for place, name in enumerate(found.names):
        colour, line, _ = look(place)
        ax.plot(worth, values[:, place], color=colour, linestyle=line, linewidth=1.8)
        ends.append(End(float(values[-1, place]), name, colour))
    label_ends(ax, worth[-1], ends)
    money = in_units(ax.xaxis, found.money_unit, float(worth.max()), money=True)
    ax.set_xlabel(f"willingness to pay, {money} per unit of {found.effect_unit}")
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)


def _wilson(share: Floats, draws: int) -> tuple[Floats, Floats]:
    """95 % interval of shares of draws (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    centre = (share + _Z**2 / (2 * draws)) / (1 + _Z**2 / draws)
    spread = np.sqrt(share * (1 - share) / draws + _Z**2 / (4 * draws**2))
    half = _Z / (1 + _Z**2 / draws) * spread
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
