"""Arrays of draws at the door: what is read, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from jobsim.analysis.deciding.draw_arrays import (
    column_names,
    draws_of_columns,
    finite_numbers,
    willingness,
)
from jobsim.errors import InputError


def test_lists_frames_and_booleans_are_read_as_numbers():
    assert finite_numbers([[1, 2]], "x").tolist() == [[1.0, 2.0]]
    assert finite_numbers(pd.DataFrame({"a": [1, 2]}), "x").tolist() == [[1.0], [2.0]]
    assert finite_numbers([True, False], "x").tolist() == [1.0, 0.0]


def test_what_was_given_is_not_what_is_kept():
    given = np.ones((2, 2))
    kept = finite_numbers(given, "x")
    given[0, 0] = 5.0
    assert kept[0, 0] == 1.0


def test_one_column_may_be_flat():
    assert draws_of_columns([1.0, 2.0], "x").shape == (2, 1)
    assert draws_of_columns(pd.Series([1.0, 2.0]), "x").shape == (2, 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([[0.0, 1.0], [np.nan, 1.0]], "row 1, column 0 is nan"),
        ([0.0, np.inf], "row 1 is inf"),
        (-np.inf, "it is -inf"),
    ],
)
def test_the_first_value_that_is_no_number_is_placed(value, words):
    with pytest.raises(InputError, match=f"x: {words}; it must be a finite number"):
        finite_numbers(value, "x")


def test_names_are_given_or_the_table_s_or_numbers():
    frame = pd.DataFrame({"now": [1], "more": [2]})
    assert column_names(frame, None, 2, "option") == ("now", "more")
    assert column_names(frame, ["a", "b"], 2, "option") == ("a", "b")
    assert column_names([[1, 2]], None, 2, "option") == ("option 1", "option 2")


def test_a_single_willingness_to_pay_is_a_list_of_one():
    assert willingness(5).tolist() == [5.0]
    assert willingness([0, 5]).tolist() == [0.0, 5.0]
