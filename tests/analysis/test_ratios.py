"""Ratios of means wherever a question takes them, and one line wherever it does not."""

import math
import re
from typing import ClassVar

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.accumulators import of_paired
from jobsim.analysis.outcomes.measures import RATIOS
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.outcomes.spread import linearised
from jobsim.analysis.playing.options import Precision
from jobsim.errors import InputError, ScenarioError
from jobsim.plots.sweep import plot_sweep
from jobsim.questions.must_hold import what_would_have_to_be_true
from tests.analysis.quick_towns import GAIN, NO_SHOW, quick_town
from tests.analysis.towns import COST_PER_FTE, still_town
from tests.factory import small_town

HOW = {"replications": 8, "progress": False}
BUDGET = "programmes.intensive.budget_per_year.scale"
COST = "cost_per_job_year"
ENDS = ("ci_low", "ci_high")


def claim(**changes: object) -> dict[str, object]:
    """A published cost of a job-year."""
    source = next(iter(small_town().sources))
    words = {"label": "published", "measure": COST, "year": 2018, "value": 3e5, "source": source}
    return {"one": {"role": "held_out", **words, **changes}}


@pytest.fixture(scope="module")
def compared():
    return js.compare(quick_town(), **HOW)


def same(found, row) -> None:
    """An estimate is that of a comparison, with Fieller's interval and no range."""
    assert (found.mean, found.se) == pytest.approx((row.difference, row.se))
    assert [getattr(found, end) for end in ENDS] == pytest.approx([getattr(row, e) for e in ENDS])
    assert math.isnan(found.range_low)
    assert math.isnan(found.range_high)


class TestLinearised:
    def test_mean_and_error_are_those_of_the_ratio(self):
        luck = np.random.default_rng(3)
        above, below = luck.normal(5, 1, size=(2, 40)) * [[3.0], [1.0]]
        values, right = linearised(above, below), of_paired(above, below)
        assert values.mean() == pytest.approx(right.mean, rel=1e-12)
        assert values.std(ddof=1) / math.sqrt(40) == pytest.approx(right.se, rel=1e-9)

    def test_over_nothing_there_is_no_number(self):
        assert np.isnan(linearised(np.array([1.0, 2.0]), np.array([-1.0, 1.0]))).all()


class TestOverNothing:
    def test_placements_that_only_come_later_cost_nothing_that_is_known(self):
        """After displacement, too: what is left of ten times 0.65 less 6.5 is rounding."""
        pair = js.compare(small_town(horizon__weeks=52, claims={}), **HOW)
        counts = np.random.default_rng(1).integers(0, 9, size=(8, 12)).astype(float)
        later = np.random.default_rng(2).permuted(counts, axis=1)
        for side, placed in ((pair.played, later), (pair.baseline, counts)):
            side._totals["placements",] = placed
        assert pair.difference_of("placements", None).tolist() == [0.0] * 8
        assert pair.kept_of("placements").tolist() == [0.0] * 8
        assert math.isnan(pair.row("cost_per_extra_placement_after_displacement").difference)

    def test_a_mean_that_is_rounding_is_nothing(self):
        below = np.array([0.1, 0.2, -0.3, 0.0])
        assert below.mean() != 0
        assert math.isnan(of_paired(np.arange(4.0), below).mean)
        assert np.isnan(linearised(np.arange(4.0), below)).all()


