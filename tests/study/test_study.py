"""Studies: what is there is not played again, and how it came there does not matter."""

import gc
import pickle
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import jobsim as js
import jobsim.engines
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.errors import InputError, JobsimError, OutputError, StudyError
from jobsim.ledger import Prices
from jobsim.study import Study
from jobsim.study.keeping.database import FILE
from jobsim.study.keeping.store import KeptPlan, Store, store_of
from jobsim.study.keeping.strangers import connect_to, with_checksum
from tests.study.quick import GAIN, HAZARD, HOW, alone, content, draws, kept, run, town

BUDGET = "programmes.intensive.budget_per_year"


class TestRun:
    def test_every_cell_is_played_once(self, tmp_path, simulated):
        first = run(tmp_path / "a")
        assert (first.asked, first.done, first.missing, first.failed) == (24, 24, 0, 0)
        assert first.simulated == len(simulated) == 24
        again = run(tmp_path / "a")
        assert (again.simulated, again.found, len(simulated)) == (0, 0, 24)

    def test_a_baseline_that_the_draws_do_not_concern_is_played_once(self, tmp_path, simulated):
        budgets = [{f"{BUDGET}.scale": factor} for factor in (0.5, 1.0, 2.0)]
        done = Study(tmp_path / "a").run(town(), draws=budgets, replications=2, **HOW)
        assert done.asked == done.simulated == len(simulated) == 4

    def test_scenarios_that_are_played_alike_are_played_once(self, tmp_path, simulated):
        twice = {"one": town(), "other": town(title="Another title")}
        done = Study(tmp_path / "a").run(twice, replications=2, **HOW)
        assert done.asked == len(simulated) == 2

    def test_draws_that_come_to_the_same_scenario_share_volumes(self, tmp_path, simulated):
        same = [{f"{GAIN}.scale": 1.0}, {GAIN: 0.2}]
        done = Study(tmp_path / "a").run(town(), draws=same, replications=2, **HOW)
        assert (done.done, done.simulated, done.found, len(simulated)) == (4, 2, 2, 2)

    @pytest.mark.parametrize("how", [{"n_jobs": 2}, {"seed": 1}], ids=["two", "one"])
    def test_processes_do_not_matter(self, tmp_path, how):
        run(tmp_path / "b", **how)
        assert content(tmp_path / "b") == alone(4)

    def test_any_executor_and_order_will_do(self, tmp_path):
        with ThreadPoolExecutor(3) as pool:
            run(tmp_path / "b", executor=pool)
        assert content(tmp_path / "b") == alone(4)

    def test_who_opens_it_while_another_begins_it_waits(self, tmp_path):
        path = tmp_path / FILE
        first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        first.execute("BEGIN EXCLUSIVE")
        with closing(connect_to(path, "mode=rwc", 0.0)) as second:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                second.when_free("PRAGMA journal_mode = WAL", 0.0)
            with ThreadPoolExecutor(1) as pool:
                waiting = pool.submit(second.when_free, "PRAGMA journal_mode = WAL", 30.0)
                time.sleep(0.05)
                first.execute("COMMIT")
                first.close()
                waiting.result()
            assert second.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_another_seed_does_matter(self, tmp_path):
        """Negative control of the comparisons of content."""
        run(tmp_path / "b", seed=2)
        assert content(tmp_path / "b") != alone(4)

    def test_the_size_of_blocks_does_not_matter(self, tmp_path):
        for block in (1, 2, 5):
            run(tmp_path / str(block), block=block)
        one, two, five = (Study(tmp_path / str(block)).outcomes() for block in (1, 2, 5))
        assert one.identical(two)
        assert one.identical(five)

    def test_a_clock_that_jumps_does_not_matter(self, tmp_path, monkeypatch):
        whole = alone(4)
        jumps = iter(1e9 * (-1) ** i for i in range(10**6))
        for clock in ("time", "perf_counter", "monotonic"):
            monkeypatch.setattr(time, clock, lambda: next(jumps))
        monkeypatch.setattr(sys.modules["jobsim.study.playing.missing"], "perf_counter", time.time)
        run(tmp_path / "b", count=2)
        done = Study(tmp_path / "b").extend(draws=draws(4), **HOW)
        monkeypatch.undo()
        assert done.simulated == 12
        assert content(tmp_path / "b") == whole

    def test_another_plan_is_refused(self, tmp_path):
        kept(tmp_path / "a")
        with pytest.raises(InputError, match="holds another plan; resume or extend it"):
            run(tmp_path / "a", count=5)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"draws": 0}, "draws: must be a whole number from 1, got 0"),
            ({"draws": "many"}, "draws: must be"),
            ({"draws": 2, "parameters": ["groups.nobody.stock"]}, 'there is no "nobody"'),
            ({"replications": "auto"}, "replications: must be a whole number"),
            ({"study": 1}, "study: is not for this"),
            ({"prices": {"a": 1}}, "prices: must be Prices"),
            ({"draws": []}, "draws: the table is empty"),
            ({"draws": pd.DataFrame()}, "draws: the table is empty"),
            ({"draws": pd.DataFrame([[1, 2]], columns=[GAIN, GAIN])}, "occurs more than once"),
            ({"draws": pd.DataFrame({GAIN: [1, 2]}, index=[1, 0])}, "numbers its draws from 0"),
            ({"draws": [{"prices.wages.job_per_hor.scale": 2.0}]}, 'draw 0: .*"job_per_hor"'),
            ({"draws": [{GAIN: 0.2}, {GAIN: -3.0}]}, f"draw 1: {GAIN}"),
            ({"draws": [{GAIN: 0.2}, {GAIN: "much"}]}, f"draw 1: {GAIN}"),
            ({"draws": [{GAIN: 0.2}, {GAIN: float("nan")}]}, "draw 1: .*got nan"),
            ({"engine": "steam"}, "engine"),
        ],
    )
    def test_what_cannot_be_played_leaves_no_folder(self, tmp_path, given, words):
        with pytest.raises(InputError, match=words):
            Study(tmp_path / "a").run(town(), **{**HOW, **given})
        assert not (tmp_path / "a").exists()


