"""The records of one person: traits, status, place in the lines, draws; not what happens to them.

May import draws, tables, the town and the desks. Every attribute of a person is born here.
"""

from __future__ import annotations

import math
from collections import Counter

from jobsim.draws import NEVER, Stream
from jobsim.draws.philox import uniform_number
from jobsim.engines.reference.desks import Jobcentre, WaitingList
from jobsim.engines.reference.town import Town, Traits
from jobsim.engines.roster import POOL
from jobsim.engines.tables import ORDINARY, OTHER_EXIT, REGULAR
from jobsim.vocabulary import EMPLOYED, LEFT, ON_BENEFIT, OUTSIDE


class Person:
    """One person's records.

    Parameters
    ----------
    town : Town
    jobcentre : Jobcentre
    traits : Traits
    needs : set of int
        Supports that the person needs.
    """

    def __init__(self, town: Town, jobcentre: Jobcentre, traits: Traits, needs: set[int]) -> None:
        self.town = town
        self.jobcentre = jobcentre
        self.traits = traits
        self.group = traits.group
        self.status = OUTSIDE
        self.since = 0  # week up to which the book knows where the person has been
        # In work, and gone
        self.route = ORDINARY  # by which the present job was found
        self.worked = traits.worked  # weeks that the present job lasts
        self.return_week = traits.return_week  # in which it ends
        self.away = 0  # self-supporting weeks since the ladder last restarted
        self.cause = OTHER_EXIT  # of having left
        self.settled = False  # whether a meeting of this spell settled to leave
        # On benefit: these begin anew with every spell
        self.prospects = town.prospects(self.group, math.inf)  # of finding a job
        self.weighed = 0  # week in which supports and small job last changed them
        self.leave_week = NEVER  # of another exit
        self.held = self.seen = 0  # meetings in this spell, and in this track
        self.due = 0  # week of the next meeting
        self.track = REGULAR
        self.admitted = 0  # week of admission to the present programme
        self.programme_end = NEVER
        self.barred: set[int] = set()  # programmes left in this spell
        self.level = 0  # of the small job; 0 is none
        self.steps = 0  # reviews of the present small job
        self.started = 0  # week in which it began
        self.next_step = NEVER  # week of its next review
        self.experienced = False  # by a small job of this spell
        # For good
        self.ladder = traits.ladder  # weeks on the refund ladder
        self.cool_until = 0  # week from which another small job can start
        self.needs = needs  # supports needed and not had
        self.works_from: dict[int, int] = {}  # supports had, and the week they start to work
        self._uses: Counter[int] = Counter()
        if traits.origin == POOL:
            self._uses[Stream.JOB_DURATION] = 1  # the present job is in the roster

    # Chance

    def draw(self, stream: Stream) -> float:
        """Next uniform number of one of the person's streams."""
        n = self._uses[stream]
        self._uses[stream] += 1
        return uniform_number(
            self.town.seed,
            stream=stream,
            n=n,
            k=self.traits.k,
            origin=self.traits.origin,
            group_key=self.town.group_keys[self.group],
            replication=self.town.replication,
        )

    def waiting_time(self, stream: Stream, rate: float) -> float:
        """Exponential number with a rate; at rate 0 it never happens."""
        e = -math.log(self.draw(stream))
        return e / rate if rate > 0 else math.inf

    # Records

    def note(self, event: str, value: int = 0) -> None:
        """Note an event in the histories, if anybody wants them."""
        town = self.town
        if town.log is not None:
            town.log.add(event, town.week, town.place, self.traits.number, value)

    def count(self, volume: str, *place: int, by: int = 1) -> None:
        """Count an event in the volumes."""
        self.town.book.count(volume, self.town.week, *place, by=by)

    def become(self, status: str, from_week: int) -> None:
        """Change status; earlier weeks are entered in the book."""
        self.enter_weeks(from_week)
        self.status = status

    def change_level(self, level: int) -> None:
        """Change the level of the small job from this week on."""
        self.enter_weeks(self.town.week)
        self.level = level

    def enter_weeks(self, until: int) -> None:
        """Enter in the book the weeks before `until` that it does not know of yet."""
        book = self.town.book
        if self.status == ON_BENEFIT:
            book.benefit(self.since, until, self.ladder, self.group, self.level)
            self.ladder += until - self.since
        elif self.status == EMPLOYED:
            book.stay("employed_weeks", self.since, until, self.group, self.route)
        elif self.status == LEFT:
            book.stay("left_weeks", self.since, until, self.group, self.cause)
            if self.settled and self.cause == OTHER_EXIT:
                book.stay("meeting_left_weeks", self.since, until, self.group)
        self.since = until

    def stop(self) -> None:
        """Close the records at the end of the run."""
        self.enter_weeks(self.town.weeks)
        if self.status == ON_BENEFIT:
            self.quit_track(self.town.weeks)

    # Places and lines

    @property
    def waiting_room(self) -> WaitingList:
        """Of those whose meeting is due, in the person's track."""
        return self.jobcentre.meetings[self.track].waiting

    @property
    def small_job_seekers(self) -> WaitingList:
        """Those of the person's group who look for a small job."""
        return self.jobcentre.small_jobs[self.group].seekers

    def join_track(self, track: int) -> None:
        """Belong to the regular service or a programme; from the former one can be admitted."""
        self.track = track
        self.town.persons[track] += 1
        if track == REGULAR:
            self.jobcentre.admission.enlist(self)

    def quit_track(self, from_week: int) -> None:
        """Give up one's place, and one's seat in the waiting room."""
        self.town.persons[self.track] -= 1
        self.waiting_room.step_out(self)
        if self.track == REGULAR:
            self.jobcentre.admission.strike(self)
        else:
            place = self.track - 1
            self.town.book.stay("participant_weeks", self.admitted, from_week, place)
