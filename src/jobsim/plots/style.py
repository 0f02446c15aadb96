"""The house style: what every picture is drawn with; may import errors, colours and short names.

Axes, headings, names and frames; curves with bands; rows with bars, whiskers and points; looks
that colour-blind readers and greyscale tell apart; amounts on axes and paths as words.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.spread import Spread
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.text.tables import short_names
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis


Z_95 = 1.959963984540054
"""Standard errors from an estimate to the end of its 95 % interval."""
NARROW = 68
"""Characters of a heading's line that fit beside the names of rows."""
_WIDE = 92
"""Characters of a heading's line that fit above a picture of the house format."""
_LONGEST = 60
"""Most characters of a path that are shown."""
_ROW = 34
"""Characters on a line of a row's name that leave most of a small picture to the data."""
_FEW = 8
"""Rows with room for names of two lines in the usual size."""
_APART = 11.5
"""Points from one name to the next."""
_ROOTS = ("groups", "prices", "programmes")
"""First parts of paths that tell nothing."""
_SMALL = 1e5
"""Money below this is shown in thousands."""


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
    """Axes to draw on: those given, or those of a new figure in the house format."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    _, new = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
    return new


def headed(ax: Axes, name: str, *message: str, wide: int = _WIDE) -> Axes:
    """Write what is drawn and what it says above the picture, and hand the picture on."""
    ax.set_title(f"{name}\n{wrapped(*message, wide=wide)}", loc="left", fontsize=10, wrap=True)
    return ax


def wrapped(*parts: str, wide: int = _WIDE) -> str:
    """Parts of a heading, empty ones left out, on as many lines as they take."""
    return textwrap.fill("; ".join(part for part in parts if part), wide)


def write_beside(
    ax: Axes, text: str, at: tuple[Any, float], by: tuple[float, float], **how: Any
) -> None:
    """Write beside a point of the data, so many points to its right and above it."""
    ax.annotate(text, at, xytext=by, textcoords="offset points", **how)


def on_white(opaque: float, pad: float) -> dict[str, Any]:
    """A box that keeps words readable on whatever they cover."""
    return {"facecolor": "white", "alpha": opaque, "linewidth": 0, "pad": pad}


def name_curve(
    ax: Axes, x: object, y: float, text: str, colour: str, *, above: float = 0.0
) -> None:
    """Write a curve's name at its right end instead of a legend, some points above it."""
    how: dict[str, Any] = {"color": colour, "va": "center", "fontsize": 9}
    write_beside(ax, text, (x, y), (6, above), annotation_clip=False, **how)


def band(ax: Axes, x: npt.NDArray[np.generic], series: Floats, colour: str) -> None:
    """Fill where 95 % of futures fall: x has n points, series is float64[replications, n]."""
    low, high = np.quantile(series, [0.025, 0.975], axis=0)
    ax.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)


def columns(spreads: Sequence[Spread]) -> tuple[Floats, ...]:
    """Means, ends of their intervals, and ends of the range over futures, as arrays."""
    names = ("mean", "ci_low", "ci_high", "range_low", "range_high")
    return tuple(np.array([getattr(one, name) for one in spreads]) for name in names)


def open_frame(ax: Axes) -> None:
    """No frame lines that carry nothing; a light grid behind the curves."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)


def dated(ax: Axes) -> None:
    """Short dates below, in an open frame."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    open_frame(ax)


def name_rows(ax: Axes, names: Sequence[str], *, zero: bool = True) -> None:
    """Name rows at the left; light lines stand for 0, unless told otherwise, and the ticks."""
    size = 8 if len(names) <= _FEW else 7.3
    ax.set_yticks(range(len(names)), [row_label(name) for name in names], fontsize=size)
    _finish_rows(ax, len(names), zero=zero)


def name_above(ax: Axes, names: Sequence[str]) -> None:
    """Name rows above what they show, for few rows with long names."""
    for row, name in enumerate(names):
        write_row(ax, row - 0.26, name)
    _finish_rows(ax, len(names), zero=True, above=0.12)


def write_row(ax: Axes, y: float, words: str) -> None:
    """Words above a row, from the left edge, instead of its tick."""
    at = (0, y)
    ax.annotate(words, at, xycoords=("axes fraction", "data"), fontsize=8.5, va="bottom")
    ax.set_yticks([])


