"""Chance belongs to persons: nothing that is added or left out moves anybody else's draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsim.engines import simulate
from jobsim.engines.simulate import batches
from jobsim.engines.vector.engine import Play
from jobsim.scenario import Scenario
from tests.engines.scene import bands, ready
from tests.factory import small_town, small_town_data
from tests.parity.scenarios import scenario_data

TRAITS = ["entry_week", "elapsed", "frailty", "queue", "lottery", "cap", "ladder", "first_due"]
TRAITS += ["level", "next_step"]
SEEDS = st.integers(0, 2**64 - 1)


def volumes(scenario: Scenario, **options: Any) -> xr.Dataset:
    return simulate(scenario, **{"replications": 2, "progress": False, **options})


def who(play: Play) -> list[tuple[int, ...]]:
    """Key of each person: replication, group key, origin, k."""
    roster, keys = play.roster, play.tables.people.keys
    columns = (roster.replications[roster.rep], keys[roster.group], roster.origin, roster.k)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def traits(scenario: Scenario, **options: Any) -> dict[tuple[int, ...], tuple[Any, ...]]:
    """Traits of each person, the need of each support (by its key) included."""
    play = ready(scenario, **options)
    columns = [getattr(play.roster, name).tolist() for name in TRAITS]
    columns.append(np.minimum(play.roster.return_week, small_town().horizon.weeks).tolist())
    needs = dict(zip(play.tables.supports.keys.tolist(), play.roster.needs.tolist(), strict=True))
    columns.append(
        [tuple((key, row[i]) for key, row in needs.items()) for i in range(len(columns[0]))]
    )
    return dict(zip(who(play), zip(*columns, strict=True), strict=True))


def with_newcomers(**changes: Any) -> Scenario:
    """Add a group to the small town, whose key comes before those of the others."""
    newcomers = {**small_town_data()["groups"]["job_ready"], "key": 0}
    return small_town(
        **changes, groups__newcomers=newcomers, regular_service__interval_weeks__newcomers=[3]
    )


def test_the_town_draws_every_trait() -> None:
    """The comparisons below are about something: each trait varies from person to person."""
    everybody = list(traits(small_town(), replications=2).values())
    for place, name in enumerate([*TRAITS, "return_week", "needs"]):
        assert len({person[place] for person in everybody}) > 1, name


CHANGES = {
    "another group": with_newcomers,
    "more persons": lambda: small_town(groups__job_ready__stock=75),
    "more arrivals": lambda: small_town(groups__job_ready__inflow_per_week=9.0),
    "more in work": lambda: small_town(groups__activity_ready__employed_pool=33),
    "no programme": lambda: small_town(
        programmes__intensive__budget_per_year=0.0, supports__driving_licence__paid_from=None
    ),
    "another programme": lambda: small_town(
        programmes__second={**small_town_data()["programmes"]["intensive"], "label": "Second"}
    ),
    "no consultants": lambda: small_town(small_jobs__consultants=None),
    "longer run": lambda: small_town(horizon__weeks=120),
}


@pytest.mark.parametrize("change", CHANGES)
def test_adding_changes_nobodys_traits(change: str) -> None:
    before = traits(small_town(), replications=2)
    after = traits(CHANGES[change](), replications=2)
    kept = before.keys() & after.keys()
    assert len(kept) == min(len(before), len(after)) > 200
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}


def test_another_support_changes_nobodys_other_traits() -> None:
    course = {**small_town_data()["supports"]["driving_licence"], "key": 9, "label": "Course"}
    with_course = small_town(supports={"course": course, **small_town_data()["supports"]})
    before, after = traits(small_town()), traits(with_course)
    assert {key: value[:-1] for key, value in after.items()} == {
        key: value[:-1] for key, value in before.items()
    }
    assert all(dict(after[key][-1])[3] == dict(before[key][-1])[3] for key in before)


def test_another_seed_changes_traits() -> None:
    """Negative control: the comparison of traits can fail."""
    before, after = traits(small_town(), seed=1), traits(small_town(), seed=2)
    same = [before[key][2] == after[key][2] for key in before.keys() & after.keys()]
    assert len(same) > 100
    assert not all(same)


def lives(scenario: Scenario) -> dict[tuple[int, ...], tuple[Any, ...]]:
    """How each person's story ends, and how many draws it took."""
    play = ready(scenario)
    for t in range(play.tables.weeks):
        play.week(t)
    names = "status acc threshold leave_week boost due held ladder away return_week calls jobs"
    columns = [getattr(play, name).tolist() for name in names.split()]
    return dict(zip(who(play), zip(*columns, strict=True), strict=True))


def test_where_nobody_competes_nobodys_life_depends_on_others() -> None:
    """With room for everybody and no effect of caseload, new neighbours change no life."""
    alone: dict[str, Any] = {
        "regular_service__fte": 1000.0,
        "meetings__caseload_elasticity": 0.0,
        "small_jobs__consultants": None,
        "groups__activity_ready__small_jobs__ordinary_openings_per_week": 0.0,
        "programmes": {},
        "supports": {},
    }
    before = lives(small_town(**alone))
    for more in (with_newcomers(**alone), small_town(**alone, groups__job_ready__stock=90)):
        after = lives(more)
        assert len(after) > len(before)
        assert {key: after[key] for key in before} == before
    crowded = {**alone, "regular_service__fte": 1.0}  # negative control: now they wait
    after = lives(small_town(**crowded, groups__job_ready__stock=90))
    before = lives(small_town(**crowded))
    assert any(after[key] != before[key] for key in before)


