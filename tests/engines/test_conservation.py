"""Nobody is lost and nothing is overdrawn: recomputed from state, not from the counters."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsim.draws import NEVER
from jobsim.engines.roster import ARRIVAL_ORIGIN, POOL, STOCK, entry_week
from jobsim.engines.vector.batch import EMPLOYED, LEFT, ON_BENEFIT, OUTSIDE
from jobsim.scenario import Scenario
from tests.engines.scene import ready
from tests.engines.watched import Watched
from tests.factory import small_town
from tests.parity.scenarios import scenarios

Check = Generator[None, tuple[Watched, int], None]
"""What is told of every week of a run, and fails in the first one in which it does not hold."""


def weeks_of(scenario: Scenario, seed: int) -> Iterator[tuple[Watched, int]]:
    """Play two replications and stop after each week."""
    play = ready(scenario, seed=seed, replications=2, kind=Watched)
    assert isinstance(play, Watched)
    for t in range(play.tables.weeks):
        play.week(t)
        yield play, t


def stock_pool_and_arrivals_are_on_benefit_at_work_or_gone() -> Check:
    while True:
        play, t = yield
        people, roster = play.tables.people, play.roster
        comes = entry_week(roster.origin)
        arrived = play.count((roster.origin >= ARRIVAL_ORIGIN) & (comes <= t))
        inside = sum(play.count(play.status == s) for s in (ON_BENEFIT, EMPLOYED, LEFT))
        assert np.array_equal(inside, people.stock.sum() + people.pool.sum() + arrived)
        assert np.all((play.status == OUTSIDE) == (comes > t))


def recipients_are_those_before_and_who_came_less_who_left() -> Check:
    here: np.ndarray | None = None
    while True:
        play, t = yield
        groups = (play.group, len(play.tables.people.codes))
        if here is None:
            here = play.count(play.roster.origin == STOCK, groups)
        came = play.flow["arrivals"] + play.flow["returns"]
        left = play.flow["placements"].sum(axis=-1) + play.flow["other_exits"]
        if play.tables.ends_month[t]:
            month = play.tables.month_of_week[t]
            assert np.array_equal(play.volumes["recipients"][:, month], here + came)
        here = here + came - left
        assert np.array_equal(play.count(play.status == ON_BENEFIT, groups), here)


def slots_capacity_and_grants_are_never_overdrawn_nor_left_idle() -> Check:
    granted: dict[int, np.ndarray] = {}
    called_by_month: dict[int, np.ndarray] = {}
    capacity_by_month: dict[int, np.ndarray] = {}
    while True:
        play, t = yield
        check_slots(play, t)
        called, month = check_meetings(play, t), int(play.tables.month_of_week[t])
        called_by_month[month] = called_by_month.get(month, 0) + called
        capacity = play.tables.services.capacity[:, t]
        capacity_by_month[month] = capacity_by_month.get(month, 0) + capacity
        check_grants(play, t, granted)
        if play.tables.ends_month[t]:
            counted = play.volumes["meetings"].sum(axis=-1) + play.volumes["no_shows"]
            assert np.array_equal(counted[:, month], called_by_month[month])
            assert np.all(called_by_month[month] <= capacity_by_month[month])


def check_slots(play: Watched, t: int) -> None:
    services, before, after = play.tables.services, play.unadmitted, play.admitted_
    on = after.status == ON_BENEFIT
    for p, slots in enumerate(services.slots[:, t].tolist()):
        inside = play.count(on & (after.track == p + 1))
        were = play.count(on & (before.track == p + 1))
        assert np.all((inside <= slots) | (inside == were))
        could = on & (after.track == 0) & ~after.barred[p] & services.admits[p][play.group]
        assert np.all((inside >= slots) | (play.count(could) == 0))


def check_meetings(play: Watched, t: int) -> np.ndarray:
    """Check the week's calls, and return them by replication and track."""
    services, start = play.tables.services, play.admitted_
    tracks = (start.track, len(services.codes))
    calls = play.calls - start.calls
    assert calls.min(initial=0) >= 0
    assert calls.max(initial=0) <= 1
    called = play.count(calls == 1, tracks)
    waiting = (start.status == ON_BENEFIT) & (start.due <= t)
    assert np.all(waiting[calls == 1])
    asked = play.count(waiting, tracks)
    assert np.array_equal(called, np.minimum(asked, services.capacity[:, t]))
    return called


def counts_of(play: Watched, rows: np.ndarray) -> np.ndarray:
    """Count persons by replication and row of ``bool[rows, persons]``."""
    counts = [play.count(row) for row in rows]
    return np.array(counts, dtype=np.int64).reshape(len(rows), play.n_reps).T


def check_grants(play: Watched, t: int, granted: dict[int, np.ndarray]) -> None:
    supports, year = play.tables.supports, int(play.tables.year_of_week[t])
    new = (play.admitted_.works_from == NEVER) & (play.works_from < NEVER)
    count = counts_of(play, new)
    granted[year] = granted.get(year, 0) + count
    assert np.all(granted[year] <= supports.grants[:, year])
    met = play.held > play.admitted_.held
    for i, who in enumerate(new):
        assert np.all(met[who] & supports.listed[i][play.group[who]])
        assert np.all(play.roster.needs[i, who])