class TestOutcomes:
    def test_every_measure_is_that_of_a_comparison(self, tmp_path):
        study, asked = Study(tmp_path / "a"), [f"{code}:scenario" for code in MEASURES]
        study.run(town(), replications=3, **HOW)
        found = study.outcomes(asked)
        compared = js.compare(town(), replications=3, **HOW)
        for code in asked:
            np.testing.assert_array_equal(found[code].values.ravel(), quantity(code).of(compared))


class TestExtend:
    def test_twice_as_many_draws_play_exactly_the_new_ones(self, tmp_path, simulated, monkeypatch):
        monkeypatch.setattr(sys.modules["jobsim.study.playing.missing"], "_TOGETHER", 50)
        study, small = Study(tmp_path / "a"), town(horizon__weeks=1)
        how = {"baseline": small, "replications": 1, "parameters": [GAIN], **HOW}
        study.run(small, draws=64, **how)
        before = study.outcomes("placements:scenario")
        assert len(simulated) == 64
        done = study.extend(draws=128, **HOW)
        assert done.simulated == 64 == len(simulated) - 64
        after = study.outcomes("placements:scenario")
        assert after.isel(draw=slice(64)).identical(before)

    def test_draws_of_a_hypercube_stay_and_are_followed_by_another(self, tmp_path):
        """Whatever is added later has the same draws, and the line of all draws plays on."""
        study = Study(tmp_path / "a")
        small, other = (town(name=name, horizon__weeks=1) for name in ("first", "second"))
        how = {"replications": 1, "parameters": [GAIN, HAZARD], **HOW}
        study.run(small, draws=4, **how)
        before = study.outcomes("placements")
        study.extend(draws=6, **HOW)
        study.extend(scenarios=other, **HOW)
        found = study.outcomes("placements")
        assert found.isel(scenario=[0], draw=slice(4)).identical(before)
        first, second = (found.sel(scenario=name)[GAIN] for name in ("first", "second"))
        np.testing.assert_array_equal(first, second)
        cells = stats.triang(0.5, 0.1, 0.2).cdf(first) * np.repeat([4, 2], [4, 2])
        assert np.sort(cells[:4]).astype(int).tolist() == [0, 1, 2, 3]
        assert np.sort(cells[4:]).astype(int).tolist() == [0, 1]

    def test_grown_or_at_once_is_the_same(self, tmp_path):
        study = Study(tmp_path / "b", block=2)
        run(tmp_path / "b", count=2, replications=4)
        assert study.extend(draws=draws(4), **HOW).simulated == 2 * 2 * 2
        assert study.extend(replications=6, **HOW).simulated == 2 * 4
        assert content(tmp_path / "b") == alone(4, replications=6)

    def test_replications_that_end_within_a_block_are_kept(self, tmp_path, simulated):
        study = Study(tmp_path / "a", block=4)
        study.run(town(), replications=3, **HOW)
        study.extend(replications=6, **HOW)
        assert sorted(map(tuple, simulated)) == [(0, 1, 2)] * 2 + [(3,)] * 2 + [(4, 5)] * 2

    def test_scenarios_are_added_by_name(self, tmp_path):
        study = Study(tmp_path / "a")
        study.run({"now": town()}, replications=2, **HOW)
        more = study.extend(scenarios={"more": town().with_({f"{BUDGET}.scale": 2})}, **HOW)
        assert (more.asked, more.simulated) == (3, 1)
        with pytest.raises(InputError, match='scenario "now": the plan has another'):
            study.extend(scenarios={"now": town(groups__job_ready__stock=5)}, **HOW)

    def test_prices_simulate_nothing(self, tmp_path, simulated):
        study = Study(tmp_path / "a")
        study.run(town(), replications=2, **HOW)
        dearer = Prices.load("denmark").with_({"wages.job_per_hour.scale": 2.0})
        assert study.extend(prices={"dearer": dearer}, **HOW).simulated == 0
        money = study.outcomes("net_saving:state")["net_saving:state"]
        assert (money.sel(prices="dearer") != money.sel(prices="denmark")).any()
        assert len(simulated) == 2

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"draws": draws(2)}, "do not begin with those of the plan"),
            ({"draws": draws(6)[::-1]}, "of the plan: .*: add rows to those that are there"),
            ({"replications": 2}, "the plan has 5 already, got 2"),
            ({"seed": 2}, "seed: is not for this"),
        ],
    )
    def test_less_or_other_is_refused(self, tmp_path, given, words):
        kept(tmp_path / "a")
        with pytest.raises(InputError, match=words):
            Study(tmp_path / "a").extend(**{**HOW, **given})


