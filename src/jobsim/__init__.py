"""What a municipality gains or loses by investing in its jobcentre.

The names below are loaded on first use, so that importing jobsim is quiet and quick; this package
may import everything, lazily.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobsim.analysis.allocate import allocate
    from jobsim.analysis.attribute import attribute
    from jobsim.analysis.caseload_limit import caseload_limit
    from jobsim.analysis.compare import compare
    from jobsim.analysis.comparison import Comparison
    from jobsim.analysis.cost_effectiveness import cost_effectiveness
    from jobsim.analysis.investment_curve import investment_curve
    from jobsim.analysis.life import life
    from jobsim.analysis.naive import naive
    from jobsim.analysis.psa import psa
    from jobsim.analysis.ranking import rank_assumptions
    from jobsim.analysis.sobol_indices import sobol_indices
    from jobsim.analysis.summarise import summarise
    from jobsim.analysis.sweep import sweep
    from jobsim.analysis.threshold import threshold
    from jobsim.analysis.tornado import tornado
    from jobsim.analysis.two_way import two_way
    from jobsim.analysis.uncertainty.parameter_draws import parameter_draws
    from jobsim.analysis.value_of_information import evpi, evppi, evsi
    from jobsim.analysis.verification import verify
    from jobsim.analysis.why import why
    from jobsim.analysis.would_have_to_be_true import what_would_have_to_be_true
    from jobsim.engines import histories, simulate
    from jobsim.errors import JobsimError
    from jobsim.explorer import explore
    from jobsim.ledger import Prices
    from jobsim.plots import plot
    from jobsim.report import report_on
    from jobsim.scenario import Scenario, preset_names, register
    from jobsim.study import Study

__version__ = "0.1.0"

_HOMES = {
    "Comparison": "jobsim.analysis.comparison",
    "JobsimError": "jobsim.errors",
    "Prices": "jobsim.ledger",
    "Scenario": "jobsim.scenario",
    "Study": "jobsim.study",
    "allocate": "jobsim.analysis.allocate",
    "attribute": "jobsim.analysis.attribute",
    "caseload_limit": "jobsim.analysis.caseload_limit",
    "compare": "jobsim.analysis.compare",
    "cost_effectiveness": "jobsim.analysis.cost_effectiveness",
    "evpi": "jobsim.analysis.value_of_information",
    "evppi": "jobsim.analysis.value_of_information",
    "evsi": "jobsim.analysis.value_of_information",
    "explore": "jobsim.explorer",
    "histories": "jobsim.engines",
    "investment_curve": "jobsim.analysis.investment_curve",
    "life": "jobsim.analysis.life",
    "naive": "jobsim.analysis.naive",
    "parameter_draws": "jobsim.analysis.uncertainty.parameter_draws",
    "plot": "jobsim.plots",
    "preset_names": "jobsim.scenario",
    "psa": "jobsim.analysis.psa",
    "rank_assumptions": "jobsim.analysis.ranking",
    "register": "jobsim.scenario",
    "report_on": "jobsim.report",
    "simulate": "jobsim.engines",
    "sobol_indices": "jobsim.analysis.sobol_indices",
    "summarise": "jobsim.analysis.summarise",
    "sweep": "jobsim.analysis.sweep",
    "threshold": "jobsim.analysis.threshold",
    "tornado": "jobsim.analysis.tornado",
    "two_way": "jobsim.analysis.two_way",
    "verify": "jobsim.analysis.verification",
    "what_would_have_to_be_true": "jobsim.analysis.would_have_to_be_true",
    "why": "jobsim.analysis.why",
}

__all__ = [
    "Comparison",
    "JobsimError",
    "Prices",
    "Scenario",
    "Study",
    "allocate",
    "attribute",
    "caseload_limit",
    "compare",
    "cost_effectiveness",
    "evpi",
    "evppi",
    "evsi",
    "explore",
    "histories",
    "investment_curve",
    "life",
    "naive",
    "parameter_draws",
    "plot",
    "preset_names",
    "psa",
    "rank_assumptions",
    "register",
    "report_on",
    "simulate",
    "sobol_indices",
    "summarise",
    "sweep",
    "threshold",
    "tornado",
    "two_way",
    "verify",
    "what_would_have_to_be_true",
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
