"""Published claims: what one is about, and where the model stands beside it.

May import quantities. A claim that was used to tune the scenario is no evidence for it and is not
judged. A claim that was held out is judged by the model's *range* (where single futures fall), not
by the error of its mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from jobsim.analysis.outcomes.measures import MEASURES, RATIOS, Paired, Played, months_of
from jobsim.analysis.outcomes.quantity import Quantity, Side, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.setting.case import Case
from jobsim.arrays import Bools, Floats
from jobsim.errors import InputError, ScenarioError, nearest, text_of
from jobsim.scenario import Claim, Scenario
from jobsim.scenario.fields import whole_number
from jobsim.vocabulary import MONEY_MEASURES


@dataclass(frozen=True)
class Verdict:
    """What the model says of one claim.

    Parameters
    ----------
    code : str
    claim : Claim
    model : Spread
    unit : str
    over : str, what its range is over, if not chance
    no_price : str, what stands in place of the model's cost for each of what is lost
    """

    code: str
    claim: Claim
    model: Spread
    unit: str
    over: str = ""
    no_price: str = ""

    @property
    def verdict(self) -> str:
        """Where the claimed value lies, as one phrase."""
        if self.claim.role == "fitted":
            return "fitted: no evidence"
        if self.claim.measure in RATIOS:
            return "no range: a ratio of means has none"
        if not np.isfinite(self.model.range_low):
            return "no range: one replication is not enough"
        value, low, high = self.claim.value, self.model.range_low, self.model.range_high
        where = "below" if value < low else "above" if value > high else "within"
        return f"{where} the model's range" + (f" over {self.over}" if self.over else "")


def _months(played: Played, path: str, claim: Claim) -> Bools:
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

    def is_in(self, scenario: Scenario) -> bool:
        """Tell whether a scenario covers the time that the claim is about."""
        year, month = self.claim.year, self.claim.month
        covered = {str(one) for one in scenario.weeks.dates.astype("datetime64[M]")}
        wanted = (month,) if month is not None else range(1, 13)
        return any(f"{year}-{one:02d}" in covered for one in wanted)

    @property
    def parts(self) -> tuple[Quantity, ...]:
        """Itself; of a ratio the differences above and below the line."""
        if not self.is_ratio:
            return (self,)
        return tuple(
            replace(
                self,
                measure=measure,
                claim=self.claim.model_copy(update={"measure": measure, "of": "difference"}),
            )
            for measure in RATIOS[self.measure]
        )

    def of(self, paired: Paired) -> Floats:
        """Value in each replication (float64[replications]); of a ratio its `samples`.

        Raises
        ------
        ScenarioError
            If the claim is about a measure or a time that the run does not have.
        """
        if self.is_ratio:
            return self.samples(self.parts_of(paired))
        played, claim, path = paired.played, self.claim, f"claims.{self.name}"
        first, last = played.years[0], played.years[-1]
        if claim.year not in played.years:
            raise ScenarioError(f"{path}.year: {claim.year} is outside the run ({first}–{last})")
        if claim.measure in MONEY_MEASURES:
            if claim.groups or claim.month is not None:
                raise ScenarioError(f"{path}: money is of all groups and of whole years")
            return paired.money_of(claim.measure, claim.payer or "municipality", claim.year)
        if claim.measure not in MEASURES:
            hint = nearest(claim.measure, [*MEASURES, *MONEY_MEASURES, *RATIOS])
            raise ScenarioError(f'{path}.measure: there is no measure "{claim.measure}"{hint}')
        measure, months = MEASURES[claim.measure], _months(played, path, claim)
        if claim.groups and not measure.by_group:
            raise ScenarioError(f"{path}.groups: {claim.measure} is not divided by group")
        values = measure.of(played, months, claim.groups)
        if claim.of == "difference":
            values = values - measure.of(paired.baseline, months, claim.groups)
        return values


def claims_of(scenario: Scenario) -> tuple[Claimed, ...]:
    """All claims of a scenario, in the order of the file."""
    return tuple(claim_named(scenario, code) for code in scenario.claims)


def fitted_figures(quantities: Iterable[Quantity]) -> tuple[Claimed, ...]:
    """Claims among some quantities that the scenario was fitted to, within a tolerance."""
    claims = (one for one in quantities if isinstance(one, Claimed) and one.side == "scenario")
    return tuple(one for one in claims if one.claim.role == "fitted" and one.claim.tolerance)


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
    if text_of("claim", code) not in scenario.claims:
        hint = nearest(code, scenario.claims) or "; it has none"
        raise InputError(f'claim: {scenario.name} has no claim "{code}"{hint}')
    claim = scenario.claims[code]
    alone = claim.of == "scenario" and claim.measure in MEASURES
    side: Side = "scenario" if alone else "difference"
    about = (claim.measure, claim.payer, claim.year)
    return Claimed(*about, side=side, name=code, claim=claim)


def asked(
    scenario: Scenario,
    measure: str | Quantity,
    payer: str | None = None,
    year: int | None = None,
    *,
    ratios: bool = False,
) -> Quantity:
    """Quantity that a question is about: a claim's code, or a measure and what narrows it down.

    `ratios` as in `quantity`.

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
    given: dict[str, Any] = {"payer": payer, "year": year}
    narrower = {name: one for name, one in given.items() if one is not None}
    if year is not None:
        whole_number("year", year)
    if not isinstance(measure, str) or measure not in scenario.claims:
        return quantity(replace(quantity(measure, ratios=ratios), **narrower), ratios=ratios)
    if narrower:
        raise InputError(f"{measure}: is a claim, which has its own payer and year")
    claimed = claim_named(scenario, measure)
    if claimed.is_ratio and not ratios:
        quantity(claimed.measure)
    return claimed


def lean(case: Case, *quantities: Quantity) -> Case:
    """Case that plays no baseline of its own where the quantities are of the scenario alone.

    One that gives the scenario its past stays.
    """
    alone = case.given is case.scenario and all(one.side == "scenario" for one in quantities)
    return replace(case, baseline=case.scenario) if alone else case
