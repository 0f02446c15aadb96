"""Several curves in one picture: colours with line styles, names that stay apart at their ends.

Imports nothing of jobsim.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
