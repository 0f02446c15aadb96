"""Forecasts as fans over time, and the figures that came; may import forecasts and the style."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.learning.aims import Aim
from jobsim.analysis.learning.forecast import Forecast
from jobsim.analysis.learning.origin import ForecastFigure
from jobsim.errors import InputError, nearest
from jobsim.plots import palette, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MADE_BY = "js.forecast(scenario, until=…)"
_BANDS = (("95", 0.14), ("80", 0.2), ("50", 0.28))
"""Bands from the widest to the narrowest, and how opaque each is on those below."""


def plot_forecast(result: Forecast, series: str | None = None, *, ax: Axes | None = None) -> Axes:
    """What was predicted of one series from each month on, beside its figures.

    Parameters
    ----------
    result : Forecast
    series : str, optional
        Code of a series, such as recipients:job_ready; without it, that of the first row.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or has no such series.
    """
    style.accepted(result, _MADE_BY, Forecast)
    known = list(dict.fromkeys(row.series for row in result.rows))
    series = known[0] if series is None else series
    if series not in known:
        raise InputError(f'series: nothing is predicted of "{series}"{nearest(series, known)}')
    ax = style.axes_or_new(ax)
    rows = [row for row in result.rows if row.series == series]
    for place, origin in enumerate(dict.fromkeys(row.until for row in rows)):
        _fan(ax, [row for row in rows if row.until == origin], palette.hue(place))
        style.upright(ax, _day(origin), 0.35, linestyle=":")
    last = result.origins[-1]
    fitted = {aim.name for aim in last.aims[: last.fitted]}
    _figures(ax, [aim for aim in result.figures if aim.series == series], fitted)
    style.dated(ax)
    ax.set_ylabel(f"{rows[0].label}, {rows[0].unit}")
    return style.headed(
        ax,
        result.record.scenario.name,
        "bands: where 50, 80 and 95 % of figures are predicted from the dotted months on",
        "full points: figures fitted from the last of them, hollow ones: not fitted",
    )


def _fan(ax: Axes, rows: list[ForecastFigure], colour: str) -> None:
    """Bands over time; bars where there are too few months for a band."""
    days = np.array([_day(row.when) for row in rows])
    median = [row.median for row in rows]
    for level, opaque in _BANDS:
        low, high = ([getattr(row, f"{end}_{level}") for row in rows] for end in ("low", "high"))
        if len(rows) > 2:
            ax.fill_between(days, low, high, color=colour, alpha=opaque, linewidth=0)
        else:
            ax.vlines(days, low, high, color=colour, alpha=opaque, linewidth=12)
    if len(rows) > 2:
        ax.plot(days, median, color=colour, linewidth=1.4)
    else:
        ax.plot(days, median, "_", color=colour, markersize=14)


def _figures(ax: Axes, aims: Iterable[Aim], fitted: set[str]) -> None:
    for aim in aims:
        face = palette.ink(ax) if aim.name in fitted else "none"
        day, value = _day(aim.target.when), aim.target.value
        ax.plot(
            *(day, value, "o"), color=palette.ink(ax), markerfacecolor=face, markersize=4, zorder=4
        )


def _day(when: str) -> np.datetime64:
    """A day in the middle of a year, or towards the end of a month."""
    return np.datetime64(f"{when}-07-01" if len(when) == 4 else f"{when}-28")
