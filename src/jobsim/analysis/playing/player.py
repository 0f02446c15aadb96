"""Play cases on the same luck, remember what was played, and name the one line that repeats it.

May import engines, ledger, cases and outcomes.
"""

from __future__ import annotations

import shlex
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.measures import Paired, Played, joined
from jobsim.analysis.outcomes.quantity import STANDARD, Quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.precision import precision_of
from jobsim.analysis.playing.volume_store import VolumeStore, played_text, recalled
from jobsim.analysis.playing.workers import check_workers, in_order, kept_workers
from jobsim.analysis.setting.case import Case, Changes, Moving
from jobsim.engines import simulate
from jobsim.engines.choice import chosen_engine
from jobsim.engines.elements import elements_in
from jobsim.engines.simulate import check_seed, replication_numbers
from jobsim.engines.size import checked_threads, expected_persons
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, preset_names
from jobsim.scenario.document import Document
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import as_data, value_at

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
    store : VolumeStore or None
        Where volumes are found that were played before, and kept.
    """

    replications: int | tuple[int, ...]
    seed: int
    engine: str
    threads: int | None
    store: VolumeStore | None = None

    @property
    def count(self) -> int:
        """Number of replications of each case."""
        many = self.replications
        return many if isinstance(many, int) else len(many)

    def record(self, case: Case, moved: str = "") -> RunRecord:
        """What is needed to play a case by this plan again, and what moved where in it."""
        numbers = replication_numbers(self.replications).tolist()
        played = (case.scenario, case.baseline, case.prices, numbers, self.seed, self.engine)
        return RunRecord(*played, moved=moved)


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
    precision_of(wanted, how["precision"])
    check_workers(how)
    numbers = replication_numbers(wanted)
    check_seed(how["seed"])
    checked_threads(how["threads"])
    study = how["study"]
    if study is not None and not isinstance(study, VolumeStore):
        raise InputError(f"study: must be a Study, got {type(study).__name__}")
    alone = how["n_jobs"] == 1 and how["executor"] is None
    work = expected_persons(scenario) * scenario.weeks.count * len(numbers) * plays
    counted = np.array_equal(numbers, np.arange(len(numbers)))
    return Plan(
        replications=len(numbers) if counted else tuple(numbers.tolist()),
        seed=how["seed"],
        engine=chosen_engine(how["engine"], work, elements_in(scenario)),
        threads=how["threads"] if alone or how["threads"] else 1,
        store=study,
    )


class Player:
    """Plays scenarios by one plan; the last few are remembered, not played again.

    A baseline that many settings share is therefore simulated once, and a change of prices
    simulates nothing. Threads may share a player.

    Parameters
    ----------
    plan : Plan
    progress : bool
        Whether how far a scenario is shows on the error output.
    """

    def __init__(self, plan: Plan, *, progress: bool = False) -> None:
        self.plan = plan
        self._progress = progress
        self.simulated = 0
        """Scenarios simulated so far, or found in the plan's store."""
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
            for old in list(self._played)[:-_KEPT]:
                if old != self._baseline:
                    del self._played[old]
        if known is None:
            self._keep_promise(key, promised, scenario)
        found = promised.result()
        if found.scenario == scenario:  # with what was worked out from it before
            return found
        return Played(scenario, found.volumes.assign_attrs(scenario=scenario.name))

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
        if plan.store is None:
            return play(replications=plan.replications, progress=self._progress)
        numbers, shown = replication_numbers(plan.replications), self._progress
        found = recalled(plan.store, scenario, plan.seed, numbers, play, progress=shown)
        return found.assign_attrs(engine=plan.engine)


def play_both(case: Case, how: RunOptions) -> Paired:
    """Scenario and baseline of one case on the same luck, with their prices.

    Several processes share out the replications.

    Parameters
    ----------
    case : Case
    how : RunOptions, complete

    Raises
    ------
    InputError
        If an argument is not valid.
    """
    plan = plan_of(case.scenario, how, plays=2)
    with kept_workers(how, plan.count) as kept:
        pool = kept["executor"]
        if pool is None:
            return Player(plan, progress=how["progress"]).paired(case)
        pieces = _PIECES * (getattr(pool, "_max_workers", None) or how["n_jobs"])
        numbers = np.array_split(replication_numbers(plan.replications), min(pieces, plan.count))
        plans = [replace(plan, replications=tuple(some.tolist())) for some in numbers]
        played = in_order(partial(_paired, case), plans, kept, label=case.scenario.name)
    ours, theirs = ([getattr(one, which) for one in played] for which in ("played", "baseline"))
    return Paired(joined(ours), joined(theirs), case.prices)


_PIECES = 2
"""Parts of the replications for each process, so that a slow one holds up nobody for long."""


def _paired(case: Case, plan: Plan) -> Paired:
    return Player(plan).paired(case)


