"""Draw a country as tiles: one for each municipality, signs as well as colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

__all__ = ["SYNTHETIC", "Tile", "draw_maps", "sign"]

SYNTHETIC = "All 98 municipalities are synthetic: no tile is a real place"
"""Note for the table that comes with the example."""
COLOURS = "PuOr"
"""Orange below 0, purple above; signs tell them apart where colours do not."""


@dataclass(frozen=True)
class Tile:
    """One municipality on a map.

    Parameters
    ----------
    place : (column, row), rows counted from the north
    region : str
    value : float, NaN where it was not simulated
    sure : bool, whether nearly all draws agree on the sign
    """

    place: tuple[int, int]
    region: str
    value: float
    sure: bool


def draw_maps(maps: Mapping[str, Sequence[Tile]], heading: str, note: str, path: Path) -> None:
    """Draw maps side by side on one scale centred on 0, and write them to a PNG file.

    Parameters
    ----------
    maps : mapping of title to tiles, values in DKK per DKK spent
    heading, note : str, two lines above the maps; the note is kept in the file as well
    path : Path
    """
    values = np.array([tile.value for tiles in maps.values() for tile in tiles])
    most = max(np.ceil(np.nanmax(np.abs(values)) * 10) / 10, 0.1)
    shades = plt.cm.ScalarMappable(Normalize(-most, most), COLOURS)
    figure, axes = plt.subplots(1, len(maps), figsize=(4.2 * len(maps), 5.3), layout="constrained")
    for ax, (title, tiles) in zip(np.atleast_1d(axes), maps.items(), strict=True):
        _draw(ax, title, tiles, shades)
    bar = figure.colorbar(shades, ax=axes, orientation="horizontal", aspect=50, shrink=0.6)
    bar.set_label(LEGEND)
    bar.outline.set_visible(False)
    figure.suptitle(f"{heading}\n{note}", fontsize=13)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Description": note})
    plt.close(figure)


LEGEND = """\
net saving 2026–2028 for each krone spent on meetings, DKK, mean over draws
+ gains, − loses in at least 95 % of the draws; (+) (−) on average only; empty: not simulated"""


def _draw(ax: Axes, title: str, tiles: Sequence[Tile], shades: plt.cm.ScalarMappable) -> None:
    for tile in tiles:
        (column, row), known = tile.place, np.isfinite(tile.value)
        colour = shades.to_rgba(tile.value) if known else "white"
        box = Rectangle(
            (column, -row), 0.94, 0.94, facecolor=colour, edgecolor="0.55", linewidth=0.6
        )
        ax.add_patch(box)
        if known:
            ax.text(
                column + 0.47,
                -row + 0.45,
                sign(tile),
                ha="center",
                va="center",
                fontsize=9 if tile.sure else 8,
                color="white" if np.dot(colour[:3], (0.3, 0.59, 0.11)) < 0.45 else "black",
            )
    ax.set(xlim=(-0.2, 17.2), ylim=(-13.3, 1.2), aspect="equal", title=title)
    ax.axis("off")


def sign(tile: Tile) -> str:
    """A sign, in brackets where the draws do not agree on it."""
    written = "+" if tile.value > 0 else "−"
    return written if tile.sure else f"({written})"
