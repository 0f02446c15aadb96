"""Two scenarios on the same luck, with the money of their difference; may import layers 0 to 3.

Money measures out of posted amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    """Money of one payer by measure, DKK by [replication, month]."""

    programme_cost: Floats
    """Staff and grants; positive is a cost."""
    net_saving: Floats
    """All lines; positive is a gain."""
    net_saving_after_displacement: Floats

    @property
    def gross_saving(self) -> Floats:
        """What is gained before staff and grants are paid."""
        return self.net_saving + self.programme_cost


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
        return m.over(self.played, year) - m.over(self.baseline, year)

    def money_of(self, measure: str, payer: str, year: int | None) -> Floats:
        """Money measure of the difference in each replication (float64[replications], DKK)."""
        monthly: Floats = getattr(self.flows[payer], measure)
        return np.asarray(monthly[:, months_of(self.played, year)].sum(axis=1))

    def costs_of(self, year: int | None) -> tuple[Floats, Floats]:
        """Staff and grants of scenario and baseline in each replication, DKK."""
        months = months_of(self.played, year)
        ours, theirs = (cost(amounts)[:, months].sum(axis=1) for amounts in self.amounts)
        return ours, theirs

    def present_value(self, *, displaced: bool = False) -> Floats:
        """Social net present value, after displacement or without, in each replication."""
        increments = self.displaced_increments if displaced else self.increments
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


def _by_month(amounts: xr.DataArray) -> Floats:
    return np.asarray(amounts.transpose("replication", "month").values, dtype=np.float64)
