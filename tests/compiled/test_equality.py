"""The compiled engine returns the integers of the vectorised one, compiled or not.

Presets, edges and generated scenarios are in `tests/parity`, with all engines.
"""

from __future__ import annotations

import numpy as np
import pytest

from jobsim.engines.compiled import engine as numba_engine
from jobsim.engines.compiled.rules import kernel_tables
from jobsim.engines.lowering import tables_of
from jobsim.engines.vector import engine as numpy_engine
from jobsim.scenario.parts import ADMISSION_ORDERS
from tests.compiled.equality import assert_equal, first_difference, plain_town
from tests.factory import small_town
from tests.processes import ended


@pytest.mark.parametrize("order", ADMISSION_ORDERS)
def test_orders_of_admission(order):
    assert_equal(small_town(programmes__intensive__admission=order), replications=range(3))


def test_overload():
    """The queue for meetings grows all the time."""
    few = {"regular_service__fte": 0.1, "regular_service__interval_weeks": [1]}
    town = small_town(**few)
    assert numpy_engine.play(tables_of(town), 1, np.arange(1))["unmet"].sum() > 1000
    assert_equal(town, replications=range(3))


@pytest.mark.parametrize("interval", [1, 2, 13])
@pytest.mark.parametrize("losing_jobs", [0.0, 0.02])
def test_a_plain_town(interval, losing_jobs):
    """One group, one track and nothing but meetings, which are then held all at once."""
    town = plain_town(interval, losing_jobs)
    numbers = kernel_tables(tables_of(town)).rules.numbers
    assert numbers.meetings_alike
    assert numbers.even_hazard
    assert not numbers.ties
    assert_equal(town, replications=range(3))
    unmet = numpy_engine.play(tables_of(town), 1, np.arange(1))["unmet"].sum()
    assert (unmet > 0) == (interval < 13)


def test_without_compiling():
    """The same functions as plain Python, where every warning of numpy would be an error."""
    plain = {"NUMBA_DISABLE_JIT": "1"}
    done = ended("-W", "error", "-m", "tests.compiled.equality", surroundings=plain)
    assert done.returncode == 0, done.stderr


def test_another_seed_would_be_seen():
    """Negative control."""
    tables = tables_of(small_town())
    got = numba_engine.play(tables, 2, np.arange(1))
    assert "expected" in str(first_difference(got, numpy_engine.play(tables, 1, np.arange(1))))
