"""Probabilistic sensitivity analysis: paired, replayable, equal to a comparison for one draw."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import jobsim as js
from jobsim.analysis.uncertainty.parameter_draws import parameter_draws
from jobsim.errors import InputError, JobsimError
from jobsim.questions.psa import PSA, _range, psa
from jobsim.questions.rank_assumptions import rank_assumptions
from jobsim.scenario import Scenario
from jobsim.text.tables import count
from tests.factory import small_town

GAIN = "groups.job_ready.meeting_gain"
HAZARD = "groups.job_ready.job_finding_hazard_per_week"
KEPT = "prices.equalisation.kept_share"
LEISURE = "prices.wages.leisure_share"
MEASURES = ["placements", "placements:2018:scenario", "net_saving", "programme_cost"]


def short_town(**changes: object) -> Scenario:
    return small_town(horizon__weeks=53, **changes)


def analyse(scenario: Scenario | None = None, **given: object) -> PSA:
    arguments = {"replications": 6, "progress": False, "measures": MEASURES}
    return psa(scenario or short_town(), **{**arguments, **given})


@pytest.fixture(scope="module")
def result() -> PSA:
    return analyse(draws=12, design="sobol", replications=6)


class TestOneDraw:
    def test_a_draw_of_what_is_stated_is_a_comparison(self):
        town = short_town()
        stated = {GAIN: 0.2, KEPT: 0.0}
        found = analyse(town, draws=[stated], replications=12, seed=3)
        compared = js.compare(town, replications=12, seed=3, progress=False)
        for code, row in (
            ("placements", compared.row("placements")),
            ("net_saving", compared.row("net_saving", payer="municipality")),
        ):
            ours = found.row(code)
            seen = (ours.mean, ours.se, ours.ci_low, ours.ci_high, ours.range_low, ours.range_high)
            assert seen == pytest.approx(dataclasses.astuple(row.spread), rel=1e-12)
        for ours, theirs in zip(found.verdicts, compared.verdicts, strict=True):
            model = dataclasses.astuple(theirs.model)
            assert dataclasses.astuple(ours.model) == pytest.approx(model, rel=1e-12)

    def test_a_draw_changes_scenario_and_baseline(self):
        town = short_town()
        found = analyse(town, draws=[{HAZARD: 0.03}])
        moved = {HAZARD: 0.03}
        direct = js.compare(
            town.with_(moved),
            town.without_programmes().with_(moved),
            replications=6,
            progress=False,
        )
        assert found.row("placements").mean == direct.row("placements").difference


class TestResult:
    def test_the_first_draws_are_those_of_fewer(self, result):
        few = analyse(draws=3, design="sobol")
        pd.testing.assert_frame_equal(few.draws_frame(), result.draws_frame().iloc[:3])

    def test_parts_add_up(self, result):
        row = result.row("net_saving")
        total = row.parameters_sd**2 + row.chance_sd**2
        assert row.parameters_share == pytest.approx(row.parameters_sd**2 / total)
        assert row.range_low < row.parameters_low < row.mean < row.parameters_high < row.range_high

    def test_frame_has_parameters_and_means(self, result):
        frame = result.draws_frame()
        assert list(frame.columns) == [*result.draws.paths, *(q.code for q in result.quantities)]
        assert frame.index.name == "draw"
        values = result.cells.of(result.quantities[0])
        assert frame["placements"].to_numpy() == pytest.approx(values.mean(axis=1))

    def test_dataset_has_units_and_every_replication(self, result, tmp_path):
        data = result.to_dataset()
        assert data.net_saving_municipality.attrs["units"] == "DKK"
        assert dict(data.sizes) == {"draw": 12, "replication": 6, "path": len(result.draws.paths)}
        data.to_netcdf(tmp_path / "psa.nc", engine="h5netcdf")

    def test_net_benefit_is_effect_times_price_less_cost(self, result):
        benefit = result.net_benefit(50_000.0, futures=False)
        assert benefit.shape == (12, 2)
        assert np.all(benefit["baseline"] == 0)
        frame = result.draws_frame()
        expected = 50_000 * frame["placements"] + frame["net_saving:municipality"]
        assert benefit["scenario"].to_numpy() == pytest.approx(expected.to_numpy())
        apart = 7 * result.effects("placements") - result.costs()
        xr.testing.assert_allclose(result.net_benefit(7.0), apart)
        assert result.net_benefit(50_000.0).sizes == {"draw": 12, "option": 2, "future": 6}
        means = result.net_benefit(50_000.0).mean("future").to_pandas()
        pd.testing.assert_frame_equal(means, benefit, check_names=False)
        assert result.benefit_components().mean.mean == pytest.approx(result.row("net_saving").mean)

    def test_the_table_says_which_spread_it_shows(self, result):
        text = repr(result)
        for word in (
            "range: parameters",
            "range: chance",
            "range: both",
            "12 draws",
            "(sobol)",
            "ci:",
        ):
            assert word in text
        assert "range: both" in result._repr_html_()

    def test_what_was_not_measured_is_said(self, result):
        with pytest.raises(InputError, match="net_saving:state: was not measured"):
            result.costs("state")
        with pytest.raises(InputError, match=r'there is no payer "stat".*"state"'):
            result.costs("stat")


class TestNotes:
    FIT = "All fitted figures come out within their tolerance in "

    def test_it_says_what_was_changed_what_breaks_and_what_is_certain(self, result):
        found = analyse(short_town().with_({GAIN: 0.25}), draws=2, replications=2)
        assert found.draws.paths == result.draws.paths
        moved, fit, changed, certain = found.notes
        assert "Not tuned anew as 2 facts of small-town move: groups.job_ready.job_f" in moved
        near = np.abs(found.cells.of(found.claims[0]).mean(axis=1) - 40.0) <= 5.0
        assert fit == f"{self.FIT}{near.sum()} of 2 draws (Persons who got work)."
        assert changed.endswith(f"moved with it: {GAIN} 0.2 → 0.25.")
        assert certain.startswith("Certain here")
        assert rank_assumptions(result).notes == tuple(result.notes)

    def test_prices_break_no_fit_and_an_adjustment_is_measured(self):
        prices = analyse(draws=2, replications=1, parameters=[KEPT]).notes
        assert not any("tuned" in note or note.startswith(self.FIT) for note in prices)
        calmed = analyse(draws=2, replications=1, parameters=[HAZARD], adjust=calm).notes
        assert [note.startswith(self.FIT) for note in calmed] == [False, True, False]
        assert "tuned" not in calmed[0]


@pytest.mark.parametrize(
    ("low", "high", "sd", "cell"),
    [
        (0.0, 0.0, 0.0, "0.0"),
        (0.0, 0.0, 0.2, "0.0*"),  # one draw in a hundred differs
        (-0.04, 0.04, 0.02, "0.0*"),
        (0.0, 1.0, 0.2, "0.0 to 1.0"),
    ],
)
def test_a_range_printed_as_one_value_is_marked_where_draws_differ(low, high, sd, cell):
    assert _range(count, low, high, sd) == cell


class TestClaims:
    def test_a_claimed_share_is_written_as_one(self):
        document = short_town().to_dict()
        document["claims"]["placements_2018"] |= {
            "measure": "meetings_on_time",
            "value": 0.977,
            "groups": [],
        }
        found = analyse(Scenario.from_dict(document), draws=2, replications=2)
        line = next(line for line in repr(found).splitlines() if "(share)" in line)
        assert line.split("97.7 %")[1].split()[1] == "%", line

    def test_claims_are_judged_by_the_range_over_both(self, result):
        fitted, held_out = result.verdicts
        assert fitted.verdict == "fitted: no evidence"
        assert held_out.verdict.endswith("the model's range over parameters and chance")
        values = result.cells.of(result.claims[1])
        assert held_out.model.range_low == pytest.approx(np.quantile(values, 0.025))

    def test_parameters_can_bring_a_claim_within_the_range(self):
        """Outside the range over chance as stated, inside that over parameters and chance."""
        stated = short_town(claims__saving_2018__value=-540_000.0)
        alone = js.compare(stated, replications=30, progress=False).verdicts[1]
        assert alone.verdict != "within the model's range"
        value = alone.claim.value
        gains = [{GAIN: gain, KEPT: kept} for gain in (0.0, 0.6) for kept in (0.0, 1.0)]
        found = analyse(stated, draws=gains, replications=30).verdicts[1]
        assert found.model.range_low < value < found.model.range_high
        assert found.verdict == "within the model's range over parameters and chance"


def calm(scenario: Scenario) -> Scenario:
    """Close the inflow where jobs are found quickly."""
    hazard = scenario.groups["job_ready"].job_finding_hazard_per_week
    return scenario.with_({"groups.job_ready.inflow_per_week": 100 * hazard})


def spoilt(scenario: Scenario) -> None:
    return None


class TestAdjust:
    def test_adjust_follows_every_draw_in_both_scenarios(self):
        town = short_town()
        found = analyse(town, draws=[{HAZARD: 0.02}], adjust=calm)
        moved = {HAZARD: 0.02, "groups.job_ready.inflow_per_week": 2.0}
        direct = js.compare(
            town.with_(moved),
            town.without_programmes().with_(moved),
            replications=6,
            progress=False,
        )
        assert found.row("placements").mean == direct.row("placements").difference

    def test_adjust_must_be_a_function_that_returns_a_scenario(self):
        with pytest.raises(InputError, match="adjust: must be a function of a scenario, got int"):
            analyse(draws=2, adjust=3)
        with pytest.raises(JobsimError, match="adjust: must return a Scenario, got NoneType"):
            analyse(draws=2, adjust=spoilt)


class TestFailures:
    TABLE = tuple({GAIN: gain} for gain in (0.1, -0.2, 0.3, 0.2))

    def test_a_draw_that_fails_is_left_out_and_said(self):
        found = analyse(draws=list(self.TABLE))
        good = analyse(draws=[self.TABLE[i] for i in (0, 2, 3)])
        assert "the first, draw 1: " in repr(found)
        assert found.missing_share == 0.25
        assert found.played.tolist() == [0, 2, 3]
        assert found.row("net_saving").mean == good.row("net_saving").mean
        assert found.row("net_saving").missing_share == 0.25
        assert np.isnan(found.draws_frame()["placements"][1])
        assert len(found.net_benefit()) == len(found.parameters()) == 3
        assert "25.0 % of draws failed" in repr(found)
        assert "must be at least 0" in repr(found)

    def test_draws_keep_the_labels_of_their_table(self):
        table = pd.DataFrame(self.TABLE, index=["one", "bad", "three", "two"])
        found = analyse(draws=table.iloc[::-1])
        assert "the first, draw bad: " in repr(found)
        played = ["two", "three", "one"]
        for table in (found.costs(), found.effects(), found.net_benefit()):
            assert table.draw.values.tolist() == played
        for frame in (found.parameters(), found.net_benefit(futures=False)):
            assert frame.index.tolist() == played
        assert found.to_dataset().draw.values.tolist() == ["two", "three", "bad", "one"]

    def test_when_every_draw_fails_the_first_says_why(self):
        message = r"every cell failed \(1 of 1\), the first with: .*meeting_gain"
        with pytest.raises(JobsimError, match=message):
            analyse(draws=[{GAIN: -1.0}])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"draws": 0}, "draws: must be a whole number"),
        ({"draws": [{GAIN: 0.1}, {GAIN: math.nan}]}, f'row 1, column "{GAIN}" is nan'),
        ({"measures": ["net_savings"]}, 'did you mean "net_saving"?'),
        ({"parameters": ["groups.job_redy.stock"]}, 'did you mean "job_ready"?'),
        ({"replicatons": 5}, 'did you mean "replications"?'),
    ],
)
def test_bad_input_is_refused_in_one_line(given, message):
    with pytest.raises(InputError) as caught:
        analyse(**given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_order_of_a_table_changes_an_answer():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({GAIN: rng.uniform(0.05, 0.3, 6), KEPT: np.arange(6) // 2 / 10})
    table[LEISURE] = 0.5
    town = small_town(horizon__weeks=20, claims={})
    found, again = (
        analyse(town, draws=one, replications=2)
        for one in (table, table.sample(frac=1, random_state=3)[[LEISURE, KEPT, GAIN]])
    )
    frame = found.draws_frame()
    pd.testing.assert_frame_equal(again.draws_frame().loc[frame.index, frame.columns], frame)
    pd.testing.assert_frame_equal(again.to_frame(), found.to_frame())
    ranked, other = (rank_assumptions(one).to_frame().set_index("path") for one in (found, again))
    pd.testing.assert_frame_equal(other.loc[ranked.index], ranked)
    assert np.isnan(ranked["direction"][LEISURE])  # which does not vary
    assert "nan" not in repr(rank_assumptions(found))


def test_ranking_finds_the_number_that_decides():
    activation = "prices.activation.default_per_week.scale"
    draws = parameter_draws(short_town(), 64, parameters=[KEPT, activation]).to_frame()
    draws[LEISURE] = np.linspace(0, 1, 64)  # no matter to the municipality
    analysed = analyse(draws=draws, replications=4)
    found = rank_assumptions(analysed)
    frame = found.to_frame().set_index("path")
    assert frame.index[-1] == LEISURE
    assert frame["first_order"][[activation, KEPT]].sum() > 0.7
    assert frame["first_order"][LEISURE] < 0.2
    best = analysed.net_benefit(futures=False)["scenario"].argmax()
    draws[LEISURE] = 0.1 * draws[LEISURE] + 0.9 * (np.arange(64) == best)  # which seduces a curve
    seduced = rank_assumptions(analyse(draws=draws, replications=4)).rows[-1]
    assert seduced.path == LEISURE
    assert seduced.first_order <= 1.96 * seduced.first_order_se
    assert found.everything.value >= 0
    assert "EVPPI" in repr(found)


def test_a_place_beside_itself_differs_in_nothing_for_sure():
    town = small_town(horizon__weeks=13, claims={})
    found = analyse(town, baseline=town, draws=2, replications=2, engine="numpy")
    extra = [row for row in found.rows if row.side == "difference"]
    assert len(extra) > 2
    assert all(row.ci_low == row.ci_high == 0.0 for row in extra)
    assert "not seen" not in repr(found)


def test_one_draw_has_no_error_of_draws():
    two = repr(analyse(draws=2, replications=2))
    assert "(draws and Monte Carlo" in two
    assert "(latin_hypercube: Sobol' points of so few draws would tie pairs" in two
    alone = repr(analyse(draws=1, replications=2))
    assert "Monte Carlo alone: one draw says nothing of draws" in alone
