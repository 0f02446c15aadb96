"""Tables that users give: what is read, how labels lay them together, and what is refused."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsim.analysis.deciding.draw_arrays import simulate_pilot, willingness
from jobsim.analysis.deciding.incremental import incremental
from jobsim.analysis.outcomes.given_tables import read_table, together
from jobsim.errors import InputError
from jobsim.questions.cost_effectiveness import cost_effectiveness
from jobsim.questions.value_of_information import evpi, evppi, evsi

COSTS = pd.DataFrame({"A": [100.0, 110, 90], "B": [500.0, 510, 490]}, index=["x", "y", "z"])
EFFECTS = pd.DataFrame({"A": [5.0, 6, 4], "B": [12.0, 13, 11]}, index=["x", "y", "z"])


def numbers(value, **how) -> list[list[float]]:
    return read_table(value, "x", "option", **how).numbers().tolist()


class TestWhatIsRead:
    @pytest.mark.parametrize(
        "value",
        [
            [[1, 2], [3, 4]],
            np.array([[1, 2], [3, 4]], dtype=np.float32),
            np.array([[1, 2], [3, 4]], dtype=np.uint8),
            [[Decimal(1), np.float32(2)], [np.int64(3), True + 3]],
            pd.DataFrame({"a": [1, 3], "b": [2.0, 4]}),
            pd.DataFrame({"a": [1, 3], "b": [2, 4]}, dtype="Int64"),
            {"a": [1, 3], "b": np.array([2, 4])},
            xr.Dataset({"a": ("draw", [1, 3]), "b": ("draw", [2, 4])}),
            xr.DataArray([[1, 3], [2, 4]], dims=("option", "draw")),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_every_kind_of_table(self, value):
        assert numbers(value) == [[1.0, 2.0], [3.0, 4.0]]

    def test_what_was_given_is_not_what_is_kept(self):
        values = np.ones((2, 2))
        kept = read_table(values, "x", "option").numbers()
        values[0, 0] = 5.0
        assert kept[0, 0] == 1.0

    def test_numbers_in_one_line(self):
        for one in ([1.0, 2.0], pd.Series([1.0, 2.0])):
            assert numbers(one, flat="column") == [[1.0], [2.0]]
            assert numbers(one, flat="row") == [[1.0, 2.0]]
        assert numbers({"a": 1, "b": 2.0}, flat="row") == [[1.0, 2.0]]

    def test_names_are_given_or_the_table_s_or_numbers(self):
        table = read_table(COSTS, "x", "option")
        assert table.names == ("A", "B")
        assert table.named(["now", "more"]).names == ("now", "more")
        assert read_table([[1, 2]], "x", "option").names == ("option 1", "option 2")

    def test_names_of_its_own_put_columns_into_their_order(self):
        turned = read_table(COSTS, "x", "option").named(["B", "A"])
        assert turned.names == ("B", "A")
        assert turned.numbers()[0].tolist() == [500.0, 100.0]

    def test_a_single_willingness_to_pay_is_a_list_of_one(self):
        assert willingness(5).tolist() == [5.0]
        assert willingness([0, 5]).tolist() == [0.0, 5.0]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ([[0.0, 1.0], [np.nan, 1.0]], r"row 1, option 1 is nan; .* \(rows count from 0\)"),
            ([[0.0, np.inf]], "option 2 is inf"),
            ([[0, 1], [0, "1.5"]], 'row 1, option 2 is "1.5"'),
            ([[0, 1], [None, 1]], "row 1, option 1 is None"),
            ([[0, 1], [10**400, 1]], "row 1, option 1 is 1000"),
            ([[0, 1], [0, 1j]], "row 1, option 2 is 1j"),
            (np.ma.masked_equal([[1, 2], [3, 4]], 4), "row 1, option 2 is None"),
            (np.array([[1.0], [np.nan]]), "row 1 is nan"),
            (pd.DataFrame({"a": pd.to_datetime(["2018-01-01"])}), 'row 0, option "a" is 2018-01'),
            (COSTS.replace(510, np.nan), 'row "y", option "B" is nan; it must be a finite number$'),
            ({"A": [1, 2], "B": [1, "x"]}, 'row 1, option "B" is "x"'),
            ([[1, 2], [1e15, -1e200]], r"row 1, option 2 is -1e\+200; it must be between -1e\+15"),
        ],
    )
    def test_the_first_that_is_no_number_is_placed(self, value, words):
        with pytest.raises(InputError, match=f"^x: {words}"):
            numbers(value)

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (COSTS.loc[["x", "y", "y"]], 'x: row "y" occurs more than once'),
            (COSTS[["A", "B", "A"]], 'x: option "A" occurs more than once'),
            ({1: [1, 2], "1": [1, 2]}, 'x: option "1" occurs more than once'),
            ({"A": [1, 2], "B": [1, 2, 3]}, 'x: option "B": has 3 rows, x: option "A" has 2'),
            ({}, "x: is empty"),
            ({"A": [[1, 2]]}, r'x: option "A": has shape \(1, 2\); it must be \[draws\]'),
            ([[0, 1], [2]], "x: cannot be read as a table of numbers"),
            ([1.0, 2.0], r"x: has shape \(2,\); it must be \[draws, options\], not empty"),
            (np.zeros((0, 2)), r"x: has shape \(0, 2\)"),
            ("many", r"x: has shape \(\)"),
        ],
    )
    def test_what_is_no_table(self, value, words):
        with pytest.raises(InputError, match=words):
            numbers(value)

    @pytest.mark.parametrize(
        ("effects", "words"),
        [
            (EFFECTS[["A"]].assign(C=1.0), 'effects: has no option "B", which costs has; name'),
            (EFFECTS.assign(C=1.0), 'costs: has no option "C", which effects has'),
            (EFFECTS.drop("y"), 'effects: has no row "y", which costs has'),
            (EFFECTS.reset_index(drop=True), 'effects: has no row "x", which costs has'),
            (EFFECTS.to_numpy()[:2], "effects: has 2 rows, costs has 3; they must be the same"),
            (EFFECTS.to_numpy()[:, :1], "effects: has 1 option, costs has 2; they must be the s"),
        ],
    )
    def test_tables_that_do_not_belong_together(self, effects, words):
        with pytest.raises(InputError, match=words) as caught:
            together({"costs": COSTS, "effects": effects}, "option")
        assert "\n" not in str(caught.value)


class TestLabels:
    @pytest.mark.parametrize("turn", [0, 1], ids=["rows", "columns"])
    def test_position_counts_where_one_has_none(self, turn):
        effects = EFFECTS.to_numpy()
        for given_ in ({"a": COSTS, "b": effects}, {"b": effects, "a": COSTS}):
            tables = {one.argument: one for one in together(given_, "option")}
            assert tables["b"].numbers().tolist() == effects.tolist()
            assert tables["b"].rows == ("x", "y", "z")
            assert tables["a"].names == tables["b"].names == ("A", "B")

    def test_columns_by_name_are_laid_together_by_their_own_index(self):
        table = {"A": COSTS["A"], "B": COSTS["B"].iloc[::-1], "C": [1, 2, 3]}
        assert numbers(table) == [[100, 500, 1], [110, 510, 2], [90, 490, 3]]

    def test_columns_in_another_order_make_no_dominated_option(self):
        row = cost_effectiveness(COSTS, EFFECTS[["B", "A"]]).incremental.row("B")
        assert (row.status, round(row.icer)) == ("frontier", 57)

    def test_parameters_in_another_order_are_worth_the_same(self):
        x, benefit = draws_of_two(200)
        right, other = evppi(benefit, x["p"]), x["p"].sample(frac=1, random_state=1)
        assert evppi(benefit, other) == right
        assert evppi(benefit, other.to_numpy()).value < 0.1 * right.value  # by position


def draws_of_two(count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two parameters, and net benefit of three options that follows them."""
    rng = np.random.default_rng(count)
    index = [f"draw {number}" for number in range(count)]
    x = pd.DataFrame(rng.uniform(size=(count, 2)), index=index, columns=["p", "q"])
    later = 2 * x["p"] - 1
    return x, pd.DataFrame({"now": 0.0, "later": later, "some": 0.4 * later + 0.3 * x["q"] - 0.1})


