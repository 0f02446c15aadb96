"""The file of a trial: where it took place, who was offered what, and what was published of it.

May import errors, scenarios and the words of payers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator
from scipy.special import ndtri

from jobsim.errors import InputError, nearest
from jobsim.scenario import Scenario, preset_names
from jobsim.scenario.document import Document
from jobsim.scenario.evidence import Assumption
from jobsim.scenario.fields import WHOLE, Code, Frozen, FrozenDict, Room, unit
from jobsim.scenario.files import read_named_or_file
from jobsim.vocabulary import PURSES

Role = Literal["fit", "seen", "held_out"]
ROLES: tuple[str, ...] = Role.__args__  # type: ignore[attr-defined]
"""fit: a number of the model is set by it; seen: it showed what the model lacked, or is close to
one that set a number; held_out: no number was chosen by it. Only the last is evidence."""
ROLE_WORDS = {
    "fit": "some number of the model is set by them",
    "seen": "known while the model was made",
    "held_out": "no number of the model was set by them",
}
Measure = Literal[
    "weeks_on_benefit",
    "weeks_in_work",
    "weeks_otherwise",
    "weeks_to_exit",
    "median_weeks_to_exit",
    "exit_share",
    "exit_share_to_work",
    "exit_share_otherwise",
    "share_in_work",
    "job_finding_rate",
    "meetings",
    "net_cost",
]
MONEY = "net_cost"
"""The one measure that takes a price list."""
_WEEKS = {"weeks": 1.0, "days": 7.0, "months": 7 * 12 / 365.25}
_SHARE = {"share": 1.0, "percentage points": 100.0}
_RATE = {"per week": 1.0, "per month": 365.25 / 7 / 12}
_RATIO = {"share": 1.0, "per cent": 100.0}
_MOST = 1e15
"""Far above all that can be published of a person; what is greater is a slip."""
_Published = Annotated[float, unit("as unit says", ge=-_MOST, le=_MOST)]
SETTINGS, TRIALS = "jobsim.trial.settings", "jobsim.trial.base"
"""Packages of the settings and trials that come with jobsim."""


def units_of(measure: str) -> dict[str, float]:
    """Units that a difference in a measure can be stated in, each with what one of the model's is.

    Examples
    --------
    >>> units_of("share_in_work")
    {'share': 1.0, 'percentage points': 100.0}
    """
    if measure in ("meetings", MONEY):
        return {"meetings": 1.0} if measure == "meetings" else {"DKK": 1.0}
    if measure == "job_finding_rate":
        return _RATE
    return _WEEKS if "weeks" in measure else _SHARE


class Setting(Room):
    """Where and among whom a trial took place."""

    scenario: str = Field(min_length=1)
    """Name of a setting or preset that comes with jobsim, or path of a file beside the trial's."""
    group: Code | None = None
    """Group of the participants, where each arm is a copy of the setting."""
    people: Code | None = None
    """Kind of people that the participants are, such as "job_ready": what meetings do for them is
    then that of trials together, instead of what the scenario says."""
    weeks: Annotated[int, unit("weeks", ge=1, le=5200), WHOLE]
    """Weeks that everybody is followed."""
    changes: Annotated[dict[str, Any], Frozen] = Field(default_factory=FrozenDict)
    """What is otherwise than in the scenario, by path."""
    assumptions: Annotated[dict[str, Assumption], Frozen] = Field(default_factory=FrozenDict)
    """Where numbers of the setting come from, by path, in place of the scenario's entries."""
    copies: Annotated[dict[Code, Code], Frozen] = Field(default_factory=FrozenDict)
    """New groups of one municipality: each has the traits of another group, and nobody in it."""


class Arm(Room):
    """What some of the participants are offered."""

    label: str = Field(min_length=1)
    """Name in tables."""
    persons: Annotated[int, unit("persons", ge=1, le=100_000_000), WHOLE]
    """How many they are."""
    changes: Annotated[dict[str, Any], Frozen] = Field(default_factory=FrozenDict)
    """What they are offered, by path of the scenario."""
    group: Code | None = None
    """Group that they are, where all arms live in one municipality."""


