"""A comparison over time: extra placements, and who has gained how much so far.

Claims beside the model: each claimed value against the range of futures.
The hour ramp: how many work how many hours in a small job, month by month.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.measures import net
from jobsim.analysis.outcomes.quantity import Verdict
from jobsim.analysis.outcomes.spread import break_even
from jobsim.errors import InputError
from jobsim.plots.style import axes_or_new, band, dated, heading, label_last, millions
from jobsim.vocabulary import COLOURS, PICTURED_PAYERS, PURSE_LABELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]


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
    payers: tuple[str, ...] = PICTURED_PAYERS,
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
        _curve(ax, result.played.months, so_far, PURSE_LABELS[payer], colour, with_band=place == 0)
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


def plot_claims(result: Comparison | Summary, *, ax: Axes | None = None) -> Axes:
    """Every claim as a point beside the model's mean and range, in per cent of the claim.

    Hollow points were used to tune the scenario and are no evidence.

    Raises
    ------
    InputError
        If the scenario carries no claims.

    Examples
    --------
    >>> import jobsim as js
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> plot_claims(js.compare(scenario, replications=4, progress=False)).get_xlabel()
    'per cent of the claimed value'
    """
    verdicts = [one for one in result.verdicts if one.claim.value]
    if not verdicts:
        raise InputError(f"{_name(result)} carries no claims to draw")
    ax = axes_or_new(ax)
    for row, one in enumerate(reversed(verdicts)):
        _draw(ax, row, one)
    _name_rows(ax, verdicts[::-1])
    ax.set_xlabel("per cent of the claimed value")
    heading(
        ax, _name(result), "claims (points) beside the model: mean, and where 95 % of futures fall"
    )
    return ax


def _draw(ax: Axes, row: int, one: Verdict) -> None:
    colour, fitted = COLOURS["scenario"], one.claim.role == "fitted"
    low, mean, high = (
        100 * value / one.claim.value
        for value in (one.model.range_low, one.model.mean, one.model.range_high)
    )
    ax.plot([low, high], [row, row], color=colour, linewidth=6, alpha=0.3, solid_capstyle="butt")
    ax.plot([mean, mean], [row - 0.16, row + 0.16], color=colour, linewidth=2)
    face = "white" if fitted else "black"
    ax.plot([100], [row], "o", color="black", markerfacecolor=face, markersize=6, zorder=5)


def _name_rows(ax: Axes, verdicts: Sequence[Verdict]) -> None:
    for row, one in enumerate(verdicts):
        words = f"{one.claim.label}: {_value(one)} – {one.verdict}"
        ax.annotate(
            words,
            (0, row + 0.28),
            xycoords=("axes fraction", "data"),
            fontsize=8.5,
            va="bottom",
        )
    ax.set_yticks([])
    ax.set_ylim(-0.6, len(verdicts) - 0.2)
    ax.axvline(100, color="0.6", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    ax.spines[["top", "right", "left"]].set_visible(False)


def _value(one: Verdict) -> str:
    if one.unit == "DKK":
        return f"{one.claim.value / 1e6:,.1f} million DKK"
    return f"{one.claim.value:,.10g} {one.unit}"


def _name(result: Comparison | Summary) -> str:
    return result.record.scenario.name


_LEAST_SHARE = 0.06
"""Share of the height from which a layer has room for its name."""


def plot_hour_ramp(result: Comparison, *, ax: Axes | None = None) -> Axes:
    """Persons in small jobs by hours a week: mean over futures, layers stacked.

    Raises
    ------
    InputError
        If the scenario has no small jobs.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("kolding-2018"), replications=2, progress=False)
    >>> plot_hour_ramp(result).get_ylabel()
    'persons in small jobs'
    """
    small_jobs = result.played.scenario.small_jobs
    if small_jobs is None:
        raise InputError(f"{result.played.scenario.name} has no small jobs to draw")
    ax = axes_or_new(ax)
    people = _people_by_level(result)
    colours = _shades(len(people))
    ax.stackplot(result.played.months, people, colors=colours, edgecolor="white", linewidth=0.4)
    hours = [f"{hours:g} hours a week" for hours in small_jobs.hours_per_week]
    _name_layers(ax, result.played.months[-1], people[:, -1], hours, float(people.sum(0).max()))
    ax.set_ylabel("persons in small jobs")
    ax.set_ylim(bottom=0)
    heading(ax, result.played.scenario.name, "hour ramp: mean number by hours a week")
    dated(ax)
    return ax


def _people_by_level(result: Comparison) -> Floats:
    """float64[levels, months] : mean number of persons at each level; level 0 has no small job."""
    weeks = np.bincount(result.played.scenario.weeks.month_of_week)
    volume = result.played.volumes.benefit_weeks.sum(["group", "band"]).mean("replication")
    by_level = volume.transpose("level", "month").values / weeks
    return np.asarray(by_level[1:])


def _shades(count: int) -> list[str]:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(colormaps["Blues"](x)) for x in np.linspace(0.3, 0.95, count)]


def _name_layers(ax: Axes, last: object, heights: Floats, names: list[str], top: float) -> None:
    middle = np.cumsum(heights) - heights / 2
    for name, height, y in zip(names, heights, middle, strict=False):
        if height >= _LEAST_SHARE * top:
            ax.annotate(
                name,
                (last, y),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                annotation_clip=False,
            )
