"""The hour ramp: how many work how many hours in a small job, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.errors import InputError
from jobsim.plots.style import axes_or_new, dated, heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes


Floats = npt.NDArray[np.float64]
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
