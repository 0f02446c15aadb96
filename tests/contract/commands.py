"""The part of the contract that commands keep, and which question each of them asks."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobsim.analysis.playing import player
from jobsim.cli import app as cli
from tests.contract.families import PRICES, TOWN, question
from tests.study.quick import BUDGET, GAIN

Call = Callable[..., tuple[int, str, str]]

ASKS = {
    "allocate": "allocate",
    "attribute": "attribute",
    "calibrate": "calibrate",
    "caseload": "caseload_limit",
    "compare": "compare",
    "decide": "psa",
    "forecast": "forecast",
    "invest": "investment_curve",
    "must-hold": "what_would_have_to_be_true",
    "naive": "naive",
    "psa": "psa",
    "rank": "psa",
    "run": "run",
    "sobol": "sobol_indices",
    "sweep": "sweep",
    "threshold": "threshold",
    "tornado": "tornado",
    "two-way": "two_way",
}
"""Commands that ask a question, by its public name."""
NEEDED = {
    "allocate": ["--total", "1e6"],
    "attribute": ["--measure", "placements:scenario"],
    "calibrate": [
        *("--parameter", GAIN, "--target", "placements_2018", "--points", "9", "--draws", "100"),
        "--no-money",
    ],
    "caseload": ["--on-time", "0.5"],
    "decide": ["--draws", "2"],
    "forecast": [
        *("--until", "2018-01", "--parameter", GAIN, "--target", "placements_2018"),
        *("--draws", "32"),
    ],
    "invest": ["--budgets", "0,1e6"],
    "naive": ["--target", "5"],
    "psa": ["--draws", "2"],
    "rank": ["--draws", "16"],
    "sobol": ["--draws", "2"],
    "sweep": ["--set", f"{BUDGET}=0,1e6"],
    "threshold": ["--path", GAIN],
    "two-way": ["--set", f"{GAIN}=0.1", "--set", f"{BUDGET}=0,1e6"],
}
"""Options without which a command has nothing to ask, or too much to play here."""
QUICK = ("-r", "2", "--no-progress", "--prices")
_SHARED = """
    --replications --precision --seed --engine --threads --jobs --study --prices
    --json --out --csv --plot --force --progress
"""


def given(command: str, town: Path) -> list[str]:
    """What a command is asked with: a price list in which nothing is uncertain, among others."""
    prices = town.with_name("priser.toml")
    prices.write_text(PRICES.to_toml(), encoding="utf-8")
    return [command, str(town), *NEEDED.get(command, []), *QUICK, str(prices)]


def town_file(folder: Path) -> Path:
    """File of a town of eight weeks with little to vary, in a folder with Danish letters."""
    path = folder / "småby æøå.toml"
    small = TOWN.with_({"small_jobs.consultants": None, "supports": {}})
    path.write_text(small.to_toml(), encoding="utf-8")
    return path


def options(command: str) -> dict[str, Any]:
    """Options of a command by their long name."""
    parameters = cli.program().commands[command].params
    return {name: one for one in parameters for name in one.opts if name.startswith("--")}


def _never(*_: object, **__: object) -> None:
    raise AssertionError("something was played")


def shared(command: str, _: Call, __: Path) -> None:
    """All shared options are there, and each says what it does."""
    found = options(command)
    shown = inspect.signature(question(ASKS[command])).parameters
    wanted = {*_SHARED.split()} - ({"--precision"} if "precision" not in shown else set())
    assert wanted <= set(found)
    assert ("--precision" in found) == ("precision" in shown)
    assert all(one.help for one in found.values())


def defaults(command: str, _: Call, __: Path) -> None:
    """An option stands where the question's argument of the same name does."""
    shown = inspect.signature(question(ASKS[command])).parameters
    for one in options(command).values():
        if one.name in shown and isinstance(one.default, (int, float, bool)):
            assert one.default == shown[one.name].default, one.name


def written(command: str, call: Call, town: Path) -> None:
    """`--json` prints how it was played, and `rows`; files replace others only if forced.

    That they will not is said before any work. What a study keeps is printed again, unplayed.
    """
    wanted = {"--csv": "tal.csv", "--plot": "billede.png", "--out": "mappe"}
    Path("mappe").mkdir()
    for name in ("tal.csv", "billede.png", "mappe/tables.xlsx"):
        Path(name).write_text("mine", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(player, "simulate", _never)
        for option, name in wanted.items():
            code, out, errors = call(*given(command, town), option, name)
            assert (code, out) == (2, "")
            assert "--force" in errors
        code, _, errors = call(*given(command, town), "--plot", "billede.docx")
        assert code == 2
        assert "must end in .png, .svg, .pdf" in errors
    pairs = [word for pair in wanted.items() for word in pair]
    asked = (*given(command, town), "--json", "--study", "kept")
    code, out, errors = call(*asked, *pairs, "--force")
    assert (code, errors) == (0, "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(player, "simulate", _never)
        assert call(*asked) == (code, out, errors)
    told = json.loads(out)
    assert (told["scenario"], told["replications"], told["seed"]) == ("small-town", 2, 1)
    assert told["rows"]
    assert "NaN" not in out
    assert Path("tal.csv").read_text("utf-8-sig").count("\n") > 1
    assert Path("billede.png").stat().st_size > 1_000
    assert {"tables.xlsx", "dataset.nc", "run.toml"} < {
        path.name for path in Path("mappe").iterdir()
    }


def refusals(command: str, call: Call, town: Path) -> None:
    """Bad values are told in one line, exit code 2."""
    for wrong in (
        ["--seed", "-1"],
        ["--engine", "fast"],
        ["-j", "0"],
        ["--prices", "germany"],
        ["--threads", "0"],
    ):
        code, out, errors = call(*given(command, town), *wrong)
        assert (code, out) == (2, ""), wrong
        assert errors.count("\n") == 1, wrong
    if "--precision" in options(command):
        asked = given(command, town)
        code, _, errors = call(*asked, "--precision", "placements=1")
        assert code == 2
        assert errors == "jobsim: --precision: takes the place of -r, got -r 2 as well\n"
        place = asked.index("-r")
        code, _, errors = call(*asked[:place], *asked[place + 2 :], "--precision", "placements")
        assert code == 2
        assert errors == "jobsim: --precision: must be MEASURE=HALF-WIDTH, got 'placements'\n"
    assert call(command, "nowhere.toml", *NEEDED.get(command, []))[0] == 2


def interrupted(command: str, call: Call, town: Path) -> None:
    """Ctrl-C ends it with exit code 130 and one line."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        player.player_of.cache_clear()
        patch.setattr(player, "simulate", stop)
        code, _, errors = call(*given(command, town))
    assert code == 130
    assert errors == "jobsim: interrupted; what was not finished is lost\n"


OF_COMMANDS: dict[str, Callable[[str, Call, Path], None]] = {
    "options": shared,
    "defaults": defaults,
    "JSON and files": written,
    "refusals": refusals,
    "Ctrl-C": interrupted,
}
