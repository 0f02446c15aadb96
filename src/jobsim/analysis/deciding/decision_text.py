"""Tables that people read of a decision analysis; may import tables."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from jobsim.text.tables import Table, interval, number, share

if TYPE_CHECKING:
    from jobsim.analysis.deciding.acceptability import Acceptability
    from jobsim.analysis.deciding.incremental import IncrementalRow
    from jobsim.analysis.deciding.information import Information
    from jobsim.analysis.deciding.plane import Plane


_SHOWN = 13
"""Most values of willingness to pay shown in a table."""


def figure(value: float, *, sign: bool = False) -> str:
    """A number of any size with five digits; whole where it has more, or is whole.

    Examples
    --------
    >>> figure(1234567.8), figure(23.104167), figure(0.0041667), figure(2.0)
    ('1,234,568', '23.104', '0.0041667', '2')
    """
    if not math.isfinite(value):
        return number(value)
    size = 4 if value == round(value) else math.floor(math.log10(abs(value)))
    return number(value, digits=min(12, max(0, 4 - size)), sign=sign)


def incremental_table(rows: Sequence[IncrementalRow], effect_unit: str, money_unit: str) -> Table:
    """Options with their increments, ratio and what beats them."""
    lines = []
    for row in rows:
        lines.append(
            (
                row.option,
                figure(row.cost),
                figure(row.effect),
                figure(row.incremental_cost, sign=True),
                figure(row.incremental_effect, sign=True),
                figure(row.icer),
                interval(figure(row.icer_ci_low), figure(row.icer_ci_high)),
                _verdict(row),
            )
        )
    return Table(
        f"Incremental cost-effectiveness, {money_unit} and {effect_unit}",
        ("", "cost", "effect", "more cost", "more effect", "ICER", "ci", "status"),
        tuple(lines),
        note=_note(
            "Means over draws; increments are against the option above. "
            "ci: Monte Carlo 95 % interval of the ratio of means."
        ),
    )


def _verdict(row: IncrementalRow) -> str:
    if not row.beaten_by:
        return row.status
    return f"{row.status} {'as' if row.status == 'same' else 'by'} {row.beaten_by}"


def plane_table(plane: Plane) -> Table:
    """Means, ranges and shares of quadrants."""
    lines = []
    for option in plane.names:
        cost, effect = plane.spreads(option)
        cells = [
            cell
            for s in (cost, effect)
            for cell in (
                figure(s.mean, sign=True),
                interval(figure(s.range_low, sign=True), figure(s.range_high, sign=True)),
            )
        ]
        lines.append((option, *cells, *(share(v) for v in plane.quadrants(option).values())))
    return Table(
        f"Cost-effectiveness plane against {plane.reference}, "
        f"{plane.money_unit} and {plane.effect_unit}",
        ("", "more cost", "range", "more effect", "range", "NE", "NW", "SE", "SW"),
        tuple(lines),
        note=_note(
            "range: where 95 % of draws fall. Shares of draws by quadrant: "
            "NE dearer and does more, NW dearer and does no more, "
            "SE no dearer and does more, SW no dearer and does no more."
        ),
    )


def acceptability_table(found: Acceptability) -> Table:
    """Best option, its expected loss and the probability of each option being best."""
    values = len(found.willingness_to_pay)
    places = np.unique(np.linspace(0, values - 1, min(values, _SHOWN)).round().astype(int))
    lines = [
        (
            figure(found.willingness_to_pay[i]),
            found.best[i],
            figure(found.evpi[i]),
            *(share(p) for p in found.probability[i]),
        )
        for i in places.tolist()
    ]
    left_out = f" {values - len(lines)} more values are not shown." if values > len(lines) else ""
    return Table(
        f"Acceptability by willingness to pay ({found.money_unit} per unit of effect: "
        f"{found.effect_unit})",
        ("", "best", "expected loss", *found.names),
        tuple(lines),
        note=_note(
            "best: highest mean net benefit. expected loss: of choosing it, which is the value of "
            f"perfect information, {found.money_unit}. Shares: of {found.draws:,} draws in which "
            f"an option is best.{left_out}"
        ),
    )


def information_table(found: Information) -> Table:
    """A value of information with its error."""
    lines = [
        (found.title, figure(found.value), figure(found.se), _ci(found)),
        ("Value of perfect information", figure(found.evpi), "", ""),
        ("Draws in which it changes the choice", share(found.probability_of_change), "", ""),
    ]
    if not math.isnan(found.upward_bias):
        lines.append(("Upward bias, about", figure(found.upward_bias), "", ""))
    return Table(
        f"Value of information, {found.unit} per decision",
        ("", "estimate", "se", "ci"),
        tuple(lines),
        note=f"Best without it: {found.best}; {found.draws:,} draws.",
    )


def _note(text: str) -> str:
    return textwrap.fill(text, 100)


def _ci(found: Information) -> str:
    return interval(figure(found.ci_low), figure(found.ci_high))
