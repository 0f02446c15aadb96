"""The scenario: people, services and policy, in one frozen object, and rules between its parts.

And how a budget divides into grants and staff, year by year: engines turn these amounts into grants
and caseworkers, the ledger posts them as costs, so that a krone is never spent twice. May import
errors, calendar, vocabulary and the other files of scenarios.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from jobsim.arrays import Floats
from jobsim.calendar import Schedule, Weeks
from jobsim.errors import InputError, ScenarioError, nearest
from jobsim.files.reading import parse_toml
from jobsim.scenario import fields, parts
from jobsim.scenario.correlations import Correlation, problems_of
from jobsim.scenario.document import Document, ScenarioDifference, differences
from jobsim.scenario.evidence import OBSERVABLE, Claim, ObservedSeries
from jobsim.scenario.fields import (
    POLICY,
    WHOLE,
    Code,
    Frozen,
    FrozenDict,
    Room,
    ShareSchedule,
    unit,
)
from jobsim.scenario.files import template_text
from jobsim.scenario.observed import fill_observed
from jobsim.scenario.paths import schedules_in, unit_at
from jobsim.scenario.posterior import (
    Learnable,
    Posterior,
    fill_posterior,
    problems_of_posterior,
    save_with_draws,
    with_posterior,
)
from jobsim.scenario.targets import Target
from jobsim.text.currency import CURRENCY
from jobsim.vocabulary import PURSES


class Horizon(Room):
    """The weeks that are simulated."""

    start: Annotated[dt.date, Field(ge=dt.date(1980, 1, 1), le=dt.date(2200, 1, 1))]
    """First day of week 0."""
    weeks: Annotated[int, unit("weeks", ge=1, le=5200), WHOLE]
    """Number of weeks."""


class Municipality(Room):
    """The municipality whose purse is meant."""

    name: str = Field(min_length=1)
    """Name in tables."""
    income_tax_rate: ShareSchedule = Schedule.constant(0.25)
    """Municipal income tax, as a share of taxable income."""


_OF_PRICES = {"based_on", "price_year"}
"""Entries that only a price list has, one that is based on another or a whole one."""
OF_TRIALS = {"arms", "outcomes"}
"""Entries that every trial has."""


class Scenario(Document):
    """What is simulated: people, services, policy, labour market, and where the numbers come from.

    Load one with `Scenario.load`; change one with `with_`. A scenario never changes in place.

    Examples
    --------
    >>> import jobsim as js
    >>> scenario = js.Scenario.load("esbjerg-2018")
    >>> more = scenario.with_({"programmes.intensive.budget_per_year.scale": 2.0})
    >>> print(scenario.difference(more))
    programmes.intensive.budget_per_year
        1,900,000 from 2018-01-01, 1,800,000 from 2019-01-01, 0 from 2020-01-01
      → 3,800,000 from 2018-01-01, 3,600,000 from 2019-01-01, 0 from 2020-01-01
    """

    _what: ClassVar[str] = "preset"
    _package: ClassVar[str] = "jobsim.presets"
    _error: ClassVar[type[InputError]] = ScenarioError

    currency: fields.Currency = CURRENCY
    """Currency of every amount, as its three letters; price lists must be in the same."""
    horizon: Horizon
    municipality: Municipality
    groups: Annotated[dict[Code, parts.Group], Frozen]
    """Target groups by code."""
    regular_service: parts.RegularService
    meetings: parts.MeetingEffect = parts.MeetingEffect()
    programmes: Annotated[dict[Code, parts.Programme], Frozen, POLICY] = Field(
        default_factory=FrozenDict
    )
    """Programmes by code, in order of admission."""
    small_jobs: parts.SmallJobs | None = None
    supports: Annotated[dict[Code, parts.Support], Frozen, POLICY] = Field(
        default_factory=FrozenDict
    )
    """Supports by code, in order of grant."""
    labour_market: parts.LabourMarket = parts.LabourMarket()
    claims: Annotated[dict[Code, Claim], Frozen] = Field(default_factory=FrozenDict)
    """Published results by code."""
    observed: Annotated[dict[Code, ObservedSeries], Frozen] = Field(default_factory=FrozenDict)
    """Observed series by code."""
    correlations: tuple[Correlation, ...] = ()
    """Which uncertain numbers go together; the others are drawn independently."""
    targets: Annotated[dict[Code, Target], Frozen] = Field(default_factory=FrozenDict)
    """Figures that uncertain numbers are fitted to, and those held out, by code."""
    posterior: Posterior | None = None
    """What such figures left of some uncertain numbers: draws that take the place of what the
    register states of them."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Scenario:
        for rule in _RULES:
            for problem in rule(self):  # the first of all
                raise ValueError(problem)
        return self

    @classmethod
    def _completed(cls, data: dict[str, Any], folder: Path) -> dict[str, Any]:
        if _OF_PRICES & data.keys():
            raise InputError("is a price list, no scenario; give it as prices (--prices)")
        if data.keys() >= OF_TRIALS:
            raise InputError("is a trial, no scenario; js.trials and jobsim trials play it")
        return fill_posterior(fill_observed(data, folder), folder)

    @classmethod
    def template(cls) -> Scenario:
        """The town of 2026 that `write_template` writes, to make one's own municipality from."""
        return cls.from_dict(parse_toml(template_text().encode(), "template"))

    def without_programmes(self) -> Scenario:
        """The same place without programmes, consultants and supports.

        Ordinary small-job openings, and everything else, stay as they are.
        """
        data = self.stated()
        ending = " without programmes"
        data["name"] = self.name.removesuffix(ending)[: 100 - len(ending)] + ending
        data["programmes"], data["supports"] = {}, {}
        if self.small_jobs is not None:
            data["small_jobs"].pop("consultants", None)
        removed = ("programmes.", "supports.", "small_jobs.consultants.")
        data["changed"] = tuple(p for p in self.changed if not f"{p}.".startswith(removed))
        if self.posterior is not None:
            data["posterior"] = self.posterior.without([one.removesuffix(".") for one in removed])
        return self.from_dict(data)

    def with_posterior(self, learned: Learnable | Posterior) -> Scenario:
        """The same place after the data: its numbers at the posterior's middle, its draws kept.

        `psa`, `rank_assumptions`, `sobol_indices`, `tornado`, `what_would_have_to_be_true`, studies
        and reports take these draws for the numbers that were learned, together as they are, and
        what the register states for the rest. `save` writes them into a file beside.

        Parameters
        ----------
        learned : what `calibrate` returns, or a Posterior

        Raises
        ------
        ScenarioError
            If it has a posterior already, or no such number.
        """
        return with_posterior(self, learned)

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write a file that `load` reads, and beside it the draws of a posterior, if it has one.

        Parameters
        ----------
        path : path of a .toml file
            The draws stand in a file of its name that ends in .posterior.csv.
        force : bool, whether files that are there already are replaced

        Raises
        ------
        InputError
            If the name does not end in .toml.
        OutputError
            If a file is there already and is to stay, or cannot be written.
        """
        if self.posterior is None:
            return super().save(path, force=force)
        return save_with_draws(self, self.posterior, path, force=force)

    def difference(self, other: Scenario) -> ScenarioDifference:
        """What differs between this scenario and another, path by path; prints as a list."""
        there = checked_scenario("other", other).to_dict()
        return ScenarioDifference(dict(differences(self.to_dict(), there)))

    @cached_property
    def weeks(self) -> Weeks:
        """The weeks that are simulated."""
        return Weeks(self.horizon.start, self.horizon.weeks)

    def __repr__(self) -> str:
        people = sum(group.stock for group in self.groups.values())
        texts = [
            f"{self.horizon.weeks} weeks from {self.horizon.start}",
            f"{people:,} recipients in {', '.join(self.groups)}",
            f"programmes: {', '.join(self.programmes) or 'none'}",
        ]
        return f"<Scenario {self.name}: {'; '.join(texts)}>"

    __str__ = __repr__


def _unknown(path: str, names: Iterable[str], known: Mapping[str, Any], what: str) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name not in known:
            yield f'{path}: there is no {what} "{name}"{nearest(name, known)}'
        if name in seen:
            yield f'{path}: {what} "{name}" is named twice'
        seen.add(name)


def _keys(scenario: Scenario) -> Iterator[str]:
    if not scenario.groups:
        yield "groups: at least one group is needed"
    for part in ("groups", "supports"):
        seen: dict[int, str] = {}
        for code, item in getattr(scenario, part).items():
            if item.key in seen:
                yield f"{part}.{code}.key: {item.key} is taken by {part}.{seen[item.key]}"
            seen[item.key] = code


def _programmes(scenario: Scenario) -> Iterator[str]:
    for code, programme in scenario.programmes.items():
        if code == "regular":
            yield 'programmes.regular: the name "regular" belongs to the regular service'
        yield from _unknown(f"programmes.{code}.groups", programme.groups, scenario.groups, "group")


def _supports(scenario: Scenario) -> Iterator[str]:
    for code, support in scenario.supports.items():
        path = f"supports.{code}"
        yield from _unknown(f"{path}.groups", support.groups, scenario.groups, "group")
        yield from _unknown(f"{path}.need_share", support.need_share, scenario.groups, "group")
        paid_from = [support.paid_from] if support.paid_from is not None else []
        yield from _unknown(f"{path}.paid_from", paid_from, scenario.programmes, "programme")


def _small_jobs(scenario: Scenario) -> Iterator[str]:
    levels = len(scenario.small_jobs.hours_per_week) if scenario.small_jobs else 0
    taking = {code: g.small_jobs for code, g in scenario.groups.items() if g.small_jobs}
    for code, jobs in taking.items():
        path = f"groups.{code}.small_jobs"
        if not levels:
            yield f"{path}: the scenario has no [small_jobs] to take part in"
            return
        if len(jobs.cap_shares) != levels + 1:
            needed = f"needs {levels + 1} shares (level 0 to {levels})"
            yield f"{path}.cap_shares: {needed}, got {len(jobs.cap_shares)}"
        if len(jobs.start_level_shares) > levels:
            yield f"{path}.start_level_shares: at most {levels} shares (level 0 to {levels - 1})"
    if scenario.small_jobs and scenario.small_jobs.consultants:
        total = sum(jobs.consultant_share for jobs in taking.values())
        if abs(total - 1) > 1e-6:
            yield f"groups.*.small_jobs.consultant_share: must add up to 1, adds up to {total:g}"


def _intervals(scenario: Scenario) -> Iterator[str]:
    services = [
        ("regular_service", scenario.regular_service.interval_weeks, tuple(scenario.groups)),
        *((f"programmes.{c}", p.interval_weeks, p.groups) for c, p in scenario.programmes.items()),
    ]
    for path, intervals, groups in services:
        if set(intervals) == {"all"}:
            continue
        yield from _unknown(f"{path}.interval_weeks", intervals, scenario.groups, "group")
        for name in groups:
            if name not in intervals:
                yield f"{path}.interval_weeks: no list for group {name}"


def _before(scenario: Scenario) -> Iterator[str]:
    before, path = scenario.regular_service.before, "regular_service.before"
    lists = [code for code in before.interval_weeks or () if code != "all"]
    yield from _unknown(f"{path}.interval_weeks", lists, scenario.groups, "group")
    absent = before.no_show_probability
    yield from _unknown(f"{path}.no_show_probability", absent, scenario.groups, "group")


def _lasting_gains(scenario: Scenario) -> Iterator[str]:
    gaining = [code for code, group in scenario.groups.items() if group.lasting_gain > 0]
    for name in ("max_lasting_boost", "lasting_half_life_weeks") if gaining else ():
        if getattr(scenario.meetings, name) is None:
            unit = unit_at(Scenario, f"meetings.{name}")
            yield f"meetings.{name}: is missing ({unit}); groups.{gaining[0]}.lasting_gain needs it"


def _beginnings(scenario: Scenario) -> Iterator[str]:
    """Only a budget, which is 0 before its first step, may begin after week 0."""
    first = scenario.weeks.dates[0].astype(dt.date)
    played = set(Scenario.model_fields) - {*Document.model_fields, "claims", "observed"}
    for path, schedule in schedules_in({name: getattr(scenario, name) for name in sorted(played)}):
        if schedule.dates and not schedule.zero_before and schedule.dates[0] > first:
            yield (
                f"{path}: begins on {schedule.dates[0]}, after the date of week 0 ({first}); "
                "put a step on or before it"
            )


def _claims(scenario: Scenario) -> Iterator[str]:
    for part in ("claims", "observed", "targets"):
        for code, item in getattr(scenario, part).items():
            path = f"{part}.{code}"
            yield from _unknown(f"{path}.groups", item.groups or (), scenario.groups, "group")
            yield from _unknown(f"{path}.source", [item.source], scenario.sources, "source")
    measures = dict.fromkeys(OBSERVABLE)
    for part in ("observed", "targets"):
        for code, item in getattr(scenario, part).items():
            yield from _unknown(f"{part}.{code}.measure", [item.measure], measures, "measure")
    payers = dict.fromkeys(PURSES)
    for code, claim in scenario.claims.items():
        if claim.payer is not None:
            yield from _unknown(f"claims.{code}.payer", [claim.payer], payers, "payer")


def _register(scenario: Scenario) -> Iterator[str]:
    for path, assumption in scenario.assumptions.items():
        where = f'assumptions."{path}".sources'
        yield from _unknown(where, assumption.sources, scenario.sources, "source")
    for place, one in enumerate(scenario.correlations):
        where = f"correlations.{place}.sources"
        yield from _unknown(where, one.sources, scenario.sources, "source")
    yield from problems_of(scenario.correlations, scenario)


def _posterior(scenario: Scenario) -> Iterator[str]:
    if scenario.posterior is not None:
        yield from problems_of_posterior(scenario.posterior, scenario)


def checked_scenario(what: str, given: object) -> Scenario:
    """Check that something is a scenario.

    Raises
    ------
    InputError
        If it is something else; for a text, the message says what makes a scenario of it.
    """
    if isinstance(given, Scenario):
        return given
    hint = f"; js.Scenario.load({given!r}) makes one" if isinstance(given, str) else ""
    raise InputError(f"{what}: must be a Scenario, got {type(given).__name__}{hint}")


_RULES = (
    *(_keys, _programmes, _supports, _small_jobs, _intervals, _before, _lasting_gains),
    *(_beginnings, _claims, _register, _posterior),
)


def _years(scenario: Scenario) -> list[int]:
    return [int(year) for year in np.unique(scenario.weeks.years)]


def grant_money_per_year(scenario: Scenario, support_code: str) -> dict[int, float]:
    """Money for a support's grants in each calendar year that the run touches.

    Parameters
    ----------
    scenario : Scenario
    support_code : str, code of a support of the scenario

    Returns
    -------
    dict of year to DKK : money of the full calendar year, also where the run covers only a part

    Notes
    -----
    The mean of the support's budget over the days of the year; before its first step it is 0. A
    support that is paid from a programme gets at most what that programme's budget of the year has
    left after the supports that stand before it in the file.
    """
    support = scenario.supports[support_code]
    wanted = {year: support.budget_per_year.year_mean(year) for year in _years(scenario)}
    if support.paid_from is None:
        return wanted
    budget = scenario.programmes[support.paid_from].budget_per_year
    left = {year: budget.year_mean(year) for year in wanted}
    for code, other in scenario.supports.items():
        if code == support_code:
            break
        if other.paid_from == support.paid_from:
            asked = other.budget_per_year
            left = {year: max(0.0, left[year] - asked.year_mean(year)) for year in left}
    return {year: min(wanted[year], left[year]) for year in wanted}


def grant_unit_cost_per_year(scenario: Scenario, support_code: str) -> dict[int, float]:
    """Cost of one grant in each calendar year that the run touches.

    Returns
    -------
    dict of year to DKK : mean of the unit cost over the days of the year
    """
    unit_cost = scenario.supports[support_code].unit_cost
    return {year: unit_cost.year_mean(year) for year in _years(scenario)}


def grants_per_year(scenario: Scenario, support_code: str) -> dict[int, int]:
    """Grants of a support that its money pays for in each calendar year.

    Returns
    -------
    dict of year to number of grants : the whole part of money / unit cost (1e-9 forgives rounding)
    """
    money = grant_money_per_year(scenario, support_code)
    cost = grant_unit_cost_per_year(scenario, support_code)
    return {year: math.floor(money[year] / cost[year] + 1e-9) for year in money}


def staff_money_per_year(scenario: Scenario, programme_code: str) -> Floats:
    """Money for a programme's staff in each week, as a yearly amount.

    Parameters
    ----------
    scenario : Scenario
    programme_code : str, code of a programme of the scenario

    Returns
    -------
    float64[weeks], DKK per year, >= 0

    Notes
    -----
    ``budget - grants * (budget / mean budget of the year)``: grants take the same share of the
    budget in every week of a year. In a year of constant budget that is budget minus grant money.
    """
    budget = scenario.programmes[programme_code].budget_per_year
    money = budget.at(scenario.weeks.dates)
    paid = [code for code, one in scenario.supports.items() if one.paid_from == programme_code]
    for year in _years(scenario):
        mean = budget.year_mean(year)
        if mean > 0:
            weeks = scenario.weeks.years == year
            grants = sum(grant_money_per_year(scenario, code)[year] for code in paid)
            money[weeks] -= grants * (money[weeks] / mean)
    return np.asarray(np.maximum(money, 0.0))
