"""Published claims beside the model; may import the ledger's amounts and the measures.

A claim that was used to tune the scenario is no evidence for it and is not judged. A claim that was
held out is judged by the model's *range* (where single futures fall), not by the error of its mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.analysis.measures import MEASURES, Played, months_of
from jobsim.analysis.spread import Spread, spread
from jobsim.errors import ScenarioError, nearest
from jobsim.scenario import Claim

__all__ = ["MONEY_CLAIMS", "Verdict", "judge"]

Floats = npt.NDArray[np.float64]

MONEY_CLAIMS = ("gross_saving", "net_saving", "programme_cost")
"""Measures of money that a claim can be about."""


@dataclass(frozen=True)
class Verdict:
    """What the model says of one claim."""

    code: str
    claim: Claim
    model: Spread
    unit: str

    @property
    def verdict(self) -> str:
        """Where the claimed value lies, as one phrase."""
        if self.claim.role == "fitted":
            return "fitted: no evidence"
        if not np.isfinite(self.model.range_low):
            return "no range: one replication is not enough"
        if self.claim.value < self.model.range_low:
            return "below the model's range"
        if self.claim.value > self.model.range_high:
            return "above the model's range"
        return "within the model's range"


def judge(
    code: str,
    claim: Claim,
    played: Played,
    baseline: Played,
    money: Callable[[str, str, int], Floats],
) -> Verdict:
    """Lay one claim beside the model.

    Parameters
    ----------
    code : str
    claim : Claim
    played, baseline : Played
    money : callable of (measure, payer, year)
        Money of the difference in each replication.

    Raises
    ------
    ScenarioError
        If the claim is about a measure or a year that the run does not have.
    """
    path = f"claims.{code}"
    if claim.year not in played.years:
        raise ScenarioError(
            f"{path}.year: {claim.year} is outside the run ({played.years[0]}–{played.years[-1]})"
        )
    if claim.measure in MONEY_CLAIMS:
        values = money(claim.measure, claim.payer or "municipality", claim.year)
        return Verdict(code, claim, spread(values), "DKK")
    if claim.measure not in MEASURES:
        hint = nearest(claim.measure, [*MEASURES, *MONEY_CLAIMS])
        raise ScenarioError(f'{path}.measure: there is no measure "{claim.measure}"{hint}')
    measure = MEASURES[claim.measure]
    months = _months(played, claim)
    values = measure.of(played, months, claim.groups)
    if claim.of == "difference":
        values = values - measure.of(baseline, months, claim.groups)
    return Verdict(code, claim, spread(values), measure.unit)


def _months(played: Played, claim: Claim) -> npt.NDArray[np.bool_]:
    if claim.month is None:
        return months_of(played, claim.year)
    wanted = np.datetime64(f"{claim.year}-{claim.month:02d}", "M")
    months = played.months == wanted
    if not months.any():
        raise ScenarioError(f"claims: month {wanted} is outside the run")
    return np.asarray(months)
