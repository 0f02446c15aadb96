"""Questions of a scenario with a posterior take its draws, and say what was changed since."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import jobsim as js
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.setting.case import case_of
from jobsim.analysis.uncertainty.register_notes import register_notes
from jobsim.analysis.uncertainty.uncertain_numbers import uncertain
from jobsim.errors import InputError
from tests.analysis.quick_towns import quick_town
from tests.scenario.test_posterior import HAZARD, INFLOW, STEP, drawn

GAIN = "groups.job_ready.meeting_gain"
QUICK = {"replications": 2, "progress": False}


def town(*paths: str) -> js.Scenario:
    return quick_town().with_posterior(drawn(*(paths or (HAZARD, INFLOW)), scenario=quick_town()))


def notes(scenario: js.Scenario, *moved: str) -> str:
    record = RunRecord(scenario, None, js.Prices.load("denmark"), [0], 1, "numpy")
    return "\n".join(register_notes(record, moved))


class TestDraws:
    def test_learned_numbers_go_together_and_the_rest_as_the_register_has_it(self):
        found = js.parameter_draws(town(), 64).to_frame()
        middle = float(np.median(drawn(INFLOW).values))
        assert np.allclose(found[HAZARD] / 0.02, found[INFLOW] * middle / 0.8)
        before = js.parameter_draws(quick_town(), 64).to_frame()
        assert set(before) - {HAZARD} <= set(found)
        assert found[GAIN].mean() == pytest.approx(before[GAIN].mean(), rel=0.05)

    def test_each_is_one_of_the_posterior(self):
        values = drawn(HAZARD).values[:, 0]
        found = js.parameter_draws(town(HAZARD), 50).to_frame()[HAZARD]
        assert sorted(found) == pytest.approx(sorted(values))

    def test_more_of_them_begin_with_fewer_and_the_seed_orders_them(self):
        few, more = (js.parameter_draws(town(), n, design="sobol").to_frame() for n in (20, 90))
        assert few.equals(more.head(20))
        other = js.parameter_draws(town(), 20, design="sobol", seed=2).to_frame()
        assert not other[HAZARD].equals(few[HAZARD])

    def test_a_distribution_given_takes_the_place_of_the_posterior(self):
        given = {HAZARD: scipy.stats.uniform(0.5, 0.1)}
        found = js.parameter_draws(town(), 8, parameters=given).to_frame()
        assert list(found) == [HAZARD]
        assert found[HAZARD].between(0.5, 0.6).all()

    def test_one_step_that_was_learned_leaves_no_factor_on_the_schedule(self):
        paths = js.parameter_draws(town(STEP), 4).paths
        assert STEP in paths
        assert not any(path.startswith("groups.job_ready.inflow_per_week.s") for path in paths)

    def test_correlations_of_what_was_learned_are_refused(self):
        with pytest.raises(InputError, match=f"correlations: {HAZARD} was learned"):
            js.parameter_draws(town(), 8, correlations={(HAZARD, GAIN): 0.5})

    def test_a_scenario_may_stand_for_its_draws(self):
        assert len(js.parameter_draws(quick_town(), town())) == 50


class TestQuestions:
    def test_ranges_are_those_of_the_posterior(self):
        found = {one.path: one for one in uncertain(case_of(town()))}
        low, high = np.quantile(drawn(HAZARD).values, [0.025, 0.975])
        assert (found[HAZARD].low, found[HAZARD].high) == pytest.approx((low, high))
        bars = js.tornado(town(), parameters=[HAZARD], **QUICK).bars
        assert (bars[0].low, bars[0].high) == pytest.approx((low, high))

    def test_indices_and_thresholds_take_them(self):
        names = [HAZARD, INFLOW]
        place = town()
        indices = js.sobol_indices(
            place, measure="placements:scenario", parameters=names, draws=8, **QUICK
        )
        assert indices.paths == tuple(names)
        drawn_of = js.psa(place, draws=4, **QUICK)
        assert {HAZARD, INFLOW} <= set(drawn_of.parameters())
        assert "From the posterior (50 draws after placed, seed 7)" in repr(drawn_of)

    def test_an_attribution_takes_them_for_tunings(self):
        found = js.attribute(
            quick_town(),
            parts=["intensive"],
            measure="placements:scenario",
            tunings=drawn(HAZARD).to_frame().head(2),
            **QUICK,
        )
        assert found.tunings == 3


class TestWhatIsSaid:
    def test_where_numbers_come_from(self):
        assert f"From the posterior (50 draws after placed, seed 7): {HAZARD}." in notes(
            town(HAZARD), HAZARD
        )
        assert "posterior" not in notes(quick_town(), HAZARD)

    def test_a_number_that_was_changed_since_moves_its_draws(self):
        changed = town(HAZARD).with_({HAZARD: 0.04})
        assert f"changed since and keeps the posterior's spread, moved with it: {HAZARD}" in notes(
            changed, HAZARD
        )
        found = js.parameter_draws(changed, 50).to_frame()[HAZARD]
        assert sorted(found) == pytest.approx(sorted(2 * drawn(HAZARD).values[:, 0]))

    def test_near_an_upper_bound_distances_from_it_shrink(self):
        share = "groups.job_ready.return_share"
        values = np.linspace(0.3, 0.7, 21)[:, None]
        told = {"seed": 1, "targets": ["x"], "versions": {}, "facts": ""}
        posterior = type(drawn(HAZARD)).of([share], values, **told)
        found = posterior.about(share, 0.9, (0.0, 1.0))
        assert (found.min(), found.max()) == pytest.approx((0.86, 0.94))

    def test_other_facts_are_named_and_another_plan_is_not(self):
        words = "learned with other facts"
        assert words not in notes(town(), HAZARD)
        assert words not in notes(town().without_programmes(), HAZARD)
        assert words in notes(town().with_({"groups.job_ready.stock": 90}), HAZARD)


def test_figures_do_not_count_twice():
    with pytest.raises(InputError, match="figures would count twice"):
        js.calibrate(town(), targets=["recipients_2018"], parameters=[GAIN], **QUICK)
