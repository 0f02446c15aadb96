"""The regression behind values of information: its columns, its smoothness and its error."""

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
    def test_every_column_has_three_draws_at_least(self, parameters, draws):
        x = np.random.default_rng(3).normal(size=(draws, parameters))
        rows, columns = basis_of(x).columns.shape
        assert 1 + parameters <= columns <= rows / 3


class TestFit:
    rng = np.random.default_rng(4)
    x = rng.uniform(-2, 2, 400)
    basis = basis_of(x[:, None])

    def test_a_line_is_found_without_error(self):
        curve = smooth(self.basis, 1e6 + 5 * self.x)
        assert curve.fitted == pytest.approx(1e6 + 5 * self.x, rel=1e-9)
        assert curve.sigma < 1e-4 * np.std(5 * self.x)

    def test_noise_about_a_line_leaves_a_line(self):
        y = 5 * self.x + self.rng.normal(0, 3, 400)
        straight = np.polynomial.Polynomial.fit(self.x, y, 1)(self.x)
        curve = smooth(self.basis, y).fitted
        assert np.std(curve - straight) < 0.5 * np.std(5 * self.x - straight) + 0.15

    def test_a_wave_is_followed(self):
        wave = np.sin(2 * self.x)
        curve = smooth(self.basis, wave + self.rng.normal(0, 0.3, 400))
        assert np.std(curve.fitted - wave) < 0.1
        assert curve.sigma == pytest.approx(0.3, rel=0.15)

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

    def test_possible_curves_spread_as_the_posterior_does(self):
        """Pointwise variance σ² x' (X'X + S)⁻¹ x, to 4 standard errors of 4,000 draws."""
        y = np.sin(2 * self.x) + self.rng.normal(0, 0.5, 400)
        curve = smooth(self.basis, y)
        normals = np.random.default_rng(5).normal(size=(10, 4000))
        possible = curve.possible(normals)
        exact = curve.sigma * np.linalg.norm(self.basis.columns @ curve.scatter, axis=1)
        assert possible.mean(axis=1) == pytest.approx(curve.fitted, abs=4 * 0.25 / 63)
        assert possible.std(axis=1) / exact == pytest.approx(1.0, abs=4 / np.sqrt(2 * 4000))

    def test_intervals_cover_the_truth_95_percent_of_the_time_on_average(self):
        """Nychka's coverage, over all points of 40 samples: 93 to 97 %; half the width is not."""
        wave, inside, half = np.sin(2 * self.x), [], []
        for seed in range(40):
            y = wave + np.random.default_rng(seed).normal(0, 0.5, 400)
            curve = smooth(self.basis, y)
            se = curve.sigma * np.linalg.norm(self.basis.columns @ curve.scatter, axis=1)
            inside.append(np.mean(np.abs(curve.fitted - wave) < 1.96 * se))
            half.append(np.mean(np.abs(curve.fitted - wave) < 0.98 * se))
        assert 0.92 < np.mean(inside) < 0.98
        assert np.mean(half) < 0.80
