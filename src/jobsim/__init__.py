"""What a municipality gains or loses by investing in its jobcentre.

The names below are loaded on first use, so that importing jobsim is quiet and quick; this package
may import everything, lazily.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobsim.analysis.comparing.comparison import Comparison
    from jobsim.analysis.lives.life import life
    from jobsim.analysis.uncertainty.parameter_draws import parameter_draws
    from jobsim.engines import histories, simulate
    from jobsim.errors import JobsimError
    from jobsim.explorer import explore
    from jobsim.ledger import Prices
    from jobsim.plots import plot
    from jobsim.questions.allocate import allocate
    from jobsim.questions.attribute import attribute
    from jobsim.questions.caseload_limit import caseload_limit
    from jobsim.questions.compare import compare, summarise
    from jobsim.questions.cost_effectiveness import cost_effectiveness
    from jobsim.questions.investment_curve import investment_curve
    from jobsim.questions.naive import naive
    from jobsim.questions.psa import psa
    from jobsim.questions.ranking import rank_assumptions
    from jobsim.questions.sobol_indices import sobol_indices
    from jobsim.questions.sweep import sweep
    from jobsim.questions.threshold import threshold
    from jobsim.questions.tornado import tornado
    from jobsim.questions.two_way import two_way
    from jobsim.questions.value_of_information import evpi, evppi, evsi
    from jobsim.questions.why import why
    from jobsim.questions.would_have_to_be_true import what_would_have_to_be_true
    from jobsim.report import report_on
    from jobsim.scenario import Scenario, preset_names, register
    from jobsim.study import Study
    from jobsim.verification import verify

__version__ = "0.1.0"

_HOMES = {
    "Comparison": "jobsim.analysis.comparing.comparison",
    "JobsimError": "jobsim.errors",
    "Prices": "jobsim.ledger",
    "Scenario": "jobsim.scenario",
    "Study": "jobsim.study",
    "allocate": "jobsim.questions.allocate",
    "attribute": "jobsim.questions.attribute",
    "caseload_limit": "jobsim.questions.caseload_limit",
    "compare": "jobsim.questions.compare",
    "cost_effectiveness": "jobsim.questions.cost_effectiveness",
    "evpi": "jobsim.questions.value_of_information",
    "evppi": "jobsim.questions.value_of_information",
    "evsi": "jobsim.questions.value_of_information",
    "explore": "jobsim.explorer",
    "histories": "jobsim.engines",
    "investment_curve": "jobsim.questions.investment_curve",
    "life": "jobsim.analysis.lives.life",
    "naive": "jobsim.questions.naive",
    "parameter_draws": "jobsim.analysis.uncertainty.parameter_draws",
    "plot": "jobsim.plots",
    "preset_names": "jobsim.scenario",
    "psa": "jobsim.questions.psa",
    "rank_assumptions": "jobsim.questions.ranking",
    "register": "jobsim.scenario",
    "report_on": "jobsim.report",
    "simulate": "jobsim.engines",
    "sobol_indices": "jobsim.questions.sobol_indices",
    "summarise": "jobsim.questions.compare",
    "sweep": "jobsim.questions.sweep",
    "threshold": "jobsim.questions.threshold",
    "tornado": "jobsim.questions.tornado",
    "two_way": "jobsim.questions.two_way",
    "verify": "jobsim.verification",
    "what_would_have_to_be_true": "jobsim.questions.would_have_to_be_true",
    "why": "jobsim.questions.why",
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
