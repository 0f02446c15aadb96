"""How often the intervals that jobsim states hold the truth, where the truth is known.

A town so simple that expectations have closed forms is played some thousands of times, a few
replications each, and the share of the intervals that hold the truth is held against 95 %. What is
judged is what `analysis` makes of volumes. `verification` judges engines and ledger and must not
know of `analysis`; so this question stands above both, and takes from `verification` how a check is
judged and printed. May import findings, playing and verification.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import binom, poisson

from jobsim.analysis.comparing.comparison import Comparison, Sample, samples_of
from jobsim.analysis.outcomes.spread import HIGH, LOW, Frequency, Mean, Spread
from jobsim.analysis.searching.spending import best_of
from jobsim.analysis.uncertainty.components import Components
from jobsim.arrays import Floats, Ints
from jobsim.draws import Stream, uniform
from jobsim.engines import simulate
from jobsim.engines.progress import counted_off
from jobsim.errors import InputError
from jobsim.questions.attribute import attribute
from jobsim.questions.compare import compare
from jobsim.questions.threshold import threshold
from jobsim.questions.value_of_information import evpi
from jobsim.scenario import Scenario
from jobsim.scenario.files import read_named_or_file
from jobsim.verification import Check, Verification
from jobsim.verification.result import TOLERANCE, Compared, Expectation, judged, proportion

_NOMINAL = HIGH - LOW
_FEW, _MANY = 4, 50
"""Replications behind an interval of a mean, and behind a range or the interval of a share."""
_FUTURES = 20
"""Replications behind a threshold."""
_DRAWS, _SOME, _HAZARDS = 16, 8, 11
"""A small sensitivity analysis: draws, replications, and how many equally likely hazards."""


def verify_intervals(
    *, repeats: int = 6000, seed: int = 1, engine: str = "auto", progress: bool = True
) -> Verification:
    """Check how often intervals and ranges hold the truth, on cases whose answers are known.

    Parameters
    ----------
    repeats : int, 400 to 20,000
        How many intervals of each kind are made, each from replications of its own.
    seed : int, 0 to 2**64 - 1
        Key of all chance.
    engine : str
    progress : bool
        Whether how far it is shows on the error output.

    Returns
    -------
    Verification
        One row per kind of interval: the share that holds the truth, beside 95 %.

    Raises
    ------
    InputError
        If an argument is not valid.

    Notes
    -----
    A share may be five binomial standard errors off. The default sees an interval that is 13 % too
    narrow, as when n takes the place of n − 1 with four replications.

    Examples
    --------
    >>> import jobsim as js
    >>> js.verify_intervals(repeats=400, progress=False).passed
    True
    """
    if not (type(repeats) is int and 400 <= repeats <= 20_000):
        raise InputError(f"repeats: must be a whole number from 400 to 20,000, got {repeats!r}")
    trial = Trial(repeats, seed, engine)
    checks = counted_off(CHECKS, "intervals", show=progress, unit="check")
    return Verification("intervals", tuple(check(trial) for check in checks))


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
            replications=_FEW * self.repeats,
            seed=self.seed,
            engine=self.engine,
            progress=False,
        )
        everything = samples_of(found)
        return {s.key.measure: s for s in everything if s.key[1:4] in (_RUN, _MUNICIPAL)}

    def intervals(self, sample: Sample, size: int) -> Iterator[Spread]:
        """Spread of each so many replications, from the accumulator that makes the row."""
        for start in range(0, _FEW * self.repeats - size + 1, size):
            accumulator = sample.stream()
            accumulator.add(sample.values[..., start : start + size])
            yield accumulator.spread()


_RUN, _MUNICIPAL = (None, None, None), ("municipality", None, None)


def _covering(name: str, what: str, truth: float, intervals: Iterator[Spread]) -> Check:
    """Judge how many of some intervals hold the truth."""
    held = [one.ci_low <= truth <= one.ci_high for one in intervals]
    return _judged(name, f"{what}, true value {truth:,.4g}", held)


def _judged(name: str, what: str, held: list[bool]) -> Check:
    one = proportion("", _NOMINAL, sum(held), len(held))
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


def _extra_share(town: Scenario, weeks: int) -> float:
    """Share of those there for so many weeks who find a job with the grant only.

    One threshold is drawn for both, so that nobody finds a job without the grant only.
    """
    plain, raised = _hazards(town)
    return _survival(plain, weeks) - _survival(raised, weeks)


def _weeks_less(town: Scenario, weeks: int) -> float:
    """Expected weeks on benefit that the grant takes from somebody there for so many weeks."""
    return sum(_extra_share(town, week) for week in range(weeks))


def _expected(town: Scenario, by_person: Callable[[Scenario, int], float]) -> float:
    """Expectation of a sum over the stock and everybody who arrives."""
    (group,), weeks = town.groups.values(), town.horizon.weeks
    (inflow,) = group.inflow_per_week.values
    arrivals = (inflow * by_person(town, weeks - week) for week in range(weeks))
    return float(group.stock * by_person(town, weeks) + sum(arrivals))


# Checks


def mean_of_difference(trial: Trial) -> Check:
    """Student's t of a mean difference under common random numbers."""
    what = f"mean difference in benefit-weeks on common random numbers, {_FEW} replications each"
    truth = -_expected(trial.town, _weeks_less)
    return _covering("mean", what, truth, trial.intervals(trial.samples["benefit_weeks"], _FEW))


