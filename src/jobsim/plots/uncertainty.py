"""Uncertainty of numbers: what it does to outcomes beside chance, and what knowing them is worth.

May import uncertainty analyses, tornados, values of information, rankings and the house style.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator

from jobsim.analysis.deciding.information import Information
from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.errors import InputError
from jobsim.plots import palette, style
from jobsim.questions.psa import PSA, PSARow
from jobsim.questions.rank_assumptions import Ranking
from jobsim.questions.sensitivity import Bar, Tornado
from jobsim.questions.sobol_indices import SobolIndices
from jobsim.text.tables import counted, end

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PALE = 0.45
"""Share of its hue that a pale bar has."""
_RANGES = (
    "where 95 % fall: coloured bars over parameters, grey bars over chance, whiskers over both; "
    "points: means"
)
_NEEDS_TWO = (
    "Parameters and chance need two or more draws and replications; "
    "js.psa(scenario, draws=1024, replications=20) has them."
)
_MADE_BY = "js.evppi(net_benefit, parameters) or js.rank_assumptions(result)"
_NOTHING = "All 0: in no draw would one choose otherwise than today."


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
        If the result is of another kind, or has no outcome of the unit.

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
    style.accepted(result, "js.psa(scenario)", PSA)
    ax = style.axes_or_new(ax)
    if _is_single(result):
        return style.nothing(ax, _title(result), _NEEDS_TWO)
    rows = _of_unit(result, unit)
    if not style.seen([(row.mean, row.range_low, row.range_high) for row in rows]):
        return style.nothing(ax, _title(result), "Every outcome is 0 in every draw and future.")
    for place, row in enumerate(rows):
        style.bar(ax, place - 0.16, row.parameters_low, row.parameters_high, palette.hue(0))
        style.bar(ax, place + 0.16, row.chance_low, row.chance_high, palette.shade(ax, 0.3))
        style.whisker(ax, place + 0.37, row.range_low, row.range_high, strength=0.7)
        style.point(ax, place, row.mean, hollow=True, size=4.5)
    style.name_rows(ax, [row.label for row in rows])
    largest = max(max(abs(row.range_low), abs(row.range_high)) for row in rows)
    ax.set_xlabel(style.in_units(ax.xaxis, rows[0].unit, largest))
    others = [row for row in result.rows if row.unit != rows[0].unit]
    units = ", ".join(dict.fromkeys(row.unit for row in others))
    left_out = f"not drawn: {counted(len(others), 'outcome')} in {units}" if others else ""
    return style.headed(ax, _title(result), _RANGES, left_out)


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
        If the result is of another kind, or the outcome was not measured.
    """
    style.accepted(result, "js.psa(scenario)", PSA)
    ax, wanted = style.axes_or_new(ax), quantity(measure)
    if _is_single(result):
        return style.nothing(ax, _title(result), _NEEDS_TWO)
    means, row = result.components(wanted).conditional_means, result.row(wanted)
    if not style.seen(means):
        return style.nothing(ax, _title(result), f"{wanted.label}: 0 in every draw.")
    bars: dict[str, Any] = {"color": palette.hue(0), "edgecolor": palette.paper(ax)}
    counts, _, _ = ax.hist(means, bins="auto", alpha=0.8, **bars)
    top = float(np.max(counts))
    style.whisker(ax, 1.15 * top, row.parameters_low, row.parameters_high)
    style.whisker(ax, 1.4 * top, row.chance_low, row.chance_high, strength=0.5)
    for height, words in ((1.15, "over parameters"), (1.4, "over chance")):
        style.write_beside(ax, words, (row.mean, height * top), (0, 3), ha="center")
    ax.set_ylim(0, 1.65 * top)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    style.in_units(ax.yaxis, "", top)
    style.upright(ax, 0)
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
    return (
        f"{found.cells.case.scenario.name}: {counted(draws, 'draw')} × {counted(futures, 'future')}"
    )


