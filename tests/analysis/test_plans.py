"""Several plans at once: the numbers of single comparisons, and differences paired by key."""

from __future__ import annotations

import json

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.record import read_record
from jobsim.analysis.outcomes.spread import spread
from jobsim.errors import InputError
from tests.study.quick import BUDGET, HOW, town

NOW = town()
PLANS = {
    "now": NOW,
    "half": NOW.with_({f"{BUDGET}.scale": 0.5}),
    "twice": NOW.with_({f"{BUDGET}.scale": 2}),
}
FEW = {"replications": 6, **HOW}


@pytest.fixture(scope="module")
def plans():
    return js.compare(PLANS, **FEW)


def test_each_plan_is_what_it_is_alone(plans):
    for name, plan in PLANS.items():
        alone = js.compare(plan, NOW.without_programmes(), **FEW)
        assert str(plans.comparisons[name].rows) == str(alone.rows)


def test_differences_are_paired_by_replication(plans):
    beside = plans.comparisons
    twice, now = (beside[name].money_of("net_saving", "state", None) for name in ("twice", "now"))
    row = plans.differences["twice"].row("net_saving:state")
    right = spread(twice - now)
    assert (row.difference, row.se) == pytest.approx((right.mean, right.se))
    apart = np.hypot(spread(twice).se, spread(now).se)
    assert row.se != pytest.approx(apart)  # negative control: not as if they were independent


def test_the_baseline_is_simulated_once(monkeypatch):
    from jobsim.analysis.playing import player

    played, simulate = [], player.simulate

    def noted(scenario, **how):
        played.append(scenario.name)
        return simulate(scenario, **how)

    monkeypatch.setattr(player, "simulate", noted)
    js.compare(PLANS, **FEW)
    assert len(played) == len(PLANS) + 1


def test_the_best_is_named_with_those_it_cannot_be_told_from(plans):
    beside, purse = plans.comparisons, ("net_saving", "municipality", None)
    saved = {name: one.money_of(*purse) for name, one in beside.items()}
    best, alike = plans.best
    assert best == max(saved, key=lambda name: saved[name].mean())
    assert alike == tuple(
        name for name in PLANS if name != best and not spread(saved[best] - saved[name]).ci_low > 0
    )
    assert f"Best for the municipality: {best}" in repr(plans)


def test_printed_means_are_those_of_the_table(plans):
    text = repr(plans)
    for name in PLANS:
        row = plans.row("placements", plan=name)
        assert f"{row.difference:+.1f}".replace("-", "−") in text
    assert "Plan − now, paired by key" in text


def test_tables_have_a_column_of_plans(plans):
    frame = plans.to_frame()
    assert list(frame.columns[:5]) == ["plan", "measure", "payer", "year", "group"]
    assert list(dict.fromkeys(frame["plan"])) == list(PLANS)
    assert set(plans.differences_frame()["beside"]) == {"now"}
    side = plans.side_by_side().set_index("measure")
    row = plans.row("placements", plan="twice")
    assert side.loc["placements", "twice difference"] == row.difference
    assert plans.to_dataset().sizes["plan"] == len(PLANS)


def test_more_plans_than_fit_are_in_the_table():
    many = {f"plan {k}": NOW.with_({f"{BUDGET}.scale": 1 + k / 10}) for k in range(8)}
    found = js.compare(many, replications=2, **HOW)
    assert "3 more plans in to_frame()" in repr(found)
    assert max(map(len, repr(found).splitlines())) < 220
    assert found.to_frame()["plan"].nunique() == 8


def test_names_may_be_anything():
    odd = ["unit", "payer", "=1+1", f"{'x' * 40} a", f"{'x' * 40} b"]
    plans = {name: NOW.with_({f"{BUDGET}.scale": 1 + k / 10}) for k, name in enumerate(odd)}
    found = js.compare(plans, replications=2, **HOW)
    assert all(name in repr(found) for name in odd)
    side = found.side_by_side()
    assert len(set(side.columns)) == len(side.columns) == 3 + 3 * len(odd)


