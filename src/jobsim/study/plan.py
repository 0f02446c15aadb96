"""What a study is to play: scenarios, draws and blocks of replications; may import analysis."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from jobsim.analysis.playing.memory import blocks_of, key_of
from jobsim.analysis.playing.setting import PRICES, Setting, has, setting_of
from jobsim.analysis.uncertainty.parameter_draws import draws_of
from jobsim.errors import InputError, SizeError, StudyError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.paths import as_data
from jobsim.study.store import Store

__all__ = [
    "Design",
    "PlannedCell",
    "PlannedWorld",
    "StudyPlan",
    "design_of",
    "digest_of",
    "plan_in",
]

Changes = Mapping[str, object]

_MOST_CELLS = 10**8
_NESTED = ("sobol",)
"""Designs whose first draws stay when more are asked for."""


@dataclass(frozen=True)
class Design:
    """Draws of parameters: so many of the uncertain numbers of each scenario, or a table.

    Parameters
    ----------
    count : int
        How many; 0 for none, where every scenario is played as it stands.
    name : str, "sobol", "latin_hypercube", "random" or "table"
    parameters : tuple of path, or None for all whose register entry states a distribution
    rows : tuple of mapping of path to value, for a table
    """

    count: int = 0
    name: str = "sobol"
    parameters: tuple[str, ...] | None = None
    rows: tuple[Changes, ...] = ()

    @property
    def words(self) -> str:
        """How parameters are drawn, for messages."""
        chosen = "" if self.parameters is None else f" of {', '.join(self.parameters)}"
        return f"{self.count} draws ({self.name}){chosen}" if self.count else "no draws"

    def continues(self, other: Design) -> bool:
        """Whether it begins with the draws of another."""
        if self.name == "table":
            return other.name == "table" and self.rows[: other.count] == other.rows
        same = self.name == other.name and self.parameters == other.parameters
        return same and (self.count == other.count or (self.name in _NESTED and other.count > 0))

    def changes(self, setting: Setting, seed: int) -> Sequence[Changes]:
        """Changes of a setting, one for each draw."""
        if self.name == "table":
            return self.rows
        if self.count == 0:
            return [{}]
        drawn = draws_of(
            setting,
            self.count,
            design=self.name,
            parameters=self.parameters,
            correlations=None,
            seed=seed,
        )
        return drawn.changes()


@dataclass(frozen=True, slots=True)
class PlannedWorld:
    """One scenario under one draw.

    Parameters
    ----------
    digest : bytes, SHA-256 of what identifies it
    scenario : Scenario, before the draw
    changes : mapping of path to value, those that concern the scenario
    name : str, of the setting it was first met in
    draw : int
    """

    digest: bytes
    scenario: Scenario
    changes: Changes
    name: str
    draw: int


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One scenario under one draw, for one block of replications."""

    world: PlannedWorld
    numbers: range

    @property
    def cell(self) -> bytes:
        """What identifies it: a SHA-256."""
        block = f"{self.numbers.start}:{self.numbers.stop}"
        return hashlib.sha256(self.world.digest + block.encode()).digest()

    def played(self) -> Scenario:
        """Apply the draw.

        Raises
        ------
        ScenarioError
            If a path or value of the draw is not valid.
        """
        scenario, changes = self.world.scenario, self.world.changes
        return scenario.with_(changes) if changes else scenario


