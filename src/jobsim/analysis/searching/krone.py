"""Which of several options is best, and what a further krone does; may import spread.

Both are read off differences in each replication: options and budgets share their luck. Some
options cannot be told from the best, and a step can be neither clearly worth it nor clearly not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from jobsim.analysis.outcomes.spread import Spread, of_paired, spread
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.text.tables import millions

MISS = 0.05
"""Greatest probability that a statement about several options together is wrong."""
_ROUNDING = 1e-9
"""Differences smaller than this share of the amounts are rounding, not differences."""


@dataclass(frozen=True)
class Best:
    """The best of several options and its rivals.

    Parameters
    ----------
    number : int
        Option with the highest mean.
    near : tuple of int
        Options that the data cannot tell from the best: with 95 % confidence the truly best
        one is among them.
    """

    number: int
    near: tuple[int, ...]


def best_of(values: Floats) -> Best:
    """Find the option with the highest mean, and the options that may be better than all others.

    Parameters
    ----------
    values : float64[n_options, replications]
        Rows that are not a number throughout (failed options) are left out.

    Raises
    ------
    InputError
        If there is no option to choose from.

    Notes
    -----
    An option is dropped if some other one beats it, by a one-sided paired t-test at the level
    0.05 / (n_options − 1). The truly best option can only be dropped by one of n_options − 1 wrong
    tests, so it is dropped with a probability of 5 % at most, however the options depend on each
    other and whichever looks best: subset selection (Gupta 1965,
    Technometrics 7, 225–245) and multiple comparisons with the best (Hsu 1984, Annals of
    Statistics 12, 1136–1144), with Bonferroni's inequality in place of a common variance. With
    one replication nothing is dropped.

    Examples
    --------
    >>> best_of(np.array([[1.0, 2.0, 3.0], [1.1, 2.2, 2.9], [0.0, 1.0, 2.0]]))
    Best(number=1, near=(0, 1))
    """
    played = np.flatnonzero(np.isfinite(values).all(axis=1))
    if not len(played):
        raise InputError("there is no option to choose from: none could be played")
    means = values[played].mean(axis=1)
    near = [int(i) for i in played if not _beaten(values[i], values[played])]
    return Best(int(played[int(np.argmax(means))]), tuple(near))


def _beaten(option: Floats, rivals: Floats) -> bool:
    """Whether one of the rivals (the option itself among them) is clearly better."""
    count = rivals.shape[1]
    if len(rivals) < 2 or count < 2:
        return False
    gain = difference(rivals, option)
    se = gain.std(axis=1, ddof=1) / np.sqrt(count)
    t = stdtrit(count - 1, 1 - MISS / (len(rivals) - 1))
    return bool(np.any(gain.mean(axis=1) - t * se > 0))


def difference(ours: Floats, other: Floats) -> Floats:
    """Paired difference, exactly zero where it is within rounding of the largest amount.

    Parameters
    ----------
    ours, other : float64[…, replications]
    """
    gain = ours - other
    scale = np.maximum(np.abs(ours), np.abs(other)).max(axis=-1, keepdims=True)
    return np.asarray(np.where(np.abs(gain) <= _ROUNDING * scale, 0.0, gain))


def simultaneous(samples: Floats, *, statements: int) -> Spread:
    """Spread of a mean with an interval that holds together with those of other means.

    Bonferroni: each of the intervals holds with 1 − 0.05 / statements, all with 95 %.

    Parameters
    ----------
    samples : float64[replications]
    statements : int, how many intervals hold together
    """
    plain, n = spread(samples), len(samples)
    if n < 2:
        return plain
    half = float(stdtrit(n - 1, 1 - MISS / (2 * statements))) * plain.se
    return replace(plain, ci_low=plain.mean - half, ci_high=plain.mean + half)


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
        high = "beyond the range" if self.high is None else f"{millions(self.high)} m"
        at = "" if self.budget is None else f" at {millions(self.budget)} m"
        again = "; some step above it pays again" if self.pays_again else ""
        return f"{self.verdict}{at} (95 % interval: {millions(self.low)} m to {high}){again}"


def steps_of(budgets: Sequence[float], values: Floats, spent: Floats) -> tuple[BudgetStep, ...]:
    """Steps between neighbouring budgets; budgets that could not be played are stepped over.

    Parameters
    ----------
    budgets : sequence of float, rising
    values, spent : float64[n_budgets, replications]
    """
    played = [int(i) for i in np.flatnonzero(np.isfinite(values).all(axis=1))]
    pairs = list(zip(played, played[1:], strict=False))
    return tuple(
        _step(
            (budgets[i], budgets[j]),
            difference(values[j], values[i]),
            difference(spent[j], spent[i]),
            len(pairs),
        )
        for i, j in pairs
    )


def _step(ends: tuple[float, float], gain: Floats, spent: Floats, steps: int) -> BudgetStep:
    together = simultaneous(gain, statements=steps)
    clearly = 1 if together.ci_low > 0 else -1 if together.ci_high <= 0 else 0
    return BudgetStep(*ends, spread(gain), spread(spent), of_paired(gain, spent), clearly)


def stops_paying(steps: Sequence[BudgetStep]) -> StopsPaying:
    """Find the first step that does not pay.

    The interval holds with 95 % because the signs of all steps do so together: the first step that
    truly does not pay cannot lie before the first one that is not clearly worth it, nor after the
    first one that clearly is not.
    """
    signs = [step.clearly for step in steps]
    loses = [step.low for step in steps if not step.gain.mean > 0]
    first = next((i for i, sign in enumerate(signs) if sign < 1), None)
    sure = next((i for i, sign in enumerate(signs) if sign < 0), None)
    budget = loses[0] if loses else None
    if not steps:
        return StopsPaying("not identified", None, None, None, False)
    if first is None:
        return StopsPaying("pays throughout the range", None, None, None, False)
    low = steps[first].low
    if sure is None:
        return StopsPaying("not identified", budget, low, None, False)
    verdict = "never pays" if all(sign < 0 for sign in signs) else "stops"
    return StopsPaying(verdict, budget, low, steps[sure].low, any(s > 0 for s in signs[sure:]))
