"""Plausible mistakes of newcomers: each is answered by one line from which it can be mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

import jobsim as js
from jobsim.errors import JobsimError, nearest
from tests.factory import small_town

GAIN, STOCK = "groups.job_ready.meeting_gain", "groups.job_ready.stock"
BUDGET = "programmes.intensive.budget_per_year"
HOW: dict[str, Any] = {"replications": 2, "progress": False}


@pytest.fixture(scope="module")
def town() -> js.Scenario:
    return small_town(horizon__weeks=20, claims={})


@pytest.fixture(scope="module")
def result(town: js.Scenario) -> js.Comparison:
    return js.compare(town, **HOW)


def change(path: str, value: object) -> Callable[[js.Scenario], object]:
    return lambda town: town.with_({path: value})


def steps(day: object) -> list[dict[str, object]]:
    return [{"from": day, "value": 1.0}]


OF_A_SCENARIO: dict[str, tuple[Callable[[js.Scenario], object], str]] = {
    "misspelt group": (change("groups.job_redy.stock", 3), 'did you mean "job_ready"?'),
    "misspelt field": (change("groups.job_ready.stok", 3), 'did you mean "stock"?'),
    "capital letter": (change("groups.job_ready.Stock", 3), 'did you mean "stock"?'),
    "no such part": (change("qwzx.job_per_hour", 3), "known: assumptions"),
    "start in quotes": (
        change("horizon.start", "2026-01-01"),
        "must be a date like 2018-01-01, got '2026-01-01'; leave the quotes out",
    ),
    "start with an hour": (change("horizon.start", pd.Timestamp(2026, 1, 1, 5)), "must be a date"),
    "per cent for a rate": (change("municipality.income_tax_rate", 25), "got 25; 25 % is 0.25"),
    "per cent for a gain": (change(GAIN, 18), "(share of the hazard), got 18; 18 % is 0.18"),
    "prices in prices": (
        lambda _: js.Prices.load("denmark").with_({"prices.wages.job_per_hour": 200}),
        'leave "prices." out: wages.job_per_hour',
    ),
    "a price in a scenario": (change("prices.wages.job_per_hour", 200), "use Prices.with_"),
    "per cent for a share": (change("groups.job_ready.return_share", 15), "15 % is 0.15"),
    "per cent for a probability": (
        change("groups.job_ready.no_show_probability", 15.5),
        "15.5 % is 0.155",
    ),
    "number in quotes": (change(STOCK, "650"), "write 650, no quotes"),
    "decimal comma": (change(GAIN, "0,18"), "write 0.18, with a point"),
    "half a person": (change(STOCK, 6.5), "must be a whole number (persons), got 6.5"),
    "negative": (change(STOCK, -1), "must be at least 0 (persons), got -1"),
    "missing value of pandas": (change(GAIN, pd.NA), "must be a number"),
    "not a number": (change(GAIN, float("nan")), "must be a finite number"),
    "number for a table": (change("groups.job_ready", 3), "must be a table, got 3"),
    "date in quotes": (change(BUDGET, steps("2018-01-01")), "leave the quotes out"),
    "hour in a date": (change(BUDGET, steps(dt.datetime(2018, 1, 1, 5))), "must be a date like"),
    "scale in quotes": (change(f"{BUDGET}.scale", "2"), "must be a number, got '2'"),
    "list of pairs": (lambda town: town.with_([(STOCK, 1)]), "must be {path: value}, got list"),
    "one path": (lambda town: town.with_(STOCK), "must be {path: value}, got str"),
    "series": (lambda town: town.with_(pd.Series({STOCK: 1})), "got Series; make it a dict"),
    "assignment": (lambda town: setattr(town, "name", "x"), "make another with with_("),
    "assignment in a table": (
        lambda town: town.groups.__setitem__("x", 1),
        "make another with with_(",
    ),
    "misspelt preset": (lambda _: js.Scenario.load("esberg-2018"), 'mean "esbjerg-2018"?'),
    "no preset": (lambda _: js.Scenario.load(""), 'there is no preset ""'),
    "nothing for a scenario": (lambda _: js.Scenario(), "name: is missing"),
    "a name for a scenario's parts": (lambda _: js.Scenario("x"), "takes its parts by name"),
    "deletion": (lambda town: delattr(town, "name"), "make another with with_("),
    "name beside a scenario": (lambda town: town.difference("x"), "other: must be a Scenario"),
    "name for a register": (lambda _: js.register("x"), "must be a Scenario or Prices, got str"),
    "text for a day": (lambda _: js.Prices.load("denmark").as_of("1/1/2026"), "must be a date"),
    "texts for a schedule": (lambda _: js.Schedule((), ("a",)), "schedule values: must be Reals"),
    "no path for a template": (lambda _: js.write_template(None), "must be the path of a file"),
    "no package": (lambda _: js.preset_names("x"), "package: scenarios come with"),
    "no name": (lambda _: js.Scenario.load(None), "must be a name or a path, got NoneType"),
}
OF_A_QUESTION: dict[str, tuple[Callable[[js.Scenario], object], str]] = {
    "name for a scenario": (
        lambda _: js.compare("esbjerg-2018"),
        "must be a Scenario, got str; js.Scenario.load('esbjerg-2018') makes one",
    ),
    "name for a baseline": (lambda town: js.compare(town, "town"), "baseline: must be a Scenario"),
    "name for prices": (
        lambda town: js.compare(town, prices="denmark"),
        "must be Prices, got str; js.Prices.load('denmark') makes one",
    ),
    "forgotten prices prefix": (
        lambda town: js.sweep(town, {"wages.job_per_hour.scale": [1]}, **HOW),
        'did you mean "prices.wages.job_per_hour.scale"?',
    ),
    "one value for an axis": (
        lambda town: js.sweep(town, {GAIN: 0.2}, **HOW),
        "must be a list of values, got 0.2",
    ),
    "array for a design": (
        lambda town: js.sweep(town, np.array([1, 2]), **HOW),
        "points in the unit cube are numbers[points, paths], got int64[2]",
    ),
    "misspelt engine": (lambda town: js.compare(town, engine="numpi"), 'did you mean "numpy"?'),
    "misspelt option": (
        lambda town: js.sweep(town, {GAIN: [0.1]}, replication=2),
        'did you mean "replications"?',
    ),
    "replications in quotes": (lambda town: js.compare(town, replications="20"), "got '20'"),
    "no replications": (lambda town: js.compare(town, replications=0), "got 0"),
    "a seed below 0": (lambda town: js.compare(town, seed=-1, **HOW), "from 0 to 2**64 - 1"),
    "misspelt measure": (
        lambda town: js.threshold(town, GAIN, measure="placement", **HOW),
        'did you mean "placements"?',
    ),
    "misspelt payer": (
        lambda town: js.threshold(town, GAIN, payer="muncipality", **HOW),
        'did you mean "municipality"?',
    ),
    "year in quotes": (
        lambda town: js.threshold(town, GAIN, year="2018", **HOW),
        "year: must be a whole number, got '2018'",
    ),
    "year outside the run": (
        lambda town: js.threshold(town, GAIN, year=2030, **HOW),
        "2030 is outside the run",
    ),
    "year of a press release in quotes": (
        lambda town: js.naive(town, year="2018", **HOW),
        "year: must be a whole number, got '2018'",
    ),
    "per cent on time": (
        lambda town: js.caseload_limit(town, on_time=90, **HOW),
        "got 90; 90 % is 0.9",
    ),
    "per cent of no-shows": (
        lambda town: js.caseload_limit(town, no_show=[0.1, 15], **HOW),
        "no_show: number 2: must be a finite number, at least 0 and at most 1, got 15; 15 % is",
    ),
    "line break in a plan": (lambda town: js.compare({"a\nb": town}), "is named by a text"),
    "long name of a plan": (lambda town: js.compare({"a" * 300: town}), "at most 200 characters"),
    "name to play": (lambda _: js.simulate("x"), "scenario: must be a Scenario, got str"),
    "name to tell": (
        lambda _: js.histories("x", replications=1),
        "scenario: must be a Scenario, got str",
    ),
    "name to check": (lambda _: js.verify("x"), "scenario: must be a Scenario, got str"),
    "name to rest": (lambda _: js.steady_state("x", "a"), "scenario: must be a Scenario, got str"),
    "name of prices to notice": (lambda town: js.notices(town, "x"), "must be Prices, got str"),
    "missing replications": (
        lambda town: js.naive(town, **HOW | {"replications": pd.NA}),
        "replications: must be a whole number",
    ),
    "no year": (lambda _: js.Schedule.constant(1).year_mean(None), "must be a calendar year"),
    "no path": (lambda town: js.threshold(town, None, **HOW), "path: must be a text, got NoneType"),
    "paths for one": (lambda town: js.threshold(town, [GAIN], **HOW), "must be a text, got list"),
    "forgotten total": (lambda town: js.allocate(town, **HOW), "allocate: total= is missing"),
    "engines": (lambda town: js.run(town, engine=["numpy"]), "there is no engine \"['numpy']\""),
    "missing bar": (lambda town: js.run(town, progress=pd.NA), "progress: must be true or false"),
    "one budget": (lambda town: js.investment_curve(town, budgets=1e6, **HOW), "two or more"),
    "table for an axis": (
        lambda town: js.sweep(town, {GAIN: np.ones((2, 2))}, **HOW),
        "has array([1., 1.]) twice",
    ),
    "misspelt move": (
        lambda town: js.sweep(town, {GAIN: [0.1]}, move="bot", **HOW),
        'did you mean "both"?',
    ),
    "misspelt budget": (
        lambda town: js.investment_curve(town, path="programmes.intensive.budget", **HOW),
        f'did you mean "{BUDGET}"?',
    ),
    "options by position": (
        lambda town: js.compare(town, None, 200),
        "after scenario, baseline, arguments need their names, such as replications=200",
    ),
    "misspelt claim": (
        lambda _: js.what_would_have_to_be_true(
            js.Scenario.load("esbjerg-2018"), claim="placement_2018", **HOW
        ),
        'did you mean "placements_2018"?',
    ),
    "scenario for a result": (js.rank_assumptions, "must be what js.psa returns, got Scenario"),
    "picture of a scenario": (js.plot, "plot: must be one of Comparison"),
}
MISTAKES = {**OF_A_SCENARIO, **OF_A_QUESTION}


def line(mistake: Callable[[Any], object], given: object) -> str:
    with pytest.raises(JobsimError) as answer:
        mistake(given)
    return str(answer.value)


@pytest.mark.parametrize("name", MISTAKES)
def test_one_line_says_how_to_mend_it(name: str, town: js.Scenario) -> None:
    mistake, words = MISTAKES[name]
    answer = line(mistake, town)
    assert words in answer
    assert "\n" not in answer
    assert len(answer) < 400


def test_mistakes_with_a_result_are_answered_too(result: js.Comparison) -> None:
    assert "js.Prices.load('denmark')" in line(lambda it: it.reprice("denmark"), result)
    assert "placements has no year '2018'; known: 2018" in line(
        lambda it: it.row("placements", year="2018"), result
    )
    assert "no measure 'placement'; did you mean \"placements\"?" in line(
        lambda it: it.row("placement"), result
    )


@pytest.mark.parametrize(
    "day", [pd.Timestamp("2018-02-01"), np.datetime64("2018-02-01", "ns"), dt.date(2018, 2, 1)]
)
def test_a_day_is_a_date_whoever_writes_it(town: js.Scenario, day: object) -> None:
    assert town.with_({"horizon.start": day}).horizon.start == dt.date(2018, 2, 1)


def test_whole_numbers_of_numpy_and_of_tables_are_whole(town: js.Scenario) -> None:
    for number in (15, 15.0, np.int32(15), np.float64(15)):
        stock: object = town.with_({STOCK: number}).groups["job_ready"].stock
        assert (stock, type(stock)) == (15, int)
    one = np.int64(1)
    how = {"replications": one, "engine": "numpy", "threads": one, "n_jobs": one, "seed": one}
    plain = {name: int(x) if x is one else x for name, x in how.items()}
    assert repr(js.compare(town, **how)) == repr(js.compare(town, **plain))
    for name in ("replications", "threads", "n_jobs", "seed"):
        for wrong in (True, 1.0, "1", pd.NA):
            assert name in line(lambda it, p={**plain, name: wrong}: js.compare(it, **p), town)


def test_one_text_is_a_list_of_one(town: js.Scenario) -> None:
    asked: dict[str, tuple[Callable[..., object], str]] = {
        "groups": (js.naive, "job_ready"),
        "measures": (js.sweep, "placements"),
        "parts": (js.attribute, "intensive"),
    }
    more = {js.sweep: {"design": {GAIN: [0.1]}}}
    for name, (question, text) in asked.items():
        how = HOW | more.get(question, {})
        assert repr(question(town, **{name: text}, **how)) == repr(
            question(town, **{name: [text]}, **how)
        )
        for wrong in (3, [3], [None]):
            assert line(lambda it, p=how | {name: wrong}, q=question: q(it, **p), town).startswith(
                f"{name}: must be a text or a list of texts, got"
            )


@pytest.mark.parametrize(
    ("question", "name", "more"),
    [
        (js.tornado, "parameters", {}),
        (js.psa, "parameters", {"draws": 2}),
        (js.what_would_have_to_be_true, "parameters", {}),
        (js.allocate, "parts", {"total": 1e6}),
    ],
)
def test_one_path_is_a_list_of_one(question, name: str, more, town: js.Scenario) -> None:
    assert line(lambda it: question(it, **{name: "x.y"}, **more, **HOW), town) == line(
        lambda it: question(it, **{name: ["x.y"]}, **more, **HOW), town
    )
    assert "text" in line(lambda it: question(it, **{name: 3}, **more, **HOW), town)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((pd.NA,), "measure must be one value, got NAType"),
        ((np.ones(2),), "measure must be one value, got ndarray"),
        ((pd.Series([1, 2]),), "measure must be one value, got Series"),
        (("placements", pd.NA), "year must be one value, got NAType"),
    ],
)
def test_a_row_is_asked_for_by_single_values(values, words: str, result: js.Comparison) -> None:
    first, *year = values
    assert words in line(lambda it: it.row(first, **({"year": year[0]} if year else {})), result)


def test_what_no_result_can_do_is_one_line(town: js.Scenario, result: js.Comparison) -> None:
    swept = js.sweep(town, {GAIN: [0.1]}, **HOW)
    assert "number: must be a whole number from 0 to 0, got 99" in line(
        lambda it: it.replay(99), swept
    )
    assert "path: must be the path of a file" in line(lambda it: it.to_excel(None), result)
    assert "ax: must be the Axes" in line(lambda it: it.plot(ax="x"), result)
    uniform = {GAIN: js.from_quantiles({0.05: 0.1, 0.95: 0.3}, family="normal")}
    drawn = js.psa(town, draws=2, parameters=uniform, **HOW)
    assert '"x"; it must be a finite number' in line(lambda it: it.net_benefit("x"), drawn)
    with ThreadPoolExecutor(1) as pool:
        pass
    assert "executor: takes no work" in line(
        lambda it: js.sweep(it, {GAIN: [0.1]}, executor=pool, **HOW), town
    )


def test_a_day_may_be_written(town: js.Scenario) -> None:
    prices = js.Prices.load("denmark")
    assert prices.as_of("2026-01-01") == prices.as_of(dt.date(2026, 1, 1))


def test_a_study_is_closed_behind_its_block(town: js.Scenario, tmp_path) -> None:
    with js.Study(tmp_path / "study") as study:
        assert study.run(town, **HOW).done == 2
    assert not list((tmp_path / "study").glob("*-wal"))


def test_dates_of_pandas_are_dates(town: js.Scenario) -> None:
    given = town.with_({BUDGET: steps(pd.Timestamp("2018-02-01"))})
    assert given == town.with_({BUDGET: steps(dt.date(2018, 2, 1))})


def test_a_decimal_comma_in_a_file_is_named(tmp_path) -> None:
    file = tmp_path / "town.toml"
    file.write_text('name = "x"\nstock = 0,18\n', encoding="utf-8")
    assert line(js.Scenario.load, file).endswith("0,18: write a point in a number, 0.18")


def test_what_was_typed_is_no_advice() -> None:
    assert nearest("placements", ["placements", "returns"]) == ""
    assert nearest("placement", ["placements", "returns"]) == '; did you mean "placements"?'


SWAPPED = (
    "The scenario is without what the baseline has: programmes.intensive, "
    "supports.driving_licence, small_jobs.consultants. A cut, or are they swapped?"
)


def test_scenario_and_baseline_that_may_be_swapped_are_named(town: js.Scenario) -> None:
    without = town.without_programmes()
    for question in (js.compare, js.summarise):
        assert SWAPPED in repr(question(without, town, **HOW)).splitlines()


def test_an_investment_a_smaller_budget_and_another_plan_are_no_swap(town: js.Scenario) -> None:
    smaller = town.with_({f"{BUDGET}.scale": 0.5})
    data = town.to_dict()
    programmes = {"other": data["programmes"]["intensive"]}
    other = js.Scenario.from_dict({**data, "programmes": programmes, "supports": {}})
    for scenario, baseline in ((town, None), (smaller, town), (other, town), (town, town)):
        assert "swapped" not in repr(js.compare(scenario, baseline, **HOW))
