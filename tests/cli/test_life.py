"""`jobsim life`: one person's path, and why it parts from that without programmes."""

import sys

import pytest

import jobsim as js
from jobsim.cli import main
from tests.factory import small_town


@pytest.fixture
def town(tmp_path):
    file = tmp_path / "town.toml"
    file.write_text(small_town(horizon__weeks=60).to_toml(), encoding="utf-8")
    return file


@pytest.fixture
def call(capsys, monkeypatch):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["jobsim", "life", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    return run


def test_it_prints_what_python_prints(call, town):
    code, out, _ = call(town, "--replication", 2, "--person", 30, "--seed", 5, "--engine", "simpy")
    events = js.histories(js.Scenario.load(town), replications=[2], seed=5)
    assert code == 0
    assert out.rstrip("\n") == repr(js.life(events, 30))


def test_without_options_it_is_person_17_of_replication_0(call, town):
    code, out, _ = call(town)
    assert code == 0
    assert out.startswith("person 17 of replication 0: ")


def test_why_lays_the_paths_side_by_side(call, town):
    code, out, _ = call(town, "--person", 30, "--why", "--seed", 5)
    assert code == 0
    assert out.rstrip("\n") == repr(js.why(js.Scenario.load(town), person=30, seed=5))


@pytest.mark.parametrize("because", [[], ["--why"]])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--person", "99999"], "got 99999"),
        (["--person", "-1"], "person: must be a whole number"),
        (["--replication", "-1"], "replication: must be a whole number"),
        (["--replication", "4294967296"], "replication: must be a whole number"),
        (["--seed", "-1"], "seed: must be"),
        (["--engine", "nmpy"], 'did you mean "numpy"'),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_2(call, town, arguments, message, because):
    code, out, err = call(town, *arguments, *because)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.strip().splitlines()) == 1


def test_a_place_where_nobody_lives(call, tmp_path):
    file = tmp_path / "empty.toml"
    nobody = {
        f"groups__{group}__{number}": 0
        for group in ("job_ready", "activity_ready")
        for number in ("stock", "employed_pool", "inflow_per_week")
    }
    file.write_text(small_town(horizon__weeks=5, **nobody).to_toml(), encoding="utf-8")
    code, out, err = call(file)
    assert (code, out) == (2, "")
    assert "the table is empty" in err
