"""How often intervals of what is played hold the truth; may import questions and their trial."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import binom, poisson

from jobsim.analysis.comparing.comparison import Sample
from jobsim.analysis.outcomes.accumulators import Frequency, Mean
from jobsim.analysis.outcomes.components import Components
from jobsim.analysis.outcomes.spread import spread
from jobsim.analysis.searching.spending import best_of
from jobsim.engines import simulate
from jobsim.questions.attribute import attribute
from jobsim.questions.interval_trial import (
    FEW,
    NOMINAL,
    Trial,
    covering,
    expected,
    extra_share,
    of_statements,
    placed,
    unit_cells,
    weeks_less,
)
from jobsim.questions.threshold import threshold
from jobsim.verification import Check
from jobsim.verification.result import TOLERANCE, Compared, Expectation, judged

_MANY = 50
"""Replications behind a range or the interval of a share."""
_RARELY, _RATE = 25, 0.2
"""Replications behind the mean of what is rare, and how often it comes."""
_FUTURES = 20
"""Replications behind a threshold."""
_DRAWS, _SOME, _HAZARDS = 16, 8, 11
"""A small sensitivity analysis: draws, replications, and how many equally likely hazards."""


def mean_of_difference(trial: Trial) -> Check:
    """Student's t of a mean difference under common random numbers."""
    what = f"mean difference in benefit-weeks on common random numbers, {FEW} replications each"
    truth = -expected(trial.town, weeks_less)
    return covering("mean", what, truth, trial.intervals(trial.samples["benefit_weeks"], FEW))


def mean_of_what_is_rare(trial: Trial) -> Check:
    """Interval of a mean number of events of which few futures have one, where any has."""
    cells = unit_cells(trial.seed, trial.repeats // 3, _RARELY)
    counts = (row for row in poisson.ppf(cells, _RATE) if row.any())
    what = f"mean number of rare events, where one was seen, {_RARELY} replications each"
    return covering("rare mean", what, _RATE, (spread(row) for row in counts))


def ratio_of_means(trial: Trial) -> Check:
    """Fieller's interval of cost per extra placement."""
    (support,) = trial.town.supports.values()
    (price,) = support.unit_cost.values
    spent = expected(trial.town, lambda *_: price)
    ratio = trial.samples["cost_per_extra_placement"]
    what = f"cost of an extra placement (Fieller), {FEW} replications each"
    truth = spent / expected(trial.town, extra_share)
    return covering("ratio", what, truth, trial.intervals(ratio, FEW))


def share_of_futures(trial: Trial) -> Check:
    """Wilson's interval of the share of futures in which something happens."""
    town, placements = trial.town, trial.samples["placements"]
    (group,), weeks = town.groups.values(), town.horizon.weeks
    stock = binom(group.stock, extra_share(town, weeks))
    (inflow,) = group.inflow_per_week.values
    arrived = poisson(sum(inflow * extra_share(town, weeks - week) for week in range(weeks)))
    bound = round(expected(town, extra_share))
    below = sum(stock.pmf(k) * arrived.cdf(bound - k) for k in range(bound + 1))
    above = Sample(placements.key, placements.values - bound, Frequency)
    what = f"share of futures with more than {bound} extra placements (Wilson), {_MANY} each"
    return covering("share", what, 1 - float(below), trial.intervals(above, _MANY))


def range_of_futures(trial: Trial) -> Check:
    """The range of futures, held against futures that it has not seen."""
    sample = trial.samples["benefit_weeks"]
    ranges = list(trial.intervals(Sample(sample.key, sample.values, Mean), _MANY))
    fresh = sample.values[: len(ranges) * _MANY].reshape(len(ranges), _MANY)
    inside = [
        np.mean((one.range_low <= others) & (others <= one.range_high))
        for one, others in zip(ranges[::2], fresh[1::2], strict=False)
    ]
    expected, found = NOMINAL * (_MANY - 1) / (_MANY + 1), float(np.mean(inside))
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
    drawn = (unit_cells(trial.seed, repeats, _DRAWS) * _HAZARDS).astype(np.int64)
    truth = float(np.mean([expected(town, placed) for town in towns]))
    tables = (
        outcomes[draws, _SOME * i : _SOME * (i + 1)].astype(np.float64)
        for i, draws in enumerate(drawn)
    )
    what = f"mean placements over parameters and chance, {_DRAWS} draws x {_SOME} replications each"
    return covering("mean of PSA", what, truth, (Components(table).mean for table in tables))


def crossing_of_mean(trial: Trial) -> Check:
    """Interval of the hazard at which mean placements reach a figure."""
    path, truth = "groups.all.job_finding_hazard_per_week", 0.05
    figure = expected(trial.town.with_({path: truth}), placed)
    asked: dict[str, Any] = {"measure": "placements:scenario", "value": figure, "progress": False}
    asked |= {"low": 0.02, "high": 0.2, "seed": trial.seed, "engine": trial.engine}
    futures = (range(_FUTURES * i, _FUTURES * (i + 1)) for i in range(trial.repeats // 30))
    found = (threshold(trial.town, path, replications=numbers, **asked) for numbers in futures)
    what = f"hazard at which placements reach {figure:,.4g}, {_FUTURES} replications each"
    return covering("threshold", what, truth, (one.crossing.at for one in found))


def contribution_of_part(trial: Trial) -> Check:
    """Interval of what the grant contributes to placements, beside the inflow."""
    town, count = trial.town, FEW * trial.repeats
    off: dict[str, dict[str, object]] = {
        "grant": {"supports.grant.multiplier": 1.0},
        "inflow": {"groups.all.inflow_per_week": 0.0},
    }
    asked: dict[str, Any] = {"replications": count, "seed": trial.seed, "engine": trial.engine}
    found = attribute(town, parts=off, measure="placements:scenario", progress=False, **asked)
    few = (found.values[..., start : start + FEW] for start in range(0, count, FEW))
    models = (replace(found, values=values).contribution("grant").model for values in few)
    without = (town.with_(off["grant"]), town.with_(off["inflow"]))
    alone, beside, neither = (*without, without[0].with_(off["inflow"]))
    both, inflow, grant, rest = (expected(one, placed) for one in (town, alone, beside, neither))
    truth = (both - inflow + grant - rest) / 2
    what = f"what grants contribute to placements (Shapley), {FEW} replications each"
    return covering("contribution", what, truth, models)


def best_of_two(trial: Trial) -> Check:
    """Whether the better of two options, which are equal in truth, is kept among the best."""
    towns = [trial.town, trial.town.with_({"supports.grant.multiplier": 1.0})]
    asked: dict[str, Any] = {"replications": FEW * trial.repeats, "seed": trial.seed}
    played = (simulate(one, engine=trial.engine, progress=False, **asked) for one in towns)
    counts = [one["placements"].sum(["month", "group", "route"]).values for one in played]
    costs = [expected(town, placed) for town in towns]  # each placement is worth 1
    worth = np.stack(counts).astype(np.float64) - np.array(costs)[:, None]
    starts = range(0, worth.shape[1], FEW)
    held = [0 in best_of(worth[:, start : start + FEW]).near for start in starts]
    return of_statements("best option", "kept among the best, an option as good as the other", held)
