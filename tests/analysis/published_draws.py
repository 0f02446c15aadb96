"""Draws of a published worked example, remade with the generator it was made with.

The example is the article "Cost-effectiveness analysis" of the R package hesim 0.5.2
(https://hesim-dev.github.io/hesim/articles/cea.html, dated 2022-08-21): 1,000 draws of costs and
quality-adjusted life years of three strategies in two groups, from R's default generator with
``set.seed(131)``: Mersenne Twister (Matsumoto & Nishimura 1998) and normal numbers by inversion.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

DRAWS = 1000
STRATEGIES = ("Strategy 1", "Strategy 2", "Strategy 3")
COST = ((2, 0.1), (2, 0.1), (11, 0.15), (11, 0.15), (11, 0.15), (11, 0.15))
"""Mean and standard deviation of log cost: by strategy, then by group."""
EFFECT = ((8, 0.2), (8, 0.2), (10, 0.8), (10.5, 0.8), (8.5, 0.6), (11, 0.6))


class R:
    """R's default random numbers after set.seed."""

    def __init__(self, seed: int) -> None:
        words = []
        for _ in range(50 + 625):
            seed = (69069 * seed + 1) & 0xFFFFFFFF
            words.append(seed)
        self._bits = np.random.MT19937()
        state = self._bits.state
        state["state"] = {"key": np.array(words[51:], dtype=np.uint32), "pos": 624}
        self._bits.state = state

    def normal(self, mean: float, sd: float) -> np.ndarray:
        """Draw normal numbers by inversion, two uniform numbers each."""
        u = self._bits.random_raw(2 * DRAWS).reshape(DRAWS, 2) * 2.3283064365386963e-10
        fine = 134217728
        return mean + sd * ndtri((np.floor(fine * u[:, 0]) + u[:, 1]) / fine)


def groups() -> list[tuple[np.ndarray, np.ndarray]]:
    """Costs and effects of both groups, each float64[draws, strategies]."""
    r = R(131)
    costs = [np.exp(r.normal(*of)) for of in COST]
    effects = [r.normal(*of) for of in EFFECT]
    return [
        (np.column_stack(costs[group::2]), np.column_stack(effects[group::2])) for group in (0, 1)
    ]
