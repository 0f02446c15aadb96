"""A scenario lowered into arrays: each against a plain formula or a figure worked out by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import pdtr

from jobsim.engines.lowering import most_persons, tables_of
from jobsim.engines.roster import build_roster
from jobsim.engines.tables import Tables
from jobsim.errors import ScenarioError, SizeError
from jobsim.scenario import Scenario
from tests.engines.scene import bands, bare_town, by_week
from tests.factory import small_town
from tests.parity.scenarios import scenarios


def tables(**changes: Any) -> Tables:
    return tables_of(small_town(**changes))


def steps(*values: tuple[dt.date, float]) -> list[dict[str, Any]]:
    return [{"from": day, "value": value} for day, value in values]


def test_months_and_years_of_the_weeks() -> None:
    lowered = tables()
    assert lowered.weeks == 80
    assert str(lowered.months[0]) == "2018-01"
    assert str(lowered.months[-1]) == "2019-07"  # week 79: Monday 2019-07-08, date 11 July
    assert lowered.month_of_week[[0, 3, 4, 7, 8, 12, 13, 79]].tolist() == [0, 0, 1, 1, 2, 2, 3, 18]
    assert lowered.year_of_week[[0, 51, 52, 79]].tolist() == [0, 0, 1, 1]
    assert [t for t in range(14) if lowered.ends_month[t]] == [3, 7, 12]
    assert lowered.ends_month[79]


@pytest.mark.parametrize(("day", "first_week"), [(11, 1), (12, 2), (4, 0), (5, 1)])
def test_schedules_are_read_on_the_fourth_day_of_the_week(day: int, first_week: int) -> None:
    change = steps((dt.date(2017, 1, 1), 1.0), (dt.date(2018, 1, day), 2.0))
    lowered = tables_of(bare_town(regular_service__fte=change))
    expected = [1.0] * first_week + [2.0] * (9 - first_week)
    assert lowered.services.fte[0].tolist() == expected


def test_before_its_first_step_a_budget_is_nothing() -> None:
    """From 14 February: 321 of the year's 365 days; the first fourth day then is the 15th."""
    late = {"horizon__weeks": 9, "supports__driving_licence__paid_from": None}
    for path in ("programmes__intensive", "small_jobs__consultants", "supports__driving_licence"):
        late[f"{path}__budget_per_year"] = steps((dt.date(2018, 2, 14), 540_000.0))
    lowered = tables(**late)
    assert lowered.services.fte[1].tolist() == [0.0] * 6 + [1.0] * 3
    assert lowered.services.slots[0].tolist() == [0] * 6 + [20] * 3
    assert lowered.supports.grants.tolist() == [[37]]  # 540,000 x 321 / 365 / 12,500 = 37.99
    no_opening = [quantile.distribution[0] for quantile in lowered.ramp.openings[1] or ()]
    assert no_opening[5] > no_opening[6]


def test_before_its_first_step_a_unit_cost_is_that_of_the_first_step() -> None:
    """The run begins in July; the year's mean counts the days before the first step as well."""
    cost = steps((dt.date(2018, 7, 1), 10_000.0), (dt.date(2018, 10, 1), 20_000.0))
    late = {
        "horizon__start": dt.date(2018, 7, 1),
        "supports__driving_licence__unit_cost": cost,
        "supports__driving_licence__budget_per_year": 1e6,
        "supports__driving_licence__paid_from": None,
    }
    mean = (273 * 10_000.0 + 92 * 20_000.0) / 365
    assert tables(**late).supports.grants[0, 0] == int(1e6 / mean)


