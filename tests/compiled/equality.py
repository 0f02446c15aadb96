"""Hold the compiled engine against the vectorised one; a script too, for runs as plain Python."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsim.engines import numba_engine, numpy_engine
from jobsim.engines.lowering import tables_of
from jobsim.engines.volumes import Arrays
from jobsim.scenario import Scenario
from tests.parity.scenarios import scenarios

__all__ = ["assert_equal", "check_generated", "first_difference"]


def first_difference(got: Arrays, expected: Arrays) -> str | None:
    """Tell the first cell in which volumes differ."""
    assert got.keys() == expected.keys()
    for name, array in expected.items():
        if got[name].dtype != np.int64 or got[name].shape != array.shape:
            return f"{name} is {got[name].dtype}{got[name].shape}, expected int64{array.shape}"
        places = np.argwhere(got[name] != array)
        if len(places):
            place = tuple(places[0].tolist())
            return f"{name}{list(place)} is {got[name][place]}, expected {array[place]}"
    return None


def assert_equal(
    scenario: Scenario, seed: int = 1, replications: Sequence[int] = (0,), threads: int = 1
) -> None:
    """Fail at the first cell in which numba and numpy differ."""
    tables, numbers = tables_of(scenario), np.array(replications, dtype=np.int64)
    expected = numpy_engine.play(tables, seed, numbers)
    got = numba_engine.play(tables, seed, numbers, threads=threads)
    assert first_difference(got, expected) is None, first_difference(got, expected)


def check_generated(examples: int) -> None:
    """Hold the engines against each other on so many generated scenarios."""
    patient = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=examples, deadline=None, suppress_health_check=patient)
    @given(
        scenario=scenarios(),
        seed=st.sampled_from([1, 0, 2**64 - 1]),
        replications=st.sampled_from([(0,), (3, 0), (2**32 - 1,)]),
    )
    def check(scenario: Scenario, seed: int, replications: tuple[int, ...]) -> None:
        assert_equal(scenario, seed, replications)

    check()


if __name__ == "__main__":
    check_generated(12)
