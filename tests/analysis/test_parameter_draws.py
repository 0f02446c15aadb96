"""Draws of parameters: marginals, rank correlations, the first draws, tables, and bad input."""

from __future__ import annotations

import itertools
import math
import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import qmc

import jobsim as js
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.playing.points import DESIGNS, greatest_dependence, unit_points
from jobsim.analysis.setting.case import case_of
from jobsim.analysis.uncertainty.distributions import correlated, pearson_of_normals
from jobsim.analysis.uncertainty.parameter_draws import parameter_draws
from jobsim.analysis.uncertainty.register_notes import register_notes
from jobsim.analysis.uncertainty.uncertain_numbers import uncertain
from jobsim.errors import InputError
from jobsim.scenario import Distribution, register
from jobsim.scenario.files import preset_names
from tests.factory import small_town, small_town_data

GAIN = "groups.job_ready.meeting_gain"
HAZARD = "groups.job_ready.job_finding_hazard_per_week"
STOCK = "groups.job_ready.stock"
KEPT = "prices.equalisation.kept_share"
N = 4096
TOLERANCE = 4.0
"""Standard errors."""


class TestWhereMeetingsSettleExits:
    """Shares of those who leave after a meeting are uncertain where somebody may."""

    PATH = "prices.destinations.education.share_after_meeting"

    def test_they_are_drawn_where_a_meeting_may_settle_it_and_nowhere_else(self):
        never = small_town()
        may = small_town(groups__job_ready__meeting_exit_probability=0.01)
        drawn = {one.path for one in uncertain(case_of(may))}
        assert drawn - {one.path for one in uncertain(case_of(never))} == {
            self.PATH,
            "prices.destinations.other_benefit.share_after_meeting",
        }

    def test_asked_for_where_they_price_nothing_they_are_refused_with_the_reason(self):
        with pytest.raises(InputError, match="no meeting settles that anybody leaves"):
            parameter_draws(small_town(), 4, parameters=[self.PATH])


class TestPoints:
    @pytest.mark.parametrize("design", DESIGNS)
    def test_points_are_uniform(self, design):
        points = unit_points(design, N, 3, seed=2).values
        assert np.all((points > 0) & (points < 1))
        off = (points.mean(axis=0) - 0.5) / math.sqrt(1 / 12 / N)
        assert np.abs(off).max() < TOLERANCE

    @pytest.mark.parametrize("design", ["sobol", "random"])
    def test_the_first_points_never_change(self, design):
        many = unit_points(design, 1000, 5, seed=9).values
        for few in (1, 7, 512, 999):
            assert np.array_equal(unit_points(design, few, 5, seed=9).values, many[:few])
            added = unit_points(design, 1000, 5, seed=9, first=few).values
            assert np.array_equal(added, many[few:])

    def test_more_dimensions_change_no_random_point(self):
        wide, narrow = (unit_points("random", 50, d, seed=9).values for d in (5, 2))
        assert np.array_equal(wide[:, :2], narrow)

    @pytest.mark.parametrize("design", DESIGNS)
    def test_the_seed_decides(self, design):
        one, again, other = (unit_points(design, 8, 2, seed=seed).values for seed in (1, 1, 2))
        assert np.array_equal(one, again)
        assert not np.any(one == other)

    def test_sobol_is_more_even_than_random(self):
        points = (unit_points(one, 256, 4, seed=3).values for one in ("sobol", "random"))
        even, random = map(qmc.discrepancy, points)
        assert even < random / 3

    @pytest.mark.parametrize("count", [64, 128, 256, 512])
    def test_so_few_sobol_points_of_so_many_numbers_are_not_taken(self, count):
        tied = greatest_dependence(unit_points("sobol", count, 41, seed=1).values)
        found = unit_points("auto", count, 41, seed=1)
        noise = 7 / (count - 1)
        assert tied > 0.7
        assert found.design == "latin_hypercube"
        assert "tie" in found.why
        assert greatest_dependence(found.values) < 4.5 * noise

    def test_sobol_points_are_taken_where_no_pair_is_tied(self):
        for count, numbers in ((3, 1), (128, 5), (512, 12), (4096, 41)):
            found = unit_points("auto", count, numbers, seed=1)
            assert (found.design, found.why) == ("sobol", "")
            assert np.array_equal(found.values, unit_points("sobol", count, numbers, seed=1).values)

    @pytest.mark.parametrize("first", [0, 24])
    def test_a_latin_hypercube_has_a_point_in_every_row_and_little_correlation(self, first):
        points = unit_points("latin_hypercube", 88, 20, seed=4, first=first).values
        count = 88 - first
        cells = np.sort((points * count).astype(int), axis=0)
        assert np.array_equal(cells, np.tile(np.arange(count)[:, None], 20))
        correlations = np.corrcoef(points.T) - np.eye(20)
        assert np.abs(correlations).max() < 0.06

    @pytest.mark.parametrize(("count", "numbers"), [(1, 1), (1, 3), (2, 50), (5, 60)])
    def test_a_latin_hypercube_of_few_points_is_one(self, count, numbers):
        points = unit_points("latin_hypercube", count, numbers, seed=4).values
        assert np.array_equal(np.sort((points * count).astype(int), axis=0)[:, 0], range(count))

    def test_an_engine_of_scipy_serves(self):
        engine = qmc.Halton(2, rng=5)
        first = unit_points(engine, 16, 2, seed=1)
        assert np.array_equal(unit_points(engine, 16, 2, seed=1).values, first.values)
        assert first.design == "Halton"


