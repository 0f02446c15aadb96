"""Fit uncertain numbers of a scenario to figures of the real place; may import learning."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from jobsim.analysis.learning.aims import Aim, Targets, aims_of, collectable, values_and_errors
from jobsim.analysis.learning.calibration import Calibration
from jobsim.analysis.learning.money import InMoney
from jobsim.analysis.learning.posterior import Effort, Play, learn
from jobsim.analysis.learning.prior import Prior
from jobsim.analysis.outcomes.quantity import net_saving
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.playing.cells import play_cells
from jobsim.analysis.playing.options import RunOptions, run_options, takes_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.playing.workers import kept_workers
from jobsim.analysis.setting.case import Case, case_of, only_cut
from jobsim.analysis.uncertainty.parameter_draws import Draws, adjusted
from jobsim.arrays import Floats
from jobsim.engines.simulate import replication_numbers
from jobsim.errors import InputError, JobsimError
from jobsim.scenario import Scenario, checked_scenario
from jobsim.scenario.fields import whole_number
from jobsim.vocabulary import PURSES

if TYPE_CHECKING:
    from jobsim.analysis.uncertainty.distributions import Correlations
    from jobsim.analysis.uncertainty.parameter_draws import Adjust, Parameters

_LEAST_ESS = 50.0
"""Effective size below which no posterior is handed on."""
_MOST_NUMBERS = 20
_PLAYED, _FEWEST = 128, 16
"""Draws under which the plan is played, and fewest of which anything is told in money."""
_SAMPLED = 1000
"""Draws from which means and intervals are told, even where fewer are handed on."""


@takes_options(counted=True, replications=50)
def calibrate(
    scenario: Scenario,
    *,
    parameters: Parameters | None = None,
    targets: Targets | None = None,
    held_out: Targets | None = None,
    correlations: Correlations | None = None,
    adjust: Adjust | None = None,
    points: int | None = None,
    waves: int = 3,
    draws: int = 1000,
    money: bool | None = None,
    collect: Mapping[str, Mapping[str, Any]] | None = None,
    **how: Unpack[RunOptions],
) -> Calibration:
    """Learn uncertain numbers from figures of the real place, which is one future of many.

    Parameters
    ----------
    scenario : Scenario
    parameters, correlations
        What is learned, and what is known of it beforehand; see `parameter_draws`. The path of a
        schedule's step ends in its first day: ``groups.job_ready.inflow_per_week.2018-01-01``.
    targets, held_out : sequence of str, or mapping of name to target, optional
        What is fitted, and what is only compared: targets, claims of volumes and observed series
        ("observed.recipients") of the file, or tables such as ``{"measure": "recipients", "year":
        2018, "month": 10, "value": 1091, "standard_error": 20}``. Without them, the targets of the
        file by their role; where it has none, its claims of volumes, whose tolerance is taken for a
        95 % interval. Of a count of everybody, ``"rounded_to": 1`` stands for the error.
    adjust : function of a scenario that returns one, optional
        Applied after every draw, as in `psa`: `at_rest` derives the inflow and the pool at which
        the stock stays as it is. Importable by name where other processes play.
    points : int, optional
        Points of each design; without it, twice as many as a surface has columns, and at least 64.
    waves : int, 1 to 10
        Most designs: each is laid in what the ones before leave plausible.
    draws : int
        Draws of the posterior that are handed on.
    money : bool, optional
        Whether to play the plan, and the place without it, over fits that are equally good: the
        range of its net saving, and what would narrow it. Without it, where the scenario has
        programmes, consultants or supports.
    collect : mapping of name to figure, optional
        Figures that could be collected, as targets without their values: ``{"survey": {"measure":
        "placements", "year": 2019, "standard_error": 20}}``. Without it, every measure that is
        fitted, held out or observed: at the end of each half-year, or over each year.
    **how
        How to play.

    Returns
    -------
    Calibration
        Prints what was learned, what was not, and how it fits; its `posterior` is a table that
        `psa` and `sweep` take, as is the result itself. Its `scenario` is the place after the data,
        whose draws every question takes; `save` writes both for others. Its `money` is what all
        that means for the plan.

    Raises
    ------
    InputError
        If an argument is not valid: an unknown path or measure, a target outside the run.
    JobsimError
        If the posterior is worth fewer than 50 independent draws, or half of the prior cannot be
        played.

    Notes
    -----
    The figures y are taken for normal about what single futures give: ``y ~ N(m(θ), C(θ) + E)``,
    where m is the mean over futures, C the covariance of figures of one future, measured from
    replications, and E the squared errors of the figures and of the surface that stands for m.
    Without C, a calibration takes chance for knowledge.

    Surfaces are quadratic in normal scores of the prior, on common random numbers; see
    `jobsim.analysis.learning`. All numbers are the same whatever the number of processes.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("esbjerg-2018-evidence").with_({"horizon.weeks": 52})
    >>> hazard = "groups.job_ready.job_finding_hazard_per_week"
    >>> seen = {"measure": "placements", "year": 2018, "value": 250, "rounded_to": 1}
    >>> fit = js.calibrate(
    ...     town, parameters=[hazard], targets={"placements": seen}, replications=16, points=16,
    ...     progress=False,
    ... )
    >>> fit.row(hazard).identified
    'identified'
    """
    _refuse_learned(checked_scenario("scenario", scenario))
    aims = aims_of(scenario, targets, held_out)
    fitted = tuple(aim for aim in aims if aim.target.role == "fit")
    case = adjusted(case_of(scenario, scenario, how["prices"]), adjust)
    prior = Prior.of(case, parameters, correlations)
    _refuse_overruled(case, prior)
    plan = plan_of(case.scenario, how, plays=1)
    effort = _effort(len(prior.paths), points, waves, draws, how)
    values, errors = values_and_errors(fitted)
    worth = _plan_of(scenario, how, money)
    beside = collectable(scenario, aims, collect) if worth else ()
    with kept_workers(how, effort.points) as kept:
        play = _player(case, prior, aims, kept)
        learned = learn(play, values, errors, len(prior.paths), effort)
        _refuse_few(learned.ess)
        handed_on, record = prior.draws(learned.sampled.points[:draws]), plan.record(case)
        meant, why_not = None, ""
        if worth is not None:
            some = prior.draws(learned.sampled.points[:_PLAYED])
            try:
                meant = _in_money(adjusted(worth, adjust), record, some, fitted, beside, kept)
            except JobsimError as error:
                if money:
                    raise
                why_not = str(error)
    settled = adjust is not None
    return Calibration(record, prior, aims, learned, handed_on, settled, meant, why_not)


def _refuse_few(ess: float) -> None:
    """Refuse a posterior of too few independent draws.

    Raises
    ------
    JobsimError
        If an interval from them would be noise.
    """
    if ess < _LEAST_ESS:
        raise JobsimError(
            f"calibrate: the posterior is worth {ess:.0f} independent draws, fewer than "
            f"{_LEAST_ESS:.0f}: too few to hand on; ask for more points= or waves=, or a prior "
            "that is nearer to the targets"
        )


def _plan_of(scenario: Scenario, how: RunOptions, money: bool | None) -> Case | None:
    """The scenario beside the place without its plan; None where money is not asked for."""
    case = case_of(scenario, None, how["prices"])
    has_plan = bool(only_cut(case.baseline, case.scenario))
    if money and not has_plan:
        raise InputError(
            f"money: {scenario.name} has no programme, consultant or support, hence no net saving"
        )
    return case if has_plan and money is not False else None


def _in_money(
    case: Case,
    record: RunRecord,
    draws: Draws,
    fitted: tuple[Aim, ...],
    beside: tuple[Aim, ...],
    how: RunOptions,
) -> InMoney:
    """Play the plan over the first draws of a posterior, which are as good as any."""
    savings = tuple(net_saving(payer) for payer in PURSES)
    changes = draws.changes()
    figures = (*beside, *fitted)
    cells = play_cells(case, changes, (*savings, *figures), move="both", label="plan", **how)
    values = cells.values.swapaxes(0, 1)
    whole = np.isfinite(values).all(axis=(0, 2))
    if whole.sum() < _FEWEST:
        raise JobsimError(f"plan: can be played under {whole.sum()} of {len(changes)} draws only")
    saved, seen = values[: len(savings), whole], values[len(savings) :, whole]
    return InMoney(record, np.flatnonzero(whole), saved, fitted, beside, seen)


def _refuse_learned(scenario: Scenario) -> None:
    """Refuse a scenario that was calibrated: its figures would count twice.

    Raises
    ------
    InputError
        If it has a posterior.
    """
    if scenario.posterior is not None:
        raise InputError(
            f"scenario: {scenario.name} has a posterior already ({scenario.posterior.words}), and "
            "figures would count twice; calibrate the scenario that it was learned in"
        )


def _refuse_overruled(case: Case, prior: Prior) -> None:
    """Refuse to learn what `adjust` sets itself.

    Raises
    ------
    InputError
        If a number does not stay as it is drawn.
    """
    drawn = prior.draws(np.zeros((1, len(prior.paths)))).changes()[0]
    moved, meant = case.with_(drawn, move="both"), Case.with_(case, drawn, move="both")
    for path in drawn:
        if moved.value_at(path) != meant.value_at(path):
            raise InputError(f"adjust: sets {path} itself, so that it cannot be learned")


def _effort(dimensions: int, points: int | None, waves: int, draws: int, how: RunOptions) -> Effort:
    if dimensions > _MOST_NUMBERS:
        raise InputError(
            f"parameters: {dimensions} numbers; at most {_MOST_NUMBERS} can be learned together, "
            "so name those that the targets may say something of"
        )
    columns = (dimensions + 1) * (dimensions + 2) // 2
    wanted = max(64, 2 * columns) if points is None else points
    futures = len(_numbers(how, 0))
    return Effort(
        whole_number("points", wanted, dimensions + 8, 100_000),
        whole_number("replications", futures, 2, 100_000),
        whole_number("waves", waves, 1, 10),
        max(_SAMPLED, whole_number("draws", draws, 2, 100_000)),
        how["seed"],
    )


def _player(case: Case, prior: Prior, aims: tuple[Aim, ...], how: RunOptions) -> Play:
    """Play points of the prior; what cannot be played is not a number."""

    def play(points: Floats, futures: int) -> Floats:
        changes = prior.draws(points).changes()
        given = run_options({**how, "replications": _numbers(how, futures)})
        cells = play_cells(case, changes, aims, move="both", label="points", **given)
        return np.asarray(cells.values)

    return play


def _numbers(how: RunOptions, futures: int) -> list[int]:
    """Numbers of the replications asked for and, of more futures, the first that come besides."""
    asked = how["replications"]
    assert not isinstance(asked, str)
    first: list[int] = replication_numbers(asked).tolist()
    played = {*first}
    others = (number for number in count() if number not in played)
    return first + list(islice(others, max(0, futures - len(first))))
