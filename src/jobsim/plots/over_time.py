"""Recipients and placements over time, with and without the investment, beside observed values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.outcomes.measures import Played
from jobsim.errors import InputError
from jobsim.plots.style import axes_or_new, band, dated, heading, label_last
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


Floats = npt.NDArray[np.float64]
_MESSAGE = "means, and where 95 % of futures fall (chance alone)"


def plot_recipients(
    result: Comparison, *, group: str | None = None, ax: Axes | None = None
) -> Axes:
    """Persons on benefit at the end of each month, scenario and baseline, with observed values.

    Parameters
    ----------
    result : Comparison
    group : str, optional
        One group; without it all of them, or those that were observed together.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> plot_recipients(result).get_ylabel()
    'recipients at the end of the month, persons'
    """
    ax = axes_or_new(ax)
    observed = _observed(result, "recipients", group)
    chosen = (group,) if group is not None else observed.groups if observed else ()
    _both(ax, result, lambda played: _series(played, "recipients", chosen))
    if observed is not None:
        _points(ax, observed.dates, observed.values)
    ax.set_ylabel("recipients at the end of the month, persons")
    heading(ax, _name(result, chosen), _MESSAGE)
    dated(ax)
    return ax


def plot_placements(
    result: Comparison, *, group: str | None = None, ax: Axes | None = None
) -> Axes:
    """Placements per week in each month, scenario and baseline (months have four or five weeks).

    Arguments as of `plot_recipients`.
    """
    ax = axes_or_new(ax)
    chosen = () if group is None else (group,)
    weeks = np.bincount(result.played.scenario.weeks.month_of_week)
    _both(ax, result, lambda played: _series(played, "placements", chosen) / weeks)
    ax.set_ylabel("placements per week, persons")
    ax.set_ylim(bottom=0)
    heading(ax, _name(result, chosen), _MESSAGE)
    dated(ax)
    return ax


class _Observed:
    """Observed values of one measure as arrays."""

    def __init__(self, groups: tuple[str, ...], dates: list[dt.date], values: list[float]) -> None:
        self.groups, self.dates, self.values = groups, dates, values


def _observed(result: Comparison, measure: str, group: str | None) -> _Observed | None:
    for series in result.played.scenario.observed.values():
        wanted = group is None or series.groups == (group,)
        if series.measure == measure and series.period == "month" and wanted:
            dates = [one.date for one in series.values]
            return _Observed(series.groups, dates, [one.value for one in series.values])
    return None


def _both(ax: Axes, result: Comparison, series_of: Callable[[Played], Floats]) -> None:
    sides = (("without", result.baseline, "baseline"), ("with", result.played, "scenario"))
    ends = []
    for label, played, colour in sides:
        series = series_of(played)
        band(ax, played.months, series, COLOURS[colour])
        ax.plot(played.months, series.mean(axis=0), color=COLOURS[colour], linewidth=1.8)
        ends.append((float(series[:, -1].mean()), label, COLOURS[colour]))
    last = result.played.months[-1]
    low, high = sorted(ends)
    label_last(ax, last, low[0], low[1], low[2], above=-5.0)
    label_last(ax, last, high[0], high[1], high[2], above=5.0)


def _series(played: Played, name: str, groups: tuple[str, ...]) -> Floats:
    unknown = set(groups) - set(played.scenario.groups)
    if unknown:
        known = ", ".join(played.scenario.groups)
        raise InputError(f"group: there is no {sorted(unknown)[0]}; known: {known}")
    return played.total(name, groups)


def _points(ax: Axes, dates: list[dt.date], values: list[float]) -> None:
    months = np.array(dates, dtype="datetime64[M]")
    ax.plot(months, values, "o", color="black", markersize=5, markerfacecolor="white", zorder=5)
    ax.annotate(
        "observed",
        (months[-1], values[-1]),
        xytext=(0, -15),
        textcoords="offset points",
        fontsize=9,
        ha="center",
    )


def _name(result: Comparison, groups: tuple[str, ...]) -> str:
    scenario = result.played.scenario
    if not groups or set(groups) == set(scenario.groups):
        return scenario.name
    return f"{scenario.name}: {', '.join(scenario.groups[code].label for code in groups)}"
