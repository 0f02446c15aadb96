"""Compiled draws, traits and hazards are the floats of the vectorised ones, to the last bit."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import pytest

from jobsim.draws import (
    GammaQuantile,
    PoissonQuantile,
    ShareTable,
    exponential,
    geometric_weeks,
    uniform,
)
from jobsim.draws.compiled import STRICT, fill_uniforms, uniform_at
from jobsim.draws.philox import philox4x32
from jobsim.engines.compiled.roster import count_of, gamma_of, whole_number
from jobsim.engines.compiled.rules import _luck, _Shelf
from jobsim.engines.compiled.tools import arrange, least, mark, take_first, weeks_until

RNG = np.random.default_rng(20181101)
U = np.concatenate([RNG.random(50_000), [2.0**-53, 1e-12, 0.5, 1.0 - 2.0**-53]])


def compiled(function: Any) -> Any:
    return numba.njit(**STRICT)(function)


def test_the_logarithm_is_the_c_library_s():
    """A million numbers; numpy's own logarithm differs on some processors."""
    u = uniform(7, stream=6, n=0, k=np.arange(1_000_000), origin=0, group_key=1, replication=0)
    logs = np.empty(len(u))

    @compiled
    def fill(u, logs):
        for i in range(len(u)):
            logs[i] = -math.log(u[i])

    fill(u, logs)
    assert (logs == exponential(u)).all()
    assert (logs == [-math.log(one) for one in u.tolist()]).all()


def test_uniform_numbers():
    """All counter words and both key words, at the ends of their ranges too."""
    ends = np.array([0, 1, 2**31, 2**32 - 1], dtype=np.uint64)
    words = RNG.integers(0, 2**32, size=(6, 5_000), dtype=np.uint64)
    words[:, :4] = ends

    @compiled
    def draw(words, u):
        for i in range(words.shape[1]):
            c0, c1, c2, c3, key0, key1 = words[:, i]
            u[i] = uniform_at(c0, c1, c2, c3, key0, key1)

    @compiled
    def draw_one(c0, c1, c2, c3, key0, key1):
        return uniform_at(c0, c1, c2, c3, key0, key1)

    for column in words.T[:300].tolist():
        c0, c1, c2, c3, key0, key1 = column
        x0, x1, _, _ = philox4x32((c0, c1, c2, c3), (key0, key1))
        bits = (int(x0) >> 6) << 26 | int(x1) >> 6
        assert draw_one(*map(np.uint64, column)) == (bits + 0.5) * 2.0**-52


def test_many_uniform_numbers():
    k, n = np.arange(3_000, dtype=np.uint32), RNG.integers(0, 2**24, 3_000, dtype=np.uint32)
    who = np.full(3_000, 7 << 8 | 255, dtype=np.uint32)
    key = np.zeros(
        1, dtype=[(name, np.uint64) for name in ("replication", "seed_low", "seed_high")]
    )
    key[0] = (2**32 - 1, 0xFFFFFFFF, 0x12345678)
    u = np.empty(3_000)

    @compiled
    def fill(u, k, who, use, key):
        fill_uniforms(u, k, who, use, key)

    fill(u, k, who, np.uint32(191 << 24) | n, key.view(np.recarray)[0])
    seed = 0x12345678FFFFFFFF
    names = {"k": k, "origin": 7, "group_key": 255, "replication": 2**32 - 1}
    assert (u == uniform(seed, stream=191, n=n, **names)).all()


def test_the_hazard_is_not_contracted():
    """A fused multiply-add would round once where the model rounds twice."""
    dur, cycle, boost, factor, acc = RNG.random((5, 100_000)) + np.array([[0.5]] * 5)
    out = np.empty(len(dur))

    @compiled
    def add(dur, cycle, boost, factor, acc, out):
        for i in range(len(out)):
            out[i] = acc[i] + ((dur[i] * cycle[i]) * (1.0 + boost[i])) * factor[i]

    add(dur, cycle, boost, factor, acc, out)
    assert (out == acc + ((dur * cycle) * (1.0 + boost)) * factor).all()


@pytest.mark.parametrize("shape", [0.1, 0.25, 2.0, 1000.0])
def test_gamma_quantiles(shape):
    quantile, v = GammaQuantile(shape), np.empty(len(U))

    @compiled
    def fill(cells, u, v, number, bits):
        for i in range(len(u)):
            v[i] = gamma_of(cells, u[i], number, bits)

    number = np.zeros(1)
    fill(quantile.cells(), U, v, number, number.view(np.int64))
    assert (v == quantile(U)).all()


def test_share_tables_and_counts():
    bands = ShareTable((0, 4, 20, 30), (4, 20, 21, 90), (0.3, 0.0, 0.6, 0.1))
    counts = PoissonQuantile(3.071)
    shelf = _Shelf()
    places = shelf.table(bands), shelf.poisson((counts,), 1)[0]
    luck = _luck(shelf)
    got = np.empty((2, len(U)), dtype=np.int64)

    @compiled
    def fill(luck, table, function, u, got):
        for i in range(len(u)):
            got[0, i] = whole_number(luck, table, u[i])
            got[1, i] = count_of(luck, function, u[i])

    fill(luck, *places, U, got)
    assert (got[0] == bands(U)).all()
    assert (got[1] == counts(U)).all()


@pytest.mark.parametrize("hazard", [0.0, 1e-300, 0.0045, 9.0])
def test_weeks_until(hazard):
    e, weeks = exponential(U), np.empty(len(U), dtype=np.int64)

    @compiled
    def fill(e, hazard, weeks):
        for i in range(len(e)):
            weeks[i] = weeks_until(e[i], hazard)

    fill(e, hazard, weeks)
    assert (weeks == geometric_weeks(e, np.full(len(e), hazard))).all()


@pytest.mark.parametrize("spread", [1, 3, 400])
def test_arrange(spread):
    """Order by position and value, equal ones as they come."""
    position = RNG.integers(0, min(spread, 400), 400).astype(np.int32)
    value = RNG.integers(0, 5, 400).astype(float)
    order, tally = np.zeros(400, dtype=np.int32), np.zeros(401, dtype=np.int64)

    @compiled
    def run(order, position, value, tally):
        arrange(order, position, value, tally, 400)

    run(order, position, value, tally)
    assert (order == np.lexsort((value, position))).all()


def test_marks():
    """The lowest marks of a set come out in order of place."""

    @compiled
    def run(marks, places, found):
        for place in places:
            mark(marks, place)
        for i in range(len(places)):
            found[i] = take_first(marks)
        return least(1 << 31)

    places = RNG.permutation(320)[:100]
    found = np.zeros(100, dtype=np.int64)
    marks = np.zeros(10, dtype=np.int64)
    assert run(marks, places, found) == 31
    assert (found == np.sort(places)).all()
    assert not marks.any()
