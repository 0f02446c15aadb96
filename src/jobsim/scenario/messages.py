"""One clear line out of a validation error; imports layers 0 and 1."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from jobsim.errors import nearest
from jobsim.scenario.fields import Room

__all__ = ["one_line"]

_ALLOWED = {
    "greater_than": ("gt", "above {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "below {}"),
    "less_than_equal": ("le", "at most {}"),
}
_TYPES = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "date_type": "a date like 2018-01-01",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "finite_number": "a finite number",
}


def one_line(error: ValidationError, model: type[Room]) -> str:
    """Describe the first problem: path, value with unit, what is allowed, nearest name."""
    first = min(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
    location = tuple(part for part in first["loc"] if not str(part).startswith("function-"))
    path = ".".join(str(part) for part in location)
    return f"{path}: {_problem(first, model, location)}" if path else _problem(first, model, ())


def _problem(error: Any, model: type[Room], location: tuple[str | int, ...]) -> str:
    kind, got = error["type"], error["input"]
    unit = _unit(model, location)
    if kind == "extra_forbidden":
        return f'unknown name "{location[-1]}"{nearest(str(location[-1]), _names(model, location))}'
    if kind == "missing":
        return f"is missing{f' ({unit})' if unit else ''}"
    if kind in _ALLOWED:
        key, phrase = _ALLOWED[kind]
        return f"must be {phrase.format(_plain(error['ctx'][key]))}{_in(unit)}, got {_shown(got)}"
    if kind in _TYPES:
        return f"must be {_TYPES[kind]}{_in(unit)}, got {_shown(got)}"
    if kind == "literal_error":
        return f"must be {error['ctx']['expected']}, got {_shown(got)}"
    if kind == "string_pattern_mismatch":
        return f"must be lower-case letters, digits and _, got {_shown(got)}"
    if kind == "too_short":
        return f"needs at least {error['ctx']['min_length']} entry"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return str(error["msg"])


def _in(unit: str) -> str:
    return f" ({unit})" if unit else ""


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
