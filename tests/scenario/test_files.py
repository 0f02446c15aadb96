"""What can be wrong with a scenario file as such; each line begins with its path."""

from __future__ import annotations

import re

import pytest

from jobsim.errors import ScenarioError
from jobsim.scenario import Scenario
from tests.factory import small_town


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "name: is missing"),
        (b"hello there", "not TOML: Expected '='"),
        (b"name = 'a'\nname = 'b'", "not TOML: Cannot overwrite a value"),
        (b"[horizon]\n[horizon]", "not TOML: Cannot declare"),
        (b"name = " + b"9" * 5000, "not TOML: Exceeds the limit"),
        (b"name = " + b"[" * 100_000, "not TOML: nested too deeply"),
        (b"start = 2018-02-30", "not TOML: Invalid date"),
        (b"name = 'a\x00b'", "not TOML: Found invalid character"),
        ("name = 'Søby'".encode("latin-1"), "not UTF-8 text (byte 9); save the file as UTF-8"),
        ("name = 'Søby'".encode("utf-16"), "not UTF-8 text (byte 0); save the file as UTF-8"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_bad_file_gives_one_line(content, message, tmp_path):
    path = tmp_path / "by på øen.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match="^" + re.escape(f"{path}: {message}")) as caught:
        Scenario.load(path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_bad_value_in_a_file_names_the_file_too(tmp_path):
    path = tmp_path / "town.toml"
    path.write_text(small_town().to_toml().replace("weeks = 80", "weeks = 0"), encoding="utf-8")
    message = f"{path}: horizon.weeks: must be at least 1 (weeks), got 0"
    with pytest.raises(ScenarioError, match="^" + re.escape(message) + "$"):
        Scenario.load(path)


def test_no_such_file(tmp_path):
    with pytest.raises(ScenarioError, match=r"none\.toml: there is no such file$"):
        Scenario.load(tmp_path / "none.toml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        Scenario.load(tmp_path)


def test_no_such_preset_names_the_nearest():
    with pytest.raises(ScenarioError, match='no preset "esbjerg-2081"; did you mean "esbjerg-'):
        Scenario.load("esbjerg-2081")


@pytest.mark.parametrize("name", ["", "x" * 5000, "a\0b", "a\0b.toml"])
def test_names_that_no_file_can_have(name):
    with pytest.raises(ScenarioError, match=r"there is no preset|cannot be read"):
        Scenario.load(name)


@pytest.mark.parametrize("prefix", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_encodings_that_editors_write_are_read(prefix, line_end, tmp_path):
    town = small_town(title="Æblegård på Ærø")
    path = tmp_path / "Sønderå ø.toml"
    path.write_bytes((prefix + town.to_toml().replace("\n", line_end)).encode("utf-8"))
    assert Scenario.load(path) == town
    assert Scenario.load(str(path)) == town


def test_a_preset_loads_by_its_name():
    assert Scenario.load("esbjerg-2018").name == "esbjerg-2018"
