"""Uncertainty of numbers: what it does to outcomes beside chance, and what knowing them is worth.

May import uncertainty analyses, tornados, values of information, rankings and the house style.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.errors import InputError
from jobsim.plots import style
from jobsim.questions.importance import Ranking
from jobsim.questions.psa import PSA, PSARow
from jobsim.questions.sensitivity import Bar, Tornado
from jobsim.questions.value_of_information import Information
from jobsim.text.tables import end
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PARAMETERS, _CHANCE = COLOURS["scenario"], "#b9b9b9"
_LOW, _HIGH = "#9fc3e0", COLOURS["scenario"]
"""An outcome with a number at its low and at its high end."""
_RANGES = (
    "where 95 % fall: dark bars over parameters, light bars over chance, whiskers over both; "
    "points: means"
)
_MADE_BY = "js.evppi(net_benefit, parameters) or js.rank_assumptions(result)"
_EMPTY = 1000.0
"""Right end of an axis on which everything is 0."""
_NOTHING = "all 0: in no draw would one choose otherwise than today"


def plot_psa(result: PSA, *, unit: str | None = None, ax: Axes | None = None) -> Axes:
    """Range of each outcome over parameters, over chance, and over both.

    Parameters
    ----------
    result : PSA
    unit : str, optional
        Outcomes of this unit are drawn; without it DKK, or else the unit of the first outcome.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, has no outcome of the unit, or a single draw or
        replication.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.psa import psa
    >>> found = psa(
    ...     js.Scenario.load("esbjerg-2018-evidence"), draws=4, measures=["placements:2018"],
    ...     parameters=["groups.job_ready.meeting_gain"], replications=4, progress=False,
    ... )
    >>> plot_psa(found).get_xlabel()
    'persons'
    """
    _check_spread(result)
    rows = _of_unit(result, unit)
    ax = style.axes_or_new(ax)
    for place, row in enumerate(rows):
        style.bar(ax, place - 0.16, row.parameters_low, row.parameters_high, _PARAMETERS)
        style.bar(ax, place + 0.16, row.chance_low, row.chance_high, _CHANCE)
        style.whisker(ax, place + 0.37, row.range_low, row.range_high, colour="0.3")
        style.point(ax, place, row.mean, face="white", size=4.5)
    style.name_rows(ax, [row.label for row in rows])
    largest = max(max(abs(row.range_low), abs(row.range_high)) for row in rows)
    ax.set_xlabel(style.in_units(ax.xaxis, rows[0].unit, largest))
    return style.headed(ax, _title(result), _RANGES, wide=style.NARROW)


def plot_conditional_means(
    result: PSA, measure: str | Quantity = "net_saving:municipality", *, ax: Axes | None = None
) -> Axes:
    """How the mean of one outcome differs from draw to draw of the parameters.

    Parameters
    ----------
    result : PSA
    measure : str or Quantity, measured in the analysis
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, the outcome was not measured, or there is a single draw
        or replication.
    """
    _check_spread(result)
    wanted = quantity(measure)
    means, row = result.components(wanted).conditional_means, result.row(wanted)
    ax = style.axes_or_new(ax)
    counts, _, _ = ax.hist(means, bins="auto", color=_PARAMETERS, alpha=0.8, edgecolor="white")
    top = float(np.max(counts))
    style.whisker(ax, 1.1 * top, row.parameters_low, row.parameters_high)
    style.whisker(ax, 1.25 * top, row.chance_low, row.chance_high, colour="0.5")
    for height, words in ((1.1, "over parameters"), (1.25, "over chance")):
        style.write_beside(ax, words, (row.mean, height * top), (0, 3), ha="center", fontsize=8)
    ax.set_ylim(0, 1.4 * top)
    ax.axvline(0, color="0.3", linewidth=0.8)
    largest = float(np.abs([row.chance_low, row.chance_high, *means]).max())
    unit = style.in_units(ax.xaxis, wanted.unit, largest)
    ax.set_xlabel(f"{style.clipped(wanted.label, 60)}, {unit}")
    ax.set_ylabel("draws")
    ax.spines[["top", "right"]].set_visible(False)
    above = float((means > 0).mean())
    message = f"mean of each draw; lines: where 95 % fall; {100 * above:.0f} % of draws above 0"
    return style.headed(ax, _title(result), message)


def _title(found: PSA) -> str:
    draws, futures = len(found.played), found.cells.plan.count
    return f"{found.cells.case.scenario.name}: {draws:,} draws × {futures:,} futures"


def _check_spread(result: PSA) -> None:
    """Whether there is something of both, parameters and chance."""
    style.accepted(result, "js.psa(scenario)", PSA)
    if len(result.played) < 2 or result.cells.plan.count < 2:
        raise InputError(
            "plot: parameters and chance need two or more draws and replications; "
            "js.psa(scenario, draws=1024, replications=20) has them"
        )


def _of_unit(found: PSA, unit: str | None) -> list[PSARow]:
    rows = [row for row in found.rows if math.isfinite(row.parameters_low)]
    units = list(dict.fromkeys(row.unit for row in rows))
    if unit is None and units:
        unit = "DKK" if "DKK" in units else units[0]
    chosen = [row for row in rows if row.unit == unit]
    if not chosen:
        known = ", ".join(units) or "none"
        raise InputError(
            f"unit: no outcome in {unit} was measured; known: {known}; "
            "js.psa(scenario, measures=…) measures others"
        )
    return chosen


class _Bar(NamedTuple):
    name: str
    value: float
    se: float
    bias: float

    @property
    def may_be_noise(self) -> bool:
        """Whether two standard errors or the regression's bias reach as far as the value."""
        return not self.value > max(2 * self.se, 0.0 if math.isnan(self.bias) else self.bias)


