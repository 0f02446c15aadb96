"""The points of the contract: each looks at one question and fails where it does not hold."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr
from matplotlib.axes import Axes

import jobsim as js
from jobsim.analysis.outcomes.record import read_record
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.playing import player
from jobsim.analysis.playing.options import OPTIONS
from jobsim.engines.choice import chosen_engine
from jobsim.errors import InputError, JobsimError, OutputError
from tests.contract.families import DECISIONS, answer, ask, question

ABOUT = ["measure", "payer", "year", "group", "side"]
SPREAD = ["mean", "se", "ci_low", "ci_high", "range_low", "range_high"]
FORBIDDEN = {"name", "first", "share", "lower", "upper", "value_low", "value_high", "low_ci"}
"""Names that once stood for what has another name elsewhere."""
BAD: dict[str, object] = {
    "scenario": "esbjerg-2018",
    "baseline": 3,
    "replications": "many",
    "seed": -1,
    "engine": "fast",
    "threads": 0,
    "n_jobs": 0,
    "executor": "two",
    "prices": "denmark",
    "precision": {"placements": 1.0},
    "study": "folder",
    "measure": "placement",
    "measures": ["placement"],
    "move": "neither",
    "path": "groups.job_ready.meeting_gian",
    "parameters": ["groups.job_ready.meeting_gian"],
    "draws": 0,
    "design": {},
    "grid": {},
    "total": float("nan"),
    "budgets": [1e6, -1.0],
    "candidates": [3],
    "target": float("nan"),
    "year": 1999,
}
"""One bad value of each kind, by the name of the parameter."""
FINE = {("report_on", "path")}
"""Where such a value is good: a page may have any name."""


def order(name: str) -> None:
    """The scenario, what cannot be left out, the baseline, then what is asked, then the options."""
    parameters = list(inspect.signature(question(name)).parameters.values())
    names = [one.name for one in parameters]
    assert names[0] in ("scenario", "model")
    options = [one for one in OPTIONS if one in names]
    assert names[-len(options) :] == options
    own = parameters[: -len(options)]
    required = [one for one in own if one.default is inspect.Parameter.empty]
    assert own[: len(required)] == required
    rest = own[len(required) :]
    if "baseline" in names:
        assert rest[0].name == "baseline"
        assert rest.pop(0).kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    alone = [*rest, *parameters[-len(options) :]]
    assert {one.kind for one in alone} == {inspect.Parameter.KEYWORD_ONLY}


def defaults(name: str) -> None:
    """Options stand at the same defaults everywhere, but for the number of replications."""
    shown = inspect.signature(question(name)).parameters
    for option, stated in OPTIONS.items():
        if option != "replications" and option in shown:
            assert shown[option].default == stated.default, option
    assert shown["replications"].default in (20, 50, 100, 200)


def told(name: str) -> None:
    """The docstring tells every parameter, and has sections for what comes of it."""
    words = inspect.getdoc(question(name)) or ""
    for one in inspect.signature(question(name)).parameters:
        assert re.search(rf"^([\w, ]+, )?{one}(, [\w, ]+)? : ", words, re.M) or re.search(
            rf"^([\w, ]+, )?{one}(, [\w, ]+)?$", words, re.M
        ), one
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"\n{section}\n---" in words, section


def precise(name: str) -> None:
    """Where it plays as many replications as a precision takes it shows so, else it says so."""
    shown, words = inspect.signature(question(name)).parameters, inspect.getdoc(question(name))
    auto = "precision" in shown
    assert auto == ("auto" in str(shown["replications"].annotation))
    assert auto == ('sequence of int, or "auto"' in str(words))
    if not auto:
        with pytest.raises(InputError, match=f"replications: {name} plays a number of replic"):
            ask(name, replications="auto")


def unknown(name: str) -> None:
    """A misspelt argument is told by the nearest."""
    with pytest.raises(InputError, match=r'no argument "replication"; did you mean "replications"'):
        ask(name, replication=3)


def refusals(name: str) -> None:
    """One bad value of each kind is answered by one line that names what is wrong."""
    parameters = inspect.signature(question(name)).parameters
    for one in {**parameters, "precision": None}:
        if one in BAD and (name, one) not in FINE:
            with pytest.raises(JobsimError) as refused:
                ask(name, **{one: BAD[one]})
            line = str(refused.value)
            assert "\n" not in line, one
            assert 10 < len(line) < 400, one


def interrupted(name: str) -> None:
    """Ctrl-C ends it; nothing takes it for a cell that failed."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        player.player_of.cache_clear()
        patch.setattr(player, "simulate", stop)
        with pytest.raises(KeyboardInterrupt):
            ask(name)


def executed(name: str) -> None:
    """An executor of one's own changes no number."""
    with ThreadPoolExecutor(2) as pool:
        pd.testing.assert_frame_equal(
            ask(name, executor=pool).to_frame(), answer(name).to_frame(), check_exact=True
        )


