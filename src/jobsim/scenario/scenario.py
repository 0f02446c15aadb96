"""The scenario: people, services and policy, in one frozen object; imports layers 0 and 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from jobsim.calendar import Schedule, Weeks
from jobsim.errors import ScenarioError
from jobsim.scenario.checks import first_problem
from jobsim.scenario.difference import ScenarioDifference, differences
from jobsim.scenario.evidence import Assumption, Claim, ObservedSeries, Source
from jobsim.scenario.fields import Code, Frozen, FrozenDict, Room, ShareSchedule, unit
from jobsim.scenario.files import dump_toml, read_preset_or_file
from jobsim.scenario.messages import one_line
from jobsim.scenario.paths import as_data, put
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


class Scenario(Room):
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

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name in tables and file names."""
    title: str = ""
    """One line that says what is compared."""
    description: str = ""
    """What a reader should know before using it."""
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
    sources: Annotated[dict[Code, Source], Frozen] = Field(default_factory=FrozenDict)
    """Publications by code."""
    assumptions: Annotated[dict[str, Assumption], Frozen] = Field(default_factory=FrozenDict)
    """Where numbers come from, by path; an entry covers every number below its path."""
    changed: tuple[str, ...] = ()
    """Paths that `with_` has changed since the file was written: their sources no longer hold."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Scenario:
        problem = first_problem(self)
        if problem:
            raise ValueError(problem)
        return self

    @classmethod
    def load(cls, name: str | Path) -> Scenario:
        """Load a preset by its name, or a TOML file by its path.

        Parameters
        ----------
        name : str or Path
            Such as "esbjerg-2018" (see `jobsim presets`) or "my-town.toml".

        Raises
        ------
        ScenarioError
            If there is no such preset or file, or it is not a valid scenario: one line with the
            path, the value, what is allowed and the nearest valid name.
        """
        data = read_preset_or_file(name)
        try:
            return cls.from_dict(data)
        except ScenarioError as error:
            raise ScenarioError(f"{name}: {error}") from error

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scenario:
        """Make a scenario from a nested dictionary, as TOML files hold it."""
        try:
            return cls.model_validate(as_data(data))
        except ValidationError as error:
            raise ScenarioError(one_line(error, cls)) from error

    def to_dict(self) -> dict[str, Any]:
        """Nested dictionary of the whole scenario, defaults included; `from_dict` reads it."""
        return self.model_dump(by_alias=True, exclude_none=True)

    def to_toml(self) -> str:
        """TOML text that `load` reads back to an equal scenario."""
        return dump_toml(self._stated())

    def _stated(self) -> dict[str, Any]:
        """What the file states, without the defaults it leaves alone."""
        return self.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)

    def with_(self, changes: Mapping[str, object]) -> Scenario:
        """Make a scenario with some values changed.

        Parameters
        ----------
        changes : mapping of path to value
            A number given for a schedule keeps its dates and its zero steps (an investment that
            ends in 2019 still ends in 2019); a path that ends in ``.scale`` multiplies what is
            there; a `Schedule` or a list of steps replaces a schedule.

        Raises
        ------
        ScenarioError
            If a path or value is not valid.
        """
        data = self._stated()
        for path, value in changes.items():
            put(self, data, path, value)
        paths = [path.removesuffix(".scale") for path in changes]
        data["changed"] = tuple(dict.fromkeys((*self.changed, *paths)))
        return self.from_dict(data)

    def without_programmes(self) -> Scenario:
        """The same place without programmes, consultants and supports.

        Ordinary small-job openings, and everything else, stay as they are.
        """
        data = self._stated()
        data["name"] = f"{self.name} without programmes"
        data["programmes"], data["supports"] = {}, {}
        if self.small_jobs is not None:
            data["small_jobs"].pop("consultants", None)
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
