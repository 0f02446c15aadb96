"""Numbers for which a count is enough: other exits, no-shows, jobs lost; may import the events.

Each is a chance taken week by week, or meeting by meeting: an event of weekly hazard μ happens with
probability 1 − exp(−m μ), m a known multiplier. With the weeks in which it happened and in which it
did not, the likelihood is that of independent trials, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from jobsim.arrays import Bools, Floats, Ints
from jobsim.engines.tables import Tables
from jobsim.records.events import BENEFIT, CODE, LEADS_TO, WORK, Events
from jobsim.records.pieces import tracks_of
from jobsim.scenario import Scenario
from jobsim.scenario.fields import WeekStep
from jobsim.vocabulary import ROUTES

_HALF_CRITICAL = 1.9207294103470555
"""Half the 95 % quantile of chi-squared with one degree of freedom."""


@dataclass(frozen=True, eq=False)
class Count:
    """How often something happened, and how often it could have.

    Parameters
    ----------
    path : str, of the number that it tells, in the scenario
    step : int or None, week from which the number holds, where it is a step of a list
    persons, with_event, without_event : int
        Persons at risk, those to whom it happened, and those to whom, some time, it did not.
    happened, not_happened : mapping of multiplier to number of trials
    probability : bool
        Whether the number is a probability; else a weekly hazard.
    """

    path: str
    persons: int
    with_event: int
    without_event: int
    happened: dict[float, int]
    not_happened: dict[float, int]
    probability: bool = False
    step: int | None = None

    @property
    def events(self) -> int:
        """How often it happened."""
        return sum(self.happened.values())

    @property
    def _exposure(self) -> float:
        return sum(m * number for m, number in self.not_happened.items())

    def _slope(self, hazard: float) -> float:
        """Derivative of the log-likelihood by the hazard."""
        rise = sum(n * m / math.expm1(min(700.0, m * hazard)) for m, n in self.happened.items())
        return rise - self._exposure

    def _height(self, hazard: float) -> float:
        """Logarithm of the likelihood."""
        return sum(
            n * math.log(-math.expm1(-m * hazard)) for m, n in self.happened.items() if n
        ) - (hazard * self._exposure)

    @property
    def hazard(self) -> float:
        """Most probable weekly hazard; infinite where it always happened."""
        from scipy.optimize import brentq

        if not self.events:
            return 0.0
        if not self._exposure:
            return math.inf
        high = 1.0
        while self._slope(high) > 0:
            high *= 2
        return float(brentq(self._slope, 1e-12, high, xtol=1e-15, rtol=1e-12))

    @property
    def estimate(self) -> float:
        """Most probable value of the number."""
        return self._number(self.hazard)

    def _number(self, hazard: float) -> float:
        return -math.expm1(-hazard) if self.probability else hazard

    @property
    def se(self) -> float:
        """Standard error by the observed information; NaN where it never or always happened."""
        hazard = self.hazard
        if not 0 < hazard < math.inf:
            return math.nan
        information = sum(
            n * (m / (2 * math.sinh(min(300.0, m * hazard / 2)))) ** 2
            for m, n in self.happened.items()
        )
        stretch = math.exp(-hazard) if self.probability else 1.0
        return stretch / math.sqrt(information)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval by the likelihood ratio."""
        from scipy.optimize import brentq

        hazard = self.hazard
        if hazard == 0:
            return 0.0, self._number(_HALF_CRITICAL / self._exposure)
        top = 0.0 if math.isinf(hazard) else self._height(hazard)

        def over(log: float) -> float:
            return self._height(math.exp(log)) - top + _HALF_CRITICAL

        middle = math.log(min(hazard, 50.0))
        low, high = middle, middle
        while over(low) > 0:
            low -= 1.0
        ends = [float(brentq(over, low, middle)) if over(middle) > 0 else middle]
        if math.isinf(hazard):
            return self._number(math.exp(ends[0])), self._number(math.inf)
        while over(high) > 0:
            high += 1.0
        ends.append(float(brentq(over, middle, high)))
        return self._number(math.exp(ends[0])), self._number(math.exp(ends[1]))


def counts_of(events: Events, scenario: Scenario, tables: Tables, group: int) -> list[Count]:
    """Everything about a group for which a count is enough, and for which there was a chance."""
    code = list(scenario.groups)[group]
    mine = events.group[events.person] == group
    found = [
        _other_exits(events, mine),
        _outcomes(events, mine, "no_show_probability", "no_show", "meeting"),
        _meeting_exits(events, mine),
        _outcomes(events, mine, "return_share", "return", "not_returned"),
        *_job_losses(events, mine, scenario, tables, group),
    ]
    return [
        Count(f"groups.{code}.{one.path}", *_rest(one))
        for one in found
        if sum(one.happened.values()) + sum(one.not_happened.values())
    ]


