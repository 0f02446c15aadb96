"""Colours of pictures, which follow the user's settings and can be read on any paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib import rcParams
from matplotlib.colors import to_hex, to_rgb

from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TEXT, _LINE, _CLEAR = 4.5, 3.0, 6.0
"""Least contrast of text and of lines to what they stand on (WCAG 2.2, 1.4.3 and 1.4.11), and
that of a line whose own colour has less."""
_STEPS = 20


def ink(ax: Axes) -> str:
    """Colour of words and marks: what the user's style writes titles in."""
    return to_hex(ax.title.get_color())


def paper(ax: Axes) -> str:
    """Colour of what is drawn on."""
    return to_hex(ax.get_facecolor())


def shade(ax: Axes, share: float) -> str:
    """A grey between paper (0) and ink (1)."""
    return mixed(paper(ax), ink(ax), share)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour on the way from one (0) to another (1).

    Examples
    --------
    >>> mixed("white", "black", 0.2)
    '#cccccc'
    """
    pairs = zip(to_rgb(colour), to_rgb(other), strict=True)
    red, green, blue = ((1 - share) * one + share * two for one, two in pairs)
    return to_hex((red, green, blue))


def contrast(colour: Any, other: Any) -> float:
    """Contrast of two colours, 1 to 21, as the WCAG define it.

    Examples
    --------
    >>> round(contrast("black", "white"), 1), round(contrast("#777777", "white"), 2)
    (21.0, 4.48)
    """
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Any) -> float:
    shares = np.array(to_rgb(colour))
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def readable(ax: Axes, colour: str, least: float = _TEXT) -> str:
    """A colour, mixed with as much ink as it takes to be read on paper."""
    mixes = (mixed(colour, ink(ax), step / _STEPS) for step in range(_STEPS))
    return next((one for one in mixes if contrast(one, paper(ax)) >= least), ink(ax))


def on(colour: Any) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("black", "white"), key=lambda one: contrast(one, colour))


def own(ax: Axes, code: str) -> str:
    """The house's colour of a payer; lighter where it is hardly seen on dark paper."""
    colour = COLOURS.get(code, ink(ax))
    return colour if contrast(colour, paper(ax)) >= _LINE else readable(ax, colour, _CLEAR)


def hue(place: int) -> str:
    """Colour of one of several things: the user's colour cycle."""
    colours = rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])
    return to_hex(colours[place % len(colours)])


class Look(NamedTuple):
    """How one curve is drawn."""

    colour: str
    line: Any
    marker: str


_LINES = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)), ":", (0, (8, 2)))
_MARKERS = "os^DvP"


def look(place: int) -> Look:
    """Colour, line and marker of one of several curves, which greyscale tells apart, too."""
    return Look(hue(place), _LINES[place % len(_LINES)], _MARKERS[place % len(_MARKERS)])