class TestMarginals:
    def test_draws_have_the_distribution_stated(self):
        found = parameter_draws(small_town(), N, design="random").to_frame()
        hazard = stats.lognorm(s=0.2, scale=0.015)
        off = (found[HAZARD].mean() - hazard.mean()) / (hazard.std() / math.sqrt(N))
        assert abs(off) < TOLERANCE
        assert stats.kstest(found[HAZARD], hazard.cdf).pvalue > 1e-4
        assert stats.kstest(found[GAIN], stats.triang(0.5, 0.1, 0.2).cdf).pvalue > 1e-4

    def test_a_wrong_distribution_is_seen(self):
        found = parameter_draws(small_town(), N, design="random").to_frame()
        assert stats.kstest(found[HAZARD], stats.lognorm(s=0.25, scale=0.015).cdf).pvalue < 1e-4

    def test_rank_correlations_are_those_asked_for(self):
        rho = -0.6
        found = parameter_draws(
            small_town(), N, design="random", correlations={(GAIN, HAZARD): rho}
        )
        values = found.to_frame()
        se = 1.06 * (1 - rho**2) / math.sqrt(N - 3)
        seen = stats.spearmanr(values[GAIN], values[HAZARD]).statistic
        assert abs(seen - rho) < TOLERANCE * se
        assert abs(seen - (rho - 0.1)) > TOLERANCE * se
        assert stats.kstest(values[GAIN], stats.triang(0.5, 0.1, 0.2).cdf).pvalue > 1e-4

    def test_uncorrelated_columns_stay_as_they_are(self):
        alone = parameter_draws(small_town(), 64).to_frame()
        tied = parameter_draws(small_town(), 64, correlations={(GAIN, HAZARD): 0.9}).to_frame()
        others = [path for path in alone if path not in (GAIN, HAZARD)]
        assert len(others) > 5
        pd.testing.assert_frame_equal(alone[others], tied[others])
        assert not np.allclose(alone[GAIN], tied[GAIN])

    @pytest.mark.parametrize("rho", [-1, 1])
    def test_a_perfect_correlation_is_possible(self, rho):
        values = parameter_draws(small_town(), 64, correlations={(GAIN, HAZARD): rho}).to_frame()
        assert stats.spearmanr(values[GAIN], values[HAZARD]).statistic == pytest.approx(rho)

    def test_a_table_of_correlations_serves(self):
        paths = [GAIN, HAZARD]
        table = pd.DataFrame([[1, 0.5], [0.5, 1]], index=paths, columns=paths)
        same = pearson_of_normals(paths, {(HAZARD, GAIN): 0.5})
        assert np.array_equal(pearson_of_normals(paths, table), same)

    @pytest.mark.parametrize("kind", ["float32", "Float32"])
    def test_correlations_of_single_precision_are_possible_as_far_as_that_goes(self, kind):
        angles, paths = np.linspace(0, 3, 8), list("abcdefgh")  # two loadings of each number
        exact = 6 / math.pi * np.arcsin(np.cos(angles[:, None] - angles) / 2)
        table = pd.DataFrame(exact, index=paths, columns=paths).astype(kind)
        rounded = pearson_of_normals(paths, table)
        assert np.linalg.eigvalsh(rounded)[0] < -1e-8
        pairs = {(a, b): np.float32(table.loc[a, b]) for a, b in itertools.combinations(paths, 2)}
        assert np.array_equal(pearson_of_normals(paths, pairs), rounded)
        points = correlated(unit_points("random", 1000, 8, seed=1).values, rounded)
        assert np.corrcoef(stats.norm.ppf(points).T) == pytest.approx(rounded, abs=0.1)


