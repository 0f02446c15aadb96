"""A walk through one replication's histories, week by week, in plain Python.

The walk works out from the scenario and the keyed draws what must happen in each week, counts the
volumes again and notes every event that disagrees. It follows the events, so that one wrong event
is told once. May import the rules, biographies and names of the roster, and must not import tables
or engines, which say what happens to people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from jobsim.draws import Stream
from jobsim.engines.roster import POOL, STOCK
from jobsim.verification.biography import ORDINARY, RAMP, Biography, Chance
from jobsim.verification.rules import PlainRules, refund_band
from jobsim.vocabulary import CAUSES, EMPLOYED, LEFT, ON_BENEFIT, OUTSIDE

if TYPE_CHECKING:
    import pandas as pd


_OTHER_EXIT, _NOT_RETURNED = range(len(CAUSES))


Event = Any
"""One row of the histories: `event`, its name; `number` of the person; `value`."""


class Walk:
    """What the histories of one replication say, and where they break a rule.

    Parameters
    ----------
    rules : PlainRules
    chance : Chance
    people : list of Biography, by number
    events : DataFrame, histories of the replication
    """

    def __init__(
        self, rules: PlainRules, chance: Chance, people: list[Biography], events: pd.DataFrame
    ) -> None:
        self.rules, self.chance, self.people = rules, chance, people
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
        self._coming: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
        """By week, how each person who comes then does so."""
        for person in people:
            comes = {STOCK: "start", POOL: "start_employed"}.get(person.origin, "enter")
            self._coming[person.entry_week][person.number] = comes, person.elapsed
        self._ending: dict[float, list[Biography]] = defaultdict(list)
        """Persons in work by the week after their job's last."""
        self.on_benefit: dict[int, Biography] = {}
        self.entered = 0
        """Persons who have come so far, those of the first day included."""
        self.present: Counter[tuple[str, int, int]] = Counter()
        """Persons in work or gone, by status, group and route or cause."""
        self._settled: Counter[int] = Counter()
        """Persons gone as a meeting had settled, by group."""

    def run(self) -> Walk:
        """Walk from the first week to the last."""
        for week in range(len(self.rules.days)):
            self.week = week
            phases = [self._events[week, phase] for phase in range(10)]
            self._come(phases[1])
            self._end_programmes(phases[2])
            self._admit(phases[3])
            self._call(phases[4])
            self._open_small_jobs(phases[5])
            self._review_small_jobs(phases[6])
            on_benefit = list(self.on_benefit.values())
            self._tally()
            self._apply(event for event in phases[6] if event.event == "placed")
            self._find_jobs(phases[8])
            self._exit(phases[9])
            for person in on_benefit:
                person.ladder += 1
                person.spell_weeks += 1
        end = len(self.rules.days)
        self.waited["end of run"] = sum(max(0, end - p.due) for p in self.on_benefit.values())
        return self

    def _expect(self, rule: str, found: object, expected: object, who: object) -> None:
        """Hold a rule against what happened."""
        self.checked[rule] += 1
        if found != expected:
            self.broken[rule].append(f"week {self.week}, {who}: {found} instead of {expected}")

    def _expect_events(
        self, rule: str, events: Iterable[Event], expected: Mapping[int, tuple[str, int]]
    ) -> None:
        """Hold events, each with its value, against those that must happen to these persons."""
        found = {event.number: (event.event, event.value) for event in events}
        for number in {**found, **expected}:
            self._expect(rule, found.get(number), expected.get(number), f"person {number}")

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
        for group, persons in self._settled.items():
            self._count("meeting_left_weeks", group, by=persons)
        self._expect("stock and flow", len(self.on_benefit) + present, self.entered, "persons")

    def _apply(self, events: Iterable[Event]) -> None:
        for event in events:
            getattr(self, f"_on_{event.event}")(self.people[event.number], event.value)

    # Entry and return

    def _come(self, events: list[Event]) -> None:
        """Begin the run, the arrivals of the week, and what follows jobs that end."""
        ends = {p.number: self._after_job(p) for p in self._ending.pop(self.week, ())}
        returns = [event for event in events if event.event in ("return", "not_returned")]
        comes = [event for event in events if event.event in ("start", "start_employed", "enter")]
        self._expect_events("job weeks", returns, ends)
        self._expect_events("stock and flow", comes, self._coming[self.week])
        self._apply(events)

    def _after_job(self, person: Biography) -> tuple[str, int]:
        """Event that a job's end leads to, and the weeks worked."""
        back = person.draw(Stream.RETURN) < person.of.return_share
        return "return" if back else "not_returned", self.week - person.placed - 1

    def _on_start(self, person: Biography, _: int) -> None:
        self._expect_status(person, OUTSIDE)
        self._begin(person)
        person.continue_spell()
        self.entered += 1

    def _on_start_small_job(self, person: Biography, level: int) -> None:
        self._expect("small jobs", level, person.level, f"person {person.number} at the start")

    def _on_start_employed(self, person: Biography, tenure: int) -> None:
        self._expect_status(person, OUTSIDE)
        person.away = tenure
        self._work(person, ORDINARY, -1, 1.0, tenure)
        self.entered += 1

    def _on_enter(self, person: Biography, _: int) -> None:
        self._expect_status(person, OUTSIDE)
        self._count("arrivals", person.group)
        self._begin(person)
        self.entered += 1

    def _begin(self, person: Biography) -> None:
        person.begin_spell(self.week)
        self.on_benefit[person.number] = person

    def _work(
        self, person: Biography, route: int, week: int, multiplier: float, tenure: int = 0
    ) -> None:
        """Begin a job after a week, with a multiplier on the hazard of losing it."""
        person.take_job(week, multiplier, tenure)
        person.status, person.route = EMPLOYED, route
        self._ending[person.return_week].append(person)
        self.present[EMPLOYED, person.group, route] += 1

    def _end_job(self, person: Biography, worked: int) -> None:
        self._expect_status(person, EMPLOYED)
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
        called = [event for event in events if event.event in ("meeting", "no_show")]
        lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for person in self.on_benefit.values():
            if person.due <= self.week:
                lines[person.track].append((person.due, person.number))
        numbers: dict[int, set[int]] = defaultdict(set)
        for event in called:
            numbers[self.people[event.number].track].add(event.number)
        for track in range(len(self.rules.tracks)):
            self._check_desk(track, sorted(lines[track]), numbers[track])
        self._inside = Counter(person.track for person in self.on_benefit.values())
        for event in called:
            self._expect_to_come(self.people[event.number], event.event)
        self._apply(called)
        met = sorted(event.number for event in called if event.event == "meeting")
        self._settle(met, [event for event in events if event.event == "meeting_exit"])
        self._grant(met, [event for event in events if event.event == "support"])

    def _check_desk(self, track: int, line: list[tuple[int, int]], called: set[int]) -> None:
        capacity = self.rules.capacity[track][self.week]
        served = min(capacity, len(line))
        self._expect("meeting capacity", len(called), served, f"calls in track {track}")
        if len(line) > len(called) > 0:
            front = {number for _, number in line[: len(called)]}
            self._expect("first in, first out", called, front, f"called in track {track}")
        self._count("unmet", track, by=len(line) - len(called))

    def _expect_to_come(self, person: Biography, event: str) -> None:
        absent = person.draw(Stream.NO_SHOW) < person.of.no_show_probability
        expected = "no_show" if absent else "meeting"
        self._expect("no-shows one by one", event, expected, f"person {person.number}")

    def _on_meeting(self, person: Biography, waited: int) -> None:
        self._expect_status(person, ON_BENEFIT)
        self._expect("due weeks", waited, self.week - person.due, f"person {person.number}")
        inside = self._inside[person.track]
        person.meet(self.week, self.rules.quality(person.track, self.week, inside))
        self.waited["meeting"] += waited
        self._count("meetings", person.track, person.group)
        self._count("meetings_on_time", person.track, by=int(waited == 0))
        self._count("waiting_weeks", person.track, by=waited)

    def _on_no_show(self, person: Biography, track: int) -> None:
        self._expect_status(person, ON_BENEFIT)
        self.waited["no-show"] += max(0, self.week - person.due)
        person.due = self.week + 1
        self._count("no_shows", track)

    def _settle(self, met: list[int], events: list[Event]) -> None:
        """Let meetings settle who leaves this week."""
        people = [self.people[number] for number in met]
        expected = {
            person.number: ("meeting_exit", person.track)
            for person in people
            if person.draw(Stream.MEETING_EXIT) < person.of.meeting_exit_probability
        }
        if any(person.of.meeting_exit_probability for person in people):
            self._expect_events("exits at meetings", events, expected)
        self._apply(events)

    def _on_meeting_exit(self, person: Biography, _: int) -> None:
        person.leave, person.settled = self.week, True
        self._count("meeting_exits", person.group)

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
                person = self.people[number]
                person.needs.discard(place)
                person.works_from[place] = self.week + support.lead_weeks
            self._count("supports_granted", place, by=len(granted))

    def _granted(self, support: int, year: int) -> int:
        first = self.rules.days[0].replace(day=1)
        months = {12 * (year - first.year) + month - first.month for month in range(1, 13)}
        return sum(self.volumes["supports_granted"][month, support] for month in months)

    # Small jobs

    def _open_small_jobs(self, events: list[Event]) -> None:
        for place, group in enumerate(self.rules.groups):
            if group.small_jobs is None:
                continue
            mean = self.rules.openings(place, self.week)
            openings = self.chance.poisson(Stream.OPENINGS, group.key, self.week, mean)
            line = sorted(
                (p.queue, p.number)
                for p in self.on_benefit.values()
                if p.group == place and p.level == 0 and p.cap >= 1 and p.cool_until <= self.week
            )
            takers = {e.number for e in events if self.people[e.number].group == place}
            first = {number for _, number in line[:openings]}
            if takers or first:
                self._expect("small jobs", takers, first, f"takers of group {place}")
            self._count("openings_lost", place, by=openings - len(takers))
        self._apply(events)

    def _on_small_job(self, person: Biography, level: int) -> None:
        person.level, person.steps, person.started = level, 0, self.week
        person.review = self.week + self.rules.ramp.step_weeks
        self._count("small_job_starts", person.group)

    def _review_small_jobs(self, events: list[Event]) -> None:
        reviewed = [p for p in self.on_benefit.values() if p.level > 0 and p.review == self.week]
        outcomes = {person.number: person.review_small_job(self.week) for person in reviewed}
        changes = {number: outcome for number, outcome in outcomes.items() if outcome}
        self._expect_events("small jobs", events, changes)
        self._apply(event for event in events if event.event != "placed")

    def _on_drop(self, person: Biography, _: int) -> None:
        person.level, person.cool_until = 0, self.week + self.rules.ramp.cool_weeks
        self._count("small_job_drops", person.group)

    def _on_step(self, person: Biography, level: int) -> None:
        person.level = level

    # Leaving benefit

    def _find_jobs(self, events: list[Event]) -> None:
        found = [p.number for p in self.on_benefit.values() if p.find_job(self.week)]
        placed = dict.fromkeys(found, ("placed", ORDINARY))
        self._expect_events("placement weeks", events, placed)
        self._apply(events)

    def _exit(self, events: list[Event]) -> None:
        leaving = [p.number for p in self.on_benefit.values() if p.leave < self.week + 1]
        self._expect_events("other exits", events, dict.fromkeys(leaving, ("other_exit", 0)))
        self._apply(events)

    def _on_placed(self, person: Biography, route: int) -> None:
        self._off_benefit(person)
        multiplier = self.rules.tracks[person.track].job_loss_multiplier
        if route == RAMP:
            multiplier *= self.rules.ramp.job_loss_multiplier
        self._work(person, route, self.week, multiplier)
        self._count("placements", person.group, route)

    def _on_other_exit(self, person: Biography, _: int) -> None:
        self._off_benefit(person)
        self._leave(person, _OTHER_EXIT)
        self._settled[person.group] += person.settled
        self._count("other_exits", person.group)

    def _off_benefit(self, person: Biography) -> None:
        self._expect_status(person, ON_BENEFIT)
        self.waited["leaving"] += max(0, self.week - person.due + 1)
        self.on_benefit.pop(person.number, None)
