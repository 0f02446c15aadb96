"""Pictures of sweeps, sensitivity and uncertainty hold the spreads of their results."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jobsim as js
from jobsim.errors import InputError
from jobsim.plots import (
    plot_conditional_means,
    plot_information,
    plot_psa,
    plot_sweep,
    plot_tornado,
)
from jobsim.plots.style import explanation
from jobsim.questions.psa import psa
from jobsim.questions.rank_assumptions import rank_assumptions
from jobsim.questions.sensitivity import tornado, two_way
from jobsim.questions.sweep import sweep
from tests.factory import small_town
from tests.plots.pictures import words

TOWN = small_town()
HOW = {"replications": 3, "progress": False}
GAIN = "groups.job_ready.meeting_gain"
BUDGET = "programmes.intensive.budget_per_year.scale"
ADMISSION = "programmes.intensive.admission"
PRICE, OTHER = "prices.wages.leisure_share", "prices.equalisation.kept_share"
SAVING = "net_saving:municipality"


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(scope="module")
def grid():
    design = {BUDGET: [0.5, 1.0], GAIN: [0.1, 0.2, 0.3]}
    return sweep(TOWN, design, measures=["placements", SAVING], **HOW)


@pytest.fixture(scope="module")
def drawn():
    measures = ["placements", SAVING, "net_saving:state"]
    parameters = [GAIN, "groups.job_ready.job_finding_hazard_per_week", PRICE, OTHER]
    return psa(TOWN, draws=16, parameters=parameters, measures=measures, **HOW)


@pytest.fixture(scope="module")
def moved():
    return tornado(TOWN, parameters={GAIN: (0.0, 0.5), BUDGET: (0.9, 1.1)}, **HOW)


class TestSweep:
    def test_a_path_is_a_line_in_order_with_its_interval(self, ax):
        found = sweep(TOWN, {GAIN: [0.3, 0.1]}, measures=["placements"], **HOW)
        assert plot_sweep(found, ax=ax) is ax
        spreads = found.spreads("placements")
        np.testing.assert_array_equal(ax.lines[0].get_xdata(), [0.1, 0.3])
        np.testing.assert_array_equal(
            ax.lines[0].get_ydata(), [one.mean for one in reversed(spreads)]
        )
        whiskers = ax.containers[0].lines[2][0].get_segments()
        expected = [spreads[1].ci_low, spreads[1].ci_high]
        np.testing.assert_allclose(whiskers[0][:, 1], expected)
        assert ax.get_xlabel() == "job ready: meeting gain"
        assert ax.get_ylabel() == "Extra: placements, persons"
        assert "95 % intervals" in explanation(ax)

    def test_words_stand_apart(self, ax):
        found = sweep(TOWN, {ADMISSION: ["random", "longest_first"]}, measures=[SAVING], **HOW)
        plot_sweep(found, ax=ax)
        assert [one.get_text() for one in ax.get_yticklabels()] == ["random", "longest_first"]
        points = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
        assert points == [one.mean for one in found.spreads(SAVING)]

    def test_two_paths_are_a_map_with_numbers(self, grid, ax):
        plot_sweep(grid, ax=ax)
        means = np.array([one.mean for one in grid.spreads(SAVING)]).reshape(2, 3)
        np.testing.assert_array_equal(ax.images[0].get_array(), means)
        assert (ax.get_ylabel(), ax.get_xlabel()) == (
            "intensive: budget per year (×)",
            "job ready: meeting gain",
        )
        assert len(words(ax)) == 6
        assert all("\n±" in one for one in words(ax))
        assert ax.figure.axes[1].get_ylabel() == "million DKK"

    def test_a_measure_can_be_chosen(self, grid, ax):
        plot_sweep(grid, "placements", ax=ax)
        means = [one.mean for one in grid.spreads("placements")]
        np.testing.assert_array_equal(np.ravel(ax.images[0].get_array()), means)
        with pytest.raises(InputError, match=r"ask for it in measures="):
            plot_sweep(grid, "recipients", ax=ax)

    def test_a_two_way_analysis_is_the_same_map(self, ax):
        values = {GAIN: [0.1, 0.3], "prices.wages.leisure_share": [0.0, 1.0]}
        found = two_way(TOWN, values, measure="net_present_value", **HOW)
        js.plot(found, ax=ax)
        means = [[one.mean for one in row] for row in found.spreads]
        np.testing.assert_array_equal(ax.images[0].get_array(), means)

    def test_large_maps_carry_stars_only(self, ax):
        values = {"prices.wages.leisure_share": np.linspace(0, 1, 9), GAIN: [0.1, 0.2]}
        found = two_way(TOWN, {GAIN: values[GAIN], **values}, **HOW)
        plot_sweep(found, ax=ax)
        covered = sum(one.ci_low <= 0 <= one.ci_high for row in found.spreads for one in row)
        assert not words(ax)
        assert len(ax.lines[0].get_xdata()) == covered

    def test_failed_cells_stay_empty(self, ax):
        found = sweep(TOWN, {GAIN: [0.1, -1.0], BUDGET: [0.5, 1]}, measures=[SAVING], **HOW)
        plot_sweep(found, ax=ax)
        assert ax.images[0].get_array().mask.tolist() == [[False, False], [True, True]]
        assert len(words(ax)) == 2

    def test_a_table_is_drawn_row_by_row(self, ax):
        rows = [{GAIN: 0.1, BUDGET: 1.0}, {GAIN: 0.2, BUDGET: 0.5}]
        plot_sweep(sweep(TOWN, rows, measures=[SAVING], **HOW), ax=ax)
        assert [one.get_text() for one in ax.get_yticklabels()] == ["0.1 · 1", "0.2 · 0.5"]
        said = "Rows: job ready: meeting gain · intensive: budget per year (×)"
        assert explanation(ax).startswith(said)


class TestTornado:
    def test_bars_begin_at_the_base_and_end_at_the_ends(self, moved, ax):
        plot_tornado(moved, ax=ax)
        base, first = moved.base.mean, moved.bars[0]
        ends = [{bar.get_x(), bar.get_x() + bar.get_width()} for bar in ax.patches[:2]]
        for drawn, at in zip(ends, (first.at_low, first.at_high), strict=True):
            assert sorted(drawn) == pytest.approx(sorted((base, base + at.mean)))
        whisker = list(ax.lines[0].get_xdata())
        assert whisker == pytest.approx([base + first.at_low.ci_low, base + first.at_low.ci_high])
        name = ax.get_yticklabels()[0].get_text()
        assert " ".join(name.split()) == "job ready: meeting gain, 0 to 0.5"
        assert ax.get_xlabel().startswith("Net saving (municipality), ")

    def test_the_strongest_are_kept(self, moved, ax):
        plot_tornado(moved, most=1, ax=ax)
        assert len(ax.get_yticklabels()) == 1
        assert "1 strongest of 2" in explanation(ax)

    def test_without_effect_there_is_nothing_to_draw(self, ax):
        idle = {PRICE: (0.0, 1.0)}
        found = tornado(TOWN, measure="placements", parameters=idle, **HOW)
        plot_tornado(found, ax=ax)
        assert words(ax) == ["Extra: placements: no number changes it."]


class TestPSA:
    def test_ranges_over_parameters_and_chance_are_apart(self, drawn, ax):
        plot_psa(drawn, ax=ax)
        row = drawn.row(SAVING)
        parameters, chance = ax.patches[:2]
        assert parameters.get_x() == pytest.approx(row.parameters_low)
        assert parameters.get_x() + parameters.get_width() == pytest.approx(row.parameters_high)
        assert chance.get_x() == pytest.approx(row.chance_low)
        assert list(ax.lines[0].get_xdata()) == [row.range_low, row.range_high]
        names = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
        assert names == ["Net saving (municipality)", "Net saving (state)"]
        assert "over parameters" in explanation(ax)

    def test_other_units_are_asked_for(self, drawn, ax):
        plot_psa(drawn, unit="persons", ax=ax)
        assert ax.get_xlabel() == "persons"
        assert len(ax.get_yticklabels()) == 1
        with pytest.raises(InputError, match="no outcome in weeks was measured; known: persons"):
            plot_psa(drawn, unit="weeks", ax=ax)

    def test_the_histogram_counts_every_draw(self, drawn, ax):
        plot_conditional_means(drawn, SAVING, ax=ax)
        assert sum(bar.get_height() for bar in ax.patches) == 16
        row = drawn.row(SAVING)
        assert list(ax.lines[0].get_xdata()) == [row.parameters_low, row.parameters_high]
        means = drawn.components(SAVING).conditional_means
        assert f"{100 * (means > 0).mean():.0f} % of draws above 0" in explanation(ax)

    def test_one_draw_is_not_uncertainty(self, ax):
        found = psa(TOWN, draws=1, measures=[SAVING], **HOW)
        plot_psa(found, ax=ax)
        assert "js.psa(scenario, draws=1024" in words(ax)[0].replace("\n", " ")

    def test_a_ranking_is_bars(self, drawn, ax):
        mean = float(drawn.net_benefit().sum() / drawn.effects().sum())
        ranked = rank_assumptions(drawn, willingness_to_pay=-mean)  # as good as nothing
        rows = [replace(row, evppi=float(place)) for place, row in enumerate(ranked.rows)]
        found = replace(ranked, rows=tuple(rows))  # 16 draws of few futures tell of none
        plot_information(found, most=3, ax=ax)
        highest = sorted((row.evppi for row in found.rows), reverse=True)
        assert [bar.get_width() for bar in ax.patches] == highest[:3]
        assert f"3 highest of {len(found.rows)}" in explanation(ax)
        assert js.plot(found, ax=ax) is ax


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (plot_sweep, r"must be Sweep or TwoWay, made by js\.sweep.*; got dict"),
        (plot_tornado, r"must be Tornado, made by js\.tornado\(scenario\); got dict"),
        (plot_psa, r"must be PSA, made by js\.psa\(scenario\); got dict"),
        (plot_information, r"must be Information, made by js\.evppi.*; got dict"),
    ],
)
def test_a_wrong_result_names_what_is_accepted(draw, message, ax):
    with pytest.raises(InputError, match=message):
        draw({}, ax=ax)
