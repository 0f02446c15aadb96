"""Where chance comes from: every random number is a pure function of a key.

May import errors, arrays and calendar only. No generator and no state exists anywhere in jobsim:
the same key gives the same number in any engine, order, batch or process.
"""

from jobsim.draws.philox import GROUP_DRAW, Stream, philox4x32, support_stream, uniform
from jobsim.draws.quantiles import (
    NEVER,
    GammaQuantile,
    PoissonQuantile,
    ShareTable,
    exponential,
    geometric_weeks,
)

__all__ = [
    "GROUP_DRAW",
    "NEVER",
    "GammaQuantile",
    "PoissonQuantile",
    "ShareTable",
    "Stream",
    "exponential",
    "geometric_weeks",
    "philox4x32",
    "support_stream",
    "uniform",
]
