"""Every number of a comparison as one row; may import errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobsim.errors import InputError, nearest

__all__ = ["Row", "find_row"]


@dataclass(frozen=True)
class Row:
    """One measure of one period; errors and range are those of the difference.

    Parameters
    ----------
    measure : str
        Code of the measure.
    year : int or None
        Calendar year, or None for the whole run.
    group, payer : str or None
        Whom it is about, or None for all.
    scenario, baseline : float
        Means over replications; not a number where only the difference has a meaning.
    difference : float
        Scenario − baseline.
    se, ci_low, ci_high : float
        Monte Carlo standard error and 95 % interval of the mean difference.
    range_low, range_high : float
        Where 95 % of the differences of single replications lie.
    unit : str
    """

    measure: str
    year: int | None
    group: str | None
    payer: str | None
    scenario: float
    baseline: float
    difference: float
    se: float
    ci_low: float
    ci_high: float
    range_low: float
    range_high: float
    unit: str


def find_row(
    rows: Sequence[Row], measure: str, year: int | None, group: str | None, payer: str | None
) -> Row:
    """Find one row; `payer` None means the only one there is.

    Raises
    ------
    InputError
        If there is no such row, or several.
    """
    found = [
        row
        for row in rows
        if (row.measure, row.year, row.group) == (measure, year, group)
        and payer in (None, row.payer)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        payers = ", ".join(str(row.payer) for row in found)
        raise InputError(f"row: {measure} is there for several payers; name one of {payers}")
    hint = nearest(measure, {row.measure for row in rows})
    raise InputError(
        f"row: there is no {measure} with year={year}, group={group}, payer={payer}{hint}"
    )
