"""Play settings on the same luck and remember what was played; may import layers 0 to 3."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.measures import Played
from jobsim.analysis.outcomes.paired import Paired
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.volume_store import VolumeStore, played_text, recalled
from jobsim.analysis.setting.case import Case
from jobsim.engines import simulate
from jobsim.engines.choice import chosen_engine
from jobsim.engines.elements import elements_in
from jobsim.engines.simulate import check_seed, replication_numbers
from jobsim.engines.size import checked_threads, expected_persons
from jobsim.errors import InputError
from jobsim.scenario import Scenario

if TYPE_CHECKING:
    import xarray as xr


_KEPT = 4
"""Volumes of scenarios that a player remembers."""


@dataclass(frozen=True)
class Plan:
    """How every case is played.

    Parameters
    ----------
    replications : int or tuple of int
        How many, or their numbers.
    seed : int
    engine : str
    threads : int or None
    memory : VolumeStore or None
        Where volumes are found that were played before, and kept.
    """

    replications: int | tuple[int, ...]
    seed: int
    engine: str
    threads: int | None
    memory: VolumeStore | None = None

    @property
    def count(self) -> int:
        """Number of replications of each case."""
        many = self.replications
        return many if isinstance(many, int) else len(many)


def plan_of(scenario: Scenario, how: RunOptions, *, plays: int) -> Plan:
    """Check how to play and choose the engine for so many plays of about this scenario.

    Several processes take one thread each unless told otherwise.

    Raises
    ------
    InputError
        If an argument is not valid.
    """
    wanted = how["replications"]
    if isinstance(wanted, str):
        raise InputError(f"replications: must be a number for this question, got {wanted!r}")
    numbers = replication_numbers(wanted)
    check_seed(how["seed"])
    checked_threads(how["threads"])
    alone = how["n_jobs"] == 1 and how["executor"] is None
    work = expected_persons(scenario) * scenario.weeks.count * len(numbers) * plays
    counted = np.array_equal(numbers, np.arange(len(numbers)))
    return Plan(
        replications=len(numbers) if counted else tuple(numbers.tolist()),
        seed=how["seed"],
        engine=chosen_engine(how["engine"], work, elements_in(scenario)),
        threads=how["threads"] if alone or how["threads"] else 1,
        memory=_checked(how["study"]),
    )


def _checked(study: VolumeStore | None) -> VolumeStore | None:
    if study is None or isinstance(study, VolumeStore):
        return study
    raise InputError(f"study: must be a Study, got {type(study).__name__}")


class Player:
    """Plays scenarios by one plan; the last few are remembered, not played again.

    A baseline that many settings share is therefore simulated once, and a change of prices
    simulates nothing. Threads may share a player.

    Parameters
    ----------
    plan : Plan
    progress : bool
        Whether a scenario that takes more than two seconds shows a progress bar.
    """

    def __init__(self, plan: Plan, *, progress: bool = False) -> None:
        self.plan = plan
        self._progress = progress
        self.simulated = 0
        """Scenarios simulated so far, or found in the plan's memory."""
        self._lock = Lock()
        self._played: OrderedDict[str, Future[Played]] = OrderedDict()
        self._baseline = ""
        """Key of the last baseline, which is not forgotten."""

    def paired(self, case: Case) -> Paired:
        """Scenario and baseline on the same luck, with their prices."""
        self._baseline = played_text(case.baseline)
        baseline = self.played(case.baseline)
        return Paired(self.played(case.scenario), baseline, case.prices)

    def played(self, scenario: Scenario) -> Played:
        """A scenario with its volumes, under its own name even where another was played alike."""
        key = played_text(scenario)
        with self._lock:
            known = self._played.get(key)
            promised = self._played[key] = known or Future()
            self.simulated += known is None
            self._played.move_to_end(key)
            self._forget_oldest()
        if known is None:
            self._keep_promise(key, promised, scenario)
        found = promised.result()
        if found.scenario == scenario:  # with what was worked out from it before
            return found
        return Played(scenario, found.volumes.assign_attrs(scenario=scenario.name))

    def _forget_oldest(self) -> None:
        for key in list(self._played)[:-_KEPT]:
            if key != self._baseline:
                del self._played[key]

    def _keep_promise(self, key: str, promised: Future[Played], scenario: Scenario) -> None:
        """Simulate; other threads that want the same wait for it."""
        try:
            promised.set_result(Played(scenario, self._simulate(scenario)))
        except BaseException as error:
            with self._lock:
                self._played.pop(key, None)
            promised.set_exception(error)

    def _simulate(self, scenario: Scenario) -> xr.Dataset:
        plan = self.plan
        play = partial(simulate, scenario, seed=plan.seed, engine=plan.engine, threads=plan.threads)
        if plan.memory is None:
            return play(replications=plan.replications, progress=self._progress)
        numbers, shown = replication_numbers(plan.replications), self._progress
        found = recalled(plan.memory, scenario, plan.seed, numbers, play, progress=shown)
        return found.assign_attrs(engine=plan.engine)


def play_both(case: Case, how: RunOptions) -> Paired:
    """Scenario and baseline of one case on the same luck, with their prices.

    Parameters
    ----------
    case : Case
    how : RunOptions, complete; `n_jobs` and `executor` have no effect

    Raises
    ------
    InputError
        If an argument is not valid.
    """
    plan = plan_of(case.scenario, how, plays=2)
    return Player(plan, progress=how["progress"]).paired(case)


@lru_cache(maxsize=1)
def player_of(plan: Plan) -> Player:
    """Player of a plan in this process: the next cell of the same sweep finds the baseline."""
    return Player(plan)