def ratio_of_means(trial: Trial) -> Check:
    """Fieller's interval of cost per extra placement."""
    (support,) = trial.town.supports.values()
    (price,) = support.unit_cost.values
    spent = _expected(trial.town, lambda *_: price)
    ratio = trial.samples["cost_per_extra_placement"]
    what = f"cost of an extra placement (Fieller), {_FEW} replications each"
    truth = spent / _expected(trial.town, _extra_share)
    return _covering("ratio", what, truth, trial.intervals(ratio, _FEW))


def share_of_futures(trial: Trial) -> Check:
    """Wilson's interval of the share of futures in which something happens."""
    town, placements = trial.town, trial.samples["placements"]
    (group,), weeks = town.groups.values(), town.horizon.weeks
    stock = binom(group.stock, _extra_share(town, weeks))
    (inflow,) = group.inflow_per_week.values
    arrived = poisson(sum(inflow * _extra_share(town, weeks - week) for week in range(weeks)))
    bound = round(_expected(town, _extra_share))
    below = sum(stock.pmf(k) * arrived.cdf(bound - k) for k in range(bound + 1))
    above = Sample(placements.key, placements.values - bound, Frequency)
    what = f"share of futures with more than {bound} extra placements (Wilson), {_MANY} each"
    return _covering("share", what, 1 - float(below), trial.intervals(above, _MANY))


def range_of_futures(trial: Trial) -> Check:
    """The range of futures, held against futures that it has not seen."""
    sample = trial.samples["benefit_weeks"]
    ranges = list(trial.intervals(Sample(sample.key, sample.values, Mean), _MANY))
    fresh = sample.values[: len(ranges) * _MANY].reshape(len(ranges), _MANY)
    inside = [
        np.mean((one.range_low <= others) & (others <= one.range_high))
        for one, others in zip(ranges[::2], fresh[1::2], strict=False)
    ]
    expected, found = _NOMINAL * (_MANY - 1) / (_MANY + 1), float(np.mean(inside))
    se = float(np.std(inside, ddof=1)) / math.sqrt(len(inside))
    what = (
        f"share of fresh futures within the 2.5 and 97.5 % quantiles of {_MANY} others, on average "
        f"over {len(inside):,} ranges; of any distribution 95 % x (n - 1) / (n + 1)"
    )
    return judged("range", Compared(what, [Expectation("", expected, found, se)], TOLERANCE))


def mean_over_parameters(trial: Trial) -> Check:
    """Interval of the mean of a sensitivity analysis: parameters and chance together."""
    scales = [0.5 + (step + 1) / (_HAZARDS + 1) for step in range(_HAZARDS)]
    path = "groups.all.job_finding_hazard_per_week.scale"
    towns = [trial.town.with_({path: scale}) for scale in scales]
    repeats = trial.repeats // 6
    how: dict[str, Any] = {"replications": _SOME * repeats, "seed": trial.seed, "progress": False}
    played = [simulate(town, engine=trial.engine, **how)["placements"] for town in towns]
    outcomes = np.stack([one.sum(["month", "group", "route"]).values for one in played])
    drawn = (_uniform(trial.seed, repeats, _DRAWS) * _HAZARDS).astype(np.int64)
    truth = float(np.mean([_expected(town, _placed) for town in towns]))
    tables = (
        outcomes[draws, _SOME * i : _SOME * (i + 1)].astype(np.float64)
        for i, draws in enumerate(drawn)
    )
    what = f"mean placements over parameters and chance, {_DRAWS} draws x {_SOME} replications each"
    return _covering("mean of PSA", what, truth, (Components(table).mean for table in tables))


