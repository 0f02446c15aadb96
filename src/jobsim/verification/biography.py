"""One person as the histories tell it, and what a walk through the histories writes down.

May import the rules and the engines' roster, which says who the people are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from jobsim.engines.roster import Roster
from jobsim.verification.rules import PlainRules, refund_band
from jobsim.vocabulary import EMPLOYED, ON_BENEFIT, OUTSIDE


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

    def begin_spell(self, due: int, seen: int = 0) -> None:
        """Come to benefit, in the regular service and without a small job."""
        self.status = ON_BENEFIT
        self.track, self.level, self.seen, self.due = 0, 0, seen, due
        self.barred = set()

    def admission_order(self, order: str) -> tuple[float, int]:
        """Place in a programme's order of admission; ties by number."""
        first = {
            "longest_first": 0.0,
            "newest_first": -float(self.number),
            "random": self.lottery,
            "most_employable_first": -self.frailty,
            "least_employable_first": self.frailty,
        }
        return first[order], self.number


_TRAITS = ("group", "ladder", "first_due", "cap", "queue", "frailty", "lottery", "next_step")
"""What the roster says of everybody, in the order of a biography."""


def biographies(roster: Roster) -> list[Biography]:
    """The people of a roster of one replication, in order of number."""
    traits = zip(*(getattr(roster, name).tolist() for name in _TRAITS), strict=True)
    needs = [{i for i, row in enumerate(roster.needs) if row[n]} for n in range(len(roster))]
    return [Biography(number, needs[number], *own) for number, own in enumerate(traits)]


class Diary:
    """Volumes counted again, and every rule held against the histories.

    Parameters
    ----------
    rules : PlainRules
    people : list of Biography, by number
    """

    def __init__(self, rules: PlainRules, people: list[Biography]) -> None:
        self.rules, self.people = rules, people
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

    def expect(self, rule: str, found: object, expected: object, who: object) -> None:
        """Hold a rule against what happened."""
        self.checked[rule] += 1
        if found != expected:
            self.broken[rule].append(f"week {self.week}, {who}: {found} instead of {expected}")

    def count(self, volume: str, *place: int, by: int = 1) -> None:
        """Count again what a volume counts, in the month of the week."""
        self.volumes[volume][(self.rules.months[self.week], *place)] += by

    def expect_status(self, person: Biography, status: str) -> None:
        """Hold a person's status against what the event needs."""
        self.expect("order of events", person.status, status, f"person {person.number}")

    def tally(self) -> None:
        """Count everybody where they are this week."""
        month, ends_month = self.rules.months[self.week], self.rules.ends_month(self.week)
        weeks, inside = self.volumes["benefit_weeks"], self.volumes["participant_weeks"]
        for person in self.on_benefit.values():
            weeks[month, person.group, refund_band(person.ladder), person.level] += 1
            if person.track > 0:
                inside[month, person.track - 1] += 1
            if ends_month:
                self.count("recipients", person.group)
        present = 0
        for (status, group, column), persons in self.present.items():
            volume = "employed_weeks" if status == EMPLOYED else "left_weeks"
            self.count(volume, group, column, by=persons)
            present += persons
        self.expect("stock and flow", len(self.on_benefit) + present, self.entered, "persons")
