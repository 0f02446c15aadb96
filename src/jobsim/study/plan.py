"""What a study is to play: scenarios, draws and blocks of replications; may import analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property, lru_cache, partial
from itertools import islice
from typing import Any

import numpy as np

from jobsim.analysis.playing.volume_store import key_of
from jobsim.analysis.setting.case import PRICES, Case, Changes, Moving, case_of, has
from jobsim.analysis.uncertainty.parameter_draws import draws_of
from jobsim.engines.progress import progress_bar
from jobsim.errors import InputError, SizeError, StudyError
from jobsim.files.reading import parse_toml
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.past import PAST
from jobsim.study.keeping.store import KeptPlan, Store
from jobsim.study.plan_text import (
    StudyDesign,
    as_json,
    draws_texts,
    read_draws_text,
    read_plan_text,
)

_MOST_CELLS = 10**8
_DRAWS_KEPT = 50_000
"""Draws of all settings that are remembered, at some two kilobytes each."""


@dataclass(frozen=True, eq=False)
class PlannedWorld:
    """One scenario under one draw.

    Parameters
    ----------
    digest : bytes, SHA-256 of what identifies it
    scenario : Scenario, before the draw
    changes : mapping of path to value, those that concern the scenario
    name : str, of the case it was first met in
    draw : int
    """

    digest: bytes
    scenario: Scenario
    changes: Changes
    name: str
    draw: int

    @cached_property
    def played(self) -> Scenario:
        """The scenario with the draw applied.

        Raises
        ------
        ScenarioError
            If a path or value of the draw is not valid.
        """
        return self.scenario.with_(self.changes) if self.changes else self.scenario

    def __getstate__(self) -> dict[str, object]:
        """Everything but `played`, which is made again where it is needed."""
        return {name: value for name, value in vars(self).items() if name != "played"}


@dataclass(frozen=True, eq=False)
class PlannedCell:
    """One scenario under one draw, for one block of replications."""

    world: PlannedWorld
    numbers: range

    @cached_property
    def digest(self) -> bytes:
        """What identifies it: a SHA-256."""
        block = f"{self.numbers.start}:{self.numbers.stop}"
        return hashlib.sha256(self.world.digest + block.encode()).digest()


Decided = Callable[[str], Sequence[Changes]]
"""Draws of a setting, by its name, that are what they are and are not drawn again."""


@dataclass(frozen=True, eq=False)
class StudyPlan:
    """Everything that a study is to hold.

    Parameters
    ----------
    settings : mapping of name to Case
        Scenario and baseline, priced by the first price list, which decides what is drawn.
    prices : mapping of name to Prices
    design : StudyDesign
    replications, seed, block : int
    decided : function of the name of a setting that gives its first draws, or all of a table
        Those that a folder holds, drawn by whichever processor and libraries.
    """

    settings: Mapping[str, Case]
    prices: Mapping[str, Prices]
    design: StudyDesign
    replications: int
    seed: int
    block: int
    decided: Decided = lambda _: ()
    _draws: dict[str, Sequence[Changes]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        settings, draws = len(self.settings), max(1, self.design.count)
        if min(settings, self.replications, self.block) < 1:
            raise InputError("a study needs a scenario, a replication and a block of at least one")
        cells = 2 * settings * draws * -(-self.replications // self.block)
        if cells > _MOST_CELLS:
            raise SizeError(
                f"a study of {cells:,} cells is too large; {_MOST_CELLS:,} are allowed: ask for "
                "fewer draws or larger blocks, or divide it over folders"
            )

    def draws(self, name: str) -> Sequence[Changes]:
        """Draws of a case, as changes of it."""
        if name not in self._draws:
            if (len(self._draws) + 1) * self.design.count > _DRAWS_KEPT:
                self._draws.clear()
            self._draws[name] = self._drawn(name)
        return self._draws[name]

    def draws_known(self, name: str) -> Sequence[Changes]:
        """Draws of a setting that may be another plan's; none where they are not those of all."""
        if name not in self.settings and self.design.name == "table":
            name = next(iter(self.settings))
        return self.draws(name) if name in self.settings else ()

    def _drawn(self, name: str) -> Sequence[Changes]:
        design, case = self.design, self.settings[name]
        if design.count == 0:
            return [{}]
        rows = self.decided(name)[: design.count]
        if len(rows) == design.count:
            return rows
        found = list(rows)
        for first, count in design.pieces:
            if count > len(found):
                asked = (count, design.name, design.parameters, None, self.seed)
                found += draws_of(case, *asked, first=first).changes()[len(found) - first :]
        return found

    def check_moves(self, names: Iterable[str]) -> None:
        """Check that draws can be moved in these settings, whose baselines were given.

        Raises
        ------
        InputError
            If a fact of the world that is drawn stands at another value in a baseline.
        """
        for name in names:
            rows = self.draws(name)
            several = rows if self.design.name == "table" else rows[:1]
            paths = (path for row in several for path in row)
            self.settings[name].check_moves(paths, self.design.moving)

    def check_draws(self, *, progress: bool, held: StudyPlan | None = None) -> None:
        """Check every path and value that is drawn, before anything is simulated.

        Parameters
        ----------
        progress : bool
            Whether what takes more than two seconds shows a progress bar.
        held : StudyPlan, optional
            A plan whose draws were checked when it was made.

        Raises
        ------
        InputError
            At the first that does not fit its scenario, baseline or a price list: which scenario
            and draw, and why.
        """
        known = {} if held is None else {name: held.design.count for name in held.settings}
        draws = sum(self.design.count - known.get(name, 0) for name in self.settings)
        with progress_bar("checking draws", draws, show=progress, unit="draw") as bar:
            for name, case in self.settings.items():
                for draw, row in islice(enumerate(self.draws(name)), known.get(name, 0), None):
                    try:
                        case.with_(row, move=self.design.moving)
                    except InputError as error:
                        raise InputError(f'scenario "{name}", draw {draw}: {error}') from None
                    bar.update()
                self.check_prices(name, self.prices)

    def check_prices(self, name: str, prices: Mapping[str, Prices]) -> None:
        """Check that price lists have what is drawn for a setting, and no gap before its run.

        Raises
        ------
        InputError
            If one lacks it: it would be priced as it stands; or a changed price begins too late.
        """
        drawn = {path for row in self.draws(name) for path in row if path.startswith(PRICES)}
        for label, one in prices.items():
            one.refuse_gaps(self.settings[name].scenario)
            for stem in sorted(path.removeprefix(PRICES) for path in drawn):
                if not has(one, stem):
                    raise InputError(f'prices "{label}": has nothing at {stem}, which is drawn')

    @cached_property
    def blocks(self) -> list[range]:
        """Blocks of replications."""
        return list(evenly(self.replications, self.block))

    def worlds(self) -> Iterator[PlannedWorld]:
        """Every scenario and baseline under every draw, once, however many settings share it.

        Those of one scenario follow each other. Of those that were given before, sixteen bytes are
        remembered each, so that two million of them take some 200 MiB.
        """
        given = set[bytes]()
        for name, case in self.settings.items():
            for side, world in (("scenario", case.given), ("baseline", case.baseline)):
                key = key_of(world, self.seed)
                concerns = _concerned(case, side, self.design.moving)
                for draw, row in enumerate(self.draws(name)):
                    changes: Changes = {
                        path: value for path, value in row.items() if concerns(path)
                    }
                    if side == "scenario":
                        changes = self._with_past(case, row, changes)
                    text = json.dumps(changes, default=as_json)
                    digest = hashlib.sha256(key + text.encode()).digest()
                    if digest[:16] not in given:
                        given.add(digest[:16])
                        yield PlannedWorld(digest, world, changes, name, draw)

    def _with_past(self, case: Case, row: Changes, changes: Changes) -> Changes:
        """Changes of the scenario with the past of the baseline, if it has another under a draw."""
        try:
            past = case.past_with(row, self.design.moving)
        except InputError:  # kept as a failure when it is to be played
            return changes
        own = {path: value for path, value in changes.items() if not path.startswith(PAST)}
        return {**own, **past} if past else changes

    def cells(self) -> Iterator[PlannedCell]:
        """Every cell."""
        for world in self.worlds():
            for numbers in self.blocks:
                yield PlannedCell(world, numbers)

    def kept(self) -> KeptPlan:
        """What is written of it."""
        return KeptPlan(self.to_text(), self.documents(), self.block, self.replications)

    def documents(self) -> Iterator[str]:
        """Scenarios, price lists and draws that the text of the plan names by their digests."""
        yield from (one.to_toml() for one in self.prices.values())
        for name, one in self.settings.items():
            yield from (one.given.to_toml(), one.baseline.to_toml(), *self._draws_texts(name))

    def _draws_texts(self, name: str) -> Iterator[str]:
        return draws_texts(self.draws(name)) if self.design.count else iter(())

    def to_text(self) -> str:
        """Text of the plan."""
        settings = {
            name: {
                "scenario": _digest(one.given.to_toml()),
                "baseline": _digest(one.baseline.to_toml()),
                "draws": [_digest(text) for text in self._draws_texts(name)],
            }
            for name, one in self.settings.items()
        }
        data = {
            "settings": settings,
            "prices": {name: _digest(one.to_toml()) for name, one in self.prices.items()},
            "design": asdict(self.design),
            "replications": self.replications,
            "seed": str(self.seed),
            "block": self.block,
        }
        text = json.dumps(data)
        read_plan_text(text)  # what could not be read again is not written
        return text

    def asks_as(self, other: StudyPlan) -> bool:
        """Whether it asks for what another does, whoever drew the numbers, in blocks of any size.

        Draws of a table are compared, others where their design is another.
        """
        ours, theirs = (replace(one.design, begun=()) for one in (self, other))
        alike = (self.settings, self.prices, ours) == (other.settings, other.prices, theirs)
        alike = alike and (self.replications, self.seed) == (other.replications, other.seed)
        names = self.settings if alike and self.design.name == "table" else ()
        return alike and all(map(partial(same_draws, self, other), names))


