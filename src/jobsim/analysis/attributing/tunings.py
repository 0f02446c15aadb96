"""Which of several tunings fit the published figures equally well? May import cells and claims.

A scenario that meets its figures is one of many that do. What they all say is identified by the
figures; where they differ, the figures are silent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Unpack

import numpy as np

from jobsim.analysis.outcomes.quantity import Claimed, claims_of
from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.analysis.playing.player import Plan, plan_of, player_of
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.setting.case import Case
from jobsim.errors import InputError, JobsimError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Framed, Printed, Table, number

Candidate = Scenario | Mapping[str, object]
"""A tuning, or the changes of a scenario that make it."""


@dataclass(frozen=True)
class Tuning:
    """One candidate and how well it fits.

    Parameters
    ----------
    scenario : Scenario or None, None where it is not valid
    misses : tuple of float
        (mean − figure) / tolerance of each figure.
    error : str or None
    """

    scenario: Scenario | None
    misses: tuple[float, ...]
    error: str | None = None

    @property
    def worst(self) -> float:
        """Greatest miss of a figure, in tolerances; infinite where it failed."""
        return max((abs(miss) for miss in self.misses), default=math.inf)


@dataclass(frozen=True, repr=False)
class EquallyGood(Printed, Framed):
    """Candidates judged by the figures that the scenario was fitted to; gives those that fit.

    As a table: a row for each candidate, with its miss of each figure in tolerances, whether it is
    kept, and its error.

    Parameters
    ----------
    scenario : str, its name
    claims : tuple of Claimed, the figures
    candidates : tuple of Tuning, in the order given
    within : float, tolerances
    """

    scenario: str
    claims: tuple[Claimed, ...]
    candidates: tuple[Tuning, ...]
    within: float

    @property
    def kept(self) -> tuple[Scenario, ...]:
        """Those that miss no figure by more than `within` tolerances."""
        return tuple(
            one.scenario
            for one in self.candidates
            if one.scenario is not None and one.worst <= self.within
        )

    def __iter__(self) -> Iterator[Scenario]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    def _lines(self) -> list[dict[str, object]]:
        names = [claim.name for claim in self.claims]
        return [
            {
                **dict(zip(names, one.misses or (math.nan,) * len(names), strict=True)),
                "kept": one.worst <= self.within,
                "error": one.error,
            }
            for one in self.candidates
        ]

    def _table(self) -> Table:
        rows = []
        for place, claim in enumerate(self.claims):
            misses = [one.misses[place] for one in self.candidates if one.misses]
            kept = [one.misses[place] for one in self.candidates if one.worst <= self.within]
            rows.append((claim.label, *_ends(misses), *_ends(kept)))
        return Table(
            f"{self.scenario}: {len(self)} of {len(self.candidates)} tunings miss no figure by "
            f"more than {self.within:g} of its tolerance",
            ("Miss, in tolerances", "all: least", "greatest", "kept: least", "greatest"),
            tuple(rows),
        )


def _ends(values: Sequence[float]) -> tuple[str, str]:
    ends = (min(values), max(values)) if values else (math.nan, math.nan)
    return number(ends[0], digits=2, sign=True), number(ends[1], digits=2, sign=True)


def equally_good(
    scenario: Scenario,
    candidates: Sequence[Candidate],
    *,
    within: float = 0.5,
    **how: Unpack[RunOptions],
) -> EquallyGood:
    """Keep the tunings that fit the figures a scenario was fitted to.

    Parameters
    ----------
    scenario : Scenario
        Its claims with role "fitted" and a tolerance are the figures.
    candidates : sequence of Scenario, or of mapping of path to value
        Other tunings, or changes of the scenario that make them.
    within : float
        How near the mean must come to each figure, in tolerances of the claim.
    **how
        How to play; see `RunOptions`.

    Returns
    -------
    EquallyGood
        Gives the scenarios that fit, for `attribute(..., tunings=)`; prints how far each misses.

    Raises
    ------
    InputError
        If the scenario was fitted to nothing, there are no candidates, or an argument is not valid.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.attributing.tunings import equally_good
    >>> place = js.Scenario.load("kolding-2018")
    >>> others = [{"small_jobs.experience_multiplier": x} for x in (0.9, 1.8)]
    >>> len(equally_good(place, others, within=2, replications=4, progress=False))
    2
    """
    figures = tuple(one for one in claims_of(scenario) if _is_figure(one))
    if not figures:
        raise InputError(f"{scenario.name}: no claim is fitted with a tolerance")
    if not candidates:
        raise InputError("candidates: there are none")
    if not is_number(within) or not within > 0:
        raise InputError(f"within: must be a number of tolerances above 0, got {within!r}")
    for candidate in candidates:
        _check(candidate)
    full = run_options(how)
    plan = plan_of(scenario, full, plays=len(candidates))
    judged = partial(_judged, scenario, figures, plan)
    found = in_order(judged, candidates, full, label="tunings")
    return EquallyGood(scenario.name, figures, tuple(found), float(within))


def _is_figure(one: Claimed) -> bool:
    return one.claim.role == "fitted" and bool(one.claim.tolerance) and one.side == "scenario"


def tuned(scenario: Scenario, candidate: Candidate) -> Scenario:
    """Tuning as a scenario.

    Raises
    ------
    InputError
        If it is neither a scenario nor a change that is valid.
    """
    _check(candidate)
    return candidate if isinstance(candidate, Scenario) else scenario.with_(candidate)


def _check(candidate: object) -> None:
    if not isinstance(candidate, (Scenario, Mapping)):
        raise InputError(
            f"a tuning must be a Scenario or a mapping of paths, got {type(candidate).__name__}"
        )


def _judged(
    scenario: Scenario, figures: tuple[Claimed, ...], plan: Plan, candidate: Candidate
) -> Tuning:
    try:
        tried = tuned(scenario, candidate)
        paired = player_of(plan).paired(Case(tried, tried, Prices.load("denmark")))
        means = [float(np.mean(figure.of(paired))) for figure in figures]
    except JobsimError as error:
        return Tuning(None, (), str(error))
    misses = (
        (mean - figure.claim.value) / (figure.claim.tolerance or math.nan)
        for mean, figure in zip(means, figures, strict=True)
    )
    return Tuning(tried, tuple(misses))
