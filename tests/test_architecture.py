"""Imports run one way, and nothing but the key decides a random number.

The layers are those of the design: 0 errors, calendar; 1 draws; 2 scenario and its presets;
3 engines and ledger, of which neither imports the other; 4 analysis; 5 plots, study; 6 report,
explorer; 7 cli.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jobsim

ROOT = Path(jobsim.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
LAYERS = {
    "errors": 0,
    "calendar": 0,
    "draws": 1,
    "scenario": 2,
    "presets": 2,
    "engines": 3,
    "ledger": 3,
    "analysis": 4,
    "plots": 5,
    "study": 5,
    "report": 6,
    "explorer": 6,
    "cli": 7,
}
ASIDE = {("calendar", "errors"), ("cli", "")}
"""Imports within a layer, and of the public names, that the layers as such would not allow."""
CHANCE = {"random", "secrets", "default_rng", "RandomState", "rvs", "random_state", "urandom"}


def part_of(module: str) -> str:
    """Part of jobsim that a module belongs to: the name after "jobsim", or "" for the top."""
    names = [*module.split("."), ""]
    return names[1]


def is_module(value: object) -> bool:
    """Tell whether a constant names a module of jobsim, which import_module may load."""
    return isinstance(value, str) and re.fullmatch(r"jobsim(\.\w+)+", value) is not None


def is_type_checking(node: ast.AST) -> bool:
    """Tell whether a node is a block that only type checkers read."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes, those inside functions too, but none that only type checkers read."""
    for child in ast.iter_child_nodes(tree):
        if is_type_checking(child):
            children = [ast.Module(body=child.orelse, type_ignores=[])]
        else:
            yield child
            children = [child]
        for inside in children:
            yield from nodes(inside)


def imported(source: str) -> Iterator[str]:
    """Modules that a source text imports, by statement or by name."""
    for node in nodes(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node)
        elif (
            isinstance(node, ast.Constant) and "import_module(" in source and is_module(node.value)
        ):
            yield node.value


def _imported_from(node: ast.ImportFrom) -> Iterator[str]:
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        inside = f"{module}.{alias.name}"
        yield inside if module == "jobsim" and alias.name in LAYERS else module


def misplaced(source: str, part: str) -> list[str]:
    """Imports of a source text that a file of this part may not have."""
    wrong = []
    for module in imported(source):
        if module.startswith("."):
            wrong.append(f"{part} imports {module} by a relative path")
        elif module.split(".")[0] == "jobsim" and not _may_import(part, part_of(module)):
            wrong.append(f"{part} imports {module}")
    return wrong


def _may_import(part: str, other: str) -> bool:
    if part == other or (part, other) in ASIDE:
        return True
    return other != "" and LAYERS[other] < LAYERS[part]


def chance(source: str) -> list[str]:
    """Names in a source text that would bring in randomness without a key."""
    found = []
    for node in nodes(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CHANCE:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.keyword) and node.arg in CHANCE:
            found.append(f"{node.arg}=")
    modules = (module for module in imported(source) if CHANCE & set(module.split(".")))
    names = (
        alias.name
        for node in nodes(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in CHANCE
    )
    return [*found, *modules, *names]


def part_of_file(path: Path) -> str:
    name = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return "" if name in ("__init__", "__main__") else name


def inner_files() -> list[Path]:
    """Every file but the top, which loads public names from everywhere."""
    return [path for path in FILES if part_of_file(path)]


def relative_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


class TestLayers:
    @pytest.mark.parametrize("path", inner_files(), ids=relative_name)
    def test_imports_run_one_way(self, path):
        assert misplaced(path.read_text(encoding="utf-8"), part_of_file(path)) == []

    @pytest.mark.parametrize("name", ["errors.py", "calendar.py"])
    def test_the_lowest_layer_needs_only_python_and_numpy(self, name):
        tops = {module.split(".")[0] for module in imported((ROOT / name).read_text("utf-8"))}
        assert tops <= {*sys.stdlib_module_names, "numpy", "jobsim"}

    def test_every_part_has_a_layer(self):
        assert {part_of_file(path) for path in FILES} - {""} <= set(LAYERS)

    def test_the_search_finds_files_of_every_kind(self):
        found = {part_of_file(path) for path in FILES}
        assert {"", "errors", "calendar", "draws", "scenario", "presets"} <= found

    @pytest.mark.parametrize(
        ("part", "source"),
        [
            ("draws", "import jobsim.scenario"),
            ("draws", "from jobsim.scenario import Scenario"),
            ("draws", "from jobsim import scenario"),
            ("draws", "def f():\n    from jobsim.engines.tables import Tables"),
            ("draws", "class A:\n    if True:\n        import numpy, jobsim.ledger"),
            ("engines", "from jobsim.ledger import prices"),
            ("ledger", "from jobsim.engines import simulate"),
            ("ledger", "import importlib\nimportlib.import_module('jobsim.engines')"),
            ("ledger", "A = {'a': 'jobsim.engines.numpy'}\nplay = import_module(A['a'])"),
            ("errors", "from jobsim.calendar import Weeks"),
            ("analysis", "from jobsim import Scenario"),
            ("analysis", "import jobsim as js"),
            ("plots", "from jobsim.cli import main"),
            ("scenario", "from .paths import put"),
            ("scenario", "from . import paths"),
            (
                "engines",
                "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n    pass\nelse:\n    import jobsim.cli",
            ),
        ],
    )
    def test_a_wrong_import_is_seen(self, part, source):
        assert misplaced(source, part)

    @pytest.mark.parametrize(
        ("part", "source"),
        [
            ("analysis", "from jobsim.engines import simulate\nfrom jobsim.ledger import Prices"),
            ("calendar", "from jobsim.errors import InputError"),
            ("cli", "from jobsim import Scenario, compare"),
            ("scenario", "from jobsim.scenario.paths import put"),
            ("draws", "import jobsimulator"),
            ("draws", "text = 'import jobsim.scenario'"),
            (
                "draws",
                "import typing\nif typing.TYPE_CHECKING:\n    from jobsim.scenario import Scenario",
            ),
        ],
    )
    def test_a_right_import_is_left_alone(self, part, source):
        assert misplaced(source, part) == []


class TestChance:
    @pytest.mark.parametrize("path", FILES, ids=relative_name)
    def test_nothing_but_the_key_decides(self, path):
        assert chance(path.read_text(encoding="utf-8")) == []

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