@dataclass(frozen=True, eq=False)
class StudyPlan:
    """Everything that a study is to hold.

    Parameters
    ----------
    settings : mapping of name to Setting
        Scenario and baseline, priced by the first price list, which decides what is drawn.
    prices : mapping of name to Prices
    design : Design
    replications, seed, block : int
    """

    settings: Mapping[str, Setting]
    prices: Mapping[str, Prices]
    design: Design
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
                f"a study of {cells:,} cells does not fit in memory; {_MOST_CELLS:,} are allowed: "
                "ask for fewer draws or larger blocks, or divide it over folders"
            )

    def draws(self, name: str) -> Sequence[Changes]:
        """Draws of a setting, as changes of it."""
        if name not in self._draws:
            self._draws.clear()
            self._draws[name] = self.design.changes(self.settings[name], self.seed)
        return self._draws[name]

    @cached_property
    def blocks(self) -> list[range]:
        """Blocks of replications."""
        return list(blocks_of(range(self.replications), self.block))

    @cached_property
    def worlds(self) -> tuple[PlannedWorld, ...]:
        """Every scenario and baseline under every draw, once, however many settings share it."""
        found: dict[bytes, PlannedWorld] = {}
        for name, setting in self.settings.items():
            for side, world in (("scenario", setting.scenario), ("baseline", setting.baseline)):
                key = key_of(world, self.seed)
                told = _Concerned(world, everything=side == "scenario")
                for draw, row in enumerate(self.draws(name)):
                    changes = told.of(row)
                    text = json.dumps(changes, default=_plain)
                    digest = hashlib.sha256(key + text.encode()).digest()
                    found.setdefault(digest, PlannedWorld(digest, world, changes, name, draw))
        return tuple(found.values())

    @property
    def count(self) -> int:
        """Number of cells."""
        return len(self.worlds) * len(self.blocks)

    def cell(self, number: int) -> PlannedCell:
        """Cell of a number from 0 to count − 1."""
        world, block = divmod(number, len(self.blocks))
        return PlannedCell(self.worlds[world], self.blocks[block])

    def cells(self) -> Iterator[PlannedCell]:
        """Every cell."""
        return map(self.cell, range(self.count))

    def to_text(self) -> tuple[str, dict[str, str]]:
        """Text of the plan, and the documents it speaks of by their digest."""
        documents: dict[str, str] = {}

        def told(document: Scenario | Prices) -> str:
            text = document.to_toml()
            digest = digest_of(text)
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
        return json.dumps(data, default=_plain), documents


@dataclass
class _Concerned:
    """Which changes of a draw concern a world; a baseline lacks some paths."""

    world: Scenario
    everything: bool
    _known: dict[str, bool] = field(default_factory=dict)

    def of(self, row: Changes) -> Changes:
        return {path: value for path, value in row.items() if self._concerns(path)}

    def _concerns(self, path: str) -> bool:
        if path not in self._known:
            played = not path.startswith(PRICES)
            self._known[path] = played and (self.everything or has(self.world, path))
        return self._known[path]


def _plain(value: object) -> object:
    """What JSON does not know: dates as text, numbers of numpy, schedules as their steps."""
    plain = as_data(value)
    if hasattr(plain, "item"):
        return plain.item()
    return str(plain) if plain is value else plain


def digest_of(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


_DAMAGED = (KeyError, TypeError, ValueError, AttributeError, StopIteration, RecursionError)
"""What reading a text that is no plan may raise."""


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
        data = json.loads(text)
        return _read(data, store)
    except _DAMAGED as error:
        why = f"{type(error).__name__}: {error}"
        raise StudyError(f"{store.folder}: the plan is damaged ({why})") from error


def _read(data: Mapping[str, Any], store: Store) -> StudyPlan:
    def document(digest: str) -> dict[str, Any]:
        return tomllib.loads(store.document(digest))

    known: dict[str, Scenario] = {}

    def scenario(digest: str) -> Scenario:
        if digest not in known:
            known[digest] = Scenario.from_dict(document(digest))
        return known[digest]

    prices = {name: Prices.from_dict(document(one)) for name, one in data["prices"].items()}
    first = next(iter(prices.values()))
    design = data["design"]
    parameters = design["parameters"]
    return StudyPlan(
        settings={
            name: setting_of(scenario(ours), scenario(theirs), first)
            for name, (ours, theirs) in data["settings"].items()
        },
        prices=prices,
        design=Design(
            count=int(design["count"]),
            name=str(design["name"]),
            parameters=None if parameters is None else tuple(parameters),
            rows=tuple(dict(row) for row in design["rows"]),
        ),
        replications=int(data["replications"]),
        seed=int(data["seed"]),
        block=int(data["block"]),
    )


def design_of(draws: object, design: str, parameters: Sequence[str] | None) -> Design:
    """Check how parameters are drawn.

    Raises
    ------
    InputError
        If draws is neither a whole number nor a table, or a table comes with parameters.
    """
    if draws is None:
        return Design()
    if isinstance(draws, int) and not isinstance(draws, bool):
        if draws < 1:
            raise InputError(f"draws: must be a whole number from 1, got {draws}")
        return Design(draws, design, None if parameters is None else tuple(parameters))
    if parameters is not None:
        raise InputError("draws: a table of draws goes with no parameters=")
    rows = draws.to_dict("records") if hasattr(draws, "to_dict") else draws
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(
            "draws: must be a whole number, a DataFrame or a list of {path: value}, "
            f"got {type(draws).__name__}"
        )
    plain = json.loads(json.dumps([dict(row) for row in rows], default=_plain))
    return Design(len(plain), "table", None, tuple(plain))
