"""Every public question keeps the contract; every command keeps its part of it."""

from __future__ import annotations

import pytest

import jobsim as js
from jobsim.analysis.playing.precision import Precision
from jobsim.cli.app import program
from tests.contract.__main__ import PAGE, page
from tests.contract.commands import ASKS, OF_COMMANDS, options, town_file
from tests.contract.families import DECISIONS, OTHERS, PAGES, QUESTIONS, RESULTS, ask
from tests.contract.points import EXCEPTIONS, OF_CALLS, OF_RESULTS, OF_RUNS


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_every_public_name_is_of_one_family():
    known = [*QUESTIONS, *(name for names in OTHERS.values() for name in names)]
    assert sorted(known) == sorted(js.__all__)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("point", OF_CALLS)
def test_a_question_is_called_as_all_are(name, point):
    OF_CALLS[point](name)


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("point", OF_RESULTS)
def test_a_question_answers_as_all_do(name, point):
    if (name, point) in EXCEPTIONS:
        with pytest.raises((AssertionError, js.JobsimError)):
            OF_RESULTS[point](name)
    else:
        OF_RESULTS[point](name)


@pytest.mark.parametrize("name", DECISIONS)
@pytest.mark.parametrize("point", [point for point in OF_RESULTS if point not in OF_RUNS])
def test_a_decision_answers_as_all_do(name, point):
    OF_RESULTS[point](name)


def test_the_page_tells_what_is_tested():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_pages_are_questions():
    assert set(PAGES) < set(QUESTIONS)


@pytest.mark.parametrize("command", ASKS)
@pytest.mark.parametrize("point", OF_COMMANDS)
def test_a_command_asks_as_all_do(command, point, call, tmp_path):
    OF_COMMANDS[point](command, call, town_file(tmp_path))


def test_every_command_that_plays_is_here():
    having = {name for name in program().commands if "--replications" in options(name)}
    assert having == {*ASKS, "report", "verify"}


def test_a_report_plays_as_many_replications_as_a_precision_takes():
    precise = Precision({"placements": 1e9}, at_least=2)
    assert ask("report_on", replications="auto", precision=precise).html
