"""One person's traits, chance and state, and what a week does to it, in plain Python.

May import draws and the rules, and the engines' roster, which says who the people are. What a spell
begins with stands in `begin_spell`; whatever is not there outlives it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from scipy.special import pdtr

from jobsim.draws import GROUP_DRAW, NEVER, Stream
from jobsim.draws.philox import uniform_number
from jobsim.engines.roster import ARRIVAL_ORIGIN, Roster
from jobsim.scenario.parts import Group
from jobsim.verification.rules import PlainRules
from jobsim.vocabulary import ON_BENEFIT, OUTSIDE, ROUTES

ORDINARY, RAMP = range(len(ROUTES))
"""Places of the routes into work."""


class Chance(NamedTuple):
    """The draws of one replication."""

    seed: int
    replication: int

    def uniform(self, stream: int, n: int, k: int, origin: int, group_key: int) -> float:
        """Uniform number of a key."""
        return uniform_number(
            self.seed,
            stream=stream,
            n=n,
            k=k,
            origin=origin,
            group_key=group_key,
            replication=self.replication,
        )

    def poisson(self, stream: Stream, group_key: int, week: int, mean: float) -> int:
        """Poisson number of a group and week: the first whose distribution function reaches u."""
        u = self.uniform(stream, 0, GROUP_DRAW, week + ARRIVAL_ORIGIN, group_key)
        return bisect_left(range(NEVER), u, key=lambda n: float(pdtr(n, mean)))


@dataclass(slots=True)
class Biography:
    """Traits out of the roster, and the state that follows from the events so far."""

    number: int
    needs: set[int]
    """Supports needed and not had."""
    rules: PlainRules
    chance: Chance
    group: int
    origin: int
    k: int
    entry_week: int
    elapsed: int
    """Weeks of the spell or job in which the run finds the person."""
    ladder: int
    """Weeks on the refund ladder."""
    first_due: int
    """Week of the first meeting of those on benefit at the start."""
    cap: int
    """Highest level of a small job that health allows."""
    queue: float
    """Order in which openings are offered."""
    frailty: float
    lottery: float
    """Order of random admission."""
    first_level: int
    """Level of the small job at the start."""
    first_review: int
    """Week of its first review."""

    status: str = OUTSIDE
    uses: Counter[Stream] = field(default_factory=Counter)
    """How often each stream has been drawn from, in the whole run."""
    works_from: dict[int, int] = field(default_factory=dict)
    """Supports had, and the week from which each works."""
    cool_until: int = 0
    away: int = 0
    """Self-supporting weeks since the ladder last restarted."""
    placed: int = -1
    """Week before the present job's first."""
    return_week: float = math.inf
    """Week after the present job's last."""
    route: int = 0

    spell_weeks: int = 0
    threshold: float = math.inf
    """Cumulative hazard at which an ordinary job is found."""
    lived: float = 0.0
    """Cumulative hazard of this spell so far."""
    boost: float = 0.0
    lasting: float = 0.0
    """What lasts of the meetings of this spell."""
    leave: float = math.inf
    """Time at which the person leaves benefit for something else than work."""
    settled: bool = False
    """Whether a meeting of this spell has settled that."""
    track: int = 0
    admitted: int = 0
    barred: set[int] = field(default_factory=set)
    due: int = 0
    held: int = 0
    """Meetings in this spell."""
    seen: int = 0
    """Meetings in the present track."""
    level: int = 0
    steps: int = 0
    """Reviews of the present small job."""
    started: int = 0
    review: int = 0
    """Week of the next review."""
    experienced: bool = False

    @property
    def of(self) -> Group:
        """The person's group."""
        return self.rules.groups[self.group]

    def draw(self, stream: Stream) -> float:
        """Next uniform number of one of the person's streams."""
        n = self.uses[stream]
        self.uses[stream] += 1
        return self.chance.uniform(stream, n, self.k, self.origin, self.of.key)

    def waiting_time(self, stream: Stream, rate: float = 1.0) -> float:
        """Exponential number with a rate; at rate 0 it never happens."""
        drawn = -math.log(self.draw(stream))
        return drawn / rate if rate > 0 else math.inf

    def admission_order(self, order: str) -> float:
        """Place in a programme's order of admission; ties go by number."""
        return {
            "longest_first": 0.0,
            "newest_first": -float(self.number),
            "random": self.lottery,
            "most_employable_first": -self.frailty,
            "least_employable_first": self.frailty,
        }[order]

    def begin_spell(self, week: int) -> None:
        """Come to benefit, in the regular service and without a small job."""
        self.status, self.spell_weeks = ON_BENEFIT, 0
        self.threshold = self.waiting_time(Stream.JOB_THRESHOLD)
        self.leave = week + self.waiting_time(Stream.OTHER_EXIT, self.of.other_exit_hazard_per_week)
        self.lived = self.boost = self.lasting = 0.0
        self.settled = False
        self.track, self.barred = 0, set()
        self.due = week + self.rules.scenario.regular_service.first_meeting_weeks
        self.held = self.seen = 0
        self.level, self.experienced = 0, False

    def continue_spell(self) -> None:
        """Be in the middle of the first spell, with a meeting behind, and perhaps a small job."""
        self.spell_weeks, self.due = self.elapsed, self.first_due
        self.held = self.seen = len(self.rules.intervals(0, self.group))
        self.lasting, _ = self.rules.lasting[self.group][self.elapsed]
        if self.first_level > 0:
            jobs = self.rules.ramp
            self.level, self.steps = self.first_level, self.first_level - 1
            self.started, self.review = -jobs.step_weeks * self.level, self.first_review
            self.experienced = -self.started >= jobs.experience_weeks

    def meet(self, week: int, quality: float) -> None:
        """Meet a caseworker, who raises the hazard and sets the next meeting."""
        self.held += 1
        self.seen += 1
        effect, rules = self.rules.scenario.meetings, self.rules
        first = effect.first_meeting_factor if self.held == 1 else 1.0
        share = first * rules.tracks[self.track].gain_multiplier * quality
        self.boost = min(self.boost + self.of.meeting_gain * share, effect.max_boost)
        lasting = self.lasting + self.of.lasting_gain * share
        self.lasting = min(lasting, effect.max_lasting_boost or 0.0)
        self.due = week + rules.next_meeting(self.track, self.group, self.seen)

    def factor(self, week: int) -> float:
        """Product of what supports, small job and experience do to the hazard."""
        factor = 1.0
        for place, works_from in self.works_from.items():
            support = self.rules.supports[place]
            factor *= support.multiplier if works_from <= week else support.lock_in_multiplier
        if self.level > 0 and self.of.small_jobs is not None:
            factor *= self.of.small_jobs.hazard_multiplier
        return factor * self.rules.ramp.experience_multiplier if self.experienced else factor

    def find_job(self, week: int) -> bool:
        """Live through a week of looking for work; say whether it was found."""
        rules, group = self.rules, self.group
        hazard = self.of.job_finding_hazard_per_week * self.frailty
        hazard *= rules.duration[group][self.spell_weeks] * rules.cycle[group][week]
        self.lived += hazard * (1.0 + self.boost + self.lasting) * self.factor(week)
        self.lasting *= rules.lasting_decay
        self.boost *= 0.5 ** (1.0 / rules.scenario.meetings.half_life_weeks)
        return self.lived >= self.threshold

    def review_small_job(self, week: int) -> tuple[str, int] | None:
        """Event and value of a review, if anything changes."""
        mine, jobs = self.of.small_jobs, self.rules.ramp
        assert mine is not None
        self.experienced |= week - self.started >= jobs.experience_weeks
        u = self.draw(Stream.RAMP_STEP)
        drop, climb = (
            chances[min(self.steps, len(chances) - 1)]
            for chances in (mine.drop_probabilities, mine.climb_probabilities)
        )
        self.steps, self.review = self.steps + 1, week + jobs.step_weeks
        if u < drop:
            return "drop", self.level
        if u >= drop + climb or self.level >= self.cap:
            return None
        higher = self.level + 1
        return ("step", higher) if higher < len(jobs.hours_per_week) else ("placed", RAMP)

    def take_job(self, week: int, multiplier: float, tenure: int = 0) -> None:
        """Work until a job ends whose hazard of loss has this multiplier."""
        loss = self.rules.job_loss[self.group]
        reach = loss[tenure] + self.waiting_time(Stream.JOB_DURATION, multiplier)
        length = bisect_left(loss, reach, lo=tenure + 1)
        self.placed = week
        self.return_week = week + 1 + length - tenure if length < len(loss) else math.inf


_TRAITS = (
    *("group", "origin", "k", "entry_week", "elapsed", "ladder", "first_due", "cap", "queue"),
    *("frailty", "lottery", "level", "next_step"),
)
"""What the roster says of everybody, in the order of a biography."""


def biographies(rules: PlainRules, roster: Roster) -> list[Biography]:
    """The people of a roster of one replication, in order of number."""
    chance = Chance(roster.seed, int(roster.replications[0]))
    traits = zip(*(getattr(roster, name).tolist() for name in _TRAITS), strict=True)
    needs = [{i for i, row in enumerate(roster.needs) if row[n]} for n in range(len(roster))]
    return [
        Biography(number, needs[number], rules, chance, *own) for number, own in enumerate(traits)
    ]
