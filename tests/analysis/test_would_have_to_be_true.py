"""Which assumption would make a claim hold."""

from functools import lru_cache

import pytest

from jobsim.analysis.setting.case import case_of
from jobsim.analysis.uncertainty.uncertain_numbers import uncertain
from jobsim.errors import InputError
from jobsim.questions.must_hold import what_would_have_to_be_true
from jobsim.questions.threshold import threshold
from tests.factory import small_town

HAZARD = "groups.job_ready.job_finding_hazard_per_week"
BUDGET = "programmes.intensive.budget_per_year"
QUIET = {"progress": False}


def claiming(value, horizon__weeks=53):
    """Small town that claims so many placements of the job-ready in 2018."""
    claim = {
        "label": "Into work",
        "measure": "placements",
        "year": 2018,
        "groups": ["job_ready"],
        "value": value,
        "source": "article",
        "role": "held_out",
    }
    return small_town(horizon__weeks=horizon__weeks, claims={"work": claim})


PATHS = (
    HAZARD,
    "groups.job_ready.meeting_gain",
    "prices.displacement.share",
    "prices.destinations.other_benefit.share",
)


@lru_cache
def asked(value):
    return what_would_have_to_be_true(
        claiming(value), claim="work", parameters=PATHS, replications=4, **QUIET
    )


def of(found, path):
    return next(one for one in found.crossings if one.move.path == path)


class TestWhichGetThere:
    def test_inside_outside_and_never(self):
        stated = asked(40.0).model.mean
        within, beyond, never = (asked(stated + extra) for extra in (2.0, 15.0, 1000.0))
        assert of(within, HAZARD) in within.inside
        assert of(beyond, HAZARD) in beyond.outside
        assert of(never, HAZARD) in never.never
        assert never.inside == never.outside == ()

    def test_it_is_the_threshold_of_each(self):
        found = asked(30.0)
        alone = threshold(
            claiming(30.0), HAZARD, measure="work", value=30.0, replications=4, **QUIET
        )
        assert repr(of(found, HAZARD).at) == repr(alone.crossing.at)  # NaN included

    def test_prices_do_not_change_placements(self):
        found = asked(30.0)
        idle = [one.move.path for one in found.crossings if one.without_effect]
        assert "prices.displacement.share" in idle
        assert HAZARD not in idle
        assert "prices.displacement.share" not in dict(found.favourable)


class TestTogether:
    def test_the_favourable_ends_are_those_that_help(self):
        assert dict(asked(1000.0).favourable)[HAZARD] == 0.02
        assert dict(asked(0.0).favourable)[HAZARD] == 0.01

    def test_all_ends_together_go_farther_than_the_best_alone(self):
        found = asked(1000.0)
        assert found.together is not None
        assert found.together.mean_at(1.0) > found.nearest.mean_at(found.nearest.move.high)
        assert not found.together.crossed
        assert "not enough" in repr(found)

    def test_part_of_the_way_is_enough_where_all_of_it_is_more(self):
        found = asked(1000.0)
        assert found.together is not None
        half_way = (found.model.mean + found.together.mean_at(1.0)) / 2
        again = asked(half_way)
        assert again.together is not None
        assert 0.2 < again.together.at.mean < 0.8


def test_without_paths_all_uncertain_facts_and_prices_move():
    town = claiming(30.0, horizon__weeks=4)
    found = what_would_have_to_be_true(town, claim="work", replications=1, **QUIET)
    paths = {one.move.path for one in found.crossings}
    assert paths == {one.path for one in uncertain(case_of(town))}
    assert any(path.startswith("prices.") for path in paths)


def test_a_budget_of_nothing_is_no_assumption_of_breaking_even_unless_it_is_named():
    likely = {"kind": "judgement", "reason": "made up for tests", "low": 0.0, "high": 2e6}
    town = small_town(
        horizon__weeks=4, claims={}, programmes__intensive__budget_per_year=1e6,
        assumptions={BUDGET: likely},
    )  # fmt: skip
    assert BUDGET in {one.path for one in uncertain(case_of(town))}
    found = what_would_have_to_be_true(town, replications=1, **QUIET)
    assert BUDGET not in {one.move.path for one in found.crossings}
    named = what_would_have_to_be_true(town, parameters=[BUDGET], replications=1, **QUIET)
    assert named.favourable == ((BUDGET, 0.0),)
    assert f"Moved in the scenario alone: {BUDGET}." in repr(named)


def test_it_prints_what_is_needed_and_what_comes_nearest():
    found = asked(1000.0)
    assert found.nearest.move.path == HAZARD
    text = repr(found)
    assert "No assumption gets there alone" in text
    assert f"nearest comes {HAZARD} = 0.02" in text
    assert "above the model's range" in text
    assert "Without effect: " in text
    paths = [one.move.path for one in found.crossings]
    assert list(found.to_frame()["path"]) == [*paths, "all together"]
    assert found.row("all together").at_high == found.together.mean_at(1.0)
    assert found.row("all together").verdict == "not within"


def test_an_unknown_path_names_the_nearest():
    with pytest.raises(InputError, match="did you mean"):
        what_would_have_to_be_true(
            claiming(1.0), claim="work", parameters=["groups.job_ready.stokc"]
        )


def test_a_claim_that_does_not_exist_names_the_nearest():
    with pytest.raises(InputError, match='no claim "wrok"; did you mean "work"'):
        what_would_have_to_be_true(claiming(1.0), claim="wrok")


def test_a_scenario_without_claims_says_so():
    with pytest.raises(InputError, match="it has none"):
        what_would_have_to_be_true(small_town(claims={}), claim="work")
