"""Every number knows where it comes from, or is seen not to."""

from __future__ import annotations

import pytest
from hypothesis import given

from jobsim.scenario import Register, register
from tests.factory import small_town, small_town_data
from tests.scenario.strategies import towns


@pytest.fixture
def rows():
    return {row.path: row for row in register(small_town()).rows}


def test_the_longest_path_covers_a_number(rows):
    kinds = {path: row.kind for path, row in rows.items() if path.startswith("groups.job_ready")}
    assert kinds.pop("groups.job_ready.job_finding_hazard_per_week") == "derived"
    assert kinds.pop("groups.job_ready.meeting_gain") == "judgement"
    assert set(kinds.values()) == {"statistics"}
    assert "groups.job_ready.benefit_rates.adult_with_children" in kinds
    assert "groups.job_ready.ladder_weeks.arrivals" in kinds


def test_a_path_covers_no_namesake():
    # groups.job_ready is sourced; a group whose code begins alike is another.
    namesake = {**small_town_data()["groups"]["activity_ready"], "key": 9}
    town = small_town(
        groups__job_ready_2=namesake,
        regular_service__interval_weeks=[3],
        small_jobs__consultants=None,
    )
    kinds = {row.kind for row in register(town).rows if row.path.startswith("groups.job_ready_2")}
    assert kinds == {"unsourced"}


def test_numbers_without_a_source_are_seen():
    unsourced = {row.path for row in register(small_town()).unsourced}
    assert "regular_service.fte" in unsourced
    assert "groups.activity_ready.stock" in unsourced
    assert not any(path.startswith(("groups.job_ready.", "programmes.")) for path in unsourced)


def test_one_missing_source_is_seen():
    sourced = {
        part: {"kind": "statistics", "sources": ["statistics"]}
        for part in (
            "municipality",
            "groups",
            "regular_service",
            "meetings",
            "programmes",
            "small_jobs",
            "supports",
            "labour_market",
        )
    }
    assert not register(small_town(assumptions=sourced)).unsourced
    for part in sourced:
        without = {name: entry for name, entry in sourced.items() if name != part}
        unsourced = register(small_town(assumptions=without)).unsourced
        assert unsourced
        assert all(row.path.startswith(part + ".") for row in unsourced)


def test_choices_texts_and_keys_are_no_assumptions(rows):
    first_names = {path.split(".")[0] for path in rows}
    assert first_names.isdisjoint(
        {"name", "title", "horizon", "changed"}
        | {"claims", "observed", "targets", "sources", "assumptions"}
    )
    assert not any(path.endswith((".key", ".label", ".groups", ".admission")) for path in rows)


def test_defaults_need_no_source():
    fewer = register(small_town(meetings=None)).rows
    assert not any(row.path.startswith("meetings.") for row in fewer)


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("groups.job_ready.stock", "groups.job_ready.stock"),
        (
            "supports.driving_licence.need_share",
            "supports.driving_licence.need_share.activity_ready",
        ),
    ],
)
def test_a_changed_number_has_lost_its_source(path, below):
    town = small_town()
    value = town.to_dict()
    for name in path.split("."):
        value = value[name]
    changed = {row.path for row in register(town.with_({path: value})).rows if row.changed}
    assert below in changed
    assert all(row.startswith(path) for row in changed)
    assert "groups.job_ready.stock" in {
        row.path for row in register(town.with_({"groups.job_ready.stock": 5})).unsourced
    }


def test_a_change_takes_no_source_from_a_namesake():
    second = small_town_data()["programmes"]["intensive"]
    town = small_town(programmes__intensive_2=second).with_({"programmes.intensive": second})
    changed = {row.path.split(".")[1] for row in register(town).rows if row.changed}
    assert changed == {"intensive"}


@pytest.mark.parametrize(
    ("value", "outside"), [(0.1, False), (0.3, False), (0.31, True), (0.05, True), (0.0, False)]
)
def test_numbers_outside_their_plausible_range_are_seen(value, outside):
    # Zero means that an effect is switched off, which no range forbids.
    seen = register(small_town(groups__job_ready__meeting_gain=value)).outside_range
    assert [row.path for row in seen] == ["groups.job_ready.meeting_gain"] * outside


def test_a_step_of_a_schedule_outside_the_range_is_seen():
    entry = {"kind": "judgement", "reason": "so", "low": 1.0, "high": 700_000.0}
    town = small_town(**{"assumptions__programmes.intensive.budget_per_year": entry})
    assert [row.path for row in register(town).outside_range] == [
        "programmes.intensive.budget_per_year"
    ]


def test_share_of_judgement():
    found = register(small_town())
    judged = [row for row in found.rows if row.kind == "judgement"]
    assert len(judged) == 1
    assert found.judgement_share == 1 / len(found.rows)
    assert Register(()).judgement_share == 0.0


def test_prints_a_line_for_each_number():
    shown = repr(register(small_town()))
    assert "groups.job_ready.meeting_gain = 0.2 [judgement]" in shown.splitlines()
    assert shown.endswith("1% judgement")


@given(towns)
def test_every_scenario_has_one(town):
    paths = [row.path for row in register(town).rows]
    assert len(paths) == len(set(paths)) > 30
