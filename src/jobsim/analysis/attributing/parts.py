"""Parts that a change is divided between, and over which tunings; may import players and claims.

A part is something that set in, or changed, during the run: what was there all along explains no
change. Shapley values divide between them what all bring together. A scenario that meets its
figures is one of many that do: what they all say is identified by the figures; where they differ,
the figures are silent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import factorial
from typing import ClassVar, Unpack

import numpy as np

from jobsim.analysis.outcomes.claims import Claimed, claims_of, fitted_figures
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.playing.player import Plan, plan_of, player_of
from jobsim.analysis.playing.workers import in_order
from jobsim.analysis.setting.case import Case, case_of
from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.errors import InputError, JobsimError, nearest, texts_of
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Table, number

MOST_PARTS = 8
"""Every further part doubles the number of worlds."""


@dataclass(frozen=True)
class Part:
    """One part.

    Parameters
    ----------
    code : str
    label : str
    off : mapping of path to value
        Changes of the scenario that switch it off. A number for a schedule keeps its zero steps, as
        everywhere; a `Schedule` replaces it.
    """

    code: str
    label: str
    off: Mapping[str, object]


Parts = Sequence[str | Part] | Mapping[str, Mapping[str, object]]
"""Codes of default parts, parts of one's own, or changes by name."""


def default_parts(scenario: Scenario) -> tuple[Part, ...]:
    """Parts of a scenario that can be switched off.

    - each programme, by its code: without money, nor the supports paid from it;
    - `consultants`: without money, hence without the small jobs that they find;
    - each support with money of its own, by its code: without money;
    - `labour_market`, where tightness is not always its reference: at the reference;
    - `inflow`, where it changes: every group's at its first value.

    Examples
    --------
    >>> import jobsim as js
    >>> [part.code for part in default_parts(js.Scenario.load("kolding-2018"))]
    ['consultants', 'labour_market', 'inflow']
    """
    return (*_policy(scenario), *_world(scenario))


def _off(kind: str, *codes: str) -> dict[str, object]:
    """Change that takes the money from programmes, supports or consultants."""
    return {f"{kind}.{code}.budget_per_year.scale": 0.0 for code in codes}


def _policy(scenario: Scenario) -> Iterator[Part]:
    for code, programme in scenario.programmes.items():
        paid = (name for name, support in scenario.supports.items() if support.paid_from == code)
        yield Part(code, programme.label, _off("programmes", code) | _off("supports", *paid))
    if scenario.small_jobs is not None and scenario.small_jobs.consultants is not None:
        off = _off("small_jobs", "consultants")
        yield Part("consultants", "Small jobs found by consultants", off)
    for code, support in scenario.supports.items():
        if support.paid_from is None:
            yield Part(code, support.label, _off("supports", code))


def _world(scenario: Scenario) -> Iterator[Part]:
    market = scenario.labour_market
    if set(market.tightness.values) != {market.reference_tightness}:
        off = {"labour_market.tightness": Schedule.constant(market.reference_tightness)}
        yield Part("labour_market", "Labour market off its reference", off)
    inflow = {
        f"groups.{code}.inflow_per_week": Schedule.constant(group.inflow_per_week.values[0])
        for code, group in scenario.groups.items()
        if len(set(group.inflow_per_week.values)) > 1
    }
    if inflow:
        yield Part("inflow", "Inflow off its first value", inflow)


def parts_of(scenario: Scenario, given: Parts | None) -> tuple[Part, ...]:
    """Read and check parts; without any, the default ones.

    Raises
    ------
    InputError
        If a code is unknown (the message names the nearest), there are none or too many, or two
        change the same path.
    """
    if isinstance(given, Mapping):
        found = tuple(_own_part(name, off) for name, off in given.items())
    else:
        known = {part.code: part for part in default_parts(scenario)}
        several = texts_of("parts", tuple(known) if given is None else given, Part)
        found = tuple(_part(one, known) for one in several)
    if not 1 <= len(found) <= MOST_PARTS:
        raise InputError(f"parts: must be 1 to {MOST_PARTS}, got {len(found)}")
    _check_apart(found)
    return found


def _own_part(name: object, off: object) -> Part:
    if not isinstance(name, str) or not isinstance(off, Mapping):
        got = f"{name!r}: {type(off).__name__}"
        raise InputError(f"parts: must be {{name: {{path: value}}}}, got {{{got}}}")
    return Part(name, name, dict(off))


def _part(one: str | Part, known: Mapping[str, Part]) -> Part:
    if isinstance(one, Part):
        return one
    if one not in known:
        raise InputError(f'parts: there is no part "{one}"{nearest(str(one), known)}')
    return known[one]


def _check_apart(found: Sequence[Part]) -> None:
    taken: dict[str, str] = {}
    for part in found:
        if part.code in taken.values():
            raise InputError(f'parts: "{part.code}" is named twice')
        for path in part.off:
            stem = path.removesuffix(".scale")
            if stem in taken:
                raise InputError(f'parts: both "{taken[stem]}" and "{part.code}" change {stem}')
        taken |= dict.fromkeys((path.removesuffix(".scale") for path in part.off), part.code)


