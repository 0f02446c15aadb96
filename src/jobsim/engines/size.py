"""How much memory a run needs, and the refusal of one that would not fit.

May import scenario. The estimate is made before anything is allocated.
"""

from __future__ import annotations

import os

import numpy as np

from jobsim.errors import InputError, SizeError
from jobsim.scenario import Scenario

__all__ = ["BYTES_PER_PERSON", "expected_persons", "memory_limit_gib", "refuse_too_large"]

BYTES_PER_PERSON = 320
"""Working set of one person of one replication in the numpy engine, roster and sorting included."""

_DEFAULT_LIMIT_GIB = 2.0
_VARIABLE = "JOBSIM_MEMORY_LIMIT_GIB"


def memory_limit_gib() -> float:
    """Memory that one run may use, GiB: 2, or the environment's JOBSIM_MEMORY_LIMIT_GIB."""
    text = os.environ.get(_VARIABLE, "")
    try:
        limit = float(text) if text else _DEFAULT_LIMIT_GIB
    except ValueError:
        limit = float("nan")
    if not 0 < limit < 1e6:
        raise InputError(f"{_VARIABLE} must be a number of GiB above 0, got {text!r}")
    return limit


def expected_persons(scenario: Scenario) -> float:
    """Mean number of persons of one replication: stock, pool and arrivals."""
    dates = scenario.weeks.dates
    return float(
        sum(
            g.stock + g.employed_pool + np.sum(g.inflow_per_week.at(dates))
            for g in scenario.groups.values()
        )
    )


def refuse_too_large(scenario: Scenario) -> None:
    """Raise SizeError if one replication would not fit in memory."""
    persons = expected_persons(scenario)
    need = persons * BYTES_PER_PERSON / 2**30
    limit = memory_limit_gib()
    if need > limit:
        raise SizeError(
            f"{scenario.name}: one replication of {persons:,.0f} persons needs about "
            f"{need:.1f} GiB and {limit:g} GiB are allowed; simulate a smaller stock and scale "
            f"the result, or set {_VARIABLE}"
        )
