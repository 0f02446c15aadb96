"""Elements of a scenario: each said once, played by the engines that say so, refused by others."""

from __future__ import annotations

import sys
import typing
from collections import Counter
from collections.abc import Iterator
from importlib import import_module

import numpy as np
import pytest
from pydantic import BaseModel

import jobsim as js
from jobsim.analysis.playing.volume_store import _NOT_PLAYED
from jobsim.engines import choice
from jobsim.engines.elements import ELEMENTS, EVENTS, VOLUMES, elements_in
from jobsim.engines.lowering import tables_of
from jobsim.errors import InputError
from tests.factory import small_town

PACKAGES = {name: import_module(home.rpartition(".")[0]) for name, home in choice.ENGINES.items()}


def fields_of(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Paths of all fields, "*" for codes, those of models within included."""
    for name, info in model.model_fields.items():
        where = f"{path}.{name}".removeprefix(".")
        inner, table = room_of(info.annotation)
        if inner is None:
            yield where
        else:
            yield from fields_of(inner, f"{where}.*" if table else where)


def room_of(annotation: object) -> tuple[type[BaseModel] | None, bool]:
    """The model within an annotation, and whether it stands in a table of codes."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    table = typing.get_origin(annotation) is dict
    for inside in typing.get_args(annotation):
        room, deeper = room_of(inside)
        if room is not None:
            return room, table or deeper
    return None, False


def owners(path: str) -> list[str]:
    """Elements that name a path, or a part of it, those with the longest name first."""
    fit = [
        (len(field), code)
        for code, element in ELEMENTS.items()
        for field in element.fields
        if f"{path}.".startswith(f"{field}.")
    ]
    longest = max(fit, default=(0, ""))[0]
    return [code for length, code in fit if length == longest]


@pytest.fixture
def without(monkeypatch):
    """Let an engine not play an element, as if its files said so."""

    def leave_out(engine: str, element: str) -> None:
        package = PACKAGES[engine]
        plays = tuple(code for code in package.PLAYS if code != element)
        import_module(choice.ENGINES[engine])
        for name, module in sys.modules.items():
            if name.startswith(package.__name__) and hasattr(module, "PLAYS"):
                monkeypatch.setattr(module, "PLAYS", plays)

    return leave_out


class TestSaidOnce:
    def test_every_field_that_is_played_belongs_to_one_element(self):
        played = [one for one in fields_of(js.Scenario) if one.split(".")[0] not in _NOT_PLAYED]
        assert len(played) > 80
        assert {path: owners(path) for path in played if len(owners(path)) != 1} == {}

    def test_no_volume_and_no_event_belongs_to_two(self):
        counts = Counter(
            name
            for element in ELEMENTS.values()
            for name in (*element.volumes, *(f"event {event}" for event in element.events))
        )
        assert counts.total() == len(counts) == len(VOLUMES) + len(EVENTS)

    def test_engines_name_elements_that_there_are(self):
        assert {name: set(one.PLAYS) - set(ELEMENTS) for name, one in PACKAGES.items()} == {
            name: set() for name in PACKAGES
        }

    def test_a_scenario_has_what_does_not_stand_at_its_default(self):
        found = elements_in(js.Scenario.load("esbjerg-2018"))
        assert found["programmes"] == "programmes"
        assert "small_jobs" not in found
        jobs = elements_in(js.Scenario.load("kolding-2018"))
        assert jobs["small_jobs"] == "small_jobs"
        assert "supports" not in jobs


class TestRefused:
    def test_by_name_and_with_the_engines_that_do(self, without):
        without("numpy", "supports")
        with pytest.raises(InputError) as error:
            js.simulate(js.Scenario.load("esbjerg-2018"), replications=1, engine="numpy")
        assert str(error.value) == (
            'engine: "numpy" does not play supports (supports of esbjerg-2018); '
            'use "simpy" or "numba"'
        )

    def test_by_all_of_them(self, without):
        for engine in choice.ENGINES:
            without(engine, "small_jobs")
        with pytest.raises(InputError, match=r"does not play small jobs .*; no engine does"):
            js.simulate(js.Scenario.load("kolding-2018"), replications=1)

    def test_in_histories_too(self, without):
        without("numpy", "programmes")
        with pytest.raises(InputError, match="does not play programmes"):
            js.histories(js.Scenario.load("esbjerg-2018"), replications=1)

    def test_auto_takes_an_engine_that_does(self, without):
        without("numpy", "supports")
        without("numba", "supports")
        run = js.simulate(small_town(horizon__weeks=4), replications=1)
        assert run.attrs["engine"] == "simpy"

    @pytest.mark.parametrize("engine", ["numpy", "simpy"])
    def test_a_place_without_the_element_is_played_as_before(self, engine, without):
        plain = js.Scenario.load("kolding-2018").with_({"horizon.weeks": 8})
        before = js.simulate(plain, replications=2, engine=engine)
        without(engine, "supports")
        assert before.equals(js.simulate(plain, replications=2, engine=engine))

    @pytest.mark.parametrize("engine", ["numpy", "simpy"])
    def test_an_engine_returns_no_volume_that_it_does_not_play(self, engine, without):
        without(engine, "supports")
        tables = tables_of(js.Scenario.load("kolding-2018").with_({"horizon.weeks": 8}))
        played = choice.engine_named(engine)(tables, 1, np.arange(1))
        assert set(VOLUMES) - set(played) == {"supports_granted"}

    def test_an_engine_that_keeps_a_volume_back_is_found_out(self, monkeypatch):
        engine = import_module(choice.ENGINES["numpy"])
        play = engine.play

        def forgetful(*arguments: object) -> object:
            volumes = play(*arguments)
            del volumes["returns"]
            return volumes

        monkeypatch.setattr(engine, "play", forgetful)
        with pytest.raises(RuntimeError, match="not what it says it plays"):
            js.simulate(small_town(horizon__weeks=4), replications=1, engine="numpy")
