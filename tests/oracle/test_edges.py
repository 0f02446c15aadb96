"""People on an edge: thresholds, floors and job lengths that are met to the last bit, or just not.

Generated scenarios never come so near. Here a number of the scenario is chosen so that what is
compared is equal, or is the next float: whoever adds or multiplies in another order than the rules
moves somebody by a week.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from itertools import accumulate

import pytest

from jobsim.draws import Stream
from jobsim.scenario import Scenario
from tests.oracle.agreement import assert_as_foretold
from tests.oracle.chance import Luck
from tests.oracle.model import play
from tests.oracle.person import Person
from tests.oracle.roster import POOL, STOCK
from tests.oracle.town import Town
from tests.parity.by_hand import FOR_SURE, scenario

SEED, WEEKS = 1, 26
HAZARD = "job_finding_hazard_per_week"
MOST = 4.3
"""Limit of the boost."""


def weeks_of(described: Scenario, *events: str) -> list[int]:
    """Weeks of some events, on which the oracle and all engines agree."""
    (_, rows), _ = assert_as_foretold(described, SEED)
    return rows.week[rows.event.isin(events)].tolist()


def luck(origin: int = STOCK) -> Luck:
    """What the first person of the group draws."""
    return Luck(SEED, replication=0, group_key=1, origin=origin, k=0)


def near(value: float, accepts: Callable[[float], bool]) -> float | None:
    """The float next to a value that is accepted."""
    above = below = value
    for _ in range(200):
        if accepts(above):
            return above
        if accepts(below):
            return below
        above, below = math.nextafter(above, math.inf), math.nextafter(below, 0.0)
    return None


def least(value: float, accepts: Callable[[float], bool]) -> float:
    """Least float near a value, which is too low, that is accepted."""
    while not accepts(value):
        value = math.nextafter(value, math.inf)
    return value


# Thresholds: sums of products, met in a week or missed by a bit


def plain(hazard: float, weeks: int = WEEKS) -> Scenario:
    """Nothing but meetings, and times that get better: the compiled engine has a loop for these."""
    days = [dt.date(2018, 1, 4) + dt.timedelta(days=7 * week) for week in range(WEEKS)]
    rising = [{"from": day, "value": 0.01 * 1.7**week} for week, day in enumerate(days)]
    group = {HAZARD: hazard, "frailty_variance": 0.5, "meeting_gain": 0.23}
    group |= {"tightness_elasticity": 1.2}
    return scenario(
        weeks,
        group,
        regular={"interval_weeks": [3], "gain_multiplier": 0.9},
        meetings={"half_life_weeks": 2.5, "max_boost": 0.9},
        labour_market={"tightness": rising, "reference_tightness": 0.7},
    )


def full(hazard: float, weeks: int = WEEKS) -> Scenario:
    """Everything that changes a hazard changes it: see `test_all_factors_are_at_work`."""
    rising = [{"from_week": week, "value": 1e-4 * 1.8**week} for week in range(WEEKS - 2)]
    steps = [(dt.date(2018, month, 1), 0.7 + 0.13 * month) for month in range(1, 8)]
    group = {
        HAZARD: hazard,
        "frailty_variance": 0.5,
        "weibull_shape": 0.93,
        "duration_multipliers": rising,  # else sums would hide the last bits of what is added
        "tightness_elasticity": 0.35,
        "meeting_gain": 1.37,
        "small_jobs": {
            "cap_shares": [0.0, 1.0, 0.0, 0.0],
            "ordinary_openings_per_week": FOR_SURE,
            "drop_probabilities": [0.0, 0.0, 0.0, 1.0],
            "climb_probabilities": [0.0],
            "hazard_multiplier": 1.17,
        },
    }
    course = {
        "groups": ["recipients"],
        "need_share": {"recipients": 1.0},
        "budget_per_year": 1000.0,
        "unit_cost": 10.0,
    }
    intensive = {
        "label": "Intensive",
        "groups": ["recipients"],
        "budget_per_year": [
            {"from": dt.date(2018, 1, 1), "value": 0.0},
            {"from": dt.date(2018, 3, 1), "value": 1_300_000.0},
        ],
        "cost_per_fte_year": 700_000.0,
        "meetings_per_fte_week": 7.0,
        "caseload_limit": 9.0,
        "interval_weeks": [1],
        "max_weeks": 7,
        "gain_multiplier": 1.3,
    }
    return scenario(
        weeks,
        group,
        regular={"fte": 0.031, "interval_weeks": [2, 5], "gain_multiplier": 0.87},
        meetings={
            "half_life_weeks": 2.5,
            "max_boost": MOST,
            "caseload_elasticity": 0.3,
            "quality_max": 3.0,
            "quality_min": 0.1,
        },
        labour_market={
            "tightness": [{"from": day, "value": value} for day, value in steps],
            "reference_tightness": 0.9,
        },
        programmes={"intensive": intensive},
        supports={
            "licence": {**course, "key": 3, "label": "Licence", "lead_weeks": 4,
                        "lock_in_multiplier": 0.83, "multiplier": 1.37},
            "tools": {**course, "key": 9, "label": "Tools", "lead_weeks": 9,
                      "lock_in_multiplier": 0.77, "multiplier": 1.21},
        },
        small_jobs={
            "hours_per_week": [5.0, 15.0, 37.0],
            "step_weeks": 3,
            "cool_weeks": 4,
            "experience_weeks": 6,
            "experience_multiplier": 1.13,
        },
    )  # fmt: skip


TOWNS = {"plain": plain, "full": full}
NEVER_FOUND = 1e-9


def lived(make: Callable[[float], Scenario]) -> list[tuple[float, Person]]:
    """Cumulative hazard after each week of somebody who finds no job, and the person."""
    sums = []

    def look(town: Town) -> None:
        if town.phase == 8:
            sums.append((town.people[0].cumulative_hazard, town.people[0]))

    play(make(NEVER_FOUND), SEED, 0, look)
    return sums


def hazards_at(make: Callable[[float], Scenario], above: bool) -> Iterator[tuple[int, float]]:
    """Weeks, each with a hazard λ for which the threshold E6 / (λ v) is that week's sum.

    Or the next float above it. Not every week has one: floats are not that dense.
    """
    e6 = luck().exponential(Stream.JOB_THRESHOLD)
    sums = lived(make)
    v = sums[0][1].frailty
    for week, (reached, _) in enumerate(sums[:-1]):
        target = math.nextafter(reached, math.inf) if above else reached
        hazard = near(e6 / (v * target), lambda one, thr=target: e6 / (one * v) == thr)
        if hazard is not None and hazard <= 100.0:  # as much as a scenario can have
            yield week, hazard


@pytest.mark.parametrize("above", [False, True], ids=["met", "missed"])
@pytest.mark.parametrize("town", TOWNS)
def test_thresholds(town: str, above: bool) -> None:
    """A sum that equals the threshold is a placement; one a bit below it is none, for a week."""
    found = list(hazards_at(TOWNS[town], above))
    assert len(found) > WEEKS / 3
    for week, hazard in found:
        assert weeks_of(TOWNS[town](hazard, week + 2), "placed") == [week + above], (week, hazard)


def test_all_factors_are_at_work() -> None:
    """Not in every week, but each in some, and most of them together."""
    states: list[tuple[bool, ...]] = []

    def look(town: Town) -> None:
        (person,), week = town.people, town.week
        if town.phase == 7:
            works = [week >= begins for begins in person.works_from.values()]
            states.append((
                0 < person.boost < MOST, person.boost == MOST, person.track == 1,
                works == [True, True], False in works, person.level > 0, person.experienced,
                person.experienced and person.level == 0,
            ))  # fmt: skip

    play(full(NEVER_FOUND), SEED, 0, look)
    assert [any(column) for column in zip(*states, strict=True)] == [True] * 8
    assert max(map(sum, states)) >= 5


# Floors: 1e-9 is forgiven, and not a bit more

ALMOST_ONE = least(1.0 - 1.0001e-9, lambda amount: amount + 1e-9 >= 1.0)
"""Least amount that counts as 1."""
MANY = 1_000_000.0


def desk(amount: float) -> Scenario:
    """Caseworkers have time for so many meetings."""
    return scenario(1, {}, regular={"fte": amount, "meetings_per_fte_week": 1.0})


def programme(amount: float) -> Scenario:
    """A programme has so many slots."""
    terms = {
        "label": "Programme",
        "groups": ["recipients"],
        "budget_per_year": MANY,
        "cost_per_fte_year": MANY,
        "meetings_per_fte_week": 1.0,
        "caseload_limit": amount,
        "interval_weeks": [1],
    }
    return scenario(1, {}, programmes={"programme": terms})


def grants(amount: float) -> Scenario:
    """A year's money is enough for so many grants."""
    terms = {
        "key": 1,
        "label": "Course",
        "groups": ["recipients"],
        "need_share": {"recipients": 1.0},
        "budget_per_year": amount,
        "unit_cost": 1.0,
    }
    return scenario(1, {}, supports={"course": terms})


