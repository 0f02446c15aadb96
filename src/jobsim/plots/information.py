"""What knowing each assumption before choosing would be worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jobsim.errors import InputError
from jobsim.plots.rows import NARROW, name_rows, whisker
from jobsim.plots.style import (
    accepted,
    axes_or_new,
    clipped,
    heading,
    in_units,
    short_labels,
    wrapped,
)
from jobsim.questions.ranking import Ranking
from jobsim.questions.value_of_information import Information
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_Z = 1.959963984540054
_MADE_BY = "js.evppi(net_benefit, parameters) or js.rank_assumptions(result)"
_EMPTY = 1000.0
"""Right end of an axis on which everything is 0."""
_NOTHING = "all 0: in no draw would one choose otherwise than today"


class _Bar(NamedTuple):
    name: str
    value: float
    se: float
    bias: float

    @property
    def may_be_noise(self) -> bool:
        """Whether two standard errors or the regression's bias reach as far as the value."""
        return not self.value > max(2 * self.se, 0.0 if math.isnan(self.bias) else self.bias)


def plot_information(
    result: Information | Sequence[Information] | Ranking, *, most: int = 10, ax: Axes | None = None
) -> Axes:
    """Values of information as bars with 95 % intervals, the highest on top.

    Parameters
    ----------
    result : Information, sequence of Information, or Ranking
        Of one decision.
    most : int
        How many to draw.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, or empty.

    Examples
    --------
    >>> from jobsim.questions.value_of_information import evpi
    >>> plot_information(evpi([[0.0, 2e6], [0.0, -1e6], [0.0, 1e6]])).get_xlabel()
    'expected gain from knowing, million DKK per decision'
    """
    about, everything, bars, unit = _read(result)
    bars = sorted(bars, key=lambda bar: -bar.value)
    shown = bars[:most]
    ax = axes_or_new(ax)
    for row, bar in enumerate(shown):
        _draw(ax, row, bar)
    name_rows(ax, [bar.name for bar in shown])
    ax.axvline(everything, color="0.3", linewidth=1, linestyle="--")
    largest = max([everything, *(bar.value for bar in bars)])
    ax.set_xlim(0, None if largest > 0 else _EMPTY)
    words = in_units(ax.xaxis, unit, largest, money=True)
    ax.set_xlabel(f"expected gain from knowing, {words} per decision")
    message = _message(shown, len(bars)) if largest > 0 else _NOTHING
    heading(ax, wrapped(about, wide=NARROW), message)
    return ax


def _draw(ax: Axes, row: int, bar: _Bar) -> None:
    face = "white" if bar.may_be_noise else COLOURS["scenario"]
    ax.barh(row, bar.value, height=0.5, color=face, edgecolor=COLOURS["scenario"], linewidth=1)
    whisker(ax, row, max(0.0, bar.value - _Z * bar.se), bar.value + _Z * bar.se)


def _message(shown: Sequence[_Bar], count: int) -> str:
    return wrapped(
        "bars with 95 % intervals",
        "hollow: may be noise alone" if any(bar.may_be_noise for bar in shown) else "",
        "dashed: knowing everything",
        f"{len(shown)} highest of {count}" if len(shown) < count else "",
        wide=NARROW,
    )


def _read(result: object) -> tuple[str, float, list[_Bar], str]:
    """Title, value of knowing everything, bars and unit."""
    if isinstance(result, Ranking):
        names = short_labels([row.path for row in result.rows])
        bars = [
            _Bar(name, row.evppi, row.evppi_se, row.upward_bias)
            for name, row in zip(names, result.rows, strict=True)
        ]
        about = f"{result.about}: value of knowing one number"
        return about, result.everything.value, bars, result.everything.unit
    found = list(result) if isinstance(result, (list, tuple)) else [result]
    several = [accepted(one, Information, made_by=_MADE_BY) for one in found]
    if not several:
        raise InputError(f"plot: there is nothing to draw; {_MADE_BY} makes it")
    bars = [_Bar(_name(one), one.value, one.se, one.upward_bias) for one in several]
    best, evpi = several[0].best, several[0].evpi
    return f"Value of knowing more (best today: {best})", evpi, bars, several[0].unit


def _name(one: Information) -> str:
    if one.measure == "evpi":
        return "everything"
    words = " + ".join(short_labels(one.about))
    return clipped(f"pilot: {words}" if one.measure == "evsi" else words)
