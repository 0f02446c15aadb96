"""Histories replayed event by event: only possible things happen, and they add up to the volumes.

The replay knows the rules of a life, and nothing of hazards or engines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from jobsim.engines import ENGINES
from jobsim.engines.choice import chosen_engine
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import build_roster
from jobsim.engines.tables import Tables
from jobsim.engines.volumes import empty
from jobsim.scenario import Scenario
from jobsim.vocabulary import CAUSES
from tests.factory import small_town
from tests.parity.agreement import played
from tests.parity.scenarios import scenarios


@dataclass
class Life:
    """Where one person is."""

    group: int
    ladder: int
    status: str = "outside"
    track: int = 0
    level: int = 0
    route: int = 0
    away: int = 0
    cause: str = ""
    met_in: int = -1
    settled_in: int = -1
    settled: bool = False
    supports: set[int] = field(default_factory=set)
    barred: set[int] = field(default_factory=set)

    def go(self, event: str, value: int, week: int) -> None:
        """Let an event happen, if it is possible."""
        getattr(self, f"on_{event}")(value, week)

    def begin(self) -> None:
        self.status, self.track, self.level, self.barred = "benefit", 0, 0, set()

    def on_start(self, _: int, week: int) -> None:
        assert (self.status, week) == ("outside", 0)
        self.begin()

    def on_start_small_job(self, level: int, week: int) -> None:
        assert (self.status, week) == ("benefit", 0)
        self.level = level

    def on_start_employed(self, tenure: int, week: int) -> None:
        assert (self.status, week) == ("outside", 0)
        self.status, self.away = "employed", tenure

    def on_enter(self, _: int, week: int) -> None:
        assert self.status == "outside"
        self.begin()

    def on_return(self, worked: int, week: int) -> None:
        assert self.status == "employed"
        self.away += worked
        if self.away >= 52:
            self.away = self.ladder = 0
        self.begin()

    def on_not_returned(self, worked: int, week: int) -> None:
        assert self.status == "employed"
        self.status, self.cause = "left", "not_returned"

    def on_programme_end(self, track: int, week: int) -> None:
        assert (self.status, self.track) == ("benefit", track)
        self.track = 0
        self.barred.add(track)

    def on_admitted(self, track: int, week: int) -> None:
        assert (self.status, self.track) == ("benefit", 0)
        assert track not in self.barred
        self.track = track

    def on_no_show(self, track: int, week: int) -> None:
        assert (self.status, self.track) == ("benefit", track)

    def on_meeting(self, waited: int, week: int) -> None:
        assert self.status == "benefit"
        assert 0 <= waited <= week
        self.met_in = week

    def on_meeting_exit(self, track: int, week: int) -> None:
        assert (self.met_in, self.track) == (week, track)
        self.settled_in = week

    def on_support(self, support: int, week: int) -> None:
        assert self.met_in == week
        assert support not in self.supports
        self.supports.add(support)

    def on_small_job(self, level: int, week: int) -> None:
        assert (self.status, self.level, level) == ("benefit", 0, 1)
        self.level = 1

    def on_drop(self, level: int, week: int) -> None:
        assert (self.status, self.level) == ("benefit", level)
        self.level = 0

    def on_step(self, level: int, week: int) -> None:
        assert (self.status, self.level) == ("benefit", level - 1)
        self.level = level

    def on_placed(self, route: int, week: int) -> None:
        assert self.status == "benefit"
        self.status, self.route = "employed", route

    def on_other_exit(self, _: int, week: int) -> None:
        assert self.status == "benefit"
        self.settled = self.settled_in == week
        self.status, self.cause = "left", "other_exit"


COUNTS = {
    "placed": "placements",
    "return": "returns",
    "not_returned": "not_returned",
    "other_exit": "other_exits",
    "enter": "arrivals",
    "meeting": "meetings",
    "meeting_exit": "meeting_exits",
    "no_show": "no_shows",
    "admitted": "admissions",
    "small_job": "small_job_starts",
    "drop": "small_job_drops",
    "support": "supports_granted",
}


class Replay:
    """One replication, played from its histories."""

    def __init__(self, tables: Tables, lives: list[Life]) -> None:
        self.tables = tables
        self.lives = lives
        self.volumes = {name: array[0] for name, array in empty(tables, 1).items()}
        self.granted: Counter[tuple[int, int]] = Counter()

    def weeks(self, histories: pd.DataFrame) -> None:
        """Let all weeks happen."""
        by_week = groupby(histories.itertuples(), key=lambda row: row.week)
        rows = {week: list(happening) for week, happening in by_week}
        for week in range(self.tables.weeks):
            self.week(week, rows.get(week, []))

    def week(self, week: int, rows: list[Any]) -> None:
        """Let a week happen: what is before the tally, the tally, and who is placed or leaves."""
        last = ("placed", "other_exit")
        calls: Counter[int] = Counter()
        for row in (row for row in rows if row.event not in last):
            life = self.lives[row.number]
            life.go(row.event, row.value, week)
            self.count(row, life)
            calls[life.track] += row.event in ("meeting", "no_show")
            if row.event == "support":
                self.granted[row.value, self.tables.year_of_week[week]] += 1
        assert all(n <= self.tables.services.capacity[track, week] for track, n in calls.items())
        for track in {row.value for row in rows if row.event == "admitted"}:
            inside = sum(life.track == track and life.status == "benefit" for life in self.lives)
            assert inside <= self.tables.services.slots[track - 1, week]
        self.tally(week)
        for row in (row for row in rows if row.event in last):
            self.lives[row.number].go(row.event, row.value, week)
            self.count(row, self.lives[row.number])

    def count(self, row: Any, life: Life) -> None:
        month = self.tables.month_of_week[row.week]
        places = {
            "placed": (life.group, row.value),
            "meeting": (life.track, life.group),
            "no_show": (life.track,),
            "admitted": (row.value - 1,),
            "support": (row.value,),
        }
        if row.event in COUNTS:
            place = places.get(row.event, (life.group,))
            self.volumes[COUNTS[row.event]][(month, *place)] += 1
        if row.event == "meeting":
            self.volumes["waiting_weeks"][month, life.track] += row.value
            self.volumes["meetings_on_time"][month, life.track] += row.value == 0

    def tally(self, week: int) -> None:
        month = self.tables.month_of_week[week]
        for life in self.lives:
            if life.status == "benefit":
                band = sum(life.ladder >= edge for edge in (4, 26, 52))
                self.volumes["benefit_weeks"][month, life.group, band, life.level] += 1
                self.volumes["recipients"][month, life.group] += self.tables.ends_month[week]
                life.ladder += 1
                if life.track:
                    self.volumes["participant_weeks"][month, life.track - 1] += 1
            elif life.status == "employed":
                self.volumes["employed_weeks"][month, life.group, life.route] += 1
            elif life.status == "left":
                cause = CAUSES.index(life.cause)
                self.volumes["left_weeks"][month, life.group, cause] += 1
                self.volumes["meeting_left_weeks"][month, life.group] += life.settled

    def check_grants(self) -> None:
        for (support, year), number in self.granted.items():
            assert number <= self.tables.supports.grants[support, year]


NOT_IN_HISTORIES = {"unmet", "openings_lost"}


def check(engine: str, scenario: Scenario, replication: int = 0) -> None:
    """Replay one replication of an engine and compare with its volumes."""
    tables = tables_of(scenario)
    volumes, histories = played(engine, tables, 1, [replication])
    roster = build_roster(tables, 1, np.array([replication]))
    people = zip(roster.group.tolist(), roster.ladder.tolist(), strict=True)
    replay = Replay(tables, [Life(group, ladder) for group, ladder in people])
    replay.weeks(histories)
    replay.check_grants()
    for name in volumes.keys() - NOT_IN_HISTORIES:
        assert (replay.volumes[name] == volumes[name][0]).all(), name


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenarios())
def test_generated_scenarios(scenario: Scenario) -> None:
    """Of one engine: `tests/oracle` finds the histories of all to be the same."""
    check(chosen_engine("auto"), scenario)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_small_town(engine: str) -> None:
    check(engine, small_town(), replication=3)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_forgotten_event_is_noticed(engine: str) -> None:
    tables = tables_of(small_town())
    _, histories = played(engine, tables, 1, [0])
    roster = build_roster(tables, 1, np.array([0]))
    replay = Replay(tables, [Life(g, 0) for g in roster.group.tolist()])
    forgotten = histories.drop(histories.index[histories.event == "placed"][0])
    with pytest.raises(AssertionError):
        replay.weeks(forgotten)