def plot_information(
    result: Information | Sequence[Information] | Ranking, *, most: int = 10, ax: Axes | None = None
) -> Axes:
    """Values of information as bars with 95 % intervals, the highest on top.

    Parameters
    ----------
    result : Information, sequence of Information, or Ranking
        Of one decision.
    most : int
        How many to draw.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or empty.

    Examples
    --------
    >>> from jobsim.questions.value_of_information import evpi
    >>> plot_information(evpi([[0.0, 2e6], [0.0, -1e6], [0.0, 1e6]])).get_xlabel()
    'expected gain from knowing, million DKK per decision'
    """
    about, everything, bars, unit = _read(result)
    bars = sorted(bars, key=lambda bar: -bar.value)
    shown = bars[:most]
    ax = style.axes_or_new(ax)
    for row, bar in enumerate(shown):
        _draw_value(ax, row, bar)
    style.name_rows(ax, [bar.name for bar in shown])
    ax.axvline(everything, color="0.3", linewidth=1, linestyle="--")
    largest = max([everything, *(bar.value for bar in bars)])
    ax.set_xlim(0, None if largest > 0 else _EMPTY)
    words = style.in_units(ax.xaxis, unit, largest, money=True)
    ax.set_xlabel(f"expected gain from knowing, {words} per decision")
    message = (
        "bars with 95 % intervals",
        "hollow: may be noise alone" if any(bar.may_be_noise for bar in shown) else "",
        "dashed: knowing everything",
        f"{len(shown)} highest of {len(bars)}" if len(shown) < len(bars) else "",
    )
    title = style.wrapped(about, wide=style.NARROW)
    return style.headed(ax, title, *(message if largest > 0 else (_NOTHING,)), wide=style.NARROW)


def _draw_value(ax: Axes, row: int, bar: _Bar) -> None:
    half = style.Z_95 * bar.se
    face = "white" if bar.may_be_noise else COLOURS["scenario"]
    ax.barh(row, bar.value, height=0.5, color=face, edgecolor=COLOURS["scenario"], linewidth=1)
    style.whisker(ax, row, max(0.0, bar.value - half), bar.value + half)