def test_what_past_meetings_still_do_by_hand() -> None:
    """Meetings in weeks 1, 3 and 6, of gain 0.5 x 0.8 x (1 - 0.25), the first half; at most 0.3."""
    past = {"first_meeting_weeks": 1, "interval_weeks": [2, 3], "gain_multiplier": 0.8}
    lowered = tables(
        regular_service__before=past | {"no_show_probability": {"job_ready": 0.25}},
        groups__job_ready__lasting_gain=0.5,
        groups__job_ready__weibull_shape=1.0,
        groups__job_ready__duration_multipliers=[],
        meetings__first_meeting_factor=0.5,
        meetings__max_lasting_boost=0.3,
        meetings__lasting_half_life_weeks=1.0,
    )
    before = [0.0, 0.0, 0.075, 0.0375, 0.15, 0.075, 0.0375, 0.15]
    during = [0.0, 0.15, 0.075, 0.3, 0.15, 0.075, 0.3, 0.15]
    assert lowered.people.past[0, :8].tolist() == pytest.approx(before, rel=1e-14)
    lived = np.append(0.0, np.cumsum(1.0 + np.array(during)))[:8]
    assert lowered.people.lived[0, :8].tolist() == pytest.approx(lived.tolist(), rel=1e-14)
    assert not lowered.people.past[1].any()
    assert lowered.people.past_interval.tolist() == [3, 3]


def test_fte_of_a_programme_is_its_staff_money_over_cost() -> None:
    """Money of the year less grant money, over the full cost of a caseworker."""
    fte = tables(horizon__weeks=110).services.fte
    by_hand = [(900_000 - 150_000) / 540_000, (600_000 - 100_000) / 540_000, 0.0]
    assert fte[1, [0, 52, 105]] == pytest.approx(by_hand, rel=1e-12)
    assert fte[0, [0, 51, 52, 109]].tolist() == [1.5, 1.5, 1.2, 1.2]


def test_grants_are_whole_and_of_the_full_year() -> None:
    lowered = tables(horizon__weeks=110, supports__driving_licence__unit_cost=12_600.0)
    assert lowered.supports.grants.tolist() == [[11, 7, 0]]  # 11.9, 7.9, none
    exact = tables(horizon__weeks=1, supports__driving_licence__unit_cost=150_000 / 49)
    assert exact.supports.grants.tolist() == [[49]]  # one week simulated, a year's grants


@settings(max_examples=30)
@given(st.floats(0.0, 50.0), st.floats(0.0, 40.0), st.integers(1, 120))
def test_capacity_is_the_difference_of_floored_sums(fte: float, each: float, weeks: int) -> None:
    town = bare_town(
        horizon__weeks=weeks, regular_service__fte=fte, regular_service__meetings_per_fte_week=each
    )
    total, floored, expected = 0.0, 0, []
    for _ in range(weeks):
        total = total + fte * each
        expected.append(math.floor(total + 1e-9) - floored)
        floored = math.floor(total + 1e-9)
    assert tables_of(town).services.capacity[0].tolist() == expected


def test_ten_tenths_are_one_meeting() -> None:
    """0.1 added ten times is 0.9999999999999999 in binary."""
    town = bare_town(horizon__weeks=20, regular_service__fte=0.1)
    once_in_ten = [0] * 9 + [1]
    assert tables_of(town).services.capacity[0].tolist() == once_in_ten * 2


@pytest.mark.parametrize(
    ("budget", "limit", "slots"),
    [(570.0, 100.0, 57), (579.9, 100.0, 57), (0.0, 9.0, 0), (1e3, 0.0, 0)],
)
def test_slots(budget: float, limit: float, slots: int) -> None:
    """0.57 x 100 is 56.99999999999999 in binary."""
    programme = {
        "label": "Programme",
        "groups": ["people"],
        "budget_per_year": budget,
        "cost_per_fte_year": 1000.0,
        "meetings_per_fte_week": 1.0,
        "caseload_limit": limit,
        "interval_weeks": [1],
    }
    assert tables_of(bare_town(programmes__one=programme)).services.slots.tolist() == [[slots] * 9]