_NEAR = 1e-6
"""Relative difference of numbers that two processors drew of one distribution, at most."""


def same_draws(ours: StudyPlan, theirs: StudyPlan, name: str) -> bool:
    """Whether two plans draw a setting alike so far as both do; but for the last digits.

    Draws of a table are alike where they are equal.
    """
    pairs = zip(ours.draws_known(name), theirs.draws_known(name), strict=False)
    alike = _equal if ours.design.name == "table" else _near
    return all(alike(one, other) for one, other in pairs)


def _equal(ours: Changes, theirs: Changes) -> bool:
    return dict(ours) == dict(theirs)


def _near(ours: Changes, theirs: Changes) -> bool:
    one, other = (np.array([row[path] for path in sorted(row)], float) for row in (ours, theirs))
    return ours.keys() == theirs.keys() and np.allclose(one, other, rtol=_NEAR, atol=0)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _concerned(case: Case, side: str, moving: Moving) -> Callable[[str], bool]:
    """Whether a change of a draw concerns a side, by its path."""
    follows = partial(case.moves_both, move=moving)
    return cache(case.moves_scenario if side == "scenario" else follows)


def evenly(count: int, size: int) -> Iterator[range]:
    """Numbers from 0 in blocks of one size, of which the last may be smaller."""
    return (range(first, min(first + size, count)) for first in range(0, count, size))


