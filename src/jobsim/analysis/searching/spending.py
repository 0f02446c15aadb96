"""Yearly budgets by path, the best division of a total over several, and which option is best.

The search goes over a lattice of divisions, then from the best to its neighbours. Options and
budgets share their luck, so that both are read off differences in each replication; some options
cannot be told from the best. May import rounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, permutations

import numpy as np
from scipy.special import stdtrit

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.rounding import difference, level
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.cells import Cells, Rounds
from jobsim.analysis.setting.case import Case
from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.errors import InputError, nearest, text_of
from jobsim.scenario import Scenario
from jobsim.scenario.paths import value_at

CONSULTANTS = "small_jobs.consultants"
_MOST_POINTS = 66
_MOST_DIVISIONS = 20
_HALVINGS = 3
_FINEST = 2**_HALVINGS
"""Units of money in one step of the lattice."""
SPENT = quantity("programme_cost")
"""Measured beside every aim."""

Division = tuple[int, ...]
"""Units of each part; they add up to the whole."""


def budget_paths(scenario: Scenario) -> tuple[str, ...]:
    """Paths of all yearly budgets: programmes, consultants, supports, each in order of the file.

    Examples
    --------
    >>> import jobsim as js
    >>> budget_paths(js.Scenario.load("kolding-2018"))
    ('small_jobs.consultants.budget_per_year',)
    """
    jobs = scenario.small_jobs
    places = [f"programmes.{code}" for code in scenario.programmes]
    places += [CONSULTANTS] if jobs is not None and jobs.consultants is not None else []
    places += [f"supports.{code}" for code in scenario.supports]
    return tuple(f"{place}.budget_per_year" for place in places)


def budget_path(scenario: Scenario, path: str | None) -> str:
    """Check the path of a yearly budget; without one, the first that there is.

    Raises
    ------
    InputError
        If the scenario has no such budget, or none at all.
    """
    known = budget_paths(scenario)
    if not known:
        raise InputError(f"{scenario.name}: has no programme, consultants or support to invest in")
    if path is None:
        return known[0]
    if text_of("path", path) not in known:
        raise InputError(f"path: {path!r} is no yearly budget{nearest(str(path), known)}")
    return path


def budget_label(scenario: Scenario, path: str) -> str:
    """Words for tables and axes: the label of the programme or support, or "Consultants"."""
    place = path.removesuffix(".budget_per_year")
    return "Consultants" if place == CONSULTANTS else str(value_at(scenario, f"{place}.label"))


def present_budget(scenario: Scenario, path: str) -> float:
    """Yearly budget that the scenario states, the highest of its steps (DKK)."""
    schedule = value_at(scenario, path)
    assert isinstance(schedule, Schedule)
    return max(schedule.values)


def whole_unit_cost(scenario: Scenario, path: str) -> float:
    """Yearly cost of one more whole place or grant, at the prices of the first day.

    Budgets closer to each other than this buy no further place (only more time for those who have
    one) and no further grant.

    Returns
    -------
    float, DKK a year; 0 where money is not cut into whole units (consultants)
    """
    name, code = path.split(".")[:2]
    start = scenario.horizon.start
    if name == "programmes":
        programme = scenario.programmes[code]
        cost = programme.cost_per_fte_year.on(start)
        return cost / programme.caseload_limit if programme.caseload_limit > 0 else math.inf
    return scenario.supports[code].unit_cost.on(start) if name == "supports" else 0.0


def lattice(parts: int, divisions: int) -> Iterator[Division]:
    """All ways of dividing a number of units into parts: the {parts, divisions} simplex lattice.

    Scheffé 1958, Journal of the Royal Statistical Society B 20, 344–360.

    Examples
    --------
    >>> list(lattice(2, 2))
    [(0, 2), (1, 1), (2, 0)]
    """
    places = divisions + parts - 1  # of units in a row, with bars between the parts
    for bars in combinations(range(places), parts - 1):
        yield tuple(b - a - 1 for a, b in pairwise((-1, *bars, places)))


def lattice_divisions(parts: int) -> int:
    """Most divisions, at least one, with which a lattice has no more points than allowed.

    Examples
    --------
    >>> [lattice_divisions(k) for k in (1, 2, 3, 4)]
    [20, 20, 10, 5]
    """
    sizes = range(_MOST_DIVISIONS, 1, -1)
    return next((n for n in sizes if math.comb(n + parts - 1, parts - 1) <= _MOST_POINTS), 1)


def transfers(split: Division, units: int) -> Iterator[Division]:
    """All splits that differ by moving some units from one part to another.

    Examples
    --------
    >>> sorted(transfers((3, 0, 1), 1))
    [(2, 0, 2), (2, 1, 1), (3, 1, 0), (4, 0, 0)]
    """
    for source, target in permutations(range(len(split)), 2):
        if split[source] >= units:
            moved = list(split)
            moved[source] -= units
            moved[target] += units
            yield tuple(moved)


def money_of(
    scenario: Scenario, parts: tuple[str, ...], amounts: Iterable[float]
) -> dict[str, object]:
    """Budgets by path that give each part its amount.

    The budget of a programme also holds the money of the supports that are paid from it.

    Parameters
    ----------
    scenario : Scenario
    parts : tuple of str, paths of budgets
    amounts : float for each part, DKK a year
    """
    money = dict(zip(parts, amounts, strict=True))
    paid_out = _paid_out(scenario, money)
    return {path: amount + paid_out.get(path, 0.0) for path, amount in money.items()}


def present_division(scenario: Scenario, parts: tuple[str, ...]) -> Floats:
    """Amounts that the scenario gives to the parts (float64[parts], DKK a year)."""
    budgets = {path: present_budget(scenario, path) for path in parts}
    paid_out = _paid_out(scenario, budgets)
    return np.array([max(0.0, x - paid_out.get(path, 0.0)) for path, x in budgets.items()])


def _paid_out(scenario: Scenario, money: Mapping[str, float]) -> dict[str, float]:
    """Money of supports by the path of the programme's budget that it is paid from."""
    paid: dict[str, float] = {}
    for code, support in scenario.supports.items():
        path = f"programmes.{support.paid_from}.budget_per_year"
        paid[path] = paid.get(path, 0.0) + money.get(f"supports.{code}.budget_per_year", 0.0)
    return paid


