"""How a plan is written: its text as pydantic checks it, when it is written and when it is read.

A plan that a stranger wrote must not ask for what no call of `run` could; may import analysis.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from jobsim.analysis.setting.case import Changes, MoveWhere, Moving, move_where
from jobsim.calendar import Schedule
from jobsim.errors import InputError, SizeError
from jobsim.scenario.fields import Room
from jobsim.scenario.limits import refuse_beyond_limits
from jobsim.scenario.paths import as_data, first_error

Value = TypeVar("Value")

_MOST_CHARACTERS = 2**24
_MOST_NAMES = 20_000
"""In one table: as many faults as are told apart before the first is shown, so few that memory is
bounded; hence also `fail_fast`, and names that are not known do no harm."""
_MOST_DRAWS = 2**24
_MOST_BLOCKS = 10**6
_MOST_TOGETHER = 2**23


def _within_limits(value: Value) -> Value:
    refuse_beyond_limits(value)
    return value


def _few(value: Value) -> Value:
    if isinstance(value, dict) and len(value) > _MOST_NAMES:
        raise ValueError(f"must have {_MOST_NAMES:,} or fewer names, got {len(value):,}")
    return value


def _matching(pattern: str, words: str) -> AfterValidator:
    """Texts without control characters that a pattern matches."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, _within_limits(text)):
            raise ValueError(words)
        return text

    return AfterValidator(check)


def _below_two_to_the_64(text: str) -> str:
    if int(text) >= 2**64:
        raise ValueError("must be below 2**64")
    return text


_Name = Annotated[str, _matching(r".{1,200}", "names have 1 to 200 characters")]
_Path = Annotated[
    str, _matching(r"(?=.{1,500}$)[^./\\]+(\.[^./\\]+)*", "must be paths, with dots between names")
]
_Digest = Annotated[str, _matching(r"[0-9a-f]{64}", "must be the SHA-256 of a document")]
_Seed = Annotated[
    str,
    _matching(r"[0-9]{1,20}", "must be a whole number as text"),
    AfterValidator(_below_two_to_the_64),
]
_Count = Annotated[int, Field(ge=1, lt=2**32)]
_Few = BeforeValidator(_few)
_Row = Annotated[dict[_Path, Any], _Few, AfterValidator(_within_limits)]


@dataclass(frozen=True)
class StudyDesign:
    """Draws of parameters: so many of the uncertain numbers of each scenario, or a table.

    Parameters
    ----------
    count : int
        How many; 0 for none, where every scenario is played as it stands.
    name : str, "auto", "sobol", "latin_hypercube", "random" or "table"
        As it was asked for: with "auto", each scenario has what serves as many numbers as it has.
    parameters : tuple of path, or None for all whose register entry states a distribution
    move : "auto", "both" or "scenario", see `sweep`
    begun : tuple of int
        How many draws there were before each time that more were added, where the first draws of
        so many more would be others. Those that were there stay, for scenarios added later too.
    """

    count: Annotated[int, Field(ge=0, le=_MOST_DRAWS)]
    name: Literal["auto", "sobol", "latin_hypercube", "random", "table"]
    parameters: Annotated[tuple[_Path, ...], Field(fail_fast=True)] | None
    move: MoveWhere = "auto"
    begun: Annotated[tuple[_Count, ...], Field(fail_fast=True, max_length=1000)] = ()

    def __post_init__(self) -> None:
        if any(after <= before for before, after in pairwise((*self.begun, self.count))):
            raise ValueError("begun: must be numbers that rise to count")

    @property
    def moving(self) -> Moving:
        """What draws move: paths that were named as any question's, others as assumptions."""
        return move_where(self.move, named=self.parameters is not None or self.name == "table")

    @property
    def words(self) -> str:
        """How parameters are drawn, for messages."""
        chosen = "" if self.parameters is None else f" of {', '.join(self.parameters)}"
        added = " + ".join(str(after - before) for before, after in self.pieces)
        name = f"{self.name}, {added}" if self.begun else self.name
        return f"{self.count} draws ({name}){chosen}" if self.count else "no draws"

    def continues(self, other: StudyDesign) -> bool:
        """Whether it begins with the draws of another, in so far as its name says so."""
        if (self.name, self.parameters) != (other.name, other.parameters):
            return False
        if other.count == 0:
            return self.count == 0
        return self.is_nested or self.pieces[: len(other.pieces)] == other.pieces

    @property
    def is_nested(self) -> bool:
        """Whether its first draws stay when more are asked for; a table's are compared."""
        return self.name in ("sobol", "random", "table")

    def following(self, other: StudyDesign) -> StudyDesign:
        """The same, whose first draws are those of another that had fewer."""
        if self.is_nested or not 0 < other.count <= self.count:
            return self
        added = (other.count,) if other.count < self.count else ()
        return replace(self, begun=(*other.begun, *added))

    @property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """First and last but one of the draws that are drawn together."""
        return tuple(pairwise((0, *self.begun, self.count))) if self.count else ()


