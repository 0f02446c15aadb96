"""What finds kept volumes: the scenario as it is played, less what stands at its default."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import jobsim as js
from jobsim.analysis.playing.volume_store import _NOT_PLAYED, key_of, played_text
from jobsim.engines.volumes import MODEL_VERSION
from jobsim.scenario import Group, Scenario
from tests.factory import small_town, small_town_data

FILE = Path(__file__).with_name("frozen_defaults.json")
"""Model version, and the default of every field that is played.

A new field adds its default. Where a default changes, volumes kept under the old one would be taken
for new: raise MODEL_VERSION and write the file anew: `python -m tests.analysis.test_volume_store`.
"""


def defaults(model: type[BaseModel]) -> Iterator[tuple[str, object]]:
    """Every field's default as JSON, by class and field, those of models within included."""
    for name, info in model.model_fields.items():
        if model is Scenario and name in _NOT_PLAYED:
            continue
        if not info.is_required():
            value = info.get_default(call_default_factory=True)
            yield f"{model.__name__}.{name}", json.loads(json.dumps(value, default=plain))
        for room in rooms_of(info.annotation):
            yield from defaults(room)


def plain(value: object) -> object:
    """A value as JSON holds it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return dict(value) if hasattr(value, "items") else str(value)


def rooms_of(annotation: object) -> Iterator[type[BaseModel]]:
    """Models that an annotation leads to."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inside in typing.get_args(annotation):
        yield from rooms_of(inside)


class LaterGroup(Group):
    """A group as a later jobsim may have it: with one more field."""

    wage_subsidy_share: float = 0.0


class LaterScenario(Scenario):
    """A scenario with such groups."""

    groups: dict[str, LaterGroup]


def later(**group: object) -> LaterScenario:
    data = small_town_data()
    for one in data["groups"].values():
        one.update(group)
    return LaterScenario.from_dict(data)


class TestKeys:
    def test_a_new_field_at_its_default_orphans_nothing(self):
        assert played_text(later()) == played_text(small_town())
        assert key_of(later(), 1) == key_of(small_town(), 1)

    def test_a_new_field_that_is_used_is_another_scenario(self):
        assert key_of(later(wage_subsidy_share=0.5), 1) != key_of(small_town(), 1)

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("groups.job_ready.stock", 7),
            ("groups.job_ready.frailty_variance", 0.25),
            ("meetings.half_life_weeks", 3.0),
            ("labour_market.tightness", 1.5),
            ("horizon.weeks", 9),
        ],
    )
    def test_what_is_played_otherwise_is_kept_apart(self, path, value):
        assert key_of(small_town().with_({path: value}), 1) != key_of(small_town(), 1)

    def test_a_default_that_is_written_out_is_the_default(self):
        data = small_town_data()
        data["labour_market"] = {"tightness": 1.0, "reference_tightness": 1.0}
        written = js.Scenario.from_dict(data)
        data["labour_market"] = {}
        assert key_of(written, 1) == key_of(js.Scenario.from_dict(data), 1)

    def test_the_order_of_programmes_is_played_and_kept_apart(self):
        data = small_town_data()
        data["groups"] = dict(reversed(data["groups"].items()))
        assert key_of(js.Scenario.from_dict(data), 1) != key_of(small_town(), 1)


def test_defaults_stay_or_the_version_is_raised():
    frozen = json.loads(FILE.read_text(encoding="utf-8"))
    assert frozen["model_version"] == MODEL_VERSION
    assert dict(defaults(Scenario)) == frozen["defaults"]


if __name__ == "__main__":
    found = {"model_version": MODEL_VERSION, "defaults": dict(defaults(Scenario))}
    text = json.dumps(found, indent=1)
    FILE.write_text(f"{text}\n", encoding="utf-8")
