"""What happens month by month, with and without the plan; and recipients, day by day.

Observed values lie beside what was played; the hour ramp stacks how many work how many hours in a
small job. A person's life-line shows benefit, meetings, small jobs and work. May import
comparisons, lives and the house style.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.dates import date2num

from jobsim.analysis.comparing.comparison import Comparison, Outcome
from jobsim.analysis.lives.life import Life
from jobsim.analysis.outcomes.measures import Played, net
from jobsim.arrays import Dates, Floats
from jobsim.errors import InputError
from jobsim.plots import palette, style
from jobsim.scenario import Scenario
from jobsim.scenario.evidence import ObservedSeries
from jobsim.vocabulary import (
    CAUSES,
    EMPLOYED,
    LEFT,
    ON_BENEFIT,
    PICTURED_PAYERS,
    PURSE_LABELS,
    SPELL_STARTS,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RANGE = "mean, and where 95 % of futures fall (chance alone)"
_NOTHING_HAPPENS = "0 in every month of every future."
_FEW = 3
"""Months of which a line alone shows too little."""
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
    ax, name = style.axes_or_new(ax), result.played.scenario.name
    extra = result.played.total("placements") - result.baseline.total("placements")
    if not style.seen(extra):
        return style.nothing(ax, name, f"Extra placements: {_NOTHING_HAPPENS}")
    _so_far(ax, result.played.months, extra, "mean", palette.hue(0))
    style.level(ax, 0)
    return _finished(ax, "extra placements so far, persons", name, _RANGE)


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
    ax, name = style.axes_or_new(ax), result.played.scenario.name
    saved = {payer: net(result.increments, payer) for payer in payers}
    if not style.seen(*saved.values()):
        return style.nothing(ax, name, f"Net saving: {_NOTHING_HAPPENS}")
    largest = 0.0
    for place, payer in enumerate(payers):
        label, colour = PURSE_LABELS[payer], palette.own(ax, payer)
        mean = _so_far(ax, result.played.months, saved[payer], label, colour, banded=place == 0)
        largest = max(largest, float(np.abs(mean).max()))
    style.level(ax, 0)
    label = f"net saving so far, {style.in_units(ax.yaxis, 'DKK', largest)} (nominal)"
    band = f"lines: means; band: where 95 % of futures fall ({PURSE_LABELS[payers[0]]})"
    return _finished(ax, label, name, _break_even_text(result), band)


def _so_far(
    ax: Axes, months: Dates, increments: Floats, label: str, colour: str, *, banded: bool = True
) -> Floats:
    """Draw means of the sums of [replication, month], with the range of futures; the means."""
    series = np.cumsum(increments, axis=1)
    if banded:
        style.band(ax, months, series, colour)
    return _mean_line(ax, months, series, label, colour)


def _mean_line(ax: Axes, months: Dates, series: Floats, label: str, colour: str) -> Floats:
    """Draw means of [replication, month], named at their end, and hand them on."""
    mean = np.asarray(series.mean(axis=0))
    marker = "o" if len(months) < _FEW else None
    ax.plot(months, mean, color=colour, linewidth=1.8, marker=marker)
    style.name_curve(ax, months[-1], float(mean[-1]), label, colour)
    return mean


def _finished(ax: Axes, label: str, name: str, *message: str) -> Axes:
    ax.set_ylabel(label)
    style.dated(ax)
    return style.headed(ax, name, *message)


def _break_even_text(result: Comparison) -> str:
    month = result.row("break_even_month").difference
    if not np.isfinite(month):
        return "the municipality does not break even within the run"
    return f"the municipality breaks even in {result.played.months[int(month) - 1]}"


def plot_recipients(
    result: Comparison | Outcome, *, group: str | None = None, ax: Axes | None = None
) -> Axes:
    """Persons on benefit at the end of each month, with observed values.

    Parameters
    ----------
    result : Comparison or Outcome
        Of a comparison, scenario and baseline are drawn.
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
    observed = observed_recipients(result.played.scenario, group)
    groups = (group,) if group is not None else observed.groups if observed else ()
    label = "recipients at the end of the month, persons"
    gaps = f"not published: {observed.gaps}" if observed and observed.gaps else ""
    ax, seen = _levels(
        *(ax, result, groups, label, lambda one: _series(one, "recipients", groups)), gaps
    )
    if seen and observed is not None:
        _points(ax, observed)
    return ax


