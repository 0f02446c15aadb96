"""Pictures that audit claims hold readings, parts, limits and needed values of their results."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.spread import spread
from jobsim.errors import InputError
from jobsim.plots import (
    plot_attribution,
    plot_caseload_limit,
    plot_naive,
    plot_psa,
    plot_would_have_to_be_true,
)
from jobsim.plots.style import (
    clipped,
    explanation,
    in_units,
    row_label,
    rows_that_fit,
    short_labels,
)
from jobsim.questions.attribute import attribute
from jobsim.questions.caseload_limit import caseload_limit
from jobsim.questions.must_hold import what_would_have_to_be_true
from jobsim.questions.naive import naive
from jobsim.text.tables import brief, in_brackets, millions, shown_in
from jobsim.vocabulary import PURSE_LABELS, PURSES
from tests.factory import small_town
from tests.plots.pictures import words

TOWN = small_town()
HOW = {"replications": 3, "progress": False}


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(scope="module")
def readings():
    return naive(TOWN, year=2018, target=30, **HOW)


@pytest.fixture(scope="module")
def divided():
    return attribute(TOWN, parts=["intensive", "consultants"], measure="placements:scenario", **HOW)


@pytest.fixture(scope="module")
def limits():
    return caseload_limit(TOWN, caseloads=(5, 60), intervals=[2, 4], **HOW)


@pytest.fixture(scope="module")
def claimed():
    """A claim that one assumption reaches and another does not."""
    document = TOWN.to_dict()
    document["claims"]["placements_2018"]["value"] = 5.5
    town = js.Scenario.from_dict(document)
    return what_would_have_to_be_true(town, claim="placements_2018", **HOW)


class TestNaive:
    def test_each_reading_lies_above_its_truth(self, readings, ax):
        assert plot_naive(readings, ax=ax) is ax
        first = readings.readings[0]
        points = [line for line in ax.lines if line.get_marker() == "o"]
        means = [line.get_xdata()[0] for line in points[:2]]
        assert means == pytest.approx([first.persons.mean(), first.truth.mean()])
        assert points[0].get_ydata()[0] < points[1].get_ydata()[0]  # the first row is on top
        assert ax.get_xlabel() == "persons in 2018"
        assert len(words(ax)) == len(readings.readings)

    def test_bars_are_the_range_of_futures(self, readings, ax):
        plot_naive(readings, ax=ax)
        expected = spread(readings.readings[0].persons)
        assert ax.patches[0].get_x() == pytest.approx(expected.range_low)
        assert "95 % of futures" in explanation(ax)

    def test_money_is_in_millions(self, readings, ax):
        plot_naive(readings, money=True, ax=ax)
        points = [line for line in ax.lines if line.get_marker() == "o"]
        assert points[0].get_xdata()[0] == pytest.approx(readings.readings[0].saved.mean())
        assert ax.get_xlabel() == "saved in 2018, million DKK"

    def test_without_readings_it_says_what_makes_one(self, readings, ax):
        plot_naive(replace(readings, readings=()), ax=ax)
        assert "js.naive(scenario, target=…) makes one" in words(ax)[0].replace("\n", " ")


class TestAttribution:
    def test_bars_add_up_to_the_total(self, divided, ax):
        plot_attribution(divided, ax=ax)
        rest, *parts, total = ax.patches
        assert rest.get_width() == pytest.approx(divided.contribution("rest").model.mean)
        assert parts[0].get_x() == pytest.approx(rest.get_width())
        end = parts[-1].get_x() + parts[-1].get_width()
        assert end == pytest.approx(total.get_width())
        assert total.get_width() == pytest.approx(divided.total.model.mean)

    def test_intervals_are_drawn_and_named(self, divided, ax):
        plot_attribution(divided, ax=ax)
        part = divided.contribution("intensive").model
        begin = divided.contribution("rest").model.mean
        drawn = list(ax.lines[1].get_xdata())
        assert drawn == pytest.approx([begin + part.ci_low, begin + part.ci_high])
        assert "95 % intervals" in explanation(ax)

    def test_a_level_says_that_its_axis_is_cut(self, divided, ax):
        plot_attribution(divided, ax=ax)
        assert ax.get_xlabel() == "level, persons (the axis does not begin at 0)"
        assert ax.get_xlim()[0] > 0

    def test_tunings_have_whiskers_of_their_own(self, ax):
        others = [{"programmes.intensive.budget_per_year.scale": 0.5}]
        found = attribute(
            TOWN, parts=["intensive"], measure="placements:scenario:2018",
            since="placements:scenario:2019", tunings=others, **HOW,
        )  # fmt: skip
        plot_attribution(found, ax=ax)
        rest = found.contribution("rest")
        assert list(ax.lines[1].get_xdata()) == [rest.ci_low, rest.ci_high]
        assert "over 2 tunings" in explanation(ax)
        assert ax.get_xlabel() == "change, persons"

    def test_the_published_change_is_a_diamond(self, ax):
        found = attribute(TOWN, parts=["intensive"], measure="placements_2018", **HOW)
        plot_attribution(found, ax=ax)
        diamonds = [line for line in ax.lines if line.get_marker() == "D"]
        assert diamonds[0].get_xdata()[0] == found.observed == 40.0

    @pytest.mark.parametrize(
        ("measure", "value", "written"),
        [("meetings_on_time", 0.97, "97.0 %"), ("net_saving", -1_234_567, "−1.23")],
    )
    def test_a_published_figure_is_written_in_its_unit(self, measure, value, written, ax):
        document = TOWN.to_dict()
        about = {"measure": measure, "value": value, "groups": [], "month": None}
        document["claims"]["placements_2018"] |= about
        town = js.Scenario.from_dict(document)
        found = attribute(town, parts=["intensive"], measure="placements_2018", **HOW)
        plot_attribution(found, ax=ax)
        assert f"published, {written}" in explanation(ax)
        ends = in_brackets(found.total.model, shown_in(found.quantity.unit, money=millions))
        assert any(ends in text.get_text() for text in ax.texts)


class TestCaseloadLimit:
    def test_closed_form_goes_through_both_bounds(self, limits, ax):
        plot_caseload_limit(limits, ax=ax)
        dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
        assert len(dashed) == 2
        for line, case in zip(dashed, limits.cases, strict=True):
            x, y = line.get_xdata(), line.get_ydata()
            at_target = np.interp(-limits.target, -np.array(y[1:]), x[1:])
            assert x[1] == case.load_bound
            assert at_target == pytest.approx(case.load_bound_on_time)

    def test_the_limit_is_marked_with_its_interval(self, limits, ax):
        plot_caseload_limit(limits, ax=ax)
        case = limits.cases[0].on_time
        assert case.verdict == "found"
        bars = [line for line in ax.lines if line.get_marker() == "|"]
        assert list(bars[0].get_xdata()) == [case.ci_low, case.ci_high]
        assert list(bars[0].get_ydata()) == [0.9, 0.9]
        said = [text.get_text() for text in ax.get_legend().get_texts()]
        assert said[0].startswith(f"every 2 weeks: limit {case.value:.1f}")
        assert ax.get_xlabel() == "recipients per full-time caseworker"
        assert ax.get_ylabel() == "meetings on time, per cent"

    def test_a_limit_that_is_not_reached_is_said(self, ax):
        found = caseload_limit(TOWN, caseloads=(2, 4), **HOW)
        plot_caseload_limit(found, ax=ax)
        assert "limit not crossed" in ax.get_legend().get_texts()[0].get_text()

    def test_the_present_plan_is_marked(self, limits, ax):
        plot_caseload_limit(limits, ax=ax)
        programme = TOWN.programmes["intensive"]
        assert (limits.present_interval_weeks, limits.present_caseload) == (2.0, 20.0)
        assert [*programme.interval_weeks.values()] == [(2,)]
        assert programme.caseload_limit == 20.0
        assert words(ax) == ["present plan: 20.0,\na meeting every 2 weeks"]
        assert 20.0 in [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]

    def test_the_regular_service_stands_at_its_recipients_per_caseworker(self):
        found = caseload_limit(TOWN, programme="regular", caseloads=(60, 80), **HOW)
        assert found.present_caseload == pytest.approx((60 + 50) / 1.5)
        assert found.present_interval_weeks == pytest.approx(13)


class TestWouldHaveToBeTrue:
    def test_needed_values_have_their_place_in_the_range(self, claimed, ax):
        plot_would_have_to_be_true(claimed, ax=ax)
        points = [line for line in ax.lines if line.get_marker() == "o"]
        found = [one for one in claimed.crossings if one.crossed]
        places = [(o.at.mean - o.move.low) / (o.move.high - o.move.low) for o in found]
        assert sorted(line.get_xdata()[0] for line in points) == pytest.approx(sorted(places))
        assert len(points) == 1

    def test_what_never_gets_there_is_said(self, claimed, ax):
        plot_would_have_to_be_true(claimed, ax=ax)
        never = [one for one in claimed.never if not one.without_effect]
        said = {one for one in words(ax) if "never" in one}
        best = [claimed.best_end(one)[1] for one in never]
        assert said == {f"never ({brief(mean)})" for mean in best}
        assert said

    def test_order_is_that_of_the_table(self, claimed, ax):
        plot_would_have_to_be_true(claimed, ax=ax)
        names = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
        assert names == short_labels([one.move.path for one in claimed.ordered])
        rows = [line.split()[0] for line in repr(claimed).splitlines()[3:]]
        assert rows[: len(names)] == [one.move.path for one in claimed.ordered]

    @pytest.mark.parametrize(("inches", "rows"), [(1.0, 3), (3.54, 8), (4.8, 10), (20.0, 10)])
    def test_a_low_picture_draws_fewer_rows(self, inches, rows):
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(6.3, inches))
        assert rows_that_fit(ax) == rows
        plt.close("all")

    def test_ranges_are_bars_of_one_length_and_rows_are_named(self, claimed, ax):
        plot_would_have_to_be_true(claimed, ax=ax)
        moving = [one for one in claimed.crossings if not one.without_effect]
        assert {(bar.get_x(), bar.get_width()) for bar in ax.patches} == {(0.0, 1.0)}
        assert len(ax.patches) == len(moving)
        names = {label.get_text().replace("\n", " ") for label in ax.get_yticklabels()}
        assert names <= {*short_labels([one.move.path for one in moving])}
        assert ax.get_title(loc="left") == "small-town: Persons who got work = 5.5 persons"

    def test_the_picture_is_picked(self, claimed, ax):
        assert js.plot(claimed, ax=ax) is ax


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (plot_naive, r"must be Naive, made by js\.naive\(scenario\); got int"),
        (plot_attribution, r"must be Attribution, made by js\.attribute\(scenario\); got int"),
        (plot_caseload_limit, r"must be CaseloadLimit, made by js\.caseload_limit.*; got int"),
        (plot_would_have_to_be_true, r"must be WouldHaveToBeTrue, made by js\.what_.*; got int"),
    ],
)
def test_a_wrong_result_names_what_is_accepted(draw, message, ax):
    with pytest.raises(InputError, match=message):
        draw(3, ax=ax)


class TestNames:
    def test_no_name_is_longer_than_its_place(self):
        path = "groups.activity_ready.small_jobs.ordinary_openings_per_week.scale"
        (name,) = short_labels([path, "groups.job_ready.stock"])[:1]
        assert name == "small jobs: ordinary openings per week (×)"
        lines = row_label("a name that goes on and on " * 5).split("\n")
        assert len(lines) == 2
        assert max(map(len, lines)) <= 34
        assert len(clipped("x" * 100, 20)) == 20

    def test_names_tell_paths_apart(self):
        paths = [f"groups.{code}.small_jobs.drop" for code in ("job_ready", "integration")]
        assert len(set(short_labels(paths))) == 2


def test_a_summary_without_claims_shows_who_gains(ax):
    found = js.summarise(TOWN.with_({"claims": {}}), **HOW)
    found.plot(ax=ax)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == [PURSE_LABELS[payer] for payer in PURSES]
    points = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    saved = [found.row("net_saving", payer=payer).difference for payer in PURSES]
    assert points == pytest.approx(saved)


def test_plans_over_other_weeks_are_not_drawn_beside_each_other():
    shorter = TOWN.with_({"horizon.weeks": 40, "claims": {}})
    both = {"all": js.compare(TOWN, **HOW), "short": js.compare(shorter, **HOW)}
    with pytest.raises(InputError, match=r'^plot: "short" must cover the same weeks as "all"'):
        js.plot(both)


def test_little_money_is_in_kroner(ax):
    assert in_units(ax.xaxis, "DKK", 7.77) == "DKK"
    assert in_units(ax.xaxis, "DKK", 7_770.0) == "thousand DKK"
    assert in_units(ax.xaxis, "DKK", 777_000.0) == "million DKK"


def test_a_psa_says_what_it_does_not_draw(ax):
    how = {"parameters": ["groups.job_ready.meeting_gain"], "draws": 2, **HOW}
    plot_psa(js.psa(TOWN, measures=["placements", "net_saving"], **how), ax=ax)
    assert "not drawn: 1 outcome in persons" in explanation(ax)