class TestNoPrice:
    """Where more money brings less work, or less money more, a job-year has no cost."""

    PLAIN = quick_town().without_programmes()
    WORSE = quick_town().with_({"groups.job_ready.job_finding_hazard_per_week": 0.001})

    def pays(self, *both: js.Scenario) -> str:
        return repr(js.compare(*both, **HOW)).partition("Does it pay")[2]

    def test_words_take_its_place_in_a_comparison(self):
        for both, word in (
            ((self.WORSE, self.PLAIN), "dominated"),
            ((self.PLAIN, self.WORSE), "dominant"),
        ):
            told = self.pays(*both)
            assert re.findall(r"job-year \S+, DKK +(\S+) +(\S+) +(\S+)\n", told) == [
                (word, "–", "–")
            ]
            assert f"\n{word}: on average costs" in told
            assert f"({word})." in repr(js.compare(*both, **HOW))

    def test_a_cost_and_a_gain_have_a_number(self, compared):
        assert compared.row(COST).difference > 0
        assert "domina" not in repr(compared)

    def test_words_take_its_place_beside_other_plans_and_in_sweeps(self):
        plans = repr(js.compare({"a": self.WORSE, "b": quick_town()}, self.PLAIN, **HOW))
        assert re.search(r"job-year gained, DKK +dominated +\d", plans)
        better = {"groups.job_ready.job_finding_hazard_per_week": [0.001, 0.02]}
        how = {"baseline": self.PLAIN, "move": "scenario", "measures": COST, **HOW}
        swept = js.sweep(quick_town(), better, **how)
        assert re.search(r"\n0 +0.001 +dominated\n1 +0.02 +\+\d", repr(swept))
        assert swept.spreads(COST)[0].mean < 0

    HAZARD = "groups.job_ready.job_finding_hazard_per_week"
    HOW: ClassVar = {"baseline": PLAIN, "move": "scenario", **HOW}

    def test_words_take_its_place_in_a_tornado(self):
        ends = {self.HAZARD: (0.001, 0.02), GAIN: (0.35, 0.4)}
        told = js.tornado(quick_town(), parameters=ends, measure=COST, **self.HOW)
        assert re.search(r"week +0.001 to 0.02 +dominated +[−\d,]+ +– +–\n", repr(told))
        assert [bar.path for bar in told.bars] == [GAIN, self.HAZARD]
        assert "dominated: on average costs more" in repr(told)
        lost = js.tornado(self.WORSE, parameters={GAIN: (0.3, 0.4)}, measure=COST, **self.HOW)
        assert "as stated dominated\n" in repr(lost)
        assert re.search(r"0.3 to 0.4 +dominated +dominated +– +–", repr(lost))

    def test_words_take_its_place_in_a_grid(self):
        axes = {self.HAZARD: [0.001, 0.02], GAIN: [0.4]}
        told = repr(js.two_way(quick_town(), axes, measure=COST, **self.HOW))
        assert re.search(r"\n0.001 +dominated\n0.02 +\d", told)
        assert "dominated: on average costs more" in told

    def test_words_take_its_place_along_a_search(self):
        found = js.threshold(
            quick_town(), self.HAZARD, measure=COST, value=1e5, low=0.001, high=0.02, **self.HOW
        )
        assert re.search(r"\n0.001 +dominated +–\n", repr(found))
        assert "dominated: on average costs more" in repr(found)

    def test_words_take_its_place_beside_a_claim(self):
        worse = self.WORSE.with_({"claims": claim(source=next(iter(self.WORSE.sources)))})
        (verdict,) = js.compare(worse, self.PLAIN, **HOW).verdicts
        assert (verdict.no_price, verdict.model.mean < 0) == ("dominated", True)
        told = repr(js.compare(worse, self.PLAIN, **HOW))
        assert re.search(r"\npublished +300,000 +dominated +–", told)
        found = what_would_have_to_be_true(worse, claim="one", parameters=[GAIN], **self.HOW)
        assert "As stated, the model's mean is dominated (" in repr(found)
        assert "DKK per job-year" not in repr(found).partition("mean is")[2].partition(";")[0]
        assert re.search(rf"{GAIN} +\S+ +\S+ to \S+ +dominated to dominated", repr(found))


