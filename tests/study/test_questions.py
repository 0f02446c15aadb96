"""Every question takes a study: what it holds is not simulated again, and no number depends on it.

The study is filled in small blocks and read by another, so that neither the size of blocks nor the
object that kept them can matter.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pandas as pd
import pytest

import jobsim as js
from jobsim.analysis.playing.precision import Precision
from jobsim.engines.choice import chosen_engine
from jobsim.engines.lowering import tables_of
from jobsim.engines.size import BYTES_PER_PERSON
from jobsim.engines.volumes import bytes_per_replication
from jobsim.errors import InputError, SizeError
from jobsim.explorer import Explorer
from jobsim.report import report_on
from jobsim.scenario import Scenario
from jobsim.study import Study
from tests.study.quick import BUDGET, CLAIM, GAIN, HOW, town

PARTS = [BUDGET, "small_jobs.consultants.budget_per_year"]
PRICES = js.Prices.load("denmark").with_({"assumptions": {}})
TOWN = town(claims={"saved": CLAIM})
_STOCK = {"measure": "recipients", "of": "scenario", "role": "fitted", "month": 1, "value": 110.0}
_FIGURE = {name: value for name, value in CLAIM.items() if name != "payer"} | _STOCK
FITTED = town(claims={"stock": {**_FIGURE, "tolerance": 50.0}})
TUNINGS = [{GAIN: 0.1}, {GAIN: 0.3}]
THREE = {"replications": 3, **HOW}


def _report(**how: object) -> pd.DataFrame:
    results = report_on(TOWN, prices=PRICES, **how).results
    parts = [results.comparison, results.curve, *results.claims]
    return pd.concat([part.to_frame() for part in parts])


def _explored(**how: object) -> pd.DataFrame:
    how.pop("progress")
    return Explorer(TOWN, **how).compare(budget_scale=2.0).to_frame()


QUESTIONS: dict[str, Callable[..., pd.DataFrame]] = {
    "allocate": lambda **how: js.allocate(TOWN, 1e6, parts=PARTS, **how).to_frame(),
    "attribute": lambda **how: js.attribute(TOWN, parts=["intensive"], **how).to_frame(),
    "calibrate": lambda **how: js.calibrate(
        TOWN,
        parameters=[GAIN],
        targets=["placements_2018"],
        held_out=[],
        points=9,
        draws=100,
        money=False,
        **how,
    ).to_frame(),
    "caseload_limit": lambda **how: js.caseload_limit(TOWN, caseloads=(18, 22), **how).to_frame(),
    "compare": lambda **how: js.compare(TOWN, **how).to_frame(),
    "equally_good": lambda **how: js.equally_good(FITTED, TUNINGS, **how).to_frame(),
    "explore": _explored,
    "forecast": lambda **how: js.forecast(
        TOWN, until="2018-01", parameters=[GAIN], targets=["placements_2018"], draws=32, **how
    ).to_frame(),
    "investment_curve": lambda **how: js.investment_curve(TOWN, budgets=[0, 1e6], **how).to_frame(),
    "naive": lambda **how: js.naive(TOWN, target=5, **how).to_frame(),
    "psa": lambda **how: js.psa(TOWN, draws=2, **how).to_frame(),
    "report_on": _report,
    "run": lambda **how: js.run(TOWN, **how).to_frame(),
    "sobol_indices": lambda **how: js.sobol_indices(
        TOWN, parameters=[GAIN], draws=3, **how
    ).to_frame(),
    "summarise": lambda **how: js.summarise(TOWN, **how).to_frame(),
    "sweep": lambda **how: js.sweep(TOWN, {f"{BUDGET}.scale": [0.5, 2]}, **how).to_frame(),
    "threshold": lambda **how: js.threshold(TOWN, GAIN, measure="placements", **how).to_frame(),
    "tornado": lambda **how: js.tornado(TOWN, prices=PRICES, **how).to_frame(),
    "two_way": lambda **how: js.two_way(TOWN, {GAIN: [0.1], BUDGET: [0, 1e6]}, **how).to_frame(),
    "what_would_have_to_be_true": (
        lambda **how: js.what_would_have_to_be_true(
            TOWN, claim="saved", parameters=[GAIN], **how
        ).to_frame()
    ),
}
"""What each question finds, as a table."""


def takes_study(value: object) -> bool:
    """Tell whether something is a function that can be given a study."""
    if not inspect.isfunction(value):
        return False
    parameters = inspect.signature(value).parameters.values()
    return any(one.name == "study" or one.annotation == "Unpack[RunOptions]" for one in parameters)


class TestEveryQuestion:
    def test_all_that_take_a_study_are_here(self):
        assert {name for name in js.__all__ if takes_study(getattr(js, name))} == set(QUESTIONS)

    @pytest.mark.parametrize("name", QUESTIONS)
    def test_the_second_time_simulates_nothing(self, tmp_path, simulated, name):
        ask = QUESTIONS[name]
        alone = ask(**THREE)
        without = len(simulated)
        first = ask(study=Study(tmp_path / "a", block=2), **THREE)
        assert len(simulated) > without > 0
        simulated.clear()
        again = ask(study=Study(tmp_path / "a"), **THREE)
        assert simulated == []
        pd.testing.assert_frame_equal(first, alone, check_exact=True)
        pd.testing.assert_frame_equal(again, alone, check_exact=True)

    @pytest.mark.parametrize("name", ["compare", "summarise", "sweep"])
    def test_another_seed_is_simulated(self, tmp_path, simulated, name):
        """Negative control: what a study holds of one seed says nothing about another."""
        study = Study(tmp_path / "a")
        one = QUESTIONS[name](study=study, **THREE)
        simulated.clear()
        other = QUESTIONS[name](study=study, seed=2, **THREE)
        assert simulated
        assert not one.equals(other)

    @pytest.mark.parametrize("name", QUESTIONS)
    def test_only_a_study_will_do(self, name):
        with pytest.raises(InputError, match="study: must be a Study, got str"):
            QUESTIONS[name](study="folder", **THREE)


class TestCompare:
    def test_volumes_money_and_record_are_the_same(self, tmp_path):
        how = {"study": Study(tmp_path / "a", block=2), **THREE}
        alone, first, again = (js.compare(TOWN, **given) for given in (THREE, how, how))
        for one in (first, again):
            assert one.to_dataset().identical(alone.to_dataset())
            assert one.played.volumes.identical(alone.played.volumes)
            assert one.record == alone.record
            assert repr(one) == repr(alone)

    def test_the_record_plays_the_same_again(self, tmp_path):
        study = Study(tmp_path / "a")
        js.compare(TOWN, study=study, **THREE)
        found = js.compare(TOWN, study=study, replications=[2, 0], **HOW)
        record = found.record
        assert (record.replications, record.seed, record.engine) == (
            [2, 0],
            1,
            chosen_engine("auto"),
        )
        again = js.compare(
            record.scenario,
            record.baseline,
            replications=record.replications,
            seed=record.seed,
            engine=record.engine,
            progress=False,
        )
        assert again.played.volumes.identical(found.played.volumes)

    @pytest.mark.parametrize("kept", [True, False])
    def test_what_is_played_alike_keeps_its_own_name(self, tmp_path, simulated, kept):
        how = {"study": Study(tmp_path / "a") if kept else None, **THREE}
        other = Scenario.from_dict({**TOWN.to_dict(), "name": "other", "title": "Another"})
        found = js.compare(other, TOWN, **how)
        assert found.played.volumes.attrs["scenario"] == found.record.scenario.name == "other"
        assert found.baseline.volumes.attrs["scenario"] == TOWN.name
        assert found.row("placements").difference == 0
        simulated.clear()
        again = js.compare(TOWN, other, **how)
        assert bool(simulated) is not kept
        assert again.played.volumes.attrs["scenario"] == TOWN.name

    def test_more_replications_simulate_the_new_ones(self, tmp_path, simulated):
        study = Study(tmp_path / "a", block=4)
        js.compare(TOWN, study=study, replications=3, **HOW)
        simulated.clear()
        js.summarise(TOWN, study=study, replications=6, **HOW)
        assert sorted(map(tuple, simulated)) == [(3,)] * 2 + [(4, 5)] * 2

    def test_what_does_not_fit_in_memory_is_refused_though_it_is_found(self, tmp_path, monkeypatch):
        study, how = Study(tmp_path / "a", block=5), {"baseline": TOWN, **HOW}
        js.compare(TOWN, study=study, replications=20, **how)
        one = bytes_per_replication(tables_of(TOWN))
        limit = (100_000 * BYTES_PER_PERSON + 10 * one) / 2**30
        monkeypatch.setenv("JOBSIM_MEMORY_LIMIT_GIB", f"{limit:.12f}")
        js.compare(TOWN, study=study, replications=9, **how)
        with pytest.raises(SizeError, match="20 replications need about"):
            js.compare(TOWN, study=study, replications=20, **how)


class TestBlocks:
    """Blocks of `summarise` are of 500 replications, those of a study of 50."""

    def test_blocks_of_both_kinds_go_together(self, tmp_path, simulated):
        small, study = town(horizon__weeks=2), Study(tmp_path / "a")
        how = {"replications": 520, **HOW}
        first = js.summarise(small, study=study, **how)
        assert sorted(map(len, simulated)) == [20] * 2 + [50] * 20
        simulated.clear()
        again = js.summarise(small, study=study, **how)
        assert simulated == []
        alone = js.summarise(small, **how)
        assert first.to_frame().equals(alone.to_frame())
        assert again.to_frame().equals(alone.to_frame())
        assert again.record == alone.record

    @pytest.mark.parametrize("ask", [js.compare, js.summarise])
    def test_as_many_as_a_precision_takes(self, tmp_path, simulated, ask):
        study = Study(tmp_path / "a", block=30)
        how = {"replications": "auto", **HOW}
        wide = Precision({"placements:scenario": 1.5}, at_least=20)
        narrow = Precision({"placements:scenario": 0.7}, at_least=20)
        first = ask(TOWN, study=study, precision=wide, **how)
        simulated.clear()
        again = ask(TOWN, study=study, precision=wide, **how)
        assert simulated == []
        alone = ask(TOWN, precision=wide, **how)
        assert first.to_frame().equals(alone.to_frame())
        assert again.to_frame().equals(alone.to_frame())
        assert again.record == alone.record
        simulated.clear()
        more = ask(TOWN, study=study, precision=narrow, **how)
        assert min(min(numbers) for numbers in simulated) >= len(first.record.replications)
        assert more.to_frame().equals(ask(TOWN, precision=narrow, **how).to_frame())