class TestMoved:
    def test_a_positive_number_keeps_its_relative_spread(self):
        stated = Distribution(name="lognorm", parameters={"s": 0.3, "loc": 0.0, "scale": 0.02})
        found = stated.moved(0.02, 0.03, 0.0, math.inf)
        assert found.at == 0.03
        assert found.frozen().ppf([0.1, 0.5]) == pytest.approx(
            1.5 * stated.frozen().ppf([0.1, 0.5])
        )

    @pytest.mark.parametrize("value", [0.05, 0.3, 0.7, 0.99])
    @pytest.mark.parametrize(
        "stated",
        [
            Distribution(low=0.0, mode=0.3, high=1.0),
            Distribution(at=0.3, name="beta", parameters={"a": 3.0, "b": 7.0}),
        ],
        ids=str,
    )
    def test_a_share_stays_a_share(self, stated, value):
        least, most = stated.moved(0.3, value, 0.0, 1.0).frozen().support()
        assert -1e-12 <= least < value < most <= 1 + 1e-12

    def test_what_can_be_negative_is_shifted_and_so_are_whole_numbers(self):
        elasticity = Distribution(low=-0.2, mode=-0.1, high=0.1).moved(-0.1, 0.2, -5.0, 5.0)
        assert (elasticity.low, elasticity.high) == pytest.approx((0.1, 0.4))
        counted = Distribution(at=4.0, name="poisson", parameters={"mu": 4.0})
        assert counted.moved(4.0, 7.0, 0.0, 100.0).parameters == {"mu": 4.0, "loc": 3.0}

    @pytest.mark.parametrize("value", [0.0, 1.0])
    def test_nothing_is_left_to_spread_at_an_end(self, value):
        assert Distribution(low=0.0, mode=0.3, high=1.0).moved(0.3, value, 0.0, 1.0) is None

    def test_which_number_it_was_stated_for(self):
        lognormal = Distribution(name="lognorm", parameters={"s": 0.5, "scale": 2.0})
        mean = 2.0 * math.exp(0.125)
        assert [lognormal.stated_for(one) for one in (2.0, mean, 2.1)] == [2.0, mean, 2.0]
        uniform = {"name": "uniform", "parameters": {"loc": 0.85, "scale": 0.15}}
        assert Distribution(**uniform).stated_for(0.95) is None
        assert Distribution(at=0.95, **uniform).stated_for(1.0) == 0.95
        with pytest.raises(InputError, match="a factor is of whatever number stands there"):
            Distribution(of="factor", at=1.0, low=0.5, mode=1.0, high=2.0)

    @pytest.mark.parametrize("name", preset_names())
    def test_shipped_registers_state_their_spread_of_the_number_that_stands_there(self, name):
        for document in (js.Scenario.load(name), js.Scenario.template(), js.Prices.load("denmark")):
            stated = [row for row in register(document).rows if row.spread is not None]
            assert [row.path for row in stated if row.before is not None] == []
            own = [row for row in stated if row.spread.of == "value"]
            assert [row.path for row in own if row.spread.stated_for(row.value) is None] == []


