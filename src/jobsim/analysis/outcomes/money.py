"""Money measures out of posted amounts; may import the ledger.

Amounts have dimensions (line, payer, replication, month); positive is a gain to the payer.
Increments are scenario − baseline.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.ledger import POLICY_LINES

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["break_even", "by_payer", "cost", "net"]

Floats = npt.NDArray[np.float64]


def net(amounts: xr.DataArray, payer: str) -> Floats:
    """All lines of a payer, DKK, by replication and month."""
    return _by_month(amounts.sel(payer=payer).sum("line"))


def cost(amounts: xr.DataArray, payer: str = "municipality") -> Floats:
    """What staff and grants cost a payer, DKK, by replication and month; positive is a cost."""
    return -_by_month(amounts.sel(payer=payer, line=list(POLICY_LINES)).sum("line"))


def by_payer(amounts: xr.DataArray, lines: Sequence[str] | None = None) -> dict[str, Floats]:
    """Sum of some lines (default: all) for every payer, DKK, by replication and month."""
    chosen = amounts if lines is None else amounts.sel(line=list(lines))
    sums = chosen.transpose("payer", "line", "replication", "month").values.sum(axis=1)
    return dict(zip(amounts.payer.values.tolist(), sums, strict=True))


def break_even(monthly: Floats) -> Floats:
    """Month from which the sum so far is never again below zero.

    Parameters
    ----------
    monthly : float64[replications, months], net savings

    Returns
    -------
    float64[replications]
        Number of the month, from 1; infinity where the sum is below zero at the end; not a number
        where nothing is ever gained or lost.

    Examples
    --------
    >>> break_even(np.array([[-2.0, 1.0, 1.5], [-1.0, 0.5, 0.0], [0.0, 0.0, 0.0]])).tolist()
    [3.0, inf, nan]
    """
    below = np.cumsum(monthly, axis=1) < 0
    months = monthly.shape[1]
    last_below = np.where(below.any(axis=1), months - np.argmax(below[:, ::-1], axis=1), 0)
    month = np.where(last_below == months, np.inf, last_below + 1.0)
    return np.where(np.any(monthly != 0, axis=1), month, np.nan)


def _by_month(amounts: xr.DataArray) -> Floats:
    return np.asarray(amounts.transpose("replication", "month").values, dtype=np.float64)