class TrialOutcome(Room):
    """One published difference between two arms."""

    label: str = Field(min_length=1)
    """Name in tables."""
    measure: Measure
    """What is measured of each participant."""
    by_week: Annotated[int, unit("weeks", ge=1, le=5200), WHOLE]
    """Weeks from the start of the trial that count."""
    contrast: Literal["difference", "ratio", "level"] = "difference"
    """The first arm less the second, the first over the second less 1, or one arm alone."""
    unit: str
    """Unit of the estimate."""
    payer: str | None = None
    """Whose net cost, for money."""
    arms: tuple[Code, ...] = ()
    """The two arms that are compared, or the one of a level (absent: the first)."""
    estimate: _Published
    """What was published."""
    standard_error: Annotated[float, unit("as the estimate", gt=0, le=_MOST)] | None = None
    """Its standard error."""
    interval: tuple[_Published, _Published] | None = None
    """Its interval, instead."""
    level: Annotated[float, unit("share", ge=0.5, le=0.999)] | None = None
    """Level of the interval, such as 0.95."""
    source: str = Field(min_length=1)
    """Author, title, year, and table or page."""
    address: str
    """Where it can be read."""
    role: Role
    """fit, seen or held_out."""
    note: str = ""
    """What a reader should know."""

    @model_validator(mode="after")
    def _fits_together(self) -> TrialOutcome:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        if not re.fullmatch(r"https?://\S+\.\S+", self.address):
            yield f'address: must begin with http:// or https://, got "{self.address}"'
        if self.interval is not None:
            if self.level is None:
                yield "level: is missing; an interval needs its level, such as 0.95"
            if self.standard_error is not None:
                yield "give standard_error, or interval and level, not both"
            low, high = self.interval
            if not low < high or not low <= self.estimate <= high:
                yield (
                    f"interval: must rise and hold the estimate ({self.estimate:g}), "
                    f"got {low:g} to {high:g}"
                )
        elif self.level is not None:
            yield "level: belongs to an interval, and there is none"
        if self.unit not in self._units:
            known = ", ".join(self._units)
            yield f'unit: a {self.contrast} in {self.measure} is in {known}, got "{self.unit}"'
        yield from self._money_problems()

    def _money_problems(self) -> Iterator[str]:
        if (self.payer is not None) != (self.measure == MONEY):
            yield f"payer: {MONEY} needs one, and no other measure has one"
        if self.payer is not None and self.payer not in PURSES:
            yield f'payer: there is no payer "{self.payer}"{nearest(self.payer, PURSES)}'
        if self.measure == MONEY and self.contrast != "difference":
            yield "contrast: what something costs is known as a difference only"

    @property
    def _units(self) -> dict[str, float]:
        return _RATIO if self.contrast == "ratio" else units_of(self.measure)

    @property
    def compares(self) -> int:
        """How many arms it is of."""
        return 1 if self.contrast == "level" else 2

    @property
    def scale(self) -> float:
        """What one of the model's units is in the unit of the estimate."""
        return self._units[self.unit]

    @property
    def published_error(self) -> float:
        """Published standard error, from the interval where that was given; else not a number."""
        if self.standard_error is not None:
            return self.standard_error
        if self.interval is None or self.level is None:
            return math.nan
        return (self.interval[1] - self.interval[0]) / (2 * float(ndtri((1 + self.level) / 2)))


