"""How one total is best divided over programmes, consultants and supports; may import spending."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np

from jobsim.analysis.outcomes.accumulators import of_paired
from jobsim.analysis.outcomes.off_benefit import QUANTITIES, OffBenefit, off_benefit
from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result, about
from jobsim.analysis.outcomes.rounding import difference
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.cells import Rounds
from jobsim.analysis.playing.options import RunOptions, numbers_of, takes_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.playing.workers import kept_workers
from jobsim.analysis.searching import spending
from jobsim.analysis.setting.case import case_of
from jobsim.arrays import Bools, Floats
from jobsim.errors import InputError, texts_of
from jobsim.scenario import Scenario
from jobsim.text import tables

if TYPE_CHECKING:
    import pandas as pd

_NONE = Spread(math.nan)
_CUT = 0.1
"""Share of the total that counts as the last krone: several whole places and grants."""
_MOST_PROCESSES = 64


@dataclass(frozen=True)
class BudgetPart:
    """What the best division gives to one budget.

    Parameters
    ----------
    path, label : str
    budget : float, DKK a year
    low, high : float
        Least and most among the divisions played that the data cannot tell from the best.
    next_krone : Spread
        Gain of the aim per further krone spent here, the rest staying (per million DKK if the aim
        is not money).
    present : float
        What it gets if the total is divided as the scenario divides its budgets, DKK a year; not
        a number where these are all zero.
    """

    path: str
    label: str
    budget: float
    low: float
    high: float
    next_krone: Spread
    present: float


@dataclass(frozen=True, repr=False, eq=False)
class Allocation(Result):
    """The best division of a total, how much it brings and how flat the top is.

    The division was chosen on one set of replications; `value` and everything after it are of as
    many further ones, which had no say in the choice and so do not flatter it. Its table has one
    line per budget and one for the total; `divisions_frame` has every division played.

    Parameters
    ----------
    record : RunRecord, of the choice
    aim : Quantity, more is better
    total : float, DKK a year
    parts : tuple of BudgetPart
    splits : float64[n_splits, n_parts]
        Every division played, DKK a year.
    values : float64[n_splits, replications], the aim in the replications that chose
    even : bool[n_splits], whether the division belongs to the evenly spread lattice
    value : Spread
        The aim with the best division, scenario − baseline.
    spent : Spread
        What is really spent with it beyond the baseline, over the whole run (DKK): money that buys
        no whole grant, or grants that nobody needs, stays in the purse.
    over_nothing, over_present : Spread
        Its difference to spending nothing, and to dividing the total as the scenario divides its
        budgets (not a number where these are all zero).
    shadow_price : Spread
        Gain per krone of the last tenth of the total, all parts being cut alike (per million DKK
        if the aim is not money).
    weeks : OffBenefit
        Weeks off benefit by where they go, with the best division.

    Examples
    --------
    >>> import jobsim as js
    >>> found = allocate(js.Scenario.load("kolding-2018"), 1e6, replications=4, progress=False)
    >>> [(part.label, part.budget) for part in found.parts]
    [('Consultants', 1000000.0)]
    """

    record: RunRecord
    aim: Quantity
    total: float
    parts: tuple[BudgetPart, ...]
    splits: Floats
    values: Floats
    even: Bools
    value: Spread
    spent: Spread
    over_nothing: Spread
    over_present: Spread
    shadow_price: Spread
    weeks: OffBenefit
    _name: ClassVar = "answer"
    _keys: ClassVar = ("path",)

    @cached_property
    def best(self) -> spending.Best:
        """Number of the best division and of those that the data cannot tell from it."""
        return spending.best_of(self.values)

    @property
    def evaluations(self) -> int:
        """Divisions played."""
        return len(self.splits)

    @property
    def flat_share(self) -> float:
        """Share of the evenly spread divisions that the data cannot tell from the best."""
        return float(np.isin(np.flatnonzero(self.even), self.best.near).mean())

    @property
    def verdict(self) -> str:
        """Whether the total is worth spending at all, for this aim."""
        gain = self.over_nothing
        agree = tables.all_the_same(gain)
        if gain.ci_high < 0 or (agree and gain.mean < 0):
            return "spending nothing is better"
        if gain.ci_low > 0 or (agree and gain.mean > 0):
            return "better than spending nothing"
        return "the data cannot tell it from spending nothing"

    def _lines(self) -> Iterator[dict[str, object]]:
        """One for each budget and, last, one for the total, with the aim that it brings."""
        for part in self.parts:
            where = {"path": part.path, "label": part.label, "budget_per_year": part.budget}
            ends = {"budget_ci_low": part.low, "budget_ci_high": part.high}
            yield {**where, **ends, **self._brought(part.next_krone, _NONE, _NONE)}
        where = {"path": "total", "label": "Total", "budget_per_year": self.total}
        ends = {"budget_ci_low": self.total, "budget_ci_high": self.total}
        yield {**where, **ends, **self._brought(self.shadow_price, self.value, self.over_nothing)}

    def _brought(self, krone: Spread, aim: Spread, gain: Spread) -> dict[str, object]:
        """Columns of what a krone more, and the whole of it, bring."""
        found = {"next_krone": krone, "over_nothing": gain}
        more = {
            f"{name}{end}": x
            for name, one in found.items()
            for end, x in (("", one.mean), ("_ci_low", one.ci_low), ("_ci_high", one.ci_high))
        }
        return {**about(self.aim), **vars(aim), "unit": self.aim.unit, **more}

    def divisions_frame(self) -> pd.DataFrame:
        """One line per division played: budgets, the aim, and how far from the best."""
        import pandas as pd

        return pd.DataFrame(self._divisions())

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what was found, and every division played."""
        return {**super().frames(), "divisions": self.divisions_frame()}

    def _divisions(self) -> Iterator[dict[str, object]]:
        best, paths = self.values[self.best.number], [part.path for part in self.parts]
        for place, (split, values) in enumerate(zip(self.splits, self.values, strict=True)):
            behind = spread(difference(values, best))
            yield {
                **dict(zip(paths, split.tolist(), strict=True)),
                **about(self.aim),
                **vars(spread(values)),
                "unit": self.aim.unit,
                "from_best": behind.mean,
                "from_best_ci_low": behind.ci_low,
                "from_best_ci_high": behind.ci_high,
                "near": place in self.best.near,
                "even": bool(self.even[place]),
            }

    def _parts(self) -> list[tables.Table | tables.Sentences]:
        return [self._table(), tables.Sentences(tuple(self._words()))]

    def _table(self) -> tables.Table:
        title = (
            f"{tables.millions(self.total)} m DKK a year of {self.record.scenario.name}, divided "
            f"for the highest: {self.aim.label} ({self.aim.unit})"
        )
        header = ("m DKK a year", "best", "share", "cannot be told from it")
        rows = tuple(
            (
                part.label,
                tables.millions(part.budget),
                tables.share(part.budget / self.total),
                tables.between(tables.millions, part.low, part.high),
                *_rate(part.next_krone),
            )
            for part in self.parts
        )
        found = tables.Table(title, (*header, f"next {self._krone}", "95 %"), rows)
        said = tables.Table("", (), (tuple(map(self._amount, (self.value, self.over_nothing))),))
        note = "\n".join(tables.unseen_note([found, said], self.values.shape[1]))
        return replace(found, note=note)

    @property
    def _krone(self) -> str:
        return "krone" if self.aim.is_money else "million"

    def _amount(self, found: Spread) -> str:
        digits = 0 if self.aim.is_money else 2
        mean, ends = tables.estimate(found, tables.number, digits=digits, sign=True)
        return f"{mean} (95 %: {ends})"

    def _words(self) -> list[str]:
        rate, ends = _rate(self.shadow_price)
        net = ", net of its own cost" if self.aim.is_money else ""
        lines = [
            f"Value: {self._amount(self.value)}, over spending nothing: "
            f"{self._amount(self.over_nothing)}: {self.verdict}.",
            f"Spent over the run: {tables.millions(self.spent.mean)} m DKK. "
            f"The last {self._krone} spent brings {rate} (95 %: {ends}){net}.",
        ]
        if self.verdict == "spending nothing is better":
            lines.append("Where that is so, a budget that cannot be used up looks best.")
        if np.isfinite(self.over_present.mean):
            lines.append(f"Over the present division: {self._amount(self.over_present)}.")
        return [
            *lines,
            *self.weeks.at("With the best division"),
            f"{tables.share(self.flat_share)} of the evenly spread divisions cannot be told from "
            f"the best (95 %); {self.evaluations} divisions played, {self.values.shape[1]} futures "
            "each to choose and as many fresh ones to judge.",
            "Intervals show Monte Carlo error only; assumptions are as in the file.",
        ]


