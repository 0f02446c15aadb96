"""The tornado: what each uncertain number does to one outcome at both of its ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jobsim.errors import InputError
from jobsim.plots.rows import NARROW, name_rows, span, whisker
from jobsim.plots.style import (
    accepted,
    axes_or_new,
    clipped,
    heading,
    in_units,
    short_labels,
    wrapped,
)
from jobsim.questions.tornado import Bar, Tornado
from jobsim.text.tables import end
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_LOW, _HIGH = "#9fc3e0", COLOURS["scenario"]


def plot_tornado(result: Tornado, *, most: int = 10, ax: Axes | None = None) -> Axes:
    """The outcome with each number at its low and high end, the strongest on top.

    Whiskers are Monte Carlo 95 % intervals of the paired difference from the outcome as stated.

    Parameters
    ----------
    result : Tornado
    most : int
        How many numbers to draw; those without any effect never are.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or no number changes the outcome.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.tornado import tornado
    >>> found = tornado(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     parameters=["prices.equalisation.kept_share"], replications=2, progress=False,
    ... )
    >>> plot_tornado(found).get_xlabel()
    'Net saving (municipality), million DKK'
    """
    found = accepted(result, Tornado, made_by="js.tornado(scenario)")
    moving = [bar for bar in found.bars if not bar.error and _reach(bar) > 0]
    if not moving:
        raise InputError(
            "plot: no number changes the outcome; js.tornado(…, parameters=) moves more"
        )
    shown, base = moving[:most], found.base.mean
    ax = axes_or_new(ax)
    for row, bar in enumerate(shown):
        _draw(ax, row, bar, base)
    name_rows(ax, _names(shown), zero=False)
    _mark_nothing(ax)
    ax.axvline(base, color="0.2", linewidth=1)
    largest = abs(base) + max(_reach(bar) for bar in shown)
    words = in_units(ax.xaxis, found.quantity.unit, largest)
    ax.set_xlabel(f"{clipped(found.quantity.label, 60)}, {words}")
    heading(ax, found.cells.case.scenario.name, _message(len(shown), found.bars))
    return ax


def _reach(bar: Bar) -> float:
    return max(abs(bar.at_low.mean), abs(bar.at_high.mean))


def _draw(ax: Axes, row: int, bar: Bar, base: float) -> None:
    sides = [(bar.at_low, _LOW), (bar.at_high, _HIGH)]
    same_side = bar.at_low.mean * bar.at_high.mean > 0
    for place, (at, colour) in enumerate(sides):
        lane, height = (row + 0.16 * (2 * place - 1), 0.3) if same_side else (row, 0.55)
        low, high = sorted((base, base + at.mean))
        span(ax, lane, low, high, colour, height=height)
        whisker(ax, lane, base + at.ci_low, base + at.ci_high)


def _names(bars: Sequence[Bar]) -> list[str]:
    paths = short_labels([bar.path for bar in bars])
    return [
        f"{path}, {_end(bar.low)}\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}{_end(bar.high)}"
        for path, bar in zip(paths, bars, strict=True)
    ]


def _end(value: float) -> str:
    """An end with three digits that matter: more would not fit beside the path."""
    return end(float(f"{value:.3g}"))


def _mark_nothing(ax: Axes) -> None:
    """A line at 0, where the outcomes come near it."""
    low, high = ax.get_xlim()
    if low <= 0 <= high:
        ax.axvline(0, color="0.55", linewidth=0.8, zorder=0.5)


def _message(shown: int, bars: Sequence[Bar]) -> str:
    lost = sum(bool(bar.error) for bar in bars)
    return wrapped(
        "dark at the high end, light at the low",
        "whiskers: 95 % intervals of the mean (Monte Carlo)",
        f"{shown} strongest of {len(bars)}" if shown < len(bars) else "",
        f"{lost} cannot be moved alone" if lost else "",
        wide=NARROW,
    )
