"""Every check on the stress scenario, one test each; and the scenario does what it is there for."""

from __future__ import annotations

from collections import Counter

import pytest

from jobsim.engines.choice import chosen_engine
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, preset_names
from jobsim.verification import stress_scenario
from jobsim.verification.checks import CHECKS
from jobsim.verification.context import Context


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(stress_scenario(), Prices.load("denmark"), 3, 1000, 1, chosen_engine("auto"))


@pytest.mark.parametrize("check", [pytest.param(c, id=c.replace(" ", "-")) for c in CHECKS])
def test_check_passes(check, context):
    found = CHECKS[check](context)
    assert found.verdict == "pass", found.reason


def test_it_is_no_preset():
    assert stress_scenario().name not in preset_names()


@pytest.fixture(scope="module")
def situations(context) -> Counter[str]:
    """How often lives of the stress scenario come to where a rule of the model can be misread."""
    seen: Counter[str] = Counter()
    for _, events in context.own_events.groupby(["replication", "number"]):
        life = Life(context.scenario, seen)
        for event in events.itertuples():
            getattr(life, f"on_{event.event}", life.on_anything_else)(event.week, event.value)
    return seen


class Life:
    """What somebody carries from one spell, or one track, into the next."""

    def __init__(self, scenario: Scenario, seen: Counter[str]) -> None:
        self.lead_weeks = [support.lead_weeks for support in scenario.supports.values()]
        self.cool_weeks = scenario.small_jobs.cool_weeks
        self.seen = seen
        self.granted: dict[int, int] = {}
        self.dropped, self.worked = -1000, 0
        self.begin()

    def begin(self) -> None:
        self.track, self.barred, self.met, self.small_job = 0, set(), set(), False

    def on_anything_else(self, week: int, value: int) -> None:
        """Nothing that is carried on."""

    def on_support(self, week: int, value: int) -> None:
        self.granted[week] = value

    def on_drop(self, week: int, value: int) -> None:
        self.dropped = week

    def on_small_job(self, week: int, value: int) -> None:
        self.small_job = True

    def on_admitted(self, week: int, value: int) -> None:
        self.track = value
        self.seen["admissions while barred from another"] += bool(self.barred - {value})

    def on_programme_end(self, week: int, value: int) -> None:
        self.barred.add(value)
        self.track = 0

    def on_meeting(self, week: int, value: int) -> None:
        self.seen["first meetings of a second track"] += (
            bool(self.met) and self.track not in self.met
        )
        self.met.add(self.track)

    def on_return(self, week: int, value: int) -> None:
        leads = [week - at < self.lead_weeks[support] for at, support in self.granted.items()]
        self.seen["returns in lead weeks"] += any(leads)
        self.seen["returns with a support at work"] += not all(leads)
        self.seen["returns with bars"] += bool(self.barred)
        self.seen["returns while cooling off"] += week < self.dropped + self.cool_weeks
        self.seen["returns after a small job"] += self.small_job
        self.worked += value
        self.seen["jobs that restart the ladder together"] += self.worked >= 52 > value
        self.worked = 0 if self.worked >= 52 else self.worked
        self.begin()


@pytest.mark.parametrize(
    ("situation", "least"),
    [
        ("returns in lead weeks", 50),
        ("returns with a support at work", 50),
        ("returns with bars", 50),
        ("admissions while barred from another", 50),
        ("first meetings of a second track", 100),
        ("returns while cooling off", 3),
        ("returns after a small job", 20),
        ("jobs that restart the ladder together", 10),
    ],
)
def test_it_comes_to_what_outlives_a_spell_or_a_track(situation, least, situations):
    assert situations[situation] >= least
