"""The picture of an investment curve draws the curve's own numbers and marks its best budget."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jobsim as js
from jobsim.errors import InputError
from jobsim.plots import plot_investment_curve
from jobsim.questions.investment_curve import investment_curve


@pytest.fixture(scope="module")
def curve():
    town = js.Scenario.load("town-2026")
    return investment_curve(town, budgets=[0, 5e5, 1e6, 2e6], replications=4, progress=False)


@pytest.fixture
def ax(curve):
    drawn = plot_investment_curve(curve)
    yield drawn
    plt.close(drawn.figure)


def test_the_line_is_the_mean_over_the_budget(ax, curve):
    x, y = ax.lines[0].get_data()
    means = [one.mean for one in curve.spreads("net_saving:municipality")]
    assert np.array_equal(x, curve.budgets)
    assert np.array_equal(y, means)


def test_bands_hold_futures_and_the_interval_of_the_mean(ax, curve):
    spreads = curve.spreads("net_saving:municipality")
    wide, narrow = (band.get_paths()[0].get_extents() for band in ax.collections[:2])
    assert wide.y0 == pytest.approx(min(one.range_low for one in spreads))
    assert narrow.y0 == pytest.approx(np.nanmin([one.ci_low for one in spreads]))
    ends = narrow.x0, narrow.x1
    assert ends == (wide.x0, wide.x1)  # also where nothing is spent, so that no future differs
    assert (spreads[0].ci_low, spreads[0].ci_high) == (0, 0)


def test_the_best_budget_is_ringed_and_named(ax, curve):
    ring = ax.lines[-1]
    assert ring.get_xdata()[0] == curve.best().budget
    texts = [text.get_text() for text in ax.texts]
    assert "best budget" in texts
    assert ("cannot be told from the best" in texts) == (len(curve.best().near) > 1)


def test_the_present_budget_is_marked_where_it_lies_between_those_played(ax, curve):
    dotted = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]
    budget = curve.cells.case.scenario.programmes["intensive"].budget_per_year
    inside = curve.budgets[0] <= max(budget.values) <= curve.budgets[-1]
    assert inside
    assert dotted == [max(budget.values)] == [curve.present]
    assert "present plan" in [text.get_text() for text in ax.texts]


def test_a_present_budget_beyond_the_picture_is_not_marked(curve):
    low = investment_curve(
        curve.cells.case.scenario, budgets=[0, 1e4], replications=2, progress=False
    )
    figure, given = plt.subplots()
    plot_investment_curve(low, ax=given)
    assert "present plan" not in [text.get_text() for text in given.texts]
    plt.close(figure)


def test_axes_say_what_and_in_which_unit(ax):
    assert ax.get_xlabel() == "budget a year, million DKK"
    assert ax.get_ylabel() == "net saving of the municipality, million DKK"


def test_it_draws_where_it_is_told(curve):
    figure, given = plt.subplots()
    assert plot_investment_curve(curve, measure="net_saving:state", ax=given) is given
    plt.close(figure)


def test_a_measure_that_is_not_on_the_curve_is_refused(curve):
    figure, given = plt.subplots()
    with pytest.raises(InputError):
        plot_investment_curve(curve, measure="meetings", ax=given)
    plt.close(figure)