def _notes(scenario, moved=(GAIN,), baseline=None, prices=None):
    prices = js.Prices.load("denmark") if prices is None else prices
    return register_notes(RunRecord(scenario, baseline, prices, [0], 1, "numpy"), moved)


class TestRegisterNotes:
    """A number falls out of an analysis with a word only."""

    CERTAIN = "Certain here, lists as one number: "

    def test_an_unchanged_town_says_what_is_certain(self):
        (certain,) = _notes(small_town(), parameter_draws(small_town(), 1).paths)
        assert certain == f"{self.CERTAIN}3 with a range only, 131 without a range."

    def test_what_moves_with_its_number(self):
        told, _ = _notes(small_town().with_({GAIN: 0.25}))
        assert told == (
            "1 number was changed and keeps the register's spread, moved with it: "
            f"{GAIN} 0.2 → 0.25."
        )

    def test_what_holds_for_any_number(self):
        prices = js.Prices.load("denmark").with_({"wages.job_per_hour.scale": 1.1})
        told, _ = _notes(small_town(), ["prices.wages.job_per_hour.scale"], prices=prices)
        assert told == (
            "1 number was changed and keeps the register's factor or range as it stands: "
            "prices.wages.job_per_hour."
        )

    def test_what_is_no_longer_uncertain(self):
        told, _ = _notes(small_town().with_({GAIN: 0.0}), [HAZARD])
        assert told == f"No longer uncertain: {GAIN} = 0 (at an end of what is allowed)."
        case = case_of(small_town().with_({GAIN: 0.0}))
        assert GAIN not in [one.path for one in uncertain(case)]
        with pytest.raises(InputError, match="is certain, at an end of what is allowed; give one"):
            parameter_draws(case.scenario, 1, parameters=[GAIN])

    def test_a_number_with_a_range_alone_is_held_outside_it(self):
        stated = {"kind": "judgement", "reason": "so", "low": 40, "high": 90}
        town = small_town(**{f"assumptions__{STOCK}": stated})
        assert STOCK in [one.path for one in uncertain(case_of(town.with_({STOCK: 80})))]
        beyond = town.with_({STOCK: 200})
        assert STOCK not in [one.path for one in uncertain(case_of(beyond))]
        assert f"No longer uncertain: {STOCK} = 200 (outside" in "".join(_notes(beyond))

    def test_a_number_that_was_changed_beside_its_baseline_is_held(self):
        changed = small_town().with_({GAIN: 0.25})
        assert GAIN not in [one.path for one in uncertain(case_of(changed, small_town()))]
        told, _ = _notes(changed, [HAZARD], small_town())
        assert told == (
            f"No longer uncertain: {GAIN} = 0.25 (differs between scenario and baseline)."
        )

    def test_entries_of_a_group_that_has_another_name_now(self):
        data = small_town_data()["assumptions"]
        moved = {path.replace("job_ready", "young"): one for path, one in data.items()}
        told, _ = _notes(small_town(assumptions=moved), ["prices.displacement.share"])
        lost = "groups.young.job_finding_hazard_per_week, groups.young.meeting_gain"
        assert told == f"2 entries of the register with a spread lead to no number: {lost}."
        assert len(_notes(small_town().without_programmes())) == 1


