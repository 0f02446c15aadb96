"""The picture of a comparison says and draws what plain arithmetic says."""

from __future__ import annotations

import math

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jobsim as js
from jobsim.plots import plot_claims, plot_extra_placements, plot_recipients
from jobsim.plots.style import explanation
from tests.printed.cases import CASES, played
from tests.printed.pairs import expected, pair
from tests.printed.plain_claims import claimed
from tests.printed.plain_numbers import mean, quantile
from tests.printed.plainly import net_saving, placements, recipients

all_cases = pytest.mark.parametrize("case", CASES)


@pytest.fixture
def ax():
    """Axes that are thrown away."""
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@all_cases
def test_the_picture_tells_the_month_of_breaking_even(case, ax):
    js.plot(played(case), ax=ax)
    month = expected(case)["break_even_month", None, None, "municipality"][0].difference
    said = "The municipality does not break even within the run"
    if math.isfinite(month):
        day = pair(case).ours.months[int(month) - 1]
        said = f"The municipality breaks even in {day:%Y-%m}"
    assert said in explanation(ax)


@all_cases
def test_lines_are_the_net_saving_so_far_of_each_payer(case, ax):
    js.plot(played(case), ax=ax)
    for line, payer in zip(ax.lines, ("municipality", "state", "recipient"), strict=False):
        so_far = np.cumsum(net_saving(pair(case), payer).mean(axis=0))
        np.testing.assert_allclose(line.get_ydata(), so_far, rtol=1e-9, atol=1e-5)


@all_cases
def test_the_line_of_extra_placements(case, ax):
    plot_extra_placements(played(case), ax=ax)
    both = pair(case)
    months = [[month] for month in range(len(both.ours.months))]
    ours, theirs = (
        np.array([placements(side, one, None).mean() for one in months])
        for side in (both.ours, both.theirs)
    )
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.cumsum(ours - theirs), atol=1e-9)


@all_cases
def test_lines_of_recipients_without_and_with(case, ax):
    code = next(iter(CASES[case].scenario["groups"]))
    plot_recipients(played(case), group=code, ax=ax)
    both = pair(case)
    for line, side in zip(ax.lines, (both.theirs, both.ours), strict=False):
        months = range(len(side.months))
        means = [recipients(side, [month], [code]).mean() for month in months]
        np.testing.assert_allclose(line.get_ydata(), means)


@pytest.mark.parametrize("case", ["esbjerg-2018-evidence", "kolding-2018", "town"])
def test_claims_are_drawn_in_per_cent_of_what_was_claimed(case, ax):
    plot_claims(played(case), ax=ax)
    drawn = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    for claim in CASES[case].scenario["claims"].values():
        values = [100 * value / claim["value"] for value in claimed(pair(case), claim)]
        middle = [pytest.approx(mean(values))] * 2
        assert middle in drawn, claim["label"]
        ends = [pytest.approx(quantile(values, share)) for share in (0.025, 0.975)]
        assert ends in drawn, claim["label"]
