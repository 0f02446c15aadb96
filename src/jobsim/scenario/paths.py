"""Dotted paths such as programmes.intensive.budget_per_year, and errors that name them.

May import errors, calendar and the kinds of fields.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import ValidationError

from jobsim.calendar import Schedule
from jobsim.errors import InputError, ScenarioError, nearest, per_cent
from jobsim.scenario.fields import POLICY, Room, WeekStep, in_quotes, is_number, is_share, names_of


def _inside(place: object) -> Mapping[str, object]:
    """What a part or table holds, by the names that may follow a path that has come to it."""
    if isinstance(place, Room):
        return {name: getattr(place, one) for name, one in names_of(type(place)).items()}
    if isinstance(place, Schedule):
        return {str(day): value for day, value in zip(place.dates, place.values, strict=False)}
    return place if isinstance(place, Mapping) else {}


def schedules_in(place: object, prefix: str = "") -> Iterator[tuple[str, Schedule]]:
    """Every schedule within a part or table, with its path."""
    for name, inner in _inside(place).items():
        if isinstance(inner, Schedule):
            yield f"{prefix}{name}", inner
        else:
            yield from schedules_in(inner, f"{prefix}{name}.")


def value_at(root: Room, path: str) -> object:
    """Value at a dotted path; after that of a schedule, the first day of a step leads to its value.

    Raises
    ------
    ScenarioError
        If there is nothing at the path; the message names the nearest valid name.

    Examples
    --------
    >>> import jobsim as js
    >>> value_at(js.Scenario.load("esbjerg-2018"), "horizon.start")
    datetime.date(2018, 1, 1)
    """
    place: object = root
    walked: list[str] = []
    for name in path.split("."):
        inside = _inside(place)
        if name not in inside:
            where = f" in {'.'.join(walked)}" if walked else ""
            if isinstance(place, Schedule):
                raise ScenarioError(f"{path}: no step begins on {name}{where}{_steps(place)}")
            raise ScenarioError(f'{path}: there is no "{name}"{where}{nearest(name, inside)}')
        place = inside[name]
        walked.append(name)
    return place


def _steps(schedule: Schedule) -> str:
    """When the steps of a schedule begin, as the end of an error."""
    if not schedule.dates:
        return ", which is one number without steps"
    return f"; its steps begin on {', '.join(map(str, schedule.dates))}"


def is_policy(model: type[Room], path: str) -> bool:
    """Tell whether the municipality decides what stands at a path; else it is a fact of the world.

    The last field that the path names says so; a part that is named as a whole is policy if a field
    of it is.

    Examples
    --------
    >>> import jobsim as js
    >>> is_policy(js.Scenario, "regular_service.fte.scale")
    True
    >>> is_policy(js.Scenario, "regular_service.cost_per_fte_year")
    False
    """
    place: Any = model
    decided = False
    for name in path.split("."):
        place = _plain_type(place)
        if _is_room(place):
            if name not in names_of(place):
                break
            field = place.model_fields[names_of(place)[name]]
            place, decided = field.annotation, POLICY in field.metadata
        else:
            place = (typing.get_args(place) or (object,))[-1]
    part = _plain_type(place)
    inner = part.model_fields.values() if _is_room(part) else ()
    return decided or any(POLICY in field.metadata for field in inner)


def put(root: Room, data: dict[str, Any], path: str, value: object) -> None:
    """Set the value at a path in `data`, a dictionary of `root`, by the rules of `with_`.

    A number for a schedule keeps its dates and its zero steps, but takes the place of a number
    that was given by date; a path that ends in ``.scale`` multiplies what is there, every step of
    a schedule or list; one that ends in the first day of a step moves that step alone.
    """
    path, scale = (path[: -len(".scale")], True) if path.endswith(".scale") else (path, False)
    old, value = value_at(root, path), as_data(value)
    stem, day = step_at(root, path)
    now = _place(data, stem).get(stem.split(".")[-1])
    if isinstance(now, Schedule):  # other steps of it were moved before
        old = _inside(now).get(day, old) if day else now
    try:
        if scale:
            value = _scaled(old, value)
        elif isinstance(old, Schedule) and is_number(value) and keeps_steps(root, path):
            value = old.replaced(value)
    except InputError as error:
        raise ScenarioError(f"{path}{'.scale' * scale}: {error}") from error
    if day:
        steps = now if isinstance(now, Schedule) else value_at(root, stem)
        assert isinstance(steps, Schedule)
        value = _with_step(steps, path, day, value)
    _place(data, stem)[stem.split(".")[-1]] = value


def step_at(root: Room, path: str) -> tuple[str, str]:
    """Path of the schedule whose step a path leads to, and the step's first day; else the path.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("kolding-2018")
    >>> step_at(town, "groups.job_ready.inflow_per_week.2018-01-01")
    ('groups.job_ready.inflow_per_week', '2018-01-01')
    >>> step_at(town, "groups.job_ready.stock")
    ('groups.job_ready.stock', '')
    """
    stem, _, day = path.rpartition(".")
    is_step = bool(stem) and isinstance(value_at(root, stem), Schedule)
    return (stem, day) if is_step else (path, "")


def _with_step(schedule: Schedule, path: str, day: str, value: object) -> Schedule:
    if not is_number(value):
        raise ScenarioError(f"{path}: must be a number, got {value!r}")
    steps = zip(schedule.dates, schedule.values, strict=True)
    values = tuple(float(value) if str(one) == day else old for one, old in steps)
    try:
        return replace(schedule, values=values)
    except InputError as error:
        raise ScenarioError(f"{path}: {error}") from error


def keeps_steps(root: Room, path: str) -> bool:
    """Tell whether a number at a path keeps dates and zero steps: it is a schedule by its nature.

    Examples
    --------
    >>> import jobsim as js
    >>> prices = js.Prices.load("denmark")
    >>> keeps_steps(prices, "wages.job_per_hour"), keeps_steps(prices, "equalisation.kept_share")
    (True, False)
    """
    return _annotation(type(root), tuple(path.split(".")))[0] is Schedule


def _place(data: dict[str, Any], path: str) -> dict[str, Any]:
    """Dictionary within `data` that holds the last name of a path."""
    place = data
    walked: list[str] = []
    for name in path.split(".")[:-1]:
        place = place.setdefault(name, {})
        walked.append(name)
        if not isinstance(place, dict):
            raise ScenarioError(f"{path}: can only be changed by giving a new {'.'.join(walked)}")
    return place


def _scaled(old: object, factor: object) -> object:
    if not is_number(factor):
        raise InputError(f"must be a number, got {factor!r}")
    if isinstance(old, Schedule):
        return old.scaled(factor)
    if isinstance(old, WeekStep):
        return {"from_week": old.from_week, "value": _times(old.value, factor)}
    if isinstance(old, tuple):
        return tuple(_scaled(item, factor) for item in old)
    if not is_number(old):
        raise InputError("only a number, a schedule or a list of numbers can be scaled")
    return _times(old, factor)


def _times(number: float, factor: float) -> float:
    """Product of numbers, whole where the first one is."""
    try:
        product = number * factor
        return round(product) if isinstance(number, int) else product
    except (OverflowError, ValueError) as error:
        raise InputError(f"must be a finite number, got {str(factor)[:40]}") from error


def as_data(value: object) -> object:
    """Turn lists into tuples, numpy's numbers and pandas' dates into Python's, all the way down."""
    if isinstance(value, (np.generic, np.ndarray)):
        dates = value.dtype.kind == "M"
        value = (value.astype("datetime64[us]") if dates else value).tolist()
    if isinstance(value, Mapping):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(as_data(item) for item in value)
    if isinstance(value, dt.datetime) and str(value).endswith(" 00:00:00"):
        return value.date()  # pandas and Excel give dates so
    return value


