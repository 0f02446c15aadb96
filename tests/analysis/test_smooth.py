"""The regression behind values of information: its columns, its smoothness and its error."""

from itertools import combinations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize_scalar

from jobsim.analysis.deciding.smooth import basis_of, smooth


class TestBasis:
    def test_columns_of_one_parameter_are_orthogonal_with_variance_one(self):
        x = np.random.default_rng(1).gamma(2.0, size=300)
        columns = basis_of(x[:, None]).columns
        assert columns.T @ columns / 300 == pytest.approx(np.eye(10), abs=1e-9)

    def test_roughness_is_the_integral_of_the_second_derivative_squared(self):
        x = np.sort(np.random.default_rng(2).normal(size=200))
        basis = basis_of(x[:, None])
        fine = np.linspace(x[0], x[-1], 20_001)
        bends = [CubicSpline(x, basis.columns[:, j], bc_type="natural") for j in range(2, 6)]
        integrals = np.array([np.trapezoid(bend(fine, 2) ** 2, fine) for bend in bends])
        assert integrals / integrals[0] == pytest.approx(basis.roughness[2:6], rel=1e-3)

    @pytest.mark.parametrize(("values", "columns"), [(1, 1), (2, 2), (3, 3), (4, 4), (30, 10)])
    def test_there_are_as_many_columns_as_values_and_ten_at_most(self, values, columns):
        x = np.arange(90.0) % values
        assert basis_of(x[:, None]).columns.shape == (90, columns)

    def test_few_distinct_values_are_told_apart_fully(self):
        x = np.arange(60) % 4
        columns = basis_of(x[:, None].astype(float)).columns
        assert np.linalg.matrix_rank(columns) == 4

    @pytest.mark.parametrize("parameters", [1, 2, 3, 5, 10, 20, 60])
    @pytest.mark.parametrize("draws", [200, 1024])
    def test_columns_have_draws_enough(self, parameters, draws):
        """Three for each column of single parameters, three for two with interactions."""
        basis = basis_of(np.random.default_rng(3).normal(size=(draws, parameters)))
        rows, columns = basis.columns.shape
        alone = 1 + parameters + np.sum((basis.group >= 0) & (basis.group < parameters))
        assert 1 + parameters <= alone <= rows / 3
        assert columns <= min(800, 2 * rows / 3)

    def test_interactions_hold_every_product_where_there_is_room(self):
        x = np.random.default_rng(8).normal(size=(300, 4))
        basis, lines = basis_of(x), (x - x.mean(axis=0)) / x.std(axis=0)
        for order in (2, 3, 4):
            for together in combinations(lines.T, order):
                product = np.prod(together, axis=0)
                missed = np.linalg.lstsq(basis.columns, product)[1]
                assert np.sum(missed) < 1e-6 * np.sum(product**2)

    @pytest.mark.parametrize(
        ("draws", "parameters", "words"),
        [
            (300, 2, ""),
            (1000, 4, "those of 3 or more curves"),
            (100, 5, "17 % of those of 2 lines"),
            (100, 5, "those of 3 or more curves or 5 or more lines"),
        ],
    )
    def test_what_is_left_out_is_said(self, draws, parameters, words):
        x = np.random.default_rng(9).uniform(size=(draws, parameters))
        found = basis_of(x).left_out
        assert (words in found) if words else not found


class TestFit:
    rng = np.random.default_rng(4)
    x = rng.uniform(-2, 2, 400)
    basis = basis_of(x[:, None])

    def test_a_line_is_found_without_error(self):
        curve = smooth(self.basis, 1e6 + 5 * self.x)
        assert curve.fitted == pytest.approx(1e6 + 5 * self.x, rel=1e-9)
        assert np.sqrt(curve.variance) < 1e-4 * np.std(5 * self.x)

    def test_noise_about_a_line_leaves_a_line(self):
        y = 5 * self.x + self.rng.normal(0, 3, 400)
        straight = np.polynomial.Polynomial.fit(self.x, y, 1)(self.x)
        curve = smooth(self.basis, y).fitted
        assert np.std(curve - straight) < 0.5 * np.std(5 * self.x - straight) + 0.15

    def test_a_wave_is_followed(self):
        wave = np.sin(2 * self.x)
        curve = smooth(self.basis, wave + self.rng.normal(0, 0.3, 400))
        assert np.std(curve.fitted - wave) < 0.1
        assert np.sqrt(curve.variance) == pytest.approx(0.3, rel=0.15)

    def test_the_strength_maximises_the_restricted_likelihood(self):
        """Against a search over one strength, with the likelihood written out in full."""
        x = np.linspace(-2, 2, 120)
        basis = basis_of(x[:, None])
        y = np.sin(2 * x) + np.random.default_rng(6).normal(0, 0.5, 120)
        columns, weights = basis.columns, basis.roughness[2:]
        fixed, bends = columns[:, :2], columns[:, 2:]

        def deviance(log_strength: float) -> float:
            cover = np.eye(120) + (bends / (np.exp(log_strength) * weights)) @ bends.T
            inverse = np.linalg.inv(cover)
            inner = fixed.T @ inverse @ fixed
            left = y - fixed @ np.linalg.solve(inner, fixed.T @ inverse @ y)
            logs = np.linalg.slogdet(cover)[1] + np.linalg.slogdet(inner)[1]
            return float(118 * np.log(left @ inverse @ left) + logs)

        best = minimize_scalar(deviance, bounds=(-10, 15), method="bounded").x
        held = np.concatenate([[0, 0], np.exp(best) * weights])
        exact = columns @ np.linalg.solve(columns.T @ columns + np.diag(held), columns.T @ y)
        assert smooth(basis, y).fitted == pytest.approx(exact, abs=0.01)
        assert np.ptp(exact) > 1.0

    def test_unseen_draws_are_expected_as_if_fitted_without_them(self):
        y = np.sin(2 * self.x) + self.rng.normal(0, 0.5, 400)
        curve = smooth(self.basis, y)
        fitted = curve.smoothed(y[:, None])
        assert fitted[:, 0] == pytest.approx(curve.fitted)
        columns, inverse = self.basis.columns, np.linalg.inv(curve.scatter @ curve.scatter.T)
        expected = curve.unseen(y[:, None], fitted)[:, 0]
        for draw in (0, 17, int(self.x.argmax())):
            row = columns[draw]
            without = np.linalg.solve(
                inverse - np.outer(row, row),
                columns.T @ (y - y.mean()) - row * (y - y.mean())[draw],
            )
            assert expected[draw] == pytest.approx(y.mean() + row @ without)

    def test_a_draw_that_is_fitted_by_itself_alone_is_expected_as_the_others(self):
        x, y = np.append(np.zeros(30), 1.0), np.append(np.arange(30.0), 1000.0)
        curve = smooth(basis_of(x[:, None]), y)
        found = curve.unseen(y[:, None], curve.smoothed(y[:, None]))
        assert found[-1, 0] == pytest.approx(y[:-1].mean())
