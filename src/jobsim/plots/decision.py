"""Decisions: cost against effect of every draw, how sure a choice is, what being wrong costs.

May import planes, acceptability and cost-effectiveness, and the house style.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.analysis.deciding.incremental import Incremental
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.plots import palette, style
from jobsim.questions.cost_effectiveness import Acceptability, CostEffectiveness, Plane

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CORNERS = {
    "dearer, more": (0.98, 0.98, "right", "top"),
    "dearer, no more": (0.02, 0.98, "left", "top"),
    "no dearer, more": (0.98, 0.02, "right", "bottom"),
    "no dearer, no more": (0.02, 0.02, "left", "bottom"),
}
"""Where the share of draws in a quadrant is written, as fractions of the axes, and from where."""
_MADE_BY = "js.cost_effectiveness(costs, effects).acceptability(willingness_to_pay)"
_NO_DIFFERENCE = "No option costs or brings more than another in any draw."


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
    >>> import jobsim as js
    >>> costs, effects = [[0, 3e5], [0, 5e5]], [[10, 11], [9, 11]]
    >>> found = js.cost_effectiveness(costs, effects, names=["now", "more"])
    >>> plot_plane(found).get_ylabel()
    'extra cost, million DKK'
    """
    style.accepted(result, "js.cost_effectiveness(costs, effects)", Plane, CostEffectiveness)
    plane = result.plane() if isinstance(result, CostEffectiveness) else result
    ax, title = style.axes_or_new(ax), f"Cost and effect beyond “{plane.reference}”"
    if not style.seen(plane.incremental_cost, plane.incremental_effect):
        return style.nothing(ax, title, _NO_DIFFERENCE)
    for place, option in enumerate(plane.names):
        _draw(ax, plane, place, option)
    _through_nothing(ax)
    if willingness_to_pay is not None:
        _draw_threshold(ax, willingness_to_pay, plane)
    if len(plane.names) == 1:
        _name_quadrants(ax, plane.quadrants(plane.names[0]))
    style.in_units(ax.xaxis, "", 1.0)
    ax.set_xlabel(f"extra {plane.effect_unit}")
    largest = float(np.abs(plane.incremental_cost).max())
    ax.set_ylabel(f"extra cost, {style.in_units(ax.yaxis, plane.money_unit, largest, money=True)}")
    ax.spines[["top", "right"]].set_visible(False)
    style.key(ax, ax.get_legend_handles_labels()[0], columns=min(3, len(plane.names)))
    return style.headed(
        ax,
        title,
        f"points: {len(plane.incremental_cost):,} draws",
        "crosses: mean, and where 95 % of draws fall in cost and in effect",
    )


def _draw(ax: Axes, plane: Plane, place: int, option: str) -> None:
    cost, effect = plane.spreads(option)
    colour, _, marker = palette.look(place)
    x, y = plane.incremental_effect[:, place], plane.incremental_cost[:, place]
    ax.plot(x, y, marker, color=colour, markersize=3.5, alpha=0.6, markeredgewidth=0)
    how: dict[str, Any] = {"color": palette.ink(ax), "linewidth": 1.3}
    ax.plot([effect.range_low, effect.range_high], [cost.mean] * 2, **how)
    ax.plot([effect.mean] * 2, [cost.range_low, cost.range_high], **how)
    how |= {"markerfacecolor": colour, "zorder": 5, "label": style.clipped(option, 30)}
    ax.plot([effect.mean], [cost.mean], marker, **how)


def _through_nothing(ax: Axes) -> None:
    """Lines of no extra cost and no extra effect, always inside the picture."""
    ax.margins(0.12)
    style.level(ax, 0)
    style.upright(ax, 0)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    width, height = right - left, high - low
    ax.set_xlim(min(left, -0.05 * width), max(right, 0.05 * width))
    ax.set_ylim(min(low, -0.05 * height), max(high, 0.05 * height))


def _draw_threshold(ax: Axes, value: float, plane: Plane) -> None:
    if not math.isfinite(value) or value < 0:
        raise InputError(f"willingness_to_pay: must be a number of 0 or more, got {value!r}")
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    colour = palette.shade(ax, 0.7)
    ax.plot([left, right], [value * left, value * right], "--", color=colour, linewidth=1)
    ax.set(xlim=(left, right), ylim=(low, high))
    x = right if value * right <= high else high / value
    words = f"{value:,.0f} {plane.money_unit} each"
    how = {"ha": "right", "va": "top", "color": palette.readable(ax, colour)}
    style.write_beside(ax, words, (x, value * x), (-4, -6), **how)


def _name_quadrants(ax: Axes, shares: dict[str, float]) -> None:
    for words, share in shares.items():
        if share == 0:
            continue
        x, y, side, edge = _CORNERS[words]
        how: dict[str, Any] = {"ha": side, "va": edge, "bbox": style.on_paper(ax, 0.75, 1.5)}
        text = f"{words}: {100 * share:.0f} %"
        style.write_beside(ax, text, (x, y), (0, 0), xycoords="axes fraction", **how)


