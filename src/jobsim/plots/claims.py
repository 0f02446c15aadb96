"""What is said of an outcome beside what the model says of it: claims, causes, naive readings.

Claimed values lie against the range of futures; needed values beside plausible ranges; the parts
of an attribution fall like water to their total; naive readings stand above the truth. May import
results with claims, what answers print of numbers, and the house style.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.analysis.attributing.naive_readings import Reading
from jobsim.analysis.attributing.parts import EquallyGood
from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.claims import Verdict
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.searching.crossing import Crossing
from jobsim.analysis.setting.case import against
from jobsim.arrays import Floats
from jobsim.plots import palette, style
from jobsim.questions.attribute import Attribution, Contribution
from jobsim.questions.must_hold import WouldHaveToBeTrue
from jobsim.questions.naive import Naive
from jobsim.text.tables import Shown, brief, count, in_brackets, millions, shown_in
from jobsim.vocabulary import PURSE_LABELS, PURSES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEFT, _RIGHT = -3.2, 4.2
"""Ends of the axis: three widths of a plausible range beyond it, as far as was searched."""
_NEEDED = "points, numbers: needed, with 95 % intervals (Monte Carlo)"
_BESIDE = "claims (points; hollow: used to tune) beside the model: mean, where 95 % of futures fall"
_GAINS = (
    "points: means, scenario − baseline; whiskers: 95 % intervals (Monte Carlo); bars: where 95 % "
    "of futures fall"
)
_IDLE = "No assumption has any effect on it."


def plot_claims(result: Comparison | Summary, *, ax: Axes | None = None) -> Axes:
    """Every claim as a point beside the model's mean and range, in per cent of the claim.

    Hollow points were used to tune the scenario and are no evidence.

    Examples
    --------
    >>> import jobsim as js
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> plot_claims(js.compare(scenario, replications=4, progress=False)).get_xlabel()
    'per cent of the claimed value'
    """
    verdicts = [one for one in result.verdicts[::-1] if one.claim.value]
    name = result.record.scenario.name
    if not verdicts:
        return style.nothing(style.axes_or_new(ax), name, f"{name} carries no claims to draw.")
    ax = style.axes_or_new(ax)
    for row, one in enumerate(verdicts):
        _draw_claim(ax, row, one)
        style.write_row(ax, row + 0.28, f"{one.claim.label}: {_value(one)} – {one.verdict}")
    ax.set_ylim(-0.6, len(verdicts) - 0.2)
    style.upright(ax, 100, 0.4)
    style.upright(ax, 0, 0.2)
    ax.spines[["top", "right", "left"]].set_visible(False)
    style.in_units(ax.xaxis, "", 1.0)
    ax.set_xlabel("per cent of the claimed value")
    return style.headed(ax, name, _BESIDE)


def plot_summary(result: Summary, *, ax: Axes | None = None) -> Axes:
    """Claims beside the model, or, of a scenario that carries none, what each purse gains.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018").with_({"claims": {}, "horizon.weeks": 8})
    >>> found = js.summarise(town, replications=2, engine="numpy", progress=False)
    >>> plot_summary(found).get_xlabel()
    'net saving over the whole run, million DKK'
    """
    if any(one.claim.value for one in result.verdicts):
        return plot_claims(result, ax=ax)
    ax, rows = style.axes_or_new(ax), [result.row("net_saving", payer=one) for one in PURSES]
    title = against(result.scenario, result.baseline)
    if not style.seen([(row.range_low, row.range_high) for row in rows]):
        return style.nothing(ax, title, "Nobody gains or loses in any future.")
    found = [row.spread for row in rows]
    style.spreads_in_rows(ax, [PURSE_LABELS[one] for one in PURSES], found, palette.hue(0))
    largest = max(abs(end) for one in found for end in (one.range_low, one.range_high))
    unit = style.in_units(ax.xaxis, "DKK", largest)
    ax.set_xlabel(f"net saving over the whole run, {unit}")
    return style.headed(ax, title, _GAINS)


def _draw_claim(ax: Axes, row: int, one: Verdict) -> None:
    colour, model = palette.hue(0), one.model
    low, mean, high = (
        100 * value / one.claim.value for value in (model.range_low, model.mean, model.range_high)
    )
    ax.plot([low, high], [row, row], color=colour, linewidth=6, alpha=0.3, solid_capstyle="butt")
    ax.plot([mean, mean], [row - 0.16, row + 0.16], color=colour, linewidth=2)
    style.point(ax, row, 100, hollow=one.claim.role == "fitted")


def _value(one: Verdict) -> str:
    if one.unit == "DKK":
        return f"{one.claim.value / 1e6:,.1f} million DKK"
    return f"{one.claim.value:,.10g} {one.unit}"


def plot_would_have_to_be_true(
    result: WouldHaveToBeTrue, *, most: int | None = None, ax: Axes | None = None
) -> Axes:
    """Each assumption's plausible range as a bar, and the value at which the figure comes true.

    All ranges are drawn as long as each other: 0 is the low end, 1 the high end. Order and numbers
    are those of the table.

    Parameters
    ----------
    result : WouldHaveToBeTrue
    most : int, optional
        How many assumptions to draw; without it as many as can be read, ten at most. Those without
        effect never are.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> place = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 4})
    >>> how = {"replications": 2, "engine": "numpy", "progress": False}
    >>> found = js.what_would_have_to_be_true(place, claim="placements_2018", **how)
    >>> plot_would_have_to_be_true(found).get_xlabel()
    'place in the plausible range, from its low end (0) to its high end (1)'
    """
    style.accepted(result, "js.what_would_have_to_be_true(scenario)", WouldHaveToBeTrue)
    moving = result.ordered
    about, ax = result.quantity, style.axes_or_new(ax)
    title = f"{result.record.scenario.name}: {about.label} = {brief(result.target)} {about.unit}"
    if not moving:
        return style.nothing(ax, title, _IDLE)
    shown = moving[: style.rows_that_fit(ax) if most is None else most]
    for row, one in enumerate(shown):
        _draw_needed(ax, row, one, result)
    style.name_rows(ax, style.short_labels([one.move.path for one in shown]), zero=False)
    ax.set_xlim(_LEFT, _RIGHT)
    ax.set_xlabel("place in the plausible range, from its low end (0) to its high end (1)")
    return style.headed(
        ax,
        title,
        "what would have to be true: bars are plausible ranges, with what is stated",
        "never (best mean within the range)" if not all(one.crossed for one in shown) else "",
        _NEEDED if any(one.crossed for one in shown) else "",
        _together(result),
        f"{len(shown)} of {len(moving)}" if len(shown) < len(moving) else "",
    )


def _place(one: Crossing, x: float) -> float:
    """Place of a value in the plausible range: 0 at its low end, 1 at its high end."""
    return (x - one.move.low) / (one.move.high - one.move.low)


def _draw_needed(ax: Axes, row: int, one: Crossing, result: WouldHaveToBeTrue) -> None:
    pale = palette.mixed(palette.paper(ax), palette.hue(0), 0.3)
    style.bar(ax, row, 0.0, 1.0, pale, height=0.55)
    stated = _place(one, one.move.stated)
    ax.plot([stated] * 2, [row - 0.27, row + 0.27], color=palette.shade(ax, 0.7), linewidth=1.5)
    if not one.crossed:
        reached = brief(result.best_end(one)[1])
        _write(ax, row, "failed" if one.error else f"never ({reached})")
        return
    needed, low, high = (_place(one, x) for x in (one.at.mean, one.at.ci_low, one.at.ci_high))
    style.whisker(ax, row, max(low, 2 * _LEFT), min(high, 2 * _RIGHT))
    style.point(ax, row, needed, hollow=not one.inside)
    _write(ax, row, brief(one.at.mean))


def _write(ax: Axes, row: int, words: str) -> None:
    """Words to the right of a row."""
    how: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "va": "center"}
    style.write_beside(ax, words, (1.0, row), (4, 0), annotation_clip=False, **how)


def _together(found: WouldHaveToBeTrue) -> str:
    if found.together is None or found.together.error:
        return ""
    if not found.together.crossed:
        return "all at favourable ends: not enough"
    return f"all together: {100 * found.together.at.mean:.0f} % of the way"


_CUT = 0.5
"""The axis of a level begins where something changes if less than this share of it does."""
_BELOW = 0.2
"""How far the tunings' interval lies below a bar's own."""
_LANES = (-0.12, 0.14)
"""How far the naive reading lies above, and the truth below, the middle of a row."""
_READINGS = (
    "hollow, grey: naive readings; full: the truth; points: means; whiskers: 95 % intervals (Monte "
    "Carlo); bars: where 95 % of futures fall"
)
_NO_READING = "There is no reading; js.naive(scenario, target=…) makes one."


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
    >>> found = js.attribute(js.Scenario.load("kolding-2018"), parts=["consultants", "inflow"],
    ...     measure="recipients_2018", since="recipients_2017", replications=2, progress=False)
    >>> plot_attribution(found).get_xlabel()
    'change, persons'
    """
    style.accepted(result, "js.attribute(scenario)", Attribution)
    *parts, rest = result.contributions
    bars = [rest, *parts, result.total]
    begins = _begins(bars)
    since = f" since {result.since.label}" if result.since else ""
    ax, title = (
        style.axes_or_new(ax),
        f"{result.record.scenario.name}: {result.quantity.label}{since}",
    )
    if not style.seen([bar.model.mean for bar in bars]):
        return style.nothing(ax, title, "Every part is 0.")
    for row, (bar, begin) in enumerate(zip(bars, begins, strict=True)):
        _draw(ax, row, bar, begin, whole=row in (0, len(bars) - 1))
    _join(ax, bars, begins)
    if math.isfinite(result.observed):
        style.point(ax, len(bars) - 1, result.observed, marker="D", hollow=True)
    shown = shown_in(result.quantity.unit, money=millions)
    style.name_above(ax, [_words(bar, shown) for bar in bars])
    ends = np.array([begin + bar.model.mean for bar, begin in zip(bars, begins, strict=True)])
    unit = style.in_units(ax.xaxis, result.quantity.unit, float(np.abs(ends).max()))
    level = f"level, {unit}{_cut(ax, bars, ends)}" if result.since is None else ""
    ax.set_xlabel(level or f"change, {unit}")
    return style.headed(
        ax,
        title,
        "whiskers, brackets: 95 % intervals of the mean (Monte Carlo)",
        f"grey: over {result.tunings} tunings" if result.tunings > 1 else "",
        f"diamond: published, {shown(result.observed)}" if math.isfinite(result.observed) else "",
    )


