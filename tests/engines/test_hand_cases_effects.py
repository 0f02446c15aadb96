"""Supports, small jobs and boosts: whole runs worked out by hand (see `by_hand`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from jobsim.engines.vector.engine import Play
from tests.engines.by_hand import (
    DESK,
    FEB,
    JAN,
    MAR,
    happened,
    licence,
    people,
    returners,
    weeks_on_benefit,
)
from tests.engines.scene import CERTAIN, bare_town, by_week, ready


@pytest.mark.parametrize(("lead_weeks", "placed_in"), [(0, 2), (3, 5)])
def test_a_support_locks_in_until_it_works(lead_weeks: int, placed_in: int, engine: str) -> None:
    # No job in week 0 of the spell (week 1), a certain one afterwards, but for a factor of 0 from
    # the grant in week 2 until it works, in week 2 + lead. Placed then; at work for one week; back
    # a week later. The support is had once for all: the next placement follows in the next week.
    town = bare_town(
        horizon__weeks=placed_in + 4,
        **returners(),
        **DESK,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__duration_multipliers=by_week((0, 0.0), (1, 1.0)),
        supports__licence=licence(lead_weeks=lead_weeks, lock_in_multiplier=0.0),
    )
    found = happened(town, engine)
    assert found["supports_granted"] == {(JAN, "licence"): 1}
    month = {2: JAN, 5: FEB, 8: MAR}
    last = FEB if lead_weeks == 0 else MAR
    assert found["placements"] == {
        (month[placed_in], "people", "ordinary"): 1,
        (last, "people", "ordinary"): 1,
    }


def test_everything_about_a_support_with_lead_weeks(engine: str) -> None:
    # The same with 3 lead weeks. On benefit in 1-5 (ladder 0 … 4), at work in 6, back in 7 (ladder
    # 5), met and placed in 8 (ladder 6).
    town = bare_town(
        **returners(),
        **DESK,
        regular_service__interval_weeks=[4],
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__duration_multipliers=by_week((0, 0.0), (1, 1.0)),
        supports__licence=licence(lead_weeks=3, lock_in_multiplier=0.0),
    )
    met = {(JAN, "regular"): 1, (MAR, "regular"): 1}
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit(
            (JAN, "0-3", 0, 3), (FEB, "0-3", 0, 1), (FEB, "4-25", 0, 2), (MAR, "4-25", 0, 1)
        ),
        "employed_weeks": {(JAN, "people", "ordinary"): 1, (FEB, "people", "ordinary"): 1},
        "placements": {(FEB, "people", "ordinary"): 1, (MAR, "people", "ordinary"): 1},
        "returns": people((JAN, 1), (FEB, 1)),
        "recipients": people((JAN, 1), (FEB, 1), (MAR, 1)),
        "meetings": {(*key, "people"): count for key, count in met.items()},
        "meetings_on_time": met,
        "supports_granted": {(JAN, "licence"): 1},
    }


def test_grants_last_for_a_calendar_year(engine: str) -> None:
    # Weeks 0-3 are December 2018, 4-7 January 2019. Three returners, all met every week from 2 on,
    # one grant a year, in full although only weeks of the years are simulated: one in week 2, one
    # in week 4, none for the third.
    town = bare_town(
        horizon={"start": dt.date(2018, 12, 3), "weeks": 8},
        **returners(3),
        regular_service__fte=3.0,
        supports__licence=licence(),
    )
    dec, jan = "2018-12", "2019-01"
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit(
            (dec, "0-3", 0, 9), (jan, "0-3", 0, 3), (jan, "4-25", 0, 9)
        ),
        "employed_weeks": {(dec, "people", "ordinary"): 3},
        "returns": people((dec, 3)),
        "recipients": people((dec, 3), (jan, 3)),
        "meetings": {(dec, "regular", "people"): 6, (jan, "regular", "people"): 12},
        "meetings_on_time": {(dec, "regular"): 6, (jan, "regular"): 12},
        "supports_granted": {(dec, "licence"): 1, (jan, "licence"): 1},
    }


def small_jobs(*, drop: float, climb: float) -> dict[str, Any]:
    """One person, four levels, an opening for certain every week, reviews every three weeks."""
    return {
        "horizon__weeks": 13,
        "groups__people__stock": 1,
        "small_jobs": {"hours_per_week": [5.0, 15.0, 25.0, 37.0], "step_weeks": 3, "cool_weeks": 4},
        "groups__people__small_jobs": {
            "cap_shares": [0.0, 0.0, 0.0, 0.0, 1.0],
            "ordinary_openings_per_week": 60.0,
            "drop_probabilities": [drop],
            "climb_probabilities": [climb],
        },
    }


def test_the_ramp_reaches_work_after_three_reviews(engine: str) -> None:
    # Level 1 in 0-2, 2 in 3-5, 3 in 6-9: at the third review, in week 9, level 4 is a placement,
    # still tallied at level 3; at work in 10-12. An ordinary job would be certain in week 9 of the
    # spell, but phase 8 skips who has reached work.
    town = bare_town(
        **small_jobs(drop=0.0, climb=1.0),
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__duration_multipliers=by_week((0, 0.0), (9, 1.0)),
    )
    found = happened(town, engine)
    assert found.pop("openings_lost")[JAN, "people"] > 0  # how many is chance
    assert found == {
        "benefit_weeks": weeks_on_benefit(
            (JAN, "0-3", 1, 3),
            (JAN, "0-3", 2, 1),
            (FEB, "4-25", 2, 2),
            (FEB, "4-25", 3, 2),
            (MAR, "4-25", 3, 2),
        ),
        "employed_weeks": {(MAR, "people", "ramp"): 3},
        "placements": {(MAR, "people", "ramp"): 1},
        "small_job_starts": people((JAN, 1)),
        "recipients": people((JAN, 1), (FEB, 1)),
        "unmet": {(JAN, "regular"): 4, (FEB, "regular"): 4, (MAR, "regular"): 2},
    }


def test_a_small_job_that_ends_cools_off(engine: str) -> None:
    # Level 1 in 0-2, dropped at the review in 3 and cool until 3 + 4: level 1 again in 7-9,
    # dropped in 10. Reviews come before the tally.
    town = bare_town(**small_jobs(drop=1.0, climb=0.0))
    found = happened(town, engine)
    assert found.pop("openings_lost")[JAN, "people"] > 0
    assert found == {
        "benefit_weeks": weeks_on_benefit(
            (JAN, "0-3", 1, 3),
            (JAN, "0-3", 0, 1),
            (FEB, "4-25", 0, 3),
            (FEB, "4-25", 1, 1),
            (MAR, "4-25", 1, 2),
            (MAR, "4-25", 0, 3),
        ),
        "small_job_starts": people((JAN, 1), (FEB, 1)),
        "small_job_drops": people((JAN, 1), (MAR, 1)),
        "recipients": people((JAN, 1), (FEB, 1), (MAR, 1)),
        "unmet": {(JAN, "regular"): 4, (FEB, "regular"): 4, (MAR, "regular"): 5},
    }


@pytest.mark.parametrize(("multiplier", "returns"), [(1.0, 1), (0.0, 0)])
def test_a_job_reached_by_the_ramp_may_be_safer(
    multiplier: float, returns: int, engine: str
) -> None:
    # Placed by the ramp in week 9. Certain to be lost in its first week: back in week 11; with a
    # multiplier of 0 the job never ends.
    town = bare_town(
        **small_jobs(drop=0.0, climb=1.0),
        small_jobs__job_loss_multiplier=multiplier,
        groups__people__job_loss_hazard_per_week=by_week((0, CERTAIN)),
    )
    found = happened(town, engine)
    assert found["placements"] == {(MAR, "people", "ramp"): 1}
    assert found.get("returns", {}).get((MAR, "people"), 0) == returns
    assert found["employed_weeks"] == {(MAR, "people", "ramp"): 1 if returns else 3}


def test_a_small_job_at_the_start_is_in_the_middle_of_its_reviews(engine: str) -> None:
    # Level 2 at the start, so one review is past (steps = 1): the second one, in week 0
    # (floor(u * 1)), climbs to 3; the third, in week 1, ends the job. It is nobody's start.
    town = bare_town(
        **{**small_jobs(drop=0.0, climb=0.0), "horizon__weeks": 3},
        small_jobs__step_weeks=1,
        groups__people__small_jobs__ordinary_openings_per_week=0.0,
        groups__people__small_jobs__start_level_shares=[0.0, 0.0, 1.0],
        groups__people__small_jobs__drop_probabilities=[1.0, 0.0, 1.0],
        groups__people__small_jobs__climb_probabilities=[0.0, 1.0, 0.0],
    )
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit((JAN, "0-3", 3, 1), (JAN, "0-3", 0, 2)),
        "small_job_drops": people((JAN, 1)),
        "recipients": people((JAN, 1)),
        "unmet": {(JAN, "regular"): 3},
    }


@pytest.mark.parametrize(("experience_weeks", "experienced"), [(6, True), (7, False)])
def test_who_starts_at_level_2_has_worked_two_steps(
    experience_weeks: int, experienced: bool
) -> None:
    # -started = 3 weeks * level 2 = 6, also for those whose next review is later than week 0.
    town = bare_town(
        **{**small_jobs(drop=0.0, climb=0.0), "groups__people__stock": 50},
        small_jobs__experience_weeks=experience_weeks,
        groups__people__small_jobs__start_level_shares=[0.0, 0.0, 1.0],
    )
    play = ready(town)
    assert set(play.roster.next_step.tolist()) == {0, 1, 2}
    play.week(0)
    assert play.experienced.tolist() == [experienced] * 50


def test_health_stops_the_climb(engine: str) -> None:
    # Cap 2: level 1 in 0-2, 2 from 3 on, whatever the reviews say.
    town = bare_town(
        **small_jobs(drop=0.0, climb=1.0),
        groups__people__small_jobs__cap_shares=[0.0, 0.0, 1.0, 0.0, 0.0],
    )
    found = happened(town, engine)
    assert found["benefit_weeks"] == weeks_on_benefit(
        (JAN, "0-3", 1, 3), (JAN, "0-3", 2, 1), (FEB, "4-25", 2, 4), (MAR, "4-25", 2, 5)
    )
    assert "placements" not in found


HAZARD = 1e-6
"""Low enough that nobody finds a job, so that the cumulative hazard can be read off."""


def cumulative_hazard(weeks: int, **changes: Any) -> float:
    """`acc` of the only person after some weeks."""
    play: Play = ready(
        bare_town(
            **{
                "horizon__weeks": weeks,
                "groups__people__job_finding_hazard_per_week": HAZARD,
                "groups__people__meeting_gain": 0.5,
                "regular_service__interval_weeks": [2],
                "meetings": {
                    "first_meeting_factor": 0.5,
                    "half_life_weeks": 1.0,
                    "quality_min": 1.0,
                    "quality_max": 1.0,
                },
                **DESK,
                **changes,
            }
        )
    )
    for t in range(weeks):
        play.week(t)
    return float(play.acc[0])


def test_only_the_first_meeting_held_in_a_spell_counts_at_its_own_factor() -> None:
    # The returner is met in 2 (gain 0.25), 4 and 6 (gain 0.5); the boost halves every week. With
    # week 1 the spell has seen 1 + 1.25 + 1.125 + (1 + 0.0625 + 0.5) + … in units of one week.
    boosts = [0.0, 0.25, 0.125, 0.5625, 0.28125, 0.640625, 0.3203125]  # weeks 1 … 7
    assert cumulative_hazard(8, **returners()) == 7 + sum(boosts)


def test_the_stock_has_met_before() -> None:
    # Met in 0, 1, 2 at the full gain, for the one who is on benefit at the start.
    boosts = [0.5, 0.75, 0.875]
    met = {"groups__people__stock": 1, "regular_service__interval_weeks": [1]}
    assert cumulative_hazard(3, **met) == 3 + sum(boosts)


def test_boosts_stack_up_to_their_limit() -> None:
    # As above with a limit of 0.6: 0.5, then min(0.25 + 0.5, 0.6), then min(0.3 + 0.5, 0.6).
    met = {"groups__people__stock": 1, "regular_service__interval_weeks": [1]}
    found = cumulative_hazard(3, **met, meetings__max_boost=0.6)
    assert found == ((1.0 + 0.5) + (1.0 + 0.6)) + (1.0 + 0.6)


def test_factors_of_supports_small_job_and_experience_multiply() -> None:
    # No boost. Support at work from week 0 (2.0). Small job from week 0 (1.5). Experienced at the
    # first review, week 3, since 3 >= 3 weeks have passed (3.0), though the small job ends in it.
    town = small_jobs(drop=1.0, climb=0.0)
    found = cumulative_hazard(
        4,
        **{key: value for key, value in town.items() if key != "horizon__weeks"},
        regular_service__interval_weeks=[1],
        groups__people__meeting_gain=0.0,
        groups__people__small_jobs__hazard_multiplier=1.5,
        small_jobs__experience_weeks=3,
        small_jobs__experience_multiplier=3.0,
        supports__licence=licence(multiplier=2.0),
    )
    assert found == 3 * (2.0 * 1.5) + 2.0 * 3.0
