"""Work spread over processes, given back in order; may import engines and how to play.

Processes are started afresh ("spawn") on every system, so that a script behaves on Linux as it does
on Windows. They do not load the script that started them, so it needs no
``if __name__ == "__main__":``, and may as well be a notebook or text from a pipe.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent import futures as pools
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from threading import RLock, Thread, current_thread, main_thread
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from jobsim.analysis.playing.options import RunOptions
from jobsim.engines.progress import progress_bar
from jobsim.engines.size import MOST_THREADS
from jobsim.errors import InputError, JobsimError
from jobsim.scenario.fields import whole_number

Task = TypeVar("Task")
Done = TypeVar("Done")
Args = ParamSpec("Args")

_ENDED = (
    "a worker process ended before its work was done: it was killed (out of memory?), or "
    'an executor of your own needs `if __name__ == "__main__":` around your script\'s work'
)
_LOOK_SECONDS = 0.2
"""Longest time that Ctrl-C is not heard while processes work."""


def in_order(
    play: Callable[[Task], Done], tasks: Sequence[Task], how: RunOptions, *, label: str
) -> list[Done]:
    """Do every task and return what came of each, in the order of the tasks.

    Parameters
    ----------
    play : function of a task, importable by name so that it can be sent to a process
    tasks : sequence
    how : RunOptions, complete; `n_jobs` has no effect beside an executor
    label : str, words before the progress bar

    Raises
    ------
    InputError
        If `n_jobs` or the executor is not valid.
    JobsimError
        If a process ended before its work was done.
    """
    with (
        kept_workers(how, len(tasks)) as kept,
        progress_bar(label, len(tasks), show=how["progress"], unit="cell") as bar,
    ):
        pool, found, running = kept["executor"], list[Done](), list[Future[Done]]()
        if pool is None:
            for task in tasks:
                found.append(play(task))
                bar.update(1)
            return found
        with _in_hand(running):
            for task in tasks:
                running.append(_begun(pool, play, task))  # one by one: Ctrl-C cancels those begun
            for future in running:
                bar.update(len(_first_done([future])))
            with _interrupts_held():
                return [future.result() for future in running]


def as_they_come(
    play: Callable[[Task], Done], tasks: Iterable[Task], how: RunOptions, *, ahead: int = 2
) -> Iterator[list[tuple[Task, Done]]]:
    """Do every task and yield what is finished, in any order, a few together.

    No more than `ahead` tasks for each process wait or are worked on at a time, so that a million
    of them take no more memory than a few; `tasks` is read no faster.

    Parameters
    ----------
    play, tasks, how
        As of `in_order`; the processes are those of `kept_workers`.
    ahead : int
    """
    pool = how["executor"]
    if pool is None:
        for task in tasks:
            yield [(task, play(task))]
        return
    room = ahead * (getattr(pool, "_max_workers", None) or how["n_jobs"])
    waiting, running = iter(tasks), dict[Future[Done], Task]()
    with _in_hand(running):
        while True:
            for task in islice(waiting, room - len(running)):
                running[_begun(pool, play, task)] = task
            if not running:
                return
            done = _first_done(running)
            with _interrupts_held():
                finished = [(running.pop(future), future.result()) for future in done]
            yield finished


def _first_done(futures: Collection[Future[Done]]) -> set[Future[Done]]:
    """Wait until some are done; Ctrl-C is heard between two looks.

    Heard within one, it may leave the lock of a future held, for whose release its cancelling would
    wait for ever.
    """
    while True:
        with _interrupts_held():
            done, _ = pools.wait(futures, _LOOK_SECONDS, pools.FIRST_COMPLETED)
        if done:
            return done


def _begun(pool: Executor, play: Callable[[Task], Done], task: Task) -> Future[Done]:
    """Hand a task to an executor.

    Raises
    ------
    InputError
        If it was shut down.
    """
    try:
        return pool.submit(play, task)
    except BrokenProcessPool:
        raise
    except RuntimeError as error:
        raise InputError(f"executor: takes no work ({error})") from error


@contextmanager
def _in_hand(futures: Iterable[Future[Done]]) -> Iterator[None]:
    """Cancel what is not begun where work is given up, and tell if a process ended early."""
    try:
        yield
    except BrokenProcessPool as error:
        raise JobsimError(_ENDED) from error
    finally:
        for future in futures:
            future.cancel()


def check_workers(how: RunOptions) -> None:
    """Check the number of processes and the executor.

    Raises
    ------
    InputError
        If one of them is not valid.
    """
    executor = how["executor"]
    whole_number("n_jobs", how["n_jobs"], 1, MOST_THREADS)
    if executor is not None and not hasattr(executor, "submit"):
        raise InputError(f"executor: must have submit(), got {type(executor).__name__}")


@contextmanager
def kept_workers(how: RunOptions, tasks: int) -> Iterator[RunOptions]:
    """Start the processes that are asked for, if any, once for several calls of `in_order`.

    Yields
    ------
    RunOptions, with the processes as its executor
    """
    check_workers(how)
    n_jobs, executor = how["n_jobs"], how["executor"]
    if executor is not None or n_jobs == 1:
        yield how
        return
    pool = _Processes(max(1, min(n_jobs, tasks)))
    try:
        yield {**how, "executor": pool}
    except BaseException:
        pool.end()
        raise
    pool.shutdown()


class _Processes(pools.ProcessPoolExecutor):
    """Processes that know nothing of the user's script and do not outlive this one."""

    def __init__(self, n_jobs: int) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(n_jobs, mp_context=context, initializer=_begin)

    def submit(
        self, fn: Callable[Args, Done], /, *args: Args.args, **kwargs: Args.kwargs
    ) -> Future[Done]:
        """Hand in work, which may start a process."""
        with _interrupts_held(), _script_hidden():
            return super().submit(fn, *args, **kwargs)

    def end(self) -> None:
        """End processes at once, whatever they are doing."""
        processes = list((self._processes or {}).values())
        self.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def _begin() -> None:
    """Prepare a process: leave Ctrl-C to its parent, and end when that ends.

    It shows no progress bars, and their lock, shared between processes, would be left behind.
    """
    from tqdm import tqdm

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tqdm.set_lock(RLock())
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait, which would leave locks held, and whose processes would wait for ever.

    Another thread may be the one that hears it, so that Python must not tell the main thread; nor
    must a process that is started meanwhile see it, which would print a traceback.
    """
    before = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(before):
        yield
        return
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        with _interrupts_masked():
            yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _interrupts_masked() -> Iterator[None]:
    """Keep Ctrl-C from this thread, and from processes that are started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _script_hidden() -> Iterator[None]:
    """Start processes that do not load the script: they play cells, and cells need none of it."""
    modules: dict[str, Any] = sys.modules
    script, modules["__main__"] = modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        modules["__main__"] = script