class TestTaken:
    @pytest.mark.parametrize("measure", RATIOS)
    def test_sweep(self, measure, compared):
        swept = js.sweep(quick_town(), {GAIN: [0.2, 0.3]}, measures=[measure, "placements"], **HOW)
        same(swept.spreads(measure)[0], compared.row(measure))
        assert quantity(measure, ratios=True).label in repr(swept)
        data = swept.to_dataset()[f"{measure}:municipality"]
        assert data.sel({GAIN: 0.2, "statistic": "mean"}) == compared.row(measure).difference
        assert np.isnan(data.sel(statistic="range_low")).all()

    def test_sweep_until_it_is_precise(self):
        precise = {"placements": 0.2}
        how = {**HOW, "replications": "auto", "precision": Precision(precise, at_least=20)}
        swept = js.sweep(quick_town(), {GAIN: [0.2]}, measures=["placements", COST], **how)
        played = swept.replications
        assert played > 20
        whole = js.compare(quick_town(), **{**HOW, "replications": played})
        same(swept.spreads(COST)[0], whole.row(COST))

    def test_two_way_and_tornado(self, compared):
        axes = {GAIN: [0.2, 0.4], NO_SHOW: [0.15]}
        grid = js.two_way(quick_town(), axes, measure=COST, **HOW)
        same(grid.spreads[0][0], compared.row(COST))
        bars = js.tornado(quick_town(), parameters={GAIN: (0.1, 0.4)}, measure=COST, **HOW)
        same(bars.base, compared.row(COST))
        ends = js.sweep(quick_town(), {GAIN: [0.1, 0.4]}, measures=COST, **HOW).spreads(COST)
        (bar,) = bars.bars
        assert bar.swing.mean == pytest.approx(ends[1].mean - ends[0].mean)
        assert math.isnan(bar.swing.range_low)

    def test_a_swing_between_ratios_that_are_not_known_is_not_known(self):
        bars = js.tornado(quick_town(), parameters={GAIN: (1e-6, 0.4)}, measure=COST, **HOW)
        few = js.sweep(quick_town(), {GAIN: [1e-6]}, measures=COST, **HOW).spreads(COST)[0]
        assert few.unbounded or math.isnan(few.mean)
        assert not math.isfinite(bars.bars[0].swing.ci_high)
        assert repr(bars)

    def test_threshold_has_its_closed_form(self):
        stay = [{"from_week": 0, "value": 0.0}]
        jobs = {"job_finding_hazard_per_week": 100.0, "frailty_variance": 0.0}
        ours = {f"groups__job_ready__{name}": value for name, value in jobs.items()}
        ours["groups__job_ready__job_loss_hazard_per_week"] = stay
        found = js.threshold(
            still_town(supports__driving_licence=None, **ours),
            BUDGET,
            measure=COST,
            value=2_000.0,
            low=0.0,
            high=2.0,
            baseline=still_town(programmes__intensive=None, supports__driving_licence=None),
            **HOW,
        )
        assert found.value == pytest.approx(2_000.0 * 60 * 51 / 52 / COST_PER_FTE, rel=1e-4)
        assert found.stated.mean == pytest.approx(COST_PER_FTE / (60 * 51 / 52))

    def test_threshold_between_ratios_is_where_the_mean_is_the_value(self):
        how = {**HOW, "replications": 60}
        found = js.threshold(small_town(), BUDGET, measure=COST, value=4e5, low=0.2, high=5, **how)
        assert found.crossed
        swept = js.sweep(small_town(), {BUDGET: [found.value]}, measures=COST, **how)
        assert swept.spreads(COST)[0].mean == pytest.approx(4e5, rel=5e-3)

    def test_where_nothing_is_spent_and_nothing_gained_is_no_root(self):
        plain = still_town(groups__job_ready__meeting_gain=0.0, supports__driving_licence=None)
        found = js.threshold(plain, BUDGET, measure=COST, value=1e5, low=0.0, high=2.0, **HOW)
        assert not found.crossed


