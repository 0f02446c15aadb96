"""What a scenario is made of: each element's fields, what it counts and what happens, said once.

Every engine names the elements it plays (`PLAYS` in its package), returns the volumes of those and
of no others, and is refused scenarios with any other. May import the scenario.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from pydantic import BaseModel

from jobsim.scenario import Scenario


class Volume(NamedTuple):
    """A whole number that engines count.

    Parameters
    ----------
    dims : tuple of str
        Dimensions after (replication, month).
    unit, meaning : str
    at_end : bool
        Whether it is the state at the end of a month instead of a sum over its weeks.
    """

    dims: tuple[str, ...]
    unit: str
    meaning: str
    at_end: bool = False


class Element(NamedTuple):
    """A part of what is simulated.

    Parameters
    ----------
    fields : tuple of str
        Paths of a scenario file, "*" for every code. The element is there if one of them does not
        stand at its default; the longest path that fits decides to which element a field belongs.
    volumes : mapping of name to Volume
    events : mapping of name to the phase of the week in which it happens
        A placement by the ramp happens in the phase of `step`.
    """

    fields: tuple[str, ...]
    volumes: Mapping[str, Volume]
    events: Mapping[str, int]


def _per(dims: str, unit: str, meaning: str, *, at_end: bool = False) -> Volume:
    """Volume by dimensions whose names stand in one text."""
    return Volume(tuple(dims.split()), unit, meaning, at_end)


ELEMENTS = {
    "people": Element(
        ("horizon", "municipality", "groups", "labour_market"),
        {
            "benefit_weeks": _per("group band level", "person-weeks", "weeks on benefit"),
            "employed_weeks": _per("group route", "person-weeks", "weeks in work after benefit"),
            "left_weeks": _per("group cause", "person-weeks", "weeks since leaving for good"),
            "placements": _per("group route", "persons", "persons leaving benefit for work"),
            "returns": _per("group", "persons", "persons back on benefit after a job"),
            "not_returned": _per(
                "group", "persons", "persons whose job ended and who left for good"
            ),
            "other_exits": _per("group", "persons", "persons leaving benefit for something else"),
            "arrivals": _per("group", "persons", "new recipients"),
            "recipients": _per(
                "group", "persons", "persons on benefit at the end of the month", at_end=True
            ),
        },
        {
            **dict.fromkeys(("start", "start_employed", "enter", "return", "not_returned"), 1),
            **{"placed": 8, "other_exit": 9},
        },
    ),
    "meetings": Element(
        (
            *("regular_service", "meetings", "groups.*.meeting_gain", "groups.*.lasting_gain"),
            *("groups.*.no_show_probability", "groups.*.meeting_exit_probability"),
        ),
        {
            "meetings": _per("track group", "meetings", "meetings held"),
            "meetings_on_time": _per(
                "track", "meetings", "meetings held in the week they were due"
            ),
            "waiting_weeks": _per("track", "weeks", "weeks waited for the meetings held"),
            "no_shows": _per("track", "meetings", "meetings nobody came to"),
            "unmet": _per(
                "track", "person-weeks", "weeks in which somebody was due and not called"
            ),
            "meeting_exits": _per(
                "group", "meetings", "meetings that settled leaving benefit for something else"
            ),
            "meeting_left_weeks": _per(
                "group", "person-weeks", "weeks since leaving for good as a meeting had settled"
            ),
        },
        {"no_show": 4, "meeting": 4, "meeting_exit": 4},
    ),
    "programmes": Element(
        ("programmes",),
        {
            "participant_weeks": _per("programme", "person-weeks", "weeks in a programme"),
            "admissions": _per("programme", "persons", "persons admitted to a programme"),
        },
        {"programme_end": 2, "admitted": 3},
    ),
    "small_jobs": Element(
        ("small_jobs", "groups.*.small_jobs"),
        {
            "small_job_starts": _per("group", "persons", "small jobs started"),
            "small_job_drops": _per("group", "persons", "small jobs that ended without work"),
            "openings_lost": _per("group", "openings", "small-job openings without a taker"),
        },
        {"start_small_job": 1, "small_job": 5, "drop": 6, "step": 6},
    ),
    "supports": Element(
        ("supports",),
        {"supports_granted": _per("support", "grants", "supports granted")},
        {"support": 4},
    ),
}
"""Elements by code; a code is what engines name in `PLAYS`."""


def volumes_of(plays: Collection[str] = tuple(ELEMENTS)) -> dict[str, Volume]:
    """Volumes of some elements, sums over weeks before states at a month's end."""
    counts = [pair for code in ELEMENTS if code in plays for pair in ELEMENTS[code].volumes.items()]
    return dict(sorted(counts, key=lambda pair: pair[1].at_end))


VOLUMES = volumes_of()
"""All volumes, in the order of tables."""

EVENTS = dict(
    sorted((pair for one in ELEMENTS.values() for pair in one.events.items()), key=itemgetter(1))
)
"""Phase of the week in which each event happens; `placed` by the ramp happens in that of `step`."""


def elements_in(scenario: Scenario) -> dict[str, str]:
    """Elements that a scenario has, with a path that shows it."""
    paths = {
        code: next((p for field in one.fields for p in _set(scenario, field.split("."))), None)
        for code, one in ELEMENTS.items()
    }
    return {code: path for code, path in paths.items() if path is not None}


def _set(part: Any, names: Sequence[str]) -> Iterator[str]:
    """Paths that fit the names and do not stand at their default."""
    name, rest = names[0], names[1:]
    if not rest:
        default = type(part).model_fields[name].get_default(call_default_factory=True)
        if getattr(part, name) != default:
            yield name
        return
    inner = part.items() if name == "*" else [(name, getattr(part, name))]
    for key, value in inner:
        if isinstance(value, (BaseModel, Mapping)):
            yield from (f"{key}.{path}" for path in _set(value, rest))
