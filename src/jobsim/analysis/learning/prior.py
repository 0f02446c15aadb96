"""Uncertain numbers before the data, by their normal scores; may import draws of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from jobsim.analysis.playing.points import unit_points
from jobsim.analysis.setting.case import Case
from jobsim.analysis.uncertainty.distributions import correlated, pearson_of_normals
from jobsim.analysis.uncertainty.parameter_draws import (
    Draws,
    distributions_of,
    holds_whole_number,
    in_nine_digits,
)
from jobsim.arrays import Floats

if TYPE_CHECKING:
    from jobsim.analysis.uncertainty.distributions import Correlations
    from jobsim.analysis.uncertainty.parameter_draws import Parameters

_INSIDE = 2.0**-40
_DRAWN = 4096
"""Draws that say what the prior holds."""


@dataclass(frozen=True, eq=False)
class Prior:
    """What is known of some numbers beforehand.

    Parameters
    ----------
    known : mapping of path to frozen distribution
    pearson : float64[dimensions, dimensions], correlations of normal scores
    whole : frozenset of path, those of whole numbers
    """

    known: Mapping[str, Any]
    pearson: Floats
    whole: frozenset[str]

    @classmethod
    def of(
        cls, case: Case, parameters: Parameters | None, correlations: Correlations | None
    ) -> Prior:
        """Prior of a case; arguments as of `parameter_draws`."""
        known = distributions_of(case, parameters)
        paths = list(known)
        pearson = np.eye(len(paths))
        if correlations is not None:
            pearson = pearson_of_normals(paths, correlations)
        whole = frozenset(path for path in paths if holds_whole_number(case, path))
        return cls(known, pearson, whole)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the numbers, in order."""
        return tuple(self.known)

    def draws(self, scores: Floats) -> Draws:
        """Values at independent normal scores (float64[n, dimensions]), as a table of draws."""
        unit = correlated(np.clip(ndtr(scores), _INSIDE, 1.0 - _INSIDE), self.pearson)
        columns = [
            in_nine_digits(frozen.ppf(u))
            for frozen, u in zip(self.known.values(), unit.T, strict=True)
        ]
        return Draws(self.paths, np.column_stack(columns), "table", None, {}, self.whole)

    @cached_property
    def sample(self) -> Floats:
        """Values of many even draws (float64[draws, dimensions])."""
        points = unit_points("sobol", _DRAWN, len(self.known), seed=0).values
        return self.draws(np.asarray(ndtri(points))).values
