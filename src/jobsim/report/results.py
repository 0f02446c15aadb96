"""Everything that a report shows, as results of the analyses; may import questions and analysis."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.outcomes.claims import claims_of
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.analysis.searching.crossing import Crossing, crossings, moves
from jobsim.analysis.searching.spending import budget_paths, present_budget
from jobsim.analysis.setting.case import Case, case_of
from jobsim.questions.compare import compare
from jobsim.questions.investment_curve import InvestmentCurve, investment_curve
from jobsim.questions.must_hold import WouldHaveToBeTrue, what_would_have_to_be_true
from jobsim.scenario import Scenario

_BUDGETS = 100
_SEARCHES = 20
"""Most replications of each budget, and of each value of an assumption."""
_CLAIMS = 2
"""Most claims that are searched for what would have to be true."""


@dataclass(frozen=True, eq=False)
class Results:
    """What was played for a report.

    Parameters
    ----------
    comparison : Comparison
    default_baseline : bool
        Whether it was compared with the scenario without programmes.
    curve : InvestmentCurve or None
        None where there is no budget to vary.
    break_even : tuple of Crossing
        Each uncertain assumption, moved within its plausible range until the municipality's net
        saving is zero.
    claims : tuple of WouldHaveToBeTrue
        Of held-out claims, in the order of the file.
    left_out : tuple of str
        Codes of held-out claims beyond those.
    searches : int
        Replications of each value of an assumption.
    seconds : float
        Time that it took.
    """

    comparison: Comparison
    default_baseline: bool
    curve: InvestmentCurve | None
    break_even: tuple[Crossing, ...]
    claims: tuple[WouldHaveToBeTrue, ...]
    left_out: tuple[str, ...]
    searches: int
    seconds: float

    @property
    def scenario(self) -> Scenario:
        """The scenario that was played."""
        return self.comparison.played.scenario

    @property
    def cost(self) -> float:
        """What the municipality spends on staff and grants, beyond what it is compared with."""
        row: Row = self.comparison.row("programme_cost", payer="municipality")
        return row.difference

    @property
    def saves(self) -> bool:
        """Whether the plan spends less than what it is compared with: a cut."""
        return self.cost < 0

    @property
    def period(self) -> str:
        """First and last calendar year of the run."""
        years = self.comparison.played.years
        return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"

    def net(self, payer: str) -> Row:
        """Net saving of one purse over the whole run."""
        row: Row = self.comparison.row("net_saving", payer=payer)
        return row


def play_for_report(scenario: Scenario, baseline: Scenario | None, how: RunOptions) -> Results:
    """Play everything that the report shows.

    Raises
    ------
    InputError
        If an argument is not valid, or the two scenarios do not cover the same weeks.
    """
    begun = time.perf_counter()
    comparison = compare(scenario, baseline, **how)
    case = case_of(scenario, baseline, how["prices"])
    fewer = _counted(how, _some(comparison, _SEARCHES))
    held_out = tuple(one.name for one in claims_of(scenario) if one.claim.role == "held_out")
    curve = _curve(case, comparison, how)
    break_even = _break_even(case, fewer)
    claims = tuple(
        what_would_have_to_be_true(scenario, baseline, claim=code, **fewer)
        for code in (held_out[:_CLAIMS] if break_even else ())
    )
    return Results(
        comparison=comparison,
        default_baseline=baseline is None,
        curve=curve,
        break_even=break_even,
        claims=claims,
        left_out=held_out[_CLAIMS:],
        searches=len(_some(comparison, _SEARCHES)),
        seconds=time.perf_counter() - begun,
    )


def _counted(how: RunOptions, numbers: Sequence[int]) -> RunOptions:
    """Options with these replications, whatever precision the comparison was to reach."""
    return run_options({**how, "replications": numbers, "precision": None})


def _some(comparison: Comparison, most: int) -> Sequence[int]:
    """Numbers of the first replications of a comparison."""
    numbers: list[int] = comparison.record.replications[:most]
    return numbers


def _curve(case: Case, comparison: Comparison, how: RunOptions) -> InvestmentCurve | None:
    paths = budget_paths(case.scenario)
    cost = comparison.row("programme_cost", payer="municipality").difference
    if not paths or cost < 0 or present_budget(case.scenario, paths[0]) == 0:
        return None
    played = _counted(how, _some(comparison, _BUDGETS))
    return investment_curve(case.scenario, baseline=case.baseline, **played)


def _break_even(case: Case, how: RunOptions) -> tuple[Crossing, ...]:
    along = [replace(move, fixed=(True, True)) for move in moves(case)]
    if not along:
        return ()
    aim, label = quantity("net_saving:municipality"), "what would have to be true"
    found, _ = crossings(case, along, aim, 0.0, how=how, label=label)
    return tuple(found)
