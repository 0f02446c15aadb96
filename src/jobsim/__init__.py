"""What a municipality gains or loses by investing in its jobcentre.

The names below are loaded on first use, so that importing jobsim is quiet and quick; this package
may import everything, lazily.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jobsim.text.printed import Drawn, Printed

if TYPE_CHECKING:
    from jobsim.analysis.attributing.parts import equally_good as equally_good
    from jobsim.analysis.comparing.comparison import Comparison as Comparison
    from jobsim.analysis.deciding.draw_arrays import simulate_pilot as simulate_pilot
    from jobsim.analysis.lives.life import life as life
    from jobsim.analysis.outcomes.quantity import quantity as quantity
    from jobsim.analysis.searching.caseloads import fte_needed as fte_needed
    from jobsim.analysis.searching.caseloads import load_bound as load_bound
    from jobsim.analysis.setting.notices import notices as notices
    from jobsim.analysis.setting.steady_state import at_rest as at_rest
    from jobsim.analysis.setting.steady_state import steady_state as steady_state
    from jobsim.analysis.uncertainty.distributions import from_counts as from_counts
    from jobsim.analysis.uncertainty.distributions import from_mean_se as from_mean_se
    from jobsim.analysis.uncertainty.distributions import from_quantiles as from_quantiles
    from jobsim.analysis.uncertainty.parameter_draws import parameter_draws as parameter_draws
    from jobsim.calendar import Schedule as Schedule
    from jobsim.engines import histories as histories
    from jobsim.engines import simulate as simulate
    from jobsim.errors import JobsimError as JobsimError
    from jobsim.explorer import explore as explore
    from jobsim.ledger import Prices as Prices
    from jobsim.plots import plot as plot
    from jobsim.questions.allocate import allocate as allocate
    from jobsim.questions.attribute import attribute as attribute
    from jobsim.questions.calibrate import calibrate as calibrate
    from jobsim.questions.caseload_limit import caseload_limit as caseload_limit
    from jobsim.questions.compare import compare as compare
    from jobsim.questions.compare import run as run
    from jobsim.questions.compare import summarise as summarise
    from jobsim.questions.cost_effectiveness import cost_effectiveness as cost_effectiveness
    from jobsim.questions.estimate import estimate as estimate
    from jobsim.questions.forecast import forecast as forecast
    from jobsim.questions.investment_curve import investment_curve as investment_curve
    from jobsim.questions.must_hold import what_would_have_to_be_true as what_would_have_to_be_true
    from jobsim.questions.naive import naive as naive
    from jobsim.questions.psa import psa as psa
    from jobsim.questions.rank_assumptions import rank_assumptions as rank_assumptions
    from jobsim.questions.sensitivity import tornado as tornado
    from jobsim.questions.sensitivity import two_way as two_way
    from jobsim.questions.sobol_indices import sobol_indices as sobol_indices
    from jobsim.questions.sweep import sweep as sweep
    from jobsim.questions.synthesise import synthesise as synthesise
    from jobsim.questions.threshold import threshold as threshold
    from jobsim.questions.trials import trials as trials
    from jobsim.questions.value_of_information import evpi as evpi
    from jobsim.questions.value_of_information import evppi as evppi
    from jobsim.questions.value_of_information import evsi as evsi
    from jobsim.questions.verify_intervals import verify_intervals as verify_intervals
    from jobsim.questions.why import why as why
    from jobsim.report import report_on as report_on
    from jobsim.scenario import Scenario as Scenario
    from jobsim.scenario import preset_names as preset_names
    from jobsim.scenario import register as register
    from jobsim.scenario import write_template as write_template
    from jobsim.study import Study as Study
    from jobsim.trial.document import Trial as Trial
    from jobsim.trial.document import trial_names as trial_names
    from jobsim.trial.pooled import PooledEffects as PooledEffects
    from jobsim.verification import verify as verify

__version__ = "0.1.0"

_NAMES = {
    "jobsim.analysis.attributing.parts": "equally_good",
    "jobsim.analysis.comparing.comparison": "Comparison",
    "jobsim.analysis.deciding.draw_arrays": "simulate_pilot",
    "jobsim.analysis.lives.life": "life",
    "jobsim.analysis.outcomes.quantity": "quantity",
    "jobsim.analysis.searching.caseloads": "fte_needed load_bound",
    "jobsim.analysis.setting.notices": "notices",
    "jobsim.analysis.setting.steady_state": "at_rest steady_state",
    "jobsim.analysis.uncertainty.distributions": "from_counts from_mean_se from_quantiles",
    "jobsim.analysis.uncertainty.parameter_draws": "parameter_draws",
    "jobsim.calendar": "Schedule",
    "jobsim.engines": "histories simulate",
    "jobsim.errors": "JobsimError",
    "jobsim.explorer": "explore",
    "jobsim.ledger": "Prices",
    "jobsim.plots": "plot",
    "jobsim.questions.allocate": "allocate",
    "jobsim.questions.attribute": "attribute",
    "jobsim.questions.calibrate": "calibrate",
    "jobsim.questions.caseload_limit": "caseload_limit",
    "jobsim.questions.compare": "compare run summarise",
    "jobsim.questions.cost_effectiveness": "cost_effectiveness",
    "jobsim.questions.estimate": "estimate",
    "jobsim.questions.forecast": "forecast",
    "jobsim.questions.investment_curve": "investment_curve",
    "jobsim.questions.must_hold": "what_would_have_to_be_true",
    "jobsim.questions.naive": "naive",
    "jobsim.questions.psa": "psa",
    "jobsim.questions.rank_assumptions": "rank_assumptions",
    "jobsim.questions.sobol_indices": "sobol_indices",
    "jobsim.questions.sweep": "sweep",
    "jobsim.questions.synthesise": "synthesise",
    "jobsim.questions.threshold": "threshold",
    "jobsim.questions.sensitivity": "tornado two_way",
    "jobsim.questions.trials": "trials",
    "jobsim.questions.value_of_information": "evpi evppi evsi",
    "jobsim.questions.verify_intervals": "verify_intervals",
    "jobsim.questions.why": "why",
    "jobsim.report": "report_on",
    "jobsim.scenario": "Scenario preset_names register write_template",
    "jobsim.study": "Study",
    "jobsim.trial.document": "Trial trial_names",
    "jobsim.trial.pooled": "PooledEffects",
    "jobsim.verification": "verify",
}
"""Public names by the module that holds them; type checkers read them above."""
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}
_ASKED_AT = ("jobsim.questions.", "jobsim.analysis.attributing.")
_NOT_OF_A_SCENARIO = (
    *("cost_effectiveness", "estimate", "evpi", "evppi", "evsi", "rank_assumptions"),
    *("synthesise", "trials", "verify_intervals", "why"),
)
_PICTURES = "plots"
"""The one part of the package that users meet by its own name."""

__all__ = list(sorted(_HOMES))


def __getattr__(name: str) -> Any:
    if name == _PICTURES:
        return import_module(f"jobsim.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'jobsim' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def _drawn(result: object, **how: Any) -> Any:
    """Picture of a result, whose module is loaded when one is asked for."""
    return __getattr__("plot")(result, **how)


def _replayed(record: object, **how: Any) -> Any:
    """What the question of a record answers; a record names questions only."""
    questions = {
        name: partial(__getattr__, name)
        for name, home in _HOMES.items()
        if home.startswith(_ASKED_AT) and name not in _NOT_OF_A_SCENARIO
    }
    return import_module("jobsim.questions.replay").replay(record, questions, **how)


Drawn._drawn_by = _drawn
Printed._replayed_by = _replayed


def __dir__() -> list[str]:
    own = (name for name in globals() if name.startswith("__"))
    return sorted({*own, *__all__, _PICTURES})
