"""Workers: order, errors, interrupts, and scripts of every kind under the spawn start method."""

import operator
import os
import signal
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from jobsim.analysis.playing.options import run_options
from jobsim.analysis.playing.workers import in_order, kept_workers
from jobsim.errors import InputError, JobsimError
from tests.processes import ROOT, alive, ended, gone, started

COMPARE = """
import operator
from jobsim.analysis.playing.options import run_options
from jobsim.analysis.playing.workers import in_order

print("once")
hows = (run_options({"progress": False, "n_jobs": n_jobs}) for n_jobs in (1, 2))
one, two = (in_order(operator.neg, [3, 1, 2], how, label="x") for how in hows)
print("equal" if one == two else "different")
"""
LONG = """
import multiprocessing, threading, time
from jobsim.analysis.outcomes.quantity import quantities_of
from jobsim.analysis.playing.cells import play_cells
from jobsim.analysis.setting.case import case_of
from tests.analysis.quick_towns import GAIN, quick_town

def tell():
    while len(multiprocessing.active_children()) < 2:
        time.sleep(0.01)
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)

threading.Thread(target=tell, daemon=True).start()
many = [{GAIN: gain / 100_000} for gain in range(100_000)]
how = {"replications": 200, "n_jobs": 2, "engine": "numpy", "progress": False}
play_cells(case_of(quick_town()), many, quantities_of("benefit_weeks"), move="scenario", **how)
print("finished")
"""


def how(**given):
    return run_options({"progress": False, **given})


class Late(Executor):
    """Runs what is handed in last first."""

    def __init__(self):
        self.waiting = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, fn, args, kwargs))
        if len(self.waiting) == 3:
            for late, do, given, named in reversed(self.waiting):
                late.set_result(do(*given, **named))
        return future


class TestInOrder:
    def test_what_comes_back_is_in_the_order_of_the_tasks(self):
        tasks, wanted = [3, 1, 2], [-3, -1, -2]
        assert in_order(operator.neg, tasks, how(), label="x") == wanted
        assert in_order(operator.neg, tasks, how(executor=Late()), label="x") == wanted
        with ThreadPoolExecutor(2) as pool:
            assert in_order(operator.neg, tasks, how(executor=pool), label="x") == wanted

    def test_processes_are_kept_for_several_calls_and_then_ended(self):
        with kept_workers(how(n_jobs=2), tasks=5) as kept:
            first = in_order(_process, range(4), kept, label="x")
            second = in_order(_process, range(4), kept, label="x")
        assert os.getpid() not in first
        assert len({*first, *second}) <= 2
        assert not any(alive(pid) for pid in {*first, *second})

    def test_an_error_of_a_task_is_raised(self):
        for given in ({}, {"executor": Late()}):
            with pytest.raises(TypeError, match="bad operand"):
                in_order(operator.neg, [1, "a", 2], how(**given), label="x")

    def test_a_worker_that_is_killed_is_told_of_in_one_line(self):
        with pytest.raises(JobsimError, match="a worker process ended before its work") as caught:
            in_order(os._exit, [1, 1], how(n_jobs=2), label="x")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("n_jobs", [0, -1, 257, 1.5, True, "2", None])
    def test_a_wrong_number_of_processes_is_refused(self, n_jobs):
        with pytest.raises(InputError, match="n_jobs: must be a whole number from 1 to 256"):
            in_order(operator.neg, [1], how(n_jobs=n_jobs), label="x")

    def test_what_is_no_executor_is_refused(self):
        with pytest.raises(InputError, match=r"executor: must have submit\(\), got int"):
            in_order(operator.neg, [1], how(executor=2), label="x")


def _process(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


class TestScripts:
    """Processes start afresh and never load the script, wherever it comes from."""

    def run(self, arguments, text=None):
        done = ended(*arguments, text=text)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.split() == ["once", "equal"]

    def test_a_script_whose_work_is_not_below_if_name_is_main(self, tmp_path):
        path = tmp_path / "plain.py"
        path.write_text(COMPARE)
        self.run([str(path)])

    def test_text_from_a_pipe(self):
        self.run(["-"], COMPARE)

    def test_a_main_module_without_a_file_as_in_notebooks(self):
        self.run(["-c", COMPARE])


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are of POSIX systems")
class TestInterrupts:
    @pytest.fixture
    def script(self, tmp_path):
        """A long sweep in a process group of its own, with the numbers of its two processes."""
        path = tmp_path / "long.py"
        path.write_text(f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n" + LONG)
        with started(path) as process:
            assert process.stdout is not None
            workers = [int(pid) for pid in process.stdout.readline().split()]
            assert len(workers) == 2
            yield process, workers

    @pytest.mark.parametrize("after_seconds", [0.0, 0.3, 2.5], ids=["starting", "loading", "busy"])
    def test_ctrl_c_ends_all_processes_and_only_the_script_speaks(self, script, after_seconds):
        process, workers = script
        time.sleep(after_seconds)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode not in (0, None)
        assert out == ""
        assert not any(alive(pid) for pid in workers)
        assert err.strip().endswith("KeyboardInterrupt")
        assert "Process" not in err.replace("ProcessPool", "")
        assert err.count("Traceback") == 1

    def test_workers_end_with_a_script_that_is_killed(self, script):
        process, workers = script
        time.sleep(2.5)
        process.kill()
        process.wait()
        assert gone(workers, within_seconds=20)


def test_a_process_pool_of_the_user_s_own_plays_too():
    with ProcessPoolExecutor(1) as pool:
        assert in_order(operator.neg, [1, 2], how(executor=pool), label="x") == [-1, -2]
