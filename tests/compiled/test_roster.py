"""The persons drawn inside the kernel are those of the roster that other engines call."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from jobsim.engines.compiled import engine as numba_engine
from jobsim.engines.compiled.rows import BY_NUMBER
from jobsim.engines.compiled.rules import kernel_tables, width
from jobsim.engines.compiled.state import workspace_for
from jobsim.engines.lowering import most_persons, tables_of
from jobsim.engines.roster import STOCK, build_roster
from jobsim.scenario import Scenario, preset_names
from tests.parity.scenarios import scenarios


def assert_same_persons(scenario: Scenario, replication: int) -> None:
    tables, numbers = tables_of(scenario), np.array([replication])
    book, roster = kernel_tables(tables), build_roster(tables, 1, numbers)
    memory = workspace_for(book.rules, most_persons(tables.people), width(tables))
    volumes = np.zeros((1, len(tables.months), width(tables)), dtype=np.int64)
    notes = np.zeros((1, 4), dtype=np.int64)  # whoever is written about has a number
    numba_engine._compiled()(book, memory, np.uint64(1), numbers, volumes, notes)
    by_number = memory.state.register[BY_NUMBER, : len(roster)]
    people, stock = memory.state.people[by_number], roster.origin == STOCK
    assert (people.k == roster.k).all()
    assert (people.who >> 8 == roster.origin).all()
    assert (people.group == roster.group).all()
    assert (people.elapsed == roster.elapsed).all()
    assert (people.frailty == roster.frailty).all()
    assert (people.cap == roster.cap).all()
    assert (people.first_due[stock] == roster.first_due[stock]).all()
    if "random" in tables.services.order:
        assert (people.lottery == roster.lottery).all()
    supported = memory.support_state.people[:, by_number]
    assert ((supported.needs == 1) | (supported.works_from < 1 << 30) == roster.needs).all()


@pytest.mark.parametrize("name", preset_names())
def test_presets(name):
    assert_same_persons(Scenario.load(name), 17)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=scenarios())
def test_generated_scenarios(scenario):
    assert_same_persons(scenario, 2**32 - 1)