def _is_single(result: PSA) -> bool:
    """Whether there is too little to tell parameters and chance apart."""
    return len(result.played) < 2 or result.cells.plan.count < 2


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
    low: float
    high: float

    @property
    def may_be_noise(self) -> bool:
        """Whether its interval reaches 0."""
        return not self.low > 0


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
        If the result is of another kind, or an empty list.

    Examples
    --------
    >>> from jobsim.questions.value_of_information import evpi
    >>> plot_information(evpi([[0.0, 2e6], [0.0, -1e6], [0.0, 1e6]])).get_xlabel()
    'expected gain from knowing, million DKK per decision'
    """
    title, about, everything, bars, unit = _read(result)
    bars = sorted(bars, key=lambda bar: -bar.value)
    shown = bars[:most]
    ax, largest = style.axes_or_new(ax), max([everything, *(bar.value for bar in bars)])
    if not largest > 0:
        return style.nothing(ax, title, _NOTHING)
    for row, bar in enumerate(shown):
        _draw_value(ax, row, bar)
    style.name_rows(ax, [bar.name for bar in shown])
    style.upright(ax, everything, linewidth=1, linestyle="--")
    ax.set_xlim(0, None)
    words = style.in_units(ax.xaxis, unit, largest, money=True)
    ax.set_xlabel(f"expected gain from knowing, {words} per decision")
    return style.headed(
        ax,
        title,
        about,
        "bars with 95 % intervals",
        "hollow: may be noise alone" if any(bar.may_be_noise for bar in shown) else "",
        "no interval: too few draws" if any(math.isnan(bar.high) for bar in shown) else "",
        "dashed: knowing everything",
        f"{len(shown)} highest of {len(bars)}" if len(shown) < len(bars) else "",
    )


def _draw_value(ax: Axes, row: int, bar: _Bar) -> None:
    face, edge = palette.paper(ax) if bar.may_be_noise else palette.hue(0), palette.hue(0)
    ax.barh(row, bar.value, height=0.5, color=face, edgecolor=edge, linewidth=1)
    style.whisker(ax, row, bar.low, bar.high)


def _read(result: object) -> tuple[str, str, float, list[_Bar], str]:
    """Title, what it is about, value of knowing everything, bars and unit."""
    if isinstance(result, Ranking):
        names = style.short_labels([row.path for row in result.rows])
        both = zip(names, result.rows, strict=True)
        bars = [_Bar(name, row.evppi, row.evppi_low, row.evppi_high) for name, row in both]
        title, everything = "Value of knowing one number", result.everything
        return title, result.about, everything.value, bars, everything.unit
    several: list[Any] = list(result) if isinstance(result, (list, tuple)) else [result]
    for one in several:
        style.accepted(one, _MADE_BY, Information)
    if not several:
        raise InputError(f"plot: there is nothing to draw; {_MADE_BY} makes it")
    bars = [_Bar(_name(one), one.value, one.ci_low, one.ci_high) for one in several]
    about = f"best today: {several[0].best}"
    return "Value of knowing more", about, several[0].evpi, bars, several[0].unit


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
        If the result is of another kind.

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
    ax, name = style.axes_or_new(ax), result.cells.case.scenario.name
    moving = [bar for bar in result.bars if not bar.error and _reach(bar) > 0]
    if not moving:
        return style.nothing(ax, name, f"{result.quantity.label}: no number changes it.")
    shown, base = moving[:most], result.base.mean
    for row, bar in enumerate(shown):
        _draw_bar(ax, row, bar, base)
    style.name_rows(ax, _names(shown), zero=False)
    low, high = ax.get_xlim()
    if low <= 0 <= high:
        style.upright(ax, 0, 0.45)
    style.upright(ax, base, linewidth=1, zorder=3)
    largest = abs(base) + max(_reach(bar) for bar in shown)
    words = style.in_units(ax.xaxis, result.quantity.unit, largest)
    ax.set_xlabel(f"{style.clipped(result.quantity.label, 60)}, {words}")
    lost = sum(bool(bar.error) for bar in result.bars)
    return style.headed(
        ax,
        name,
        "strong at the high end, pale at the low",
        "whiskers: 95 % intervals of the mean (Monte Carlo)",
        f"{len(shown)} strongest of {len(result.bars)}" if len(shown) < len(result.bars) else "",
        f"{lost} cannot be moved so far" if lost else "",
    )


def _reach(bar: Bar) -> float:
    return max(abs(bar.at_low.mean), abs(bar.at_high.mean))


def _draw_bar(ax: Axes, row: int, bar: Bar, base: float) -> None:
    pale = palette.mixed(palette.paper(ax), palette.hue(0), _PALE)
    sides = [(bar.at_low, pale), (bar.at_high, palette.hue(0))]
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


def plot_sobol(result: SobolIndices, *, most: int = 10, ax: Axes | None = None) -> Axes:
    """Each number's share of the variance, alone and with all others, the highest total on top.

    Parameters
    ----------
    result : SobolIndices
    most : int
        How many numbers to draw.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> from scipy.stats import uniform
    >>> known = {"a": uniform(), "b": uniform()}
    >>> found = js.sobol_indices(lambda x: x[:, 0], parameters=known, draws=64)
    >>> plot_sobol(found).get_xlabel()
    'share of the variance, per cent'
    """
    style.accepted(result, "js.sobol_indices(scenario)", SobolIndices)
    ax = style.axes_or_new(ax)
    if not style.seen(result.total, result.first_order):
        return style.nothing(ax, result.about, "No number has a share of the variance.")
    order = np.argsort(-result.total, kind="stable")[:most].tolist()
    pale = palette.mixed(palette.paper(ax), palette.hue(0), _PALE)
    for row, one in enumerate(order):
        alone, total = map(result.half_width, (result.first_order_se[one], result.total_se[one]))
        _draw_index(ax, row - 0.16, result.first_order[one], alone, palette.hue(0))
        _draw_index(ax, row + 0.16, result.total[one], total, pale)
    names = style.short_labels(result.paths)
    style.name_rows(ax, [names[one] for one in order])
    ax.set_xlabel(f"share of the variance, {style.in_units(ax.xaxis, 'share', 1.0)}")
    return style.headed(
        ax,
        result.about,
        "strong: alone (first order); pale: with all others (total)",
        f"whiskers: 95 % intervals over {result.draws:,} draws",
        f"{len(order)} highest of {len(names)}" if len(order) < len(names) else "",
    )


def _draw_index(ax: Axes, row: float, value: float, half: float, colour: str) -> None:
    style.bar(ax, row, min(0.0, value), max(0.0, value), colour, height=0.3)
    style.whisker(ax, row, value - half, value + half)
