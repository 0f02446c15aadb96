"""One recipient's life-line, or a page of them: benefit, meetings, small-job hours, work."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from jobsim.analysis.lives.life import Life
from jobsim.errors import InputError
from jobsim.plots import style
from jobsim.vocabulary import CAUSES, EMPLOYED, LEFT, ON_BENEFIT, SPELL_STARTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
        _draw(ax, row, one)
    ax.set_yticks(range(len(people)), [f"person {one.person}" for one in people[::-1]], fontsize=8)
    room = max(0.0, 5 - len(people)) / 2  # one bar alone should not fill the picture
    ax.set_ylim(-0.7 - room, len(people) - 0.3 + room)
    ax.set_xlim(0, people[0].notes["weeks"])
    ax.set_xlabel("week of the run")
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _key(ax)
    return style.headed(ax, people[0].scenario, f"life-lines, replication {people[0].replication}")


def _draw(ax: Axes, row: int, one: Life) -> None:
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
        (moment.week, _BECOMES[moment.event], moment.value)
        for moment in one.rows
        if moment.event in _BECOMES
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
