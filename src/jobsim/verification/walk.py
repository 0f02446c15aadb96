"""A walk through one replication's histories, week by week, in plain Python.

May import the rules, the persons and the engines' roster (who the people are), and must not
import tables or engines (what happens to them): the walk works out from the scenario alone what
must have happened, and notes every event that disagrees.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from jobsim.engines.roster import Roster
from jobsim.scenario.services import SmallJobs
from jobsim.verification.person import Diary, Person
from jobsim.verification.rules import PlainRules
from jobsim.vocabulary import EMPLOYED, LEFT, ON_BENEFIT, OUTSIDE

if TYPE_CHECKING:
    import pandas as pd


ORDINARY, RAMP = 0, 1
OTHER_EXIT, NOT_RETURNED = 0, 1


class Event(NamedTuple):
    """One row of the histories."""

    name: str
    number: int
    value: int


def persons_of(roster: Roster) -> list[Person]:
    """The people of a roster of one replication, in order of number."""
    return [
        Person(
            number=place,
            group=int(roster.group[place]),
            ladder=int(roster.ladder[place]),
            first_due=int(roster.first_due[place]),
            cap=int(roster.cap[place]),
            queue=float(roster.queue[place]),
            frailty=float(roster.frailty[place]),
            lottery=float(roster.lottery[place]),
            first_review=int(roster.next_step[place]),
            needs={i for i, row in enumerate(roster.needs) if row[place]},
        )
        for place in range(len(roster))
    ]


class Walk(Diary):
    """What the histories of one replication say, and where they break a rule.

    Parameters
    ----------
    rules : PlainRules
    people : list of Person, by number
    events : DataFrame, histories of the replication
    """

    def __init__(self, rules: PlainRules, people: list[Person], events: pd.DataFrame) -> None:
        super().__init__(rules, people)
        self._by_week = _by_week_and_phase(events)
        self._on_event: dict[str, Callable[[Person, int], None]] = {
            "start": self._start,
            "start_small_job": self._start_small_job,
            "start_employed": self._start_employed,
            "enter": self._enter,
            "return": self._return,
            "not_returned": self._not_returned,
            "meeting": self._meeting,
            "no_show": self._no_show,
            "small_job": self._small_job,
            "drop": self._drop,
            "step": self._step,
            "placed": self._placed,
            "other_exit": self._other_exit,
        }

    def run(self) -> Walk:
        """Walk from the first week to the last."""
        for week in range(len(self.rules.days)):
            self.week = week
            phases = self._by_week[self.week]
            self._apply(phases[1])
            self._end_programmes(phases[2])
            self._admit(phases[3])
            self._call(phases[4])
            self._open_small_jobs(phases[5])
            self._apply(event for event in phases[6] if event.name != "placed")
            on_benefit = list(self.on_benefit.values())
            self.tally()
            self._apply(event for event in phases[6] if event.name == "placed")
            self._apply([*phases[8], *phases[9]])
            for person in on_benefit:
                person.ladder += 1
        weeks = len(self.rules.days)
        self.waited["end of run"] = sum(max(0, weeks - p.due) for p in self.on_benefit.values())
        return self

    def _apply(self, events: Iterable[Event]) -> None:
        for event in events:
            self._on_event[event.name](self.people[event.number], event.value)

    # Entry and return

    def _start(self, person: Person, _: int) -> None:
        self.expect_status(person, OUTSIDE)
        entries = self.rules.intervals(0, person.group)
        self.expect("due weeks", 0 <= person.first_due < entries[-1], True, person.number)
        self._begin(person, person.first_due, len(entries))
        self.entered += 1

    def _start_small_job(self, person: Person, level: int) -> None:
        person.level, person.review = level, person.first_review
        self.expect("small jobs", 0 <= person.review < self._ramp.step_weeks, True, person.number)

    def _start_employed(self, person: Person, tenure: int) -> None:
        self.expect_status(person, OUTSIDE)
        person.status, person.away, person.placed, person.route = EMPLOYED, tenure, -1, ORDINARY
        self.present[EMPLOYED, person.group, ORDINARY] += 1
        self.entered += 1

    def _enter(self, person: Person, _: int) -> None:
        self.expect_status(person, OUTSIDE)
        self.count("arrivals", person.group)
        self._begin(person, self._first_meeting())
        self.entered += 1

    def _first_meeting(self) -> int:
        return self.week + self.rules.scenario.regular_service.first_meeting_weeks

    def _begin(self, person: Person, due: int, seen: int = 0) -> None:
        person.begin_spell(due, seen)
        self.on_benefit[person.number] = person

    def _end_job(self, person: Person, worked: int) -> None:
        self.expect_status(person, EMPLOYED)
        self.expect("job weeks", worked, self.week - person.placed - 1, person.number)
        self.present[EMPLOYED, person.group, person.route] -= 1
        person.away += worked

    def _return(self, person: Person, worked: int) -> None:
        self._end_job(person, worked)
        self.count("returns", person.group)
        if person.away >= 52:
            person.ladder = person.away = 0
            self.restarts += 1
        self._begin(person, self._first_meeting())

    def _not_returned(self, person: Person, worked: int) -> None:
        self._end_job(person, worked)
        self.count("not_returned", person.group)
        self._leave(person, NOT_RETURNED)

    def _leave(self, person: Person, cause: int) -> None:
        person.status = LEFT
        self.present[LEFT, person.group, cause] += 1

    # Programmes

    def _end_programmes(self, events: list[Event]) -> None:
        over = {
            p.number: p.track for p in self.on_benefit.values() if p.track > 0 and self._is_over(p)
        }
        found = {event.number: event.value for event in events}
        if over or found:
            self.expect("programme places", found, over, "stays that end")
        for number in found:
            person = self.people[number]
            person.barred.add(person.track)
            person.track = 0
            person.seen = len(self.rules.intervals(0, person.group))

    def _is_over(self, person: Person) -> bool:
        longest = self.rules.programmes[person.track - 1].max_weeks
        without_staff = self.rules.fte[person.track][self.week] == 0
        return without_staff or (longest is not None and self.week - person.admitted >= longest)

    def _admit(self, events: list[Event]) -> None:
        for place, programme in enumerate(self.rules.programmes):
            track = place + 1
            inside = sum(person.track == track for person in self.on_benefit.values())
            free = max(0, self.rules.slots[place][self.week] - inside)
            candidates = [
                person
                for person in self.on_benefit.values()
                if person.track == 0
                and track not in person.barred
                and self.rules.codes[person.group] in programme.groups
            ]
            candidates.sort(key=lambda person: person.admission_order(programme.admission))
            admitted = {event.number for event in events if event.value == track}
            first = {person.number for person in candidates[:free]}
            self.expect("programme places", admitted, first, f"admitted to track {track}")
            for number in admitted:
                self._admit_one(self.people[number], track)

    def _admit_one(self, person: Person, track: int) -> None:
        person.track, person.admitted, person.seen = track, self.week, 0
        person.due = min(person.due, self.week)
        self.count("admissions", track - 1)

    # Meetings and supports

    def _call(self, events: list[Event]) -> None:
        called = [event for event in events if event.name != "support"]
        lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for person in self.on_benefit.values():
            if person.due <= self.week:
                lines[person.track].append((person.due, person.number))
        numbers: dict[int, set[int]] = defaultdict(set)
        for event in called:
            numbers[self.people[event.number].track].add(event.number)
        for track in range(len(self.rules.tracks)):
            self._check_desk(track, sorted(lines[track]), numbers[track])
        self._apply(called)
        met = sorted(event.number for event in called if event.name == "meeting")
        self._grant(met, [event for event in events if event.name == "support"])

    def _check_desk(self, track: int, line: list[tuple[int, int]], called: set[int]) -> None:
        capacity = self.rules.capacity[track][self.week]
        served = min(capacity, len(line))
        self.expect("meeting capacity", len(called), served, f"calls in track {track}")
        if len(line) > len(called) > 0:
            front = {number for _, number in line[: len(called)]}
            self.expect("first in, first out", called, front, f"called in track {track}")
        self.count("unmet", track, by=len(line) - len(called))

    def _meeting(self, person: Person, waited: int) -> None:
        self.expect_status(person, ON_BENEFIT)
        self.expect("due weeks", waited, self.week - person.due, f"person {person.number}")
        person.seen += 1
        person.due = self.week + self.rules.next_meeting(person.track, person.group, person.seen)
        self.waited["meeting"] += waited
        self.count("meetings", person.track, person.group)
        self.count("meetings_on_time", person.track, by=int(waited == 0))
        self.count("waiting_weeks", person.track, by=waited)

    def _no_show(self, person: Person, track: int) -> None:
        self.expect_status(person, ON_BENEFIT)
        self.waited["no-show"] += max(0, self.week - person.due)
        person.due = self.week + 1
        self.count("no_shows", track)

    def _grant(self, met: list[int], events: list[Event]) -> None:
        year = self.rules.days[self.week].year
        for place, support in enumerate(self.rules.supports):
            left = self.rules.grants[place][year] - self._granted(place, year)
            asking = [
                number
                for number in met
                if place in self.people[number].needs
                and self.rules.codes[self.people[number].group] in support.groups
            ]
            granted = {event.number for event in events if event.value == place}
            if asking or granted:
                self.expect("supports granted", granted, set(asking[: max(0, left)]), support.label)
            for number in granted:
                self.people[number].needs.discard(place)
            self.count("supports_granted", place, by=len(granted))

    def _granted(self, support: int, year: int) -> int:
        first = self.rules.days[0].replace(day=1)
        months = {12 * (year - first.year) + month - first.month for month in range(1, 13)}
        return sum(self.volumes["supports_granted"][month, support] for month in months)

    # Small jobs

    @property
    def _ramp(self) -> SmallJobs:
        jobs = self.rules.scenario.small_jobs
        assert jobs is not None, "an event of small jobs where there are none"
        return jobs

    def _open_small_jobs(self, events: list[Event]) -> None:
        for group in {self.people[event.number].group for event in events}:
            seekers = [p for p in self.on_benefit.values() if p.group == group and self._seeks(p)]
            seekers.sort(key=lambda person: (person.queue, person.number))
            takers = {e.number for e in events if self.people[e.number].group == group}
            first = {person.number for person in seekers[: len(takers)]}
            self.expect("small jobs", takers, first, f"takers of group {group}")
        self._apply(events)

    def _seeks(self, person: Person) -> bool:
        return person.level == 0 and person.cap >= 1 and person.cool_until <= self.week

    def _small_job(self, person: Person, level: int) -> None:
        person.level, person.review = level, self.week + self._ramp.step_weeks
        self.count("small_job_starts", person.group)

    def _review(self, person: Person, expected: int, level: int) -> None:
        late = (self.week - person.review) % self._ramp.step_weeks
        on_time = self.week >= person.review and late == 0
        self.expect("small jobs", (level, on_time), (expected, True), f"review of {person.number}")

    def _drop(self, person: Person, level: int) -> None:
        self._review(person, person.level, level)
        person.level, person.cool_until = 0, self.week + self._ramp.cool_weeks
        self.count("small_job_drops", person.group)

    def _step(self, person: Person, level: int) -> None:
        self._review(person, min(person.level + 1, person.cap), level)
        person.level = level

    # Leaving benefit

    def _placed(self, person: Person, route: int) -> None:
        if route == RAMP:
            self._review(person, min(person.level + 1, person.cap), len(self._ramp.hours_per_week))
        self._off_benefit(person)
        person.status, person.placed, person.route = EMPLOYED, self.week, route
        self.present[EMPLOYED, person.group, route] += 1
        self.count("placements", person.group, route)

    def _other_exit(self, person: Person, _: int) -> None:
        self._off_benefit(person)
        self._leave(person, OTHER_EXIT)
        self.count("other_exits", person.group)

    def _off_benefit(self, person: Person) -> None:
        self.expect_status(person, ON_BENEFIT)
        self.waited["leaving"] += max(0, self.week - person.due + 1)
        self.on_benefit.pop(person.number, None)


def _by_week_and_phase(events: pd.DataFrame) -> dict[int, dict[int, list[Event]]]:
    found: dict[int, dict[int, list[Event]]] = defaultdict(lambda: defaultdict(list))
    columns = ("week", "phase", "event", "number", "value")
    for week, phase, name, number, value in zip(
        *(events[column].tolist() for column in columns), strict=True
    ):
        found[week][phase].append(Event(name, number, value))
    return found
