"""The scenario: people, services and policy, in one frozen object; imports layers 0 and 1."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from jobsim.calendar import Schedule, Weeks
from jobsim.errors import InputError, ScenarioError
from jobsim.scenario.checks import first_problem
from jobsim.scenario.difference import ScenarioDifference, differences
from jobsim.scenario.document import Document
from jobsim.scenario.evidence import Claim, ObservedSeries
from jobsim.scenario.fields import Code, Frozen, FrozenDict, Room, ShareSchedule, unit
from jobsim.scenario.observed import fill_observed
from jobsim.scenario.people import Group
from jobsim.scenario.services import (
    LabourMarket,
    MeetingEffect,
    Programme,
    RegularService,
    SmallJobs,
    Support,
)

__all__ = ["Horizon", "Municipality", "Scenario"]


class Horizon(Room):
    """The weeks that are simulated."""

    start: Annotated[dt.date, Field(ge=dt.date(1980, 1, 1), le=dt.date(2200, 1, 1))]
    """First day of week 0."""
    weeks: Annotated[int, unit("weeks", ge=1, le=5200)]
    """Number of weeks."""


class Municipality(Room):
    """The municipality whose purse is meant."""

    name: str = Field(min_length=1)
    """Name in tables."""
    income_tax_rate: ShareSchedule = Schedule.constant(0.25)
    """Municipal income tax, as a share of taxable income."""


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

    horizon: Horizon
    municipality: Municipality
    groups: Annotated[dict[Code, Group], Frozen]
    """Target groups by code."""
    regular_service: RegularService
    meetings: MeetingEffect = MeetingEffect()
    programmes: Annotated[dict[Code, Programme], Frozen] = Field(default_factory=FrozenDict)
    """Programmes by code, in order of admission."""
    small_jobs: SmallJobs | None = None
    supports: Annotated[dict[Code, Support], Frozen] = Field(default_factory=FrozenDict)
    """Supports by code, in order of grant."""
    labour_market: LabourMarket = LabourMarket()
    claims: Annotated[dict[Code, Claim], Frozen] = Field(default_factory=FrozenDict)
    """Published results by code."""
    observed: Annotated[dict[Code, ObservedSeries], Frozen] = Field(default_factory=FrozenDict)
    """Observed series by code."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Scenario:
        problem = first_problem(self)
        if problem:
            raise ValueError(problem)
        return self

    @classmethod
    def _completed(cls, data: dict[str, Any], folder: Path) -> dict[str, Any]:
        return fill_observed(data, folder)

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
        removed = ("programmes", "supports", "small_jobs.consultants")
        data["changed"] = tuple(
            path
            for path in self.changed
            if not any(f"{path}.".startswith(f"{part}.") for part in removed)
        )
        return self.from_dict(data)

    def difference(self, other: Scenario) -> ScenarioDifference:
        """What differs between this scenario and another, path by path; prints as a list."""
        return differences(self.to_dict(), other.to_dict())

    @cached_property
    def weeks(self) -> Weeks:
        """The weeks that are simulated."""
        return Weeks(self.horizon.start, self.horizon.weeks)

    def __repr__(self) -> str:
        people = sum(group.stock for group in self.groups.values())
        parts = [
            f"{self.horizon.weeks} weeks from {self.horizon.start}",
            f"{people:,} recipients in {', '.join(self.groups)}",
            f"programmes: {', '.join(self.programmes) or 'none'}",
        ]
        return f"<Scenario {self.name}: {'; '.join(parts)}>"

    __str__ = __repr__
