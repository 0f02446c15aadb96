"""Why two paths of a person part: by the policy itself, or by a place that others left or took.

May import worlds and lines. Draws are the same in both worlds, so a person's own path can differ
only through what the scenarios offer, or through the persons who share it: the queue for
meetings, the openings of a week, the places of a programme, the grants of a year, and the number
of persons per caseworker. Each of these is set by what had happened before, so that the others
parted earlier; followed back, the search ends with somebody whom the policy itself touched. Where
one world has more places than the other, the extra place counts as the reason, whoever moved too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jobsim.analysis.lives.life import track_label
from jobsim.analysis.lives.worlds import (
    REGULAR,
    STARTS_SPELL,
    Name,
    Split,
    Step,
    World,
    Worlds,
    track_after,
)
from jobsim.text.lines import counted

KINDS = {
    "treated": "only one scenario offers it, or it offers more",
    "queue": "others stood first in the queue for a meeting",
    "opening": "others took the small job",
    "place": "others had the place in the programme",
    "grant": "others had got the grant of the year",
    "caseload": "a caseworker had other numbers of persons",
    "numbers": "the scenarios' own numbers differ for the person",
    "absent": "the person lives in one scenario only",
}
"""Kinds of reason; those of "treated", "numbers" and "absent" lead to nobody else."""

_LISTS = {"interval_weeks", "first_meeting_weeks", "no_show_probability"}
_REVIEWS = {"drop_probabilities", "climb_probabilities", "cap_shares", "step_weeks"}
_JOBS = {"job_loss_hazard_per_week", "job_loss_multiplier", "return_share"}
_ACTS_ON = {
    "start": {"elapsed_weeks"},
    "start_small_job": {"start_level_shares", "cap_shares", "hours_per_week"},
    "start_employed": {"tenure_weeks"},
    "return": {*_JOBS, "tenure_weeks"},
    "not_returned": {*_JOBS, "tenure_weeks"},
    "meeting": _LISTS,
    "no_show": _LISTS,
    "support": {"need_share"},
    "small_job": {"cap_shares", "cool_weeks"},
    "drop": _REVIEWS,
    "step": {*_REVIEWS, "hours_per_week"},
    "placed": {
        *("job_finding_hazard_per_week", "frailty_variance", "weibull_shape", "elapsed_weeks"),
        *("duration_multipliers", "tightness_elasticity", "tightness", "reference_tightness"),
        *("meeting_gain", "gain_multiplier", "first_meeting_factor", "max_boost"),
        *("half_life_weeks", "reference_caseload", "caseload_elasticity", "quality_min"),
        *("quality_max", "hazard_multiplier", "experience_weeks", "experience_multiplier"),
        *("lead_weeks", "lock_in_multiplier", "multiplier", "hours_per_week", *_REVIEWS),
    },
    "other_exit": {"other_exit_hazard_per_week"},
}
"""Numbers of the scenario that act on an event directly, without regard to other persons."""


@dataclass(frozen=True)
class Reason:
    """Why a person's paths part.

    Parameters
    ----------
    kind : str, one of `KINDS`
    words : str
    others : frozenset of Name
        Who had or left the place, in one world only; empty for kinds that lead to nobody.
    """

    kind: str
    words: str
    others: frozenset[Name] = frozenset()


def reason_of(worlds: Worlds, split: Split) -> Reason:
    """Find out why a person's two paths part."""
    if any(split.name not in world.paths for world in worlds.both):
        return Reason("absent", f"lives in {worlds.both[split.side].label} only")
    finder: Callable[[Worlds, Split], Reason] | None = {
        "admitted": _place,
        "programme_end": _place,
        "support": _grant,
        "small_job": _opening,
        "meeting": _call,
        "no_show": _call,
        "placed": _hazard,
    }.get(split.step.event)
    if finder is None or _differing(worlds, split):
        return _numbers(worlds, split)
    return finder(worlds, split)


def _sides(worlds: Worlds, split: Split) -> tuple[World, World]:
    """The world in which the event happens, and the other one."""
    return worlds.both[split.side], worlds.both[1 - split.side]


def _differing(worlds: Worlds, split: Split) -> list[str]:
    """Paths of the numbers that act on the event directly and differ between the scenarios."""
    scenario, baseline = (world.scenario for world in worlds.both)
    sections = [f"groups.{split.name.group}.", "regular_service.", "meetings.", "small_jobs."]
    sections += [f"programmes.{code}." for code in {*scenario.programmes} & {*baseline.programmes}]
    sections += [f"supports.{code}." for code in {*scenario.supports} & {*baseline.supports}]
    return [
        path
        for path in baseline.difference(scenario).changes
        if path.startswith((*sections, "labour_market."))
        and _ACTS_ON.get(split.step.event, set()) & set(path.split("."))
    ]


