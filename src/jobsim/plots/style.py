"""The house style: colours that colour-blind readers and greyscale tell apart, few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes


COLOURS = {
    "scenario": "#0b4f8a",
    "baseline": "#8c8c8c",
    "municipality": "#0b4f8a",
    "state": "#d1730c",
    "recipient": "#4f9a3a",
    "employer": "#8c8c8c",
}
"""Okabe–Ito-like hues of clearly different lightness."""


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