def small_jobs_stay_within_health_and_on_benefit() -> Check:
    while True:
        play, _ = yield
        for level in (play.level, play.tallied.level):
            assert np.all((level >= 0) & (level <= play.roster.cap))
            assert np.all(level < play.tables.levels_shown)
        assert np.all(play.status[play.level > 0] == ON_BENEFIT)
        assert np.all((play.next_step < NEVER) == (play.level > 0))
        ramp = (play.tallied.status == ON_BENEFIT) & (play.status == EMPLOYED) & (play.route == 1)
        assert np.all(play.roster.cap[ramp] == play.tables.ramp.levels)
        assert np.all(play.tallied.level[ramp] == play.tables.ramp.levels - 1)


def counters_say_what_the_state_shows() -> Check:
    ladder = cause = away = None
    while True:
        play, t = yield
        if ladder is None:
            ladder, cause = play.roster.ladder.copy(), np.zeros(len(play.roster), dtype=np.int64)
            away = np.where(play.roster.origin == POOL, play.roster.elapsed, 0)
        came_back = (play.before.status == EMPLOYED) & (play.admitted_.status == ON_BENEFIT)
        ladder[came_back & (away >= 52)] = 0
        away[came_back & (away >= 52)] = 0
        cause[(play.before.status == EMPLOYED) & (play.admitted_.status == LEFT)] = 1
        for name, expected in shown_by_state(play, t, ladder, cause).items():
            assert np.array_equal(play.flow[name], expected), name
        ladder += play.tallied.status == ON_BENEFIT
        away += play.tallied.status == EMPLOYED


def shown_by_state(
    play: Watched, t: int, ladder: np.ndarray, cause: np.ndarray
) -> dict[str, np.ndarray]:
    """Recompute what the week adds to each volume."""
    tables, was, mid, end = play.tables, play.before, play.admitted_, play
    tracks = len(tables.services.codes)
    group, track = (play.group, len(tables.people.codes)), (mid.track, tracks)
    band = (np.digitize(ladder, [4, 26, 52]), 4)
    level = (play.tallied.level, tables.levels_shown)
    on, called, met = mid.status == ON_BENEFIT, end.calls > mid.calls, end.held > mid.held
    placed = on & (end.status == EMPLOYED)
    due, waited = on & (mid.due <= t), np.maximum(t - mid.due, 0)
    waiting = [
        np.bincount(
            play.rep[met & (mid.track == i)], waited[met & (mid.track == i)], minlength=play.n_reps
        )
        for i in range(tracks)
    ]
    joined = on & (mid.track > 0) & (play.unadmitted.track == 0)
    new = (mid.works_from == NEVER) & (end.works_from < NEVER)
    inside = (np.maximum(mid.track - 1, 0), max(1, tracks - 1))
    return {
        "benefit_weeks": play.count(on, group, band, level),
        "employed_weeks": play.count(mid.status == EMPLOYED, group, (mid.route, 2)),
        "left_weeks": play.count(mid.status == LEFT, group, (cause, 2)),
        "placements": play.count(placed, group, (end.route, 2)),
        "returns": play.count((was.status == EMPLOYED) & on, group),
        "not_returned": play.count((was.status == EMPLOYED) & (mid.status == LEFT), group),
        "other_exits": play.count(on & (end.status == LEFT), group),
        "arrivals": play.count((was.status == OUTSIDE) & on & (play.roster.origin > POOL), group),
        "meetings": play.count(met, track, group),
        "meetings_on_time": play.count(met & (mid.due == t), track),
        "waiting_weeks": np.array(waiting).T,
        "no_shows": play.count(called & ~met, track),
        "unmet": play.count(due & ~called, track),
        "participant_weeks": play.count(on & (mid.track > 0), inside)[:, : tracks - 1],
        "admissions": play.count(joined, inside)[:, : tracks - 1],
        "small_job_starts": play.count((mid.level == 0) & (play.tallied.level > 0), group),
        "small_job_drops": play.count((mid.level > 0) & (play.tallied.level == 0), group),
        "supports_granted": counts_of(play, new),
    }


CHECKS = (
    stock_pool_and_arrivals_are_on_benefit_at_work_or_gone,
    recipients_are_those_before_and_who_came_less_who_left,
    slots_capacity_and_grants_are_never_overdrawn_nor_left_idle,
    small_jobs_stay_within_health_and_on_benefit,
    counters_say_what_the_state_shows,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(0, 2**64 - 1))
def test_every_week_adds_up(scenario: Scenario, seed: int) -> None:
    checks = [check() for check in CHECKS]
    for check in checks:
        next(check)
    for week in weeks_of(scenario, seed):
        for check in checks:
            check.send(week)


def test_counting_by_state_sees_a_counter_that_is_wrong() -> None:
    """Negative control: one placement too many in a counter does not go unseen."""
    for play, t in weeks_of(small_town(horizon__weeks=1), seed=1):
        nobody = np.zeros(len(play.roster), dtype=np.int64)
        shown = shown_by_state(play, t, play.roster.ladder, nobody)
        assert np.array_equal(play.flow["placements"], shown["placements"])
        play.flow["placements"][0, 0, 0] += 1
        assert not np.array_equal(play.flow["placements"], shown["placements"])
