"""All that is played of a trial: draws of its uncertain numbers, and each number by itself.

May import how one draw is played. A worker plays one task at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.setting.case import Case, case_of
from jobsim.analysis.uncertainty.parameter_draws import Draws, as_stated, draws_of
from jobsim.analysis.uncertainty.uncertain_numbers import Uncertain, uncertain
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.trial.playing import Task, Theatre, play


@dataclass(frozen=True)
class Need:
    """One uncertain number, and what it alone would have to be for one outcome.

    Parameters
    ----------
    number : Uncertain
    tried : float64[points], its values in order
    values : float64[points, outcomes], the expected outcomes there
    """

    number: Uncertain
    tried: Floats
    values: Floats

    def needed(self, place: int, target: float) -> float:
        """Value at which an outcome is the target, nearest to what is stated; else not a number.

        Between the values tried the outcome is taken to be a straight line.
        """
        miss = self.values[:, place] - target
        found = [
            self.tried[i] + (self.tried[i + 1] - self.tried[i]) * miss[i] / (miss[i] - miss[i + 1])
            for i in range(len(miss) - 1)
            if miss[i] * miss[i + 1] <= 0 and miss[i] != miss[i + 1]
        ]
        return float(min(found, key=lambda x: abs(x - self.number.value), default=math.nan))


@dataclass(frozen=True)
class Plays:
    """Everything that was played of a trial; outcomes in the units of their estimates.

    Parameters
    ----------
    draws : Draws or None
        None where the setting has no number with a distribution.
    expected : float64[draws, outcomes]
        Effect under each draw.
    both : float64[draws, outcomes]
        One trial under each draw.
    chance : float64[trials, outcomes]
        Trials with every number as stated.
    central : float64[outcomes]
        Effect with every number as stated.
    needs : tuple of Need
    """

    draws: Draws | None
    expected: Floats
    both: Floats
    chance: Floats
    central: Floats
    needs: tuple[Need, ...]


def play_trial(theatre: Theatre, draws: int, how: RunOptions, *, needs: bool) -> Plays:
    """Play everything that a result tells of a trial.

    Parameters
    ----------
    theatre : Theatre
    draws : int
        Draws of the uncertain numbers, and trials by chance alone.
    how : RunOptions, complete
    needs : bool
        Whether to ask what each number alone would have to be.
    """
    case, numbers = _numbers(theatre)
    drawn = _drawn(case, numbers, draws, how["seed"])
    changes = [{}] * draws if drawn is None else drawn.changes()
    many = theatre.futures
    futures = [tuple(range(i * many, (i + 1) * many)) for i in range(draws)]
    tasks = [Task(theatre, {}, tuple(range(many * _CENTRAL)))]
    tasks += [
        Task(theatre, draw, numbers, numbers[:1])
        for draw, numbers in zip(changes, futures, strict=True)
    ]
    trials = [numbers[0] for numbers in futures]
    tasks += [
        Task(theatre, {}, apart=tuple(trials[i : i + _TOGETHER]))
        for i in range(0, draws, _TOGETHER)
    ]
    central, *rest = in_order(play, tasks, how, label=theatre.trial.name)
    expected = np.stack([one.expected for one in rest[:draws]])
    if drawn is None:
        expected[:] = central.expected
    return Plays(
        draws=drawn,
        expected=expected,
        both=np.concatenate([one.apart for one in rest[:draws]]),
        chance=np.concatenate([one.apart for one in rest[draws:]]),
        central=central.expected,
        needs=_needs(theatre, case, numbers, central.expected, how) if needs else (),
    )


_TOGETHER = 20
"""Trials by chance alone that are one task."""
_CENTRAL = 4
"""Times as many futures for the numbers as stated, of which there is one set alone."""


def _numbers(theatre: Theatre) -> tuple[Case, list[Uncertain]]:
    """Uncertain numbers with a distribution: those of the setting and, for money, prices."""
    case = case_of(theatre.stage.setting, theatre.stage.setting, theatre.prices)
    money = any(outcome.payer for outcome in theatre.trial.outcomes)
    known = [one for one in uncertain(case) if one.distribution is not None]
    return case, [one for one in known if money or case.moves_scenario(one.path)]


def _drawn(case: Case, numbers: Sequence[Uncertain], draws: int, seed: int) -> Draws | None:
    if not numbers:
        return None
    return draws_of(case, draws, "auto", [one.path for one in numbers], None, seed)


def _needs(
    theatre: Theatre, case: Case, numbers: Sequence[Uncertain], central: Floats, how: RunOptions
) -> tuple[Need, ...]:
    """Outcomes at some values of each number, the others as stated, on the same luck.

    Values between are played where the ends of a range are on both sides of a published figure.
    """
    futures = tuple(range(theatre.futures * _CENTRAL))
    published = np.array([outcome.estimate for outcome in theatre.trial.outcomes])

    def at(points: Sequence[tuple[Uncertain, float]]) -> list[Floats]:
        draws = [as_stated(case, {one.path: x}) for one, x in points]
        tasks = [Task(theatre, draw, futures) for draw in draws]
        return in_order(_effect, tasks, how, label="one number at a time")

    at_ends = at([(one, end) for one in numbers for end in (one.low, one.high)])
    found = [
        {one.value: central, one.low: low, one.high: high}
        for one, low, high in zip(numbers, at_ends[::2], at_ends[1::2], strict=True)
    ]
    between = [
        (place, (one.value + end) / 2)
        for place, one in enumerate(numbers)
        if _around(np.stack(list(found[place].values())), published)
        for end in (one.low, one.high)
    ]
    inner = at([(numbers[place], x) for place, x in between])
    for (place, x), values in zip(between, inner, strict=True):
        found[place][x] = values
    return tuple(
        Need(one, np.array(sorted(points)), np.stack([points[x] for x in sorted(points)]))
        for one, points in zip(numbers, found, strict=True)
    )


def _around(values: Floats, published: Floats) -> bool:
    """Whether outcomes that differ have a published figure between them."""
    low, high = values.min(axis=0), values.max(axis=0)
    return bool(np.any((low <= published) & (published <= high) & (low < high)))


def _effect(task: Task) -> Floats:
    """The effect of one task; no numbers where the scenario refuses its value."""
    try:
        return play(task).expected
    except InputError:
        return np.full(len(task.theatre.trial.outcomes), np.nan)
