"""Parts that a change is divided between, and how each is switched off; may import scenario.

A part is something that set in, or changed, during the run: what was there all along explains no
change. Shapley values divide between them what all bring together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.errors import InputError, nearest
from jobsim.scenario import Scenario

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
    return (
        *_programmes(scenario),
        *_consultants(scenario),
        *_supports(scenario),
        *_world(scenario),
    )


def _off(kind: str, *codes: str) -> dict[str, object]:
    """Change that takes the money from programmes, supports or consultants."""
    return {f"{kind}.{code}.budget_per_year.scale": 0.0 for code in codes}


def _programmes(scenario: Scenario) -> Iterator[Part]:
    for code, programme in scenario.programmes.items():
        paid = (name for name, support in scenario.supports.items() if support.paid_from == code)
        yield Part(code, programme.label, _off("programmes", code) | _off("supports", *paid))


def _consultants(scenario: Scenario) -> Iterator[Part]:
    if scenario.small_jobs is not None and scenario.small_jobs.consultants is not None:
        off = _off("small_jobs", "consultants")
        yield Part("consultants", "Small jobs found by consultants", off)


def _supports(scenario: Scenario) -> Iterator[Part]:
    for code, support in scenario.supports.items():
        if support.paid_from is None:
            yield Part(code, support.label, _off("supports", code))


def _world(scenario: Scenario) -> Iterator[Part]:
    market = scenario.labour_market
    if set(market.tightness.values) != {market.reference_tightness}:
        steady = Schedule.constant(market.reference_tightness)
        off = {"labour_market.tightness": steady}
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
        found = tuple(Part(name, name, dict(off)) for name, off in given.items())
    else:
        known = {part.code: part for part in default_parts(scenario)}
        found = (
            tuple(known.values()) if given is None else tuple(_part(one, known) for one in given)
        )
    if not 1 <= len(found) <= MOST_PARTS:
        raise InputError(f"parts: must be 1 to {MOST_PARTS}, got {len(found)}")
    _check_apart(found)
    return found


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
    for number, inside in enumerate(coalitions(parts)):
        outside = set(range(parts)).difference(inside)
        weight = factorial(len(inside)) * factorial(max(0, len(outside) - 1))
        for part in outside:
            found[part] += weight * (array[number | 1 << part] - array[number])
    return found / factorial(parts)