def test_quality_of_a_meeting() -> None:
    """clip((60 / (n / fte)) ** 0.1, 0.6, 1.4), bit for bit as Python's power; 0.6 without staff."""
    lowered = tables(horizon__weeks=110)
    services, persons = lowered.services, most_persons(lowered.people)
    for track, week in [(0, 0), (0, 60), (1, 0), (1, 60), (1, 105)]:
        fte = float(services.fte[track, week])
        row = services.quality[track][services.quality_row[track, week]]
        assert len(row) > persons
        for n in (1, 2, 3, 59, 90, 91, 117, persons):
            q = min(max((60.0 / (n / fte)) ** 0.1, 0.6), 1.4) if fte > 0 else 0.6
            assert row[n] == q
    assert services.fte[1, 105] == 0.0
    assert len(set(services.quality[0][0][1:].tolist())) > 50  # it does depend on the caseload


def test_powers_are_pythons_bit_for_bit() -> None:
    values = np.random.Generator(np.random.Philox(1)).uniform(0.01, 3.0, 400).tolist()
    days = [dt.date(2018, 1, 4) + dt.timedelta(days=7 * week) for week in range(400)]
    lowered = tables(
        horizon__weeks=400,
        labour_market__tightness=steps(*zip(days, values, strict=True)),
        groups__job_ready__weibull_shape=0.83,
        groups__job_ready__duration_multipliers=[],
    )
    assert lowered.people.cycle[0].tolist() == [(value / 0.9) ** 0.35 for value in values]
    assert lowered.people.cycle[1].tolist() == [1.0] * 400  # elasticity 0
    shape = lowered.people.duration[0].tolist()
    assert shape == [(s + 1.0) ** 0.83 - float(s) ** 0.83 for s in range(len(shape))]
    assert lowered.services.decay == 0.5 ** (1.0 / 1.75)


def test_duration_multipliers() -> None:
    town = bare_town(groups__people__duration_multipliers=by_week((0, 1.0), (3, 0.5), (5, 0.0)))
    assert tables_of(town).people.duration[0, :8].tolist() == [1, 1, 1, 0.5, 0.5, 0, 0, 0]


def test_cumulative_hazard_of_job_loss() -> None:
    loss = tables().people.job_loss[0]
    assert loss[0] == 0.0
    total, sums = 0.0, [0.0]
    for week in range(len(loss) - 1):
        total += 0.02 if week < 13 else 0.01 if week < 52 else 0.005
        sums.append(total)
    assert loss.tolist() == sums  # from left to right
    assert loss[53] == pytest.approx(13 * 0.02 + 39 * 0.01 + 0.005)


@settings(max_examples=25)
@given(scenarios())
def test_tables_reach_as_far_as_any_lookup(scenario: Scenario) -> None:
    lowered = tables_of(scenario)
    people, weeks = lowered.people, lowered.weeks
    longest_tenure = max(band.to - 1 for g in scenario.groups.values() for band in g.tenure_weeks)
    longest_spell = max(band.to - 1 for g in scenario.groups.values() for band in g.elapsed_weeks)
    assert people.job_loss.shape[1] > weeks + longest_tenure
    assert people.duration.shape[1] >= weeks + longest_spell
    roster = build_roster(lowered, 1, np.arange(20))
    persons = np.bincount(roster.rep)
    assert persons.max(initial=0) <= most_persons(people)
    for rows in lowered.services.quality:
        assert rows.shape[1] > most_persons(people)
    longest = max(len(x) for x in scenario.regular_service.interval_weeks.values())
    assert lowered.services.interval.shape[2] >= longest


def test_intervals_by_track_and_group() -> None:
    services = tables().services
    assert services.interval.tolist() == [
        [[1, 6, 6, 13], [4, 13, 13, 13]],
        [[2, 2, 2, 2], [2, 2, 2, 2]],
    ]
    assert services.interval_entries.tolist() == [[4, 2], [1, 1]]


def test_gain_by_track_group_and_first_or_later() -> None:
    """(gain x first factor) x multiplier of the track, multiplied from left to right."""
    expected = [
        [[(gain * first) * track for first in (0.7, 1.0)] for gain in (0.2, 0.1)]
        for track in (0.9, 1.2)
    ]
    assert tables().services.gain.tolist() == expected