@dataclass
class Splitting:
    """Divisions played so far, each once.

    Parameters
    ----------
    case : Case
    parts : tuple of str, paths of budgets
    total : float, DKK a year
    aim : Quantity, more is better
    rounds : Rounds, of the aim, SPENT and weeks off benefit
    """

    case: Case
    parts: tuple[str, ...]
    total: float
    aim: Quantity
    rounds: Rounds
    found: dict[Division, Floats] = field(default_factory=dict)
    even: tuple[Division, ...] = ()
    """Divisions of the lattice."""
    units: int = 1

    def search(self) -> None:
        """Look for the best division."""
        parts = len(self.parts)
        divisions = lattice_divisions(parts)
        self.units = divisions * _FINEST
        self.even = tuple(tuple(_FINEST * k for k in one) for one in lattice(parts, divisions))
        self._play(self.even)
        for halving in range(1, _HALVINGS + 1):
            last = None
            while last != self.best:  # money is moved between parts as long as that helps
                last = self.best
                self._play(transfers(last, _FINEST >> halving))

    @property
    def best(self) -> Division:
        """Division with the highest mean; among equal ones the first in order of the parts."""
        known = sorted(self.found, reverse=True)
        return known[_highest(np.stack([self.found[one] for one in known]))]

    def amounts(self, split: Division) -> tuple[float, ...]:
        """Money of each part, DKK a year."""
        return tuple(self.total * part / self.units for part in split)

    def _play(self, splits: Iterable[Division]) -> None:
        new = [split for split in dict.fromkeys(splits) if split not in self.found]
        if new:
            cells = self.play(self.rounds, [self.amounts(split) for split in new])
            values = cells.of(self.aim)
            self.found.update(zip(new, values, strict=True))

    def play(self, rounds: Rounds, amounts: Iterable[Iterable[float]]) -> Cells:
        """Play some amounts for each part, DKK a year."""
        scenario = self.case.scenario
        changes = [money_of(scenario, self.parts, row) for row in amounts]
        return rounds.play(self.case, changes)


MISS = 0.05
"""Greatest probability that a statement about several options together is wrong."""


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
    near = [int(i) for i in played if not _beaten(values[i], values[played])]
    return Best(int(played[_highest(values[played])]), tuple(near))


def _highest(values: Floats) -> int:
    """First of the options with the highest mean; means that are no numbers count as lowest."""
    least = np.finfo(np.float64).min
    means = np.nan_to_num(values.mean(axis=1), nan=least, neginf=least)
    return int(np.argmax(level(means)))


def _beaten(option: Floats, rivals: Floats) -> bool:
    """Whether one of the rivals (the option itself among them) is clearly better."""
    count = rivals.shape[1]
    if len(rivals) < 2 or count < 2:
        return False
    gain = difference(rivals, option)
    se = gain.std(axis=1, ddof=1) / np.sqrt(count)
    t = stdtrit(count - 1, 1 - MISS / (len(rivals) - 1))
    return bool(np.any(gain.mean(axis=1) - t * se > 0))


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
