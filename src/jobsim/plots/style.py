"""The house style: colours that colour-blind readers and greyscale tell apart, few lines.

Words and units of pictures: amounts on axes, short paths, what is accepted.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, overload

import numpy as np
import numpy.typing as npt

from jobsim.errors import InputError
from jobsim.text.lines import short_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis


def axes_or_new(ax: Axes | None) -> Axes:
    """Axes to draw on: those given, or those of a new figure in the house format."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    _, new = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
    return new


def band(
    ax: Axes, x: npt.NDArray[np.generic], series: npt.NDArray[np.float64], colour: str
) -> None:
    """Fill where 95 % of futures fall: x has n points, series is float64[replications, n]."""
    low, high = np.quantile(series, [0.025, 0.975], axis=0)
    ax.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)


def dated(ax: Axes) -> None:
    """Short dates below; no frame lines that carry nothing; a light grid behind the curves."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)


def heading(ax: Axes, name: str, message: str) -> None:
    """What is drawn and what it says, in two lines above the picture."""
    ax.set_title(f"{name}\n{message}", loc="left", fontsize=10, wrap=True)


def label_last(
    ax: Axes, x: object, y: float, text: str, colour: str, *, above: float = 0.0
) -> None:
    """Write a curve's name at its right end instead of a legend, some points above it."""
    ax.annotate(
        text,
        (x, y),
        xytext=(6, above),
        textcoords="offset points",
        color=colour,
        va="center",
        fontsize=9,
        annotation_clip=False,
    )


def millions(value: float, _: object = None) -> str:
    """Tick label of an amount in millions.

    Examples
    --------
    >>> millions(-1_500_000)
    '−1.5'
    """
    text = f"{value / 1e6:.1f}"
    return text.replace("-", "−")


T = TypeVar("T")
U = TypeVar("U")

_LONGEST = 60
"""Most characters of a path that are shown."""
_ROW = 34
"""Characters on a line of a row's name that leave most of a small picture to the data."""
_ROOTS = ("groups", "prices", "programmes")
"""First parts of paths that tell nothing."""
_WIDE = 92
"""Characters of a heading's line that fit above a picture of the house format."""
_MILLION, _THOUSAND = 1e6, 1e3
_SMALL = 1e5
"""Money below this is shown in thousands."""


@overload
def accepted(result: object, kind: type[T], /, *, made_by: str) -> T: ...
@overload
def accepted(result: object, kind: type[T], other: type[U], /, *, made_by: str) -> T | U: ...
def accepted(result: object, *kinds: type, made_by: str) -> object:
    """The result, if it is of one of the kinds that a picture is made for.

    Raises
    ------
    InputError
        If it is not; the message names what is accepted, and the call that makes it.

    Examples
    --------
    >>> accepted(2, int, float, made_by="counting")
    2
    """
    if isinstance(result, kinds):
        return result
    names = " or ".join(kind.__name__ for kind in kinds)
    raise InputError(f"plot: must be {names}, made by {made_by}; got {type(result).__name__}")


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
        factor, name = (_THOUSAND, "thousand") if largest < _SMALL else (_MILLION, "million")
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


def wrapped(*parts: str, wide: int = _WIDE) -> str:
    """A heading's message from its parts, on as many lines as it takes."""
    return textwrap.fill("; ".join(part for part in parts if part), wide)