@pytest.mark.parametrize(
    ("make", "event"), [(desk, "meeting"), (programme, "admitted"), (grants, "support")]
)
def test_floors(make: Callable[[float], Scenario], event: str) -> None:
    assert 0.9e-9 < 1.0 - ALMOST_ONE < 1.1e-9
    assert weeks_of(make(ALMOST_ONE), event) == [0]
    assert weeks_of(make(math.nextafter(ALMOST_ONE, 0.0)), event) == []


# Jobs: as long as it takes until the hazards of losing it reach a number

LONGER, FIRST = 1.4, 0.01
"""Job-loss multiplier of the regular service, and hazard of losing a job in its first week."""


def worker(loss: float) -> Scenario:
    """Somebody who finds a job in week 0, and loses it by a weekly hazard from its week 1 on."""
    group = {HAZARD: 100.0, "job_loss_hazard_per_week": from_week_1(loss)}
    return scenario(WEEKS, group, regular={"job_loss_multiplier": LONGER})


def colleague(loss: float) -> Scenario:
    """Somebody at work for 2 weeks already, who finds none afterwards."""
    tenure = [{"from": 2, "to": 3, "share": 1.0}]
    group = {"stock": 0, "employed_pool": 1, "tenure_weeks": tenure}
    return scenario(WEEKS, {**group, "job_loss_hazard_per_week": from_week_1(loss)})