def result(name: str) -> None:
    """It answers with a result, whose record tells what was played."""
    found = answer(name)
    assert isinstance(found, Result)
    record = found.record
    assert record is not None
    assert record.scenario.name == "small-town"
    if "move" in inspect.signature(question(name)).parameters:
        assert record.attrs["moved"].startswith("Moved in ")
    assert (len(record.replications), record.seed, record.engine) == (3, 1, chosen_engine("auto"))


def replayed(name: str) -> None:
    """Its record, read from its file, asks the same again, to the same numbers."""
    Path("run.toml").write_text(answer(name).record.to_toml(), encoding="utf-8")
    again = read_record(Path("run.toml")).replay(progress=False)
    pd.testing.assert_frame_equal(again.to_frame(), answer(name).to_frame(), check_exact=True)


def columns(name: str) -> None:
    """Columns mean the same everywhere, and years are whole numbers or "whole run"."""
    for table in answer(name).frames().values():
        found = [str(column) for column in table.columns]
        assert not FORBIDDEN & set(found)
        if "measure" in found and "side" in found:
            place = found.index("measure")
            assert found[place : place + len(ABOUT)] == ABOUT
            assert "unit" in found
        if "mean" in found:
            place = found.index("mean")
            assert found[place : place + len(SPREAD)] == SPREAD
            assert "unit" in found
    frame = answer(name).to_frame()
    if "year" in frame:
        assert {type(year) for year in frame["year"]} <= {int, str}
        assert {year for year in frame["year"] if isinstance(year, str)} <= {"whole run"}


def row(name: str) -> None:
    """Every line is found by what tells it apart, and a wrong word is told by the right ones."""
    found = answer(name)
    for line in found._lines():
        known = line if isinstance(line, dict) else vars(line)
        same = found.row(**{key: known[key] for key in found._along()})
        values = same if type(same) is type(line) else vars(same)
        np.testing.assert_equal(values, line)
    with pytest.raises(InputError, match="row: there is no column 'nowhere'"):
        found.row(nowhere=1)


def dataset(name: str) -> None:
    """Arrays with names of dimensions, told what was played."""
    found = answer(name).to_dataset()
    assert isinstance(found, xr.Dataset)
    assert found.sizes
    assert found.data_vars


def plot(name: str) -> None:
    """A picture, on axes of one's own too."""
    import matplotlib.pyplot as plt

    assert isinstance(answer(name).plot(), Axes)
    _, ax = plt.subplots()
    assert js.plot(answer(name), ax=ax) is ax
    plt.close("all")


def excel(name: str) -> None:
    """A workbook, which replaces nothing unasked."""
    path = Path("regneark på dansk æøå.xlsx")
    answer(name).to_excel(path)
    book = openpyxl.load_workbook(path)
    assert name in DECISIONS or book.sheetnames[-1] == "Run"
    first = next(iter(answer(name).frames().values()))
    assert book.worksheets[0].max_row == len(first) + 1
    with pytest.raises(OutputError, match="is there already"):
        answer(name).to_excel(path)
    answer(name).to_excel(path, force=True)
    with pytest.raises(InputError, match=r"must end in \.xlsx"):
        answer(name).to_excel("table.ods")


def saved(name: str) -> None:
    """A folder of tables, arrays and the record, which replaces nothing unasked."""
    files = {path.name for path in answer(name).save("så meget")}
    assert {"tables.xlsx", "dataset.nc"} < files
    if name not in DECISIONS:
        assert read_record(Path("så meget", "run.toml")) == answer(name).record
    with pytest.raises(OutputError, match="is there already"):
        answer(name).save("så meget")
    answer(name).save("så meget", force=True)


def latex(name: str) -> None:
    """What it prints, as LaTeX in which every letter is safe."""
    text = answer(name).to_latex()
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") > 0
    assert not re.search(r"(?<!\\)[%#_]", text)
    assert "−" not in text


def printed(name: str) -> None:
    """Text without a word of Python's, and the same in a notebook."""
    text, page = repr(answer(name)), answer(name)._repr_html_()
    assert not re.search(r"\bnan\b|\bNone\b|<[a-z_.]+ object|array\(", text)
    assert "<table" in page
    assert not re.search(r"\bnan\b|\bNone\b", page)


OF_CALLS: dict[str, Callable[[str], Any]] = {
    "order": order,
    "defaults": defaults,
    "told": told,
    "precision": precise,
    "unknown argument": unknown,
    "refusals": refusals,
    "Ctrl-C": interrupted,
}
OF_RESULTS: dict[str, Callable[[str], Any]] = {
    "record": result,
    "replay": replayed,
    "columns": columns,
    "row": row,
    "dataset": dataset,
    "plot": plot,
    "Excel": excel,
    "save": saved,
    "LaTeX": latex,
    "printed": printed,
    "executor": executed,
}
OF_RUNS = ("record", "replay", "executor")
"""Points of what was played."""
POINTS = {**OF_CALLS, **OF_RESULTS}
EXCEPTIONS: dict[tuple[str, str], str] = {}
"""Points that a question does not meet, with the reason."""