class TestExtendedMeanwhile:
    def test_what_a_process_with_the_older_plan_kept_hides_nothing(self, tmp_path):
        """Its last block was cut short, and is a whole one by now."""
        study = Study(tmp_path / "a", block=4)
        study.run(town(), replications=6, **HOW)
        old = [with_checksum(*row, 1.0) for row in content(tmp_path / "a")["cells"] if row[3] == 6]
        study.extend(replications=8, **HOW)
        store = study._store
        with store.writing() as writing:
            writing.execute("DELETE FROM cells WHERE stop = 8")
            writing.executemany("INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?)", old)
        assert study.resume(**HOW).missing == 0
        assert {row[3] for row in content(tmp_path / "a")["cells"]} == {4, 8}


class TestQuestions:
    def test_a_question_finds_what_a_study_played(self, tmp_path, simulated):
        kept(tmp_path / "a")
        how = {"replications": 5, "measures": "placements", **HOW}
        played = len(simulated)
        study = Study(tmp_path / "a", block=2)
        found = js.psa(town(), draws=draws(4), study=study, **how)
        assert len(simulated) == played
        afresh = js.psa(town(), draws=draws(4), **how)
        assert len(simulated) > played
        np.testing.assert_array_equal(found.cells.values, afresh.cells.values)

    def test_a_question_is_its_own_memory(self, tmp_path, simulated):
        """Of processes too: `tests/cli/test_study_option.py`."""
        study = Study(tmp_path / "a")
        how = {"replications": 3, "study": study, **HOW}
        first = js.sweep(town(), {f"{BUDGET}.scale": [0.5, 1, 2]}, **how)
        simulated.clear()
        dearer = Prices.load("denmark").with_({"wages.job_per_hour.scale": 2.0})
        again = js.sweep(town(), {f"{BUDGET}.scale": [2, 0.5, 1]}, **how)
        priced = js.sweep(town(), {f"{BUDGET}.scale": [1]}, prices=dearer, **how)
        assert simulated == []
        np.testing.assert_array_equal(first.cells.values[[2, 0, 1]], again.cells.values)
        assert (priced.values("net_saving:state") != first.values("net_saving:state")[1]).any()

    def test_precision_adds_to_what_is_there(self, tmp_path, simulated):
        study = Study(tmp_path / "a", block=10)
        how = {"study": study, "measures": "placements", **HOW}
        js.sweep(town(), {GAIN: [0.1]}, replications=20, **how)
        simulated.clear()
        wide = {"placements": 1e9}
        js.sweep(town(), {GAIN: [0.1]}, replications="auto", precision=wide, **how)
        assert all(min(numbers) >= 20 for numbers in simulated)

    def test_only_a_study_will_do(self):
        with pytest.raises(InputError, match="study: must be a Study, got str"):
            js.sweep(town(), {GAIN: [0.1]}, study="folder", replications=2, **HOW)

    def test_a_study_goes_to_other_processes(self, tmp_path):
        study = Study(tmp_path / "a", block=7)
        assert pickle.loads(pickle.dumps(study)) == study
        assert hash(pickle.loads(pickle.dumps(study))) == hash(study)


