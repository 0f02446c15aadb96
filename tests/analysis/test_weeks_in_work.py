"""Weeks in work and what is made of them, in towns of which every week is known by hand."""

import math

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.measures import MEASURES, Played
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import POOL, build_roster, first_jobs_by_week
from jobsim.engines.simulate import simulate
from tests.analysis.quick_towns import GAIN, NO_SHOW, quick_town
from tests.analysis.towns import COST_PER_FTE, still_town
from tests.factory import small_town

STOCK, POOLED, WEEKS = 60, 20, 104
HOW = {"replications": 3, "progress": False}
AT_ONCE = 100.0
"""Hazard at which everybody on benefit finds a job in the week they come."""
STAY = [{"from_week": 0, "value": 0.0}]
"""Hazards of losing a job that nobody loses."""
NEW = (
    "employed_weeks",
    "employed_weeks_per_participant",
    "job_years",
    "employed_weeks_per_placement",
    "share_over_52_weeks",
)


def town(**of_group: object) -> js.Scenario:
    """Two calendar years of 52 weeks in which nothing happens but what is asked for."""
    jobs = {"job_loss_hazard_per_week": STAY, "ladder_weeks": {}, "frailty_variance": 0.0}
    changes = {f"groups__job_ready__{name}": value for name, value in (jobs | of_group).items()}
    none = {"programmes__intensive": None, "supports__driving_licence": None}
    return still_town(**none, horizon__weeks=WEEKS, claims={}, observed={}, **changes)


def values(scenario: js.Scenario, measure: str) -> list[float]:
    """A measure of both years and of the run, which must be the same in every replication."""
    played = Played(scenario, simulate(scenario, seed=5, **HOW))
    found = [MEASURES[measure].over(played, year) for year in (2018, 2019, None)]
    assert all(len(np.unique(one)) == 1 for one in found)
    return [one[0] for one in found]


class TestByHand:
    def test_those_in_work_at_the_start_go_on_working(self):
        pool = town(employed_pool=POOLED)
        weeks = POOLED * 52.0
        assert values(pool, "employed_weeks") == [weeks, weeks, 2 * weeks]
        assert values(pool, "job_years") == [POOLED, POOLED, 2 * POOLED]

    def test_a_participant_is_whoever_is_followed(self):
        pool = town(employed_pool=POOLED)
        year = POOLED * 52 / (STOCK + POOLED)
        assert values(pool, "employed_weeks_per_participant") == [year, year, 2 * year]

    def test_who_finds_work_in_the_first_week_works_in_all_others(self):
        found = town(job_finding_hazard_per_week=AT_ONCE)
        assert values(found, "employed_weeks_per_participant") == [51, 52, 103]
        assert values(found, "employed_weeks_per_placement") == [51, 103, 103]

    def test_jobs_of_the_start_are_nobodys_placement(self):
        both = town(job_finding_hazard_per_week=AT_ONCE, employed_pool=POOLED)
        assert values(both, "employed_weeks_per_placement") == [51, 103, 103]

    def test_those_who_come_new_are_participants_from_their_period_on(self):
        coming = town(inflow_per_week=2.0, job_finding_hazard_per_week=AT_ONCE)
        played = Played(coming, simulate(coming, seed=5, **HOW))
        weekly = played.volumes.arrivals.sum("group").values.sum(axis=1)
        over = MEASURES["employed_weeks_per_participant"].over
        weeks = MEASURES["employed_weeks"].over
        assert (weekly > 100).all()
        np.testing.assert_allclose(
            over(played, 2019), weeks(played, 2019) / (STOCK + weekly), rtol=1e-12
        )
        np.testing.assert_allclose(over(played, None), weeks(played, None) / (STOCK + weekly))
        assert (over(played, 2018) > weeks(played, 2018) / (STOCK + weekly)).all()

    def test_the_ladder_has_counted_52_weeks_after_a_year(self):
        new = {"elapsed_weeks": [{"from": 0, "to": 1, "share": 1.0}]}
        assert values(town(**new), "share_over_52_weeks") == [0.0, 1.0, 0.5]

    def test_weeks_before_the_run_count_on_the_ladder(self):
        half = {"elapsed_weeks": [{"from": 26, "to": 27, "share": 1.0}]}
        assert values(town(**half), "share_over_52_weeks") == [0.5, 1.0, 0.75]

    def test_a_job_year_costs_what_was_spent_on_the_jobs(self):
        ours = still_town(
            groups__job_ready__job_finding_hazard_per_week=AT_ONCE,
            groups__job_ready__job_loss_hazard_per_week=STAY,
            groups__job_ready__frailty_variance=0.0,
            supports__driving_licence=None,
        )
        theirs = still_town(programmes__intensive=None, supports__driving_licence=None)
        result = js.compare(ours, theirs, **HOW)
        row = result.row("cost_per_job_year")
        right = COST_PER_FTE / (STOCK * 51 / 52)
        assert row.difference == pytest.approx(right, rel=1e-12)
        assert np.isnan([row.ci_low, row.ci_high]).all(), "all futures agree, which is no certainty"
        assert f"{right:,.0f}" in repr(result)