def _finish_rows(ax: Axes, count: int, *, zero: bool, above: float = 0.0) -> None:
    ax.set_ylim(count - 0.4, -0.6 - above)
    ax.use_sticky_edges = False
    ax.margins(x=0.05)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.grid(axis="x", color="0.92", linewidth=0.8)
    ax.set_axisbelow(True)
    if zero:
        ax.axvline(0, color="0.55", linewidth=0.8, zorder=0.5)


def bar(
    ax: Axes, row: float, low: float, high: float, colour: str, *, height: float = 0.26
) -> None:
    """A bar from low to high; nothing where an end is not a number."""
    if math.isfinite(low) and math.isfinite(high):
        ax.barh(row, high - low, left=low, height=height, color=colour, linewidth=0)


def whisker(ax: Axes, row: float, low: float, high: float, *, colour: str = "black") -> None:
    """A thin line with caps from low to high; nothing where an end is not a number."""
    if math.isfinite(low) and math.isfinite(high):
        ax.plot([low, high], [row, row], "|-", color=colour, linewidth=1.1, markersize=6, zorder=4)


def point(
    ax: Axes, row: float, x: float, *, marker: str = "o", face: str = "black", size: float = 6
) -> None:
    """A point with a black edge."""
    ax.plot([x], [row], marker, color="black", markerfacecolor=face, markersize=size, zorder=5)


class Look(NamedTuple):
    """How one curve is drawn."""

    colour: str
    line: str
    marker: str


_LOOKS = (
    Look(COLOURS["scenario"], "-", "o"),
    Look(COLOURS["state"], "--", "s"),
    Look("#6b6b6b", "-.", "^"),
    Look(COLOURS["recipient"], (0, (5, 1, 1, 1, 1, 1)), "D"),  # type: ignore[arg-type]
    Look("#8d4d8f", ":", "v"),
    Look("#3aa6b9", (0, (8, 2)), "P"),  # type: ignore[arg-type]
)


def look(place: int) -> Look:
    """Colour, line and marker of one of several curves, which greyscale tells apart, too."""
    return _LOOKS[place % len(_LOOKS)]


def name_curves(ax: Axes, x: object, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write names at the right ends of curves, moved apart where they would overlap.

    Call it when the limits of the axes are final; each end is its height, a name and a colour.
    """
    low, high = ax.get_ylim()
    height = ax.get_position().height * ax.figure.get_figure(root=True).get_figheight() * 72
    taken = -_APART
    for y, text, colour in sorted(ends, key=lambda end: end[0]):
        here = (y - low) / (high - low) * height
        taken = max(here, taken + _APART)
        name_curve(ax, x, y, text, colour, above=taken - here)


def tick_in_millions(value: float, _: object = None) -> str:
    """Tick label of an amount in millions.

    Examples
    --------
    >>> tick_in_millions(-1_500_000)
    '−1.5'
    """
    return f"{value / 1e6:.1f}".replace("-", "−")


def in_units(axis: Axis, unit: str, largest: float, *, money: bool | None = None) -> str:
    """Format an axis by its unit and return the unit's words.

    Parameters
    ----------
    axis : Axis
    unit : str
        Amounts are shown in millions (below 100,000 in thousands), shares in per cent.
    largest : float
        Largest size on the axis.
    money : bool, optional
        Whether it is an amount; without it, units that begin with "DKK" are.
    """
    from matplotlib.ticker import FuncFormatter

    factor, words = 1.0, unit
    if unit.startswith("DKK") if money is None else money:
        factor, name = (1e3, "thousand") if largest < _SMALL else (1e6, "million")
        words = f"{name} {unit}"
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


def row_label(text: str) -> str:
    r"""A row's name on at most two lines.

    Examples
    --------
    >>> row_label("job ready: small jobs: ordinary openings per week")
    'job ready: small jobs: ordinary\nopenings per week'
    """
    lines = textwrap.wrap(text, _ROW, break_long_words=False)
    return "\n".join([lines[0], clipped(" ".join(lines[1:]), _ROW)]) if lines[1:] else text
