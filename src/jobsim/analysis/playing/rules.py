"""What is zero in every future by the rules of the model, not by chance; may import stores.

A difference that was zero in all futures played may come in others; what the rules leave no room
for does not, and is certain.
"""

from __future__ import annotations

from jobsim.analysis.outcomes.spread import NOTHING, Spread
from jobsim.analysis.playing.volume_store import played_text
from jobsim.scenario import Scenario
from jobsim.text.tables import not_seen


def certain(found: Spread, ruled: bool) -> Spread:
    """An estimate, without error where it is of what is zero by the rules."""
    return NOTHING if ruled and not_seen(found) else found


def played_alike(scenario: Scenario, baseline: Scenario) -> bool:
    """Whether the same happens in two scenarios: they are played alike.

    Programmes, consultants and supports that have no money all the time are as good as none.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("kolding-2018")
    >>> nothing = town.with_({"small_jobs.consultants.budget_per_year": 0.0})
    >>> [played_alike(one, town.without_programmes()) for one in (town, nothing)]
    [False, True]
    """
    if scenario == baseline:
        return True
    if _has_money(scenario) != _has_money(baseline):
        return False
    ours, theirs = (
        one if _has_money(one) else one.without_programmes() for one in (scenario, baseline)
    )
    return played_text(ours) == played_text(theirs)


def cannot_occur(measure: str, *scenarios: Scenario) -> bool:
    """Whether a measure is zero in all of these scenarios: what it counts is not in them."""
    if measure == "small_job_starts":
        return not any(one.small_jobs for one in scenarios)
    return measure == "programme_cost" and not any(
        one.supports or one.small_jobs for one in scenarios
    )


def _has_money(scenario: Scenario) -> bool:
    jobs = scenario.small_jobs
    consultants = [jobs.consultants] if jobs is not None and jobs.consultants else []
    budgets = [
        *(one.budget_per_year for one in scenario.programmes.values()),
        *(one.budget_per_year for one in scenario.supports.values()),
        *(one.budget_per_year for one in consultants),
    ]
    return any(any(budget.values) for budget in budgets)
