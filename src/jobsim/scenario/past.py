"""The regular service before the run, of which those on benefit at its start have had their part.

May import the other files of scenarios. What a scenario leaves out of `regular_service.before` is
as in its own regular service. Where two scenarios are compared, both have one past.
"""

from __future__ import annotations

from typing import NamedTuple

from jobsim.scenario.scenario import Scenario


class Past(NamedTuple):
    """`regular_service.before`, stated in full."""

    first_meeting_weeks: int
    interval_weeks: dict[str, tuple[int, ...]]
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
    stated, now = before.interval_weeks or {}, regular.interval_weeks
    first, gain = before.first_meeting_weeks, before.gain_multiplier
    return Past(
        first_meeting_weeks=regular.first_meeting_weeks if first is None else first,
        interval_weeks={
            code: stated.get(code, stated.get("all", now.get(code, now.get("all"))))
            for code in scenario.groups
        },
        no_show_probability={
            code: before.no_show_probability.get(code, group.no_show_probability)
            for code, group in scenario.groups.items()
        },
        gain_multiplier=regular.gain_multiplier if gain is None else gain,
    )


def with_past_of(scenario: Scenario, other: Scenario) -> Scenario:
    """Give a scenario the past of another one, stated in full."""
    data = scenario.stated()
    data["regular_service"]["before"] = past_of(other)._asdict()
    return Scenario.from_dict(data)
