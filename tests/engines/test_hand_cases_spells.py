"""What outlives a spell or a stay in a programme, and what does not, worked out by hand.

The returner (see `by_hand`) is in work in week 0, back in week 1, and has jobs of one week. Where a
job must be found in one week and in no other, the hazard λ is chosen so that the threshold E6 / λ
of the first spell, known from its key, lies where the case wants it; the seed is the first one
whose threshold of the second spell lies well too.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from jobsim.draws import Stream
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import STOCK, build_roster
from tests.engines.by_hand import DESK, events, licence, luck, returners, seed_with, thresholds
from tests.engines.scene import CERTAIN, bands, bare_town, by_week

NO_JOB_IN_FIRST_WEEK = by_week((0, 0.0), (1, 1.0))
PLAIN_QUALITY = {"quality_min": 1.0, "quality_max": 1.0}


def programme(**changes: Any) -> dict[str, Any]:
    """Programme with one place, one meeting a week and stays of one week."""
    return {
        "label": "Programme",
        "groups": ["people"],
        "budget_per_year": 500_000.0,
        "cost_per_fte_year": 500_000.0,
        "meetings_per_fte_week": 1.0,
        "caseload_limit": 1.0,
        "interval_weeks": [1],
        "max_weeks": 1,
        **changes,
    }


def test_a_support_in_its_lead_weeks_outlives_the_spell(engine: str) -> None:
    # Granted in 2, works from 12, a factor of 0.1 till then. Placed in 2 (0.1 > E6 of spell 0),
    # back in 4. Spell 1 gathers 0.1 in each of 5-11, 0.7 in all, and 100 in 12: E6 lies between.
    seed = seed_with(lambda first, second: first < 0.1 and 2.5 < second < 100)
    town = bare_town(
        horizon__weeks=14,
        **returners(),
        **DESK,
        groups__people__job_finding_hazard_per_week=1.0,
        groups__people__duration_multipliers=NO_JOB_IN_FIRST_WEEK,
        supports__licence=licence(lead_weeks=10, lock_in_multiplier=0.1, multiplier=100.0),
    )
    assert events(town, engine, "return", "support", "placed", seed=seed) == [
        (1, 0, "return", 1),
        (2, 0, "support", 0),
        (2, 0, "placed", 0),
        (4, 0, "return", 1),
        (12, 0, "placed", 0),
    ]


def test_a_support_at_work_outlives_the_spell(engine: str) -> None:
    # Granted in 2 and at work at once: 0.1 in 2 is enough for spell 0. Spell 1 gathers 0.1 a week
    # from 5 on and ends after ceil(E6 / 0.1) of them; without the support it would be ceil(E6).
    seed = seed_with(lambda first, second: first < 0.1 and 0.2 < second < 0.9)
    town = bare_town(
        horizon__weeks=20,
        **returners(),
        **DESK,
        groups__people__job_finding_hazard_per_week=1.0,
        groups__people__duration_multipliers=NO_JOB_IN_FIRST_WEEK,
        supports__licence=licence(multiplier=0.1),
    )
    placed = 4 + math.ceil(thresholds(seed)[1] / 0.1)
    found = events(town, engine, "placed", seed=seed)
    assert found[:2] == [(2, 0, "placed", 0), (placed, 0, "placed", 0)]
    assert placed > 5


def test_a_stay_bars_from_that_programme_alone_and_for_that_spell_alone(engine: str) -> None:
    # Programme 1 in week 1, programme 2 in week 2, none in 3, placed in 4 (the spell's fourth
    # week), back in 6: admitted to both again.
    town = bare_town(
        **returners(),
        horizon__weeks=9,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__duration_multipliers=by_week((0, 0.0), (3, 1.0)),
        programmes={"one": programme(), "two": programme()},
    )
    stay = [("admitted", 1), ("programme_end", 1), ("admitted", 2), ("programme_end", 2)]
    assert events(town, engine, "admitted", "programme_end", "placed") == [
        *[(week, 0, *event) for week, event in zip((1, 2, 2, 3), stay, strict=True)],
        (4, 0, "placed", 0),
        *[(week, 0, *event) for week, event in zip((6, 7, 7, 8), stay, strict=True)],
    ]


def test_the_first_meeting_is_the_first_of_the_spell_in_whatever_track(engine: str) -> None:
    # Met first in one programme in week 1 (factor 0, h = 1), then in the other in 2 (gain 10, h =
    # 11): a threshold of 5 is reached in 2. Back in 4, admitted and met for the first time again
    # (h = 1), then h = 11 in 5: the second threshold is between 1 and 12.
    seed = seed_with(lambda first, second: 1.5 < 5 * second / first < 11.5)
    town = bare_town(
        horizon__weeks=6,
        **returners(),
        **DESK,
        groups__people__job_finding_hazard_per_week=thresholds(seed)[0] / 5,
        groups__people__meeting_gain=10.0,
        meetings={"first_meeting_factor": 0.0, "half_life_weeks": 1.0, **PLAIN_QUALITY},
        programmes={"one": programme(), "two": programme()},
    )
    assert events(town, engine, "meeting", "placed", seed=seed) == [
        (1, 0, "meeting", 0),
        (2, 0, "meeting", 0),
        (2, 0, "placed", 0),
        (4, 0, "meeting", 0),
        (5, 0, "meeting", 0),
        (5, 0, "placed", 0),
    ]


def test_no_meeting_of_the_spell_at_the_start_is_its_first(engine: str) -> None:
    # The stock is met in week 0 at the full gain, h = 11 at once.
    seed = seed_with(lambda first, second: True, STOCK)
    town = bare_town(
        horizon__weeks=2,
        **DESK,
        groups__people__stock=1,
        groups__people__job_finding_hazard_per_week=thresholds(seed, STOCK)[0] / 5,
        groups__people__meeting_gain=10.0,
        meetings={"first_meeting_factor": 0.0, **PLAIN_QUALITY},
    )
    assert events(town, engine, "placed", seed=seed) == [(0, 0, "placed", 0)]


def test_boost_and_cumulative_hazard_end_with_the_spell(engine: str) -> None:
    # h = 1 in week 1; met in 2, h = 11: the threshold of 5 is reached with 12. Back in 4 without
    # a boost (h = 1), met in 5 (h = 11). With either kept the second threshold, between 1.5 and
    # 11.5, would be reached in 4.
    seed = seed_with(lambda first, second: 1.5 < 5 * second / first < 11.5)
    town = bare_town(
        horizon__weeks=6,
        **returners(),
        **DESK,
        groups__people__job_finding_hazard_per_week=thresholds(seed)[0] / 5,
        groups__people__meeting_gain=10.0,
        meetings={"half_life_weeks": 100.0, **PLAIN_QUALITY},
    )
    placed = [(2, 0, "placed", 0), (5, 0, "placed", 0)]
    assert events(town, engine, "placed", seed=seed) == placed


def test_experience_outlives_the_small_job_and_ends_with_the_spell(engine: str) -> None:
    # Small job in week 0, lost in the review of week 1, where a week makes experienced: h = 1 and
    # 100, so the threshold of 50 is reached in 1. Back in 3 without experience: h = 1 a week.
    seed = seed_with(lambda first, second: 5 < 50 * second / first < 9, STOCK)
    town = bare_town(
        horizon__weeks=16,
        groups__people__stock=1,
        groups__people__job_finding_hazard_per_week=thresholds(seed, STOCK)[0] / 50,
        groups__people__job_loss_hazard_per_week=by_week((0, CERTAIN)),
        small_jobs={
            "hours_per_week": [5.0, 37.0],
            "step_weeks": 1,
            "cool_weeks": 100,
            "experience_weeks": 1,
            "experience_multiplier": 100.0,
        },
        groups__people__small_jobs={
            "cap_shares": [0.0, 0.0, 1.0],
            "ordinary_openings_per_week": 60.0,
            "drop_probabilities": [1.0],
            "climb_probabilities": [0.0],
        },
    )
    first, second = thresholds(seed, STOCK)
    later = 3 + math.ceil(50 * second / first) - 1
    found = events(town, engine, "drop", "placed", seed=seed)
    assert found[:3] == [(1, 0, "drop", 1), (1, 0, "placed", 0), (later, 0, "placed", 0)]


def test_a_placement_needs_no_cool_off(engine: str) -> None:
    # Small job and job in week 0, back in 2: the next small job at once, though cooling takes 9.
    town = bare_town(
        horizon__weeks=4,
        groups__people__stock=1,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__job_loss_hazard_per_week=by_week((0, CERTAIN)),
        small_jobs={"hours_per_week": [5.0, 37.0], "step_weeks": 4, "cool_weeks": 9},
        groups__people__small_jobs={
            "cap_shares": [0.0, 0.0, 1.0],
            "ordinary_openings_per_week": 60.0,
            "drop_probabilities": [0.0],
            "climb_probabilities": [0.0],
        },
    )
    found = events(town, engine, "small_job", "placed")
    assert [(week, event) for week, _, event, _ in found] == [
        *((0, "small_job"), (0, "placed")),
        *((2, "small_job"), (2, "placed")),
    ]


def test_a_place_is_free_in_the_week_after_a_placement(engine: str) -> None:
    # One place. The stock, five weeks in, is admitted and placed in week 0; the returner follows.
    town = bare_town(
        horizon__weeks=3,
        **returners(),
        groups__people__stock=1,
        groups__people__elapsed_weeks=bands((5, 6, 1.0)),
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__duration_multipliers=by_week((0, 0.0), (5, 1.0)),
        programmes__one=programme(max_weeks=None),
    )
    assert events(town, engine, "admitted", "placed")[:3] == [
        (0, 0, "admitted", 1),
        (0, 0, "placed", 0),
        (1, 1, "admitted", 1),
    ]


def test_a_grant_in_one_spell_is_not_asked_for_in_another(engine: str) -> None:
    # Three grants a year, one person who needs it and is back every third week.
    town = bare_town(
        horizon={"start": dt.date(2018, 1, 1), "weeks": 12},
        **returners(),
        **DESK,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__duration_multipliers=NO_JOB_IN_FIRST_WEEK,
        supports__licence=licence(budget_per_year=30_000.0),
    )
    found = events(town, engine, "return", "support")
    assert [event for _, _, event, _ in found] == [
        "return",
        "support",
        "return",
        "return",
        "return",
    ]


def test_those_still_on_benefit_are_frail_given_exactly_their_elapsed_weeks(engine: str) -> None:
    # v = G(u3) / (1/θ + λ * S), S the sum of the elapsed weeks' hazards, the present week's not
    # among them; the hazard falls by half every week of the spell, so that a week more is seen.
    weeks, hazard, variance = 12, 0.3, 2.0
    falling = [0.5**s for s in range(40)]
    town = bare_town(
        horizon__weeks=weeks,
        groups__people__stock=200,
        groups__people__elapsed_weeks=bands((0, 4, 1.0)),
        groups__people__frailty_variance=variance,
        groups__people__job_finding_hazard_per_week=hazard,
        groups__people__duration_multipliers=by_week(*enumerate(falling)),
    )
    tables = tables_of(town)
    roster, quantile = build_roster(tables, 1, np.arange(1)), tables.people.gamma[0]
    assert quantile is not None
    expected = []
    for number, (k, elapsed) in enumerate(
        zip(roster.k.tolist(), roster.elapsed.tolist(), strict=True)
    ):
        lived = sum(falling[:elapsed])
        u3, u6 = _luck_of_stock(k)
        v = float(quantile(np.array([u3]))[0]) / (1.0 / variance + hazard * lived)
        threshold, total = -math.log(u6) / (hazard * v), 0.0
        for t in range(weeks):
            total = total + falling[elapsed + t]
            if total >= threshold:
                expected.append((t, number, "placed", 0))
                break
    assert events(town, engine, "placed") == sorted(expected)
    assert len(expected) > 20


def _luck_of_stock(k: int) -> tuple[float, float]:
    """Uniform numbers of frailty and threshold."""
    return luck(Stream.FRAILTY, k=k), luck(Stream.JOB_THRESHOLD, k=k)
