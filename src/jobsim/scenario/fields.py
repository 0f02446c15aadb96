"""Kinds of numbers in scenarios and price lists, each with unit and range.

May import errors and calendar.

Other modules use them as types: type checkers take what `schedule_of` gives for one only there.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn, TypeGuard

import numpy as np
import pydantic

from jobsim.calendar import Schedule
from jobsim.errors import InputError, per_cent

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:  # the same, by a name that is public
    ModelMetaclass = type(pydantic.BaseModel)


def _defaults_as_in_a_file(schema: dict[str, Any]) -> None:
    """Show the default of a schedule in a JSON Schema as the number that a file would hold."""
    for part in schema.get("properties", {}).values():
        default = part.get("default")
        if isinstance(default, dict) and {"dates", "values"} <= set(default):
            (part["default"],) = default["values"]


_IN_PLACE = "nothing is changed in place; make another with with_({path: value})"


_OF_PYDANTIC = frozenset(dir(pydantic.BaseModel)) - frozenset(dir(object))


class _OwnNames(ModelMetaclass):
    """Classes that show jobsim's own names, to completion and to whoever documents them."""

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in _OF_PYDANTIC]

    def __call__(self, *args: Any, **parts: Any) -> Any:
        """Make one; what is missing or not valid is said in one line."""
        if args:
            raise InputError(f"{self.__name__}: takes its parts by name; load() reads a file")
        try:
            return super().__call__(**parts)
        except pydantic.ValidationError as error:
            raise self._refused(error) from error  # type: ignore[attr-defined]


class Room(pydantic.BaseModel, metaclass=_OwnNames):
    """A validated, frozen part of a file; unknown names are refused."""

    def __dir__(self) -> list[str]:
        """Fields and jobsim's own names; those of pydantic work, but are not shown."""
        return [name for name in super().__dir__() if name not in _OF_PYDANTIC]

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse every change: what was checked stays as it was."""
        raise InputError(f"{name}: {_IN_PLACE}")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse, as every change."""
        raise InputError(f"{name}: {_IN_PLACE}")

    @classmethod
    def _refused(cls, error: pydantic.ValidationError) -> InputError:
        """What to say of parts that are missing or not valid."""
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        return InputError(f"{cls.__name__}: {where}: {first['msg']}")

    model_config = pydantic.ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        json_schema_extra=_defaults_as_in_a_file,
    )


def names_of(room: type[Room]) -> dict[str, str]:
    """Names in a part of a file, each with its attribute."""
    return {field.alias or attribute: attribute for attribute, field in room.model_fields.items()}


class FrozenDict(dict[str, Any]):
    """A dictionary that cannot be changed once it is made."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise InputError(_IN_PLACE[0].upper() + _IN_PLACE[1:])

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        return FrozenDict, (dict(self),)


Frozen = pydantic.AfterValidator(FrozenDict)


def unit(
    text: str, *, ge: float | None = None, gt: float | None = None, le: float | None = None
) -> Any:
    """Field metadata: bounds and the unit, shown in errors and in the schema."""
    return pydantic.Field(json_schema_extra={"unit": text}, ge=ge, gt=gt, le=le)


def is_share(unit_text: str) -> bool:
    """Tell whether numbers in a unit are shares of something, which are written as 0.25."""
    return unit_text.startswith(("share", "probability"))


POLICY = "policy"
"""Mark of a field that the municipality decides; all other fields are facts of the world."""

Code = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A name used in paths, files and results: lower-case letters, digits and _."""


