"""Correlations that a register states: what is drawn with them, what is not, and who says so."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import jobsim as js
from jobsim.analysis.playing.points import unit_points
from jobsim.analysis.setting.case import case_of
from jobsim.analysis.uncertainty.parameter_draws import (
    distributions_of,
    in_nine_digits,
    parameter_draws,
)
from jobsim.errors import InputError
from jobsim.scenario import Scenario
from jobsim.study.plan import StudyPlan
from jobsim.study.plan_text import StudyDesign
from tests.factory import TIED
from tests.study.quick import town

GAIN, HAZARD = TIED["of"]
PAIR = (min(GAIN, HAZARD), max(GAIN, HAZARD))
RHO = TIED["rank_correlation"]
STAFF = "programmes.intensive.budget_per_year"
FINDERS = "small_jobs.consultants.budget_per_year"
KEPT = "prices.equalisation.kept_share"
N = 4096
TOLERANCE = 4.0
"""Standard errors."""
QUICK = {"replications": 2, "progress": False}


def tied(**changes: object) -> Scenario:
    return town(correlations=[TIED], **changes)


def spearman(scenario: Scenario, pair: tuple[str, str] = PAIR, **given: object) -> float:
    values = parameter_draws(scenario, N, design="random", **given).to_frame()
    return float(stats.spearmanr(values[pair[0]], values[pair[1]]).statistic)


def is_near(seen: float, rho: float) -> bool:
    """Within the error of Spearman's of normal scores (Bonett and Wright 2000)."""
    se = math.sqrt((1 + rho**2 / 2) / (N - 3)) * (1 - rho**2)
    return abs(seen - rho) < TOLERANCE * se


class TestDraws:
    def test_reach_what_is_stated_and_not_without(self):
        seen = spearman(tied())
        assert is_near(seen, RHO)
        assert not is_near(seen, RHO + 0.1)
        assert is_near(spearman(town()), 0.0)

    def test_without_any_are_the_quantiles_of_the_points(self):
        found = parameter_draws(town(), 64)
        points = unit_points("auto", 64, len(found.paths), seed=1).values
        known = distributions_of(case_of(town()), None)
        for frozen, u, drawn in zip(known.values(), points.T, found.values.T, strict=True):
            assert np.array_equal(in_nine_digits(frozen.ppf(u)), drawn)
        assert found.correlations == {}
        for same in (
            parameter_draws(town(correlations=[]), 64),
            parameter_draws(tied(), 64, correlations={}),
        ):
            pd.testing.assert_frame_equal(same.to_frame(), found.to_frame(), check_exact=True)

    def test_are_those_of_the_same_correlations_as_an_argument(self):
        stated, given = (
            parameter_draws(tied(), 64),
            parameter_draws(town(), 64, correlations={PAIR: RHO}),
        )
        pd.testing.assert_frame_equal(stated.to_frame(), given.to_frame(), check_exact=True)
        assert stated.correlations == given.correlations == {PAIR: RHO}

    def test_correlations_given_are_added_and_win(self):
        found = parameter_draws(tied(), 8, correlations={(GAIN, KEPT): 0.3}).correlations
        assert found == {PAIR: RHO, (GAIN, KEPT): 0.3}
        for pair in (PAIR, PAIR[::-1]):
            assert is_near(spearman(tied(), correlations={pair: 0.5}), 0.5)
        with pytest.raises(InputError, match="no numbers can be correlated so"):
            parameter_draws(tied(), 8, correlations={(GAIN, KEPT): 0.9, (HAZARD, KEPT): 0.9})

    def test_a_number_that_was_changed_keeps_its_correlation(self):
        moved = tied().with_({GAIN: 0.25, f"{HAZARD}.scale": 2})
        assert is_near(spearman(moved), RHO)
        assert moved.correlations == tied().correlations
        other = js.from_mean_se(0.2, 0.02)
        for own in ({GAIN: other, HAZARD: None}, {GAIN: other, HAZARD: other}):
            assert parameter_draws(tied(), 8, parameters=own).correlations == {}
        kept = {GAIN: None, HAZARD: None}
        assert len(parameter_draws(tied(), 8, parameters=kept).correlations) == 1

    def test_one_that_is_not_drawn_leaves_the_other_as_it_is(self):
        alone = [parameter_draws(one, 8, parameters=[GAIN]) for one in (tied(), town())]
        pd.testing.assert_frame_equal(*(one.to_frame() for one in alone), check_exact=True)
        off = tied().with_({GAIN: 0.0})
        assert parameter_draws(off, 8).correlations == {}

    def test_a_study_draws_alike(self):
        plan = StudyPlan(
            settings={"tied": case_of(tied()), "apart": case_of(town())},
            prices={"denmark": js.Prices.load("denmark")},
            design=StudyDesign(8, "sobol", None),
            **{"replications": 1, "seed": 1, "block": 1},
        )
        for name, case in plan.settings.items():
            assert plan.draws(name) == parameter_draws(case.scenario, 8, design="sobol").changes()
        assert plan.draws("tied") != plan.draws("apart")

    def test_a_table_is_taken_as_it_is(self):
        values = [{GAIN: 0.1, HAZARD: 0.01}, {GAIN: 0.2, HAZARD: 0.02}]
        found = parameter_draws(tied(), values)
        assert found.values.tolist() == [list(row.values()) for row in values]
        assert found.correlations == {}


