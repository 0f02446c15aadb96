"""Every check on the stress scenario, one test each; and the scenario does what it is there for."""

from __future__ import annotations

from collections import Counter

import pytest

from jobsim.ledger import Prices
from jobsim.scenario import preset_names
from jobsim.verification import stress_scenario
from jobsim.verification.checks import CHECKS
from jobsim.verification.context import Context


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(stress_scenario(), Prices.load("denmark"), 3, 1000, 1, "numpy")


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
    lead_weeks = [support.lead_weeks for support in context.scenario.supports.values()]
    for number, life in context.own_events.groupby(["replication", "number"]):
        del number
        seen += _situations(life, lead_weeks)
    return seen


def _situations(life, lead_weeks) -> Counter[str]:
    seen: Counter[str] = Counter()
    granted, left, met, dropped, worked, experience = {}, set(), set(), -99, 0, False
    track = 0
    for event in life.itertuples():
        name, week, value = event.event, event.week, event.value
        if name == "support":
            granted[value] = week
        elif name == "return":
            seen["returns in lead weeks"] += any(
                week < at + lead_weeks[support] for support, at in granted.items()
            )
            seen["supports at work in a later spell"] += any(
                week >= at + lead_weeks[support] > at for support, at in granted.items()
            )
            seen["returns with bars"] += bool(left)
            seen["returns while cooling off"] += week < dropped + 9
            seen["returns after experience"] += experience
            worked += value
            seen["second jobs that restart the ladder together"] += worked >= 52 > value
            worked = 0 if worked >= 52 else worked
            left, met, experience, track = set(), set(), False, 0
        elif name == "programme_end":
            left.add(value)
            track = 0
        elif name == "admitted":
            track = value
            seen["admissions while barred from another"] += bool(left - {value})
        elif name == "meeting":
            seen["first meetings of a second track"] += bool(met) and track not in met
            met.add(track)
        elif name == "drop":
            dropped = week
        elif name == "small_job":
            experience = True
    return seen


@pytest.mark.parametrize(
    ("situation", "least"),
    [
        ("returns in lead weeks", 50),
        ("supports at work in a later spell", 50),
        ("returns with bars", 50),
        ("admissions while barred from another", 50),
        ("first meetings of a second track", 100),
        ("returns while cooling off", 3),
        ("returns after experience", 20),
        ("second jobs that restart the ladder together", 10),
    ],
)
def test_it_comes_to_what_outlives_a_spell_or_a_track(situation, least, situations):
    assert situations[situation] >= least
