"""Incremental tables: published examples to the last digit, and what must hold of any options."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsim.analysis.deciding.incremental import incremental
from jobsim.errors import InputError
from tests.analysis.published_draws import STRATEGIES, groups


def test_extended_dominance_of_the_veterans_health_example():
    """The example of the Health Economics Resource Center, US Department of Veterans Affairs.

    https://www.herc.research.va.gov/include/page.asp?id=cost-effectiveness-analysis, with the
    answers as the tests of the R package dampack restate them.
    """
    found = incremental(
        [55000, 35000, 25000, 10000, 12000, 5000],
        [5, 4, 3, 2, 1.5, 1],
        names=["E", "D", "C", "B", "A", "usual care"],
    )
    assert found.frontier == ("usual care", "B", "D", "E")
    assert [row.icer for row in found.rows[1:4]] == [5000, 12500, 20000]
    assert (found.row("A").status, found.row("A").beaten_by) == ("dominated", "B")
    assert found.row("C").status == "extendedly dominated"
    assert found.row("C").beaten_by == "B and D"


def test_the_hiv_screening_example():
    """The vignette "Basic Cost Effectiveness Analysis" of the R package dampack prints these."""
    found = incremental(
        [26000, 27000, 28020, 28440, 29440],
        np.array([277.25, 277.57, 277.78, 277.83, 277.76]) / 12,
        names=["status quo", "one time", "5yr", "3yr", "annual"],
    )
    assert found.frontier == ("status quo", "one time", "5yr", "3yr")
    assert [f"{row.effect:.5f}" for row in found.rows] == [
        "23.10417",
        "23.13083",
        "23.14833",
        "23.15250",
        "23.14667",
    ]
    assert [f"{row.incremental_cost:.0f}" for row in found.rows[1:4]] == ["1000", "1020", "420"]
    assert [f"{row.incremental_effect:.9f}" for row in found.rows[1:4]] == [
        "0.026666667",
        "0.017500000",
        "0.004166667",
    ]
    assert [f"{row.icer:.2f}" for row in found.rows[1:4]] == ["37500.00", "58285.71", "100800.00"]
    assert found.row("annual").status == "dominated"
    assert math.isnan(found.row("annual").icer)


def test_the_colorectal_screening_example():
    """Table 7 of Australia and New Zealand Health Policy 2005, doi:10.1186/1743-8462-2-10."""
    cost = [0, 140117791, 248112291, 304301903, 370181240, 422777702]
    life_years = [0, 3551, 6023, 6720, 7076, 7299]
    found = incremental(cost, life_years)
    assert [f"{row.incremental_cost:.0f}" for row in found.rows[1:]] == [
        "140117791",
        "107994500",
        "56189612",
        "65879337",
        "52596462",
    ]
    assert [f"{row.icer:.0f}" for row in found.rows[1:]] == [
        "39459",
        "43687",
        "80616",
        "185054",
        "235859",
    ]


@pytest.mark.parametrize(
    ("group", "frontier", "icer", "second"),
    [
        (0, ("Strategy 1", "Strategy 2"), "29,534", "dominated"),
        (1, ("Strategy 1", "Strategy 3"), "20,252", "extendedly dominated"),
    ],
)
def test_ratios_of_the_hesim_example(group, frontier, icer, second):
    """Printed in the article: 29,534 for strategy 2 in group 1, 20,252 for 3 in group 2."""
    found = incremental(*groups()[group], names=STRATEGIES)
    assert found.frontier == frontier
    assert f"{found.rows[1].icer:,.0f}" == icer
    assert found.rows[2].status == second


@pytest.mark.parametrize(
    ("group", "strategy", "icer"),
    [(0, 1, "29,534"), (0, 2, "120,106"), (1, 1, "24,615"), (1, 2, "20,252")],
)
def test_pairwise_ratios_of_the_hesim_example(group, strategy, icer):
    costs, effects = groups()[group]
    found = incremental(costs[:, [0, strategy]], effects[:, [0, strategy]])
    assert f"{found.rows[1].icer:,.0f}" == icer


def test_the_interval_of_a_ratio_covers_it_95_percent_of_the_time():
    """1,000 samples of 40 draws; 0.95 ± 4 standard errors of a proportion (0.0069 each)."""
    rng = np.random.default_rng(1)
    inside = half_inside = 0
    for _ in range(1000):
        effect = rng.normal(5.0, 4.0, 40)
        cost = 30.0 + 2.0 * (effect - 5.0) + rng.normal(0.0, 6.0, 40)
        nothing = np.zeros(40)
        row = incremental(
            np.column_stack([nothing, cost]), np.column_stack([nothing, effect])
        ).rows[1]
        inside += row.icer_ci_low <= 6.0 <= row.icer_ci_high
        half_inside += abs(row.icer - 6.0) <= (row.icer_ci_high - row.icer_ci_low) / 4
    tolerance = 4 * math.sqrt(0.95 * 0.05 / 1000)
    assert abs(inside / 1000 - 0.95) < tolerance
    assert abs(half_inside / 1000 - 0.95) > tolerance  # negative control: half the interval


def test_equal_options_are_named_once():
    found = incremental([1.0, 3.0, 3.0], [1.0, 2.0, 2.0], names=["a", "b", "c"])
    assert found.frontier == ("a", "b")
    assert (found.row("c").status, found.row("c").beaten_by) == ("same", "b")


def test_an_option_on_the_line_between_two_stays():
    assert incremental([0, 1, 2], [0, 1, 2]).frontier == ("option 1", "option 2", "option 3")


@pytest.mark.parametrize("scale", [1e-6, 0.7, 1e9])
def test_an_option_on_the_line_stays_and_equal_ones_are_equal_whatever_rounding_does(scale):
    on_a_line = incremental(np.arange(6) * scale, np.arange(6) * 0.1)
    assert len(on_a_line.frontier) == 6
    third = np.array([1.0, 0.1 + 0.2, 0.3]) * scale
    same = incremental(third, third, names=["far", "a", "b"])
    assert (same.row("b").status, same.row("b").beaten_by) == ("same", "a")
    dearer = incremental([0.1 + 0.2, 0.3, 0.6], [1.0, 2.0, 3.0], names=["less", "more", "most"])
    assert dearer.row("less").status == "dominated"
    assert len(incremental(np.arange(6) * scale, np.arange(6) ** (1 - 1e-9)).frontier) == 6
    assert len(incremental(np.arange(6) * scale, np.arange(6) ** (1 + 1e-9)).frontier) == 2


def test_an_option_dominated_only_by_one_off_the_frontier_is_still_dominated():
    found = incremental([0.0, 10.0, 6.0, 7.0], [0.0, 10.0, 5.0, 4.0], names=list("abcd"))
    assert found.row("c").status == "extendedly dominated"
    assert (found.row("d").status, found.row("d").beaten_by) == ("dominated", "c")


def test_cheaper_and_better_leaves_one_option():
    found = incremental([-5.0, 10.0], [3.0, 1.0], names=["saves", "costs"])
    assert found.frontier == ("saves",)
    assert math.isnan(found.row("saves").icer)


options = st.lists(
    st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=9, unique=True
)


def best_of(costs: np.ndarray, effects: np.ndarray, willingness: float) -> float:
    return float(np.max(willingness * effects - costs))


@given(options, st.randoms(use_true_random=False))
def test_the_order_of_options_does_not_matter(pairs, random):
    names = [f"{cost},{effect}" for cost, effect in pairs]
    order = list(range(len(pairs)))
    random.shuffle(order)
    costs, effects = np.array(pairs, dtype=float).T
    straight = incremental(costs, effects, names=names)
    shuffled = incremental(costs[order], effects[order], names=[names[i] for i in order])
    assert shuffled.frontier == straight.frontier
    assert {row.option: row.status for row in shuffled.rows} == {
        row.option: row.status for row in straight.rows
    }


@given(options, st.floats(0, 1000))
def test_the_best_option_is_always_on_the_frontier(pairs, willingness):
    """The frontier is defined by this: nothing off it is ever the only best choice."""
    costs, effects = np.array(pairs, dtype=float).T
    found = incremental(costs, effects)
    kept = [int(name.split()[1]) - 1 for name in found.frontier]
    assert best_of(costs[kept], effects[kept], willingness) == pytest.approx(
        best_of(costs, effects, willingness), abs=1e-6
    )


@given(options)
def test_every_option_on_the_frontier_is_best_somewhere(pairs):
    costs, effects = np.array(pairs, dtype=float).T
    rows = [row for row in incremental(costs, effects).rows if row.status == "frontier"]
    ratios = [row.icer for row in rows[1:]]
    assert ratios == sorted(ratios)
    for row in rows[1:]:
        if row.icer >= 0:
            value = row.icer * row.effect - row.cost
            assert value >= best_of(costs, effects, row.icer) - 1e-6


@given(options, st.integers(-100, 100), st.integers(-100, 100), st.sampled_from([0.5, 2.0, 8.0]))
def test_a_shift_or_a_change_of_units_changes_no_status(pairs, cost, effect, unit):
    costs, effects = np.array(pairs, dtype=float).T
    before = incremental(costs, effects)
    after = incremental(unit * (costs + cost), effects + effect)
    assert [row.status for row in after.rows] == [row.status for row in before.rows]
    assert [row.icer for row in after.rows] == pytest.approx(
        [unit * row.icer for row in before.rows], nan_ok=True
    )


def test_the_table_reads_well():
    text = repr(incremental([0, 10, 9], [1, 3, 1.5], names=["now", "more", "some"]))
    assert text.splitlines()[0] == "Incremental cost-effectiveness, DKK and placements"
    assert "extendedly dominated by now and more" in text
    assert "<table" in incremental([0, 1], [0, 1])._repr_html_()


def test_the_frame_has_a_line_per_option():
    frame = incremental([0, 10], [1, 3], names=["now", "more"]).to_frame()
    assert frame["option"].tolist() == ["now", "more"]
    assert frame["icer"].iloc[1] == 5.0


@pytest.mark.parametrize(
    ("costs", "effects", "names", "message"),
    [
        ([1, 2], [1, 2, 3], None, r"effects: has 3 options, costs has 2"),
        ([1, np.nan], [1, 2], None, r"costs: option 2 is nan"),
        ([[1, 2], [1, 2]], [[1, 2], [np.inf, 2]], None, r"effects: row 1, option 1 is inf"),
        ([1, 2], [1, 2], ["a"], r"names: 1 given for 2 options"),
        ([1, 2], [1, 2], ["a", "a"], r'names: option "a" occurs more than once'),
        ([1, 2], [1, 2], "ab", r"names: 'ab' given for 2 options"),
        ([], [], None, r"costs: has shape \(0,\)"),
        (["x", "y"], [1, 2], None, r'costs: option 1 is "x"'),
        (np.zeros((2, 2, 2, 2)), np.zeros((2, 2)), None, r"costs: has shape \(2, 2, 2, 2\)"),
        (np.zeros((2, 2, 3)), np.zeros((2, 2, 4)), None, "effects: has 4 futures, costs has 3"),
    ],
)
def test_bad_input_is_refused_in_one_line(costs, effects, names, message):
    with pytest.raises(InputError, match=message) as error:
        incremental(costs, effects, names=names)
    assert "\n" not in str(error.value)


def test_an_unknown_option_names_the_nearest():
    with pytest.raises(InputError, match='did you mean "more meetings"'):
        incremental([0, 1], [0, 1], names=["now", "more meetings"]).row("more meeting")