def _three_letters(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ValueError(f"must be three capital letters such as EUR, got {value[:40]!r}")
    return value


Currency = Annotated[str, pydantic.AfterValidator(_three_letters)]
"""Three capital letters of ISO 4217."""


def _whole(value: object) -> object:
    """The whole number that a table of floats gives, as one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = pydantic.BeforeValidator(_whole)
"""Mark of a whole number, so that 150.0 is one."""
Probability = Annotated[float, unit("probability", ge=0, le=1)]
Share = Annotated[float, unit("share", ge=0, le=1)]
Hazard = Annotated[float, unit("per week", ge=0, le=100)]
Multiplier = Annotated[float, unit("multiplier", ge=0, le=100)]
Positive = Annotated[float, unit("number", gt=0, le=1e9)]
Elasticity = Annotated[float, unit("elasticity", ge=-5, le=5)]
WholeWeeks = Annotated[int, unit("weeks", ge=0, le=5200), WHOLE]


def _shares_add_up(shares: tuple[float, ...]) -> tuple[float, ...]:
    if shares and not math.isclose(sum(shares), 1.0, abs_tol=1e-6):
        raise ValueError(f"shares must add up to 1, these add up to {sum(shares):g}")
    return shares


Shares = Annotated[tuple[Share, ...], pydantic.AfterValidator(_shares_add_up)]


class Band(Room):
    """A band of whole weeks [from, to) and the share of people in it."""

    from_: Annotated[int, unit("weeks", ge=0, le=10_000), WHOLE] = pydantic.Field(alias="from")
    """First week of the band."""
    to: Annotated[int, unit("weeks", ge=1, le=10_000), WHOLE]
    """First week after the band."""
    share: Share
    """Share of people in the band; within it they are spread evenly."""


def _bands_in_order(bands: tuple[Band, ...]) -> tuple[Band, ...]:
    if not bands:
        raise ValueError("at least one band {from, to, share} is needed")
    for band in bands:
        if band.to <= band.from_:
            raise ValueError(f"band from {band.from_} to {band.to} is empty; to must be above from")
    for earlier, later in zip(bands, bands[1:], strict=False):
        if later.from_ < earlier.to:
            raise ValueError(
                f"bands overlap: one ends at {earlier.to}, next starts at {later.from_}"
            )
    _shares_add_up(tuple(band.share for band in bands))
    return bands


Bands = Annotated[tuple[Band, ...], pydantic.AfterValidator(_bands_in_order)]


class WeekStep(Room):
    """The value from a week of a spell or job onwards, until the next step."""

    from_week: Annotated[int, unit("weeks", ge=0, le=10_000), WHOLE]
    """First week, counted from 0."""
    value: Annotated[float, unit("value", ge=0, le=100)]
    """Value from that week on; the last one goes on for ever."""


def _all_groups(value: object) -> object:
    if not isinstance(value, (list, tuple, Mapping)):
        raise ValueError(f"must be a list of whole weeks, or one list by group, got {value!r}")
    return value if isinstance(value, Mapping) else {"all": value}


def _dump_intervals(value: Mapping[str, tuple[int, ...]]) -> object:
    return value["all"] if set(value) == {"all"} else dict(value)


IntervalList = Annotated[
    tuple[Annotated[int, unit("weeks", ge=1, le=5200), WHOLE], ...],
    pydantic.Field(min_length=1, max_length=520),
]
_WEEKS_IN_SCHEMA = {"type": "array", "items": {"type": "integer", "minimum": 1}}
_INTERVALS_IN_SCHEMA = {
    "description": "Whole weeks from one meeting to the next; the last goes on. One list for all "
    "groups, or one by group.",
    "anyOf": [_WEEKS_IN_SCHEMA, {"type": "object", "additionalProperties": _WEEKS_IN_SCHEMA}],
}
Intervals = Annotated[
    dict[str, IntervalList],
    pydantic.BeforeValidator(_all_groups),
    Frozen,
    pydantic.PlainSerializer(_dump_intervals),
    pydantic.WithJsonSchema(_INTERVALS_IN_SCHEMA),
]


_MOST_STEPS = 5200
"""Most steps of a schedule: one for each week of the longest horizon."""


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a number of Python or numpy; true and false are none."""
    kinds = (int, float, np.integer, np.floating)
    return isinstance(value, kinds) and not isinstance(value, bool)


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is a whole number of Python or numpy; true and false are none."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def in_quotes(value: object) -> str:
    """What to add to an error about a date that was written as a text."""
    quoted = isinstance(value, str) and _DATE.fullmatch(value)
    return "; leave the quotes out (in Python: datetime.date)" if quoted else ""


def whole_number(name: str, value: object, low: int | None = None, high: int | None = None) -> int:
    """Check that an argument is a whole number of Python or numpy within bounds.

    Raises
    ------
    InputError
        If it is not; true and false are none.

    Examples
    --------
    >>> whole_number("seed", np.int64(7), 0)
    7
    """
    within = is_whole(value) and (low is None or value >= low) and (high is None or value <= high)
    if is_whole(value) and within:
        return int(value)
    bounds = "" if low is None else f" from {low:,}" + ("" if high is None else f" to {high:,}")
    raise InputError(f"{name}: must be a whole number{bounds}, got {value!r}")


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _read_step(step: object) -> tuple[dt.date, float]:
    if not isinstance(step, Mapping) or set(step) != {"from", "value"}:
        raise ValueError(f"a schedule step is {{from = date, value = number}}, got {step!r}")
    day, value = step["from"], step["value"]
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date):
        problem = f"must be a date like 2018-01-01, got {day!r}{in_quotes(day)}"
        raise ValueError(f"schedule step: from {problem}")
    if not is_number(value):
        raise ValueError(f"schedule step from {day}: value must be a number, got {value!r}")
    return day, value


