"""What the fuzzer and its author found, each under a name that says what it was."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import re
import sys
import time
from random import Random

import numpy as np
import openpyxl
import pytest
from scipy import stats

import jobsim as js
from jobsim.analysis.outcomes.record import read_record
from jobsim.cli import main
from jobsim.errors import InputError, JobsimError, OutputError, ScenarioError, nearest
from jobsim.ledger import Prices
from jobsim.scenario import Distribution, Scenario, dump_toml, read_observed
from jobsim.scenario.evidence import FAMILIES
from tests.factory import small_town, small_town_data
from tests.hostile.properties import one_clean_line

TOML = small_town().to_toml()
GROUP = "groups.job_ready."
ODD_PARAMETERS = (0.0, -1.0, 1e-300, 1e-5, 0.5, 1.0, 17.0, 1e5, 1e9, 1e18, 1e300)


def load(text: str, folder, kind=Scenario) -> str | None:
    file = folder / "found.toml"
    file.write_text(text, encoding="utf-8", newline="")
    return one_clean_line(lambda: kind.load(file))


def test_a_name_without_letters_ended_in_an_index_error(tmp_path):
    assert 'unknown name ""' in (load('"" = 1\n' + TOML, tmp_path) or "")


@pytest.mark.parametrize("kind", [Scenario, Prices])
def test_a_number_of_thousands_of_digits_could_not_be_shown(kind, tmp_path):
    text = kind.load("denmark" if kind is Prices else "town-2026").to_toml()
    found = [
        load(re.sub(f"(?m)^{name} = .*", f"{name} = 0x{'f' * 5000}", text), tmp_path, kind)
        for name in ("title", "name", "label")
    ]
    assert all("bits is too large" in (line or "") for line in found)


def test_scaling_by_a_number_beyond_floats_ended_in_an_overflow():
    for factor in (10**400, -(10**1000), math.inf, 1e308):
        for path in (GROUP + "meeting_gain", GROUP + "stock", GROUP + "job_loss_hazard_per_week"):
            line = one_clean_line(lambda p=path, f=factor: small_town().with_({f"{p}.scale": f}))
            assert path in (line or "")


def test_escape_codes_of_a_name_reached_the_terminal(capsys, monkeypatch, tmp_path):
    file = tmp_path / "by.toml"
    file.write_text(TOML.replace("small-town", "\\u001b[2J\\u202e", 1), encoding="utf-8")
    for command in ("show", "validate", "compare", "run"):
        monkeypatch.setattr(sys, "argv", ["jobsim", command, str(file)])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        assert (ended.value.code, output.out) == (2, "")
        assert output.err.strip().isprintable()
        assert "name: must be without control characters" in output.err


def test_errors_grew_by_the_control_characters_that_they_spell_out():
    """Found by atheris, in the headings of a table: clipped first, spelt out afterwards."""
    assert len(str(JobsimError("\x17" * 900))) < 1100
    assert one_clean_line(lambda: read_observed("\x17" * 900 + ".csv", measure="recipients"))


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "a\x00", "\x9b31m", "a\rb", "\u202eabc", "\u2066", "\x7f"]
)
@pytest.mark.parametrize("place", ["title", "municipality__name", "groups__job_ready__label"])
def test_control_characters_were_taken_into_tables_and_pages(place, text):
    with pytest.raises(ScenarioError, match="must be without control characters") as caught:
        small_town(**{place: text})
    assert str(caught.value).startswith(place.replace("__", "."))
    with pytest.raises(ScenarioError, match="must be without control characters"):
        small_town().with_({place.replace("__", "."): text})


@pytest.mark.parametrize(
    "text", ["to linjer\nog en\ttabulator", "æøå €", "\u00a0", "\u200d", "👩‍🔧"]
)
def test_other_letters_are_still_taken(text):
    assert small_town(title=text).title == text


def test_an_error_quoted_a_whole_file():
    line = one_clean_line(lambda: Scenario.from_dict({"x" * 10**7: "y" * 10**7}))
    assert 500 < len(line or "") < 1100
    assert str(InputError("a\nb\tc")) == "a b c"


def test_the_nearest_of_many_names_took_minutes():
    began = time.process_time()
    nearest("a" * 10**6, ["a" * 10**6 + "b", "c"])
    nearest("a" * 90, [f"{'a' * 80}{number}" for number in range(100_000)])
    assert time.process_time() - began < 1.0
    assert nearest("aple", ["apple", "pear"]) == '; did you mean "apple"?'


def test_a_name_of_many_parts_took_the_square_of_their_number(tmp_path):
    for part in ("a.", "'a'.", '"a" . ', "a-1\t."):
        line = load(part * 60_000 + "a = 1\n", tmp_path)
        assert "more than twelve parts" in (line or "")
    deep = "a.b.c.d.e.f.g.h.i.j.k.l = 1\n"
    assert "more than twelve parts" not in (load(deep, tmp_path) or "")
    assert load(TOML.replace('title = "', 'title = "a.b.c.d.e.f.g.h ... ', 1), tmp_path) is None


def test_levels_read_one_by_one_ended_in_a_recursion_error():
    deep: object = 1
    for _ in range(100_000):
        deep = {"a": deep}
    assert "nested too deeply" in (one_clean_line(lambda: Scenario.from_dict({"x": deep})) or "")
    while isinstance(deep, dict):  # taken apart one by one
        deep = deep.pop("a")


@pytest.mark.parametrize(
    "name", ["levy_stable", "studentized_range", "zipf", "nbinom", "__doc__", "rv_discrete"]
)
def test_a_distribution_took_as_long_as_it_liked_to_be_checked(name):
    entry = {"kind": "statistics", "sources": ["statistics"]}
    entry["distribution"] = {"name": name, "parameters": {"alpha": 1.5, "beta": 0.5}}
    line = one_clean_line(lambda: small_town(assumptions__programmes=entry))
    assert f"no distribution '{name}'" in (line or "")


@pytest.mark.parametrize("name", FAMILIES)
def test_every_distribution_that_is_taken_answers_at_once(name):
    family = getattr(stats, name)
    shapes = (family.shapes or "").replace(",", " ").split()
    names = [*shapes, "loc", *(["scale"] if isinstance(family, stats.rv_continuous) else [])]
    random = Random(name)
    for _ in range(20):
        parameters = {one: random.choice(ODD_PARAMETERS) for one in names}
        began = time.process_time()
        with contextlib.suppress(ValueError), np.errstate(all="ignore"):
            Distribution(name=name, parameters=parameters)
            assert math.isfinite(family.ppf(0.5, **parameters))
        assert time.process_time() - began < 0.5, parameters


def test_a_triangle_of_infinite_width_was_taken():
    with pytest.raises(ValueError, match="no finite median"):
        Distribution(low=-1e308, mode=0.0, high=1e308)


def test_a_table_was_read_again_and_again(tmp_path):
    rows = "".join(f"{1900 + i // 12}-{i % 12 + 1:02};1\n" for i in range(1199))
    (tmp_path / "t.csv").write_text("m;recipients\n" + rows, encoding="utf-8")
    series = '[observed.k{}]\nlabel="x"\nmeasure="recipients"\nsource="statistics"\nfile="t.csv"\n'
    text = small_town(observed=None).to_toml() + "".join(series.format(i) for i in range(50))
    assert load(text, tmp_path) is None


def test_long_schedules_took_the_square_of_their_length():
    days = [dt.date(2018, 1, 1) + dt.timedelta(days=day) for day in range(5200)]
    steps = [{"from": day, "value": float(i)} for i, day in enumerate(days)]
    town = small_town(programmes__intensive__budget_per_year=steps, horizon__weeks=700)
    budget = town.programmes["intensive"].budget_per_year
    began = time.process_time()
    means = [budget.year_mean(year) for year in range(2018, 2032)]
    assert time.process_time() - began < 2.0
    assert means[0] == 182.0


class TestRunRecords:
    def write(self, folder, **run: object):
        data = {
            "run": {"seed": "1", "engine": "numpy", "replications": 2, "versions": {}} | run,
            "scenario": small_town_data(),
            "prices": Prices.load("denmark").to_dict(),
        }
        file = folder / "run.toml"
        file.write_text(dump_toml(data), encoding="utf-8")
        return file

    def test_a_sound_one_is_read(self, tmp_path):
        record = read_record(self.write(tmp_path))
        assert record is not None
        assert (record.replications, record.seed, record.engine) == ([0, 1], 1, "numpy")

    @pytest.mark.parametrize(
        ("run", "problem"),
        [
            ({"seed": math.inf}, "run.seed: must be text"),
            ({"seed": "9" * 5000}, "run.seed"),
            ({"seed": "-1"}, "run.seed"),
            ({"seed": "٣"}, "run.seed"),
            ({"replications": 10**12}, "run.replications"),
            ({"replications": -1}, "run.replications"),
            ({"replications": 10**400}, "run.replications"),
            ({"replications": math.inf}, "run.replications"),
            ({"replications": "12"}, "run.replications"),
            ({"replications": [1.5]}, "run.replications"),
            ({"replications": {"a": 1}}, "run.replications"),
            ({"engine": ["numpy"]}, "run.engine: must be text"),
            ({"engine": "\x1b[2J"}, "control characters"),
            ({"versions": 3}, "run.versions"),
            ({"versions": {"\x1b": "1"}}, "control characters"),
            ({"x": 3}, 'unknown name "x"'),
        ],
    )
    def test_hostile_values_ended_in_errors_of_python(self, run, problem, tmp_path):
        file = self.write(tmp_path, **run)
        assert problem in (one_clean_line(lambda: read_record(file)) or "")

    @pytest.mark.parametrize("part", ["run", "scenario", "prices", "baseline"])
    @pytest.mark.parametrize("value", ["3", "'text'", "[1]", "[{a = 1}]", "2018-01-01"])
    def test_parts_that_are_no_tables_ended_in_errors_of_python(self, part, value, tmp_path):
        tables = {"run": {}, "scenario": {}, "prices": {}, "baseline": {}}
        del tables[part]
        file = tmp_path / "run.toml"
        file.write_text(f"{part} = {value}\n{dump_toml(tables)}", encoding="utf-8")
        assert f"{part}: must be a table" in (one_clean_line(lambda: read_record(file)) or "")

    def test_an_engine_that_is_none_is_one_line(self, tmp_path, capsys, monkeypatch):
        file = self.write(tmp_path, engine="../../bin/sh")
        monkeypatch.setattr(sys, "argv", ["jobsim", "run", str(file)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_number_of_thousands_of_digits_on_the_command_line_was_a_traceback(capsys, monkeypatch):
    for values in ("9" * 5000, "[" * 5000, "0x" + "f" * 5000, "nan", "1979-13-01"):
        monkeypatch.setattr(
            sys, "argv", ["jobsim", "sweep", "town-2026", "--set", f"horizon.weeks={values}"]
        )
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_long_path_for_a_table_was_a_traceback(capsys, monkeypatch):
    for option, ending in (("--csv", ".csv"), ("--plot", ".png")):
        place = "x" * 5000 + ending
        monkeypatch.setattr(
            sys, "argv", ["jobsim", "sweep", "town-2026", "--set", "horizon.weeks=4", option, place]
        )
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert "cannot be written" in capsys.readouterr().err


def test_no_text_of_a_file_becomes_a_formula_of_a_workbook(tmp_path):
    formula = '=HYPERLINK("http://example.org","x")'
    data = small_town_data()
    data["name"] = data["groups"]["job_ready"]["label"] = formula
    data["claims"]["saving_2018"]["label"] = f"x;{formula}\n\t+1"
    found = js.compare(
        Scenario.from_dict(data), replications=2, seed=1, engine="numpy", progress=False
    )
    found.save(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert len(cells) > 100
    assert {cell.data_type for cell in cells} <= {"inlineStr", "s", "n", "b"}
    texts = [cell for cell in cells if str(cell.value).startswith("=")]
    assert texts
    assert all(cell.value.startswith(formula) and cell.quotePrefix for cell in texts)
    labels = [cell.value for cell in book["Claims"]["B"]]
    assert data["claims"]["saving_2018"]["label"] in labels


def test_a_table_of_draws_with_many_columns_took_the_square_of_their_number():
    import pandas as pd

    frame = pd.DataFrame([[1.0] * 50_000], columns=[f"x{i}" for i in range(50_000)])
    began = time.process_time()
    with pytest.raises(InputError, match='there is no "x0"'):
        js.parameter_draws(small_town(), frame)
    assert time.process_time() - began < 1.0


def test_cells_of_foreign_digits_are_one_line(tmp_path):
    file = tmp_path / "t.csv"
    for cell in ("٣", "²", "1_000", "0x10", "1e5", "inf", "nan", "１２"):
        file.write_text(f"m;recipients\n2026-01;{cell}\n", encoding="utf-8")
        one_clean_line(lambda: read_observed(file, measure="recipients"))


def test_every_error_of_jobsim_is_one_clean_line():
    for kind in (JobsimError, InputError, ScenarioError, OutputError):
        assert str(kind("a\r\n\x1b[2J\udc80" + "b" * 5000)).isprintable()
