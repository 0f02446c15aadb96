"""Who loses when others gain work; imports layers 0 to 2 and the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jobsim.ledger.posting import POLICY_LINES
from jobsim.ledger.prices import Prices
from jobsim.scenario import PAYERS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["after_displacement"]


def after_displacement(increments: xr.DataArray, prices: Prices) -> xr.DataArray:
    """Increments when part of the extra work pushes somebody else aside.

    Parameters
    ----------
    increments : DataArray[line, payer, replication, month], DKK
        Scenario − baseline, as `post` gives them.
    prices : Prices

    Returns
    -------
    DataArray[line, payer, replication, month] of the four payers, DKK; see `sums` for the sums

    Notes
    -----
    With d the displacement share and o the share of the displaced who draw this municipality's
    benefit, every line that follows from volumes is multiplied by 1 - d * o for the municipality
    and by 1 - d for the other payers; staff and grants stay as they are. The municipality feels
    only those displaced persons who are on its own benefit; state, recipients and employers feel
    all of them. Transfers no longer sum to zero: the purses of other municipalities, who lose the
    rest, are no payer here.

    The displaced are taken to lose what the placed gain, line by line: a simplification, since
    many of them draw another benefit.
    """
    import xarray as xr

    share, own = prices.displacement.share, prices.displacement.own_benefit_share
    left = np.array(
        [1.0 - share * own if payer == "municipality" else 1.0 - share for payer in PAYERS]
    )
    policy = np.isin(increments["line"].values, POLICY_LINES)
    factor = xr.DataArray(
        np.where(policy[:, None], 1.0, left[None, :]),
        dims=("line", "payer"),
        coords={"line": increments["line"].values, "payer": list(PAYERS)},
    )
    scaled = increments.sel(payer=list(PAYERS)) * factor
    named = scaled.transpose(*increments.dims).rename(increments.name)
    return named.assign_attrs(increments.attrs)
