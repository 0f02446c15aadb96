"""A posterior as people meet it: what was learned, how it fits, what it cannot tell.

May import posteriors, priors and aims.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.special import chdtrc
from scipy.stats import rankdata

from jobsim.analysis.learning.aims import Aim
from jobsim.analysis.learning.groups import predictive, tree_of
from jobsim.analysis.learning.money import InMoney
from jobsim.analysis.learning.posterior import Learned
from jobsim.analysis.learning.prior import Prior
from jobsim.analysis.learning.scores import Predicted, predicted
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import HIGH, LOW
from jobsim.analysis.uncertainty.parameter_draws import Draws
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.scenario import Scenario
from jobsim.scenario.paths import unit_at
from jobsim.scenario.posterior import Posterior, digest_of_facts
from jobsim.text.tables import Table, between, counted, figure, share, short_names
from jobsim.text.width import filled

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_IDENTIFIED, _PARTLY = 0.8, 0.3
"""Contraction from which a number counts as identified, or partly."""
_TIED = 0.8
"""Rank correlation in the posterior from which only two numbers together are identified."""
_UNLIKELY = 0.05
"""Posterior predictive p below which figures do not go together with the model."""


@dataclass(frozen=True)
class LearnedNumber:
    """One uncertain number before and after the data.

    Parameters
    ----------
    path, unit : str
    prior_mean, prior_low, prior_high : float
        Mean and 95 % interval before.
    posterior_mean, posterior_low, posterior_high : float
        And after.
    contraction : float
        ``1 − variance after / variance before``: 0 where nothing was learned.
    identified : str
        "identified" from a contraction of 0.8, "partly" from 0.3, else "not".
    """

    path: str
    unit: str
    prior_mean: float
    prior_low: float
    prior_high: float
    posterior_mean: float
    posterior_low: float
    posterior_high: float
    contraction: float

    @property
    def identified(self) -> str:
        """How far the data say what it is."""
        return how_identified(self.contraction)


@dataclass(frozen=True)
class TargetFit:
    """One target beside what the posterior predicts for it.

    Parameters
    ----------
    target, label, unit, role, when : str
        Its code, its words, and its period, such as 2018-10.
    value, error : float
        The figure and its standard deviation about what it measures.
    predicted, predicted_low, predicted_high : float
        Predicted mean, and where 95 % of such figures fall: parameters, chance and error together.
    inside : bool, whether the figure lies there
    pit, crps : float, see `Predicted`
    chance_sd : float, standard deviation of single futures under one draw
    """

    target: str
    label: str
    unit: str
    role: str
    when: str
    value: float
    error: float
    predicted: float
    predicted_low: float
    predicted_high: float
    inside: bool
    pit: float
    crps: float
    chance_sd: float


@dataclass(frozen=True, repr=False, eq=False)
class Calibration(Result):
    """Uncertain numbers after the data.

    Parameters
    ----------
    record : RunRecord, of the scenario as it stands
    prior : Prior
    aims : tuple of Aim
        Targets that were fitted, then those held out.
    learned : Learned
    draws : Draws
        Equally likely draws of the posterior, in an order by chance: the first of them are as good
        as any. Handed to `psa`, `sweep` and others as `draws=`.
    adjusts : bool
        Whether a function put the scenario right after every draw.
    money : InMoney or None
        What equally good fits mean for the plan; None where it has none, or was not asked for.
    not_in_money : str
        Why there is none although there is a plan: it could not be played.
    """

    record: RunRecord
    prior: Prior
    aims: tuple[Aim, ...]
    learned: Learned
    draws: Draws
    adjusts: bool = False
    money: InMoney | None = None
    not_in_money: str = ""
    _name: ClassVar = "numbers"
    _keys: ClassVar = ("path",)

    @property
    def names(self) -> dict[str, str]:
        """Ends of the paths that tell them apart; of a step not its day alone."""
        ends = short_names(self.prior.paths)
        return {
            path: end if end[0].isalpha() else ".".join(path.split(".")[-2:])
            for path, end in zip(self.prior.paths, ends, strict=True)
        }

    @property
    def posterior(self) -> pd.DataFrame:
        """The draws as a table: one row per draw, one column per path."""
        return self.draws.to_frame()

    @property
    def scenario(self) -> Scenario:
        """The place after the data: `Scenario.with_posterior` of the one that was calibrated."""
        return self.record.scenario.with_posterior(self)

    def to_posterior(self) -> Posterior:
        """What is kept beside a scenario: draws, and what they were learned from.

        Raises
        ------
        InputError
            If a function put the scenario right after every draw, which no file of draws says.
        """
        if self.adjusts:
            raise InputError(
                "posterior: was learned with adjust=, which a scenario file does not hold; give "
                "the result to psa as draws= beside the same adjust="
            )
        return Posterior.of(
            self.prior.paths,
            self.draws.values,
            seed=self.record.seed,
            targets=[aim.name for aim in self.aims if aim.target.role == "fit"],
            versions=self.record.versions,
            facts=digest_of_facts(self.record.scenario, self.prior.paths),
        )

    @property
    def ess(self) -> float:
        """Effective size: independent draws that know as much as these."""
        return self.learned.ess

    @cached_property
    def rows(self) -> tuple[LearnedNumber, ...]:
        """Every number before and after."""
        before = self.prior.sample
        after = self.prior.draws(self.learned.sampled.points).values  # more than are handed on
        ends = (np.quantile(one, [LOW, HIGH], axis=0) for one in (before, after))
        columns = zip(self.prior.paths, before.T, after.T, *(one.T for one in ends), strict=True)
        return tuple(
            LearnedNumber(
                path,
                _unit(path),
                *(float(x.mean()), float(prior_ends[0]), float(prior_ends[1])),
                *(float(y.mean()), float(posterior_ends[0]), float(posterior_ends[1])),
                1.0 - float(y.var() / x.var()),
            )
            for path, x, y, prior_ends, posterior_ends in columns
        )

    @cached_property
    def targets(self) -> tuple[TargetFit, ...]:
        """Every target beside what the posterior predicts, played by the simulator itself."""
        return tuple(self._fit(place, aim) for place, aim in enumerate(self.aims))

    def _fit(self, place: int, aim: Aim) -> TargetFit:
        futures, weights = self.learned.futures[:, place], self.learned.weights
        target = aim.target
        found: Predicted = predicted(target.value, target.error, futures, weights)
        told = (aim.name, aim.label, aim.unit, target.role, target.when, target.value, target.error)
        chance = math.sqrt(float(weights @ futures.var(axis=1, ddof=1)))
        predictions = found.mean, found.low, found.high, found.inside, found.pit, found.crps
        return TargetFit(*told, *predictions, chance)

    @property
    def tied(self) -> list[tuple[str, str, float]]:
        """Pairs of which only a combination is identified, with their rank correlation."""
        ranks = np.column_stack([rankdata(column) for column in self.draws.values.T])
        found = np.atleast_2d(np.corrcoef(ranks.T))
        paths = self.prior.paths
        pairs = [(i, j) for i in range(len(paths)) for j in range(i + 1, len(paths))]
        return [
            (paths[i], paths[j], float(found[i, j])) for i, j in pairs if self._ties(found, i, j)
        ]

    def _ties(self, correlations: Floats, i: int, j: int) -> bool:
        """Whether two numbers hang together, and more so than they did before the data."""
        before = 6.0 / math.pi * math.asin(float(self.prior.pearson[i, j]) / 2.0)
        found = abs(float(correlations[i, j]))
        return found > max(_TIED, abs(before))

    @property
    def fit_p(self) -> float:
        """Posterior predictive p of all fitted targets together: small where they do not fit.

        Share of futures that lie farther from what the posterior expects than the figures do.
        """
        return self._p(list(range(len(self.learned.likelihood.values))))

    @property
    def tension(self) -> list[tuple[str, str, float]]:
        """Pairs of fitted targets that cannot both hold, and their posterior predictive p."""
        count = len(self.learned.likelihood.values)
        pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
        found = [(self.aims[i].name, self.aims[j].name, self._p([i, j])) for i, j in pairs]
        return sorted((one for one in found if one[2] < _UNLIKELY), key=lambda one: one[2])

    def _p(self, which: list[int]) -> float:
        points = self.learned.sampled.points[:512]
        distances = self.learned.likelihood.distances(points, which)
        return float(np.mean(chdtrc(len(which), distances)))

    def to_xarray(self) -> xr.DataTree:
        """The posterior in the groups that ArviZ knows, for its summaries and pictures.

        Returns
        -------
        DataTree
            posterior and prior have a variable for each path, posterior_predictive one for each
            target, all [chain, draw] of one chain of equally likely draws; observed_data has the
            figures. Rows of posterior and posterior_predictive do not belong together. Its attrs
            name seed, versions and targets. It is written by ``to_netcdf``.
        """
        paths, count, record = self.prior.paths, len(self.draws), self.record
        fitted = [aim.name for aim in self.aims if aim.target.role == "fit"]
        told = record.attrs | {"versions": dict(record.versions), "targets": fitted}
        return tree_of(
            dict(zip(paths, self.draws.values.T, strict=True)),
            dict(zip(paths, self.prior.sample[:count].T, strict=True)),
            predictive(self.learned, self.aims, count, record.seed),
            self.aims,
            {path: _unit(path) for path in paths},
            told | {"inference_library": "jobsim", "effective_sample_size": self.ess},
        )

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        import pandas as pd

        targets = pd.DataFrame([vars(one) for one in self.targets])
        tables = {"numbers": self.to_frame(), "targets": targets, "draws": self.posterior}
        return tables | (self.money.frames() if self.money else {})

    def _lines(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            yield vars(row) | {"identified": row.identified}

    def _parts(self) -> list[Table | str]:
        meant = self.money.parts() if self.money else []
        return [self._heading(), self._numbers(), self._targets(), "\n".join(self.notes), *meant]

    def _heading(self) -> str:
        learned, scenario = self.learned, self.record.scenario
        played = len(learned.likelihood.values)
        lines = (
            f"{scenario.name}: {counted(len(self.rows), 'number')} learned from "
            f"{counted(played, 'target')}",
            f"{counted(learned.waves[-1].points, 'point')} played in "
            f"{counted(len(learned.waves), 'wave')}, {learned.futures.shape[2]:,} futures each · "
            f"seed {self.record.seed} · {len(self.draws):,} draws, worth {self.ess:,.0f} "
            "independent ones",
            "The real place is one future: chance counts in how well a draw may fit.",
        )
        return "\n".join(map(filled, lines))

    def _numbers(self) -> Table:
        rows = tuple(
            (
                f"{name} ({row.unit})" if row.unit else name,
                f"{figure(row.prior_mean)} ({between(figure, row.prior_low, row.prior_high)})",
                f"{figure(row.posterior_mean)} "
                f"({between(figure, row.posterior_low, row.posterior_high)})",
                share(max(0.0, row.contraction)),
                row.identified,
            )
            for name, row in zip(self.names.values(), self.rows, strict=True)
        )
        note = "contraction: share of the prior variance that the targets take away."
        header = ("", "before (95 %)", "after (95 %)", "contraction", "identified")
        return Table("What was learned", header, rows, note)

    def _targets(self) -> Table:
        rows = tuple(
            (
                f"{one.label}, {one.when} ({one.unit})",
                "fitted" if one.role == "fit" else "held out",
                figure(one.value),
                figure(one.predicted),
                between(figure, one.predicted_low, one.predicted_high),
                "yes" if one.inside else "no",
                f"{one.pit:.2f}",
            )
            for one in self.targets
        )
        note = (
            "range: where 95 % of such figures fall, parameters, chance and error together. PIT: "
            "share of them below the figure."
        )
        header = ("", "", "figure", "predicted", "range", "inside", "PIT")
        return Table("How it fits", header, rows, note)

    @property
    def notes(self) -> list[str]:
        """What the posterior cannot tell, and how good the surfaces are."""
        return [filled(note) for note in self._notes()]

    def _notes(self) -> Iterator[str]:
        if self.not_in_money:
            yield f"Not told in money: {self.not_in_money}."
        fitted, numbers = len(self.learned.likelihood.values), len(self.rows)
        if fitted < numbers:
            yield (
                f"Fewer targets ({fitted}) than numbers ({numbers}): at least {numbers - fitted} "
                "directions are prior only."
            )
        unknown = [self.names[row.path] for row in self.rows if row.identified == "not"]
        if unknown:
            yield f"Not identified, so still the prior: {', '.join(unknown)}."
        for first, second, rho in self.tied:
            pair = f"{self.names[first]} and {self.names[second]}"
            yield f"Only together are identified: {pair} (rank correlation {_signed(rho)})."
        for first, second, p in self.tension:
            yield f"Hardly both true in this model: {first} and {second} (p {p:.3f})."
        if self.fit_p < _UNLIKELY:
            yield (
                f"The targets together do not fit (p {self.fit_p:.3f}): the model, the prior or a "
                "figure is wrong, and the intervals are too narrow."
            )
        blur = float(self.learned.waves[-1].blur.max())
        yield (
            f"Error of the surfaces: at most {share(blur)} of a standard deviation of chance and "
            f"error. The simulator itself leaves {share(self.learned.kept)} of the draws' weight."
        )
        if self.learned.failed:
            yield f"{counted(self.learned.failed, 'point')} could not be played and is left out."


def how_identified(contraction: float) -> str:
    """How far data say what a number is, by the share of its prior variance that they take away.

    Examples
    --------
    >>> [how_identified(x) for x in (0.9, 0.5, 0.1)]
    ['identified', 'partly', 'not']
    """
    if contraction >= _IDENTIFIED:
        return "identified"
    return "partly" if contraction >= _PARTLY else "not"


def _signed(rho: float) -> str:
    return f"{rho:+.2f}".replace("-", "−")


def _unit(path: str) -> str:
    """Unit of the number at a path of a scenario; none for a factor."""
    return "" if path.endswith(".scale") or path.startswith("prices.") else unit_at(Scenario, path)
