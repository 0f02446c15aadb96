"""The JSON Schema that lets an editor complete and check scenario files."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib

import pytest
from hypothesis import given

from jobsim.scenario import Scenario, preset_names
from jobsim.scenario.json_schema import json_schema
from jobsim.scenario.paths import is_policy
from tests.factory import small_town, small_town_data
from tests.scenario.strategies import towns

SCHEMA = json_schema()
KEYWORDS = {
    *("$defs", "$ref", "anyOf", "type", "enum", "const", "format", "default"),
    *("properties", "required", "additionalProperties", "patternProperties", "propertyNames"),
    *("items", "minItems", "maxItems", "minLength", "maxLength", "pattern", "minProperties"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("title", "description", "unit", "x-policy"),
}
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def as_json(value):
    """What a file holds, with dates as text, as an editor sees it."""
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def faults(value, schema, path="file"):
    """Where a value breaks a schema, for the keywords that scenario schemas use."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return faults(value, SCHEMA["$defs"][name], path)
    if "anyOf" in schema:
        tries = [faults(value, option, path) for option in schema["anyOf"]]
        return [] if [] in tries else [f"{path}: fits no option"]
    kind = schema.get("type")
    if kind and not _is_type(value, kind):
        return [f"{path}: is no {kind}"]
    checks = {dict: _object_faults, list: _array_faults}
    check = checks.get(type(value), _plain_faults)
    return list(check(value, schema, path))


def _is_type(value, kind):
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _object_faults(value, schema, path):
    yield from (
        f"{path}.{name}: missing" for name in schema.get("required", ()) if name not in value
    )
    if len(value) < schema.get("minProperties", 0):
        yield f"{path}: too few names"
    for name, item in value.items():
        inside = _schema_of_name(name, schema)
        if inside is False:
            yield f"{path}.{name}: unknown name"
        elif inside is not True:
            yield from faults(item, inside, f"{path}.{name}")


def _schema_of_name(name, schema):
    if name in schema.get("properties", {}):
        return schema["properties"][name]
    for pattern, inside in schema.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return inside
    return schema.get("additionalProperties", True)


def _array_faults(value, schema, path):
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{path}: wrong number of entries"
    for place, item in enumerate(value):
        yield from faults(item, schema.get("items", {}), f"{path}.{place}")


def _plain_faults(value, schema, path):
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: not in enum"
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{path}: wrong length"
        if not re.search(schema.get("pattern", ""), value):
            yield f"{path}: wrong pattern"
        if schema.get("format") == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            yield f"{path}: no date"
    elif isinstance(value, (int, float)):
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        if not low <= value <= high or value <= schema.get("exclusiveMinimum", -math.inf):
            yield f"{path}: out of range"


