"""The JSON Schema of scenario files, for editors; may import the other files of scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobsim.scenario.fields import POLICY, Room, names_of
from jobsim.scenario.number_register import NOT_ASSUMED
from jobsim.scenario.paths import part_of
from jobsim.scenario.scenario import Scenario

_WORDS = {
    True: "Policy: questions move it in the scenario alone.",
    False: "A fact of the world: questions move it in scenario and baseline alike.",
}


def json_schema() -> dict[str, Any]:
    """JSON Schema of scenario files, which tells of each number whether it is policy.

    Examples
    --------
    >>> programme = json_schema()["$defs"]["Programme"]["properties"]
    >>> programme["budget_per_year"]["x-policy"], programme["cost_per_fte_year"]["x-policy"]
    (True, False)
    """
    schema = Scenario.model_json_schema(by_alias=True)
    _mark(Scenario, schema, schema["$defs"])
    return schema


def _mark(room: type[Room], schema: Mapping[str, Any], parts: Mapping[str, Any]) -> None:
    """Tell of the fields of a part, and of the parts within it, what is policy."""
    for name, attribute in names_of(room).items():
        if name in NOT_ASSUMED:
            continue
        field, told = room.model_fields[attribute], schema["properties"][name]
        inside, decided = part_of(field.annotation), POLICY in field.metadata
        if inside is not None:
            _mark(inside, parts[inside.__name__], parts)
        if decided or (inside is None and _has_numbers(told)):
            told["x-policy"] = decided
            told["description"] += f" {_WORDS[decided]}"


def _has_numbers(told: Mapping[str, Any]) -> bool:
    return told.get("type") != "string" and told.get("unit") != "key"