@lru_cache(maxsize=1)
def player_of(plan: Plan) -> Player:
    """Player of a plan in this process: the next cell of the same sweep finds the baseline."""
    return Player(plan)


def python_line(
    case: Case,
    changes: Changes,
    plan: Plan,
    *,
    move: Moving = "auto",
    quantities: tuple[Quantity, ...] = STANDARD,
) -> str:
    """Python that plays one change of a case; its error, if any, is raised.

    A scenario or price list that cannot be told in a few words stands as the names `scenario`,
    `baseline` and `prices`, which are then those that were given.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.setting.case import case_of
    >>> plan = Plan(replications=200, seed=1, engine="numpy", threads=None)
    >>> case = case_of(js.Scenario.load("esbjerg-2018"))
    >>> line = python_line(case, {"groups.job_ready.stock": -1}, plan)
    >>> line.removeprefix('import jobsim as js; js.sweep(js.Scenario.load("esbjerg-2018"), ')
    "[{'groups.job_ready.stock': -1}], replications=200, seed=1)"
    """
    arguments = [_told(case.given, "scenario"), repr([_plain(changes)])]
    if case.baseline != case.given.without_programmes():
        arguments.append(f"baseline={_told(case.baseline, 'baseline')}")
    if quantities != STANDARD:
        arguments.append(f"measures={[one.code for one in quantities]!r}")
    if case.prices != Prices.load("denmark"):
        arguments.append(f"prices={_told(case.prices, 'prices')}")
    told = _told_move(case, changes, move)
    if told != "auto":
        arguments.append(f'move="{told}"')
    numbers = plan.replications
    shown = numbers if isinstance(numbers, int) else list(numbers)
    arguments += [f"replications={shown}", f"seed={plan.seed}"]
    line = f"js.sweep({', '.join(arguments)})"
    dates = "import datetime; " if "datetime.date(" in line else ""
    schedules = "from jobsim.calendar import Schedule; " if "Schedule(" in line else ""
    return f"{dates}import jobsim as js; {schedules}{line}"


def replay_line(case: Case, changes: Changes, plan: Plan, *, move: Moving = "auto") -> str | None:
    """Command that does the same, where one can.

    Only a scenario that comes with jobsim, beside itself without programmes at the prices that come
    with it, and single numbers and words can be named on the command line.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.setting.case import case_of
    >>> plan = Plan(replications=200, seed=1, engine="numpy", threads=None)
    >>> case = case_of(js.Scenario.load("esbjerg-2018"))
    >>> replay_line(case, {"groups.job_ready.stock": -1}, plan)
    'jobsim sweep esbjerg-2018 --set groups.job_ready.stock=-1 -r 200 --seed 1'
    """
    plain = _plain(changes)
    simple = (
        isinstance(plan.replications, int)
        and _preset(case.given) == case.given
        and case.baseline == case.given.without_programmes()
        and case.prices == Prices.load("denmark")
        and all(is_number(value) or isinstance(value, str) for value in plain.values())
    )
    if not simple:
        return None
    sets = " ".join(f"--set {shlex.quote(f'{path}={value}')}" for path, value in plain.items())
    told = _told_move(case, changes, move)
    moved = "" if told == "auto" else f" --move {told}"
    return f"jobsim sweep {case.given.name} {sets}{moved} -r {plan.replications} --seed {plan.seed}"


def _told_move(case: Case, changes: Changes, move: Moving) -> Moving:
    """Word that a user would say for what these changes move."""
    if move != "assumed":
        return move
    alike = all(case.moves_both(path) == case.moves_both(path, move) for path in changes)
    return "auto" if alike else "both"


def _plain(changes: Changes) -> dict[str, object]:
    return {path: as_data(value) for path, value in changes.items()}


def _told(given: Document, name: str) -> str:
    """Expression that makes a scenario or price list, or the name of the user's own."""
    loaded = _preset(given)
    if loaded is None:
        return name
    text = f"js.{type(given).__name__}.load({loaded.name!r})".replace("'", '"')
    made: list[tuple[Document, str]] = [(loaded, text)]
    if isinstance(loaded, Scenario):
        made.append((loaded.without_programmes(), f"{text}.without_programmes()"))
    for one, words in made:
        if one == given:
            return words
    for one, words in made:
        with suppress(InputError):  # of what the same changes cannot be made again
            changes = {path: value_at(given, path) for path in given.changed}
            if one.with_(changes) == given:
                return f"{words}.with_({_plain(changes)!r})"
    return name


def _preset(given: Document) -> Document | None:
    """What comes with jobsim under the same name, or under that of a place without programmes."""
    if isinstance(given, Prices):
        return Prices.load("denmark") if given.name == "denmark" else None
    name = given.name.removesuffix(" without programmes")
    return Scenario.load(name) if name in preset_names() else None
