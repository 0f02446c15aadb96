"""Pictures over time hold means, ranges and observed values; the hour ramp holds the stock."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jobsim as js
from jobsim.errors import InputError
from jobsim.plots import plot_hour_ramp, plot_placements, plot_recipients
from jobsim.plots.style import explanation
from tests.factory import small_town
from tests.plots.pictures import words


@pytest.fixture(scope="module")
def kolding():
    scenario = js.Scenario.load("kolding-2018").with_({"horizon.weeks": 70})
    return js.compare(scenario, replications=5, progress=False)


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_recipients_are_means_of_both_sides(kolding, ax):
    plot_recipients(kolding, group="activity_ready", ax=ax)
    for line, played in zip(ax.lines, (kolding.baseline, kolding.played), strict=False):
        expected = played.total("recipients", ["activity_ready"]).mean(axis=0)
        np.testing.assert_allclose(line.get_ydata(), expected)
    assert words(ax) == ["without", "with"]
    assert ax.get_ylabel().endswith("persons")


def test_recipients_lie_beside_what_was_observed(kolding, ax):
    plot_recipients(kolding, ax=ax)
    observed = kolding.played.scenario.observed["recipients"]
    assert list(ax.lines[-1].get_ydata()) == [one.value for one in observed.values]
    groups = list(observed.groups)
    np.testing.assert_allclose(
        ax.lines[1].get_ydata(), kolding.played.total("recipients", groups).mean(axis=0)
    )


def test_months_that_are_not_published_are_said(ax):
    result = js.run(small_town(), replications=2, engine="numpy", progress=False)
    plot_recipients(result, ax=ax)
    assert len(ax.lines[-1].get_ydata()) == 2
    assert explanation(ax).endswith("not published: 2018-03")


def test_placements_are_those_of_an_average_week(kolding, ax):
    plot_placements(kolding, ax=ax)
    weeks = np.bincount(kolding.played.scenario.weeks.month_of_week)
    total = kolding.played.total("placements").mean(axis=0).sum()
    assert (ax.lines[1].get_ydata() * weeks).sum() == pytest.approx(total)


def test_an_unknown_group_is_named(kolding, ax):
    with pytest.raises(InputError, match="no nobody; known: job_ready, activity_ready"):
        plot_recipients(kolding, group="nobody", ax=ax)


def test_layers_of_the_ramp_add_up_to_persons_in_small_jobs(kolding, ax):
    plot_hour_ramp(kolding, ax=ax)
    weeks = np.bincount(kolding.played.scenario.weeks.month_of_week)
    volume = kolding.played.volumes.benefit_weeks
    working = volume.isel(level=slice(1, None)).sum(["group", "band", "level"]).mean("replication")
    top = max(area.get_paths()[0].vertices[:, 1].max() for area in ax.collections)
    assert top == pytest.approx((working.values / weeks).max())
    hours = kolding.played.scenario.small_jobs.hours_per_week
    names = [f"{one:g} hours a week" for one in hours[:-1]]  # the last level is a job
    drawn = words(ax)
    assert drawn
    assert drawn == names[: len(drawn)]


def test_a_town_without_small_jobs_has_no_ramp(ax):
    town = js.Scenario.load("esbjerg-2018").with_({"horizon.weeks": 5})
    plot_hour_ramp(js.compare(town, replications=1, progress=False), ax=ax)
    assert words(ax)[0].startswith("Nobody is in a small job")
