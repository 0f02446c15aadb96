"""A comparison month by month, side by side; and one recipient, or a page of them, week by week.

Observed values lie beside what was played; the hour ramp stacks how many work how many hours in a
small job. A person's life-line shows benefit, meetings, small jobs and work week by week. May
import comparisons, lives, colours and the house style.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.lives.life import Life
from jobsim.analysis.outcomes.measures import Played, net
from jobsim.arrays import Dates, Floats
from jobsim.errors import InputError
from jobsim.plots import style
from jobsim.scenario.evidence import ObservedSeries
from jobsim.vocabulary import (
    CAUSES,
    COLOURS,
    EMPLOYED,
    LEFT,
    ON_BENEFIT,
    PICTURED_PAYERS,
    PURSE_LABELS,
    SPELL_STARTS,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BOTH = "means, and where 95 % of futures fall (chance alone)"
_LEAST_SHARE = 0.06
"""Share of the height from which a layer has room for its name."""


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
    ax = style.axes_or_new(ax)
    extra = result.played.total("placements") - result.baseline.total("placements")
    _so_far(ax, result.played.months, extra, "mean", COLOURS["scenario"])
    ax.axhline(0, color="0.3", linewidth=0.8)
    message = "mean, and where 95 % of futures fall (chance alone)"
    return _finished(ax, "extra placements so far, persons", result.played.scenario.name, message)


def plot_net_saving(
    result: Comparison, *, payers: tuple[str, ...] = PICTURED_PAYERS, ax: Axes | None = None
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
    ax = style.axes_or_new(ax)
    for place, payer in enumerate(payers):
        saved, colour = net(result.increments, payer), COLOURS.get(payer, "black")
        _so_far(ax, result.played.months, saved, PURSE_LABELS[payer], colour, banded=place == 0)
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.yaxis.set_major_formatter(style.tick_in_millions)
    label = "net saving so far, million DKK (nominal)"
    return _finished(ax, label, result.played.scenario.name, _break_even_text(result))


def _so_far(
    ax: Axes, months: Dates, increments: Floats, label: str, colour: str, *, banded: bool = True
) -> None:
    """Mean of the sums of [replication, month], named at its end, with the range of futures."""
    series = np.cumsum(increments, axis=1)
    mean = series.mean(axis=0)
    ax.plot(months, mean, color=colour, linewidth=1.8)
    style.name_curve(ax, months[-1], float(mean[-1]), label, colour)
    if banded:
        style.band(ax, months, series, colour)


def _finished(ax: Axes, label: str, name: str, message: str) -> Axes:
    ax.set_ylabel(label)
    style.dated(ax)
    return style.headed(ax, name, message)


def _break_even_text(result: Comparison) -> str:
    month = result.row("break_even_month").difference
    if not np.isfinite(month):
        return "the municipality does not break even within the run"
    return f"the municipality breaks even in {result.played.months[int(month) - 1]}"


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
    ax = style.axes_or_new(ax)
    known = result.played.scenario.observed.values()
    observed = next((one for one in known if _is_monthly(one, "recipients", group)), None)
    groups = (group,) if group is not None else observed.groups if observed else ()
    _both(ax, result, lambda played: _series(played, "recipients", groups))
    if observed is not None:
        _points(ax, observed)
    label = "recipients at the end of the month, persons"
    return _finished(ax, label, _name(result, groups), _BOTH)


def plot_placements(
    result: Comparison, *, group: str | None = None, ax: Axes | None = None
) -> Axes:
    """Placements per week in each month, scenario and baseline (months have four or five weeks).

    Arguments as of `plot_recipients`.
    """
    ax = style.axes_or_new(ax)
    groups = () if group is None else (group,)
    weeks = np.bincount(result.played.scenario.weeks.month_of_week)
    _both(ax, result, lambda played: _series(played, "placements", groups) / weeks)
    ax.set_ylim(bottom=0)
    return _finished(ax, "placements per week, persons", _name(result, groups), _BOTH)


def _is_monthly(series: ObservedSeries, measure: str, group: str | None) -> bool:
    """Whether it has a measure month by month, of one group where that is asked for."""
    wanted = group is None or series.groups == (group,)
    return series.measure == measure and series.period == "month" and wanted


def _both(ax: Axes, result: Comparison, series_of: Callable[[Played], Floats]) -> None:
    sides = (("without", result.baseline, "baseline"), ("with", result.played, "scenario"))
    ends = []
    for label, played, side in sides:
        series, colour = series_of(played), COLOURS[side]
        style.band(ax, played.months, series, colour)
        ax.plot(played.months, series.mean(axis=0), color=colour, linewidth=1.8)
        ends.append((float(series[:, -1].mean()), label, colour))
    for end, above in zip(sorted(ends), (-5.0, 5.0), strict=True):
        style.name_curve(ax, result.played.months[-1], *end, above=above)


def _series(played: Played, name: str, groups: tuple[str, ...]) -> Floats:
    unknown = set(groups) - set(played.scenario.groups)
    if unknown:
        known = ", ".join(played.scenario.groups)
        raise InputError(f"group: there is no {sorted(unknown)[0]}; known: {known}")
    return played.total(name, groups)


def _points(ax: Axes, observed: ObservedSeries) -> None:
    months = np.array([one.date for one in observed.values], dtype="datetime64[M]")
    values = [one.value for one in observed.values]
    ax.plot(months, values, "o", color="black", markersize=5, markerfacecolor="white", zorder=5)
    style.write_beside(ax, "observed", (months[-1], values[-1]), (0, -15), fontsize=9, ha="center")


def _name(result: Comparison, groups: tuple[str, ...]) -> str:
    scenario = result.played.scenario
    if not groups or set(groups) == set(scenario.groups):
        return scenario.name
    return f"{scenario.name}: {', '.join(scenario.groups[code].label for code in groups)}"


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
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    small_jobs, name = result.played.scenario.small_jobs, result.played.scenario.name
    if small_jobs is None:
        raise InputError(f"{name} has no small jobs to draw")
    ax = style.axes_or_new(ax)
    people = _people_by_level(result)
    colours = [to_hex(colormaps["Blues"](x)) for x in np.linspace(0.3, 0.95, len(people))]
    ax.stackplot(result.played.months, people, colors=colours, edgecolor="white", linewidth=0.4)
    hours = [f"{hours:g} hours a week" for hours in small_jobs.hours_per_week]
    _name_layers(ax, result.played.months[-1], people[:, -1], hours, float(people.sum(0).max()))
    ax.set_ylim(bottom=0)
    return _finished(ax, "persons in small jobs", name, "hour ramp: mean number by hours a week")


def _people_by_level(result: Comparison) -> Floats:
    """float64[levels, months] : mean number of persons at each level; level 0 has no small job."""
    weeks = np.bincount(result.played.scenario.weeks.month_of_week)
    volume = result.played.volumes.benefit_weeks.sum(["group", "band"]).mean("replication")
    by_level = volume.transpose("level", "month").values / weeks
    return np.asarray(by_level[1:])


def _name_layers(ax: Axes, last: object, heights: Floats, names: list[str], top: float) -> None:
    middle = np.cumsum(heights) - heights / 2
    for name, height, y in zip(names, heights, middle, strict=False):
        if height >= _LEAST_SHARE * top:
            how: dict[str, Any] = {"va": "center", "fontsize": 8, "annotation_clip": False}
            style.write_beside(ax, name, (last, y), (6, 0), **how)


_SMALL_JOB = "small_job"
_STATES = {
    ON_BENEFIT: ("#c9d8e6", ON_BENEFIT),
    _SMALL_JOB: ("#1f5c99", "small job (darker: more hours)"),
    EMPLOYED: ("#d1730c", "at work"),
    LEFT: ("#efefef", "left for something else"),
}
"""Colour and words of where a person is; a small job is held on benefit."""
_LEADING_TO = {
    ON_BENEFIT: (*SPELL_STARTS, "drop"),
    _SMALL_JOB: ("start_small_job", _SMALL_JOB, "step"),
    EMPLOYED: ("placed", "start_employed"),
    LEFT: CAUSES,
}
"""Events that lead to a state; other events leave the state alone."""
_BECOMES = {event: state for state, events in _LEADING_TO.items() for event in events}
_MARKS = {"meeting": ("|", "black", "meeting"), "no_show": ("x", "#b03030", "meeting missed")}


class _Stretch(NamedTuple):
    """Weeks in one state, with the level of a small job."""

    first: int
    end: int
    state: str
    level: int = 0


def plot_lives(lives: Life | Sequence[Life], *, ax: Axes | None = None) -> Axes:
    """Draw one life-line per person, week by week, first on top.

    Raises
    ------
    InputError
        If there is nobody to draw.

    Examples
    --------
    >>> import jobsim as js
    >>> events = js.histories(js.Scenario.load("esbjerg-2018"), replications=[0])
    >>> plot_lives([js.life(events, person) for person in range(3)]).get_xlabel()
    'week of the run'
    """
    people = [lives] if isinstance(lives, Life) else list(lives)
    if not people:
        raise InputError("plot: there is nobody to draw")
    ax = style.axes_or_new(ax)
    for row, one in enumerate(reversed(people)):
        _draw_life(ax, row, one)
    ax.set_yticks(range(len(people)), [f"person {one.person}" for one in people[::-1]], fontsize=8)
    room = max(0.0, 5 - len(people)) / 2  # one bar alone should not fill the picture
    ax.set_ylim(-0.7 - room, len(people) - 0.3 + room)
    ax.set_xlim(0, people[0].notes["weeks"])
    ax.set_xlabel("week of the run")
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _key(ax)
    return style.headed(ax, people[0].scenario, f"life-lines, replication {people[0].replication}")


def _draw_life(ax: Axes, row: int, one: Life) -> None:
    most = max(1, len(one.notes["hours_per_week"]))
    for stretch in stretches(one):
        width = stretch.end - stretch.first
        colour = _STATES[stretch.state][0]
        strength = 0.5 + 0.5 * stretch.level / most if stretch.level else 1.0
        bar = ax.barh(row, width, left=stretch.first, height=0.46, color=colour, linewidth=0)
        bar.patches[0].set_alpha(strength)
    for event, (marker, colour, _) in _MARKS.items():
        weeks = [moment.week for moment in one.rows if moment.event == event]
        ax.plot(weeks, [row] * len(weeks), marker, color=colour, markersize=5, linestyle="none")


def stretches(one: Life) -> list[_Stretch]:
    """Weeks of a life divided by state, in order, without empty ones."""
    turns = [
        (row.week, _BECOMES[row.event], row.value) for row in one.rows if row.event in _BECOMES
    ]
    turns.append((one.notes["weeks"], "", 0))
    return [
        _Stretch(week, end, state, value if state == _SMALL_JOB else 0)
        for (week, state, value), (end, _, _) in pairwise(turns)
        if week < end
    ]


def _key(ax: Axes) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Patch | Line2D] = [
        Patch(color=colour, label=label) for colour, label in _STATES.values()
    ]
    for marker, colour, label in _MARKS.values():
        handles.append(Line2D([], [], marker=marker, color=colour, linestyle="none", label=label))
    how: dict[str, Any] = {"ncols": 3, "fontsize": 8, "frameon": False, "loc": "upper left"}
    ax.legend(handles=handles, bbox_to_anchor=(0, -0.13), **how)
