"""The table of histories: its shape, its order, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import jobsim as js
from jobsim.engines import ENGINES
from jobsim.engines.elements import EVENTS
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import build_roster
from jobsim.engines.simulate import frame
from jobsim.engines.volumes import EventLog
from tests.factory import small_town


def test_columns_and_order() -> None:
    table = js.histories(small_town(horizon__weeks=40), replications=[5, 2], seed=1)
    assert list(table.columns) == [
        *("replication", "number", "group", "origin", "k"),
        *("week", "phase", "event", "value"),
    ]
    assert table.replication.unique().tolist() == [5, 2]
    for _, one in table.groupby("replication"):
        keys = list(zip(one.week, one.phase, one.number, strict=True))
        assert keys == sorted(keys)
    ramp = (table.event == "placed") & (table.value == 1)
    assert ramp.any()
    assert (table.phase[ramp] == 6).all()
    assert (table.phase[~ramp] == table.event[~ramp].map(EVENTS).astype(int)).all()


def test_persons_are_those_of_the_roster() -> None:
    town = small_town(horizon__weeks=10)
    tables = tables_of(town)
    roster = build_roster(tables, 9, np.array([4]))
    table = js.histories(town, replications=[4], seed=9)
    assert set(table.number) == set(range(len(roster)))
    for name in ("group", "origin", "k"):
        assert (table[name] == getattr(roster, name)[table.number]).all()


def test_ties_keep_their_order_of_occurrence() -> None:
    tables = tables_of(small_town(horizon__weeks=5))
    roster = build_roster(tables, 1, np.array([0]))
    log = EventLog()
    log.add("meeting", 3, 0, 8, 1)
    log.add("support", 3, np.zeros(2, dtype=np.int64), np.array([8, 2]), 0)
    log.add("meeting", 3, 0, 2)
    log.add("start", 0, 0, 2, 7)
    table = frame(log, roster, tables)
    assert list(zip(table.number, table.event, table.value, strict=True)) == [
        (2, "start", 7),
        (2, "support", 0),
        (2, "meeting", 0),
        (8, "meeting", 1),
        (8, "support", 0),
    ]


def test_an_empty_log_is_an_empty_table() -> None:
    tables = tables_of(small_town(horizon__weeks=5))
    table = frame(EventLog(), build_roster(tables, 1, np.array([0])), tables)
    assert len(table) == 0
    assert len(table.columns) == 9


def test_a_log_changes_no_volume() -> None:
    town = small_town(horizon__weeks=30)
    before = js.simulate(town, replications=2, seed=3)
    js.histories(town, replications=2, seed=3)
    assert js.simulate(town, replications=2, seed=3).equals(before)


@pytest.mark.parametrize("engine", ENGINES)
def test_simulate_by_name(engine: str) -> None:
    volumes = js.simulate(small_town(horizon__weeks=30), replications=2, engine=engine)
    assert volumes.equals(js.simulate(small_town(horizon__weeks=30), replications=2))


def test_too_many_replications_are_refused_with_the_memory_they_need() -> None:
    with pytest.raises(js.JobsimError, match=r"10,000 replications need about \d+\.\d GiB and 2"):
        js.histories(js.Scenario.load("esbjerg-2018"), replications=10_000)


def test_what_is_not_an_engine_a_seed_or_a_replication() -> None:
    town = small_town(horizon__weeks=5)
    with pytest.raises(js.JobsimError, match="engine"):
        js.histories(town, replications=1, engine="nunpy")
    with pytest.raises(js.JobsimError, match="seed"):
        js.histories(town, replications=1, seed=-1)
    with pytest.raises(js.JobsimError, match="replications"):
        js.histories(town, replications=0)
