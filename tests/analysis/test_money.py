"""Money measures from posted amounts."""

import numpy as np
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from jobsim.analysis.outcomes.accumulators import break_even
from jobsim.analysis.outcomes.measures import Flows, cost, net
from jobsim.vocabulary import POLICY_LINES


def _plain_break_even(flows: list[float]) -> float:
    """First month from which the running sum stays at or above zero, by looking ahead."""
    if not any(flows):
        return float("nan")
    sums = np.cumsum(flows)
    for month in range(1, len(flows) + 1):
        if all(total >= 0 for total in sums[month - 1 :]):
            return float(month)
    return float("inf")


@given(hnp.arrays(float, (3, 8), elements=st.integers(-3, 3).map(float)))
def test_break_even_is_the_month_after_which_the_sum_never_falls_below_zero(flows):
    expected = [_plain_break_even(row.tolist()) for row in flows]
    np.testing.assert_array_equal(break_even(flows), expected)


def _amounts() -> xr.DataArray:
    return xr.DataArray(
        [
            [[[-60.0, -100.0]], [[0.0, 0.0]]],
            [[[-40.0, 0.0]], [[0.0, 0.0]]],
            [[[0.0, 0.0]], [[0.0, 0.0]]],
            [[[0.0, 0.0]], [[0.0, 0.0]]],
            [[[30.0, 90.0]], [[5.0, 7.0]]],
        ],
        dims=("line", "payer", "replication", "month"),
        coords={"line": [*POLICY_LINES, "benefit"], "payer": ["municipality", "state"]},
    )


def test_gross_is_net_before_staff_and_grants():
    amounts = _amounts()
    assert net(amounts, "municipality").tolist() == [[-70.0, -10.0]]
    assert cost(amounts, "municipality").tolist() == [[100.0, 100.0]]
    for payer, expected in (("municipality", [[30.0, 90.0]]), ("state", [[5.0, 7.0]])):
        flows = Flows(cost(amounts, payer), net(amounts, payer), net(amounts, payer))
        assert flows.gross_saving.tolist() == expected
