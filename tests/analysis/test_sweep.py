"""Sweeps: grids, tables and points; coordinates and units; failed cells and their replay."""

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

import jobsim as js
from jobsim.analysis.outcomes.quantity import STANDARD
from jobsim.analysis.playing.designs import design_of, qmc_design
from jobsim.analysis.playing.player import python_line, replay_line
from jobsim.analysis.playing.precision import Precision
from jobsim.analysis.setting.case import case_of
from jobsim.calendar import Schedule
from jobsim.errors import InputError, JobsimError, ScenarioError
from jobsim.questions.sweep import Sweep, sweep
from tests.analysis.quick_towns import BUDGET, GAIN, NO_SHOW, quick_town

STOCK = "groups.job_ready.stock"
MEASURES = ["placements", "net_saving:municipality"]
GRID = {f"{BUDGET}.scale": [0.5, 1.0, 2.0], NO_SHOW: [0.1, 0.3]}


def play(design, scenario=None, **given):
    given = {"measures": MEASURES, "replications": 4, "progress": False, **given}
    return sweep(quick_town() if scenario is None else scenario, design, **given)


@pytest.fixture(scope="module")
def grid():
    return play(GRID)


class TestDesigns:
    def test_a_grid_is_every_combination_the_last_path_fastest(self, grid):
        wanted = [dict(zip(GRID, pair, strict=True)) for pair in itertools.product(*GRID.values())]
        assert list(grid.design.rows) == wanted

    def test_grid_list_and_frame_are_the_same_cells(self, grid):
        rows = list(grid.design.rows)
        for table in (rows, pd.DataFrame(rows), tuple(rows)):
            np.testing.assert_array_equal(play(table).cells.values, grid.cells.values)

    def test_points_are_laid_into_their_bounds(self):
        bounds = {GAIN: (0.1, 0.3), STOCK: (50, 70)}
        points = np.array([[0.0, 0.0], [0.5, 0.26], [1.0, 1.0]])
        result = play(points, bounds=bounds)
        assert [row[GAIN] for row in result.design.rows] == pytest.approx([0.1, 0.2, 0.3])
        stocks = [row[STOCK] for row in result.design.rows]
        assert stocks == [50, 55, 70]  # persons are whole
        assert all(isinstance(stock, int) for stock in stocks)

    def test_an_engine_of_scipy_gives_its_first_points(self):
        bounds = {GAIN: (0.1, 0.3), f"{STOCK}.scale": (0.5, 1.5)}
        engine = qmc.Halton(2, rng=4)
        wanted = 0.1 + 0.2 * qmc.Halton(2, rng=4).random(3)[:, 0]
        result = play(engine, bounds=bounds, points=3)
        assert [row[GAIN] for row in result.design.rows] == pytest.approx(wanted)

    @pytest.mark.parametrize("method", ["auto", "sobol", "latin_hypercube", "random"])
    def test_points_of_a_design_are_a_table(self, method):
        bounds = {GAIN: (0.1, 0.3), NO_SHOW: (0.0, 0.5)}
        rows = qmc_design(bounds, 16, method=method, seed=3)
        assert rows == qmc_design(bounds, 16, method=method, seed=3)
        assert rows != qmc_design(bounds, 16, method=method, seed=4)
        assert all(low < row[path] < high for row in rows for path, (low, high) in bounds.items())
        if method in {"sobol", "random"}:
            assert rows[:5] == qmc_design(bounds, 5, method=method, seed=3)
        assert design_of(rows, bounds=bounds).paths == (GAIN, NO_SHOW)

    def test_schedules_lists_words_and_prices_are_swept_too(self):
        steps = [{"from": dt.date(2018, 1, 1), "value": 5e5}]
        admission, ups = "programmes.intensive.admission", "prices.equalisation.kept_share"
        result = play(
            {
                BUDGET: [1e6, Schedule.from_steps([(dt.date(2018, 1, 1), 5e5)]), steps],
                admission: ["random", "longest_first"],
                ups: [0.0, 0.5],
            }
        )
        assert result.failed == ()
        values = result.values("net_saving").reshape(3, 2, 2, 4)
        np.testing.assert_array_equal(values[1], values[2])
        assert (values[0] != values[1]).any()
        data = result.to_dataset()
        assert data[BUDGET].values.tolist()[0] == "1,000,000"
        assert data[admission].values.tolist() == ["random", "longest_first"]


