"""The command line as a user calls it: text, JSON, files, one line where something is wrong."""

import json
import re
import signal
import time
from pathlib import Path

import pandas as pd
import pytest

import jobsim as js
from jobsim.scenario import Scenario, register
from tests.factory import TIED, small_town
from tests.processes import ended, started


@pytest.fixture
def town(tmp_path) -> Path:
    file = tmp_path / "lille-by-på-øen.toml"
    file.write_text(small_town().to_toml(), encoding="utf-8")
    return file


def test_help_teaches(call):
    code, out, _ = call("--help")
    assert code == 0
    assert "jobsim compare esbjerg-2018" in out
    for command in ("presets", "show", "validate", "schema", "run", "compare", "life"):
        assert command in out


def test_presets_are_listed_with_their_titles(call):
    code, out, _ = call("presets")
    assert code == 0
    assert "esbjerg-2018" in out
    assert len(out.splitlines()) >= 3


THEIRS = "the scenario's"


def told(document, whose):
    """The share of judgement, counted anew, as it is printed; for files without gaps."""
    rows = register(document).rows
    share = sum(row.kind == "judgement" for row in rows) / len(rows)
    return f"Assumptions: {share:.0%} of {whose} numbers are judgement"


def test_the_share_of_judgement_is_told_alike(call):
    place, prices = Scenario.load("esbjerg-2018"), js.Prices.load("denmark")
    line = told(place, THEIRS) + "."
    how = ("esbjerg-2018", "-r", 2, "--engine", "numpy", "--no-progress")
    for command in (("show", "esbjerg-2018"), ("run", *how), ("compare", *how)):
        code, out, _ = call(*command)
        assert code == 0
        assert line in out.splitlines(), command
    assert told(prices, str(len(register(prices).rows))) in call("prices")[1]


def test_numbers_without_a_source_are_counted(call, town):
    missing = len(register(Scenario.load(town)).unsourced)
    assert missing > 0
    words = f"{told(Scenario.load(town), THEIRS)}, {missing} are unsourced or changed."
    assert words in call("show", town)[1].splitlines()


def test_show_tells_what_the_investment_changes(call, town):
    code, out, _ = call("show", town)
    assert code == 0
    assert "programmes.intensive" in out
    *_, jobsim, show, file, option = out.splitlines()[-1].split()
    assert call(show, file, option)[0] == 0
    assert (jobsim, file) == ("jobsim", str(town))


def test_show_assumptions_prints_kinds_and_the_share_of_judgement(call):
    code, out, _ = call("show", "esbjerg-2018", "--assumptions")
    assert code == 0
    place = Scenario.load("esbjerg-2018")
    assert out.endswith(told(place, str(len(register(place).rows))) + ".\n")


def test_show_assumptions_prints_what_goes_together(call, tmp_path):
    path = small_town(correlations=[TIED]).save(tmp_path / "tied.toml")
    _, out, _ = call("show", path, "--assumptions")
    line = f"  {TIED['of'][0]} with {TIED['of'][1]} (−0.6): made up for tests [statistics]"
    assert out.split("\nRank correlations:\n")[1].splitlines()[0] == line
    apart = small_town().save(tmp_path / "apart.toml")
    assert "Rank correlations" not in call("show", apart, "--assumptions")[1]


def test_show_toml_gives_a_file_that_loads(call, tmp_path):
    code, out, _ = call("show", "esbjerg-2018", "--toml")
    assert code == 0
    copy = tmp_path / "copy.toml"
    copy.write_text(out, encoding="utf-8")
    assert Scenario.load(copy) == Scenario.load("esbjerg-2018")


def test_schema_is_json(call):
    code, out, _ = call("schema")
    assert code == 0
    assert json.loads(out)["title"] == "Scenario"


def test_validate_says_yes_and_which_months_are_not_published(call, town):
    code, out, _ = call("validate", town)
    assert "observed.recipients: not published: 2018-03" in out
    assert code == 0
    assert "valid" in out


