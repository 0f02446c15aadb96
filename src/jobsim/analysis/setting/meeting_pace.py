"""Meetings a half-year that staff and intervals give, worked out without playing.

May import scenarios. Nobody's luck is in it: who does not come is called again a week later, and
whoever waits, waits alike. The regular service is taken as its list ends, where those who are on
benefit at the start have come, and everybody of the stock as in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jobsim.scenario import Scenario
from jobsim.scenario.parts import Programme

_WEEKS = 26
"""Weeks of a half-year."""


@dataclass(frozen=True)
class Pace:
    """What participants of a programme get.

    Parameters
    ----------
    caseload : float, recipients per full-time caseworker once its places are taken
    calls_per_week : float, that one caseworker can make
    fits : float, most recipients whose intervals one caseworker can hold
    held, listed, regular : float
        Meetings held with a participant in a half-year: as staff allow, by its intervals, and in
        the regular service.
    """

    caseload: float
    calls_per_week: float
    fits: float
    held: float
    listed: float
    regular: float


def calls_per_week(intervals: Sequence[int], no_show: float) -> float:
    """Calls per person and week at the end of a list; everybody absent is called the week after."""
    return 1 / (intervals[-1] * (1 - no_show) + no_show)


def _listed(intervals: Sequence[int], no_show: float) -> float:
    """Meetings held in the first half-year of a list, parts of intervals as shares."""
    left, met = float(_WEEKS), 0.0
    for interval in intervals:
        weeks = interval + no_show / (1 - no_show)
        met += min(left, weeks) / weeks
        left -= min(left, weeks)
    return met + left * (1 - no_show) * calls_per_week(intervals, no_show)


def regular_calls(scenario: Scenario) -> float:
    """Calls a week that the regular service's intervals ask for, of those there at the start."""
    service = scenario.regular_service
    return sum(
        group.stock * calls_per_week(_of(service.interval_weeks, code), group.no_show_probability)
        for code, group in scenario.groups.items()
    )


def pace(scenario: Scenario, programme: Programme) -> Pace | None:
    """What participants get, the programme's groups in proportion to their people.

    None where nobody of them ever comes to a meeting.
    """
    first, service = scenario.horizon.start, scenario.regular_service
    each = programme.meetings_per_fte_week.on(first)
    coming = {c: g for c in programme.groups if (g := scenario.groups[c]).no_show_probability < 1}
    if not coming:
        return None
    people = {code: group.stock + group.entry_cohort for code, group in coming.items()}
    weights = list(people.values()) if any(people.values()) else [1] * len(people)
    able = service.fte.on(first) * service.meetings_per_fte_week.on(first)
    share = min(1.0, able / max(regular_calls(scenario), 1e-9))
    rows = []
    for code, group in coming.items():
        absent = group.no_show_probability
        ours, theirs = (_of(one.interval_weeks, code) for one in (programme, service))
        calls = calls_per_week(ours, absent)
        usual = share * calls_per_week(theirs, absent)
        rows.append((calls, 1 - absent, _listed(ours, absent), _WEEKS * (1 - absent) * usual))
    calls, come, listed, regular = (float(x) for x in np.average(rows, axis=0, weights=weights))
    load = _caseload(scenario, programme, sum(people.values()))
    held = min(listed, _WEEKS * come * each / load) if load else listed
    return Pace(load, each, each / calls, held, listed, regular)


def _caseload(scenario: Scenario, programme: Programme, people: int) -> float:
    """Participants per caseworker, of whom there are no more than people."""
    dates = scenario.weeks.dates
    staff = (programme.budget_per_year.at(dates) / programme.cost_per_fte_year.at(dates)).max()
    most = people / staff if people and staff > 0 else programme.caseload_limit
    return float(min(programme.caseload_limit, most))


def _of(lists: dict[str, tuple[int, ...]], code: str) -> tuple[int, ...]:
    return lists.get(code) or lists["all"]