class SettingText(Room):
    """Digests of the documents of a setting: scenario, baseline and its draws, in parts."""

    scenario: _Digest
    baseline: _Digest
    draws: Annotated[list[_Digest], Field(fail_fast=True)]


class PlanText(Room):
    """What a plan says; scenarios and price lists by the digest of their documents."""

    model_config = ConfigDict(extra="ignore")

    settings: Annotated[dict[_Name, SettingText], _Few, Field(min_length=1)]
    prices: Annotated[dict[_Name, _Digest], _Few, Field(min_length=1)]
    design: StudyDesign
    replications: _Count
    seed: _Seed
    block: _Count


def read_plan_text(text: str) -> PlanText:
    """Read the text of a plan.

    Raises
    ------
    InputError
        If it is no JSON, a part is missing, of another type or out of range, or a name has control
        characters.
    SizeError
        If it is longer than any, or asks for more blocks, or larger ones, than can be kept.
    """
    if len(text) > _MOST_CHARACTERS:
        raise SizeError(
            f"a plan of {len(text):,} characters is too long; {_MOST_CHARACTERS:,} are allowed: "
            "ask for fewer scenarios or a shorter table of draws"
        )
    try:
        plan = PlanText.model_validate_json(text)
    except ValidationError as error:
        raise InputError(first_error(error, PlanText)) from None
    if (largest := min(plan.replications, plan.block)) > _MOST_TOGETHER:
        raise SizeError(
            f"block: {largest:,} replications together are too many; {_MOST_TOGETHER:,} are "
            "allowed: ask for smaller blocks"
        )
    if (blocks := -(-plan.replications // plan.block)) > _MOST_BLOCKS:
        raise SizeError(
            f"replications: {blocks:,} blocks of {plan.block:,} are too many; {_MOST_BLOCKS:,} are "
            "allowed: ask for larger blocks"
        )
    return plan


# Draws, which are written as they were played: no other processor or library draws them again

_DATE = "date"
"""Name that a date stands under."""
_CHARACTERS_TOGETHER = 2**18
"""Of draws in one document, unless a single one is longer."""
_ROWS = TypeAdapter(Annotated[list[_Row], Field(fail_fast=True)])


def as_json(value: object) -> object:
    """What JSON does not know: dates by their name, numbers of numpy, schedules as their steps."""
    data = as_data(value)
    if isinstance(data, Schedule):
        steps = zip(data.dates, data.values, strict=True) if data.dates else ()
        return [{"from": day, "value": number} for day, number in steps] or data.values[0]
    if isinstance(data, dt.date):
        return {_DATE: data.isoformat()}
    return str(data) if data is value else data


def with_dates(text: str | bytes) -> Any:
    """Read JSON whose dates `as_json` wrote.

    Raises
    ------
    ValueError
        If it is no JSON, or a date is none.
    """

    def named(found: dict[str, Any]) -> Any:
        return dt.date.fromisoformat(found[_DATE]) if found.keys() == {_DATE} else found

    return json.loads(text, object_hook=named)


def draws_texts(rows: Iterable[Changes]) -> Iterator[str]:
    """Documents of draws, in parts, each of which is a list in JSON; floats are exact."""
    together: list[str] = []
    characters = 0
    for text in (json.dumps(dict(row), default=as_json, allow_nan=False) for row in rows):
        if together and characters + len(text) > _CHARACTERS_TOGETHER:
            yield f"[{','.join(together)}]"
            together, characters = [], 0
        together.append(text)
        characters += len(text)
    if together:
        yield f"[{','.join(together)}]"


def read_draws_text(text: bytes) -> list[Changes]:
    """Undo one of `draws_texts`.

    Raises
    ------
    InputError
        If it is no list of draws, or a name has control characters.
    """
    try:
        _ROWS.validate_json(text)
        return list(with_dates(text))
    except ValidationError as error:
        raise InputError(first_error(error, PlanText)) from None
    except (TypeError, ValueError) as error:
        raise InputError(f"a date is none ({error})") from None