class TestNothingBelowTheLine:
    """Warnings are errors here: a ratio over nothing gives no number and says nothing."""

    @pytest.mark.parametrize(
        ("measure", "scenario"),
        [
            ("employed_weeks_per_participant", town(stock=0)),
            ("employed_weeks_per_placement", town(employed_pool=POOLED)),
            ("share_over_52_weeks", town(stock=0, employed_pool=POOLED)),
        ],
    )
    def test_there_is_no_number(self, measure, scenario):
        played = Played(scenario, simulate(scenario, **HOW))
        assert np.isnan(MEASURES[measure].over(played, None)).all()
        row = js.compare(scenario, scenario, **HOW).row(measure)
        assert math.isnan(row.scenario)
        assert math.isnan(row.difference)

    def test_what_gains_no_job_year_has_no_price_for_one(self):
        row = js.compare(still_town(), **HOW).row("cost_per_job_year")
        assert math.isnan(row.difference)
        assert math.isnan(row.ci_low)


class TestJobsOfTheStart:
    def test_they_are_those_of_the_roster(self):
        scenario, numbers = small_town(groups__activity_ready__employed_pool=7), np.array([2, 9])
        tables = tables_of(scenario)
        counted = first_jobs_by_week(tables, 3, numbers)
        roster = build_roster(tables, 3, numbers)
        right = [
            [
                [
                    np.sum(
                        (roster.origin == POOL)
                        & (roster.group == g)
                        & (roster.rep == rep)
                        & (roster.return_week > week)
                    )
                    for rep in range(2)
                ]
                for week in range(tables.weeks)
            ]
            for g in range(2)
        ]
        assert counted.tolist() == np.array(right).tolist()
        assert 0 < counted[0, -1].max() < counted[0, 0].min()

    def test_they_are_all_weeks_in_work_where_nobody_is_placed(self):
        none = {f"groups__{code}__job_finding_hazard_per_week": 0.0 for code in small_town().groups}
        alone = {f"groups__{code}__small_jobs": None for code in small_town().groups}
        scenario = small_town(**none, **alone, small_jobs=None)
        played = Played(scenario, simulate(scenario, seed=4, **HOW))
        assert not played.volumes.placements.any()
        for code in scenario.groups:
            weeks = played.volumes.employed_weeks.sel(group=code).sum("route").values
            assert (played.first_job_weeks[code] == weeks).all()
            assert weeks.any()


@pytest.fixture(scope="module")
def compared():
    return js.compare(small_town(), **HOW)


class TestEverywhere:
    """What asks for measures by name takes the new ones as any other."""

    @pytest.mark.parametrize("measure", NEW)
    def test_claims(self, measure, compared):
        claim = {
            "label": "published",
            "measure": measure,
            "year": 2018,
            "of": "difference",
            "groups": ["job_ready"],
            "value": 0.0,
            "role": "held_out",
            "source": next(iter(small_town().sources)),
        }
        (verdict,) = js.compare(small_town(claims={"one": claim}), **HOW).verdicts
        row = compared.row(measure, year=2018, group="job_ready")
        assert verdict.model.mean == pytest.approx(row.difference)
        assert verdict.unit == row.unit

    def test_sweep_and_psa(self, compared):
        swept = js.sweep(small_town(), {GAIN: [0.2]}, measures=NEW, **HOW)
        drawn = js.psa(
            small_town(), draws=[{GAIN: 0.2}, {GAIN: 0.1}], measures=[*NEW, "net_saving"], **HOW
        )
        for measure in NEW:
            right = compared.row(measure).difference
            assert swept.spreads(measure)[0].mean == pytest.approx(right)
            assert drawn.effects(measure, futures=False).iloc[0].tolist() == pytest.approx(
                [0.0, right]
            )
        found = js.cost_effectiveness(drawn.costs(), drawn.effects("job_years"))
        assert found.effects[:, 1] * 52 == pytest.approx(
            drawn.effects("employed_weeks", futures=False)["scenario"].to_numpy()
        )

    def test_rank_by_weeks_in_work(self):
        drawn = js.psa(
            quick_town(),
            draws=[{GAIN: 0.01 * n, NO_SHOW: 0.1 + 0.01 * (7 * n % 32)} for n in range(32)],
            measures=["employed_weeks", "net_saving"],
            **HOW,
        )
        ranking = js.rank_assumptions(drawn, effect="employed_weeks", willingness_to_pay=1e5)
        assert {row.path for row in ranking.rows} == {GAIN, NO_SHOW}

    def test_tornado_two_way_and_threshold(self):
        ends = js.tornado(
            quick_town(), parameters={GAIN: (0.0, 5.0)}, measure="share_over_52_weeks", **HOW
        )
        assert ends.bars[0].low != ends.bars[0].high
        axes = {GAIN: [0.0, 5.0], NO_SHOW: [0.1, 0.2]}
        grid = js.two_way(quick_town(), axes, measure="job_years", **HOW)
        swept = js.sweep(quick_town(), axes, measures="job_years", **HOW)
        assert grid.cells.spreads(grid.quantity) == swept.spreads("job_years")
        crossing = js.threshold(
            quick_town(), GAIN, measure="employed_weeks_per_participant", value=0.05, **HOW
        )
        assert "weeks per person" in repr(crossing)
