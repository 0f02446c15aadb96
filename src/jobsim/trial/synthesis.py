"""What published trials together say of meetings: a design, surfaces through it, a posterior.

May import plays of trials and what learns from data. Every trial is played at points of the prior,
all arms with the same people and luck; surfaces through what came of it stand for the model. Then
it is played again at points of the posterior that these give, and surfaces through those give the
posterior that is handed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from jobsim.analysis.learning.emulator import Emulator
from jobsim.analysis.learning.sampling import Sampled, posterior
from jobsim.analysis.playing.options import RunOptions
from jobsim.analysis.playing.points import unit_points
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.uncertainty.parameter_draws import in_nine_digits
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.trial.meeting_effects import BETWEEN, MeetingEffects
from jobsim.trial.playing import Task, Theatre, play

CHANCE_TRIALS = 200
"""Trials by chance alone that say how outcomes of one trial go together."""
_TOGETHER = 20
_FAR = 4.0
"""Normal score beyond which nothing is tried: one draw in thirty thousand."""
_LEAST_SIZE = 100
"""Effective size of a posterior below which none is handed on."""


@dataclass(frozen=True)
class Evidence:
    """One trial whose figures set numbers, as the likelihood takes it.

    Parameters
    ----------
    theatre : Theatre
    names : list of str
        What its effects hang on.
    places : int64[k]
        Its outcomes of role fit.
    published : float64[k], in the unit of each
    error : float64[k, k]
        Covariance: published standard errors, or chance at the trial's size where none was
        published; correlations are those of chance.
    """

    theatre: Theatre
    names: list[str]
    places: list[int]
    published: Floats
    error: Floats

    @property
    def name(self) -> str:
        """Name of the trial."""
        return self.theatre.trial.name

    @property
    def people(self) -> str:
        """Code of who took part."""
        return str(self.theatre.trial.setting.people)


@dataclass(frozen=True)
class Learned:
    """Everything that a synthesis tells.

    Parameters
    ----------
    evidence : sequence of Evidence
    sampled : Sampled
    values : mapping of name to float64[draws]
        The posterior, by name of the parameter.
    expected : sequence of float64[draws, k]
        Outcomes of each trial under it.
    sd : sequence of float64[k]
        Error of the surfaces.
    """

    evidence: Sequence[Evidence]
    sampled: Sampled
    values: Mapping[str, Floats]
    expected: Sequence[Floats]
    sd: Sequence[Floats]


def learn(
    effects: MeetingEffects,
    theatres: Sequence[Theatre],
    draws: int,
    posterior_draws: int,
    how: RunOptions,
) -> Learned:
    """Play, lay surfaces, sample; see `synthesise`.

    Raises
    ------
    InputError
        If the posterior hangs on too few points, as where figures contradict each other.
    """
    evidence = [_evidence(effects, theatre, how) for theatre in theatres]
    names, seed = list(effects.parameters), how["seed"]
    scores = ndtri(unit_points("sobol", draws, len(names), seed=seed).values)
    for wave in ("prior", "posterior"):
        played = [_played(effects, one, names, scores, how, wave) for one in evidence]
        surfaces = [
            Emulator.fitted(scores[:, [names.index(n) for n in one.names]], found)
            for one, found in zip(evidence, played, strict=True)
        ]
        sampled = posterior(
            _Likelihood(effects, evidence, surfaces, names),
            len(names),
            draws=max(posterior_draws, draws),
            seed=seed,
        )
        _refuse_few(sampled)
        scores = sampled.points[:draws]
    points = sampled.points[:posterior_draws]
    columns = [points[:, [names.index(n) for n in one.names]] for one in evidence]
    expected = [one.mean(x) for one, x in zip(surfaces, columns, strict=True)]
    return Learned(
        evidence, sampled, valued(effects, points), expected, [one.sd for one in surfaces]
    )


def valued(effects: MeetingEffects, scores: Floats) -> dict[str, Floats]:
    """Values of parameters (float64[draws]) by name, at normal scores of their priors."""
    uniform = ndtr(np.clip(scores, -_FAR, _FAR))
    return {
        name: in_nine_digits(prior.frozen().ppf(uniform[:, place]))
        for place, (name, prior) in enumerate(effects.parameters.items())
    }


@dataclass(frozen=True)
class _Likelihood:
    """Of all trials, at normal scores.

    A trial's true effects are those of the model times a factor of its place, whose logarithm has
    the standard deviation τ; to first order its figures m are normal about those of the model with
    covariance S + τ² m mᵀ, S being their errors and those of the surface. Taken linearly the factor
    is 1 + τ z, below 0 where z < −1/τ: of a τ of 0.2 hardly ever, of 1 in one place of six, where
    an effect then has the other sign. Entries of a register take exp(τ z), which has not.
    """

    effects: MeetingEffects
    evidence: Sequence[Evidence]
    surfaces: Sequence[Emulator]
    names: list[str]

    def __call__(self, scores: Floats) -> Floats:
        scores = np.clip(scores, -_FAR, _FAR)
        place = self.names.index(BETWEEN)
        prior = self.effects.parameters[BETWEEN].frozen()
        variance = prior.ppf(ndtr(scores[:, place])) ** 2
        total = np.zeros(len(scores))
        for one, surface in zip(self.evidence, self.surfaces, strict=True):
            mean = surface.mean(scores[:, [self.names.index(n) for n in one.names]])
            between = variance[:, None, None] * mean[:, :, None] * mean[:, None, :]
            covariance = one.error + np.diag(surface.sd**2) + between
            miss = one.published - mean
            solved = np.linalg.solve(covariance, miss[:, :, None])[:, :, 0]
            size = np.linalg.slogdet(covariance)[1]
            total -= 0.5 * (np.sum(miss * solved, axis=1) + size)
        return total


def _evidence(effects: MeetingEffects, theatre: Theatre, how: RunOptions) -> Evidence:
    trial = theatre.trial
    people, group = str(trial.setting.people), str(trial.setting.group)
    names = effects.names_of(people)
    middle = {name: prior.frozen().median() for name, prior in effects.parameters.items()}
    draw = _changes(effects, people, group, middle)
    tasks = [
        Task(theatre, draw, apart=tuple(range(i, i + _TOGETHER)))
        for i in range(0, CHANCE_TRIALS, _TOGETHER)
    ]
    chance = np.concatenate([found.apart for found in in_order(play, tasks, how, label=trial.name)])
    places = [i for i, one in enumerate(trial.outcomes) if one.role == "fit"]
    chosen = [trial.outcomes[i] for i in places]
    covariance = np.atleast_2d(np.cov(chance[:, places], rowvar=False))
    by_chance = np.sqrt(np.diag(covariance))
    stated = np.array([one.published_error for one in chosen])
    error = np.where(stated > 0, stated, by_chance)
    factor = error / by_chance
    return Evidence(
        theatre,
        names,
        places,
        np.array([one.estimate for one in chosen]),
        covariance * np.outer(factor, factor),
    )


def _changes(
    effects: MeetingEffects, people: str, group: str, values: Mapping[str, float]
) -> dict[str, float]:
    return {path: float(x) for path, x in effects.of_people(people, group, values).items()}


def _played(
    effects: MeetingEffects,
    one: Evidence,
    names: list[str],
    scores: Floats,
    how: RunOptions,
    wave: str,
) -> Floats:
    """Outcomes of role fit at each point, all on the same luck."""
    values, group = valued(effects, scores), str(one.theatre.trial.setting.group)
    futures = tuple(range(one.theatre.futures))
    tasks = [
        Task(
            one.theatre,
            _changes(effects, one.people, group, {name: values[name][i] for name in names}),
            futures,
        )
        for i in range(len(scores))
    ]
    found = in_order(play, tasks, how, label=f"{one.name}, {wave}")
    return np.stack([each.expected[one.places] for each in found])


def _refuse_few(sampled: Sampled) -> None:
    if sampled.ess < _LEAST_SIZE:
        raise InputError(
            f"the figures leave {sampled.ess:.0f} effective draws of the posterior, fewer than "
            f"{_LEAST_SIZE}: they contradict each other or the priors, or --draws is too small"
        )
