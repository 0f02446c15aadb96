"""`jobsim report` and `report`: files written whole, bad input told in one line."""

from __future__ import annotations

import html
import os
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import jobsim as js
from jobsim.errors import InputError, OutputError
from jobsim.report import report_on
from jobsim.report.evidence_part import command_again
from jobsim.report.language import language_named


def refused(result: tuple[int, str, str], *words: str) -> None:
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.startswith("jobsim: ")
    assert len(err.strip().splitlines()) == 1
    for word in words:
        assert word in err


def test_it_writes_a_page_that_says_how_to_make_it_again(call, town, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {"name": "by på øen.toml", "baseline": "-før'.toml", "prices": "priser.toml"}
    town.save(files["name"])
    town.without_programmes().save(files["baseline"])
    js.Prices.load("denmark").with_({"assumptions": {}}).save(files["prices"])
    about = [files["name"], "--baseline", f"./{files['baseline']}", "--prices", files["prices"]]
    how = ["-o", "side æøå.html", "--language", "da", "-r", 2]
    code, out, _ = call("report", *about, *how)
    assert code == 0
    assert "side æøå.html" in out
    page = Path("side æøå.html")
    text = page.read_text(encoding="utf-8")
    assert text.startswith('<!doctype html>\n<html lang="da">')
    assert "2 fremtider" in text
    refused(call("report", *about, *how), "is there already", "--force")
    command = html.unescape(re.search("<code>(jobsim report .*?)</code>", text)[1])
    assert call(*shlex.split(command)[1:])[0] == 0
    again = Path("esbjerg-2018-evidence-again.html").read_text(encoding="utf-8")
    assert numbers(again) == numbers(text)
    assert {*map(str, Path().iterdir())} == {
        *files.values(),
        str(page),
        "esbjerg-2018-evidence-again.html",
    }


def numbers(page: str) -> str:
    """What is on a page, without the seconds that it took."""
    return re.sub(r"[0-9,.]+( sekund|</t[dh]>)", r"\1", page)


def test_a_preset_is_named_and_what_is_made_in_python_is_not(english):
    words = language_named("en")
    results, comparison = english.results, english.results.comparison
    assert command_again(results, words) is None
    assert "Or make this report again" not in english.html
    preset = results.scenario.model_copy()
    vars(preset)["loaded_from"] = "esbjerg-2018-evidence"
    played = replace(comparison.played, scenario=preset)
    named = replace(results, comparison=replace(comparison, played=played))
    assert command_again(named, words) == (
        "jobsim report esbjerg-2018-evidence -o esbjerg-2018-evidence-again.html --language en "
        "--replications 6 --seed 1"
    )


def test_a_page_that_is_there_is_replaced_if_forced(english, tmp_path):
    page = tmp_path / "side.html"
    page.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is there already"):
        english.save(page)
    english.save(page, force=True)
    assert page.read_text(encoding="utf-8") == english.html
    with pytest.raises(InputError, match=r"must end in \.html"):
        english.save(tmp_path / "side.pdf")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("nowhere/page.html", "there is no folder"),
        ("taken/page.html", "there is no folder"),
        ("folder.html", "is a folder"),
        ("page.pdf", "must end in .html, .htm"),
        ("x" * 300 + ".html", "cannot be written"),
    ],
)
def test_a_path_that_cannot_be_written_is_one_line(call, tmp_path, name, word):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
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
