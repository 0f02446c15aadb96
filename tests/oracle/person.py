"""A person: traits that stay, and the state that the weeks change."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from jobsim.draws import Stream
from jobsim.vocabulary import EMPLOYED, LEFT, ON_BENEFIT, OUTSIDE
from tests.oracle.chance import Luck, level_of
from tests.oracle.tables import REGULAR, Tables

__all__ = ["NOT_RETURNED", "ORDINARY", "OTHER_EXIT", "RAMP", "Person"]

ORDINARY, RAMP = 0, 1
"""Routes into work."""
OTHER_EXIT, NOT_RETURNED = 0, 1
"""Causes of leaving for good."""


@dataclass
class Person:
    """Somebody, as they stand at one moment of the run; letters are those of the rules."""

    group: int
    origin: int
    k: int
    luck: Luck
    entry_week: int
    elapsed: int  # weeks of the spell (stock) or in the job (pool) before week 0
    frailty: float  # v: factor on the hazard of finding a job
    cap: int  # highest level that health allows
    needs: set[int]  # supports
    queue_order: float
    random_order: float
    ladder: int  # weeks on the refund ladder
    number: int = -1  # place in the roster

    status: str = OUTSIDE
    cause: int = -1  # of having left
    track: int = REGULAR
    admitted: int = -1  # week of admission to the present programme
    barred: set[int] = field(default_factory=set)  # programmes left in this spell
    due: int = -1  # week from which the person waits for the next meeting
    held: int = 0  # meetings in this spell
    seen: int = 0  # meetings in this track
    boost: float = 0.0  # M: what meetings add to the hazard
    lasting: float = 0.0  # K: what lasts of it
    settled: bool = False  # whether a meeting of this week settled that the person leaves
    spell_weeks: int = 0  # s
    cumulative_hazard: float = 0.0  # acc
    threshold: float = math.inf  # thr: the cumulative hazard at which a job is found
    leave: float = math.inf  # week of the other exit

    level: int = 0  # of the small job, 0 without one
    steps: int = 0  # reviews of this small job so far
    started: int = 0  # week in which it began
    next_step: int = 0  # week of its next review
    cool_until: int = 0  # week from which another small job can start
    experienced: bool = False
    works_from: dict[int, int] = field(default_factory=dict)  # week, by support received

    route: int = -1  # by which the present job was found
    job_weeks: int = 0  # of the present job, that `away` does not have yet
    return_week: float = math.inf  # first week after the present job
    away: int = 0  # self-supporting weeks since the ladder last restarted

    @property
    def on_benefit(self) -> bool:
        """Whether the person is a recipient."""
        return self.status == ON_BENEFIT

    def begin_spell(self, tables: Tables, week: int) -> None:
        """Come on benefit, at entry or return."""
        group = tables.groups[self.group]
        e6 = self.luck.exponential(Stream.JOB_THRESHOLD)
        e7 = self.luck.exponential(Stream.OTHER_EXIT)
        hazard = group.job_finding_hazard_per_week * self.frailty
        other_exit = group.other_exit_hazard_per_week
        self.status, self.track, self.barred = ON_BENEFIT, REGULAR, set()
        self.threshold = e6 / hazard if hazard > 0 else math.inf
        self.leave = week + math.floor(e7 / other_exit) if other_exit > 0 else math.inf
        self.cumulative_hazard = self.boost = self.lasting = 0.0
        self.level, self.experienced = 0, False
        self.held = self.seen = self.spell_weeks = 0
        self.due = week + tables.scenario.regular_service.first_meeting_weeks

    def begin_first_spell_of_stock(self, tables: Tables) -> None:
        """Go on, in week 0, with a spell that began before it."""
        self.begin_spell(tables, 0)
        met = tables.interval(REGULAR, self.group)
        self.spell_weeks = self.elapsed
        self.held = self.seen = len(met)
        last = tables.interval_before(self.group)[-1]
        self.due = math.floor(self.luck.uniform(Stream.FIRST_MEETING) * last)
        self.lasting = tables.past[self.group][self.elapsed]
        jobs, mine = tables.scenario.small_jobs, tables.groups[self.group].small_jobs
        if mine is not None and mine.start_level_shares:
            u = self.luck.uniform(Stream.SMALL_JOB_AT_START)
            self.level = min(level_of(mine.start_level_shares, u), self.cap, tables.levels - 1)
        if self.level > 0:
            u = self.luck.uniform(Stream.SMALL_JOB_AT_START)
            self.next_step = math.floor(u * jobs.step_weeks)
            self.steps = self.level - 1
            self.started = -jobs.step_weeks * self.level
            self.experienced = -self.started >= jobs.experience_weeks

    def begin_pool_job(self, tables: Tables) -> None:
        """Go on, in week 0, with a job that began before it."""
        tenure = self.elapsed
        length = tables.job_length(self.group, tenure, self.luck.exponential(Stream.JOB_DURATION))
        self.status, self.route, self.away = EMPLOYED, ORDINARY, tenure
        if length is not None:
            self.job_weeks = self.return_week = length - tenure

    def begin_job(self, tables: Tables, week: int, route: int) -> None:
        """Leave benefit for a job found in a week; the next week is its first."""
        loss = tables.tracks[self.track].job_loss_multiplier
        if route == RAMP:
            loss = loss * tables.scenario.small_jobs.job_loss_multiplier
        e11 = self.luck.exponential(Stream.JOB_DURATION)
        length = tables.job_length(self.group, 0, e11 / loss) if loss > 0 else None
        self.status, self.route, self.level, self.return_week = EMPLOYED, route, 0, math.inf
        if length is not None:
            self.job_weeks, self.return_week = length, week + 1 + length

    def leave_for_good(self, cause: int) -> None:
        """Leave benefit, or work, and never come back."""
        self.status, self.cause = LEFT, cause

    def factor(self, tables: Tables, week: int) -> float:
        """Product of the multipliers of supports, small job and experience."""
        product = 1.0
        for place, support in enumerate(tables.supports):
            if place in self.works_from:
                works = self.works_from[place] <= week
                product = product * (support.multiplier if works else support.lock_in_multiplier)
        if self.level > 0:
            product = product * tables.groups[self.group].small_jobs.hazard_multiplier
        if self.experienced:
            product = product * tables.scenario.small_jobs.experience_multiplier
        return product
