"""Dotted paths such as programmes.intensive.budget_per_year; imports layers 0 and 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from jobsim.calendar import Schedule
from jobsim.errors import InputError, ScenarioError, nearest
from jobsim.scenario.fields import Room, WeekStep, is_number


def names_in(place: object) -> list[str]:
    """Names that may follow a path that has come to `place`."""
    if isinstance(place, Room):
        return [field.alias or name for name, field in type(place).model_fields.items()]
    return list(place) if isinstance(place, Mapping) else []


def _step(place: object, name: str) -> object:
    if isinstance(place, Room):
        for attribute, field in type(place).model_fields.items():
            if name == (field.alias or attribute):
                return getattr(place, attribute)
    if isinstance(place, Mapping) and name in place:
        return place[name]
    raise KeyError(name)


def value_at(root: Room, path: str) -> object:
    """Value at a dotted path.

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
        try:
            place = _step(place, name)
        except KeyError:
            where = f" in {'.'.join(walked)}" if walked else ""
            hint = nearest(name, names_in(place))
            raise ScenarioError(f'{path}: there is no "{name}"{where}{hint}') from None
        walked.append(name)
    return place


def put(root: Room, data: dict[str, Any], path: str, value: object) -> None:
    """Set the value at a path in `data`, a dictionary of `root`, by the rules of `with_`.

    A number for a schedule keeps its dates and its zero steps; a path that ends in ``.scale``
    multiplies what is there, every step of a schedule or list.
    """
    path, scale = (path[: -len(".scale")], True) if path.endswith(".scale") else (path, False)
    old, value = value_at(root, path), as_data(value)
    try:
        if scale:
            value = _scaled(old, value)
        elif isinstance(old, Schedule) and is_number(value):
            value = old.replaced(value)
    except InputError as error:
        raise ScenarioError(f"{path}{'.scale' * scale}: {error}") from error
    _place(data, path)[path.split(".")[-1]] = value


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
    """Turn lists into tuples and numpy's numbers into Python's, all the way down."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(as_data(item) for item in value)
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
    return is_number(value) and not isinstance(value, dt.date)
