"""A comparison over time: extra placements, and who has gained how much so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.outcomes.paired import break_even, net
from jobsim.plots.style import COLOURS, axes_or_new, band, dated, heading, label_last, millions

if TYPE_CHECKING:
    from matplotlib.axes import Axes


Floats = npt.NDArray[np.float64]
_LABELS = {
    "municipality": "Municipality",
    "state": "State",
    "recipient": "Recipients",
    "employer": "Employers",
    "public": "Public purse",
    "society": "Society",
}


def plot_extra_placements(result: Comparison, *, ax: Axes | None = None) -> Axes:
    """Placements so far beyond those of the baseline, replication by replication.

    The line is the mean over replications, the band where 95 % of futures fall.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> plot_extra_placements(result).get_ylabel()
    'extra placements so far, persons'
    """
    ax = axes_or_new(ax)
    extra = result.played.total("placements") - result.baseline.total("placements")
    _curve(ax, result.played.months, np.cumsum(extra, axis=1), "mean", COLOURS["scenario"])
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.set_ylabel("extra placements so far, persons")
    heading(ax, result.played.scenario.name, "mean, and where 95 % of futures fall (chance alone)")
    dated(ax)
    return ax


def plot_net_saving(
    result: Comparison,
    *,
    payers: tuple[str, ...] = ("municipality", "state", "recipient"),
    ax: Axes | None = None,
) -> Axes:
    """Net saving so far by payer, with the month in which the municipality breaks even.

    Lines are means over replications; the band around the first payer is where 95 % of futures
    fall, as far as chance alone goes.

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
    for place, payer in enumerate(payers):
        so_far = np.cumsum(net(result.increments, payer), axis=1)
        colour = COLOURS.get(payer, "black")
        _curve(ax, result.played.months, so_far, _LABELS[payer], colour, with_band=place == 0)
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.set_ylabel("net saving so far, million DKK (nominal)")
    ax.yaxis.set_major_formatter(millions)
    heading(ax, result.played.scenario.name, _break_even_text(result))
    dated(ax)
    return ax


def _curve(
    ax: Axes,
    months: npt.NDArray[np.datetime64],
    series: Floats,
    label: str,
    colour: str,
    *,
    with_band: bool = True,
) -> None:
    """Mean of [replication, month], named at its end, with the range of futures around it."""
    mean = series.mean(axis=0)
    ax.plot(months, mean, color=colour, linewidth=1.8)
    label_last(ax, months[-1], float(mean[-1]), label, colour)
    if with_band:
        band(ax, months, series, colour)


def _break_even_text(result: Comparison) -> str:
    saved = net(result.increments, "municipality").mean(axis=0, keepdims=True)
    month = float(break_even(saved)[0])
    if not np.isfinite(month):
        return "the municipality does not break even within the run"
    return f"the municipality breaks even in {result.played.months[int(month) - 1]}"
