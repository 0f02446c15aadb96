"""Pictures of decisions hold the draws, shares and values of their results, with intervals."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jobsim as js
from jobsim.errors import InputError
from jobsim.plots import plot_acceptability, plot_expected_loss, plot_information, plot_plane
from jobsim.plots.style import explanation
from jobsim.questions.cost_effectiveness import cost_effectiveness
from jobsim.questions.value_of_information import evpi, evppi
from tests.plots.pictures import words

DRAWS = 64
STEP = (np.arange(DRAWS) * 0.618034) % 1
OTHER = (np.arange(DRAWS) * 0.414214) % 1
COSTS = np.column_stack([0 * STEP, 2e6 + 1e6 * STEP, 3e6 * OTHER + 1])
EFFECTS = np.column_stack([0 * STEP, 10 * OTHER - 2, 8 * STEP])
FOUND = cost_effectiveness(COSTS, EFFECTS, names=["now", "meetings", "small jobs"])
CURVES = FOUND.acceptability(np.linspace(0, 2e6, 9))
BENEFIT = np.column_stack([0 * STEP, 3e6 * (STEP - 0.5) + 1e5 * OTHER])


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


class TestPlane:
    def test_every_draw_is_a_point_and_the_cross_is_the_range(self, ax):
        plane = FOUND.plane()
        assert plot_plane(FOUND, ax=ax) is ax
        np.testing.assert_array_equal(ax.lines[0].get_xdata(), plane.incremental_effect[:, 0])
        np.testing.assert_array_equal(ax.lines[0].get_ydata(), plane.incremental_cost[:, 0])
        cost, effect = plane.spreads("meetings")
        assert list(ax.lines[1].get_xdata()) == [effect.range_low, effect.range_high]
        assert list(ax.lines[2].get_ydata()) == [cost.range_low, cost.range_high]

    def test_units_are_named_and_millions_shown(self, ax):
        plot_plane(FOUND, ax=ax)
        assert ax.get_xlabel() == "extra placements"
        assert ax.get_ylabel() == "extra cost, million DKK"
        assert ax.yaxis.get_major_formatter()(1.5e6) == "1.5"
        assert "95 % of draws" in explanation(ax)

    def test_other_money_keeps_its_name(self, ax):
        euros = cost_effectiveness(COSTS / 1e3, EFFECTS, money_unit="EUR", effect_unit="months")
        plot_plane(euros, ax=ax)
        assert ax.get_ylabel() == "extra cost, thousand EUR"

    def test_quadrants_of_one_option_add_up(self, ax):
        pair = cost_effectiveness(COSTS[:, :2], EFFECTS[:, :2], names=["now", "meetings"])
        plot_plane(pair.plane(), ax=ax)
        words = [text.get_text() for text in ax.texts if "dearer" in text.get_text()]
        shares = pair.plane().quadrants("meetings")
        assert f"dearer, more: {100 * shares['dearer, more']:.0f} %" in words
        assert len(words) == sum(share > 0 for share in shares.values())

    def test_the_threshold_goes_through_nothing(self, ax):
        plot_plane(FOUND, willingness_to_pay=250_000, ax=ax)
        slopes = [
            (line.get_ydata()[1] / line.get_xdata()[1])
            for line in ax.lines
            if line.get_linestyle() == "--"
        ]
        assert slopes == [pytest.approx(250_000)]
        assert "250,000 DKK each" in [text.get_text() for text in ax.texts]
        with pytest.raises(InputError, match="willingness_to_pay: must be a number of 0 or more"):
            plot_plane(FOUND, willingness_to_pay=-1, ax=ax)


class TestAcceptability:
    def test_curves_and_frontier_are_those_of_the_result(self, ax):
        plot_acceptability(CURVES, ax=ax)
        np.testing.assert_array_equal(ax.lines[0].get_ydata(), CURVES.frontier)
        for place in range(3):
            drawn = ax.lines[1 + place].get_ydata()
            np.testing.assert_array_equal(drawn, CURVES.probability[:, place])
        assert words(ax) == list(CURVES.names)
        assert ax.get_xlabel() == "willingness to pay, million DKK per unit of placements"

    def test_bands_are_wilson_intervals(self, ax):
        from jobsim.analysis.outcomes.spread import of_share

        plot_acceptability(CURVES, ax=ax)
        corners = ax.collections[0].get_paths()[0].vertices
        first = corners[corners[:, 0] == 0.0, 1]
        expected = of_share(DRAWS, round(CURVES.probability[0, 0] * DRAWS))
        assert first.min() == pytest.approx(expected.ci_low)
        assert first.max() == pytest.approx(expected.ci_high)
        assert "95 % intervals" in explanation(ax)

    def test_the_lowest_loss_is_the_value_of_knowing(self, ax):
        plot_expected_loss(CURVES, ax=ax)
        np.testing.assert_array_equal(ax.lines[0].get_ydata(), CURVES.evpi)
        np.testing.assert_array_equal(ax.lines[2].get_ydata(), CURVES.expected_loss[:, 1])
        assert ax.get_ylabel() == "expected loss, million DKK"

    def test_names_do_not_overlap(self, ax):
        ax.figure.set_dpi(72)  # a pixel is a point
        close = cost_effectiveness(COSTS[:, [0, 0, 1]], EFFECTS[:, [0, 0, 1]], names=list("abc"))
        plot_acceptability(close.acceptability([0, 10]), ax=ax)
        ax.figure.canvas.draw()
        names = [text for text in ax.texts if text.get_text() in "abc"]
        heights = sorted(text.get_window_extent().y0 for text in names)
        assert len(heights) == 3
        assert np.diff(heights).min() > 9

    def test_one_value_is_points(self, ax):
        found = FOUND.acceptability(100.0)
        plot_acceptability(found, ax=ax)
        points = {line.get_marker(): line.get_ydata()[0] for line in ax.lines[1:]}
        assert points == dict(zip("os^", found.probability[0], strict=True))


class TestInformation:
    def test_bars_are_sorted_with_their_intervals(self, ax):
        several = [
            evppi(BENEFIT, OTHER, names=["prices.wages.leisure_share"]),
            evppi(BENEFIT, STEP, names=["groups.job_ready.meeting_gain"]),
        ]
        plot_information(several, ax=ax)
        assert [bar.get_width() for bar in ax.patches] == [several[1].value, several[0].value]
        assert list(ax.lines[0].get_xdata()) == [several[1].ci_low, several[1].ci_high]
        names = [label.get_text() for label in ax.get_yticklabels()]
        assert names == ["job ready: meeting gain", "wages: leisure share"]
        assert ax.get_xlabel() == "expected gain from knowing, million DKK per decision"

    def test_what_may_be_noise_is_hollow(self, ax):
        noise = evppi(BENEFIT, OTHER, names=["noise"])
        assert not noise.is_more_than_noise
        plot_information([noise, evppi(BENEFIT, STEP, names=["signal"])], ax=ax)
        assert ax.patches[1].get_facecolor() == (1, 1, 1, 1)
        assert ax.patches[0].get_facecolor() != (1, 1, 1, 1)
        assert "hollow: may be noise alone" in explanation(ax)

    def test_everything_is_a_dashed_line(self, ax):
        found = evpi(BENEFIT)
        plot_information(found, ax=ax)
        dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
        assert dashed[0].get_xdata()[0] == found.value
        assert ax.get_yticklabels()[0].get_text() == "everything"

    def test_a_choice_that_nothing_changes_is_said(self, ax):
        plot_information(evpi(np.column_stack([0 * STEP, 1e6 + STEP])), ax=ax)
        assert "in no draw would one choose otherwise" in words(ax)[0].replace("\n", " ")

    def test_nothing_cannot_be_drawn(self, ax):
        with pytest.raises(InputError, match="nothing to draw"):
            plot_information([], ax=ax)


@pytest.mark.parametrize("result", [FOUND, FOUND.plane(), CURVES, evpi(BENEFIT), [evpi(BENEFIT)]])
def test_plot_picks_the_picture(result, ax):
    assert js.plot(result, ax=ax) is ax
    assert explanation(ax)