class TestVariance:
    SD = (0.1, 0.2)

    def budgets(self, rho: float) -> Scenario:
        """A town whose budgets for staff are known but for factors that are normal."""
        known = {
            path: {
                **{"kind": "judgement", "reason": "so", "low": 0.0, "high": 1e9},
                "distribution": {
                    **{"of": "factor", "name": "norm"},
                    "parameters": {"loc": 1.0, "scale": sd},
                },
            }
            for path, sd in zip((STAFF, FINDERS), self.SD, strict=True)
        }
        pair = {"of": [STAFF, FINDERS], "rank_correlation": rho}
        return town(assumptions=known, correlations=[pair] if rho else [], supports=None)

    @pytest.mark.parametrize("rho", [-0.8, 0.0, 0.6])
    def test_of_a_sum_is_that_of_correlated_normals(self, rho):
        found = parameter_draws(self.budgets(rho), N, parameters=[STAFF, FINDERS], design="sobol")
        pearson = 2 * math.sin(math.pi * rho / 6)
        a, b = self.SD
        seen = found.values.sum(axis=1).std(ddof=1)
        assert seen == pytest.approx(math.sqrt(a**2 + b**2 + 2 * pearson * a * b), rel=5e-3)
        assert (seen == pytest.approx(math.hypot(a, b), rel=5e-3)) == (rho == 0)

    def test_of_what_two_budgets_cost_is_that_of_their_sum(self):
        """What programmes and consultants cost is the sum of their budgets, and certain."""
        how = {"draws": 12, "parameters": [STAFF, FINDERS], "measures": ["programme_cost"]}
        seen = {}
        for rho in (-0.8, 0.8):
            found = js.psa(self.budgets(rho), **how, **QUICK)
            frame = found.draws_frame()
            factors, cost = frame.iloc[:, :2].to_numpy(), frame.iloc[:, -1].to_numpy()
            budgets, left, *_ = np.linalg.lstsq(factors, cost)
            assert math.sqrt(left[0]) < 1.0  # DKK
            assert min(abs(budgets)) > 10_000
            together = np.cov(factors * budgets, rowvar=False).sum()
            seen[rho] = found.row("programme_cost").parameters_sd
            assert seen[rho] == pytest.approx(math.sqrt(together), rel=1e-6)
        assert abs(seen[0.8] / seen[-0.8]) > 1.5


class TestWhoSaysSo:
    LINE = "ranks go together: {} with {} (−0.6).".format(*PAIR)

    def test_what_draws_them_together(self):
        told = js.psa(tied(), draws=4, parameters=[GAIN, HAZARD], **QUICK).notes
        assert f"Drawn so that {self.LINE}" in told
        apart = js.psa(tied(), draws=4, parameters=[GAIN], **QUICK).notes
        assert "go together" not in "".join(apart)

    def test_what_needs_them_independent_or_moves_one_at_a_time(self):
        both = {"parameters": [GAIN, HAZARD], **QUICK}
        indices = [js.sobol_indices(one, draws=2, **both) for one in (tied(), town())]
        assert np.array_equal(indices[0].total, indices[1].total)
        assert f"Drawn independently, although {self.LINE}" in repr(indices[0])
        assert "go together" not in repr(indices[1])
        for question in (js.tornado, js.what_would_have_to_be_true):
            found = repr(question(tied(), **both))
            assert f"Each number is moved alone, although {self.LINE}" in found