def _numbers(worlds: Worlds, split: Split) -> Reason:
    paths = _differing(worlds, split)
    shown = ", ".join(paths[:4]) + (", …" if len(paths) > 4 else "")
    return Reason("numbers", f"the scenarios' own numbers differ: {shown or 'see difference()'}")


def _contest(here: set[Name], there: set[Name], *, kind: str, more: str, fewer: str) -> Reason:
    """Tell an extra place from one that somebody else had.

    Parameters
    ----------
    here, there : set of Name
        Who got a place, in the world in which the person did, and in the other, where the places
        ran out before the person's turn.
    kind : str, of the reason if somebody else had it
    more, fewer : str, words for an extra place, and for one that others had ({n})
    """
    if len(here) > len(there):
        return Reason("treated", more)
    others = frozenset(there - here)
    return Reason(kind, fewer.format(n=counted(len(others), "other person")), others)


def _place(worlds: Worlds, split: Split) -> Reason:
    here, there = _sides(worlds, split)
    code, week = str(split.step.value), split.step.week
    elsewhere = there.scenario.programmes.get(code)
    if elsewhere is None or split.name.group not in elsewhere.groups:
        return Reason("treated", f"{there.label} does not offer it")
    if split.step.event == "programme_end":
        return Reason("treated", f"{there.label} goes on with it")
    inside = [world.inside(code, week) for world in (here, there)]
    sizes = " against ".join(str(len(one)) for one in inside)
    return _contest(
        *inside,
        kind="place",
        more=f"{here.label} has more places, {sizes}",
        fewer=f"in {there.label} {{n}} had a place",
    )


def _grant(worlds: Worlds, split: Split) -> Reason:
    here, there = _sides(worlds, split)
    code, week = str(split.step.value), split.step.week
    elsewhere = there.scenario.supports.get(code)
    if elsewhere is None or split.name.group not in elsewhere.groups:
        return Reason("treated", f"{there.label} does not offer it")
    return _contest(
        here.granted(code, week),
        there.granted(code, week),
        kind="grant",
        more=f"{here.label} has more grants in the year",
        fewer=f"in {there.label} {{n}} had got the year's grants",
    )


def _opening(worlds: Worlds, split: Split) -> Reason:
    here, there = _sides(worlds, split)
    taken = [world.small_jobs(split.step.week, split.name.group) for world in (here, there)]
    sizes = " against ".join(str(len(one)) for one in taken)
    return _contest(
        *taken,
        kind="opening",
        more=f"{here.label} has more openings that week, {sizes}",
        fewer=f"in {there.label} {{n}} took the openings of the week",
    )


def _call(worlds: Worlds, split: Split) -> Reason:
    here, there = _sides(worlds, split)
    track = _track_at_end(worlds.common(split))
    called = [world.called(split.step.week, track) for world in (here, there)]
    sizes = " against ".join(str(len(one)) for one in called)
    where = track_label(track, here.notes)
    return _contest(
        *called,
        kind="queue",
        more=f"in {here.label} {where} can call more that week, {sizes}",
        fewer=f"in {there.label} {{n}} stood first in the queue of {where}",
    )


def _track_at_end(path: list[Step]) -> str:
    track: str | None = REGULAR
    for step in path:
        track = track_after(step, track)
    return track or REGULAR


def _hazard(worlds: Worlds, split: Split) -> Reason:
    """A placement that differs although nothing of the person's own had differed before."""
    common = worlds.common(split)
    for place in range(len(common) - 1, -1, -1):
        if common[place].event in STARTS_SPELL:
            break
        if common[place].event == "meeting":
            reason = _caseload(worlds, _track_at_end(common[:place]), common[place].week)
            if reason is not None:
                return reason
    return _numbers(worlds, split)


def _caseworkers(world: World, track: str, week: int) -> str:
    fte = world.caseworkers(track, week)
    return f"{fte:g} caseworker{'s' * (fte != 1)}"


def _caseload(worlds: Worlds, track: str, week: int) -> Reason | None:
    """The persons per caseworker at a common meeting, where they made a difference."""
    qualities = [world.quality(track, week) for world in worlds.both]
    if qualities[0] == qualities[1]:
        return None
    inside = [world.inside(track, week) for world in worlds.both]
    scenario, _ = worlds.both
    date = scenario.scenario.weeks.dates[week]
    others = frozenset(inside[0] ^ inside[1])
    parts = [
        f"{counted(len(persons), 'person')} for {_caseworkers(world, track, week)} "
        f"in {world.label} (a meeting worth {quality:.4f} of its plain gain)"
        for world, persons, quality in zip(worlds.both, inside, qualities, strict=True)
    ]
    where = track_label(track, scenario.notes)
    words = (
        "nothing of their own had differed, but the hazard had: at the meeting of "
        f"{date} {where} had {parts[0]} and {parts[1]}; "
        f"{counted(len(others), 'person')} there in one of the two only"
    )
    return Reason("caseload", words, others)
