"""One picture of a run: presets, growth and peers; may import matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers import players

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

Row = dict[str, Any]

_DIMENSIONS = {
    "people": "people per replication",
    "weeks": "weeks",
    "replications": "replications",
    "interval_weeks": "weeks between meetings",
    "load": "meetings due / capacity",
}


def draw(rows: list[Row], path: Path, machine: str) -> None:
    """Write the picture of a run as PNG."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    measured = [row for row in rows if row["status"] == "measured"]
    figure = plt.figure(figsize=(16, 8), layout="constrained")
    above, below = figure.subfigures(2, 1, squeeze=False).flat
    growth = above.subplots(1, len(_DIMENSIONS), sharey=True)
    for axis, (dimension, label) in zip(growth, _DIMENSIONS.items(), strict=True):
        _growth(axis, _of(measured, dimension), label)
    growth[0].set_ylabel("ns per person-week")
    ranked = below.subplots(1, 3)
    _ranking(ranked[0], _of(measured, "presets"), "ns_per_person_week", "presets")
    peers = _of(measured, "peers")
    for axis, work in zip(ranked[1:], dict.fromkeys(row["work"] for row in peers), strict=False):
        same = [row for row in peers if row["work"] == work]
        _ranking(axis, same, "ms_per_replication", f"meeting queue, {work}")
    for axis in (*growth, *ranked):
        axis.set_visible(axis.has_data())
    figure.suptitle(f"{machine}, one core, draws and roster included, medians")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _of(rows: list[Row], family: str) -> list[Row]:
    return [row for row in rows if row["family"] == family]


def _growth(axis: Axes, rows: list[Row], label: str) -> None:
    """Cost of a person-week along one dimension, a line per engine."""
    for player in dict.fromkeys(row["player"] for row in rows):
        mine = [row for row in rows if row["player"] == player]
        x = [float(row["work"].replace(",", "")) for row in mine]
        axis.plot(x, [row["ns_per_person_week"] for row in mine], marker="o", label=player)
    if rows:
        axis.set(xscale="log", yscale="log", xlabel=label)
        ticks = list(dict.fromkeys(row["work"] for row in rows))
        axis.set_xticks([float(text.replace(",", "")) for text in ticks], ticks)
        axis.minorticks_off()
        low, high = axis.get_ylim()
        axis.set_ylim(min(1.0, low), max(1_000.0, high))
        axis.grid(alpha=0.3)
        axis.legend(fontsize="small")


def _ranking(axis: Axes, rows: list[Row], measure: str, title: str) -> None:
    """A point per case, fastest below, on a logarithmic scale."""
    labels = players()
    ordered = sorted(rows, key=lambda row: float(row[measure]))
    several = len({row["work"] for row in ordered}) > 1
    names = [
        f"{row['work']}, {row['player']}" if several else labels[row["player"]] for row in ordered
    ]
    axis.plot([row[measure] for row in ordered], names, "o")
    axis.set(xscale="log", title=title, xlabel=measure.replace("_", " "))
    axis.grid(alpha=0.3)
