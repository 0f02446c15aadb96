"""Spells, jobs, meetings and programmes: whole runs worked out by hand (see `by_hand`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.engines.by_hand import (
    APR,
    DESK,
    FEB,
    JAN,
    MAR,
    MAY,
    events,
    happened,
    people,
    returners,
    weeks_on_benefit,
)
from tests.engines.scene import CERTAIN, bands, bare_town, by_week, ready


def test_a_person_stays_and_climbs_the_ladder(engine: str) -> None:
    # Ladder weeks 0 … 8 at the tallies of weeks 0 … 8: the first four are band 0-3. Nobody ever
    # calls the person, who is due from week 0 on (floor(u * 1) = 0). March has one week.
    assert happened(bare_town(groups__people__stock=1), engine) == {
        "benefit_weeks": weeks_on_benefit(
            (JAN, "0-3", 0, 4), (FEB, "4-25", 0, 4), (MAR, "4-25", 0, 1)
        ),
        "recipients": people((JAN, 1), (FEB, 1), (MAR, 1)),
        "unmet": {(JAN, "regular"): 4, (FEB, "regular"): 4, (MAR, "regular"): 1},
    }


def test_elapsed_weeks_and_earlier_ones_count_on_the_ladder(engine: str) -> None:
    # 20 weeks before this spell and 30 in it: 50, 51, then 52 and more from week 2.
    town = bare_town(
        groups__people__stock=1,
        horizon__weeks=4,
        groups__people__elapsed_weeks=bands((30, 31, 1.0)),
        groups__people__ladder_weeks={"stock": bands((20, 21, 1.0))},
    )
    counts = happened(town, engine)["benefit_weeks"]
    assert counts == weeks_on_benefit((JAN, "26-51", 0, 2), (JAN, "52+", 0, 2))


def test_jobs_of_three_weeks(engine: str) -> None:
    # Placed in week 0 after the tally; at work in weeks 1-3; D = 3, so back in week 4, due in 5,
    # placed again in 4; at work in 5-7; back in 8. Ladder weeks 0, 1, 2 at the tallies of 0, 4, 8.
    # Recipients are counted at the tally of the month's last week: at work in 3 and 7.
    town = bare_town(
        groups__people__stock=1,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__job_loss_hazard_per_week=by_week((0, 0.0), (2, CERTAIN)),
    )
    ordinary = "people", "ordinary"
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit(
            (JAN, "0-3", 0, 1), (FEB, "0-3", 0, 1), (MAR, "0-3", 0, 1)
        ),
        "employed_weeks": {(JAN, *ordinary): 3, (FEB, *ordinary): 3},
        "placements": {(JAN, *ordinary): 1, (FEB, *ordinary): 1, (MAR, *ordinary): 1},
        "returns": people((FEB, 1), (MAR, 1)),
        "recipients": people((MAR, 1)),
        "unmet": {(JAN, "regular"): 1},
    }


@pytest.mark.parametrize(
    ("last_week_of_job", "back_in", "band"), [(50, 1, "26-51"), (51, 2, "0-3")]
)
def test_the_ladder_restarts_after_52_weeks_in_work_and_not_before(
    last_week_of_job: int, back_in: int, band: str, engine: str
) -> None:
    # Tenure 50. The hazard of loss is certain in week 50 (51) of the job, so D = 51 (52), back in
    # week 1 (2) with away = 51 (52). The ladder goes on at 30, or starts from 0.
    town = bare_town(
        horizon__weeks=4,
        groups__people__employed_pool=1,
        groups__people__tenure_weeks=bands((50, 51, 1.0)),
        groups__people__ladder_weeks={"pool": bands((30, 31, 1.0))},
        groups__people__job_loss_hazard_per_week=by_week((0, 0.0), (last_week_of_job, CERTAIN)),
    )
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit((JAN, band, 0, 4 - back_in)),
        "employed_weeks": {(JAN, "people", "ordinary"): back_in},
        "returns": people((JAN, 1)),
        "recipients": people((JAN, 1)),
        "unmet": {(JAN, "regular"): 3 - back_in},  # due a week after the return
    }


def test_weeks_in_work_add_up_over_jobs(engine: str) -> None:
    # Jobs of 26 weeks. The first ends in week 6 (26 - 20): away = 26, the ladder goes on at 30;
    # placed at once; the second ends in week 6 + 1 + 26 = 33: away = 52, the ladder restarts.
    town = bare_town(
        horizon__weeks=34,
        groups__people__employed_pool=1,
        groups__people__tenure_weeks=bands((20, 21, 1.0)),
        groups__people__ladder_weeks={"pool": bands((30, 31, 1.0))},
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__job_loss_hazard_per_week=by_week((0, 0.0), (25, CERTAIN)),
    )
    counts = happened(town, engine)["benefit_weeks"]
    assert counts == weeks_on_benefit((FEB, "26-51", 0, 1), ("2018-08", "0-3", 0, 1))


def test_leaving_for_good(engine: str) -> None:
    # One on benefit leaves in week 0 after the tally (floor(E / 100) = 0). One in work loses the
    # job in week 1 and does not return. Left-weeks count from the next tally on: weeks 1-5 each.
    town = bare_town(
        horizon__weeks=6,
        **returners(),
        groups__people__stock=1,
        groups__people__other_exit_hazard_per_week=CERTAIN,
        groups__people__return_share=0.0,
    )
    other, not_returned = ("people", "other_exit"), ("people", "not_returned")
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit((JAN, "0-3", 0, 1)),
        "employed_weeks": {(JAN, "people", "ordinary"): 1},
        "left_weeks": {
            (JAN, *other): 3,
            (JAN, *not_returned): 3,
            (FEB, *other): 2,
            (FEB, *not_returned): 2,
        },
        "other_exits": people((JAN, 1)),
        "not_returned": people((JAN, 1)),
        "unmet": {(JAN, "regular"): 1},
    }


def test_a_job_comes_before_another_exit(engine: str) -> None:
    # Both are certain in week 0: phase 8 places the person, phase 9 finds nobody on benefit.
    town = bare_town(
        horizon__weeks=1,
        groups__people__stock=1,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__other_exit_hazard_per_week=CERTAIN,
    )
    found = happened(town, engine)
    assert found["placements"] == {(JAN, "people", "ordinary"): 1}
    assert "other_exits" not in found


def test_the_list_of_intervals_goes_on_with_its_last_entry(engine: str) -> None:
    # The returner meets in 2, then after 2, 3, 4, 4 weeks: 4, 7, 11 (the next in 15).
    town = bare_town(
        horizon__weeks=13, **returners(), **DESK, regular_service__interval_weeks=[2, 3, 4]
    )
    met = {(JAN, "regular"): 1, (FEB, "regular"): 2, (MAR, "regular"): 1}
    assert happened(town, engine) == {
        # ladder weeks 0 … 11 in weeks 1 … 12
        "benefit_weeks": weeks_on_benefit(
            (JAN, "0-3", 0, 3), (FEB, "0-3", 0, 1), (FEB, "4-25", 0, 3), (MAR, "4-25", 0, 5)
        ),
        "employed_weeks": {(JAN, "people", "ordinary"): 1},
        "returns": people((JAN, 1)),
        "recipients": people((JAN, 1), (FEB, 1), (MAR, 1)),
        "meetings": {(*key, "people"): count for key, count in met.items()},
        "meetings_on_time": met,
    }


def programme(*budget: tuple[int, float], **changes: Any) -> dict[str, Any]:
    """Programme with one full-time caseworker for 500,000, each with one slot and one meeting."""
    steps = [{"from": dt.date(2018, month, 1), "value": money} for month, money in budget]
    return {
        "label": "Programme",
        "groups": ["people"],
        "budget_per_year": steps,
        "cost_per_fte_year": 500_000.0,
        "meetings_per_fte_week": 1.0,
        "caseload_limit": 1.0,
        "interval_weeks": [3],
        **changes,
    }


def test_a_programme_pulls_the_meeting_forward_and_its_end_keeps_what_is_due(engine: str) -> None:
    # Meeting in 2, so due in 10. The programme exists in weeks 4-7: admitted in 4, due = min(10,
    # 4); meetings in 4 and 7, so due in 10. Over in 8: due stays 10, seen = 4 (the list), so the
    # meeting in 10 is followed by the list's last interval, 9: meeting in 19. The programme is
    # back in April, but the person is barred from it for this spell.
    town = bare_town(
        horizon__weeks=21,
        **returners(),
        **DESK,
        regular_service__interval_weeks=[8, 1, 1, 9],
        programmes__intensive=programme((1, 0.0), (2, 500_000.0), (3, 0.0), (4, 500_000.0)),
    )
    met = {(JAN, "regular"): 1, (FEB, "intensive"): 2, (MAR, "regular"): 1, (MAY, "regular"): 1}
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit(
            (JAN, "0-3", 0, 3),
            (FEB, "0-3", 0, 1),
            (FEB, "4-25", 0, 3),
            (MAR, "4-25", 0, 5),
            (APR, "4-25", 0, 4),
            (MAY, "4-25", 0, 4),
        ),
        "employed_weeks": {(JAN, "people", "ordinary"): 1},
        "returns": people((JAN, 1)),
        "recipients": people((JAN, 1), (FEB, 1), (MAR, 1), (APR, 1), (MAY, 1)),
        "meetings": {(*key, "people"): count for key, count in met.items()},
        "meetings_on_time": met,
        "admissions": {(FEB, "intensive"): 1},
        "participant_weeks": {(FEB, "intensive"): 4},
    }
    assert [week for week, *_ in events(town, engine, "meeting")] == [2, 4, 7, 10, 19]


def test_the_longest_stay_in_a_programme(engine: str) -> None:
    # Admitted in 1 (the week of the return), due at once, meetings in 1, 2, 3. In week 4 three
    # weeks have passed: back to the regular service, which meets the due person that same week and
    # then, with seen = 2 + 1, after 6 weeks.
    town = bare_town(
        **returners(),
        **DESK,
        regular_service__interval_weeks=[1, 6],
        programmes__intensive=programme((1, 500_000.0), max_weeks=3, interval_weeks=[1]),
    )
    found = happened(town, engine)
    met = {(JAN, "intensive"): 3, (FEB, "regular"): 1}
    assert found["meetings"] == {(*key, "people"): count for key, count in met.items()}
    assert found["meetings_on_time"] == met
    assert found["participant_weeks"] == {(JAN, "intensive"): 3}
    assert found["admissions"] == {(JAN, "intensive"): 1}


def test_a_programme_that_shrinks_keeps_its_people_and_overloads_its_desk(engine: str) -> None:
    # Three persons due every week from week 0, nobody at the regular desk. Two slots in January,
    # one from February: the two stay, the third is never admitted. With one meeting a week from
    # week 4: a is met in 4 (on time); b, due in 4, in 5; a, due in 5, in 6; b, due in 6, in 7.
    town = bare_town(
        horizon__weeks=8,
        groups__people__stock=3,
        programmes__intensive=programme((1, 1_000_000.0), (2, 500_000.0), interval_weeks=[1]),
    )
    assert happened(town, engine) == {
        "benefit_weeks": weeks_on_benefit((JAN, "0-3", 0, 12), (FEB, "4-25", 0, 12)),
        "recipients": people((JAN, 3), (FEB, 3)),
        "meetings": {(JAN, "intensive", "people"): 8, (FEB, "intensive", "people"): 4},
        "meetings_on_time": {(JAN, "intensive"): 8, (FEB, "intensive"): 1},
        "waiting_weeks": {(FEB, "intensive"): 3},
        "unmet": {(JAN, "regular"): 4, (FEB, "regular"): 4, (FEB, "intensive"): 4},
        "admissions": {(JAN, "intensive"): 2},
        "participant_weeks": {(JAN, "intensive"): 8, (FEB, "intensive"): 8},
    }


def test_who_does_not_come_is_due_next_week_behind_who_waited(engine: str) -> None:
    # Two returners, both due in 2, one call a week, nobody ever comes: a is called in 2 and due
    # in 3, b (due in 2) is called in 3 and due in 4, a in 4, … One waits every week from week 2.
    town = bare_town(**returners(2), **DESK, groups__people__no_show_probability=1.0)
    by_month = {(JAN, "regular"): 2, (FEB, "regular"): 4, (MAR, "regular"): 1}
    found = happened(town, engine)
    assert found["no_shows"] == by_month
    assert found["unmet"] == by_month
    assert "meetings" not in found
    play = ready(town)
    due = []
    for t in range(6):
        play.week(t)
        due.append(play.due.tolist())
    assert due[1:] == [[2, 2], [3, 2], [3, 4], [5, 4], [5, 6]]


def test_half_a_caseworker_calls_every_other_week(engine: str) -> None:
    # Capacity 0, 1, 0, 1, …: due in 2, met in 3 (one week late), then due and met in 5 and 7.
    town = bare_town(
        horizon__weeks=8,
        **returners(),
        regular_service__fte=0.5,
        regular_service__interval_weeks=[2],
    )
    found = happened(town, engine)
    assert found["meetings"] == {(JAN, "regular", "people"): 1, (FEB, "regular", "people"): 2}
    assert found["meetings_on_time"] == {(FEB, "regular"): 2}
    assert found["waiting_weeks"] == {(JAN, "regular"): 1}
    assert found["unmet"] == {(JAN, "regular"): 1}
