"""How sure a choice is at each willingness to pay, and what being wrong costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.deciding.acceptability import Acceptability
from jobsim.errors import InputError
from jobsim.plots.labels import accepted, in_units, wrapped
from jobsim.plots.series import End, label_ends, look
from jobsim.plots.style import axes_or_new, heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
