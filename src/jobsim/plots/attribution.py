"""What was added: the waterfall of an attribution, and naive readings beside the truth.

May import attributions, naive readings, tables of text and the house style.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.attributing.naive_readings import Reading
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.plots import style
from jobsim.questions.attribute import Attribution, Contribution
from jobsim.questions.naive import Naive
from jobsim.text.tables import count, interval, millions
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CUT = 0.5
"""The axis of a level begins where something changes if less than this share of it does."""
_BELOW = 0.2
"""How far the tunings' interval lies below a bar's own."""
_LANES = (-0.12, 0.14)
"""How far the naive reading lies above, and the truth below, the middle of a row."""
_READINGS = (
    "points: means; whiskers: 95 % intervals (Monte Carlo); bars: where 95 % of futures fall"
)


def plot_attribution(result: Attribution, *, ax: Axes | None = None) -> Axes:
    """Contributions as bars, each beginning where the one above ends, down to the total.

    Whiskers are Monte Carlo 95 % intervals of each part's own contribution; grey ones below them
    reach over all tunings and their intervals. A diamond is the published figure.

    Parameters
    ----------
    result : Attribution
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.attribute import attribute
    >>> found = attribute(js.Scenario.load("kolding-2018"), ["consultants", "inflow"],
    ...     measure="recipients_2018", since="recipients_2017", replications=2, progress=False)
    >>> plot_attribution(found).get_xlabel()
    'change, persons'
    """
    style.accepted(result, Attribution, made_by="js.attribute(scenario)")
    *parts, rest = result.contributions
    bars = [rest, *parts, result.total]
    begins = _begins(bars)
    ax = style.axes_or_new(ax)
    for row, (bar, begin) in enumerate(zip(bars, begins, strict=True)):
        _draw(ax, row, bar, begin, whole=row in (0, len(bars) - 1))
    _join(ax, bars, begins)
    if math.isfinite(result.observed):
        style.point(ax, len(bars) - 1, result.observed, marker="D", face="white")
    style.name_above(ax, [_words(bar, result.quantity.unit) for bar in bars])
    ends = np.array([begin + bar.model.mean for bar, begin in zip(bars, begins, strict=True)])
    unit = style.in_units(ax.xaxis, result.quantity.unit, float(np.abs(ends).max()))
    level = f"level, {unit}{_cut(ax, bars, ends)}" if result.since is None else ""
    ax.set_xlabel(level or f"change, {unit}")
    published = _shown(result.observed, result.quantity.unit)
    return style.headed(
        ax,
        _title(result),
        "whiskers, brackets: 95 % intervals of the mean (Monte Carlo)",
        f"grey: over {result.tunings} tunings" if result.tunings > 1 else "",
        f"diamond: published, {published}" if math.isfinite(result.observed) else "",
    )


def _begins(bars: Sequence[Contribution]) -> list[float]:
    """Where each bar begins: the sum of those above; the total begins at 0."""
    sizes = [bar.model.mean for bar in bars[:-1]]
    return [0.0, *np.cumsum(sizes[:-1]).tolist(), 0.0]


def _draw(ax: Axes, row: int, bar: Contribution, begin: float, *, whole: bool) -> None:
    colour = COLOURS["baseline"] if whole else COLOURS["scenario"]
    ax.barh(row, bar.model.mean, left=begin, height=0.34, color=colour, alpha=0.75, linewidth=0)
    style.whisker(ax, row, begin + bar.model.ci_low, begin + bar.model.ci_high)
    if bar.tunings > 1:
        low, high = begin + bar.ci_low, begin + bar.ci_high
        style.whisker(ax, row + _BELOW + 0.06, low, high, colour="0.45")


def _join(ax: Axes, bars: Sequence[Contribution], begins: Sequence[float]) -> None:
    """Thin lines from the end of each bar to the beginning of the next."""
    for row, (bar, begin) in enumerate(zip(bars[:-1], begins, strict=False)):
        end = begin + bar.model.mean
        ax.plot([end, end], [row, row + 1], color="0.5", linewidth=0.7, zorder=0.8)


def _cut(ax: Axes, bars: Sequence[Contribution], ends: Floats) -> str:
    """Let the axis of a level begin where something changes; words that say so."""
    low, high = float(ends.min()), float(ends.max())
    if low <= 0 or high - low > _CUT * high:
        return ""
    margin = 0.25 * (high - low) + max(bar.ci_high - bar.ci_low for bar in bars) / 2
    ax.set_xlim(max(0.0, low - margin), high + margin)
    return " (the axis does not begin at 0)"


def _words(bar: Contribution, unit: str) -> str:
    mean, low, high = (
        _shown(value, unit) for value in (bar.model.mean, bar.model.ci_low, bar.model.ci_high)
    )
    judged = f"; {bar.verdict}" if bar.tunings > 1 and bar.code != "total" else ""
    return f"{bar.label}: {mean} ({interval(low, high)}){judged}"


def _shown(value: float, unit: str) -> str:
    return millions(value) if unit == "DKK" else count(value)


def _title(found: Attribution) -> str:
    since = f" since {found.since.label}" if found.since else ""
    return style.wrapped(f"{found.scenario}: {found.quantity.label}{since}")


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
    style.accepted(result, Naive, made_by="js.naive(scenario)")
    if not result.readings:
        raise InputError("plot: there is no reading; js.naive(scenario, target=…) makes one")
    ax = style.axes_or_new(ax)
    pairs = [_pair(one, money=money) for one in result.readings]
    for row, (naive, truth) in enumerate(pairs):
        _draw_spread(ax, row + _LANES[0], naive, COLOURS["baseline"], "white")
        _draw_spread(ax, row + _LANES[1], truth, COLOURS["scenario"], "black")
    both = zip(result.readings, pairs, strict=True)
    style.name_above(ax, [_words_of_reading(one, *pair, money) for one, pair in both])
    largest = max(abs(one.mean) for pair in pairs for one in pair)
    unit = style.in_units(ax.xaxis, "DKK" if money else "persons", largest)
    ax.set_xlabel(f"saved in {result.year}, {unit}" if money else f"persons in {result.year}")
    return style.headed(
        ax, f"{result.scenario}: naive readings (hollow, grey) above the truth", _READINGS
    )


def _pair(one: Reading, *, money: bool) -> tuple[Spread, Spread]:
    if money:
        return spread(one.saved), spread(one.saved_truth)
    return spread(one.persons), spread(one.truth)


def _draw_spread(ax: Axes, row: float, found: Spread, colour: str, face: str) -> None:
    style.bar(ax, row, found.range_low, found.range_high, colour, height=0.18)
    style.whisker(ax, row, found.ci_low, found.ci_high)
    style.point(ax, row, found.mean, face=face, size=5)


def _words_of_reading(one: Reading, naive: Spread, truth: Spread, money: bool) -> str:
    shown, unit = (millions, "million DKK") if money else (count, one.unit)
    said, true = (shown(found.mean, sign=True) for found in (naive, truth))
    return f"{one.label}: {said} {unit}, truth {true}"
