"""A walk through one replication's histories, week by week, in plain Python.

The walk works out from the scenario alone what must have happened, counts the volumes again and
notes every event that disagrees. May import the rules and the engines' roster, which says who the
people are, and must not import tables or engines, which say what happens to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jobsim.engines.roster import Roster
from jobsim.scenario.parts import SmallJobs
from jobsim.verification.rules import PlainRules, refund_band
from jobsim.vocabulary import CAUSES, EMPLOYED, LEFT, ON_BENEFIT, OUTSIDE, ROUTES

if TYPE_CHECKING:
    import pandas as pd


_ORDINARY, _RAMP = range(len(ROUTES))
_OTHER_EXIT, _NOT_RETURNED = range(len(CAUSES))


Event = Any
"""One row of the histories: `event`, its name; `number` of the person; `value`."""


@dataclass(slots=True)
class Biography:
    """Traits out of the roster, and the state that follows from the events so far."""

    number: int
    needs: set[int]
    """Supports needed and not had."""
    group: int
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
    next_step: int
    """Week of the first review of a small job at the start."""

    status: str = OUTSIDE
    track: int = 0
    admitted: int = 0
    barred: set[int] = field(default_factory=set)
    due: int = 0
    seen: int = 0
    """Meetings in the present track."""
    away: int = 0
    """Self-supporting weeks since the ladder last restarted."""
    placed: int = -1
    """Week before the present job's first."""
    route: int = 0
    level: int = 0
    review: int = 0
    """A week in which the small job is reviewed; others follow at equal distance."""
    cool_until: int = 0

    def admission_order(self, order: str) -> float:
        """Place in a programme's order of admission; ties go by number."""
        return {
            "longest_first": 0.0,
            "newest_first": -float(self.number),
            "random": self.lottery,
            "most_employable_first": -self.frailty,
            "least_employable_first": self.frailty,
        }[order]


_TRAITS = ("group", "ladder", "first_due", "cap", "queue", "frailty", "lottery", "next_step")
"""What the roster says of everybody, in the order of a biography."""


def biographies(roster: Roster) -> list[Biography]:
    """The people of a roster of one replication, in order of number."""
    traits = zip(*(getattr(roster, name).tolist() for name in _TRAITS), strict=True)
    needs = [{i for i, row in enumerate(roster.needs) if row[n]} for n in range(len(roster))]
    return [Biography(number, needs[number], *own) for number, own in enumerate(traits)]


