"""What meetings do, of whom: numbers that trials estimate together, and what was thought of them.

May import scenarios. A number is the same for all people, or that of the insured times a scale of
the people, or each people's own. Effects of the same offer differ from place to place; how much is
estimated, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from jobsim.arrays import Floats
from jobsim.errors import nearest
from jobsim.scenario.document import Document
from jobsim.scenario.evidence import Distribution
from jobsim.scenario.fields import Code, Frozen, Room

PACKAGE = "jobsim.trial.effects"
GROUP = "GROUP"
"""Stands for the code of a group in a path."""
BETWEEN = "between"


class EffectNumber(Room):
    """One number of what a meeting does."""

    label: str = Field(min_length=1)
    """Name in tables."""
    path: str = Field(min_length=1)
    """Where it stands in a scenario; GROUP for the code of a group."""
    of: Literal["all", "scaled", "own"] = "all"
    """all: one number; scaled: that of the insured times a scale of the people; own: each has
    one."""
    varies: bool = False
    """Whether it differs between places that do the same."""
    reason: str = Field(min_length=1)
    """What was thought of it, and why."""
    sources: tuple[Code, ...] = ()
    """Codes of sources, none of which is a trial that is fitted."""
    prior: Distribution
    """What was thought of it."""


class People(Room):
    """Some kind of participants."""

    label: str = Field(min_length=1)
    """Name in tables."""
    reason: str = Field(min_length=1)
    """Why this scale."""
    sources: tuple[Code, ...] = ()
    """Codes of sources."""
    scale: Distribution | None = None
    """Effect relative to the insured (absent: 1)."""


class Between(Room):
    """How effects of the same offer differ from place to place."""

    label: str = Field(min_length=1)
    """Name in tables."""
    reason: str = Field(min_length=1)
    """Why this prior."""
    prior: Distribution
    """Of the standard deviation of the logarithm of an effect."""


class MeetingEffects(Document):
    """Numbers that trials estimate together.

    Examples
    --------
    >>> found = MeetingEffects.load("meetings")
    >>> list(found.parameters)[:3]
    ['meeting_gain', 'half_life_weeks', 'first_meeting_factor']
    """

    _what: ClassVar[str] = "file of effects"
    _package: ClassVar[str] = PACKAGE

    numbers: Annotated[dict[Code, EffectNumber], Frozen]
    """Numbers by code."""
    people: Annotated[dict[Code, People], Frozen]
    """Kinds of people by code."""
    between: Between
    """Differences between places."""

    @model_validator(mode="after")
    def _names_what_is_there(self) -> MeetingEffects:
        for code, one in self.numbers.items():
            if (GROUP in one.path.split(".")) != (one.of != "all"):
                raise ValueError(f"numbers.{code}.path: holds {GROUP} unless it is of all")
        if not self.numbers or not self.people:
            raise ValueError("numbers and people: at least one of each is needed")
        if BETWEEN in self.numbers:
            raise ValueError(f"numbers.{BETWEEN}: is what places differ by; choose another name")
        paths = [one.path for one in self.numbers.values()]
        for code, one in self.numbers.items():
            if paths.count(one.path) > 1:
                raise ValueError(f"numbers.{code}.path: {one.path} is that of another number")
        cited = {f"numbers.{code}": one.sources for code, one in self.numbers.items()}
        cited |= {f"people.{code}": one.sources for code, one in self.people.items()}
        for where, codes in cited.items():
            for code in set(codes) - self.sources.keys():
                raise ValueError(
                    f'{where}.sources: there is no source "{code}"{nearest(code, self.sources)}'
                )
        return self

    @property
    def parameters(self) -> dict[str, Distribution]:
        """Prior of everything that is estimated, by name."""
        return {name: prior for name, (_, prior) in self._told().items()}

    @property
    def labels(self) -> dict[str, str]:
        """Words for everything that is estimated, by name."""
        return {name: label for name, (label, _) in self._told().items()}

    def _told(self) -> dict[str, tuple[str, Distribution]]:
        found = dict(self._numbers())
        for code, one in self.people.items():
            if one.scale is not None:
                found[f"scale.{code}"] = (f"Effect relative to insured: {one.label}", one.scale)
        return {**found, BETWEEN: (self.between.label, self.between.prior)}

    def _numbers(self) -> Iterator[tuple[str, tuple[str, Distribution]]]:
        for code, one in self.numbers.items():
            if one.of != "own":
                yield code, (one.label, one.prior)
                continue
            for people, words in self.people.items():
                yield f"{code}.{people}", (f"{one.label}: {words.label}", one.prior)

    def names_of(self, people: str) -> list[str]:
        """Names of what the effects on some people hang on, but for the spread between places."""
        scaled = self.people[people].scale is not None
        found = [f"{code}.{people}" if n.of == "own" else code for code, n in self.numbers.items()]
        return [*found, f"scale.{people}"] if scaled else found

    def of_people(self, people: str, group: str, values: Mapping[str, Any]) -> dict[str, Floats]:
        """Numbers of a scenario whose group is such people, by path.

        Parameters
        ----------
        people, group : str, code of the people, and of the group
        values : mapping of name to a number or float64[draws]
        """
        scale = values.get(f"scale.{people}", 1.0)
        found = {}
        for code, one in self.numbers.items():
            value = values[f"{code}.{people}" if one.of == "own" else code]
            path = one.path.replace(GROUP, group)
            found[path] = np.asarray(value * scale if one.of == "scaled" else value)
        return found

    def ends_of(self, path: str) -> tuple[float, float]:
        """Least and greatest of the number at a path of some people, infinite where it has none."""
        kept = [
            one for one in self.numbers.values() if one.path == path and not one.varies
        ]  # a scale or a place takes the others beyond the ends of what was thought of them
        return tuple(kept[0].prior.frozen().support()) if kept else (0.0, math.inf)

    def elsewhere(self, values: Mapping[str, Floats], scores: Floats) -> dict[str, Floats]:
        """The same draws in a place that none of the trials was in.

        Parameters
        ----------
        values : mapping of name to float64[draws]
        scores : float64[draws, 2]
            Standard normal: how the place differs in what meetings do for finding work, and in
            exits that they settle.
        """
        spread = values[BETWEEN]
        found = dict(values)
        for name in values:
            number = self.numbers.get(name.split(".")[0])
            if number is not None and number.varies:
                which = scores[:, 1 if number.of == "own" else 0]
                found[name] = values[name] * np.exp(spread * which)
        return found
