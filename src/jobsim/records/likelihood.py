"""How probable the spells of a group are, exactly; may import the pieces and numba.

With H the cumulative hazard of a spell without λ and frailty v, a job is found in the week in which
λ v H passes an exponential threshold. One v ~ Gamma(a, r) holds for all spells of a person, with
a = 1/θ and r = a, or for those found on benefit r = a + λ S, S their H before the records (section
3 of the model). With D jobs found, y = λ h their last weeks' hazards, and x the sum of λ H over all
spells less half of the y,

    L = Γ(a + D)/Γ(a) · r^a / (r + x)^(a + D) · Π y · E[Π sinh(v y / 2) / (v y / 2)],

v ~ Gamma(a + D, r + x). The expectation is taken by a 12-node Gauss–Laguerre rule whose weights add
up to 1 (Golub & Welsch 1969, doi:10.1090/S0025-5718-69-99647-1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numba
import numpy as np
from scipy.linalg import eigh_tridiagonal

from jobsim.arrays import Floats, Ints
from jobsim.draws.compiled import STRICT
from jobsim.engines.lowering import decay_of, duration_by_week, past_boosts
from jobsim.engines.tables import Tables
from jobsim.records.pieces import Pieces
from jobsim.scenario import Scenario
from jobsim.scenario.past import past_of

_NODES = 12
_LARGE = 300.0
"""Beyond which a hyperbolic sine would be too large for a float."""


class Effects(NamedTuple):
    """Numbers that decide how a hazard moves within a spell."""

    weibull_shape: float
    meeting_gain: float
    lasting_gain: float
    half_life_weeks: float
    lasting_half_life_weeks: float | None


class Lived(NamedTuple):
    """Cumulative hazards of spells without λ and frailty.

    Parameters
    ----------
    whole, last : float64[spells], of all weeks, and of the last
    before : float64[spells], of the weeks before the records
    """

    whole: Floats
    last: Floats
    before: Floats


def _live_through(spells: Any, pieces: Any, tables: Any, effects: Any, sums: Any) -> None:
    """Add up phase 8 of every week of every spell, as the engines do; write whole and last."""
    first, begin, stop, elapsed = spells
    piece_week, weight, factor = pieces
    duration, cycle, past = tables
    whole, last = sums
    gain, decay, most, lasting_gain, lasting_decay, most_lasting = effects
    for i in range(len(begin)):
        boost, total, h = 0.0, 0.0, 0.0
        lasting = past[elapsed[i]]
        shift = elapsed[i] - begin[i]
        for p in range(first[i], first[i + 1]):
            if weight[p] > 0.0:
                boost = min(boost + gain * weight[p], most)
                lasting = min(lasting + lasting_gain * weight[p], most_lasting)
            end = piece_week[p + 1] if p + 1 < first[i + 1] else stop[i]
            for t in range(piece_week[p], end):
                h = ((duration[t + shift] * cycle[t]) * ((1.0 + boost) + lasting)) * factor[p]
                total += h
                boost *= decay
                lasting *= lasting_decay
        whole[i] = total
        last[i] = h


_njit: Any = numba.njit
_lived_through = _njit(**STRICT)(_live_through)


@dataclass(frozen=True, eq=False)
class GroupSpells:
    """Spells of the persons of one group, and what is known of their hazards.

    Parameters
    ----------
    scenario, tables : Scenario and its Tables
    code : str, the group
    pieces : Pieces, of its persons
    persons : int
    """

    scenario: Scenario
    tables: Tables
    code: str
    pieces: Pieces
    persons: int

    @property
    def _place(self) -> int:
        return list(self.scenario.groups).index(self.code)

    _kept: dict[Effects, Lived] = field(default_factory=dict)
    """What was worked out last, which other hazards and frailties have in common."""

    def lived(self, effects: Effects) -> Lived:
        """Cumulative hazards under some effects."""
        if effects not in self._kept:
            self._kept.clear()
            self._kept[effects] = self._worked_out(effects)
        return self._kept[effects]

    def _worked_out(self, effects: Effects) -> Lived:
        """Cumulative hazards under some effects."""
        pieces, group, meetings = self.pieces, self.scenario.groups[self.code], self._most
        longest = int(pieces.elapsed.max(initial=0))
        length = longest + self.tables.weeks + 1
        changed = group.model_copy(
            update={"weibull_shape": effects.weibull_shape, "lasting_gain": effects.lasting_gain}
        )
        duration = np.array(duration_by_week(changed, length))
        past, during = self._past(changed, effects, length)
        before = np.concatenate([[0.0], np.cumsum(duration * (1.0 + during))])
        numbers = (
            *(effects.meeting_gain, decay_of(effects.half_life_weeks), meetings[0]),
            *(effects.lasting_gain, decay_of(effects.lasting_half_life_weeks), meetings[1]),
        )
        whole, last = np.zeros(len(pieces.begin)), np.zeros(len(pieces.begin))
        _lived_through(
            (pieces.first, pieces.begin, pieces.stop, pieces.elapsed),
            (pieces.week, pieces.weight, pieces.factor),
            (duration, self.tables.people.cycle[self._place], past),
            numbers,
            (whole, last),
        )
        return Lived(whole, last, np.where(pieces.stock, before[pieces.elapsed], 0.0))

    @property
    def _most(self) -> tuple[float, float]:
        effect = self.scenario.meetings
        return effect.max_boost, effect.max_lasting_boost or 0.0

    def _past(self, group: Any, effects: Effects, length: int) -> tuple[Floats, Floats]:
        """Lasting boosts of the weeks before the records; 0 where a meeting has no lasting gain."""
        if not effects.lasting_gain:
            return np.zeros(length), np.zeros(length)
        meetings = self.scenario.meetings.model_copy(
            update={"lasting_half_life_weeks": effects.lasting_half_life_weeks}
        )
        scenario = self.scenario.model_copy(
            update={"groups": {self.code: group}, "meetings": meetings}
        )
        past, during = past_boosts(scenario, past_of(self.scenario), length)
        return past[0], during[0]

    def loglikelihood(self, hazard: float, frailty: float, effects: Effects) -> float:
        """Logarithm of how probable the spells are.

        Parameters
        ----------
        hazard : float, per week, > 0
        frailty : float, variance; 0 for none
        effects : Effects
        """
        lived, pieces = self.lived(effects), self.pieces
        half = np.where(pieces.placed, lived.last / 2, 0.0)
        x, before = (
            np.asarray(hazard * np.bincount(pieces.person, one, self.persons), dtype=np.float64)
            for one in (lived.whole - half, lived.before)
        )
        y = hazard * lived.last[pieces.placed]
        if (y <= 0).any():
            return -np.inf  # a job was found in a week without hazard
        jobs = pieces.person[pieces.placed]
        return loglikelihood(x, before, y, np.bincount(jobs, minlength=self.persons), frailty)


def loglikelihood(x: Floats, before: Floats, y: Floats, jobs: Ints, frailty: float) -> float:
    """Logarithm of the product of L over persons, as the head of this file has it.

    Parameters
    ----------
    x, before : float64[persons]
        ``λ H`` less half of the last weeks, and ``λ S``.
    y : float64[jobs found], in order of person
    jobs : int64[persons], how many each found
    frailty : float, variance; 0 for none

    Examples
    --------
    >>> one = np.array([0.2]), np.zeros(1), np.array([0.1]), np.array([1])
    >>> likelihood = np.exp(loglikelihood(*one, 0.5))
    >>> bool(np.isclose(likelihood, (2 / 2.15) ** 2 - (2 / 2.25) ** 2))  # of surviving 0.15, 0.25
    True
    """
    last = float(np.log(y).sum())
    if frailty == 0:
        return last - float(x.sum()) + float(_log_sinhc(y / 2).sum())
    a = 1.0 / frailty
    rate = a + before
    found = last - float((a * np.log1p(x / rate) + jobs * np.log(rate + x)).sum())
    first = np.cumsum(jobs) - jobs
    for number in range(1, int(jobs.max(initial=0)) + 1):
        whose = np.flatnonzero(jobs == number)
        if not len(whose):
            continue
        found += len(whose) * float(np.log(a + np.arange(number)).sum())
        nodes, weights = _rule(a + number)
        v = nodes / (rate + x)[whose, None]
        of_each = y[first[whose, None] + np.arange(number)]
        logs = _log_sinhc(v[:, None, :] * of_each[:, :, None] / 2).sum(axis=1)
        top = logs.max(axis=1, keepdims=True)
        found += float((top[:, 0] + np.log(np.exp(logs - top) @ weights)).sum())
    return found


def _log_sinhc(z: Floats) -> Floats:
    """``log(sinh(z) / z)`` of numbers of 0 and more."""
    small, large = np.clip(z, 1e-8, _LARGE), np.maximum(z, _LARGE)
    usual = np.log(np.sinh(small) / small)
    return np.where(z > _LARGE, large - np.log(2 * large), usual)


@lru_cache(maxsize=64)
def _rule(shape: float) -> tuple[Floats, Floats]:
    """Nodes and weights of Gamma(shape, 1): of a generalised Gauss–Laguerre rule, weights / Γ."""
    k = np.arange(_NODES)
    nodes, vectors = eigh_tridiagonal(
        2 * k + shape, np.sqrt(k[1:] * (k[1:] + shape - 1)), check_finite=False
    )
    return nodes, vectors[0] ** 2
