"""What newcomers are told is there: paths, rooms and versions in the files at the root."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.conftest import FIRST
from tests.test_architecture import ROOMS

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATH = re.compile(r"[\w.]*\w[\w.]*(/[\w.]+)*/?")


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
