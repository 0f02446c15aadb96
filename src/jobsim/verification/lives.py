"""Checks of the histories, event by event, by walking through them; may import the context."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jobsim.verification.context import Context
from jobsim.verification.result import Check, Expectation, does_not_apply, exactly
from jobsim.verification.walk import Walk


def _held(
    name: str, walks: Sequence[Walk], rules: Sequence[str], what: str, *, nothing: str
) -> Check:
    """Count how often rules are broken."""
    checked = sum(walk.checked[rule] for walk in walks for rule in rules)
    if checked == 0:
        return does_not_apply(name, nothing)
    broken = [text for walk in walks for rule in rules for text in walk.broken[rule]]
    first = f", the first: {broken[0]}" if broken else ""
    return exactly(
        name, [Expectation("", 0, len(broken))], f"times broken, of {checked:,}: {what}{first}"
    )


def due_weeks(context: Context) -> Check:
    """Each meeting is due the listed number of weeks after the one before."""
    return _held(
        "due weeks",
        context.walks,
        ["due weeks"],
        "the wait at each meeting is counted from the week that the list of intervals gives",
        nothing="nobody is on benefit at the start and no meeting is held",
    )


def meeting_capacity(context: Context) -> Check:
    """Each desk calls as many as wait, and no more than its money buys."""
    return _held(
        "meeting capacity",
        [*context.walks, context.crowded_walk],
        ["meeting capacity"],
        "a desk calls all who wait, at most its capacity, every week",
        nothing="there are no weeks",
    )


def first_in_first_out(context: Context) -> Check:
    """Who has been due longest is called first."""
    return _held(
        "first in, first out",
        [*context.walks, context.crowded_walk],
        ["first in, first out"],
        "those called are the first by week due, then by number, where some must wait; in the "
        "scenario as it is and with too many people due",
        nothing="there is no capacity for meetings, so there is no order to keep",
    )


def programme_places(context: Context) -> Check:
    """Places go to the first in the programme's order, and stays end when they must."""
    return _held(
        "programme places",
        context.walks,
        ["programme places"],
        "admissions and ends of stays are those that places, order and longest stay ask for",
        nothing="there is no programme",
    )


def supports_granted(context: Context) -> Check:
    """Grants go to those who need them and were met, by number, while the year's money lasts."""
    return _held(
        "supports granted",
        context.walks,
        ["supports granted"],
        "grants go to the first of those met who need them, while the year's money lasts",
        nothing="there is no support, or nobody ever asks for one",
    )


def small_jobs(context: Context) -> Check:
    """Openings go to the first in line, reviews come on time, levels rise by one up to the cap."""
    return _held(
        "small jobs",
        context.walks,
        ["small jobs"],
        "openings go to the first in line, reviews come on time, levels rise by one to the cap",
        nothing="nobody ever has a small job",
    )


def job_weeks(context: Context) -> Check:
    """The weeks a job lasted are those between placement and the end of it."""
    return _held(
        "job weeks",
        context.walks,
        ["job weeks"],
        "weeks worked = weeks from placement to the end of the job",
        nothing="no job ends",
    )


def stock_and_flow(context: Context) -> Check:
    """Everybody who came is on benefit, in work or gone, and was where each event needs them."""
    return _held(
        "stock and flow",
        context.walks,
        ["stock and flow", "order of events"],
        "on benefit + in work + left = came so far, every week, and every event is possible",
        nothing="there are no weeks",
    )


def histories_give_the_volumes(context: Context) -> Check:
    """Counting the histories again gives the volumes, but for openings that nobody took."""
    return exactly(
        "histories give volumes",
        [
            comparison
            for place, walk in enumerate(context.walks)
            for name in context.volumes.data_vars
            if name not in ("openings_lost", "benefit_weeks")
            for comparison in [_recounted(context, walk, place, str(name))]
        ],
        "cells of each volume that differ from a recount of the histories",
    )


def _recounted(context: Context, walk: Walk, place: int, name: str) -> Expectation:
    differing = int((_recount(context, walk, name) != _volume(context, place, name)).sum())
    return Expectation(f"{name}, replication {place}", 0, differing)


def _volume(
    context: Context, place: int, name: str
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.asarray(context.volumes[name].values[place])


def _recount(
    context: Context, walk: Walk, name: str
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    counted = np.zeros_like(_volume(context, 0, name))
    for cell, number in walk.volumes[name].items():
        counted[cell] += number
    return counted


def refund_ladder(context: Context) -> Check:
    """Benefit-weeks by refund band, counted again person by person, restarts included."""
    name = "refund ladder"
    weeks = int(context.volumes["benefit_weeks"].sum())
    if weeks == 0:
        return does_not_apply(name, "nobody is ever on benefit")
    comparisons = []
    for place, walk in enumerate(context.walks):
        ours = _recount(context, walk, "benefit_weeks").sum(axis=(0, 1, 3))
        found = _volume(context, place, "benefit_weeks").sum(axis=(0, 1, 3))
        differing = _recounted(context, walk, place, "benefit_weeks").found
        comparisons += [
            Expectation(f"weeks in band {band}", int(expected), int(got))
            for band, expected, got in zip(context.volumes["band"].values, ours, found, strict=True)
        ]
        comparisons.append(Expectation("cells that differ", 0, differing))
    restarts = sum(walk.restarts for walk in context.walks)
    return exactly(
        name,
        comparisons,
        f"benefit-weeks by band (0-3, 4-25, 26-51, 52+ weeks) from a walk through every life, "
        f"with {restarts:,} restarts after 52 self-supporting weeks",
    )
