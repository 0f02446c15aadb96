"""From a uniform number to a waiting time; imports nothing of jobsim.

The logarithm is the C library's, as in `math.log`. numpy's differs from it in the last bit of some
numbers (how many depends on the processor), which would be enough to part two engines;
`scipy.special.xlogy` is a compiled loop over the C library's, and a test holds it against
`math.log` on a million numbers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

NEVER = 1 << 30
"""A week that no run reaches."""

Floats = npt.NDArray[np.float64]


def exponential(u: Floats) -> Floats:
    """Unit-exponential numbers ``E = -log(u)``: mean 1, variance 1, median log 2.

    Examples
    --------
    >>> exponential(np.array([0.5])).round(6).tolist()
    [0.693147]
    """
    return np.asarray(-xlogy(1.0, u))


def geometric_weeks(e: Floats, hazard: Floats) -> npt.NDArray[np.int64]:
    """Whole weeks that pass before an event of constant weekly hazard: ``floor(e / hazard)``.

    A hazard of zero means never (`NEVER`). The result is geometric with
    ``P(weeks >= s) = exp(-hazard * s)``.
    """
    with np.errstate(divide="ignore", over="ignore"):
        weeks = np.floor(e / hazard)
    return np.minimum(weeks, NEVER).astype(np.int64)