BAD = [
    ({}, {}, "design: names no path"),
    ([], {}, "design: has no cells"),
    (pd.DataFrame(), {}, "design: has no cells"),
    ([{}], {}, "design: names no path"),
    ({GAIN: []}, {}, f"design: {GAIN}: has no values"),
    ({GAIN: 0.3}, {}, f"design: {GAIN}: must be a list of values, got 0.3"),
    ({GAIN: "0.3"}, {}, "must be a list of values, got '0.3'"),
    ({GAIN: [0.1, 0.2, 0.1]}, {}, f"design: {GAIN}: has 0.1 twice"),
    ({GAIN: [0.1, None]}, {}, "value 1: is missing"),
    ({GAIN: [0.1, np.inf]}, {}, "value 1: must be a finite number, got inf"),
    ({GAIN: range(1001), NO_SHOW: range(1001)}, {}, "1,002,001 cells; 1,000,000 at most"),
    ({3: [1]}, {}, "a path is text such as groups.x.stock, got 3"),
    ({GAIN: [1], f"{GAIN}.scale": [1]}, {}, "both change the same value"),
    ({"groups": [{}], GAIN: [1]}, {}, f"design: groups and {GAIN} both change the same value"),
    ([{GAIN: 0.1}, {NO_SHOW: 0.1}], {}, f"design: row 1: has no {GAIN}, which row 0 has"),
    ([{GAIN: 0.1}, {GAIN: 0.1, NO_SHOW: 0}], {}, f"design: row 1: has {NO_SHOW}, which row 0"),
    ([{GAIN: 0.1}, 0.2], {}, "row 1: must be a mapping of path to value, got float"),
    (pd.DataFrame({GAIN: [0.1, np.nan]}), {}, f"row 1, column {GAIN}: is missing"),
    (pd.DataFrame({GAIN: [pd.NA, 0.1]}, dtype=object), {}, f"row 0, column {GAIN}: is missing"),
    (pd.DataFrame([[1, 2]], columns=[GAIN, GAIN]), {}, f"has the column {GAIN} twice"),
    (0.3, {}, "design: must be a mapping of path to values, a table .* got float"),
    ("grid", {}, "got str"),
    (np.array([[0.1]]), {}, "need bounds={path: "),
    (np.array([[0.1], [1.2]]), {"bounds": {GAIN: (0, 1)}}, "row 1, column 0: must be from 0 to 1"),
    (np.array([[np.nan]]), {"bounds": {GAIN: (0, 1)}}, "must be from 0 to 1, got nan"),
    (np.array([0.1]), {"bounds": {GAIN: (0, 1)}}, r"are numbers\[points, paths\]"),
    (np.array([[0.1, 0.2]]), {"bounds": {GAIN: (0, 1)}}, "1 paths and the design has 2 columns"),
    ([{GAIN: 0.5}], {"bounds": {GAIN: (0, 0.3)}}, "row 0, .*: must be from 0 to 0.3, got 0.5"),
    ({GAIN: [0.1, 0.5]}, {"bounds": {GAIN: (0, 0.3)}}, "row 1, .*: must be from 0 to 0.3"),
    ([{GAIN: "x"}], {"bounds": {GAIN: (0, 0.3)}}, "must be from 0 to 0.3, got 'x'"),
    ([{GAIN: 0.1}], {"bounds": {NO_SHOW: (0, 1)}}, f"bounds: {NO_SHOW}: the design does not have"),
    ([{GAIN: 0.1}], {"bounds": {GAIN: (0.3, 0.1)}}, "low below high, both finite"),
    ([{GAIN: 0.1}], {"bounds": [0, 1]}, r"bounds: must be a mapping of path to \(low, high\)"),
    (qmc.Sobol(1, rng=1), {"bounds": {GAIN: (0, 1)}}, "points: how many points"),
    (qmc.Sobol(2, rng=1), {"bounds": {GAIN: (0, 1)}, "points": 4}, "has 2 dimensions"),
    ({"groups.job_redy.stock": [1]}, {}, r'there is no "job_redy" in groups; did you mean'),
    ({GAIN: [0.1]}, {"n_jobs": 0}, "n_jobs: must be a whole number from 1 to 256, got 0"),
    ({GAIN: [0.1]}, {"measures": ["placement"]}, r'did you mean "placements"\?'),
    ({GAIN: [0.1]}, {"prices": {}}, "prices: must be Prices, got dict"),
    ({GAIN: [0.1]}, {"baseline": 3}, "baseline: must be a Scenario, got int"),
]


@pytest.mark.parametrize(("design", "given", "message"), BAD, ids=lambda value: None)
def test_what_cannot_be_played_is_refused_in_one_line(design, given, message):
    with pytest.raises(InputError, match=message) as caught:
        play(design, **given)
    assert "\n" not in str(caught.value)