def test_a_formula_in_a_name_is_no_formula(tmp_path):
    plans = {"=1+1": NOW, "twice": PLANS["twice"]}
    js.compare(plans, replications=2, **HOW).save(tmp_path)
    head = (tmp_path / "side_by_side.csv").read_text("utf-8-sig").splitlines()[0]
    assert "'=1+1 difference" in head


def test_the_best_is_printed_though_it_comes_late():
    many = {f"plan {k}": NOW.with_({f"{BUDGET}.scale": 2 - k / 10}) for k in range(9)}
    found = js.compare(many, replications=2, **HOW)
    head = next(line for line in repr(found).splitlines() if "plan 0" in line)
    assert found.best[0] in head


def test_a_plan_that_saves_staff_says_so():
    plans = {"half": PLANS["half"], "twice": PLANS["twice"]}
    text = repr(js.compare(plans, NOW, **FEW))
    assert "* saves staff and grants" in text


def test_the_record_plays_them_again(plans, tmp_path):
    plans.save(tmp_path)
    record = read_record(tmp_path / "run.toml")
    assert record == plans.record
    again = js.compare(record.plans, record.baseline, **FEW)
    assert again.to_frame().equals(plans.to_frame())


def test_one_precision_is_reached_by_all(plans):
    found = js.compare(PLANS, replications="auto", precision={"placements": 3.0}, **HOW)
    counts = {one.replications for one in found.comparisons.values()}
    assert len(counts) == 1
    for name in PLANS:
        row = found.row("placements", plan=name)
        assert (row.ci_high - row.ci_low) / 2 <= 3.0


def test_engines_and_processes_agree(plans):
    for how in ({"engine": "simpy"}, {"n_jobs": 2}):
        assert js.compare(PLANS, **{**FEW, **how}).to_frame().equals(plans.to_frame())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "there is no plan"),
        ([NOW], "several plans need names"),
        ({"a": NOW, "b": 3}, '"b" must be a Scenario, got int'),
        ({"a": NOW, "b": "esbjerg-2018"}, "js.Scenario.load('esbjerg-2018') makes one"),
        ({3: NOW}, "a plan is named by a text"),
        ({"a": NOW, "b": NOW}, '"b" is the same plan as "a"'),
        ({"a": NOW, "b": town(horizon__weeks=9)}, "must cover the same weeks"),
        ({"a": NOW, "b": town(groups__job_ready__stock=7)}, "name one baseline for all plans"),
    ],
)
def test_what_cannot_be_compared_is_told_in_one_line(given, words):
    with pytest.raises(InputError) as refused:
        js.compare(given, **FEW)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


class TestCommand:
    @pytest.fixture
    def files(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name, plan in PLANS.items():
            (tmp_path / f"{name} æ.toml").write_text(plan.to_toml(), encoding="utf-8")
        return [f"{name} æ.toml" for name in PLANS]

    def test_several_files_are_plans(self, call, files):
        code, out, errors = call("compare", *files, "-r", 6, "--engine", "numpy", "--json")
        told = json.loads(out)
        assert (code, errors) == (0, "")
        assert {row["plan"] for row in told["rows"]} == {"now æ", "half æ", "twice æ"}
        assert {row["beside"] for row in told["differences"]} == {"now æ"}

    def test_they_are_written_drawn_and_replayed(self, call, files):
        how = ("-r", 6, "--engine", "numpy")
        assert call("compare", *files, *how, "--out", "ud", "--plot", "planer.png")[0] == 0
        code, out, _ = call("run", "ud/run.toml")
        assert code == 0
        assert out == call("compare", *files, *how)[1]

    def test_the_same_file_twice_is_one_line(self, call, files):
        code, out, errors = call("compare", files[0], files[0], "-r", 2)
        assert (code, out) == (2, "")
        assert errors.count("\n") == 1