def coalitions(parts: int) -> list[tuple[int, ...]]:
    """All sets of parts, the empty one first; set number m holds part i if bit i of m is set.

    Examples
    --------
    >>> coalitions(2)
    [(), (0,), (1,), (0, 1)]
    """
    return [tuple(i for i in range(parts) if m >> i & 1) for m in range(2**parts)]


def shapley(values: Floats | Sequence[Floats]) -> Floats:
    """Divide what all parts bring together between them.

    Parameters
    ----------
    values : float64[2**parts, …]
        Value of each coalition, in the order of `coalitions`.

    Returns
    -------
    float64[parts, …]
        ``φ_i = Σ_S |S|! (n - |S| - 1)! / n! · (v(S ∪ i) - v(S))`` over the sets without i. They add
        up to the value of all parts less that of none.

    Examples
    --------
    Two parts that bring 1 and 2 alone, and 5 together:

    >>> shapley(np.array([0.0, 1.0, 2.0, 5.0])).tolist()
    [2.0, 3.0]
    """
    array = np.asarray(values, dtype=np.float64)
    parts = len(array).bit_length() - 1
    if len(array) != 2**parts:
        raise ValueError(f"values: need one for each of 2**parts coalitions, got {len(array)}")
    found = np.zeros((parts, *array.shape[1:]))
    for place, inside in enumerate(coalitions(parts)):
        outside = set(range(parts)).difference(inside)
        weight = factorial(len(inside)) * factorial(max(0, len(outside) - 1))
        for part in outside:
            found[part] += weight * (array[place | 1 << part] - array[place])
    return found / factorial(parts)


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
class EquallyGood(Result):
    """Candidates judged by the figures that the scenario was fitted to; gives those that fit.

    As a table: a row for each candidate, with its miss of each figure in tolerances, whether it is
    kept, and its error.

    Parameters
    ----------
    record : RunRecord, of the scenario
    claims : tuple of Claimed, the figures
    candidates : tuple of Tuning, in the order given
    within : float, tolerances
    """

    record: RunRecord
    claims: tuple[Claimed, ...]
    candidates: tuple[Tuning, ...]
    within: float
    _name: ClassVar = "tunings"
    _keys: ClassVar = ("tuning",)

    @property
    def kept(self) -> tuple[Scenario, ...]:
        """Those that miss no figure by more than `within` tolerances."""
        good = (one.scenario for one in self.candidates if one.worst <= self.within)
        return tuple(one for one in good if one is not None)

    def __iter__(self) -> Iterator[Scenario]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    def _lines(self) -> list[dict[str, object]]:
        names = [claim.name for claim in self.claims]
        return [
            {"tuning": number}
            | dict(zip(names, one.misses or (math.nan,) * len(names), strict=True))
            | {"kept": one.worst <= self.within, "error": one.error}
            for number, one in enumerate(self.candidates)
        ]

    def _table(self) -> Table:
        rows = []
        for place, claim in enumerate(self.claims):
            misses = [one.misses[place] for one in self.candidates if one.misses]
            kept = [one.misses[place] for one in self.candidates if one.worst <= self.within]
            rows.append((claim.label, *_ends(misses), *_ends(kept)))
        few = f"{self.record.scenario.name}: {len(self)} of {len(self.candidates)} tunings"
        title = f"{few} miss no figure by more than {self.within:g} of its tolerance"
        header = ("Miss, in tolerances", "all: least", "greatest", "kept: least", "greatest")
        return Table(title, header, tuple(rows))


def _ends(values: Sequence[float]) -> tuple[str, str]:
    ends = (min(values), max(values)) if values else (math.nan, math.nan)
    return number(ends[0], digits=2, sign=True), number(ends[1], digits=2, sign=True)


@takes_options(counted=True)
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
        How to play.

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
    >>> place = js.Scenario.load("kolding-2018")
    >>> others = [{"small_jobs.experience_multiplier": x} for x in (0.9, 1.8)]
    >>> len(js.equally_good(place, others, within=2, replications=4, progress=False))
    2
    """
    figures = fitted_figures(claims_of(scenario))
    if not figures:
        raise InputError(f"{scenario.name}: no claim is fitted with a tolerance")
    if not candidates:
        raise InputError("candidates: there are none")
    if not is_number(within) or not within > 0:
        raise InputError(f"within: must be a number of tolerances above 0, got {within!r}")
    for candidate in candidates:
        _check(candidate)
    case = case_of(scenario, scenario, how["prices"])
    plan = plan_of(scenario, how, plays=len(candidates))
    judged = partial(_judged, case, figures, plan)
    found = in_order(judged, candidates, how, label="tunings")
    return EquallyGood(plan.record(case), figures, tuple(found), float(within))


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


def _judged(case: Case, figures: tuple[Claimed, ...], plan: Plan, candidate: Candidate) -> Tuning:
    try:
        tried = tuned(case.scenario, candidate)
        paired = player_of(plan).paired(Case(tried, tried, case.prices))
        means = [float(np.mean(figure.of(paired))) for figure in figures]
    except JobsimError as error:
        return Tuning(None, (), str(error))
    misses = (
        (mean - figure.claim.value) / (figure.claim.tolerance or math.nan)
        for mean, figure in zip(means, figures, strict=True)
    )
    return Tuning(tried, tuple(misses))
