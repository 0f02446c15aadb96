"""What newcomers are told is there: paths, rooms and versions in the files at the root."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import jobsim
from tests.conftest import FIRST
from tests.test_architecture import ROOMS

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATH = re.compile(r"[\w.]*\w[\w.]*(/[\w.]+)*/?")


SHOWN = ("README.md", "docs/**/*.md", "docs/figures/*.py", "examples/**/*", "notebooks/*.ipynb")
"""What users read and copy from."""
NOT_SHOWN = {"_ext", "_build", "api"}
OPEN = {*jobsim.__all__, "plots"}
"""Names and the one part of jobsim that users import from."""
INSIDE = {room.split(".")[0] for rooms in ROOMS for room in rooms} - OPEN
PART = re.compile(
    rf"(?:from|import)\s+jobsim\.(\w+)|\bjs\.({'|'.join(INSIDE)})\b|import_module\(.jobsim\.(\w+)"
)
NAMES = re.compile(r"from jobsim import \(?\s*((?:[\w ]+,\s*)*[\w ]*)")


def shown() -> Iterator[Path]:
    """Files that users read and copy from."""
    found = (path for pattern in SHOWN for path in ROOT.glob(pattern))
    return (
        path
        for path in found
        if path.suffix in {".md", ".py", ".ipynb"} and not NOT_SHOWN & set(path.parts)
    )


def code_of(path: Path) -> str:
    """Text of a file; of a notebook that of its cells, without what they gave."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
    return re.sub(r"^\s*(>>>|\.\.\.) ", "", text, flags=re.MULTILINE)


def deep(code: str) -> list[str]:
    """Imports, and uses of `js`, that reach into jobsim beyond what is public."""
    parts = ["".join(found) for found in PART.findall(code)]
    listed = (name for found in NAMES.findall(code) for name in found.split(","))
    names = [name.split()[0] for name in listed if name.strip()]
    return [name for name in (*parts, *names) if name not in OPEN]


def paths(text: str) -> set[str]:
    """Words in code type that look like paths: with a slash and no wildcard, or a known ending."""
    words = re.findall(r"`([^`\s]+)`", text)
    found = {word.split("::")[0] for word in words if PATH.fullmatch(word.split("::")[0])}
    return {one for one in found if _is_told(one)}


def _is_told(word: str) -> bool:
    return "NEW" not in word and ("/" in word or word.endswith((".py", ".toml", ".md", ".cff")))


def test_every_path_of_the_guide_is_there():
    told = paths(GUIDE)
    assert len(told) > 30
    places = (ROOT, ROOT / "src" / "jobsim")
    assert [one for one in sorted(told) if not any((at / one).exists() for at in places)] == []


def test_links_of_the_guide_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", GUIDE) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_picture_has_every_room_in_the_order_of_the_layers():
    picture = GUIDE.split("```")[3].strip().splitlines()
    columns = [re.split(r"\s{2,}", line.strip()) for line in picture]
    named = [" ".join(line[:-1] or line).split() for line in columns]
    line_of = {room: line for line, rooms in enumerate(named) for room in rooms}
    lines = [[line_of[room.removeprefix("analysis.")] for room in rooms] for rooms in ROOMS]
    assert all(len(set(line)) == 1 for line in lines)
    assert sorted(lines, reverse=True) == lines
    assert set(line_of) == {room.removeprefix("analysis.") for rooms in ROOMS for room in rooms} | {
        "analysis"
    }


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, line in (
        ("CITATION.cff", f"version: {project['version']}"),
        ("src/jobsim/__init__.py", f'__version__ = "{project["version"]}"'),
    ):
        assert line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_files_that_are_begun_first_are_there():
    assert [one for one in FIRST if not (ROOT / one).is_file()] == []


class TestOneSurface:
    """Whatever pages, notebooks and examples use comes from jobsim or jobsim.plots."""

    def test_nothing_reaches_deeper(self):
        files = list(shown())
        assert len(files) > 60
        found = {str(path.relative_to(ROOT)): deep(code_of(path)) for path in files}
        assert {path: names for path, names in found.items() if names} == {}

    @pytest.mark.parametrize(
        "code",
        [
            "from jobsim.scenario import Scenario",
            "import jobsim.engines as engines",
            "from jobsim import engines",
            "from jobsim import (\n    Scenario,\n    engines,\n)",
            "from jobsim import Scenario as S, engines as e",
            "def f():\n    from jobsim.ledger.prices import Prices",
            "import jobsim as js\njs.calendar.Schedule",
            "import_module('jobsim.draws')",
        ],
    )
    def test_a_deep_import_is_found(self, code, tmp_path):
        page, notebook = tmp_path / "page.md", tmp_path / "a.ipynb"
        lines = code.splitlines(keepends=True)
        page.write_text(f"```pycon\n>>> {'... '.join(lines)}\n```\n", encoding="utf-8")
        notebook.write_text(json.dumps({"cells": [{"source": lines}]}), encoding="utf-8")
        assert deep(code)
        assert deep(code_of(page))
        assert deep(code_of(notebook))

    @pytest.mark.parametrize(
        "code",
        [
            "import jobsim as js\njs.Scenario.load('town')",
            "from jobsim.plots import plot_net_saving",
            "from jobsim import Scenario, Schedule",
            "Units stand in `jobsim.engines.volumes.VOLUMES`.",
            "study = js.Study('folder'); study.outcomes()",
        ],
    )
    def test_what_is_public_is_left_alone(self, code):
        assert deep(code) == []
