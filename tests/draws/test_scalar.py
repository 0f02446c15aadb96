"""The scalar Philox in plain Python and the vectorised one give the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from jobsim.draws import uniform
from jobsim.draws.philox import uniform_number

LIMITS = {
    "stream": (1, 256),
    "n": (0, 2**24),
    "k": (0, 2**32),
    "origin": (0, 2**24),
    "group_key": (0, 256),
    "replication": (0, 2**32),
}


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**64 - 1])
def test_equal_to_the_vectorised_numbers(seed: int) -> None:
    rng = np.random.default_rng(5)  # any keys will do
    keys = {name: rng.integers(low, high, 2000) for name, (low, high) in LIMITS.items()}
    for name, (low, high) in LIMITS.items():
        keys[name][:2] = low, high - 1
    rows = zip(*(column.tolist() for column in keys.values()), strict=True)
    scalar = [uniform_number(seed, **dict(zip(keys, row, strict=True))) for row in rows]
    assert scalar == uniform(seed, **keys).tolist()


@pytest.mark.parametrize("name", LIMITS)
def test_every_part_of_the_key_matters(name: str) -> None:
    key = {"stream": 6, "n": 0, "k": 3, "origin": 2, "group_key": 1, "replication": 0}
    assert uniform_number(1, **key) != uniform_number(1, **{**key, name: key[name] + 1})
