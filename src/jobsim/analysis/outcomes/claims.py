"""Published claims beside the model; may import the paired scenarios.

A claim that was used to tune the scenario is no evidence for it and is not judged. A claim that was
held out is judged by the model's *range* (where single futures fall), not by the error of its mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.measures import MEASURES, Played, months_of
from jobsim.analysis.outcomes.paired import MONEY, Paired
from jobsim.analysis.outcomes.spread import Spread
from jobsim.errors import ScenarioError, nearest
from jobsim.scenario import Claim

__all__ = ["Verdict", "outcomes"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """What the model says of one claim; `over` names what its range is over, if not chance."""

    code: str
    claim: Claim
    model: Spread
    unit: str
    over: str = ""

    @property
    def verdict(self) -> str:
        """Where the claimed value lies, as one phrase."""
        if self.claim.role == "fitted":
            return "fitted: no evidence"
        if not np.isfinite(self.model.range_low):
            return "no range: one replication is not enough"
        over = f" over {self.over}" if self.over else ""
        if self.claim.value < self.model.range_low:
            return f"below the model's range{over}"
        if self.claim.value > self.model.range_high:
            return f"above the model's range{over}"
        return f"within the model's range{over}"


def outcomes(code: str, claim: Claim, paired: Paired) -> tuple[Floats, str]:
    """What a claim is about, in each replication, and its unit.

    Parameters
    ----------
    code : str
    claim : Claim
    paired : Paired

    Returns
    -------
    float64[replications], str

    Raises
    ------
    ScenarioError
        If the claim is about a measure or a time that the run does not have.
    """
    played = paired.played
    path = f"claims.{code}"
    if claim.year not in played.years:
        raise ScenarioError(
            f"{path}.year: {claim.year} is outside the run ({played.years[0]}–{played.years[-1]})"
        )
    if claim.measure in MONEY:
        payer = claim.payer or "municipality"
        return paired.money_of(claim.measure, payer, claim.year), "DKK"
    if claim.measure not in MEASURES:
        hint = nearest(claim.measure, [*MEASURES, *MONEY])
        raise ScenarioError(f'{path}.measure: there is no measure "{claim.measure}"{hint}')
    measure = MEASURES[claim.measure]
    months = _months(played, path, claim)
    values = measure.of(played, months, claim.groups)
    if claim.of == "difference":
        values = values - measure.of(paired.baseline, months, claim.groups)
    return values, measure.unit


def _months(played: Played, path: str, claim: Claim) -> npt.NDArray[np.bool_]:
    if claim.month is None:
        return months_of(played, claim.year)
    wanted = np.datetime64(f"{claim.year}-{claim.month:02d}", "M")
    months = played.months == wanted
    if not months.any():
        raise ScenarioError(f"{path}.month: {wanted} is outside the run")
    return np.asarray(months)
