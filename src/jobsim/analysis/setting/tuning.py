"""Which figures a scenario was tuned to, by which numbers, and what no longer fits as others move.

May import scenarios. A number that was set so that the model gives a published figure fits that
figure only beside what else the file states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jobsim.scenario import Scenario, readable
from jobsim.scenario.files import preset_names
from jobsim.text.tables import counted

_GROUP = re.compile(r"^groups\.[^.]+\.")
_EVIDENCE = "-evidence"
"""What follows the name of a tuned preset in that of the same place with nothing tuned."""


def tuned_numbers(scenario: Scenario) -> tuple[str, ...]:
    """Paths of the numbers that the register holds to be tuned, those of all groups as one.

    Examples
    --------
    >>> import jobsim as js
    >>> tuned_numbers(js.Scenario.load("kolding-2018"))[0]
    'groups.*.inflow_per_week'
    """
    fitted = {code for code, one in scenario.claims.items() if one.role == "fitted"}
    tuned = [path for path, one in scenario.assumptions.items() if fitted & {*one.tuned_to}]
    shared = [_GROUP.sub("groups.*.", path) for path in tuned]
    several = {one for one in shared if shared.count(one) > 1}
    named = (one if one in several else path for path, one in zip(tuned, shared, strict=True))
    return tuple(dict.fromkeys(named))


def proves_nothing(scenario: Scenario) -> list[str]:
    """A sentence on what a tuned scenario does not show; none where nothing is fitted.

    Examples
    --------
    >>> import jobsim as js
    >>> proves_nothing(js.Scenario.load("esbjerg-2018"))[0][:47]
    'Tuned, so its fitted claims prove nothing: Job-'
    """
    told = learned_from(scenario)
    learned = [f"{told}, which prove nothing here."] if told else []
    fitted = [one for one in scenario.claims.values() if one.role == "fitted"]
    if not fitted:
        return learned
    figures = "; ".join(f"{one.label} ({readable(one.value)})" for one in fitted)
    evidence = scenario.name + _EVIDENCE
    instead = f" Nothing is tuned in {evidence}." if evidence in preset_names() else ""
    return [*learned, f"Tuned, so its fitted claims prove nothing: {figures}.{instead}"]


def learned_from(scenario: Scenario) -> str:
    """How many numbers stand at a posterior's middle, and what it was learned from; else empty."""
    known = scenario.posterior
    if known is None:
        return ""
    return f"Learned: {counted(len(known.paths), 'number')}, from {', '.join(known.targets)}"


def not_tuned_anew(scenario: Scenario, moved: int) -> str:
    """What is to be minded where so many facts of a scenario move; empty where nothing is fitted.

    Examples
    --------
    >>> import jobsim as js
    >>> not_tuned_anew(js.Scenario.load("esbjerg-2018-evidence"), 3)
    ''
    """
    fitted = [one for one in scenario.claims.values() if one.role == "fitted"]
    if not moved or not fitted:
        return ""
    figures = "; ".join(f"{one.label} ({readable(one.value)})" for one in fitted)
    tuned = tuned_numbers(scenario) or ("numbers that the register does not name",)
    one = len(tuned) == 1 and scenario.assumptions.keys() >= {*tuned}
    facts = f"{counted(moved, 'fact')} of {scenario.name} {'moves' if moved == 1 else 'move'}"
    return (
        f"Not tuned anew as {facts}: {', '.join(tuned)}, which {'was' if one else 'were'} set to "
        f"give {figures}; that fit may break: {' or '.join(_instead(scenario))}."
    )


def _instead(scenario: Scenario) -> Iterator[str]:
    evidence = scenario.name + _EVIDENCE
    if evidence in preset_names():
        yield f"use {evidence}, where nothing is tuned,"
    yield "tune anew after every draw, by psa's adjust="