class Trial(Document):
    """A published trial: its setting, its arms, and what was published of it.

    Examples
    --------
    >>> import jobsim as js
    >>> js.Trial.load("nowhere.toml")
    Traceback (most recent call last):
    jobsim.errors.InputError: nowhere.toml: there is no such file
    """

    _what: ClassVar[str] = "trial"
    _package: ClassVar[str] = TRIALS

    design: Literal["randomised", "quasi_experimental", "review", "observed"]
    """How it was found out; observed: what happened, with nobody beside it."""
    assignment: Literal["separate", "competing"] = "separate"
    """separate: each arm is a copy of the setting with its changes; competing: every arm is a group
    of one municipality, with the same staff."""
    participants: Literal["cohort", "stock"] = "cohort"
    """cohort: all come to benefit in the first week; stock: all are on benefit then."""
    assumed: tuple[str, ...] = ()
    """What had to be assumed of the setting, in sentences."""
    setting: Setting
    arms: Annotated[dict[Code, Arm], Frozen]
    """Arms by code."""
    outcomes: tuple[TrialOutcome, ...] = Field(min_length=1)
    """What was published."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Trial:
        for rule in _RULES:
            for problem in rule(self):
                raise ValueError(problem)
        return self

    @classmethod
    def _completed(cls, data: dict[str, Any], folder: Path) -> Mapping[str, Any]:
        """What a file states, with the path of its setting from here."""
        if {"groups", "horizon"} <= data.keys():
            raise InputError("is a scenario, no trial; a trial names one as its setting.scenario")
        setting = data.get("setting")
        if not isinstance(setting, dict) or not isinstance(setting.get("scenario"), str):
            return data
        path = Path(setting["scenario"])
        if path.suffix.lower() != ".toml" or path.is_absolute():
            return data
        return {**data, "setting": {**setting, "scenario": str(folder / path)}}

    @cached_property
    def place(self) -> Scenario:
        """The scenario of the setting as its file has it.

        Raises
        ------
        InputError
            If there is none of that name, or it is not valid.
        """
        name = self.setting.scenario
        if name in preset_names(SETTINGS):
            return Scenario.from_dict(read_named_or_file(name, package=SETTINGS, what="setting"))
        known = [*preset_names(SETTINGS), *preset_names()]
        if not Path(name).suffix and name not in known:
            raise InputError(
                f'setting.scenario: there is no setting or preset "{name}"{nearest(name, known)}'
            )
        return Scenario.load(name)

    def compared(self, outcome: TrialOutcome) -> tuple[str, ...]:
        """Codes of the two arms that an outcome compares, or of the one whose level it is."""
        return outcome.arms or tuple(self.arms)[: outcome.compares]

    def __repr__(self) -> str:
        arms = ", ".join(f"{arm.persons:,} {code}" for code, arm in self.arms.items())
        return (
            f"<Trial {self.name}: {self.design}, {arms}; {self.setting.weeks} weeks; "
            f"{len(self.outcomes)} published>"
        )

    __str__ = __repr__


def _arms(trial: Trial) -> Iterator[str]:
    least = max(one.compares for one in trial.outcomes)
    if len(trial.arms) < least:
        yield "arms: at least two are needed, except for levels alone"
    groups = [arm.group for arm in trial.arms.values()]
    if trial.assignment == "separate":
        if trial.setting.group is None:
            yield "setting.group: is missing; where arms are separate, it is who takes part"
        if any(groups) or trial.setting.copies:
            yield "arms and setting: group and copies are for arms that compete in one municipality"
    elif None in groups or len(set(groups)) < len(groups):
        yield "arms: each needs a group of its own where arms compete in one municipality"


def _outcomes(trial: Trial) -> Iterator[str]:
    labels: set[str] = set()
    for place, one in enumerate(trial.outcomes):
        path = f"outcomes.{place}"
        if one.by_week > trial.setting.weeks:
            yield (
                f"{path}.by_week: must be within the {trial.setting.weeks} weeks of the setting, "
                f"got {one.by_week}"
            )
        for code in one.arms:
            if code not in trial.arms:
                yield f'{path}.arms: there is no arm "{code}"{nearest(code, trial.arms)}'
        if one.arms and (len(set(one.arms)), len(one.arms)) != (one.compares, one.compares):
            yield f"{path}.arms: a {one.contrast} is of {one.compares}, got {', '.join(one.arms)}"
        if one.label in labels:
            yield f'{path}.label: "{one.label}" is taken by another outcome'
        labels.add(one.label)
        yield from _money(trial, one, path)


def _money(trial: Trial, outcome: TrialOutcome, path: str) -> Iterator[str]:
    if outcome.measure != MONEY:
        return
    if trial.assignment == "competing":
        yield f"{path}.measure: money is not divided between arms of one municipality"
    if outcome.by_week != trial.setting.weeks:
        yield f"{path}.by_week: money is known of the whole {trial.setting.weeks} weeks only"


def _elsewhere(trial: Trial) -> Iterator[str]:
    if trial.assumptions:
        yield "assumptions: those of a trial stand in setting.assumptions"
    changes = {"setting": trial.setting.changes}
    changes |= {f"arms.{code}": arm.changes for code, arm in trial.arms.items()}
    for path, some in changes.items():
        for one in some:
            if one in ("horizon", "horizon.weeks"):
                yield f"{path}.changes: {one}: how long it is stands in setting.weeks"
        for whole in _unquoted(some):
            yield f'{path}.changes: {whole}: paths stand in quotes, "{whole}" = …'


def _unquoted(changes: Mapping[str, Any]) -> Iterator[str]:
    """Paths that were written without quotes, which TOML makes tables within tables of."""
    for name, inner in changes.items():
        if "." in name or not isinstance(inner, Mapping) or not inner:
            continue
        path, value = name, inner
        while isinstance(value, Mapping) and len(value) == 1:
            ((step, value),) = value.items()
            path = f"{path}.{step}"
        yield path


_RULES = (_arms, _outcomes, _elsewhere)


def trial_names() -> list[str]:
    """Names of the trials that come with jobsim, as `Trial.load` takes them.

    Examples
    --------
    >>> import jobsim as js
    >>> all(isinstance(js.Trial.load(name), js.Trial) for name in js.trial_names())
    True
    """
    return preset_names(TRIALS)
