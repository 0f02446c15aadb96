"""A scenario goes into a file, a process or a dictionary and comes back the same."""

from __future__ import annotations

import copy
import pickle
import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobsim.errors import InputError
from jobsim.scenario import Scenario, dump_toml
from jobsim.scenario.fields import Room
from tests.factory import TIED, small_town, small_town_data
from tests.scenario.strategies import changes, towns


class TestToml:
    @given(towns)
    def test_text_reads_back_to_the_same(self, town):
        again = Scenario.from_dict(tomllib.loads(town.to_toml()))
        assert again == town
        assert again.to_toml() == town.to_toml()

    @given(towns)
    def test_file_reads_back_to_the_same(self, tmp_path_factory, town):
        path = tmp_path_factory.mktemp("towns") / "by på øen.toml"
        path.write_bytes(town.to_toml().encode("utf-8"))
        assert Scenario.load(path) == town

    @given(st.text(st.characters(codec="utf-8")))
    @example("a\r\nb")
    @example("a\rb\n")
    @example("\n\n'''\"\"\"\\ \x7f \x85")
    def test_any_text_survives(self, text):
        assert tomllib.loads(dump_toml({"text": text})) == {"text": text}

    @given(st.floats(allow_nan=False))
    def test_every_float_survives_to_the_last_bit(self, number):
        assert tomllib.loads(dump_toml({"number": number})) == {"number": number}

    def test_the_order_of_programmes_survives(self):
        # Admission goes programme by programme in the order of the file.
        intensive = small_town_data()["programmes"]["intensive"]
        town = small_town(programmes={"z": intensive, "intensive": intensive, "a": intensive})
        assert list(tomllib.loads(town.to_toml())["programmes"]) == ["z", "intensive", "a"]

    def test_only_what_was_stated_is_written(self):
        bare = small_town(meetings=None, labour_market=None, title=None)
        assert {"meetings", "labour_market", "title", "changed"}.isdisjoint(
            tomllib.loads(bare.to_toml())
        )

    def test_changed_paths_are_kept(self):
        town = small_town().with_({"horizon.weeks": 5})
        assert Scenario.from_dict(tomllib.loads(town.to_toml())).changed == ("horizon.weeks",)

    @pytest.mark.parametrize("town", [small_town(), small_town().without_programmes()])
    def test_a_scenario_that_was_used_is_still_the_same(self, town):
        assert town.weeks.count == 80  # a cached property
        assert Scenario.from_dict(tomllib.loads(town.to_toml())) == town


class TestCopies:
    @given(towns)
    def test_pickle(self, town):
        assert pickle.loads(pickle.dumps(town)) == town

    def test_pickle_keeps_it_frozen(self):
        town = pickle.loads(pickle.dumps(small_town()))
        with pytest.raises(InputError, match="with_"):
            town.groups["new"] = None

    def test_deep_copy(self):
        assert copy.deepcopy(small_town()) == small_town()

    @given(towns)
    def test_dictionary(self, town):
        assert Scenario.from_dict(town.to_dict()) == town

    @given(changes)
    def test_dictionary_is_the_callers_own(self, values):
        town = small_town().with_(values)
        taken = town.to_dict()
        taken["groups"]["job_ready"]["stock"] = -1
        taken["groups"].clear()
        assert town == small_town().with_(values)

    def test_from_dict_leaves_its_argument_alone(self):
        data = small_town_data()
        Scenario.from_dict(data)
        assert data == small_town_data()

    def test_different_scenarios_are_not_equal(self):
        assert small_town() != small_town(groups__job_ready__stock=61)


def _unset(place: object, path: str) -> list[str]:
    """Paths of fields that no example of their kind states."""
    if isinstance(place, dict):
        return [name for key, item in place.items() for name in _unset(item, f"{path}.{key}")]
    if isinstance(place, tuple):
        return [name for item in place for name in _unset(item, path)]
    if not isinstance(place, Room):
        return []
    model = type(place).__name__
    stated = [f"{model}.{name}" for name in place.model_fields_set]
    return stated + [
        name for field in type(place).model_fields for name in _unset(getattr(place, field), field)
    ]


def test_the_small_town_uses_every_field():
    town = small_town(correlations=[TIED])
    used = set(_unset(town, ""))
    models = {name.split(".")[0] for name in used}
    assert len(models) > 15
    known = {
        f"{model.__name__}.{field}"
        for model in _subclasses(Room)
        if model.__name__ in models
        for field in model.model_fields
    }
    read_at_loading = {"ObservedSeries.file", "ObservedSeries.column"}
    assert known - used == {"Scenario.changed", "Scenario.posterior", *read_at_loading}


def _subclasses(cls: type) -> list[type]:
    return [sub for child in cls.__subclasses__() for sub in (child, *_subclasses(child))]
