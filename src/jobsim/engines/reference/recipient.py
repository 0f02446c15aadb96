"""What happens to a recipient, told by the recipient: the story of the event-driven engine.

May import draws, the tables and the event-driven engine's modules. A recipient is a SimPy process
(`Recipient.life`) that sleeps until its next own event. The desks of the jobcentre call `admit`,
`call_to_meeting`, `grant` and `start_small_job`, which interrupt the sleep, for the prospects have
changed. Records and draws are kept in the base class `Person`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator
from typing import Any

import simpy

from jobsim.draws import NEVER, Stream
from jobsim.engines.reference.desks import Jobcentre
from jobsim.engines.reference.person import Person
from jobsim.engines.reference.town import Phase, Town, Traits, clock, last_week_before
from jobsim.engines.roster import POOL, STOCK
from jobsim.engines.tables import NOT_RETURNED, ORDINARY, OTHER_EXIT, RAMP, REGULAR, RESTART_WEEKS
from jobsim.vocabulary import EMPLOYED, LEFT, ON_BENEFIT

Life = Generator[simpy.Event, Any, None]


class Recipient(Person):
    """One person, from the first day on benefit to the last; arguments as of `Person`."""

    def __init__(self, town: Town, jobcentre: Jobcentre, traits: Traits, needs: set[int]) -> None:
        super().__init__(town, jobcentre, traits, needs)
        self.wake_ups = 0
        self.process = town.env.process(self.life())

    # A life

    def life(self) -> Life:
        """Benefit, work, benefit again, until the person leaves for good or the run ends."""
        if self.traits.origin == POOL:
            self.start_employed()
        else:
            yield self.town.until(self.traits.entry_week, Phase.ENTRY)
            self.enter()
        while self.status != LEFT:
            yield from self.spell() if self.status == ON_BENEFIT else self.job()

    def spell(self) -> Life:
        """On benefit: wait for what comes next, and think again when a desk changes it."""
        while self.status == ON_BENEFIT:
            time, happens = self.next_event()
            try:
                yield self.town.env.timeout(time - self.town.env.now)
            except simpy.Interrupt:
                pass
            else:
                happens()
            self.wake_ups += 1

    def job(self) -> Life:
        """In work until the job ends."""
        yield self.town.until(self.return_week, Phase.ENTRY)
        self.lose_job()
        self.wake_ups += 1

    def next_event(self) -> tuple[float, Callable[[], None]]:
        """When the person's next own event is, and what it is."""
        time, happens = min(self.planned_events(), key=lambda event: event[0])
        last_chance = min(last_week_before(time, Phase.JOB), self.town.weeks - 1)
        week = self.prospects.week_of_job(last_chance)
        return (clock(week, Phase.JOB), self.find_job) if week < NEVER else (time, happens)

    def planned_events(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """What is bound to happen if no job is found and no desk steps in before."""
        now = self.town.env.now
        yield clock(self.leave_week, Phase.OTHER_EXIT), self.exit
        if self.track != REGULAR:
            yield clock(self.programme_end, Phase.PROGRAMME_END), self.end_programme
        if self not in self.waiting_room:
            yield max(clock(self.due, Phase.FALLS_DUE), now), self.wait_for_meeting
        for week in self.works_from.values():
            if week > self.weighed:
                yield clock(week, Phase.FALLS_DUE), self.weigh_prospects
        if self.level > 0:
            yield clock(self.next_step, Phase.REVIEW), self.review_small_job
        elif self.traits.cap >= 1 and self not in self.small_job_seekers:
            yield max(clock(self.cool_until, Phase.FALLS_DUE), now), self.seek_small_job

    def replan(self) -> None:
        """Wake up and see what comes next: a desk has changed something."""
        self.process.interrupt()

    # Coming to benefit

    def start_employed(self) -> None:
        """Be found in work at the start of the run."""
        self.become(EMPLOYED, from_week=0)
        self.away = self.traits.elapsed
        self.note("start_employed", self.traits.elapsed)

    def enter(self) -> None:
        """Come to benefit for the first time, or be found there at the start of the run."""
        if self.traits.origin == STOCK:
            self.note("start", self.traits.elapsed)
            self.begin_spell(elapsed=self.traits.elapsed)
            self.continue_spell()
        else:
            self.note("enter")
            self.count("arrivals", self.group)
            self.begin_spell()

    def lose_job(self) -> None:
        """Come back to benefit when a job ends, or leave for good."""
        self.away += self.worked
        if not self.draw(Stream.RETURN) < self.town.tables.people.return_share[self.group]:
            self.become(LEFT, from_week=self.town.week)
            self.cause = NOT_RETURNED
            self.count("not_returned", self.group)
            self.note("not_returned", self.worked)
            return
        self.count("returns", self.group)
        self.note("return", self.worked)
        if self.away >= RESTART_WEEKS:
            self.ladder = self.away = 0
        self.begin_spell()

    def begin_spell(self, elapsed: int = 0) -> None:
        """Start a spell on benefit: a new chance of work, and the first meeting to come."""
        people, week = self.town.tables.people, self.town.week
        self.become(ON_BENEFIT, from_week=week)
        rate = float(people.hazard[self.group]) * self.traits.frailty
        threshold = self.waiting_time(Stream.JOB_THRESHOLD, rate)
        self.prospects = self.town.prospects(self.group, threshold, elapsed)
        weeks = self.waiting_time(Stream.OTHER_EXIT, float(people.other_exit[self.group]))
        self.leave_week = week + math.floor(min(weeks, NEVER))
        self.held = self.seen = 0
        self.due = week + self.town.services.first_meeting_weeks
        self.level = 0
        self.experienced = False
        self.settled = False
        self.barred = set()
        self.join_track(REGULAR)
        self.weigh_prospects()

    def continue_spell(self) -> None:
        """Take the run up in the middle of a spell, with a meeting behind and one to come."""
        ramp = self.town.tables.ramp
        self.held = self.seen = self.town.regular_entries(self.group)
        self.due = self.traits.first_due
        past = self.town.tables.people.past
        self.prospects.lasting = float(past[self.group, self.traits.elapsed])
        if self.traits.level > 0:
            self.level = self.traits.level
            self.next_step = self.traits.next_step
            self.steps = self.level - 1
            self.started = -ramp.step_weeks * self.level
            self.experienced = -self.started >= ramp.experience_weeks
            self.note("start_small_job", self.level)
            self.weigh_prospects()

    # Programmes

    def admit(self, track: int) -> None:
        """Be admitted to a programme."""
        week = self.town.week
        self.quit_track(from_week=week)
        self.join_track(track)
        self.admitted = week
        self.programme_end = self.town.programme_end(track, week)
        self.seen = 0
        self.due = min(self.due, week)
        self.count("admissions", track - 1)
        self.note("admitted", track)
        self.replan()

    def end_programme(self) -> None:
        """Go back to the regular service, not to return to this programme in this spell."""
        self.note("programme_end", self.track)
        self.barred.add(self.track)
        self.quit_track(from_week=self.town.week)
        self.join_track(REGULAR)
        self.seen = self.town.regular_entries(self.group)

    # Meetings and supports

    def wait_for_meeting(self) -> None:
        """Take a seat in the waiting room of one's track: a meeting is due."""
        self.waiting_room.join((self.due, self.traits.number), self)

    def call_to_meeting(self, quality: float) -> None:
        """Be called in by a caseworker; some do not come."""
        if self.draw(Stream.NO_SHOW) < self.town.tables.people.no_show[self.group]:
            self.due = self.town.week + 1
            self.count("no_shows", self.track)
            self.note("no_show", self.track)
        else:
            self.meet(quality)
        self.replan()

    def meet(self, quality: float) -> None:
        """Meet a caseworker: prospects rise for some weeks, and the next meeting is set."""
        services, week = self.town.services, self.town.week
        self.prospects.live_through(week)
        self.held += 1
        self.seen += 1
        which = (self.track, self.group, 0 if self.held == 1 else 1)
        boost = self.prospects.boost + float(services.gain[which]) * quality
        self.prospects.boost = min(boost, services.max_boost)
        lasting = self.prospects.lasting + float(services.lasting_gain[which]) * quality
        self.prospects.lasting = min(lasting, services.max_lasting_boost)
        waited = week - self.due
        self.due = week + self.town.interval(self.track, self.group, self.seen)
        self.count("meetings", self.track, self.group)
        self.count("meetings_on_time", self.track, by=int(waited == 0))
        self.count("waiting_weeks", self.track, by=waited)
        self.note("meeting", waited)
        if self.draw(Stream.MEETING_EXIT) < self.town.tables.people.meeting_exit[self.group]:
            self.settle_exit()
        self.jobcentre.supports.met.join((self.traits.number,), self)

    def settle_exit(self) -> None:
        """Agree to leave benefit this week for something else than work."""
        self.settled = True
        self.leave_week = self.town.week
        self.count("meeting_exits", self.group)
        self.note("meeting_exit", self.track)

    def wants(self, support: int) -> bool:
        """Whether to ask for a support at a meeting."""
        listed = self.town.tables.supports.listed[support, self.group]
        return support in self.needs and bool(listed)

    def grant(self, support: int) -> None:
        """Be granted a support, which may take some weeks until it works."""
        self.needs.remove(support)
        lead_weeks = int(self.town.tables.supports.lead_weeks[support])
        self.works_from[support] = self.town.week + lead_weeks
        self.weigh_prospects()
        self.count("supports_granted", support)
        self.note("support", support)
        self.replan()

    # Small jobs

    def seek_small_job(self) -> None:
        """Get in line for an opening."""
        self.small_job_seekers.join((self.traits.queue, self.traits.number), self)

    def start_small_job(self) -> None:
        """Take an opening: a few paid hours a week beside the benefit."""
        self.change_level(1)
        self.steps = 0
        self.started = self.town.week
        self.next_step = self.started + self.town.tables.ramp.step_weeks
        self.weigh_prospects()
        self.count("small_job_starts", self.group)
        self.note("small_job", 1)
        self.replan()

    def review_small_job(self) -> None:
        """Lose the small job, climb in hours as far as health allows, or stay as one is."""
        ramp, week = self.town.tables.ramp, self.town.week
        if week - self.started >= ramp.experience_weeks:
            self.experienced = True
        u = self.draw(Stream.RAMP_STEP)
        review = min(self.steps, ramp.drop.shape[1] - 1)  # the last entry goes on
        self.steps += 1
        self.next_step = week + ramp.step_weeks
        if u < ramp.drop[self.group, review]:
            self.cool_until = week + ramp.cool_weeks
            self.count("small_job_drops", self.group)
            self.note("drop", self.level)
            self.change_level(0)
        elif u < ramp.drop_or_climb[self.group, review] and self.level < self.traits.cap:
            self.climb()
        self.weigh_prospects()

    def climb(self) -> None:
        """Work more hours; at the highest level, live by them."""
        if self.level + 1 == self.town.tables.ramp.levels:
            self.take_job(RAMP)
        else:
            self.change_level(self.level + 1)
            self.note("step", self.level)

    # Leaving benefit

    def find_job(self) -> None:
        """Find an ordinary job."""
        self.take_job(ORDINARY)

    def take_job(self, route: int) -> None:
        """Work from next week on, for as long as the job lasts."""
        week, track = self.town.week, self.track
        self.count("placements", self.group, route)
        self.note("placed", route)
        self.leave_benefit(EMPLOYED)
        self.route = route
        multiplier = float(self.town.services.job_loss_multiplier[track])
        if route == RAMP:
            multiplier = multiplier * self.town.tables.ramp.job_loss_multiplier
        job_loss = self.town.job_loss[self.group]
        reach = self.waiting_time(Stream.JOB_DURATION, multiplier)
        self.worked = bisect_left(job_loss, reach, lo=1)  # smallest d >= 1 that reaches it
        self.return_week = week + 1 + self.worked if self.worked < len(job_loss) else NEVER

    def exit(self) -> None:
        """Leave benefit for something else than work, for good."""
        self.count("other_exits", self.group)
        self.note("other_exit")
        self.leave_benefit(LEFT)
        self.cause = OTHER_EXIT

    def leave_benefit(self, status: str) -> None:
        """Still counted on benefit this week; every place is free from the next one on."""
        next_week = self.town.week + 1
        self.become(status, from_week=next_week)
        self.quit_track(from_week=next_week)
        self.small_job_seekers.step_out(self)
        self.level = 0

    # What changes at many of these events

    def weigh_prospects(self) -> None:
        """Multiply supports, small job and experience into one factor, in this order."""
        supports, ramp, week = self.town.tables.supports, self.town.tables.ramp, self.town.week
        self.prospects.live_through(week)
        factor = 1.0
        for support, works_from in sorted(self.works_from.items()):
            effect = supports.multiplier if works_from <= week else supports.lock_in
            factor = factor * float(effect[support])
        if self.level > 0:
            factor = factor * float(ramp.multiplier[self.group])
        if self.experienced:
            factor = factor * ramp.experience_multiplier
        self.prospects.factor = factor
        self.weighed = week
