"""Trials that come with jobsim: what their figures may be used for, and that they can be played."""

from __future__ import annotations

import pytest

import jobsim as js
from jobsim.trial.playing import Task, play
from jobsim.trial.staging import stage_of
from tests.trial.places import staged

BASE = {name: js.Trial.load(name) for name in js.trial_names()}
FIT = {"behaghel-2007", "campbell-2006", "germany-2007", "hig1-2005", "hig2-2008"}
"""Trials whose every figure is among those that numbers are estimated from."""


@pytest.mark.parametrize("name", BASE)
def test_a_trial_says_what_was_assumed_and_where_it_was_read(name):
    trial = BASE[name]
    assert trial.name == name
    assert trial.description
    assert trial.assumed
    assert all(sentence.endswith(".") for sentence in trial.assumed)
    unsure = [one for one in trial.outcomes if not one.published_error > 0]
    assert not unsure or any("person" in sentence for sentence in trial.assumed)


def test_roles_are_those_that_were_agreed_before_anything_was_estimated():
    roles = {name: {one.role for one in trial.outcomes} for name, trial in BASE.items()}
    assert {name for name, found in roles.items() if found == {"fit"}} == FIT
    vienna = {one.label: one.role for one in BASE["vienna-2015"].outcomes}
    assert [label for label, role in vienna.items() if role == "fit"] == [
        "Left without a job in a year"
    ]
    assert set(vienna.values()) == {"fit", "seen"}


def small(trial: js.Trial) -> js.Trial:
    """The same with 20 people an arm and staff to match."""
    data = trial.stated()
    for arm in data["arms"].values():
        share, arm["persons"] = 20 / arm["persons"], 20
        for path in ("regular_service.fte", "groups.participants.inflow_per_week"):
            if path in arm.get("changes", {}):
                arm["changes"] = {**arm["changes"], path: arm["changes"][path] * share}
    inflow = data["setting"].get("changes", {}).get("groups.participants.inflow_per_week")
    if inflow:
        changes = {**data["setting"]["changes"], "groups.participants.inflow_per_week": 0.4}
        data["setting"]["changes"] = changes
    return js.Trial.from_dict(data)


@pytest.mark.parametrize("name", BASE)
def test_every_trial_is_played(name):
    found = play(Task(staged(small(BASE[name])), {}, apart=(0,)))
    assert found.apart.shape == (1, len(BASE[name].outcomes))


@pytest.mark.parametrize("name", BASE)
def test_the_arms_of_a_trial_are_offered_something_else(name):
    """But for levels, which have one arm."""
    worlds = stage_of(BASE[name]).worlds({})
    assert len({str(world.scenario.to_dict()) for world in worlds}) == len(BASE[name].arms)