class TestWhatIsDrawn:
    def test_every_number_with_a_distribution_of_scenario_and_prices(self):
        paths = parameter_draws(small_town(), 1).paths
        assert set(paths) > {GAIN, HAZARD, KEPT, "prices.wages.job_per_hour.scale"}
        assert "prices.guidance.net_tax_factor" not in paths

    @pytest.mark.parametrize(
        "changed",
        [
            small_town().with_({GAIN: 0.25}),
            small_town().with_({f"{GAIN}.scale": 1.25}),
            small_town(groups__job_ready__meeting_gain=0.25),
            js.Scenario.from_dict(tomllib.loads(small_town().with_({GAIN: 0.25}).to_toml())),
        ],
        ids=["with_", "scale", "file", "round trip"],
    )
    def test_a_number_that_was_changed_stays_uncertain(self, changed):
        before = parameter_draws(small_town(), 8).to_frame()
        after = parameter_draws(changed, 8).to_frame()
        assert list(after) == list(before)
        others = [path for path in before if path != GAIN]
        pd.testing.assert_frame_equal(after[others], before[others])
        assert after[GAIN].to_numpy() == pytest.approx(1.25 * before[GAIN].to_numpy(), rel=1e-8)

    def test_prices_that_were_changed_stay_uncertain(self):
        changes = {"equalisation.kept_share": 0.25, "wages.job_per_hour.scale": 1.1}
        prices = js.Prices.load("denmark")
        before = parameter_draws(small_town(), 8).to_frame()
        after = parameter_draws(small_town(), 8, prices=prices.with_(changes)).to_frame()
        assert list(after) == list(before)
        assert 1 - after[KEPT].to_numpy() == pytest.approx(0.75 * (1 - before[KEPT].to_numpy()))
        wages = "prices.wages.job_per_hour.scale"
        pd.testing.assert_series_equal(after[wages], before[wages])

    def test_a_factor_moves_every_step_of_a_schedule(self):
        prices = js.Prices.load("denmark")
        case = case_of(small_town(), None, prices)
        draws = parameter_draws(small_town(), 1, parameters=["prices.wages.job_per_hour"])
        (change,) = draws.changes()
        moved = case.with_(change, move="both").prices.wages.job_per_hour.values
        assert moved == pytest.approx(
            [draws.values[0, 0] * x for x in prices.wages.job_per_hour.values]
        )

    def test_whole_numbers_are_rounded(self):
        draws = parameter_draws(small_town(), 4, parameters={STOCK: stats.uniform(40, 40)})
        assert all(isinstance(change[STOCK], int) for change in draws.changes())

    def test_ones_own_distributions(self):
        given = {
            GAIN: stats.norm(0.2, 0.01),
            HAZARD: None,
            STOCK: Distribution(of="factor", low=0.5, mode=1.0, high=2.0),
        }
        draws = parameter_draws(small_town(), 256, parameters=given)
        assert draws.paths == (GAIN, HAZARD, f"{STOCK}.scale")
        assert draws.values[:, 0].std() == pytest.approx(0.01, rel=0.05)

    def test_every_factor_distribution_leaves_the_number_possible(self):
        documents = [js.Scenario.load(name) for name in js.preset_names()]
        for document in (*documents, js.Prices.load("denmark")):
            for row in js.register(document).rows:
                known = row.assumption.distribution if row.assumption else None
                if known is not None and known.of == "factor":
                    low, high = known.frozen().ppf([0.001, 1.0])
                    assert low <= 1 <= high, row.path

    def test_draws_of_prices_stay_within_their_plausible_ranges(self):
        for one in uncertain(case_of(small_town())):
            if one.path.startswith("prices.") and one.path != "prices.displacement.share":
                low, high = one.distribution.frozen().ppf([0.0, 1.0])
                assert one.low <= low <= one.value <= high <= one.high, one.path


class TestTables:
    def test_a_table_is_taken_as_it_is(self):
        rows = [{GAIN: 0.11, KEPT: 0.2}, {GAIN: 0.25, KEPT: 0.0}]
        for table in (rows, pd.DataFrame(rows)):
            draws = parameter_draws(small_town(), table)
            assert draws.changes() == rows
            assert draws.design == "table"

    def test_draws_survive_the_way_through_a_frame(self):
        draws = parameter_draws(small_town(), 8)
        again = parameter_draws(small_town(), draws.to_frame())
        assert np.array_equal(draws.values, again.values)
        assert again.paths == draws.paths