def fails_at(gain, monkeypatch):
    """Have every scenario fail whose gain of a meeting is this."""
    really = jobsim.engines.simulate

    def simulate(scenario, **how):
        if scenario.groups["job_ready"].meeting_gain == gain:
            raise JobsimError("no luck")
        return really(scenario, **how)

    monkeypatch.setattr(sys.modules["jobsim.study.playing.missing"], "simulate", simulate)
    monkeypatch.setattr("jobsim.engines.simulate", simulate)


class TestFailures:
    @pytest.fixture
    def study(self, tmp_path, monkeypatch):
        fails_at(0.2, monkeypatch)
        study = Study(tmp_path / "a")
        rows = [{GAIN: 0.1}, {GAIN: 0.2}, {GAIN: 0.3}]
        study.run(town(), draws=rows, replications=2, **HOW)
        return study

    def test_one_failed_draw_does_not_ruin_the_others(self, study):
        status = study.status()
        assert (status.asked, status.done, status.failed, status.missing) == (6, 4, 2, 0)
        assert "33.3% of the cells are missing" in repr(status)
        found = study.outcomes("placements", partial=True)
        assert found.attrs["missing_share"] == pytest.approx(1 / 3)
        assert np.isnan(found["placements"].sel(draw=1)).all()
        assert not np.isnan(found["placements"].sel(draw=[0, 2])).any()

    def test_what_is_missing_is_not_handed_out_without_a_word(self, study, tmp_path):
        words = r"2 of 6 outcomes are missing: 2 cells failed \(failures tells why\)"
        for ask in (study.outcomes, lambda: study.export(tmp_path / "all.nc")):
            with pytest.raises(JobsimError, match=words):
                ask()
        assert not (tmp_path / "all.nc").exists()
        told = study.outcomes("placements", partial=True).attrs
        assert told["missing"] == 2
        assert "2 of 6 outcomes are missing" in told["note"]

    def test_what_failed_is_told(self, study):
        for failure in study.failures():
            assert failure.parameters[GAIN] == 0.2
            assert failure.parameters["draw"] == 1
            assert failure.error == "no luck"
            with pytest.raises(JobsimError, match="no luck"):
                exec(failure.replay, {})

    def test_failures_are_tried_again_only_when_asked(self, study, monkeypatch):
        tried = []
        monkeypatch.setattr(
            type(study._store),
            "keep_failure",
            lambda store, failure, numbers: tried.append(failure),
        )
        study.resume(**HOW)
        assert tried == []
        assert study.resume(retry_failed=True, **HOW).failed == 2
        assert len(tried) == 2

    def test_what_succeeds_at_last_has_not_failed(self, tmp_path, monkeypatch):
        def fail(scenario, **how):
            raise ZeroDivisionError("no luck")

        monkeypatch.setattr(sys.modules["jobsim.study.playing.missing"], "simulate", fail)
        study = Study(tmp_path / "b")
        assert study.run(town(), replications=2, **HOW).failed == 2
        assert {one.error for one in study.failures()} == {"ZeroDivisionError: no luck"}
        monkeypatch.undo()
        assert study.resume(**HOW).done == 0
        assert study.resume(retry_failed=True, **HOW).done == 2
        assert study.failures() == []

    def test_a_question_keeps_what_failed(self, tmp_path):
        study = Study(tmp_path / "c")
        swept = js.sweep(town(), {GAIN: [0.1, -3.0]}, study=study, replications=2, **HOW)
        (failure,) = study.failures()
        assert failure.parameters == {GAIN: -3.0}
        assert failure.error == swept.failed[0].error
        assert failure.replay == swept.replay_line(1)