def test_a_sweep_of_which_every_cell_fails_has_failed():
    with pytest.raises(JobsimError, match=r"every cell failed \(1 of 1\), the first with: "):
        play({GAIN: [0.1]}, measures=["placements:2031"])


class TestCells:
    def test_each_is_the_comparison_with_its_baseline(self, grid):
        town = quick_town()
        for number, row in enumerate(grid.design.rows):
            moved = case_of(town).with_(row)
            alone = js.compare(moved.scenario, moved.baseline, replications=4, progress=False)
            for code in ("placements", "net_saving"):
                wanted = alone.row(code, payer="municipality" if code == "net_saving" else None)
                found = grid.spreads(code)[number]
                assert found.mean == pytest.approx(wanted.difference)
                assert (found.se, found.range_high) == pytest.approx((wanted.se, wanted.range_high))

    def test_a_baseline_may_be_given_and_may_follow(self):
        town = quick_town()
        alone = play({GAIN: [0.6]}, town, baseline=town, move="scenario")
        follows = play({GAIN: [0.6]}, town, baseline=town)
        assert (alone.values("placements") != 0).any()
        assert (follows.values("placements") == 0).all()

    def test_an_executor_changes_no_bit(self, grid):
        """Nor do processes, which play cells in `test_cells.py`."""
        with ThreadPoolExecutor(2) as pool:
            threads = play(GRID, executor=pool)
        np.testing.assert_array_equal(threads.cells.values, grid.cells.values)

    def test_the_order_of_paths_and_values_changes_no_cell(self, grid):
        turned = play({path: values[::-1] for path, values in reversed(GRID.items())})
        a, b = grid.to_dataset(), turned.to_dataset()
        for path in GRID:
            b = b.sortby(path)
        for code in MEASURES:
            np.testing.assert_array_equal(a[code], b[code].transpose(*a[code].dims))

    def test_standard_measures_are_kept_where_none_are_named(self):
        result = play({GAIN: [0.1]}, measures=None)
        assert result.quantities == STANDARD
        assert "Net present value" in repr(result)


class TestTables:
    def test_a_grid_has_one_dimension_for_each_path(self, grid):
        data = grid.to_dataset()
        assert data["placements"].dims == (f"{BUDGET}.scale", NO_SHOW, "statistic")
        assert data[NO_SHOW].values.tolist() == [0.1, 0.3]
        mean = data["placements"].sel({"statistic": "mean", f"{BUDGET}.scale": 2.0, NO_SHOW: 0.1})
        assert mean.item() == grid.values("placements")[4].mean()
        wanted = grid.spreads("placements")[4]
        for name in ("se", "ci_low", "ci_high", "range_low", "range_high"):
            value = data["placements"].isel({f"{BUDGET}.scale": 2, NO_SHOW: 0})
            assert value.sel(statistic=name).item() == getattr(wanted, name)

    def test_a_table_has_cells_with_one_coordinate_for_each_path(self):
        rows = [{GAIN: 0.1, NO_SHOW: 0.2}, {GAIN: 0.1, NO_SHOW: 0.3}]
        data = play(rows).to_dataset()
        assert data["placements"].dims == ("cell", "statistic")
        assert data[NO_SHOW].dims == ("cell",)
        assert data[NO_SHOW].values.tolist() == [0.2, 0.3]

    def test_variables_carry_units_and_the_whole_its_making(self, grid, tmp_path):
        data = grid.to_dataset()
        assert data["net_saving:municipality"].attrs["units"] == "DKK"
        assert data["placements"].attrs["units"] == "persons"
        assert (data.attrs["replications"], data.attrs["seed"]) == (4, "1")
        data.to_netcdf(tmp_path / "sweep.nc", engine="h5netcdf")

    def test_a_frame_has_a_row_for_each_cell_and_measure(self, grid):
        frame = grid.to_frame()
        assert len(frame) == 12
        wanted = {"cell", *GRID, "measure", "payer", "mean", "ci_low", "range_high", "unit"}
        assert wanted <= set(frame.columns)
        row = frame[(frame.cell == 4) & (frame.measure == "placements")].iloc[0]
        assert (row[f"{BUDGET}.scale"], row[NO_SHOW]) == (2.0, 0.1)
        assert row["mean"] == grid.values("placements")[4].mean()

    def test_it_prints_as_text_and_html(self, grid):
        text, page = repr(grid), grid._repr_html_()
        for words in ("6 cells × 4 replications", "budget_per_year.scale", "no_show_probability"):
            assert words in text
            assert words in page
        assert "Monte Carlo 95 % intervals" in text
        assert "failed" not in text
        assert "nan" not in text

    def test_many_cells_are_shortened(self):
        result = play([{GAIN: gain} for gain in np.linspace(0.1, 0.3, 30)], replications=2)
        assert len(result.design.rows) == 30
        assert "6 more cells are in to_frame()" in repr(result)