@settings(max_examples=12)
@given(scenario_data(), SEEDS)
def test_more_weeks_change_no_earlier_volume(data: dict[str, Any], seed: int) -> None:
    weeks = data["horizon"]["weeks"]
    longer = {**data, "horizon": {**data["horizon"], "weeks": weeks + 17}}
    short = volumes(Scenario.from_dict(data), seed=seed)
    long = volumes(Scenario.from_dict(longer), seed=seed)
    whole = short.sizes["month"] - 1  # the last month may be cut short
    assert short.isel(month=slice(whole)).equals(long.isel(month=slice(whole)))


@settings(max_examples=12)
@given(scenario_data(), SEEDS)
def test_replications_are_the_same_alone_and_among_others(data: dict[str, Any], seed: int) -> None:
    scenario = Scenario.from_dict(data)
    all_eight = volumes(scenario, replications=8, seed=seed)
    assert volumes(scenario, replications=[3, 7], seed=seed).equals(
        all_eight.isel(replication=[3, 7])
    )
    assert volumes(scenario, replications=3, seed=seed).equals(all_eight.isel(replication=slice(3)))


@pytest.mark.parametrize("size", [1, 800, 10**6])
def test_the_size_of_batches_does_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    town = small_town()
    usual = volumes(town, replications=5)
    monkeypatch.setitem(batches.__globals__, "_BATCH_PERSONS", size)
    expected = {1: 5, 800: 3, 10**6: 1}[size]
    assert len(batches(town, np.arange(5))) == expected
    assert volumes(town, replications=5).equals(usual)


@settings(max_examples=12)
@given(scenario_data(), SEEDS)
def test_order_of_groups_in_the_file_does_not_matter(data: dict[str, Any], seed: int) -> None:
    codes = list(data["groups"])
    turned = {**data, "groups": {code: data["groups"][code] for code in reversed(codes)}}
    plain = volumes(Scenario.from_dict(data), seed=seed)
    assert volumes(Scenario.from_dict(turned), seed=seed).sel(group=codes).equals(plain)


def without_effect(data: dict[str, Any]) -> dict[str, Any]:
    """Meetings without gain, jobs that last the same from every track, no supports."""
    none = {"meeting_gain": 0.0, "lasting_gain": 0.0, "meeting_exit_probability": 0.0}
    groups = {code: {**group, **none} for code, group in data["groups"].items()}
    tracks = {
        code: {**track, "job_loss_multiplier": 1.0} for code, track in data["programmes"].items()
    }
    regular = {**data["regular_service"], "job_loss_multiplier": 1.0}
    return {
        **data,
        "groups": groups,
        "programmes": tracks,
        "regular_service": regular,
        "supports": {},
    }


PEOPLE = ["benefit_weeks", "employed_weeks", "left_weeks", "recipients", "arrivals"]
PEOPLE += ["placements", "returns", "not_returned", "other_exits"]
PEOPLE += ["small_job_starts", "small_job_drops", "openings_lost"]


@settings(max_examples=12)
@given(scenario_data(), SEEDS)
def test_a_policy_without_effect_changes_nothing(data: dict[str, Any], seed: int) -> None:
    policy = without_effect(data)
    nothing = {**policy, "programmes": {}}
    with_it = volumes(Scenario.from_dict(policy), seed=seed)[PEOPLE]
    assert with_it.equals(volumes(Scenario.from_dict(nothing), seed=seed)[PEOPLE])


def test_a_policy_without_effect_is_tested_where_there_is_a_policy() -> None:
    """Negative control: the town's programme is used, and any gain changes people's lives."""
    policy = without_effect(small_town_data())
    assert int(volumes(Scenario.from_dict(policy)).admissions.sum()) > 10
    policy["groups"]["job_ready"]["meeting_gain"] = 0.3
    with_it = volumes(Scenario.from_dict(policy), replications=20)[PEOPLE]
    nothing = volumes(Scenario.from_dict({**policy, "programmes": {}}), replications=20)[PEOPLE]
    assert not with_it.equals(nothing)


def test_another_seed_or_replication_is_other_luck() -> None:
    """Negative control: equality above is not equality of everything with everything."""
    town = small_town()
    first = volumes(town, replications=[0, 1])
    assert first.equals(volumes(town, replications=[0, 1]))
    for other in (volumes(town, seed=2), volumes(town, seed=1 + 2**32)):
        assert not other.equals(first)
    assert not np.array_equal(*first.placements.sum(["group", "route"]).values)


def test_elapsed_weeks_move_nobody_elses_number_of_draws() -> None:
    """Whoever has been longer on benefit stands earlier in line, and keeps all other traits."""
    older = small_town(groups__activity_ready__elapsed_weeks=bands((300, 301, 1.0)))
    before, after = traits(small_town()), traits(older)
    assert before.keys() == after.keys()
    ready_ones = [key for key in before if key[1] == 1]
    assert {key: after[key] for key in ready_ones} == {key: before[key] for key in ready_ones}