def _rate(rate: Spread) -> tuple[str, str]:
    return tables.estimate(rate, tables.number, digits=2, sign=True)


@takes_options(replications=100)
def allocate(
    scenario: Scenario,
    total: float,
    baseline: Scenario | None = None,
    *,
    aim: str | Quantity = "net_saving:municipality",
    parts: Sequence[str] | None = None,
    **how: Unpack[RunOptions],
) -> Allocation:
    """Divide a yearly total over the scenario's budgets for the best of one aim.

    Parameters
    ----------
    scenario : Scenario
    total : float, DKK a year, above 0
        Spent in the years in which a budget is not zero: each keeps its dates.
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    aim : str or Quantity
        What should be as high as possible: "net_saving:municipality", "placements",
        "net_present_value" or any other quantity.
    parts : sequence of str, optional
        Paths of the budgets that share the total, in any order; default: all programmes, the
        consultants and all supports. What is not named stays as it is, outside the total. A
        programme's part is without the supports paid from it that are named, too.
    **how
        How to play.

    Returns
    -------
    Allocation

    Raises
    ------
    InputError
        If an argument is not valid, or the scenario has no budget.

    Notes
    -----
    The design is a simplex lattice of at most 66 divisions (steps of 5 % for two parts, 10 % for
    three), refined around its best point by moving a half, a quarter and an eighth of a step from
    part to part as long as that helps. A better division far from all that were played cannot be
    excluded where the aim has several tops.

    Examples
    --------
    >>> import jobsim as js
    >>> scenario = js.Scenario.load("kolding-2018")
    >>> allocate(scenario, 1e6, aim="placements", replications=4, progress=False).verdict
    'better than spending nothing'
    """
    case = case_of(scenario, baseline, how["prices"])
    chosen, wanted = _chosen(scenario, parts), quantity(aim)
    amount = numbers_of("total", total, unit=f"{scenario.currency} a year")
    if len(amount) != 1 or amount[0] == 0:
        problem = f"must be one amount above 0 {scenario.currency} a year, got {total!r}"
        raise InputError(f"total: {problem}")
    with kept_workers(how, _MOST_PROCESSES) as kept:
        measured = tuple(dict.fromkeys((wanted, spending.SPENT, *QUANTITIES)))
        rounds = Rounds(measured, "divisions", kept)
        splitting = spending.Splitting(case, chosen, amount[0], wanted, rounds)
        splitting.search()
        return _judged(splitting)