def plot_acceptability(result: Acceptability, *, ax: Axes | None = None) -> Axes:
    """Probability of each option being best over willingness to pay, with the frontier.

    Bands are 95 % intervals, as the result states them.

    Raises
    ------
    InputError
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> found = js.cost_effectiveness([[0, 3e4], [0, 5e4]], [[10, 11], [9, 11]])
    >>> plot_acceptability(found.acceptability([0, 1e4, 1e5])).get_ylabel()
    'probability of being best, per cent'
    """
    style.accepted(result, _MADE_BY, Acceptability)
    ax = style.axes_or_new(ax)
    ax.set_ylim(-0.02, 1.02)
    worth = result.willingness_to_pay
    _under(ax, worth, result.frontier)
    for place in range(len(result.names)):
        low, high = result.probability_low[:, place], result.probability_high[:, place]
        if len(worth) > 1:
            ax.fill_between(worth, low, high, color=palette.hue(place), alpha=0.15, linewidth=0)
        else:
            ax.vlines(worth, low, high, color=palette.hue(place))
    _curves(ax, result, result.probability)
    ax.set_ylabel(f"probability of being best, {style.in_units(ax.yaxis, 'share', 1.0)}")
    message = "bands: 95 % intervals of a share of draws; broad grey: frontier (best on average)"
    return style.headed(ax, f"How sure the choice is ({result.draws:,} draws)", message)


def plot_expected_loss(result: Acceptability, *, ax: Axes | None = None) -> Axes:
    """Expected loss of each option over willingness to pay; the lowest is the value of knowing.

    Raises
    ------
    InputError
        If the result is of another kind.

    Notes
    -----
    The result keeps means over draws and no interval of them, which the picture says.
    """
    style.accepted(result, _MADE_BY, Acceptability)
    ax, title = style.axes_or_new(ax), f"What being wrong costs ({result.draws:,} draws)"
    if not style.seen(result.expected_loss):
        return style.nothing(ax, title, "Every option is the best one in every draw.")
    _under(ax, result.willingness_to_pay, result.evpi)
    top = float(result.expected_loss.max())
    ax.set_ylim(-0.02 * top, 1.05 * top or 1.0)
    _curves(ax, result, result.expected_loss)
    ax.set_ylabel(f"expected loss, {style.in_units(ax.yaxis, result.money_unit, top, money=True)}")
    message = (
        "means over draws (no intervals); broad grey: the lowest, the value of perfect information"
    )
    return style.headed(ax, title, message)


def plot_incremental(result: Incremental, *, ax: Axes | None = None) -> Axes:
    """Mean cost and effect of every option, and the frontier of those that nothing beats.

    Examples
    --------
    >>> import jobsim as js
    >>> found = js.cost_effectiveness([[0, 3e5], [0, 5e5]], [[10, 11], [9, 11]])
    >>> plot_incremental(found.incremental).get_xlabel()
    'effect, placements'
    """
    style.accepted(result, "js.cost_effectiveness(costs, effects).incremental", Incremental)
    ax = style.axes_or_new(ax)
    best = [row for row in result.rows if row.status == "frontier"]
    x, y = [row.effect for row in best], [row.cost for row in best]
    ax.plot(x, y, color=palette.shade(ax, 0.5), linewidth=1.2)
    for place, row in enumerate(result.rows):
        colour, _, marker = palette.look(place)
        face = colour if row.status == "frontier" else palette.paper(ax)
        how: dict[str, Any] = {"color": colour, "markerfacecolor": face, "markersize": 8}
        ax.plot([row.effect], [row.cost], marker, label=style.clipped(row.option, 30), **how)
    ax.margins(0.12)
    style.in_units(ax.xaxis, "", 1.0)
    ax.set_xlabel(f"effect, {result.effect_unit}")
    largest = max(abs(row.cost) for row in result.rows)
    ax.set_ylabel(f"cost, {style.in_units(ax.yaxis, result.money_unit, largest, money=True)}")
    style.open_frame(ax)
    style.key(ax, ax.get_legend_handles_labels()[0][-len(result.rows) :], columns=2)
    return style.headed(
        ax,
        "Cost and effect of every option",
        "means over draws; line: nothing beats these",
        "hollow: beaten by another option or by a mix of two",
    )


def plot_decision(result: Any, *, ax: Axes | None = None) -> Axes:
    """Acceptability of an incremental table that has its curve, as commands print it."""
    return plot_acceptability(result.curve, ax=ax)


def _under(ax: Axes, worth: Floats, values: Floats) -> None:
    """A broad light line under the curve of whichever option is best."""
    grey = palette.shade(ax, 0.25)
    ax.plot(worth, values, color=grey, linewidth=6.0, solid_capstyle="butt", zorder=1.0)


def _curves(ax: Axes, found: Acceptability, values: Floats) -> None:
    worth = found.willingness_to_pay
    for place, name in enumerate(found.names):
        colour, line, marker = palette.look(place)
        how: dict[str, Any] = {"marker": marker} if len(worth) == 1 else {"linestyle": line}
        ax.plot(worth, values[:, place], color=colour, linewidth=1.8, **how)
        style.name_curve(ax, worth[-1], float(values[-1, place]), name, colour)
    money = style.in_units(ax.xaxis, found.money_unit, float(worth.max()), money=True)
    ax.set_xlabel(f"willingness to pay, {money} per unit of {found.effect_unit}")
    style.open_frame(ax)
