"""`--study FOLDER`: every command that plays scenarios keeps what it simulates, and finds it."""

from __future__ import annotations

import os
import sqlite3

import pytest

from jobsim.analysis.playing import player
from jobsim.ledger import Prices
from jobsim.study import Study
from tests.study.quick import BUDGET, CLAIM, GAIN, town

PLAIN = ("-r", "2", "--prices", "prices.toml")
COMMANDS = {"compare": [], "rank": ["--draws", "16"], "sweep": ["--set", f"{BUDGET}=0,1e6"]}
"""One of each kind; `tests/contract` asks every command again of what a study keeps."""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """File of a small town, beside one of prices, in the folder where commands run.

    The town has no consultants and supports and the prices are not uncertain: less to vary.
    """
    monkeypatch.chdir(tmp_path)
    little = town(claims={"saved": CLAIM}, small_jobs__consultants=None, supports=None)
    (tmp_path / "town.toml").write_text(little.to_toml(), encoding="utf-8")
    prices = Prices.load("denmark").with_({"assumptions": {}})
    (tmp_path / "prices.toml").write_text(prices.to_toml(), encoding="utf-8")
    return "town.toml"


@pytest.fixture
def never_simulate(monkeypatch):
    """Make simulating an error, when it is called."""

    def refuse(*_, **__):
        raise AssertionError("simulated again")

    return lambda: monkeypatch.setattr(player, "simulate", refuse)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_second_time_simulates_nothing_and_says_the_same(call, place, never_simulate, command):
    given = [command, place, *COMMANDS[command], *PLAIN]
    alone = call(*given)
    first = call(*given, "--study", "kept")
    assert os.path.exists("kept/cells.sqlite")
    never_simulate()
    again = call(*given, "--study", "kept")
    assert (alone[0], alone[2]) == (0, "")
    assert first == again == alone


def test_without_it_the_second_time_does_simulate(call, place, never_simulate):
    """Negative control of the test above."""
    never_simulate()
    with pytest.raises(AssertionError, match="simulated again"):
        call("compare", place, *PLAIN)


def test_a_report_finds_what_was_kept(call, place, never_simulate):
    given = ["report", place, *PLAIN, "--study", "kept", "--out"]
    assert call(*given, "one.html")[0] == 0
    never_simulate()
    code, out, errors = call(*given, "two.html")
    assert (code, errors) == (0, "")
    assert "Written: two.html" in out


def test_commands_share_a_folder(call, place, never_simulate):
    assert call("sweep", place, "--set", f"{BUDGET}.scale=1", *PLAIN, "--study", "kept")[0] == 0
    never_simulate()
    assert call("compare", place, *PLAIN, "--study", "kept")[0] == 0
    assert call("compare", place, *PLAIN, "-r", "1", "--study", "kept")[0] == 0


def test_several_processes_share_a_folder(call, place, never_simulate):
    given = ["sweep", place, "--set", f"{GAIN}=0.1,0.2,0.3", *PLAIN, "--no-progress"]
    alone = call(*given)
    assert call(*given, "--study", "kept", "-j", "2", "--engine", "numpy") == alone
    never_simulate()
    assert call(*given, "--study", "kept") == alone


def _other_version(folder):
    Study(folder).run(town(), replications=1, progress=False)
    Study(folder).close()
    with sqlite3.connect(folder / "cells.sqlite") as file:
        file.execute("PRAGMA user_version = 999")
    file.close()


WRONG = {
    "a file": (lambda path: path.write_text("a letter"), "is not a folder; --study needs one"),
    "a file above": (lambda path: None, "/x: cannot be written ("),
    "another file's": (
        lambda path: (path.mkdir(), (path / "cells.sqlite").write_text("a letter")),
        "is damaged or not a study",
    ),
    "another model's": (_other_version, "was played by model version 999"),
    "too long": (lambda path: None, "cannot be used ("),
}


@pytest.mark.parametrize("command", ["compare", "sweep", "report"])
@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_keep_anything_is_one_line_and_exit_code_2(
    call, place, tmp_path, command, what
):
    make, words = WRONG[what]
    folder = tmp_path / "kept"
    make(folder)
    if what == "a file above":
        folder = tmp_path / place / "x"
    elif what == "too long":
        folder = "x" * 300
    given = [command, place, *COMMANDS.get(command, ()), *PLAIN, "--study", folder]
    code, out, errors = call(*given)
    assert (code, out) == (2, "")
    assert words in errors
    assert errors.count("\n") == 1


def test_what_is_wrong_otherwise_leaves_no_folder(call, place, tmp_path):
    code, _, errors = call("sweep", place, "--set", "groups.nobody.stock=1", "--study", "kept")
    assert code == 2
    assert "groups" in errors
    assert not (tmp_path / "kept").exists()