def plot_placements(
    result: Comparison | Outcome, *, group: str | None = None, ax: Axes | None = None
) -> Axes:
    """Placements per week in each month (months have four or five weeks).

    Arguments as of `plot_recipients`.
    """
    groups = () if group is None else (group,)
    weeks, label = np.bincount(result.played.scenario.weeks.month_of_week), "placements per week"
    ax, seen = _levels(
        ax, result, groups, label, lambda one: _series(one, "placements", groups) / weeks
    )
    if seen:
        ax.set_ylim(bottom=0)
        ax.set_ylabel(f"{label}, persons")
    return ax


def observed_recipients(scenario: Scenario, group: str | None = None) -> ObservedSeries | None:
    """The first series of recipients month by month, of one group where that is asked for."""
    for one in scenario.observed.values():
        monthly = (one.measure, one.period) == ("recipients", "month")
        if monthly and (group is None or one.groups == (group,)):
            return one
    return None


def _levels(
    ax: Axes | None,
    result: Comparison | Outcome,
    groups: tuple[str, ...],
    label: str,
    series_of: Callable[[Played], Floats],
    *message: str,
) -> tuple[Axes, bool]:
    """Draw what is played, and the baseline where there is one; whether anything is seen."""
    sides, months = [("mean", series_of(result.played), palette.hue(0))], result.played.months
    ax, name = style.axes_or_new(ax), _name(result, groups)
    if isinstance(result, Comparison):
        without = ("without", series_of(result.baseline), palette.shade(ax, 0.6))
        sides = [without, ("with", *sides[0][1:])]
    if not style.seen(*(series for _, series, _ in sides)):
        what = label.split(",", maxsplit=1)[0].capitalize()
        return style.nothing(ax, name, f"{what}: {_NOTHING_HAPPENS}"), False
    for side, series, colour in sides:
        style.band(ax, months, series, colour)
        _mean_line(ax, months, series, side, colour)
    return _finished(ax, label, name, _RANGE, *message), True


def _series(played: Played, name: str, groups: tuple[str, ...]) -> Floats:
    unknown = set(groups) - set(played.scenario.groups)
    if unknown:
        known = ", ".join(played.scenario.groups)
        raise InputError(f"group: there is no {sorted(unknown)[0]}; known: {known}")
    return played.total(name, groups)


def _points(ax: Axes, observed: ObservedSeries) -> None:
    months = np.array([one.date for one in observed.values], dtype="datetime64[M]")
    values = [one.value for one in observed.values]
    ax.plot(months, values, "o", color=palette.ink(ax), mfc=palette.paper(ax), ms=5, zorder=5)
    style.write_beside(ax, "observed", (months[-1], values[-1]), (6, 0), va="center")


def _name(result: Comparison | Outcome, groups: tuple[str, ...]) -> str:
    scenario = result.played.scenario
    if not groups or set(groups) == set(scenario.groups):
        return scenario.name
    return f"{scenario.name}: {', '.join(scenario.groups[code].label for code in groups)}"


def plot_hour_ramp(result: Comparison, *, ax: Axes | None = None) -> Axes:
    """Persons in small jobs by hours a week: mean over futures, layers stacked.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("kolding-2018"), replications=2, progress=False)
    >>> plot_hour_ramp(result).get_ylabel()
    'persons in small jobs'
    """
    small_jobs, name = result.played.scenario.small_jobs, result.played.scenario.name
    ax, months = style.axes_or_new(ax), result.played.months
    people = _people_by_level(result)
    if small_jobs is None or not style.seen(people):
        return style.nothing(ax, name, "Nobody is in a small job in any month of any future.")
    strengths = np.linspace(0.3, 1.0, len(people))
    colours = [palette.mixed(palette.paper(ax), palette.hue(0), share) for share in strengths]
    ax.stackplot(months, people, colors=colours, edgecolor=palette.paper(ax), linewidth=0.4)
    if len(months) < _FEW:
        ax.plot(months, people.sum(axis=0), "o", color=colours[-1])
    middle = np.cumsum(people[:, -1]) - people[:, -1] / 2
    least = _LEAST_SHARE * float(people.sum(axis=0).max())
    for hours, number, y in zip(small_jobs.hours_per_week, people[:, -1], middle, strict=False):
        if number >= least:
            style.name_curve(ax, months[-1], y, f"{hours:g} hours a week", palette.ink(ax))
    ax.set_ylim(bottom=0)
    return _finished(ax, "persons in small jobs", name, "hour ramp: mean number by hours a week")


