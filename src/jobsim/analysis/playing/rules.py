"""What is the same in every future by the rules of the model, not by chance; may import stores.

An outcome that was the same in all futures played may be another in others; what the rules leave no
room for is not, and is certain.
"""

from __future__ import annotations

import math
from dataclasses import replace

from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.volume_store import played_text
from jobsim.scenario import Scenario
from jobsim.scenario.parts import Consultants, Programme, Support
from jobsim.text.tables import not_seen


def unvaried(found: Spread) -> bool:
    """Whether an estimate is of what was the same in all futures."""
    return not_seen(found) or found.ci_low == found.ci_high


def certain(found: Spread, ruled: bool) -> Spread:
    """An estimate, with an interval where it never varied only if it cannot by the rules.

    Examples
    --------
    >>> certain(Spread(3.0, 0.0, 3.0, 3.0, 3.0, 3.0), ruled=False).ci_low
    nan
    """
    if not unvaried(found):
        return found
    if ruled:
        return Spread(found.mean, 0.0, *[found.mean] * 4)
    return replace(found, ci_low=math.nan, ci_high=math.nan) if found.mean else found


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
    return scenario == baseline or _as_played(scenario) == _as_played(baseline)


def cannot_vary(measure: str, *scenarios: Scenario) -> bool:
    """Whether a measure is the same in all futures of these scenarios.

    Small jobs do not start where there are none, and nothing that is paid hangs on chance where no
    grants are: staff costs what its budget says.
    """
    if measure == "small_job_starts":
        return not any(one.small_jobs for one in scenarios)
    return measure == "programme_cost" and not any(
        _has_money(support) for one in scenarios for support in one.supports.values()
    )


def _as_played(scenario: Scenario) -> str:
    """Text that scenarios share if they are played alike, without what has no money."""
    data, jobs = scenario.stated(), scenario.small_jobs
    rich = {name: one for name, one in scenario.supports.items() if _has_money(one)}
    needed = {one.paid_from for one in rich.values()}
    poor = [("supports", name) for name in scenario.supports if name not in rich]
    for name, programme in scenario.programmes.items():
        if name not in needed and not _has_money(programme):
            poor.append(("programmes", name))
    if jobs and jobs.consultants and not _has_money(jobs.consultants):
        poor.append(("small_jobs", "consultants"))
    if not poor:
        return played_text(scenario)
    for kind, name in poor:
        data[kind].pop(name)
    return played_text(Scenario.from_dict(data | {"changed": ()}))


def _has_money(part: Programme | Support | Consultants) -> bool:
    return any(part.budget_per_year.values)
