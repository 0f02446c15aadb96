"""The cost-effectiveness plane: increments against one option; may import spread and text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.deciding.draw_arrays import place_of
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.arrays import Floats
from jobsim.text.tables import Printed, Table, between, figure, share

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False, eq=False)
class Plane(Printed):
    """Increments of every draw: option − reference (Black 1990, doi:10.1177/0272989X9001000308).

    Parameters
    ----------
    reference : str
    names : tuple of str
        The other options.
    incremental_cost : float64[draws, options]
        Positive: dearer than the reference.
    incremental_effect : float64[draws, options]
        Positive: does more than the reference.
    effect_unit, money_unit : str

    Examples
    --------
    >>> plane = Plane("none", ("some",), np.array([[5.0], [-1.0]]), np.array([[2.0], [1.0]]),
    ...               "placements", "DKK")
    >>> plane.quadrants("some")
    {'dearer, more': 0.5, 'dearer, no more': 0.0, 'no dearer, more': 0.5, 'no dearer, no more': 0.0}
    """

    reference: str
    names: tuple[str, ...]
    incremental_cost: Floats
    incremental_effect: Floats
    effect_unit: str
    money_unit: str

    def quadrants(self, option: str) -> dict[str, float]:
        """Share of draws in each quadrant; those on an axis count as "no dearer" or "no more"."""
        place = place_of(option, self.names)
        dearer, more = self.incremental_cost[:, place] > 0, self.incremental_effect[:, place] > 0
        return {
            "dearer, more": float(np.mean(dearer & more)),
            "dearer, no more": float(np.mean(dearer & ~more)),
            "no dearer, more": float(np.mean(~dearer & more)),
            "no dearer, no more": float(np.mean(~dearer & ~more)),
        }

    def spreads(self, option: str) -> tuple[Spread, Spread]:
        """Mean, Monte Carlo error and range over draws of incremental cost and effect."""
        place = place_of(option, self.names)
        return spread(self.incremental_cost[:, place]), spread(self.incremental_effect[:, place])

    def to_frame(self) -> pd.DataFrame:
        """One line per draw and option: draw, option, incremental_cost, incremental_effect."""
        import pandas as pd

        draws, options = self.incremental_cost.shape
        return pd.DataFrame(
            {
                "draw": np.repeat(np.arange(draws), options),
                "option": np.tile(np.array(self.names, dtype=object), draws),
                "incremental_cost": self.incremental_cost.ravel(),
                "incremental_effect": self.incremental_effect.ravel(),
            }
        )

    def _table(self) -> Table:
        return Table(
            f"Cost-effectiveness plane against {self.reference}, "
            f"{self.money_unit} and {self.effect_unit}",
            ("", "more cost", "range", "more effect", "range", "NE", "NW", "SE", "SW"),
            tuple(self._cells(option) for option in self.names),
            note=textwrap.fill(
                "range: where 95 % of draws fall. Shares of draws by quadrant: "
                "NE dearer and does more, NW dearer and does no more, "
                "SE no dearer and does more, SW no dearer and does no more.",
                100,
            ),
        )

    def _cells(self, option: str) -> tuple[str, ...]:
        cells = [option]
        for found in self.spreads(option):
            ends = between(figure, found.range_low, found.range_high, sign=True)
            cells += [figure(found.mean, sign=True), ends]
        return (*cells, *map(share, self.quadrants(option).values()))
