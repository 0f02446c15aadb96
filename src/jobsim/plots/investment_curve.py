"""The investment curve: net saving over the budget, its best budget and its flat top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.plots.style import axes_or_new, heading, millions
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_SAVING = "net_saving:municipality"
_MESSAGE = "mean, its 95 % interval (dark), and where 95 % of futures fall (light)"


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
    ax = axes_or_new(ax)
    spreads = result.spreads(measure)
    ends = ("mean", "ci_low", "ci_high", "range_low", "range_high")
    lines = {end: np.array([getattr(one, end) for one in spreads]) for end in ends}
    played = np.isfinite(lines["mean"])
    x = np.array(result.budgets)[played]
    colour = COLOURS["municipality"]
    for kind, alpha in (("range", 0.15), ("ci", 0.4)):
        low, high = lines[f"{kind}_low"][played], lines[f"{kind}_high"][played]
        ax.fill_between(x, low, high, color=colour, alpha=alpha, linewidth=0)
    ax.plot(x, lines["mean"][played], color=colour, linewidth=1.8, marker="o", markersize=3.5)
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.margins(y=0.14)  # room for the name of the best budget
    _mark_best(ax, result, measure)
    ax.set_xlabel("budget a year, million DKK")
    ax.set_ylabel("net saving of the municipality, million DKK" if measure == _SAVING else "DKK")
    heading(ax, result.label, _MESSAGE)
    ax.xaxis.set_major_formatter(millions)
    ax.yaxis.set_major_formatter(millions)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    return ax


def _mark_best(ax: Axes, result: InvestmentCurve, measure: str | Quantity) -> None:
    """The best budget as a ring, budgets that cannot be told from it as a bar above the axis."""
    best = result.best(measure)
    mean = result.spreads(measure)[result.budgets.index(best.budget)].mean
    ax.plot([best.budget], [mean], "o", color="black", markerfacecolor="white", markersize=8)
    right = 2 * best.budget > result.budgets[0] + result.budgets[-1]
    ax.annotate(
        "best budget",
        (best.budget, mean),
        xytext=(-8 if right else 8, 10),
        textcoords="offset points",
        ha="right" if right else "left",
        fontsize=9,
    )
    if len(best.near) > 1:
        ax.axvspan(best.low, best.high, color="0.85", alpha=0.5, linewidth=0, zorder=0)
        ax.annotate(
            "cannot be told from the best",
            ((best.low + best.high) / 2, 0.02),
            xycoords=("data", "axes fraction"),
            ha="center",
            fontsize=9,
            color="0.25",
        )
