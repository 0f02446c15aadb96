"""Checks of the meeting queue where theory says what it must do; may import the context."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jobsim.verification.context import Context
from jobsim.verification.result import Check, Expectation, does_not_apply, exactly
from jobsim.verification.rules import PlainRules
from jobsim.verification.variants import with_room
from jobsim.verification.walk import Walk

if TYPE_CHECKING:
    import xarray as xr


def infinite_capacity(context: Context) -> Check:
    """With room for everybody nobody waits and every meeting is held in the week it is due."""
    name = "infinite capacity"
    volumes = context.play(with_room(context.scenario), replications=context.histories)
    held = int(volumes["meetings"].sum())
    if held == 0:
        return does_not_apply(name, "nobody meets a caseworker even if there is room for all")
    return exactly(
        name,
        [
            Expectation("weeks waited", 0, int(volumes["waiting_weeks"].sum())),
            Expectation("not called when due", 0, int(volumes["unmet"].sum())),
            Expectation("meetings on time", held, int(volumes["meetings_on_time"].sum())),
        ],
        f"{held:,} meetings with caseworkers enough for everybody: no week waited, all on time",
    )


def overload(context: Context) -> Check:
    """With more people due than can be called, every desk calls exactly what its money buys."""
    name = "overload"
    rules = PlainRules(context.crowded)
    if not any(map(any, rules.capacity)):
        return does_not_apply(name, "there is no capacity for meetings")
    volumes = context.crowded_volumes
    called = (volumes["meetings"].sum("group") + volumes["no_shows"]).values[0]
    comparisons = [
        Expectation(f"{track}, month {month + 1}", capacity, int(called[month, place]))
        for place, track in enumerate(volumes["track"].values)
        for month, capacity in _by_month(rules, place).items()
    ]
    return exactly(
        name,
        comparisons,
        "calls in a month = capacity out of fractions, money / cost x meetings per week, with "
        "everybody due every week",
    )


def _by_month(rules: PlainRules, track: int) -> dict[int, int]:
    """Capacity by month, of the months in which a programme has places enough to be crowded."""
    capacity, months = rules.capacity[track], rules.months
    sums: dict[int, int] = defaultdict(int)
    for week, month in enumerate(months):
        sums[month] += capacity[week]
    if track == 0:
        return dict(sums)
    slots = rules.slots[track - 1]
    quiet = {months[week] for week in range(len(months)) if slots[week] < capacity[week]}
    return {month: number for month, number in sums.items() if month not in quiet}


def littles_law(context: Context) -> Check:
    """Mean number waiting = throughput x mean wait, what crosses the edges of the run included."""
    name = "Little's law"
    runs = [(walk, context.volumes.isel(replication=i)) for i, walk in enumerate(context.walks)]
    queues = [_queue(walk, volumes) for walk, volumes in runs]
    crowded = _queue(context.crowded_walk, context.crowded_volumes.isel(replication=0))
    if not any(queue.calls for queue in [*queues, crowded]):
        return does_not_apply(name, "no meeting is ever called")
    comparisons = [
        Expectation(
            f"persons waiting, {which}",
            (queue.waited + queue.uncalled) / weeks,
            queue.unmet / weeks,
        )
        for weeks in [context.scenario.horizon.weeks]
        for which, queue in [
            *((f"replication {i}", q) for i, q in enumerate(queues)),
            ("crowded", crowded),
        ]
    ]
    one, weeks = queues[0], context.scenario.horizon.weeks
    return exactly(
        name,
        comparisons,
        "persons waiting = calls a week x weeks waited; in replication 0 on average "
        f"{one.unmet / weeks:.3f} wait, {one.calls / weeks:.1f} are called a week after "
        f"{one.waited / max(1, one.calls):.3f} weeks, and those who leave the queue uncalled or "
        f"wait at the end have waited {one.uncalled:,} weeks more; then with too many people due",
    )


class _Queue(NamedTuple):
    """What one run's meeting queue adds up to."""

    unmet: int
    """Person-weeks in the queue, counted by the engine week by week."""
    waited: int
    """Weeks waited by those called, the sum over their waits."""
    uncalled: int
    """Weeks waited by those who left uncalled or still wait at the end."""
    calls: int


def _queue(walk: Walk, volumes: xr.Dataset) -> _Queue:
    return _Queue(
        unmet=int(volumes["unmet"].sum()),
        waited=int(volumes["waiting_weeks"].sum()) + walk.waited["no-show"],
        uncalled=walk.waited["leaving"] + walk.waited["end of run"],
        calls=int(volumes["meetings"].sum() + volumes["no_shows"].sum()),
    )
