"""What a calibration learns of a small town, what it refuses, and what it hands on."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import scipy.stats
import xarray as xr

import jobsim as js
from jobsim.analysis.learning.aims import aims_of
from jobsim.analysis.learning.calibration import Calibration
from jobsim.analysis.learning.money import InMoney
from jobsim.analysis.learning.scores import predicted
from jobsim.calendar import Schedule
from jobsim.errors import InputError, JobsimError
from jobsim.scenario.posterior import digest_of_facts
from tests.factory import small_town

HAZARD = "groups.job_ready.job_finding_hazard_per_week"
POOL = "groups.activity_ready.return_share"
PLACED = {"measure": "placements", "year": 2018, "groups": ["job_ready"], "rounded_to": 1}
PRIOR = {HAZARD: scipy.stats.lognorm(0.5, scale=0.02), POOL: scipy.stats.beta(4, 4)}
QUICK = {"replications": 16, "points": 24, "draws": 200, "money": False, "progress": False}


def town(**changes):
    return small_town(
        **{"horizon__weeks": 52, "groups__job_ready__stock": 300, "claims": None, **changes}
    )


@cache
def fit(n_jobs: int = 1) -> Calibration:
    targets = {"placed": {**PLACED, "value": 150}}
    return js.calibrate(
        town(),
        parameters=PRIOR,
        targets=targets,
        held_out=["recipients_2018"],
        n_jobs=n_jobs,
        **QUICK,
    )


class TestWhatIsLearned:
    def test_a_hazard_from_its_placements_and_nothing_of_what_they_do_not_touch(self):
        hazard, other = fit().row(HAZARD), fit().row(POOL)
        assert hazard.identified == "identified"
        assert (other.identified, abs(other.contraction) < 0.2) == ("not", True)
        assert hazard.prior_low < hazard.posterior_low < hazard.posterior_high < hazard.prior_high

    def test_the_posterior_gives_the_figure_back(self):
        placed = fit().targets[0]
        assert placed.inside
        assert placed.predicted == pytest.approx(150, abs=placed.chance_sd)

    def test_chance_is_no_knowledge(self):
        """A year of 150 placements leaves the hazard uncertain by the chance of one year."""
        placed = fit().targets[0]
        spread = float(np.std(np.log(fit().posterior[HAZARD])))
        assert 1 < spread / (placed.chance_sd / placed.predicted) < 4

    def test_nothing_depends_on_the_number_of_processes(self):
        assert fit().posterior.equals(fit(2).posterior)
        assert fit().targets == fit(2).targets

    def test_a_step_of_a_schedule_can_be_learned(self):
        step = "groups.job_ready.inflow_per_week.2018-01-01"
        days = dt.date(2018, 1, 1), dt.date(2018, 7, 1)
        place = town(groups__job_ready__inflow_per_week=Schedule(days, (3.0, 1.0)))
        seen = {"measure": "recipients", "year": 2018, "month": 6, "groups": ["job_ready"]}
        found = js.calibrate(
            place,
            parameters={step: scipy.stats.lognorm(0.7, scale=3.0)},
            targets={"seen": {**seen, "value": 330, "rounded_to": 1}},
            held_out=[],
            **QUICK,
        )
        assert found.row(step).identified != "not"


class TestWhatIsHandedOn:
    def test_draws_of_psa_and_rows_of_a_sweep(self):
        some = fit().posterior.head(4)
        drawn = js.psa(town(), draws=some, measures=["placements"], replications=2, progress=False)
        assert list(drawn.parameters().columns) == list(PRIOR)
        assert js.parameter_draws(town(), fit()).to_frame().equals(fit().posterior)
        assert len(js.sweep(town(), some, replications=2, progress=False).cells.cells) == 4

    def test_a_scenario_after_the_data(self):
        after = fit().scenario
        assert after.posterior.targets == ("placed",)
        middle = fit().posterior[POOL].median()
        assert after.groups["activity_ready"].return_share == pytest.approx(middle)
        assert digest_of_facts(after, PRIOR) == after.posterior.facts
        assert js.parameter_draws(town(), after).to_frame().equals(fit().posterior)

    def test_what_a_function_derives_stands_in_no_file(self):
        with pytest.raises(InputError, match="learned with adjust=, which a scenario file"):
            replace(fit(), adjusts=True).to_posterior()

    def test_it_prints_what_it_cannot_tell(self):
        text = repr(fit())
        assert "Fewer targets (1) than numbers (2)" in text
        assert "Not identified, so still the prior: return_share" in text
        assert "held out" in text

    def test_tables_are_one_line_a_number_a_target_a_draw(self):
        tables = fit().frames()
        assert {name: len(table) for name, table in tables.items()} == {
            "numbers": 2,
            "targets": 2,
            "draws": 200,
        }

    def test_figures_that_cannot_both_hold_are_named(self):
        both = {"low": {**PLACED, "value": 110}, "high": {**PLACED, "value": 190}}
        found = js.calibrate(
            town(), parameters={HAZARD: PRIOR[HAZARD]}, targets=both, held_out=[], **QUICK
        )
        assert [pair[:2] for pair in found.tension] == [("low", "high")]
        assert found.fit_p < 0.05
        assert fit().tension == []


class TestGroupsOfArviZ:
    def test_groups_dims_and_units(self):
        tree = fit().to_xarray()
        assert set(tree.children) == {
            *("posterior", "prior"),
            *("posterior_predictive", "observed_data"),
        }
        hazard = tree["posterior"][HAZARD]
        assert (hazard.dims, hazard.shape) == (("chain", "draw"), (1, 200))
        assert hazard.attrs["units"] == "per week"
        assert np.array_equal(hazard.values[0], fit().posterior[HAZARD])
        assert tree["prior"][HAZARD].std() > 2 * hazard.std()

    def test_predictions_are_those_of_the_table_and_figures_those_observed(self):
        tree, (told, *_) = fit().to_xarray(), fit().targets
        seen = tree["posterior_predictive"]["placed"]
        assert float(seen.mean()) == pytest.approx(told.predicted, abs=0.2 * told.chance_sd)
        low, high = np.quantile(seen, [0.025, 0.975])
        assert (low, high) == pytest.approx(
            (told.predicted_low, told.predicted_high), abs=0.5 * told.chance_sd
        )
        assert float(tree["observed_data"]["placed"]) == 150.0

    def test_attributes_say_how_it_was_made(self):
        attrs = fit().to_xarray().attrs
        assert (attrs["seed"], attrs["inference_library"]) == ("1", "jobsim")
        assert json.loads(attrs["targets"]) == ["placed"]
        assert "numpy" in json.loads(attrs["versions"])

    def test_it_is_written_and_read_back(self, tmp_path):
        fit().to_xarray().to_netcdf(tmp_path / "fit.nc", engine="h5netcdf")
        read = xr.open_datatree(tmp_path / "fit.nc", engine="h5netcdf")
        assert np.array_equal(read["posterior"][HAZARD], fit().to_xarray()["posterior"][HAZARD])
        read.close()


@cache
def valued() -> InMoney:
    """The small town's plan over fits, of which a hazard is known from one year's placements."""
    found = js.calibrate(
        town(),
        parameters=PRIOR,
        targets={"placed": {**PLACED, "value": 150}},
        held_out=["recipients_2018"],
        **QUICK | {"money": None},
    )
    assert found.money is not None
    return found.money


RANGES = {"se", "ci_low", "range_low", "range_high", "parameters_low", "parameters_high"}


class TestWhatItMeansInMoney:
    def test_a_plan_that_cannot_be_played_is_told_and_the_posterior_kept(self):
        def needs_a_plan(place: js.Scenario) -> js.Scenario:
            if not place.programmes:
                raise InputError("there is no programme")
            return place

        how = {"parameters": PRIOR, "targets": {"placed": {**PLACED, "value": 150}}}
        found = js.calibrate(town(), adjust=needs_a_plan, **how, **QUICK | {"money": None})
        assert found.money is None
        (told,) = [note for note in found.notes if "money" in note]
        assert "there is no programme" in told
        with pytest.raises(JobsimError, match="there is no programme"):
            js.calibrate(town(), adjust=needs_a_plan, **how, **QUICK | {"money": True})

    def test_the_ranges_are_those_of_the_same_draws_in_a_psa(self):
        draws = fit().prior.draws(fit().learned.sampled.points[:128])
        names = ["net_saving", "net_saving:state"]
        how = {"move": "both", "replications": 16, "progress": False}
        drawn = js.psa(town(), draws=draws.to_frame(), measures=names, **how)
        for row, payer in zip(drawn.rows, ("municipality", "state"), strict=False):
            mine = valued().row(payer)
            assert mine.mean == pytest.approx(row.mean)
            both = {name: getattr(row, name) for name in vars(mine) if name in RANGES}
            assert {name: getattr(mine, name) for name in both} == pytest.approx(both)

    def test_every_half_year_that_is_not_fitted_could_be_collected(self):
        names = {one.name for one in valued().data()}
        assert names == {f"recipients.job_ready.2018-{month}" for month in ("06", "12")}

    def test_what_narrows_most_is_told_first_and_leaves_less(self):
        first, second = valued().data()
        whole = valued().row("municipality")
        assert first.narrows >= second.narrows
        assert whole.parameters_low <= first.low <= whole.mean
        assert whole.mean <= first.high <= whole.parameters_high

    def test_a_figure_of_their_own_choice_is_judged_by_its_error(self):
        one = {k: v for k, v in PLACED.items() if k != "rounded_to"} | {"month": 12}
        exact = {"exact": {**one, "rounded_to": 1}, "rough": {**one, "standard_error": 500.0}}
        found = js.calibrate(
            town(),
            parameters={HAZARD: PRIOR[HAZARD]},
            targets={"placed": {**PLACED, "value": 150}},
            held_out=[],
            collect=exact,
            **QUICK | {"money": True},
        )
        narrows = {one.name: one.narrows for one in found.money.data()}
        assert set(narrows) == set(exact)
        assert narrows["rough"] < 0.01

    def test_it_is_handed_to_evsi(self):
        name = "recipients.job_ready.2018-12"
        benefit, seen = valued().net_benefit(), valued().summaries(name)
        worth = js.evsi(benefit, seen)
        assert 0 <= worth.value <= js.evpi(benefit).value
        (told,) = [one for one in valued().data() if one.name == name]
        assert float(seen.std().iloc[0]) == pytest.approx(told.sd, rel=0.2)

    def test_it_prints_the_municipality_first(self):
        title, _, _, first, *_ = repr(valued()).splitlines()
        assert title == "What it means: net saving, DKK million, nominal"
        assert first.startswith("Municipality")

    def test_a_place_without_a_plan_has_none(self):
        alone = town().without_programmes()
        with pytest.raises(InputError, match="no programme, consultant or support, hence no net"):
            js.calibrate(alone, parameters=PRIOR, **QUICK | {"money": True})

    @pytest.mark.parametrize(
        ("collect", "words"),
        [
            ({"x": {**PLACED, "year": 2030}}, "target x: 2030 is outside the run"),
            ({"x": {**PLACED, "measure": "placed"}}, 'collect."x".: there is no measure "placed"'),
            ([PLACED], "collect: must be {name: table}, got list"),
        ],
    )
    def test_figures_that_cannot_be_collected(self, collect, words):
        how = QUICK | {"money": True}
        targets = {"placed": {**PLACED, "value": 150}}
        with pytest.raises(InputError, match=words):
            js.calibrate(town(), parameters=PRIOR, targets=targets, collect=collect, **how)

    def test_an_unknown_figure_or_payer(self):
        with pytest.raises(InputError, match=r'no figure "recipients\.2018-11"; did you mean'):
            valued().summaries("recipients.2018-11")
        with pytest.raises(InputError, match='no payer "city"'):
            valued().data("city")


def sets_the_hazard(scenario):
    return scenario.with_({HAZARD: 0.03})


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("targets", "words"),
        [
            ({"x": {**PLACED, "value": 5, "year": 2030}}, "small-town: target x: 2030 is outside"),
            ({"x": {**PLACED, "value": 5, "groups": []}}, r'"x"\]\.groups: is empty'),
            ({"x": {**PLACED, "value": 5, "month": 13}}, "month: must be at most 12"),
            ({"x": {**PLACED, "value": 5, "measure": "placement"}}, 'did you mean "placements"'),
            ({"x": {**PLACED, "value": float("nan")}}, "value: must be a finite number"),
            ({"x": {**PLACED, "value": 5, "groups": ["job_redy"]}}, 'no group "job_redy"'),
            ({"x": {**PLACED, "measure": "caseload", "value": 5}}, "caseload is not divided"),
            ({"x": 5}, "must be a table of what it is, got int"),
            (["recipients_2019"], 'no target "recipients_2019"; did you mean "recipients_2018"'),
            (["recipients_2018"] * 2, "targets: recipients_2018 is given twice"),
            ([], "states none to fit"),
        ],
    )
    def test_targets_that_cannot_be_fitted(self, targets, words):
        with pytest.raises(InputError, match=words):
            js.calibrate(town(), parameters=PRIOR, targets=targets, **QUICK)

    def test_one_draw_has_no_spread(self):
        with pytest.raises(InputError, match="draws: must be a whole number from 2 to"):
            js.calibrate(town(), parameters=PRIOR, **{**QUICK, "draws": 1})

    def test_a_number_that_is_not_there(self):
        with pytest.raises(InputError, match='no "job_redy"'):
            js.calibrate(town(), parameters=["groups.job_redy.stock"], **QUICK)

    def test_a_number_that_adjust_sets(self):
        with pytest.raises(InputError, match=f"adjust: sets {HAZARD} itself"):
            js.calibrate(town(), parameters=PRIOR, adjust=sets_the_hazard, **QUICK)

    def test_a_target_that_is_fitted_and_held_out(self):
        names = ["recipients_2018"]
        with pytest.raises(InputError, match="held_out: recipients_2018 is fitted, too"):
            js.calibrate(town(), parameters=PRIOR, targets=names, held_out=names, **QUICK)

    def test_a_posterior_that_is_worth_too_few_draws(self, monkeypatch):
        monkeypatch.setattr("jobsim.questions.calibrate._LEAST_ESS", 1e9)
        with pytest.raises(JobsimError, match="fewer than 1000000000: too few to hand on"):
            js.calibrate(town(), parameters=PRIOR, targets={"x": {**PLACED, "value": 150}}, **QUICK)


class TestTargetsOfTheFile:
    def test_by_their_role(self):
        aims = aims_of(town(), None, None)
        assert [(aim.name, aim.target.role) for aim in aims] == [
            ("recipients_2018", "fit"),
            ("placements_2018", "held_out"),
        ]

    def test_where_there_is_none_the_claims_of_volumes(self):
        place = small_town(targets=None)
        (aim,) = aims_of(place, None, None)
        assert (aim.name, aim.target.value) == ("placements_2018", 40.0)
        assert aim.target.error == pytest.approx(5.0 / 1.96)

    def test_every_value_of_a_series(self):
        names = [aim.name for aim in aims_of(town(), ["observed.recipients"], [])]
        assert names == ["recipients.2018-01", "recipients.2018-06"]


def test_a_prediction_is_scored_as_its_definition_says():
    weights, value = np.array([0.1, 0.2, 0.3, 0.4]), 0.3
    futures = np.sin(np.arange(40.0)).reshape(4, 10)
    each, x = np.repeat(weights / 10, 10), futures.ravel()
    apart = np.sum(each[:, None] * each * np.abs(x[:, None] - x))
    found = predicted(value, 0.0, futures, weights)
    assert found.crps == pytest.approx(np.sum(each * np.abs(x - value)) - apart / 2)
    assert found.pit == pytest.approx(np.sum(each[x < value]))


class TestAtRest:
    def test_the_stock_stays_and_does_not_before(self):
        place = town().without_programmes()
        quick = place.with_({HAZARD: 0.03})

        def drift(scenario):
            stocks = js.simulate(scenario, replications=60, progress=False).recipients
            mean = stocks.sel(group="job_ready").mean("replication")
            return abs(float(mean[-1] / mean[0]) - 1)

        settled = js.at_rest(
            quick.with_({"labour_market.tightness": quick.labour_market.reference_tightness})
        )
        assert drift(settled) < 0.1 < drift(quick)

    def test_it_takes_another_stock_and_leaves_later_steps_alone(self):
        days = dt.date(2017, 1, 1), dt.date(2018, 1, 1)
        place = town(groups__job_ready__inflow_per_week=Schedule(days, (3.0, 1.0)))
        settled = js.at_rest(place, stock={"job_ready": 100}).groups["job_ready"]
        assert settled.stock == 100
        assert settled.inflow_per_week.values[0] != 3.0
        assert settled.inflow_per_week.values[1] == 1.0

    def test_an_unknown_group_is_refused(self):
        with pytest.raises(InputError, match='no group "job_redy"'):
            js.at_rest(town(), stock={"job_redy": 100})