CASES = [
    ({"draws": 0}, "draws: must be a whole number from 1 to 16,777,216, got 0"),
    ({"draws": 2.5}, "draws: must be a whole number, a DataFrame or a list"),
    ({"draws": True}, "draws: must be a whole number from 1 to"),
    ({"draws": []}, "draws: the table is empty"),
    ({"draws": "many"}, "draws: must be a whole number, a DataFrame or a list"),
    (
        {"draws": [{GAIN: 0.1, KEPT: 0.1}, {GAIN: 0.2}]},
        f'draws: row 1, column "{KEPT}" is nan; it must be a finite number',
    ),
    ({"draws": [{GAIN: "high"}]}, f'draws: row 0, column "{GAIN}" is "high"; it must be'),
    ({"draws": [{"groups.job_ready.meting_gain": 1}]}, 'did you mean "meeting_gain"?'),
    ({"draws": [{GAIN: 0.1}], "parameters": [GAIN]}, "goes with no parameters="),
    ({"design": "sobel"}, 'design: there is none called "sobel"; did you mean "sobol"?'),
    ({"design": 3}, "design: must be one of auto, sobol, latin_hypercube, random or an engine"),
    ({"design": qmc.Halton(2)}, "design: has 2 dimensions; 21 are drawn"),
    ({"seed": -1}, "seed: must be a whole number"),
    ({"parameters": ["groups.job_ready.meting_gain"]}, 'did you mean "meeting_gain"?'),
    ({"parameters": [STOCK]}, f"{STOCK}: the register states no distribution; give one"),
    ({"parameters": []}, "no number has a distribution"),
    ({"parameters": {GAIN: 0.2}}, f'parameters["{GAIN}"]: must be a frozen distribution'),
    ({"parameters": {GAIN: stats.norm}}, f'parameters["{GAIN}"]: must be a frozen distribution'),
    ({"parameters": {GAIN: stats.norm(0, -1)}}, "has no finite median"),
    ({"correlations": {(GAIN, "x"): 0.5}}, 'correlations: "x" is not drawn'),
    ({"correlations": {(GAIN, GAIN): 0.5}}, "names one number twice"),
    ({"correlations": {(GAIN, HAZARD): 1.5}}, "must be from −1 to 1, got 1.5"),
    ({"correlations": {(GAIN, HAZARD): math.nan}}, "must be from −1 to 1, got nan"),
    ({"correlations": {GAIN: 0.5}}, "a pair of paths is (path, path)"),
    ({"correlations": 0.5}, "correlations: must be {(path, path): rho}"),
    ({"correlations": {(GAIN, HAZARD): 0.1, (HAZARD, GAIN): 0.2}}, "is given as two values"),
    (
        {"correlations": pd.DataFrame([[1, 0.5], [0.4, 1]], [GAIN, KEPT], [GAIN, KEPT])},
        "must be symmetric",
    ),
]


@pytest.mark.parametrize(("given", "message"), CASES)
def test_bad_input_is_refused_in_one_line(given, message):
    arguments = {"draws": 4, **given}
    with pytest.raises(InputError) as caught:
        parameter_draws(small_town(), **arguments)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_impossible_correlations_name_eigenvalue_and_pairs():
    leisure = "prices.wages.leisure_share"
    impossible = {(GAIN, HAZARD): 0.9, (HAZARD, KEPT): 0.9, (GAIN, KEPT): -0.9}
    impossible[GAIN, leisure] = 0.1
    with pytest.raises(InputError) as caught:
        parameter_draws(small_town(), 4, correlations=impossible)
    message = str(caught.value)
    pearson = np.eye(4)
    for i, j, rho in ((0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9), (0, 3, 0.1)):
        pearson[i, j] = pearson[j, i] = 2 * math.sin(math.pi * rho / 6)
    assert f"{np.linalg.eigvalsh(pearson)[0]:.3g}" in message
    assert all(path in message for path in (GAIN, HAZARD, KEPT))
    assert leisure not in message


def test_possible_correlations_of_three_are_not_refused():
    possible = {(GAIN, HAZARD): 0.9, (HAZARD, KEPT): 0.9, (GAIN, KEPT): 0.7}
    assert len(parameter_draws(small_town(), 4, correlations=possible)) == 4
