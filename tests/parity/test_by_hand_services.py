"""Programmes and supports, foreseen by hand, in every engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import build_roster
from jobsim.scenario.parts import ADMISSION_ORDERS
from tests.parity.by_hand import FOR_SURE, lives, only, scenario


def programme(**changes: Any) -> dict[str, Any]:
    return {
        "label": "Intensive",
        "groups": ["recipients"],
        "budget_per_year": 500_000.0,
        "cost_per_fte_year": 500_000.0,
        "meetings_per_fte_week": 10.0,
        "caseload_limit": 1.0,
        "interval_weeks": [3],
        **changes,
    }


def test_a_programme_of_two_weeks_takes_everybody_once(engine: str) -> None:
    """One slot, three recipients; who has been in is barred, and met in the regular service."""
    rows, volumes = lives(
        engine, scenario(9, {"stock": 3}, programmes={"intensive": programme(max_weeks=2)})
    )
    assert only(rows, "admitted", "programme_end") == [
        (0, 0, "admitted", 1),
        (2, 0, "programme_end", 1),
        (2, 1, "admitted", 1),
        (4, 1, "programme_end", 1),
        (4, 2, "admitted", 1),
        (6, 2, "programme_end", 1),
    ]
    assert volumes["participant_weeks"].sum() == 6
    assert [row for row in only(rows, "meeting") if row[1] == 0] == [
        (week, 0, "meeting", 0) for week in (0, 3, 4, 5, 6, 7, 8)
    ]


@pytest.mark.parametrize("order", ADMISSION_ORDERS)
def test_orders_of_admission(engine: str, order: str) -> None:
    """Three of twelve are admitted."""
    described = scenario(
        1,
        {"stock": 12, "frailty_variance": 0.8},
        programmes={"intensive": programme(caseload_limit=3.0, admission=order)},
    )
    roster = build_roster(tables_of(described), 1, np.array([0]))
    first = {
        "longest_first": roster.number,
        "newest_first": -roster.number,
        "random": roster.lottery,
        "most_employable_first": -roster.frailty,
        "least_employable_first": roster.frailty,
    }
    rows, _ = lives(engine, described)
    admitted = [number for _, number, event, _ in rows if event == "admitted"]
    assert admitted == sorted(np.argsort(first[order])[:3].tolist())


def test_a_programme_ends_with_its_money(engine: str) -> None:
    money = [
        {"from": dt.date(2018, 1, 1), "value": 500_000.0},
        {"from": dt.date(2018, 1, 22), "value": 0.0},
    ]
    rows, _ = lives(
        engine,
        scenario(
            5,
            {"stock": 2},
            programmes={"intensive": programme(budget_per_year=money, admission="newest_first")},
        ),
    )
    assert only(rows, "admitted", "programme_end") == [
        (0, 1, "admitted", 1),
        (3, 1, "programme_end", 1),
    ]


def test_grants_last_until_the_year_s_money_is_gone(engine: str) -> None:
    """Two grants in 2018, and three need one."""
    rows, _ = lives(
        engine,
        scenario(
            54,
            {"stock": 3},
            supports={
                "licence": {
                    "key": 0,
                    "label": "Licence",
                    "groups": ["recipients"],
                    "need_share": {"recipients": 1.0},
                    "budget_per_year": 20_000.0,
                    "unit_cost": 10_000.0,
                }
            },
        ),
    )
    new_year = 52  # its fourth day is 3 January 2019
    assert only(rows, "support") == [
        (0, 0, "support", 0),
        (0, 1, "support", 0),
        (new_year, 2, "support", 0),
    ]


def test_a_support_works_after_its_lead_weeks_though_a_meeting_is_due_too(engine: str) -> None:
    """Nobody finds work but those whose support works, and they do at once."""
    rows, _ = lives(
        engine,
        scenario(
            10,
            {
                "job_finding_hazard_per_week": 5.0,
                "duration_multipliers": [{"from_week": 0, "value": 100.0}],
            },
            supports={
                code: {
                    "key": key,
                    "label": code,
                    "groups": ["recipients"],
                    "need_share": {"recipients": 1.0},
                    "budget_per_year": 10_000.0,
                    "unit_cost": 10_000.0,
                    "lead_weeks": 6,
                    "lock_in_multiplier": 0.0,
                }
                for key, code in enumerate(["course", "licence"])
            },
        ),
    )
    assert only(rows, "support", "placed") == [
        (0, 0, "support", 0),
        (0, 0, "support", 1),
        (6, 0, "placed", 0),
    ]


def test_a_cohort_comes_at_once_and_its_meeting_settles_that_it_leaves(engine: str) -> None:
    """Met in week 1, granted a support all the same, gone from week 2 on."""
    group = {"stock": 0, "entry_cohort": 2, "meeting_exit_probability": 1.0}
    support = {
        **{"key": 0, "label": "Course", "groups": ["recipients"], "unit_cost": 1.0},
        **{"need_share": {"recipients": 1.0}, "budget_per_year": 1.0},
    }
    rows, volumes = lives(engine, scenario(4, group, supports={"course": support}))
    assert rows == [
        *((0, number, "enter", 0) for number in (0, 1)),
        *((1, 0, "meeting", 0), (1, 0, "meeting_exit", 0), (1, 0, "support", 0)),
        *((1, 1, "meeting", 0), (1, 1, "meeting_exit", 0)),
        *((1, number, "other_exit", 0) for number in (0, 1)),
    ]
    assert {name: int(volumes[name].sum()) for name in ("arrivals", "benefit_weeks")} == {
        "arrivals": 2,
        "benefit_weeks": 4,
    }
    for name in ("meeting_exits", "other_exits"):
        assert volumes[name].sum() == 2
    for name in ("left_weeks", "meeting_left_weeks"):
        assert volumes[name].sum() == 4


def test_a_job_of_the_week_comes_before_what_its_meeting_settled(engine: str) -> None:
    """Work is found in the week of the meeting; the exit is counted, and never happens."""
    jobs = [{"from_week": 0, "value": 0.0}, {"from_week": 1, "value": FOR_SURE}]
    group = {
        **{"job_finding_hazard_per_week": FOR_SURE, "duration_multipliers": jobs},
        **{"meeting_exit_probability": 1.0, "stock": 0, "entry_cohort": 1},
        **{"job_loss_hazard_per_week": [{"from_week": 0, "value": FOR_SURE}], "return_share": 0.0},
    }
    rows, volumes = lives(engine, scenario(6, group))
    assert [(week, event) for week, _, event, _ in rows] == [
        *((0, "enter"), (1, "meeting"), (1, "meeting_exit"), (1, "placed"), (3, "not_returned"))
    ]
    assert (volumes["meeting_exits"].sum(), volumes["other_exits"].sum()) == (1, 0)
    assert (volumes["left_weeks"].sum(), volumes["meeting_left_weeks"].sum()) == (3, 0)


def test_a_lasting_boost_outlives_the_other(engine: str) -> None:
    """After one meeting the hazard is 0.001 x (1 + 9.9): of 40, some 17 find work, else 2."""
    group = {
        **{"stock": 0, "entry_cohort": 40, "job_finding_hazard_per_week": 0.001},
        **{"meeting_gain": 1.0, "lasting_gain": 9.9},
    }
    meetings = {
        "max_lasting_boost": 9.9,
        "lasting_half_life_weeks": 5200.0,
        "half_life_weeks": 0.01,
    }
    once = {"regular": {"interval_weeks": [52]}, "meetings": meetings}
    placed = [
        [
            week
            for week, *_ in only(lives(engine, scenario(52, group | changes, **once))[0], "placed")
        ]
        for changes in ({}, {"lasting_gain": 0.0})
    ]
    assert len(placed[0]) > 5 > len(placed[1])
