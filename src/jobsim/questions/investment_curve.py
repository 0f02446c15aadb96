"""What a budget brings at different heights, and what the next krone does; may import its steps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np

from jobsim.analysis.outcomes.off_benefit import QUANTITIES, OffBenefit, off_benefit
from jobsim.analysis.outcomes.quantity import Quantity, net_saving, quantities_of, quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result, about
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.cells import Cell, Cells, play_cells
from jobsim.analysis.playing.options import RunOptions, numbers_of, takes_options
from jobsim.analysis.searching import spending
from jobsim.analysis.searching.budget_steps import (
    BestBudget,
    BudgetStep,
    StopsPaying,
    steps_of,
    stops_paying,
)
from jobsim.analysis.setting.case import case_of
from jobsim.errors import InputError
from jobsim.scenario import Scenario
from jobsim.text import tables
from jobsim.vocabulary import PURSES

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


_PER_PRESENT, _UP_TO = 5, 3
"""The curve goes in fifths of the present budget to three times that, unless told otherwise."""
_SAVING = "net_saving:municipality"
_MEASURED = (
    *("placements", "programme_cost", "gross_saving"),
    *(f"net_saving:{payer}" for payer in PURSES),
    "net_saving_after_displacement:municipality",
    *("net_present_value", "net_present_value_after_displacement"),
)
_CURVE = quantities_of(_MEASURED)
"""What the curve shows at each budget."""
_HEADER = (
    *("budget a year", "spent", "placements", "95 %", "net saving, municipality", "95 %"),
    *("95 % of futures", "state", "public", "present value", "after displacement"),
)
_REST = (
    *("net_saving:state", "net_saving:public", "net_present_value:society"),
    "net_present_value_after_displacement:society",
)


_NONE = Spread(math.nan)
_NO_STEP = BudgetStep(math.nan, math.nan, _NONE, _NONE, _NONE, 0)


def _next(step: BudgetStep | None) -> dict[str, object]:
    """Columns of what the step to the next budget brings; not numbers where there is none."""
    one = step or _NO_STEP
    found = {"next_gain": one.gain, "next_per_krone": one.per_krone}
    columns: dict[str, object] = {"next_budget_per_year": one.high}
    for name, spread_ in found.items():
        ends = {f"{name}_ci_low": spread_.ci_low, f"{name}_ci_high": spread_.ci_high}
        columns |= {name: spread_.mean, **ends}
    return columns


@dataclass(frozen=True, repr=False, eq=False)
class InvestmentCurve(Result):
    """Outcomes over the budget; every amount is scenario − baseline over the whole run.

    Its table has one line per budget and measure, which says whether the measure is or may be
    highest there, and what the step to the next budget brings; `answer_frame` has the best budget
    and the next krone of each measure.

    Parameters
    ----------
    path : str, of the budget that is varied
    budgets : tuple of float, DKK a year, rising
    cells : Cells, one for each budget, on the same luck
    whole_unit_cost : float
        Yearly cost of one more whole place or grant (DKK), 0 where there is no such thing. The
        true curve is a staircase with steps of this width.

    Examples
    --------
    >>> import jobsim as js
    >>> curve = js.investment_curve(
    ...     js.Scenario.load("esbjerg-2018"), budgets=[0, 1e6, 2e6], replications=4,
    ...     progress=False,
    ... )
    >>> curve.best().budget, [round(step.spent.mean) for step in curve.steps()]
    (2000000.0, [2000000, 2000000])
    """

    path: str
    budgets: tuple[float, ...]
    cells: Cells
    whole_unit_cost: float
    _name: ClassVar = "budgets"
    _keys: ClassVar = ("measure", "payer", "budget_per_year")

    @property
    def record(self) -> RunRecord:
        """What is needed to play the scenario as it stands again."""
        return self.cells.record

    @cached_property
    def label(self) -> str:
        """What is invested in, in words."""
        return spending.budget_label(self.cells.case.scenario, self.path)

    @cached_property
    def present(self) -> float:
        """Budget of the present plan, DKK a year: the highest of its steps."""
        return spending.present_budget(self.cells.case.scenario, self.path)

    def spreads(self, measure: str | Quantity = _SAVING) -> list[Spread]:
        """Mean, Monte Carlo interval and range over chance of a measure at each budget.

        Raises
        ------
        InputError
            If the measure does not exist or is not on the curve.
        """
        return self.cells.spreads(quantity(measure))

    def steps(self, measure: str | Quantity = _SAVING) -> tuple[BudgetStep, ...]:
        """What each step to the next budget brings, by differences in each replication."""
        values = self.cells.of(quantity(measure))
        return steps_of(self.budgets, values, self.cells.of(spending.SPENT))

    def best(self, measure: str | Quantity = _SAVING) -> BestBudget:
        """Budget at which a measure is highest, and those that may be."""
        best = spending.best_of(self.cells.of(quantity(measure)))
        return BestBudget(self.budgets[best.number], tuple(self.budgets[i] for i in best.near))

    def stops_paying(self, measure: str | Quantity = _SAVING) -> StopsPaying:
        """Budget from which the next krone no longer pays, as far as the curve's levels tell."""
        return stops_paying(self.steps(measure))

    def off_benefit(self) -> list[OffBenefit]:
        """Weeks off benefit by where they go, at each budget."""
        values = {one: self.cells.of(one) for one in QUANTITIES}
        budgets = range(len(self.budgets))
        return [off_benefit({one: all_[i] for one, all_ in values.items()}) for i in budgets]

    def _lines(self) -> Iterator[dict[str, object]]:
        for one in _CURVE:
            best, steps = self.best(one), {step.low: step for step in self.steps(one)}
            for budget, found in zip(self.budgets, self.spreads(one), strict=True):
                where = {"budget_per_year": budget, **about(one)}
                top = {"highest": budget == best.budget, "may_be_highest": budget in best.near}
                next_ = _next(steps.get(budget))
                yield {**where, **vars(found), "unit": one.unit, **top, **next_}

    def answer_frame(self) -> pd.DataFrame:
        """One line per measure: where it is highest, and where the next krone no longer pays."""
        import pandas as pd

        return pd.DataFrame(map(self._answer, _CURVE))

    def _answer(self, one: Quantity) -> dict[str, object]:
        best, stops = self.best(one), self.stops_paying(one)
        return {
            **about(one),
            "unit": one.unit,
            "highest_at": best.budget,
            "highest_at_ci_low": best.low,
            "highest_at_ci_high": best.high,
            "next_krone": stops.verdict,
            "stops_paying_at": stops.budget,
            "stops_paying_ci_low": stops.low,
            "stops_paying_ci_high": stops.high,
            "pays_again": stops.pays_again,
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what was found, and the curve."""
        return {"answer": self.answer_frame(), **super().frames()}

    def to_dataset(self) -> xr.Dataset:
        """Every replication: dimensions budget, replication and, for net savings, payer."""
        import xarray as xr

        levels = ("budget", list(self.budgets), {"units": "DKK/year"})
        data = xr.Dataset(coords={"budget": levels}, attrs=self._attrs())
        codes = list(PURSES)
        saving = np.stack([self.cells.of(net_saving(payer)) for payer in codes])
        dims = ("budget", "replication")
        for one in _CURVE:
            if one.measure != "net_saving":
                attributes = {"units": one.unit, "long_name": one.label}
                data[one.measure] = (dims, self.cells.of(one), attributes)
        data["net_saving"] = (("payer", *dims), saving, {"units": "DKK", "long_name": "Net saving"})
        return data.assign_coords(payer=codes)

    def _parts(self) -> list[tables.Table | tables.Sentences]:
        plan, name = self.cells.plan, self.cells.case.scenario.name
        title = (
            f"{self.label} of {name} over the budget: {plan.count} futures, seed {plan.seed}\n"
            "scenario − baseline over the whole run, money in m DKK, means; "
            "95 % = Monte Carlo interval of the mean\n"
            "present value: of society, after displacement of other job seekers beside it"
        )
        rows = tuple(self._level_row(i) for i in range(len(self.budgets)))
        steps = tables.Table(
            "The next krone, by differences in each future (net of its own cost)",
            ("from", "to", "net saving, municipality", "95 %", "DKK per krone spent", "95 %"),
            tuple(
                (
                    *(tables.millions(step.low), tables.millions(step.high)),
                    *tables.estimate(step.gain, tables.millions, sign=True),
                    *tables.estimate(step.per_krone, tables.number, digits=2, sign=True),
                )
                for step in self.steps()
            ),
        )
        levels = tables.Table(title, _HEADER, rows, self._note())
        unseen = tables.unseen_note([levels, steps], plan.count)
        return [levels, steps, tables.Sentences((*unseen, *self._words()))]

    def _level_row(self, i: int) -> tuple[str, ...]:
        at = {one.code: self.spreads(one)[i] for one in _CURVE}
        placed, saved = at["placements"], at[_SAVING]
        plan = ", present plan" if self.budgets[i] == self.present else ""
        return (
            tables.millions(self.budgets[i]) + plan,
            tables.millions(at[spending.SPENT.code].mean),
            *tables.estimate(placed, tables.count),
            *tables.estimate(saved, tables.millions),
            tables.between(tables.millions, saved.range_low, saved.range_high),
            *(tables.millions(at[code].mean) for code in _REST),
        )

    def _weeks(self) -> Iterator[str]:
        """Where the weeks off benefit go, at the present budget if it is played, else the best."""
        budgets = self.budgets
        at = budgets.index(self.present if self.present in budgets else self.best().budget)
        yield from self.off_benefit()[at].at(f"At {tables.millions(budgets[at])} m")

    def _note(self) -> str:
        failed = ((tables.millions(self.budgets[one.number]), one.error) for one in self.failed)
        words = "; ".join(f"{budget} m ({error})" for budget, error in failed)
        return words and f"failed: {words}"

    @property
    def failed(self) -> tuple[Cell, ...]:
        """Budgets that could not be played, with their errors."""
        return self.cells.failed

    def _words(self) -> list[str]:
        best = self.best()
        near = ", ".join(tables.millions(budget) for budget in best.near)
        lines = [
            f"Highest net saving of the municipality: at {tables.millions(best.budget)} m DKK "
            f"a year; the data cannot tell apart (95 %): {near}",
            f"The next krone: {self.stops_paying()}",
            *self._weeks(),
        ]
        if self.path.startswith(spending.CONSULTANTS):
            lines.append(
                "Openings are taken to grow with the number of consultants. If they do not, each "
                "krone more for them is lost: −1.00 per krone."
            )
        if self.whole_unit_cost > 0:
            cost = tables.number(self.whole_unit_cost, digits=0)
            lines.append(
                f"Places and grants are whole: one more costs about {cost} DKK a year, so that "
                "the curve is a staircase of that width between the budgets shown."
            )
        if self.cells.reached is not None:
            lines.append(str(self.cells.reached))
        return [*lines, "Intervals show Monte Carlo error only; assumptions are as in the file."]


@takes_options()
def investment_curve(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    budgets: Sequence[float] | None = None,
    path: str | None = None,
    **how: Unpack[RunOptions],
) -> InvestmentCurve:
    """Play a scenario at several budgets of one programme, of consultants or of a support.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    budgets : sequence of float, optional
        DKK a year, at least two, in any order; a schedule keeps its dates and its zero steps.
        Default: 16 levels from 0 to three times the present budget (the highest of its steps),
        which is one of them. Of budgets that are given, the present one is marked in the table if
        it is among them, in the picture if it lies between them; it is not played besides.
    path : str, optional
        Of the budget, "supports.driving_licence.budget_per_year" for example; default: the first
        programme's, or without one the consultants', or the first support's.
    **how
        How to play.

    Returns
    -------
    InvestmentCurve

    Raises
    ------
    InputError
        If an argument is not valid, or the scenario has nothing to invest in.

    Notes
    -----
    `programme_cost` is what is really spent beyond the baseline over the whole run: years that the
    run does not cover cost nothing, nor do grants that nobody needed. A gain per krone is per krone
    spent, and net of it: −0.60 means that 40 øre come back.

    Examples
    --------
    >>> import jobsim as js
    >>> curve = investment_curve(
    ...     js.Scenario.load("kolding-2018"), budgets=[0, 1e6, 2e6], replications=4, progress=False
    ... )
    >>> curve.label, curve.path
    ('Consultants', 'small_jobs.consultants.budget_per_year')
    """
    case = case_of(scenario, baseline, how["prices"])
    path = spending.budget_path(scenario, path)
    levels = _levels(scenario, path, budgets)
    changes = [{path: budget} for budget in levels]
    cells = play_cells(case, changes, (*_CURVE, *QUANTITIES), label="budgets", **how)
    return InvestmentCurve(path, levels, cells, spending.whole_unit_cost(scenario, path))


def _levels(scenario: Scenario, path: str, given: Sequence[float] | None) -> tuple[float, ...]:
    if given is None:
        present = spending.present_budget(scenario, path)
        if present == 0:
            raise InputError(f"{path}: is 0 at present; give the budgets to compare")
        return tuple(present * step / _PER_PRESENT for step in range(_UP_TO * _PER_PRESENT + 1))
    levels = sorted(numbers_of("budgets", given, unit=f"{scenario.currency} a year"))
    if len(set(levels)) < max(2, len(levels)):
        raise InputError(f"budgets: must be two or more different amounts, got {given!r}")
    return tuple(levels)
