"""Checks of who the people are: every trait of everybody, worked out again from the draws.

May import draws, the context and the rules. Nothing is counted and nothing allowed for: a trait is
what its own draw says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import Any

import numpy as np
from scipy.special import gammainccinv, gammaincinv

from jobsim.draws import Stream, support_stream
from jobsim.engines.roster import ARRIVAL_ORIGIN, COHORT, POOL, STOCK
from jobsim.scenario import Group
from jobsim.scenario.fields import Band
from jobsim.verification.biography import Chance
from jobsim.verification.context import Checks, Context
from jobsim.verification.result import Compared, Expectation, same
from jobsim.verification.rules import PlainRules

CHECKS = Checks()

_TABULATED = 2e-6
"""Relative error of a gamma quantile that is read from a table."""
_TAIL = 1e-9
"""Tail probability beyond which the table ends."""


@dataclass(frozen=True)
class Person:
    """One person as the draws and the scenario say."""

    rules: PlainRules
    chance: Chance
    group: int
    origin: int
    k: int

    def _draw(self, stream: int, n: int = 0) -> float:
        return self.chance.uniform(stream, n, self.k, self.origin, self._of.key)

    @property
    def _of(self) -> Group:
        return self.rules.groups[self.group]

    @property
    def entry_week(self) -> int:
        """Week of coming."""
        return 0 if self.origin == COHORT else max(0, self.origin - ARRIVAL_ORIGIN)

    @cached_property
    def elapsed(self) -> int:
        """Weeks of the spell or job so far."""
        bands = {STOCK: self._of.elapsed_weeks, POOL: self._of.tenure_weeks}.get(self.origin)
        return _week_at(bands, self._draw(Stream.ELAPSED)) if bands else 0

    @property
    def ladder(self) -> int:
        """Weeks on the refund ladder, those of the present spell included."""
        weeks = self._of.ladder_weeks
        bands = {STOCK: weeks.stock, POOL: weeks.pool}.get(self.origin, weeks.arrivals)
        before = _week_at(bands, self._draw(Stream.LADDER_AT_ENTRY))
        return before + self.elapsed if self.origin == STOCK else before

    @property
    def frailty(self) -> float:
        """Factor on the hazard of finding a job.

        Whoever has lived through a cumulative hazard H without finding one has a
        gamma(1/variance, 1/variance + H) frailty; of those on benefit at the start, H is the sum
        over the weeks that they have been there, no more and no less, with what lasts of the
        meetings that they have had.
        """
        shape, u = 1 / self._of.frailty_variance, self._draw(Stream.FRAILTY)
        u = min(max(u, _TAIL), 1 - _TAIL)
        quantile = gammaincinv(shape, u) if u < 0.5 else gammainccinv(shape, 1 - u)
        lived = self.elapsed if self.origin == STOCK else 0
        hazard = self._of.job_finding_hazard_per_week
        paces = zip(self.rules.duration[self.group], self.rules.lasting[self.group], strict=True)
        weeks = sum(pace * (1.0 + boost) for pace, (_, boost) in islice(paces, lived))
        rate = shape + hazard * weeks
        return float(quantile / rate)

    @cached_property
    def queue(self) -> float:
        """Place in the queue for openings."""
        return self._draw(Stream.QUEUE_ORDER)

    @property
    def lottery(self) -> float:
        """Place in the order of random admission, where there is one."""
        orders = {programme.admission for programme in self.rules.programmes}
        return self._draw(Stream.RANDOM_ADMISSION) if "random" in orders else 0.0

    @cached_property
    def cap(self) -> int:
        """Highest level of a small job that health allows."""
        mine = self._of.small_jobs
        return _level_at(mine.cap_shares, self._draw(Stream.RAMP_CAP)) if mine else 0

    @cached_property
    def level(self) -> int:
        """Level of the small job at the start, below the last one."""
        mine, jobs = self._of.small_jobs, self.rules.scenario.small_jobs
        if self.origin != STOCK or not mine or not jobs or not mine.start_level_shares:
            return 0
        drawn = _level_at(mine.start_level_shares, self._draw(Stream.SMALL_JOB_AT_START))
        return min(drawn, self.cap, len(jobs.hours_per_week) - 1)

    @property
    def next_step(self) -> int | None:
        """Week of the first review of that small job."""
        if self.level == 0:
            return None
        return math.floor(self._draw(Stream.SMALL_JOB_AT_START, 1) * self.rules.ramp.step_weeks)

    @property
    def first_due(self) -> int:
        """Week of the first meeting of those on benefit at the start."""
        if self.origin != STOCK:
            return 0
        last = self.rules.past.interval_weeks[self.rules.codes[self.group]][-1]
        return math.floor(self._draw(Stream.FIRST_MEETING) * last)

    @property
    def needs(self) -> tuple[bool, ...]:
        """Whether each support is needed."""
        code = self.rules.codes[self.group]
        return tuple(
            self._draw(support_stream(support.key)) < support.need_share.get(code, 0.0)
            for support in self.rules.supports
        )

    @property
    def order(self) -> tuple[float, ...]:
        """Order of number: first come, longest there, queue order; then as they are named."""
        there = self.elapsed if self.origin == STOCK else 0
        return self.entry_week, -there, self.queue, self._of.key, self.origin, self.k


def _week_at(bands: Sequence[Band], u: float) -> int:
    """Whole week at a uniform number, spread evenly within each band."""
    kept = [band for band in bands if band.share > 0]
    below = list(accumulate((band.share for band in kept), initial=0.0))
    place = next((i for i, total in enumerate(below[1:]) if u <= total), len(kept) - 1)
    band = kept[place]
    within = math.floor((u - below[place]) / band.share * (band.to - band.from_))
    return min(band.from_ + within, band.to - 1)


def _level_at(shares: Sequence[float], u: float) -> int:
    """Smallest level up to which the shares add up to a uniform number; the last takes the rest."""
    totals = enumerate(accumulate(shares))
    last = max(level for level, share in enumerate(shares) if share > 0)
    return next((level for level, total in totals if shares[level] > 0 and u <= total), last)


def _people(rules: PlainRules, chance: Chance) -> list[Person]:
    """Everybody of a replication, in order of number."""
    everybody = (
        Person(rules, chance, place, origin, k)
        for place, group in enumerate(rules.groups)
        for origin, count in _counts(rules, chance, place, group)
        for k in range(count)
    )
    return sorted(everybody, key=lambda person: person.order)


def _counts(
    rules: PlainRules, chance: Chance, place: int, group: Group
) -> Iterator[tuple[int, int]]:
    """How many persons of a group there are of each origin."""
    yield STOCK, group.stock
    yield POOL, group.employed_pool
    for week, day in enumerate(rules.days):
        mean = group.inflow_per_week.on(day)
        yield week + ARRIVAL_ORIGIN, chance.poisson(Stream.ARRIVALS, group.key, week, mean)
    yield COHORT, group.entry_cohort


_TRAITS = (
    *("group", "origin", "k", "entry_week", "elapsed", "ladder", "queue", "lottery", "cap"),
    *("level", "first_due"),
)


@CHECKS.add("traits", nothing="there is nobody")
def traits(context: Context) -> Compared:
    """Everybody is who the draws say, and comes in the order of number."""
    expectations = []
    rosters = context.rosters(context.scenario)
    for roster in rosters:
        rules, chance = context.rules, Chance(context.seed, int(roster.replications[0]))
        people = _people(rules, chance)
        expectations.append(Expectation("persons", len(people), len(roster)))
        if len(people) != len(roster) or not people:
            continue
        expectations += [
            same(f"persons whose {name} differs", _column(people, name), getattr(roster, name))
            for name in _TRAITS
        ]
        needs = np.array([person.needs for person in people]).reshape(len(people), -1)
        expectations.append(same("persons whose needs differ", needs.T, roster.needs))
        reviews = [
            person.next_step in (None, week)
            for person, week in zip(people, roster.next_step.tolist(), strict=True)
        ]
        expectations.append(Expectation("persons whose review differs", 0, reviews.count(False)))
    return Compared(
        f"traits of {sum(map(len, rosters)):,} persons, each worked out from its own draw",
        expectations if sum(map(len, rosters)) else [],
    )


def _column(people: Sequence[Person], name: str) -> list[Any]:
    return [getattr(person, name) for person in people]


@CHECKS.add("frailty one by one", nothing="no group has frailty")
def frailty_one_by_one(context: Context) -> Compared:
    """Frailty is a gamma quantile over 1/variance and the hazard lived through so far, exactly."""
    far, checked = 0, 0
    for roster in context.rosters(context.scenario):
        chance = Chance(context.seed, int(roster.replications[0]))
        names = zip(*(getattr(roster, n).tolist() for n in ("group", "origin", "k")), strict=True)
        for found, name in zip(roster.frailty.tolist(), names, strict=True):
            person = Person(context.rules, chance, *name)
            if context.rules.groups[person.group].frailty_variance > 0:
                checked += 1
                far += not math.isclose(found, person.frailty, rel_tol=_TABULATED)
    return Compared(
        f"of {checked:,} persons, those whose frailty is not the gamma quantile of their draw over "
        "1/variance + the hazard of exactly the weeks that they have been on benefit",
        [Expectation("", 0, far)] if checked else [],
    )