def test_validate_tells_where_a_baseline_has_other_people(call, town, tmp_path):
    more = tmp_path / "more.toml"
    js.Scenario.load(town).with_({"groups.job_ready.entry_cohort": 9}).save(more)
    code, out, _ = call("validate", more, "--baseline", town)
    path = "groups.job_ready.entry_cohort"
    assert code == 0
    assert f"{path}: 9 in the scenario and 0 in the baseline" in " ".join(out.split())
    assert "in the baseline" not in call("validate", town, "--baseline", town)[1]
    found = json.loads(call("validate", more, "--baseline", town, "--json")[1])["notices"]
    assert path in {one["path"] for one in found}


def test_validate_says_yes_and_tells_what_is_hardly_meant(call, tmp_path):
    path = tmp_path / "by.toml"
    text = Scenario.template().to_toml().replace("stock = 160\n", "stock = 248\n", 1)
    path.write_text(text, encoding="utf-8")
    code, out, _ = call("validate", path)
    assert (code, out.count("Notice: ")) == (0, 2)
    assert out.startswith(f"{path}: valid. <Scenario my-town")
    code, out, _ = call("validate", path, "--json")
    told = json.loads(out)
    assert (code, told["valid"], told["unsourced"]) == (0, True, [])
    assert [(one["path"], one["grave"]) for one in told["notices"]] == [
        ("groups.job_ready", True),
        ("horizon.weeks", False),
    ]
    code, out, _ = call("compare", path, "-r", 1, "--json")
    assert (code, json.loads(out)["notices"]) == (0, told["notices"])


def test_compare_prints_tables(call, town):
    code, out, _ = call("compare", town, "-r", 4)
    assert code == 0
    assert "What happens" in out
    assert "municipality's table by budget year" in out


def test_compare_against_a_file(call, town):
    code, out, _ = call("compare", town, "--baseline", town, "-r", 2, "--json")
    rows = json.loads(out)["rows"]
    assert code == 0
    others = [row for row in rows if not row["measure"].endswith("_without")]
    assert all(row["difference"] in (0, None) for row in others)


def test_json_is_one_object_with_rows(call, town):
    code, out, _ = call("compare", town, "-r", 3, "--json")
    data = json.loads(out)
    assert code == 0
    assert set(data["rows"][0]) == {
        "measure", "year", "group", "payer", "scenario", "baseline", "difference",
        "se", "ci_low", "ci_high", "range_low", "range_high", "unit", "part_of_year",
    }  # fmt: skip
    assert data["replications"] == 3
    assert data["currency"] == "DKK"
    assert data["municipality_by_budget_year"][0]["line"] == "benefit"


def test_out_writes_files_and_the_record_replays_to_the_same_numbers(call, town, tmp_path):
    out_folder = tmp_path / "ud"
    code, first, _ = call("compare", town, "-r", 3, "--seed", 9, "--json", "--out", out_folder)
    assert code == 0
    code, out, err = call("compare", town, "-r", 3, "--out", out_folder)
    assert (code, out) == (2, "")
    assert "run.toml: is there already; --force (force=True) replaces it" in err
    assert call("compare", town, "-r", 3, "--seed", 9, "--out", out_folder, "--force")[0] == 0
    names = {path.name for path in out_folder.iterdir()}
    assert {"measures.csv", "tables.xlsx", "dataset.nc", "run.toml"} <= names
    code, again, _ = call("run", out_folder / "run.toml", "--json")
    assert code == 0
    assert json.loads(again)["rows"] == json.loads(first)["rows"]


def test_compare_has_the_options_of_every_question(call, town, tmp_path):
    table, picture = tmp_path / "æ.csv", tmp_path / "å.png"
    files = ["--csv", table, "--plot", picture, "--no-progress"]
    assert call("compare", town, "-r", 2, *files)[0] == 0
    assert list(pd.read_csv(table).columns[:2]) == ["measure", "payer"]
    assert picture.stat().st_size > 1000
    code, out, err = call("compare", town, "-r", 2, *files)
    assert (code, out) == (2, "")
    assert "æ.csv: is there already" in err


