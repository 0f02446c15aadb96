"""What differs between two scenarios, path by path."""

from __future__ import annotations

import datetime as dt

import pytest

from jobsim.scenario import readable
from tests.factory import small_town

BUDGET = "programmes.intensive.budget_per_year"


@pytest.fixture
def town():
    return small_town()


def test_no_difference(town):
    assert str(town.difference(small_town())) == "no difference"
    assert not town.difference(town).changes


def test_names_and_texts_are_no_difference(town):
    other = town.with_({"name": "another", "title": "Andet", "description": "Noget andet"})
    assert str(town.difference(other)) == "no difference"


def test_shows_schedules_before_and_after(town):
    assert str(town.difference(town.with_({BUDGET + ".scale": 2}))) == (
        "programmes.intensive.budget_per_year\n"
        "    900,000 from 2018-01-01, 600,000 from 2019-01-01, 0 from 2020-01-01\n"
        "  → 1,800,000 from 2018-01-01, 1,200,000 from 2019-01-01, 0 from 2020-01-01"
    )


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("groups.job_ready.stock", 1234, "60", "1,234"),
        ("groups.job_ready.label", "Jobparat på Ærø", "Job-ready", "Jobparat på Ærø"),
        ("groups.job_ready.job_finding_hazard_per_week", 0.0123, "0.015", "0.0123"),
        ("programmes.intensive.max_weeks", None, "40", "(none)"),
        ("programmes.intensive.interval_weeks", [1, 2], "2", "1, 2"),
        ("supports.driving_licence.need_share.job_ready", 0.5, "0.3", "0.5"),
        ("horizon.start", dt.date(2019, 1, 1), "2018-01-01", "2019-01-01"),
        ("groups.job_ready.duration_multipliers", [], "1 from week 0, 0.9 from week 26", "(empty)"),
        (
            "groups.job_ready.tenure_weeks",
            [{"from": 0, "to": 4, "share": 1.0}],
            "0.5 in 0–52, 0.5 in 52–104",
            "1 in 0–4",
        ),
    ],
)
def test_shows_every_kind_of_value(town, path, value, before, after):
    shown = str(town.difference(town.with_({path: value})))
    assert shown == f"{path}\n    {before}\n  → {after}"


def test_shows_intervals_by_group_against_one_list_for_all(town):
    found = town.difference(town.with_({"regular_service.interval_weeks": [3]})).changes
    assert found == {
        "regular_service.interval_weeks.job_ready": ((1, 6, 6, 13), None),
        "regular_service.interval_weeks.activity_ready": ((4, 13), None),
        "regular_service.interval_weeks.all": (None, (3,)),
    }


def test_shows_parts_that_are_there_on_one_side(town):
    assert town.difference(town.without_programmes()).changes == {
        "programmes.intensive": ("Meetings every two weeks", None),
        "supports.driving_licence": ("Driving licence", None),
        "small_jobs.consultants": ("(present)", None),
    }


def test_turned_round_it_shows_the_same_the_other_way(town):
    other = town.with_({BUDGET: 5, "horizon.weeks": 3}).without_programmes()
    there, back = town.difference(other).changes, other.difference(town).changes
    assert {path: (b, a) for path, (a, b) in there.items()} == back


def test_a_default_equals_the_same_value_stated():
    stated = small_town(programmes__intensive__gain_multiplier=1.0)
    unstated = small_town(programmes__intensive__gain_multiplier=None)
    assert not stated.difference(unstated).changes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(none)"),
        (True, "True"),
        (1234567, "1,234,567"),
        (0.1 + 0.2, "0.3"),
        ("Ærø", "Ærø"),
        ((), "(empty)"),
        ((1, 2.5), "1, 2.5"),
    ],
)
def test_readable(value, text):
    assert readable(value) == text