class Walk:
    """What the histories of one replication say, and where they break a rule.

    Parameters
    ----------
    rules : PlainRules
    people : list of Biography, by number
    events : DataFrame, histories of the replication
    """

    def __init__(self, rules: PlainRules, people: list[Biography], events: pd.DataFrame) -> None:
        self.rules, self.people = rules, people
        self._events: dict[Any, list[Event]] = defaultdict(list)
        for event in events.itertuples():
            self._events[event.week, event.phase].append(event)
        self.checked: Counter[str] = Counter()
        """How often each rule was held against the histories."""
        self.broken: dict[str, list[str]] = defaultdict(list)
        """Where a rule was broken, by rule."""
        self.volumes: dict[str, Counter[tuple[int, ...]]] = defaultdict(Counter)
        """Volumes counted again: by name, (month, …)."""
        self.waited: Counter[str] = Counter()
        """Weeks in the meeting queue by how they ended: meeting, no-show, leaving, end of run."""
        self.restarts = 0
        """How often the refund ladder began again."""
        self.week = 0
        self.on_benefit: dict[int, Biography] = {}
        self.entered = 0
        """Persons who have come so far, those of the first day included."""
        self.present: Counter[tuple[str, int, int]] = Counter()
        """Persons in work or gone, by status, group and route or cause."""

    def run(self) -> Walk:
        """Walk from the first week to the last."""
        for week in range(len(self.rules.days)):
            self.week = week
            phases = [self._events[week, phase] for phase in range(10)]
            self._apply(phases[1])
            self._end_programmes(phases[2])
            self._admit(phases[3])
            self._call(phases[4])
            self._open_small_jobs(phases[5])
            self._apply(event for event in phases[6] if event.event != "placed")
            on_benefit = list(self.on_benefit.values())
            self._tally()
            self._apply(event for event in phases[6] if event.event == "placed")
            self._apply([*phases[8], *phases[9]])
            for person in on_benefit:
                person.ladder += 1
        end = len(self.rules.days)
        self.waited["end of run"] = sum(max(0, end - p.due) for p in self.on_benefit.values())
        return self

    def _expect(self, rule: str, found: object, expected: object, who: object) -> None:
        """Hold a rule against what happened."""
        self.checked[rule] += 1
        if found != expected:
            self.broken[rule].append(f"week {self.week}, {who}: {found} instead of {expected}")

    def _count(self, volume: str, *place: int, by: int = 1) -> None:
        """Count again what a volume counts, in the month of the week."""
        self.volumes[volume][(self.rules.months[self.week], *place)] += by

    def _expect_status(self, person: Biography, status: str) -> None:
        """Hold a person's status against what the event needs."""
        self._expect("order of events", person.status, status, f"person {person.number}")

    def _tally(self) -> None:
        """Count everybody where they are this week."""
        month, ends_month = self.rules.months[self.week], self.rules.ends_month(self.week)
        weeks, inside = self.volumes["benefit_weeks"], self.volumes["participant_weeks"]
        for person in self.on_benefit.values():
            weeks[month, person.group, refund_band(person.ladder), person.level] += 1
            if person.track > 0:
                inside[month, person.track - 1] += 1
            if ends_month:
                self._count("recipients", person.group)
        present = 0
        for (status, group, column), persons in self.present.items():
            volume = "employed_weeks" if status == EMPLOYED else "left_weeks"
            self._count(volume, group, column, by=persons)
            present += persons
        self._expect("stock and flow", len(self.on_benefit) + present, self.entered, "persons")

    def _apply(self, events: Iterable[Event]) -> None:
        for event in events:
            getattr(self, f"_on_{event.event}")(self.people[event.number], event.value)

    # Entry and return

    def _on_start(self, person: Biography, _: int) -> None:
        self._expect_status(person, OUTSIDE)
        entries = self.rules.intervals(0, person.group)
        self._expect("due weeks", 0 <= person.first_due < entries[-1], True, person.number)
        self._begin(person)
        person.due, person.seen = person.first_due, len(entries)
        self.entered += 1

    def _on_start_small_job(self, person: Biography, level: int) -> None:
        person.level, person.review = level, person.next_step
        self._expect("small jobs", 0 <= person.review < self._ramp.step_weeks, True, person.number)

    def _on_start_employed(self, person: Biography, tenure: int) -> None:
        self._expect_status(person, OUTSIDE)
        person.status, person.away, person.placed, person.route = EMPLOYED, tenure, -1, _ORDINARY
        self.present[EMPLOYED, person.group, _ORDINARY] += 1
        self.entered += 1

    def _on_enter(self, person: Biography, _: int) -> None:
        self._expect_status(person, OUTSIDE)
        self._count("arrivals", person.group)
        self._begin(person)
        self.entered += 1

    def _begin(self, person: Biography) -> None:
        """Come to benefit, in the regular service and without a small job."""
        person.status, person.track, person.level = ON_BENEFIT, 0, 0
        person.seen, person.barred = 0, set()
        person.due = self.week + self.rules.scenario.regular_service.first_meeting_weeks
        self.on_benefit[person.number] = person

    def _end_job(self, person: Biography, worked: int) -> None:
        self._expect_status(person, EMPLOYED)
        self._expect("job weeks", worked, self.week - person.placed - 1, person.number)
        self.present[EMPLOYED, person.group, person.route] -= 1
        person.away += worked

    def _on_return(self, person: Biography, worked: int) -> None:
        self._end_job(person, worked)
        self._count("returns", person.group)
        if person.away >= 52:
            person.ladder = person.away = 0
            self.restarts += 1
        self._begin(person)

    def _on_not_returned(self, person: Biography, worked: int) -> None:
        self._end_job(person, worked)
        self._count("not_returned", person.group)
        self._leave(person, _NOT_RETURNED)

    def _leave(self, person: Biography, cause: int) -> None:
        person.status = LEFT
        self.present[LEFT, person.group, cause] += 1

    # Programmes

    def _end_programmes(self, events: list[Event]) -> None:
        over = {
            p.number: p.track for p in self.on_benefit.values() if p.track > 0 and self._is_over(p)
        }
        found = {event.number: event.value for event in events}
        if over or found:
            self._expect("programme places", found, over, "stays that end")
        for number in found:
            person = self.people[number]
            person.barred.add(person.track)
            person.track = 0
            person.seen = len(self.rules.intervals(0, person.group))

    def _is_over(self, person: Biography) -> bool:
        longest = self.rules.programmes[person.track - 1].max_weeks
        without_staff = self.rules.fte[person.track][self.week] == 0
        return without_staff or (longest is not None and self.week - person.admitted >= longest)

    def _admit(self, events: list[Event]) -> None:
        for place, programme in enumerate(self.rules.programmes):
            track = place + 1
            inside = sum(person.track == track for person in self.on_benefit.values())
            free = max(0, self.rules.slots[place][self.week] - inside)
            line = sorted(
                (person.admission_order(programme.admission), person.number)
                for person in self.on_benefit.values()
                if person.track == 0
                and track not in person.barred
                and self.rules.codes[person.group] in programme.groups
            )
            admitted = {event.number for event in events if event.value == track}
            first = {number for _, number in line[:free]}
            self._expect("programme places", admitted, first, f"admitted to track {track}")
            for number in admitted:
                person = self.people[number]
                person.track, person.admitted, person.seen = track, self.week, 0
                person.due = min(person.due, self.week)
            self._count("admissions", place, by=len(admitted))

    # Meetings and supports

    def _call(self, events: list[Event]) -> None:
        called = [event for event in events if event.event != "support"]
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
        met = sorted(event.number for event in called if event.event == "meeting")
        self._grant(met, [event for event in events if event.event == "support"])

    def _check_desk(self, track: int, line: list[tuple[int, int]], called: set[int]) -> None:
        capacity = self.rules.capacity[track][self.week]
        served = min(capacity, len(line))
        self._expect("meeting capacity", len(called), served, f"calls in track {track}")
        if len(line) > len(called) > 0:
            front = {number for _, number in line[: len(called)]}
            self._expect("first in, first out", called, front, f"called in track {track}")
        self._count("unmet", track, by=len(line) - len(called))

    def _on_meeting(self, person: Biography, waited: int) -> None:
        self._expect_status(person, ON_BENEFIT)
        self._expect("due weeks", waited, self.week - person.due, f"person {person.number}")
        person.seen += 1
        person.due = self.week + self.rules.next_meeting(person.track, person.group, person.seen)
        self.waited["meeting"] += waited
        self._count("meetings", person.track, person.group)
        self._count("meetings_on_time", person.track, by=int(waited == 0))
        self._count("waiting_weeks", person.track, by=waited)

    def _on_no_show(self, person: Biography, track: int) -> None:
        self._expect_status(person, ON_BENEFIT)
        self.waited["no-show"] += max(0, self.week - person.due)
        person.due = self.week + 1
        self._count("no_shows", track)

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
                self._expect(
                    "supports granted", granted, set(asking[: max(0, left)]), support.label
                )
            for number in granted:
                self.people[number].needs.discard(place)
            self._count("supports_granted", place, by=len(granted))

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
            line = sorted(
                (p.queue, p.number)
                for p in self.on_benefit.values()
                if p.group == group and p.level == 0 and p.cap >= 1 and p.cool_until <= self.week
            )
            takers = {e.number for e in events if self.people[e.number].group == group}
            first = {number for _, number in line[: len(takers)]}
            self._expect("small jobs", takers, first, f"takers of group {group}")
        self._apply(events)

    def _on_small_job(self, person: Biography, level: int) -> None:
        person.level, person.review = level, self.week + self._ramp.step_weeks
        self._count("small_job_starts", person.group)

    def _review(self, person: Biography, expected: int, level: int) -> None:
        late = (self.week - person.review) % self._ramp.step_weeks
        on_time = self.week >= person.review and late == 0
        self._expect("small jobs", (level, on_time), (expected, True), f"review of {person.number}")

    def _on_drop(self, person: Biography, level: int) -> None:
        self._review(person, person.level, level)
        person.level, person.cool_until = 0, self.week + self._ramp.cool_weeks
        self._count("small_job_drops", person.group)

    def _on_step(self, person: Biography, level: int) -> None:
        self._review(person, min(person.level + 1, person.cap), level)
        person.level = level

    # Leaving benefit

    def _on_placed(self, person: Biography, route: int) -> None:
        if route == _RAMP:
            self._review(person, min(person.level + 1, person.cap), len(self._ramp.hours_per_week))
        self._off_benefit(person)
        person.status, person.placed, person.route = EMPLOYED, self.week, route
        self.present[EMPLOYED, person.group, route] += 1
        self._count("placements", person.group, route)

    def _on_other_exit(self, person: Biography, _: int) -> None:
        self._off_benefit(person)
        self._leave(person, _OTHER_EXIT)
        self._count("other_exits", person.group)

    def _off_benefit(self, person: Biography) -> None:
        self._expect_status(person, ON_BENEFIT)
        self.waited["leaving"] += max(0, self.week - person.due + 1)
        self.on_benefit.pop(person.number, None)