def test_prices_are_shown_with_their_sources(call, tmp_path):
    code, out, _ = call("prices")
    assert code == 0
    assert out.startswith(repr(js.Prices.load("denmark")))
    assert "wages.job_per_hour" in out
    assert "numbers are judgement" in out
    code, _, err = call("prices", "danmark")
    assert code == 2
    assert 'did you mean "denmark"?' in err


CHANGED = ("displacement.share", "wages.small_job_per_hour")


@pytest.fixture
def overlay(tmp_path) -> Path:
    file = tmp_path / "mine.toml"
    changes = "displacement.share = 0.2\nwages.small_job_per_hour.scale = 1.5\n"
    file.write_text(f'based_on = "denmark"\n{changes}', encoding="utf-8")
    return file


def test_validate_knows_price_lists(call, overlay, town, tmp_path):
    code, out, _ = call("validate", overlay)
    assert code == 0
    assert out.splitlines() == [
        f"{overlay}: valid. An overlay: denmark, 2 entries changed: displacement.share, "
        "wages.small_job_per_hour",
        "2 numbers without a source: wages.small_job_per_hour, displacement.share",
        "Known for 2016 to 2026: benefits 2016 to 2026, wages 2016 to 2026, refund all years, "
        "consumer prices 2016 to 2026",
    ]
    assert call("validate", "denmark")[1].startswith("denmark: valid. A price list: denmark\n")
    code, out, _ = call("validate", overlay, "--json")
    told = json.loads(out)
    assert (told["price_list"], told["overlay"], told["years"]) == ("denmark", True, [2016, 2026])
    assert set(told["changed"]) == {*told["unsourced"]} == {*CHANGED}
    part = tmp_path / "part.toml"
    part.write_text("[displacement]\nshare = 0.2\n", encoding="utf-8")
    code, out, err = call("validate", part)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert 'add based_on = "denmark"' in err
    assert call("validate", town)[1].startswith(f"{town}: valid. <Scenario small-town")


def test_a_price_list_is_no_scenario(call, overlay):
    code, out, err = call("compare", overlay, "-r", 2)
    told = "is a price list, no scenario; give it as prices (--prices)"
    assert (code, out, err) == (2, "", f"jobsim: {overlay}: {told}\n")


def test_prices_show_what_differs(call, overlay, tmp_path):
    code, out, _ = call("prices", overlay, "--difference")
    rows = [re.split(r"  +", line.strip()) for line in out.splitlines()]
    names = ["denmark", "denmark, 2 entries changed"]
    assert (code, rows[1]) == (0, ["path", *names, "unit", "source"])
    assert ["displacement.share", "0.35", "0.2", "share", "unsourced"] in rows
    wage = "wages.small_job_per_hour from 2018-01-01"
    assert [wage, "125", "187.5", "DKK per hour", "unsourced"] in rows
    assert call("prices", "--difference")[1] == "No difference from denmark.\n"
    code, _, err = call("prices", overlay, "denmark")
    assert (code, "--difference holds two together" in err) == (2, True)
    whole, small = tmp_path / "whole.toml", tmp_path / "small.toml"
    assert call("prices", overlay, "-o", whole)[0] == 0
    assert call("prices", whole, "denmark", "--difference", "-o", small)[0] == 0
    assert call("prices", whole, "--difference", "--toml")[1] == small.read_text(encoding="utf-8")
    assert js.Prices.load(small) == js.Prices.load(whole) == js.Prices.load(overlay)


