"""Weeks off benefit by where they go, in every answer, against sums of volumes."""

from __future__ import annotations

import re

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.off_benefit import off_benefit_of
from tests.factory import small_town

QUIET = {"replications": 4, "engine": "numpy", "progress": False}
PATH = "groups.job_ready.meeting_exit_probability"
EXIT = "groups.job_ready.other_exit_hazard_per_week"
BUDGET = "programmes.intensive.budget_per_year"
TOLD = re.compile(
    r"eeks off benefit: (\S+); in work (\S+), of people who left without work (\S+) \((\S+) % of "
    r"the weeks; 95 % interval (\S+) % to (\S+) %\), of people who left after a job (\S+)\."
)


def town(probability: float = 0.1) -> js.Scenario:
    """A town where a meeting may settle that somebody leaves."""
    return small_town(horizon__weeks=26, claims=None, observed=None).with_({PATH: probability})


def printed(text: str) -> list[float]:
    """The numbers of the sentence, without thousands separators."""
    (found,) = TOLD.findall(" ".join(text.split()))
    return [float(one.replace("−", "-").replace(",", "").replace("+", "")) for one in found]


def plain(scenario: js.Scenario, baseline: js.Scenario | None = None) -> list[float]:
    """The same from volumes; the interval is not worked out again here."""
    both = [scenario, baseline or scenario.without_programmes()]
    ours, theirs = (
        {name: played[name].sum().item() / 4 for name in ("benefit_weeks", "employed_weeks")}
        | {cause: played["left_weeks"].sel(cause=cause).sum().item() / 4 for cause in CAUSES}
        for played in (js.simulate(one, replications=4, engine="numpy") for one in both)
    )
    more = {name: ours[name] - theirs[name] for name in ours}
    gained = -more["benefit_weeks"]
    left, after = (more[cause] for cause in CAUSES)
    assert gained == pytest.approx(more["employed_weeks"] + left + after)
    return [gained, more["employed_weeks"], left, 100 * left / gained, after]


CAUSES = ("other_exit", "not_returned")


def agree(text: str, right: list[float]) -> None:
    """Hold a sentence against plain sums."""
    *first, share, low, high, after = printed(text)
    assert [*first, share, after] == pytest.approx(right, abs=0.51)
    assert low <= share <= high


@pytest.fixture(scope="module")
def right() -> list[float]:
    return plain(town())


class TestEveryAnswerSaysIt:
    def test_compare(self, right):
        agree(repr(js.compare(town(), **QUIET)), right)

    def test_threshold(self):
        twice = {"measure": "programme_cost", "value": 600_000, "low": 0.5, "high": 4.0}
        found = js.threshold(town(), f"{BUDGET}.scale", **twice, **QUIET)
        assert found.crossed
        near = min((x for x, _ in found.crossing.tried), key=lambda x: abs(x - found.value))
        assert "There, weeks off benefit" in repr(found)
        changed = town().with_({f"{BUDGET}.scale": near})
        agree(repr(found), plain(changed, town().without_programmes()))

    def test_threshold_that_is_not_reached_says_it_of_what_is_stated(self, right):
        found = js.threshold(town(), f"{BUDGET}.scale", value=-1e12, **QUIET)
        assert not found.crossed
        assert "As stated, weeks off benefit" in repr(found)
        agree(repr(found), right)

    def test_what_would_have_to_be_true(self, right):
        gain = ["groups.job_ready.meeting_gain"]
        agree(repr(js.what_would_have_to_be_true(town(), parameters=gain, **QUIET)), right)

    def test_investment_curve(self):
        present = max(town().programmes["intensive"].budget_per_year.values)
        curve = js.investment_curve(town(), budgets=[0, present], **QUIET)
        agree(repr(curve), plain(town().with_({BUDGET: present})))

    def test_allocate(self):
        found = js.allocate(town(), 1e6, parts=[BUDGET], **QUIET)
        fresh = js.compare(town().with_({BUDGET: 1e6}), **QUIET | {"replications": range(4, 8)})
        weeks = off_benefit_of(fresh)
        assert repr(found.weeks) == repr(weeks)  # a range that is no number equals none
        assert f"With the best division, weeks{str(weeks)[5:]}" in " ".join(repr(found).split())

    def test_plans(self):
        more = town().with_({f"{BUDGET}.scale": 2})
        told = repr(js.compare({"now": town(), "twice": more}, **QUIET))
        assert told.count("Exits without work") == 2
        assert told.count("Weeks of those who left without work") == 2

    def test_a_run(self):
        assert "Exits without work settled at meetings" in repr(js.run(town(), **QUIET))


class TestWhereNoMeetingSettlesIt:
    """Placements then only come before exits that would have come anyway."""

    def test_no_answer_says_it(self):
        never, path = town(0.0), f"{BUDGET}.scale"
        for found in (
            js.compare({"now": never, "twice": never.with_({path: 2})}, **QUIET),
            js.investment_curve(never, budgets=[0, 1e6], **QUIET),
            js.run(never, **QUIET),
        ):
            assert "eeks off benefit" not in repr(found)
            assert "without work" not in repr(found)

    def test_more_exits_without_work_are_told_all_the_same(self):
        """More people leave in the scenario than in the baseline, whoever sends them off."""
        baseline = town(0.0)
        scenario = baseline.with_({f"{EXIT}": 0.02})
        told = repr(js.compare(scenario, baseline, **QUIET))
        agree(told, plain(scenario, baseline))
        assert "Exits without work" in told

    def test_scenarios_of_other_people_are_not_parted(self):
        other = town(0.0).with_({EXIT: 0.02, "groups.job_ready.stock": 61})
        assert "eeks off benefit" not in repr(js.compare(other, town(0.0), **QUIET))

    def test_what_is_played_alike_has_nothing_to_tell(self):
        weeks = off_benefit_of(js.compare(town(), town().with_({"name": "again"}), **QUIET))
        assert (weeks.gained, weeks.told, weeks.leaving) == (0.0, False, True)
        assert np.isnan(weeks.share.mean)
