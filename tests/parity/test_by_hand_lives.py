"""Meetings, jobs, the refund ladder and small jobs, foreseen by hand, in every engine."""

from __future__ import annotations

import numpy as np

from jobsim.draws import Stream, uniform
from tests.parity.by_hand import FOR_SURE, lives, only, scenario


def test_those_due_longest_are_called_first(engine: str) -> None:
    """Three recipients and time for one meeting a week: everybody is met every third week."""
    rows, volumes = lives(engine, scenario(7, {"stock": 3}, regular={"meetings_per_fte_week": 1.0}))
    waits = [0, 1, 2, 2, 2, 2, 2]
    assert only(rows, "meeting") == [(t, t % 3, "meeting", waits[t]) for t in range(7)]
    assert volumes["waiting_weeks"].sum() == sum(waits)
    assert volumes["meetings_on_time"].sum() == 1
    assert volumes["unmet"].sum() == 7 * 2


def test_no_shows_use_up_the_time_and_are_due_next_week(engine: str) -> None:
    rows, _ = lives(
        engine,
        scenario(
            4, {"stock": 2, "no_show_probability": 1.0}, regular={"meetings_per_fte_week": 1.0}
        ),
    )
    assert only(rows, "meeting", "no_show") == [(t, t % 2, "no_show", 0) for t in range(4)]


def test_intervals_follow_the_list_and_the_last_goes_on(engine: str) -> None:
    """Who comes back in week 2 is first met a week later, then after 1, 2 and 4 weeks each."""
    rows, _ = lives(
        engine,
        scenario(
            20,
            {
                "stock": 0,
                "employed_pool": 1,
                "job_loss_hazard_per_week": [
                    {"from_week": 0, "value": 0.0},
                    {"from_week": 11, "value": FOR_SURE},
                ],
                "tenure_weeks": [{"from": 10, "to": 11, "share": 1.0}],
            },
            regular={"interval_weeks": [1, 2, 4], "first_meeting_weeks": 1},
        ),
    )
    assert rows == [
        (0, 0, "start_employed", 10),
        (2, 0, "return", 2),
        *[(week, 0, "meeting", 0) for week in (3, 4, 6, 10, 14, 18)],
    ]


def test_a_job_found_at_once_and_lost_at_once(engine: str) -> None:
    """Week 0: placed. Week 1: at work. Week 2: back on benefit, and placed again."""
    rows, volumes = lives(
        engine,
        scenario(
            7,
            {
                "job_finding_hazard_per_week": 5.0,
                "duration_multipliers": [{"from_week": 0, "value": 100.0}],
                "job_loss_hazard_per_week": [{"from_week": 0, "value": FOR_SURE}],
            },
            regular={"fte": 0.0},
        ),
    )
    assert only(rows, "placed", "return") == [
        (0, 0, "placed", 0),
        (2, 0, "return", 1),
        (2, 0, "placed", 0),
        (4, 0, "return", 1),
        (4, 0, "placed", 0),
        (6, 0, "return", 1),
        (6, 0, "placed", 0),
    ]
    assert volumes["benefit_weeks"].sum() == 4
    assert volumes["employed_weeks"].sum() == 3


def test_the_ladder_restarts_after_52_weeks_at_work_only(engine: str) -> None:
    """Two in work for 50 and 51 weeks lose their jobs after one more: 51 and 52 weeks away."""
    group = {
        "stock": 0,
        "employed_pool": 1,
        "ladder_weeks": {"pool": [{"from": 30, "to": 31, "share": 1.0}]},
        "job_loss_hazard_per_week": [{"from_week": 0, "value": FOR_SURE}],
    }
    for tenure, band in ((50, 2), (51, 0)):
        bands = [{"from": tenure, "to": tenure + 1, "share": 1.0}]
        rows, volumes = lives(engine, scenario(3, {**group, "tenure_weeks": bands}))
        assert only(rows, "return") == [(1, 0, "return", 1)]
        weeks_by_band = volumes["benefit_weeks"].sum(axis=(0, 1, 2, 4))
        assert weeks_by_band.tolist() == [2 if i == band else 0 for i in range(4)]


def test_the_ladder_climbs_through_its_bands(engine: str) -> None:
    elapsed = [{"from": 20, "to": 21, "share": 1.0}]
    _, volumes = lives(engine, scenario(40, {"elapsed_weeks": elapsed}))
    assert volumes["benefit_weeks"].sum(axis=(0, 1, 2, 4)).tolist() == [0, 6, 26, 8]