def _read(result: object) -> tuple[str, float, list[_Bar], str]:
    """Title, value of knowing everything, bars and unit."""
    if isinstance(result, Ranking):
        names = style.short_labels([row.path for row in result.rows])
        both = zip(names, result.rows, strict=True)
        bars = [_Bar(name, row.evppi, row.evppi_se, row.upward_bias) for name, row in both]
        about = f"{result.about}: value of knowing one number"
        return about, result.everything.value, bars, result.everything.unit
    several: list[Any] = list(result) if isinstance(result, (list, tuple)) else [result]
    for one in several:
        style.accepted(one, _MADE_BY, Information)
    if not several:
        raise InputError(f"plot: there is nothing to draw; {_MADE_BY} makes it")
    bars = [_Bar(_name(one), one.value, one.se, one.upward_bias) for one in several]
    about = f"Value of knowing more (best today: {several[0].best})"
    return about, several[0].evpi, bars, several[0].unit


def _name(one: Information) -> str:
    if one.kind == "evpi":
        return "everything"
    words = " + ".join(style.short_labels(one.about))
    return style.clipped(f"pilot: {words}" if one.kind == "evsi" else words)


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
    >>> from jobsim.questions.sensitivity import tornado
    >>> found = tornado(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     parameters=["prices.equalisation.kept_share"], replications=2, progress=False,
    ... )
    >>> plot_tornado(found).get_xlabel()
    'Net saving (municipality), million DKK'
    """
    style.accepted(result, "js.tornado(scenario)", Tornado)
    moving = [bar for bar in result.bars if not bar.error and _reach(bar) > 0]
    if not moving:
        raise InputError(
            "plot: no number changes the outcome; js.tornado(…, parameters=) moves more"
        )
    shown, base = moving[:most], result.base.mean
    ax = style.axes_or_new(ax)
    for row, bar in enumerate(shown):
        _draw_bar(ax, row, bar, base)
    style.name_rows(ax, _names(shown), zero=False)
    low, high = ax.get_xlim()
    if low <= 0 <= high:
        ax.axvline(0, color="0.55", linewidth=0.8, zorder=0.5)
    ax.axvline(base, color="0.2", linewidth=1)
    largest = abs(base) + max(_reach(bar) for bar in shown)
    words = style.in_units(ax.xaxis, result.quantity.unit, largest)
    ax.set_xlabel(f"{style.clipped(result.quantity.label, 60)}, {words}")
    lost = sum(bool(bar.error) for bar in result.bars)
    return style.headed(
        ax,
        result.cells.case.scenario.name,
        "dark at the high end, light at the low",
        "whiskers: 95 % intervals of the mean (Monte Carlo)",
        f"{len(shown)} strongest of {len(result.bars)}" if len(shown) < len(result.bars) else "",
        f"{lost} cannot be moved alone" if lost else "",
        wide=style.NARROW,
    )


def _reach(bar: Bar) -> float:
    return max(abs(bar.at_low.mean), abs(bar.at_high.mean))


def _draw_bar(ax: Axes, row: int, bar: Bar, base: float) -> None:
    sides = [(bar.at_low, _LOW), (bar.at_high, _HIGH)]
    same_side = bar.at_low.mean * bar.at_high.mean > 0
    for place, (at, colour) in enumerate(sides):
        lane, height = (row + 0.16 * (2 * place - 1), 0.3) if same_side else (row, 0.55)
        low, high = sorted((base, base + at.mean))
        style.bar(ax, lane, low, high, colour, height=height)
        style.whisker(ax, lane, base + at.ci_low, base + at.ci_high)


def _names(bars: Sequence[Bar]) -> list[str]:
    paths = style.short_labels([bar.path for bar in bars])
    return [
        f"{path}, {_end(bar.low)}\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}{_end(bar.high)}"
        for path, bar in zip(paths, bars, strict=True)
    ]


def _end(value: float) -> str:
    """An end with three digits that matter: more would not fit beside the path."""
    return end(float(f"{value:.3g}"))
