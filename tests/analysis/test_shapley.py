"""Shapley values by their defining properties."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsim.analysis.attributing.parts import coalitions, shapley

PARTS = st.integers(1, 4)


@st.composite
def games(draw):
    parts = draw(PARTS)
    whole = st.integers(-1000, 1000)
    return np.array(draw(st.lists(whole, min_size=2**parts, max_size=2**parts)), dtype=float)


@given(games())
def test_they_add_up(values):
    assert shapley(values).sum() == pytest.approx(values[-1] - values[0], abs=1e-9)


@given(games())
def test_they_are_means_over_all_orders(values):
    """The definition, spelt out."""
    parts = len(values).bit_length() - 1
    orders = list(itertools.permutations(range(parts)))
    added = np.zeros(parts)
    for order in orders:
        number = 0
        for part in order:
            added[part] += values[number | 1 << part] - values[number]
            number |= 1 << part
    np.testing.assert_allclose(shapley(values), added / len(orders), atol=1e-9)


@given(games())
def test_a_part_that_never_adds_anything_gets_nothing(values):
    doubled = np.concatenate([values, values])
    assert shapley(doubled)[-1] == 0.0


@given(st.lists(st.integers(-100, 100), min_size=5, max_size=5))
def test_parts_that_can_be_exchanged_get_the_same(by_size):
    values = np.array([by_size[len(inside)] for inside in coalitions(4)], dtype=float)
    assert len(set(shapley(values).round(9))) == 1


def test_each_replication_is_divided_by_itself():
    values = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0], [10.0, 1.0]])
    assert shapley(values).tolist() == [[4.0, 0.0], [6.0, 0.0]]


def test_three_values_are_no_game():
    with pytest.raises(ValueError, match="got 3"):
        shapley(np.zeros(3))
