"""A town whose answers are known, played thousands of times, and how intervals are judged by it.

May import comparisons and verification.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jobsim.analysis.comparing.comparison import Comparison, Sample, samples_of
from jobsim.analysis.outcomes.spread import HIGH, LOW, Spread
from jobsim.arrays import Floats, Ints
from jobsim.draws import Stream, uniform
from jobsim.questions.compare import compare
from jobsim.scenario import Scenario
from jobsim.scenario.files import read_named_or_file
from jobsim.verification import Check
from jobsim.verification.result import TOLERANCE, Compared, judged, proportion

NOMINAL = HIGH - LOW
FEW = 4
"""Replications behind an interval of a mean."""


@dataclass(frozen=True)
class Trial:
    """What is played for all checks, and the truth about it.

    Parameters
    ----------
    repeats : int
    seed : int
    engine : str
    """

    repeats: int
    seed: int
    engine: str

    @cached_property
    def town(self) -> Scenario:
        """The place whose answers are known."""
        return Scenario.from_dict(read_named_or_file("intervals", package="jobsim.verification"))

    @cached_property
    def samples(self) -> Mapping[str, Sample]:
        """Outcomes of every measure of the whole run, as a comparison makes its rows of them."""
        found: Comparison = compare(
            self.town,
            replications=FEW * self.repeats,
            seed=self.seed,
            engine=self.engine,
            progress=False,
        )
        everything = samples_of(found)
        return {s.key.measure: s for s in everything if s.key[1:4] in (_RUN, _MUNICIPAL)}

    def intervals(self, sample: Sample, size: int) -> Iterator[Spread]:
        """Spread of each so many replications, from the accumulator that makes the row."""
        for start in range(0, FEW * self.repeats - size + 1, size):
            accumulator = sample.stream()
            accumulator.add(sample.values[..., start : start + size])
            yield accumulator.spread()


_RUN, _MUNICIPAL = (None, None, None), ("municipality", None, None)


def covering(name: str, what: str, truth: float, intervals: Iterator[Spread]) -> Check:
    """Judge how many of some intervals hold the truth."""
    held = [one.unbounded or one.ci_low <= truth <= one.ci_high for one in intervals]
    return of_statements(name, f"{what}, true value {truth:,.4g}", held)


def of_statements(name: str, what: str, held: Sequence[bool]) -> Check:
    """Judge how many of some statements at 95 % hold."""
    one = proportion("", NOMINAL, sum(held), len(held))
    what = f"share of {len(held):,} statements at 95 % that hold: {what}"
    return judged(name, Compared(what, [one], TOLERANCE))


# Closed forms of the town


def _survival(hazard: float, weeks: int) -> float:
    """Probability of looking in vain for so many weeks."""
    return math.exp(-hazard * weeks)


def _hazards(town: Scenario) -> tuple[float, float]:
    """Weekly hazard without and with the grant."""
    (group,), (support,) = town.groups.values(), town.supports.values()
    plain = group.job_finding_hazard_per_week
    return plain, plain * support.multiplier


def extra_share(town: Scenario, weeks: int) -> float:
    """Share of those there for so many weeks who find a job with the grant only.

    One threshold is drawn for both, so that nobody finds a job without the grant only.
    """
    plain, raised = _hazards(town)
    return _survival(plain, weeks) - _survival(raised, weeks)


def weeks_less(town: Scenario, weeks: int) -> float:
    """Expected weeks on benefit that the grant takes from somebody there for so many weeks."""
    return sum(extra_share(town, week) for week in range(weeks))


def expected(town: Scenario, by_person: Callable[[Scenario, int], float]) -> float:
    """Expectation of a sum over the stock and everybody who arrives."""
    (group,), weeks = town.groups.values(), town.horizon.weeks
    (inflow,) = group.inflow_per_week.values
    arrivals = (inflow * by_person(town, weeks - week) for week in range(weeks))
    return float(group.stock * by_person(town, weeks) + sum(arrivals))


def placed(town: Scenario, weeks: int) -> float:
    """Probability that somebody there for so many weeks finds a job."""
    return 1 - _survival(_hazards(town)[1], weeks)


def unit_cells(seed: int, rows: int, columns: int) -> Floats:
    """Uniform numbers for draws of parameters."""
    k: Ints = np.arange(rows * columns)
    u = uniform(seed, stream=Stream.PARAMETERS, n=0, k=k, origin=0, group_key=0, replication=0)
    return np.asarray(u.reshape(rows, columns))
