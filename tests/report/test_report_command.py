"""`jobsim report` and `report`: files written whole, bad input told in one line."""

from __future__ import annotations

import os
import re
import sys

import pytest

import jobsim as js
from jobsim.errors import InputError, OutputError
from jobsim.report import report_on


def refused(result: tuple[int, str, str], *words: str) -> None:
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.startswith("jobsim: ")
    assert len(err.strip().splitlines()) == 1
    for word in words:
        assert word in err


def test_it_writes_a_page(call, town, tmp_path):
    file, page = tmp_path / "by.toml", tmp_path / "side æøå.html"
    file.write_text(town.to_toml(), encoding="utf-8")
    code, out, _ = call("report", file, "-o", page, "--language", "da", "-r", 3)
    assert code == 0
    assert str(page) in out
    text = page.read_text(encoding="utf-8")
    assert text.startswith('<!doctype html>\n<html lang="da">')
    assert "3 fremtider" in text
    refused(call("report", file, "-o", page, "-r", 3), "is there already", "--force")
    assert page.read_text(encoding="utf-8") == text
    assert call("report", file, "-o", page, "-r", 3, "--force")[0] == 0
    assert '<html lang="en">' in page.read_text(encoding="utf-8")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["by.toml", "side æøå.html"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("nowhere/page.html", "there is no folder"),
        ("taken/page.html", "there is no folder"),
        ("folder", "is a folder"),
        ("x" * 300 + ".html", "cannot be written"),
    ],
)
def test_a_path_that_cannot_be_written_is_one_line(call, tmp_path, name, word):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    refused(call("report", "town-2026", "-o", tmp_path / name), word)
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_a_read_only_folder_is_one_line(call, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    refused(call("report", "town-2026", "-o", tmp_path / "a.html"), "read-only")


def test_a_disk_that_fails_leaves_nothing(english, tmp_path, monkeypatch):
    def fail(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OutputError, match="Permission denied"):
        english.save(tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["town-2026", "--language", "dk"], 'there is no "dk"'),
        (["town-2062"], 'did you mean "town-2026"'),
        (["town-2026", "--baseline", "town-2062"], 'did you mean "town-2026'),
        (["town-2026", "--baseline", "esbjerg-2018"], "weeks"),
        (["town-2026", "--prices", "danmark"], 'did you mean "denmark"'),
        (["town-2026", "--engine", "nump"], 'did you mean "numpy"'),
        (["town-2026", "-r", "0"], "replications"),
        (["town-2026", "--seed", "-1"], "seed"),
    ],
)
def test_bad_input_is_one_line(call, tmp_path, arguments, word):
    refused(call("report", *arguments, "-o", tmp_path / "a.html"), word)
    assert not (tmp_path / "a.html").exists()


def test_a_language_is_checked_before_anything_is_played(monkeypatch):
    monkeypatch.setattr(sys.modules["jobsim.report.report"], "play_for_report", None)
    with pytest.raises(InputError, match="language"):
        report_on(js.Scenario.load("town-2026"), language="de")


def test_a_cut_and_a_place_without_budget_have_their_words(town):
    bare = town.without_programmes()
    made = report_on(bare, baseline=town, replications=3, progress=False)
    assert made.results.saves
    assert made.results.curve is None
    assert "there is no" in made.html.lower()
    for code in ("en", "da"):
        assert not re.search(r">\s*None\s*<", made.in_language(code).html)


def test_same_results_give_the_same_page(english):
    again = english.in_language("da").in_language("en")
    assert again.html == english.html
