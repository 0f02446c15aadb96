"""Investment curves: closed forms, properties, errors, and what they print."""

import numpy as np
import pytest

from jobsim.errors import InputError, JobsimError
from jobsim.questions.investment_curve import investment_curve
from tests.analysis.towns import COST_PER_FTE, still_town
from tests.factory import small_town

HOW = {"progress": False}
SUPPORT = "supports.driving_licence.budget_per_year"


@pytest.fixture(scope="module")
def curve():
    return investment_curve(
        small_town(), budgets=[0, 600_000, 1_200_000, 2_400_000], replications=12, seed=3, **HOW
    )


class TestClosedForms:
    def test_without_effect_every_krone_is_lost_and_nobody_gets_work(self):
        found = investment_curve(still_town(), budgets=[0, 3e5, 1e6], replications=3, **HOW)
        saved = [spread.mean for spread in found.spreads("net_saving:municipality")]
        assert saved == pytest.approx([0.0, -3e5, -1e6])
        assert [step.gain.mean for step in found.steps("placements")] == [0.0, 0.0]
        for step in found.steps():
            assert (step.per_krone.mean, step.per_krone.se) == pytest.approx((-1.0, 0.0))
        assert found.best().near == (0.0,)
        assert found.stops_paying().verdict == "never pays"

    def test_grants_that_nobody_needs_are_announced_and_not_spent(self):
        found = investment_curve(
            still_town(), budgets=[0, 1e6], path=SUPPORT, replications=2, **HOW
        )
        assert [spread.mean for spread in found.spreads("programme_cost")] == pytest.approx(
            [COST_PER_FTE, COST_PER_FTE]
        )
        assert found.whole_unit_cost == 12_500.0

    def test_between_two_whole_places_a_krone_only_costs(self):
        """One place costs 500,000 / 20 = 25,000; with q constant, half a place buys nothing."""
        scenario = small_town(
            horizon__weeks=52,
            meetings__caseload_elasticity=0.0,
            supports={},
            programmes__intensive__budget_per_year=500_000.0,
            programmes__intensive__cost_per_fte_year=500_000.0,
            programmes__intensive__meetings_per_fte_week=1000.0,
        )
        found = investment_curve(
            scenario, budgets=[500_000, 512_000, 524_000, 536_000], replications=6, **HOW
        )
        steps = found.steps()
        assert found.whole_unit_cost == pytest.approx(25_000.0)
        assert [step.per_krone.se < 1e-9 for step in steps] == [True, True, False]
        assert [step.gain.mean for step in steps[:2]] == pytest.approx([-12_000.0] * 2)


class TestProperties:
    def test_placements_rise_with_the_budget(self, curve):
        assert all(step.clearly >= 0 for step in curve.steps("placements"))
        assert curve.steps("placements")[0].clearly == 1

    def test_they_fall_where_the_programme_holds_worse_meetings(self):
        worse = small_town(
            supports={},
            groups__job_ready__meeting_gain=2.0,
            programmes__intensive__gain_multiplier=0.0,
            programmes__intensive__max_weeks=None,
            meetings__max_boost=10.0,
        )
        found = investment_curve(worse, budgets=[0, 4e6], replications=40, **HOW)
        assert found.steps("placements")[0].clearly == -1

    def test_each_level_is_what_it_would_be_alone(self, curve):
        other = investment_curve(
            small_town(), budgets=[1_200_000, 600_000], replications=12, seed=3, **HOW
        )
        assert other.budgets == (600_000.0, 1_200_000.0)
        for measure in ("placements", "net_saving:state", "net_present_value"):
            assert other.spreads(measure) == curve.spreads(measure)[1:3]

    def test_another_seed_gives_another_curve(self, curve):
        other = investment_curve(
            small_town(), budgets=[0, 600_000, 1_200_000, 2_400_000], replications=12, seed=4, **HOW
        )
        assert other.spreads() != curve.spreads()

    def test_nothing_invested_is_the_baseline_where_there_is_nothing_else(self):
        alone = small_town(supports={}, small_jobs__consultants=None)
        found = investment_curve(alone, budgets=[0, 1e6], replications=3, **HOW)
        assert all(found.cells.values[0].ravel() == 0.0)
        assert found.spreads("placements")[0].ci_high == 0.0
        nearly = investment_curve(alone, budgets=[0, 1.0], replications=2, **HOW)
        assert "not seen: in none of 2 futures, so in fewer than 78 %" in repr(nearly)
        assert "Openings are taken to grow" not in repr(nearly)

    def test_what_consultants_bring_where_openings_do_not_grow_is_told(self):
        path = "small_jobs.consultants.budget_per_year"
        found = investment_curve(small_town(), path=path, budgets=[0, 1e5], replications=1, **HOW)
        assert "each krone more for them is lost: −1.00 per krone." in repr(found)

    def test_payers_add_up(self, curve):
        data = curve.to_dataset()
        four = data.net_saving.sel(payer=["municipality", "state", "recipient", "employer"])
        np.testing.assert_allclose(
            four.sum("payer"), data.net_saving.sel(payer="society"), atol=1e-6
        )
        assert data.budget.attrs["units"] == "DKK/year"
        assert data.placements.dims == ("budget", "replication")

    def test_the_default_goes_from_nothing_to_three_times_the_present(self):
        found = investment_curve(small_town(), replications=1, **HOW)
        assert len(found.budgets) == 16
        assert found.present == 900_000.0
        assert found.present in found.budgets
        assert repr(found).count(", present plan") == 1
        assert (found.budgets[0], found.budgets[-1]) == (0.0, 2_700_000.0)