def from_week_1(loss: float) -> list[dict[str, float]]:
    return [{"from_week": 0, "value": FIRST}, {"from_week": 1, "value": loss}]


def excess(loss: float, length: int, tenure: int, draw: float) -> float:
    """How far the hazards of a job of some length pass those at the tenure and the draw."""
    cumloss = list(accumulate([FIRST, *[loss] * length], initial=0.0))
    return cumloss[length] - (cumloss[tenure] + draw)


def lengths_met(draw: float, tenure: int) -> dict[int, float]:
    """Lengths of a job, each with the least hazard at which it is met exactly."""
    found = {}
    for length in range(max(tenure, 1) + 1, 20):

        def accepts(loss: float, length: int = length) -> bool:
            below = excess(math.nextafter(loss, 0.0), length, tenure, draw)
            return below < 0.0 == excess(loss, length, tenure, draw)

        rest = draw - FIRST * (tenure == 0)
        loss = near(rest / (length - max(tenure, 1)), accepts)
        if loss is not None:
            found[length] = loss
    assert len(found) > 5
    return found


def test_jobs_that_are_found() -> None:
    for length, loss in lengths_met(luck().exponential(Stream.JOB_DURATION) / LONGER, 0).items():
        assert weeks_of(worker(loss), "return")[:1] == [1 + length]
        assert weeks_of(worker(math.nextafter(loss, 0.0)), "return")[:1] == [2 + length]


def test_jobs_that_go_on() -> None:
    """The weeks before the start count: the whole length is sought, beyond the tenure."""
    for length, loss in lengths_met(luck(POOL).exponential(Stream.JOB_DURATION), 2).items():
        assert weeks_of(colleague(loss), "return") == [length - 2]
        assert weeks_of(colleague(math.nextafter(loss, 0.0)), "return") == [length - 1]


# Other exits, and probabilities


def leaver(hazard: float) -> Scenario:
    """Somebody who leaves for something else."""
    return scenario(WEEKS, {"other_exit_hazard_per_week": hazard})


def test_other_exits() -> None:
    """A whole number of weeks that is met, or missed by a bit."""
    draw = luck().exponential(Stream.OTHER_EXIT)
    for weeks in (1, 3, 7, 22):
        met = least(draw / weeks * (1.0 - 1e-15), lambda one, whole=weeks: draw / one <= whole)
        while draw / math.nextafter(met, 1e9) == weeks:
            met = math.nextafter(met, 1e9)
        assert draw / met == weeks
        assert weeks_of(leaver(met), "other_exit") == [weeks]
        assert weeks_of(leaver(math.nextafter(met, 1e9)), "other_exit") == [weeks - 1]


def test_a_probability_that_equals_the_number_is_missed() -> None:
    u = luck().uniform(Stream.NO_SHOW)
    for share, absent in ((u, []), (math.nextafter(u, 1.0), [0])):
        assert weeks_of(scenario(1, {"no_show_probability": share}), "no_show") == absent
