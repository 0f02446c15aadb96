"""What a study is to play: scenarios, draws and blocks of replications; may import analysis.

Below the plan stands how what a study's methods are given is checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property, partial
from typing import Any, cast

import numpy as np

from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.analysis.playing.volume_store import key_of
from jobsim.analysis.setting.case import Case, Changes, MoveWhere, Moving, case_of, move_where
from jobsim.errors import InputError, SizeError, StudyError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.files import parse_toml
from jobsim.scenario.paths import as_data
from jobsim.study.keeping.store import KeptPlan, Store
from jobsim.study.plan_text import StudyDesign, read_plan_text

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
    """

    settings: Mapping[str, Case]
    prices: Mapping[str, Prices]
    design: StudyDesign
    replications: int
    seed: int
    block: int
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
            self._draws[name] = self.design.changes(self.settings[name], self.seed)
        return self._draws[name]

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
            for side, world in (("scenario", case.scenario), ("baseline", case.baseline)):
                key = key_of(world, self.seed)
                concerns = _concerned(case, side, self.design.moving)
                for draw, row in enumerate(self.draws(name)):
                    changes = {path: value for path, value in row.items() if concerns(path)}
                    text = json.dumps(changes, default=_plain)
                    digest = hashlib.sha256(key + text.encode()).digest()
                    if digest[:16] not in given:
                        given.add(digest[:16])
                        yield PlannedWorld(digest, world, changes, name, draw)

    def cells(self) -> Iterator[PlannedCell]:
        """Every cell."""
        for world in self.worlds():
            for numbers in self.blocks:
                yield PlannedCell(world, numbers)

    def kept(self) -> KeptPlan:
        """What is written of it; takes a minute for a million scenarios under draws."""
        cells = len(self.blocks) * sum(1 for _ in self.worlds())
        return KeptPlan(*self.to_text(), self.block, self.replications, cells)

    def to_text(self) -> tuple[str, dict[str, str]]:
        """Text of the plan, and the documents it speaks of by their digest."""
        documents: dict[str, str] = {}

        def told(document: Scenario | Prices) -> str:
            text = document.to_toml()
            digest = hashlib.sha256(text.encode()).hexdigest()
            documents[digest] = text
            return digest

        data = {
            "settings": {
                name: [told(one.scenario), told(one.baseline)]
                for name, one in self.settings.items()
            },
            "prices": {name: told(one) for name, one in self.prices.items()},
            "design": asdict(self.design),
            "replications": self.replications,
            "seed": str(self.seed),
            "block": self.block,
        }
        text = json.dumps(data, default=_plain)
        read_plan_text(text)  # what could not be read again is not written
        return text, documents


def _concerned(case: Case, side: str, moving: Moving) -> Callable[[str], bool]:
    """Whether a change of a draw concerns a side, by its path."""
    follows = partial(case.moves_both, move=moving)
    return cache(case.moves_scenario if side == "scenario" else follows)


def evenly(count: int, size: int) -> Iterator[range]:
    """Numbers from 0 in blocks of one size, of which the last may be smaller."""
    return (range(first, min(first + size, count)) for first in range(0, count, size))


def _plain(value: object) -> object:
    """What JSON does not know: dates as text, numbers of numpy, schedules as their steps."""
    plain = as_data(value)
    if hasattr(plain, "item"):
        return plain.item()
    return str(plain) if plain is value else plain


def plan_in(store: Store) -> StudyPlan | None:
    """Plan that a store holds, if any.

    Raises
    ------
    StudyError
        If it is not a plan, or speaks of documents that are not there.
    """
    text = store.plan()
    if text is None:
        return None
    try:
        return _read(text, store)
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
    return StudyPlan(
        settings={
            name: case_of(scenario(ours), scenario(theirs), first)
            for name, (ours, theirs) in told.settings.items()
        },
        prices=prices,
        design=told.design,
        replications=told.replications,
        seed=int(told.seed),
        block=told.block,
    )


def study_design(
    draws: object, design: str, parameters: Sequence[str] | None, move: MoveWhere
) -> StudyDesign:
    """Check how parameters are drawn.

    Raises
    ------
    InputError
        If draws is neither a whole number nor a table, or a table comes with parameters, or move
        is none of its words.
    """
    move_where(move)
    if draws is None:
        return StudyDesign(0, "sobol", None, (), move)
    if isinstance(draws, int) and not isinstance(draws, bool):
        if draws < 1:
            raise InputError(f"draws: must be a whole number from 1, got {draws}")
        paths = None if parameters is None else tuple(parameters)
        return StudyDesign(draws, cast(Any, design), paths, (), move)  # checked when it draws
    if parameters is not None:
        raise InputError("draws: a table of draws goes with no parameters=")
    rows = draws.to_dict("records") if hasattr(draws, "to_dict") else draws
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(
            "draws: must be a whole number, a DataFrame or a list of {path: value}, "
            f"got {type(draws).__name__}"
        )
    plain = json.loads(json.dumps([dict(row) for row in rows], default=_plain))
    return StudyDesign(len(plain), "table", None, tuple(plain), move)


# What the methods of a study are given

Scenarios = Scenario | Sequence[Scenario] | Mapping[str, Scenario]
PriceLists = Prices | Mapping[str, Prices]


def how_to_play(given: Mapping[str, Any], *fixed: str) -> RunOptions:
    """How to play a plan; what the plan itself decides is not to be said again."""
    for name in ("precision", "study", *fixed):
        if given.get(name) is not None:
            raise InputError(f"{name}: is not for this: the plan of the study decides it")
    return run_options(given)


def replications_asked(how: RunOptions) -> int:
    """Check and return how many replications are asked for."""
    wanted = how["replications"]
    if not isinstance(wanted, (int, np.integer)) or isinstance(wanted, bool) or wanted < 1:
        raise InputError(f"replications: must be a whole number from 1, got {wanted!r}")
    return int(wanted)


def more_of(now: int, how: Mapping[str, Any]) -> int:
    """Replications in all, which are no fewer than now."""
    asked = how["replications"]
    wanted = replications_asked(run_options({"replications": now if asked is None else asked}))
    if wanted < now:
        raise InputError(f"replications: the plan has {now:,} already, got {wanted:,}")
    return wanted


def settings_of(
    scenarios: Scenarios, baseline: Scenario | None, prices: Mapping[str, Prices]
) -> dict[str, Case]:
    """Scenarios beside their baseline, by the names they were given, or their own."""
    if isinstance(scenarios, Mapping):
        found = {str(name): one for name, one in scenarios.items()}
    else:
        several = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
        found = {getattr(one, "name", ""): one for one in several}
        if len(found) < len(several):
            raise InputError("scenarios: two have the same name; give them as {name: scenario}")
    if not found:
        raise InputError("scenarios: name at least one")
    first = next(iter(prices.values()))
    return {name: case_of(one, baseline, first) for name, one in found.items()}


def price_lists(prices: PriceLists | None) -> dict[str, Prices]:
    """Price lists by the names they were given, or their own; "denmark" without any."""
    given = Prices.load("denmark") if prices is None else prices
    found = {given.name: given} if isinstance(given, Prices) else dict(given)
    if not found or not all(isinstance(one, Prices) for one in found.values()):
        raise InputError("prices: must be Prices, or several by name")
    return found


def refuse_other(held: Mapping[str, Any], added: Mapping[str, Any], what: str) -> None:
    """Raise InputError where something else stands under a name already."""
    for name in held.keys() & added.keys():
        if held[name] != added[name]:
            raise InputError(f'{what} "{name}": the plan has another under this name')