def _read_schedule(value: object) -> Schedule:
    if isinstance(value, Schedule):
        return value
    if is_number(value):
        return Schedule.constant(value)
    if isinstance(value, (list, tuple)):
        if len(value) > _MOST_STEPS:
            raise ValueError(f"must have at most {_MOST_STEPS:,} steps, got {len(value):,}")
        return Schedule.from_steps([_read_step(step) for step in value])
    raise ValueError(
        f"must be a number, or a list of steps {{from = date, value = number}}, got {value!r}"
    )


def _dump_schedule(schedule: Schedule | float) -> object:
    if not isinstance(schedule, Schedule):
        return schedule
    if not schedule.dates:
        return schedule.values[0]
    steps = zip(schedule.dates, schedule.values, strict=True)
    return tuple({"from": day, "value": value} for day, value in steps)


class Within(NamedTuple):
    """Bounds of every value of a schedule, named as those of numbers."""

    ge: float
    le: float


def schedule_of(
    unit_text: str,
    *,
    low: float,
    high: float,
    open_low: bool = False,
    plain: bool = False,
    zero_before: bool = False,
) -> Any:
    """Annotation of a schedule whose every value lies within bounds, in a unit.

    Where `plain`, a number stays one: only what is given by date becomes a schedule. Where
    `zero_before`, it is 0 before its first step.
    """

    def read(value: object) -> Schedule | float:
        schedule = _read_schedule(value)
        schedule = replace(schedule, zero_before=zero_before and bool(schedule.dates))
        for number in schedule.values:
            if not low <= number <= high or (open_low and number == low):
                least = "above" if open_low else "at least"
                hint = per_cent(number) if is_share(unit_text) else ""
                raise ValueError(
                    f"must be {least} {low:g} and at most {high:g} {unit_text}, got {number:g}"
                    f"{hint}"
                )
        return schedule.values[0] if plain and not schedule.dates else schedule

    number = {"type": "number", "exclusiveMinimum" if open_low else "minimum": low, "maximum": high}
    step = {
        "type": "object",
        "required": ["from", "value"],
        "additionalProperties": False,
        "properties": {"from": {"type": "string", "format": "date"}, "value": number},
    }
    steps = {"type": "array", "items": step, "minItems": 1}
    return Annotated[
        float | Schedule if plain else Schedule,
        pydantic.PlainValidator(read),
        pydantic.PlainSerializer(_dump_schedule),
        pydantic.WithJsonSchema({"anyOf": [number, steps], "unit": unit_text}),
        unit(unit_text),
        Within(low, high),
    ]


MoneySchedule = schedule_of("DKK per year", low=0, high=1e12, zero_before=True)
PriceSchedule = schedule_of("DKK", low=0, high=1e9, open_low=True)
FteSchedule = schedule_of("full-time caseworkers", low=0, high=1e6)
MeetingsSchedule = schedule_of("meetings per full-time caseworker and week", low=0, high=1000)
PersonsSchedule = schedule_of("persons per week", low=0, high=1e6)
OpeningsSchedule = schedule_of("openings per week", low=0, high=1e6)
TightnessSchedule = schedule_of("tightness", low=0, high=1e6, open_low=True)
ShareSchedule = schedule_of("share", low=0, high=1)
DatableShare = schedule_of("share", low=0, high=1, plain=True)
PerMonth = schedule_of("DKK per month", low=0, high=1e7)
PerWeek = schedule_of("DKK per week", low=0, high=1e7)
PerYear = schedule_of("DKK per year", low=0, high=1e12)
PerHour = schedule_of("DKK per hour", low=0, high=1e5)
Factor = schedule_of("factor", low=0, high=100)
DatableHours = schedule_of("hours per week", low=0, high=80, plain=True)
Growth = schedule_of("share per year", low=-0.1, high=0.1, plain=True)
IndexNumber = schedule_of("index number", low=0, high=1e6, open_low=True)
