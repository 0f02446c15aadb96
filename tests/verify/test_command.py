"""The command `jobsim verify`: tables, JSON and exit codes."""

from __future__ import annotations

import json

import pytest

from jobsim.scenario import Scenario, preset_names
from jobsim.verification import Check, Verification
from tests.factory import small_town
from tests.verify.faults import returns_forgotten

QUICK = ["--replications", "1", "--persons", "100"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "town.toml"
    path.write_text(small_town(horizon__weeks=20).to_toml(), encoding="utf-8")
    return str(path)


def test_a_file_that_passes(call, file):
    code, out, _ = call("verify", file, *QUICK)
    assert code == 0
    assert out.startswith("Verification of small-town: ")
    assert " 0 fail" in out
    assert "Little's law" in out


def test_a_check_that_fails_is_exit_code_1(call, file, monkeypatch):
    returns_forgotten(monkeypatch)
    code, out, _ = call("verify", file, *QUICK)
    assert code == 1
    assert " 2 fail" in out  # the share of returns, and each return


def test_bad_input_is_exit_code_2(call):
    code, out, err = call("verify", "esberg-2018")
    assert (code, out) == (2, "")
    assert 'did you mean "esbjerg-2018"' in err


def test_json_has_one_row_per_check_and_null_for_no_number(call, file):
    code, out, _ = call("verify", file, "--json", *QUICK)
    rows = json.loads(out)["small-town"]
    assert code == 0
    assert len({row["check"] for row in rows}) == len(rows) >= 30
    idle = [row for row in rows if row["verdict"] == "does not apply"]
    assert idle
    assert all(row["expected"] is None and row["reason"] for row in idle)


def test_without_a_name_the_stress_scenario_and_every_preset_are_checked(call, monkeypatch):
    town = small_town(horizon__weeks=6)
    asked = []
    monkeypatch.setattr(Scenario, "load", lambda name: asked.append(name) or town)
    monkeypatch.setattr("jobsim.verification.checks.stress_scenario", lambda: town)
    code, out, err = call("verify", *QUICK)
    assert code == 0
    assert asked == preset_names()
    assert err == f"Checking {len(asked) + 1} scenarios: stress, {', '.join(asked)}\n"
    assert out.count("Verification of ") == len(asked) + 1


def test_the_stress_scenario_by_name(call, monkeypatch):
    monkeypatch.setattr(
        "jobsim.verification.checks.stress_scenario", lambda: small_town(horizon__weeks=3)
    )
    code, out, err = call("verify", "stress", *QUICK)
    assert (code, err) == (0, "")
    assert out.startswith("Verification of small-town")


def table(verdict: str):
    """Stand-in for the question: a table of one row."""
    return lambda **_: Verification("intervals", (Check("mean", verdict, 0.95, 0.9, 7, 5, "why"),))


@pytest.mark.parametrize(("verdict", "expected"), [("pass", 0), ("fail", 1)])
def test_statistics_needs_no_scenario(call, monkeypatch, verdict, expected):
    monkeypatch.setattr("jobsim.verify_intervals", table(verdict))
    code, out, _ = call("verify", "--statistics")
    assert code == expected
    assert out.startswith("Verification of intervals: ")


def test_statistics_of_a_scenario_are_refused(call):
    code, out, err = call("verify", "esbjerg-2018", "--statistics")
    assert (code, out) == (2, "")
    assert "--statistics: needs no scenario; leave NAME out" in err
