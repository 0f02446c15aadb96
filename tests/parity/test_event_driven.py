"""Parts of the event-driven engine on their own: lines, the book, prospects, wake-ups."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import pytest
import simpy

import jobsim as js
from jobsim.draws import NEVER
from jobsim.engines.lowering import tables_of
from jobsim.engines.reference.desks import WaitingList
from jobsim.engines.reference.engine import wake_ups
from jobsim.engines.reference.town import Prospects, VolumeBook
from tests.factory import small_town


def called(line: WaitingList, env: simpy.Environment, places: int) -> list[Any]:
    return cast(list[Any], env.run(env.process(line.call(places))))


def test_a_line_serves_in_order_and_lets_people_step_out() -> None:
    env = simpy.Environment()
    line = WaitingList(env)
    people = cast(list[Any], ["Anna", "Bo", "Carl", "Dina"])
    for order, person in zip((3, 1, 2, 4), people, strict=True):
        line.join((order,), person)
    line.step_out(people[1])
    assert len(line) == 3
    assert called(line, env, 1) == ["Carl"]
    line.join((5,), people[1])
    line.step_out(people[1])
    line.join((0,), people[1])
    assert called(line, env, 9) == ["Bo", "Anna", "Dina"]
    assert called(line, env, 1) == []


def test_nobody_is_called_for_no_places() -> None:
    env = simpy.Environment()
    line = WaitingList(env)
    line.join((1,), cast(Any, "Anna"))
    assert called(line, env, 0) == []
    assert called(line, env, -2) == []


def test_a_stay_on_benefit_is_divided_over_bands_and_months() -> None:
    tables = tables_of(small_town(horizon__weeks=60))
    book = VolumeBook(tables)
    book.benefit(2, 57, ladder=3, group=1, level=2)
    weeks = book.close()["benefit_weeks"]
    assert weeks.sum(axis=(0, 1, 3)).tolist() == [1, 22, 26, 6]
    assert weeks[:, 1, :, 2].sum() == weeks.sum() == 55
    by_month = np.bincount(tables.month_of_week[2:57], minlength=len(tables.months))
    assert (weeks.sum(axis=(1, 2, 3)) == by_month).all()


def test_recipients_are_those_of_the_month_s_last_week() -> None:
    tables = tables_of(small_town(horizon__weeks=9))
    last_weeks = [week for week in range(9) if tables.ends_month[week]]
    book = VolumeBook(tables)
    book.benefit(0, last_weeks[0] + 1, ladder=0, group=0, level=0)
    book.benefit(0, last_weeks[0], ladder=0, group=1, level=0)
    recipients = book.close()["recipients"]
    assert recipients[0].tolist() == [1, 0]
    assert not recipients[1:].any()


def prospects(threshold: float) -> Prospects:
    return Prospects(
        week=2,
        begun=0,
        threshold=threshold,
        duration=[0.0, 0.0, 1.0, 2.0, 4.0],
        cycle=[1.0, 1.0, 1.0, 0.5, 0.25, 1.0],
        decay=0.5,
        lasting_decay=0.75,
    )


def test_the_week_of_a_job_is_foreseen() -> None:
    assert [prospects(sum_).week_of_job(4) for sum_ in (0.5, 1.0, 1.5, 3.0, 3.5)] == [
        2, 2, 3, 4, NEVER,
    ]  # fmt: skip
    assert prospects(3.0).week_of_job(3) == NEVER


def test_foresight_changes_when_prospects_do() -> None:
    hopes = prospects(3.0)
    hopes.live_through(3)
    hopes.boost = 1.0  # sums after weeks 2, 3, 4: 1, 3, 4.5
    assert hopes.week_of_job(4) == 3
    hopes.live_through(4)
    assert hopes.boost == 0.5
    hopes.lasting = 2.0  # 3 after week 3, then 1 x (1 + 0.5 + 2)
    assert hopes.week_of_job(4) == 4
    hopes.threshold = 6.5
    assert hopes.week_of_job(4) == 4
    hopes.threshold = math.nextafter(6.5, 7.0)
    assert hopes.week_of_job(4) == NEVER
    hopes.live_through(5)
    assert (hopes.boost, hopes.lasting, hopes.lived) == (0.25, 1.5, 6.5)


@pytest.mark.parametrize("name", ["esbjerg-2018", "kolding-2018", "town-2026"])
def test_recipients_wake_for_their_own_events_only(name: str) -> None:
    """Twice for a meeting (it falls due, one is called), about once for anything else."""
    first_year = {"horizon.weeks": 52, "claims": {}, "observed": {}}
    scenario = js.Scenario.load(name).with_(first_year)
    wakes = np.array(wake_ups(tables_of(scenario), 1, 0))
    table = js.histories(scenario, replications=[0], seed=1)
    events = np.bincount(table.number, minlength=len(wakes))
    print(f"{name}: {wakes.mean():.1f} wake-ups and {events.mean():.1f} events per person")  # noqa: T201 : asked for
    assert wakes.sum() <= 2.0 * events.sum()
    assert wakes.sum() >= 0.5 * events.sum()
