"""However the work is divided, nothing changes; and Ctrl-C ends it."""

from __future__ import annotations

import signal
import sys
import time

import numpy as np
import pytest

import jobsim as js
from jobsim.engines.compiled import engine as numba_engine
from jobsim.engines.lowering import tables_of
from tests.compiled.equality import first_difference
from tests.factory import small_town
from tests.processes import started


@pytest.fixture(scope="module")
def tables():
    return tables_of(small_town(horizon__weeks=40))


@pytest.fixture(scope="module")
def alone(tables):
    return numba_engine.play(tables, 5, np.arange(37), threads=1)


@pytest.mark.parametrize("threads", [2, 8, 256, None])
def test_threads_change_nothing(tables, alone, threads):
    got = numba_engine.play(tables, 5, np.arange(37), threads=threads)
    assert first_difference(got, alone) is None


@pytest.mark.parametrize("size", [1, 5, 36])
def test_batches_change_nothing(tables, alone, size):
    for start in range(0, 37, size):
        part = np.arange(start, min(start + size, 37))
        got = numba_engine.play(tables, 5, part, threads=2)
        expected = {name: array[part] for name, array in alone.items()}
        assert first_difference(got, expected) is None


def test_the_first_replications_stay_when_more_are_asked_for():
    town = small_town(horizon__weeks=20)
    many = js.simulate(town, replications=20, engine="numba", threads=2, progress=False)
    few = js.simulate(town, replications=3, engine="numba", threads=1, progress=False)
    assert many.isel(replication=slice(3)).equals(few)


@pytest.mark.parametrize("threads", [0, -1, 10_000, True, 1.5, "2"])
@pytest.mark.parametrize("engine", ["numba", "numpy", "auto"])
def test_a_wrong_number_of_threads(threads, engine):
    with pytest.raises(
        js.JobsimError, match=r"^threads: must be a whole number from 1 to 256, got"
    ):
        js.simulate(small_town(), replications=1, engine=engine, threads=threads)


def test_an_error_in_a_thread_is_raised(tables, monkeypatch):
    def fail(*args):
        raise ZeroDivisionError("in a thread")

    numba_engine.play(tables, 1, np.arange(1), threads=1)
    monkeypatch.setattr(numba_engine, "_compiled", lambda: fail)
    with pytest.raises(ZeroDivisionError, match="in a thread"):
        numba_engine.play(tables, 1, np.arange(40), threads=2)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")
@pytest.mark.parametrize("threads", [1, 2])
def test_interruption_ends_the_run(threads):
    code = (
        "import jobsim as js\n"
        "town = js.Scenario.load('esbjerg-2018')\n"
        f"how = dict(engine='numba', threads={threads}, progress=False)\n"
        "js.simulate(town, replications=1, **how)\n"
        "print('begin', flush=True)\n"
        "js.simulate(town, replications=100_000, **how)\n"
    )
    with started("-c", code, surroundings={"JOBSIM_MEMORY_LIMIT_GIB": "100"}) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "begin\n"
        time.sleep(0.5)
        start = time.perf_counter()
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors
    assert time.perf_counter() - start < 10  # the whole run takes minutes
