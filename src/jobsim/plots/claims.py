"""Claims beside the model: each claimed value against the range of futures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.claims import Verdict
from jobsim.errors import InputError
from jobsim.plots.style import COLOURS, axes_or_new, heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_claims(result: Comparison | Summary, *, ax: Axes | None = None) -> Axes:
    """Every claim as a point beside the model's mean and range, in per cent of the claim.

    Hollow points were used to tune the scenario and are no evidence.

    Raises
    ------
    InputError
        If the scenario carries no claims.

    Examples
    --------
    >>> import jobsim as js
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> plot_claims(js.compare(scenario, replications=4, progress=False)).get_xlabel()
    'per cent of the claimed value'
    """
    verdicts = [one for one in result.verdicts if one.claim.value]
    if not verdicts:
        raise InputError(f"{_name(result)} carries no claims to draw")
    ax = axes_or_new(ax)
    for row, one in enumerate(reversed(verdicts)):
        _draw(ax, row, one)
    _name_rows(ax, verdicts[::-1])
    ax.set_xlabel("per cent of the claimed value")
    heading(
        ax, _name(result), "claims (points) beside the model: mean, and where 95 % of futures fall"
    )
    return ax


def _draw(ax: Axes, row: int, one: Verdict) -> None:
    colour, fitted = COLOURS["scenario"], one.claim.role == "fitted"
    low, mean, high = (
        100 * value / one.claim.value
        for value in (one.model.range_low, one.model.mean, one.model.range_high)
    )
    ax.plot([low, high], [row, row], color=colour, linewidth=6, alpha=0.3, solid_capstyle="butt")
    ax.plot([mean, mean], [row - 0.16, row + 0.16], color=colour, linewidth=2)
    face = "white" if fitted else "black"
    ax.plot([100], [row], "o", color="black", markerfacecolor=face, markersize=6, zorder=5)


def _name_rows(ax: Axes, verdicts: Sequence[Verdict]) -> None:
    for row, one in enumerate(verdicts):
        words = f"{one.claim.label}: {_value(one)} – {one.verdict}"
        ax.annotate(
            words,
            (0, row + 0.28),
            xycoords=("axes fraction", "data"),
            fontsize=8.5,
            va="bottom",
        )
    ax.set_yticks([])
    ax.set_ylim(-0.6, len(verdicts) - 0.2)
    ax.axvline(100, color="0.6", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    ax.spines[["top", "right", "left"]].set_visible(False)


def _value(one: Verdict) -> str:
    if one.unit == "DKK":
        return f"{one.claim.value / 1e6:,.1f} million DKK"
    return f"{one.claim.value:,.10g} {one.unit}"


def _name(result: Comparison | Summary) -> str:
    return result.record.scenario.name
