"""What editors offer after a dot is jobsim's: fields and methods, nothing of pydantic."""

from __future__ import annotations

import copy
import pickle

import pytest
from pydantic import BaseModel

import jobsim as js
from jobsim.scenario.fields import Room
from tests.factory import small_town

OF_PYDANTIC = {name for name in dir(BaseModel) if not name.startswith("_")}


def offered(one: object) -> set[str]:
    return {name for name in dir(one) if not name.startswith("_")}


def rooms(kind: type[Room] = Room) -> list[type[Room]]:
    return [kind, *(inner for one in kind.__subclasses__() for inner in rooms(one))]


@pytest.fixture(scope="module")
def town() -> js.Scenario:
    return small_town()


def test_pydantic_has_names_to_hide() -> None:
    assert {"model_dump", "model_copy", "json", "parse_obj", "construct"} <= OF_PYDANTIC


def test_a_scenario_offers_its_own_names(town: js.Scenario) -> None:
    methods = {"from_dict", "load", "loaded_from", "save", "stated", "to_dict", "to_toml", "with_"}
    methods |= {"difference", "entries_changed", "template", "weeks", "with_posterior"}
    methods |= {"without_programmes"}
    assert offered(js.Scenario) == methods
    assert offered(town) == methods | set(js.Scenario.model_fields)


def test_prices_offer_their_own_names() -> None:
    methods = {"from_dict", "load", "loaded_from", "save", "stated", "to_dict", "to_toml", "with_"}
    methods |= {"as_of", "benefit_rate", "check", "difference", "entries_changed", "grows", "known"}
    methods |= {
        "named",
        "price_year_of",
        "refuse_currency",
        "refuse_gaps",
        "with_tax_treatment",
        "years",
    }
    assert offered(js.Prices) == methods
    assert offered(js.Prices.load("denmark")) == methods | set(js.Prices.model_fields)


def test_a_group_offers_its_fields(town: js.Scenario) -> None:
    group = town.groups["job_ready"]
    assert offered(group) == set(type(group).model_fields)


@pytest.mark.parametrize("kind", rooms(), ids=lambda kind: kind.__name__)
def test_no_part_offers_pydantic(kind: type[Room]) -> None:
    assert offered(kind) & OF_PYDANTIC == set()


def test_what_is_hidden_works(town: js.Scenario) -> None:
    assert town.model_dump()["name"] == town.name
    assert copy.deepcopy(town) == pickle.loads(pickle.dumps(town)) == town
