"""Which yearly budgets a scenario has, by path; may import scenario."""

from __future__ import annotations

import math

from jobsim.calendar import Schedule
from jobsim.errors import InputError, nearest
from jobsim.scenario import Scenario
from jobsim.scenario.paths import value_at

_CONSULTANTS = "small_jobs.consultants"


def budget_paths(scenario: Scenario) -> tuple[str, ...]:
    """Paths of all yearly budgets: programmes, consultants, supports, each in order of the file.

    Examples
    --------
    >>> import jobsim as js
    >>> budget_paths(js.Scenario.load("kolding-2018"))
    ('small_jobs.consultants.budget_per_year',)
    """
    jobs = scenario.small_jobs
    places = [f"programmes.{code}" for code in scenario.programmes]
    places += [_CONSULTANTS] if jobs is not None and jobs.consultants is not None else []
    places += [f"supports.{code}" for code in scenario.supports]
    return tuple(f"{place}.budget_per_year" for place in places)


def budget_path(scenario: Scenario, path: str | None) -> str:
    """Check the path of a yearly budget; without one, the first that there is.

    Raises
    ------
    InputError
        If the scenario has no such budget, or none at all.
    """
    known = budget_paths(scenario)
    if not known:
        raise InputError(f"{scenario.name}: has no programme, consultants or support to invest in")
    if path is None:
        return known[0]
    if path not in known:
        raise InputError(f"path: {path!r} is no yearly budget{nearest(str(path), known)}")
    return path


def budget_label(scenario: Scenario, path: str) -> str:
    """Words for tables and axes: the label of the programme or support, or "Consultants"."""
    place = path.removesuffix(".budget_per_year")
    return "Consultants" if place == _CONSULTANTS else str(value_at(scenario, f"{place}.label"))


def present_budget(scenario: Scenario, path: str) -> float:
    """Yearly budget that the scenario states, the highest of its steps (DKK)."""
    schedule = value_at(scenario, path)
    assert isinstance(schedule, Schedule)
    return max(schedule.values)


def whole_unit_cost(scenario: Scenario, path: str) -> float:
    """Yearly cost of one more whole place or grant, at the prices of the first day.

    Budgets closer to each other than this buy no further place (only more time for those who have
    one) and no further grant.

    Returns
    -------
    float, DKK a year; 0 where money is not cut into whole units (consultants)
    """
    name, code = path.split(".")[:2]
    start = scenario.horizon.start
    if name == "programmes":
        programme = scenario.programmes[code]
        cost = programme.cost_per_fte_year.on(start)
        return cost / programme.caseload_limit if programme.caseload_limit > 0 else math.inf
    return scenario.supports[code].unit_cost.on(start) if name == "supports" else 0.0
