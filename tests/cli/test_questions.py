"""Questions on the command line: what they print, write and refuse."""

from __future__ import annotations

import json
from functools import partial

import pytest

from jobsim.cli.app import program
from jobsim.cli.misuse import as_typed
from tests.factory import small_town

QUICK = ["-r", "3", "--no-progress"]
GAIN = "groups.job_ready.meeting_gain"
BUDGET = "programmes.intensive.budget_per_year"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """File of a small town: how a preset is answered is held in `tests/analysis` and examples."""
    path = tmp_path_factory.mktemp("town") / "lilleby på øen.toml"
    path.write_text(small_town(horizon__weeks=60).to_toml(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["sweep", "--set", f"{BUDGET}=0,2000000"], "2,000,000"),
        (["invest", "--budgets", "0,1000000,2000000"], "budget"),
        (
            ["threshold", "--path", "prices.wages.job_per_hour.scale", "--value=-2e6"],
            "prices.wages",
        ),
        (["naive", "--year", "2018"], "before"),
        (["psa", "--draws", "4"], "parameters"),
        (["decide", "--draws", "4"], "baseline"),
        (
            ["rank", "--draws", "16", "--effect", "employed_weeks", "--willingness-to-pay", "1"],
            "EVPPI",
        ),
        (["sobol", "--draws", "2"], "total"),
        (["two-way", "--set", f"{BUDGET}=0,1e6", "--set", f"{GAIN}=0.1,0.2"], "0.2"),
    ],
)
def test_a_question_prints_its_answer(call, town, command, words):
    code, out, errors = call(command[0], town, *command[1:], *QUICK)
    assert (code, errors) == (0, "")
    assert words in out.lower() or words in out


def test_json_and_csv_hold_the_same_rows(call, town, tmp_path):
    import pandas as pd

    path = tmp_path / "søjler.csv"
    given = ["sweep", town, "--set", f"{BUDGET}=0,2000000", *QUICK]
    code, out, _ = call(*given, "--json", "--csv", str(path))
    rows = json.loads(out)["rows"]
    assert code == 0
    assert len(rows) == len(pd.read_csv(path)) > 0
    code, _, errors = call(*given, "--csv", str(path))
    assert code == 2
    assert "is there already; --force" in errors


@pytest.mark.parametrize(
    "command",
    [
        ["invest", "--budgets", "0,1e6,2e6"],
        ["threshold", "--path", "prices.wages.job_per_hour.scale", "--value=-2e6"],
    ],
)
def test_a_picture_is_drawn(call, town, tmp_path, command):
    path = tmp_path / "kurve.png"
    code, _, errors = call(command[0], town, *command[1:], *QUICK, "--plot", str(path))
    assert (code, errors) == (0, "")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [one.name for one in tmp_path.iterdir()] == ["kurve.png"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["sweep", "--set", "x"], "must be PATH=value,value"),
        (["sweep", "--set", "programmes.intensiv.budget_per_year=1"], 'did you mean "intensive"'),
        (["sweep", "--set", f"{BUDGET}=abc"], "not a list of TOML values"),
        (["sweep", "--set", f"{BUDGET}=1", "--set", f"{BUDGET}=2"], "given twice"),
        (["sweep", "--set", f"{BUDGET}=1", "--jobs", "0"], "jobsim: --jobs: must be"),
        (["invest", "--budgets", "1,x"], "must be numbers"),
        (["allocate", "--total", "-5"], "total"),
        (["caseload", "--on-time", "1.5"], "jobsim: --on-time: must"),
        (["must-hold", "--claim", "nothing"], "nothing"),
        (["threshold", "--path", "groups.job_ready.stok"], 'did you mean "stock"'),
        (["psa", "--draws", "0"], "draws"),
        (["forecast", "--until", "2018-13"], "jobsim: until: must be a month such as 2018-06"),
        (["forecast", "--until", "2020-01"], "2020-01 is outside the run (2018-01 to 2019-02)"),
        (["tornado", "--measure", "net_savings"], 'did you mean "net_saving"'),
        (["rank", "--payer", "stat"], 'no payer "stat"; did you mean "state"?'),
        (["decide", "--payer", "stat"], 'no payer "stat"; did you mean "state"?'),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(call, town, command, words):
    code, out, errors = call(command[0], town, *command[1:], *QUICK)
    assert code == 2
    assert out == ""
    assert words in errors
    assert errors.count("\n") == 1


def test_json_says_the_verdict(call, town):
    path = "prices.wages.job_per_hour.scale"
    for asked, begins in ((["compare"], "The municipality "), (["threshold", "--path", path], "")):
        told = json.loads(call(asked[0], town, *asked[1:], *QUICK, "--json")[1])
        assert told["verdict"].startswith(begins)
        assert len(told["verdict"]) > 10


def test_no_option_is_of_one_currency():
    """Amounts are in that of the scenario."""
    commands = program().commands
    shown = {f"{name} {one.metavar}" for name in commands for one in commands[name].params}
    assert not [one for one in shown if "DKK" in one]
    assert {"allocate AMOUNT", "invest AMOUNT,AMOUNT,…"} <= shown


def test_lines_name_options_as_they_are_typed():
    """Also of a command in a group, where another of the same name means something else."""
    line = partial(as_typed, program=program())
    for words in (["sweep", "a"], ["study", "run", "a"], ["attribute"]):
        assert line("n_jobs: must be 1", words=words) == "--jobs: must be 1"
    assert line("client: is not there", words=["study", "resume"]) == "--scheduler: is not there"
    assert line("path: is a folder", words=["report", "a"]) == "--out: is a folder"
    assert line("measures: name one", words=["sweep"]) == "--measure: name one"
    assert line("willingness_to_pay: 3", words=["decide"]) == "--willingness-to-pay: 3"
    for told, words in (("path: a", ["threshold"]), ("seed: a", ["run"]), ("a b", ["run"])):
        assert line(told, words=words) == told