def flatten(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Paths and values of a nested dictionary; lists and schedules count as one value."""
    for name, value in data.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from flatten(value, path + ".")
        else:
            yield path, value


def has_number(value: object) -> bool:
    """Tell whether a value is a number or a list that holds one."""
    if isinstance(value, (list, tuple)):
        return any(has_number(item) for item in value)
    if isinstance(value, Mapping):
        return any(has_number(item) for item in value.values())
    return is_number(value)


_ALLOWED = {
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have {min_length} or more entries",
    "too_long": "must have {max_length} or fewer entries",
    "string_too_short": "must have {min_length} or more characters",
    "string_too_long": "must have {max_length} or fewer characters",
    "string_pattern_mismatch": "must be lower-case letters, digits and _",
    "literal_error": "must be {expected}",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "string_type": "must be text",
    "date_type": "must be a date like 2018-01-01",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "finite_number": "must be a finite number",
}
"""What is allowed, by pydantic's name of the problem."""


def first_error(error: ValidationError, model: type[Room]) -> str:
    """Describe the first problem: path, value with unit, what is allowed, nearest name."""
    problems = error.errors(include_url=False)
    first = min(problems, key=lambda item: item["type"] != "extra_forbidden")
    # pydantic puts in parts that stand in no file
    location = tuple(
        part for part in first["loc"] if part != "[key]" and not str(part).startswith("function-")
    )
    path = ".".join(str(part) for part in location)
    problem = _problem(first, model, location)
    line = f"{path}: {problem}" if path else problem
    return " ".join(line.splitlines())


def _problem(error: Any, model: type[Room], location: tuple[str | int, ...]) -> str:
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "extra_forbidden":
        return f'unknown name "{location[-1]}"{nearest(str(location[-1]), _names(model, location))}'
    unit = _unit(model, location)
    in_unit = f" ({unit})" if unit else ""
    if kind == "missing":
        return f"is missing{in_unit}"
    bounds = {key: _plain(value) for key, value in error.get("ctx", {}).items()}
    allowed = _ALLOWED[kind].format(**bounds) if kind in _ALLOWED else error["msg"]
    return f"{allowed}{in_unit}, got {_shown(error['input'])}{_meant(error['input'], unit)}"


def _meant(value: object, unit: str) -> str:
    """What a number that was written otherwise should look like."""
    if isinstance(value, str) and (found := _WRITTEN.fullmatch(value.strip())):
        plain = found[0].replace(",", ".")
        return (
            f"; write {plain}, with a point" if "," in found[0] else f"; write {plain}, no quotes"
        )
    return per_cent(value) if is_share(unit) else in_quotes(value)


_WRITTEN = re.compile(r"-?\d+([.,]\d+)?")


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


@lru_cache(10_000)
def _annotation(
    model: type[Room], location: tuple[str | int, ...]
) -> tuple[Any, str, tuple[float, float]]:
    """Type, unit and bounds of the field at a location, as far as the names lead."""
    place: Any = model
    unit, bounds = "", _UNBOUNDED
    for part in location:
        place = _plain_type(place)
        if place is Schedule:  # what follows is the first day of a step
            break
        if _is_room(place):
            attribute = names_of(place).get(str(part))
            if attribute is None:
                break
            field = place.model_fields[attribute]
            place = field.annotation
            stated = (field, *typing.get_args(place))  # of what may also be absent
            unit, bounds = _stated_unit(*stated), _stated_bounds(*stated)
        else:
            inner = typing.get_args(place) or (object,)
            place = inner[-1] if typing.get_origin(place) is dict else inner[0]
            unit, bounds = _stated_unit(place) or unit, _stated_bounds(place)
    return _plain_type(place), unit, bounds


def unit_at(model: type[Room], path: str) -> str:
    """Unit of what stands at a path; empty where there is none.

    Examples
    --------
    >>> import jobsim as js
    >>> unit_at(js.Scenario, "groups.job_ready.return_share")
    'share'
    """
    return _unit(model, tuple(path.split(".")))


def bounds_at(model: type[Room], path: str) -> tuple[float, float]:
    """Least and greatest number that may stand at a path; infinite where there is no bound.

    Examples
    --------
    >>> import jobsim as js
    >>> bounds_at(js.Scenario, "groups.job_ready.return_share")
    (0.0, 1.0)
    """
    return _annotation(model, tuple(path.split(".")))[2]


def part_of(annotation: Any) -> type[Room] | None:
    """Part of a file that a field holds, alone or by name in a table; None where it holds none."""
    place = _plain_type(annotation)
    if typing.get_origin(place) is dict:
        place = _plain_type(typing.get_args(place)[-1])
    return place if _is_room(place) else None


def _is_room(place: Any) -> typing.TypeGuard[type[Room]]:
    return isinstance(place, type) and issubclass(place, Room)


def _stated_unit(*places: Any) -> str:
    """The first unit in what is said of a field or of types."""
    items = (item for place in places for item in (place, *getattr(place, "__metadata__", ())))
    extras = (getattr(item, "json_schema_extra", None) for item in items)
    return next((str(one["unit"]) for one in extras if isinstance(one, dict) and "unit" in one), "")


_UNBOUNDED = (-math.inf, math.inf)


def _stated_bounds(*places: Any) -> tuple[float, float]:
    """The tightest bounds in what is said of a field or of types."""
    low, high = _UNBOUNDED
    for place in places:
        for item in getattr(place, "__metadata__", ()) or getattr(place, "metadata", ()):
            for one in (item, *getattr(item, "metadata", ())):
                stated = {name: getattr(one, name, None) for name in ("ge", "gt", "le")}
                least = [bound for bound in (stated["ge"], stated["gt"]) if is_number(bound)]
                low = max([low, *map(float, least)])
                high = min(high, float(stated["le"])) if is_number(stated["le"]) else high
    return low, high


def _plain_type(place: Any) -> Any:
    """Strip Annotated and Optional."""
    while True:
        if typing.get_origin(place) is typing.Annotated:
            place = typing.get_args(place)[0]
        elif typing.get_origin(place) in (typing.Union, types.UnionType):
            place = next(arg for arg in typing.get_args(place) if arg is not type(None))
        else:
            return place


def _unit(model: type[Room], location: tuple[str | int, ...]) -> str:
    return _annotation(model, location)[1]


def _names(model: type[Room], location: tuple[str | int, ...]) -> list[str]:
    place = _annotation(model, location[:-1])[0]
    return list(names_of(place)) if _is_room(place) else []