class TestFailures:
    @pytest.fixture(scope="class")
    @staticmethod
    def result() -> Sweep:
        return play({NO_SHOW: [0.1, 1.4, 0.3]}, js.Scenario.load("esbjerg-2018"))

    def test_the_rest_goes_on_and_the_share_is_stated(self, result):
        assert [cell.number for cell in result.failed] == [1]
        assert result.missing_share == pytest.approx(1 / 3)
        assert np.isfinite(result.values("placements")[[0, 2]]).all()
        assert result.to_dataset().attrs["missing_share"] == pytest.approx(1 / 3)
        frame = result.to_frame()
        assert frame[frame.cell == 1]["mean"].isna().all()
        assert frame[frame.cell == 1].error.str.contains("must be at most 1").all()
        assert frame[frame.cell != 1].error.isna().all()

    def test_all_is_told_with_the_lines_that_replay(self, result):
        text = repr(result)
        for words in (
            "1 of 3 cells failed (33.3%)",
            f"{NO_SHOW}: must be at most 1 (probability), got 1.4",
            result.replay_line(1),
            f"jobsim sweep esbjerg-2018 --set {NO_SHOW}=1.4 -r 4 --seed 1",
        ):
            assert words in text

    def test_the_line_raises_the_same_error(self, result, monkeypatch):
        monkeypatch.setattr(js, "sweep", sweep, raising=False)
        with pytest.raises(JobsimError, match=r"must be at most 1 \(probability\), got 1.4"):
            exec(result.replay_line(1))
        with pytest.raises(ScenarioError, match="must be at most 1"):
            result.replay(1)

    def test_the_line_of_a_good_cell_plays_it_to_the_same_numbers(self, monkeypatch):
        found = []

        def noted(*given, **named):
            found.append(sweep(*given, **named, progress=False))

        monkeypatch.setattr(js, "sweep", noted, raising=False)
        town = js.Scenario.load("esbjerg-2018").with_({"horizon.weeks": 20, NO_SHOW: 0.2})
        prices = js.Prices.load("denmark").with_({"equalisation.kept_share": 0.25})
        when = [{"from": dt.date(2018, 1, 1), "value": 2e6}]
        changes = [{GAIN: 0.3, BUDGET: Schedule.from_steps([(dt.date(2018, 1, 1), 2e6)])}]
        for given in (changes, [{**changes[0], BUDGET: when}]):
            result = play(
                given, town, baseline=town, prices=prices, move="both", replications=[3, 1], seed=9
            )
            exec(result.replay_line(0))
            np.testing.assert_array_equal(found[-1].cells.values, result.cells.values)

    def test_a_scenario_of_one_s_own_keeps_its_name(self):
        result = play({GAIN: [0.1]})
        assert "js.sweep(scenario, [{" in result.replay_line(0)
        assert result.cells.replay_command(0) is None

    def test_a_command_is_given_only_where_it_would_do_the_same(self):
        esbjerg = js.Scenario.load("esbjerg-2018")
        short = {"replications": 1, "measures": "placements"}
        plain = play({GAIN: [0.1]}, esbjerg, **short).cells
        assert (
            plain.replay_command(0) == f"jobsim sweep esbjerg-2018 --set {GAIN}=0.1 -r 1 --seed 1"
        )
        case, plan = plain.case, plain.plan
        listed = {"programmes.intensive.interval_weeks": (2, 3)}
        assert replay_line(case, listed, plan) is None
        typed = replay_line(case, {GAIN: 0.1}, plan, move="both")
        assert typed is not None
        assert f"--set {GAIN}=0.1 --move both -r 1" in typed
        changed = case.with_({NO_SHOW: 0.2}, move="scenario")
        assert replay_line(changed, {GAIN: 0.1}, plan) is None
        assert f"with_({{'{NO_SHOW}': 0.2}})" in python_line(changed, {GAIN: 0.1}, plan)


def test_precision_is_reached_in_every_cell():
    wanted = {"net_saving:municipality": 4_000.0}
    result = play(GRID, replications="auto", precision=Precision(wanted, at_least=8))
    widths = [(s.ci_high - s.ci_low) / 2 for s in result.spreads("net_saving")]
    assert max(widths) <= 4_000
    assert result.cells.reached.met
    assert str(result.cells.reached)[:11] == "Known after"
    fixed = play(GRID, replications=result.replications)
    np.testing.assert_array_equal(fixed.cells.values, result.cells.values)