def test_cells_that_fail_are_counted_and_end_with_exit_code_1(call, town, tmp_path):
    given = ["sweep", town, *QUICK, "--set"]
    code, out, errors = call(*given, f"{BUDGET}=-1")
    assert (code, out) == (1, "")
    assert errors.startswith("jobsim: sweep: every cell failed (1 of 1), the first with: ")
    table = tmp_path / "celler.csv"
    code, out, errors = call(*given, f"{BUDGET}=-1,1000000", "--json", "--csv", table)
    assert code == 1
    assert errors == "jobsim: 1 of 2 cells failed (50.0%); they are left out.\n"
    assert json.loads(out)["rows"]
    assert table.exists()
    pairs = ["--set", f"{BUDGET}=-1,1e6", "--set", f"{GAIN}=0.1,0.2"]
    code, out, errors = call("two-way", town, *QUICK, *pairs)  # of every question that plays cells
    assert (code, errors) == (1, "jobsim: 2 of 4 cells failed (50.0%); they are left out.\n")
    assert "0.2" in out


def test_a_picture_that_cannot_be_saved_leaves_nothing(call, town, tmp_path):
    path = tmp_path / "kurve.txt"
    given = ["invest", town, "--budgets", "0,1e6", *QUICK, "--plot", str(path)]
    code, _, errors = call(*given)
    assert code == 2
    assert "must end in .png, .svg, .pdf" in errors
    assert list(tmp_path.iterdir()) == []


def test_precision_says_how_many_futures_it_took(call, town):
    given = ["--precision", "placements=4", "--no-progress"]
    code, out, _ = call("sweep", town, "--set", f"{BUDGET}=1000000", *given)
    assert code == 0
    assert "asked: ± 4.0" in out


def test_a_precision_that_cannot_be_read_is_named(call, town):
    code, _, errors = call("compare", town, "--precision", "placements")
    assert code == 2
    assert "must be MEASURE=HALF-WIDTH, got 'placements'" in errors


@pytest.mark.parametrize(
    ("encoding", "mark", "told"),
    [
        ("utf-8", ",", ""),
        ("cp1252", ";", "Windows-1252, columns parted by semicolons"),
        ("utf-16", "\t", "UTF-16, columns parted by tabs"),
    ],
)
def test_draws_of_any_program_are_decided_upon(call, tmp_path, encoding, mark, told):
    table = tmp_path / "trækninger.csv"
    header = "cost:none,effect:none,cost:flere møder,effect:flere møder"
    text = f"{header}\n0,0,100,1\n0,0,200,2\n0,0,300p0,1\n".replace(",", mark)
    table.write_bytes(text.replace("p", "." if mark == "," else ",").encode(encoding))
    code, out, errors = call("decide-table", table, "--willingness-to-pay", "50,500")
    assert (code, errors) == (0, f"{table}: read as {told}\n" if told else "")
    assert "150" in out  # (100 + 200 + 300) / (1 + 2 + 1)
    assert "flere møder" in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", 'has no columns "cost:NAME"'),
        ("cost:x\n1\n", 'there is no column "effect:x"'),
        ("cost:x,effect:x,cost:y,effect:y\n1,1,1,\n2,2,2,2\n", "row"),
        ("", "is empty"),
        ("cost:x,effect:x,cost:x,effect:y\n1,1,1,1\n", 'two columns are headed "cost:x"'),
        (",".join(f"cost:{x},effect:{x}" for x in range(101)) + "\n1\n", "at most 100 are"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(call, tmp_path, text, words):
    table = tmp_path / "draws.csv"
    table.write_text(text, encoding="utf-8")
    code, out, errors = call("decide-table", table)
    assert (code, out) == (2, "")
    assert words in errors
    assert errors.count("\n") == 1


def test_draws_of_another_program_are_written_drawn_and_kept(call, tmp_path):
    draws = tmp_path / "træk.csv"
    draws.write_text("cost:none,cost:some,effect:none,effect:some\n0,9,1,2\n0,8,1,3\n", "utf-8")
    files = ["--csv", tmp_path / "tal.csv", "--plot", tmp_path / "kurve.svg"]
    code, out, errors = call("decide-table", draws, "--json", "--out", tmp_path / "ud", *files)
    assert (code, errors) == (0, "")
    assert {row["option"] for row in json.loads(out)["rows"]} == {"none", "some"}
    assert {"incremental.csv", "dataset.nc"} < {path.name for path in (tmp_path / "ud").iterdir()}
    code, out, errors = call("decide-table", draws, *files)
    assert (code, out) == (2, "")
    assert "--force" in errors


def test_psa_measures_what_is_asked(call, town):
    code, out, _ = call("psa", town, "--draws", 2, *QUICK, "--measure", "employed_weeks", "--json")
    assert code == 0
    assert [row["measure"] for row in json.loads(out)["rows"]] == ["employed_weeks"]


def test_a_scenario_after_the_data_answers_other_questions(call, town, tmp_path):
    path = tmp_path / "efter.toml"
    asked = ["calibrate", town, "--parameter", GAIN, "--target", "placements_2018", *QUICK]
    code, out, errors = call(*asked, "--points", "16", "-o", path)
    assert (code, errors) == (0, "")
    assert out.rstrip().endswith(f"Written: {path}")
    code, out, _ = call("psa", path, "--draws", "2", *QUICK)
    assert (code, "From the posterior (1,000 draws after placements_2018" in out) == (0, True)
    code, _, errors = call(*asked, "-o", path)
    assert (code, "is there already" in errors) == (2, True)
