"""Two scenarios played on the same luck, person by person; may import engines and life.

A `World` is one replication of one scenario: the path of each person, and who was called, had a
small job, a grant or a place when. `Worlds` lays two of them side by side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, reduce
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from jobsim.analysis.lives.life import Life, life
from jobsim.engines import histories
from jobsim.engines.lowering import tables_of
from jobsim.scenario import Scenario
from jobsim.vocabulary import REGULAR, SPELL_STARTS

if TYPE_CHECKING:
    import pandas as pd


_MEETINGS_PHASE = 4
_OFF_BENEFIT = ("start_employed", "placed", "other_exit", "not_returned")


class Name(NamedTuple):
    """A person's name in the keys of all draws, the same in every scenario."""

    group: str
    origin: int
    k: int


class PathStep(NamedTuple):
    """One event; tracks and supports by code, so that two scenarios can be compared."""

    week: int
    phase: int
    event: str
    value: int | str


class Split(NamedTuple):
    """The first event at which a person's two paths part."""

    name: Name
    place: int
    """Place of the event in the path; the paths agree up to it."""
    step: PathStep
    side: int
    """World in which it happens: 0 is the scenario, 1 the baseline."""


class World:
    """One replication of one scenario as its histories tell it.

    Parameters
    ----------
    scenario : Scenario
    label : str, name of the scenario in text
    replication, seed : int
    engine : str
    """

    def __init__(
        self, scenario: Scenario, label: str, *, replication: int, seed: int, engine: str
    ) -> None:
        self.scenario, self.label = scenario, label
        self.events = histories(scenario, replications=[replication], seed=seed, engine=engine)
        self.notes = {str(name): note for name, note in self.events.attrs.items()}
        self.services = tables_of(scenario).services
        self.numbers: dict[Name, int] = {}
        self.paths: dict[Name, list[PathStep]] = {}
        for name, number, step in _steps(self.events):
            self.numbers[name] = number
            self.paths.setdefault(name, []).append(step)
        self._inside: dict[int, dict[str, set[Name]]] = {}

    def life(self, name: Name) -> Life | None:
        """The person's path in words, or None where there is no such person."""
        return life(self.events, self.numbers[name]) if name in self.numbers else None

    def granted(self, support: str, week: int) -> set[Name]:
        """Who had got a grant in the calendar year of the week, up to it."""
        years = self.scenario.weeks.years
        weeks = (one for one in range(week + 1) if years[one] == years[week])
        return {name for one in weeks for name in self.who["support", one, support]}

    def inside(self, track: str, week: int) -> set[Name]:
        """Who was on benefit in the track when the week's meetings began."""
        if week not in self._inside:
            found: dict[str, set[Name]] = defaultdict(set)
            for name, path in self.paths.items():
                before = takewhile(lambda step: step[:2] < (week, _MEETINGS_PHASE), path)
                where = track_at_end(before)
                if where is not None:
                    found[where].add(name)
            self._inside[week] = found
        return self._inside[week].get(track, set())

    def service(self, track: str, week: int) -> tuple[float, float]:
        """Full-time caseworkers, and the factor that persons for each put on a meeting's gain."""
        services = self.services
        i = services.codes.index(track)
        quality = services.quality[i][services.quality_row[i, week]]
        return float(services.fte[i, week]), float(quality[len(self.inside(track, week))])

    @cached_property
    def who(self) -> defaultdict[tuple[str, int, str], set[Name]]:
        """Who had an event, by its week and track (calls), group (small jobs) or code (grants)."""
        found: defaultdict[tuple[str, int, str], set[Name]] = defaultdict(set)
        for name, path in self.paths.items():
            track: str | None = REGULAR
            for step in path:
                track = track_after(step, track)
                if step.event in ("meeting", "no_show"):
                    found["call", step.week, track or REGULAR].add(name)
                elif step.event == "small_job":
                    found["small_job", step.week, name.group].add(name)
                elif step.event == "support":
                    found["support", step.week, str(step.value)].add(name)
        return found


def _steps(events: pd.DataFrame) -> Iterator[tuple[Name, int, PathStep]]:
    """Rows of histories as steps, places replaced by codes."""
    codes = {place: list(events.attrs[place]) for place in ("groups", "tracks", "supports")}
    coded = dict.fromkeys(("admitted", "programme_end", "no_show", "meeting_exit"), codes["tracks"])
    coded["support"] = codes["supports"]
    columns = ("group", "origin", "k", "number", "week", "phase", "event", "value")
    rows = zip(*(events[column].tolist() for column in columns), strict=True)
    for group, origin, k, number, week, phase, event, value in rows:
        told = coded[event][value] if event in coded else value
        yield Name(codes["groups"][group], origin, k), number, PathStep(week, phase, event, told)


def track_after(step: PathStep, track: str | None) -> str | None:
    """Track after a step, None while not on benefit."""
    if step.event == "admitted":
        return str(step.value)
    if step.event in SPELL_STARTS or step.event == "programme_end":
        return REGULAR
    return None if step.event in _OFF_BENEFIT else track


def track_at_end(path: Iterable[PathStep]) -> str | None:
    """Track after a path, None while not on benefit."""
    return reduce(lambda track, step: track_after(step, track), path, None)


class Worlds:
    """Two scenarios on the same luck; persons are matched by name.

    Parameters
    ----------
    scenario, baseline : World
    """

    def __init__(self, scenario: World, baseline: World) -> None:
        self.both = (scenario, baseline)
        self._splits: dict[Name, Split | None] = {}

    def split(self, name: Name) -> Split | None:
        """Where a person's two paths part; None if they never do."""
        if name not in self._splits:
            ours, theirs = (world.paths.get(name, []) for world in self.both)
            self._splits[name] = _first_difference(name, ours, theirs)
        return self._splits[name]

    def order(self, split: Split) -> tuple[int, int, int]:
        """Order in the run: week, phase, and within it programmes and supports in file order.

        Supports come after all meetings, which are in the same phase.
        """
        scenario, step = self.both[split.side].scenario, split.step
        codes = {"admitted": [*scenario.programmes], "support": [*scenario.supports]}
        within = 1 + codes[step.event].index(str(step.value)) if step.event in codes else 0
        return step.week, step.phase, within

    def common(self, split: Split) -> list[PathStep]:
        """The steps before the paths part."""
        return self.both[split.side].paths[split.name][: split.place]


def _first_difference(name: Name, ours: list[PathStep], theirs: list[PathStep]) -> Split | None:
    """The earlier of the first two steps that differ.

    In the same phase of a week, that of the two which the other path lacks.
    """
    for place, (a, b) in enumerate(zip_longest(ours, theirs)):
        if a == b:
            continue
        if b is None or (a is not None and (a[:2] < b[:2] or (a[:2] == b[:2] and a not in theirs))):
            return Split(name, place, a, 0)
        return Split(name, place, b, 1)
    return None
