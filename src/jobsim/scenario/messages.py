"""One clear line out of a validation error; imports layers 0 and 1."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from jobsim.errors import nearest
from jobsim.scenario.fields import Room

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


def one_line(error: ValidationError, model: type[Room]) -> str:
    """Describe the first problem: path, value with unit, what is allowed, nearest name."""
    problems = error.errors(include_url=False)
    first = min(problems, key=lambda item: item["type"] != "extra_forbidden")
    location = tuple(part for part in first["loc"] if not _is_made_up(part))
    path = ".".join(str(part) for part in location)
    problem = _problem(first, model, location)
    line = f"{path}: {problem}" if path else problem
    return " ".join(line.splitlines())


def _is_made_up(part: str | int) -> bool:
    """Tell whether pydantic put in this part of a location, which stands in no file."""
    return part == "[key]" or str(part).startswith("function-")


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
    return f"{allowed}{in_unit}, got {_shown(error['input'])}"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _annotation(model: type[Room], location: tuple[str | int, ...]) -> tuple[Any, str]:
    """Type and unit of the field at a location, as far as the names lead."""
    place: Any = model
    unit = ""
    for part in location:
        place = _plain_type(place)
        if isinstance(place, type) and issubclass(place, Room):
            field = next((f for n, f in place.model_fields.items() if (f.alias or n) == part), None)
            if field is None:
                break
            extra = field.json_schema_extra
            unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
            unit = unit or _optional_unit(field.annotation)
            place = field.annotation
        else:
            inner = typing.get_args(place)
            place = inner[-1] if typing.get_origin(place) is dict and inner else _first(inner)
            unit = _annotated_unit(place) or unit
    return _plain_type(place), unit


def _first(arguments: tuple[Any, ...]) -> Any:
    return arguments[0] if arguments else object


def _annotated_unit(place: Any) -> str:
    for item in getattr(place, "__metadata__", ()):
        extra = getattr(item, "json_schema_extra", None)
        if isinstance(extra, dict) and "unit" in extra:
            return str(extra["unit"])
    return ""


def _optional_unit(place: Any) -> str:
    """Unit of what may also be absent."""
    return next(filter(None, map(_annotated_unit, typing.get_args(place))), "")


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
    fields: Mapping[str, Any] = getattr(place, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]
