"""Situations that are easily missed, found while the oracle plays.

Pass a `Watch` to `tests.oracle.model.play`; afterwards `found` names what occurred.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from jobsim.scenario.parts import Before
from jobsim.vocabulary import BAND_EDGES, EMPLOYED
from tests.oracle.person import RAMP, Person
from tests.oracle.roster import COHORT
from tests.oracle.tables import REGULAR
from tests.oracle.town import Row, Town

__all__ = ["SITUATIONS", "Watch"]

EDGES = {edge: f"ladder weeks {edge - 1} and {edge}" for edge in BAND_EDGES}
SITUATIONS = (
    "one programme and then another in one spell",
    "a programme again in a new spell",
    "a free slot, but barred from it",
    "due and not called",
    "opening without a taker",
    "placed by the ramp",
    "first meeting of a spell in a programme",
    "all alike, the number decides on admission",
    "lead weeks outlive the spell",
    "lead weeks end during a job",
    "lead weeks outlive the job",
    "support at work since the last spell",
    "grant refused, the year's are used up",
    "grants of several years",
    "grant paid by a programme",
    "programme without caseworkers",
    "regular service without caseworkers",
    "experience kept after a drop",
    "cooling off since the last spell",
    "job that outlasts the table",
    "job that outlasts the run",
    "tenure before the start",
    "ladder restarts",
    *EDGES.values(),
    "a schedule has a step within the run",
    "a budget begins within the run",
    "a past of its own",
    "what past meetings still do",
    "lasting boost",
    "lasting boost at its most",
    "settled to leave, but placed in the same week",
    "left as a meeting had settled",
    "entry cohort",
    "one week",
    "ten years",
    "seed above 2**63",
)


class Watch:
    """Looks at a town after each phase of each week."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._begin()

    def _begin(self) -> None:
        self._read = 0  # rows of the town
        self._returns: Counter[int] = Counter()  # by person
        self._admitted_after: dict[tuple[int, int], set[int]] = defaultdict(set)
        """After how many returns a person was admitted to a programme."""
        self._settled: dict[int, int] = {}  # week of the meeting that did it, by person
        self._years: dict[int, set[int]] = defaultdict(set)  # in which a support was granted

    def __call__(self, town: Town) -> None:
        """Look at what the phase that is over has brought."""
        if town.week == 0 and town.phase == 1:
            self._begin()
        rows, self._read = town.rows[self._read :], len(town.rows)
        for row in rows:
            look = getattr(self, f"_{row[7]}", None)
            if look is not None:
                self.found.update(look(town, town.people[row[1]], row))
        if rows and town.phase == 4:
            self.found.update(_refused(town, rows))
        if town.phase == 3:
            self.found.update(_left_out(town, rows))
        if town.phase == 10:
            self.found.update(_of_the_week(town))

    # What an event shows

    def _admitted(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        before = self._admitted_after[person.number, person.track]
        if person.barred:
            yield "one programme and then another in one spell"
        if before - {self._returns[person.number]}:
            yield "a programme again in a new spell"
        before.add(self._returns[person.number])

    def _meeting(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        if person.held == 1 and person.track != REGULAR:
            yield "first meeting of a spell in a programme"
        if 0 < person.lasting == town.tables.max_lasting:
            yield "lasting boost at its most"
        if person.lasting > 0:
            yield "lasting boost"

    def _meeting_exit(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        self._settled[person.number] = town.week
        yield from ()

    def _other_exit(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        if person.settled:
            yield "left as a meeting had settled"

    def _start(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        if person.lasting > 0:
            yield "what past meetings still do"

    def _enter(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        if person.origin == COHORT:
            yield "entry cohort"

    def _support(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        support = town.tables.supports[row[8]]
        self._years[row[8]].add(town.tables.days[town.week].year)
        if len(self._years[row[8]]) > 1:
            yield "grants of several years"
        if support.paid_from is not None:
            yield "grant paid by a programme"

    def _drop(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        if person.experienced and town.tables.scenario.small_jobs.experience_multiplier != 1:
            yield "experience kept after a drop"

    def _placed(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        if any(week > town.week + 1 for week in person.works_from.values()):
            yield "lead weeks outlive the spell"
        if self._settled.get(person.number) == town.week:
            yield "settled to leave, but placed in the same week"
        if row[8] == RAMP:
            yield "placed by the ramp"

    def _return(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        self._returns[person.number] += 1
        left = town.week - person.job_weeks
        for week in person.works_from.values():
            if week > town.week:
                yield "lead weeks outlive the job"
            elif week > left:
                yield "lead weeks end during a job"
            else:
                yield "support at work since the last spell"
        if person.cool_until > town.week and person.cap > 0:
            yield "cooling off since the last spell"
        if person.away == 0:
            yield "ladder restarts"

    def _start_employed(self, town: Town, person: Person, row: Row) -> Iterator[str]:
        if person.elapsed > 0:
            yield "tenure before the start"


def _left_out(town: Town, rows: list[Row]) -> Iterator[str]:
    """Who would have been admitted but for a bar, or for their number."""
    tables = town.tables
    for programme in range(1, len(tables.tracks)):
        terms, free = tables.tracks[programme], tables.slots(programme, town.week)
        free -= len(town.in_track(programme))
        outside = [one for one in town.in_track(REGULAR) if tables.listed(terms, one.group)]
        if free > 0 and any(programme in one.barred for one in outside):
            yield "a free slot, but barred from it"
        waiting = [one.frailty for one in outside if programme not in one.barred]
        chosen = [town.people[row[1]].frailty for row in rows if row[8] == programme]
        if terms.admission.endswith("employable_first") and set(chosen) & set(waiting):
            yield "all alike, the number decides on admission"


def _refused(town: Town, rows: list[Row]) -> Iterator[str]:
    """Who came to a meeting and would have got a support, had there been a grant left."""
    tables, year = town.tables, town.tables.days[town.week].year
    met = [town.people[row[1]] for row in rows if row[7] == "meeting"]
    for place, support in enumerate(tables.supports):
        used_up = town.granted[place, year] == tables.grants[place][year] > 0
        asked = (one for one in met if place in one.needs and place not in one.works_from)
        if used_up and any(tables.listed(support, one.group) for one in asked):
            yield "grant refused, the year's are used up"


def _of_the_week(town: Town) -> Iterator[str]:
    """What is seen of people and caseworkers when the week is over."""
    tables, last = town.tables, len(town.tables.days)
    for person in town.tallied:
        if person.ladder in EDGES and person.on_benefit:
            yield EDGES[person.ladder]  # the week before counted below the edge
    for track, fte in enumerate(tables.fte):
        if fte[town.week] == 0:
            name = "programme" if track != REGULAR else "regular service"
            yield f"{name} without caseworkers"
    for person in town.people:
        jobs_end = tables.job_loss[person.group][-1] > 0
        if person.status == EMPLOYED and jobs_end and person.return_week >= last:
            never = person.return_week == math.inf
            yield f"job that outlasts the {'table' if never else 'run'}"
    if town.week == last - 1:
        yield from _of_the_run(town)


def _of_the_run(town: Town) -> Iterator[str]:
    """What is seen at the end."""
    days = town.tables.days
    if town.volumes["unmet"].any():
        yield "due and not called"
    if town.volumes["openings_lost"].any():
        yield "opening without a taker"
    if len(days) == 1:
        yield "one week"
    if len(days) >= 520:
        yield "ten years"
    if town.seed > 2**63:
        yield "seed above 2**63"
    scenario = town.tables.scenario
    if any(days[0] < day <= days[-1] for day in scenario.regular_service.fte.dates):
        yield "a schedule has a step within the run"
    if scenario.regular_service.before != Before():
        yield "a past of its own"
    payers = [*scenario.programmes.values(), *scenario.supports.values()]
    begins = [one.budget_per_year.dates[:1] for one in payers]
    if any(days[0] < day <= days[-1] for dates in begins for day in dates):
        yield "a budget begins within the run"
