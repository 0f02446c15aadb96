"""Two scenarios on the same luck, with the money of their difference; may import layers 0 to 3.

Money measures out of posted amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.measures import MEASURES, Played, months_of
from jobsim.ledger import Prices, after_displacement, social_present_value, sums
from jobsim.vocabulary import PAYERS, POLICY_LINES, PURSES

if TYPE_CHECKING:
    import xarray as xr

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Flows:
    """Money of one payer, DKK by [replication, month]."""

    cost: Floats
    """Staff and grants; positive is a cost."""
    net: Floats
    """All lines; positive is a gain."""
    net_displaced: Floats
    """All lines after displacement."""

    @property
    def gross(self) -> Floats:
        """What is gained before staff and grants are paid."""
        return self.net + self.cost


MONEY: dict[str, Callable[[Flows], Floats]] = {
    "gross_saving": lambda flows: flows.gross,
    "net_saving": lambda flows: flows.net,
    "programme_cost": lambda flows: flows.cost,
}
"""Money measures that claims can be about."""


@dataclass(frozen=True, repr=False, eq=False)
class Paired:
    """A scenario and a baseline played with the same keys, and the prices of what differs.

    Parameters
    ----------
    played, baseline : Played
        The two scenarios with their volumes, every replication kept.
    prices : Prices
    """

    played: Played
    baseline: Played
    prices: Prices

    @property
    def replications(self) -> int:
        """Number of futures played."""
        return int(self.played.volumes.sizes["replication"])

    @cached_property
    def flows(self) -> dict[str, Flows]:
        """Money of the difference by payer, each [replication, month]."""
        spent = by_payer(self.increments, POLICY_LINES)
        gained, displaced = by_payer(self.increments), by_payer(self.displaced_increments)
        return {payer: Flows(-spent[payer], gained[payer], displaced[payer]) for payer in PURSES}

    @cached_property
    def costs(self) -> tuple[Floats, Floats]:
        """Staff and grants of scenario and baseline, DKK by [replication, month]."""
        scenario, baseline = self.amounts
        return cost(scenario), cost(baseline)

    @cached_property
    def amounts(self) -> tuple[xr.DataArray, xr.DataArray]:
        """Posted amounts of scenario and baseline, with the sums over payers."""
        return self.played.amounts(self.prices), self.baseline.amounts(self.prices)

    @cached_property
    def increments(self) -> xr.DataArray:
        """Scenario − baseline, DKK by (line, payer, replication, month)."""
        scenario, baseline = self.amounts
        return (scenario - baseline).assign_attrs(scenario.attrs)

    @cached_property
    def displaced_increments(self) -> xr.DataArray:
        """Increments after displacement of other job seekers."""
        return sums(after_displacement(self.increments.sel(payer=list(PAYERS)), self.prices))

    def difference_of(self, measure: str, year: int | None) -> Floats:
        """Difference of a volume measure in each replication (float64[replications])."""
        m = MEASURES[measure]
        ours = m.of(self.played, months_of(self.played, year))
        return ours - m.of(self.baseline, months_of(self.baseline, year))

    def money_of(self, measure: str, payer: str, year: int | None) -> Floats:
        """Money measure of the difference in each replication (float64[replications], DKK)."""
        monthly = MONEY[measure](self.flows[payer])
        return np.asarray(monthly[:, months_of(self.played, year)].sum(axis=1))

    def present_value(self, increments: xr.DataArray) -> Floats:
        """Social net present value of increments in each replication."""
        own = increments.sel(payer=list(PAYERS))
        return np.asarray(social_present_value(own, self.played.scenario, self.prices).values)


def joined(blocks: Sequence[Played]) -> Played:
    """Replications of one scenario that were played in several blocks."""
    import xarray as xr

    volumes = [block.volumes for block in blocks]
    together = xr.concat(volumes, "replication", join="exact", combine_attrs="override")
    return Played(blocks[0].scenario, together)


def net(amounts: xr.DataArray, payer: str) -> Floats:
    """All lines of a payer, DKK, by replication and month."""
    return _by_month(amounts.sel(payer=payer).sum("line"))


def cost(amounts: xr.DataArray, payer: str = "municipality") -> Floats:
    """What staff and grants cost a payer, DKK, by replication and month; positive is a cost."""
    return -_by_month(amounts.sel(payer=payer, line=list(POLICY_LINES)).sum("line"))


def by_payer(amounts: xr.DataArray, lines: Sequence[str] | None = None) -> dict[str, Floats]:
    """Sum of some lines (default: all) for every payer, DKK, by replication and month."""
    chosen = amounts if lines is None else amounts.sel(line=list(lines))
    sums = chosen.transpose("payer", "line", "replication", "month").values.sum(axis=1)
    return dict(zip(amounts.payer.values.tolist(), sums, strict=True))


def break_even(monthly: Floats) -> Floats:
    """Month from which the sum so far is never again below zero.

    Parameters
    ----------
    monthly : float64[replications, months], net savings

    Returns
    -------
    float64[replications]
        Number of the month, from 1; infinity where the sum is below zero at the end; not a number
        where nothing is ever gained or lost.

    Examples
    --------
    >>> break_even(np.array([[-2.0, 1.0, 1.5], [-1.0, 0.5, 0.0], [0.0, 0.0, 0.0]])).tolist()
    [3.0, inf, nan]
    """
    below = np.cumsum(monthly, axis=1) < 0
    months = monthly.shape[1]
    last_below = np.where(below.any(axis=1), months - np.argmax(below[:, ::-1], axis=1), 0)
    month = np.where(last_below == months, np.inf, last_below + 1.0)
    return np.where(np.any(monthly != 0, axis=1), month, np.nan)


def _by_month(amounts: xr.DataArray) -> Floats:
    return np.asarray(amounts.transpose("replication", "month").values, dtype=np.float64)