def _people_by_level(result: Comparison) -> Floats:
    """float64[levels, months] : mean number of persons at each level; level 0 has no small job."""
    weeks = np.bincount(result.played.scenario.weeks.month_of_week)
    volume = result.played.volumes.benefit_weeks.sum(["group", "band"]).mean("replication")
    by_level = volume.transpose("level", "month").values / weeks
    return np.asarray(by_level[1:])


_SMALL_JOB = "small_job"
_STATES = {
    ON_BENEFIT: ON_BENEFIT,
    _SMALL_JOB: "small job (stronger: more hours)",
    EMPLOYED: "at work",
    LEFT: "left for something else",
}
"""Words of where a person is; a small job is held on benefit."""
_LEADING_TO = {
    ON_BENEFIT: (*SPELL_STARTS, "drop"),
    _SMALL_JOB: ("start_small_job", _SMALL_JOB, "step"),
    EMPLOYED: ("placed", "start_employed"),
    LEFT: CAUSES,
}
"""Events that lead to a state; other events leave the state alone."""
_BECOMES = {event: state for state, events in _LEADING_TO.items() for event in events}
_MARKS = {"meeting": ("|", "meeting"), "no_show": ("x", "meeting missed")}


class _Stretch(NamedTuple):
    """Weeks in one state, with the level of a small job."""

    first: int
    end: int
    state: str
    level: int = 0


def plot_lives(lives: Life | Sequence[Life], *, ax: Axes | None = None) -> Axes:
    """Draw one life-line per person over the calendar, first on top.

    Raises
    ------
    InputError
        If there is nobody to draw.

    Examples
    --------
    >>> import jobsim as js
    >>> events = js.histories(js.Scenario.load("esbjerg-2018"), replications=[0])
    >>> ax = plot_lives([js.life(events, person) for person in range(3)])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['person 0', 'person 1', 'person 2']
    """
    people = [lives] if isinstance(lives, Life) else list(lives)
    if not people:
        raise InputError("plot: there is nobody to draw")
    ax, first = style.axes_or_new(ax), people[0]
    for row, one in enumerate(people):
        _draw_life(ax, row, one)
    style.name_rows(ax, [f"person {one.person}" for one in people], zero=False)
    room = max(0.0, 5 - len(people)) / 2  # one bar alone should not fill the picture
    ax.set_ylim(len(people) - 0.4 + room, -0.6 - room)
    style.dated(ax)
    ax.spines["left"].set_visible(False)
    ax.grid(visible=False)
    ax.set_xlim(_day(first, 0), _day(first, first.notes["weeks"]))
    _key(ax)
    return style.headed(ax, first.scenario, f"life-lines of replication {first.replication}")


def _day(one: Life, week: int) -> float:
    """First day of a week of the run, as matplotlib counts days."""
    return float(date2num(np.datetime64(one.notes["start"], "D") + np.timedelta64(7 * week, "D")))


def _draw_life(ax: Axes, row: int, one: Life) -> None:
    most = max(1, len(one.notes["hours_per_week"]))
    for stretch in stretches(one):
        begin, end = _day(one, stretch.first), _day(one, stretch.end)
        strength = 0.5 + 0.5 * stretch.level / most if stretch.level else 1.0
        colour = palette.mixed(palette.paper(ax), _colour(ax, stretch.state), strength)
        style.bar(ax, row, begin, end, colour, height=0.46)
    for event, (marker, _) in _MARKS.items():
        days = [_day(one, moment.week) for moment in one.rows if moment.event == event]
        ax.plot(days, [row] * len(days), marker, color=palette.ink(ax), ms=5, linestyle="none")


def _colour(ax: Axes, state: str) -> str:
    """Greys for benefit and those who have left, hues for work."""
    hues = {_SMALL_JOB: 0, EMPLOYED: 1}
    if state in hues:
        return palette.hue(hues[state])
    return palette.shade(ax, 0.25 if state == ON_BENEFIT else 0.07)


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
        Patch(color=_colour(ax, state), label=label) for state, label in _STATES.items()
    ]
    for marker, label in _MARKS.values():
        how: dict[str, Any] = {"color": palette.ink(ax), "linestyle": "none", "label": label}
        handles.append(Line2D([], [], marker=marker, **how))
    style.key(ax, handles, columns=2)
