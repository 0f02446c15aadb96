"""Imports run one way, and nothing but the key decides a random number.

A file may import its own room and the rooms that stand before it in `ROOMS`. Imports inside
functions, those that only type checkers read, and modules named in a text that `import_module`
loads all count.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import jobsim
from jobsim.analysis.outcomes.record import versions_here

ROOT = Path(jobsim.__file__).parent
ROOMS: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in """
    errors arrays
    calendar files
    vocabulary
    text
    draws
    scenario
    engines ledger
    verification
    analysis.setting
    analysis.outcomes
    analysis.playing
    analysis.comparing analysis.lives analysis.deciding analysis.uncertainty analysis.attributing
    analysis.searching analysis.learning
    trial records
    study
    questions
    plots
    report explorer
    cli
    """.strip().splitlines()
)
"""Rooms from the foundation up; those on one line do not know each other."""
LAYER = {room: layer for layer, rooms in enumerate(ROOMS) for room in rooms}
ASIDE = {("analysis", "verification")}
"""Imports that the order would allow and the house does not."""
OUTSIDE = {"jobsim", "jobsim.__main__", "jobsim.analysis", "jobsim.presets"}
"""What stands outside the layers: public names, the start of the command line, files of data."""
ENTRANCE = {"cli"}
"""Rooms that meet jobsim by its public names."""
ACTORS = {f"jobsim.engines.reference.{actor}" for actor in ("desks", "person", "recipient")}
"""People and desks of the reference engine know each other: that is their story."""
WHEN_ASKED = {("files", "pandas"), ("text", "pandas"), ("text", "xarray"), ("text", "matplotlib")}
"""What a low room may load inside a function or name for type checkers: what a result becomes."""
CHANCE = {"random", "secrets", "default_rng", "RandomState", "rvs", "random_state", "urandom"}


def files() -> dict[str, str]:
    """Source text of every module of jobsim."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = ("jobsim", *path.relative_to(ROOT).with_suffix("").parts)
        name = ".".join(parts).removesuffix(".__init__")
        found[name] = path.read_text(encoding="utf-8")
    return found


FILES = files()


def room_of(module: str) -> str:
    """The room that a module of jobsim belongs to."""
    names = module.split(".")[1:]
    for room in (".".join(names[:2]), names[0] if names else ""):
        if room in LAYER:
            return room
    return ".".join(names)


def imported(source: str, known: Mapping[str, str] = FILES) -> Iterator[str]:
    """Modules that a source text imports, by statement or by name."""
    loads = "import_module(" in source
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                inside = f"{module}.{alias.name}"
                yield inside if inside in known else module
        elif loads and isinstance(node, ast.Constant) and _is_module(node.value):
            yield str(node.value)


def at_once(source: str) -> Iterator[str]:
    """Modules that a source text imports when it is loaded itself."""
    for node in ast.parse(source).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from imported(ast.unparse(node))


def _is_module(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"jobsim(\.\w+)+", value) is not None


def misplaced(module: str, source: str) -> list[str]:
    """Imports that a file of this name may not have."""
    return [
        f"{module} imports {other}"
        for other in dict.fromkeys(imported(source))
        if not _may_import(module, other)
    ]


def _may_import(module: str, other: str) -> bool:
    if other.startswith("."):
        return False
    if other.split(".", maxsplit=1)[0] != "jobsim" or module in OUTSIDE:
        return True
    if other in OUTSIDE:
        return room_of(module) in ENTRANCE
    room, below = room_of(module), room_of(other)
    if room == below:
        return True
    aside = (room.split(".")[0], below) in ASIDE
    return LAYER[below] < LAYER[room] and not aside


