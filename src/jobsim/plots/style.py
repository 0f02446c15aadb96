"""The house style: what every picture is drawn with; may import layout, errors and short names.

Axes, headings, names and frames; curves with bands; rows with bars, whiskers and points; sizes
that follow the user's settings; amounts and dates on axes; paths as words. May import the palette.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib import rcParams
from matplotlib.dates import AutoDateLocator, num2date
from matplotlib.ticker import Formatter, FuncFormatter

from jobsim.analysis.outcomes.spread import NOTHING, Spread
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.plots.layout import CurveName, Explanation, InRoom, fit
from jobsim.plots.palette import hue, ink, mixed, paper, readable, shade
from jobsim.text.tables import not_seen, short_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.legend import Legend


Z_95 = 1.959963984540054
"""Standard errors from an estimate to the end of its 95 % interval."""
SMALL = "small"
"""Size of names and words, relative to the user's own."""
_LONGEST = 60
"""Most characters of a path that are shown."""
_TITLE = 60
"""Most characters of a name in a title."""
_ROW = 34
"""Characters on a line of a row's name that leave most of a small picture to the data."""
_ROW_INCHES = 0.34
"""Height of a row whose name has two lines."""
_NAME = 20
"""Characters on a line of a curve's name."""
_ROOTS = ("groups", "prices", "programmes")
"""First parts of paths that tell nothing."""
_MONEY = ((1e3, 1.0, ""), (1e5, 1e3, "thousand"), (math.inf, 1e6, "million"))
"""Money below such a size is shown by this factor and word."""


