"""What steps from budget to budget bring, and where they stop paying; may import spending.

Steps are read off differences in each replication, since all share their luck: a step can be
neither clearly worth it nor clearly not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from jobsim.analysis.outcomes.accumulators import of_paired
from jobsim.analysis.outcomes.rounding import difference
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.searching.spending import simultaneous
from jobsim.arrays import Floats
from jobsim.text import tables


@dataclass(frozen=True)
class BudgetStep:
    """What the step from one budget to a higher one brings, by paired differences.

    Parameters
    ----------
    low, high : float, the two budgets, DKK a year
    gain : Spread
        Rise of the measure over the whole run, the step's own cost included.
    spent : Spread
        Rise of what the municipality spends on staff and grants over the whole run, DKK.
    per_krone : Spread
        Mean gain over mean spending, with Fieller's interval; not a number where nothing more is
        spent.
    clearly : int
        1 or −1 where the gain is above or below zero with 95 % confidence for all steps together,
        −1 also where it is exactly zero in every replication, else 0.
    """

    low: float
    high: float
    gain: Spread
    spent: Spread
    per_krone: Spread
    clearly: int


@dataclass(frozen=True)
class StopsPaying:
    """The budget from which the next krone no longer pays.

    Parameters
    ----------
    verdict : str
        "stops", "never pays", "pays throughout the range" or "not identified".
    budget : float or None
        First budget of the curve from which the step to the next one brings nothing or a loss, by
        its mean.
    low, high : float or None
        95 % interval of that budget: every step below `low` clearly pays, the one from `high`
        clearly does not. No `high` where no step clearly does not pay.
    pays_again : bool
        Whether some step above `high` clearly pays: the curve is not concave.
    """

    verdict: str
    budget: float | None
    low: float | None
    high: float | None
    pays_again: bool

    def __str__(self) -> str:
        if self.low is None or self.verdict == "never pays":
            return self.verdict
        high = "beyond the range" if self.high is None else f"{tables.millions(self.high)} m"
        at = "" if self.budget is None else f" at {tables.millions(self.budget)} m"
        again = "; some step above it pays again" if self.pays_again else ""
        return f"{self.verdict}{at} (95 % interval: {tables.millions(self.low)} m to {high}){again}"


def steps_of(budgets: Sequence[float], values: Floats, spent: Floats) -> tuple[BudgetStep, ...]:
    """Steps between neighbouring budgets; budgets that could not be played are stepped over.

    Parameters
    ----------
    budgets : sequence of float, rising
    values, spent : float64[n_budgets, replications]
    """
    played = [int(i) for i in np.flatnonzero(np.isfinite(values).all(axis=1))]
    steps = []
    for i, j in pairwise(played):
        gain, more = difference(values[j], values[i]), difference(spent[j], spent[i])
        together = simultaneous(gain, statements=len(played) - 1)
        clearly = 1 if together.ci_low > 0 else -1 if together.ci_high <= 0 else 0
        if len(gain) > 1 and not gain.any():
            clearly = -1
        found = spread(gain), spread(more), of_paired(gain, more)
        steps.append(BudgetStep(budgets[i], budgets[j], *found, clearly))
    return tuple(steps)


def stops_paying(steps: Sequence[BudgetStep]) -> StopsPaying:
    """Find the first step that does not pay.

    The interval holds with 95 % because the signs of all steps do so together: the first step that
    truly does not pay cannot lie before the first one that is not clearly worth it, nor after the
    first one that clearly is not.
    """
    signs = [step.clearly for step in steps]
    first = next((i for i, sign in enumerate(signs) if sign < 1), None)
    sure = next((i for i, sign in enumerate(signs) if sign < 0), None)
    budget = next((step.low for step in steps if not step.gain.mean > 0), None)
    if first is None:
        verdict = "pays throughout the range" if steps else "not identified"
        return StopsPaying(verdict, None, None, None, False)
    low = steps[first].low
    if sure is None:
        return StopsPaying("not identified", budget, low, None, False)
    verdict = "never pays" if all(sign < 0 for sign in signs) else "stops"
    return StopsPaying(verdict, budget, low, steps[sure].low, any(s > 0 for s in signs[sure:]))


@dataclass(frozen=True)
class BestBudget:
    """The budget at which a measure is highest.

    Parameters
    ----------
    budget : float, DKK a year
    near : tuple of float
        Budgets of the curve that the data cannot tell from the best: with 95 % confidence the
        truly best one is among them (see `best_of`).
    """

    budget: float
    near: tuple[float, ...]

    @property
    def low(self) -> float:
        """Lowest budget that may be the best."""
        return min(self.near)

    @property
    def high(self) -> float:
        """Highest budget that may be the best."""
        return max(self.near)
