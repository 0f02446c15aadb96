"""How often intervals of decision analysis hold the truth, where net benefit is normal.

May import value of information and the trial.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import norm

from jobsim.analysis.deciding.information import Information
from jobsim.arrays import Floats
from jobsim.questions.interval_trial import Trial, of_statements, unit_cells
from jobsim.questions.sobol_indices import sobol_indices
from jobsim.questions.value_of_information import evpi, evppi, evsi
from jobsim.verification import Check

_DRAWS = 400
_MEAN, _SD, _OTHER_SD = -0.5, 2.0, 1.5
"""Of the gain of the second option over the first: what is asked about, and what is not."""
_SOBOL_DRAWS = 256
_LUCKY_DRAWS, _FUTURES = 100, 20
_PERSONS, _BETWEEN = 20, 5.0
"""Of a pilot that measures the first: persons, and the standard deviation between them."""


def loss(mean: float, sd: float) -> float:
    """Mean of the positive part of a normal number less that of its mean: what knowing it is worth.

    Raiffa & Schlaifer 1961, Applied Statistical Decision Theory: the unit normal loss integral.
    """
    density = math.exp(-((mean / sd) ** 2) / 2) / math.sqrt(2 * math.pi)
    return sd * density + mean * float(ndtr(mean / sd)) - max(0.0, mean)


def _holding(
    trial: Trial, name: str, what: str, truth: float, found: Callable[[Floats], Information]
) -> Check:
    """Judge intervals of draws of independent standard normal numbers, three a draw."""
    repeats = trial.repeats // 6
    normals = ndtri(unit_cells(trial.seed, repeats, 3 * _DRAWS)).reshape(repeats, _DRAWS, 3)
    held = [_holds(found(one), truth) for one in normals]
    return of_statements(name, f"{what}, true value {truth:.4g}, {_DRAWS} draws each", held)


def _holds(found: Information, truth: float) -> bool:
    return found.ci_low <= truth <= found.ci_high


def _benefit(normals: Floats) -> Floats:
    gain = _MEAN + normals @ (_SD, _OTHER_SD, 0.0)
    return np.stack([np.zeros(len(gain)), gain], axis=1)


def perfect_information(trial: Trial) -> Check:
    """Interval of the value of knowing everything."""
    truth = loss(_MEAN, math.hypot(_SD, _OTHER_SD))
    what = "value of perfect information"
    return _holding(trial, "EVPI", what, truth, lambda normals: evpi(_benefit(normals)))


def information_on_shared_luck(trial: Trial) -> Check:
    """Interval of the value of knowing everything, where all draws share their futures."""
    mean, between, luck, repeats = 0.5, math.sqrt(1.25), 1.5, trial.repeats // 6
    shape = _LUCKY_DRAWS + 1, _FUTURES
    normals = ndtri(unit_cells(trial.seed, repeats, math.prod(shape) + _LUCKY_DRAWS))
    held = []
    for row in normals:
        own, (shared, *rest) = row[:_LUCKY_DRAWS, None], row[_LUCKY_DRAWS:].reshape(shape)
        gain = mean + between * own + luck * (shared + np.stack(rest) / 2)
        held.append(
            _holds(evpi(np.stack([np.zeros(gain.shape), gain], axis=1)), loss(mean, between))
        )
    what = f"value of perfect information, {_LUCKY_DRAWS} draws on the same {_FUTURES} futures each"
    return of_statements("EVPI, shared luck", what, held)


def partial_information(trial: Trial) -> Check:
    """Interval of the value of knowing one of two numbers."""
    what, truth = "value of knowing one of two numbers", loss(_MEAN, _SD)
    return _holding(
        trial, "EVPPI", what, truth, lambda normals: evppi(_benefit(normals), normals[:, 0])
    )


def sample_information(trial: Trial) -> Check:
    """Interval of the value of a pilot that measures one of two numbers."""
    noise = _BETWEEN / math.sqrt(_PERSONS)
    what, truth = (
        f"value of a pilot with {_PERSONS} persons",
        loss(_MEAN, _SD / math.hypot(1, noise)),
    )

    def found(normals: Floats) -> Information:
        return evsi(_benefit(normals), normals[:, 0] + noise * normals[:, 2])

    return _holding(trial, "EVSI", what, truth, found)


def variance_shares(trial: Trial) -> Check:
    """Intervals of Sobol' indices of 2a + b + ab, of independent standard normal a and b."""
    first, total = {"a": 4 / 6, "b": 1 / 6}, {"a": 5 / 6, "b": 2 / 6}
    numbers = {"a": norm(), "b": norm()}
    held = []
    for place in range(trial.repeats // 30):
        name, of_total = "ab"[place % 2], place // 2 % 2
        kind, truth = ("total", total) if of_total else ("first_order", first)
        found = sobol_indices(
            lambda row: 2 * row[:, 0] + row[:, 1] + row[:, 0] * row[:, 1],
            parameters=numbers,
            draws=_SOBOL_DRAWS,
            seed=trial.seed + place,
        )
        row: Any = found.row(name)
        miss, se = getattr(row, kind) - truth[name], getattr(row, f"{kind}_se")
        held.append(abs(miss) <= found.half_width(se))
    what = f"Sobol' indices of two numbers, first-order and total, {_SOBOL_DRAWS} draws each"
    return of_statements("Sobol' indices", what, held)
