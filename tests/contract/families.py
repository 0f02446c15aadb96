"""Public names by family, and how each question is asked of a small town.

A question is what takes the options of every question; it is asked with what `GIVEN` has for the
names of its parameters, so that a new one is covered as soon as it is public. Every other public
name stands in `OTHERS`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import jobsim as js
from jobsim.analysis.playing.options import OPTIONS
from tests.study.quick import BUDGET, CLAIM, GAIN, HOW, town

CONSULTANTS = "small_jobs.consultants.budget_per_year"
TOWN = town(claims={"saved": CLAIM})
_STOCK = {"measure": "recipients", "of": "scenario", "role": "fitted", "month": 1, "value": 110.0}
_FIGURE = {name: value for name, value in CLAIM.items() if name != "payer"} | _STOCK
PRICES = js.Prices.load("denmark").with_({"assumptions": {}})
"""Prices of which none is uncertain, so that there is less to vary."""
FITTED = town(claims={"stock": {**_FIGURE, "tolerance": 50.0}})

GIVEN: dict[str, object] = {
    "scenario": TOWN,
    "model": TOWN,
    "grid": {GAIN: [0.1], BUDGET: [0, 1e6]},
    "path": GAIN,
    "total": 1e6,
    "candidates": [{GAIN: 0.1}, {GAIN: 0.3}],
    "draws": 2,
    "parameters": [GAIN],
    "budgets": [0, 1e6],
    "caseloads": (18, 22),
    "prices": PRICES,
}
"""What a parameter of this name is given; what stands at its default needs no line."""
_PLACED = {"measure": "placements", "year": 2018, "rounded_to": 1}
_MONTHS = {name: {**_PLACED, "month": month, "value": 9} for month, name in enumerate("ab", 1)}
OWN: dict[str, dict[str, object]] = {
    "allocate": {"parts": [BUDGET, CONSULTANTS]},
    "attribute": {"parts": ["intensive"]},
    "calibrate": {
        "targets": ["placements_2018"],
        "held_out": [],
        "points": 9,
        "draws": 100,
        "money": False,
    },
    "forecast": {"until": "2018-01", "targets": _MONTHS, "points": 9, "draws": 32},
    "equally_good": {"scenario": FITTED},
    "investment_curve": {"path": BUDGET},
    "naive": {"target": 5},
    "report_on": {"path": "page.html"},
    "sobol_indices": {"draws": 3},
    "sweep": {"design": {f"{BUDGET}.scale": [0.5, 2]}},
    "threshold": {"measure": "placements"},
    "what_would_have_to_be_true": {"claim": "saved"},
}
"""Where a question means something of its own by a name, or needs it for an answer."""

OTHERS: dict[str, dict[str, str]] = {
    "decisions on plain arrays": {
        "evpi": "net benefit by draw and option",
        "evppi": "net benefit by draw and option",
        "evsi": "net benefit by draw and option",
        "cost_effectiveness": "costs and effects by draw and option",
        "rank_assumptions": "what psa returns",
    },
    "looking": {
        "simulate": "a scenario; returns volumes",
        "histories": "a scenario; returns events",
        "life": "events",
        "why": "a scenario",
        "verify": "a scenario, or none",
        "verify_intervals": "nothing",
        "explore": "a scenario; sliders in a notebook",
        "trials": "files of trials, or none",
        "synthesise": "files of trials, or none",
        "estimate": "individual histories",
    },
    "making and reading": {
        "Scenario": "a file of numbers",
        "Prices": "a price list",
        "Schedule": "dates and values",
        "Study": "a folder",
        "Comparison": "what compare returns",
        "JobsimError": "what all errors are",
        "from_counts": "figures of a study",
        "from_mean_se": "figures of a study",
        "from_quantiles": "figures of a study",
        "fte_needed": "figures of an office",
        "load_bound": "figures of an office",
        "notices": "a scenario",
        "parameter_draws": "a scenario; returns draws",
        "plot": "a result",
        "preset_names": "nothing",
        "quantity": "a text",
        "register": "a scenario or price list",
        "simulate_pilot": "draws",
        "at_rest": "a scenario; returns one",
        "steady_state": "a scenario",
        "Trial": "a file of a trial",
        "PooledEffects": "a file of pooled effects",
        "trial_names": "nothing",
        "write_template": "a path",
    },
}
"""Public names that are no questions, by family, with what they begin from."""


def is_question(value: object) -> bool:
    """Whether something takes the options of every question."""
    if not inspect.isfunction(value):
        return False
    return {*OPTIONS} - {"precision"} <= set(inspect.signature(value).parameters)


QUESTIONS = tuple(name for name in js.__all__ if is_question(getattr(js, name)))
PAGES = ("report_on",)
"""Questions that answer with a page instead of a result."""
RESULTS = tuple(name for name in QUESTIONS if name not in PAGES)


def question(name: str) -> Callable[..., Any]:
    """Public function of this name."""
    found: Callable[..., Any] = getattr(js, name)
    return found


def needed(name: str) -> dict[str, object]:
    """What a question is given on the small town.

    Raises
    ------
    LookupError
        If it cannot be asked without something that no line here gives.
    """
    given = {}
    for one in inspect.signature(question(name)).parameters.values():
        known = {**GIVEN, **OWN.get(name, {})}
        if one.name in known:
            given[one.name] = known[one.name]
        elif one.default is inspect.Parameter.empty:
            raise LookupError(f"{name}: say in GIVEN or OWN what a test gives for {one.name}")
    return given


def ask(name: str, **how: object) -> Any:
    """Ask a question of the small town, on three replications unless told otherwise."""
    return question(name)(**{**needed(name), "replications": 3, **HOW, **how})


_DRAWS = np.random.default_rng(1).normal(size=(64, 2))
_COSTS = np.column_stack([np.zeros(64), 1e5 + 2e4 * _DRAWS[:, 0]])
_EFFECTS = np.column_stack([np.zeros(64), 2.0 + _DRAWS[:, 1]])
_BENEFIT = 1e5 * _EFFECTS - _COSTS


def _weighed() -> Any:
    return js.cost_effectiveness(_COSTS, _EFFECTS, names=["none", "some"])


DECISIONS: dict[str, Callable[[], Any]] = {
    "evpi": lambda: js.evpi(_BENEFIT),
    "evppi": lambda: js.evppi(_BENEFIT, _DRAWS[:, 0]),
    "evsi": lambda: js.evsi(_BENEFIT, _DRAWS[:, 1]),
    "cost_effectiveness": _weighed,
    "cost_effectiveness().incremental": lambda: _weighed().incremental,
    "cost_effectiveness().plane": lambda: _weighed().plane(),
    "cost_effectiveness().acceptability": lambda: _weighed().acceptability([0, 1e5]),
    "rank_assumptions": lambda: js.rank_assumptions(ask("psa", draws=16)),
}
"""Answers on plain arrays, which answer as questions do but know of no run."""


@cache
def answer(name: str) -> Any:
    """What it answers, asked once."""
    return DECISIONS[name]() if name in DECISIONS else ask(name)