def _placed(town: Scenario, weeks: int) -> float:
    return 1 - _survival(_hazards(town)[1], weeks)


def crossing_of_mean(trial: Trial) -> Check:
    """Interval of the hazard at which mean placements reach a figure."""
    path, truth = "groups.all.job_finding_hazard_per_week", 0.05
    figure = _expected(trial.town.with_({path: truth}), _placed)
    asked: dict[str, Any] = {"measure": "placements:scenario", "value": figure, "progress": False}
    asked |= {"low": 0.02, "high": 0.2, "seed": trial.seed, "engine": trial.engine}
    futures = (range(_FUTURES * i, _FUTURES * (i + 1)) for i in range(trial.repeats // 30))
    found = (threshold(trial.town, path, replications=numbers, **asked) for numbers in futures)
    what = f"hazard at which placements reach {figure:,.4g}, {_FUTURES} replications each"
    return _covering("threshold", what, truth, (one.crossing.at for one in found))


def contribution_of_part(trial: Trial) -> Check:
    """Interval of what the grant contributes to placements, beside the inflow."""
    town, count = trial.town, _FEW * trial.repeats
    off: dict[str, dict[str, object]] = {
        "grant": {"supports.grant.multiplier": 1.0},
        "inflow": {"groups.all.inflow_per_week": 0.0},
    }
    asked: dict[str, Any] = {"replications": count, "seed": trial.seed, "engine": trial.engine}
    found = attribute(town, parts=off, measure="placements:scenario", progress=False, **asked)
    few = (found.values[..., start : start + _FEW] for start in range(0, count, _FEW))
    models = (replace(found, values=values).contribution("grant").model for values in few)
    without = (town.with_(off["grant"]), town.with_(off["inflow"]))
    alone, beside, neither = (*without, without[0].with_(off["inflow"]))
    both, inflow, grant, rest = (_expected(one, _placed) for one in (town, alone, beside, neither))
    truth = (both - inflow + grant - rest) / 2
    what = f"what grants contribute to placements (Shapley), {_FEW} replications each"
    return _covering("contribution", what, truth, models)


def best_of_two(trial: Trial) -> Check:
    """Whether the better of two options, which are equal in truth, is kept among the best."""
    towns = [trial.town, trial.town.with_({"supports.grant.multiplier": 1.0})]
    asked: dict[str, Any] = {"replications": _FEW * trial.repeats, "seed": trial.seed}
    played = (simulate(one, engine=trial.engine, progress=False, **asked) for one in towns)
    placed = [one["placements"].sum(["month", "group", "route"]).values for one in played]
    costs = [_expected(town, _placed) for town in towns]  # each placement is worth 1
    worth = np.stack(placed).astype(np.float64) - np.array(costs)[:, None]
    starts = range(0, worth.shape[1], _FEW)
    held = [0 in best_of(worth[:, start : start + _FEW]).near for start in starts]
    return _judged("best option", "kept among the best, an option as good as the other", held)


def perfect_information(trial: Trial) -> Check:
    """Interval of the value of perfect information about a normal net benefit."""
    draws, mean, sd = 400, -1.0, 2.0
    normals = mean + sd * ndtri(_uniform(trial.seed, trial.repeats // 6, draws))
    density = math.exp(-((mean / sd) ** 2) / 2) / math.sqrt(2 * math.pi)
    truth = sd * density + mean * float(ndtr(mean / sd))
    intervals = (evpi(np.stack([np.zeros(draws), gain], axis=1)) for gain in normals)
    held = [one.ci_low <= truth <= one.ci_high for one in intervals]
    what = f"value of perfect information, true value {truth:.4g}, {draws} draws each"
    return _judged("EVPI", what, held)


def _uniform(seed: int, rows: int, columns: int) -> Floats:
    """Uniform numbers for draws of parameters."""
    k: Ints = np.arange(rows * columns)
    u = uniform(seed, stream=Stream.PARAMETERS, n=0, k=k, origin=0, group_key=0, replication=0)
    return np.asarray(u.reshape(rows, columns))


CHECKS: tuple[Callable[[Trial], Check], ...] = (
    mean_of_difference,
    ratio_of_means,
    share_of_futures,
    range_of_futures,
    mean_over_parameters,
    crossing_of_mean,
    contribution_of_part,
    best_of_two,
    perfect_information,
)
"""One for each kind of interval."""
