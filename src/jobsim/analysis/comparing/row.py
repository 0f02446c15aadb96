"""A row of a comparison: one measure of one purse, period and group; may import spreads."""

from __future__ import annotations

from dataclasses import dataclass

from jobsim.analysis.outcomes.measures import FOR_EACH
from jobsim.analysis.outcomes.spread import Spread
from jobsim.vocabulary import AFTER


@dataclass(frozen=True)
class Row:
    """One measure of one period; errors and range are those of the difference.

    Parameters
    ----------
    measure : str
        Code of the measure.
    payer, group : str or None
        Whose purse and whom it is about, or None for all.
    year : int or None
        Calendar year, or None for the whole run.
    scenario, baseline : float
        Means over replications; not a number where only the difference has a meaning.
    difference : float
        Scenario − baseline.
    se, ci_low, ci_high : float
        Monte Carlo standard error and 95 % interval of the mean difference; not numbers where the
        difference is zero in every replication, unless it has to be.
    range_low, range_high : float
        Where 95 % of the differences of single replications lie.
    unit : str
    """

    measure: str
    payer: str | None
    year: int | None
    group: str | None
    scenario: float
    baseline: float
    difference: float
    se: float
    ci_low: float
    ci_high: float
    range_low: float
    range_high: float
    unit: str

    @property
    def for_each(self) -> bool:
        """Whether it is what staff and grants cost for each of what is gained."""
        return self.measure.removesuffix(AFTER) in FOR_EACH

    @property
    def spread(self) -> Spread:
        """The difference with its errors and range."""
        ends = self.ci_low, self.ci_high, self.range_low, self.range_high
        return Spread(self.difference, self.se, *ends)
