"""Estimates made block by block equal those made at once."""

import math
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import jobsim as js
from jobsim.analysis.outcomes import accumulators as streams
from jobsim.analysis.outcomes.accumulators import (
    EXACT,
    BreakEven,
    Frequency,
    Mean,
    Moments,
    Quantiles,
    Ratio,
)
from jobsim.analysis.outcomes.spread import quantiles, spread
from tests.factory import small_town


def _blocks(values: np.ndarray, cuts: list[int]) -> list[np.ndarray]:
    places = sorted({min(cut, values.shape[-1]) for cut in cuts})
    return [part for part in np.split(values, places, axis=-1) if part.shape[-1]]


@given(st.integers(2, 60), st.lists(st.integers(1, 60), max_size=4), st.integers(0, 2**16))
def test_moments_do_not_depend_on_the_blocks(n, cuts, seed):
    values = np.random.default_rng(seed).normal(1e6, 3.0, (2, n))
    stream = Moments(2)
    for block in _blocks(values, cuts):
        stream.add(block)
    np.testing.assert_allclose(stream.mean, values.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(stream.covariance(), np.cov(values), rtol=1e-6, atol=1e-9)


def test_quantiles_are_exact_at_first_and_to_a_cell_afterwards():
    values = np.random.default_rng(1).normal(50.0, 8.0, 5 * EXACT)
    few, many = Quantiles(), Quantiles()
    few.add(values[:EXACT])
    assert few.ends() == quantiles(values[:EXACT])
    for block in np.split(values, 20):
        many.add(block)
    cell = 3 * np.ptp(values) / EXACT
    np.testing.assert_allclose(many.ends(), quantiles(values), atol=2 * cell)


def test_quantiles_in_a_histogram_know_infinity():
    values = np.where(np.arange(3 * EXACT) % 10 == 0, np.inf, np.arange(3 * EXACT) % 7.0)
    stream = Quantiles()
    for block in np.split(values, 6):
        stream.add(block)
    low, high = stream.ends()
    assert low == pytest.approx(0.0, abs=0.01)
    assert math.isinf(high)


def test_a_histogram_of_one_value_gives_that_value():
    stream = Quantiles()
    stream.add(np.full(EXACT + 1, 7.0))
    assert stream.ends() == pytest.approx((7.0, 7.0), abs=1e-3)


def test_mean_ratio_and_share_over_blocks_equal_one_block():
    rng = np.random.default_rng(2)
    values = rng.normal(3.0, 1.0, (2, 1000))
    for make, samples in ((Mean, values[0]), (Frequency, values[0] - 3.0), (Ratio, values)):
        once, often = make(), make()
        once.add(samples)
        for block in np.array_split(samples, 7, axis=-1):
            often.add(block)
        for a, b in zip(vars(once.spread()).values(), vars(often.spread()).values(), strict=True):
            assert a == pytest.approx(b, rel=1e-12, nan_ok=True)
    assert vars(_spread_of(values[0])) == pytest.approx(vars(spread(values[0])), rel=1e-12)


def _spread_of(samples: np.ndarray):
    stream = Mean()
    stream.add(samples)
    return stream.spread()


def test_break_even_is_that_of_the_mean_and_the_range_of_single_ones():
    monthly = np.array([[-2.0, 1.0, 1.5, 0.0], [-2.0, 3.0, 0.0, 0.0], [-2.0, 0.0, 0.0, 0.0]])
    stream = BreakEven()
    for row in monthly:
        stream.add(row[None, :])
    found = stream.spread()
    assert math.isinf(found.mean)  # −2 + 4/3 + 0.5 stays below zero
    assert found.range_low == 2.0
    assert math.isinf(found.range_high)


def test_summarise_finds_what_compare_finds(monkeypatch):
    town = small_town()
    monkeypatch.setattr("jobsim.analysis.outcomes.accumulators.EXACT", 10_000)
    monkeypatch.setattr(_module("compare"), "_BLOCK", 5)
    kept = js.compare(town, replications=12, seed=4, progress=False).summary
    streamed = js.summarise(town, replications=12, seed=4, progress=False)
    assert [row.measure for row in streamed.rows] == [row.measure for row in kept.rows]
    for a, b in zip(kept.rows, streamed.rows, strict=True):
        for name, value in vars(a).items():
            if isinstance(value, float):
                assert getattr(b, name) == pytest.approx(value, rel=1e-9, abs=1e-6, nan_ok=True)
    np.testing.assert_allclose(streamed.municipal, kept.municipal, atol=1e-6)
    assert [v.verdict for v in streamed.verdicts] == [v.verdict for v in kept.verdicts]
    assert repr(streamed).splitlines()[:5] == repr(kept).splitlines()[:5]


def _module(name: str):

    return import_module(f"jobsim.questions.{name}")


def test_summarise_saves_tables_and_a_record(tmp_path):
    files = js.summarise(small_town(), replications=3, progress=False).save(tmp_path)
    names = {file.name for file in files}
    assert "measures.csv" in names
    assert "run.toml" in names
    assert "dataset.nc" in names
    assert streams.EXACT >= 10_000