def test_arrivals_and_openings_are_poisson_with_the_weeks_rate() -> None:
    lowered = tables()
    arrivals = lowered.people.arrivals
    assert [round(-math.log(arrivals[0][t].distribution[0]), 12) for t in (0, 51, 52)] == [
        1.5,
        1.5,
        1,
    ]
    ramp = lowered.ramp.openings
    assert ramp[0] is None  # job-ready take no small jobs
    assert ramp[1] is not None
    fte = (400_000 / 550_000, 0.0)
    for week, staff, tightness in [(0, fte[0], 0.8), (52, fte[1], 1.1)]:
        rate = (0.4 + staff * 1.1 * 1.0) * (tightness / 0.9) ** 0.4
        table = ramp[1][week].distribution
        assert table == pytest.approx(pdtr(np.arange(len(table)), rate), rel=1e-12)


def test_reviews_go_on_with_their_last_entry() -> None:
    ramp = tables().ramp
    assert ramp.drop[1].tolist() == [0.15, 0.1, 0.1]
    assert ramp.drop_or_climb[1].tolist() == [0.15 + 0.5, 0.1 + 0.4, 0.1 + 0.3]
    assert ramp.levels == 3
    assert tables().levels_shown == 3


def test_without_small_jobs_there_is_only_level_0() -> None:
    lowered = tables_of(bare_town())
    assert lowered.ramp.levels == 0
    assert lowered.levels_shown == 1
    assert lowered.ramp.openings == (None,)


def test_a_stock_of_ten_million_is_refused_with_what_it_would_need() -> None:
    with pytest.raises(
        SizeError, match=r"10,000,\d+ persons needs about [\d.]+ GiB and 2 GiB"
    ) as e:
        tables_of(bare_town(groups__people__stock=10_000_000))
    assert "\n" not in str(e.value)


TOO_LARGE: dict[str, tuple[dict[str, Any], str]] = {
    "tightness": (
        {"labour_market__tightness": 1e-300, "groups__job_ready__tightness_elasticity": -5.0},
        "labour_market.tightness: comes to inf times the plain value",
    ),
    "openings": (
        {"labour_market__tightness": 100.0, "small_jobs__openings_elasticity": 5.0},
        r"small_jobs: comes to 2\.\d+e\+10 openings a week",
    ),
    "staff": (
        {"programmes__intensive__cost_per_fte_year": 1e-300},
        r"programmes.intensive.budget_per_year: comes to .* full-time caseworkers; at most 1e\+06",
    ),
    "consultants": (
        {"small_jobs__consultants__cost_per_fte_year": 1e-3},
        r"small_jobs.consultants.budget_per_year: comes to 4e\+08 full-time consultants",
    ),
    "grants": (
        {"supports__driving_licence__unit_cost": 1e-15},
        r"supports.driving_licence.unit_cost: comes to 1\.5e\+20 grants a year; at most 1e\+09",
    ),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_numbers_that_no_run_can_hold_get_one_line(what: str) -> None:
    changes, message = TOO_LARGE[what]
    with pytest.raises(ScenarioError, match=message) as refusal:
        tables(**changes)
    assert "\n" not in str(refusal.value)


def test_a_power_beyond_floats_is_infinite_and_clipped() -> None:
    """As the C library's pow, where Python's raises an error."""
    lowered = tables(meetings__reference_caseload=1e-300, meetings__caseload_elasticity=-5.0)
    assert set(lowered.services.quality[0][0][1:].tolist()) == {1.4}


def test_elapsed_bands_without_share_are_skipped() -> None:
    town = bare_town(
        groups__people__stock=500,
        groups__people__elapsed_weeks=bands((0, 5, 0.0), (5, 7, 1.0), (7, 900, 0.0)),
    )
    elapsed = build_roster(tables_of(town), 1, np.arange(1)).elapsed
    assert set(elapsed.tolist()) == {5, 6}