class TestWords:
    def test_it_prints_what_it_shows(self, curve):
        text = repr(curve)
        assert "Meetings every two weeks of small-town" in text
        assert "Monte Carlo interval" in text
        assert "95 % of futures" in text
        assert "one more costs about 27,000 DKK" in text
        assert "<table" in curve._repr_html_()

    def test_the_frame_has_a_line_per_budget_and_measure(self, curve):
        frame = curve.to_frame()
        assert len(frame) == 4 * len(curve.answer_frame())
        saved = frame[
            (frame.measure == "net_saving")
            & (frame.payer == "municipality")
            & (frame.budget_per_year == 0)
        ]
        assert saved["mean"].item() == curve.spreads()[0].mean
        assert saved["next_gain"].item() == curve.steps()[0].gain.mean

    def test_rows_say_what_was_found(self, curve):
        best = curve.best()
        found = curve.row("net_saving", payer="municipality", budget_per_year=best.budget)
        assert found.highest
        answer = curve.frames()["answer"]
        own = answer[(answer.measure == "net_saving") & (answer.payer == "municipality")]
        assert own["highest_at"].item() == best.budget
        assert own["next_krone"].item() == curve.stops_paying().verdict

    def test_a_budget_that_fails_is_named_and_the_rest_goes_on(self):
        found = investment_curve(small_town(), budgets=[0, 1e6, 1e30], replications=2, **HOW)
        assert [cell.number for cell in found.failed] == [2]
        assert "failed: " in repr(found)
        assert len(found.steps()) == 1


class TestErrors:
    @pytest.mark.parametrize(
        ("budgets", "words"),
        [
            ([0, -1], "budgets: number 2: must be a finite number of DKK a year"),
            ([0, float("nan")], "number 2"),
            ([0, float("inf")], "number 2"),
            (["much", 1], "number 1"),
            ([True, 1], "number 1"),
            ([], "two or more"),
            ([1e6], "two or more"),
            ([1e6, 1e6], "two or more"),
        ],
    )
    def test_budgets_that_cannot_be(self, budgets, words):
        with pytest.raises(InputError, match=words):
            investment_curve(small_town(), budgets=budgets, replications=1, **HOW)

    def test_budgets_that_nothing_can_be_made_of(self):
        with pytest.raises(JobsimError, match="every cell failed"):
            investment_curve(small_town(), budgets=[1e30, 2e30], replications=1, **HOW)

    def test_an_unknown_path_names_the_nearest(self):
        with pytest.raises(InputError, match=r"did you mean.*intensive"):
            investment_curve(small_town(), path="programmes.intensiv.budget_per_year", **HOW)

    def test_a_path_that_is_no_budget(self):
        with pytest.raises(InputError, match="is no yearly budget"):
            investment_curve(small_town(), path="horizon.weeks", **HOW)

    def test_nothing_to_invest_in(self):
        with pytest.raises(InputError, match="has no programme, consultants or support"):
            investment_curve(small_town().without_programmes(), **HOW)

    def test_a_present_budget_of_zero_needs_levels(self):
        idle = small_town(programmes__intensive__budget_per_year=0.0)
        with pytest.raises(InputError, match="is 0 at present"):
            investment_curve(idle, **HOW)

    def test_a_measure_that_is_not_on_the_curve(self, curve):
        with pytest.raises(InputError, match="was not measured"):
            curve.best("meetings")
