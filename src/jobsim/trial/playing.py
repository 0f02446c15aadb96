"""Play a trial: what it would find on average, what it could find by chance, draw by draw.

May import engines, the ledger, how to play, and draws of parameters. Two arms that are played with
the same keys are the same people, and their difference is the effect alone; with other keys they
are other people, as in a trial.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from jobsim.analysis.outcomes.measures import net
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.setting.case import PRICES, case_of
from jobsim.arrays import Floats, Ints
from jobsim.engines.choice import chosen_engine, engine_named, refuse_unplayed
from jobsim.engines.elements import elements_in
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import build_roster
from jobsim.engines.simulate import batches, refuse_too_many_rows
from jobsim.engines.size import expected_persons
from jobsim.engines.volumes import EventLog, dataset
from jobsim.errors import InputError
from jobsim.ledger import Prices, post
from jobsim.ledger.posting import sums
from jobsim.trial.document import MONEY, Trial
from jobsim.trial.lives import MEASURES, Lives, joined, lives_of
from jobsim.trial.staging import Stage, World, stage_of

_ENOUGH = 5_000
"""Participants over whom an effect is averaged."""
_APART = 2**31
"""Between the numbers of the futures of arms that are different people."""


@dataclass(frozen=True)
class Played:
    """What is kept of one arm in some futures.

    Parameters
    ----------
    lives : Lives
    costs : mapping of payer to float64[futures], DKK
    """

    lives: Lives
    costs: Mapping[str, Floats]

    def future(self, place: int) -> Played:
        """One of the futures."""
        costs = {payer: some[place : place + 1] for payer, some in self.costs.items()}
        return Played(self.lives.future(place), costs)


@dataclass(frozen=True)
class Theatre:
    """Everything that a worker needs to play a trial.

    Parameters
    ----------
    stage : Stage
    prices : Prices
    seed : int
    engine : str
    enough : int
        Participants of an arm over whom the effect of one draw is averaged, at least.
    """

    stage: Stage
    prices: Prices
    seed: int
    engine: str
    enough: int

    @property
    def trial(self) -> Trial:
        """The file."""
        return self.stage.trial

    @property
    def futures(self) -> int:
        """Futures over which the effect of one draw is averaged."""
        return math.ceil(self.enough / (self.in_every_arm * self.stage.turns))

    def played(
        self, world: World, numbers: Sequence[int], prices: Prices, first: int | None = None
    ) -> dict[str, Played]:
        """Some futures of a world: what became of each of its arms, or of the first so many."""
        several = [
            self._batch(world, batch, prices, first)
            for batch in batches(world.scenario, np.array(numbers, dtype=np.int64))
        ]
        return {arm: _together([one[arm] for one in several]) for arm in world.groups}

    @property
    def in_every_arm(self) -> int:
        """Participants of the smallest arm: the first so many are the same people in all arms."""
        return min(arm.persons for arm in self.trial.arms.values())

    def _batch(
        self, world: World, numbers: Ints, prices: Prices, first: int | None
    ) -> dict[str, Played]:
        tables, log = tables_of(world.scenario), EventLog()
        volumes = engine_named(self.engine, 1)(tables, self.seed, numbers, log)
        roster = build_roster(tables, self.seed, numbers)
        codes, weeks = list(world.scenario.groups), self.trial.setting.weeks
        payers = sorted({str(one.payer) for one in self.trial.outcomes if one.payer})
        costs = {}
        if payers:
            amounts = sums(post(dataset(tables, volumes, numbers), world.scenario, prices))
            costs = {payer: -net(amounts, payer).sum(axis=1) for payer in payers}
        people = self.trial.participants
        return {
            arm: Played(lives_of(log, roster, codes.index(group), people, weeks, first), costs)
            for arm, group in world.groups.items()
        }


@dataclass(frozen=True)
class Task:
    """One set of values of the uncertain numbers, and the futures in which it is played.

    Parameters
    ----------
    theatre : Theatre
    draw : mapping of path to value; prices after "prices."
    paired : tuple of int
        Futures over which the effect is averaged, on the same luck for all arms.
    apart : tuple of int
        Trials, whose arms are different people; the number is that of the first arm's future.
    """

    theatre: Theatre
    draw: Mapping[str, Any]
    paired: tuple[int, ...] = ()
    apart: tuple[int, ...] = ()


@dataclass(frozen=True)
class Found:
    """Contrasts of all outcomes, in the units of their estimates.

    Parameters
    ----------
    expected : float64[outcomes], the effect; empty where it was not asked for
    apart : float64[trials, outcomes]
    """

    expected: Floats
    apart: Floats


def play(task: Task) -> Found:
    """Play one task.

    Raises
    ------
    InputError
        If the scenario refuses a value drawn; the line begins with the name of the trial.
    """
    theatre, trial = task.theatre, task.theatre.trial
    own = {path: x for path, x in task.draw.items() if not path.startswith(PRICES)}
    priced = {path.removeprefix(PRICES): x for path, x in task.draw.items() if path not in own}
    prices = theatre.prices.with_(priced) if priced else theatre.prices
    turns = range(theatre.stage.turns if task.paired else 1)
    try:
        worlds = [theatre.stage.worlds(own, turn) for turn in turns]
    except InputError as error:
        raise type(error)(f"{trial.name}: {error}") from error
    paired: list[dict[str, Played]] = []
    expected = np.zeros(0)
    if task.paired:
        same = theatre.in_every_arm
        paired = [theatre.played(one, task.paired, prices, same) for turn in worlds for one in turn]
        arms = {code: [some[code] for some in paired if code in some] for code in trial.arms}
        expected = _contrasts(trial, {code: _together(some) for code, some in arms.items()})
    trials: list[dict[str, Played]] = [{} for _ in task.apart]
    for place, world in enumerate(worlds[0] if task.apart else ()):
        numbers = [number + place * _APART for number in task.apart]
        known = place == 0 and task.apart == task.paired[: len(task.apart)]
        known &= all(trial.arms[arm].persons == theatre.in_every_arm for arm in world.groups)
        played = paired[0] if known else theatre.played(world, numbers, prices)
        for i, one in enumerate(trials):
            one.update({code: arm.future(i) for code, arm in played.items()})
    apart = np.array([_contrasts(trial, one) for one in trials])
    return Found(expected, apart.reshape(len(trials), len(trial.outcomes)))


def _together(some: Sequence[Played]) -> Played:
    if len(some) == 1:
        return some[0]
    payers = some[0].costs
    costs = {payer: np.concatenate([one.costs[payer] for one in some]) for payer in payers}
    return Played(joined([one.lives for one in some]), costs)


def _contrasts(trial: Trial, arms: Mapping[str, Played]) -> Floats:
    """Every outcome, as it was published."""
    found = []
    for outcome in trial.outcomes:
        levels = []
        for code in trial.compared(outcome):
            one = arms[code]
            if outcome.measure == MONEY:
                cost = float(np.mean(one.costs[str(outcome.payer)]))
                levels.append(cost / trial.arms[code].persons)
            else:
                levels.append(MEASURES[outcome.measure](one.lives, outcome.by_week))
        first, *second = levels
        if outcome.contrast == "ratio":
            value = first / second[0] - 1 if second[0] else math.nan
        else:
            value = first - sum(second)
        found.append(outcome.scale * value)
    return np.array(found)


def theatre_of(trial: Trial, how: RunOptions, draws: int) -> Theatre:
    """Look up what a trial needs, and refuse what cannot be played before anything is.

    Raises
    ------
    InputError
        If something of the trial is not valid or too large; the line begins with its name.
    """
    try:
        stage = stage_of(trial)
        worlds = stage.worlds({})
        for world in worlds:
            refuse_too_many_rows(world.scenario, tables_of(world.scenario), 1)
        money = any(outcome.payer for outcome in trial.outcomes)
        prices = case_of(stage.setting, None, how["prices"]).prices if money else _no_prices(how)
        work = sum(expected_persons(world.scenario) for world in worlds) * trial.setting.weeks
        elements = {code for world in worlds for code in elements_in(world.scenario)}
        found = Theatre(stage, prices, how["seed"], "", _ENOUGH)
        plays = draws * (found.futures * stage.turns + 2)
        engine = chosen_engine(how["engine"], work * plays, elements)
        for world in worlds:
            refuse_unplayed(world.scenario, engine)
    except InputError as error:
        raise type(error)(f"{trial.name}: {error}") from error
    return replace(found, engine=engine)


def _no_prices(how: RunOptions) -> Prices:
    return how["prices"] or Prices.load("denmark")
