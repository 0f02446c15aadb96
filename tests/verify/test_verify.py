"""`verify` passes on the presets and the small town, and says why a check does not apply."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest

from jobsim.engines import ENGINES
from jobsim.errors import InputError, PriceError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.verification import Verification, verify
from jobsim.verification.checks import CHECKS
from jobsim.verification.result import (
    DOES_NOT_APPLY,
    FAIL,
    PASS,
    TOLERANCE,
    Compared,
    Expectation,
    does_not_apply,
    judged,
    poisson,
    proportion,
)
from tests.factory import small_town

SUPPORTS, SMALL_JOBS = {"support effect", "supports granted"}, {"openings", "small jobs"}
NOT_THERE = {
    "esbjerg": SMALL_JOBS,
    "kolding": SUPPORTS | {"programme places"},
    "town": SUPPORTS | SMALL_JOBS,
}
"""Checks of what a preset does not have, by its municipality."""

QUICK = {"replications": 2, "persons": 2000, "progress": False}


def quick(scenario: Scenario, **options) -> Verification:
    return verify(scenario, **{**QUICK, **options})


@pytest.mark.parametrize("name", ["esbjerg-2018-evidence", "kolding-2018", "town-2026"])
def test_every_check_passes_on_presets(name, monkeypatch):
    """One of each municipality; the others have the same parts with other numbers.

    The event-driven engine plays all of them in `tests/parity`, and here for its histories.
    """
    quicker = {name: ENGINES[name] for name in ("numpy", "numba")}
    monkeypatch.setattr("jobsim.verification.checks.ENGINES", quicker)
    found = quick(Scenario.load(name), replications=1)
    assert found.passed, found
    assert len(found.rows) == len(CHECKS)
    applying = [row.check for row in found.rows if row.verdict == PASS]
    assert len(applying) >= 20
    idle = {row.check: row.reason for row in found.rows if row.verdict == DOES_NOT_APPLY}
    assert idle["two copies"] == "one replication has no standard error; ask for more"
    assert set(idle) - {"two copies"} == NOT_THERE[name.split("-")[0]]


@pytest.fixture(scope="module")
def town() -> Verification:
    """Of a town in another currency, which no check may forget, where all that can happen does."""
    prices = Prices.load("denmark").with_({"currency": "SEK"})
    gains = {"lasting_gain": 0.1, "meeting_exit_probability": 0.02}
    changes = {f"groups__job_ready__{name}": value for name, value in gains.items()}
    return quick(small_town(currency="SEK", **changes), replications=4, prices=prices)


class TestSmallTown:
    def test_every_check_applies_and_passes(self, town):
        assert [row.verdict for row in town.rows] == [PASS] * len(CHECKS), town
        assert town.passed
        assert town.failed == ()

    def test_checks_have_names_of_their_own_and_say_what_they_compared(self, town):
        assert len({row.check for row in town.rows}) == len(CHECKS)
        assert all("compared" in row.reason for row in town.rows)

    def test_it_prints_as_a_table_with_every_check(self, town):
        text = repr(town)
        assert text.startswith("Verification of small-town: 36 pass, 0 fail, 0 do not apply")
        assert all(row.check in text and row.reason in text for row in town.rows)

    def test_a_notebook_shows_the_reasons_in_the_table(self, town):
        page = town._repr_html_()
        assert page.count("<tr>") == len(CHECKS) + 1
        assert "<table" in page

    def test_the_frame_has_one_line_per_check(self, town):
        frame = town.to_frame()
        assert list(frame["check"]) == [row.check for row in town.rows]
        assert {"expected", "found", "deviation", "tolerance", "reason"} <= set(frame)

    @pytest.mark.parametrize(
        ("check", "least"),
        [
            ("due weeks", 3000),
            ("stock and flow", 5000),
            ("first in, first out", 200),
            ("small jobs", 150),
            ("programme places", 150),
            ("supports granted", 50),
        ],
    )
    def test_rules_are_held_against_many_events(self, town, check, least):
        number = re.search(r"times broken, of ([0-9,]+):", town.row(check).reason)
        assert number is not None
        assert int(number[1].replace(",", "")) >= least

    def test_the_ladder_is_seen_to_restart(self, town):
        restarts = re.search(r"with (\d+) restarts", town.row("refund ladder").reason)
        assert restarts is not None
        assert int(restarts[1]) >= 3

    def test_the_same_seed_finds_the_same(self):
        short = small_town(horizon__weeks=15)
        first, again = (quick(short, persons=500).to_frame() for _ in range(2))
        assert first.equals(again)


def reason(found: Verification, check: str) -> str:
    row = found.row(check)
    assert row.verdict == DOES_NOT_APPLY
    assert math.isnan(row.expected)
    return row.reason


class TestDoesNotApply:
    def test_without_people_nothing_happens(self):
        groups = {
            f"groups__{code}__{part}": number
            for code in ("job_ready", "activity_ready")
            for part, number in (("stock", 0), ("employed_pool", 0), ("inflow_per_week", 0.0))
        }
        found = quick(small_town(**groups))
        assert found.passed
        assert reason(found, "arrivals") == "nobody arrives"
        assert reason(found, "two copies") == "nothing ever happens"
        assert reason(found, "infinite capacity").startswith("nobody meets a caseworker")
        assert reason(found, "no-shows") == "nobody is ever called to a meeting"
        assert reason(found, "refund ladder") == "nobody is ever on benefit"
        assert reason(found, "job weeks") == "no job ends"

    def test_without_any_service_there_are_no_meetings(self):
        bare = small_town(
            programmes={},
            supports={},
            regular_service__fte=0.0,
            small_jobs=None,
            groups__activity_ready__small_jobs=None,
        )
        found = quick(bare)
        assert found.passed
        assert reason(found, "overload") == "there is no capacity for meetings"
        assert reason(found, "first in, first out").startswith("there is no capacity")
        assert reason(found, "Little's law") == "no meeting is ever called"
        assert reason(found, "small jobs") == "nobody ever has a small job"
        assert reason(found, "programme places") == "there is no programme"

    def test_without_jobs_there_is_nothing_to_lose(self):
        idle = small_town(
            groups__job_ready__job_finding_hazard_per_week=0.0,
            groups__activity_ready__job_finding_hazard_per_week=0.0,
            groups__job_ready__job_loss_hazard_per_week=[],
            groups__activity_ready__job_loss_hazard_per_week=[],
        )
        found = quick(idle)
        assert found.passed
        assert reason(found, "constant hazard") == "no group has a hazard of finding a job"
        assert reason(found, "job lengths") == "jobs never end"
        assert reason(found, "returns") == "jobs never end"
        assert "no group has both" in reason(found, "frailty of the stock")

    def test_one_week_is_too_short_to_discount(self):
        found = quick(small_town(horizon__weeks=1, horizon__start=dt.date(2018, 1, 20)))
        assert found.passed
        assert "over before" in reason(found, "discount rate")


class TestJudgement:
    def test_equal_numbers_pass_and_others_fail_where_they_must_be_equal(self):
        assert judged("x", Compared("why", [Expectation("a", 3, 3)])).verdict == PASS
        one = judged("x", Compared("why", [Expectation("a", 3, 3), Expectation("b", 3, 4)]))
        assert (one.verdict, one.expected, one.found, one.tolerance) == (FAIL, 3, 4, "exact")
        assert "the worst: b" in one.reason

    def test_the_worst_of_several_decides(self):
        comparisons = [Expectation("a", 0.0, 4.9, 1.0), Expectation("b", 0.0, -5.1, 1.0)]
        assert judged("x", Compared("why", comparisons[:1], TOLERANCE)).verdict == PASS
        assert judged("x", Compared("why", comparisons, TOLERANCE)).verdict == FAIL
        assert judged("x", Compared("why", comparisons, 6.0)).verdict == PASS

    def test_standard_errors(self):
        assert proportion("p", 0.2, 100, 400).deviation == pytest.approx(0.05 * 400 / 65**0.5)
        assert poisson("n", 9.0, 48, 4).deviation == pytest.approx(3.0 * 4 / 37**0.5)

    def test_what_is_certain_or_impossible_has_no_error(self):
        assert proportion("p", 1.0 + 1e-15, 400, 400).deviation == 0
        assert proportion("p", 0.0, 1, 400).deviation == math.inf
        assert poisson("n", 0.0, 1, 4).deviation == math.inf

    def test_a_single_rare_event_is_no_alarm(self):
        assert proportion("p", 1e-7, 1, 1000).deviation < 1.1
        assert proportion("p", 1e-7, 8, 1000).deviation > 5

    def test_what_does_not_apply_does_not_fail(self):
        found = Verification("x", (does_not_apply("a", "because"),))
        assert found.passed
        assert "because" in repr(found)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"replications": 0}, "replications: must be a whole number from 1, got 0"),
        ({"replications": True}, "replications: must be a whole number"),
        ({"persons": 50}, "persons: must be a whole number from 100 to 1,000,000, got 50"),
        ({"seed": -1}, "seed: must be a whole number from 0"),
        ({"engine": "numpie"}, 'there is no engine "numpie"; did you mean "numpy"'),
    ],
)
def test_bad_input_is_one_line(options, message):
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        quick(small_town(), **options)


def test_a_price_list_must_know_the_benefit_rates():
    benefits = dict(Prices.load("denmark").to_dict())
    benefits["benefits"] = {"other": benefits["benefits"]["adult_without_children"]}
    with pytest.raises(PriceError, match="adult_without_children"):
        quick(small_town(), prices=Prices.from_dict(benefits))