def circles(arrows: Mapping[str, set[str]]) -> list[str]:
    """The first circle of a graph, if there is one."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def arrows_between_files() -> dict[str, set[str]]:
    """Which file imports which; people and desks of the reference engine count as one."""
    arrows: dict[str, set[str]] = {}
    for module, source in FILES.items():
        if module in OUTSIDE:
            continue
        mine = "actors" if module in ACTORS else module
        others = {"actors" if one in ACTORS else one for one in imported(source)} & {
            *FILES,
            "actors",
        }
        arrows.setdefault(mine, set()).update(others - {mine, *OUTSIDE})
    return arrows


def arrows_between_folders() -> dict[str, set[str]]:
    """Which room imports which."""
    arrows: dict[str, set[str]] = {}
    for module, source in FILES.items():
        if module not in OUTSIDE:
            others = {room_of(other) for other in imported(source) if other in FILES}
            arrows.setdefault(room_of(module), set()).update(others - {room_of(module), ""})
    return arrows


def chance(source: str) -> list[str]:
    """Names in a source text that would bring in randomness without a key."""
    found = [module for module in imported(source) if CHANCE & set(module.split("."))]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CHANCE:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.keyword) and node.arg in CHANCE:
            found.append(f"{node.arg}=")
        elif isinstance(node, ast.ImportFrom):
            found += [alias.name for alias in node.names if alias.name in CHANCE]
    return found


class TestLayers:
    def test_imports_run_one_way(self):
        assert [line for module, text in FILES.items() for line in misplaced(module, text)] == []

    def test_no_circle_between_files(self):
        assert circles(arrows_between_files()) == []

    def test_no_circle_between_folders(self):
        assert circles(arrows_between_folders()) == []

    def test_people_and_desks_know_each_other(self):
        known = {other for actor in ACTORS for other in imported(FILES[actor])}
        assert known & ACTORS, "the exception is not needed any more"

    def test_the_lowest_layers_need_only_python_and_numpy(self):
        tops = {
            (room, module.split(".")[0])
            for room in ("errors", "arrays", "calendar", "files", "vocabulary", "text")
            for name, source in FILES.items()
            if room_of(name) == room
            for module in imported(source)
        }
        allowed = {*sys.stdlib_module_names, "numpy", "jobsim"}
        assert [pair for pair in tops - WHEN_ASKED if pair[1] not in allowed] == []
        for room, module in WHEN_ASKED:
            sources = [source for name, source in FILES.items() if room_of(name) == room]
            assert module not in {other for source in sources for other in at_once(source)}

    def test_the_run_record_names_all_packages_that_numbers_depend_on(self):
        below = {room for rooms in ROOMS[: ROOMS.index(frozenset({"study"}))] for room in rooms}
        needed = {
            other.split(".")[0]
            for module, source in FILES.items()
            if room_of(module) in below - {"text"}
            for other in imported(source)
        }
        told = {"pydantic_core": "pydantic", "tqdm": "", "tomli_w": ""}  # bars and text are none
        names = {told.get(name, name) for name in needed - {*sys.stdlib_module_names}} - {""}
        assert names | {"python", "llvmlite"} == {*versions_here()}

    def test_every_file_has_a_room(self):
        assert {room_of(module) for module in FILES if module not in OUTSIDE} == set(LAYER)

    @pytest.mark.parametrize(
        ("room", "source"),
        [
            ("draws", "import jobsim.scenario"),
            ("draws", "from jobsim.scenario import Scenario"),
            ("draws", "from jobsim import scenario"),
            ("draws", "def f():\n    from jobsim.engines.tables import Tables"),
            ("draws", "class A:\n    if True:\n        import numpy, jobsim.ledger"),
            ("draws", "if TYPE_CHECKING:\n    from jobsim.scenario import Scenario"),
            ("engines", "from jobsim.ledger import prices"),
            ("ledger", "from jobsim.engines import simulate"),
            ("ledger", "import importlib\nimportlib.import_module('jobsim.engines')"),
            ("ledger", "A = {'a': 'jobsim.engines.vector'}\nplay = import_module(A['a'])"),
            ("errors", "from jobsim.calendar import Weeks"),
            ("text", "from jobsim.draws import uniform"),
            ("verification", "from jobsim.analysis.outcomes.measures import MEASURES"),
            ("analysis.outcomes", "from jobsim.verification import verify"),
            ("analysis.outcomes", "from jobsim.analysis.playing.player import Player"),
            ("analysis.comparing", "from jobsim.analysis.lives.life import Life"),
            ("analysis.uncertainty", "from jobsim.analysis.learning.emulator import Emulator"),
            ("analysis.playing", "from jobsim import Scenario"),
            ("analysis.playing", "import jobsim as js"),
            ("study", "from jobsim.questions.sweep import sweep"),
            ("plots", "from jobsim.cli import main"),
            ("report", "from jobsim.explorer import explore"),
            ("scenario", "from .paths import put"),
            ("scenario", "from . import paths"),
        ],
    )
    def test_a_wrong_import_is_seen(self, room, source):
        assert misplaced(f"jobsim.{room}.file", source)

    @pytest.mark.parametrize(
        ("room", "source"),
        [
            ("questions", "from jobsim.engines import simulate\nfrom jobsim.ledger import Prices"),
            ("calendar", "from jobsim.errors import InputError"),
            ("cli", "from jobsim import Scenario, compare"),
            ("scenario", "from jobsim.scenario.paths import put"),
            ("draws", "import jobsimulator"),
            ("draws", "text = 'import jobsim.scenario'"),
        ],
    )
    def test_a_right_import_is_left_alone(self, room, source):
        assert misplaced(f"jobsim.{room}.file", source) == []

    def test_a_circle_is_seen(self):
        assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})


class TestChance:
    def test_nothing_but_the_key_decides(self):
        assert [(module, found) for module, text in FILES.items() if (found := chance(text))] == []

    @pytest.mark.parametrize(
        "source",
        [
            "import random",
            "from random import uniform",
            "import numpy.random",
            "from numpy import random",
            "from numpy.random import default_rng",
            "import numpy as np\nu = np.random.default_rng(1).uniform()",
            "def f(x):\n    import secrets",
            "x = distribution.rvs(5)",
            "x = frame.sample(5, random_state=1)",
            "import os\nx = os.urandom(8)",
        ],
    )
    def test_a_generator_is_seen(self, source):
        assert chance(source)

    @pytest.mark.parametrize(
        "source", ["order = 'random'", "from jobsim.draws import uniform", "random_order = 5"]
    )
    def test_the_word_alone_is_left_alone(self, source):
        assert chance(source) == []
