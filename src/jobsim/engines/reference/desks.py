"""The desks of the jobcentre, as SimPy processes: admission, meetings, supports, small jobs.

May import the town. Each desk opens once a week, at its phase, and serves those who
stand in its waiting list; what being served means to a recipient is told in recipient.py.

People and desks may know each other, here alone of all files of jobsim: people step into lines, and
desks call them out of these by what happens to them (`admit`, `grant`, …). The desks know people by
type only, so that files are still loaded one way.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy
from simpy.resources.store import PriorityItem

from jobsim.engines.reference.town import Phase, Town

if TYPE_CHECKING:
    from jobsim.engines.reference.person import Person
    from jobsim.engines.reference.recipient import Recipient


Work = Generator[simpy.Event, Any, None]


class WaitingList:
    """People in line, first in order first; anybody may step out of it again.

    Parameters
    ----------
    env : simpy.Environment

    Notes
    -----
    A `simpy.PriorityStore` holds tickets. Stepping out only makes the ticket void: whoever calls
    the next in line passes void tickets over.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._store = simpy.PriorityStore(env)
        self._tickets: dict[Person, PriorityItem] = {}

    def __len__(self) -> int:
        return len(self._tickets)

    def __contains__(self, person: Person) -> bool:
        return person in self._tickets

    def join(self, order: tuple[float, ...], person: Person) -> None:
        """Get in line; the lowest order is first."""
        ticket = PriorityItem(order, person)
        self._tickets[person] = ticket
        self._store.put(ticket)

    def step_out(self, person: Person) -> None:
        """Leave the line, if in it."""
        self._tickets.pop(person, None)

    def call(self, places: int) -> Generator[simpy.Event, PriorityItem, list[Recipient]]:
        """Take the first in line, one for each place."""
        called: list[Recipient] = []
        while len(called) < places and self._tickets:
            ticket = yield self._store.get()
            if self._tickets.get(ticket.item) is ticket:
                del self._tickets[ticket.item]
                called.append(ticket.item)
        return called


class AdmissionDesk:
    """Fills the free slots of the programmes, in order of the file."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.candidates = [WaitingList(town.env) for _ in town.services.order]
        """Per programme: on benefit, in the regular track, of an admitted group, not barred."""
        town.env.process(self.work())

    def work(self) -> Work:
        """Once a week, before the meetings."""
        for week in range(self.town.weeks):
            yield self.town.until(week, Phase.ADMISSION)
            for programme, candidates in enumerate(self.candidates):
                track = programme + 1
                free = int(self.town.services.slots[programme, week]) - self.town.persons[track]
                for person in (yield from candidates.call(free)):
                    person.admit(track)

    def enlist(self, person: Person) -> None:
        """Make somebody in the regular track a candidate wherever that is allowed."""
        services = self.town.services
        for programme, candidates in enumerate(self.candidates):
            if services.admits[programme, person.group] and programme + 1 not in person.barred:
                candidates.join(_priority(services.order[programme], person), person)

    def strike(self, person: Person) -> None:
        """Somebody is no candidate any more."""
        for candidates in self.candidates:
            candidates.step_out(person)


def _priority(order: str, person: Person) -> tuple[float, float]:
    """Place in an order of admission; ties by number."""
    traits = person.traits
    first = {
        "longest_first": traits.number,
        "newest_first": -traits.number,
        "random": traits.lottery,
        "most_employable_first": -traits.frailty,
        "least_employable_first": traits.frailty,
    }
    return first[order], traits.number


class MeetingDesk:
    """The caseworkers of one track: each week they call in as many as they have time for."""

    def __init__(self, town: Town, track: int) -> None:
        self.town = town
        self.track = track
        self.waiting = WaitingList(town.env)
        """Whose meeting is due, the longest due first."""
        town.env.process(self.work())

    def work(self) -> Work:
        """Once a week, after the admissions."""
        services, track = self.town.services, self.track
        for week in range(self.town.weeks):
            yield self.town.until(week, Phase.MEETINGS)
            row = services.quality_row[track, week]
            quality = float(services.quality[track][row, self.town.persons[track]])
            for person in (yield from self.waiting.call(int(services.capacity[track, week]))):
                person.call_to_meeting(quality)
            self.town.book.count("unmet", week, track, by=len(self.waiting))


class SupportDesk:
    """Grants supports to those met this week, while the money of the calendar year lasts."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.met = WaitingList(town.env)
        """Who came to a meeting this week, by number."""
        self.pots: list[simpy.Container] = []
        town.env.process(self.work())

    def work(self) -> Work:
        """Once a week, after the meetings of all tracks."""
        year = None
        for week in range(self.town.weeks):
            yield self.town.until(week, Phase.SUPPORTS)
            if self.town.year[week] != year:
                year = self.town.year[week]
                self.fill_pots(year)
            met = yield from self.met.call(len(self.met))
            for support, pot in enumerate(self.pots):
                for person in met:
                    if pot.level >= 1 and person.wants(support):
                        yield pot.get(1)
                        person.grant(support)

    def fill_pots(self, year: int) -> None:
        """Start a calendar year: what was not used in the last one is gone."""
        grants = self.town.tables.supports.grants[:, year]
        self.pots = [simpy.Container(self.town.env, init=int(number)) for number in grants]


class SmallJobDesk:
    """Hands the week's openings of one group to those who look for a small job."""

    def __init__(self, town: Town, group: int) -> None:
        self.town = town
        self.group = group
        self.seekers = WaitingList(town.env)
        """On benefit, without a small job, able to take one and not cooling off."""
        town.env.process(self.work())

    def work(self) -> Work:
        """Once a week, after the meetings."""
        for week in range(self.town.weeks):
            yield self.town.until(week, Phase.OPENINGS)
            openings = int(self.town.openings[self.group, week])
            takers = yield from self.seekers.call(openings)
            for person in takers:
                person.start_small_job()
            self.town.book.count("openings_lost", week, self.group, by=openings - len(takers))


class Jobcentre:
    """All desks of a town."""

    def __init__(self, town: Town) -> None:
        self.admission = AdmissionDesk(town)
        self.meetings = [MeetingDesk(town, track) for track in range(len(town.services.codes))]
        self.supports = SupportDesk(town)
        self.small_jobs = [SmallJobDesk(town, g) for g in range(len(town.tables.people.codes))]
