"""Naive readings beside the truth: what a press release would count, and what was added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy.typing as npt

from jobsim.analysis.attributing.naive_readings import Reading
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.errors import InputError
from jobsim.plots.labels import accepted, in_units, wrapped
from jobsim.plots.rows import name_above, point, span, whisker
from jobsim.plots.style import COLOURS, axes_or_new, heading
from jobsim.questions.naive import Naive
from jobsim.text.tables import count, millions

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes


_LANES = (-0.12, 0.14)
"""How far the naive reading lies above, and the truth below, the middle of a row."""


def plot_naive(result: Naive, *, money: bool = False, ax: Axes | None = None) -> Axes:
    """Every naive reading above the truth: mean, its interval, and the range of futures.

    Parameters
    ----------
    result : Naive
    money : bool
        What the municipality is said to save, instead of persons.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or holds no reading.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.naive import naive
    >>> town = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 20})
    >>> found = naive(town, target=216, replications=2, engine="numpy", progress=False)
    >>> plot_naive(found).get_xlabel()
    'persons in 2018'
    """
    found = accepted(result, Naive, made_by="js.naive(scenario)")
    if not found.readings:
        raise InputError("plot: there is no reading; js.naive(scenario, target=…) makes one")
    ax = axes_or_new(ax)
    pairs = [_pair(one, money=money) for one in found.readings]
    for row, (naive, truth) in enumerate(pairs):
        _draw(ax, row + _LANES[0], naive, COLOURS["baseline"], "white")
        _draw(ax, row + _LANES[1], truth, COLOURS["scenario"], "black")
    name_above(
        ax, [_words(one, *pair, money) for one, pair in zip(found.readings, pairs, strict=True)]
    )
    largest = max(abs(one.mean) for pair in pairs for one in pair)
    unit = in_units(ax.xaxis, "DKK" if money else "persons", largest)
    ax.set_xlabel(f"saved in {found.year}, {unit}" if money else f"persons in {found.year}")
    heading(ax, f"{found.scenario}: naive readings (hollow, grey) above the truth", _MESSAGE)
    return ax


_MESSAGE = wrapped(
    "points: means", "whiskers: 95 % intervals (Monte Carlo)", "bars: where 95 % of futures fall"
)


def _pair(one: Reading, *, money: bool) -> tuple[Spread, Spread]:
    sides: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] = (
        (one.saved, one.saved_truth) if money else (one.persons, one.truth)
    )
    return spread(sides[0]), spread(sides[1])


def _draw(ax: Axes, row: float, found: Spread, colour: str, face: str) -> None:
    span(ax, row, found.range_low, found.range_high, colour, height=0.18)
    whisker(ax, row, found.ci_low, found.ci_high)
    point(ax, row, found.mean, face=face, size=5)


def _words(one: Reading, naive: Spread, truth: Spread, money: bool) -> str:
    shown, unit = (millions, "million DKK") if money else (count, one.unit)
    said, true = (shown(found.mean, sign=True) for found in (naive, truth))
    return f"{one.label}: {said} {unit}, truth {true}"
