"""Pictures hold the numbers of their result."""

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.measures import net
from jobsim.errors import InputError
from jobsim.plots import plot_extra_placements, plot_net_saving
from tests.factory import small_town
from tests.plots.pictures import words


@pytest.fixture(scope="module")
def result():
    return js.compare(small_town(), replications=6, progress=False)


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_net_saving_draws_the_mean_of_each_payer(result, ax):
    assert plot_net_saving(result, payers=("municipality", "state"), ax=ax) is ax
    for line, payer in zip(ax.lines, ("municipality", "state"), strict=False):
        expected = np.cumsum(net(result.increments, payer).mean(axis=0))
        np.testing.assert_allclose(line.get_ydata(), expected)
    assert "million DKK" in ax.get_ylabel()
    assert words(ax) == ["Municipality", "State"]


def test_the_band_is_the_range_of_futures(result, ax):
    plot_extra_placements(result, ax=ax)
    extra = result.played.total("placements") - result.baseline.total("placements")
    low, high = np.quantile(np.cumsum(extra, axis=1), [0.025, 0.975], axis=0)
    drawn = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert drawn.min() == pytest.approx(low.min())
    assert drawn.max() == pytest.approx(high.max())


def test_plot_picks_the_picture(result, ax):
    assert js.plot(result, ax=ax).get_ylabel() == "net saving so far, million DKK (nominal)"


def test_plot_refuses_what_it_cannot_draw():
    with pytest.raises(InputError, match="got dict"):
        js.plot({})


def test_a_new_figure_is_made_without_axes(result):
    axes = plot_net_saving(result)
    assert axes.figure is not None
    plt.close(axes.figure)