def test_a_ramp_without_setbacks(engine: str) -> None:
    """An opening in week 0, a level every four weeks, a full job at the third."""
    rows, volumes = lives(
        engine,
        scenario(
            12,
            {
                "small_jobs": {
                    "cap_shares": [0.0, 0.0, 0.0, 1.0],
                    "ordinary_openings_per_week": 40.0,
                    "drop_probabilities": [0.0],
                    "climb_probabilities": [1.0],
                }
            },
            small_jobs={"hours_per_week": [5.0, 15.0, 37.0], "step_weeks": 4},
        ),
    )
    assert only(rows, "small_job", "step", "placed") == [
        (0, 0, "small_job", 1),
        (4, 0, "step", 2),
        (8, 0, "placed", 1),
    ]
    assert volumes["benefit_weeks"].sum(axis=(0, 1, 2, 3)).tolist() == [0, 4, 5]
    assert volumes["employed_weeks"][0].sum(axis=(0, 1)).tolist() == [0, 3]


def test_a_small_job_lost_at_review_and_the_weeks_after(engine: str) -> None:
    """Lost after two weeks, then three weeks of cooling off."""
    rows, _ = lives(
        engine,
        scenario(
            12,
            {
                "small_jobs": {
                    "cap_shares": [0.0, 0.0, 1.0],
                    "ordinary_openings_per_week": 40.0,
                    "drop_probabilities": [1.0],
                    "climb_probabilities": [0.0],
                }
            },
            small_jobs={"hours_per_week": [5.0, 37.0], "step_weeks": 2, "cool_weeks": 3},
        ),
    )
    assert only(rows, "small_job", "drop") == [
        (0, 0, "small_job", 1),
        (2, 0, "drop", 1),
        (5, 0, "small_job", 1),
        (7, 0, "drop", 1),
        (10, 0, "small_job", 1),
    ]


def test_cooling_off_goes_on_through_a_job(engine: str) -> None:
    """The small job of week 0 is lost in week 1, and none can start for ten weeks.

    A job is found in the third week of each spell and lost a week later, so that spells begin in
    weeks 0, 4, 8 and 12.
    """
    rows, _ = lives(
        engine,
        scenario(
            13,
            {
                "job_finding_hazard_per_week": 5.0,
                "duration_multipliers": [
                    {"from_week": 0, "value": 0.0},
                    {"from_week": 2, "value": 100.0},
                ],
                "job_loss_hazard_per_week": [{"from_week": 0, "value": FOR_SURE}],
                "small_jobs": {
                    "cap_shares": [0.0, 0.0, 1.0],
                    "ordinary_openings_per_week": 40.0,
                    "drop_probabilities": [1.0],
                    "climb_probabilities": [0.0],
                },
            },
            small_jobs={"hours_per_week": [5.0, 37.0], "step_weeks": 1, "cool_weeks": 10},
        ),
    )
    assert only(rows, "small_job", "drop", "return") == [
        (0, 0, "small_job", 1),
        (1, 0, "drop", 1),
        (4, 0, "return", 1),
        (8, 0, "return", 1),
        (12, 0, "return", 1),
        (12, 0, "small_job", 1),
    ]


def test_the_week_of_a_job_is_the_first_in_which_the_hazards_reach_the_threshold(
    engine: str,
) -> None:
    """Meetings in weeks 0, 1, 2, … stack up and decay; the sum is done here term by term."""
    described = scenario(
        100,
        {"stock": 40, "job_finding_hazard_per_week": 0.02, "meeting_gain": 0.5},
        meetings={"half_life_weeks": 2.0, "max_boost": 1.2},
    )
    rows, _ = lives(engine, described)
    boost, total, sums = 0.0, 0.0, []
    for _ in range(100):
        boost = min(boost + 0.5, 1.2)
        total += 1.0 + boost
        sums.append(total)
        boost *= 0.5**0.5
    placed = [week for week, _, event, _ in rows if event == "placed"]
    drawn = thresholds(40) / 0.02
    assert sorted(placed) == sorted(np.searchsorted(sums, drawn[drawn <= sums[-1]]).tolist())
    assert len(placed) > 20


def thresholds(stock: int) -> np.ndarray:
    """Exponential numbers of stream 6 of the stock."""
    u = uniform(
        1,
        stream=Stream.JOB_THRESHOLD,
        n=0,
        k=np.arange(stock),
        origin=0,
        group_key=1,
        replication=0,
    )
    return -np.log(u)
