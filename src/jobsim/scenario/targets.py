"""Figures of the real place that a scenario is to give; may import fields of scenarios."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from jobsim.scenario.evidence import COUNTED
from jobsim.scenario.fields import WHOLE, Code, Room, unit
from jobsim.vocabulary import VOLUME_MEASURES

_MOST = 1e15
"""Far above all that is counted or paid; what is greater is a slip, and its square no number."""


def _some(groups: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if groups == ():
        raise ValueError("is empty; leave it out to mean all groups, or name one at least")
    return groups


class Target(Room):
    """A figure of the real place, of the one past that came to pass."""

    label: str = ""
    """The figure in a few words (absent: its code)."""
    measure: Code
    """Measure of a scenario, such as recipients; a stock is that of the end of the period."""
    of: Literal["scenario"] = "scenario"
    """Whom it is about: the place as it was, programmes included."""
    year: Annotated[int, unit("year", ge=1900, le=2200), WHOLE]
    """Calendar year."""
    month: Annotated[int, unit("month", ge=1, le=12), WHOLE] | None = None
    """Month (absent: the whole year)."""
    groups: Annotated[tuple[Code, ...] | None, AfterValidator(_some)] = None
    """Groups it is about (absent: all)."""
    value: Annotated[float, unit("unit of the measure", ge=-_MOST, le=_MOST)]
    """What was counted or estimated."""
    standard_error: Annotated[float, unit("same as value", ge=0, le=_MOST)] | None = None
    """Standard error of the figure itself, such as that of a survey."""
    rounded_to: Annotated[float, unit("same as value", gt=0, le=_MOST)] | None = None
    """Everybody was counted, and the figure rounded to a multiple of this: 1, or 5 or 10."""
    source: Code
    """Code of the scenario's source."""
    role: Literal["fit", "held_out"] = "fit"
    """fit: numbers are learned from it, hence it is no evidence; held_out: the result is judged."""

    @model_validator(mode="after")
    def _says_its_error(self) -> Target:
        if (self.standard_error is None) == (self.rounded_to is None):
            raise ValueError("needs standard_error or, where everybody was counted, rounded_to")
        words = VOLUME_MEASURES.get(self.measure)
        if words is not None and words.unit in COUNTED and self.value < 0:
            raise ValueError(f"value must be 0 or more ({words.unit}), got {self.value:g}")
        return self

    @property
    def error(self) -> float:
        """Standard deviation of the figure about what it measures, in the unit of its value.

        A number rounded to a multiple of r is off by up to r/2 either way, evenly: r/√12.
        """
        if self.standard_error is not None:
            return self.standard_error
        assert self.rounded_to is not None
        return self.rounded_to / math.sqrt(12.0)

    @property
    def when(self) -> str:
        """Its period: 2018, or 2018-10."""
        return f"{self.year}" if self.month is None else f"{self.year}-{self.month:02d}"
