"""Published trials beside what the model says of them; may import trials and the house style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jobsim.plots import palette, style
from jobsim.text.tables import brief
from jobsim.trial.document import ROLE_WORDS, ROLES
from jobsim.trial.result import TrialRow
from jobsim.trial.suite import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FARTHEST = 12.0
"""Standard errors from 0 beyond which a row is cut off, with an arrow."""
_ROW_HEIGHT = 0.42
"""Inches of a row in a new figure."""


def plot_trials(result: Trials, *, ax: Axes | None = None) -> Axes:
    """A forest plot: what was published and what the model says, a row for each outcome.

    Every row is in standard errors of its published estimate (of chance, where none was
    published), so that outcomes in weeks, shares and kroner stand on one axis and 0 is no effect.
    Levels of one arm are less the published one.

    Parameters
    ----------
    result : Trials
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind.
    """
    style.accepted(result, "js.trials()", Trials)
    rows = _in_groups(result.rows)
    ax = _axes(ax, len(rows))
    alone = len(result.results) == 1
    for place, row in enumerate(rows):
        if isinstance(row, str):
            _head(ax, place, row)
        else:
            _draw(ax, place, row)
    style.name_rows(ax, ["" if isinstance(row, str) else _name(row, alone=alone) for row in rows])
    drawn = result.rows
    ax.set_xlabel("effect, in standard errors of the published estimate")
    levels = any(row.contrast == "level" for row in drawn)
    without = any(math.isnan(row.published_se) for row in drawn)
    cut = any(abs(_off(row, x)) > _FARTHEST for row in drawn for x in _means(row))
    return style.headed(
        ax,
        result.results[0].trial.name if alone else f"{len(result.results)} trials",
        _tally([row.inside for row in drawn]),
        "diamonds and whiskers: published, with 95 % intervals",
        "points: predicted; coloured bars: 95 % over parameters, grey bars: over chance as well",
        "figures at the right: published, predicted",
        "levels of one arm: less the published one" if levels else "",
        f"arrows: beyond {_FARTHEST:g} standard errors" if cut else "",
        "no whiskers: no published interval, and in standard deviations of chance"
        if without
        else "",
    )


def _tally(inside: Sequence[bool | None]) -> str:
    """How many of the published figures lie in the range of trials."""
    where = "where the model puts 95 % of trials"
    if len(inside) == 1:
        return f"the published figure lies {'' if inside[0] else 'outside '}{where}"
    return f"{sum(map(bool, inside))} of {len(inside)} published figures lie {where}"


def _in_groups(rows: Sequence[TrialRow]) -> list[TrialRow | str]:
    """Rows by role, what the role means before those of each, where there are several."""
    groups = {role: [row for row in rows if row.role == role] for role in ROLES}
    several = sum(map(bool, groups.values())) > 1
    found: list[TrialRow | str] = []
    for role, some in groups.items():
        found += [ROLE_WORDS[role]] if some and several else []
        found += some
    return found


def _means(row: TrialRow) -> tuple[float, float]:
    return row.published, row.predicted


def _axes(ax: Axes | None, rows: int) -> Axes:
    """Axes given, or those of a new figure that has room for every row."""
    if ax is None:
        import matplotlib.pyplot as plt

        wide, high = plt.rcParams["figure.figsize"]
        _, ax = plt.subplots(figsize=(wide, max(high, 1.6 + _ROW_HEIGHT * rows)))
    return style.axes_or_new(ax)


def _scale(row: TrialRow) -> float:
    return row.chance_sd if math.isnan(row.published_se) else row.published_se


def _off(row: TrialRow, value: float) -> float:
    """Standard errors from no effect; of a level, from the published one."""
    zero, scale = row.published if row.contrast == "level" else 0.0, _scale(row)
    return (value - zero) / scale if scale > 0 else math.nan


def _name(row: TrialRow, *, alone: bool) -> str:
    return row.outcome if alone else f"{row.trial}\n{row.outcome}"


def _draw(ax: Axes, place: int, row: TrialRow) -> None:
    if not _scale(row) > 0:
        return

    def at(value: float) -> float:
        return min(max(_off(row, value), -_FARTHEST), _FARTHEST)

    style.bar(ax, place + 0.16, at(row.range_low), at(row.range_high), palette.shade(ax, 0.22))
    ends = at(row.parameters_low), at(row.parameters_high)
    style.bar(ax, place + 0.16, *ends, palette.hue(0), height=0.14)
    style.whisker(ax, place - 0.16, at(row.published_low), at(row.published_high))
    marks = ((row.published, -0.16, "D", False), (row.predicted, 0.16, "o", True))
    for value, lane, marker, hollow in marks:
        if abs(_off(row, value)) > _FARTHEST:
            arrow = ">" if at(value) > 0 else "<"
            style.point(ax, place + lane, at(value), marker=arrow, size=7)
        else:
            style.point(ax, place + lane, at(value), marker=marker, hollow=hollow, size=5)
    words = ", ".join(brief(_rounded(value)) for value in _means(row))
    unit = row.unit if row.unit != "share" else ""
    ax.annotate(
        f"{words} {unit}".rstrip(),
        (1.0, place),
        xycoords=ax.get_yaxis_transform(),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=palette.ink(ax),
        fontsize=style.SMALL,
    )


def _rounded(value: float) -> float:
    return float(f"{value:.2g}") if math.isfinite(value) else value


def _head(ax: Axes, place: int, words: str) -> None:
    """What the rows below have in common."""
    if place:
        style.level(ax, place - 0.5, 0.3)
    how: dict[str, Any] = {
        "va": "center",
        "color": palette.ink(ax),
        "fontsize": style.SMALL,
        "style": "italic",
    }
    ax.text(0.0, place, f" {words}", transform=ax.get_yaxis_transform(), **how)