def _begins(bars: Sequence[Contribution]) -> list[float]:
    """Where each bar begins: the sum of those above; the total begins at 0."""
    sizes = [bar.model.mean for bar in bars[:-1]]
    return [0.0, *np.cumsum(sizes[:-1]).tolist(), 0.0]


def _draw(ax: Axes, row: int, bar: Contribution, begin: float, *, whole: bool) -> None:
    colour = palette.shade(ax, 0.45) if whole else palette.hue(0)
    ax.barh(row, bar.model.mean, left=begin, height=0.34, color=colour, alpha=0.75, linewidth=0)
    style.whisker(ax, row, begin + bar.model.ci_low, begin + bar.model.ci_high)
    if bar.tunings > 1:
        low, high = begin + bar.ci_low, begin + bar.ci_high
        style.whisker(ax, row + _BELOW + 0.06, low, high, strength=0.55)


def _join(ax: Axes, bars: Sequence[Contribution], begins: Sequence[float]) -> None:
    """Thin lines from the end of each bar to the beginning of the next."""
    for row, (bar, begin) in enumerate(zip(bars[:-1], begins, strict=False)):
        end = begin + bar.model.mean
        ax.plot([end, end], [row, row + 1], color=palette.shade(ax, 0.5), linewidth=0.7, zorder=0.8)


