"""The regular service before the run, of which those on benefit at its start have had their part.

May import the other files of scenarios. What a scenario leaves out of `regular_service.before` is
as in its own regular service. Where two scenarios are compared, both have one past.
"""

from __future__ import annotations

from typing import NamedTuple

from jobsim.scenario.scenario import Scenario

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
    """Give a scenario the past of another one, stated in full."""
    data = scenario.stated()
    data["regular_service"]["before"] = past_of(other)._asdict()
    return Scenario.from_dict(data)