def plan_in(store: Store) -> StudyPlan | None:
    """Plan that a store holds, if any.

    Raises
    ------
    StudyError
        If it is not a plan, or speaks of documents that are not there.
    """
    kept = store.plan()
    if kept is None:
        return None
    try:
        return _read(kept, store)
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"
        raise StudyError(f"{store.folder}: the plan is damaged ({why})") from error


def _read(text: str, store: Store) -> StudyPlan:
    def document(digest: str) -> dict[str, Any]:
        return parse_toml(store.document(digest), f"document {digest[:12]}")

    scenario = cache(lambda digest: Scenario.from_dict(document(digest)))
    told = read_plan_text(text)
    prices = {name: Prices.from_dict(document(one)) for name, one in told.prices.items()}
    first = next(iter(prices.values()))

    @lru_cache(maxsize=8)  # settings that draw alike share their documents
    def rows(digests: tuple[str, ...]) -> list[Changes]:
        return [row for one in digests for row in read_draws_text(store.document(one))]

    def decided(name: str) -> Sequence[Changes]:
        of = told.settings.get(name)
        if of is None and told.design.name == "table":
            of = next(iter(told.settings.values()))
        if of is None:
            return ()
        try:
            found = rows(tuple(of.draws))
        except InputError as error:
            raise StudyError(f"{store.folder}: draws of the plan are damaged ({error})") from None
        if len(found) != told.design.count:
            raise StudyError(f"{store.folder}: draws of the plan are missing")
        return found

    return StudyPlan(
        settings={
            name: case_of(scenario(one.scenario), scenario(one.baseline), first)
            for name, one in told.settings.items()
        },
        prices=prices,
        design=told.design,
        replications=told.replications,
        seed=int(told.seed),
        block=told.block,
        decided=decided,
    )