def _cut(ax: Axes, bars: Sequence[Contribution], ends: Floats) -> str:
    """Let the axis of a level begin where something changes; words that say so."""
    low, high = float(ends.min()), float(ends.max())
    if low <= 0 or high - low > _CUT * high:
        return ""
    widths = [bar.ci_high - bar.ci_low for bar in bars if math.isfinite(bar.ci_low)]
    margin = 0.25 * (high - low) + max(widths, default=0.0) / 2
    ax.set_xlim(max(0.0, low - margin), high + margin)
    return " (the axis does not begin at 0)"


def _words(bar: Contribution, shown: Shown) -> str:
    judged = f"; {bar.verdict}" if bar.tunings > 1 and bar.code != "total" else ""
    return f"{bar.label}: {in_brackets(bar.model, shown)}{judged}"


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
        If the result is of another kind.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 20})
    >>> found = js.naive(town, target=216, replications=2, engine="numpy", progress=False)
    >>> plot_naive(found).get_xlabel()
    'persons in 2018'
    """
    style.accepted(result, "js.naive(scenario)", Naive)
    ax, title = (
        style.axes_or_new(ax),
        f"{result.record.scenario.name}: naive readings above the truth",
    )
    if not result.readings:
        return style.nothing(ax, title, _NO_READING)
    both_of = attrgetter("saved", "saved_truth") if money else attrgetter("persons", "truth")
    pairs = [(spread(said), spread(true)) for said, true in map(both_of, result.readings)]
    for row, (naive, truth) in enumerate(pairs):
        _draw_spread(ax, row + _LANES[0], naive, palette.shade(ax, 0.45), hollow=True)
        _draw_spread(ax, row + _LANES[1], truth, palette.hue(0), hollow=False)
    both = zip(result.readings, pairs, strict=True)
    style.name_above(ax, [_words_of_reading(one, *pair, money) for one, pair in both])
    largest = max(abs(one.mean) for pair in pairs for one in pair)
    unit = style.in_units(ax.xaxis, "DKK" if money else "persons", largest)
    ax.set_xlabel(f"saved in {result.year}, {unit}" if money else f"persons in {result.year}")
    return style.headed(ax, title, _READINGS)


def _draw_spread(ax: Axes, row: float, found: Spread, colour: str, *, hollow: bool) -> None:
    style.bar(ax, row, found.range_low, found.range_high, colour, height=0.18)
    style.whisker(ax, row, found.ci_low, found.ci_high)
    style.point(ax, row, found.mean, hollow=hollow, size=5)


def _words_of_reading(one: Reading, naive: Spread, truth: Spread, money: bool) -> str:
    shown, unit = (millions, "million DKK") if money else (count, one.unit)
    said, true = (shown(found.mean, sign=True) for found in (naive, truth))
    return f"{one.label}: {said} {unit}, truth {true}"


def plot_tunings(result: EquallyGood, *, ax: Axes | None = None) -> Axes:
    """How far every tuning misses every figure, those that are kept in colour.

    Examples
    --------
    >>> import jobsim as js
    >>> place, path = js.Scenario.load("kolding-2018"), "small_jobs.experience_multiplier"
    >>> found = js.equally_good(place, [{path: 0.9}], replications=2, progress=False)
    >>> plot_tunings(found).get_xlabel()
    'miss of the figure, in its tolerances'
    """
    style.accepted(result, "js.equally_good(scenario, candidates)", EquallyGood)
    ax, name = style.axes_or_new(ax), result.record.scenario.name
    played = [one for one in result.candidates if one.misses]
    if not played:
        return style.nothing(ax, name, "No tuning could be played; to_frame() has the reasons.")
    for one in played:
        for row, miss in enumerate(one.misses):
            face = palette.hue(0) if one.worst <= result.within else palette.paper(ax)
            ax.plot([miss], [row], "o", color=palette.hue(0), markerfacecolor=face, markersize=5)
    style.name_rows(ax, [claim.label for claim in result.claims])
    for end in (-result.within, result.within):
        style.upright(ax, end, 0.8, linestyle="--")
    ax.set_xlabel("miss of the figure, in its tolerances")
    return style.headed(
        ax,
        f"{name}: {len(result)} of {len(result.candidates)} tunings fit",
        f"points: tunings; full: within {result.within:g} tolerances (dashed) of every figure",
    )
