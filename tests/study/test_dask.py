"""Studies on a Dask cluster: the same content, whatever happens to workers and scheduler."""

import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from threading import Thread

import pytest
from distributed import Client, LocalCluster, WorkerPlugin

import jobsim as js
from jobsim.errors import InputError, JobsimError, StudyError
from jobsim.study import Study
from jobsim.study.keeping.store import Store
from jobsim.study.playing import missing, on_dask
from tests.study.quick import GAIN, HOW, alone, content, draws, run, town

FATAL = 0.13
"""A gain that kills whoever plays it, where workers are told so."""


def cluster_of(workers, **how):
    """A cluster that a test may break; in this process, unless told."""
    how = {"processes": False, "protocol": "tcp://", **how}
    return LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=":0", silence_logs=False, **how
    )


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes."""
    with cluster_of(2, processes=True) as made:
        yield made


@pytest.fixture
def client(cluster):
    with Client(cluster, set_as_default=False) as made:
        made.wait_for_workers(2)
        yield made


def when(condition, do):
    """Do something once a condition holds, in another thread."""

    def wait():
        while not condition():
            time.sleep(0.01)
        do()

    thread = Thread(target=wait)
    thread.start()
    return thread


def done(folder):
    """Number of cells that are kept, asked without much work."""
    try:
        with closing(sqlite3.connect(f"file:{folder / 'cells.sqlite'}?mode=ro", uri=True)) as file:
            return file.execute("SELECT count(*) FROM cells").fetchone()[0]
    except sqlite3.OperationalError:  # not there yet
        return 0


class TestSame:
    def test_content_is_that_of_one_process(self, tmp_path, client):
        told = run(tmp_path / "b", count=8, client=client)
        assert told.simulated == told.asked == 48
        assert content(tmp_path / "b") == alone(8)

    def test_another_seed_has_other_content(self, tmp_path, client):
        """Negative control of the comparisons of content."""
        run(tmp_path / "b", seed=2, client=client)
        assert content(tmp_path / "b") != alone(4)

    @pytest.mark.parametrize("seconds", [0.0, 100.0], ids=["one by one", "together"])
    def test_how_many_cells_a_task_plays_does_not_matter(
        self, tmp_path, client, monkeypatch, seconds
    ):
        monkeypatch.setattr(on_dask, "_TASK_SECONDS", seconds)
        monkeypatch.setattr(on_dask, "_LEAST_AHEAD", 3)
        run(tmp_path / "b", count=8, client=client)
        assert content(tmp_path / "b") == alone(8)

    def test_nothing_is_played_that_is_there(self, tmp_path, client):
        study = Study(tmp_path / "a", block=2)
        run(tmp_path / "a", count=4)
        told = study.extend(draws=draws(6), client=client, **HOW)
        assert (told.simulated, told.done) == (12, 36)
        assert study.resume(client=client, **HOW).simulated == 0

    def test_a_question_runs_on_the_cluster_as_on_any_executor(self, client):
        budgets = {"programmes.intensive.budget_per_year.scale": [0.5, 1.0, 2.0]}
        how = {"measures": "placements", "replications": 3, **HOW}
        here = js.sweep(town(), budgets, **how)
        there = js.sweep(town(), budgets, executor=client.get_executor(), **how)
        assert here.to_frame().equals(there.to_frame())


class TestScheduler:
    def test_it_holds_few_of_many_tasks(self, tmp_path, cluster, client, monkeypatch):
        monkeypatch.setattr(on_dask, "_TASK_SECONDS", 0.0)
        monkeypatch.setattr(on_dask, "_LEAST_AHEAD", 4)
        held = []
        keep = Store.keep

        def noted(store, finished):
            held.append(sum(1 for key in cluster.scheduler.tasks if "play_sent" in str(key)))
            keep(store, finished)

        monkeypatch.setattr(Store, "keep", noted)
        told = run(tmp_path / "a", count=20, client=client)
        assert told.done == 120
        assert 0 < max(held) <= 3 * 2 + 4

    def test_a_cluster_that_adapts_finishes(self, tmp_path):
        with cluster_of(0) as adaptive:
            adaptive.adapt(minimum=0, maximum=2, interval="100ms")
            with Client(adaptive, set_as_default=False) as client:
                told = run(tmp_path / "b", count=8, client=client)
        assert told.simulated == 48
        assert content(tmp_path / "b") == alone(8)


class TestLosses:
    def test_a_killed_worker_costs_time_only(self, tmp_path, client, monkeypatch):
        monkeypatch.setattr(on_dask, "_TASK_SECONDS", 0.1)
        (pid, *_) = client.run(os.getpid).values()
        killer = when(lambda: done(tmp_path / "b") > 10, lambda: os.kill(pid, signal.SIGKILL))
        told = run(tmp_path / "b", count=12, replications=8, client=client)
        killer.join()
        assert (told.done, told.failed) == (told.asked, 0)
        assert content(tmp_path / "b") == alone(12, replications=8)
        assert pid not in client.run(os.getpid).values()

    def test_a_cell_that_kills_its_workers_has_failed_alone(self, tmp_path):
        study = Study(tmp_path / "a", block=2)
        with (
            cluster_of(1, processes=True) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            cluster.scheduler.allowed_failures = 0
            client.register_plugin(Fatal())
            two = [{GAIN: 0.1}, {GAIN: FATAL}]
            told = study.run(town(), draws=two, replications=2, client=client, **HOW)
        failures = study.failures()
        assert told.failed == len(failures) > 0
        assert FATAL in {failure.parameters[GAIN] for failure in failures}
        assert all("was killed" in failure.error for failure in failures)
        again = study.resume(retry_failed=True, **HOW)
        assert (again.failed, again.done) == (0, again.asked)

    def test_errors_of_cells_are_kept(self, tmp_path, client):
        study = Study(tmp_path / "a", block=2)
        wrong = [{"groups.job_ready.stock": persons} for persons in (5, 10**8)]  # beyond memory
        told = study.run(town(), draws=wrong, replications=4, client=client, **HOW)
        assert (told.done, told.failed) == (4, 4)

    def test_a_cluster_that_goes_away_is_told_in_one_line(self, tmp_path, monkeypatch):
        monkeypatch.setattr(on_dask, "_TASK_SECONDS", 0.1)
        with cluster_of(1) as passing, Client(passing, set_as_default=False) as client:
            ender = when(lambda: done(tmp_path / "b") > 5, passing.close)
            with pytest.raises(JobsimError, match="the cluster went away") as told:
                run(tmp_path / "b", count=12, replications=8, client=client)
            ender.join()
        assert "\n" not in str(told.value)
        held = content(tmp_path / "b")["cells"]
        assert held
        run(tmp_path / "b", count=12, replications=8)
        assert content(tmp_path / "b") == alone(12, replications=8)


class Fatal(WorkerPlugin):
    """Kills a worker that plays a certain gain; a plugin of workers."""

    def setup(self, worker):
        from jobsim.engines import simulate

        def deadly(scenario, **how):
            if scenario.groups["job_ready"].meeting_gain == FATAL:
                os.kill(os.getpid(), signal.SIGKILL)
            return simulate(scenario, **how)

        missing.simulate = deadly


class TestRefused:
    def test_workers_with_another_model_are(self, tmp_path, client, monkeypatch):
        monkeypatch.setattr(on_dask, "MODEL_VERSION", 99)
        with pytest.raises(StudyError, match=r"a worker has model version \d+, the study is of 99"):
            run(tmp_path / "a", client=client)

    def test_workers_that_read_another_scenario_are(self, tmp_path, client, monkeypatch):
        monkeypatch.setattr(on_dask, "_Sent", another)
        with pytest.raises(StudyError, match="as another scenario"):
            run(tmp_path / "a", client=client)

    def test_processes_beside_a_cluster_are(self, tmp_path, client):
        with pytest.raises(InputError, match="client: goes with neither"):
            run(tmp_path / "a", client=client, n_jobs=2)

    @pytest.mark.parametrize("client", [7, "", " ", "host", "nonsense://x:9"])
    def test_what_is_no_client_is(self, tmp_path, client):
        with pytest.raises(InputError, match=r"client: must be a distributed.Client"):
            run(tmp_path / "a", client=client)

    def test_an_address_where_nobody_is(self, tmp_path, monkeypatch):
        monkeypatch.setattr(on_dask, "_PATIENCE_SECONDS", 1)
        for where in ("tcp://127.0.0.1:9", str(tmp_path / "none.json")):
            with pytest.raises(InputError, match="no Dask scheduler answers"):
                run(tmp_path / "a", client=where)
        assert not (tmp_path / "a").exists()

    def test_without_dask_the_extra_is_named(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sys.modules["jobsim.study.study"], "find_spec", lambda name: None)
        with pytest.raises(InputError, match=r"pip install 'jobsim\[distributed\]'"):
            run(tmp_path / "a", client="tcp://127.0.0.1:9")


def another(digest, changes, whole, parts):
    """What is sent, with a draw that was not asked for."""
    return SENT(digest, {**changes, GAIN: 0.5}, whole, parts)


SENT = on_dask._Sent


class TestWhere:
    def test_an_address_will_do(self, tmp_path, cluster, client):
        assert run(tmp_path / "a", client=cluster.scheduler_address).done == 24

    def test_a_schedulers_file_will_do(self, tmp_path, cluster, client):
        path = tmp_path / "scheduler.json"
        path.write_text(json.dumps({"address": cluster.scheduler_address}), encoding="utf-8")
        assert run(tmp_path / "a", client=str(path)).done == 24


def test_a_scheduler_that_dies_leaves_one_line(tmp_path, monkeypatch, caplog):
    """Of a client that jobsim made itself, so that nobody else set up its log."""
    monkeypatch.setattr(on_dask, "_TASK_SECONDS", 0.1)
    with cluster_of(1) as passing:
        ender = when(lambda: done(tmp_path / "b") > 5, passing.close)
        caplog.clear()
        with pytest.raises(JobsimError, match="the cluster went away"):
            run(tmp_path / "b", count=12, replications=8, client=passing.scheduler_address)
        ender.join()
    from_client = [one for one in caplog.records if one.name.startswith("distributed.client")]
    assert from_client == []