class TestFolder:
    def test_nothing_there(self, tmp_path):
        study = Study(tmp_path / "nothing")
        for ask in (study.resume, study.outcomes, study.status, study.verify):
            with pytest.raises(StudyError, match="there is no study here"):
                ask()
        assert study.failures() == []
        assert not (tmp_path / "nothing").exists()

    def test_a_file_in_the_way(self, tmp_path):
        (tmp_path / "a").write_text("a letter")
        with pytest.raises(OutputError, match="cannot be written"):
            run(tmp_path / "a")

    @pytest.mark.parametrize("data", [b"a letter", b"SQLite format 3\0" + bytes(5000)])
    def test_a_file_of_another_kind(self, tmp_path, data):
        (tmp_path / "cells.sqlite").write_bytes(data)
        with pytest.raises((StudyError, OutputError), match=r"study|damaged|cannot be used"):
            Study(tmp_path).status()

    def test_a_file_that_was_only_begun(self, tmp_path):
        (tmp_path / "cells.sqlite").write_bytes(b"")
        assert run(tmp_path).simulated == 24

    def test_a_folder_made_again_is_seen(self, tmp_path):
        run(tmp_path / "a")
        (tmp_path / "a" / "cells.sqlite").unlink()
        for left in (tmp_path / "a").iterdir():
            left.unlink()
        assert run(tmp_path / "a").simulated == 24


def test_a_folder_that_nobody_uses_any_more_is_closed(tmp_path):
    """By itself, without the collector of garbage: its log is folded into the file."""
    store, log = Store(tmp_path), tmp_path / f"{FILE}-wal"
    gc.disable()
    try:
        store.make()
        store.keep_plan(KeptPlan("a plan", [], block=1, replications=1))
        assert log.exists()
        del store
        assert not log.exists()
    finally:
        gc.enable()


ENDLESS = "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"


def test_ctrl_c_in_a_long_query_is_not_taken_for_damage(tmp_path, monkeypatch):
    def interrupted(path):
        raise KeyboardInterrupt

    kept(tmp_path / "a", count=1)
    store = store_of(tmp_path / "a")
    monkeypatch.setattr("jobsim.study.keeping.strangers.room_of", interrupted)
    with pytest.raises(KeyboardInterrupt), store.writing() as writing:
        writing.execute(ENDLESS)
    monkeypatch.undo()
    with pytest.raises(StudyError, match="does not end"), store.writing() as writing:
        writing.execute(ENDLESS)
    assert store.count("volumes") == 6
    store.close()


def test_a_folder_of_an_older_layout_is_refused_by_name(tmp_path):
    kept(tmp_path / "a", count=1)
    store_of(tmp_path / "a").close()
    with closing(sqlite3.connect(tmp_path / "a" / FILE)) as writing:
        writing.execute(f"PRAGMA application_id = {0x6A6F6202}")
    for ask in (Study(tmp_path / "a").status, lambda: run(tmp_path / "a", count=1)):
        with pytest.raises(StudyError, match="is not a study of this version of jobsim's layout"):
            ask()
