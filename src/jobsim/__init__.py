"""What a municipality gains or loses by investing in its jobcentre.

The names below are loaded on first use, so that importing jobsim is quiet and quick; this package
may import everything, lazily.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobsim.analysis import Comparison, compare, life, summarise, verify, why
    from jobsim.engines import histories, simulate
    from jobsim.errors import JobsimError
    from jobsim.ledger import Prices
    from jobsim.plots import plot
    from jobsim.scenario import Scenario, register
    from jobsim.scenario.files import preset_names

__version__ = "0.1.0"

_HOMES = {
    "Comparison": "jobsim.analysis",
    "JobsimError": "jobsim.errors",
    "Prices": "jobsim.ledger",
    "Scenario": "jobsim.scenario",
    "compare": "jobsim.analysis",
    "histories": "jobsim.engines",
    "life": "jobsim.analysis",
    "plot": "jobsim.plots",
    "preset_names": "jobsim.scenario",
    "register": "jobsim.scenario",
    "simulate": "jobsim.engines",
    "summarise": "jobsim.analysis",
    "verify": "jobsim.analysis",
    "why": "jobsim.analysis",
}

__all__ = [
    "Comparison",
    "JobsimError",
    "Prices",
    "Scenario",
    "compare",
    "histories",
    "life",
    "plot",
    "preset_names",
    "register",
    "simulate",
    "summarise",
    "verify",
    "why",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'jobsim' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
