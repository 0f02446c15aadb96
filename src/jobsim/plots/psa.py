"""Uncertainty of parameters beside chance: ranges of outcomes, and draws of one of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.uncertainty.psa_result import PSA, PSARow
from jobsim.errors import InputError
from jobsim.plots.rows import NARROW, name_rows, point, span, whisker
from jobsim.plots.style import accepted, axes_or_new, clipped, heading, in_units, wrapped
from jobsim.vocabulary import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_MADE_BY = "js.psa(scenario)"
_PARAMETERS, _CHANCE = COLOURS["scenario"], "#b9b9b9"


def plot_psa(result: PSA, *, unit: str | None = None, ax: Axes | None = None) -> Axes:
    """Range of each outcome over parameters, over chance, and over both.

    Parameters
    ----------
    result : PSA
    unit : str, optional
        Outcomes of this unit are drawn; without it DKK, or else the unit of the first outcome.
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, has no outcome of the unit, or a single draw or
        replication.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.psa import psa
    >>> found = psa(
    ...     js.Scenario.load("esbjerg-2018-evidence"), draws=4, measures=["placements:2018"],
    ...     parameters=["groups.job_ready.meeting_gain"], replications=4, progress=False,
    ... )
    >>> plot_psa(found).get_xlabel()
    'persons'
    """
    found = _checked(result)
    rows = _of_unit(found, unit)
    ax = axes_or_new(ax)
    for place, row in enumerate(rows):
        span(ax, place - 0.16, row.parameters_low, row.parameters_high, _PARAMETERS, height=0.26)
        span(ax, place + 0.16, row.chance_low, row.chance_high, _CHANCE, height=0.26)
        whisker(ax, place + 0.37, row.both_low, row.both_high, colour="0.3")
        point(ax, place, row.mean, face="white", size=4.5)
    name_rows(ax, [row.label for row in rows])
    largest = max(max(abs(row.both_low), abs(row.both_high)) for row in rows)
    ax.set_xlabel(in_units(ax.xaxis, rows[0].unit, largest))
    heading(ax, _title(found), _MESSAGE)
    return ax


_MESSAGE = wrapped(
    "where 95 % fall: dark bars over parameters, light bars over chance, whiskers over both",
    "points: means",
    wide=NARROW,
)


def plot_conditional_means(
    result: PSA, measure: str | Quantity = "net_saving:municipality", *, ax: Axes | None = None
) -> Axes:
    """How the mean of one outcome differs from draw to draw of the parameters.

    Parameters
    ----------
    result : PSA
    measure : str or Quantity, measured in the analysis
    ax : Axes, optional

    Raises
    ------
    InputError
        If the result is of another kind, the outcome was not measured, or there is a single draw
        or replication.
    """
    found, wanted = _checked(result), quantity(measure)
    parts, row = found.components(wanted), found.row(wanted)
    means = parts.conditional_means
    ax = axes_or_new(ax)
    counts, _, _ = ax.hist(means, bins="auto", color=_PARAMETERS, alpha=0.8, edgecolor="white")
    top = float(np.max(counts))
    whisker(ax, 1.1 * top, row.parameters_low, row.parameters_high)
    whisker(ax, 1.25 * top, row.chance_low, row.chance_high, colour="0.5")
    for height, words in ((1.1, "over parameters"), (1.25, "over chance")):
        ax.annotate(words, (row.mean, height * top), (0, 3), textcoords="offset points",
                    ha="center", fontsize=8)  # fmt: skip
    ax.set_ylim(0, 1.4 * top)
    ax.axvline(0, color="0.3", linewidth=0.8)
    largest = float(np.abs([row.chance_low, row.chance_high, *means]).max())
    ax.set_xlabel(f"{clipped(wanted.label, 60)}, {in_units(ax.xaxis, wanted.unit, largest)}")
    ax.set_ylabel("draws")
    ax.spines[["top", "right"]].set_visible(False)
    above = float((means > 0).mean())
    message = wrapped(
        "mean of each draw", "lines: where 95 % fall", f"{100 * above:.0f} % of draws above 0"
    )
    heading(ax, _title(found), message)
    return ax


def _title(found: PSA) -> str:
    draws, futures = len(found.played), found.cells.plan.count
    return f"{found.cells.case.scenario.name}: {draws:,} draws × {futures:,} futures"


def _checked(result: object) -> PSA:
    found = accepted(result, PSA, made_by=_MADE_BY)
    if len(found.played) < 2 or found.cells.plan.count < 2:
        raise InputError(
            "plot: parameters and chance need two or more draws and replications; "
            "js.psa(scenario, draws=1024, replications=20) has them"
        )
    return found


def _of_unit(found: PSA, unit: str | None) -> list[PSARow]:
    rows = [row for row in found.rows if math.isfinite(row.parameters_low)]
    units = list(dict.fromkeys(row.unit for row in rows))
    if unit is None and units:
        unit = "DKK" if "DKK" in units else units[0]
    chosen = [row for row in rows if row.unit == unit]
    if not chosen:
        known = ", ".join(units) or "none"
        raise InputError(
            f"unit: no outcome in {unit} was measured; known: {known}; "
            "js.psa(scenario, measures=…) measures others"
        )
    return chosen
