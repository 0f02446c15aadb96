"""Every decision follows from the number of its key: drawn once more here, by plain rules.

The seed is 1. The stock has origin 0, the pool 1, arrivals of week t have t + 2; the only group has
key 1. Uniform numbers `luck(stream, n, k=…, origin=…)` are those of the decision's n-th use.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import count
from typing import Any

import pytest

from jobsim.draws import Stream, support_stream
from tests.engines.by_hand import (
    DESK,
    JAN,
    events,
    happened,
    licence,
    luck,
    luck_of_group,
    returners,
    spread,
)
from tests.engines.scene import CERTAIN, bands, bare_town, by_week

STOCK = 12


def poisson(rate: float, u: float) -> int:
    """Smallest count whose distribution function is at least `u`."""
    term = total = math.exp(-rate)
    for n in count():
        if total >= u:
            return n
        term *= rate / (n + 1)
        total += term
    raise AssertionError


def exponential(stream: int, n: int = 0, **who: int) -> float:
    return -math.log(luck(stream, n, **who))


def numbered(elapsed: dict[int, int]) -> list[int]:
    """Places `k` of the stock in order of number: longest elapsed first, then by u5."""
    return sorted(elapsed, key=lambda k: (-elapsed[k], luck(Stream.QUEUE_ORDER, k=k)))


ALIKE = numbered(dict.fromkeys(range(STOCK), 0))
"""Who of a stock without elapsed weeks has each number."""


def test_arrivals_of_a_week_are_poisson_by_the_number_of_the_group_and_week(engine: str) -> None:
    rates = [0.4] * 5 + [3.0] * 4
    steps = [
        {"from": dt.date(2018, 1, 1), "value": 0.4},
        {"from": dt.date(2018, 2, 6), "value": 3.0},  # before the fourth day of week 5
    ]
    found = events(bare_town(groups__people__inflow_per_week=steps), engine, "enter")
    came = [poisson(rate, luck_of_group(Stream.ARRIVALS, t)) for t, rate in enumerate(rates)]
    assert [week for week, *_ in found] == [t for t, n in enumerate(came) for _ in range(n)]
    assert [number for _, number, *_ in found] == list(range(sum(came)))
    assert sum(came) > 5


def test_the_stock_has_its_elapsed_weeks_and_numbers_by_them(engine: str) -> None:
    parts = [(2, 6, 0.3), (10, 30, 0.7)]
    town = bare_town(
        groups__people__stock=STOCK,
        groups__people__elapsed_weeks=bands(parts[0], (6, 10, 0.0), parts[1]),
    )
    elapsed = {k: spread(luck(Stream.ELAPSED, k=k), *parts) for k in range(STOCK)}
    found = events(town, engine, "start")
    assert found == [(0, i, "start", elapsed[k]) for i, k in enumerate(numbered(elapsed))]
    assert len(set(elapsed.values())) > 5


def test_weeks_on_the_ladder_at_entry_by_origin(engine: str) -> None:
    # Arrivals of week 0 alone: those who come with 51 weeks or more pay another band in week 1.
    parts = [(0, 10, 0.5), (15, 60, 0.5)]
    town = bare_town(
        horizon__weeks=1,
        groups__people__inflow_per_week=9.0,
        groups__people__ladder_weeks={"arrivals": bands(*parts)},
    )
    came = poisson(9.0, luck_of_group(Stream.ARRIVALS, 0))
    weeks = [spread(luck(Stream.LADDER_AT_ENTRY, k=k, origin=2), *parts) for k in range(came)]
    expected: dict[Any, int] = {}
    for ladder in weeks:
        band = "0-3" if ladder < 4 else "4-25" if ladder < 26 else "26-51" if ladder < 52 else "52+"
        key = (JAN, "people", band, 0)
        expected[key] = expected.get(key, 0) + 1
    assert happened(town, engine)["benefit_weeks"] == expected
    assert len(expected) >= 3


def test_the_stock_s_next_meeting_is_spread_over_the_last_interval(engine: str) -> None:
    town = bare_town(
        groups__people__stock=STOCK,
        regular_service__fte=20.0,
        regular_service__interval_weeks=[3, 8],
    )
    first_due = [(math.floor(luck(Stream.FIRST_MEETING, k=k) * 8), i) for i, k in enumerate(ALIKE)]
    met = [(due, i, "meeting", 0) for due, i in first_due]
    again = [(8, i, "meeting", 0) for due, i in first_due if due == 0]
    assert events(town, engine, "meeting") == sorted(met + again)
    assert len({due for due, _ in first_due}) > 4


def test_a_no_show_uses_the_stream_at_every_call_of_the_run(engine: str) -> None:
    # Called every week from 2 on; a spell ends in its fifth week on benefit and the next begins
    # two weeks later, without beginning the count of calls anew.
    town = bare_town(
        horizon__weeks=30,
        **returners(),
        **DESK,
        groups__people__no_show_probability=0.5,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__duration_multipliers=by_week((0, 0.0), (5, 1.0)),
    )
    calls = count()
    expected = []
    for t in range(30):
        if t >= 1 and (t - 1) % 7 in (1, 2, 3, 4, 5):  # on benefit in 1-6, at work in 7, back in 8
            expected.append((t, luck(Stream.NO_SHOW, next(calls), origin=1) < 0.5))
    found = [
        (t, event == "no_show") for t, _, event, _ in events(town, engine, "meeting", "no_show")
    ]
    assert found == expected


def test_another_exit_comes_after_a_whole_number_of_weeks(engine: str) -> None:
    town = bare_town(
        horizon__weeks=40,
        groups__people__stock=STOCK,
        groups__people__other_exit_hazard_per_week=0.05,
    )
    weeks = [
        (math.floor(exponential(Stream.OTHER_EXIT, k=k) / 0.05), i) for i, k in enumerate(ALIKE)
    ]
    expected = sorted((t, i, "other_exit", 0) for t, i in weeks if t < 40)
    assert events(town, engine, "other_exit") == expected
    assert len(expected) > 5


@pytest.mark.parametrize("multiplier", [1.0, 0.5, 0.0])
def test_a_job_lasts_till_its_hazards_reach_the_number_over_the_multiplier(
    multiplier: float, engine: str
) -> None:
    # Placed in the week of each return, at work from the next; with probability 0.6 back again.
    steps, weeks = [0.3, 0.3, 0.05], 60
    town = bare_town(
        horizon__weeks=weeks,
        groups__people__stock=STOCK,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__job_loss_hazard_per_week=by_week((0, 0.3), (2, 0.05)),
        groups__people__return_share=0.6,
        regular_service__job_loss_multiplier=multiplier,
    )
    expected = []
    for i, k in enumerate(ALIKE):
        t = 0
        for job in count():
            if multiplier == 0.0:
                break
            reach, total, length = exponential(Stream.JOB_DURATION, job, k=k) / multiplier, 0.0, 0
            while total < reach and t + 1 + length < weeks:
                total = total + steps[min(length, 2)]
                length += 1
            t += 1 + length
            if t >= weeks or total < reach:
                break
            back = luck(Stream.RETURN, job, k=k) < 0.6
            expected.append((t, i, "return" if back else "not_returned", length))
            if not back:
                break
    assert events(town, engine, "return", "not_returned") == sorted(expected)
    assert multiplier == 0.0 or len(expected) > 8


def test_jobs_of_the_pool_go_on_from_their_tenure(engine: str) -> None:
    # D = smallest d > tenure with cumloss[d] >= cumloss[tenure] + E11; back in week D - tenure.
    weeks, parts = 30, ((1, 4, 0.5), (20, 40, 0.5))
    town = bare_town(
        horizon__weeks=weeks,
        groups__people__employed_pool=STOCK,
        groups__people__tenure_weeks=bands(*parts),
        groups__people__job_loss_hazard_per_week=by_week((0, 0.2), (3, 0.04)),
    )
    cumulative = [0.0]
    for week in range(weeks + 40):
        cumulative.append(cumulative[-1] + (0.2 if week < 3 else 0.04))
    expected = []
    for k in range(STOCK):
        tenure = spread(luck(Stream.ELAPSED, k=k, origin=1), *parts)
        reach = cumulative[tenure] + exponential(Stream.JOB_DURATION, k=k, origin=1)
        length = next((d for d in range(tenure + 1, len(cumulative)) if cumulative[d] >= reach), 0)
        if 0 < length - tenure < weeks:
            expected.append((length - tenure, length - tenure))
    found = events(town, engine, "return")
    assert [(week, value) for week, _, _, value in found] == sorted(expected)
    assert len(expected) > 5


JOBS = {"hours_per_week": [5.0, 15.0, 37.0], "step_weeks": 4, "cool_weeks": 2}


def test_openings_go_to_those_whose_health_allows_in_queue_order(engine: str) -> None:
    rate, caps = 0.7, [(0, 1, 0.4), (1, 2, 0.3), (3, 4, 0.3)]
    town = bare_town(
        groups__people__stock=STOCK,
        small_jobs=JOBS,
        groups__people__small_jobs={
            "cap_shares": [0.4, 0.3, 0.0, 0.3],
            "ordinary_openings_per_week": rate,
            "drop_probabilities": [0.0],
            "climb_probabilities": [0.0],
        },
    )
    able = [i for i, k in enumerate(ALIKE) if spread(luck(Stream.RAMP_CAP, k=k), *caps) >= 1]
    offered = [poisson(rate, luck_of_group(Stream.OPENINGS, t)) for t in range(9)]
    takers = [(t, "small_job") for t, n in enumerate(offered) for _ in range(n)]
    expected = [(t, i, event, 1) for (t, event), i in zip(takers, able, strict=False)]
    assert events(town, engine, "small_job") == sorted(expected)
    assert len(expected) > 3
    assert len(able) < STOCK


def test_reviews_use_the_stream_one_after_another_through_drops(engine: str) -> None:
    # A review a week; lists [0.4, 0.1] and [0.2, 0.6], whose last entries go on.
    weeks = 25
    town = bare_town(
        horizon__weeks=weeks,
        groups__people__stock=1,
        small_jobs={"hours_per_week": [5.0, 10.0, 15.0, 37.0], "step_weeks": 1, "cool_weeks": 0},
        groups__people__small_jobs={
            "cap_shares": [0.0, 0.0, 0.0, 1.0, 0.0],
            "ordinary_openings_per_week": 60.0,
            "drop_probabilities": [0.4, 0.1],
            "climb_probabilities": [0.2, 0.5],
        },
    )
    expected, reviews, level, steps = [], count(), 0, 0
    for t in range(weeks):
        if level == 0:
            level, steps = 1, 0
            expected.append((t, 0, "small_job", 1))
            continue
        u, drop, climb = luck(Stream.RAMP_STEP, next(reviews)), *((0.4, 0.2), (0.1, 0.5))[steps > 0]
        steps += 1
        if u < drop:
            expected.append((t, 0, "drop", level))
            level = 0
        elif u < drop + climb and level < 3:
            level += 1
            expected.append((t, 0, "step", level))
    assert events(town, engine, "small_job", "drop", "step") == expected
    assert {"small_job", "drop", "step"} == {event for *_, event, _ in expected}


def test_small_jobs_at_the_start_and_their_next_reviews(engine: str) -> None:
    shares, caps = [(0, 1, 0.3), (1, 2, 0.3), (2, 3, 0.4)], [(0, 1, 0.2), (1, 2, 0.4), (3, 4, 0.4)]
    town = bare_town(
        groups__people__stock=STOCK,
        small_jobs=JOBS,
        groups__people__small_jobs={
            "cap_shares": [0.2, 0.4, 0.0, 0.4],
            "start_level_shares": [0.3, 0.3, 0.4],
            "drop_probabilities": [1.0],
            "climb_probabilities": [0.0],
        },
    )
    started, dropped = [], []
    for i, k in enumerate(ALIKE):
        drawn = spread(luck(Stream.SMALL_JOB_AT_START, k=k), *shares)
        level = min(drawn, spread(luck(Stream.RAMP_CAP, k=k), *caps), 2)
        if level:
            started.append((0, i, "start_small_job", level))
            review = math.floor(luck(Stream.SMALL_JOB_AT_START, 1, k=k) * 4)
            dropped.append((review, i, "drop", level))
    assert events(town, engine, "start_small_job") == started
    assert events(town, engine, "drop") == sorted(dropped)
    assert {level for *_, level in started} == {1, 2}


def test_who_needs_a_support_is_drawn_from_a_stream_of_its_own(engine: str) -> None:
    town = bare_town(
        groups__people__stock=STOCK,
        regular_service__fte=20.0,
        supports__licence=licence(need_share={"people": 0.4}, budget_per_year=1e6),
    )
    needing = [i for i, k in enumerate(ALIKE) if luck(support_stream(3), k=k) < 0.4]
    assert events(town, engine, "support") == [(0, i, "support", 0) for i in needing]
    assert 1 < len(needing) < STOCK - 1


def test_random_admission_goes_by_a_stream_of_its_own(engine: str) -> None:
    town = bare_town(
        horizon__weeks=1,
        groups__people__stock=STOCK,
        programmes__one={
            "label": "Programme",
            "groups": ["people"],
            "budget_per_year": 500_000.0,
            "cost_per_fte_year": 500_000.0,
            "meetings_per_fte_week": 1.0,
            "caseload_limit": 4.0,
            "interval_weeks": [1],
            "admission": "random",
        },
    )
    drawn = sorted(range(STOCK), key=lambda i: luck(Stream.RANDOM_ADMISSION, k=ALIKE[i]))
    assert [i for _, i, *_ in events(town, engine, "admitted")] == sorted(drawn[:4])


def test_a_meeting_weighs_by_the_caseload_of_its_week(engine: str) -> None:
    # q = clip((3 / (n / 2)) ** 0.5, 0.5, 1.5), n = all on benefit as the meetings begin; met every
    # second week, and the boost halves in a week.
    weeks, hazard, gain = 25, 0.06, 1.5
    town = bare_town(
        horizon__weeks=weeks,
        groups__people__stock=STOCK,
        groups__people__job_finding_hazard_per_week=hazard,
        groups__people__meeting_gain=gain,
        regular_service={
            "fte": 2.0,
            "cost_per_fte_year": 500_000.0,
            "meetings_per_fte_week": 10.0,
            "interval_weeks": [2],
        },
        meetings={
            "half_life_weeks": 1.0,
            "reference_caseload": 3.0,
            "caseload_elasticity": 0.5,
            "quality_min": 0.5,
            "quality_max": 1.5,
        },
    )
    due = {i: math.floor(luck(Stream.FIRST_MEETING, k=k) * 2) for i, k in enumerate(ALIKE)}
    threshold = {i: exponential(Stream.JOB_THRESHOLD, k=k) / hazard for i, k in enumerate(ALIKE)}
    boost, total = dict.fromkeys(due, 0.0), dict.fromkeys(due, 0.0)
    expected, qualities = [], set()
    for t in range(weeks):
        n = len(due)
        quality = min(max((3.0 / (n / 2.0)) ** 0.5, 0.5), 1.5) if n else 0.0
        qualities.add(quality)
        for i in list(due):
            if due[i] == t:
                boost[i], due[i] = min(boost[i] + gain * quality, 10.0), t + 2
            total[i] = total[i] + (1.0 + boost[i])
            boost[i] = boost[i] * 0.5
            if total[i] >= threshold[i]:
                expected.append((t, i, "placed", 0))
                del due[i]
    assert events(town, engine, "placed") == expected
    assert len(qualities) > 5