def _chosen(scenario: Scenario, given: Sequence[str] | None) -> tuple[str, ...]:
    """Budgets that share the total, in order of the file."""
    first = spending.budget_path(scenario, None)
    if given is None:
        return spending.budget_paths(scenario)
    wanted = [spending.budget_path(scenario, path) for path in texts_of("parts", given)]
    if not wanted or len(set(wanted)) < len(wanted):
        raise InputError(f"parts: name one or more budgets, each once, such as {first}")
    return tuple(path for path in spending.budget_paths(scenario) if path in wanted)


def _judged(splitting: spending.Splitting) -> Allocation:
    """Play the best division again, on fresh replications, beside what it is compared with."""
    parts, total, how = splitting.parts, splitting.total, splitting.rounds.how
    best = np.array(splitting.amounts(splitting.best))
    today = spending.present_division(splitting.case.scenario, parts)
    alike = total * today / today.sum() if today.any() else today
    raised = [best + _CUT * total * unit for unit in np.eye(len(parts))]
    amounts = [best, 0.0 * best, (1.0 - _CUT) * best, alike, *raised]
    cells = splitting.play(splitting.rounds.afresh(), amounts)
    aim, spent = cells.of(splitting.aim), cells.of(spending.SPENT)

    def rate(more: int, less: int) -> Spread:
        per = 1.0 if splitting.aim.is_money else 1e-6
        rise = per * difference(spent[more], spent[less])
        return of_paired(difference(aim[more], aim[less]), rise)

    played = sorted(splitting.found, reverse=True)  # so that the first of equally good ones leads
    splits = np.array([splitting.amounts(split) for split in played])
    values = np.stack([splitting.found[split] for split in played])
    near = splits[list(spending.best_of(values).near)]

    def part(i: int, path: str) -> BudgetPart:
        label = spending.budget_label(splitting.case.scenario, path)
        ends = float(near[:, i].min()), float(near[:, i].max())
        present = float(alike[i]) if today.any() else math.nan
        return BudgetPart(path, label, float(best[i]), *ends, rate(4 + i, 0), present)

    over_present = Spread(math.nan)
    if today.any():
        gain = spread(difference(aim[0], aim[3]))
        over_present = cells.certain(gain, splitting.aim, 0, 3)
    return Allocation(
        record=plan_of(splitting.case.scenario, how, plays=1).record(splitting.case),
        aim=splitting.aim,
        total=total,
        parts=tuple(part(i, path) for i, path in enumerate(parts)),
        splits=splits,
        values=values,
        even=np.array([split in splitting.even for split in played]),
        value=cells.certain(spread(aim[0]), splitting.aim, 0),
        spent=cells.certain(spread(spent[0]), spending.SPENT, 0),
        over_nothing=cells.certain(spread(difference(aim[0], aim[1])), splitting.aim, 0, 1),
        over_present=over_present,
        shadow_price=rate(0, 2),
        weeks=off_benefit({one: cells.of(one)[0] for one in QUANTITIES}),
    )
