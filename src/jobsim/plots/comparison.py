"""A comparison over time: who is on benefit, and who has gained how much so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis import Comparison
from jobsim.analysis.money import break_even, net
from jobsim.plots.style import COLOURS, axes_or_new, label_last, millions, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_net_saving", "plot_recipients"]

Floats = npt.NDArray[np.float64]
_LABELS = {"municipality": "Municipality", "state": "State", "recipient": "Recipients"}


def plot_recipients(result: Comparison, *, ax: Axes | None = None) -> Axes:
    """Persons on benefit at the end of each month, scenario and baseline.

    The line is the mean over replications, the band where 95 % of futures fall.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> plot_recipients(result).get_ylabel()
    'persons on benefit at the end of the month'
    """
    ax = axes_or_new(ax)
    for name, played in (("baseline", result.baseline), ("scenario", result.played)):
        series = played.total("recipients")
        _band(ax, result.played.months, series, COLOURS[name])
        label_last(
            ax, result.played.months[-1], float(series.mean(axis=0)[-1]), name, COLOURS[name]
        )
    ax.set_ylabel("persons on benefit at the end of the month")
    ax.set_title(
        f"{result.played.scenario.name}: mean, and where 95 % of futures fall",
        loc="left",
        fontsize=10,
    )
    tidy(ax)
    return ax


def plot_net_saving(
    result: Comparison,
    *,
    payers: tuple[str, ...] = ("municipality", "state", "recipient"),
    ax: Axes | None = None,
) -> Axes:
    """Net saving so far by payer, with the month in which the municipality breaks even.

    The line is the mean over replications; the band around the first payer is where 95 % of
    futures fall, as far as chance alone goes.

    Parameters
    ----------
    result : Comparison
    payers : tuple of str
        Whose purse to draw; the first one gets the band.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_or_new(ax)
    months = result.played.months
    for place, payer in enumerate(payers):
        so_far = np.cumsum(net(result.increments, payer), axis=1)
        colour = COLOURS.get(payer, "black")
        _band(ax, months, so_far, colour, shade=place == 0)
        label_last(
            ax, months[-1], float(so_far.mean(axis=0)[-1]), _LABELS.get(payer, payer), colour
        )
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.set_title(
        f"{result.played.scenario.name}: {_break_even_text(result)}", loc="left", fontsize=10
    )
    ax.set_ylabel("net saving so far, million DKK (nominal)")
    ax.yaxis.set_major_formatter(millions)
    tidy(ax)
    return ax


def _band(
    ax: Axes, months: npt.NDArray[np.datetime64], series: Floats, colour: str, *, shade: bool = True
) -> None:
    ax.plot(months, series.mean(axis=0), color=colour, linewidth=1.8)
    if shade:
        low, high = np.quantile(series, [0.025, 0.975], axis=0)
        ax.fill_between(months, low, high, color=colour, alpha=0.15, linewidth=0)


def _break_even_text(result: Comparison) -> str:
    saved = net(result.increments, "municipality").mean(axis=0, keepdims=True)
    month = float(break_even(saved)[0])
    if not np.isfinite(month):
        return "the municipality does not break even within the run"
    return f"the municipality breaks even in {result.played.months[int(month) - 1]}"
