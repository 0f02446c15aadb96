"""Where chance comes from: every random number is a pure function of a key.

May import errors and calendar only. No generator and no state exists anywhere in jobsim: the
same key gives the same number in any engine, order, batch or process.
"""

from jobsim.draws.inverse import exponential, geometric_weeks
from jobsim.draws.philox import philox4x32, uniform
from jobsim.draws.quantiles import GammaQuantile, PoissonQuantile, ShareTable
from jobsim.draws.streams import GROUP_DRAW, Stream, support_stream

__all__ = [
    "GROUP_DRAW",
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
