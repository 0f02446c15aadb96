"""What was learned, and how it fits over time; may import calibrations and the house style."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.learning.calibration import Calibration, TargetFit
from jobsim.errors import InputError, nearest
from jobsim.plots import palette, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MADE_BY = "js.calibrate(scenario, parameters=…)"


def plot_calibration(result: Calibration, *, ax: Axes | None = None) -> Axes:
    """Where 95 % of each number lay before the data, and where they lie after.

    Every row is in standard deviations of the prior from its mean, so that hazards and persons
    stand on one axis.

    Parameters
    ----------
    result : Calibration
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind.
    """
    style.accepted(result, _MADE_BY, Calibration)
    ax = style.axes_or_new(ax)
    spreads = result.prior.sample.std(axis=0)
    for place, (row, sd) in enumerate(zip(result.rows, spreads.tolist(), strict=True)):
        before, after = (row.prior_low, row.prior_high), (row.posterior_low, row.posterior_high)
        ends = [(end - row.prior_mean) / sd for end in (*before, *after)]
        style.bar(ax, place - 0.16, ends[0], ends[1], palette.shade(ax, 0.3))
        style.bar(ax, place + 0.16, ends[2], ends[3], palette.hue(0))
        style.point(
            ax, place + 0.16, (row.posterior_mean - row.prior_mean) / sd, hollow=True, size=4.5
        )
    told = [f"{result.names[row.path]}: {row.identified}" for row in result.rows]
    style.name_rows(ax, [style.row_label(name) for name in told])
    ax.set_xlabel("standard deviations of the prior from its mean")
    return style.headed(
        ax,
        result.record.scenario.name,
        "95 % of each number: grey bars before the data, coloured bars after; points: means",
    )


def plot_fit(result: Calibration, measure: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Figures of one measure over time, in the band where 95 % of them are predicted.

    Parameters
    ----------
    result : Calibration
    measure : str, optional
        Without it, that of the first target.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or has no target of the measure.
    """
    style.accepted(result, _MADE_BY, Calibration)
    aims = dict(zip((aim.name for aim in result.aims), result.aims, strict=True))
    known = list(dict.fromkeys(aim.measure for aim in result.aims))
    measure = known[0] if measure is None else measure
    if measure not in known:
        raise InputError(f'measure: no target is of "{measure}"{nearest(measure, known)}')
    ax = style.axes_or_new(ax)
    of_it = [one for one in result.targets if aims[one.target].measure == measure]
    groups = list(dict.fromkeys(aims[one.target].target.groups for one in of_it))
    for number, group in enumerate(groups):
        some = [one for one in of_it if aims[one.target].target.groups == group]
        _series(ax, sorted(some, key=lambda one: one.when), palette.hue(number))
    months = result.record.scenario.weeks.months
    ax.set_xlim(
        months[0].astype("datetime64[D]"),
        (months[-1] + np.timedelta64(1, "M")).astype("datetime64[D]"),
    )
    style.dated(ax)
    ax.set_ylabel(f"{measure.replace('_', ' ')}, {of_it[0].unit}")
    return style.headed(
        ax,
        result.record.scenario.name,
        "bars and band: where 95 % of figures are predicted",
        "full points: figures fitted, hollow ones: held out",
    )


def _series(ax: Axes, fits: list[TargetFit], colour: str) -> None:
    dates = np.array([_middle(one.when) for one in fits])
    low, high = (
        np.array([getattr(one, end) for one in fits]) for end in ("predicted_low", "predicted_high")
    )
    mean = np.array([one.predicted for one in fits])
    if len(fits) > 2:
        ax.fill_between(dates, low, high, color=colour, alpha=0.2, linewidth=0)
        ax.plot(dates, mean, color=colour)
    else:
        ax.errorbar(
            dates,
            mean,
            [(mean - low).tolist(), (high - mean).tolist()],
            color=colour,
            fmt="none",
            linewidth=6,
        )
    for one, day in zip(fits, dates, strict=True):
        face = colour if one.role == "fit" else "none"
        ax.plot(day, one.value, "o", color=colour, markerfacecolor=face, markersize=5)


def _middle(when: str) -> np.datetime64:
    """A day in the middle of a year, or towards the end of a month."""
    return np.datetime64(f"{when}-07-01" if len(when) == 4 else f"{when}-28")