def test_results_say_that_prices_were_changed(call, overlay, town, tmp_path):
    _, out, _ = call("compare", town, "-r", 2, "--prices", overlay, "--engine", "numpy")
    assert "changed in the prices: displacement.share, wages.small_job_per_hour" in out
    assert "prices denmark, 2 entries changed" in out
    prices, how = js.Prices.load(overlay), {"replications": 2, "engine": "numpy"}
    result = js.compare(Scenario.load(town), prices=prices, progress=False, **how)
    assert result.to_frame().attrs["prices"] == "denmark, 2 entries changed"
    other = tmp_path / "other.toml"
    other.write_bytes(overlay.read_bytes())
    lists = ["--prices", overlay, "--prices", other]
    code, _, err = call("study", "run", tmp_path / "study", town, *lists)
    assert (code, "have the same name" in err) == (2, True)


def test_run_plays_one_scenario(call, town, tmp_path):
    code, out, _ = call("run", town, "-r", 3)
    assert code == 0
    assert "Placements" in out
    code, _, _ = call("run", town, "-r", 3, "--out", tmp_path / "ud")
    assert code == 0
    frame = pd.read_csv(tmp_path / "ud" / "measures.csv")
    assert {"measure", "year", "mean", "se", "range_low"} <= set(frame.columns)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "esberg-2018"], 'did you mean "esbjerg-2018"'),
        (["compare", "no-such-file.toml"], "no such file"),
        (["compare", "esbjerg-2018", "-r", "0"], "replications: must be 1 to"),
        (["compare", "esbjerg-2018", "-r", "-5"], "replications: must be 1 to"),
        (["compare", "esbjerg-2018", "-r", "1", "--engine", "nmpy"], 'did you mean "numpy"'),
        (["compare", "esbjerg-2018", "-r", "1", "--seed", "-1"], "seed: must be"),
        (["compare", "esbjerg-2018", "--prices", "danmark"], 'did you mean "denmark"'),
        (["compare", "esbjerg-2018", "-r", "1000000"], "need about"),
        (["validate", "."], "cannot be read"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_2(call, arguments, message, monkeypatch):
    monkeypatch.setenv("JOBSIM_MEMORY_LIMIT_GIB", "1")
    code, out, err = call(*arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("stock = ", "stok = "), 'did you mean "stock"'),
        (("weeks = 80", "weeks = 0"), "horizon.weeks: must be at least 1"),
        (("weeks = 80", "weeks = 'many'"), "horizon.weeks: must be a whole number"),
        (("weeks = 80", "weeks = = 80"), "not TOML"),
    ],
)
def test_bad_files_are_one_line_and_exit_code_2(call, town, change, message):
    text = town.read_text(encoding="utf-8")
    assert change[0] in text
    town.write_text(text.replace(*change, 1), encoding="utf-8")
    code, out, err = call("compare", town)
    assert code == 2
    assert out == ""
    assert message in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_that_is_not_utf8_is_one_line(call, town):
    town.write_bytes(town.read_text(encoding="utf-8").encode("latin-1"))
    code, _, err = call("validate", town)
    assert code == 2
    assert "not UTF-8" in err


def test_a_stock_of_ten_million_is_refused_with_its_memory(call, town):
    text = town.read_text(encoding="utf-8").replace("stock = ", "stock = 10_000_000 # ", 1)
    town.write_text(text, encoding="utf-8")
    code, _, err = call("compare", town)
    assert code == 2
    assert "GiB" in err


def test_an_output_folder_that_is_a_file_is_refused(call, town, tmp_path):
    (tmp_path / "taken").write_text("mine")
    code, _, err = call("compare", town, "-r", 1, "--out", tmp_path / "taken")
    assert code == 2
    assert "cannot be written" in err


@pytest.mark.parametrize("encoding", ["cp437", "cp1252"])
def test_a_code_page_without_our_letters_gets_plain_ones(town, encoding):
    command = ("-m", "jobsim", "compare", town, "-r", 2)
    done = ended(*command, surroundings={"PYTHONIOENCODING": encoding}, encoding=encoding)
    assert done.returncode == 0, done.stderr
    assert "Placements" in done.stdout
    assert "?" not in done.stdout.replace("Does it pay for the municipality?", "")


