"""The regular service before the run, of which those on benefit at its start have had their part.

May import the other files of scenarios. What a scenario leaves out of `regular_service.before` is
as in its own regular service. Where two scenarios are compared, both have the baseline's past.
"""

from __future__ import annotations

from typing import NamedTuple

from jobsim.errors import InputError
from jobsim.scenario.document import readable
from jobsim.scenario.scenario import Scenario

PAST = "regular_service.before"
"""Where a scenario states it."""
Lists = dict[str, tuple[int, ...]]


class Past(NamedTuple):
    """`regular_service.before`, stated in full."""

    first_meeting_weeks: int
    interval_weeks: Lists
    """By group."""
    no_show_probability: dict[str, float]
    """By group."""
    gain_multiplier: float


def past_of(scenario: Scenario) -> Past:
    """State the regular service before the run in full.

    Examples
    --------
    >>> import jobsim as js
    >>> past_of(js.Scenario.load("esbjerg-2018")).no_show_probability
    {'job_ready': 0.15}
    """
    regular, before = scenario.regular_service, scenario.regular_service.before
    stated = before.interval_weeks or {}
    lists = {**_by_group(regular.interval_weeks, scenario), **_by_group(stated, scenario)}
    first, gain = before.first_meeting_weeks, before.gain_multiplier
    return Past(
        first_meeting_weeks=regular.first_meeting_weeks if first is None else first,
        interval_weeks={code: lists[code] for code in scenario.groups},
        no_show_probability={
            code: before.no_show_probability.get(code, group.no_show_probability)
            for code, group in scenario.groups.items()
        },
        gain_multiplier=regular.gain_multiplier if gain is None else gain,
    )


def _by_group(lists: Lists, scenario: Scenario) -> Lists:
    """Lists that hold one for all, or one by group, by group."""
    return dict.fromkeys(scenario.groups, lists["all"]) if "all" in lists else lists


def with_past_of(scenario: Scenario, other: Scenario) -> Scenario:
    """Give a scenario the past of another one, with which it is compared.

    What differs is written into its `regular_service.before`; where nothing does, it is returned
    as it is. Groups that the other lacks keep their own.

    Raises
    ------
    InputError
        If it states another past than the other has.
    """
    ours, theirs = _by_path(past_of(scenario)), _by_path(past_of(other))
    parted = [path for path, value in ours.items() if theirs.get(path, value) != value]
    if not parted:
        return scenario
    stated = _stated(scenario)
    for path in parted:
        if path in stated:
            raise InputError(
                f"{PAST}.{path}: is {readable(ours[path])} in the scenario and "
                f"{readable(theirs[path])} in the baseline; the same people have one past: state "
                "the same in both"
            )
    data = scenario.stated()
    before = data["regular_service"].setdefault("before", {})
    for path in parted:
        name, _, group = path.partition(".")
        place = before.setdefault(name, {}) if group else before
        place[group or name] = theirs[path]
    return Scenario.from_dict(data)


def _by_path(past: Past) -> dict[str, object]:
    """Numbers of a past by their paths below `PAST`."""
    found: dict[str, object] = {}
    for name, value in past._asdict().items():
        if isinstance(value, dict):
            found |= {f"{name}.{group}": one for group, one in value.items()}
        else:
            found[name] = value
    return found


def _stated(scenario: Scenario) -> set[str]:
    """Paths below `PAST` that a scenario does not leave to its regular service."""
    before = scenario.regular_service.before
    lists = _by_group(before.interval_weeks or {}, scenario)
    plain = ("first_meeting_weeks", "gain_multiplier")
    return {
        *(name for name in plain if getattr(before, name) is not None),
        *(f"interval_weeks.{group}" for group in lists),
        *(f"no_show_probability.{group}" for group in before.no_show_probability),
    }


def leads_to_past(path: str) -> bool:
    """Tell whether a past that is not stated follows the value at a path of a scenario."""
    return path.startswith("regular_service") or "no_show_probability" in path