def _rest(one: Count) -> Iterator[Any]:
    names = ("persons", "with_event", "without_event", "happened", "not_happened")
    return (getattr(one, name) for name in (*names, "probability", "step"))


def _persons(events: Events, rows: Bools) -> int:
    return len(np.unique(events.person[rows]))


def _outcomes(events: Events, mine: Bools, name: str, yes: str, no: str) -> Count:
    """A probability that either of two events happens."""
    happened, other = mine & events.is_(yes), mine & events.is_(no)
    return Count(
        name,
        _persons(events, happened | other),
        _persons(events, happened),
        _persons(events, other),
        {1.0: int(happened.sum())},
        {1.0: int(other.sum())},
        probability=True,
    )


def _meeting_exits(events: Events, mine: Bools) -> Count:
    met, settled = mine & events.is_("meeting"), mine & events.is_("meeting_exit")
    happened = int(settled.sum())
    return Count(
        "meeting_exit_probability",
        _persons(events, met),
        _persons(events, settled),
        _persons(events, met),
        {1.0: happened},
        {1.0: int(met.sum()) - happened},
        probability=True,
    )


def _other_exits(events: Events, mine: Bools) -> Count:
    """Exits that no meeting settled, over the weeks whose last phase found the person on benefit.

    Whoever finds a job in a week, or leaves as a meeting of that week has settled, takes no chance
    of another exit in it.
    """
    begins, closing = _stays(events, mine, BENEFIT)
    person, week = events.person[begins], events.week[begins]
    stop = np.where(closing >= 0, events.week[closing], events.until[person])
    key = events.person * (int(events.week.max()) + 1) + events.week
    left = (closing >= 0) & (events.code[closing] == CODE["other_exit"])
    left &= ~np.isin(key[closing], key[events.is_("meeting_exit")])
    return Count(
        "other_exit_hazard_per_week",
        len(np.unique(person)),
        len(np.unique(person[left])),
        len(np.unique(person)),
        {1.0: int(left.sum())},
        {1.0: int((stop - week).sum())},
    )


def _stays(events: Events, mine: Bools, where: int) -> tuple[Ints, Ints]:
    """Rows with which stays somewhere begin, and end; -1 where records end before."""
    begins = np.flatnonzero(mine & (LEADS_TO[events.code] == where))
    closing = np.full(len(events.code), -1)
    leading = np.flatnonzero((LEADS_TO[events.code] > 0) & (events.before >= 0))
    closing[events.before[leading]] = leading
    ends = closing[begins]
    followed = (ends >= 0) & (events.code[ends] != CODE["censored"])
    return begins, np.where(followed, ends, -1)


def _job_losses(
    events: Events, mine: Bools, scenario: Scenario, tables: Tables, group: int
) -> Iterator[Count]:
    """By step of the scenario's list: jobs lost in the weeks of a job from there on."""
    begins, closing = _stays(events, mine, WORK)
    person, week = events.person[begins], events.week[begins]
    pool = events.code[begins] == CODE["start_employed"]
    held = np.where(pool, events.value[begins], 0)
    first = np.where(pool, week, week + 1)
    lost = closing >= 0
    length = held + np.where(lost, events.week[closing], events.until[person]) - first
    survived = np.maximum(length - 1, held)  # a job of d weeks is lost in the d-th, or later
    multiplier = _multipliers(events, tables, begins, pool)
    steps = list(scenario.groups.values())[group].job_loss_hazard_per_week
    for place, step in enumerate(steps):
        low, high = step.from_week, _end(steps, place)
        inside = np.clip(survived, low, high) - np.clip(held, low, high)
        here = lost & (low <= survived) & (survived < high)
        at_risk = (inside > 0) | here
        yield Count(
            "job_loss_hazard_per_week",
            len(np.unique(person[at_risk])),
            len(np.unique(person[here])),
            len(np.unique(person[at_risk])),
            _by(multiplier[here], np.ones(int(here.sum()))),
            _by(multiplier, inside),
            step=step.from_week,
        )


def _end(steps: tuple[WeekStep, ...], place: int) -> int:
    return steps[place + 1].from_week if place + 1 < len(steps) else 1 << 40


def _by(multiplier: Floats, number: Any) -> dict[float, int]:
    """Sums by multiplier, without that of jobs that are never lost."""
    kinds, places = np.unique(multiplier, return_inverse=True)
    sums = np.bincount(places, number, len(kinds)).astype(int).tolist()
    return {float(m): n for m, n in zip(kinds.tolist(), sums, strict=True) if m > 0}


def _multipliers(events: Events, tables: Tables, begins: Ints, pool: Bools) -> Floats:
    """Multiplier of each job: of the track it was found from and, by the ramp, of small jobs."""
    found = tables.services.job_loss_multiplier[tracks_of(events)[begins]]
    by_ramp = events.value[begins] == ROUTES.index("ramp")
    found = np.where(by_ramp, found * tables.ramp.job_loss_multiplier, found)
    return np.where(pool, 1.0, found)