def test_ctrl_c_ends_at_once_with_one_line(town):
    with started("-m", "jobsim", "compare", town, "-r", 100_000, "--threads", 1) as process:
        time.sleep(5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in err.splitlines()[-1]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("compare x --replicatons 3", 'no option --replicatons; did you mean "--replications"?'),
        ("compare", "missing argument 'NAME|FILE"),
        ("allocate esbjerg-2018", "missing option '--total'"),
        ("compare x -r abc", "--replications: must be a whole number, got 'abc'; see jobsim"),
        ("allocate x --total 1.000.000", "must be a number, got '1.000.000'; write 1000000; see"),
        ("allocate x --total=0,5", "--total: must be a number, got '0,5'; write 0.5, with a point"),
        ("comprae x", 'there is no command "comprae"; did you mean "compare"?; see jobsim --help'),
        ("study runn", 'there is no command "runn"; did you mean "run"?; see jobsim study --help'),
        ("show x y", "extra argument"),
        ("show --x", "there is no option --x"),
    ],
)
def test_what_is_misspelt_or_missing_is_one_line(call, arguments, words):
    code, out, errors = call(*arguments.split())
    assert (code, out) == (2, "")
    assert errors.startswith("jobsim: ")
    assert errors.count("\n") == 1
    assert words in errors


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("0,05", "write a decimal comma as a point, 0.05"),
        ("5 %", "5 % is 0.05"),
        ("a,b", """texts stand in quotes, '"a","b"'"""),
    ],
)
def test_values_that_are_no_toml_say_how_they_are_written(call, town, values, words):
    code, out, errors = call("sweep", town, "--set", f"groups.job_ready.meeting_gain={values}")
    assert (code, out) == (2, "")
    assert errors.rstrip().endswith(f"{values!r} is not a list of TOML values; {words}")


def test_a_share_with_a_decimal_comma_is_told_to_be_two_values(call, town):
    how = ("-r", 2, "--engine", "numpy", "--no-progress")
    told = "0,5 is two values, 0 and 5; as one number, write 0.5"
    gain = ("--set", "groups.job_ready.meeting_gain=0,5")
    assert told in call("sweep", town, *gain, *how)[2]
    assert call("sweep", town, "--set", "groups.job_ready.stock=0,5", *how)[2] == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("decide TOWN --willingness-to-pay a", "--willingness-to-pay: must be numbers"),
        ("decide TOWN --willingness-to-pay=-1", "--willingness-to-pay: -1 is negative"),
        ("verify --engine x", 'there is no engine "x"'),
        ("verify -r 0", "replications: must be a whole number from 1, got 0"),
        ("compare TOWN --out=", "must be the path of a file or folder, got ''"),
        ("two-way TOWN --set groups.job_ready.stock=1,2", "--set: must be given twice"),
        ("compare TOWN --precision net_saving:municipalty=5", 'did you mean "municipality"?'),
    ],
)
def test_all_is_checked_before_anything_is_played(call, town, monkeypatch, arguments, words):
    def played(*_: object, **__: object) -> None:
        raise AssertionError("was played")

    for question in ("psa", "verify"):
        monkeypatch.setattr(js, question, played)
    words_of = [str(town) if word == "TOWN" else word for word in arguments.split()]
    code, out, errors = call(*words_of)
    assert (code, out, errors.count("\n")) == (2, "", 1)
    assert words in errors


def test_a_file_beside_is_meant_where_its_ending_is_missing(call, town, monkeypatch):
    monkeypatch.chdir(town.parent)
    assert f'did you mean "{town.name}"?' in call("compare", town.stem)[2]


def test_help_without_a_command_stays_help(call):
    code, out, errors = call()
    assert code == 2
    assert "jobsim compare esbjerg-2018" in out + errors
    assert call("compare", "--help")[0] == 0