def accepted(result: object, made_by: str, *kinds: type) -> None:
    """Refuse a result that a picture is not made for.

    Raises
    ------
    InputError
        If it is of another kind; the message names what is accepted, and the call that makes it.

    Examples
    --------
    >>> accepted(2, "counting", int, float)
    """
    if not isinstance(result, kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise InputError(f"plot: must be {names}, made by {made_by}; got {type(result).__name__}")


def axes_or_new(ax: Axes | None) -> Axes:
    """Axes to draw on, those given or those of a new figure, with a layout that cuts no label."""
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots()
    if not hasattr(ax, "figure"):
        raise InputError(f"ax: must be the Axes of a picture, got {type(ax).__name__}")
    fit(ax)
    return ax


def headed(ax: Axes, name: str, *message: str) -> Axes:
    """Write what is drawn above the picture, what it says below, and hand the picture on."""
    title = ax.set_title(clipped(name, _TITLE), loc="left", color=ink(ax))
    words = "; ".join(part for part in message if part)
    words = words[:1].upper() + words[1:]
    ax.add_artist(Explanation(words, title, shorten=clipped, color=ink(ax), fontsize=SMALL))
    return ax


def explanation(ax: Axes) -> str:
    """What a picture says below itself, on one line."""
    return " ".join(text.words for text in ax.texts if isinstance(text, Explanation))


def without_heading(ax: Axes) -> Axes:
    """Take title and explanation away, for pages that have captions."""
    ax.set_title("", loc="left")
    for text in [text for text in ax.texts if isinstance(text, Explanation)]:
        text.remove()
    return ax


def nothing(ax: Axes, name: str, sentence: str) -> Axes:
    """A sentence in place of an empty frame."""
    ax.set_axis_off()
    how: dict[str, Any] = {"ha": "center", "va": "center", "color": ink(ax)}
    ax.text(0.5, 0.5, textwrap.fill(sentence, 40), transform=ax.transAxes, **how)
    return headed(ax, name)


def seen(*values: npt.ArrayLike) -> bool:
    """Whether there is a number other than 0 to see.

    Examples
    --------
    >>> seen([0.0, math.nan]), seen([0.0], [2.0])
    (False, True)
    """
    return any(np.any(np.nan_to_num(np.asarray(one, dtype=np.float64))) for one in values)


def write_beside(
    ax: Axes, text: str, at: tuple[Any, float], by: tuple[float, float], **how: Any
) -> None:
    """Write beside a point of the data, so many points to its right and above it."""
    how = {"color": ink(ax), "fontsize": SMALL, **how}
    ax.annotate(text, at, xytext=by, textcoords="offset points", **how)


def on_paper(ax: Axes, opaque: float, pad: float) -> dict[str, Any]:
    """A box that keeps words readable on whatever they cover."""
    return {"facecolor": paper(ax), "alpha": opaque, "linewidth": 0, "pad": pad}


def name_curve(ax: Axes, x: object, y: float, text: str, colour: str) -> None:
    """Write a curve's name at its right end instead of a legend, apart from other names."""
    words, colour = row_label(text, _NAME), readable(ax, colour)
    ax.add_artist(CurveName(words, (x, y), color=colour, fontsize=SMALL))


def key(ax: Axes, handles: Sequence[Any], columns: int = 1) -> Legend:
    """A key of marks below the picture."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.get_figure(root=True)
    assert figure is not None
    lines = 2.6 if ax.get_xlabel() else 2.2  # of ticks and label, or of dates, above the key
    down = lines * 1.5 * float(rcParams["font.size"]) / 72
    where = ax.transAxes + ScaledTranslation(0, -down, figure.dpi_scale_trans)
    how: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (0, 0), "borderaxespad": 0}
    how |= {"bbox_transform": where, "fontsize": SMALL, "frameon": False, "labelcolor": ink(ax)}
    return ax.legend(handles=handles, ncols=columns, **how)


def band(ax: Axes, x: npt.NDArray[np.generic], series: Floats, colour: str) -> None:
    """Fill where 95 % of futures fall: x has n points, series is float64[replications, n]."""
    low, high = np.quantile(series, [0.025, 0.975], axis=0)
    ax.fill_between(x, low, high, color=colour, alpha=0.25, linewidth=0)


def columns(spreads: Sequence[Spread]) -> tuple[Floats, ...]:
    """Means, ends of their intervals, and ends of the range over futures, as arrays.

    What is zero in all futures has no interval: the picture has its mean there, and no hole.
    """
    names = ("mean", "ci_low", "ci_high", "range_low", "range_high")
    shown = [NOTHING if not_seen(one) else one for one in spreads]
    return tuple(np.array([getattr(one, name) for one in shown]) for name in names)


def curve(ax: Axes, x: npt.NDArray[Any], spreads: Sequence[Spread]) -> None:
    """Means as a line, with intervals and a band where 95 % of futures fall."""
    mean, low, high, range_low, range_high = columns(spreads)
    ax.fill_between(x, range_low, range_high, color=hue(0), alpha=0.25, linewidth=0)
    ax.plot(x, mean, "o-", color=hue(0), linewidth=1.8, markersize=4)
    how: dict[str, Any] = {"ecolor": ink(ax), "capsize": 3, "elinewidth": 1.1}
    ends = [
        (mean - low).tolist(),
        (high - mean).tolist(),
    ]  # arrays of one trip the oldest matplotlib
    ax.errorbar(x, mean, ends, fmt="none", **how)


def spreads_in_rows(ax: Axes, names: Sequence[str], spreads: Sequence[Spread], colour: str) -> None:
    """Means as points in rows, intervals as whiskers, where 95 % of futures fall as bars."""
    pale = mixed(paper(ax), colour, 0.45)
    for row, one in enumerate(spreads):
        bar(ax, row, one.range_low, one.range_high, pale)
        whisker(ax, row, one.ci_low, one.ci_high)
        point(ax, row, one.mean, size=5)
    name_rows(ax, names)


def open_frame(ax: Axes) -> None:
    """No frame lines that carry nothing; a light grid behind the curves."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=shade(ax, 0.12), linewidth=0.8)
    ax.set_axisbelow(True)


class Dates(Formatter):
    """Days as short dates, the year under the first and wherever it changes."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """One date, with its year."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        r"""Dates of all ticks.

        Examples
        --------
        >>> Dates().format_ticks([17532, 17713, 17897])  # days since 1970
        ['Jan\n2018', 'Jul', 'Jan\n2019']
        """
        days = [num2date(value) for value in values]
        if all((day.month, day.day) == (1, 1) for day in days):
            return [str(day.year) for day in days]
        monthly = all(day.day == 1 for day in days)
        words = [f"{day:%b}" if monthly else f"{day.day} {day:%b}" for day in days]
        before = [0, *(day.year for day in days)]
        return [
            word if day.year == last else f"{word}\n{day.year}"
            for word, day, last in zip(words, days, before, strict=False)
        ]


def dated(ax: Axes) -> None:
    """Short dates below, in an open frame."""
    ax.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=8))
    ax.xaxis.set_major_formatter(Dates())
    open_frame(ax)


def name_rows(ax: Axes, names: Sequence[str], *, zero: bool = True) -> None:
    """Name rows at the left; light lines stand for 0, unless told otherwise, and the ticks."""
    ax.set_yticks(range(len(names)), [row_label(name) for name in names])
    ax.tick_params(axis="y", labelsize=SMALL)
    _finish_rows(ax, len(names), zero=zero)


def rows_that_fit(ax: Axes, most: int = 10) -> int:
    """How many rows with names of two lines can be read on axes of this height."""
    to_inches = ax.figure.dpi_scale_trans.inverted()
    inches = ax.get_window_extent().transformed(to_inches).height
    return min(most, max(3, int(inches / _ROW_INCHES)))


def name_above(ax: Axes, names: Sequence[str]) -> None:
    """Name rows above what they show, for few rows with long names."""
    for row, name in enumerate(names):
        write_row(ax, row - 0.26, name)
    _finish_rows(ax, len(names), zero=True, above=0.12)


def write_row(ax: Axes, y: float, words: str) -> None:
    """Words above a row, from the left edge, instead of its tick."""
    how: dict[str, Any] = {"color": ink(ax), "fontsize": SMALL, "va": "bottom"}
    ax.add_artist(InRoom(words, (0, y), shorten=clipped, **how))
    ax.set_yticks([])


def _finish_rows(ax: Axes, count: int, *, zero: bool, above: float = 0.0) -> None:
    ax.set_ylim(count - 0.4, -0.6 - above)
    ax.use_sticky_edges = False
    ax.margins(x=0.05)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x", color=shade(ax, 0.1), linewidth=0.8)
    ax.set_axisbelow(True)
    if zero:
        upright(ax, 0, 0.45)


def upright(ax: Axes, x: Any, strength: float = 0.8, **how: Any) -> None:
    """A thin upright line behind the data, in ink of some strength."""
    how = {"color": shade(ax, strength), "linewidth": 0.8, "zorder": 0.5, **how}
    ax.axvline(x, **how)


def level(ax: Axes, y: float, strength: float = 0.8, **how: Any) -> None:
    """A thin level line behind the data, in ink of some strength."""
    how = {"color": shade(ax, strength), "linewidth": 0.8, "zorder": 0.5, **how}
    ax.axhline(y, **how)


def bar(
    ax: Axes, row: float, low: float, high: float, colour: str, *, height: float = 0.26
) -> None:
    """A bar from low to high; nothing where an end is not a number."""
    if math.isfinite(low) and math.isfinite(high):
        ax.barh(row, high - low, left=low, height=height, color=colour, linewidth=0.8)


def whisker(ax: Axes, row: float, low: float, high: float, *, strength: float = 1.0) -> None:
    """A thin line with caps from low to high; nothing where an end is not a number."""
    if math.isfinite(low) and math.isfinite(high):
        how: dict[str, Any] = {"linewidth": 1.1, "markersize": 6, "zorder": 4}
        ax.plot([low, high], [row, row], "|-", color=shade(ax, strength), **how)


def point(
    ax: Axes, row: float, x: float, *, marker: str = "o", hollow: bool = False, size: float = 6
) -> None:
    """A point, full or hollow."""
    face = paper(ax) if hollow else ink(ax)
    ax.plot([x], [row], marker, color=ink(ax), mfc=face, markersize=size, zorder=5)


def in_units(axis: Axis, unit: str, largest: float, *, money: bool | None = None) -> str:
    """Format an axis by its unit and return the unit's words.

    Parameters
    ----------
    axis : Axis
    unit : str
        Amounts are shown in millions (below 100,000 in thousands, below 1,000 as they are), shares
        in per cent.
    largest : float
        Largest size on the axis.
    money : bool, optional
        Whether it is an amount; without it, units that begin with "DKK" are.
    """
    factor, words = 1.0, unit
    if unit.startswith("DKK") if money is None else money:
        factor, name = next((size, name) for most, size, name in _MONEY if largest < most)
        words = f"{name} {unit}" if name else unit
    elif unit == "share":
        factor, words = 0.01, "per cent"
    axis.set_major_formatter(FuncFormatter(lambda value, _: _plain(value / factor)))
    return words


def _plain(value: float) -> str:
    """A tick label: no more digits than the ticks need, thousands apart, a real minus.

    Examples
    --------
    >>> _plain(-1.5), _plain(12000.0), _plain(0.30000000000000004)
    ('−1.5', '12,000', '0.3')
    """
    return f"{round(value, 9) + 0.0:,.10g}".replace("-", "−")


def short_labels(paths: Sequence[str], longest: int = _LONGEST) -> list[str]:
    """Paths as names: what tells them apart, at least the last two parts, cut if long.

    Examples
    --------
    >>> short_labels(["groups.job_ready.stock", "groups.activity_ready.stock", "horizon.weeks"])
    ['job ready: stock', 'activity ready: stock', 'horizon: weeks']
    >>> short_labels(["small_jobs.consultants.budget_per_year.scale"])
    ['consultants: budget per year (×)']
    """
    names = short_names(list(paths))
    return [clipped(_worded(*pair), longest) for pair in zip(paths, names, strict=True)]


def _worded(path: str, name: str) -> str:
    stem = path.removesuffix(".scale")
    parts = stem.split(".")
    count = max(2, name.removesuffix(".scale").count(".") + 1)
    words = ": ".join(part.replace("_", " ") for part in parts[-count:] if part not in _ROOTS)
    return words if stem == path else f"{words} (×)"


def clipped(text: str, longest: int = _LONGEST) -> str:
    """Text of at most so many characters, its middle left out.

    Examples
    --------
    >>> clipped("what is written here is too long", 16)
    'what is…oo long'
    """
    if len(text) <= longest:
        return text
    end = (longest - 1) // 2
    return f"{text[: longest - 1 - end].rstrip()}…{text[-end:].lstrip()}"


def row_label(text: str, wide: int = _ROW) -> str:
    r"""A row's name on at most two lines.

    Examples
    --------
    >>> row_label("job ready: small jobs: ordinary openings per week")
    'job ready: small jobs: ordinary\nopenings per week'
    """
    lines = text.split("\n")
    if len(lines) == 1:
        first, *rest = textwrap.wrap(text, wide, break_long_words=False) or [text]
        lines = [first, " ".join(rest)] if rest else [first]
    return "\n".join(clipped(line, wide) for line in lines)