orders = st.randoms(use_true_random=False)


def shuffled(table: pd.DataFrame, random) -> pd.DataFrame:
    """The same table with its rows and its columns in other orders."""
    rows, columns = (random.sample(list(axis), len(axis)) for axis in table.axes)
    return table.loc[rows, columns]


class TestNoOrderChangesAnAnswer:
    x, benefit = draws_of_two(60)
    effects = benefit.abs() + x["p"].to_numpy()[:, None]

    def answers(self, benefit, effects, x) -> dict[str, object]:
        """What is asked of three tables: every number by the name of what it is about."""
        decided = cost_effectiveness(-benefit, effects)
        curves = decided.acceptability([0.0, 0.3])
        pilot = simulate_pilot(x["p"], 20, kind="binomial")
        found = {
            "evpi": evpi(decided.net_benefit(0.3)).value,
            "plane": decided.plane("now").to_frame().set_index(["draw", "option"]),
        }
        for about, one in {
            "both": evppi(benefit, x),
            "p": evppi(decided.net_benefit(0.3), x["p"]),
            "pilot": evsi(benefit, pilot),
        }.items():
            found[about] = [one.value, one.se, one.explained_share, one.probability_of_change]
        by_option = {"curves": curves, "rows": decided.incremental}
        by_option["means"] = incremental((-benefit).mean(), effects.mean())
        frames = {name: one.to_frame().set_index("option") for name, one in by_option.items()}
        return found | frames

    @settings(max_examples=5, deadline=None)
    @given(orders)
    def test_of_rows_and_columns(self, random):
        tables = self.benefit, self.effects, self.x
        right, found = (
            self.answers(*several)
            for several in (tables, [shuffled(one, random) for one in tables])
        )
        for name, value in right.items():
            if isinstance(value, pd.DataFrame):
                assert_same(found[name], value)
            else:
                assert found[name] == pytest.approx(value, rel=1e-6)


def assert_same(found: pd.DataFrame, right: pd.DataFrame) -> None:
    keys = [name for name in ("willingness_to_pay",) if name in right]
    found, right = (one.set_index(keys, append=True).sort_index() for one in (found, right))
    pd.testing.assert_frame_equal(found, right, rtol=1e-6)
