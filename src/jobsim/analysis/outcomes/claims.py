"""Published claims beside the model; may import the paired scenarios.

A claim that was used to tune the scenario is no evidence for it and is not judged. A claim that was
held out is judged by the model's *range* (where single futures fall), not by the error of its mean.

A published claim as a quantity, so that any question can be asked of it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.measures import MEASURES, Played, months_of
from jobsim.analysis.outcomes.paired import Paired
from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.setting.case import Case
from jobsim.errors import InputError, ScenarioError, nearest
from jobsim.scenario import Claim, Scenario
from jobsim.vocabulary import MONEY_MEASURES

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


def _months(played: Played, path: str, claim: Claim) -> npt.NDArray[np.bool_]:
    if claim.month is None:
        return months_of(played, claim.year)
    wanted = np.datetime64(f"{claim.year}-{claim.month:02d}", "M")
    months = played.months == wanted
    if not months.any():
        raise ScenarioError(f"{path}.month: {wanted} is outside the run")
    return np.asarray(months)


@dataclass(frozen=True, kw_only=True)
class Claimed(Quantity):
    """What a claim of the scenario is about: its measure, groups, year and month.

    Parameters
    ----------
    name : str
    claim : Claim
    """

    name: str
    claim: Claim

    @property
    def code(self) -> str:
        """Code of the claim."""
        return self.name

    @property
    def label(self) -> str:
        """The claim in a few words."""
        return self.claim.label

    def of(self, paired: Paired) -> Floats:
        """Value in each replication (float64[replications]).

        Raises
        ------
        ScenarioError
            If the claim is about a measure or a time that the run does not have.
        """
        played, claim, path = paired.played, self.claim, f"claims.{self.name}"
        first, last = played.years[0], played.years[-1]
        if claim.year not in played.years:
            raise ScenarioError(f"{path}.year: {claim.year} is outside the run ({first}–{last})")
        if claim.measure in MONEY_MEASURES:
            return paired.money_of(claim.measure, claim.payer or "municipality", claim.year)
        if claim.measure not in MEASURES:
            hint = nearest(claim.measure, [*MEASURES, *MONEY_MEASURES])
            raise ScenarioError(f'{path}.measure: there is no measure "{claim.measure}"{hint}')
        measure, months = MEASURES[claim.measure], _months(played, path, claim)
        values = measure.of(played, months, claim.groups)
        if claim.of == "difference":
            values = values - measure.of(paired.baseline, months, claim.groups)
        return values


def claims_of(scenario: Scenario) -> tuple[Claimed, ...]:
    """All claims of a scenario, in the order of the file."""
    return tuple(claim_named(scenario, code) for code in scenario.claims)


def claim_named(scenario: Scenario, code: str) -> Claimed:
    """Quantity of a claim of the scenario.

    Raises
    ------
    InputError
        If there is no such claim; the message names the nearest.

    Examples
    --------
    >>> import jobsim as js
    >>> claim_named(js.Scenario.load("esbjerg-2018"), "net_saving_2018").unit
    'DKK'
    """
    if code not in scenario.claims:
        hint = nearest(code, scenario.claims) or "; it has none"
        raise InputError(f'claim: {scenario.name} has no claim "{code}"{hint}')
    claim = scenario.claims[code]
    alone = claim.of == "scenario" and claim.measure in MEASURES
    side: Literal["scenario", "difference"] = "scenario" if alone else "difference"
    return Claimed(
        claim.measure,
        payer=claim.payer,
        year=claim.year,
        side=side,
        name=code,
        claim=claim,
    )


def asked(
    scenario: Scenario, measure: str | Quantity, payer: str | None = None, year: int | None = None
) -> Quantity:
    """Quantity that a question is about: a claim's code, or a measure and what narrows it down.

    Raises
    ------
    InputError
        If there is neither such a claim nor such a measure.

    Examples
    --------
    >>> import jobsim as js
    >>> asked(js.Scenario.load("esbjerg-2018"), "net_saving", year=2018).code
    'net_saving:municipality:2018'
    """
    if isinstance(measure, str) and measure in scenario.claims:
        if payer is not None or year is not None:
            raise InputError(f"{measure}: is a claim, which has its own payer and year")
        return claim_named(scenario, measure)
    found = quantity(measure)
    if payer is not None:
        found = dataclasses.replace(found, payer=payer)
    return quantity(found if year is None else dataclasses.replace(found, year=year))


def lean(case: Case, *quantities: Quantity) -> Case:
    """Case that plays no baseline of its own where the quantities are of the scenario alone."""
    if all(one.side == "scenario" for one in quantities):
        return dataclasses.replace(case, baseline=case.scenario)
    return case
