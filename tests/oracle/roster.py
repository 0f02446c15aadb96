"""The roster: everybody who is ever there, with the traits they keep, by number.

It depends on the population, never on programmes.
"""

from __future__ import annotations

from collections.abc import Iterator

from jobsim.draws import Stream, support_stream
from tests.oracle.chance import Luck, group_draw, in_band, level_of, poisson_count, standard_gamma
from tests.oracle.person import Person
from tests.oracle.tables import Tables, on

__all__ = ["ARRIVALS", "COHORT", "POOL", "STOCK", "roster_of"]

STOCK, POOL, ARRIVALS, COHORT = 0, 1, 2, 2**24 - 1
"""Origins: on benefit at the start, in work at the start, 2 + week of arrival, and those who all
arrive in week 0."""


def roster_of(tables: Tables, seed: int, replication: int) -> list[Person]:
    """Everybody of a replication, by number."""
    people = list(_everybody(tables, seed, replication))
    keys = [group.key for group in tables.groups]

    def place(person: Person) -> tuple[float, ...]:
        longest = person.elapsed if person.origin == STOCK else 0
        last = (keys[person.group], person.origin, person.k)
        return person.entry_week, -longest, person.queue_order, *last

    people.sort(key=place)
    for number, person in enumerate(people):
        person.number = number
    return people


def _everybody(tables: Tables, seed: int, replication: int) -> Iterator[Person]:
    for g, group in enumerate(tables.groups):
        sizes = {STOCK: group.stock, POOL: group.employed_pool}
        for week, day in enumerate(tables.days):
            u = group_draw(seed, replication, Stream.ARRIVALS, group.key, week)
            sizes[ARRIVALS + week] = poisson_count(on(group.inflow_per_week, day), u)
        sizes[COHORT] = group.entry_cohort
        for origin, size in sizes.items():
            for k in range(size):
                luck = Luck(seed, replication, group.key, origin, k)
                yield _person(tables, g, origin, k, luck)


def _person(tables: Tables, g: int, origin: int, k: int, luck: Luck) -> Person:
    group, elapsed = tables.groups[g], 0
    if origin in (STOCK, POOL):
        bands = group.elapsed_weeks if origin == STOCK else group.tenure_weeks
        elapsed = in_band(bands, luck.uniform(Stream.ELAPSED))
    earlier = (group.ladder_weeks.stock, group.ladder_weeks.pool, group.ladder_weeks.arrivals)
    ladder = in_band(earlier[min(origin, ARRIVALS)], luck.uniform(Stream.LADDER_AT_ENTRY))
    cap = luck.uniform(Stream.RAMP_CAP)
    return Person(
        group=g,
        origin=origin,
        k=k,
        luck=luck,
        entry_week=0 if origin == COHORT else max(origin - ARRIVALS, 0),
        elapsed=elapsed,
        frailty=_frailty(tables, g, elapsed if origin == STOCK else 0, luck),
        cap=level_of(group.small_jobs.cap_shares, cap) if group.small_jobs else 0,
        needs=_needs(tables, g, luck),
        queue_order=luck.uniform(Stream.QUEUE_ORDER),
        random_order=luck.uniform(Stream.RANDOM_ADMISSION),
        ladder=ladder + (elapsed if origin == STOCK else 0),
    )


def _frailty(tables: Tables, g: int, weeks_so_far: int, luck: Luck) -> float:
    """V of somebody still there after so many weeks of the spell: the frail ones are."""
    group = tables.groups[g]
    variance = group.frailty_variance
    if variance == 0:
        return 1.0
    survived = 0.0
    for s in range(weeks_so_far):
        survived += tables.duration(g, s) * (1.0 + tables.during[g][s])
    rate = 1.0 / variance + group.job_finding_hazard_per_week * survived
    return standard_gamma(1.0 / variance, luck.uniform(Stream.FRAILTY)) / rate


def _needs(tables: Tables, g: int, luck: Luck) -> set[int]:
    """Supports that a person of a group needs."""
    code = tables.codes[g]
    return {
        place
        for place, support in enumerate(tables.supports)
        if luck.uniform(support_stream(support.key)) < support.need_share.get(code, 0.0)
    }
