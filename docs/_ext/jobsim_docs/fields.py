"""Every field of scenarios and price lists, from the classes that validate them."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import jobsim
from jobsim.scenario import readable
from jobsim.scenario.fields import POLICY

__all__ = ["price_fields", "scenario_fields"]

_UNBOUNDED = 1e15


@dataclass(frozen=True)
class Field:
    """One field as a file holds it."""

    path: str
    meaning: str
    facts: tuple[str, ...]
    """Kind, unit, allowed range, default, and whether it is policy, in words."""


@dataclass(frozen=True)
class Part:
    """One table of a file, or one entry of a list, and its fields."""

    title: str
    meaning: str
    fields: tuple[Field, ...]


def scenario_fields() -> str:
    """All fields of a scenario file."""
    return _page(jobsim.Scenario, "scenario-field")


def price_fields() -> str:
    """All fields of a price list."""
    return _page(jobsim.Prices, "price-field")


def _page(model: type[BaseModel], kind: str) -> str:
    entries: dict[str, type[BaseModel]] = {}
    sections = [_section(part, kind) for part in _parts(model, "", entries)]
    for title, room in entries.items():
        entry = next(_parts(room, title, {}, within=False))
        sections += [f"({_label(title)})=", _section(entry, kind)]
    return "\n".join(sections)


def _section(part: Part, kind: str) -> str:
    lines = [f"## {part.title}", "", part.meaning, ""]
    for field in part.fields:
        facts = " · ".join(field.facts)
        lines += [f":::{{{kind}}} {field.path}", field.meaning, "", facts, ":::", ""]
    return "\n".join(lines)


def _label(title: str) -> str:
    """Label of a section, to which lists of such entries lead."""
    return f"entries-{title.replace(' ', '-')}"


def _parts(
    model: type[BaseModel], path: str, entries: dict[str, type[BaseModel]], *, within: bool = True
) -> Iterator[Part]:
    """A model's own fields, then the parts within it; entries of lists are collected."""
    schema = model.model_json_schema(by_alias=True)
    inner: list[tuple[str, type[BaseModel]]] = []
    own: list[Field] = []
    for attribute, info in _own_fields_first(model):
        name = info.alias or attribute
        where = f"{path}.{name}" if path else name
        room, container = _room_of(info.annotation)
        if room is not None and container == "list":
            entries[_words(room.__name__)] = room
        elif room is not None and within:
            key = ".PATH" if name == "assumptions" else ".CODE"
            inner.append((where + (key if container == "table" else ""), room))
            continue
        own.append(_field(where, info, schema["properties"][name], room))
    title = f"`{path}`" if path and within else path.capitalize() or "The file"
    yield Part(title, _first_paragraph(model), tuple(own))
    for where, room in inner:
        yield from _parts(room, where, entries)


def _own_fields_first(model: type[BaseModel]) -> list[tuple[str, FieldInfo]]:
    """Fields by name; the tables of sources and assumptions, which all files have, last."""
    shared = ("sources", "assumptions")
    return sorted(model.model_fields.items(), key=lambda item: item[0] in shared)


def _room_of(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model within an annotation, and whether it is alone, in a list or in a table."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, "alone"
    container = {"tuple": "list", "dict": "table"}.get(_origin(annotation))
    for inside in typing.get_args(annotation):
        room, deeper = _room_of(inside)
        if room is not None:
            return room, container or deeper
    return None, ""


def _origin(annotation: Any) -> str:
    return getattr(typing.get_origin(annotation), "__name__", "")


def _first_paragraph(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").split("\n\n")[0].strip().replace("\n", " ")


def _words(class_name: str) -> str:
    """Words of a class name: WeekStep becomes "week step"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in class_name)[
        1:
    ]


def _field(
    path: str, info: FieldInfo, schema: Mapping[str, Any], room: type[BaseModel] | None
) -> Field:
    described = _described(schema)
    kind = _kind(schema)
    if room is not None:
        words = _words(room.__name__)
        kind = f"list of [{words}s](#{_label(words)})"
    facts = (
        kind,
        str(described.get("unit", "")),
        _dates(info) or _allowed(described),
        _default(info, schema),
        "policy" if POLICY in info.metadata else "",
    )
    return Field(path, info.description or "", tuple(fact for fact in facts if fact))


def _described(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a schema that holds bounds and unit."""
    for inside in schema.get("anyOf", []):
        if inside.get("type") != "null":
            return {**_described(inside), **schema}
    for name in ("items", "additionalProperties"):
        inside = schema.get(name)
        if isinstance(inside, Mapping) and "properties" not in inside:
            return {**_described(inside), **schema}
    return schema


def _kind(schema: Mapping[str, Any]) -> str:
    """What a file holds there, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    options = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    if len(options) == 2 and _is_steps(options[1]):
        return "number, or steps by date"
    if options:
        return ", or ".join(_kind(one) for one in options)
    if schema.get("type") == "array":
        return f"list of {_plural(_kind(schema.get('items', {})))}"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"table of {_plural(_kind(values))}" if isinstance(values, Mapping) else "table"
    plain = {"integer": "whole number", "string": schema.get("format", "text")}
    kind = str(schema.get("type", "anything"))
    return str(plain.get(kind, kind))


def _plural(kind: str) -> str:
    if kind.startswith("list"):
        return kind.replace("list of", "lists of")
    one, comma, other = kind.partition(",")
    return f"{one}s{comma}{other}"


def _is_steps(schema: Mapping[str, Any]) -> bool:
    return "value" in schema.get("items", {}).get("properties", {})


def _allowed(schema: Mapping[str, Any]) -> str:
    """Allowed range in words."""
    low, high = schema.get("minimum"), schema.get("maximum", _UNBOUNDED)
    if schema.get("unit") == "year":
        return f"{low} to {high}"
    if "exclusiveMinimum" in schema:
        return f"above {readable(schema['exclusiveMinimum'])}" + _up_to(high)
    if low is not None:
        return (
            f"{readable(low)} or more" if high == _UNBOUNDED else f"{readable(low)} to {_big(high)}"
        )
    return ""


def _up_to(high: float) -> str:
    return "" if high == _UNBOUNDED else f", to {_big(high)}"


def _big(number: float) -> str:
    return readable(int(number)) if number == int(number) else readable(number)


def _dates(info: FieldInfo) -> str:
    """Allowed range of a date, which a JSON Schema cannot hold."""
    if getattr(info.annotation, "__name__", "") != "date":
        return ""
    bounds = {type(one).__name__: one for one in info.metadata}
    if not {"Ge", "Le"} <= set(bounds):
        return ""
    return f"{bounds['Ge'].ge} to {bounds['Le'].le}"


def _default(info: FieldInfo, schema: Mapping[str, Any]) -> str:
    if info.is_required():
        return "**required**"
    value = schema.get("default")
    if value in (None, [], {}):
        return "default: none"
    if isinstance(value, list):
        return f"default: {readable(tuple(value))}"
    return f"default: {readable(value)}" if value != "" else "default: empty"