class TestClaims:
    def test_a_claim_is_laid_beside_the_ratio_and_not_judged(self):
        town = small_town(claims=claim())
        (verdict,) = js.compare(town, **HOW).verdicts
        same(verdict.model, js.compare(town, **HOW).row(COST, year=2018))
        assert verdict.verdict == "no range: a ratio of means has none"
        assert verdict.unit == "DKK per job-year"

    def test_blocks_do_not_matter(self, monkeypatch):
        town = small_town(claims=claim())
        whole = js.summarise(town, **HOW).verdicts[0].model
        monkeypatch.setattr("jobsim.questions.compare._BLOCK", 3)
        same(
            js.summarise(town, **HOW).verdicts[0].model,
            js.compare(town, **HOW).row(COST, year=2018),
        )
        assert js.summarise(town, **HOW).verdicts[0].model.mean == pytest.approx(whole.mean)

    def test_what_would_have_to_be_true(self):
        found = what_would_have_to_be_true(
            small_town(claims=claim()), claim="one", parameters=[GAIN], **HOW
        )
        same(found.model, js.compare(small_town(), **HOW).row(COST, year=2018))
        assert "a ratio of means has none" in repr(found)

    def test_draws_leave_it_out(self):
        drawn = js.psa(
            small_town(claims=claim()),
            draws=[{GAIN: 0.1}, {GAIN: 0.2}],
            measures="placements",
            **HOW,
        )
        assert drawn.verdicts == ()

    @pytest.mark.parametrize("change", [{"groups": ["job_ready"]}, {"month": 3}])
    @pytest.mark.parametrize("measure", [COST, "net_saving"])
    def test_money_is_of_all_groups_and_whole_years(self, measure, change):
        town = small_town(claims=claim(measure=measure, **change))
        with pytest.raises(ScenarioError, match=r"claims\.one.*: money is of"):
            repr(js.compare(town, **HOW))


class TestPictures:
    def test_a_ratio_that_is_not_known_has_no_whisker(self):
        swept = js.sweep(quick_town(), {GAIN: [0.0, 1e-6, 0.4]}, measures=COST, **HOW)
        ends = [one.ci_high for one in swept.spreads(COST)]
        assert not math.isfinite(ends[1])
        axes = plot_sweep(swept, COST)
        axes.figure.canvas.draw()
        assert axes.get_ylim()[1] < math.inf

    def test_claims(self):
        axes = js.plot(js.summarise(small_town(claims=claim()), **HOW))
        axes.figure.canvas.draw()
        assert any("a ratio of means has none" in text.get_text() for text in axes.texts)


class TestRefused:
    @pytest.mark.parametrize("measure", RATIOS)
    def test_where_single_futures_are_asked_for(self, measure):
        above, below = RATIOS[measure]
        words = f"{measure}: is a ratio of two means.*ask for {above}:municipality and {below}"
        with pytest.raises(InputError, match=words):
            js.psa(quick_town(), draws=[{GAIN: 0.1}, {GAIN: 0.2}], measures=measure, **HOW)
        with pytest.raises(InputError, match=words):
            Precision({measure: 1.0})
        with pytest.raises(InputError, match=words):
            js.sweep(quick_town(), {GAIN: [0.2]}, measures=measure, **HOW).values(measure)

    def test_the_cost_of_a_job_year_over_draws_is_that_of_the_means(self):
        drawn = js.psa(
            quick_town(),
            draws=[{GAIN: 0.1}, {GAIN: 0.4}],
            measures=["programme_cost", "job_years", "net_saving"],
            **HOW,
        )
        spent = drawn.effects("programme_cost")
        found = js.cost_effectiveness(spent, drawn.effects("job_years"), names=["not", "so"])
        right = float(spent.sum() / drawn.effects("job_years").sum())
        assert found.incremental.row("so").icer == pytest.approx(right)

    def test_no_group_has_money_of_its_own(self):
        with pytest.raises(InputError, match="money is not divided by group"):
            quantity(f"{COST}:job_ready", ratios=True)
