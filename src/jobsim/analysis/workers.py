"""Work spread over processes, given back in order; may import engines and how to play.

Processes are started afresh ("spawn") on every system, so that a script behaves on Linux as it does
on Windows.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from jobsim.analysis.how import How
from jobsim.engines.simulate import progress_bar
from jobsim.engines.threads import MOST_THREADS
from jobsim.errors import InputError, JobsimError

__all__ = ["in_order"]

Task = TypeVar("Task")
Done = TypeVar("Done")


def in_order(
    play: Callable[[Task], Done],
    tasks: Sequence[Task],
    how: How,
    *,
    label: str,
) -> list[Done]:
    """Do every task and return what came of each, in the order of the tasks.

    Parameters
    ----------
    play : function of a task, importable by name so that it can be sent to a process
    tasks : sequence
    how : How, complete; `n_jobs` has no effect beside an executor
    label : str, words before the progress bar

    Raises
    ------
    InputError
        If `n_jobs` is not valid, or the processes were started from a script that does not keep
        its own work below ``if __name__ == "__main__":``.
    """
    n_jobs, executor = how["n_jobs"], how["executor"]
    _check(n_jobs, executor)
    with progress_bar(label, len(tasks), show=how["progress"], unit="cell") as bar:
        if executor is None and n_jobs == 1:
            return [_counted(play(task), bar.update) for task in tasks]
        with _pool(min(n_jobs, len(tasks)), executor) as pool:
            return _gathered(pool, play, tasks, bar.update)


def _check(n_jobs: int, executor: Executor | None) -> None:
    whole = isinstance(n_jobs, int) and not isinstance(n_jobs, bool)
    if not whole or not 1 <= n_jobs <= MOST_THREADS:
        raise InputError(f"n_jobs: must be a whole number from 1 to {MOST_THREADS}, got {n_jobs!r}")
    if executor is not None and not hasattr(executor, "submit"):
        raise InputError(f"executor: must have submit(), got {type(executor).__name__}")


def _counted(done: Done, update: Callable[[int], object]) -> Done:
    update(1)
    return done


def _gathered(
    pool: Executor,
    play: Callable[[Task], Done],
    tasks: Sequence[Task],
    update: Callable[[int], object],
) -> list[Done]:
    futures: list[Future[Done]] = []
    try:
        futures += [pool.submit(play, task) for task in tasks]
        for _ in as_completed(futures):
            update(1)
        return [future.result() for future in futures]
    except BrokenProcessPool as error:
        raise JobsimError(
            "a worker process ended before its work was done: either it was killed (out of "
            'memory?), or the script starts its work outside `if __name__ == "__main__":`'
        ) from error
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def _pool(n_jobs: int, executor: Executor | None) -> Iterator[Executor]:
    """Give the executor, or processes of our own that do not outlive the work."""
    if executor is not None:
        yield executor
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(n_jobs, mp_context=context, initializer=_leave_interrupts_to_parent)
    try:
        yield pool
    except BaseException:
        _end(pool)
        raise
    pool.shutdown()


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; only the one in charge answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(pool: ProcessPoolExecutor) -> None:
    """End processes at once, whatever they are doing."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()