def nodes(schema, path=""):
    """Every schema within a schema, with its path."""
    yield path, schema
    for keyword in ("properties", "patternProperties", "$defs"):
        for name, inside in schema.get(keyword, {}).items():
            yield from nodes(inside, f"{path}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from nodes(schema[keyword], f"{path}/{keyword}")
    for place, inside in enumerate(schema.get("anyOf", ())):
        yield from nodes(inside, f"{path}/anyOf/{place}")


class TestShape:
    def test_only_known_keywords_and_types(self):
        for path, schema in nodes(SCHEMA):
            assert set(schema) <= KEYWORDS, path
            assert schema.get("type", "object") in TYPES, path

    def test_every_reference_leads_somewhere(self):
        references = {schema["$ref"] for _, schema in nodes(SCHEMA) if "$ref" in schema}
        assert references
        assert references <= {f"#/$defs/{name}" for name in SCHEMA["$defs"]}

    def test_unknown_names_are_refused_in_every_part(self):
        for name, schema in [("Scenario", SCHEMA), *SCHEMA["$defs"].items()]:
            assert schema["additionalProperties"] is False, name

    def test_every_default_fits_its_own_schema(self):
        defaults = [(path, schema) for path, schema in nodes(SCHEMA) if "default" in schema]
        assert len(defaults) > 50
        for path, schema in defaults:
            if schema["default"] is not None:
                assert faults(schema["default"], schema, path) == []

    def test_every_field_is_described(self):
        bare = [
            f"{part}.{name}"
            for part, schema in [("Scenario", SCHEMA), *SCHEMA["$defs"].items()]
            for name, field in schema["properties"].items()
            if "description" not in field and "$ref" not in field
        ]
        assert [name for name in bare if not name.startswith("Scenario.")] == []

    @pytest.mark.parametrize(
        ("part", "field", "unit"),
        [
            ("Group", "job_finding_hazard_per_week", "per week"),
            ("Group", "no_show_probability", "probability"),
            ("Group", "stock", "persons"),
            ("Group", "inflow_per_week", "persons per week"),
            ("Programme", "budget_per_year", "DKK per year"),
            ("Programme", "cost_per_fte_year", "DKK"),
            ("RegularService", "fte", "full-time caseworkers"),
            ("SmallJobs", "step_weeks", "weeks"),
            ("Horizon", "weeks", "weeks"),
            ("Municipality", "income_tax_rate", "share"),
        ],
    )
    def test_numbers_wear_units(self, part, field, unit):
        assert SCHEMA["$defs"][part]["properties"][field]["unit"] == unit

    def test_every_single_number_has_a_unit(self):
        # whatever the number is of
        free = {"Distribution", "Assumption", "Claim", "Observation", "Target"}
        for part, schema in SCHEMA["$defs"].items():
            for name, field in schema["properties"].items():
                if field.get("type") in ("number", "integer") and part not in free:
                    assert field.get("unit"), f"{part}.{name}"


POLICY = {
    *("Scenario.programmes", "Scenario.supports", "SmallJobs.consultants"),
    *("RegularService.fte", "RegularService.interval_weeks"),
    "RegularService.first_meeting_weeks",
    *("Programme.groups", "Programme.budget_per_year", "Programme.caseload_limit"),
    *("Programme.interval_weeks", "Programme.max_weeks", "Programme.admission"),
    *("Consultants.budget_per_year", "Support.groups", "Support.budget_per_year"),
    "Support.paid_from",
}


def marks():
    """What the schema says of each field: policy, world or nothing."""
    return {
        f"{part}.{name}": field.get("x-policy")
        for part, schema in [("Scenario", SCHEMA), *SCHEMA["$defs"].items()]
        for name, field in schema["properties"].items()
    }


class TestPolicy:
    def test_what_the_municipality_decides_is_marked(self):
        assert {name for name, policy in marks().items() if policy} == POLICY

    def test_facts_of_the_world_are_marked(self):
        world = {name for name, policy in marks().items() if policy is False}
        assert len(world) > 40
        assert {"Programme.cost_per_fte_year", "Programme.gain_multiplier"} <= world
        assert {"Group.stock", "Group.elapsed_weeks", "LabourMarket.tightness"} <= world
        assert {
            "Municipality.income_tax_rate",
            "Support.need_share",
            "SmallJobs.hours_per_week",
        } <= (world)

    def test_what_no_question_moves_is_left_alone(self):
        told = {name for name, policy in marks().items() if policy is not None}
        assert not {"Group.key", "Group.label", "Horizon.weeks", "Scenario.name"} & told
        assert {name.split(".")[0] for name in told} == {
            *("Scenario", "Municipality", "Group", "GroupSmallJobs", "LadderWeeks", "Programme"),
            *("RegularService", "MeetingEffect", "SmallJobs", "Consultants", "Support"),
            *("LabourMarket", "Before"),
        }

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("programmes.intensive.caseload_limit", "Programme.caseload_limit"),
            ("programmes.intensive.meetings_per_fte_week", "Programme.meetings_per_fte_week"),
            ("small_jobs.consultants", "SmallJobs.consultants"),
            ("small_jobs.consultants.cost_per_fte_year", "Consultants.cost_per_fte_year"),
            ("supports.driving_licence.lead_weeks", "Support.lead_weeks"),
            ("regular_service.first_meeting_weeks", "RegularService.first_meeting_weeks"),
        ],
    )
    def test_it_is_what_questions_go_by(self, path, name):
        assert marks()[name] == is_policy(Scenario, path)

    def test_descriptions_say_so(self):
        support = SCHEMA["$defs"]["Support"]["properties"]
        assert (
            "Policy: questions move it in the scenario" in support["budget_per_year"]["description"]
        )
        assert "A fact of the world: questions move it" in support["unit_cost"]["description"]


class TestJudgement:
    @pytest.mark.parametrize("name", preset_names())
    def test_accepts_the_presets(self, name):
        preset = tomllib.loads(Scenario.load(name).to_toml())
        assert faults(as_json(preset), SCHEMA) == []

    def test_accepts_the_small_town(self):
        assert faults(as_json(small_town_data()), SCHEMA) == []

    @given(towns)
    def test_accepts_whatever_jobsim_writes(self, town):
        assert faults(as_json(tomllib.loads(town.to_toml())), SCHEMA) == []

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("horizon__weeks", 0),
            ("horizon__weeks", None),
            ("horizon__start", "first of May"),
            ("groups__job_ready__stokk", 5),
            ("groups__job_ready__stock", "many"),
            ("groups__job_ready__stock", True),
            ("groups__job_ready__job_finding_hazard_per_week", -0.1),
            ("groups__job_ready__no_show_probability", 1.5),
            ("groups__job_ready__elapsed_weeks", [{"from": 0, "to": 5}]),
            ("programmes__intensive__budget_per_year", -1),
            ("programmes__intensive__budget_per_year", [{"from": "2018-01-01"}]),
            ("programmes__intensive__cost_per_fte_year", 0),
            ("programmes__intensive__admission", "oldest_first"),
            ("programmes__intensive__interval_weeks", [0]),
            ("programmes__intensive__groups", []),
            ("claims__saving_2018__role", "proof"),
        ],
    )
    def test_refuses_what_loading_refuses(self, path, value):
        assert faults(as_json(small_town_data(**{path: value})), SCHEMA)
        with pytest.raises(ValueError, match=re.escape(path.split("__")[0])):
            small_town(**{path: value})
