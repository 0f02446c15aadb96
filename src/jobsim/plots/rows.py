"""Rows of a picture, first on top: names, spans, whiskers and points; may import labels.

Several curves in one picture: colours with line styles, names that stay apart at their ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jobsim.plots.style import row_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEW = 8
"""Rows with room for names of two lines in the usual size."""
NARROW = 68
"""Characters of a heading's line that fit beside the names of rows."""


def name_rows(ax: Axes, names: Sequence[str], *, zero: bool = True) -> None:
    """Name rows at the left; light lines stand for 0, unless told otherwise, and the ticks."""
    size = 8 if len(names) <= _FEW else 7.3
    ax.set_yticks(range(len(names)), [row_label(name) for name in names], fontsize=size)
    _finish(ax, len(names), zero=zero)


def name_above(ax: Axes, names: Sequence[str], *, zero: bool = True) -> None:
    """Name rows above what they show, for few rows with long names."""
    for row, name in enumerate(names):
        ax.annotate(
            name, (0, row - 0.26), xycoords=("axes fraction", "data"), fontsize=8.5, va="bottom"
        )
    ax.set_yticks([])
    _finish(ax, len(names), zero=zero, above=0.12)


def _finish(ax: Axes, count: int, *, zero: bool, above: float = 0.0) -> None:
    ax.set_ylim(count - 0.4, -0.6 - above)
    ax.use_sticky_edges = False
    ax.margins(x=0.05)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.grid(axis="x", color="0.92", linewidth=0.8)
    ax.set_axisbelow(True)
    if zero:
        ax.axvline(0, color="0.55", linewidth=0.8, zorder=0.5)


def span(
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


_APART = 11.5
"""Points from one name to the next."""


class Look(NamedTuple):
    """How one curve is drawn."""

    colour: str
    line: str
    marker: str


_LOOKS = (
    Look("#0b4f8a", "-", "o"),
    Look("#d1730c", "--", "s"),
    Look("#6b6b6b", "-.", "^"),
    Look("#4f9a3a", (0, (5, 1, 1, 1, 1, 1)), "D"),  # type: ignore[arg-type]
    Look("#8d4d8f", ":", "v"),
    Look("#3aa6b9", (0, (8, 2)), "P"),  # type: ignore[arg-type]
)


class End(NamedTuple):
    """Right end of a curve and its name."""

    y: float
    text: str
    colour: str


def look(place: int) -> Look:
    """Colour, line and marker of one of several curves, which greyscale tells apart, too."""
    return _LOOKS[place % len(_LOOKS)]


def label_ends(ax: Axes, x: object, ends: Sequence[End]) -> None:
    """Write names at the right ends of curves, moved apart where they would overlap.

    Call it when the limits of the axes are final.
    """
    low, high = ax.get_ylim()
    height = ax.get_position().height * ax.figure.get_figure(root=True).get_figheight() * 72
    taken = -_APART
    for end in sorted(ends, key=lambda one: one.y):
        here = (end.y - low) / (high - low) * height
        placed = max(here, taken + _APART)
        taken = placed
        ax.annotate(
            end.text,
            (x, end.y),
            xytext=(6, placed - here),
            textcoords="offset points",
            color=end.colour,
            va="center",
            fontsize=9,
            annotation_clip=False,
        )
