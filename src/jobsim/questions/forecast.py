"""Predict figures of the real place from earlier ones, and score that; may import learning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import numpy as np
from scipy.special import ndtri

from jobsim.analysis.learning.aims import Aim, Targets, figures_of, month_number
from jobsim.analysis.learning.calibration import Calibration
from jobsim.analysis.learning.forecast import Forecast
from jobsim.analysis.learning.origin import Origin
from jobsim.analysis.learning.prior import Prior
from jobsim.analysis.playing.cells import play_cells
from jobsim.analysis.playing.options import RunOptions, run_options, takes_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.playing.points import unit_points
from jobsim.analysis.playing.workers import kept_workers
from jobsim.analysis.setting.case import Case, case_of
from jobsim.analysis.uncertainty.parameter_draws import Draws, adjusted
from jobsim.arrays import Floats
from jobsim.engines.progress import progress_bar
from jobsim.errors import InputError, JobsimError, texts_of
from jobsim.questions.calibrate import calibrate
from jobsim.scenario import Scenario, Target, checked_scenario
from jobsim.scenario.fields import whole_number
from jobsim.scenario.paths import value_at

if TYPE_CHECKING:
    from jobsim.analysis.uncertainty.distributions import Correlations
    from jobsim.analysis.uncertainty.parameter_draws import Adjust, Parameters

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FUTURES, _TOGETHER = 16, 4
"""Futures in which each draw is played on, and draws that share their luck."""
_LUCK = 2**31
"""First number of the futures that are played on: no design has them."""
_FEWEST_DRAWS = 32
_FEWEST = 0.5
"""Least share of the draws that must be playable."""


@takes_options(counted=True, replications=50)
def forecast(
    scenario: Scenario,
    *,
    until: str | Sequence[str],
    parameters: Parameters | None = None,
    targets: Targets | None = None,
    correlations: Correlations | None = None,
    adjust: Adjust | None = None,
    points: int | None = None,
    waves: int = 3,
    draws: int = 256,
    **how: Unpack[RunOptions],
) -> Forecast:
    """Fit to the figures up to a month, predict the later ones, and score the predictions.

    Parameters
    ----------
    scenario : Scenario
    until : str, or sequence of str
        Last month that is seen, such as "2018-06"; several are forecast from one by one. A figure
        of a year is seen when the year is over.
    targets : sequence of str, or mapping of name to target, optional
        Figures: see `calibrate`. Without it, the targets and observed series of the file. Those of
        role held_out are never fitted. Values from before the run are known to baselines alone.
    parameters, correlations, adjust, points, waves
        How numbers are learned; see `calibrate`.
    draws : int, 32 or more
        Draws of the posterior that are played on, in 16 futures each.
    **how
        How to play.

    Returns
    -------
    Forecast
        Prints predictions and scores; `rows` are the figures, `scores` what they come to, `fits`
        what was learned by each month.

    Raises
    ------
    InputError
        If an argument is not valid: a month that is none, or is outside the run, or has no figure
        after it.
    JobsimError
        If `calibrate` refuses its posterior, or half of the draws cannot be played.

    Notes
    -----
    Each draw of the posterior is played in futures of its own. They go on from what was seen: a
    place that had more recipients than its numbers let expect will have more of them a month later,
    too, by the covariance of chance. Without any figure up to the month, draws are of the prior.

    Two baselines know the same figures and no model: the last value seen, and the same month last
    year plus the change over the year before the last value. Their intervals are from how far they
    were off before, where that was seen eight times, else from chance alone.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 17})
    >>> seen = {
    ...     month: {"measure": "placements", "year": 2018, "month": month, "value": value,
    ...             "rounded_to": 1}
    ...     for month, value in {1: 25, 2: 18, 3: 21, 4: 20}.items()
    ... }
    >>> found = js.forecast(
    ...     town, until="2018-02", targets=seen, replications=4, points=10, draws=32,
    ...     parameters=["groups.job_ready.job_finding_hazard_per_week"], progress=False,
    ... )
    >>> [row.when for row in found.rows], all(row.inside_95 for row in found.rows)
    (['2018-03', '2018-04'], True)
    """
    checked_scenario("scenario", scenario)
    figures = figures_of(scenario, targets)
    months = _months(scenario, figures, until)
    count = whole_number("draws", draws, _FEWEST_DRAWS, 100_000)
    case = adjusted(case_of(scenario, scenario, how["prices"]), adjust)
    record = plan_of(scenario, how, plays=1).record(case)
    prior = Prior.of(case, parameters, correlations)

    def learned(seen: Sequence[Aim], later: Sequence[Aim], kept: RunOptions) -> Calibration:
        return calibrate(
            scenario,
            parameters=parameters,
            targets=_given(seen),
            held_out=_given(later),
            correlations=correlations,
            adjust=adjust,
            points=points,
            waves=waves,
            draws=count,
            money=False,
            **kept,
        )

    begin = month_number(str(scenario.weeks.months[0]))
    with kept_workers(how, count) as kept:
        origins = []
        for month in months:
            last = month_number(month)
            known = (aim for aim in figures if aim.last_month <= last)
            before = tuple(aim for aim in known if aim.target.role == "fit")
            seen = [aim for aim in before if aim.last_month >= begin]
            later = [aim for aim in figures if aim.last_month > last]
            fit = learned(seen, later, kept) if seen else None
            drawn = fit.draws if fit else _prior_draws(prior, count, how["seed"])
            aims = (*seen, *later)
            drawn, futures = _played(case, drawn, aims, month, kept)
            origins.append(Origin(month, before, aims, fit, drawn, futures, how["seed"]))
    within = tuple(aim for aim in figures if aim.last_month >= begin)
    return Forecast(record, tuple(origins), within, _foreseen(case, prior, months[0]))


def _months(scenario: Scenario, figures: Sequence[Aim], until: str | Sequence[str]) -> list[str]:
    """Check the months and put them in order of time.

    Raises
    ------
    InputError
        If one is no month, stands twice, is outside the run or has no figure after it.
    """
    asked = [until] if isinstance(until, str) else texts_of("until", until)
    covered = [str(month) for month in scenario.weeks.months]
    latest = max(figures, key=lambda aim: aim.last_month)
    if not asked:
        raise InputError("until: needs a month, such as 2018-06")
    for month in asked:
        if _MONTH.fullmatch(month) is None:
            raise InputError(f'until: must be a month such as 2018-06, got "{month}"')
        if month not in covered:
            raise InputError(f"until: {month} is outside the run ({covered[0]} to {covered[-1]})")
        if month_number(month) >= latest.last_month:
            raise InputError(
                f"until: no figure comes after {month}; the last is of {latest.target.when}"
            )
        if asked.count(month) > 1:
            raise InputError(f"until: {month} stands twice; each month is forecast from once")
    return sorted(asked)


def _foreseen(case: Case, prior: Prior, month: str) -> tuple[str, ...]:
    """Numbers that their register says were tuned to figures after a month, and no draw moves."""
    drawn = prior.draws(np.ones((1, len(prior.paths)))).changes()[0]
    place, moved = case.given, case.with_(drawn, move="both").scenario
    later = {
        code
        for code, claim in place.claims.items()
        if month_number(f"{claim.year}-{claim.month or 12:02d}") > month_number(month)
    }
    tuned = (path for path, one in place.assumptions.items() if later & {*one.tuned_to})
    return tuple(path for path in tuned if value_at(place, path) == value_at(moved, path))


def _given(aims: Sequence[Aim]) -> dict[str, Target]:
    return {aim.name: aim.target for aim in aims}


def _prior_draws(prior: Prior, count: int, seed: int) -> Draws:
    points = unit_points("sobol", count, len(prior.paths), seed=seed).values
    return prior.draws(np.asarray(ndtri(points)))


def _played(
    case: Case, draws: Draws, aims: Sequence[Aim], month: str, how: RunOptions
) -> tuple[Draws, Floats]:
    """Draws that can be played, and their figures, in futures of their own.

    Raises
    ------
    JobsimError
        If half of them cannot be played.
    """
    engine = plan_of(case.scenario, how, plays=len(draws)).engine
    changes, found = draws.changes(), []
    with progress_bar(f"from {month}", len(changes), show=how["progress"], unit="draw") as bar:
        for start in range(0, len(changes), _TOGETHER):
            some = changes[start : start + _TOGETHER]
            first = _LUCK + start // _TOGETHER * _FUTURES
            own = {"replications": range(first, first + _FUTURES), "progress": False}
            given = run_options({**how, **own, "engine": engine})
            cells = play_cells(case, some, aims, move="both", label="forecast", **given)
            found.append(cells.values)
            bar.update(len(some))
    futures = np.concatenate(found)
    fine = np.asarray(np.isfinite(futures).all(axis=(1, 2)))
    if fine.mean() < _FEWEST:
        raise JobsimError(
            f"forecast: {np.sum(~fine)} of {len(fine)} draws cannot be played, or have no value of "
            "a figure; narrow the prior"
        )
    return replace(draws, values=draws.values[fine]), futures[fine]
